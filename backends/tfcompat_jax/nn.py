"""Kernels for activations. The derivatives at special points are TensorFlow's."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial, reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from .derivative import derived
from .storing import stored
from .transcendental import rsqrt

Kernel = Callable[..., Any]


def _with_tangent(value: Kernel, tangent: Kernel) -> Kernel:
    """`value` of one array, with `tangent(t, y, x)` for its derivative.

    Unlike a factor, a tangent may be chosen: 0 where an infinite one is not to count.
    """
    function = jax.custom_jvp(value)

    @function.defjvp
    def rule(primals: tuple[Array], tangents: tuple[Array]) -> tuple[Array, Array]:
        (x,), (t,) = primals, tangents
        y = function(x)
        return y, tangent(t, y, x)

    return function


def _zero(x: Array) -> Array:
    return jnp.zeros_like(x)


relu = _with_tangent(
    lambda x: jnp.maximum(x, jnp.array(0, x.dtype)),
    lambda t, y, x: jnp.where(x > 0, t, _zero(t)),
)
relu6 = _with_tangent(
    lambda x: jnp.clip(x, jnp.array(0, x.dtype), jnp.array(6, x.dtype)),
    lambda t, y, x: jnp.where((x > 0) & (x < 6), t, _zero(t)),
)


def leaky_relu(x: Array, alpha: float) -> Array:
    return jnp.where(x > 0, x, x * alpha)


def _expm1_below(x: Array) -> Array:
    """exp(x) - 1 where x is negative, -0 or 0 elsewhere: no infinity in the branch not taken."""
    x = jnp.minimum(x, 0)
    if x.dtype != jnp.float32:
        return jnp.expm1(x)
    # XLA's own is for numbers of any size, and takes twice as long.
    near: Any = np.float32(1 / math.factorial(8))
    for n in range(7, 0, -1):
        near = near * x + np.float32(1 / math.factorial(n))
    return jnp.where(x > np.float32(-0.5), near * x, jnp.exp(x) - 1)


def _elu(x: Array) -> Array:
    return jnp.where(x < 0, _expm1_below(x), x)


# Through the result, so that the second derivative at 0 is that of the line.
elu = derived(_elu, lambda y, x: jnp.where(y < 0, y + 1, 1))

_SCALE = 1.0507009873554804934193349852946
_SCALE_ALPHA = 1.7580993408473768599402175208123


def _selu(x: Array) -> Array:
    return jnp.where(x < 0, _SCALE_ALPHA * _expm1_below(x), _SCALE * x)


selu = derived(_selu, lambda y, x: jnp.where(y < 0, y + _SCALE_ALPHA, _SCALE))


# Two of TensorFlow's constants are in single precision, for double precision too.
_ROOT_OF_HALF = 0.7071067690849304
_ROOT_OF_2_OVER_PI = 0.7978845608028654
_CUBIC = 0.044714998453855515


def gelu(x: Array) -> Array:
    return 0.5 * x * (1 + lax.erf(x * _ROOT_OF_HALF))


def gelu_approximate(x: Array) -> Array:
    return 0.5 * x * (1 + jnp.tanh(_ROOT_OF_2_OVER_PI * (x + _CUBIC * x**3)))


def _silu_slope(y: Array, x: Array) -> Array:
    s = 1 / (1 + jnp.exp(-x))
    return jnp.conj(s * (1 + x * (1 - s)))


# Of complex numbers TensorFlow does not conjugate the derivative: the engine does it once more.
_complex_silu = derived(lambda x: x / (1 + jnp.exp(-x)), _silu_slope)


def _real_slope(y: Array, x: Array) -> Array:
    s = lax.logistic(x)
    return s * (1 + x * (1 - s))


# JAX's own derivative overflows where x does, times what is 0 there.
_real_silu = derived(lambda x: x * lax.logistic(x), _real_slope)


def silu(x: Array) -> Array:
    if jnp.iscomplexobj(x):
        return _complex_silu(x)
    return _real_silu(x)


@partial(jax.custom_jvp, nondiff_argnums=(1,))
def softmax(x: Array, axis: int = -1) -> Array:
    if x.size == 0:
        return x
    e = jnp.exp(x - x.max(axis, keepdims=True))
    return e / e.sum(axis, keepdims=True)


@softmax.defjvp
def _softmax_rule(axis: int, primals: Any, tangents: Any) -> Any:
    y = softmax(*primals, axis)
    (t,) = tangents
    return y, y * (t - (y * t).sum(axis, keepdims=True))


@partial(jax.custom_jvp, nondiff_argnums=(1,))
def log_softmax(x: Array, axis: int = -1) -> Array:
    if x.size == 0:
        return x
    z = x - x.max(axis, keepdims=True)
    return z - jnp.log(jnp.exp(z).sum(axis, keepdims=True))


@log_softmax.defjvp
def _log_softmax_rule(axis: int, primals: Any, tangents: Any) -> Any:
    y = log_softmax(*primals, axis)
    (t,) = tangents
    return y, t - (jnp.exp(y) * t).sum(axis, keepdims=True)


def l2_loss(x: Array) -> Array:
    return jnp.square(x).sum() / 2


# So many slices are added faster than windows are summed, which XLA's CPU does by elements.
_FEW = 32


def local_response_normalization(
    x: Array, radius: int, bias: float, alpha: float, beta: float
) -> Array:
    last, count = x.ndim - 1, 2 * radius + 1
    edges = ((0, 0, 0),) * last + ((radius, radius, 0),)
    # A NumPy zero, by which JAX knows the sum as one that it can differentiate.
    zero = np.zeros((), x.dtype)
    around = stored(lax.pad(jnp.square(x), zero, edges))
    if count <= _FEW:
        size = x.shape[last]
        squares = reduce(
            lax.add, [lax.slice_in_dim(around, i, i + size, axis=last) for i in range(count)]
        )
    else:
        width = (1,) * last + (count,)
        squares = lax.reduce_window(around, zero, lax.add, width, (1,) * x.ndim, "VALID")
    scale = bias + alpha * squares
    # The usual exponent by itself, because powers are slow.
    return x * (lax.rsqrt(scale) if beta == 0.5 else scale**-beta)


def batch_normalization(
    x: Array, mean: Array, variance: Array, offset: Array, scale: Array, epsilon: float
) -> Array:
    factor = rsqrt(variance + np.asarray(epsilon, variance.dtype)) * scale
    return x * factor + (offset - mean * factor)


def dropout(x: Array, noise: Array, rate: float) -> Array:
    scaled = x * np.asarray(1 / (1 - rate), x.dtype)
    return jnp.where(noise >= np.asarray(rate, x.dtype), scaled, np.zeros((), x.dtype))
