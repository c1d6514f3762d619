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
            found.append(_function(name))
        return found[0](*arrays)

    return kernel


def _function(name: str) -> Kernel:
    found: Kernel = getattr(importlib.import_module("scipy.special"), name)
    return found


_least: Any = np.minimum.reduce
_most: Any = np.maximum.reduce


def _inside(name: str, low: float = 0.0, high: float = 1e6) -> Kernel:
    """`from_scipy` for numbers between two others: at the ends TensorFlow has ideas of its own."""
    found: list[Kernel] = []

    def inside(*arrays: Array) -> Any:
        least = most = arrays[0]
        for x in arrays[1:]:
            least, most = np.minimum(least, x), np.maximum(most, x)
        # Neither is true of NaN.
        if not (low < _least(least, None) and _most(most, None) < high):
            raise NotHere
        if not found:
            found.append(_function(name))
        return found[0](*arrays)

    return inside


add(
    "transcendental",
    {
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
