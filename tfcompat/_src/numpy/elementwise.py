"""Functions of one array, element-wise."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.naming import public
from tfcompat._src.numpy.promotion import as_tensor, promoted_pair, static
from tfcompat._src.numpy.state import astype, floating
from tfcompat._src.ops import (
    bitwise,
    casting,
    comparisons,
    complex as parts,
    division,
    math,
    transcendental as curves,
)
from tfcompat._src.ops.creation import ones_like as _ones_like, zeros_like as _zeros_like
from tfcompat._src.ops.selection import where as _where
from tfcompat._src.tensor import Tensor

tnp = public("tfcompat.experimental.numpy")
Op = Callable[..., Tensor]


def _plain(op: Op, x: Any) -> Tensor:
    return op(as_tensor(x))


def _curve(op: Op, x: Any) -> Tensor:
    return op(floating(as_tensor(x)))


# ------------------------------------------------------------------------------------ sign and size
@tnp
def abs(x: Any) -> Tensor:
    """The absolute value; real for complex numbers."""
    return _plain(math.abs, x)


@tnp
def absolute(x: Any) -> Tensor:
    """The absolute value; real for complex numbers."""
    return _plain(math.abs, x)


@tnp
def fabs(x: Any) -> Tensor:
    """The absolute value."""
    return _plain(math.abs, x)


@tnp
def negative(x: Any) -> Tensor:
    """-x; neither for bool nor for unsigned integers."""
    return _plain(math.negative, x)


@tnp
def positive(x: Any) -> Tensor:
    """x itself."""
    return as_tensor(x)


@tnp
def sign(x: Any, out: Any = None, where: Any = None, **kwargs: Any) -> Tensor:
    """-1, 0 or 1 by the sign; `out`, `where` and other arguments raise ValueError."""
    if out is not None or where is not None or kwargs:
        given = [n for n, v in (("out", out), ("where", where)) if v is not None] + list(kwargs)
        raise ValueError(f"sign: received {', '.join(given)}; expected x alone")
    return _plain(math.sign, x)


@tnp
def signbit(x: Any) -> Tensor:
    """Whether x < 0; False for -0.0."""
    value = as_tensor(x)
    if value._dtype is dtypes.bool_:
        return _zeros_like(value)
    return comparisons.less(value, 0)


# --------------------------------------------------------------------------------- powers and roots
@tnp
def square(x: Any) -> Tensor:
    """x * x."""
    return _plain(math.square, x)


@tnp
def sqrt(x: Any) -> Tensor:
    """The square root."""
    return _curve(curves.sqrt, x)


@tnp
def cbrt(x: Any) -> Tensor:
    """The real cube root, of negative numbers too."""

    def root(x: Tensor) -> Tensor:
        power = math.pow(*promoted_pair(math.abs(x), 1 / 3))
        return _where(comparisons.less(x, 0), math.negative(power), power)

    return _curve(root, x)


@tnp
def reciprocal(x: Any) -> Tensor:
    """1 / x, for floats and complex numbers."""
    return _plain(curves.reciprocal, x)


# ------------------------------------------------------------------------------------- exponentials
@tnp
def exp(x: Any) -> Tensor:
    """e to the power of x."""
    return _curve(curves.exp, x)


@tnp
def exp2(x: Any) -> Tensor:
    """2 to the power of x."""
    return _curve(lambda x: math.pow(2.0, x), x)


@tnp
def expm1(x: Any) -> Tensor:
    """exp(x) - 1, exact near 0."""
    return _curve(curves.expm1, x)


@tnp
def log(x: Any) -> Tensor:
    """The natural logarithm."""
    return _curve(curves.log, x)


# The quotients are operators on NumPy's numbers, which NumPy's promotion makes float64.
@tnp
def log2(x: Any) -> Tensor:
    """The logarithm to base 2."""
    return log(x) / np.log(2)


@tnp
def log10(x: Any) -> Tensor:
    """The logarithm to base 10."""
    return log(x) / np.log(10)


@tnp
def log1p(x: Any) -> Tensor:
    """log(1 + x), exact near 0."""
    return _curve(curves.log1p, x)


# ------------------------------------------------------------------------------------- trigonometry
@tnp
def sin(x: Any) -> Tensor:
    """The sine."""
    return _curve(curves.sin, x)


@tnp
def cos(x: Any) -> Tensor:
    """The cosine."""
    return _curve(curves.cos, x)


@tnp
def tan(x: Any) -> Tensor:
    """The tangent."""
    return _curve(curves.tan, x)


@tnp
def arcsin(x: Any) -> Tensor:
    """The inverse of the sine."""
    return _curve(curves.asin, x)


@tnp
def arccos(x: Any) -> Tensor:
    """The inverse of the cosine."""
    return _curve(curves.acos, x)


@tnp
def arctan(x: Any) -> Tensor:
    """The inverse of the tangent."""
    return _curve(curves.atan, x)


@tnp
def sinh(x: Any) -> Tensor:
    """The hyperbolic sine."""
    return _curve(curves.sinh, x)


@tnp
def cosh(x: Any) -> Tensor:
    """The hyperbolic cosine."""
    return _curve(curves.cosh, x)


@tnp
def tanh(x: Any) -> Tensor:
    """The hyperbolic tangent."""
    return _curve(curves.tanh, x)


@tnp
def arcsinh(x: Any) -> Tensor:
    """The inverse of the hyperbolic sine."""
    return _curve(curves.asinh, x)


@tnp
def arccosh(x: Any) -> Tensor:
    """The inverse of the hyperbolic cosine."""
    return _curve(curves.acosh, x)


@tnp
def arctanh(x: Any) -> Tensor:
    """The inverse of the hyperbolic tangent."""
    return _curve(curves.atanh, x)


@tnp
def sinc(x: Any) -> Tensor:
    """sin(pi x) / (pi x), and 1 at 0."""

    def quotient(x: Tensor) -> Tensor:
        angle = math.multiply(x, np.pi)
        at_zero = comparisons.equal(x, 0)
        return _where(at_zero, _ones_like(angle), division.divide(curves.sin(angle), angle))

    return _curve(quotient, x)


@tnp
def deg2rad(x: Any) -> Tensor:
    """Degrees as radians."""
    return _curve(lambda x: math.multiply(x, np.pi / 180), x)


@tnp
def rad2deg(x: Any) -> Any:
    """Radians as degrees; a number gives a number."""
    return x * (180 / np.pi)


# ---------------------------------------------------------------------------------- complex numbers
@tnp
def angle(z: Any, deg: bool = False) -> Tensor:
    """The argument of complex numbers; 0 or pi, as float32, for real ones."""
    value = floating(as_tensor(z))
    if value._dtype.is_complex:
        result = parts.angle(value)
    else:
        result = parts.angle(casting.cast(value, dtypes.float32))
    return result * (180 / np.pi) if deg else result


@tnp
def conj(x: Any) -> Tensor:
    """The conjugate. Raises TypeError for what is not a number."""
    return _plain(parts.conj, x)


@tnp
def conjugate(x: Any) -> Tensor:
    """The conjugate. Raises TypeError for what is not a number."""
    return _plain(parts.conj, x)


@tnp
def real(val: Any) -> Tensor:
    """The real part. Raises TypeError for what is not a number."""
    return _plain(parts.real, val)


@tnp
def imag(val: Any) -> Tensor:
    """The imaginary part; zeros for real values."""
    return _plain(parts.imag, val)


@tnp
def iscomplex(x: Any) -> Tensor:
    """Whether the imaginary part is not 0."""
    return operator.ne(imag(x), 0)


@tnp
def isreal(x: Any) -> Tensor:
    """Whether the imaginary part is 0."""
    return operator.eq(imag(x), 0)


@tnp
def iscomplexobj(x: Any) -> bool:
    """Whether the dtype is complex."""
    return as_tensor(x)._dtype.is_complex


@tnp
def isrealobj(x: Any) -> bool:
    """Whether the dtype is not complex."""
    return not iscomplexobj(x)


# ----------------------------------------------------------------------------------------- rounding
@tnp
def ceil(x: Any) -> Tensor:
    """The smallest integer not below x."""
    return _curve(math.ceil, x)


@tnp
def floor(x: Any) -> Tensor:
    """The largest integer not above x."""
    return _curve(math.floor, x)


@tnp
def fix(x: Any) -> Tensor:
    """The integer part, rounded towards 0."""

    def truncated(x: Tensor) -> Tensor:
        return _where(comparisons.less(x, 0), math.ceil(x), math.floor(x))

    return _curve(truncated, x)


@tnp
def around(a: Any, decimals: Any = 0) -> Tensor:
    """Rounded to `decimals` digits after the point, halves to the even digit.

    As in TensorFlow the power of ten is a float32, and the methods of tensors must be enabled.
    """
    value = as_tensor(a)
    dtype = value._dtype
    factor = np.power(np.float32(10), np.float32(static(decimals)))
    wide = value if dtype.is_inexact else astype(value, dtypes.float64)
    scale = to_tensor(np.asarray(factor).astype(wide._dtype.as_numpy_dtype))
    return astype(division.divide(math.round(math.multiply(wide, scale)), scale), dtype)


@tnp
def round(a: Any, decimals: Any = 0) -> Tensor:
    """`around`."""
    return around(a, decimals)


# ------------------------------------------------------------------------------- infinities and NaN
@tnp
def isnan(x: Any) -> Tensor:
    """Whether x is not a number."""
    return _curve(comparisons.is_nan, x)


@tnp
def isfinite(x: Any) -> Tensor:
    """Whether x is neither infinite nor NaN."""
    return _curve(comparisons.is_finite, x)


# What has no `dtype` raises AttributeError; TensorFlow too looks before it converts.
@tnp
def isinf(x: Any) -> Any:
    """Whether x, a tensor, is infinite; one False for dtypes that are not floating."""
    return _curve(comparisons.is_inf, x) if x.dtype.is_floating else False


@tnp
def isposinf(x: Any) -> Any:
    """Whether x, a tensor, is +inf; one False for dtypes that are not floating."""
    return comparisons.equal(as_tensor(x), np.inf) if x.dtype.is_floating else False


@tnp
def isneginf(x: Any) -> Any:
    """Whether x, a tensor, is -inf; one False for dtypes that are not floating."""
    return comparisons.equal(as_tensor(x), -np.inf) if x.dtype.is_floating else False


# -------------------------------------------------------------------------------------------- logic
@tnp
def logical_not(x: Any) -> Tensor:
    """Whether x is 0 or False."""
    return comparisons.logical_not(truth(x))


@tnp
def bitwise_not(x: Any) -> Tensor:
    """Every bit flipped; the logical not of bool."""
    value = as_tensor(x)
    return comparisons.logical_not(value) if value._dtype is dtypes.bool_ else bitwise.invert(value)


def truth(x: Any) -> Tensor:
    """Whether each element differs from 0."""
    return casting.cast(as_tensor(x), dtypes.bool_)
