"""Kernels that reduce along axes. Axes of None are all of them."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from tfcompat._src.dtypes import DType

from .math import divide_no_nan
from .trie import TO_NATIVE

Axes = tuple[int, ...] | None


def _inexact(x: Array) -> bool:
    return jnp.issubdtype(x.dtype, jnp.inexact)


def _all(x: Array, axes: Axes) -> tuple[int, ...]:
    return tuple(range(x.ndim)) if axes is None else axes


def reduce_sum(x: Array, axes: Axes = None, keepdims: bool = False) -> Array:
    return jnp.sum(x, axes, x.dtype, keepdims=keepdims)


def _count(x: Array, axes: Axes) -> int:
    return math.prod([x.shape[a] for a in _all(x, axes)])


def reduce_mean(x: Array, axes: Axes = None, keepdims: bool = False) -> Array:
    if jnp.iscomplexobj(x) and not x.size:
        # Of no real numbers it is NaN.
        return jnp.sum(x, axes, keepdims=keepdims)
    if _inexact(x):
        if axes == (x.ndim - 3, x.ndim - 2) and x.shape[-1] < _CHANNELS and x.size >= _MANY:
            return _of_channels(x, keepdims)
        return jnp.mean(x, axes, keepdims=keepdims)
    total = jnp.sum(x, axes, jnp.int64, keepdims=keepdims)
    return lax.div(total, jnp.full_like(total, max(_count(x, axes), 1))).astype(x.dtype)


# Pictures of so few channels, and so many elements, are long rows rather than short ones.
_CHANNELS = 16
_MANY = 1 << 14


def _of_channels(x: Array, keepdims: bool) -> Array:
    """The means of channels: XLA's CPU adds rows by vectors, few channels one by one."""
    *outer, height, width, depth = x.shape
    rows = jnp.mean(x.reshape(*outer, height, width * depth), -2)
    # Not one sum again.
    rows = lax.optimization_barrier(rows)
    found = jnp.mean(rows.reshape(*outer, width, depth), -2)
    return found.reshape(*outer, 1, 1, depth) if keepdims else found


def _lowest(x: Array) -> Any:
    return -jnp.inf if _inexact(x) else jnp.iinfo(x.dtype).min


def _highest(x: Array) -> Any:
    return jnp.inf if _inexact(x) else jnp.iinfo(x.dtype).max


def reduce_max(x: Array, axes: Axes = None, keepdims: bool = False) -> Array:
    return _extreme(x, jnp.max, axes, keepdims)


def reduce_min(x: Array, axes: Axes = None, keepdims: bool = False) -> Array:
    return _extreme(x, jnp.min, axes, keepdims)


@partial(jax.custom_jvp, nondiff_argnums=(1, 2, 3))
def _extreme(x: Array, reduce: Callable[..., Array], axes: Axes, keepdims: bool) -> Array:
    beyond = None if x.size else _lowest(x) if reduce is jnp.max else _highest(x)
    found = reduce(x, axes, keepdims=keepdims, initial=beyond)
    if not jnp.issubdtype(x.dtype, jnp.floating) or jax.default_backend() != "cpu" or not x.size:
        return found
    # XLA's CPU overlooks NaN among many. One sum, which is fast, nearly always tells of none.
    factor = lax.cond(
        jnp.isnan(jnp.sum(x)),
        lambda: jnp.where(jnp.isnan(x).any(axes, keepdims=keepdims), np.nan, 1).astype(x.dtype),
        lambda: jnp.ones(found.shape, x.dtype),
    )
    return found * factor


# Shared by the elements that are equal to the extreme. None is to NaN: TensorFlow divides 0 by 0
# there, which XLA takes for 0.
@_extreme.defjvp
def _extreme_tangent(
    reduce: Callable[..., Array],
    axes: Axes,
    keepdims: bool,
    primals: tuple[Array],
    tangents: tuple[Array],
) -> tuple[Array, Array]:
    (x,), (t,) = primals, tangents
    found = _extreme(x, reduce, axes, True)
    chosen = (x == found).astype(x.dtype)
    counts = jnp.sum(chosen, axes, keepdims=True)
    share = jnp.where(counts == 0, np.array(np.nan, x.dtype), chosen / counts)
    tangent = jnp.sum(t * share, axes, keepdims=keepdims)
    return found.reshape(tangent.shape), tangent


