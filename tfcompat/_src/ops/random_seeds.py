"""tf.random.set_seed, and which stream the next stateful op draws from.

TensorFlow's rules: the key is the global seed, the high half of the counter the op's seed. An op
without a seed of its own takes the next draw of a Python generator that the global seed starts,
so each call has a fresh stream. An op with a seed goes on where the last op of its kind with that
seed stopped, until set_seed starts everything anew.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from tfcompat._src.naming import public
from tfcompat._src.noise import unpredictable as unpredictable
from tfcompat._src.philox import Stream

if TYPE_CHECKING:
    from tfcompat._src.tensor import Tensor

_LARGEST = 2**31 - 1
_DEFAULT_KEY = 87654321  # where only the op has a seed
RESERVED = 256  # counters skipped per number


class RawSeeds(NamedTuple):
    """Both seeds of an op at once, as tf.raw_ops takes them; two zeros are unpredictable."""

    seed: int
    seed2: int


class _Seeds:
    """The global seed, what was drawn from it, and how far each op with a seed has come."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.set(None)

    def set(self, seed: Any) -> None:
        key = None if seed is None else int(seed % _LARGEST)
        draws = random.Random(seed)
        with self.lock:
            self.key = key
            self.draws = draws
            self.places: dict[tuple[Any, ...], Stream] = {}
            self.memories: dict[tuple[Any, ...], Any] = {}


_seeds = _Seeds()


@public("tfcompat.random")
def set_seed(seed: Any) -> None:
    """Sets the global seed: the random ops that follow give the same numbers in every program.

    None makes them unpredictable again, as they are before the first call.

    Raises:
      TypeError: not a number.
    """
    if isinstance(seed, (str, bytes)):
        raise TypeError(f"set_seed: received {seed!r}; expected an integer or None")
    _seeds.set(seed)


def get_seed(op_seed: Any) -> tuple[int | None, int | None]:
    """The pair of seeds that the next op with `op_seed` gets; (None, None) is unpredictable."""
    if op_seed.__class__ is RawSeeds:
        return op_seed if op_seed.seed or op_seed.seed2 else (None, None)
    key = _seeds.key
    if op_seed is None:
        if key is None:
            return None, None
        op = _seeds.draws.randint(0, _LARGEST) % _LARGEST
    else:
        if isinstance(op_seed, (str, bytes)):
            raise TypeError(f"seed: received {op_seed!r}; expected an integer or None")
        op = int(op_seed % _LARGEST)
        if key is None:
            key = _DEFAULT_KEY
    return (key, op) if key or op else (0, _LARGEST)


def seeds_of_graph() -> tuple[int, int] | None:
    """The seeds of an op without one of its own in a graph; None is unpredictable."""
    key = _seeds.key
    return None if key is None else (key, 0) if key else (0, _LARGEST)


class _Local(threading.local):
    """Per thread: who takes the numbers of random ops as inputs of a program, if anybody does.

    streams: the random ops of graphs of their own, node: which of them runs, graph: the graph that
    it is in, draw: how often it has drawn in this run.
    """

    def __init__(self) -> None:
        self.later: Callable[..., Any] | None = None
        self.streams: Streams | None = None
        self.node: Any = None
        self.graph: Any = None
        self.draw = 0


class Streams:
    """Streams of the random ops of a graph and of those in it, which go on from run to run.

    As in a graph of TensorFlow's: an op without a seed is given its number among these.
    """

    def __init__(self) -> None:
        self._key = _seeds.key
        self._unseeded: dict[Any, int] = {}
        self._places: dict[Any, Stream | None] = {}
        self._lock = threading.Lock()

    def next(self, op_seed: Any, blocks: int) -> Any:
        """Where the op that draws now starts."""
        _local.draw += 1
        place = _local.node, _local.draw
        with self._lock:
            if place in self._places:
                found = self._places[place]
            else:
                found = self._first(op_seed, _local.graph)
            self._places[place] = None if found is None else found.skip(blocks)
        return unpredictable() if found is None else found

    def _first(self, op_seed: Any, graph: Any) -> Stream | None:
        key = self._key
        if op_seed.__class__ is RawSeeds or op_seed is not None:
            seeds = get_seed(op_seed)
            if not isinstance(op_seed, RawSeeds) and key is not None:
                seeds = (key, int(op_seed % _LARGEST))
        elif key is None:
            return None
        else:
            number = self._unseeded.get(graph, 0)
            self._unseeded[graph] = number + 1
            seeds = (key, number)
        if seeds[0] is None or seeds[1] is None:
            return None
        return Stream(seeds[0], 0, seeds[1]) if any(seeds) else Stream(0, 0, _LARGEST)

    def fresh(self) -> Streams:
        """The same ops before their first run."""
        found = Streams()
        found._key = self._key
        return found


