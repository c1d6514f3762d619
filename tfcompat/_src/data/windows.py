"""Dataset.window: datasets of neighbouring elements."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._src.data import structure
from tfcompat._src.data.batching import positive
from tfcompat._src.data.dataset import DatasetSource, DatasetV2, UnaryDataset
from tfcompat._src.data.specs import DatasetSpec
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Walk


class ListWalk(Walk):
    """Elements that are there."""

    free = True

    def __init__(self, elements: Sequence[Components]) -> None:
        self._elements = elements
        self._at = 0

    def take(self) -> Components:
        at = self._at
        if at >= len(self._elements):
            raise StopIteration
        self._at = at + 1
        return self._elements[at]

    def take_many(self, count: int) -> list[Components]:
        found = list(self._elements[self._at : self._at + count])
        self._at += len(found)
        return found

    def state(self) -> State:
        return {"at": self._at}

    def restore(self, state: State) -> None:
        self._at = state["at"]


class _VariantDataset(DatasetSource):
    """Elements that are there."""

    def __init__(self, spec: Any, elements: Sequence[Components]) -> None:
        self._spec, self._elements = spec, elements

    def elements(self) -> list[list[Any]]:
        """The components of its elements."""
        return [list(element) for element in self._elements]

    def _cardinality(self) -> int:
        return len(self._elements)

    def _start(self, context: Context) -> Walk:
        return ListWalk(self._elements)


class WindowWalk(Walk):
    """Windows over the elements of another walk."""

    def __init__(
        self, source: Walk, specs: list[Any], size: int, shift: int, stride: int, drop: bool
    ) -> None:
        self._source, self._specs = source, specs
        self._size, self._shift, self._stride, self._drop = size, shift, stride, drop
        self._buffer: list[Components] = []
        self._over = False

    def take(self) -> Components:
        buffer, span = self._buffer, (self._size - 1) * self._stride + 1
        if not self._over and len(buffer) < span:
            buffer += self._source.take_many(span - len(buffer))
            self._over = len(buffer) < span
        if not buffer or (self._drop and len(buffer) < span):
            raise StopIteration
        chosen = buffer[:: self._stride]
        missing = self._shift - len(buffer)
        del buffer[: self._shift]
        if missing > 0 and not self._over:
            self._over = self._source.skip(missing) < missing
        columns = zip(*chosen, strict=True)
        pairs = zip(self._specs, columns, strict=True)
        return tuple([_VariantDataset(spec, [(part,) for part in col]) for spec, col in pairs])

    def state(self) -> State:
        return {
            "buffer": [list(element) for element in self._buffer],
            "over": self._over,
            "source": self._source.state(),
        }

    def restore(self, state: State) -> None:
        self._buffer = [tuple(element) for element in state["buffer"]]
        self._over = state["over"]
        self._source.restore(state["source"])

    def close(self) -> None:
        self._source.close()


class _WindowDataset(UnaryDataset):
    """Datasets of neighbouring elements."""

    def __init__(self, source: DatasetV2, size: Any, shift: Any, stride: Any, drop: Any) -> None:
        super().__init__(source)
        self._size = positive(size, "Dataset.window", "size", "Window size")
        self._shift = positive(shift, "Dataset.window", "shift", "Window shift")
        self._stride = positive(stride, "Dataset.window", "stride", "Window stride")
        self._drop = bool(drop)
        self._spec = structure.map_structure(DatasetSpec, source.element_spec)

    def _cardinality(self) -> int:
        found = self._source._cardinality()
        if found < 0:
            return found
        if not self._drop:
            return -(-found // self._shift)
        span = (self._size - 1) * self._stride + 1
        return 0 if found < span else (found - span) // self._shift + 1

    def _start(self, context: Context) -> Walk:
        specs = structure.flatten(self._source.element_spec)
        source = self._source._start(context)
        return WindowWalk(source, specs, self._size, self._shift, self._stride, self._drop)
