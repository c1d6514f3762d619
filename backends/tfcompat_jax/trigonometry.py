"""Trigonometric functions of many single-precision numbers on a CPU.

XLA computes these one number at a time there. Here they are polynomials, fitted to the functions,
of which the processor computes several at once; the error is below three units in the last place.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import reduce

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

Function = Callable[..., Array]

#: A few numbers are not worth it.
MANY = 4096
# Up to here the multiples of pi / 2 that are taken off are exact.
_FAR = 1e6


def for_many(quick: Function, exact: Function) -> Function:
    """`quick` where that is of use, else `exact`."""

    def function(*inputs: Array) -> Array:
        x = inputs[0]
        if x.dtype == jnp.float32 and x.size >= MANY and jax.default_backend() == "cpu":
            return quick(*inputs)
        return exact(*inputs)

    return function


def _polynomial(x: Array, *coefficients: float) -> Array:
    """The highest coefficient comes first."""
    terms = [np.float32(c) for c in coefficients]
    return reduce(lambda total, c: total * x + c, terms[1:], jnp.full_like(x, terms[0]))


# --------------------------------------------------------------------------------- sine and cosine
def _sine(x: Array) -> Array:
    s = lax.square(x)
    return _polynomial(s, -1.9587950e-4, 8.3327489e-3, -0.16666664) * s * x + x


def _cosine(x: Array) -> Array:
    s = lax.square(x)
    return _polynomial(s, 2.4547991e-5, -1.3888304e-3, 0.041666664) * s * s - 0.5 * s + 1


def _near(x: Array, quarter: int) -> Array:
    """The sine `quarter` quarters of a turn later."""
    wide = x.astype(jnp.float64)
    turns = lax.round(wide * (2 / math.pi), lax.RoundingMethod.TO_NEAREST_EVEN)
    # pi / 2 in two pieces, the first of which has few bits.
    rest = wide - turns * 1.5707963267341256 - turns * 6.077100506506192e-11
    rest = rest.astype(x.dtype)
    quarters = turns.astype(jnp.int32) + quarter
    found = jnp.where(quarters & 1 == 0, _sine(rest), _cosine(rest))
    return jnp.where(quarters & 2 == 0, found, -found)


def _periodic(quarter: int, exact: Function) -> Function:
    def quick(x: Array) -> Array:
        return lax.cond((lax.abs(x) < _FAR).all(), lambda near: _near(near, quarter), exact, x)

    return for_many(quick, exact)


sin = _periodic(0, lax.sin)
cos = _periodic(1, lax.cos)


# ---------------------------------------------------------------------------------------- inverses
def _arc_tangent(x: Array) -> Array:
    """Of numbers from 0 to 1."""
    far = x > math.tan(math.pi / 8)
    z = jnp.where(far, (x - 1) / (x + 1), x)
    s = lax.square(z)
    found = _polynomial(s, -0.06459376, 0.10746299, -0.14264232, 0.19999550, -0.33333331)
    return jnp.where(far, math.pi / 4, 0.0).astype(x.dtype) + (found * s * z + z)


def _quick_atan(x: Array) -> Array:
    size = lax.abs(x)
    far = size > 1
    found = _arc_tangent(jnp.where(far, 1 / size, size))
    found = jnp.where(far, np.float32(math.pi / 2) - found, found)
    return jnp.where(x == 0, x, lax.sign(x) * found)


def _quick_atan2(y: Array, x: Array) -> Array:
    y, x = jnp.broadcast_arrays(y, x)
    height, width = lax.abs(y), lax.abs(x)
    steep = height > width
    # Both zero, or both infinite, count as 0 and as 1.
    ratio = jnp.where(height == width, 1, jnp.minimum(height, width) / jnp.maximum(height, width))
    ratio = jnp.where(height == 0, jnp.where(jnp.isnan(x), x, 0), ratio)
    found = _arc_tangent(ratio)
    found = jnp.where(steep, np.float32(math.pi / 2) - found, found)
    found = jnp.where(jnp.signbit(x), np.float32(math.pi) - found, found)
    return jnp.where(jnp.signbit(y), -found, found)


def _arc_sine(x: Array) -> Array:
    """Of numbers up to a half."""
    s = lax.square(x)
    found = _polynomial(s, 0.03380575, 0.01707786, 0.03111616, 0.04459803, 0.07500099, 0.16666666)
    return found * s * x + x


def _quick_asin(x: Array) -> Array:
    size = lax.abs(x)
    far = size > 0.5
    found = _arc_sine(jnp.where(far, lax.sqrt(0.5 - 0.5 * size), size))
    found = jnp.where(far, np.float32(math.pi / 2) - 2 * found, found)
    return jnp.where(x < 0, -found, jnp.where(x == 0, x, found))


def _quick_acos(x: Array) -> Array:
    size = lax.abs(x)
    far = size > 0.5
    found = _arc_sine(jnp.where(far, lax.sqrt(0.5 - 0.5 * size), x))
    from_end = jnp.where(x < 0, np.float32(math.pi) - 2 * found, 2 * found)
    return jnp.where(far, from_end, np.float32(math.pi / 2) - found)


atan = for_many(_quick_atan, lax.atan)
atan2 = for_many(_quick_atan2, jnp.arctan2)
asin = for_many(_quick_asin, lax.asin)
acos = for_many(_quick_acos, lax.acos)
