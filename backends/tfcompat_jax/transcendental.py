"""Kernels for functions of analysis. Where JAX's derivative is not TensorFlow's, it says why."""

from __future__ import annotations

import math

import jax.numpy as jnp
from jax import Array, lax
from jax.scipy import special

from . import trigonometry
from .derivative import Kernel, derived


def sqrt(x: Array) -> Array:
    return lax.sqrt(x)


# JAX divides by x, whose sign at 0 is then lost to the second derivative.
rsqrt = derived(lax.rsqrt, lambda y, x: -0.5 * y * y * y)


def reciprocal(x: Array) -> Array:
    return lax.integer_pow(x, -1)


def exp(x: Array) -> Array:
    return lax.exp(x)


def expm1(x: Array) -> Array:
    return lax.expm1(x)


def log(x: Array) -> Array:
    return lax.log(x)


def log1p(x: Array) -> Array:
    return lax.log1p(x)


def tan(x: Array) -> Array:
    return lax.tan(x)


def tanh(x: Array) -> Array:
    return lax.tanh(x)


def sigmoid(x: Array) -> Array:
    return lax.logistic(x)


sin: Kernel = derived(trigonometry.sin, lambda y, x: cos(x))
cos: Kernel = derived(trigonometry.cos, lambda y, x: -sin(x))
atan = derived(trigonometry.atan, lambda y, x: 1 / (1 + lax.square(x)))
sinh = lax.sinh
cosh = lax.cosh


def _of_sine(x: Array) -> Array:
    # At the conjugate: on the cuts, where the sign of zero decides, this is TensorFlow's side.
    return jnp.conj(lax.rsqrt(1 - lax.square(jnp.conj(x))))


asin = derived(trigonometry.asin, lambda y, x: _of_sine(x))
acos = derived(trigonometry.acos, lambda y, x: -_of_sine(x))
asinh = derived(lax.asinh, lambda y, x: 1 / lax.cosh(y))
# JAX's second derivative at the poles is NaN.
atanh = derived(lax.atanh, lambda y, x: 1 / (1 - lax.square(x)))
erf = lax.erf
erfc = lax.erfc
erfinv = lax.erf_inv

# JAX has a derivative where x < 1, and so no result.
acosh = derived(lax.acosh, lambda y, x: 1 / lax.sinh(y))


# JAX's is its own at the origin, where TensorFlow's is NaN.
def _inverse(y: Array, x: Array) -> Array:
    return 1 / (lax.square(x) + lax.square(y))


atan2 = derived(
    trigonometry.atan2, lambda z, y, x: x * _inverse(y, x), lambda z, y, x: -y * _inverse(y, x)
)


def _softplus(x: Array) -> Array:
    return jnp.logaddexp(x, jnp.zeros((), x.dtype))


softplus = derived(_softplus, lambda y, x: lax.logistic(x))


def log_sigmoid(x: Array) -> Array:
    return -softplus(-x)


# Differentiated as written it is NaN at infinity.
softsign = derived(lambda x: x / (1 + lax.abs(x)), lambda y, x: lax.integer_pow(1 + lax.abs(x), -2))


# JAX takes 0 where the derivative is infinite.
ndtri = derived(special.ndtri, lambda y, x: math.sqrt(2 * math.pi) * lax.exp(lax.square(y) / 2))


# JAX takes other sides at 0.
def at_zero(x: Array, value: float, other: Array) -> Array:
    return jnp.where(x == 0, jnp.full_like(x, value), other)


bessel_i0 = derived(special.i0, lambda y, x: bessel_i1(x))
bessel_i0e: Kernel = derived(
    lax.bessel_i0e, lambda y, x: bessel_i1e(x) - jnp.sign(x) * bessel_i0e(x)
)
bessel_i1: Kernel = derived(
    special.i1, lambda y, x: at_zero(x, 1.0, bessel_i0(x) - bessel_i1(x) / x)
)
bessel_i1e: Kernel = derived(
    lax.bessel_i1e,
    lambda y, x: at_zero(x, 0.5, bessel_i0e(x) - bessel_i1e(x) * (jnp.sign(x) + 1 / x)),
)


def _digamma(x: Array) -> Array:
    # At 0 JAX takes a side.
    return jnp.where(x == 0, jnp.nan, lax.digamma(x))


digamma: Kernel = derived(_digamma, lambda y, x: polygamma(jnp.ones_like(x), x))


lgamma = derived(lax.lgamma, lambda y, x: digamma(x))


def _density(a: Array, x: Array) -> Array:
    return lax.exp((a - 1) * lax.log(x) - x - lax.lgamma(a))


# From here on JAX sums for minutes, or for ever, and the distribution is the normal one.
_LARGE = 1e14


