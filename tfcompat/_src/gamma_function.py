"""The incomplete gamma function of many float32 numbers, by NumPy."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .extremes import extremes
from .memory import aligned
from .pieces import Pieces
from .threads import PART

Array = np.ndarray[Any, Any]
Function = Callable[[Array], Array]

_WORK = 16  # how much more than a function of it a number takes
_LOWEST, _HIGHEST = 2.0**-3, 2.0**6
_HALF_LOG = math.log(2 * math.pi) / 2
# Up to here so few terms are added that their rounding to float32 does not show.
_SINGLE = 4.0


@functools.cache
def beyond_stirling(log_gamma: Function) -> Pieces:
    """What the logarithm of the gamma function has beyond Stirling's formula.

    log_gamma: the logarithm, in double precision.
    """

    def exact(x: Array) -> Array:
        return log_gamma(x) - ((x - 0.5) * np.log(x) - x + _HALF_LOG)

    with np.errstate(all="ignore"):
        return Pieces(exact, _LOWEST, 4 * _HIGHEST, 8, None)


def _series(a: Array, x: Array, terms: int) -> Array:
    """1 + x / (a + 1) + x ** 2 / ((a + 1) * (a + 2)) + ..., from its end."""
    place = a + x.dtype.type(terms)
    found = np.ones_like(x)
    for _ in range(terms):
        found *= x
        found /= place
        found += 1
        place -= 1
    return found


def _lower(rising: Pieces, terms: int, kind: Any, a: Array, x: Array) -> Array:
    after = a + np.float32(1)
    power = -rising(after).astype(np.float64)
    p, next_p, z = [y.astype(np.float64) for y in (a, after, x)]
    # x ** a * exp(-x) / gamma(a + 1)
    power += p * np.log(z / next_p)
    power += next_p - z
    power -= 0.5 * np.log(next_p) + _HALF_LOG
    found = np.exp(power) * _series(a.astype(kind), x.astype(kind), terms)
    return np.minimum(found, 1)


def lower_of_singles(
    a: Array, x: Array, log_gamma: Function, in_parts: Callable[..., None]
) -> Array | None:
    """The lower function at vectors of a and x; None where they are not ordinary."""
    (least, most), (lowest, highest) = extremes(a), extremes(x)
    # Compared like this, NaN is not ordinary either.
    if not (least >= _LOWEST and most <= _HIGHEST and lowest >= 0 and highest <= _HIGHEST):
        return None
    found = aligned(a.shape, np.float32)
    # The terms are at most those of a distribution of Poisson's, of which no more is left then.
    terms = int(highest + 5.5 * math.sqrt(highest) + 6)
    kind = np.float32 if highest <= _SINGLE else np.float64
    rising = beyond_stirling(log_gamma)

    def part(first: int, last: int) -> None:
        for start in range(first, last, PART):
            end = min(start + PART, last)
            found[start:end] = _lower(rising, terms, kind, a[start:end], x[start:end])

    in_parts(part, found.size, found.size * _WORK)
    return found