@contextmanager
def drawing_from(streams: Streams | None) -> Iterator[None]:
    """A context in which random ops are those of a graph; see `at_node`."""
    before = _local.streams, _local.node, _local.graph, _local.draw
    _local.streams, _local.node, _local.graph = streams, None, None
    try:
        yield
    finally:
        _local.streams, _local.node, _local.graph, _local.draw = before


def at_node(node: Any, graph: Any) -> None:
    """Says which op of which graph runs now."""
    _local.node, _local.graph, _local.draw = node, graph, 0


def streaming() -> bool:
    """Whether random ops want to know which op of a graph they are."""
    return _local.streams is not None


_local = _Local()


class LaterStream:
    """A stream that starts anew at each run of a program; nobody can draw from it before."""

    def __init__(self, start: Callable[[], Stream], place: Callable[..., Any]) -> None:
        self._start = start
        self._place = place

    def tensor(
        self, draw: Callable[[Stream], Tensor], shape: tuple[int, ...], dtype: Any
    ) -> Tensor:
        """A tensor of the program, for which `draw` gives the value at each run."""
        start = self._start
        found: Tensor = self._place(lambda: draw(start()), shape, dtype)
        return found

    def __iter__(self) -> Iterator[Any]:
        from tfcompat.backend import ValueNeeded

        raise ValueNeeded("random numbers of this kind are drawn when the program runs")

    def __getattr__(self, name: str) -> Any:
        return self.__iter__()


def drawn_later() -> bool:
    """Whether a program is being made whose runs will draw."""
    return _local.later is not None


def taker() -> Callable[..., Any] | None:
    """Who takes the numbers of random ops as inputs of the program that is being made."""
    return _local.later


@contextmanager
def later(place: Callable[..., Any] | None) -> Iterator[None]:
    """A context in which random ops draw at each run of the program that is being made.

    `place(make, shape, dtype)` gives the tensor that stands for what `make()` will draw.
    """
    before = _local.later
    _local.later = place
    try:
        yield
    finally:
        _local.later = before


@contextmanager
def preserved() -> Iterator[None]:
    """A context after which the next numbers are what they would have been without it."""
    state, places = _seeds.draws.getstate(), dict(_seeds.places)
    try:
        yield
    finally:
        _seeds.draws.setstate(state)
        _seeds.places = places


def next_stream(op_seed: Any, kind: tuple[Any, ...], blocks: int) -> Any:
    """Where the next op starts: a Stream, or a LaterStream in a program that is being made.

    Args:
      op_seed: the op's own seed, or None.
      kind: what tells ops apart that do not share a stream even with equal seeds.
      blocks: how much of the stream the op uses up.
    """
    place = _local.later
    if place is not None:
        return LaterStream(lambda: next_stream(op_seed, kind, blocks), place)
    if _local.streams is not None:
        return _local.streams.next(op_seed, blocks)
    key, op = get_seed(op_seed)
    if key is None or op is None:
        return unpredictable()
    if op_seed is None:
        return Stream(key, 0, op)
    name = (key, op, *kind)
    with _seeds.lock:
        found = _seeds.places.get(name)
        if found is None:
            found = Stream(key, 0, op)
        _seeds.places[name] = found.skip(blocks)
    return found


def remembered(op_seed: Any, kind: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    """What ops of a kind with the same seeds share until set_seed; new without a seed."""
    if op_seed is None:
        return make()
    name = (_seeds.key, op_seed, *kind)
    with _seeds.lock:
        if name not in _seeds.memories:
            _seeds.memories[name] = make()
        return _seeds.memories[name]
