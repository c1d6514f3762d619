"""Kernels for the bits of integers."""

from __future__ import annotations

import jax.numpy as jnp
from jax import Array

bitwise_and = jnp.bitwise_and
bitwise_or = jnp.bitwise_or
bitwise_xor = jnp.bitwise_xor
invert = jnp.bitwise_not


def _places(x: Array, y: Array) -> Array:
    return jnp.clip(y, 0, jnp.iinfo(x.dtype).bits - 1)


def left_shift(x: Array, y: Array) -> Array:
    return jnp.left_shift(x, _places(x, y))


def right_shift(x: Array, y: Array) -> Array:
    return jnp.right_shift(x, _places(x, y))
