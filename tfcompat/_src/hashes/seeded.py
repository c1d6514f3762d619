"""Murmur's hash and SipHash, which start from a seed and a key."""

from __future__ import annotations

from typing import Any

from tfcompat._src.hashes.strings import word

_MASK = (1 << 64) - 1


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
