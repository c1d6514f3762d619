"""How an op runs on JAX: it is recorded in the thread's trace, to run with what follows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from weakref import ref

import jax.numpy as jnp
import numpy as np

from tfcompat._src.dtypes import DType

from . import one_by_one
from .few import on_host
from .flush import flush
from .growing import grows, settle
from .lone import Lone
from .parts import WHOLE, Part, parts
from .programs import compiling
from .sharing import host_alone, is_worth_sharing, on_accelerator
from .tensor import EagerTensor, pending, wrap
from .trace import FROM_HOST, Poison, Trace, deferring, local, trie, update_direct
from .trie import BIG, Attrs, Aval, Kernel, State, infer, jitted

# Bounds of one program, in ops and in bytes of pending values. Past SOFT it is cut where its first
# op comes again, so that a long loop becomes one program run many times; under a tape only HARD
# counts, because a cut makes the gradient slower.
SOFT, HARD, MOST_BYTES = 256, 4096, 1 << 28

_new = EagerTensor.__new__


# execute1 and execute2 are `record` written out for the commonest case: an edge that exists.
def execute1(kernel: Kernel, x: EagerTensor, dtype: DType) -> EagerTensor:
    """One input, no attributes, one result."""
    trace = local.trace
    if local.direct:
        return _observed(kernel, (x,), ())
    before = trace.state
    key: Any
    if (
        before is trie.root
        and not trace.tapes
        and (x._raw.__class__ is np.ndarray or x._slot == FROM_HOST)
    ):
        found = on_host((kernel, x._aval), kernel, (x,), ())
        if found is not None:
            return found
    enters = False
    if x._trace is trace:
        key = x._slot
    else:
        # Most often there is nothing yet.
        key = trace.slots.get(id(x)) if trace.keep else None
        if key is None:
            enters = True
            key = x._aval
    state = before.next.get((kernel, key))
    if state is None or (enters and x._trace is not None):
        return record(kernel, (x,), ())
    raw: Any = None
    lone = state.ahead
    if (
        lone is not None
        and not trace.tapes
        and (lone.by_host or x._raw.__class__ is not np.ndarray)
    ):
        try:
            raw = lone.program(x._raw)
        except Exception:
            # It is raised where the result is read.
            pass
    t = _new(EagerTensor)
    t._raw = raw
    t._dtype = dtype
    t._aval = state.aval
    t._slot = state.slot
    if raw is not None:
        t._trace = lone
        return t
    if enters:
        trace.slots[id(x)] = before.nslots
        trace.keep.append(x)
    trace.state = state
    t._trace = trace
    trace.outs.append(ref(t))
    return t


def execute2(kernel: Kernel, x: EagerTensor, y: EagerTensor, dtype: DType) -> EagerTensor:
    """Two inputs, no attributes, one result."""
    trace = local.trace
    if local.direct:
        return _observed(kernel, (x, y), ())
    before = trace.state
    if (
        before is trie.root
        and not trace.tapes
        and (x._raw.__class__ is np.ndarray or x._slot == FROM_HOST)
        and (y._raw.__class__ is np.ndarray or y._slot == FROM_HOST)
    ):
        found = on_host((kernel, x._aval, y._aval), kernel, (x, y), ())
        if found is not None:
            return found
    x_enters = y_enters = False
    x_key: Any
    y_key: Any
    if x._trace is trace:
        x_key = x._slot
    else:
        x_key = trace.slots.get(id(x))
        if x_key is None:
            x_key = x._aval
            x_enters = True
    if y._trace is trace:
        y_key = y._slot
    else:
        y_key = trace.slots.get(id(y))
        if y_key is None:
            if y is x:
                y_key = before.nslots
            else:
                y_key = y._aval
                y_enters = True
    state = before.next.get((kernel, x_key, y_key))
    if state is None or (x_enters and x._trace is not None) or (y_enters and y._trace is not None):
        return record(kernel, (x, y), ())
    raw: Any = None
    lone = state.ahead
    if (
        lone is not None
        and not trace.tapes
        and (
            lone.by_host
            or (x._raw.__class__ is not np.ndarray and y._raw.__class__ is not np.ndarray)
        )
    ):
        try:
            raw = lone.program(x._raw, y._raw) if y_enters else lone.program(x._raw)
        except Exception:
            # It is raised where the result is read.
            pass
    t = _new(EagerTensor)
    t._raw = raw
    t._dtype = dtype
    t._aval = state.aval
    t._slot = state.slot
    if raw is not None:
        t._trace = lone
        return t
    if x_enters:
        trace.slots[id(x)] = before.nslots
        trace.keep.append(x)
    if y_enters:
        trace.slots[id(y)] = before.nslots + x_enters
        trace.keep.append(y)
    trace.state = state
    t._trace = trace
    trace.outs.append(ref(t))
    return t


def execute(
    kernel: Kernel,
    inputs: tuple[EagerTensor, ...],
    attrs: Attrs = (),
    dtype: DType | None = None,
) -> Any:
    """Any inputs and attributes; a tuple of tensors where the kernel returns one."""
    part = parts.get(kernel)
    if part is not None:
        found = _part(part, inputs[0], attrs)
        if found is not None:
            return found
    return _observed(kernel, inputs, attrs) if local.direct else record(kernel, inputs, attrs)


def _part(part: Part, x: EagerTensor, attrs: Attrs) -> EagerTensor | None:
    """A part of a value at hand that no tape follows; None where it is not so."""
    raw = x._raw
    if raw is None or raw.__class__ is Poison:
        return None
    if local.observers or any([tape.follows(x) for tape in local.tapes]):
        return None
    if part is WHOLE:
        return wrap(raw)
    if raw.__class__ is np.ndarray or host_alone() or not on_accelerator(raw):
        found = part.on_host(np.asarray(raw), *attrs)
        if found.nbytes < BIG:
            return wrap(np.array(found))
        if host_alone() and is_worth_sharing(found):
            return wrap(found)
        if found.dtype.kind in "iu":
            # They may be indices, whose range is looked at while their values are at hand.
            return wrap(jnp.asarray(np.array(found)))
    where, rest = part.start(*attrs)
    inputs = (x, wrap(np.array(where, np.int32)))
    return (record if deferring() else run_now)(part.moving, inputs, rest)


def execute_constant(
    kernel: Kernel,
    inputs: tuple[EagerTensor, ...],
    attrs: Attrs = (),
    dtype: DType | None = None,
) -> Any:
    """`execute` out of every tape's sight."""
    if parts.get(kernel) is WHOLE:
        raw = inputs[0]._raw
        if raw is not None and raw.__class__ is not Poison:
            return wrap(raw)
    if local.direct and not deferring():
        return run_now(kernel, inputs, attrs)
    return record(kernel, inputs, attrs, False)


