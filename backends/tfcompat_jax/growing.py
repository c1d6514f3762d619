"""Which eager ops come in ever new shapes: a text that grows by a word a step, say.

Each step of such a loop would be recorded and compiled for itself. What is new to the trie is
looked at together with the few new ops before it: where the same ops came in several other shapes
already, they run one by one by NumPy, until these very shapes have come often.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Any

from .one_by_one import computed, form
from .sharing import host_alone
from .tensor import EagerTensor
from .trace import Trace, local
from .trie import Attrs, Aval, Kernel, State

# So many new ops in a row are looked at; in so many shapes they come before they are said to grow;
# and so often they run one by one.
_TOGETHER = 4
_SHAPES = 6
_OFTEN = 40
# Whatever is known is forgotten when there are so many.
_MOST = 10_000


class _Recent(threading.local):
    """ops: the last new ones; other: the last program that NumPy has not all functions for."""

    def __init__(self) -> None:
        self.ops: deque[tuple[Any, Any]] = deque(maxlen=_TOGETHER)
        self.other: State | None = None


_recent = _Recent()
# By kernels, dtypes and ranks of some ops: hashes of the shapes in which they came.
_shapes: dict[Any, set[int]] = {}
_runs: dict[Any, int] = {}


def grows(trace: Trace, kernel: Kernel, inputs: tuple[EagerTensor, ...], attrs: Attrs) -> bool:
    """Whether an op that is new to the trie is to run by itself, and so is what is pending."""
    if trace.tapes or local.tapes or trace.forced or not host_alone():
        return False
    avals = tuple([x._aval for x in inputs])
    op = kernel, attrs, avals
    if not _in_many_shapes(op) or form(kernel, avals) is None:
        return False
    if any([x._trace is trace for x in inputs]) and not _is_numpys(trace.state):
        return False
    if len(_runs) >= _MOST:
        _runs.clear()
    count = _runs[op] = _runs.get(op, 0) + 1
    return count <= _OFTEN


def _is_numpys(state: State) -> bool:
    """Whether NumPy has a function for each op of a program."""
    if _recent.other is not None and _recent.other in (state, state.parent):
        _recent.other = state
        return False
    avals = state.slot_avals()
    for s in state.path():
        if s.kernel is not None and form(s.kernel, [avals[i] for i in s.ins]) is None:
            _recent.other = state
            return False
    return True


def settle(trace: Trace) -> None:
    """Gives what this thread's trace has pending its values, op by op, unless one of them fails."""
    state = trace.state
    tensors = [t for reference in trace.outs if (t := reference()) is not None]
    avals = state.slot_avals()
    try:
        env = dict(zip(state.leaf_slots(), [t.value for t in trace.keep], strict=True))
        for s in state.path():
            if s.kernel is not None:
                values = [env[i] for i in s.ins]
                found = computed(s.kernel, s.attrs, values, [avals[i] for i in s.ins])
                env.update(zip(s.outs, found if s.several else (found,), strict=True))
    except Exception:
        # Whoever reads a value runs the program, and finds out what is wrong.
        return
    local.trace = Trace([])
    for t in tensors:
        t._raw, t._trace, t._slot = env[t._slot], None, 0


def _in_many_shapes(op: tuple[Kernel, Attrs, tuple[Aval, ...]]) -> bool:
    """Whether the last few new ops, of which this is the newest, came in many shapes."""
    kernel, _, avals = op
    ops = _recent.ops
    ops.append(((kernel, *[(aval.dtype, len(aval.shape)) for aval in avals]), op))
    if len(ops) < _TOGETHER:
        return False
    key = tuple([kind for kind, _ in ops])
    known = _shapes.get(key)
    if known is None:
        if len(_shapes) >= _MOST:
            _shapes.clear()
        known = _shapes[key] = set()
    if len(known) < _SHAPES:
        known.add(hash(tuple([one for _, one in ops])))
    return len(known) >= _SHAPES
