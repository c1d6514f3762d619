"""Dataset.cache: elements that are kept by the first whole pass."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src.convert import to_tensor
from tfcompat._src.data.arguments import INFINITE
from tfcompat._src.data.dataset import DatasetV2, UnchangedDataset
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Table, TableWalk, Through, Walk
from tfcompat._src.data.windows import ListWalk
from tfcompat._src.errors import DataLossError


class CachingWalk(Through):
    """A pass that keeps what it gives, and hands it over at its end."""

    def __init__(self, source: Walk, cache: CacheDataset) -> None:
        super().__init__(source)
        self.stacks = False
        self._cache = cache
        self._kept: list[Components] = []
        self._over = False

    def take(self) -> Components:
        try:
            found = self._source.take()
        except StopIteration:
            if not self._over:
                self._over = True
                self._cache.fill(self._kept)
            raise
        self._kept.append(found)
        return found

    take_many = Walk.take_many
    skip = Walk.skip

    def state(self) -> State:
        kept = [list(x) for x in self._kept]
        return {"at": len(kept), "kept": kept, "source": self._source.state()}

    def restore(self, state: State) -> None:
        if "kept" not in state:
            self.skip(state["at"])
            return
        self._kept = [tuple(x) for x in state["kept"]]
        self._source.restore(state["source"])


class CacheDataset(UnchangedDataset):
    """The same elements, kept in memory by the first whole pass."""

    def __init__(self, source: DatasetV2, filename: Any = "") -> None:
        super().__init__(source)
        self._kept: list[Components] | None = None
        self._rows: Table | None = None

    def fill(self, elements: list[Components]) -> None:
        """Takes what a whole pass gave."""
        if self._kept is None and self._rows is None:
            table = stacked(elements)
            if table is None:
                self._kept = elements
            else:
                self._rows = table

    def forget(self) -> None:
        """Is as before the first pass."""
        self._kept = self._rows = None

    def fill_now(self) -> None:
        """Makes the first pass."""
        if self._source._cardinality() == INFINITE:
            return
        walk = self._source._walk()
        elements: list[Components] = []
        while found := walk.take_many(1024):
            elements += found
        self.fill(elements)

    def _cardinality(self) -> int:
        return self._source._cardinality()

    def _table(self) -> Table | None:
        return self._rows

    def _start(self, context: Context) -> Walk:
        if self._rows is not None:
            return TableWalk(self._rows)
        if self._kept is not None:
            return ListWalk(self._kept)
        return CachingWalk(self._source._start(context), self)


def stacked(elements: Sequence[Components]) -> Table | None:
    """The elements as rows of a table, where all are arrays of the same shapes."""
    if not elements:
        return None
    columns = []
    for column in zip(*elements, strict=True):
        first = column[0]
        if not isinstance(first, np.ndarray):
            return None
        if any(part.shape != first.shape or part.dtype != first.dtype for part in column):
            return None
        out = np.empty((len(column), *first.shape), first.dtype)
        for at, part in enumerate(column):
            out[at, ...] = part  # out[at] would keep a string as an array
        columns.append(out)
    return Table(columns, range(len(elements)))


def cached(dataset: DatasetV2, filename: Any) -> DatasetV2:
    """The same elements, kept in memory, or in files where there is a name."""
    name = to_tensor(filename)._numpy()[()] if not isinstance(filename, str) else filename
    if not name:
        return CacheDataset(dataset)
    from tfcompat._src.data.files.caches import cached_in_files

    return cached_in_files(dataset, name)


def caches_of(dataset: DatasetV2) -> list[CacheDataset]:
    """The caches in memory that a dataset is made of."""
    found = [dataset] if isinstance(dataset, CacheDataset) else []
    for source in dataset._inputs():
        found = caches_of(source) + found
    return found


_MISMATCH = (KeyError, TypeError, ValueError, AttributeError)


def restored(dataset: DatasetV2, state: State | None) -> Walk:
    """A pass that stands where another one stood; at its beginning for None.

    How a pass is made depends on what caches hold: they are brought to where they were. Raises
    DataLossError where the state is that of a pass over another dataset.
    """
    caches = caches_of(dataset) if state is not None else []
    problem: Exception | None = None
    for prepare in (None, CacheDataset.forget, CacheDataset.fill_now):
        if prepare is not None:
            for cache in caches:
                prepare(cache)
        walk = dataset._walk()
        if state is None:
            return walk
        try:
            walk.restore(state)
        except _MISMATCH as error:
            walk.close()
            problem = error
            continue
        return walk
    raise DataLossError(
        None, None, "Iterator.restore: received the state of a pass over another dataset"
    ) from problem
