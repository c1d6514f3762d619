"""Special functions, by scipy, where nothing is at an end of their domain."""

from __future__ import annotations

import importlib
import math
from typing import Any

import numpy as np

from tfcompat._src.extremes import extremes

from .table import FEW_OF_FUNCTIONS, FLOATS, Array, Kernel, NotHere, add


def from_scipy(name: str) -> Kernel:
    """A function of scipy.special, which is loaded when it is needed."""
    found: list[Kernel] = []

    def kernel(*arrays: Array) -> Any:
        if not found:
            found.append(_function(name))
        return found[0](*arrays)

    return kernel


def _function(name: str) -> Kernel:
    return getattr(importlib.import_module("scipy.special"), name)


def _inside(name: str, low: float = 0.0, high: float = 1e6) -> Kernel:
    """`from_scipy` for numbers between two others: at the ends TensorFlow has ideas of its own."""
    function = from_scipy(name)

    def inside(*arrays: Array) -> Any:
        for x in arrays:
            least, most = extremes(x)
            # Neither is true of NaN.
            if not (low < least and most < high):
                raise NotHere
        return function(*arrays)

    return inside


# Below, TensorFlow takes a number for 0.
_NORMAL = 2.0**-125
_fresnel = _inside("fresnel", -1e3, 1e3)


def fresnel_sin(x: Array) -> Any:
    return _fresnel(x)[0]


def fresnel_cos(x: Array) -> Any:
    return _fresnel(x)[1]


_zeta_in_double, _betainc_in_double = from_scipy("zeta"), from_scipy("betainc")


def zeta(x: Array, q: Array) -> Any:
    (least, most), (nearest, farthest) = extremes(x), extremes(q)
    if not (least > 1 and nearest > 0 and most + farthest < 1e6):
        raise NotHere
    found = _zeta_in_double(x.astype(np.float64), q.astype(np.float64))
    return found.astype(x.dtype)


def polygamma(a: Array, x: Array) -> Any:
    order = 0 if a.ndim else a.item()
    if not 0 < order < 32 or order != int(order):
        raise NotHere
    found = zeta(np.full(x.shape, order + 1), x.astype(np.float64))
    return (found * (math.factorial(int(order)) * (1 if order % 2 else -1))).astype(x.dtype)


def betainc(a: Array, b: Array, x: Array) -> Any:
    for y, end in ((a, 1e6), (b, 1e6), (x, 1)):
        least, most = extremes(y)
        if not (0 < least and most < end):
            raise NotHere
    wide = [y.astype(np.float64) for y in (a, b, x)]
    return _betainc_in_double(*wide).astype(x.dtype)


add(
    "transcendental",
    {
        "zeta": zeta,
        "polygamma": polygamma,
        "betainc": betainc,
        "erf": from_scipy("erf"),
        "erfc": from_scipy("erfc"),
        "erfinv": _inside("erfinv", -1.0, 1.0),
        "ndtri": _inside("ndtri", 0.0, 1.0),
        "lgamma": _inside("gammaln"),
        "digamma": _inside("digamma"),
        "igamma": _inside("gammainc"),
        "igammac": _inside("gammaincc"),
        "bessel_i0": _inside("i0", -1e2, 1e2),
        "bessel_i0e": _inside("i0e", -1e6, 1e6),
        "bessel_i1": _inside("i1", -1e2, 1e2),
        "bessel_i1e": _inside("i1e", -1e6, 1e6),
    },
    FLOATS,
    FEW_OF_FUNCTIONS,
)
add(
    "special",
    {
        "bessel_j0": _inside("j0", -1e3, 1e3),
        "bessel_j1": _inside("j1", -1e3, 1e3),
        "bessel_k0": _inside("k0", _NORMAL, 80.0),
        "bessel_k1": _inside("k1", _NORMAL, 80.0),
        "bessel_k0e": _inside("k0e", _NORMAL),
        "bessel_k1e": _inside("k1e", _NORMAL),
        "dawsn": _inside("dawsn", -1e3, 1e3),
        "fresnel_sin": fresnel_sin,
        "fresnel_cos": fresnel_cos,
        "spence": _inside("spence"),
    },
    FLOATS,
    FEW_OF_FUNCTIONS,
)
