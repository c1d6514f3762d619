"""Hashes of strings, many at once.

A hash is one function for one string, as bytes and Python's integers, and for many strings of one
length, as `Columns` and arrays of uint64, which lose what overflows by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

# Below this many strings arrays do not pay.
_MANY = 48


class Columns:
    """Strings of one length: a byte, or a word, of all of them is an array."""

    def __init__(self, rows: Array, length: int) -> None:
        """`rows` are the bytes of each string, then eight or more zeros."""
        self._length, self._bytes = length, rows

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
        letters = np.frombuffer(b"".join(texts[places].tolist()), np.uint8).reshape(-1, size)
        # A word may begin with the last byte.
        return Columns(np.pad(letters, [(0, 0), (0, 8)]), size)

    return _by_length(np.fromiter(map(len, items), np.int64, len(items)), columns, function)


def hashed_flat(flat: Array, function: Callable[[Any], Any]) -> Array:
    """The same for a vector of strings in the form of `flat_strings`."""
    count, words = len(flat), -(-flat.itemsize // 8)
    rows = np.zeros((count, words + 1), np.uint64)
    rows[:, :-1] = flat.astype(f"S{8 * words}").view(np.uint64).reshape(count, words)

    def columns(places: Array | slice, size: int) -> Columns:
        part = rows if isinstance(places, slice) else rows.take(places, 0)
        return Columns(part.view(np.uint8), size)

    lengths = np.strings.str_len(flat)
    counts = np.bincount(lengths)
    most = int(counts.argmax())
    if not most or 2 * counts[most] < len(flat):
        return _by_length(lengths, columns, function)
    # All as if they had the commonest length, which spares taking most of them out and putting
    # their hashes in; then the others.
    found = function(columns(slice(None), most))
    others = np.flatnonzero(lengths != most)
    if len(others):
        part = lengths[others]
        found[others] = _by_length(part, lambda at, size: columns(others[at], size), function)
    return found


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
