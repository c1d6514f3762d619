"""Running what a trace has recorded: one XLA program, kept by what is recorded and what lives."""

from __future__ import annotations

import sys
import time
import warnings
from collections.abc import Callable, Sequence
from itertools import starmap
from typing import TYPE_CHECKING, Any
from weakref import ref

import jax
import numpy as np

from tfcompat.backend import ValueNeeded

from .lone import Lone, on_host
from .one_thread import options
from .programs import compiling
from .sharing import host_alone, hosted, slow
from .trace import FROM_HOST, MOVING, Moving, Poison, PutOff, Trace, local, trie
from .trie import State, compile_program, jitted, uploaded

if TYPE_CHECKING:
    from .tensor import EagerTensor

# The reference counts that prove a buffer unshared are CPython's before 3.14.
DONATES = sys.version_info < (3, 14) and sys.implementation.name == "cpython"
# Seconds between two looks at a buffer that another thread gives away at this moment.
_PAUSE = 1e-4


def compute(t: EagerTensor) -> Any:
    """What a pending tensor has as its value, computed now with all that its trace has pending."""
    trace = t._trace
    if trace is not local.trace:
        return _computed_elsewhere(t, trace)
    state = trace.state
    lone = state.lone
    if lone is None or trace.tapes:
        return _computed_here(t, trace)
    # `flush` written out for the commonest case: one op.
    leaves = [x._raw for x in trace.keep]
    for raw in leaves:
        if raw is None or raw.__class__ is Poison:
            return _computed_here(t, trace)
        if raw.__class__ is np.ndarray and not lone.by_host:
            return _computed_here(t, trace)
    if state.has_big_leaf and DONATES and not trace.forced:
        # The loop's last leaf must not count as somebody who holds it.
        raw = None
        if _donatable(trace.keep, leaves):
            return _computed_here(t, trace)
    outs = trace.outs
    local.trace = Trace([])
    try:
        found = lone.program(*leaves)
    except Exception as error:
        _settle([o for r in outs if (o := r()) is not None], [Poison(error)] * len(outs))
        return t._raw
    lone.count()
    if state.several:
        for reference, raw in zip(outs, found, strict=True):
            out = reference()
            if out is not None:
                out._raw = raw
                out._trace = None
                out._slot = 1
        return t._raw
    t._raw = found
    t._trace = None
    t._slot = 1
    return found


def _computed_here(t: EagerTensor, trace: Trace) -> Any:
    if trace.captured is not None:
        raise ValueNeeded("the value of a tensor was read that stands for any value")
    flush()
    return t._raw


def _computed_elsewhere(t: EagerTensor, trace: Trace | Lone | Moving | PutOff | None) -> Any:
    while True:
        if isinstance(trace, PutOff):
            trace.run()
        elif isinstance(trace, Trace):
            if trace.captured is not None:
                raise ValueNeeded("the value of a tensor was read that stands for any value")
            run_elsewhere(trace, [t])
        # Once: another thread's next call may take it away again.
        raw = t._raw
        if raw is not None:
            return raw
        # Another thread's program is about to put it there.
        time.sleep(_PAUSE)
        trace = t._trace


