"""What a thread has recorded and not run yet, and the tensors that stand for it.

Ops go into the thread's Trace; reading a value runs everything pending as one XLA program. Tensors
hold their array, or where in which trace it will come from. TFCOMPAT_DEFER says how much is
recorded: `all`, only under a `tape`, or nothing (`off`).
"""

from __future__ import annotations

import os
import threading
from typing import Any
from weakref import ref

import jax.numpy as jnp
import numpy as np

from tfcompat._src.tensor import Tensor

from .trie import Aval, State, aval_of, new_root

MODE = os.environ.get("TFCOMPAT_DEFER") or "all"
if MODE not in ("all", "tape", "off"):
    raise ValueError(f"TFCOMPAT_DEFER: received {MODE!r}; accepted are 'all', 'tape' and 'off'")

MOST_STATES = 100_000


class Trace:
    """What a thread has recorded since its last flush.

    keep: the leaf tensors in slot order; slots: id of a leaf -> its slot; outs: weak references to
    the tensors that ops gave; tapes: weak references to tapes that may still be asked.
    """

    __slots__ = ("forced", "keep", "outs", "slots", "state", "tapes")

    def __init__(self, tapes: list[ref[Any]]) -> None:
        self.state = trie.root
        self.keep: list[EagerTensor] = []
        self.slots: dict[int, int] = {}
        self.outs: list[ref[EagerTensor]] = []
        self.tapes = tapes
        self.forced = False


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
    """Per thread: the trace, whether ops run at once, and who is told of each op."""

    def __init__(self) -> None:
        self.trace = Trace([])
        self.direct = MODE != "all"
        self.observers: list[Any] = []
        self.tapes: list[Any] = []  # recording tapes, outermost first


local = _Local()


class Poison:
    """Stands in for the value of an op that failed."""

    def __init__(self, error: Exception) -> None:
        self.error = error


class EagerTensor(Tensor):
    """A tensor whose value JAX holds, or will.

    _raw: a jax.Array, for a small leaf a NumPy array, Poison, or None while pending.
    _trace, _slot: where the value comes from, until that trace is flushed.
    """

    # What print(type(x)) says, but for the package's name, is what it says in TensorFlow.
    __module__ = "tfcompat.python.framework.ops"
    __slots__ = ("_aval", "_dtype", "_raw", "_slot", "_trace")

    _raw: Any
    _aval: Aval
    _trace: Trace | None
    _slot: int

    @property
    def value(self) -> Any:
        """The array, computed now if it is pending."""
        raw = self._raw
        if raw is None:
            from .flush import flush, run_elsewhere

            trace = self._trace
            if trace is local.trace:
                flush()
            elif trace is not None:
                run_elsewhere(trace, [self])
            raw = self._raw
        if raw.__class__ is Poison:
            raise raw.error
        return raw

    @property
    def native(self) -> Any:
        """The jax.Array, computed now if it is pending."""
        raw = self.value
        if raw.__class__ is np.ndarray:
            raw = self._raw = jnp.asarray(raw)
        return raw

    @property
    def _shape(self) -> tuple[int, ...]:
        return self._aval.shape

    @property
    def device(self) -> str:
        device = next(iter(self.native.devices()))
        kind = {"cuda": "GPU", "gpu": "GPU"}.get(device.platform, device.platform.upper())
        return f"/job:localhost/replica:0/task:0/device:{kind}:{device.id}"

    def _numpy(self) -> np.ndarray[Any, Any]:
        return np.asarray(self.value)


_new = EagerTensor.__new__


def wrap(raw: Any) -> EagerTensor:
    """A tensor around an array."""
    t = _new(EagerTensor)
    t._raw = raw
    t._aval = aval = aval_of(raw.shape, raw.dtype)
    t._dtype = aval.dtype
    t._trace = None
    t._slot = 0
    return t


def pending(trace: Trace, slot: int, aval: Aval) -> EagerTensor:
    """A tensor for a slot of a trace; computed only if it is also put among the trace's outs."""
    t = _new(EagerTensor)
    t._raw = None
    t._aval = aval
    t._dtype = aval.dtype
    t._trace = trace
    t._slot = slot
    return t


def deferring() -> bool:
    """Whether ops are recorded now, rather than run."""
    return MODE == "all" or (MODE == "tape" and (bool(local.tapes) or local.trace.forced))


def update_direct() -> None:
    """To be called when an observer or a tape comes or goes."""
    local.direct = bool(local.observers) or not deferring()
