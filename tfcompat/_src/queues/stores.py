"""What is in a queue, and the threads that wait for room in it or for elements."""

from __future__ import annotations

import heapq
import itertools
import threading
from collections import deque
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src.errors import CancelledError, OutOfRangeError
from tfcompat._src.randomness.philox import Stream, words

Row = tuple[np.ndarray[Any, Any], ...]

_numbers = itertools.count()
_WORDS = 64  # drawn at once


class Store:
    """Elements in the order in which they came.

    capacity: how many there may be; negative for any number.
    """

    kind = "FIFOQueue"

    def __init__(self, capacity: int) -> None:
        self._capacity = float("inf") if capacity < 0 else capacity
        self._changed = threading.Condition()
        # One thread at a time puts in, and one takes out; others wait for their turn.
        self._putting, self._taking = threading.Lock(), threading.Lock()
        self._pending = 0
        self._closing = self._closed = self._cancelled = False
        self._number = next(_numbers)
        self.title = f"{self.kind} '{self._number}'"
        self._start()

    # ---------------------------------------------------------------------------- the elements
    def _start(self) -> None:
        self._rows: Any = deque()

    def _push(self, row: Row) -> None:
        self._rows.append(row)

    def _pop(self) -> Row:
        row: Row = self._rows.popleft()
        return row

    def _give_back(self, rows: list[Row]) -> None:
        self._rows.extendleft(reversed(rows))

    def _has_any(self) -> bool:
        return bool(self._rows)

    # ----------------------------------------------------------------------------- the threads
    def put(self, rows: Sequence[Row]) -> None:
        """Puts elements in, each when there is room.

        Raises CancelledError where the queue is closed, or is meanwhile so that nobody may wait.
        """
        with self._changed:
            if self._closing:
                raise CancelledError(None, None, f"{self.title} is closed.")
            self._pending += 1
        try:
            with self._putting:
                for row in rows:
                    self._put(row)
        finally:
            with self._changed:
                self._pending -= 1
                self._changed.notify_all()

    def _put(self, row: Row) -> None:
        with self._changed:
            while len(self._rows) >= self._capacity and not self._cancelled:
                self._changed.wait()
            if self._cancelled:
                raise CancelledError(None, None, "Enqueue operation was cancelled")
            self._push(row)
            self._changed.notify_all()

    def take(self, count: int, up_to: bool = False) -> list[Row]:
        """Takes so many elements out, each when it is there.

        up_to: of a closed queue fewer, but one at least.

        Raises OutOfRangeError where the queue is closed, and those in it are too few; they stay.
        """
        found: list[Row] = []
        with self._taking:
            try:
                with self._changed:
                    while len(found) < count:
                        if self._has_any():
                            found.append(self._pop())
                            self._changed.notify_all()
                        elif not self._closed:
                            self._changed.wait()
                        elif up_to and found:
                            break
                        else:
                            there = len(self._rows) + len(found)
                            raise OutOfRangeError(
                                None,
                                None,
                                f"{self.title} is closed and has insufficient elements (requested "
                                f"{count}, current size {there})",
                            )
            except BaseException:
                with self._changed:
                    self._give_back(found)
                    self._changed.notify_all()
                raise
        return found

    def close(self, cancel: bool) -> None:
        """Takes no more elements than those that wait for room already; `cancel`: not even these.

        Raises CancelledError where it is closed.
        """
        with self._changed:
            if self._closing:
                raise CancelledError(None, None, f"Queue '{self._number}' is already closed.")
            self._closing, self._cancelled = True, cancel
            self._changed.notify_all()
            try:
                while self._pending and not cancel:
                    self._changed.wait()
            except BaseException:
                self._closing = False
                raise
            self._closed = True
            self._changed.notify_all()

    def is_closed(self) -> bool:
        """Whether it is."""
        return self._closed

    def __len__(self) -> int:
        return len(self._rows)


class PaddingStore(Store):
    """The same; only what is made of several elements differs."""

    kind = "PaddingFIFOQueue"


class PriorityStore(Store):
    """Elements by their first component, the least one first, then in the order they came in."""

    kind = "PriorityQueue"

    def _start(self) -> None:
        self._rows = []
        self._came = itertools.count()

    def _push(self, row: Row) -> None:
        heapq.heappush(self._rows, (int(row[0]), next(self._came), row))

    def _pop(self) -> Row:
        row: Row = heapq.heappop(self._rows)[-1]
        return row

    def _give_back(self, rows: list[Row]) -> None:
        for row in rows:
            self._push(row)


class ShufflingStore(Store):
    """Elements in an arbitrary order: TensorFlow's for the same seeds.

    The one that a word of the stream counts to, modulo their number, changes places with the last.
    """

    kind = "RandomShuffleQueue"

    def __init__(self, capacity: int, least: int, stream: Stream) -> None:
        self._least, self._stream = least, stream
        self._drawn: list[int] = []
        super().__init__(capacity)

    def _start(self) -> None:
        self._rows = []

    def _pop(self) -> Row:
        if not self._drawn:
            self._drawn = words(self._stream, _WORDS).tolist()[::-1]
            self._stream = self._stream.skip(_WORDS // 4)
        rows = self._rows
        at = self._drawn.pop() % len(rows)
        rows[at], rows[-1] = rows[-1], rows[at]
        row: Row = rows.pop()
        return row

    def _give_back(self, rows: list[Row]) -> None:
        self._rows.extend(rows)

    def _has_any(self) -> bool:
        return len(self._rows) > (0 if self._closed else self._least)
