"""Functions of float32 as quadratics, each on a piece of the line of its own.

A function of a hundred steps in double precision is then one of fifteen, whatever it is. The first
bits of a number say on which piece it lies. The quadratics are made at the function's first use,
from its values, and compared with it: a piece on which they are not as exact as float32 is left
out, around a zero of the function, say, or where it turns often. For numbers on no piece the
function itself is asked.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from .memory import aligned
from .threads import PART

Array = np.ndarray[Any, Any]

_MANTISSA = 23
_EXACT = 2.0**-23
_ZERO = np.array(0, np.uint32)
_ALL_BUT_SIGN = np.array(0x7FFFFFFF, np.uint32)


def _places(first: Array, shift: int) -> Array:
    """The float32 numbers whose bits before the last `shift` are these."""
    return (first << shift).astype(np.int32).view(np.float32)


class Pieces:
    """The quadratics of a function of float64 between two powers of 2.

    bits: there are 2 ** bits pieces from a power of 2 to the next.
    power: None for a function of positive numbers. Otherwise the function is x ** power times an
      even one, which below `low` does not change.
    zeros: of the function, float32 numbers; what it is without these factors is made of pieces.
    """

    def __init__(
        self,
        function: Callable[[Array], Array],
        low: float,
        high: float,
        bits: int,
        power: int | None,
        zeros: tuple[float, ...] = (),
    ) -> None:
        self._power = power
        self._zeros = [np.float32(zero) for zero in zeros]
        shift = _MANTISSA - bits
        first, end = np.array([low, high], np.float32).view(np.int32) >> shift
        rows = np.arange(first, end)
        left, width = _places(rows, shift).astype(np.float64), 1 << shift
        step = (_places(rows + 1, shift) - left) / width

        def values(at: Array) -> Array:
            x = left[:, None] + step[:, None] * (at * width)
            factors = x ** (power or 0)
            for zero in zeros:
                factors = factors * (x - zero)
            return function(x.reshape(-1)).reshape(x.shape) / factors

        nodes = (np.cos(np.pi / 6 * np.array([5, 3, 1])) + 1) / 2
        by_value = np.linalg.inv(np.vander(nodes, 3, increasing=True)).T
        found = values(nodes) @ by_value / float(width) ** np.arange(3)
        found = found.astype(np.float32)
        # There it is farthest from what it interpolates.
        ends = np.array([0, 0.25, 0.75, 1])
        exact, near = values(ends), found @ np.vander(ends * width, 3, increasing=True).T
        good = np.abs(near - exact) <= _EXACT * np.abs(exact)
        if zeros:
            # A zero at an end tells nothing.
            good |= np.isnan(exact)
        found[~good.all(-1)] = np.nan, 0, 0
        if power is not None:
            found[0, 1:] = 0
        # The last row is that of numbers on no piece.
        table = np.concatenate([found, np.array([[np.nan, 0, 0]], np.float32)])
        self._coefficients = np.ascontiguousarray(table.T)
        # NumPy is faster with arrays of no axes than with numbers.
        size = len(rows) << shift
        self._low, self._end, self._size, self._shift, self._rest = [
            np.array(n, np.uint32) for n in (first << shift, end << shift, size, shift, width - 1)
        ]

    def __call__(self, x: Array) -> Array:
        """The values at a vector of float32; NaN where it lies on no piece."""
        bits = x.view(np.uint32)
        # In one step, and not by two extremes, for which NumPy has vector loops of two arrays only.
        if self._power is None:
            # What is below the first piece becomes large, without a sign.
            bits = bits - self._low
            np.clip(bits, _ZERO, self._size, out=bits)
        else:
            bits = bits & _ALL_BUT_SIGN
            np.clip(bits, self._low, self._end, out=bits)
            bits -= self._low
        row = np.right_shift(bits, self._shift).astype(np.int64)
        within = np.bitwise_and(bits, self._rest, out=bits).view(np.int32).astype(np.float32)
        constant, slope, bend = self._coefficients.take(row, 1, None, "wrap")
        found: Array = bend * within
        found += slope
        found *= within
        found += constant
        for _ in range(self._power or 0):
            found *= x
        for zero in self._zeros:
            found *= x - zero
        if self._zeros:
            # No zero is -0.
            found += 0
        return found

    def of_many(self, x: Array, in_parts: Callable[..., None]) -> tuple[Array, Array | None]:
        """The values at any count of numbers, in several threads where there are many.

        Gives which of them lie on no piece, too, or None if all do on some.
        """
        flat = x.reshape(-1)
        found = self(flat) if flat.size <= PART else self._in_blocks(flat, in_parts)
        # Which is the largest.
        unknown = flat.size and math.isnan(found.item(found.argmax()))
        found = found.reshape(x.shape)
        return found, np.isnan(found) if unknown else None

    def _in_blocks(self, flat: Array, in_parts: Callable[..., None]) -> Array:
        size = flat.size
        found = aligned((size,), np.float32)

        def part(first: int, last: int) -> None:
            for start in range(first, last, PART):
                end = min(start + PART, last)
                found[start:end] = self(flat[start:end])

        in_parts(part, size, size)
        return found
