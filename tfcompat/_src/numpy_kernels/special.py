"""Special functions, by scipy, where nothing is at an end of their domain."""

from __future__ import annotations

import importlib
from typing import Any

import numpy as np

from .table import FEW_OF_FUNCTIONS, FLOATS, Array, Kernel, NotHere, add


def from_scipy(name: str) -> Kernel:
    """A function of scipy.special, which is loaded when it is needed."""
    found: list[Kernel] = []

    def kernel(*arrays: Array) -> Any:
        if not found:
            found.append(getattr(importlib.import_module("scipy.special"), name))
        return found[0](*arrays)

    return kernel


def _inside(kernel: Kernel, low: float = 0.0, high: float = 1e6) -> Kernel:
    """The kernel for numbers between two others: at the ends TensorFlow has ideas of its own."""

    def inside(*arrays: Array) -> Any:
        for x in arrays:
            if not ((x > low) & (x < high)).all():
                raise NotHere
        return kernel(*arrays)

    return inside


def _single(kernel: Kernel) -> Kernel:
    """The kernel in double precision, whatever its operands are."""

    def rounded(*arrays: Array) -> Any:
        return np.asarray(kernel(*[x.astype(np.float64) for x in arrays])).astype(arrays[0].dtype)

    return rounded


_factorial, _zeta = from_scipy("factorial"), from_scipy("zeta")


def _polygamma(a: Array, x: Array) -> Any:
    if (a != np.floor(a)).any() or (a > 100).any():
        raise NotHere
    sign = np.where(np.remainder(a, 2) == 0, -1.0, 1.0)
    return sign * _factorial(a) * _zeta(a + 1, x)


def _above_one(x: Array, q: Array) -> Any:
    if not (x > 1).all():
        raise NotHere
    return _zeta(x, q)


def _betainc(a: Array, b: Array, x: Array) -> Any:
    if not (x < 1).all():
        raise NotHere
    return from_scipy("betainc")(a, b, x)


add(
    "transcendental",
    {
        "erf": from_scipy("erf"),
        "erfc": from_scipy("erfc"),
        "erfinv": _inside(from_scipy("erfinv"), -1.0, 1.0),
        "ndtri": _inside(from_scipy("ndtri"), 0.0, 1.0),
        "lgamma": _inside(from_scipy("gammaln")),
        "digamma": _inside(_single(from_scipy("digamma"))),
        "igamma": _inside(_single(from_scipy("gammainc"))),
        "igammac": _inside(_single(from_scipy("gammaincc"))),
        "zeta": _inside(_single(_above_one)),
        "polygamma": _inside(_single(_polygamma)),
        "betainc": _inside(_single(_betainc)),
        "bessel_i0": _inside(from_scipy("i0"), -1e2, 1e2),
        "bessel_i0e": _inside(from_scipy("i0e"), -1e6, 1e6),
        "bessel_i1": _inside(from_scipy("i1"), -1e2, 1e2),
        "bessel_i1e": _inside(from_scipy("i1e"), -1e6, 1e6),
    },
    FLOATS,
    FEW_OF_FUNCTIONS,
)