@partial(jax.custom_jvp, nondiff_argnums=(1, 2))
def _prod(x: Array, axes: tuple[int, ...], keepdims: bool) -> Array:
    if len(axes) == x.ndim > 1 and x.size >= _MANY:
        # Row by row, by vectors; a product of all XLA's CPU computes one element after the other.
        x = lax.optimization_barrier(jnp.prod(x, axes[:-1], x.dtype, keepdims=True))
    return jnp.prod(x, axes, x.dtype, keepdims=keepdims)


# By running products, whose own derivative is TensorFlow's.
@_prod.defjvp
def _prod_tangent(
    axes: tuple[int, ...], keepdims: bool, primals: tuple[Array], tangents: tuple[Array]
) -> tuple[Array, Array]:
    (x,), (t,) = primals, tangents
    kept = [a for a in range(x.ndim) if a not in axes]
    moved = x.transpose([*kept, *axes])
    flat = moved.reshape((*moved.shape[: len(kept)], -1) if x.size else (0,))
    last = flat.ndim - 1
    others = cumprod(flat, last, True, False) * cumprod(flat, last, True, True)
    others = others.reshape(moved.shape).transpose([[*kept, *axes].index(a) for a in range(x.ndim)])
    return _prod(x, axes, keepdims), jnp.sum(others * t, axes, x.dtype, keepdims=keepdims)


def reduce_prod(x: Array, axes: Axes = None, keepdims: bool = False) -> Array:
    axes = _all(x, axes)
    return _prod(x, axes, keepdims) if axes else x


def reduce_any(x: Array, axes: tuple[int, ...], keepdims: bool) -> Array:
    return jnp.any(x, axes, keepdims=keepdims)


def reduce_all(x: Array, axes: tuple[int, ...], keepdims: bool) -> Array:
    return jnp.all(x, axes, keepdims=keepdims)


def reduce_variance(x: Array, axes: tuple[int, ...], keepdims: bool) -> Array:
    distance = x - jnp.mean(x, axes, keepdims=True)
    if jnp.iscomplexobj(distance):
        return jnp.mean((distance * distance.conj()).real, axes, keepdims=keepdims)
    return jnp.mean(lax.square(distance), axes, keepdims=keepdims)


def moments(x: Array, axes: tuple[int, ...], keepdims: bool) -> tuple[Array, Array]:
    return jnp.mean(x, axes, keepdims=keepdims), reduce_variance(x, axes, keepdims)


def reduce_std(x: Array, axes: tuple[int, ...], keepdims: bool) -> Array:
    return lax.sqrt(reduce_variance(x, axes, keepdims))


def reduce_logsumexp(x: Array, axes: Axes = None, keepdims: bool = False) -> Array:
    # Written out for the derivative where the largest element is infinite: TensorFlow's is NaN.
    top = reduce_max(lax.stop_gradient(x), axes, True)
    top = jnp.where(jnp.isfinite(top), top, 0)
    total = lax.log(jnp.sum(lax.exp(x - top), axes, keepdims=keepdims))
    return total + top.reshape(total.shape)


def reduce_euclidean_norm(x: Array, axes: Axes = None, keepdims: bool = False) -> Array:
    total = reduce_sum(x * x.conj() if jnp.iscomplexobj(x) else x * x, axes, keepdims)
    if total.size == x.size:
        # One number each: XLA would make |x| of the root of x * x, where TensorFlow overflows.
        total = lax.optimization_barrier(total)
    if _inexact(x):
        return lax.sqrt(total)
    return lax.sqrt(jnp.maximum(total, 0).astype(jnp.float64)).astype(x.dtype)


def count_nonzero(x: Array, axes: tuple[int, ...], keepdims: bool, dtype: DType) -> Array:
    return jnp.sum(x != 0, axes, TO_NATIVE[dtype], keepdims=keepdims)


def _no_nan(x: Array, instead: float) -> Array:
    # For JAX NaN is the largest and the smallest, for TensorFlow neither.
    return jnp.where(jnp.isnan(x), instead, x) if _inexact(x) else x


def _first(x: Array, extreme: Array, axis: int, dtype: DType) -> Array:
    """Where the extreme is first. Two reductions are faster than JAX's one of pairs."""
    size = x.shape[axis]
    places = lax.broadcasted_iota(np.int32 if size < 2**31 else np.int64, x.shape, axis)
    found = jnp.where(x == extreme, places, places.dtype.type(size))
    return found.min(axis).astype(TO_NATIVE[dtype])


