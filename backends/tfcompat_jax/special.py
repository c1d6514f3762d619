"""Kernels for Bessel functions and special integrals, with TensorFlow's derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import jax.numpy as jnp
from jax import Array, lax

from tfcompat._src import special_functions as exact

from .derivative import Kernel, derived
from .transcendental import at_zero


def _wide(function: Callable[[Array], Array]) -> Kernel:
    """`function` in double precision."""
    return lambda x: function(x.astype(jnp.float64)).astype(x.dtype)


def _k(order: int, x: Array) -> Array:
    return exact.bessel_k_scaled(jnp, order, x) * jnp.exp(-x)


bessel_j0 = derived(_wide(partial(exact.bessel_j, jnp, 0)), lambda y, x: -bessel_j1(x))
bessel_j1: Kernel = derived(
    _wide(partial(exact.bessel_j, jnp, 1)),
    lambda y, x: at_zero(x, 0.5, bessel_j0(x) - bessel_j1(x) / x),
)
bessel_y0 = derived(_wide(partial(exact.bessel_y, jnp, 0)), lambda y, x: -bessel_y1(x))
bessel_y1: Kernel = derived(
    _wide(partial(exact.bessel_y, jnp, 1)), lambda y, x: bessel_y0(x) - bessel_y1(x) / x
)
bessel_k0 = derived(_wide(partial(_k, 0)), lambda y, x: -bessel_k1(x))
bessel_k1: Kernel = derived(_wide(partial(_k, 1)), lambda y, x: -bessel_k0(x) - bessel_k1(x) / x)
bessel_k0e: Kernel = derived(
    _wide(partial(exact.bessel_k_scaled, jnp, 0)), lambda y, x: bessel_k0e(x) - bessel_k1e(x)
)
bessel_k1e: Kernel = derived(
    _wide(partial(exact.bessel_k_scaled, jnp, 1)),
    lambda y, x: bessel_k1e(x) * (1 - 1 / x) - bessel_k0e(x),
)
dawsn: Kernel = derived(_wide(partial(exact.dawsn, jnp)), lambda y, x: 1 - 2 * x * dawsn(x))
expint = derived(_wide(partial(exact.expint, jnp)), lambda y, x: lax.exp(x) / x)
fresnel_cos = derived(
    _wide(lambda x: exact.fresnel(jnp, x)[1]), lambda y, x: lax.cos(math.pi / 2 * lax.square(x))
)
fresnel_sin = derived(
    _wide(lambda x: exact.fresnel(jnp, x)[0]), lambda y, x: lax.sin(math.pi / 2 * lax.square(x))
)
spence = derived(
    _wide(partial(exact.spence, jnp)),
    lambda y, x: jnp.where(x == 1, jnp.full_like(x, -1), lax.log(x) / (1 - x)),
)
