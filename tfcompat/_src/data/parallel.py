"""Dataset.map on several threads, where that is worth it: where calls wait or take long."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable
from itertools import pairwise
from queue import SimpleQueue
from threading import Lock, Thread
from time import perf_counter
from typing import Any

import numpy as np

from tfcompat._src.data.lowering import Unstacked
from tfcompat._src.data.map_walks import MapWalk, columns_of
from tfcompat._src.data.mapped import Mapped
from tfcompat._src.data.structure import Components
from tfcompat._src.data.threads import Ahead, at_exit, ended
from tfcompat._src.data.walks import State, Walk

# A thread costs a call about 50 microseconds; calls that are shorter are made one by one.
_WORTH = 4e-4
_TRIALS = 3
# Rows that a thread is given at once, at least.
_ROWS = 4
# How often stacks are computed in one thread and on several, until it is known which is faster:
# threads in short calls wait for the interpreter more than they gain.
_TIMED = 4
#: Seconds that a row took, in one thread and on several.
Timed = tuple[list[float], list[float]]


def workers_for(calls: int) -> int:
    """How many threads there are for `num_parallel_calls`, of which AUTOTUNE is negative."""
    processors = os.cpu_count() or 1
    return max(processors, 4) if calls < 0 else calls


def is_long(spent: float, trials: int) -> bool:
    """Whether calls took so long that threads pay: some of them together, or one by far."""
    return spent > _WORTH * (trials if spent < 10 * _WORTH else 1)


class Slot:
    """A result that a thread will have found."""

    __slots__ = ("_done", "_error", "_value")

    def __init__(self) -> None:
        self._done = Lock()
        self._done.acquire()
        self._error: BaseException | None = None
        self._value: Any = None

    def run(self, call: Callable[..., Any], argument: Any) -> None:
        """Finds it."""
        try:
            self._value = call(argument)
        except BaseException as error:
            self._error = error
        self._done.release()

    def result(self) -> Any:
        """Waits for it; raises what finding it raised."""
        with self._done:
            if self._error is not None:
                raise self._error
            return self._value


class Pool:
    """Threads that call functions, until nobody has the pool any more."""

    def __init__(self, workers: int) -> None:
        self.workers = workers
        self._tasks: SimpleQueue[Any] = SimpleQueue()
        self._threads: list[Thread] = []
        self.close = weakref.finalize(self, _dismiss, self._tasks, self._threads)

    def submit(self, call: Callable[..., Any], argument: Any) -> Slot:
        """Has a thread call a function."""
        slot = Slot()
        if len(self._threads) < self.workers:
            thread = Thread(target=_work, args=(self._tasks,), name="tf_data_map", daemon=True)
            self._threads.append(thread)
            thread.start()
            at_exit(thread, self.close)
        self._tasks.put((slot, call, argument))
        return slot


def _work(tasks: SimpleQueue[Any]) -> None:
    while True:
        task = tasks.get()
        if task is None:
            ended()
            return
        slot, call, argument = task
        slot.run(call, argument)
        # What it made is the reader's alone.
        del task, slot, call, argument


def _dismiss(tasks: SimpleQueue[Any], threads: list[Thread]) -> None:
    for _ in threads:
        tasks.put(None)


class _Submitting(Walk):
    """The slots of what a function gives for the elements of a walk."""

    def __init__(self, source: Walk, call: Callable[..., Any], pool: Pool) -> None:
        self._source, self._call, self._pool = source, call, pool

    def take(self) -> Components:
        return (self._pool.submit(self._call, self._source.take()),)

    def state(self) -> State:
        return self._source.state()

    def restore(self, state: State) -> None:
        self._source.restore(state)

    def close(self) -> None:
        self._source.close()


class ParallelMapWalk(MapWalk):
    """What a function gives for each element; calls that take long are made on threads.

    The order of the elements is kept. What each of a few calls takes decides; from then on a
    thread takes elements from the source, and others call the function. Stacks are computed in both
    ways at first. timed: of all walks of one dataset.
    """

    def __init__(self, source: Walk, function: Mapped, calls: int, timed: Timed) -> None:
        super().__init__(source, function)
        self._pool = Pool(workers_for(calls))
        self._trials, self._spent = 0, 0.0
        self._timed = timed
        self._submitted: Ahead | None = None

    def take(self) -> Components:
        submitted = self._submitted
        if submitted is not None and not self._waiting:
            return submitted.take()[0].result()
        if self._trials >= _TRIALS or not self._function.slow:
            return super().take()
        started = perf_counter()
        try:
            return super().take()
        finally:
            self._trials += 1
            self._spent += perf_counter() - started
            if is_long(self._spent, _TRIALS):
                self._go_ahead()

    def _go_ahead(self) -> None:
        if self._pool.workers > 1:
            source = _Submitting(self._source, self._call, self._pool)
            self._submitted = Ahead(source, self._pool.workers)

    def take_many(self, count: int) -> list[Components]:
        return Walk.take_many(self, count) if self._function.slow else super().take_many(count)

    def _stacked(self, count: int, columns: Components) -> Components:
        parts = min(self._pool.workers, os.cpu_count() or 1, count // _ROWS)
        if not self._function.slow or parts < 2:
            return super()._stacked(count, columns)
        alone, threads = self._timed
        known = len(threads) >= _TIMED
        spread = min(threads) < min(alone) if known else len(threads) < len(alone)
        started = perf_counter()
        found = self._spread(parts, count, columns) if spread else super()._stacked(count, columns)
        if not known:
            self._timed[spread].append((perf_counter() - started) / count)
        return found

    def _spread(self, parts: int, count: int, columns: Components) -> Components:
        """`_stacked` with a part of the rows for each of several threads."""
        bounds = [count * i // parts for i in range(parts + 1)]
        call = self._function.call_stacked
        slots = [
            self._pool.submit(
                lambda span: call(span.stop - span.start, tuple([c[span] for c in columns])),
                slice(start, stop),
            )
            for start, stop in pairwise(bounds)
        ]
        found = [slot.result() for slot in slots]
        if any(len({part.shape[1:] for part in column}) > 1 for column in zip(*found, strict=True)):
            raise Unstacked
        return tuple([np.concatenate(column) for column in zip(*found, strict=True)])

    def take_stacked(self, count: int) -> tuple[int, Components]:
        if self._submitted is not None:
            elements = self.take_many(count)
            return len(elements), columns_of(elements)
        return super().take_stacked(count)

    def _submits(self) -> bool:
        return self._submitted is not None

    def state(self) -> State:
        if self._submitted is None:
            return super().state()
        source, items = self._submitted.halted()
        found = [list(item[0].result()) for item in items if item.__class__ is tuple]
        return {"source": source, "waiting": [], "ready": found[::-1]}

    def restore(self, state: State) -> None:
        if self._submitted is not None:
            self._submitted.stop()
            self._submitted = None
        super().restore(state)

    def close(self) -> None:
        self._pool.close()
        if self._submitted is not None:
            self._submitted.close()
        else:
            super().close()
