"""Element-wise functions of analysis: tf.exp, tf.sin, tf.sigmoid, tf.math.lgamma, ..."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import operands, to_tensor
from tfcompat._src.dtypes import FLOAT_OR_COMPLEX, FLOATS
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.array import stop_gradient
from tfcompat._src.ops.common import binary, mismatch, unary, wrong_dtype
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("transcendental")

_WIDE = frozenset({dtypes.float32, dtypes.float64})


# -------------------------------------------------------------- powers, exponentials and logarithms


@public("tfcompat.math")
def sqrt(x: Any, name: str | None = None) -> Tensor:
    """The square root, element-wise; at 0 its gradient is infinite."""
    return unary(kernels.sqrt, x, "Sqrt", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def rsqrt(x: Any, name: str | None = None) -> Tensor:
    """1 / sqrt(x), element-wise."""
    return unary(kernels.rsqrt, x, "Rsqrt", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def reciprocal(x: Any, name: str | None = None) -> Tensor:
    """1 / x, element-wise."""
    return unary(kernels.reciprocal, x, "Reciprocal", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def exp(x: Any, name: str | None = None) -> Tensor:
    """E to the power of x, element-wise."""
    return unary(kernels.exp, x, "Exp", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def expm1(x: Any, name: str | None = None) -> Tensor:
    """exp(x) - 1, exact for small x too, element-wise."""
    return unary(kernels.expm1, x, "Expm1", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def log(x: Any, name: str | None = None) -> Tensor:
    """The natural logarithm, element-wise."""
    return unary(kernels.log, x, "Log", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def log1p(x: Any, name: str | None = None) -> Tensor:
    """log(1 + x), exact for small x too, element-wise."""
    return unary(kernels.log1p, x, "Log1p", FLOAT_OR_COMPLEX)


# ----------------------------------------------------------- trigonometric and hyperbolic functions


@public("tfcompat.math")
def sin(x: Any, name: str | None = None) -> Tensor:
    """The sine of an angle in radians, element-wise."""
    return unary(kernels.sin, x, "Sin", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def cos(x: Any, name: str | None = None) -> Tensor:
    """The cosine of an angle in radians, element-wise."""
    return unary(kernels.cos, x, "Cos", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def tan(x: Any, name: str | None = None) -> Tensor:
    """The tangent of an angle in radians, element-wise."""
    return unary(kernels.tan, x, "Tan", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def asin(x: Any, name: str | None = None) -> Tensor:
    """The angle in [-pi/2, pi/2] that has the sine x, element-wise."""
    return unary(kernels.asin, x, "Asin", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def acos(x: Any, name: str | None = None) -> Tensor:
    """The angle in [0, pi] that has the cosine x, element-wise."""
    return unary(kernels.acos, x, "Acos", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def atan(x: Any, name: str | None = None) -> Tensor:
    """The angle in [-pi/2, pi/2] that has the tangent x, element-wise."""
    return unary(kernels.atan, x, "Atan", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def atan2(y: Any, x: Any, name: str | None = None) -> Tensor:
    """The angle in [-pi, pi] of the point (x, y), element-wise; at (0, 0) its gradient is NaN."""
    return binary(kernels.atan2, y, x, "Atan2", FLOATS)


@public("tfcompat.math")
def sinh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic sine, element-wise."""
    return unary(kernels.sinh, x, "Sinh", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def cosh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic cosine, element-wise."""
    return unary(kernels.cosh, x, "Cosh", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def tanh(x: Any, name: str | None = None) -> Tensor:
    """The hyperbolic tangent, element-wise."""
    return unary(kernels.tanh, x, "Tanh", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def asinh(x: Any, name: str | None = None) -> Tensor:
    """The number that has the hyperbolic sine x, element-wise."""
    return unary(kernels.asinh, x, "Asinh", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def acosh(x: Any, name: str | None = None) -> Tensor:
    """The number >= 0 that has the hyperbolic cosine x, element-wise."""
    return unary(kernels.acosh, x, "Acosh", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def atanh(x: Any, name: str | None = None) -> Tensor:
    """The number that has the hyperbolic tangent x, element-wise."""
    return unary(kernels.atanh, x, "Atanh", FLOAT_OR_COMPLEX)


# ------------------------------------------------------------------------ sigmoid and its relatives


@public("tfcompat.math")
def sigmoid(x: Any, name: str | None = None) -> Tensor:
    """1 / (1 + exp(-x)), element-wise."""
    return unary(kernels.sigmoid, x, "Sigmoid", FLOAT_OR_COMPLEX)


@public("tfcompat.math")
def log_sigmoid(x: Any, name: str | None = None) -> Tensor:
    """log(sigmoid(x)), element-wise; it does not underflow."""
    return unary(kernels.log_sigmoid, x, "LogSigmoid", FLOATS)


@public("tfcompat.math")
def softplus(features: Any, name: str | None = None) -> Tensor:
    """log(1 + exp(x)), element-wise; it does not overflow."""
    return unary(kernels.softplus, features, "Softplus", FLOATS)


@public("tfcompat.math")
def softsign(features: Any, name: str | None = None) -> Tensor:
    """x / (1 + |x|), element-wise."""
    return unary(kernels.softsign, features, "Softsign", FLOATS)


# ---------------------------------------------------------------- error, gamma and bessel functions


@public("tfcompat.math")
def erf(x: Any, name: str | None = None) -> Tensor:
    """The error function, element-wise."""
    return unary(kernels.erf, x, "Erf", FLOATS)


@public("tfcompat.math")
def erfc(x: Any, name: str | None = None) -> Tensor:
    """1 - erf(x), exact for large x too, element-wise."""
    return unary(kernels.erfc, x, "Erfc", FLOATS)


@public("tfcompat.math")
def erfinv(x: Any, name: str | None = None) -> Tensor:
    """The number that has the error function x, element-wise."""
    return unary(kernels.erfinv, x, "Erfinv", FLOATS)


@public("tfcompat.math")
def ndtri(x: Any, name: str | None = None) -> Tensor:
    """The quantile x of the standard normal distribution, element-wise."""
    return unary(kernels.ndtri, x, "Ndtri", FLOATS)


@public("tfcompat.math")
def erfcinv(x: Any, name: str | None = None) -> Tensor:
    """The number that has the complementary error function x, element-wise."""
    return ndtri(0.5 * to_tensor(x)) * -(0.5**0.5)


@public("tfcompat.math")
def lgamma(x: Any, name: str | None = None) -> Tensor:
    """The logarithm of |gamma(x)|, element-wise."""
    return unary(kernels.lgamma, x, "Lgamma", FLOATS)


@public("tfcompat.math")
def digamma(x: Any, name: str | None = None) -> Tensor:
    """The derivative of lgamma, element-wise."""
    return unary(kernels.digamma, x, "Digamma", FLOATS)


@public("tfcompat.math")
def bessel_i0(x: Any, name: str | None = None) -> Tensor:
    """The modified Bessel function of order 0, element-wise."""
    return unary(kernels.bessel_i0, x, "BesselI0", FLOATS)


@public("tfcompat.math")
def bessel_i0e(x: Any, name: str | None = None) -> Tensor:
    """exp(-|x|) times bessel_i0, element-wise."""
    return unary(kernels.bessel_i0e, x, "BesselI0e", FLOATS)


@public("tfcompat.math")
def bessel_i1(x: Any, name: str | None = None) -> Tensor:
    """The modified Bessel function of order 1, element-wise."""
    return unary(kernels.bessel_i1, x, "BesselI1", FLOATS)


@public("tfcompat.math")
def bessel_i1e(x: Any, name: str | None = None) -> Tensor:
    """exp(-|x|) times bessel_i1, element-wise."""
    return unary(kernels.bessel_i1e, x, "BesselI1e", FLOATS)


@public("tfcompat.math")
def lbeta(x: Any, name: str | None = None) -> Tensor:
    """The logarithm of |beta| along the last axis: sum of lgamma(x) less lgamma of the sum."""
    from tfcompat._src.ops.reductions import reduce_sum

    x = to_tensor(x)
    return reduce_sum(lgamma(x), -1) - lgamma(reduce_sum(x, -1))


@public("tfcompat.math")
def igamma(a: Any, x: Any, name: str | None = None) -> Tensor:
    """The lower regularised incomplete gamma function, element-wise."""
    return binary(kernels.igamma, a, x, "Igamma", _WIDE)


@public("tfcompat.math")
def igammac(a: Any, x: Any, name: str | None = None) -> Tensor:
    """The upper regularised incomplete gamma function, element-wise."""
    return binary(kernels.igammac, a, x, "Igammac", _WIDE)


@public("tfcompat.math")
def zeta(x: Any, q: Any, name: str | None = None) -> Tensor:
    """Hurwitz's zeta function, element-wise; it has a gradient by q only."""
    x, q = operands(x, q)
    return binary(kernels.zeta, stop_gradient(x), q, "Zeta", _WIDE)


@public("tfcompat.math")
def polygamma(a: Any, x: Any, name: str | None = None) -> Tensor:
    """The derivative of order a of digamma at x, element-wise; it has a gradient by x only."""
    a, x = operands(a, x)
    return binary(kernels.polygamma, stop_gradient(a), x, "Polygamma", _WIDE)


@public("tfcompat.math")
def betainc(a: Any, b: Any, x: Any, name: str | None = None) -> Tensor:
    """The regularised incomplete beta function; a, b and x have one shape, or are scalars.

    It has a gradient by x only.

    Raises InvalidArgumentError for other shapes and for several dtypes.
    """
    a, b = operands(a, b)
    a, x = operands(a, x)
    for position, other in enumerate((b, x), 1):
        if other._dtype is not a._dtype:
            raise mismatch("Betainc", a, other, position)
    if a._dtype not in _WIDE:
        raise wrong_dtype("Betainc", a._dtype, _WIDE)
    shapes = {tuple(t._shape) for t in (a, b, x)} - {()}
    if len(shapes) > 1:
        raise invalid_argument(
            "Betainc", f"received the shapes {sorted(shapes)}; all must be one shape or scalars"
        )
    inputs = (stop_gradient(a), stop_gradient(b), x)
    return dispatch.execute(kernels.betainc, inputs, (), x._dtype)