def argmax(x: Array, axis: int, dtype: DType) -> Array:
    x = _no_nan(x, -math.inf)
    return _first(x, x.max(axis, keepdims=True), axis, dtype)


def argmin(x: Array, axis: int, dtype: DType) -> Array:
    x = _no_nan(x, math.inf)
    return _first(x, x.min(axis, keepdims=True), axis, dtype)


# ------------------------------------------------------------------------------------ running ones
def _shifted(x: Array, axis: int, reverse: bool, first: float) -> Array:
    """The elements one place later, `first` in front: what makes a running result exclusive."""
    if not x.shape[axis]:
        return x
    shape = list(x.shape)
    shape[axis] = 1
    head = jnp.full(shape, first, x.dtype)
    size = x.shape[axis]
    if reverse:
        return lax.concatenate([lax.slice_in_dim(x, 1, size, axis=axis), head], axis)
    return lax.concatenate([head, lax.slice_in_dim(x, 0, size - 1, axis=axis)], axis)


def cumsum(x: Array, axis: int, exclusive: bool, reverse: bool) -> Array:
    if exclusive:
        x = _shifted(x, axis, reverse, 0)
    return lax.cumsum(x, axis, reverse)


@partial(jax.custom_jvp, nondiff_argnums=(1, 2, 3))
def cumprod(x: Array, axis: int, exclusive: bool, reverse: bool) -> Array:
    if exclusive:
        x = _shifted(x, axis, reverse, 1)
    return lax.cumprod(x, axis, reverse)


# TensorFlow divides, and so has 0 for the derivative by an element that is 0.
@cumprod.defjvp
def _cumprod_tangent(
    axis: int, exclusive: bool, reverse: bool, primals: tuple[Array], tangents: tuple[Array]
) -> tuple[Array, Array]:
    (x,), (t,) = primals, tangents
    products = cumprod(x, axis, exclusive, reverse)
    # Of complex numbers it conjugates nothing, which the engine does.
    steps = cumsum(divide_no_nan(t, jnp.conj(x)), axis, exclusive, reverse)
    return products, jnp.conj(products) * steps


# Between the logarithm of the first partial sums and the largest element lies at most this, so
# that their sum is as exact as either.
_SPREAD = 16


@partial(jax.custom_jvp, nondiff_argnums=(1, 2))
def _running_logsumexp(x: Array, axis: int, reverse: bool) -> Array:
    def step_by_step(x: Array) -> Array:
        return lax.cumlogsumexp(x, axis, reverse)

    if x.size < _MANY or jax.default_backend() != "cpu":
        return step_by_step(x)
    # Thirty times as fast: all exponentials by the largest element, where none gets too small
    # by that. Beside infinities and NaN the comparison fails.
    most, least = x.max(axis, keepdims=True), x.min(axis, keepdims=True)

    def at_once(x: Array) -> Array:
        return lax.log(lax.cumsum(lax.exp(x - most), axis, reverse)) + most

    return lax.cond((most - least <= _SPREAD).all(), at_once, step_by_step, x)


# JAX's own is wrong beside an infinite element. TensorFlow's is NaN at +inf alone, and where all
# has been -inf so far.
@_running_logsumexp.defjvp
def _running_logsumexp_tangent(
    axis: int, reverse: bool, primals: tuple[Array], tangents: tuple[Array]
) -> tuple[Array, Array]:
    (x,), (t,) = primals, tangents
    y = _running_logsumexp(x, axis, reverse)
    before = _shifted(y, axis, reverse, -math.inf)
    # What was there keeps a share, and the new element brings its own.
    kept = jnp.where(before == y, 1, lax.exp(before - jnp.where(before == y, 0, y)))
    new = t * jnp.where(x == math.inf, jnp.nan, lax.exp(x - y))

    def join(a: tuple[Array, Array], b: tuple[Array, Array]) -> tuple[Array, Array]:
        return a[0] * b[0], a[1] * b[0] + b[1]

    return y, lax.associative_scan(join, (kept, new), reverse, axis)[1]


def cumulative_logsumexp(x: Array, axis: int, exclusive: bool, reverse: bool) -> Array:
    y = _running_logsumexp(x, axis, reverse)
    return _shifted(y, axis, reverse, -math.inf) if exclusive else y