def _observed(kernel: Kernel, inputs: tuple[EagerTensor, ...], attrs: Attrs) -> Any:
    run = record if deferring() else run_now
    result = run(kernel, inputs, attrs)
    if local.observers:
        outputs = result if result.__class__ is tuple else (result,)
        for observer in list(local.observers):
            observer.observe(kernel, attrs, inputs, outputs)
        # Who observes hides from itself, and what it runs may look who is there.
        update_direct()
    return result


def run_now(kernel: Kernel, inputs: tuple[EagerTensor, ...], attrs: Attrs) -> Any:
    """One op, compiled by itself."""
    out = compiling(jitted(kernel, attrs), *[x.value for x in inputs])
    return tuple([wrap(o) for o in out]) if isinstance(out, tuple) else wrap(out)


def record(
    kernel: Kernel, inputs: tuple[EagerTensor, ...], attrs: Attrs, differentiable: bool = True
) -> Any:
    """Appends an op to the trace. The kernel's own errors of shape and dtype raise here."""
    trace = local.trace
    state = trace.state
    if state.parent is None and not trace.tapes:
        result = None
        key: list[Any] = [kernel, attrs]
        for x in inputs:
            if x._raw.__class__ is not np.ndarray and x._slot != FROM_HOST:
                result = _at_once(state, kernel, inputs, attrs, differentiable)
                break
            key.append(x._aval)
        else:
            if state is trie.root:
                result = on_host(tuple(key), kernel, inputs, attrs)
            if result is None:
                result = _at_once(state, kernel, inputs, attrs, differentiable)
        if result is not None:
            return result
    if state.depth >= SOFT and not trace.forced:
        _cut(trace, kernel, inputs)
        trace = local.trace
        state = trace.state
    path: list[Any] = [kernel] if differentiable else [None, kernel]
    if attrs or not differentiable or len(inputs) > 2 or not inputs:
        path.append(attrs)
    slots, keep = trace.slots, trace.keep
    before = len(keep)
    try:
        for x in inputs:
            known: Any = x._slot if x._trace is trace else slots.get(id(x))
            if known is None:
                raw = x._raw
                if raw is None or raw.__class__ is Poison:
                    x.value  # noqa: B018  of another thread, or failed: its error is raised here
                elif isinstance(x._trace, Lone):
                    x._trace.distrust()
                    x._trace = None
                slots[id(x)] = state.nslots + len(keep) - before
                keep.append(x)
                known = x._aval
            path.append(known)
        edge = tuple(path)
        found = state.next.get(edge)
        if found is None:
            if grows(trace, kernel, inputs, attrs):
                _forget_leaves(trace, before)
                if any([x._raw is None for x in inputs]):
                    settle(trace)
                return one_by_one.run(kernel, inputs, attrs)
            leaves = tuple([x._aval for x in keep[before:]])
            found = _extended(trace, kernel, inputs, attrs, differentiable, leaves)
            state.next[edge] = found
    except BaseException:
        _forget_leaves(trace, before)
        raise
    trace.state = found
    if found.several:
        return tuple([_out(trace, *out) for out in zip(found.outs, found.avals, strict=True)])
    return _out(trace, found.slot, found.avals[0])


