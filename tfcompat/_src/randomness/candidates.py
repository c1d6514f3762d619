"""Draws of classes for sampled losses, one word of the stream after another, on the host.

A unique draw throws away what it has seen; how often it tried tells how probable a class was.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfcompat._src.randomness.philox import Stream, words

Array = np.ndarray[Any, Any]
_PART = 256


class Words:
    """The words of a stream, one at a time."""

    def __init__(self, stream: Stream) -> None:
        self._stream = stream
        self._ready: list[int] = []

    def next32(self) -> int:
        """The next word."""
        if not self._ready:
            self._ready = words(self._stream, _PART).tolist()[::-1]
            self._stream = self._stream.skip(_PART // 4)
        return self._ready.pop()

    def next64(self) -> int:
        """The next two words, the first one below."""
        low = self.next32()
        return self.next32() << 32 | low

    def below(self, limit: int, bits: int) -> int:
        """An integer in [0, limit) from 32 or 64 bits, without a bias."""
        draw = self.next32 if bits == 32 else self.next64
        if limit & (limit - 1) == 0:
            return draw() & (limit - 1)
        biased = (1 << bits) % limit
        while True:
            number = draw()
            if number >= biased:
                return number % limit

    def single(self) -> float:
        """In [0, 1), from 23 bits."""
        return (self.next32() & 0x7FFFFF) / 2**23

    def double(self) -> float:
        """In [0, 1), from 52 bits of two words."""
        high = self.next32()
        return ((high & 0xFFFFF) << 32 | self.next32()) / 2**52


class Uniform:
    """All classes alike."""

    def __init__(self, count: int) -> None:
        self._count = count

    def draw(self, source: Words) -> int:
        return source.below(self._count, 64)

    def probability(self, classes: Array) -> Array:
        return np.full(classes.shape, np.float32(1 / self._count))


class LogUniform:
    """By rank, the less the higher (Zipf)."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._log = math.log1p(count)

    def draw(self, source: Words) -> int:
        return (int(math.exp(source.double() * self._log)) - 1) % self._count

    def probability(self, classes: Array) -> Array:
        return (np.log((classes + 2.0) / (classes + 1.0)) / self._log).astype(np.float32)


class Fixed:
    """By given weights, by Walker's table: one fair draw, one biased coin."""

    def __init__(self, weights: Sequence[float]) -> None:
        self._weights = np.asarray(weights, np.float32)
        total = float(self._weights.astype(np.float64).sum())
        self._total = np.float32(total)
        count = len(weights)
        share = [float(w) * count / total for w in self._weights]
        low = [i for i, p in enumerate(share) if p < 1]
        high = [i for i, p in enumerate(share) if p >= 1]
        self._own = [1.0] * count
        self._other = list(range(count))
        while high and low:
            poor, rich = low.pop(), high.pop()
            self._own[poor], self._other[poor] = float(np.float32(share[poor])), rich
            share[rich] -= 1 - share[poor]
            (low if share[rich] < 1 else high).append(rich)

    def draw(self, source: Words) -> int:
        coin = source.single()
        place = source.below(len(self._own), 32)
        return place if coin < self._own[place] else self._other[place]

    def probability(self, classes: Array) -> Array:
        inside = (classes >= 0) & (classes < len(self._weights))
        found = self._weights[np.where(inside, classes, 0)] / self._total
        return np.where(inside, found, np.float32(0)).astype(np.float32)


class Learned:
    """By how often classes came so far; each once at the start."""

    def __init__(self, count: int) -> None:
        self.weights = np.ones(count, np.int64)

    def draw(self, source: Words) -> int:
        sums = np.cumsum(self.weights)
        return int(np.searchsorted(sums, source.below(int(sums[-1]), 32), "right"))

    def probability(self, classes: Array) -> Array:
        return (self.weights[classes] / np.float32(self.weights.sum())).astype(np.float32)

    def learn(self, classes: Array) -> None:
        np.add.at(self.weights, classes.reshape(-1), 1)


def sample(
    draw: Callable[[Words], int], source: Words, count: int, unique: bool
) -> tuple[list[int], int]:
    """The classes, and how many draws it took."""
    if not unique:
        return [draw(source) for _ in range(count)], count
    found: dict[int, None] = {}
    tries = 0
    while len(found) < count:
        tries += 1
        found.setdefault(draw(source))
    return list(found), tries


def expected(probability: Array, count: int, tries: int) -> Array:
    """How often each class is expected in a sample."""
    if tries == count:
        return probability * np.float32(count)
    with np.errstate(divide="ignore"):
        return -np.expm1(tries * np.log1p(-probability))
