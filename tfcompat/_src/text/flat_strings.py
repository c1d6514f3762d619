"""Many strings in one block of memory, NumPy's own type S, which its vector loops work on.

NumPy fills what is shorter than the longest one up with NUL, which therefore occurs in none.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

MANY = 1 << 10  # strings from which the loops pay
_SPARE = 4  # how much more memory they may take than their bytes
_MOST_DIGITS = 15  # that float64 holds
_TENS = 10.0 ** np.arange(_MOST_DIGITS + 1)
_CASE = ord("a") ^ ord("A")


def flattened(objects: Array) -> Array | None:
    """An array of bytes in this form; None where strings have NUL or very different lengths."""
    items = objects.reshape(-1).tolist()
    width = max(map(len, items))
    whole = b"".join(items)
    if b"\0" in whole or width * len(items) > _SPARE * len(whole):
        return None
    return objects.astype(f"S{width}")


def codes(flat: Array) -> Array:
    """The bytes of each string along a new last axis."""
    return np.ascontiguousarray(flat)[..., None].view(np.uint8)


def recased(flat: Array, first: bytes) -> Array:
    """The 26 ASCII letters from `first` in the other case."""
    letters = codes(flat)
    chosen = letters - np.uint8(ord(first)) < 26
    other = chosen.view(np.uint8)
    other *= np.uint8(_CASE)
    other ^= letters
    return other.view(flat.dtype)[..., 0]


def cut(flat: Array, start: int, end: int | None) -> Array | None:
    """The bytes from start to end; None if a string is shorter than start, or nothing is left."""
    part = codes(flat)[..., start:end]
    if not part.shape[-1] or np.strings.str_len(flat).min() < start:
        return None
    return np.ascontiguousarray(part).view(f"S{part.shape[-1]}")[..., 0]


def joined(parts: list[Any], between: bytes) -> Array:
    """The parts, arrays of this form or bytes, with `between` between each two."""
    found = parts[0]
    for part in parts[1:]:
        if between:
            found = np.strings.add(found, between)
        found = np.strings.add(found, part)
    return np.asarray(found)


def lines(flat: Array) -> bytes:
    """The strings, each behind the end of a line; one more such end is the last of it."""
    letters = codes(flat).reshape(flat.size, flat.itemsize)
    return np.pad(letters, [(0, 0), (1, 0)], constant_values=ord("\n")).tobytes() + b"\n"


def decimals(flat: Array) -> Array | None:
    """The float64 numbers that the strings write as digits around a point at most."""
    width = flat.itemsize
    if width > _MOST_DIGITS:
        return None
    columns = np.ascontiguousarray(codes(flat).reshape(-1, width).T)
    digits = columns - np.uint8(ord("0"))
    is_digit, is_point = digits < 10, columns == ord(".")
    lengths = np.strings.str_len(flat).reshape(-1)
    points, counts = is_point.sum(0, np.uint8), is_digit.sum(0, np.uint8)
    if points.max() > 1 or not counts.all() or (points + counts != lengths).any():
        return None
    # All digits as one whole number, with 0 for the point and for what is left behind the last.
    digits *= is_digit
    number = _TENS[width - 1 :: -1] @ digits.astype(np.float64)
    place = (is_point * np.arange(width, dtype=np.uint8)[:, None]).sum(0, np.uint8)
    rest = width - np.where(points, place, lengths)
    # The same without that 0, over a power of 10: both are exact, so the quotient is as it should.
    unit, fraction = _TENS.take(rest), _TENS.take(np.maximum(rest - 1, 0))
    whole = np.floor(number / unit)
    number -= whole * (unit - fraction)
    return (number / fraction).reshape(flat.shape)
