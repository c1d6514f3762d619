"""One pass over a dataset: a Walk gives the elements in order and can say where it stands."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._src.data.structure import Components

if TYPE_CHECKING:
    from tfcompat._src.data.options import Options

State = dict[str, Any]


class Context:
    """What all walks of one iterator share.

    options: those of the dataset that is iterated over; functions: those of users with what each
    of them keeps from call to call, by `path` and the function that the dataset has; path: by
    which inputs of datasets with several one comes to the dataset that starts; by_place: whether
    elements are asked for by their places, which a shuffle then gives one order.
    """

    def __init__(self, options: Options | None = None, by_place: bool = False) -> None:
        self.options = options
        self.by_place = by_place
        self.functions: dict[Any, Any] = {}
        self.path: tuple[Any, ...] = ()
        self._returned = False

    def of_input(self, dataset: Any, number: int) -> Context:
        """The context of an input: one dataset may be several, and keeps something in each."""
        if self._returned:
            return self
        found = copy(self)
        found.path = (*self.path, dataset, number)
        return found

    def of_returned(self) -> Context:
        """The context of datasets that a function returns, of which all inputs share one."""
        found = copy(self)
        found._returned = True
        return found


class Walk:
    """A pass over a dataset.

    `take` may be called again after the end, and after an error: then it goes on with what comes
    next. stacks: whether `take_stacked` gives many elements at less cost than `take` one by one;
    free: whether nobody can tell when elements are taken, so that many may be before they are
    asked for; fails: whether taking one may raise; light: whether `state` copies little.
    """

    stacks = False
    free = False
    fails = True
    light = True
    #: How many bytes are copied for an element, where there is nothing else to do.
    copied: int | None = None

    def take(self) -> Components:
        """The next element; raises StopIteration after the last."""
        raise NotImplementedError

    def take_many(self, count: int) -> list[Components]:
        """The next elements, fewer than `count` at the end."""
        found: list[Components] = []
        take = self.take
        try:
            for _ in range(count):
                found.append(take())
        except StopIteration:
            pass
        return found

    def take_stacked(self, count: int) -> tuple[int, Components]:
        """How many of the next elements there are, and the rows of each component."""
        raise NotImplementedError

    def skip(self, count: int) -> int:
        """Leaves out elements; how many there were."""
        for done in range(count):
            try:
                self.take()
            except StopIteration:
                return done
        return count

    def state(self) -> State:
        """Where it stands: strings, numbers, arrays, and lists and dictionaries of these."""
        raise NotImplementedError

    def restore(self, state: State) -> None:
        """Goes to where `state` was asked."""
        raise NotImplementedError

    def close(self) -> None:
        """Ends what runs in the background."""


class Over(Walk):
    """A walk that makes one element of each that another one gives."""

    def __init__(self, source: Walk) -> None:
        self._source = source

    def skip(self, count: int) -> int:
        return self._source.skip(count)

    def state(self) -> State:
        return {"source": self._source.state()}

    def restore(self, state: State) -> None:
        self._source.restore(state["source"])

    def close(self) -> None:
        self._source.close()


class Through(Over):
    """A walk that gives what it takes from another one."""

    def __init__(self, source: Walk) -> None:
        super().__init__(source)
        self.stacks = source.stacks
        self.free = source.free
        self.fails = source.fails
        self.light = source.light

    def take(self) -> Components:
        return self._source.take()

    def take_many(self, count: int) -> list[Components]:
        return self._source.take_many(count)

    def take_stacked(self, count: int) -> tuple[int, Components]:
        return self._source.take_stacked(count)


# ---------------------------------------------------------------------------------- rows of tables
class Numbers:
    """A column of evenly spaced numbers, which are computed when they are asked for."""

    def __init__(self, numbers: range, dtype: Any) -> None:
        self.numbers = numbers
        self.dtype = np.dtype(dtype)
        self.shape = (len(numbers),)

    def __len__(self) -> int:
        return len(self.numbers)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return Numbers(self.numbers[key], self.dtype)
        if isinstance(key, np.ndarray):
            return (key * self.numbers.step + self.numbers.start).astype(self.dtype)
        return np.array(self.numbers[key[0]], self.dtype)

    def rows(self) -> np.ndarray[Any, Any]:
        """All of them."""
        found = self.numbers
        return np.arange(found.start, found.stop, found.step).astype(self.dtype, copy=False)


class Table:
    """Elements that are rows of columns; `order`: which of them, one after the other."""

    __slots__ = ("columns", "order")

    def __init__(self, columns: Sequence[Any], order: range) -> None:
        self.columns = tuple(columns)
        self.order = order

    def row(self, index: int) -> Components:
        """One row of each column."""
        return tuple([column[index, ...] for column in self.columns])

    def rows(self, indices: np.ndarray[Any, Any]) -> Components:
        """Some rows of each column."""
        return tuple([column[indices] for column in self.columns])

    def span(self, span: range) -> Components:
        """Evenly spaced rows, in memory of their own."""
        if not span:
            return tuple([c.rows() if c.__class__ is Numbers else c for c in self._none()])
        where = slice(span.start, span.stop if span.stop >= 0 else None, span.step)
        found = [column[where] for column in self.columns]
        return tuple([c.rows() if c.__class__ is Numbers else c.copy() for c in found])

    def row_bytes(self) -> int:
        """About how many bytes a row has."""
        sizes = [c[:1].nbytes if isinstance(c, np.ndarray) else 64 for c in self.columns]
        return sum(sizes)

    def _none(self) -> list[Any]:
        return [column[:0] for column in self.columns]

    def arranged(self, count: int) -> tuple[Any, ...]:
        """The columns of the first rows in their order."""
        order = self.order[:count]
        if not order:
            return tuple(self._none())
        stop = order.stop if order.stop >= 0 else None
        return tuple([column[order.start : stop : order.step] for column in self.columns])


class IndexWalk(Walk):
    """A walk over rows of a table, in any order."""

    stacks = True
    free = True
    fails = False
    table: Table

    def index(self) -> int:
        """The next row's number; raises StopIteration after the last."""
        raise NotImplementedError

    def indices(self, count: int) -> np.ndarray[Any, Any]:
        """The numbers of the next rows, fewer than `count` at the end."""
        raise NotImplementedError

    def take(self) -> Components:
        return self.table.row(self.index())

    def take_stacked(self, count: int) -> tuple[int, Components]:
        found = self.indices(count)
        return len(found), self.table.rows(found)

    def skip(self, count: int) -> int:
        return len(self.indices(count))


class TableWalk(IndexWalk):
    """A walk over the rows of a table in its own order."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self._order = table.order
        self._at = 0
        self._count = len(table.order)

    def index(self) -> int:
        at = self._at
        if at >= self._count:
            raise StopIteration
        self._at = at + 1
        return self._order[at]

    def _next(self, count: int) -> range:
        at = self._at
        self._at = min(at + count, self._count)
        return self._order[at : self._at]

    def indices(self, count: int) -> np.ndarray[Any, Any]:
        found = self._next(count)
        return np.arange(found.start, found.stop, found.step)

    def take_stacked(self, count: int) -> tuple[int, Components]:
        found = self._next(count)
        return len(found), self.table.span(found)

    def skip(self, count: int) -> int:
        return len(self._next(count))

    def state(self) -> State:
        return {"at": self._at}

    def restore(self, state: State) -> None:
        self._at = state["at"]
