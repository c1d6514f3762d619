"""Dataset.shuffle: a random element of a buffer, in TensorFlow's order for given seeds.

Where the elements are rows of a table their numbers are moved, not the rows.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.data.arguments import UNKNOWN, long
from tfcompat._src.data.dataset import DatasetV2, UnchangedDataset
from tfcompat._src.data.seeds import SeedGenerator, Words
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, IndexWalk, State, Walk
from tfcompat._src.errors import FailedPreconditionError, invalid_argument

_BLOCK = 1024


class ShuffleIndexWalk(IndexWalk):
    """Rows of a table in the order that a buffer gives them; `_BLOCK` of them worked out ahead."""

    light = False

    def __init__(self, source: IndexWalk, size: int, seeds: SeedGenerator) -> None:
        self.table = source.table
        self._source, self._generator = source, seeds
        self._size = size
        self._words = Words(*seeds.next())
        self._buffer: list[int] | None = None
        self._count = 0  # in the buffer
        self._first = 0  # the place of the oldest
        self._over = False
        self._ready: list[int] = []  # the next is the last

    def _fill(self) -> list[int]:
        found: list[int] = self._source.indices(self._size).tolist()
        self._buffer, self._count = found, len(found)
        if self._count < self._size:
            self._over = True
        self._size = max(self._count, 1)
        return found

    def _more(self, count: int) -> None:
        """Finds the next numbers."""
        buffer = self._fill() if self._buffer is None else self._buffer
        size, at = self._size, self._first
        count = max(count, _BLOCK)
        incoming: list[int] = []
        if not self._over:
            incoming = self._source.indices(count).tolist()
            self._over = len(incoming) < count
        steady = len(incoming)
        drained = min(count - steady, self._count) if self._over else 0
        words = self._words.take(steady + drained)
        found = []
        for offset, new in zip((words[:steady] % np.uint32(size)).tolist(), incoming, strict=True):
            place = at + offset
            if place >= size:
                place -= size
            found.append(buffer[place])
            buffer[place] = buffer[at]
            buffer[at] = new
            at += 1
            if at == size:
                at = 0
        if drained:
            lengths = np.arange(self._count, self._count - drained, -1).astype(np.uint32)
            for offset in (words[steady:] % lengths).tolist():
                place = at + offset
                if place >= size:
                    place -= size
                found.append(buffer[place])
                buffer[place] = buffer[at]
                at += 1
                if at == size:
                    at = 0
            self._count -= drained
        self._first = at
        self._ready = found[::-1] + self._ready

    def index(self) -> int:
        if not self._ready:
            self._more(1)
            if not self._ready:
                raise StopIteration
        return self._ready.pop()

    def indices(self, count: int) -> np.ndarray[Any, Any]:
        if len(self._ready) < count:
            self._more(count - len(self._ready))
        ready = self._ready
        kept = max(0, len(ready) - count)
        found = ready[kept:]
        del ready[kept:]
        return np.array(found[::-1], np.intp)

    def state(self) -> State:
        return {
            "generator": self._generator.state(),
            "words": self._words.state(),
            "buffer": None if self._buffer is None else np.array(self._buffer, np.int64),
            "places": [self._size, self._count, self._first],
            "over": self._over,
            "ready": np.array(self._ready, np.int64),
            "source": self._source.state(),
        }

    def restore(self, state: State) -> None:
        self._generator.restore(state["generator"])
        self._words = Words.at(state["words"])
        buffer = state["buffer"]
        self._buffer = None if buffer is None else buffer.tolist()
        self._size, self._count, self._first = state["places"]
        self._over = state["over"]
        self._ready = state["ready"].tolist()
        self._source.restore(state["source"])

    def close(self) -> None:
        self._source.close()


class ShuffleWalk(Walk):
    """Elements in the order that a buffer gives them."""

    def __init__(self, source: Walk, size: int | None, seeds: SeedGenerator) -> None:
        self._source, self._size, self._generator = source, size, seeds
        self._words = Words(*seeds.next())
        # The oldest of `_count` elements is at `_first`; what comes next goes behind the youngest.
        self._buffer: list[Any] = []
        self._count = self._first = 0
        self._over = False

    def _fill(self) -> None:
        take, buffer, size = self._source.take, self._buffer, self._size
        while not self._over and (size is None or self._count < size):
            try:
                found = take()
            except StopIteration:
                self._over = True
                return
            if size is None or len(buffer) < size:
                buffer.append(found)
            else:
                buffer[(self._first + self._count) % size] = found
            self._count += 1

    def take(self) -> Components:
        if not self._over:
            self._fill()
        if not self._count:
            raise StopIteration
        buffer, at = self._buffer, self._first
        place = (at + self._words.next() % self._count) % len(buffer)
        found: Components = buffer[place]
        buffer[place] = buffer[at]
        buffer[at] = None
        self._first = (at + 1) % len(buffer)
        self._count -= 1
        return found

    def state(self) -> State:
        return {
            "generator": self._generator.state(),
            "words": self._words.state(),
            "buffer": [None if item is None else list(item) for item in self._buffer],
            "places": [self._count, self._first],
            "over": self._over,
            "source": self._source.state(),
        }

    def restore(self, state: State) -> None:
        self._generator.restore(state["generator"])
        self._words = Words.at(state["words"])
        self._buffer = [None if item is None else tuple(item) for item in state["buffer"]]
        self._count, self._first = state["places"]
        self._over = state["over"]
        self._source.restore(state["source"])

    def close(self) -> None:
        self._source.close()


class PlacesWalk(Walk):
    """Elements in a fixed order, each of which is looked up."""

    def __init__(self, source: DatasetV2, context: Context, order: list[int]) -> None:
        self._source, self._context, self._order = source, context, order
        self._at = 0

    def skip(self, count: int) -> int:
        before = self._at
        self._at = min(before + count, len(self._order))
        return self._at - before

    def take(self) -> Components:
        if not self.skip(1):
            raise StopIteration
        walk = self._source._start(self._context)
        try:
            walk.skip(self._order[self._at - 1])
            return walk.take()
        finally:
            walk.close()


class _ShuffleDataset(UnchangedDataset):
    """The elements in another order."""

    _repeats = True

    def __init__(
        self, source: DatasetV2, buffer_size: Any, seed: Any = None, reshuffle: Any = None
    ) -> None:
        super().__init__(source)
        self._size = long(buffer_size, "Dataset.shuffle", "buffer_size")
        if self._size < 1 and self._size != UNKNOWN:
            raise invalid_argument(
                "Dataset.shuffle",
                "buffer_size must be greater than zero or UNKNOWN_CARDINALITY, received "
                f"{self._size}",
            )
        self._seeds = SeedGenerator(seed, reshuffle is None or bool(reshuffle))

    def _order(self) -> list[int]:
        """The order of who asks for places, in which the size of the buffer is of no account."""
        count = self._source._cardinality()
        if count < 0:
            raise FailedPreconditionError(
                None, None, f"at: received a shuffle of elements of which the number is {count}"
            )
        words, order = Words(*self._seeds.own), list(range(count))
        for place in range(count):
            other = place + words.next() % (count - place)
            order[place], order[other] = order[other], order[place]
        return order

    def _start(self, context: Context) -> Walk:
        if context.by_place:
            return PlacesWalk(self._source, context, self._order())
        from tfcompat._src.data.map_walks import MapWalk
        from tfcompat._src.data.mapping import before_maps

        dataset, functions = before_maps(self._source)
        source = dataset._start(context)
        size = None if self._size == UNKNOWN else self._size
        walk: Walk
        if isinstance(source, IndexWalk):
            if size is None:
                size = max(1, self._source._cardinality())
            walk = ShuffleIndexWalk(source, size, self._seeds)
        else:
            walk = ShuffleWalk(source, size, self._seeds)
        for function in functions:
            walk = MapWalk(walk, function)
        return walk
