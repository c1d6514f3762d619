"""Sums, means, extremes and positions along axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.numpy import elementwise, shaping
from tfcompat._src.numpy.arithmetic import elementwise_where
from tfcompat._src.numpy.elementwise import truth
from tfcompat._src.numpy.promotion import as_tensor, converted, result_type, static
from tfcompat._src.numpy.state import (
    STATE,
    default_float,
    dtype_of,
    floating,
    is_numpy_inexact,
)
from tfcompat._src.ops import casting, comparisons, division, math, reductions
from tfcompat._src.tensor import Tensor

tnp = public("tfcompat.experimental.numpy")
Op = Callable[..., Tensor]


def _no_out(op: str, out: Any) -> None:
    if out is not None:
        raise ValueError(f"{op}: received out={out!r}; Setting out is not supported.")


def _whole(dtype: DType) -> DType:
    """The dtype in which integers and bool are added up."""
    if dtype.is_unsigned:
        small, large = dtypes.uint32, dtypes.uint64
    else:
        small, large = dtypes.int32, dtypes.int64
    return small if STATE.weak and dtype.size <= 4 else large


def _reduce(
    op: Op, a: Any, axis: Any, keepdims: Any, dtype: Any, wide: Callable[[DType], DType] | None
) -> Tensor:
    """A reduction in the dtype asked for, or in that to which `wide` takes integers and bool."""
    if dtype is not None:
        x = converted(a, dtype_of(dtype))
    else:
        x = as_tensor(a)
        if wide is not None and not x._dtype.is_inexact and x._dtype is not dtypes.string:
            x = casting.cast(x, wide(x._dtype))
    return op(x, axis=axis, keepdims=bool(keepdims))


def _is_bool(dtype: Any) -> bool:
    return dtype is not None and dtype_of(dtype) is dtypes.bool_


def _default_float(_: DType) -> DType:
    return default_float()


@tnp
def sum(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = None) -> Tensor:
    """The sum; of integers and bool as int64, of unsigned integers as uint64."""
    op = reductions.reduce_any if _is_bool(dtype) else reductions.reduce_sum
    return _reduce(op, a, axis, keepdims, dtype, _whole)


@tnp
def prod(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = None) -> Tensor:
    """The product; of integers and bool as int64, of unsigned integers as uint64."""
    op = reductions.reduce_all if _is_bool(dtype) else reductions.reduce_prod
    return _reduce(op, a, axis, keepdims, dtype, _whole)


@tnp
def mean(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = None
) -> Tensor:
    """The mean; of integers and bool as floats."""
    _no_out("mean", out)
    if dtype is None and isinstance(a, Tensor) and a._dtype.is_inexact:
        return reductions.reduce_mean(a, axis, bool(keepdims))
    return _reduce(reductions.reduce_mean, a, axis, keepdims, dtype, _default_float)


def _extreme(op: Op, logic: Op, a: Any, axis: Any, keepdims: Any) -> Tensor:
    x = as_tensor(a)
    return _reduce(logic if x._dtype is dtypes.bool_ else op, x, axis, keepdims, None, None)


@tnp
def amax(a: Any, axis: Any = None, out: Any = None, keepdims: Any = None) -> Tensor:
    """The largest element; of bool whether any holds."""
    _no_out("amax", out)
    return _extreme(reductions.reduce_max, reductions.reduce_any, a, axis, keepdims)


@tnp
def amin(a: Any, axis: Any = None, out: Any = None, keepdims: Any = None) -> Tensor:
    """The smallest element; of bool whether all hold."""
    _no_out("amin", out)
    return _extreme(reductions.reduce_min, reductions.reduce_all, a, axis, keepdims)


@tnp
def max(a: Any, axis: Any = None, keepdims: Any = None) -> Tensor:
    """The largest element; of bool whether any holds."""
    return amax(a, axis, keepdims=keepdims)


@tnp
def min(a: Any, axis: Any = None, keepdims: Any = None) -> Tensor:
    """The smallest element; of bool whether all hold."""
    return amin(a, axis, keepdims=keepdims)


@tnp
def ptp(a: Any, axis: Any = None, keepdims: Any = None) -> Tensor:
    """The largest element less the smallest."""
    x = as_tensor(a)
    return math.subtract(amax(x, axis, None, keepdims), amin(x, axis, None, keepdims))


# ----------------------------------------------------------------------------------------- variance
def _variance(a: Any, axis: Any, dtype: Any, ddof: int, keepdims: Any) -> Tensor:
    x = as_tensor(a)
    if dtype is None:
        if not x._dtype.is_inexact:
            x = casting.cast(x, default_float())
    else:
        x = converted(x, result_type(x, dtype_of(dtype)))
    spread = reductions.reduce_variance(x, axis=axis, keepdims=bool(keepdims))
    if ddof:
        # TensorFlow needs to be told the dtype here.
        as_dtype(dtype)
        count = int(np.prod(x._shape)) if axis is None else x._shape[_single(axis)]
        n = float(count)
        spread = math.multiply(spread, n / (n - ddof) if n != ddof else float("nan"))
    return spread if dtype is None else casting.cast(spread, as_dtype(dtype))


def _single(axis: Any) -> int:
    at = static(axis)
    if isinstance(at, (tuple, list)):
        raise TypeError(f"var: received axis={axis} with ddof; expected a single axis")
    return int(at)


@tnp
def var(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: Any = None,
    ddof: int = 0,
    keepdims: Any = None,
) -> Tensor:
    """The variance, a real number; `ddof` is taken off the number of elements.

    As in TensorFlow, `ddof` needs `dtype`, and integers as dtype raise TypeError.
    """
    _no_out("var", out)
    return _variance(a, axis, dtype, ddof, keepdims)


@tnp
def std(a: Any, axis: Any = None, keepdims: Any = None) -> Tensor:
    """The square root of the variance, a real number."""
    return _reduce(reductions.reduce_std, a, axis, keepdims, None, _default_float)


@tnp
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False) -> Any:
    """The mean, weighted by an array of the same shape or by a vector along `axis`.

    `returned=True` gives the sum of the weights too. Raises ValueError for several axes.
    """
    if axis is not None and not isinstance(axis, int):
        raise ValueError(f"average: received axis={axis!r}; expected one integer")
    x = as_tensor(a)
    if weights is None:
        x = floating(x)
        result = reductions.reduce_mean(x, axis=axis)
        count = int(np.prod(x._shape)) // (int(np.prod(result._shape)) or 1)
        total = casting.cast(to_tensor(count), result._dtype)
    else:
        wide = result_type(as_tensor(a), weights)
        if not is_numpy_inexact(wide):
            wide = default_float()
        x = converted(x, wide)
        w = _spread_weights(x, converted(weights, wide), axis)
        total = reductions.reduce_sum(w, axis=axis)
        result = division.divide(reductions.reduce_sum(math.multiply(x, w), axis=axis), total)
    if not returned:
        return result
    return result, shaping.broadcast_to(total, tuple(result._shape))


def _spread_weights(x: Tensor, w: Tensor, axis: int | None) -> Tensor:
    shape, have = tuple(x._shape), tuple(w._shape)
    if shape == have:
        return w
    if len(have) == 1 and axis is None and set(shape) == set(have):
        # TensorFlow's too: rows times the weights, but divided by the sum of one row of them.
        return w
    if len(have) == 1 and axis is not None and -len(shape) <= axis < len(shape):
        if have[0] == shape[axis]:
            sizes = [1] * len(shape)
            sizes[axis] = have[0]
            return shaping.reshape(w, sizes)
    raise invalid_argument(
        "average",
        f"received weights of shape {have} for an array of shape {shape}; expected the same shape "
        "or a vector along the axis",
    )


# -------------------------------------------------------------------------------------- without NaN
@tnp
def nansum(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = False) -> Tensor:
    """The sum with 0 for NaN."""
    x = as_tensor(a)
    filled = elementwise_where(elementwise.isnan(x), converted(0, x._dtype), x)
    return sum(filled, axis=axis, dtype=dtype, keepdims=keepdims)


@tnp
def nanprod(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = False) -> Tensor:
    """The product with 1 for NaN."""
    x = as_tensor(a)
    filled = elementwise_where(elementwise.isnan(x), converted(1, x._dtype), x)
    return prod(filled, axis=axis, dtype=dtype, keepdims=keepdims)


@tnp
def nanmean(a: Any, axis: Any = None, dtype: Any = None, keepdims: Any = None) -> Tensor:
    """The mean of the elements that are not NaN."""
    x = as_tensor(a)
    if x._dtype is dtypes.bool_ or x._dtype.is_integer:
        return mean(x, axis=axis, dtype=dtype, keepdims=keepdims)
    present = elementwise.logical_not(elementwise.isnan(x))
    total = nansum(x, axis=axis, dtype=dtype, keepdims=keepdims)
    count = sum(present, axis=axis, keepdims=keepdims)
    return division.divide(total, casting.cast(count, total._dtype))


# -------------------------------------------------------------------------------------------- logic
@tnp
def all(a: Any, axis: Any = None, keepdims: Any = None) -> Tensor:
    """Whether every element differs from 0."""
    return reductions.reduce_all(truth(a), axis=axis, keepdims=bool(keepdims))


@tnp
def any(a: Any, axis: Any = None, keepdims: Any = None) -> Tensor:
    """Whether an element differs from 0."""
    return reductions.reduce_any(truth(a), axis=axis, keepdims=bool(keepdims))


@tnp
def count_nonzero(a: Any, axis: Any = None) -> Tensor:
    """The number of elements that differ from 0, int64."""
    return reductions.count_nonzero(as_tensor(a), axis=axis)


# ---------------------------------------------------------------------------------------- positions
def _position(op: Op, a: Any, axis: Any) -> Tensor:
    x = as_tensor(a)
    if isinstance(axis, (list, tuple)):
        raise invalid_argument("argmax or argmin", f"received axis={axis}; expected one integer")
    if axis is None or not x._shape:
        x, axis = shaping.ravel(x), axis or 0
    return op(x, axis=axis)


@tnp
def argmax(a: Any, axis: Any = None) -> Tensor:
    """The position of the largest element, int64; in the flattened array without an axis."""
    return _position(reductions.argmax, a, axis)


@tnp
def argmin(a: Any, axis: Any = None) -> Tensor:
    """The position of the smallest element, int64; in the flattened array without an axis."""
    return _position(reductions.argmin, a, axis)


# ------------------------------------------------------------------------------------------ running
def _is_narrow(dtype: DType) -> bool:
    return dtype.size < (4 if STATE.weak else 8)


def _running(op: Op, a: Any, axis: Any, dtype: Any) -> Tensor:
    x = as_tensor(a)
    if dtype is not None:
        x = converted(x, dtype_of(dtype))
    elif x._dtype.is_integer and (_is_narrow(x._dtype) or x._dtype is dtypes.uint64):
        wide = dtypes.int32 if STATE.weak and x._dtype.size < 4 else dtypes.int64
        x = converted(x, result_type(x._dtype, wide))
    if axis is None:
        x, axis = shaping.ravel(x), 0
    else:
        at = static(axis)
        axis = at + len(x._shape) if at < 0 else at
    return op(x, axis)


@tnp
def cumsum(a: Any, axis: Any = None, dtype: Any = None) -> Tensor:
    """The sums of the first elements; of the flattened array without an axis."""
    return _running(reductions.cumsum, a, axis, dtype)


@tnp
def cumprod(a: Any, axis: Any = None, dtype: Any = None) -> Tensor:
    """The products of the first elements; of the flattened array without an axis."""
    return _running(reductions.cumprod, a, axis, dtype)


@tnp
def diff(a: Any, n: int = 1, axis: Any = -1) -> Tensor:
    """The differences of neighbours along an axis, taken n times; for bool whether they differ.

    Raises ValueError for a negative n or an axis too large, IndexError for one too small.
    """
    x = as_tensor(a)
    rank = len(x._shape)
    if n < 0:
        raise ValueError(f"diff: received n={n}; expected a non-negative integer")
    if axis >= rank:
        raise ValueError(f"diff: received axis={axis}, which is out of bounds for rank {rank}")
    if axis < -rank:
        raise IndexError(f"diff: received axis={axis}; expected one in [{-rank}, {rank})")
    if n == 0:
        return x
    behind: list[Any] = [slice(None)] * rank
    before: list[Any] = [slice(None)] * rank
    behind[axis], before[axis] = slice(1, None), slice(None, -1)
    op = comparisons.not_equal if x._dtype is dtypes.bool_ else math.subtract
    for _ in range(n):
        x = op(x[tuple(behind)], x[tuple(before)])
    return x
