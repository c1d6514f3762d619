"""Functions of analysis, and the activations made of them."""

from __future__ import annotations

from typing import Any

import numpy as np

from .special import from_scipy
from .table import FEW_OF_FUNCTIONS, FLOATS, Array, add


def rsqrt(x: Array) -> Any:
    return np.reciprocal(np.sqrt(x))


def sigmoid(x: Array) -> Any:
    return np.reciprocal(np.add(np.exp(np.negative(x)), x.dtype.type(1)))


def power(x: Array, y: Array) -> Any:
    # NumPy's other function of that name takes the root for 0.5, which differs at -0 and -inf.
    return np.float_power(x, y).astype(x.dtype)


def xlogy(x: Array, y: Array) -> Any:
    return np.where(x == 0, x, np.multiply(x, np.log(y)))


def xlog1py(x: Array, y: Array) -> Any:
    return np.where(x == 0, x, np.multiply(x, np.log1p(y)))


def softplus(x: Array) -> Any:
    return np.logaddexp(x, x.dtype.type(0))


def log_sigmoid(x: Array) -> Any:
    return np.negative(softplus(np.negative(x)))


def softsign(x: Array) -> Any:
    return np.divide(x, np.add(np.abs(x), x.dtype.type(1)))


# ------------------------------------------------------------------------------------- activations
def relu(x: Array) -> Any:
    return np.maximum(x, x.dtype.type(0))


def relu6(x: Array) -> Any:
    return np.minimum(np.maximum(x, x.dtype.type(0)), x.dtype.type(6))


def leaky_relu(x: Array, alpha: float) -> Any:
    return np.where(x > 0, x, x * x.dtype.type(alpha))


def elu(x: Array) -> Any:
    zero = x.dtype.type(0)
    return np.add(np.expm1(np.minimum(x, zero)), np.maximum(x, zero))


_SCALE = 1.0507009873554804934193349852946
_SCALE_ALPHA = 1.7580993408473768599402175208123


def selu(x: Array) -> Any:
    kind = x.dtype.type
    below = np.multiply(np.expm1(np.minimum(x, kind(0))), kind(_SCALE_ALPHA))
    return np.add(below, np.multiply(np.maximum(x, kind(0)), kind(_SCALE)))


_erf = from_scipy("erf")
# Two of TensorFlow's constants are in single precision, for double precision too.
_ROOT_OF_HALF = 0.7071067690849304
_ROOT_OF_2_OVER_PI = 0.7978845608028654
_CUBIC = 0.044714998453855515


def gelu(x: Array) -> Any:
    kind = x.dtype.type
    return x * kind(0.5) * (_erf(x * kind(_ROOT_OF_HALF)) + kind(1))


def gelu_approximate(x: Array) -> Any:
    kind = x.dtype.type
    inner = (x + kind(_CUBIC) * (x * x * x)) * kind(_ROOT_OF_2_OVER_PI)
    return x * kind(0.5) * (np.tanh(inner) + kind(1))


def silu(x: Array) -> Any:
    return np.multiply(x, sigmoid(x))


# By position, which is faster: array, axes, dtype, None, whether axes are kept.
_sum: Any = np.add.reduce
_most: Any = np.maximum.reduce


def softmax(x: Array, axis: int = -1) -> Any:
    if x.size == 0:
        return x
    e = np.exp(np.subtract(x, _most(x, axis, None, None, True)))
    return np.divide(e, _sum(e, axis, None, None, True))


def log_softmax(x: Array, axis: int = -1) -> Any:
    if x.size == 0:
        return x
    z = np.subtract(x, _most(x, axis, None, None, True))
    return np.subtract(z, np.log(_sum(np.exp(z), axis, None, None, True)))


def l2_loss(x: Array) -> Any:
    return np.add.reduce(np.square(x), axis=None) / x.dtype.type(2)


add(
    "transcendental",
    {
        "sqrt": np.sqrt,
        "rsqrt": rsqrt,
        "reciprocal": np.reciprocal,
        "exp": np.exp,
        "expm1": np.expm1,
        "log": np.log,
        "log1p": np.log1p,
        "sin": np.sin,
        "cos": np.cos,
        "tan": np.tan,
        "sinh": np.sinh,
        "cosh": np.cosh,
        "tanh": np.tanh,
        "asin": np.arcsin,
        "acos": np.arccos,
        "atan": np.arctan,
        "asinh": np.arcsinh,
        "acosh": np.arccosh,
        "atanh": np.arctanh,
        "softsign": softsign,
        "sigmoid": sigmoid,
    },
    FLOATS,
    1 << 10,
)
add(
    "transcendental",
    {
        "atan2": np.arctan2,
        "softplus": softplus,
        "log_sigmoid": log_sigmoid,
    },
    FLOATS,
    FEW_OF_FUNCTIONS,
)
add("math", {"pow": power, "xlogy": xlogy, "xlog1py": xlog1py}, FLOATS, FEW_OF_FUNCTIONS)
add(
    "nn",
    {
        "relu": relu,
        "relu6": relu6,
        "leaky_relu": leaky_relu,
    },
    FLOATS,
)
add(
    "nn",
    {
        "elu": elu,
        "selu": selu,
        "silu": silu,
        "gelu_approximate": gelu_approximate,
        "softmax": softmax,
        "log_softmax": log_softmax,
        "l2_loss": l2_loss,
    },
    FLOATS,
    1 << 10,
)
add("nn", {"gelu": gelu}, FLOATS, FEW_OF_FUNCTIONS)
