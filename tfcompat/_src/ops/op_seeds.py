"""tf.random.set_seed, and the pair of seeds that an op gets.

TensorFlow's rules: one seed is the global one, the other the op's. An eager op without a seed of
its own takes the next draw of a Python generator that the global seed starts. One in a graph takes
the number of such ops before it in that graph.
"""

from __future__ import annotations

import random
import threading
from typing import Any, NamedTuple

from tfcompat._src.function import tracing
from tfcompat._src.naming import public
from tfcompat._src.randomness.philox import Stream

_LARGEST = 2**31 - 1
_DEFAULT_KEY = 87654321  # where only the op has a seed


class RawSeeds(NamedTuple):
    """Both seeds of an op at once, as tf.raw_ops takes them; two zeros are unpredictable."""

    seed: int
    seed2: int


def _key_of(seed: Any) -> int | None:
    return None if seed is None else int(seed % _LARGEST)


class _Seeds:
    """The global seed, what was drawn from it, and how far each op with a seed has come."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.set(None)

    def set(self, seed: Any) -> None:
        key = _key_of(seed)
        draws = random.Random(seed)
        with self.lock:
            self.key: int | None = key
            self.draws = draws
            self.time = object()
            self.places: dict[tuple[Any, ...], Stream] = {}
            self.memories: dict[tuple[Any, ...], Any] = {}


global_seed = _Seeds()


@public("tfcompat.random")
def set_seed(seed: Any) -> None:
    """Sets the global seed: the random ops that follow give the same numbers in every program.

    None makes them unpredictable again, as they are before the first call. In a function that is
    being traced it is the seed of that function's ops.

    Raises:
      TypeError: not a number.
    """
    if isinstance(seed, (str, bytes)):
        raise TypeError(f"set_seed: received {seed!r}; expected an integer or None")
    if seed is not None and hasattr(seed, "__index__"):
        # Python's generator takes no number of NumPy's, and none of a tensor's.
        seed = seed.__index__()
    graph = tracing.local.graph
    if graph is None:
        global_seed.set(seed)
    else:
        graph.seeds.key = _key_of(seed)


def get_seed(op_seed: Any) -> tuple[int | None, int | None]:
    """The pair of seeds that the next op with `op_seed` gets; (None, None) is unpredictable."""
    if op_seed.__class__ is RawSeeds:
        return op_seed if op_seed.seed or op_seed.seed2 else (None, None)
    key = global_seed.key
    if op_seed is None:
        if key is None:
            return None, None
        op = global_seed.draws.randint(0, _LARGEST) % _LARGEST
    else:
        op = _op_seed(op_seed)
        if key is None:
            key = _DEFAULT_KEY
    return (key, op) if key or op else (0, _LARGEST)


def _op_seed(op_seed: Any) -> int:
    if isinstance(op_seed, (str, bytes)):
        raise TypeError(f"seed: received {op_seed!r}; expected an integer or None")
    return int(op_seed % _LARGEST)


def seeds_of_graph() -> tuple[int, int] | None:
    """The seeds of the first op without one of its own in a graph; None is unpredictable."""
    key = global_seed.key
    return None if key is None else (key, 0) if key else (0, _LARGEST)


# ---------------------------------------------------------------------------------------- graphs
class GraphSeeds:
    """The global seed of a graph, and how many of its ops were given a number for want of a seed.

    A graph takes the seed of the moment it is made, and one inside of another that one's.
    """

    def __init__(self, outer: GraphSeeds | None = None) -> None:
        self.key: int | None = global_seed.key if outer is None else outer.key
        self.outer = outer
        #: Whether an op of it, or of a graph in it, draws.
        self.draws = False
        self._count = 0

    def pair(self, op_seed: Any) -> tuple[int, int] | None:
        """The seeds of the next op with `op_seed`; None is unpredictable."""
        if op_seed.__class__ is RawSeeds or (op_seed is not None and self.key is None):
            key, op = get_seed(op_seed)
            return None if key is None or op is None else (key, op)
        if self.key is None:
            return None
        if op_seed is None:
            op = self._count
            self._count += 1
        else:
            op = _op_seed(op_seed)
        return (self.key, op) if self.key or op else (0, _LARGEST)

    def note(self) -> None:
        """Notes that an op draws."""
        graph: GraphSeeds | None = self
        while graph is not None and not graph.draws:
            graph.draws = True
            graph = graph.outer


class CallSeeds:
    """The seeds of each op of one call in a graph, found when it draws for the first time."""

    __slots__ = ("graph", "pairs")

    def __init__(self, graph: GraphSeeds) -> None:
        self.graph = graph
        self.pairs: list[tuple[int, int] | None] = []

    def pair(self, number: int, op_seed: Any) -> tuple[int, int] | None:
        """The seeds of the op of this number."""
        pairs = self.pairs
        while len(pairs) <= number:
            pairs.append(self.graph.pair(op_seed))
        return pairs[number]
