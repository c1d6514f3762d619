"""Murmur's hash and SipHash, which TensorFlow uses beside FarmHash; hashing of many strings.

A hash is one function for one string, as bytes and Python's integers, and for many strings of one
length, as `Columns` and arrays of uint64, which lose what overflows by themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src.flat_strings import codes

Array = np.ndarray[Any, Any]

_MASK = (1 << 64) - 1
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


def _rotate_left(x: Any, by: int) -> Any:
    return (x << by | x >> (64 - by)) & _MASK


def _fold(x: Any) -> Any:
    return x ^ x >> 47


# ------------------------------------------------------------------------------------------ murmur
def murmur64(data: Any, seed: int = 0xDECAFCAFFE) -> Any:
    """The 64-bit MurmurHash2, with the seed that TensorFlow gives it."""
    multiplier, size = 0xC6A4A7935BD1E995, len(data)
    found = seed ^ (size * multiplier & _MASK)
    whole = size // 8 * 8
    for at in range(0, whole, 8):
        k = word(data, at) * multiplier & _MASK
        k = (k ^ k >> 47) * multiplier & _MASK
        found = (found ^ k) * multiplier & _MASK
    if whole < size:
        found = (found ^ word(data, whole)) * multiplier & _MASK
    found = _fold(found) * multiplier & _MASK
    return _fold(found)


# ----------------------------------------------------------------------------------------- siphash
def siphash(data: Any, key: tuple[int, int]) -> Any:
    """SipHash-2-4 with a key of two 64-bit words."""
    k0, k1 = key
    state: list[Any] = [
        k0 ^ 0x736F6D6570736575,
        k1 ^ 0x646F72616E646F6D,
        k0 ^ 0x6C7967656E657261,
        k1 ^ 0x7465646279746573,
    ]
    whole = len(data) // 8 * 8
    words = [word(data, at) for at in range(0, whole, 8)]
    words.append(word(data, whole) | (len(data) & 0xFF) << 56)
    for part in words:
        state[3] = state[3] ^ part
        _sip_rounds(state, 2)
        state[0] = state[0] ^ part
    state[2] ^= 0xFF
    _sip_rounds(state, 4)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _sip_rounds(state: list[Any], count: int) -> None:
    a, b, c, d = state
    for _ in range(count):
        a = (a + b) & _MASK
        b = _rotate_left(b, 13) ^ a
        a = _rotate_left(a, 32)
        c = (c + d) & _MASK
        d = _rotate_left(d, 16) ^ c
        a = (a + d) & _MASK
        d = _rotate_left(d, 21) ^ a
        c = (c + b) & _MASK
        b = _rotate_left(b, 17) ^ c
        c = _rotate_left(c, 32)
    state[:] = a, b, c, d
