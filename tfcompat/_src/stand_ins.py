"""Variables among threads.

Who traces has variables hold tensors without values (function/session.py). Other threads go on with
the values that these had, and what they assign is there when the trace is done. Of two runs that
update the same variable one waits for the other.
"""

from __future__ import annotations

import itertools
import threading
from collections.abc import Sequence
from typing import Any

#: Held by who traces: one thread at a time does.
tracing_lock = threading.RLock()

#: What that thread has open, outermost first: `thread`, its number, and `held`, the values that
#: variables had before, by the variables' ids.
sessions: list[Any] = []

# Held for the moment in which a variable's value is exchanged.
exchanging = threading.Lock()

_numbers = itertools.count()


def value_of(variable: Any) -> Any:
    """What a variable holds for this thread."""
    if sessions:
        with exchanging:
            held = _held_elsewhere(variable)
            return variable._value if held is None else held[id(variable.handle)]
    return variable._value


def store(variable: Any, value: Any) -> None:
    """Gives a variable a value, where a thread may be tracing."""
    with exchanging:
        held = _held_elsewhere(variable)
        if held is None:
            variable._value = value
        else:
            held[id(variable.handle)] = value


def _held_elsewhere(variable: Any) -> dict[int, Any] | None:
    """What keeps the value of a variable that another thread has exchanged for a stand-in."""
    this, known = threading.get_ident(), id(variable.handle)
    for session in sessions:
        if session.thread == this:
            return None
        if known in session.held:
            held: dict[int, Any] = session.held
            return held
    return None


def updating(variables: Sequence[Any]) -> Any:
    """A context in which no other thread computes next values of these variables.

    Variables without a lock get one together, so that a step needs only one.
    """
    with exchanging:
        new = None
        found = {}
        for variable in [v.handle for v in variables]:
            if variable._updating is None:
                new = new or (next(_numbers), threading.RLock())
                variable._updating = new
            number, lock = variable._updating
            found[number] = lock
    if len(found) == 1:
        return lock
    # Whoever takes several takes them in this order.
    return _Several([found[number] for number in sorted(found)])


class _Several:
    """Locks that are held together."""

    def __init__(self, locks: Sequence[Any]) -> None:
        self._locks = locks

    def __enter__(self) -> None:
        for lock in self._locks:
            lock.acquire()

    def __exit__(self, *_: object) -> None:
        for lock in self._locks:
            lock.release()
