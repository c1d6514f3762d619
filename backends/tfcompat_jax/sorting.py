"""Kernels for order along an axis."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array, lax

from tfcompat._src.dtypes import DType, int32

from .trie import TO_NATIVE


def _order(x: Array, axis: int, descending: bool) -> Array:
    """Positions of the elements in order, equal ones as they were, NaN as the largest."""
    keys = lax.stop_gradient(x)
    positions = lax.broadcasted_iota(jnp.int64, x.shape, axis)
    if descending:
        # Backwards before and after, so that equal elements keep their order.
        keys, positions = lax.rev(keys, (axis,)), lax.rev(positions, (axis,))
    _, positions = lax.sort([keys, positions], dimension=axis, is_stable=True, num_keys=1)
    return lax.rev(positions, (axis,)) if descending else positions


def sort(x: Array, axis: int, descending: bool) -> Array:
    if descending:
        return lax.rev(lax.sort(lax.rev(x, (axis,)), axis, is_stable=True), (axis,))
    return lax.sort(x, axis, is_stable=True)


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
