"""Datasets made of several: concatenate, zip, enumerate."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from typing import Any

from tfcompat._src.data import structure
from tfcompat._src.data.arguments import least, total
from tfcompat._src.data.basic import joined
from tfcompat._src.data.dataset import DatasetV2, UnchangedDataset
from tfcompat._src.data.map_walks import columns_of
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Table, TableWalk, Walk


class ConcatenateWalk(Walk):
    """The elements of one dataset after those of another."""

    def __init__(self, owner: DatasetV2, context: Context) -> None:
        self._owner, self._context = owner, context
        self._datasets = datasets = owner._inputs()
        self._source = self._start(0)
        self.stacks = self._source.stacks and datasets[1]._table() is not None

    def _start(self, part: int) -> Walk:
        self._part = part
        return self._datasets[part]._start(self._context.of_input(self._owner, part))

    def _next_part(self) -> None:
        if self._part == len(self._datasets) - 1:
            raise StopIteration
        self._source.close()
        self._source = self._start(self._part + 1)

    def take(self) -> Components:
        while True:
            try:
                return self._source.take()
            except StopIteration:
                self._next_part()

    def take_stacked(self, count: int) -> tuple[int, Components]:
        pieces: list[Components] = []
        left = count
        while left:
            found, parts = self._source.take_stacked(left)
            if found:
                pieces.append(parts)
                left -= found
                continue
            try:
                self._next_part()
            except StopIteration:
                break
        return count - left, joined(pieces)

    def state(self) -> State:
        return {"part": self._part, "source": self._source.state()}

    def restore(self, state: State) -> None:
        self._source = self._start(state["part"])
        self._source.restore(state["source"])

    def close(self) -> None:
        self._source.close()


class _ConcatenateDataset(UnchangedDataset):
    """The elements of one dataset after those of another. Raises TypeError if types differ."""

    def __init__(self, source: DatasetV2, other: DatasetV2) -> None:
        super().__init__(source)
        self._other = other
        found = structure.common(source.element_spec, other.element_spec)
        if found is None:
            raise TypeError(
                f"Incompatible dataset elements:\n  {source.element_spec!r} vs.   "
                f"{other.element_spec!r}"
            )
        self._spec = found

    def _inputs(self) -> list[DatasetV2]:
        return [self._source, self._other]

    def _cardinality(self) -> int:
        return total([self._source._cardinality(), self._other._cardinality()])

    def _start(self, context: Context) -> Walk:
        return ConcatenateWalk(self, context)


def started(owner: DatasetV2, inputs: Sequence[DatasetV2], context: Context) -> list[Walk]:
    """Walks over the inputs of a dataset."""
    return [d._start(context.of_input(owner, n)) for n, d in enumerate(inputs)]


class ZipWalk(Walk):
    """An element of each of several walks, until the first one ends."""

    def __init__(self, sources: Sequence[Walk]) -> None:
        self._sources = sources
        self.fails = any([source.fails for source in sources])
        self.light = all([source.light for source in sources])
        stacks = bool(sources) and all([source.stacks for source in sources])
        self.stacks = stacks and (self.light or not self.fails)

    def take(self) -> Components:
        found: list[Any] = []
        sources = iter(self._sources)
        try:
            for source in sources:
                found.extend(source.take())
        except StopIteration:
            raise
        except Exception:
            # The others go on as well: they stay in step.
            for source in sources:
                with suppress(Exception):
                    source.take()
            raise
        return tuple(found)

    def take_stacked(self, count: int) -> tuple[int, Components]:
        before = self.state() if self.fails else None
        try:
            return self._taken(count)
        except Exception:
            if before is None:
                raise
        # One by one from there: behind the element that raises all go on in step.
        self.restore(before)
        elements = self.take_many(count)
        return len(elements), columns_of(elements)

    def _taken(self, count: int) -> tuple[int, Components]:
        found = []
        for source in self._sources:
            count, parts = source.take_stacked(count)
            if not count:
                return 0, ()
            found.append(parts)
        return count, tuple([part[:count] for parts in found for part in parts])

    def state(self) -> State:
        return {"sources": [source.state() for source in self._sources]}

    def restore(self, state: State) -> None:
        for source, inner in zip(self._sources, state["sources"], strict=True):
            source.restore(inner)

    def close(self) -> None:
        for source in self._sources:
            source.close()


class _ZipDataset(DatasetV2):
    """Structures of one element of each dataset. Raises TypeError for what are no datasets."""

    def __init__(self, datasets: Any) -> None:
        self._datasets = structure.flatten(datasets)
        for found in self._datasets:
            if isinstance(found, DatasetV2):
                continue
            what = (
                "Python `list` is not supported and you should use `tuple` instead."
                if isinstance(found, list)
                else f"but encountered object of type {type(found)}."
            )
            between = "." if isinstance(found, list) else ""
            raise TypeError(
                "Invalid input to `zip`. Inputs are expected to be (nested) structures of "
                f"`tf.data.Dataset` objects{between} {what}"
            )
        self._spec = structure.pack(datasets, [d.element_spec for d in self._datasets])

    def _inputs(self) -> list[DatasetV2]:
        return list(self._datasets)

    def _cardinality(self) -> int:
        return least([d._cardinality() for d in self._datasets])

    def _table(self) -> Table | None:
        tables = [d._table() for d in self._datasets]
        if not tables or any(table is None for table in tables):
            return None
        found = [table for table in tables if table is not None]
        count = min(len(table.order) for table in found)
        return Table([c for table in found for c in table.arranged(count)], range(count))

    def _start(self, context: Context) -> Walk:
        table = self._table()
        if table is not None:
            return TableWalk(table)
        return ZipWalk(started(self, self._datasets, context))


def enumerated(dataset: DatasetV2, start: Any) -> DatasetV2:
    """The elements with their numbers."""
    from tfcompat._src.data.sources import _CounterDataset, _RangeDataset

    count = dataset._cardinality()
    if count >= 0 and start.__class__ is int:
        numbers: DatasetV2 = _RangeDataset(start, start + count)
    else:
        numbers = _CounterDataset(start, 1)
    return _ZipDataset((numbers, dataset))
