"""Functions of float32 as quadratics, each on a piece of the line of its own.

A function of a hundred steps in double precision is then one of fifteen, whatever it is. The first
bits of a number say on which piece it lies. The quadratics are made at the function's first use,
from its values, and compared with it: a piece on which they are not as exact as float32 is left
out, around a zero of the function, say, or where it turns often. For numbers on no piece the
function itself is asked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .memory import aligned

Array = np.ndarray[Any, Any]

# So many numbers, with what becomes of them, stay in the processor's cache. With fewer the steps
# are so short that threads wait for each other, for Python's lock between two steps.
_BLOCK = 1 << 15
_MANTISSA = 23
_EXACT = 2.0**-23
_ALL_BUT_SIGN = np.array(0x7FFFFFFF, np.int32)


def _places(first: Array, shift: int) -> Array:
    """The float32 numbers whose bits before the last `shift` are these."""
    return (first << shift).astype(np.int32).view(np.float32)


class Pieces:
    """The quadratics of a function of float64 between two powers of 2.

    bits: there are 2 ** bits pieces from a power of 2 to the next.
    power: None for a function of positive numbers. Otherwise the function is x ** power times an
      even one, which below `low` does not change.
    """

    def __init__(
        self,
        function: Callable[[Array], Array],
        low: float,
        high: float,
        bits: int,
        power: int | None,
    ) -> None:
        self._power = power
        shift = _MANTISSA - bits
        first, end = np.array([low, high], np.float32).view(np.int32) >> shift
        rows = np.arange(first, end)
        left, width = _places(rows, shift).astype(np.float64), 1 << shift
        step = (_places(rows + 1, shift) - left) / width

        def values(at: Array) -> Array:
            x = left[:, None] + step[:, None] * (at * width)
            return function(x.reshape(-1)).reshape(x.shape) / x ** (power or 0)

        nodes = (np.cos(np.pi / 6 * np.array([5, 3, 1])) + 1) / 2
        by_value = np.linalg.inv(np.vander(nodes, 3, increasing=True)).T
        found = values(nodes) @ by_value / float(width) ** np.arange(3)
        found = found.astype(np.float32)
        # There it is farthest from what it interpolates.
        ends = np.array([0, 0.25, 0.75, 1])
        exact, near = values(ends), found @ np.vander(ends * width, 3, increasing=True).T
        found[~(np.abs(near - exact) <= _EXACT * np.abs(exact)).all(-1)] = np.inf, 0, 0
        if power is not None:
            found[0, 1:] = 0
        # The last row is that of numbers on no piece.
        table = np.concatenate([found, np.array([[np.inf, 0, 0]], np.float32)])
        self._coefficients = [np.ascontiguousarray(column) for column in table.T]
        # NumPy is faster with arrays of no axes than with numbers.
        self._shift, self._first = np.array(shift, np.int32), np.array(first, np.int32)
        self._end = np.array(len(rows), np.uint32)
        self._rest = np.array(width - 1, np.int32)
        self._low = np.array(first << shift, np.int32)

    def __call__(self, x: Array) -> Array:
        """The values at a vector of float32; infinite where it lies on no piece."""
        bits = x.view(np.int32)
        if self._power is not None:
            bits = bits & _ALL_BUT_SIGN
            np.maximum(bits, self._low, out=bits)
        row = np.right_shift(bits, self._shift)
        row -= self._first
        # What is below the first has become large without its sign.
        unsigned = row.view(np.uint32)
        np.minimum(unsigned, self._end, out=unsigned)
        wide = unsigned.astype(np.int64)
        within = np.bitwise_and(bits, self._rest, out=row).astype(np.float32)
        constant, slope, bend = self._coefficients
        found: Array = bend.take(wide, None, None, "wrap")
        found *= within
        found += slope.take(wide, None, None, "wrap")
        found *= within
        found += constant.take(wide, None, None, "wrap")
        for _ in range(self._power or 0):
            found *= x
        return found

    def of_many(self, flat: Array, in_parts: Callable[..., None]) -> Array:
        """The values at a vector of any length, in several threads where it is long."""
        size = flat.size
        if size <= _BLOCK:
            return self(flat)
        found = aligned((size,), np.float32)

        def part(first: int, last: int) -> None:
            for start in range(first, last, _BLOCK):
                end = min(start + _BLOCK, last)
                found[start:end] = self(flat[start:end])

        in_parts(part, size, size)
        return found