def _standard(a: Array, x: Array) -> Array:
    """How many standard deviations x is from the mean, for large a."""
    return jnp.where(a == jnp.inf, -jnp.inf, (x - a) * lax.rsqrt(a))


def _incomplete(by_terms: Kernel, by_normal: Kernel, at_zero: Kernel) -> Kernel:
    """A function of the gamma distribution: one for moderate a, for large a, and its value at 0."""

    def kernel(a: Array, x: Array) -> Array:
        a, x = jnp.broadcast_arrays(a, x)
        large = a > _LARGE
        moderate = by_terms(jnp.where(large, 1, a), jnp.where(large, 1, x))
        found = jnp.where(large, by_normal(a, _standard(a, x)), moderate)
        found = jnp.where((a > 0) & (x >= 0), found, jnp.nan)
        return jnp.where(x == 0, at_zero(a), found)

    return kernel


def _slope_by_terms(a: Array, x: Array) -> Array:
    # JAX's is NaN at infinity.
    found = lax.igamma_grad_a(a, jnp.where(x == jnp.inf, 1, x))
    return jnp.where((x == 0) | ((x == jnp.inf) & (a > 0)), 0, found)


_igamma_by_a = _incomplete(
    _slope_by_terms,
    lambda a, z: -lax.exp(-lax.square(z) / 2) * lax.rsqrt(2 * math.pi * a),
    jnp.zeros_like,
)


def _igamma_by_a_twice(y: Array, a: Array, x: Array) -> Array:
    # TensorFlow has none; no formula is simpler than the difference.
    wide, at = a.astype(jnp.float64), x.astype(jnp.float64)
    step = 1e-5 * wide
    rise = _igamma_by_a(wide + step, at) - _igamma_by_a(wide - step, at)
    return (rise / (2 * step)).astype(y.dtype)


_slope_by_a = derived(
    _igamma_by_a,
    _igamma_by_a_twice,
    lambda y, a, x: _density(a, x) * (lax.log(x) - digamma(a)),
)
igamma = derived(
    _incomplete(special.gammainc, lambda a, z: special.ndtr(z), jnp.zeros_like),
    lambda y, a, x: _slope_by_a(a, x),
    lambda y, a, x: _density(a, x),
)
_igammac = _incomplete(
    special.gammaincc,
    lambda a, z: special.ndtr(-z),
    lambda a: jnp.where(a > 0, jnp.ones_like(a), jnp.nan),
)
igammac = derived(
    # Beyond infinity there is nothing, however large a is.
    lambda a, x: jnp.where((x == jnp.inf) & (a > 0), 0, _igammac(a, x)),
    lambda y, a, x: -_slope_by_a(a, x),
    lambda y, a, x: -_density(a, x),
)


def _zeta(x: Array, q: Array) -> Array:
    found = special.zeta(x, q)
    # Of what JAX has no number for: the sum's largest term alone.
    most = jnp.where(q < 1, jnp.inf, (q == 1).astype(found.dtype))
    between = (x == lax.floor(x)) & (q != lax.floor(q))
    missing = jnp.isnan(found) & (x > 1) & ~jnp.isnan(q) & (jnp.isinf(x) | (q > 0) | between)
    return jnp.where(x < 1, jnp.nan, jnp.where(missing, most, found))


zeta: Kernel = derived(_zeta, None, lambda z, x, q: -x * zeta(x + 1, q))


def _polygamma(a: Array, x: Array) -> Array:
    sign = jnp.where(jnp.isinf(a), 1, 1 - 2 * jnp.remainder(a + 1, 2))
    higher = sign * lax.exp(lax.lgamma(a + 1)) * _zeta(a + 1, x)
    return jnp.where(a == 0, digamma(x), jnp.where(a == lax.floor(a), higher, jnp.nan))


# JAX's own is for static integers.
polygamma: Kernel = derived(_polygamma, None, lambda z, a, x: polygamma(a + 1, x))


def _beta_density(z: Array, a: Array, b: Array, x: Array) -> Array:
    log_beta = lax.lgamma(a) + lax.lgamma(b) - lax.lgamma(a + b)
    return lax.exp(special.xlogy(a - 1, x) + special.xlog1py(b - 1, -x) - log_beta)


def _betainc(a: Array, b: Array, x: Array) -> Array:
    # JAX has limits for zero and infinity, where TensorFlow has NaN, and NaN at the ends.
    found = special.betainc(a, b, x)
    found = jnp.where((a < jnp.inf) & (b < jnp.inf), found, jnp.nan)
    found = jnp.where((x == 0) | (x == 1), x, found)
    return jnp.where((a <= 0) | (b <= 0), jnp.nan, found)


betainc = derived(_betainc, None, None, _beta_density)
