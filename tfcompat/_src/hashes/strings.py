"""Hashes of strings, many at once.

A hash is one function for one string, as bytes and Python's integers, and for many strings of one
length, as `Columns` and arrays of uint64, which lose what overflows by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src.text.flat_strings import codes

Array = np.ndarray[Any, Any]

# Below this many strings arrays do not pay.
_MANY = 48


class Columns:
    """Strings of one length: a byte, or a word, of all of them is an array."""

    def __init__(self, codes: Array) -> None:
        count = len(codes)
        self._length: int = codes.shape[1]
        # A word may begin with the last byte.
        self._bytes = np.zeros((count, self._length + 8), np.uint8)
        self._bytes[:, :-8] = codes

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, at: int) -> Array:
        return self._bytes[:, at % self._length].astype(np.uint64)

    def word(self, at: int, size: int) -> Array:
        """Up to eight bytes as a number, the first of them the lowest."""
        count, width = self._bytes.shape
        found = np.ndarray(count, "<u8", self._bytes, at, (width,)).astype(np.uint64)
        if size < 8:
            found &= np.uint64((1 << 8 * size) - 1)
        return found


def word(data: Any, at: int, size: int = 8) -> Any:
    """Up to eight bytes of bytes or of `Columns` as a number, the first of them the lowest."""
    if isinstance(data, bytes):
        return int.from_bytes(data[at : at + size], "little")
    return data.word(at, size)


def hashed(items: list[bytes], function: Callable[[Any], Any]) -> Array:
    """A hash of each of some strings, as uint64."""
    if len(items) < _MANY:
        return np.array([function(item) for item in items], np.uint64)
    texts = np.empty(len(items), object)
    texts[:] = items

    def columns(places: Array | slice, size: int) -> Columns:
        return Columns(np.frombuffer(b"".join(texts[places].tolist()), np.uint8).reshape(-1, size))

    return _by_length(np.fromiter(map(len, items), np.int64, len(items)), columns, function)


def hashed_flat(flat: Array, function: Callable[[Any], Any]) -> Array:
    """The same for a vector of strings in the form of `flat_strings`."""
    letters = codes(flat)

    def columns(places: Array | slice, size: int) -> Columns:
        return Columns(letters[places, :size])

    return _by_length(np.strings.str_len(flat), columns, function)


def _by_length(
    lengths: Array, columns: Callable[[Array | slice, int], Columns], function: Callable[[Any], Any]
) -> Array:
    """The hashes, in one go for all strings of a length."""
    found = np.empty(len(lengths), np.uint64)
    order = np.argsort(lengths, kind="stable")
    ends = np.flatnonzero(np.diff(lengths[order])) + 1
    for places in np.split(order, ends):
        size = int(lengths[places[0]])
        part = places if len(ends) else slice(None)
        found[part] = function(columns(part, size)) if size else function(b"")
    return found
