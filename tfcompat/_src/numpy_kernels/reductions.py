"""Sums and extremes: along axes, running, in order, by segment. Axes of None are all of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.dtypes import DType

from .table import BOOL, FLOATS, INTEGERS, REAL, Array, NotHere, add

Axes = tuple[int, ...] | None
# By position, which is faster: array, axes, dtype, None, whether axes are kept.
_sum: Any = np.add.reduce
_product: Any = np.multiply.reduce
_any: Any = np.logical_or.reduce
_all: Any = np.logical_and.reduce


def _native(dtype: DType) -> Any:
    return np.dtype(dtype.as_numpy_dtype)


def reduce_sum(x: Array, axes: Axes = None, keepdims: bool = False) -> Any:
    return _sum(x, axes, x.dtype, None, keepdims)


def reduce_mean(x: Array, axes: Axes = None, keepdims: bool = False) -> Any:
    if x.dtype.kind != "f":
        raise NotHere
    total = _sum(x, axes, x.dtype, None, keepdims)
    if not total.size:
        return total
    return np.divide(total, x.dtype.type(x.size // total.size))


def _extreme(function: Any, x: Array, axes: Axes, keepdims: bool, empty: float) -> Any:
    if x.size:
        return function.reduce(x, axes, None, None, keepdims)
    first: Any = empty
    if x.dtype.kind in "iu":
        ends = np.iinfo(x.dtype)
        first = ends.max if empty > 0 else ends.min
    return function.reduce(x, axes, None, None, keepdims, first)


def reduce_max(x: Array, axes: Axes = None, keepdims: bool = False) -> Any:
    return _extreme(np.maximum, x, axes, keepdims, -math.inf)


def reduce_min(x: Array, axes: Axes = None, keepdims: bool = False) -> Any:
    return _extreme(np.minimum, x, axes, keepdims, math.inf)


def reduce_prod(x: Array, axes: Axes = None, keepdims: bool = False) -> Any:
    return _product(x, axes, x.dtype, None, keepdims)


def reduce_any(x: Array, axes: Axes, keepdims: bool) -> Any:
    return _any(x, axes, None, None, keepdims)


def reduce_all(x: Array, axes: Axes, keepdims: bool) -> Any:
    return _all(x, axes, None, None, keepdims)


def reduce_variance(x: Array, axes: Axes, keepdims: bool) -> Any:
    return reduce_mean(np.square(np.subtract(x, reduce_mean(x, axes, True))), axes, keepdims)


def moments(x: Array, axes: Axes, keepdims: bool) -> tuple[Any, Any]:
    return reduce_mean(x, axes, keepdims), reduce_variance(x, axes, keepdims)


def reduce_std(x: Array, axes: Axes, keepdims: bool) -> Any:
    return np.sqrt(reduce_variance(x, axes, keepdims))


def reduce_logsumexp(x: Array, axes: Axes = None, keepdims: bool = False) -> Any:
    top = reduce_max(x, axes, True)
    top = np.where(np.isfinite(top), top, x.dtype.type(0))
    total = np.log(reduce_sum(np.exp(np.subtract(x, top)), axes, keepdims))
    return np.add(total, top.reshape(np.shape(total)))


def reduce_euclidean_norm(x: Array, axes: Axes = None, keepdims: bool = False) -> Any:
    return np.sqrt(reduce_sum(np.square(x), axes, keepdims))


def count_nonzero(x: Array, axes: Axes, keepdims: bool, dtype: DType) -> Any:
    return _sum(x != 0, axes, _native(dtype), None, keepdims)


def _position(x: Array, axis: int, dtype: DType, function: Any, instead: float) -> Any:
    if x.dtype.kind == "f":
        # NaN is neither the largest nor the smallest.
        missing = np.isnan(x)
        if _any(missing, None):
            x = np.where(missing, x.dtype.type(instead), x)
    return np.asarray(function(x, axis)).astype(_native(dtype), copy=False)


def argmax(x: Array, axis: int, dtype: DType) -> Any:
    return _position(x, axis, dtype, np.ndarray.argmax, -math.inf)


def argmin(x: Array, axis: int, dtype: DType) -> Any:
    return _position(x, axis, dtype, np.ndarray.argmin, math.inf)


# ---------------------------------------------------------------------------------------- running
def _running(function: Any, x: Array, axis: int, exclusive: bool, reverse: bool, first: Any) -> Any:
    if not x.size:
        return x
    turned = (slice(None),) * axis + (slice(None, None, -1),)
    if reverse:
        x = x[turned]
    found = function.accumulate(x, axis, x.dtype)
    if exclusive:
        moved = np.full_like(found, first)
        start = (slice(None),) * axis
        moved[(*start, slice(1, None))] = found[(*start, slice(None, -1))]
        found = moved
    return found[turned] if reverse else found


def cumsum(x: Array, axis: int, exclusive: bool, reverse: bool) -> Any:
    return _running(np.add, x, axis, exclusive, reverse, 0)


def cumprod(x: Array, axis: int, exclusive: bool, reverse: bool) -> Any:
    return _running(np.multiply, x, axis, exclusive, reverse, 1)


def cumulative_logsumexp(x: Array, axis: int, exclusive: bool, reverse: bool) -> Any:
    return _running(np.logaddexp, x, axis, exclusive, reverse, -math.inf)


# ----------------------------------------------------------------------------------------- orders
def sort(x: Array, axis: int, descending: bool) -> Any:
    turned = (slice(None),) * axis + (slice(None, None, -1),)
    if descending:
        return np.sort(x[turned], axis, "stable")[turned]
    return np.sort(x, axis, "stable")


def _order(x: Array, axis: int, descending: bool) -> Any:
    """Positions of the elements in order, equal ones as they were, NaN as the largest."""
    if not descending:
        return np.argsort(x, axis, "stable")
    turned = (slice(None),) * axis + (slice(None, None, -1),)
    return (x.shape[axis] - 1 - np.argsort(x[turned], axis, "stable"))[turned]


def argsort(x: Array, axis: int, descending: bool, dtype: DType = dtypes.int32) -> Any:
    return _order(x, axis, descending).astype(_native(dtype))


def top_k(x: Array, k: int, indices: DType) -> tuple[Any, Any]:
    positions = _order(x, x.ndim - 1, True)[..., :k]
    if x.ndim == 1:
        found = x[positions]
    elif x.ndim == 2:
        # A fifth of the time of what it says for any number of axes.
        found = x[np.arange(len(x))[:, None], positions]
    else:
        found = np.take_along_axis(x, positions, -1)
    return found, positions.astype(_native(indices))


def is_increasing(x: Array, strictly: bool) -> Any:
    x = x.reshape(-1)
    before, after = x[:-1], x[1:]
    return ((after > before) if strictly else (after >= before)).all()


# --------------------------------------------------------------------------------------- segments
def segment_sum(x: Array, ids: Array, count: int) -> Array:
    if ids.size and np.minimum.reduce(ids, None) < 0:
        raise NotHere
    found = np.zeros((count, *x.shape[ids.ndim :]), x.dtype)
    np.add.at(found, ids, x)
    return found


def bincount(x: Array, size: int, dtype: DType) -> Array:
    x = x.reshape(-1)
    return np.bincount(x[x < size], minlength=size).astype(_native(dtype))


add(
    "reductions",
    {
        "reduce_sum": reduce_sum,
        "reduce_max": reduce_max,
        "reduce_min": reduce_min,
        "reduce_prod": reduce_prod,
        "argmax": argmax,
        "argmin": argmin,
        "cumsum": cumsum,
        "cumprod": cumprod,
    },
    REAL,
)
add("reductions", {"reduce_any": reduce_any, "reduce_all": reduce_all}, BOOL)
add("reductions", {"count_nonzero": count_nonzero}, REAL | BOOL)
add(
    "reductions",
    {
        "reduce_mean": reduce_mean,
        "reduce_variance": reduce_variance,
        "moments": moments,
        "reduce_std": reduce_std,
        "reduce_euclidean_norm": reduce_euclidean_norm,
    },
    FLOATS,
)
add(
    "reductions",
    {"reduce_logsumexp": reduce_logsumexp, "cumulative_logsumexp": cumulative_logsumexp},
    FLOATS,
    1 << 8,
)
add(
    "sorting",
    {"sort": sort, "argsort": argsort, "top_k": top_k, "is_increasing": is_increasing},
    REAL,
)
add("segments", {"segment_sum": segment_sum}, REAL, grows=True)
add("segments", {"bincount": bincount}, INTEGERS, grows=True)
