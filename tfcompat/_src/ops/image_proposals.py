"""tf.image.generate_bounding_box_proposals: from a region proposal network's output to boxes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.image_boxes import keep
from tfcompat._src.tensor import Tensor

Array = np.ndarray[Any, Any]

_LARGEST_GROWTH = np.float32(np.log(1000 / 16))  # keeps the exponential of a delta finite


@public("tfcompat.image")
def generate_bounding_box_proposals(
    scores: Any,
    bbox_deltas: Any,
    image_info: Any,
    anchors: Any,
    nms_threshold: Any = 0.7,
    pre_nms_topn: Any = 6000,
    min_size: Any = 16,
    post_nms_topn: Any = 300,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """The boxes that a network proposes, decoded from anchors and thinned out.

    Args:
      scores: [images, height, width, anchors], float32.
      bbox_deltas: [images, height, width, 4 * anchors]: how each box differs from its anchor, as
        [dy, dx, dh, dw]: of its middle in sizes of the anchor, of the logarithm of its size.
      image_info: [images, 5]: height, width and scale of each image, and two numbers not used.
      anchors: [anchors, 4] or [height, width, 4 * anchors]: [y1, x1, y2, x2].
      nms_threshold: how much of their union two boxes may share.
      pre_nms_topn: how many boxes, the best, are looked at.
      min_size: in a picture of scale 1, boxes lower or narrower than this are left out.
      post_nms_topn: how many boxes of an image are returned; zeros fill them up.
      name: ignored.

    Returns:
      [images, post_nms_topn, 4] boxes and [images, post_nms_topn] scores.
    """
    op = "generate_bounding_box_proposals"
    tensors = [to_tensor(x, dtypes.float32) for x in (scores, bbox_deltas, image_info, anchors)]
    score, delta, info, anchor = [x._numpy() for x in tensors]
    if score.ndim != 4 or delta.shape != (*score.shape[:3], 4 * score.shape[3]):
        raise invalid_argument(
            op,
            f"received scores of shape {list(score.shape)} and bbox_deltas of shape "
            f"{list(delta.shape)}; expected [images, height, width, anchors], and four times as "
            "many channels",
        )
    images, height, width, count = score.shape
    if info.shape != (images, 5):
        raise invalid_argument(
            op, f"received image_info of shape {list(info.shape)}; expected {[images, 5]}"
        )
    if anchor.shape == (count, 4):
        anchor = np.broadcast_to(anchor, (height, width, count, 4))
    elif anchor.size != height * width * count * 4:
        raise invalid_argument(
            op, f"received anchors of shape {list(anchor.shape)}; expected {[count, 4]}"
        )
    limit, least = float(to_tensor(nms_threshold)), float(to_tensor(min_size))
    before, after = int(to_tensor(pre_nms_topn)), int(to_tensor(post_nms_topn))
    boxes = np.zeros((images, after, 4), np.float32)
    values = np.zeros((images, after), np.float32)
    for at in range(images):
        flat = score[at].reshape(-1)
        order = np.argsort(-flat, kind="stable")[:before]
        found = _decoded(anchor.reshape(-1, 4)[order], delta[at].reshape(-1, 4)[order], info[at])
        size = found[:, 2:] - found[:, :2]
        large = (size >= least * info[at, 2]).all(1)
        found, best = found[large], flat[order][large]
        kept = keep(found, best, after, limit, -np.inf)
        boxes[at, : len(kept)], values[at, : len(kept)] = found[kept], best[kept]
    return from_numpy(boxes, dtypes.float32), from_numpy(values, dtypes.float32)


def _decoded(anchors: Array, deltas: Array, info: Array) -> Array:
    """Boxes [y1, x1, y2, x2] within the image."""
    size = anchors[:, 2:] - anchors[:, :2]
    middle = anchors[:, :2] + size / 2 + deltas[:, :2] * size
    half = size * np.exp(np.minimum(deltas[:, 2:], _LARGEST_GROWTH)) / 2
    corners = np.concatenate([middle - half, middle + half], 1)
    clipped: Array = np.clip(corners, 0, np.tile(info[:2], 2))
    return clipped.astype(np.float32)
