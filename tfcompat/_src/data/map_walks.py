"""Walks of Dataset.map: one element after the other, many at once, or several on threads."""

from __future__ import annotations

from collections.abc import Sequence

from tfcompat._src.data.lowering import Unstacked, each_row, stacked
from tfcompat._src.data.mapped import Mapped
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import State, Walk

# How many elements are computed before they are asked for, at first and at most.
_FIRST, _MOST = 4, 64
# Fewer are not worth stacking.
_FEW = 4


def rows_of(columns: Components) -> list[Components]:
    """The elements whose components are stacked."""
    lists = [c if c.__class__ is list else each_row(c) for c in columns]
    return list(zip(*lists, strict=True))


def columns_of(elements: Sequence[Components]) -> Components:
    """The components of elements, as lists."""
    return tuple([list(column) for column in zip(*elements, strict=True)])


def stacks_of(elements: Sequence[Components]) -> Components:
    """The components of elements, stacked. Raises Unstacked where their shapes differ."""
    return tuple([stacked(column) for column in zip(*elements, strict=True)])


class MapWalk(Walk):
    """What a function gives for each element.

    Elements that were taken from the source wait in `_waiting`, results that nobody has asked for
    yet in `_ready`; in both the next is the last.
    """

    def __init__(self, source: Walk, function: Mapped) -> None:
        self._source, self._function = source, function
        self._call = function.call
        self.stacks = function.stackable
        self.free = source.free and not function.stateful
        self.light = source.light
        self._chunked = self.free and source.stacks and function.stackable and not function.slow
        # Where one before may raise, the way back must be cheap.
        self._chunked = self._chunked and (source.light or not source.fails)
        self._chunk = _FIRST
        self._waiting: list[Components] = []
        self._ready: list[Components] = []

    def take(self) -> Components:
        if self._ready:
            return self._ready.pop()
        if self._waiting:
            return self._call(self._waiting.pop())
        if self._chunked and self._ahead():
            return self.take()
        return self._call(self._source.take())

    def _ahead(self) -> bool:
        """Computes some elements at once; whether there are any, or those that are waiting."""
        before = self._source.state() if self._source.fails else None
        try:
            count, columns = self._source.take_stacked(self._chunk)
        except Exception:
            if before is None:
                raise
            # One by one from there: the error is to come at its element, after the others.
            self._source.restore(before)
            self._chunked = False
            return False
        if not count:
            return False
        self._chunk = min(2 * self._chunk, _MOST)
        try:
            self._ready = rows_of(self._stacked(count, columns))[::-1]
        except Unstacked:
            self._waiting = rows_of(columns)[::-1]
            self._chunked = self._function.stackable
        return True

    def _holds(self) -> bool:
        """Whether elements wait here, or in a map before."""
        source = self._source
        waits = bool(self._ready or self._waiting)
        return waits or (isinstance(source, MapWalk) and source._holds())

    def _lose(self) -> None:
        self._waiting = []
        if isinstance(self._source, MapWalk):
            self._source._lose()

    def _stacked(self, count: int, columns: Components) -> Components:
        return self._function.call_stacked(count, columns)

    def take_many(self, count: int) -> list[Components]:
        found: list[Components] = []
        while len(found) < count and (self._ready or self._waiting):
            found.append(self.take())
        wanted = count - len(found)
        if not wanted:
            return found
        elements = self._source.take_many(wanted)
        if len(elements) >= _FEW and self._function.stackable:
            try:
                columns = self._stacked(len(elements), stacks_of(elements))
                return found + rows_of(columns)
            except Unstacked:
                pass
        return found + self._one_by_one(elements)

    def _one_by_one(self, elements: list[Components]) -> list[Components]:
        # What is behind one that raises waits for the next call.
        waiting = self._waiting = elements[::-1]
        found, call = [], self._call
        while waiting:
            found.append(call(waiting.pop()))
        return found

    def take_stacked(self, count: int) -> tuple[int, Components]:
        if self._ready or self._waiting or not self._function.stackable:
            elements = self.take_many(count)
            return len(elements), columns_of(elements)
        if self._source.stacks:
            found, columns = self._source.take_stacked(count)
        else:
            elements = self._source.take_many(count)
            found, columns = len(elements), columns_of(elements)
        if not found:
            return 0, ()
        try:
            whole = tuple([stacked(c) if c.__class__ is list else c for c in columns])
            return found, self._stacked(found, whole)
        except Unstacked:
            return found, columns_of(self._one_by_one(rows_of(columns)))

    def take_batch(self, count: int) -> tuple[int, Components]:
        """`take_stacked` for a batch: where an element raises, those behind it are lost too."""
        if self._function.stackable and not (self._holds() or self._submits()):
            try:
                return self.take_stacked(count)
            finally:
                self._lose()
        found, failed = [], None
        for _ in range(count):
            try:
                found.append(self.take())
            except StopIteration:
                break
            except Exception as error:
                failed = failed or error
        if failed is not None:
            raise failed
        return len(found), columns_of(found)

    def _submits(self) -> bool:
        """Whether threads have begun with the next elements."""
        return False

    def state(self) -> State:
        return {
            "source": self._source.state(),
            "waiting": [list(element) for element in self._waiting],
            "ready": [list(element) for element in self._ready],
        }

    def restore(self, state: State) -> None:
        self._source.restore(state["source"])
        self._waiting = [tuple(element) for element in state["waiting"]]
        self._ready = [tuple(element) for element in state["ready"]]

    def close(self) -> None:
        self._source.close()
