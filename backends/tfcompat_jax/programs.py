"""How many compiled programs live: the oldest go before the system has no more room for them.

XLA maps a program's code into memory in a dozen pieces or more. Linux grants a process 65,530
mappings, and XLA ends the process that asks for one more. Counting is done while compiling, so that
a program that is there costs nothing.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

import jax

MOST_PROGRAMS = 1000  # of one or two megabytes each
#: Of the mappings a process may have, the rest is for those who do not ask here.
SHARE = 0.5
#: For small programs: XLA's CPU gives every element-wise part that computes more than it loads to
#: several threads, though it be done in less time than they take to wake.
ONE_THREAD = {"xla_disable_hlo_passes": "cpu-parallel-task-assigner"}
_EVERY = 50  # compilations between two looks at the mappings
_COMPILED = "/jax/core/compile/backend_compile_duration"


class Place(Protocol):
    """Where a program is until it is dropped: a dictionary, or what stands for one."""

    def pop(self, key: Any, default: Any, /) -> Any:
        """Drops the program of a key."""


_lock = threading.Lock()
_kept: deque[tuple[Place, Any]] = deque()
_since = 0


def compiling(program: Callable[..., Any], *given: Any) -> Any:
    """What a call gives for which JAX may have to trace and compile.

    An interrupt (Ctrl-C) while it did so before may have left an entry in one of its caches that
    is never completed: whoever comes to it gets a RecursionError, until the caches are empty.
    """
    try:
        return program(*given)
    except RecursionError as error:
        if not str(error).startswith("Recursively calling <weakref"):
            raise
        jax.clear_caches()
        return program(*given)


def keep(programs: Place, key: Any) -> None:
    """Tells of a program compiled for the place `programs[key]`, from which it may vanish."""
    _kept.append((programs, key))
    if len(_kept) > MOST_PROGRAMS:
        forget()


def forget() -> None:
    """Drops the older half: whoever wants one of them again compiles it again."""
    with _lock:
        for _ in range((len(_kept) + 1) // 2):
            programs, key = _kept.popleft()
            programs.pop(key, None)


def _compiled(event: str, duration_secs: float, **_: Any) -> None:
    global _since
    if event != _COMPILED:
        return
    _since += 1
    if _since >= _EVERY:
        _since = 0
        if _mappings() > _MOST_MAPPINGS:
            forget()


def _mappings() -> int:
    try:
        return Path("/proc/self/maps").read_bytes().count(b"\n")
    except OSError:
        return 0  # other systems have no such limit


def _most_mappings() -> float:
    try:
        return SHARE * int(Path("/proc/sys/vm/max_map_count").read_text())
    except (OSError, ValueError):
        return float("inf")


_MOST_MAPPINGS = _most_mappings()
# Kernels compiled by themselves have a program for each shape, of which only JAX knows.
jax.monitoring.register_event_duration_secs_listener(_compiled)
