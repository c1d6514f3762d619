"""Work shared among threads: all of it is done once, and what goes wrong in any of them is told."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

pytestmark = pytest.mark.tfcompat_only


def in_parts(*args: Any) -> None:
    from tfcompat._src import threads

    threads.in_parts(*args)


@pytest.mark.parametrize(("count", "threads"), [(0, 2), (1, 4), (7, 1), (1000, 2), (1000, 5)])
def test_each_row_once(count: int, threads: int) -> None:
    done = np.zeros(count, np.int64)

    def work(first: int, last: int) -> None:
        done[first:last] += 1

    in_parts(work, count, threads)
    np.testing.assert_array_equal(done, 1)


def test_two_threads_at_the_same_time() -> None:
    # Nobody gets past it alone.
    met = threading.Barrier(2, timeout=60)

    def work(first: int, last: int) -> None:
        met.wait()

    for _ in range(20):
        in_parts(work, 2, 2, 1)


def test_an_error_of_either_thread_is_raised() -> None:
    met = threading.Barrier(2, timeout=60)

    def work(first: int, last: int) -> None:
        met.wait()
        if first == wrong:
            raise MemoryError(first)

    for wrong in 0, 1:
        with pytest.raises(MemoryError, match=str(wrong)):
            in_parts(work, 2, 2, 1)
    # The threads are there for the next work.
    wrong = 2
    in_parts(work, 2, 2, 1)


def test_nothing_warns() -> None:
    met = threading.Barrier(2, timeout=60)

    def work(first: int, last: int) -> None:
        met.wait()
        assert np.isnan(np.log(np.array([-1.0], np.float32)))[0]

    with np.errstate(all="raise"):
        in_parts(work, 2, 2, 1)


def test_threads_that_all_share_their_work() -> None:
    def shared(seed: int) -> float:
        sums = np.zeros(64)

        def work(first: int, last: int) -> None:
            sums[first:last] = np.arange(first, last) + seed

        in_parts(work, 64, 3)
        return float(sums.sum())

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(shared, range(200)))
    assert found == [2016 + 64 * seed for seed in range(200)]


def _processors() -> set[int]:
    """Those that the calling thread may use; a helper's are others than the caller's."""
    return set(os.sched_getaffinity(0))


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a question to Linux")
def test_helpers_run_beside_the_caller() -> None:
    given = _processors()
    met = threading.Barrier(2, timeout=60)
    found: dict[int, set[int]] = {}

    def work(first: int, last: int) -> None:
        met.wait()
        found[threading.get_ident()] = _processors()

    try:
        for processor in given:
            # The caller moves.
            os.sched_setaffinity(0, {processor})
            os.sched_setaffinity(0, given)
            in_parts(work, 2, 2, 1)
            assert found.pop(threading.get_ident()) == given
            (helper,) = found.values()
            # But where there is no other one.
            assert helper <= given and len(helper) == max(1, len(given) - 1)
            found.clear()
        # Where the caller has one, helpers stay where they are.
        os.sched_setaffinity(0, {max(given)})
        in_parts(work, 2, 2, 1)
    finally:
        os.sched_setaffinity(0, given)
    assert found.pop(threading.get_ident()) == {max(given)}
    (helper,) = found.values()
    assert helper


# Called after what was registered later.
AT_THE_END = """
import atexit, threading

@atexit.register
def last():
    done = []
    threads.in_parts(lambda first, last: done.append((first, last)), 4, 2)
    print(done, any("tfcompat" in thread.name for thread in threading.enumerate()))

from tfcompat._src import threads
threads.in_parts(lambda first, last: None, 100, 3)
print(any("tfcompat" in thread.name for thread in threading.enumerate()))
"""


def test_no_thread_outlives_the_interpreter() -> None:
    found = subprocess.run(
        [sys.executable, "-c", AT_THE_END], capture_output=True, text=True, check=True
    )
    lines = found.stdout.splitlines()
    assert lines[0] == "True"
    assert lines[1].endswith("(3, 4)] False")
