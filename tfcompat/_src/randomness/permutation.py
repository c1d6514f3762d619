"""A place in a random permutation without the others, as tf.random_index_shuffle finds it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]


def shuffled_index(index: Array, key: Sequence[int], largest: int, rounds: int) -> Array:
    """Where each index up to `largest` goes in a permutation of them, without the others.

    The block cipher Simon (Beaulieu et al., 2013) on the fewest bits, but at least 16, repeated
    until the result is in range. `index` is uint64.
    """
    # Of a power of 2 the largest index itself has no bit: it goes where 0 goes, in TensorFlow too.
    bits = max(16, (largest - 1).bit_length())
    bits += bits % 2
    half = bits // 2
    keys = _schedule(key, half, rounds)
    mask, shift = np.uint64((1 << half) - 1), np.uint64(half)

    def turned(x: Array, by: int) -> Array:
        by %= half
        if not by:
            return x
        left, right = np.uint64(by), np.uint64(half - by)
        return ((x << left) | (x >> right)) & mask

    def enciphered(blocks: Array) -> Array:
        x, y = blocks & mask, blocks >> shift & mask
        for k in keys:
            x, y = y ^ ((turned(x, 1) & turned(x, 8)) ^ turned(x, 2)) ^ np.uint64(k), x
        return x | y << shift

    if largest < _FEW:
        # Nearly all blocks are out of range: the way to one within it is long.
        following = enciphered(np.arange(1 << bits, dtype=np.uint64)).tolist()
        met = [_next(i, following, largest) for i in index.ravel().tolist()]
        return np.array(met, np.uint64).reshape(index.shape)
    found = index.copy()
    moving = np.ones(found.shape, bool)
    while moving.any():
        found[moving] = enciphered(found[moving])
        moving[moving] = found[moving] > largest
    return found


def _next(index: int, following: list[int], largest: int) -> int:
    index = following[index]
    while index > largest:
        index = following[index]
    return index


# Of so many indices one block in 64 is in range.
_FEW = 1 << 10
# The bits that tell the rounds apart: Simon's sequence of a word of 64 bits and a key of two.
_SEQUENCE = 0b10101111011100000011010010011000101000010001111110010110110011


def _schedule(key: Sequence[int], half: int, rounds: int) -> list[int]:
    mask = (1 << half) - 1
    keys = [word & mask for word in key]
    for i in range(rounds - 3):
        turned = _right(keys[-1], 3, half)
        turned ^= _right(turned, 1, half)
        # TensorFlow keeps as many of these bits as a word has.
        bit = _SEQUENCE >> (61 - i) & 1 if i < min(half, 62) else 0
        keys.append((~keys[-3] & mask) ^ turned ^ bit ^ 3)
    return keys


def _right(x: int, by: int, half: int) -> int:
    by %= half
    return (x >> by | x << (half - by)) & ((1 << half) - 1)
