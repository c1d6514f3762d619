"""Hurwitz's zeta function of many float32 numbers, by NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .memory import aligned
from .threads import PART

Array = np.ndarray[Any, Any]

_WORK = 16  # how much more than a function of it a number takes
# The first terms of the series; what is left comes of Euler's and Maclaurin's formula, of which
# three corrections then make no difference to float32.
_TERMS = 4
_FIRST = np.arange(_TERMS + 1, dtype=np.float32)[:, None]
_LARGEST = 64.0
# Farther away a part of the formula overflows.
_FARTHEST = 1e30


def _block(x: Array, q: Array) -> Array:
    places = q + _FIRST
    powers = np.power(places, -x)
    a, power = places[_TERMS], powers[_TERMS]
    step = 1 / a
    square = step * step
    # B4 and B6 over their factorials, beside the one before: 1 / 60 and 1 / 42.
    rest = (x + 3) * (x + 4)
    rest *= square
    rest *= -1 / 42
    rest += 1
    rest *= (x + 1) * (x + 2)
    rest *= square
    rest *= -1 / 60
    rest += 1
    rest *= x
    rest *= step
    rest *= 1 / 12
    rest += 0.5
    rest += a / (x - 1)
    rest *= power
    found: Array = np.add.reduce(powers[:_TERMS])
    found += rest
    return found


def of_singles(s: Array, place: Array, in_parts: Callable[..., None]) -> Array | None:
    """The values at vectors where the series converges fast; None where some are elsewhere."""
    # Compared like this, NaN is elsewhere.
    if not (s.min() > 1 and s.max() <= _LARGEST):
        return None
    if not (place.min() > 0 and place.max() <= _FARTHEST):
        return None
    found = aligned(s.shape, np.float32)

    def part(first: int, last: int) -> None:
        for start in range(first, last, PART):
            end = min(start + PART, last)
            found[start:end] = _block(s[start:end], place[start:end])

    in_parts(part, s.size, s.size * _WORK)
    return found
