"""Kernels for sums by label. Ids are a prefix of the data's shape; negative ones are dropped."""

from __future__ import annotations

from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array

from tfcompat._src.dtypes import DType

from .trie import TO_NATIVE


def _flat(x: Array, ids: Array, count: int) -> tuple[Array, Array]:
    """Rows, and the segment of each, `count` for none."""
    rows = x.reshape((ids.size, *x.shape[ids.ndim :]))
    ids = ids.reshape(-1)
    return rows, jnp.where(ids < 0, count, ids)


def _sum(rows: Array, ids: Array, count: int) -> Array:
    total = jnp.zeros((count + 1, *rows.shape[1:]), rows.dtype)
    return total.at[ids].add(rows)[:count]


def segment_sum(x: Array, ids: Array, count: int) -> Array:
    return _sum(*_flat(x, ids, count), count)


def segment_mean(x: Array, ids: Array, count: int) -> Array:
    rows, ids = _flat(x, ids, count)
    sizes = jnp.maximum(_sum(jnp.ones(ids.shape, jnp.int64), ids, count), 1)
    sizes = sizes.reshape((count, *[1] * (rows.ndim - 1))).astype(x.dtype)
    return jax.lax.div(*jnp.broadcast_arrays(_sum(rows, ids, count), sizes))


def bincount(x: Array, size: int, dtype: DType) -> Array:
    return jnp.bincount(x.reshape(-1), length=size).astype(TO_NATIVE[dtype])


def _extreme(rows: Array, ids: Array, count: int, empty: Any, update: str) -> Array:
    if jnp.issubdtype(rows.dtype, jnp.floating):
        # TensorFlow's extremes take no notice of NaN.
        last = -jnp.inf if update == "max" else jnp.inf
        rows = jnp.where(jnp.isnan(rows), jnp.array(last, rows.dtype), rows)
    filled = jnp.zeros(count + 1, jnp.bool_).at[ids].set(True)
    first = jnp.zeros(count + 1, jnp.int64).at[ids].set(jnp.arange(len(ids)))
    start = rows[first] if len(ids) else jnp.zeros((count + 1, *rows.shape[1:]), rows.dtype)
    found = getattr(start.at[ids], update)(rows)
    filled = filled.reshape((-1, *[1] * (rows.ndim - 1)))
    return jnp.where(filled, found, jnp.array(empty, rows.dtype))[:count]


# JAX has no derivative of these; TensorFlow's is shared by equal elements.
@partial(jax.custom_jvp, nondiff_argnums=(2, 3, 4))
def _shared(rows: Array, ids: Array, count: int, empty: Any, update: str) -> Array:
    return _extreme(rows, ids, count, empty, update)


@_shared.defjvp
def _shared_tangent(
    count: int, empty: Any, update: str, primals: tuple[Array, Array], tangents: Any
) -> tuple[Array, Array]:
    rows, ids = primals
    result = _extreme(rows, ids, count, empty, update)
    chosen = (rows == _by_row(result, ids)).astype(rows.dtype)
    shares = jnp.maximum(_sum(chosen, ids, count), 1)
    return result, _sum(chosen * tangents[0], ids, count) / shares


def _by_row(x: Array, ids: Array) -> Array:
    """What belongs to the segment of each row."""
    return jnp.concatenate([x, jnp.ones((1, *x.shape[1:]), x.dtype)])[ids]


def segment_max(x: Array, ids: Array, count: int, empty: Any) -> Array:
    return _shared(*_flat(x, ids, count), count, empty, "max")


def segment_min(x: Array, ids: Array, count: int, empty: Any) -> Array:
    return _shared(*_flat(x, ids, count), count, empty, "min")


@partial(jax.custom_jvp, nondiff_argnums=(2,))
def _product(rows: Array, ids: Array, count: int) -> Array:
    return jnp.ones((count + 1, *rows.shape[1:]), rows.dtype).at[ids].mul(rows)[:count]


# JAX differentiates products only where no segment has two rows.
@_product.defjvp
def _product_tangent(
    count: int, primals: tuple[Array, Array], tangents: Any
) -> tuple[Array, Array]:
    rows, ids = primals
    zero = rows == 0
    filled = jnp.where(zero, 1, rows)
    nonzero = _by_row(_product(filled, ids, count), ids)
    zeros = _by_row(_sum(zero.astype(rows.dtype), ids, count), ids)
    # TensorFlow does not conjugate this one: the engine, which does, is given the conjugate.
    others = jnp.conj(jnp.where(zeros - zero == 0, nonzero / filled, 0))
    return _product(rows, ids, count), _sum(others * tangents[0], ids, count)


def segment_prod(x: Array, ids: Array, count: int) -> Array:
    return _product(*_flat(x, ids, count), count)


def ones(x: Array, dtype: DType) -> Array:
    return jnp.ones(x.shape, TO_NATIVE[dtype])


def at_least_one(x: Array, shape: tuple[int, ...]) -> Array:
    return jnp.maximum(x, 1).reshape(shape)


def weighted_bins(weights: Array, bins: Array, rows: int, size: int, by_row: bool) -> Array:
    total = jnp.zeros(rows * (size + 1), weights.dtype).at[bins].add(weights.reshape(-1))
    table = total.reshape(rows, size + 1)[:, :size]
    return table if by_row else table[0]
