"""The words behind every random number: Philox4x32-10 (Salmon et al., 2011), on the host.

A stream has a 64-bit key and a 128-bit counter (low and high half). The counter goes up by one
per block of four 32-bit words. This is TensorFlow's generator, so equal seeds give equal numbers.

Few words come from arithmetic on one big Python integer with a 64-bit lane per block, where no
product overflows its lane; many come from NumPy. The first costs 4 microseconds, the second 45
and then a tenth per word.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

Words = np.ndarray[Any, np.dtype[np.uint32]]

_LOW = 0xFFFFFFFF
_WIDE = 0xFFFFFFFFFFFFFFFF
_MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
_WEYL = (0x9E3779B9, 0xBB67AE85)
_ROUNDS = 10
_FEW_BLOCKS = 64
_SWAR = sys.byteorder == "little"
_CHUNK = 1 << 16  # blocks: as long as steps have to be for threads (threads.PART)
# Stateless seeds are scrambled by one block of a stream with this key.
_SCRAMBLE_KEY = 0x02461E29_3EC8F720


class Stream(NamedTuple):
    """A position in a stream: three unsigned 64-bit integers."""

    key: int
    low: int
    high: int

    def skip(self, blocks: int) -> Stream:
        """The position so many blocks later."""
        counter = (self.low | self.high << 64) + blocks
        return Stream(self.key, counter & _WIDE, counter >> 64 & _WIDE)


def make_stream(key: int, low: int, high: int) -> Stream:
    """A stream from integers of either sign, as 64-bit two's complement."""
    return Stream(key & _WIDE, low & _WIDE, high & _WIDE)


@lru_cache(maxsize=256)
def scrambled(first: int, second: int) -> Stream:
    """The stream of the stateless seed [first, second]."""
    mixed = words(make_stream(_SCRAMBLE_KEY, first, second), 4).tolist()
    return Stream(mixed[0] | mixed[1] << 32, 0, mixed[2] | mixed[3] << 32)


def words(stream: Stream, count: int) -> Words:
    """The next `count` words of a stream."""
    blocks = (count + 3) // 4
    if _SWAR and blocks <= _FEW_BLOCKS and stream.low + blocks <= _WIDE:
        return _few(stream, blocks, _lanes(blocks)[2], blocks)[:count]
    return blocks_at(stream, np.arange(blocks, dtype=np.uint64)).reshape(-1)[:count]


@lru_cache(maxsize=_FEW_BLOCKS + 1)
def _lanes(blocks: int) -> tuple[int, int, int]:
    """Per lane: one, the low 32 bits set, the number of the lane."""
    ones = sum(1 << 64 * lane for lane in range(blocks))
    return ones, ones * _LOW, sum(lane << 64 * lane for lane in range(blocks))


def _few(stream: Stream, blocks: int, offsets: int, largest: int) -> Words:
    """The blocks at the offsets in the lanes of an integer."""
    ones, mask, _ = _lanes(blocks)
    key, low, high = stream
    m0, m1 = _MULTIPLIERS
    low_word = low & _LOW
    if low_word + largest <= _LOW:
        c0, c1 = low_word * ones + offsets, (low >> 32) * ones
    else:
        counter = low * ones + offsets
        c0, c1 = counter & mask, counter >> 32 & mask
    c2, c3 = (high & _LOW) * ones, (high >> 32) * ones
    k0, k1 = key & _LOW, key >> 32
    for _ in range(_ROUNDS):
        p0, p1 = c0 * m0, c2 * m1
        c0 = (p1 >> 32 & mask) ^ c1 ^ (k0 * ones)
        c2 = (p0 >> 32 & mask) ^ c3 ^ (k1 * ones)
        c1, c3 = p1 & mask, p0 & mask
        k0, k1 = (k0 + _WEYL[0]) & _LOW, (k1 + _WEYL[1]) & _LOW
    size = 8 * blocks
    if blocks == 1:
        packed = c0 | c1 << 32 | c2 << 64 | c3 << 96
        return np.frombuffer(packed.to_bytes(16, "little"), np.uint32)
    pair = np.empty((blocks, 2), np.uint64)
    pair[:, 0] = np.frombuffer((c0 | c1 << 32).to_bytes(size, "little"), np.uint64)
    pair[:, 1] = np.frombuffer((c2 | c3 << 32).to_bytes(size, "little"), np.uint64)
    return pair.view(np.uint32).reshape(-1)


def blocks_at(stream: Stream, offsets: np.ndarray[Any, np.dtype[np.uint64]]) -> Words:
    """The blocks at `offsets` from a stream's position: [len(offsets), 4] words."""
    count = len(offsets)
    if _SWAR and 0 < count <= _FEW_BLOCKS:
        largest = int(offsets.max())
        if stream.low + largest <= _WIDE:
            lanes = int.from_bytes(offsets.tobytes(), "little")
            return _few(stream, count, lanes, largest).reshape(count, 4)
    out = np.empty((count, 4), np.uint32)
    keys = _schedule(stream.key)
    multipliers = np.array(_MULTIPLIERS, np.uint64)[:, None]
    mask, half = np.uint64(_LOW), np.uint64(32)
    start = np.uint64(stream.low)
    size = min(count, _CHUNK)
    # Rows: words 0 and 2 of the counters (multiplied in a round), and words 1 and 3 (mixed in).
    even_rows, odd_rows, products = (np.empty((2, size), np.uint64) for _ in range(3))
    for first in range(0, count, _CHUNK):
        low = offsets[first : first + _CHUNK] + start
        n = len(low)
        even, odd, product = even_rows[:, :n], odd_rows[:, :n], products[:, :n]
        np.bitwise_and(low, mask, out=even[0])
        np.right_shift(low, half, out=odd[0])
        even[1] = stream.high & _LOW
        odd[1] = stream.high >> 32
        wrapped = low < start
        if wrapped.any():
            carried = (stream.high + 1) & _WIDE
            even[1, wrapped] = carried & _LOW
            odd[1, wrapped] = carried >> 32
        for key in keys:
            np.multiply(even, multipliers, out=product)
            swapped = product[::-1]
            np.right_shift(swapped, half, out=even)
            np.bitwise_xor(even, odd, out=even)
            np.bitwise_xor(even, key, out=even)
            np.bitwise_and(swapped, mask, out=odd)
        done = out[first : first + n]
        done[:, 0], done[:, 1], done[:, 2], done[:, 3] = even[0], odd[0], even[1], odd[1]
    return out


def _schedule(key: int) -> list[np.ndarray[Any, np.dtype[np.uint64]]]:
    """The two key words of each round, as a column."""
    k0, k1 = key & _LOW, key >> 32
    keys = []
    for _ in range(_ROUNDS):
        keys.append(np.array([[k0], [k1]], np.uint64))
        k0, k1 = (k0 + _WEYL[0]) & _LOW, (k1 + _WEYL[1]) & _LOW
    return keys
