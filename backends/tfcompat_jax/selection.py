"""Kernels that look elements up."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

# Inside a program an index out of range gives zeros, so the front looks where it can.
refuses_bad_indices = False

Item = int | tuple[int, int, int] | None


def where(condition: Array, x: Array, y: Array) -> Array:
    return jnp.where(condition, x, y)


def select(x: Array, index: int) -> Array:
    return lax.index_in_dim(x, index, 0, keepdims=False)


def strided_slice(x: Array, items: tuple[Item, ...]) -> Array:
    # An item is a position, (first position, count, step), or None for a new axis.
    starts: list[int] = []
    limits: list[int] = []
    strides: list[int] = []
    turned: list[int] = []
    shape: list[int] = []
    for item in items:
        if item is None:
            shape.append(1)
            continue
        axis = len(starts)
        first, count, step = (item, 1, 1) if isinstance(item, int) else item
        if not isinstance(item, int):
            shape.append(count)
        if step < 0:
            turned.append(axis)
            first, step = first + (count - 1) * step, -step
        starts.append(first if count else 0)
        limits.append(first + (count - 1) * step + 1 if count else 0)
        strides.append(step)
    found = lax.slice(x, starts, limits, strides)
    if turned:
        found = lax.rev(found, turned)
    return lax.reshape(found, shape)


def _take(x: Array, indices: Array, axis: int) -> Array:
    fill: Any = False if x.dtype == bool else 0
    size = x.shape[axis]
    # Negative positions are out of range here; JAX would count them from the end.
    safe = jnp.where(indices < 0, np.asarray(size, indices.dtype), indices)
    return jnp.take(x, safe, axis, mode="fill", fill_value=fill)


def gather(params: Array, indices: Array, axis: int, batch_dims: int) -> Array:
    if indices.dtype == np.int16:
        indices = indices.astype(np.int32)
    if not batch_dims:
        return _take(params, indices, axis)
    return jax.vmap(lambda p, i: gather(p, i, axis - 1, batch_dims - 1))(params, indices)


def gather_nd(params: Array, indices: Array) -> Array:
    depth = indices.shape[-1]
    rows = flat_index(indices, params.shape[:depth])
    flat = lax.reshape(params, (int(np.prod(params.shape[:depth])), *params.shape[depth:]))
    return lax.reshape(_take(flat, rows, 0), indices.shape[:-1] + params.shape[depth:])


def flat_index(indices: Array, shape: tuple[int, ...]) -> Array:
    """Rows of the axes of `shape` made one; out of range, the row behind the last."""
    rows = jnp.zeros(indices.shape[:-1], np.int64)
    inside = jnp.ones(indices.shape[:-1], bool)
    for at, size in enumerate(shape):
        part = indices[..., at].astype(np.int64)
        rows = rows * size + part
        inside &= (part >= 0) & (part < size)
    return jnp.where(inside, rows, int(np.prod(shape))).reshape(-1)


def searchsorted(sequence: Array, values: Array, right: bool) -> Array:
    def along(s: Array, v: Array) -> Array:
        return jnp.searchsorted(s, v, side="right" if right else "left").astype(np.int32)

    for _ in range(sequence.ndim - 1):
        along = jax.vmap(along)
    return along(sequence, values)
