"""Which pixels make a pixel of a resized image, and with what weight: the taps along one axis.

A resize is separable: `taps` gives, for each of the `out` rows of the result, the rows of the
input it is made of and their weights, both [out, K]. They depend on nothing but sizes and method,
so they are computed once, in the single precision that TensorFlow's kernels compute them in.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
_F = np.float32
_TABLE = 1024  # TensorFlow rounds positions to this for bicubic weights


def _positions(have: int, want: int) -> Array:
    """Where the middles of the result's pixels lie, in pixels of the input."""
    scale = _F(have) / _F(want)
    return (np.arange(want, dtype=_F) + _F(0.5)) * scale


def nearest(have: int, want: int) -> Array:
    """The nearest pixel, [out]."""
    return np.minimum(np.floor(_positions(have, want)).astype(np.int64), have - 1)


def _cubic(have: int, want: int) -> tuple[Array, Array]:
    at = _positions(have, want) - _F(0.5)
    low = np.floor(at)
    steps = np.rint((at - low) * _F(_TABLE)).astype(np.int64)
    table = keys_cubic(np.arange(2 * _TABLE + 1, dtype=np.float64) / _TABLE).astype(_F)
    away = np.stack([_TABLE + steps, steps, _TABLE - steps, 2 * _TABLE - steps], 1)
    rows = low.astype(np.int64)[:, None] + np.arange(-1, 3)
    inside = (rows >= 0) & (rows < have)
    weights = np.where(inside, table[away], _F(0))
    return np.clip(rows, 0, have - 1), weights / weights.sum(1, keepdims=True, dtype=_F)


def _area(have: int, want: int) -> tuple[Array, Array]:
    scale = _F(have) / _F(want)
    first = np.arange(want, dtype=_F) * scale
    last = np.arange(1, want + 1, dtype=_F) * scale
    start, end = np.floor(first).astype(np.int64), np.ceil(last).astype(np.int64)
    rows = start[:, None] + np.arange(int((end - start).max()))
    covered = np.minimum(rows + 1, last[:, None]) - np.maximum(rows, first[:, None])
    weights = np.where(rows < end[:, None], np.minimum(covered, scale), 0)
    rows = np.clip(np.minimum(rows, end[:, None] - 1), 0, have - 1)
    return rows, (weights / scale).astype(_F)


# -------------------------------------------------------------------------------- filter kernels
def _triangle(x: Array) -> Array:
    return np.maximum(1 - x, 0)


def keys_cubic(x: Array) -> Array:
    """Keys' cubic kernel (a = -1/2) of distances."""
    near = ((1.5 * x - 2.5) * x) * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x >= 2, 0, np.where(x >= 1, far, near))


def _mitchell(x: Array) -> Array:
    near = ((7 / 6 * x - 2) * x) * x + 8 / 9
    far = ((-7 / 18 * x + 2) * x - 10 / 3) * x + 16 / 9
    return np.where(x >= 2, 0, np.where(x >= 1, far, near))


def _gaussian(x: Array) -> Array:
    return np.where(x >= 1.5, 0, np.exp(-2 * x * x))


def _lanczos(radius: int) -> Callable[[Array], Array]:
    def kernel(x: Array) -> Array:
        turned = np.where(x <= 1e-3, 1, math.pi * x)
        value = radius * np.sin(turned) * np.sin(turned / radius) / (turned * turned)
        return np.where(x <= 1e-3, 1, np.where(x > radius, 0, value))

    return kernel


_FILTERS: dict[str, tuple[float, Callable[[Array], Array]]] = {
    "bilinear": (1, _triangle),
    "bicubic": (2, keys_cubic),
    "lanczos3": (3, _lanczos(3)),
    "lanczos5": (5, _lanczos(5)),
    "gaussian": (1.5, _gaussian),
    "mitchellcubic": (2, _mitchell),
}


def _filtered(have: int, want: int, method: str, antialias: bool) -> tuple[Array, Array]:
    radius, kernel = _FILTERS[method]
    inverse = _F(1) / (_F(want) / _F(have))
    stretch = max(inverse, _F(1)) if antialias else _F(1)
    middle = (np.arange(want, dtype=_F) + _F(0.5)) * inverse
    reach = _F(radius) * stretch
    start = np.clip(np.ceil(middle - reach - _F(0.5)).astype(np.int64), 0, have - 1)
    end = np.clip(np.floor(middle + reach - _F(0.5)).astype(np.int64), 0, have - 1) + 1
    # As many as TensorFlow reads: a pixel of weight 0 still counts if it is NaN.
    count = min(2 * math.ceil(reach) + 1, have)
    rows = start[:, None] + np.arange(count)
    distance = np.abs((rows.astype(_F) + _F(0.5) - middle[:, None]) / stretch)
    weights = np.where(rows < end[:, None], kernel(distance), 0).astype(_F)
    total = weights.sum(1, keepdims=True, dtype=_F)
    usable = np.abs(total) >= 1000 * np.finfo(_F).tiny
    weights = np.where(usable, weights / np.where(usable, total, 1), 0).astype(_F)
    return np.minimum(rows, have - 1), weights


@lru_cache(maxsize=256)
def taps(have: int, want: int, method: str, antialias: bool) -> tuple[Array, Array]:
    """Rows and weights, [out, K] each, for `want` rows made of `have`."""
    if method == "area":
        return _area(have, want)
    if method == "bicubic" and not antialias:
        return _cubic(have, want)
    return _filtered(have, want, method, antialias)
