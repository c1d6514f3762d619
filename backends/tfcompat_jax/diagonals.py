"""Kernels for diagonals and bands of matrices."""

from __future__ import annotations

import math

import jax.numpy as jnp
from jax import Array


def spread(values: Array, other: Array, index: Array, chosen: Array, merged: int) -> Array:
    rest = values.shape[: values.ndim - merged]
    flat = values.reshape(*rest, math.prod(values.shape[len(rest) :]))
    if not flat.shape[-1]:
        return jnp.broadcast_to(other, flat.shape[:-1] + index.shape)
    return jnp.where(chosen, flat[..., index], other)


def diag(x: Array, k: int) -> Array:
    rows = jnp.pad(x, [(0, 0)] * (x.ndim - 1) + [(max(-k, 0), max(k, 0))])
    return jnp.where(
        jnp.eye(rows.shape[-1], k=k, dtype=bool), rows[..., None], jnp.zeros((), x.dtype)
    )


def diag_part(x: Array) -> Array:
    # Unlike jnp.diagonal this reads nothing of x in its derivative, which is None then.
    at = jnp.arange(min(x.shape[-2:]))
    return x[..., at, at]


def band_part(x: Array, lower: int, upper: int) -> Array:
    rows, columns = x.shape[-2:]
    if upper < columns - 1:
        x = jnp.tril(x, upper)
    return jnp.triu(x, -lower) if lower < rows - 1 else x


def trace(x: Array) -> Array:
    return diag_part(x).sum(-1, dtype=x.dtype)