def _forget_leaves(trace: Trace, count: int) -> None:
    """Has a trace, unless it has run, forget the leaves behind so many."""
    for x in trace.keep[count:]:
        del trace.slots[id(x)]
    del trace.keep[count:]


def _at_once(
    state: State, kernel: Kernel, inputs: Sequence[EagerTensor], attrs: Attrs, differentiable: bool
) -> Any:
    """The result of an op that is always read alone, computed; None where it is not so."""
    edge: list[Any] = [kernel] if differentiable else [None, kernel]
    if attrs or not differentiable or len(inputs) > 2 or not inputs:
        edge.append(attrs)
    arrays = []
    from_host = False
    for x in inputs:
        raw = x._raw
        if x._trace is not None:
            return None
        if raw.__class__ is np.ndarray:
            from_host = True
        arrays.append(raw)
        edge.append(x._aval)
    found = state.next.get(tuple(edge))
    if found is None or found.ahead is None:
        return None
    lone = found.ahead
    if from_host and not lone.by_host:
        return None
    try:
        result = lone.program(*arrays)
    except Exception:
        # It is raised where the result is read.
        return None
    if found.several:
        return tuple([_known(lone, *pair) for pair in zip(result, found.avals, strict=True)])
    t = _new(EagerTensor)
    t._raw = result
    t._aval = aval = found.aval
    t._dtype = aval.dtype
    t._trace = lone
    t._slot = 0
    return t


def _known(lone: Lone, raw: Any, aval: Aval) -> EagerTensor:
    t = _new(EagerTensor)
    t._raw = raw
    t._dtype = aval.dtype
    t._aval = aval
    t._trace = lone
    t._slot = 0
    return t


def _out(trace: Trace, slot: int, aval: Aval) -> EagerTensor:
    t = pending(trace, slot, aval)
    trace.outs.append(ref(t))
    return t


def _extended(
    trace: Trace,
    kernel: Kernel,
    inputs: tuple[EagerTensor, ...],
    attrs: Attrs,
    differentiable: bool,
    leaves: tuple[Aval, ...],
) -> State:
    """The state behind an op that has not been recorded here before."""
    state = trace.state
    avals = tuple([x._aval for x in inputs])
    results, several = infer(kernel, attrs, avals)
    slots = trace.slots
    ins = tuple([x._slot if x._trace is trace else slots[id(x)] for x in inputs])
    first = state.first or (kernel, avals)
    return trie.add(state, kernel, attrs, ins, leaves, results, several, differentiable, first)


def _cut(trace: Trace, kernel: Kernel, inputs: tuple[EagerTensor, ...]) -> None:
    state = trace.state
    taped = bool(local.tapes)
    if state.depth >= HARD or state.nbytes > MOST_BYTES:
        flush()
    elif not taped and state.first == (kernel, tuple([x._aval for x in inputs])):
        flush()
    elif not taped and state.depth >= 4 * SOFT:
        flush()


def enter_leaf(trace: Trace, t: EagerTensor) -> int:
    """The slot of a tensor in the trace, as a leaf if it is not there yet."""
    if t._trace is trace:
        return t._slot
    slot = trace.slots.get(id(t))
    if slot is None:
        t.value  # noqa: B018  a leaf has a value
        state = trace.state
        found = state.next.get(("leaf", t._aval))
        if found is None:
            found = state.next["leaf", t._aval] = trie.add(
                state, None, (), (), (t._aval,), (), False, False, state.first
            )
        slot = state.nslots
        trace.state = found
        trace.slots[id(t)] = slot
        trace.keep.append(t)
    return slot


def _alias(x: Any) -> Any:
    return x


parts[_alias] = WHOLE


def alias(tensor: EagerTensor) -> EagerTensor:
    """The same value under an identity of its own, unknown to every tape."""
    return execute_constant(_alias, (tensor,))
