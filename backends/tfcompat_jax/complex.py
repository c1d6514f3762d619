"""Kernels for the parts of complex numbers."""

from __future__ import annotations

import math

import jax
import jax.numpy as jnp
from jax import Array, lax

real = lax.real
imag = lax.imag
conj = lax.conj
zeros_like = jnp.zeros_like


@jax.custom_jvp
def angle(x: Array) -> Array:
    return jnp.angle(x)


@angle.defjvp
def _angle_jvp(primals: tuple[Array], tangents: tuple[Array]) -> tuple[Array, Array]:
    # Not finite at 0, where JAX's is 0.
    return angle(*primals), lax.imag(tangents[0] / primals[0])


def complex(x: Array, y: Array) -> Array:
    return lax.complex(*jnp.broadcast_arrays(x, y))


def angle_of_real(x: Array) -> Array:
    return jnp.where(x < 0, jnp.full_like(x, math.pi), jnp.zeros_like(x))
