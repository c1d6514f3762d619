"""Bessel functions and special integrals: tf.math.special.

In half precision there are Bessel functions only, as in TensorFlow.
"""

from __future__ import annotations

from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.dtypes import FLOATS
from tfcompat._src.naming import public
from tfcompat._src.ops.common import unary
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("special")
_WIDE = frozenset({dtypes.float32, dtypes.float64})


@public("tfcompat.math.special")
def bessel_j0(x: Any, name: str | None = None) -> Tensor:
    """The Bessel function of the first kind of order 0, element-wise."""
    return unary(kernels.bessel_j0, x, "BesselJ0", FLOATS)


@public("tfcompat.math.special")
def bessel_j1(x: Any, name: str | None = None) -> Tensor:
    """The Bessel function of the first kind of order 1, element-wise."""
    return unary(kernels.bessel_j1, x, "BesselJ1", FLOATS)


@public("tfcompat.math.special")
def bessel_k0(x: Any, name: str | None = None) -> Tensor:
    """The modified Bessel function of the second kind of order 0, element-wise; inf up to 0."""
    return unary(kernels.bessel_k0, x, "BesselK0", FLOATS)


@public("tfcompat.math.special")
def bessel_k0e(x: Any, name: str | None = None) -> Tensor:
    """exp(x) times bessel_k0, element-wise."""
    return unary(kernels.bessel_k0e, x, "BesselK0e", FLOATS)


@public("tfcompat.math.special")
def bessel_k1(x: Any, name: str | None = None) -> Tensor:
    """The modified Bessel function of the second kind of order 1, element-wise; inf up to 0."""
    return unary(kernels.bessel_k1, x, "BesselK1", FLOATS)


@public("tfcompat.math.special")
def bessel_k1e(x: Any, name: str | None = None) -> Tensor:
    """exp(x) times bessel_k1, element-wise."""
    return unary(kernels.bessel_k1e, x, "BesselK1e", FLOATS)


@public("tfcompat.math.special")
def bessel_y0(x: Any, name: str | None = None) -> Tensor:
    """The Bessel function of the second kind of order 0, element-wise; -inf up to 0."""
    return unary(kernels.bessel_y0, x, "BesselY0", FLOATS)


@public("tfcompat.math.special")
def bessel_y1(x: Any, name: str | None = None) -> Tensor:
    """The Bessel function of the second kind of order 1, element-wise; -inf up to 0."""
    return unary(kernels.bessel_y1, x, "BesselY1", FLOATS)


@public("tfcompat.math.special")
def dawsn(x: Any, name: str | None = None) -> Tensor:
    """Dawson's integral: exp(-x * x) times that of exp(t * t) from 0 to x, element-wise."""
    return unary(kernels.dawsn, x, "Dawsn", _WIDE)


@public("tfcompat.math.special")
def expint(x: Any, name: str | None = None) -> Tensor:
    """The integral of exp(t) / t from -inf to x, element-wise; NaN below 0."""
    return unary(kernels.expint, x, "Expint", _WIDE)


@public("tfcompat.math.special")
def fresnel_cos(x: Any, name: str | None = None) -> Tensor:
    """The integral of cos(pi / 2 * t * t) from 0 to x, element-wise."""
    return unary(kernels.fresnel_cos, x, "FresnelCos", _WIDE)


@public("tfcompat.math.special")
def fresnel_sin(x: Any, name: str | None = None) -> Tensor:
    """The integral of sin(pi / 2 * t * t) from 0 to x, element-wise."""
    return unary(kernels.fresnel_sin, x, "FresnelSin", _WIDE)


@public("tfcompat.math.special")
def spence(x: Any, name: str | None = None) -> Tensor:
    """The integral of log(t) / (1 - t) from 1 to x, element-wise; NaN below 0."""
    return unary(kernels.spence, x, "Spence", _WIDE)
