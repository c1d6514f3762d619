"""Threads that work ahead: of prefetch, of parallel maps and interleaves.

A thread knows the walk it takes from and a bounded channel, never who reads the channel: when the
reader is dropped, the channel is closed and the thread ends.
"""

from __future__ import annotations

import atexit
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterable
from time import perf_counter
from typing import Any

from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import State, Walk

#: How many elements AUTOTUNE has worked out ahead.
AUTOTUNE_BUFFER = 16
# So long a thread that is ahead computes before others get the interpreter for a moment: Python
# would have them wait for 5 ms, after every op of theirs.
_TURN, _PAUSE = 5e-4, 2e-5
# So long the end of the program waits for threads.
_LAST_WAIT = 1.0

# Threads that run, with what has each of them end.
_running: dict[threading.Thread, Callable[[], object]] = {}


def at_exit(thread: threading.Thread, close: Callable[[], object]) -> None:
    """Has a thread ended when the program ends; `ended` takes that back."""
    _running[thread] = close


def ended() -> None:
    """Says that the thread that calls it is at its end."""
    _running.pop(threading.current_thread(), None)


@atexit.register
def _stop_all() -> None:
    """Has no thread in the middle of an op when the interpreter goes."""
    deadline = time.monotonic() + _LAST_WAIT
    threads = list(_running.items())
    for _, close in threads:
        close()
    for thread, _ in threads:
        thread.join(max(0.0, deadline - time.monotonic()))


class _End:
    """Stands behind the last element."""


class _Failure:
    """Stands for an element that raised."""

    __slots__ = ("error",)

    def __init__(self, error: BaseException) -> None:
        self.error = error


_END = _End()


class Channel:
    """A bounded queue between one thread that fills it and one that empties it.

    Neither takes a lock where it need not wait. Who waits says so before a last look at the queue,
    and the other looks for that after each change: so no change is missed.
    """

    def __init__(self, bound: int) -> None:
        self.items: deque[Any] = deque()
        self.bound = max(1, bound)
        # Waking a thread for every single place costs more than the place.
        self._low = self.bound // 2
        self._changed = threading.Condition(threading.Lock())
        self.getter_waits = False
        self.putter_waits = False
        self.closed = False

    def wait_for_room(self) -> None:
        """After something was added: tells who waits for it, and waits until there is room."""
        if self.getter_waits:
            self.notify()
        if len(self.items) >= self.bound:
            with self._changed:
                self.putter_waits = True
                while len(self.items) > self._low and not self.closed:
                    self._changed.wait()
                self.putter_waits = False

    def get(self) -> Any:
        """The next item, as soon as there is one."""
        items = self.items
        while True:
            try:
                item = items.popleft()
                break
            except IndexError:
                # Another reader may be quicker again.
                self._wait_for_items()
        if self.putter_waits and len(items) <= self._low:
            self.notify()
        return item

    def _wait_for_items(self) -> None:
        with self._changed:
            self.getter_waits = True
            try:
                while not self.items:
                    self._changed.wait()
            finally:
                self.getter_waits = False

    def close(self) -> None:
        """Has whoever fills it give up."""
        self.closed = True
        self.notify()

    def notify(self) -> None:
        """Wakes who waits."""
        with self._changed:
            self._changed.notify_all()


class _Runner:
    """A thread that fills a channel from a walk.

    turn: held while it takes an element; whoever wants to look at the walk says so in `wanted` and
    takes it. keeps: whether the walk is somebody's when the channel is closed.
    """

    def __init__(self, walk: Walk, channel: Channel) -> None:
        self._walk = walk
        self._channel = channel
        self.turn = threading.Lock()
        self.wanted = self.keeps = False
        self.thread = threading.Thread(target=self._run, name="tf_data", daemon=True)
        at_exit(self.thread, channel.close)
        self.thread.start()

    def _run(self) -> None:
        try:
            self._fill()
        finally:
            ended()
            if self._channel.closed and not self.keeps:
                self._walk.close()

    def _fill(self) -> None:
        take, channel, turn = self._walk.take, self._channel, self.turn
        items = channel.items
        started = perf_counter()
        item: Any = None
        while item is not _END and not channel.closed:
            with turn:
                try:
                    item = take()
                except StopIteration:
                    item = _END
                except BaseException as error:
                    item = _Failure(error)
                items.append(item)
            channel.wait_for_room()
            while self.wanted:
                time.sleep(_PAUSE)
            now = perf_counter()
            if now - started > _TURN:
                if not channel.getter_waits:
                    time.sleep(_PAUSE)
                started = perf_counter()


class Ahead(Walk):
    """A walk over another one, whose elements a thread takes before they are asked for."""

    def __init__(self, source: Walk, buffer_size: int) -> None:
        self._source = source
        self._bound = AUTOTUNE_BUFFER if buffer_size <= 0 else buffer_size
        self._channel: Channel | None = None
        self._runner: _Runner | None = None
        self._left: list[Any] = []
        self._ended = False
        self._finalizer: Any = None

    def start(self) -> Channel:
        """Begins to take elements, if it has not begun."""
        if self._channel is not None:
            return self._channel
        channel = self._channel = Channel(self._bound)
        channel.items.extend(self._left)
        self._left = []
        self._finalizer = weakref.finalize(self, channel.close)
        self._runner = _Runner(self._source, channel)
        return channel

    def take(self) -> Components:
        if self._ended:
            raise StopIteration
        item = (self._channel or self.start()).get()
        if item.__class__ is tuple:
            return item
        if item is _END:
            self._ended = True
            raise StopIteration
        raise item.error

    def halted(self) -> tuple[State, list[Any]]:
        """Where the source stands, and what was taken from it and not given.

        Raises what stands for an element that raised.
        """
        runner, channel = self._runner, self._channel
        if runner is None or channel is None:
            return self._source.state(), self._checked(self._left)
        runner.wanted = True
        try:
            with runner.turn:
                return self._source.state(), self._checked(channel.items)
        finally:
            runner.wanted = False

    def _checked(self, items: Iterable[Any]) -> list[Any]:
        for item in items:
            if item.__class__ is _Failure:
                raise item.error
        return list(items)

    def state(self) -> State:
        source, items = self.halted()
        elements = [list(item) for item in items if item is not _END]
        return {"source": source, "elements": elements, "over": self._ended or _END in items}

    def restore(self, state: State) -> None:
        self.stop()
        self._source.restore(state["source"])
        self._left = [tuple(item) for item in state["elements"]]
        self._ended = False
        if state["over"]:
            self._left.append(_END)

    def stop(self) -> None:
        """Ends the thread; what it took and nobody asked for is lost."""
        runner, channel = self._runner, self._channel
        self._runner = self._channel = None
        if runner is not None and channel is not None:
            self._finalizer.detach()
            runner.keeps = True
            channel.close()
            runner.thread.join()

    def close(self) -> None:
        # The thread closes the source, when it has left it.
        if self._channel is not None:
            self._channel.close()
        else:
            self._source.close()
