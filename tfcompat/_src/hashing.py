"""Two more hashes of bytes that TensorFlow uses beside FarmHash: Murmur's and SipHash."""

from __future__ import annotations

_MASK = (1 << 64) - 1


def _word(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 8], "little")


def _rotate_left(x: int, by: int) -> int:
    return (x << by | x >> (64 - by)) & _MASK


def _fold(x: int) -> int:
    return x ^ x >> 47


# ------------------------------------------------------------------------------------------ murmur
def murmur64(data: bytes, seed: int = 0xDECAFCAFFE) -> int:
    """The 64-bit MurmurHash2, with the seed that TensorFlow gives it."""
    multiplier, size = 0xC6A4A7935BD1E995, len(data)
    found = seed ^ (size * multiplier & _MASK)
    whole = size // 8 * 8
    for at in range(0, whole, 8):
        k = _word(data, at) * multiplier & _MASK
        k = (k ^ k >> 47) * multiplier & _MASK
        found = (found ^ k) * multiplier & _MASK
    if whole < size:
        found = (found ^ int.from_bytes(data[whole:], "little")) * multiplier & _MASK
    found = _fold(found) * multiplier & _MASK
    return _fold(found)


# ----------------------------------------------------------------------------------------- siphash
def siphash(data: bytes, key: tuple[int, int]) -> int:
    """SipHash-2-4 with a key of two 64-bit words."""
    k0, k1 = key
    state = [
        k0 ^ 0x736F6D6570736575,
        k1 ^ 0x646F72616E646F6D,
        k0 ^ 0x6C7967656E657261,
        k1 ^ 0x7465646279746573,
    ]
    whole = len(data) // 8 * 8
    words = [_word(data, at) for at in range(0, whole, 8)]
    words.append(int.from_bytes(data[whole:], "little") | (len(data) & 0xFF) << 56)
    for word in words:
        state[3] ^= word
        _sip_rounds(state, 2)
        state[0] ^= word
    state[2] ^= 0xFF
    _sip_rounds(state, 4)
    return state[0] ^ state[1] ^ state[2] ^ state[3]


def _sip_rounds(state: list[int], count: int) -> None:
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
