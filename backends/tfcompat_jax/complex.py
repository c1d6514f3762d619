"""Kernels for the parts of complex numbers."""

from __future__ import annotations

import math

import jax.numpy as jnp
from jax import Array, lax

real = lax.real
imag = lax.imag
conj = lax.conj
angle = jnp.angle
zeros_like = jnp.zeros_like


def complex(x: Array, y: Array) -> Array:
    return lax.complex(*jnp.broadcast_arrays(x, y))


def angle_of_real(x: Array) -> Array:
    return jnp.where(x < 0, jnp.full_like(x, math.pi), jnp.zeros_like(x))
