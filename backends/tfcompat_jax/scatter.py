"""Kernels that write elements to where indices say; what is out of range is dropped."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from .selection import Item, flat_index, strided_slice

Write = Callable[[Array, Array, Array], Array]


def _scatter(x: Array, indices: Array, updates: Array, write: Write) -> Array:
    depth = indices.shape[-1]
    shape = x.shape
    rows = flat_index(indices, shape[:depth])
    inner = int(np.prod(shape[depth:]))
    flat = lax.reshape(x, (int(np.prod(shape[:depth])), inner))
    return lax.reshape(write(flat, rows, lax.reshape(updates, (rows.size, inner))), shape)


def _add(x: Array, rows: Array, values: Array) -> Array:
    return x.at[rows].add(values, mode="drop")


def _subtract(x: Array, rows: Array, values: Array) -> Array:
    return x.at[rows].add(-values, mode="drop")


def _multiply(x: Array, rows: Array, values: Array) -> Array:
    return x.at[rows].multiply(values, mode="drop")


def _divide(x: Array, rows: Array, values: Array) -> Array:
    if jnp.issubdtype(x.dtype, jnp.inexact):
        return x.at[rows].multiply(1 / values, mode="drop")

    # Integers are cut off at every division, so one follows the other.
    def step(i: Any, at: Array) -> Array:
        return at.at[rows[i]].set(lax.div(at[rows[i]], values[i]), mode="drop")

    return lax.fori_loop(0, rows.size, step, x)


def _write(x: Array, rows: Array, values: Array) -> Array:
    return x.at[rows].set(values, mode="drop")


@jax.custom_jvp
def _update(x: Array, rows: Array, values: Array) -> Array:
    return _write(x, rows, values)


@_update.defjvp
def _update_jvp(primals: Any, tangents: Any) -> Any:
    # Every update gets its row's gradient, as in TensorFlow, though only the last of those to one
    # row is seen; that is what JAX does where rows are said to differ.
    x, rows, values = primals
    dx, _, dv = tangents
    return _write(x, rows, values), dx.at[rows].set(dv, mode="drop", unique_indices=True)


def _extreme(how: str) -> Write:
    def write(x: Array, rows: Array, values: Array) -> Array:
        at = x.at[rows]
        return at.max(values, mode="drop") if how == "max" else at.min(values, mode="drop")

    differentiable = jax.custom_jvp(write)

    @differentiable.defjvp
    def jvp(primals: Any, tangents: Any) -> Any:
        # TensorFlow shares the gradient among all that equal the extreme.
        x, rows, values = primals
        dx, _, dv = tangents
        found = write(x, rows, values)
        stays = (x == found).astype(x.dtype)
        comes = (values == found.at[rows].get(mode="fill", fill_value=0)).astype(x.dtype)
        sharing = _add(stays, rows, comes)
        each = comes / sharing.at[rows].get(mode="fill", fill_value=1)
        return found, _add(dx * (stays / sharing), rows, dv * each)

    return differentiable


_maximum = _extreme("max")
_minimum = _extreme("min")


def tensor_scatter_nd_add(x: Array, indices: Array, updates: Array) -> Array:
    return _scatter(x, indices, updates, _add)


def tensor_scatter_nd_sub(x: Array, indices: Array, updates: Array) -> Array:
    return _scatter(x, indices, updates, _subtract)


def tensor_scatter_nd_update(x: Array, indices: Array, updates: Array) -> Array:
    return _scatter(x, indices, updates, _update)


def tensor_scatter_nd_multiply(x: Array, indices: Array, updates: Array) -> Array:
    return _scatter(x, indices, updates, _multiply)


def tensor_scatter_nd_divide(x: Array, indices: Array, updates: Array) -> Array:
    return _scatter(x, indices, updates, _divide)


def tensor_scatter_nd_max(x: Array, indices: Array, updates: Array) -> Array:
    return _scatter(x, indices, updates, _maximum)


def tensor_scatter_nd_min(x: Array, indices: Array, updates: Array) -> Array:
    return _scatter(x, indices, updates, _minimum)


def scatter_nd(indices: Array, updates: Array, shape: tuple[int, ...]) -> Array:
    zeros = lax.full(shape, 0, updates.dtype)
    # Adding booleans is saying whether any is true.
    return _scatter(zeros, indices, updates, _maximum if updates.dtype == bool else _add)


def slice_update(x: Array, value: Array, items: tuple[Item, ...]) -> Array:
    # Positions of the elements, sliced as the elements would be.
    where = strided_slice(jnp.arange(x.size).reshape(x.shape), items)
    flat = lax.reshape(x, (x.size,))
    values = jnp.broadcast_to(value, where.shape).reshape(-1)
    return lax.reshape(flat.at[where.reshape(-1)].set(values, unique_indices=True), x.shape)
