"""The largest and smallest elements, approximately on accelerators that have it: exactly here."""

from __future__ import annotations

from typing import Any, NamedTuple

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.array import transpose
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.ops.sorting import top_k
from tfcompat._src.tensor import Tensor

_ACCEPTED = frozenset({dtypes.float16, dtypes.bfloat16, dtypes.float32})


class ApproxTopK(NamedTuple):
    """Elements in order, and their places along the axis."""

    values: Tensor
    indices: Tensor


@public("tfcompat")
def approx_top_k(
    input: Any,
    k: Any,
    reduction_dimension: int = -1,
    recall_target: float = 0.95,
    is_max_k: bool = True,
    reduction_input_size_override: int = -1,
    aggregate_to_topk: bool = True,
    name: str | None = None,
) -> ApproxTopK:
    """The k largest or smallest elements along an axis, and their places; all of them are found.

    Raises InvalidArgumentError for float64 and integers, and for k outside [0, the axis' size].
    """
    x = to_tensor(input)
    check_dtype("ApproxTopK", x, _ACCEPTED)
    count, rank = int(k), len(x._shape)
    if count < 0:
        raise invalid_argument("ApproxTopK", f"Value for attr 'k' of {count} must be at least 0")
    if not rank:
        raise invalid_argument("ApproxTopK", "input must be >= 1-D, got shape []")
    if not -rank <= reduction_dimension < rank:
        raise invalid_argument(
            "ApproxTopK",
            f"received reduction_dimension {reduction_dimension} for {rank} axes",
        )
    axis = reduction_dimension % rank
    if count > x._shape[axis]:
        raise invalid_argument(
            "ApproxTopK",
            f"input must have at least k columns. Had {x._shape[axis]}, needed {count}",
        )
    order = list(range(rank))
    order[axis], order[-1] = order[-1], order[axis]
    if axis != rank - 1:
        x = transpose(x, order)
    values, indices = top_k(x if is_max_k else -x, count)
    if not is_max_k:
        values = -values
    if axis != rank - 1:
        values, indices = transpose(values, order), transpose(indices, order)
    return ApproxTopK(values, indices)


@public("tfcompat.math")
def approx_max_k(
    operand: Any,
    k: Any,
    reduction_dimension: int = -1,
    recall_target: float = 0.95,
    reduction_input_size_override: int = -1,
    aggregate_to_topk: bool = True,
    name: str | None = None,
) -> ApproxTopK:
    """The k largest elements along an axis, and their places; see `tf.approx_top_k`."""
    return approx_top_k(operand, k, reduction_dimension, recall_target)


@public("tfcompat.math")
def approx_min_k(
    operand: Any,
    k: Any,
    reduction_dimension: int = -1,
    recall_target: float = 0.95,
    reduction_input_size_override: int = -1,
    aggregate_to_topk: bool = True,
    name: str | None = None,
) -> ApproxTopK:
    """The k smallest elements along an axis, and their places; see `tf.approx_top_k`."""
    return approx_top_k(operand, k, reduction_dimension, recall_target, False)
