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


_least: Any = np.minimum.reduce
_most: Any = np.maximum.reduce


def _inside(kernel: Kernel, low: float = 0.0, high: float = 1e6) -> Kernel:
    """The kernel for numbers between two others: at the ends TensorFlow has ideas of its own."""

    def inside(*arrays: Array) -> Any:
        least = most = arrays[0]
        for x in arrays[1:]:
            least, most = np.minimum(least, x), np.maximum(most, x)
        # Neither is true of NaN.
        if not (low < _least(least, None) and _most(most, None) < high):
            raise NotHere
        return kernel(*arrays)

    return inside


add(
    "transcendental",
    {
        "erf": from_scipy("erf"),
        "erfc": from_scipy("erfc"),
        "erfinv": _inside(from_scipy("erfinv"), -1.0, 1.0),
        "ndtri": _inside(from_scipy("ndtri"), 0.0, 1.0),
        "lgamma": _inside(from_scipy("gammaln")),
        "digamma": _inside(from_scipy("digamma")),
        "igamma": _inside(from_scipy("gammainc")),
        "igammac": _inside(from_scipy("gammaincc")),
        "bessel_i0": _inside(from_scipy("i0"), -1e2, 1e2),
        "bessel_i0e": _inside(from_scipy("i0e"), -1e6, 1e6),
        "bessel_i1": _inside(from_scipy("i1"), -1e2, 1e2),
        "bessel_i1e": _inside(from_scipy("i1e"), -1e6, 1e6),
    },
    FLOATS,
    FEW_OF_FUNCTIONS,
)