def flush() -> None:
    """Runs what this thread has pending, and gives every living tensor its array."""
    trace = local.trace
    if trace.captured is not None:
        return
    if trace.state.parent is None:
        # Neither a tape that is gone nor a trie that was forgotten keeps the next op from NumPy.
        trace.tapes = [reference for reference in trace.tapes if reference() is not None]
        trace.state = trie.root
        return
    extra: list[EagerTensor] = []
    tapes = _checkpointed(trace, extra) if trace.tapes else []
    state = trace.state
    tensors = [t for reference in trace.outs if (t := reference()) is not None]
    if extra:
        tensors += extra
    keep = trace.keep
    leaves = [t._raw for t in keep]
    failed = None
    for i, raw in enumerate(leaves):
        if raw.__class__ is np.ndarray:
            leaves[i] = for_device(keep[i], raw)
        elif raw.__class__ is Poison:
            failed = raw.error
        elif raw is None:
            leaves[i] = _computed_elsewhere(keep[i], MOVING)
    donated: tuple[int, ...] = ()
    if state.has_big_leaf and DONATES and not trace.forced:
        # The loop's last leaf must not count as somebody who holds it.
        raw = None
        donated = _donatable(keep, leaves)
    local.trace = following = Trace(tapes)
    for reference in tapes:
        tape = reference()
        if tape is not None:
            tape.follow(following)
    if not tensors:
        return
    live = tuple([t._slot for t in tensors])
    found: list[Any] = []
    try:
        if failed is not None:
            raise failed
        program = state.programs.get((live, donated))
        if program is None:
            found.append(_run(state, live, leaves, donated))
        elif donated:
            run_whole(program, leaves, found)
        else:
            found.append(program(*leaves))
    except Exception as error:
        # Only what depends on the failing op is lost.
        found.append(_isolate(state, live, leaves, error))
        raise
    finally:
        if found:
            # Where an interrupt comes meanwhile, the second time is the whole one.
            try:
                _settle(tensors, found[0])
            except BaseException:
                _settle(tensors, found[0])
                raise


def run_whole(program: Callable[..., Any], given: list[Any], found: list[Any]) -> None:
    """Appends a program's results to `found`, although the user interrupts meanwhile.

    An interrupt is raised between two steps of Python, of which there is none from the call on:
    who has given buffers away would be left with nothing. A program's first call, which compiles
    it in Python, takes `copied` buffers therefore.
    """
    found.extend(starmap(program, [given]))


def copied(arrays: list[Any], which: Sequence[int]) -> list[Any]:
    """The arrays, of some of them copies."""
    found = list(arrays)
    for i in which:
        # On the host this copies without a program, which would have to be compiled for each shape.
        a = found[i]
        found[i] = jax.device_put(a, may_alias=False) if host_alone() else a.copy()
    return found


def _checkpointed(trace: Trace, extra: list[EagerTensor]) -> list[ref[Any]]:
    """The tapes that may still be asked, after they have gone over to tensors."""
    tapes = []
    for reference in trace.tapes:
        tape = reference()
        if tape is not None and tape.may_be_asked():
            tape.checkpoint(trace, extra)
            tapes.append(reference)
    return tapes


def _settle(tensors: list[EagerTensor], values: list[Any]) -> None:
    for i, t in enumerate(tensors):
        t._raw = values[i]
        t._trace = None
        t._slot = 1


def for_device(t: EagerTensor, raw: np.ndarray[Any, Any]) -> Any:
    """What a program is given for a tensor that holds an array of NumPy's."""
    # Large, or used for the second time: worth a buffer of the device's.
    if t._slot or t._aval.big:
        raw = t._raw = uploaded(t._aval, raw)
        t._slot = FROM_HOST
    else:
        t._slot = 1
    return raw


def read(t: EagerTensor) -> Any:
    """What a compiled program is given for a tensor."""
    raw = t.value
    return for_device(t, raw) if raw.__class__ is np.ndarray else raw


def _donatable(keep: list[EagerTensor], leaves: list[Any]) -> tuple[int, ...]:
    """Leaves whose tensor only the trace holds, and whose array only that tensor.

    None that came from the host: XLA does not compute in memory of NumPy's, it makes a copy.
    """
    count = sys.getrefcount
    return tuple(
        [
            i
            for i in range(len(keep))
            if keep[i]._aval.big
            and count(keep[i]) == 2
            and count(leaves[i]) == 3
            and keep[i]._slot != FROM_HOST
            and leaves[i].__class__ is not np.ndarray
        ]
    )


