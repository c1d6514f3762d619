"""The random numbers of datasets: TensorFlow's, for the same seeds."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np

from tfcompat._src.function import tracing
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.ops.random_seeds import RawSeeds, get_seed
from tfcompat._src.randomness.noise import unpredictable
from tfcompat._src.randomness.philox import Stream, make_stream, words
from tfcompat._src.tensor import Tensor

_CHUNK = 1024
Seeds = tuple[int, int]


def seed_pair(seed: Any) -> Seeds | None:
    """The seeds of a dataset that is given this one, or None; None if nobody can foresee them."""
    if isinstance(seed, SymbolicTensor):
        seed = 0
    elif isinstance(seed, Tensor):
        seed = int(seed._numpy())
    first, second = get_seed(seed)
    return None if first is None or second is None else (first, second)


def fixed(seed: Any) -> Any:
    """The seed of a dataset that is made in a graph: each run of the graph makes it with this."""
    graph = tracing.current()
    if graph is None or isinstance(seed, Tensor):
        return seed
    found = graph.seeds.pair(seed)
    return seed if found is None else RawSeeds(*found)


def arbitrary() -> Seeds:
    """Seeds that nobody can foresee."""
    stream = unpredictable()
    return stream.key >> 32, stream.high >> 32


class Words:
    """The 32-bit words of a stream one after the other; `used`: how many are gone."""

    def __init__(self, seed: int, seed2: int, used: int = 0) -> None:
        self._seeds = seed, seed2
        self._start: Stream = make_stream(seed, 0, seed2)
        self.used = used
        self._ready: list[int] = []

    @classmethod
    def at(cls, state: list[int]) -> Words:
        """The words that follow where `state` was asked."""
        return cls(*state)

    def state(self) -> list[int]:
        """The seeds, and how many words are gone."""
        return [*self._seeds, self.used]

    def take(self, count: int) -> np.ndarray[Any, np.dtype[np.uint32]]:
        """The next words."""
        block, rest = divmod(self.used, 4)
        self.used += count
        self._ready = []
        return words(self._start.skip(block), rest + count)[rest:]

    def next(self) -> int:
        """The next word."""
        if not self._ready:
            used = self.used
            self._ready = self.take(_CHUNK if used else 4)[::-1].tolist()
            self.used = used
        self.used += 1
        return self._ready.pop()


class SeedGenerator:
    """Seeds for each pass over a dataset: new ones, or always the same."""

    def __init__(self, seed: Any, anew: bool) -> None:
        self._seeds = seed_pair(seed) or arbitrary()
        self._anew = anew
        self._words = Words(*self._seeds)
        self._lock = threading.Lock()

    @property
    def own(self) -> Seeds:
        """The seeds of an order for all passes: TensorFlow's are of the global seed alone then."""
        first, second = self._seeds
        return (first, second) if self._anew else (first, first)

    def next(self) -> Seeds:
        """The seeds of the next pass."""
        if not self._anew:
            return self._seeds
        with self._lock:
            return self._words.next(), self._words.next()

    def state(self) -> dict[str, Any]:
        """Where it stands."""
        return {"seeds": list(self._seeds), "used": self._words.used}

    def restore(self, state: dict[str, Any]) -> None:
        """Goes to where `state` was asked."""
        first, second = state["seeds"]
        self._seeds = first, second
        self._words = Words(first, second, state["used"])
