"""The family reductions. Axes of None are all of them."""

from __future__ import annotations

from functools import reduce
from typing import Any

import autograd.numpy as np
import numpy
from autograd.extend import Box, primitive

from .derivative import held
from .elementwise import exp, log, sqrt, where
from .shapes import reverse as flipped

Array = Any
Axes = tuple[int, ...] | None


def reduce_sum(x: Array, axes: Axes = None, keepdims: bool = False) -> Array:
    return np.sum(x, axes, dtype=x.dtype, keepdims=keepdims)


def _count(x: Array, total: Array) -> int:
    return max(x.size // max(total.size, 1), 1)


def reduce_mean(x: Array, axes: Axes = None, keepdims: bool = False) -> Array:
    if x.dtype.kind in "iu":
        total = np.sum(x, axes, dtype=np.int64, keepdims=keepdims)
        return np.trunc(total / _count(x, total)).astype(x.dtype)
    total = reduce_sum(x, axes, keepdims)
    return total / (x.size // max(total.size, 1)) if x.size else total / x.dtype.type(0)


def _extreme(reduction: Any, first: float) -> Any:
    def kernel(x: Array, axes: Axes = None, keepdims: bool = False) -> Array:
        if not x.size:
            limits = numpy.iinfo(x.dtype) if x.dtype.kind in "iu" else None
            empty = first if limits is None else limits.min if first < 0 else limits.max
            return reduce_sum(x, axes, keepdims) + x.dtype.type(empty)
        return reduction(x, axes, keepdims=keepdims) if axes != () else x

    return kernel


# Equal ones share the gradient, for autograd as for TensorFlow.
reduce_max = _extreme(np.max, -numpy.inf)
reduce_min = _extreme(np.min, numpy.inf)


def reduce_prod(x: Array, axes: Axes = None, keepdims: bool = False) -> Array:
    if not isinstance(x, Box) or not x.size:
        return numpy.prod(x, axes, x.dtype, keepdims=keepdims)
    # autograd's own derivative divides by the elements, and fails where one is 0.
    axes = tuple(range(x.ndim)) if axes is None else axes
    shape = tuple([1 if i in axes else n for i, n in enumerate(x.shape)])
    moved = np.moveaxis(x, axes, tuple(range(len(axes))))
    rows = np.reshape(moved, (-1, *moved.shape[len(axes) :]))
    total = reduce(lambda a, b: a * b, [rows[i] for i in range(rows.shape[0])])
    return np.reshape(total, shape) if keepdims else total


reduce_any = primitive(lambda x, axes, keepdims: numpy.any(x, axes, keepdims=keepdims))
reduce_all = primitive(lambda x, axes, keepdims: numpy.all(x, axes, keepdims=keepdims))


def reduce_variance(x: Array, axes: Axes, keepdims: bool) -> Array:
    d = x - reduce_mean(x, axes, True)
    return reduce_mean(np.real(d * np.conj(d)) if d.dtype.kind == "c" else d * d, axes, keepdims)


def reduce_std(x: Array, axes: Axes, keepdims: bool) -> Array:
    return sqrt(reduce_variance(x, axes, keepdims))


def reduce_logsumexp(x: Array, axes: Axes = None, keepdims: bool = False) -> Array:
    top = held(reduce_max(x, axes, True))
    top = where(np.isfinite(top), top, 0)
    total = log(reduce_sum(exp(x - top), axes, keepdims))
    return total + np.reshape(top, total.shape)


def reduce_euclidean_norm(x: Array, axes: Axes = None, keepdims: bool = False) -> Array:
    total = reduce_sum(x * np.conj(x) if x.dtype.kind == "c" else x * x, axes, keepdims)
    return sqrt(total).astype(x.dtype)


def count_nonzero(x: Array, axes: Axes, keepdims: bool, dtype: Any) -> Array:
    return np.sum(x != 0, axes, keepdims=keepdims).astype(dtype.as_numpy_dtype)


def argmax(x: Array, axis: int, dtype: Any) -> Array:
    # For NumPy NaN is the largest and the smallest, for TensorFlow neither.
    x = x if x.dtype.kind in "biu" else where(np.isnan(x), -numpy.inf, x)
    return np.argmax(x, axis).astype(dtype.as_numpy_dtype)


def argmin(x: Array, axis: int, dtype: Any) -> Array:
    x = x if x.dtype.kind in "biu" else where(np.isnan(x), numpy.inf, x)
    return np.argmin(x, axis).astype(dtype.as_numpy_dtype)


def cumsum(x: Array, axis: int, exclusive: bool, reverse: bool) -> Array:
    x = flipped(x, (axis,)) if reverse else x
    total = np.cumsum(x, axis)
    total = (total - x if exclusive else total).astype(x.dtype)
    return flipped(total, (axis,)) if reverse else total
