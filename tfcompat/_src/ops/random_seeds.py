"""Which stream the next stateful op draws from.

The key of a stream is the global seed, the high half of its counter the op's seed (op_seeds.py).
So each eager call of an op without a seed of its own has a fresh stream. One with a seed goes on
where the last op of its kind with that seed stopped, until set_seed starts everything anew. In a
function each op goes on with a stream of its own.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tfcompat._src.function import tracing
from tfcompat._src.ops.op_seeds import (
    CallSeeds,
    GraphSeeds,
    RawSeeds as RawSeeds,
    get_seed as get_seed,
    global_seed,
    seeds_of_graph as seeds_of_graph,
    set_seed as set_seed,
)
from tfcompat._src.randomness.noise import unpredictable as unpredictable
from tfcompat._src.randomness.philox import Stream

if TYPE_CHECKING:
    from tfcompat._src.tensor import Tensor

RESERVED = 256  # counters skipped per number


class Streams:
    """How far the random ops of a function and of those in it have come, from run to run.

    lasting: whether set_seed leaves them where they are.
    """

    def __init__(self, lasting: bool = False) -> None:
        self._places: dict[tuple[Any, ...], Stream] = {}
        self._memories: dict[tuple[Any, ...], Any] = {}
        self._lock = threading.Lock()
        self._lasting = lasting
        self._time = global_seed.time

    def memory(self, place: tuple[Any, ...], make: Callable[[], Any]) -> Any:
        """What the op at a place remembers."""
        with self._lock:
            self._forget()
            if place not in self._memories:
                self._memories[place] = make()
            return self._memories[place]

    def _forget(self) -> None:
        if self._time is not global_seed.time and not self._lasting:
            self._time = global_seed.time
            self._places.clear()
            self._memories.clear()

    def next(self, place: tuple[Any, ...], seeds: tuple[int, int], blocks: int) -> Stream:
        """Where the op at a place starts."""
        with self._lock:
            self._forget()
            found = self._places.get(place)
            if found is None:
                found = Stream(seeds[0], 0, seeds[1])
            self._places[place] = found.skip(blocks)
        return found


class _Local(threading.local):
    """Per thread: who takes the numbers of random ops as inputs of a program, if anybody does.

    running: the streams of the function that runs, path: the calls in its graph, and in the graphs
    in that, by which one comes to the op that runs; draw: how often that has drawn;
    rows: who draws for all rows of a function, and gives one of them.
    """

    def __init__(self) -> None:
        self.later: Callable[..., Any] | None = None
        self.running: Streams | None = None
        self.path: tuple[Any, ...] = ()
        self.draw = 0
        self.rows: Callable[..., Any] | None = None


_local = _Local()


@contextmanager
def drawing_from(streams: Streams | None) -> Iterator[None]:
    """A context in which the random ops of graphs have these streams; None: those of eager ops."""
    local = _local
    before = local.running, local.path, local.draw
    local.running, local.path = streams, ()
    try:
        yield
    finally:
        local.running, local.path, local.draw = before


def path() -> tuple[Any, ...]:
    """The calls by which one comes to the op that runs."""
    return _local.path


def at_node(path: tuple[Any, ...]) -> None:
    """Says which call of a graph runs now, and by which calls one comes to that graph."""
    _local.path = path
    _local.draw = 0


class Draw:
    """Where an op of a graph starts to draw in the run that asks."""

    __slots__ = ("_blocks", "_kind", "_op_seed", "_path", "seeds")

    def __init__(
        self,
        path: tuple[Any, ...],
        seeds: tuple[int, int] | None,
        op_seed: Any,
        kind: tuple[Any, ...],
        blocks: int,
    ) -> None:
        self._path = path
        self.seeds = seeds
        self._op_seed = op_seed
        self._kind = kind
        self._blocks = blocks

    def __call__(self, times: int = 1) -> Any:
        """The stream, for so many runs of the op. An eager loop or branch draws as eager ops do."""
        running = _local.running
        if running is None:
            return _eager_stream(self._op_seed, self._kind, self._blocks * times)
        if self.seeds is None:
            return unpredictable()
        return running.next(self._path, self.seeds, self._blocks * times)

    def under(self, path: tuple[Any, ...]) -> Draw:
        """The same where the graph is run by the call at a path of another graph."""
        return Draw((*path, *self._path), self.seeds, self._op_seed, self._kind, self._blocks)


def _graph_draw(op_seed: Any, kind: tuple[Any, ...], blocks: int) -> Draw:
    local = _local
    number = local.draw
    local.draw = number + 1
    node = local.path[-1]
    graph = tracing.local.graph
    if node.seeds is None:
        node.seeds = CallSeeds(GraphSeeds() if graph is None else graph.seeds)
    if graph is not None:
        graph.seeds.note()
    seeds = node.seeds.pair(number, op_seed)
    return Draw((*local.path, number), seeds, op_seed, kind, blocks)


# --------------------------------------------------------------------------------------- programs
class Numbers:
    """Makes a tensor of random numbers at each run of a program.

    apart: whether rows are never drawn at once; rows: of how many rows, if any; together: whether
    these are.
    """

    def __init__(
        self,
        draw: Callable[[Stream, tuple[int, ...]], Tensor],
        start: Callable[..., Stream],
        sizes: tuple[int, ...],
        apart: bool = False,
        rows: int | None = None,
        together: bool = False,
    ) -> None:
        self._draw = draw
        self._apart = apart
        self._start = start
        self._sizes = sizes
        self._rows = rows
        self._together = together

    def __call__(self) -> Tensor:
        if self._rows is None:
            return self._draw(self._start(), self._sizes)
        if self._together:
            return self._draw(self._start(self._rows), (self._rows, *self._sizes))
        from tfcompat._src.ops.joining import stack

        return stack([self._draw(self._start(), self._sizes) for _ in range(self._rows)])

    def rows(self, count: int, together: bool = False) -> Numbers:
        """The same for each of so many rows, stacked."""
        together = together and not self._apart and isinstance(self._start, Draw)
        return Numbers(self._draw, self._start, self._sizes, self._apart, count, together)

    @property
    def foreseen(self) -> bool:
        """Whether somebody may know which numbers they will be."""
        return not isinstance(self._start, Draw) or self._start.seeds is not None

    def placed(self) -> Numbers:
        """The same for a program that becomes part of the one that is being made."""
        start = self._start
        if not isinstance(start, Draw) or not _local.path:
            return self
        start = start.under(_local.path)
        return Numbers(self._draw, start, self._sizes, self._apart, self._rows, self._together)


class LaterStream:
    """A stream that starts anew at each run of a program; nobody can draw from it before."""

    def __init__(self, start: Callable[[], Stream], place: Callable[..., Any]) -> None:
        self._start = start
        self._place = place

    def tensor(
        self,
        draw: Callable[[Stream, tuple[int, ...]], Tensor],
        shape: tuple[int, ...],
        dtype: Any,
        apart: bool = False,
    ) -> Tensor:
        """A tensor of the program, for which `draw` gives the value at each run.

        apart: whether `draw` cannot give the rows of several runs at once.
        """
        return self._place(Numbers(draw, self._start, shape, apart), shape, dtype)

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
def one_row(number: int, count: int, drawn: dict[Any, Tensor]) -> Iterator[None]:
    """A context for one of so many rows, whose ops draw for all of them at once.

    drawn: what they have drawn, which the contexts of all rows share.
    """
    local = _local
    before = local.rows
    places = iter(range(2**31))

    def place(make: Numbers, shape: tuple[int, ...], dtype: Any) -> Tensor:
        key = next(places)
        if key not in drawn:
            drawn[key] = make.rows(count, True)()
        return drawn[key][number]

    local.rows = place
    try:
        yield
    finally:
        local.rows = before


@contextmanager
def preserved() -> Iterator[None]:
    """A context after which the next numbers are what they would have been without it."""
    state, places = global_seed.draws.getstate(), dict(global_seed.places)
    try:
        yield
    finally:
        global_seed.draws.setstate(state)
        global_seed.places = places


def drawing_rows() -> bool:
    """Whether ops draw for all rows of a function at once."""
    return _local.rows is not None


def next_stream(op_seed: Any, kind: tuple[Any, ...], blocks: int) -> Any:
    """Where the next op starts: a Stream, or a LaterStream in a program that is being made.

    Args:
      op_seed: the op's own seed, or None.
      kind: what tells ops apart that do not share a stream even with equal seeds.
      blocks: how much of the stream the op uses up.
    """
    place = _local.later or _local.rows
    if _local.path:
        draw = _graph_draw(op_seed, kind, blocks)
        return draw() if place is None else LaterStream(draw, place)
    if place is not None:
        return LaterStream(lambda: _eager_stream(op_seed, kind, blocks), place)
    return _eager_stream(op_seed, kind, blocks)


def _eager_stream(op_seed: Any, kind: tuple[Any, ...], blocks: int) -> Any:
    key, op = get_seed(op_seed)
    if key is None or op is None:
        return unpredictable()
    if op_seed is None:
        return Stream(key, 0, op)
    name = (key, op, *kind)
    with global_seed.lock:
        found = global_seed.places.get(name)
        if found is None:
            found = Stream(key, 0, op)
        global_seed.places[name] = found.skip(blocks)
    return found


def remembered(op_seed: Any, kind: tuple[Any, ...], make: Callable[[], Any]) -> Any:
    """What ops of a kind with the same seeds share until set_seed; new without a seed.

    In a function it is each op's own.
    """
    if _local.running is not None and _local.path:
        return _local.running.memory((*_local.path, *kind), make)
    if op_seed is None:
        return make()
    name = (global_seed.key, op_seed, *kind)
    with global_seed.lock:
        if name not in global_seed.memories:
            global_seed.memories[name] = make()
        return global_seed.memories[name]
