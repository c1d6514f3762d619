"""Work on large arrays shared among threads: NumPy lets go of Python's lock in its loops."""

from __future__ import annotations

import functools
import itertools
import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

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


@functools.cache
def _pool() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(MOST_THREADS, "tfcompat-large")


if hasattr(os, "register_at_fork"):
    # A forked process has the pool, but not its threads.
    os.register_at_fork(after_in_child=_pool.cache_clear)


def in_parts(work: Callable[[int, int], None], count: int, threads: int, shares: int = 4) -> None:
    """`work(first, last)` on parts of `count` rows, in some threads; NumPy does not warn in it.

    There are `shares` parts a thread. A thread that wakes late finds fewer of them left.
    """
    parts = threads * shares if threads > 1 else 1
    left = itertools.pairwise([count * n // parts for n in range(parts + 1)])

    def take() -> None:
        # Each thread has a setting of its own.
        with np.errstate(all="ignore"):
            for first, last in left:
                if first < last:
                    work(first, last)

    others: list[Future[None]] = []
    try:
        for _ in range(threads - 1):
            others.append(_pool().submit(take))
    except RuntimeError:
        # The interpreter is about to end, or there are no more threads: this one does the rest.
        pass
    take()
    for other in others:
        if not other.cancel():
            other.result()
