"""Boxes of many classes: tf.image.combined_non_max_suppression."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import int_scalar
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.ops.image_boxes import (
    Array,
    _canonical,
    _indices,
    _Options,
    _options,
    _real,
    keep,
)
from tfcompat._src.tensor import Tensor


class CombinedNonMaxSuppression(NamedTuple):
    """What `combined_non_max_suppression` returns."""

    nmsed_boxes: Tensor
    nmsed_scores: Tensor
    nmsed_classes: Tensor
    valid_detections: Tensor


@public("tfcompat.image")
def combined_non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size_per_class: Any,
    max_total_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    pad_per_class: bool = False,
    clip_boxes: bool = True,
    name: str | None = None,
) -> CombinedNonMaxSuppression:
    """`non_max_suppression` within each class, then the best boxes of all classes of an image.

    Args:
      boxes: [batch, boxes, classes or 1, 4], float32.
      scores: [batch, boxes, classes], float32.
      max_output_size_per_class: how many boxes of a class at most.
      max_total_size: how many boxes of an image; fewer are filled up with zeros.
      iou_threshold: as in `non_max_suppression`.
      score_threshold: likewise.
      pad_per_class: fill up to no more than the boxes that all classes could have.
      clip_boxes: clip the corners to [0, 1].
      name: ignored.

    Returns:
      boxes, scores, classes (as floats) and, per image, how many of them are valid.
    """
    op = "combined_non_max_suppression"
    b, s = _real(boxes), _real(scores)
    check_dtype(op, b, frozenset({dtypes.float32}))
    check_dtype(op, s, frozenset({dtypes.float32}))
    corners, values = b._numpy(), s._numpy()
    _check_combined(op, corners, values)
    each = int_scalar(max_output_size_per_class, op, "max_output_size_per_class")
    total = int_scalar(max_total_size, op, "max_total_size")
    if each <= 0:
        raise invalid_argument(op, f"max_size_per_class must be positive: received {each}")
    if total <= 0:
        raise invalid_argument(op, f"max_total_size must be > 0: received {total}")
    options = _options(op, each, iou_threshold, score_threshold)
    batch, _, classes = values.shape
    rows = min(total, each * classes) if pad_per_class else total
    found = np.zeros((batch, rows, 6), np.float32)
    counts = np.zeros(batch, np.int32)
    for at in range(batch):
        kept = _best_of_classes(corners[at], values[at], options)[:rows]
        counts[at] = len(kept)
        if len(kept):
            found[at, : len(kept)] = kept
    if clip_boxes:
        found[..., :4] = np.clip(found[..., :4], 0, 1)
    return CombinedNonMaxSuppression(
        _floats(found[..., :4]), _floats(found[..., 4]), _floats(found[..., 5]), _indices(counts)
    )


def _floats(values: Array) -> Tensor:
    return from_numpy(np.ascontiguousarray(values), dtypes.float32)


def _check_combined(op: str, corners: Array, values: Array) -> None:
    if corners.ndim != 4 or corners.shape[3] != 4 or values.ndim != 3:
        raise invalid_argument(
            op,
            f"received boxes of shape {list(corners.shape)} and scores of shape "
            f"{list(values.shape)}; expected [batch, boxes, classes or 1, 4] and [batch, boxes, "
            "classes]",
        )
    if corners.shape[:2] != values.shape[:2]:
        raise invalid_argument(
            op,
            f"boxes and scores must have same batch size and number of boxes: received "
            f"{list(corners.shape)} and {list(values.shape)}",
        )
    if corners.shape[2] not in (1, values.shape[2]):
        raise invalid_argument(
            op,
            "third dimension of boxes must be either 1 or num classes: received "
            f"{corners.shape[2]} for {values.shape[2]} classes",
        )


def _best_of_classes(corners: Array, values: Array, options: _Options) -> Array:
    """[kept, 6]: the corners, the score and the class of the boxes kept, the best first."""
    found = []
    for number in range(values.shape[1]):
        own = np.ascontiguousarray(corners[:, number if corners.shape[1] > 1 else 0])
        kept = keep(_canonical(own), values[:, number], *options)
        label = np.full(len(kept), number, np.float32)
        found.append(np.column_stack([own[kept], values[kept, number], label]))
    table = np.concatenate(found)
    return table[np.argsort(-table[:, 4], kind="stable")]
