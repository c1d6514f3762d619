"""Element-wise kernels."""

from __future__ import annotations

from jax import lax
import jax.numpy as jnp

add = jnp.add
subtract = jnp.subtract
multiply = jnp.multiply
divide = jnp.divide
negative = jnp.negative
square = jnp.square
pow = jnp.power  # noqa: A001
less = jnp.less