def _run(
    state: State, live: tuple[int, ...], leaves: list[Any], donated: tuple[int, ...]
) -> list[Any]:
    """What has not run in this form before, as an existing program if one will do."""
    if state.depth == 1 and live == state.outs and not donated:
        out = compiling(state.alone().program, *leaves)
        return list(out) if state.several else [out]
    state.runs += 1
    if donated and state.runs == 1:
        # Code that runs once is not worth a second variant.
        donated = ()
    if not donated and len(state.programs) >= 4:
        return _run_superset(state, live, leaves)
    program = state.programs.get((live, donated))
    if program is None:
        stopping = None if donated else _stopping_before_its_last(state, live)
        program = stopping or compile_program(state, live, donated, options(state))
        if donated:
            with warnings.catch_warnings():
                # Whether a result has the room of an operand is nothing to tell the user.
                warnings.filterwarnings("ignore", "Some donated buffers were not usable")
                values = compiling(program, *copied(leaves, donated))
        else:
            values = compiling(program, *leaves)
        # Only now: without the first call, which takes copies, the next one would compile.
        state.programs[live, donated] = program
        return values
    return program(*leaves)


def _stopping_before_its_last(state: State, live: tuple[int, ...]) -> Callable[..., Any] | None:
    """The program where its last op is one that NumPy does much faster on large arrays."""
    kernel, parent = state.kernel, state.parent
    if kernel is None or parent is None or kernel not in slow:
        return None
    if not (state.has_big_leaf and host_alone()) or set(live).isdisjoint(state.outs):
        return None
    slots, ins = state.leaf_slots(), state.ins
    made = tuple(sorted({*ins, *live}.difference(slots, state.outs)))
    before = compile_program(parent, made, (), options(parent))
    count = len(slots) - len(state.leaves)
    which = range(len(ins))
    last = on_host(hosted[kernel], which, state.attrs, jitted(kernel, state.attrs))

    def program(*leaves: Any) -> list[Any]:
        values = dict(zip(slots, leaves, strict=True))
        values.update(zip(made, before(*leaves[:count]), strict=True))
        found = last(*[values[i] for i in ins])
        values.update(zip(state.outs, found if state.several else (found,), strict=True))
        return [values[i] for i in live]

    return program


def _run_superset(state: State, live: tuple[int, ...], leaves: list[Any]) -> list[Any]:
    """Where what is alive varies from run to run, one program gives all that was ever asked."""
    wanted = set(live)
    for (slots, donated), program in list(state.programs.items()):
        if not donated and wanted.issubset(slots):
            values = program(*leaves)
            return [values[slots.index(i)] for i in live]
    union = tuple(sorted(wanted.union(*[slots for slots, _ in list(state.programs)])))
    program = state.programs[union, ()] = compile_program(state, union, (), options(state))
    values = compiling(program, *leaves)
    return [values[union.index(i)] for i in live]


def _isolate(state: State, live: tuple[int, ...], leaves: list[Any], error: Exception) -> list[Any]:
    env: dict[int, Any] = {}
    remaining = iter(leaves)
    for s in state.path():
        start = s.nslots - len(s.avals) - len(s.leaves)
        for i in range(len(s.leaves)):
            env[start + i] = next(remaining)
        if s.kernel is None:
            continue
        values = [env[i] for i in s.ins]
        failed = next((v for v in values if v.__class__ is Poison), None)
        if failed is None:
            try:
                out = compiling(jitted(s.kernel, s.attrs), *values)
                env.update(zip(s.outs, out if s.several else (out,), strict=True))
                continue
            except Exception as own:
                failed = Poison(own)
        env.update(dict.fromkeys(s.outs, failed))
    if not any(env[i].__class__ is Poison for i in live):
        # The program failed as a whole (out of memory, say), none of its ops did.
        return [Poison(error)] * len(live)
    return [env[i] for i in live]


def run_elsewhere(trace: Trace, tensors: list[EagerTensor]) -> None:
    """Gives tensors of another thread's trace their values, and leaves that trace as it is.

    The owner goes on recording meanwhile: states only ever grow, so the prefix read here stays
    what it is.
    """
    state = trace.state
    count = sum([len(s.leaves) for s in state.path()])
    wanted = [t for t in tensors if t._raw is None and t._trace is trace]
    if wanted:
        leaves = [x.value for x in list(trace.keep)[:count]]
        program = compile_program(state, tuple([t._slot for t in wanted]))
        values = compiling(program, *leaves)
        for t, value in zip(wanted, values, strict=True):
            t._raw = value
