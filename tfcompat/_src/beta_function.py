"""The incomplete beta function of many float32 numbers, by NumPy."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .gamma_function import beyond_stirling
from .memory import aligned
from .pieces import Pieces
from .threads import PART

Array = np.ndarray[Any, Any]
Function = Callable[[Array], Array]

_WORK = 16  # how much more than a function of it a number takes
_LOWEST, _HIGHEST = 2.0**-3, 2.0**6
_HALF_LOG = math.log(2 * math.pi) / 2


def _front(rising: Pieces, p: Array, q: Array, z: Array, rest: Array) -> Array:
    """z ** p * rest ** q / (p * B(p, q)), of which no factor overflows, in double precision."""
    power = rising(p + q).astype(np.float64)
    power -= rising(p)
    power -= rising(q)
    p, q = p.astype(np.float64), q.astype(np.float64)
    both = p + q
    power += p * np.log(z * (both / p))
    power += q * np.log(rest * (both / q))
    power += 0.5 * np.log(p * q / both)
    return np.exp(power - _HALF_LOG) / p


def _fraction(p: Array, q: Array, z: Array, levels: int) -> Array:
    """The continued fraction from its end: a step of Lentz's evaluation for each level."""
    over, both, under, twice = p + levels, p + q, q - levels, p + 2 * levels
    both += levels
    found = np.ones_like(z)
    for m in range(levels, 0, -1):
        above = over * both
        above *= z
        below = twice + 1
        below *= twice
        below *= found
        np.subtract(1, np.divide(above, below, out=above), out=found)
        np.multiply(under, z, out=above)
        above *= m
        np.subtract(twice, 1, out=below)
        below *= twice
        below *= found
        np.add(1, np.divide(above, below, out=above), out=found)
        over -= 1
        both -= 1
        under += 1
        twice -= 2
    return 1 - both * z / ((p + 1) * found)


def _single(rising: Pieces, levels: int, a: Array, b: Array, x: Array) -> Array:
    flip = x > (a + 1) / (a + b + 2)
    p, q, z = np.where(flip, b, a), np.where(flip, a, b), x.astype(np.float64)
    rest = 1 - z
    z, rest = np.where(flip, rest, z), np.where(flip, z, rest)
    part = _front(rising, p, q, z, rest) / _fraction(p, q, z.astype(np.float32), levels)
    return np.where(flip, 1 - part, part)


def of_singles(
    inputs: tuple[Array, Array, Array], log_gamma: Function, in_parts: Callable[..., None]
) -> Array | None:
    """The values at a, b and x; None where they are not ordinary.

    log_gamma: the logarithm of the gamma function, in double precision.
    """
    lowest = min(inputs[0].min(), inputs[1].min())
    highest = max(inputs[0].max(), inputs[1].max())
    # Compared like this, NaN is not ordinary either.
    if not (lowest >= _LOWEST and highest <= _HIGHEST):
        return None
    if not (inputs[2].min() >= 0 and inputs[2].max() <= 1):
        return None
    shape = np.broadcast_shapes(*[array.shape for array in inputs])
    flat = [np.broadcast_to(array, shape).reshape(-1) for array in inputs]
    found = aligned(flat[0].shape, np.float32)
    # As many as make no difference to float32, found by trying.
    levels = int(5 + 2.2 * math.sqrt(highest))
    rising = beyond_stirling(log_gamma)

    def part(first: int, last: int) -> None:
        for start in range(first, last, PART):
            end = min(start + PART, last)
            found[start:end] = _single(rising, levels, *[array[start:end] for array in flat])

    in_parts(part, found.size, found.size * _WORK)
    return found.reshape(shape)
