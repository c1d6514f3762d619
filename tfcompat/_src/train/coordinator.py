"""tf.train.Coordinator: threads that stop together."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tfcompat._src.errors import OutOfRangeError
from tfcompat._src.naming import public


@public("tfcompat.train")
class Coordinator:
    """Tells threads to stop, waits for them, and hands on the first exception of any of them.

    `clean_stop_exception_types` are those that end the work in order; OutOfRangeError if not given.
    """

    def __init__(self, clean_stop_exception_types: Any = None) -> None:
        kinds = (
            (OutOfRangeError,)
            if clean_stop_exception_types is None
            else (clean_stop_exception_types)
        )
        self._clean = tuple(kinds)
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self._error: BaseException | None = None
        self._joined = False
        self._threads: set[threading.Thread] = set()

    def request_stop(self, ex: Any = None) -> None:
        """Asks all threads to stop; `ex` is why, an exception or what sys.exc_info() gives.

        Raises TypeError for something else.
        """
        if isinstance(ex, tuple):
            ex = ex[1]
        if ex is not None and not isinstance(ex, BaseException):
            raise TypeError(f"Coordinator.request_stop: received {ex!r}; expected an exception")
        with self._lock:
            if self._joined and ex is not None and not isinstance(ex, self._clean):
                raise ex
            if not self._stop.is_set():
                if ex is not None and not isinstance(ex, self._clean):
                    self._error = ex
                self._stop.set()

    def clear_stop(self) -> None:
        """Forgets that a stop was asked for."""
        with self._lock:
            self._joined = False
            self._error = None
            self._stop.clear()

    def should_stop(self) -> bool:
        """Whether a stop was asked for."""
        return self._stop.is_set()

    @contextmanager
    def stop_on_exception(self) -> Iterator[None]:
        """A context in which an exception asks all threads to stop, and goes no further."""
        try:
            yield
        except Exception:
            self.request_stop(ex=sys.exc_info())

    def wait_for_stop(self, timeout: float | None = None) -> bool:
        """Waits until a stop is asked for; whether it was within some seconds."""
        return self._stop.wait(timeout)

    def register_thread(self, thread: threading.Thread) -> None:
        """Has `join` wait for a thread."""
        with self._lock:
            self._threads.add(thread)

    def join(
        self,
        threads: Sequence[threading.Thread] | None = None,
        stop_grace_period_secs: float = 120,
        ignore_live_threads: bool = False,
    ) -> None:
        """Waits until threads have ended, after a stop was asked for only some seconds.

        Raises the exception a stop was asked for with, and RuntimeError for threads that go on.
        """
        with self._lock:
            waited = [*self._threads, *[t for t in threads or () if t not in self._threads]]
        while any(t.is_alive() for t in waited) and not self.wait_for_stop(0.05):
            pass
        end = time.monotonic() + stop_grace_period_secs
        for thread in waited:
            # Also the one who asks may be among them.
            if thread is not threading.current_thread():
                thread.join(max(0.0, end - time.monotonic()))
        left = [t.name for t in waited if t.is_alive() and t is not threading.current_thread()]
        with self._lock:
            self._joined = True
            self._threads = set()
            error = self._error
        if error is not None:
            raise error
        if left and not ignore_live_threads:
            raise RuntimeError(f"Coordinator stopped with threads still running: {' '.join(left)}")

    @property
    def joined(self) -> bool:
        """Whether all threads have been waited for."""
        return self._joined

    def raise_requested_exception(self) -> None:
        """Raises the exception that a stop was asked for with, if there is one."""
        if self._error is not None:
            raise self._error
