"""Results that XLA's CPU is to compute once."""

from __future__ import annotations

from typing import Any

import jax
from jax import Array, lax


@jax.custom_jvp
def stored(x: Array) -> Array:
    """The array itself, in memory of its own.

    Where many slices of a result are added XLA's CPU computes it anew in each of them, and looks
    through lax.optimization_barrier. An array of which an element is replaced has to exist.
    """
    if not x.size:
        return x
    first = lax.slice(x, (0,) * x.ndim, (1,) * x.ndim)
    return lax.dynamic_update_slice(x, first, (0,) * x.ndim)


@stored.defjvp
def _stored_tangent(primals: tuple[Any], tangents: tuple[Any]) -> tuple[Any, Any]:
    return stored(*primals), tangents[0]
