"""Suppressing boxes that say again what a better one says: tf.image.non_max_suppression, ...

How many boxes remain depends on values, so this runs on the host.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.tensor import Tensor

Array = np.ndarray[Any, Any]

_BLOCK = 64  # candidates looked at together
_MARGIN = 1e-8  # by which TensorFlow divides boxes without area in `non_max_suppression_padded`


def _canonical(boxes: Array) -> Array:
    """Corners in order: the smaller coordinates first."""
    found = np.empty_like(boxes)
    # Column by column: rows of two are short loops.
    for at in (0, 1):
        first, second = boxes[:, at], boxes[:, at + 2]
        np.minimum(first, second, out=found[:, at])
        np.maximum(first, second, out=found[:, at + 2])
    return found


def _overlaps(first: Array, second: Array, margin: float = 0.0) -> Array:
    """Intersection over union of each two boxes, [first, second]; 0 beside an empty one.

    The margin is added to the sum of their areas.
    """
    # A plane for each coordinate, so that rows are long.
    one, other = first.T[:, :, None], np.ascontiguousarray(second.T)[:, None]
    sides, others = one[2:] - one[:2], other[2:] - other[:2]
    area, area_of_other = sides[0] * sides[1], others[0] * others[1]
    size = np.minimum(one[2:], other[2:])
    size -= np.maximum(one[:2], other[:2])
    # The bits of 0 where they are apart: NumPy has no vector loop for a maximum with a number.
    bits = size.view(f"i{size.itemsize}")
    bits *= ~(size <= 0)
    common: Array = size[0] * size[1]
    union = area + area_of_other
    if margin:
        union += margin
    union -= common
    with np.errstate(all="ignore"):
        common /= union
    there, other_there = area > 0, area_of_other > 0
    if there.all() and other_there.all():
        return common
    return np.where(there & other_there, common, 0)


def _by_score(scores: Array, threshold: float) -> Array:
    order = np.argsort(-scores, kind="stable")
    return order[scores[order] > threshold]


def keep(
    boxes: Array, scores: Array, most: int, limit: float, threshold: float, margin: float = 0.0
) -> list[int]:
    """The best box, then the best that overlaps no box before it by more than the limit, ..."""
    left = _by_score(scores, threshold)
    kept: list[int] = []
    while len(left):
        block, left = left[:_BLOCK], left[_BLOCK:]
        near = boxes[block]
        free = _free(_overlaps(near, near, margin) > limit)
        kept += block[free].tolist()
        if len(kept) >= most:
            return kept[:most]
        if len(left):
            left = left[~(_overlaps(near[free], boxes[left], margin) > limit).any(0)]
    return kept


def _free(clash: Array) -> list[int]:
    """Those that clash with none that is free before them."""
    # A row of truths is the bits of one number.
    rows = np.packbits(clash, 1, "little").tolist()
    found: list[int] = []
    taken = 0
    for at, row in enumerate(rows):
        if not taken >> at & 1:
            found.append(at)
            taken |= int.from_bytes(row, "little")
    return found


def _keep_softly(
    boxes: Array, scores: Array, most: int, limit: float, threshold: float, sigma: float
) -> tuple[list[int], list[Any]]:
    """Like `keep`, but overlapping lowers a score, whatever the limit, as in TensorFlow."""
    left = _by_score(scores, threshold)
    now = scores[left]
    scale = scores.dtype.type(-0.5 / sigma)
    kept: list[int] = []
    values: list[Any] = []
    while len(left) and len(kept) < most:
        at = int(np.argmax(now))
        best = left[at]
        kept.append(int(best))
        values.append(now[at])
        left, now = np.delete(left, at), np.delete(now, at)
        overlap = _overlaps(boxes[best : best + 1], boxes[left])[0]
        now = np.exp(scale * overlap * overlap) * now
        high = now > threshold
        left, now = left[high], now[high]
    return kept, values


class _Options(NamedTuple):
    most: int
    limit: float
    threshold: float


def _real(value: Any) -> Tensor:
    return value if isinstance(value, Tensor) else to_tensor(np.asarray(value, np.float32))


def _scalar(value: Any, op: str, what: str) -> float:
    if value.__class__ is float:
        return float(np.float32(value))
    number = to_tensor(value)._numpy()
    if number.ndim:
        raise invalid_argument(op, f"{what} must be 0-D, got shape {list(number.shape)}")
    return float(number)


def _most(value: Any, op: str, what: str = "max_output_size") -> int:
    if value.__class__ is int and 0 <= value < 2**31:
        return value
    tensor = to_tensor(value, None if isinstance(value, Tensor) else dtypes.int32)
    if tensor._dtype is not dtypes.int32:
        raise invalid_argument(op, f"received {what} of {tensor._dtype.name}; expected int32")
    if tensor._shape:
        raise invalid_argument(op, f"{what} must be 0-D, got shape {list(tensor._shape)}")
    most = int(tensor)
    if most < 0:
        raise invalid_argument(op, f"received {what}={most}; output size must be non-negative")
    return most


def _options(op: str, most: Any, limit: Any, threshold: Any) -> _Options:
    options = _Options(
        _most(most, op),
        _scalar(limit, op, "iou_threshold"),
        _scalar(threshold, op, "score_threshold"),
    )
    if not 0 <= options.limit <= 1:
        raise invalid_argument(op, f"iou_threshold must be in [0, 1]: received {options.limit}")
    return options


def _boxes_and_scores(op: str, boxes: Any, scores: Any) -> tuple[Array, Array]:
    b, s = _real(boxes), _real(scores)
    check_dtype(op, b, dtypes.FLOATS)
    check_dtype(op, s, dtypes.FLOATS)
    if len(b._shape) != 2:
        raise invalid_argument(op, f"boxes must be 2-D: received {list(b._shape)}")
    if b._shape[1] != 4:
        raise invalid_argument(op, f"boxes must have 4 columns: received {list(b._shape)}")
    if tuple(s._shape) != (b._shape[0],):
        raise invalid_argument(
            op,
            f"scores has incompatible shape: received {list(s._shape)} for {b._shape[0]} boxes",
        )
    return _canonical(b._numpy()), s._numpy()


def _indices(kept: Any) -> Tensor:
    return from_numpy(np.asarray(kept, np.int32), dtypes.int32)


@public("tfcompat.image")
def non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    name: str | None = None,
) -> Tensor:
    """The indices of the best boxes that do not overlap better ones, the best first, int32.

    Args:
      boxes: [boxes, 4], floats: [y1, x1, y2, x2], opposite corners in either order.
      scores: [boxes], floats.
      max_output_size: how many indices at most.
      iou_threshold: how much of their union two boxes may share.
      score_threshold: boxes of this score or less are left out.
      name: ignored.

    Raises InvalidArgumentError for shapes, dtypes or thresholds other than these.
    """
    op = "non_max_suppression"
    options = _options(op, max_output_size, iou_threshold, score_threshold)
    corners, values = _boxes_and_scores(op, boxes, scores)
    return _indices(keep(corners, values, *options))


@public("tfcompat.image")
def non_max_suppression_with_scores(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    soft_nms_sigma: Any = 0.0,
    name: str | None = None,
) -> tuple[Tensor, Tensor]:
    """`non_max_suppression`, and the scores of the boxes kept.

    With `soft_nms_sigma` above 0, overlapping a better box lowers a score (Bodla et al., 2017).

    Raises InvalidArgumentError for a negative `soft_nms_sigma`.
    """
    op = "non_max_suppression_with_scores"
    options = _options(op, max_output_size, iou_threshold, score_threshold)
    corners, values = _boxes_and_scores(op, boxes, scores)
    sigma = _scalar(soft_nms_sigma, op, "soft_nms_sigma")
    if sigma < 0:
        raise invalid_argument(op, f"soft_nms_sigma must be >= 0: received {sigma}")
    if sigma:
        kept, found = _keep_softly(corners, values, *options, sigma)
    else:
        kept = keep(corners, values, *options)
        found = values[kept]  # type: ignore[assignment]
    dtype = _real(scores)._dtype
    return _indices(kept), from_numpy(np.asarray(found, values.dtype), dtype)


@public("tfcompat.image")
def non_max_suppression_overlaps(
    overlaps: Any,
    scores: Any,
    max_output_size: Any,
    overlap_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    name: str | None = None,
) -> Tensor:
    """`non_max_suppression` with how much each two boxes overlap given, [boxes, boxes].

    Raises InvalidArgumentError unless `overlaps` is square, with a row for each score.
    """
    op = "non_max_suppression_overlaps"
    table = to_tensor(overlaps, None if isinstance(overlaps, Tensor) else dtypes.float32)
    values = to_tensor(scores, None if isinstance(scores, Tensor) else dtypes.float32)
    most = _most(max_output_size, op)
    if len(table._shape) != 2 or table._shape[0] != table._shape[1]:
        raise invalid_argument(op, f"overlaps must be square: received {list(table._shape)}")
    if tuple(values._shape) != (table._shape[0],):
        raise invalid_argument(
            op,
            f"scores has incompatible shape: received {list(values._shape)} for "
            f"{table._shape[0]} boxes",
        )
    limit = _scalar(overlap_threshold, op, "overlap_threshold")
    shared = table._numpy()
    left = _by_score(values._numpy(), _scalar(score_threshold, op, "score_threshold"))
    kept: list[int] = []
    while len(left) and len(kept) < most:
        best, left = left[0], left[1:]
        kept.append(int(best))
        left = left[~(shared[left, best] > limit)]
    return _indices(kept)


@public("tfcompat.image")
def non_max_suppression_padded(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    pad_to_max_output_size: bool = False,
    name: str | None = None,
    sorted_input: bool = False,
    canonicalized_coordinates: bool = False,
    tile_size: int = 512,
) -> tuple[Tensor, Tensor]:
    """`non_max_suppression` for any leading axes of `boxes` and `scores`.

    Args:
      boxes: [..., boxes, 4], float32.
      scores: [..., boxes], float32.
      max_output_size: as in `non_max_suppression`.
      iou_threshold: likewise.
      score_threshold: likewise.
      pad_to_max_output_size: fill the indices up with zeros to that number.
      name: ignored.
      sorted_input: the scores fall already; makes no difference here.
      canonicalized_coordinates: the smaller coordinates come first already.
      tile_size: ignored.

    Returns:
      [..., kept] indices, and how many of them are valid.
    """
    op = "non_max_suppression_padded"
    b, s = _real(boxes), _real(scores)
    if not b._dtype is s._dtype is dtypes.float32:
        raise TypeError(f"{op}: received {b._dtype.name} and {s._dtype.name}; expected float32")
    options = _options(op, max_output_size, iou_threshold, score_threshold)
    # Here TensorFlow leaves out what overlaps by just the limit, too, but nothing if that is 0.
    limit = np.nextafter(np.float32(options.limit), np.float32(0)) if options.limit else np.inf
    options = options._replace(limit=limit)
    shape = tuple(b._shape)
    if len(shape) < 2 or shape[-1] != 4:
        raise invalid_argument(op, f"received boxes of shape {list(shape)}; expected [..., 4]")
    single = len(shape) == 2
    if not (single or pad_to_max_output_size):
        raise ValueError(f"{op}: 'pad_to_max_output_size' must be True for batched input")
    corners = b._numpy().reshape(-1, *shape[-2:])
    values = s._numpy().reshape(-1, shape[-2])
    kept = []
    for one, score in zip(corners, values, strict=True):
        # A box without a positive corner counts as padding.
        real = np.flatnonzero((one > 0).any(-1))
        chosen = keep(
            one[real] if canonicalized_coordinates else _canonical(one[real]),
            score[real],
            *options,
            _MARGIN,
        )
        kept.append([real[k] for k in chosen])
    counts = np.array([len(k) for k in kept], np.int32)
    width = len(kept[0]) if single and not pad_to_max_output_size else options.most
    table = np.zeros((len(kept), width), np.int32)
    for row, k in zip(table, kept, strict=True):
        row[: len(k)] = k
    return _indices(table.reshape(*shape[:-2], width)), _indices(counts.reshape(shape[:-2]))
