"""What a thread has recorded and not run yet.

Ops go into the thread's Trace; reading a value runs everything pending as one XLA program.
TFCOMPAT_DEFER says how much is recorded: `all`, only under a `tape`, or nothing (`off`).
"""

from __future__ import annotations

import os
import threading
from contextvars import Context
from typing import TYPE_CHECKING, Any
from weakref import ref

import numpy as np

from .trie import State, new_root

if TYPE_CHECKING:
    from .tensor import EagerTensor

MODE = os.environ.get("TFCOMPAT_DEFER") or "all"
if MODE not in ("all", "tape", "off"):
    raise ValueError(f"TFCOMPAT_DEFER: received {MODE!r}; accepted are 'all', 'tape' and 'off'")

MOST_STATES = 100_000


class Trace:
    """What a thread has recorded since its last flush.

    keep: the leaf tensors in slot order; slots: id of a leaf -> its slot; outs: weak references to
    the tensors that ops gave; tapes: weak references to tapes that may still be asked.
    captured: the capture whose trace this is, which never runs.
    """

    __slots__ = ("captured", "forced", "keep", "outs", "slots", "state", "tapes")

    def __init__(self, tapes: list[ref[Any]]) -> None:
        self.state = trie.root
        self.keep: list[EagerTensor] = []
        self.slots: dict[int, int] = {}
        self.outs: list[ref[EagerTensor]] = []
        self.tapes = tapes
        self.forced = False
        self.captured: Any = None


class _Trie:
    """All programs of the process; forgotten as a whole when there are too many."""

    def __init__(self) -> None:
        self.root = new_root()
        self.states = 0

    def add(self, *args: Any) -> State:
        if self.states >= MOST_STATES:
            self.root, self.states = new_root(), 0
        self.states += 1
        return State(*args)


trie = _Trie()


class _Local(threading.local):
    """Per thread: the trace, whether ops run at once, and who is told of each op.

    orders: how many users' gradients are being captured, one inside of another.
    pushing: whether a program is being traced for its forward derivative.
    quiet: calls a function on arrays in which NumPy does not warn of what is not finite.
    """

    def __init__(self) -> None:
        self.trace = Trace([])
        self.direct = MODE != "all"
        self.observers: list[Any] = []
        self.tapes: list[Any] = []  # recording tapes, outermost first
        self.orders = 0
        self.pushing = False
        # A tenth of the time of np.errstate.
        context = Context()
        context.run(np.seterr, all="ignore")
        self.quiet = context.run


local = _Local()


class Poison:
    """Stands in for the value of an op that failed."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def __array__(self, *_: Any, **__: Any) -> Any:
        # NumPy would make an array of one object of it.
        raise self.error


#: The slot of a tensor whose value came from the host to the device when it was used again.
FROM_HOST = -1


class Moving:
    """The trace of a variable's tensor while a program has its buffer, to put another there."""

    #: Like that of a trace that may run.
    captured = None


MOVING = Moving()


class PutOff:
    """The trace of tensors that calls of a program will give, which are put off."""

    #: Like that of a trace that may run.
    captured = None

    def run(self) -> None:
        """Makes the calls."""
        raise NotImplementedError


def deferring() -> bool:
    """Whether ops are recorded now, rather than run."""
    if MODE == "all" or local.trace.captured is not None:
        return True
    return MODE == "tape" and (bool(local.tapes) or local.trace.forced)


def update_direct() -> None:
    """To be called when an observer or a tape comes or goes."""
    local.direct = bool(local.observers) or not deferring()
