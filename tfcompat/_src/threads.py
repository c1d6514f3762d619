"""Work on large arrays shared among threads: NumPy lets go of Python's lock in its loops."""

from __future__ import annotations

import atexit
import contextlib
import ctypes
import functools
import itertools
import os
import threading
from collections.abc import Callable
from queue import SimpleQueue

import numpy as np

MOST_THREADS = 16
#: What a thread more is worth waking for, which may have to wait for a processor where a backend's
#: own threads look for work for a while after an op: a function of so many elements.
SHARE = 1 << 18
#: Elements of a part of the work that is several steps of NumPy's: between short steps threads wait
#: for each other, for Python's lock, and with a quarter of these two may take longer than one.
PART = 1 << 17


@functools.cache
def processors() -> int:
    """How many processors this process may use."""
    allowed = getattr(os, "sched_getaffinity", None)
    return os.cpu_count() or 1 if allowed is None else len(allowed(0))


@functools.cache
def has_vector_functions() -> bool:
    """Whether NumPy has vector loops for functions on this processor."""
    try:
        from numpy._core._multiarray_umath import (  # type: ignore[import-not-found, unused-ignore]
            __cpu_features__ as features,
        )
    except ImportError:
        return False
    return bool(features.get("AVX512_SKX"))


class _Job:
    """Work that is done twice at the same time if another thread comes to it."""

    __slots__ = ("_begun", "_ended", "_problem", "_work")

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work
        self._begun, self._ended = threading.Lock(), threading.Lock()
        self._ended.acquire()
        self._problem: BaseException | None = None

    def help(self) -> None:
        """Called by the other thread."""
        if self._begun.acquire(False):
            try:
                self._work()
            except BaseException as problem:
                self._problem = problem
            self._ended.release()

    def wait(self) -> None:
        """Until the other thread is done, if it has begun, which it does not from here on."""
        if self._begun.acquire(False):
            return
        self._ended.acquire()
        if self._problem is not None:
            raise self._problem


def _current_processor() -> Callable[[], int] | None:
    """What tells the processor that the caller runs on, where helpers can be kept from it."""
    if not hasattr(os, "sched_setaffinity"):
        return None
    try:
        found: Callable[[], int] = ctypes.PyDLL(None).sched_getcpu
    except (OSError, AttributeError):
        return None  # a C library without it
    return found


class _Helpers:
    """Threads that wait for jobs. Those of a ThreadPoolExecutor take 25 us longer."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self._where = _current_processor()
        # The processor that helpers are kept from, and how many of them are.
        self._kept = -1, 0
        self._jobs: SimpleQueue[_Job | None] = SimpleQueue()
        self._ends = False
        # A thread that wakes when the interpreter has ended may take the process with it.
        atexit.register(self._end)

    def give(self, work: Callable[[], None], threads: int) -> list[_Job]:
        """The jobs of so many threads, or of as many as there can be."""
        if self._ends:
            return []
        if len(self._threads) < threads:
            threads = self._start(threads)
        if self._where is not None:
            kept = self._where(), len(self._threads)
            if kept != self._kept:
                self._keep_from(*kept)
        jobs = [_Job(work) for _ in range(threads)]
        for job in jobs:
            self._jobs.put(job)
        return jobs

    def _keep_from(self, processor: int, count: int) -> None:
        """Has helpers run beside the caller, not instead of it.

        Linux wakes a thread where its waker runs, be the next processor idle, and may leave both
        there for hundreds of calls: after a rest of the program that is what it does.
        """
        others = os.sched_getaffinity(0) - {processor}
        if others:
            for thread in self._threads[:count]:
                if thread.native_id is not None:
                    with contextlib.suppress(OSError):
                        os.sched_setaffinity(thread.native_id, others)
        self._kept = processor, count

    def _start(self, count: int) -> int:
        with self._lock:
            try:
                while len(self._threads) < count:
                    thread = threading.Thread(None, self._serve, "tfcompat-large", daemon=True)
                    thread.start()
                    self._threads.append(thread)
            except RuntimeError:
                # There are no more threads.
                pass
            return min(len(self._threads), count)

    def _serve(self) -> None:
        # Each thread has a setting of its own.
        np.seterr(all="ignore")
        while (job := self._jobs.get()) is not None:
            job.help()
            del job

    def _end(self) -> None:
        self._ends = True
        for _ in self._threads:
            self._jobs.put(None)
        for thread in self._threads:
            thread.join()


@functools.cache
def _helpers() -> _Helpers:
    return _Helpers()


if hasattr(os, "register_at_fork"):
    # A forked process has the helpers, but not their threads.
    os.register_at_fork(after_in_child=_helpers.cache_clear)


def in_parts(work: Callable[[int, int], None], count: int, threads: int, shares: int = 4) -> None:
    """`work(first, last)` on parts of `count` rows, in some threads; NumPy does not warn in it.

    There are `shares` parts a thread. A thread that wakes late finds fewer of them left, and the
    last ones are small, so that all threads end at the same time.
    """
    if threads < 2:
        ends = [0, count]
    elif shares == 1:
        ends = [count * n // threads for n in range(threads + 1)]
    else:
        parts = threads * shares
        ends = [count - count * n * n // (parts * parts) for n in range(parts, -1, -1)]
    left = itertools.pairwise(ends)

    def take() -> None:
        for first, last in left:
            if first < last:
                work(first, last)

    others = _helpers().give(take, threads - 1) if threads > 1 else []
    with np.errstate(all="ignore"):
        take()
    for other in others:
        other.wait()
