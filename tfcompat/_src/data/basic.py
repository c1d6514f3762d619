"""Datasets that leave elements as they are: take, skip, repeat, shard, concatenate, zip."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src.data.arguments import at_most, long, times
from tfcompat._src.data.dataset import DatasetV2, UnchangedDataset
from tfcompat._src.data.lowering import each_row
from tfcompat._src.data.options import Options
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Table, TableWalk, Through, Walk
from tfcompat._src.errors import invalid_argument


class _OptionsDataset(UnchangedDataset):
    """The same elements with options."""

    def __init__(self, source: DatasetV2, options: Options) -> None:
        super().__init__(source)
        self._given = Options().merge(options)

    def options(self) -> Options:
        """The options given, and those of the dataset before."""
        found = self._source.options().merge(self._given)
        found._freeze()
        return found

    def _table(self) -> Table | None:
        return self._source._table()

    def _start(self, context: Context) -> Walk:
        return self._source._start(context)


class TakeWalk(Through):
    """The first elements."""

    def __init__(self, source: Walk, count: int) -> None:
        super().__init__(source)
        self._left = count

    def take(self) -> Components:
        if self._left <= 0:
            raise StopIteration
        found = self._source.take()
        self._left -= 1
        return found

    def take_many(self, count: int) -> list[Components]:
        found = self._source.take_many(min(count, self._left))
        self._left -= len(found)
        return found

    def take_stacked(self, count: int) -> tuple[int, Components]:
        found, parts = self._source.take_stacked(min(count, self._left))
        self._left -= found
        return found, parts

    def skip(self, count: int) -> int:
        done = self._source.skip(min(count, self._left))
        self._left -= done
        return done

    def state(self) -> State:
        return {"left": self._left, "source": self._source.state()}

    def restore(self, state: State) -> None:
        self._left = state["left"]
        self._source.restore(state["source"])


def _started(dataset: DatasetV2, context: Context) -> Walk | None:
    """A walk over rows of a table, where the elements are nothing but these."""
    table = dataset._table()
    return None if table is None else TableWalk(table)


class _TakeDataset(UnchangedDataset):
    """The first elements; all of them for a negative count."""

    def __init__(self, source: DatasetV2, count: Any) -> None:
        super().__init__(source)
        self._count = long(count, "Dataset.take")

    def _cardinality(self) -> int:
        return at_most(self._source._cardinality(), self._count)

    def _table(self) -> Table | None:
        table = self._source._table()
        if table is None or self._count < 0:
            return table
        return Table(table.columns, table.order[: self._count])

    def _start(self, context: Context) -> Walk:
        found = _started(self, context)
        if found is not None:
            return found
        source = self._source._start(context)
        return source if self._count < 0 else TakeWalk(source, self._count)


class SkipWalk(Through):
    """All but the first elements, which are left out when the first is asked for."""

    def __init__(self, source: Walk, count: int) -> None:
        super().__init__(source)
        self._left = count

    def _skip(self) -> None:
        while self._left > 0:
            done = self._source.skip(self._left)
            if done == 0:
                self._left = 0
            self._left -= done

    def take(self) -> Components:
        if self._left:
            self._skip()
        return self._source.take()

    def take_many(self, count: int) -> list[Components]:
        self._skip()
        return self._source.take_many(count)

    def take_stacked(self, count: int) -> tuple[int, Components]:
        self._skip()
        return self._source.take_stacked(count)

    def skip(self, count: int) -> int:
        self._skip()
        return self._source.skip(count)

    def state(self) -> State:
        return {"left": self._left, "source": self._source.state()}

    def restore(self, state: State) -> None:
        self._left = state["left"]
        self._source.restore(state["source"])


class EmptyWalk(Walk):
    """No element."""

    def take(self) -> Components:
        raise StopIteration

    def state(self) -> State:
        return {}

    def restore(self, state: State) -> None:
        pass


class _SkipDataset(UnchangedDataset):
    """All but the first elements; none for a negative count."""

    def __init__(self, source: DatasetV2, count: Any) -> None:
        super().__init__(source)
        self._count = long(count, "Dataset.skip")

    def _cardinality(self) -> int:
        found = self._source._cardinality()
        if found < 0:
            return found
        return 0 if self._count < 0 else max(0, found - self._count)

    def _table(self) -> Table | None:
        table = self._source._table()
        if table is None:
            return None
        first = len(table.order) if self._count < 0 else self._count
        return Table(table.columns, table.order[first:])

    def _start(self, context: Context) -> Walk:
        found = _started(self, context)
        if found is not None:
            return found
        return (
            EmptyWalk() if self._count < 0 else SkipWalk(self._source._start(context), self._count)
        )


class RepeatWalk(Walk):
    """Pass after pass."""

    def __init__(self, dataset: DatasetV2, context: Context, rounds: int) -> None:
        self._dataset, self._context, self._rounds = dataset, context, rounds
        self._round = 0
        self._source: Walk | None = dataset._start(context) if rounds else None
        self._fresh = True
        self.stacks = self._source is not None and self._source.stacks

    def _next_round(self) -> Walk:
        """The next pass; raises StopIteration after the last, or where one was empty."""
        source = self._source
        if source is not None:
            source.close()
        self._round += 1
        if source is None or self._fresh or self._round == self._rounds:
            if source is not None and self._rounds > 1 and not self._dataset._repeats:
                # TensorFlow starts a round more, for which shuffles take seeds.
                self._dataset._start(self._context).close()
            self._source = None
            raise StopIteration
        self._source = source = self._dataset._start(self._context)
        self._fresh = True
        return source

    def take(self) -> Components:
        source = self._source
        if source is None:
            raise StopIteration
        while True:
            try:
                found = source.take()
            except StopIteration:
                source = self._next_round()
                continue
            except Exception:
                # A pass that fails is not empty.
                self._fresh = False
                raise
            self._fresh = False
            return found

    def take_stacked(self, count: int) -> tuple[int, Components]:
        source, left = self._source, count
        pieces: list[Components] = []
        while source is not None and left:
            found, parts = source.take_stacked(left)
            if found:
                self._fresh = False
                pieces.append(parts)
                left -= found
                continue
            try:
                source = self._next_round()
            except StopIteration:
                break
        return count - left, joined(pieces)

    def skip(self, count: int) -> int:
        source, left = self._source, count
        while source is not None and left:
            found = source.skip(left)
            if found:
                self._fresh = False
                left -= found
                continue
            try:
                source = self._next_round()
            except StopIteration:
                break
        return count - left

    def state(self) -> State:
        source = self._source
        return {
            "round": self._round,
            "fresh": self._fresh,
            "source": None if source is None else source.state(),
        }

    def restore(self, state: State) -> None:
        self._round, self._fresh = state["round"], state["fresh"]
        if state["source"] is None:
            self._source = None
            return
        self._source = self._dataset._start(self._context)
        self._source.restore(state["source"])

    def close(self) -> None:
        if self._source is not None:
            self._source.close()


def joined(pieces: Sequence[Components]) -> Components:
    """Rows of pieces one after the other."""
    if len(pieces) == 1:
        return pieces[0]
    return tuple([_joined_column(column) for column in zip(*pieces, strict=True)])


def _joined_column(parts: Sequence[Any]) -> Any:
    if any(isinstance(part, list) for part in parts):
        lists = [part if isinstance(part, list) else each_row(part) for part in parts]
        return [item for part in lists for item in part]
    return np.concatenate(parts)


class _RepeatDataset(UnchangedDataset):
    """The elements again and again; without end for None or a negative count."""

    def __init__(self, source: DatasetV2, count: Any = None) -> None:
        super().__init__(source)
        self._count = -1 if count is None else long(count, "Dataset.repeat")

    def _cardinality(self) -> int:
        return times(self._source._cardinality(), self._count)

    def _start(self, context: Context) -> Walk:
        return RepeatWalk(self._source, context, self._count)


class ShardWalk(Through):
    """Every n-th element."""

    def __init__(self, source: Walk, shards: int, index: int) -> None:
        super().__init__(source)
        self.stacks = False
        self._shards, self._next = shards, index

    def take(self) -> Components:
        if self._next:
            self._source.skip(self._next)
        self._next = 0
        found = self._source.take()
        self._next = self._shards - 1
        return found

    take_many = Walk.take_many
    skip = Walk.skip

    def state(self) -> State:
        return {"next": self._next, "source": self._source.state()}

    def restore(self, state: State) -> None:
        self._next = state["next"]
        self._source.restore(state["source"])


class _ShardDataset(UnchangedDataset):
    """Every n-th element."""

    def __init__(self, source: DatasetV2, num_shards: Any, index: Any) -> None:
        super().__init__(source)
        self._shards = long(num_shards, "Dataset.shard", "num_shards")
        self._index = long(index, "Dataset.shard", "index")
        if self._shards < 1:
            raise invalid_argument(
                "Dataset.shard",
                f"Number of shards must be greater than zero (currently num_shards"
                f" = {self._shards}).",
            )
        if not 0 <= self._index < self._shards:
            raise invalid_argument(
                "Dataset.shard",
                f"Index must be between 0 and {self._shards - 1} (currently index = "
                f"{self._index}).",
            )

    def _cardinality(self) -> int:
        found = self._source._cardinality()
        return found if found < 0 else len(range(self._index, found, self._shards))

    def _table(self) -> Table | None:
        table = self._source._table()
        if table is None:
            return None
        return Table(table.columns, table.order[self._index :: self._shards])

    def _start(self, context: Context) -> Walk:
        found = _started(self, context)
        if found is not None:
            return found
        return ShardWalk(self._source._start(context), self._shards, self._index)
