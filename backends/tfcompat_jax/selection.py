"""Kernels that look elements up."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from tfcompat._src.numpy_kernels import arrays

from .parts import Part, parts

# Inside a program an index out of range gives zeros, so the front looks where it can.
refuses_bad_indices = False

Item = int | tuple[int, int, int] | None


def where(condition: Array, x: Array, y: Array) -> Array:
    # Without the nested jit of jnp.where: what a gradient reads must be plain to see.
    shape = np.broadcast_shapes(condition.shape, x.shape, y.shape)
    return lax.select(*[jnp.broadcast_to(a, shape) for a in (condition, x, y)])


def select(x: Array, index: int) -> Array:
    return lax.index_in_dim(x, index, 0, keepdims=False)


def select_at(x: Array, index: Array, axis: int) -> Array:
    if not x.shape[axis]:
        # Where a loop over no rows is compiled: XLA has no slice for what will never be taken.
        return jnp.zeros(x.shape[:axis] + x.shape[axis + 1 :], x.dtype)
    return lax.dynamic_index_in_dim(x, index, axis, keepdims=False)


def strided_slice(x: Array, items: tuple[Item, ...]) -> Array:
    # An item is a position, (first position, count, step), or None for a new axis; axes that are
    # not named stay whole.
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
    for size in x.shape[len(starts) :]:
        starts.append(0)
        limits.append(size)
        strides.append(1)
        shape.append(size)
    found = lax.slice(x, starts, limits, strides)
    if turned:
        found = lax.rev(found, turned)
    return lax.reshape(found, shape)


def _moving_slice(
    x: Array, starts: Array, sizes: tuple[int, ...], items: tuple[Item, ...]
) -> Array:
    whole = x.shape[len(sizes) :]
    where = [starts[i] for i in range(len(sizes))] + [np.int32(0)] * len(whole)
    return strided_slice(lax.dynamic_slice(x, where, sizes + whole), items)


def _start_of(items: tuple[Item, ...]) -> tuple[list[int], tuple[Any, ...]]:
    starts: list[int] = []
    sizes: list[int] = []
    within: list[Item] = []
    for item in items:
        if item is None:
            within.append(None)
            continue
        first, count, step = (item, 1, 1) if isinstance(item, int) else item
        low = min(first, first + (count - 1) * step) if count else 0
        starts.append(low)
        sizes.append((count - 1) * abs(step) + 1 if count else 0)
        within.append(0 if isinstance(item, int) else (first - low if count else 0, count, step))
    return starts, (tuple(sizes), tuple(within))


parts[select] = Part(arrays.select, _moving_slice, lambda index: _start_of((index,)))
parts[strided_slice] = Part(arrays.strided_slice, _moving_slice, _start_of)


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
    sizes, inner = params.shape[:depth], params.shape[depth:]
    lead = indices.shape[:-1]
    if not depth or 0 in sizes:
        found = params if not depth else jnp.zeros((), params.dtype)
        return jnp.broadcast_to(found, lead + inner)
    at, inside = _coordinates(indices, sizes, np.int32 if indices.dtype == np.int16 else None)
    found = params.at[tuple(at)].get(mode="clip")
    inside = lax.expand_dims(inside, range(len(lead), len(lead) + len(inner)))
    return jnp.where(inside, found, np.zeros((), params.dtype))


def _coordinates(
    indices: Array, shape: tuple[int, ...], dtype: Any = None
) -> tuple[list[Array], Array]:
    """The numbers along each axis, and where all of them are in range."""
    parts = [indices[..., at].astype(dtype or indices.dtype) for at in range(len(shape))]
    inside = jnp.ones(indices.shape[:-1], bool)
    for part, size in zip(parts, shape, strict=True):
        inside &= (part >= 0) & (part < size)
    return parts, inside


def flat_index(indices: Array, shape: tuple[int, ...]) -> Array:
    """Rows of the axes of `shape` made one; out of range, the row behind the last."""
    count = int(np.prod(shape))
    dtype = np.int32 if count < 2**31 and indices.dtype != np.int64 else np.int64
    parts, inside = _coordinates(indices, shape, dtype)
    rows = jnp.zeros(indices.shape[:-1], dtype)
    for part, size in zip(parts, shape, strict=True):
        rows = rows * size + part
    return jnp.where(inside, rows, np.asarray(count, dtype)).reshape(-1)


def searchsorted(sequence: Array, values: Array, right: bool) -> Array:
    def along(s: Array, v: Array) -> Array:
        found = jnp.searchsorted(s, v, side="right" if right else "left").astype(np.int32)
        # Nothing is smaller than NaN, so that it comes first of all.
        return found if right else jnp.where(v != v, 0, found)

    for _ in range(sequence.ndim - 1):
        along = jax.vmap(along)
    return along(sequence, values)
