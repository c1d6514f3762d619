"""Kernels for order along an axis."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from tfcompat._src.dtypes import DType, int32

from .trie import TO_NATIVE


def _keys(x: Array) -> Array:
    """Integers that are in the order of the elements; NaN is the largest, -0 before 0.

    XLA's CPU sorts integers five times as fast as numbers, whose order JAX has to write out.
    """
    if not jnp.issubdtype(x.dtype, jnp.floating):
        return x
    integer = jnp.dtype(f"int{x.dtype.itemsize * 8}")
    bits = lax.bitcast_convert_type(x, integer)
    most = np.asarray(jnp.iinfo(integer).max, integer)
    ordered = bits ^ (
        lax.shift_right_arithmetic(bits, integer.type(integer.itemsize * 8 - 1)) & most
    )
    return jnp.where(x != x, most, ordered)


def _order(x: Array, axis: int, descending: bool) -> Array:
    """Positions of the elements in order, equal ones as they were, NaN as the largest."""
    x = lax.stop_gradient(x)
    positions = lax.broadcasted_iota(jnp.int64, x.shape, axis)
    if x.dtype.itemsize <= 4 and jax.default_backend() == "cpu":
        # One integer from element and position: all differ, so that any algorithm will do.
        keys = _keys(jnp.where(x == 0, 0, x) if x.dtype.kind != "b" else x).astype(jnp.int64)
        if x.dtype == jnp.uint32:
            keys -= 1 << 31
        pairs = ((~keys if descending else keys) << 32) | positions
        return lax.sort(pairs, axis, is_stable=False) & 0xFFFFFFFF
    keys = x
    if descending:
        # Backwards before and after, so that equal elements keep their order.
        keys, positions = lax.rev(keys, (axis,)), lax.rev(positions, (axis,))
    _, positions = lax.sort([keys, positions], dimension=axis, is_stable=True, num_keys=1)
    return lax.rev(positions, (axis,)) if descending else positions


@partial(jax.custom_jvp, nondiff_argnums=(1,))
def _ascending(x: Array, axis: int) -> Array:
    if not jnp.issubdtype(x.dtype, jnp.floating) or jax.default_backend() != "cpu":
        return lax.sort(x, axis, is_stable=True)
    keys = lax.sort(_keys(x), axis, is_stable=False)
    # The bits of a negative number were turned; so were NaN's, which has many.
    most = np.asarray(jnp.iinfo(keys.dtype).max, keys.dtype)
    bits = jnp.where(keys < 0, keys ^ most, keys)
    return lax.bitcast_convert_type(bits, x.dtype)


@_ascending.defjvp
def _ascending_tangent(
    axis: int, primals: tuple[Array], tangents: tuple[Array]
) -> tuple[Array, Array]:
    return jax.jvp(lambda x: lax.sort(x, axis, is_stable=True), primals, tangents)


def sort(x: Array, axis: int, descending: bool) -> Array:
    if not descending:
        return _ascending(x, axis)
    # Backwards before, too: the gradient takes equal elements as they were.
    return lax.rev(_ascending(lax.rev(x, (axis,)), axis), (axis,))


def argsort(x: Array, axis: int, descending: bool, dtype: DType = int32) -> Array:
    return _order(x, axis, descending).astype(TO_NATIVE[dtype])


def top_k(x: Array, k: int, indices: DType) -> tuple[Array, Array]:
    axis = x.ndim - 1
    if x.dtype == jnp.float32 and k and k * 4 < x.shape[-1] >= 64:
        # XLA holds -0 for less than 0, and is fast for few of many float32 only.
        keys = lax.stop_gradient(x)
        _, positions = lax.top_k(jnp.where(keys == 0, 0.0, keys), k)
        return jnp.take_along_axis(x, positions, axis), positions.astype(TO_NATIVE[indices])
    positions = lax.slice_in_dim(_order(x, axis, True), 0, k, axis=axis)
    return jnp.take_along_axis(x, positions, axis), positions.astype(TO_NATIVE[indices])


def in_top_k(classes: Array, scores: Array, k: int) -> Array:
    count = scores.shape[1]
    inside = (classes >= 0) & (classes < count)
    column = jnp.clip(classes, 0, max(count - 1, 0))[:, None]
    chosen = jnp.take_along_axis(scores, column, 1)
    # What is not finite counts for as many as are too many: one sum tells all.
    many = min(max(k, 1), count + 1)
    exact = jnp.int32 if count * many < 2**31 else jnp.int64
    higher = jnp.where(jnp.isfinite(scores), (scores > chosen).astype(exact), exact(many)).sum(1)
    return inside & (higher < min(k, count + 1))


def is_increasing(x: Array, strictly: bool) -> Array:
    x = x.reshape(-1)
    before, after = x[:-1], x[1:]
    return ((after > before) if strictly else (after >= before)).all()
