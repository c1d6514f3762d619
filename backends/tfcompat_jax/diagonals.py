"""Kernels for diagonals and bands of matrices."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array


def spread(values: Array, other: Array, index: Array, chosen: Array, merged: int) -> Array:
    flat = values.reshape(*values.shape[: values.ndim - merged], -1)
    if not flat.shape[-1]:
        return jnp.broadcast_to(other, flat.shape[:-1] + index.shape)
    return jnp.where(chosen, flat[..., index], other)


def diag(x: Array, k: int) -> Array:
    rows = jnp.pad(x, [(0, 0)] * (x.ndim - 1) + [(max(-k, 0), max(k, 0))])
    return jnp.where(jnp.eye(rows.shape[-1], k=k, dtype=bool), rows[..., None], 0)


def diag_part(x: Array) -> Array:
    return jnp.diagonal(x, axis1=-2, axis2=-1)


def band_part(x: Array, lower: int, upper: int) -> Array:
    return jnp.triu(jnp.tril(x, upper), -lower)


def trace(x: Array) -> Array:
    return jnp.diagonal(x, axis1=-2, axis2=-1).sum(-1, dtype=x.dtype)
