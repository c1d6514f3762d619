"""Murmur's hash and SipHash, which start from a seed and a key."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.hashes.strings import Array, word

_MASK = (1 << 64) - 1
_SHIFTS = np.arange(65, dtype=np.uint64)


def _low(x: Any) -> Any:
    """The lowest 64 bits; arrays have no others."""
    return x & _MASK if x.__class__ is int else x


def _fold(x: Any) -> Any:
    return x ^ x >> 47


# ------------------------------------------------------------------------------------------ murmur
def murmur64(data: Any, seed: int = 0xDECAFCAFFE) -> Any:
    """The 64-bit MurmurHash2, with the seed that TensorFlow gives it."""
    multiplier, size = 0xC6A4A7935BD1E995, len(data)
    found = seed ^ (size * multiplier & _MASK)
    whole = size // 8 * 8
    for at in range(0, whole, 8):
        k = _low(word(data, at) * multiplier)
        found = _low((found ^ _fold(k) * multiplier) * multiplier)
    if whole < size:
        found = _low((found ^ word(data, whole)) * multiplier)
    return _fold(_low(_fold(found) * multiplier))


# ----------------------------------------------------------------------------------------- siphash
def siphash(data: Any, key: tuple[int, int]) -> Any:
    """SipHash-2-4 with a key of two 64-bit words."""
    k0, k1 = key
    whole = len(data) // 8 * 8
    words = [word(data, at) for at in range(0, whole, 8)]
    words.append(word(data, whole) | (len(data) & 0xFF) << 56)
    # An array of each, where the words are arrays.
    nothing = words[0] & 0
    state = (
        nothing | k0 ^ 0x736F6D6570736575,
        nothing | k1 ^ 0x646F72616E646F6D,
        nothing | k0 ^ 0x6C7967656E657261,
        nothing | k1 ^ 0x7465646279746573,
    )
    rounds = _rounds if nothing.__class__ is int else _rounds_of_arrays
    for part in words:
        a, b, c, d = state
        a, b, c, d = rounds(a, b, c, d ^ part, 2)
        state = a ^ part, b, c, d
    a, b, c, d = state
    a, b, c, d = rounds(a, b, c ^ 0xFF, d, 4)
    return a ^ b ^ c ^ d


def _rounds(a: int, b: int, c: int, d: int, count: int) -> tuple[int, int, int, int]:
    # Without calls, which would take as long as the rest, and cut off above 64 bits only where
    # the bits would come back.
    for _ in range(count):
        a = (a + b) & _MASK
        b = (b << 13 | b >> 51) & _MASK ^ a
        c = (c + d) & _MASK
        d = (d << 16 | d >> 48) & _MASK ^ c
        a = (a << 32 | a >> 32) + d & _MASK
        d = (d << 21 | d >> 43) & _MASK ^ a
        c = (c + b) & _MASK
        b = (b << 17 | b >> 47) & _MASK ^ c
        c = (c << 32 | c >> 32) & _MASK
    return a, b, c, d


def _rounds_of_arrays(
    a: Array, b: Array, c: Array, d: Array, count: int
) -> tuple[Array, Array, Array, Array]:
    """The same in the arrays' own memory, where what is above 64 bits is lost by itself."""
    high = np.empty_like(a)

    def rotate(x: Array, by: int) -> None:
        np.right_shift(x, _SHIFTS[64 - by], out=high)
        np.left_shift(x, _SHIFTS[by], out=x)
        np.bitwise_or(x, high, out=x)

    for _ in range(count):
        a += b
        rotate(b, 13)
        b ^= a
        rotate(a, 32)
        c += d
        rotate(d, 16)
        d ^= c
        a += d
        rotate(d, 21)
        d ^= a
        c += b
        rotate(b, 17)
        b ^= c
        rotate(c, 32)
    return a, b, c, d
