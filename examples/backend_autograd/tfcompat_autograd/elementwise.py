"""The families math, bitwise, transcendental, complex, casting and norms."""

from __future__ import annotations

import math
from typing import Any

import autograd.numpy as np
import numpy
from autograd.extend import primitive

from .derivative import derived, held

Array = Any

where = derived(
    numpy.where, lambda g, z, chosen, x, y: (None, where(chosen, g, 0), where(chosen, 0, g))
)

# ------------------------------------------------------------------------------------------- math
add = np.add
subtract = np.subtract
multiply = np.multiply
negative = np.negative
square = np.square
floor = np.floor
ceil = np.ceil
round = np.round
is_nan = np.isnan
is_inf = np.isinf
is_finite = np.isfinite
less = np.less
less_equal = np.less_equal
greater = np.greater
greater_equal = np.greater_equal
equal = np.equal
not_equal = np.not_equal
logical_and = np.logical_and
logical_or = np.logical_or
logical_not = np.logical_not
truncatemod = np.fmod
floormod = np.mod

divide = derived(numpy.divide, lambda g, z, x, y: (g / y, -g * (z / y)))


def cube(x: Array) -> Array:
    return x * x * x


# Derivatives that are made of these read x, though they do not change with it.
_real_sign = derived(numpy.sign, lambda g, y, x: None)
positive = derived(lambda x: (x > 0).astype(x.dtype), lambda g, y, x: None)


def sign(x: Array) -> Array:
    return x / where(x == 0, 1, np.abs(x)) if x.dtype.kind == "c" else _real_sign(x)


abs = derived(numpy.abs, lambda g, y, x: g * np.conj(sign(x)))


def floordiv(x: Array, y: Array) -> Array:
    return np.floor(x / y) if x.dtype.kind not in "iu" else np.floor_divide(x, y)


def truncatediv(x: Array, y: Array) -> Array:
    return np.trunc(x / y) if x.dtype.kind not in "iu" else (x - np.fmod(x, y)) // y


def add_n(*inputs: Array) -> Array:
    total = inputs[0]
    for x in inputs[1:]:
        total = total + x
    return total


def squared_difference(x: Array, y: Array) -> Array:
    d = x - y
    return np.conj(d) * d if d.dtype.kind == "c" else np.square(d)


def maximum(x: Array, y: Array) -> Array:
    return where((x >= y) | np.isnan(x), x, y)


def minimum(x: Array, y: Array) -> Array:
    return where((x <= y) | np.isnan(x), x, y)


def _power_gradient(g: Array, z: Array, x: Array, y: Array) -> tuple[Array, Array]:
    # TensorFlow takes the logarithm of a base that has none for 0.
    good = x != 0 if x.dtype.kind == "c" else x > 0
    return g * y * pow(x, y - 1), g * z * where(good, log(where(good, x, 1)), 0)


pow = derived(numpy.power, _power_gradient)


def divide_no_nan(x: Array, y: Array) -> Array:
    return where(y == 0, 0, x / where(y == 0, 1, y))


multiply_no_nan = derived(
    lambda x, y: numpy.where(y == 0, 0, x * y),
    lambda g, z, x, y: (multiply_no_nan(g, y), multiply_no_nan(x, g)),
)


def xdivy(x: Array, y: Array) -> Array:
    return where(x == 0, held(x), x / where(x == 0, 1, y))


def xlogy(x: Array, y: Array) -> Array:
    return where(x == 0, held(x), x * log(where(x == 0, 1, y)))


def xlog1py(x: Array, y: Array) -> Array:
    return where(x == 0, held(x), x * log1p(where(x == 0, 0, y)))


# ---------------------------------------------------------------------------------------- bitwise
bitwise_and = np.bitwise_and
bitwise_or = np.bitwise_or
bitwise_xor = np.bitwise_xor
invert = np.invert

# --------------------------------------------------------------------------------- transcendental
exp = np.exp
expm1 = np.expm1
sin = np.sin
cos = np.cos
tan = np.tan
asin = np.arcsin
acos = np.arccos
atan = np.arctan
sinh = np.sinh
cosh = np.cosh
asinh = np.arcsinh
acosh = derived(numpy.arccosh, lambda g, y, x: g / np.sinh(y))
atanh = np.arctanh
sqrt = derived(numpy.sqrt, lambda g, y, x: g * 0.5 / y)
rsqrt = derived(lambda x: 1 / numpy.sqrt(x), lambda g, y, x: g * -0.5 * y * y * y)
reciprocal = derived(lambda x: 1 / x, lambda g, y, x: -g * y * y)
log = derived(numpy.log, lambda g, y, x: g / x)
log1p = derived(numpy.log1p, lambda g, y, x: g / (1 + x))
tanh = derived(numpy.tanh, lambda g, y, x: g * (1 - y * y))
sigmoid = derived(lambda x: 1 / (1 + numpy.exp(-x)), lambda g, y, x: g * y * (1 - y))
softplus = derived(lambda x: numpy.logaddexp(x, x.dtype.type(0)), lambda g, y, x: g * sigmoid(x))
softsign = derived(lambda x: x / (1 + numpy.abs(x)), lambda g, y, x: g / np.square(1 + abs(x)))


def log_sigmoid(x: Array) -> Array:
    return -softplus(-x)


def _atan2_gradient(g: Array, z: Array, y: Array, x: Array) -> tuple[Array, Array]:
    scaled = g / (x * x + y * y)
    return x * scaled, -y * scaled


atan2 = derived(numpy.arctan2, _atan2_gradient)


# ---------------------------------------------------------------------------------------- complex
conj = np.conj
real = np.real
imag = np.imag
angle = np.angle


def _complex(x: Array, y: Array) -> Array:
    z = numpy.empty(numpy.broadcast_shapes(x.shape, y.shape), numpy.result_type(x, numpy.complex64))
    z.real, z.imag = x, y
    return z


complex = derived(_complex, lambda g, z, x, y: (np.real(g), -np.imag(g)))


def angle_of_real(x: Array) -> Array:
    return where(x < 0, x.dtype.type(math.pi), x.dtype.type(0))


# -------------------------------------------------------------------------- creation and casting
def zeros(shape: tuple[int, ...], dtype: Any, device: Any) -> Array:
    return np.zeros(shape, dtype.as_numpy_dtype)


def ones(shape: tuple[int, ...], dtype: Any, device: Any) -> Array:
    return np.ones(shape, dtype.as_numpy_dtype)


zeros_like = np.zeros_like
ones_like = np.ones_like


def _of_type(x: Array, native: Any) -> Array:
    if x.dtype.kind == "c" and numpy.dtype(native).kind != "c":
        x = np.real(x)
    return x.astype(native)


cast = derived(
    lambda x, dtype: _of_type(x, dtype.as_numpy_dtype),
    lambda g, y, x, dtype: _of_type(g, x.dtype),
)
bitcast = primitive(
    lambda x, dtype, shape: numpy.atleast_1d(x).view(dtype.as_numpy_dtype).reshape(shape)
)


# ------------------------------------------------------------------------------------------ norms
def clip_by_value(x: Array, low: float, high: float) -> Array:
    return where((x >= low) & (x <= high), x, held(np.clip(x, low, high)))
