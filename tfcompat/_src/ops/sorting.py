"""Order along an axis: tf.sort, tf.argsort, tf.math.top_k, ..."""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import REAL, DType, as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.common import check_dtype, concrete, static_ints, wrong_dtype
from tfcompat._src.shapes import normalize_axis
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("sorting")

_SCORES = frozenset({dtypes.float32})
_INDICES = frozenset({dtypes.int16, dtypes.int32, dtypes.int64})


def _ordered(values: Any, axis: Any, direction: str, op: str) -> tuple[Tensor, tuple[Any, ...]]:
    if direction not in ("ASCENDING", "DESCENDING"):
        raise ValueError(
            f"Argument `direction` should be one of ASCENDING, DESCENDING. Received: {direction!r}"
        )
    if axis is None:
        raise ValueError(f"{op}: received axis None; expected an int")
    x = values if isinstance(values, Tensor) else to_tensor(values)
    if x._dtype not in REAL:
        raise wrong_dtype("TopKV2", x._dtype, REAL)
    return x, (normalize_axis(axis, len(x._shape), op), direction == "DESCENDING")


@public("tfcompat")
def sort(
    values: Any, axis: Any = -1, direction: str = "ASCENDING", name: str | None = None
) -> Tensor:
    """The elements in order along an axis; NaN counts as the largest.

    Raises ValueError for a direction that is neither "ASCENDING" nor "DESCENDING".
    """
    if axis == -1 and direction == "ASCENDING" and isinstance(values, Tensor):
        # The commonest of all, straight on.
        last = values._rank - 1
        if last >= 0 and values._dtype in REAL:
            return dispatch.execute(kernels.sort, (values,), (last, False), values._dtype)
    x, attrs = _ordered(values, axis, direction, "sort")
    return dispatch.execute(kernels.sort, (x,), attrs, x._dtype)


@public("tfcompat")
def argsort(
    values: Any,
    axis: Any = -1,
    direction: str = "ASCENDING",
    stable: bool = False,
    name: str | None = None,
) -> Tensor:
    """The positions, as int32, that put an axis in order; equal elements keep theirs.

    Raises ValueError for a direction that is neither "ASCENDING" nor "DESCENDING".
    """
    x, attrs = _ordered(values, axis, direction, "argsort")
    return dispatch.execute_constant(kernels.argsort, (x,), attrs, dtypes.int32)


@public("tfcompat.math")
class TopKV2(NamedTuple):
    """The largest elements and where they are."""

    values: Tensor
    indices: Tensor


def _how_many(k: Any) -> int:
    if k.__class__ is int:
        return k
    if isinstance(k, float):
        raise TypeError(f"top_k: received k = {k!r}; expected an int")
    (count,) = static_ints(k, "top_k")
    return count


@public("tfcompat.math")
def top_k(
    input: Any,
    k: Any = 1,
    sorted: bool = True,
    index_type: Any = dtypes.int32,
    name: str | None = None,
) -> TopKV2:
    """The k largest elements of the last axis in descending order, and their positions.

    Of equal elements the first comes first. `sorted=False` allows any order; here it changes none.

    Raises InvalidArgumentError for a negative k and for one beyond the axis.
    """
    x = to_tensor(input)
    check_dtype("TopKV2", x, REAL)
    indices = as_dtype(index_type)
    if indices not in _INDICES:
        raise wrong_dtype("TopKV2", indices, _INDICES)
    count = _how_many(k)
    if not x._shape:
        raise invalid_argument("TopKV2", "input must be >= 1-D, got shape []")
    if count < 0:
        raise invalid_argument("TopKV2", f"Need k >= 0, got {count}")
    if count > x._shape[-1]:
        raise invalid_argument(
            "TopKV2", f"input must have at least k columns. Had {x._shape[-1]}, needed {count}"
        )
    values, positions = dispatch.execute(kernels.top_k, (x,), (count, indices))
    return TopKV2(values, positions)


@public("tfcompat.math")
def in_top_k(targets: Any, predictions: Any, k: Any, name: str | None = None) -> Tensor:
    """Whether each row's target class is among its k highest predictions; ties count as in.

    `predictions` is float32 of shape [rows, classes]; a row whose prediction for the target is not
    finite, or whose target is no class, is not in.

    Raises InvalidArgumentError for other shapes.
    """
    if isinstance(predictions, Tensor) and isinstance(targets, Tensor):
        check_dtype("InTopKV2", predictions, _SCORES)
    scores = to_tensor(predictions, dtypes.float32)
    classes = to_tensor(targets)
    check_dtype("InTopKV2", classes, dtypes.INDEX)
    count = _how_many(k)
    shape, many = scores._shape, classes._shape
    if len(shape) != 2:
        raise invalid_argument("InTopKV2", "predictions must be 2-dimensional")
    if len(many) != 1:
        raise invalid_argument("InTopKV2", "targets must be 1-dimensional")
    if many[0] != shape[0]:
        raise invalid_argument(
            "InTopKV2",
            f"First dimension of predictions {shape[0]} must match length of targets {many[0]}",
        )
    return dispatch.execute_constant(kernels.in_top_k, (classes, scores), (count,), dtypes.bool_)


_ORDERED: frozenset[DType] = REAL


def _monotone(x: Any, op: str, *, strictly: bool) -> Tensor:
    x = to_tensor(x)
    if not x._dtype.is_numeric:
        raise TypeError(f"{op}: Expected x to be numeric, instead found: {x}")
    if prod(x._shape) < 2:
        # Nothing is compared, so that complex numbers will do.
        return to_tensor(True)
    check_dtype("Less", x, _ORDERED)
    return dispatch.execute_constant(kernels.is_increasing, (x,), (strictly,), dtypes.bool_)


@public("tfcompat.math")
def is_non_decreasing(x: Any, name: str | None = None) -> Tensor:
    """Whether no element is smaller than the one before it. Raises TypeError for no numbers."""
    return _monotone(x, "is_non_decreasing", strictly=False)


@public("tfcompat.math")
def is_strictly_increasing(x: Any, name: str | None = None) -> Tensor:
    """Whether every element is larger than the one before it. Raises TypeError for no numbers."""
    return _monotone(x, "is_strictly_increasing", strictly=True)


@public("tfcompat.math")
def invert_permutation(x: Any, name: str | None = None) -> Tensor:
    """The permutation that undoes `x`, a vector of the positions 0 to n-1 in some order.

    Raises InvalidArgumentError for any other.
    """
    x = to_tensor(x)
    check_dtype("InvertPermutation", x, dtypes.INDEX)
    if len(x._shape) != 1:
        raise invalid_argument("InvertPermutation", "invert_permutation expects a 1D vector.")
    found = concrete(x)
    if found is not None and not np.array_equal(np.sort(found), np.arange(len(found))):
        raise invalid_argument(
            "InvertPermutation", f"received {found}; expected each of 0 to {len(found) - 1} once"
        )
    return dispatch.execute_constant(kernels.argsort, (x,), (0, False, x._dtype), x._dtype)
