"""How an op runs on JAX: it is recorded, and runs when somebody reads a value.

Ops go into this thread's Trace; reading a value runs everything pending as one XLA program (flush).
Tensors hold their array, or where in which trace it will come from. TFCOMPAT_DEFER says how much
is recorded: `all`, only under a `tape`, or nothing (`off`).
"""

from __future__ import annotations

import os
import sys
import threading
from collections.abc import Callable
from typing import Any
from weakref import ref

import jax
import jax.numpy as jnp
import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.dtypes import DType
from tfcompat._src.tensor import Tensor

from .trie import (
    BIG,
    TO_NATIVE,
    Attrs,
    Aval,
    Kernel,
    State,
    aval_of,
    compile_program,
    infer,
    jitted,
    new_root,
)

MODE = os.environ.get("TFCOMPAT_DEFER") or "all"
if MODE not in ("all", "tape", "off"):
    raise ValueError(f"TFCOMPAT_DEFER: received {MODE!r}; accepted are 'all', 'tape' and 'off'")

# Bounds of one program, in ops and in bytes of pending values. Past SOFT it is cut where its first
# op comes again, so that a long loop becomes one program run many times; under a tape only HARD
# counts, because a cut makes the gradient slower.
SOFT, HARD, MOST_BYTES = 256, 4096, 1 << 28
MOST_STATES = 100_000
# The reference counts that prove a buffer unshared are CPython's before 3.14.
DONATES = sys.version_info < (3, 14) and sys.implementation.name == "cpython"


class Trace:
    """What a thread has recorded since its last flush.

    keep: the leaf tensors in slot order; slots: id of a leaf -> its slot; outs: weak references to
    the tensors that ops gave; tapes: weak references to tapes that may still be asked.
    """

    __slots__ = ("forced", "keep", "outs", "slots", "state", "tapes")

    def __init__(self, tapes: list[ref[Any]]) -> None:
        self.state = _trie.root
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


_trie = _Trie()


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
            if self._trace is local.trace:
                flush()
            else:
                trace = self._trace
                if trace is not None:
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


# ------------------------------------------------------------------------------------ conversion
def set_default_device(kind: str, index: int) -> None:
    """Where new tensors go from now on."""
    jax.config.update("jax_default_device", _device((kind, index)))


def _device(device: tuple[str, int]) -> Any:
    kind, index = device
    return jax.devices("cpu" if kind == "CPU" else "gpu")[index]


def set_deterministic(enabled: bool) -> None:
    """Nothing to choose: XLA's kernels are deterministic on the CPU, and by flag on a GPU."""


def set_threads(count: int) -> None:
    """Not possible in a running process."""
    raise NotImplementedError(
        f"set_intra_op_parallelism_threads: received {count}, which the backend 'jax' cannot set "
        "in a running process; set XLA_FLAGS=--xla_cpu_multi_thread_eigen=false before it starts"
    )


def device_count(kind: str) -> int:
    """How many devices of a kind, "CPU" or "GPU", this backend sees."""
    try:
        return len(jax.devices("cpu" if kind == "CPU" else "gpu"))
    except RuntimeError:
        return 0


def from_numpy(
    array: np.ndarray[Any, Any], dtype: DType, device: tuple[str, int] | None = None
) -> EagerTensor:
    """A tensor with a copy of `array`, whose NumPy dtype is that of `dtype`."""
    array = np.array(array, TO_NATIVE[dtype])
    if device is not None:
        return wrap(jax.device_put(array, _device(device)))
    # A small one stays on the host until it is used a second time: most never are.
    return wrap(array if array.nbytes < BIG else jnp.asarray(array))


def from_native(native: Any) -> EagerTensor:
    """A tensor around somebody's jax.Array."""
    return wrap(native)


def is_native(value: Any) -> bool:
    """Whether `value` is a jax.Array."""
    return isinstance(value, jax.Array)


def concrete(tensor: EagerTensor) -> np.ndarray[Any, Any] | None:
    """The value where it is not pending."""
    raw = tensor._raw
    return None if raw is None or raw.__class__ is Poison else np.asarray(raw)


def _alias(x: Any) -> Any:
    return x


def alias(tensor: EagerTensor) -> EagerTensor:
    """The same value under an identity of its own, unknown to every tape."""
    if tensor._raw is None:
        return execute_constant(_alias, (tensor,))  # type: ignore[no-any-return]
    return wrap(tensor.value)


def copy_to_device(tensor: EagerTensor, device: tuple[str, int]) -> EagerTensor:
    """The same value on another device."""
    return wrap(jax.device_put(tensor.native, _device(device)))


# --------------------------------------------------------------------------------------- execute
# execute1 and execute2 are `record` written out for the commonest case: an edge that exists.
def execute1(kernel: Kernel, x: EagerTensor, dtype: DType) -> EagerTensor:
    """One input, no attributes, one result."""
    trace = local.trace
    if local.direct:
        return _observed(kernel, (x,), ())  # type: ignore[no-any-return]
    before = trace.state
    key: Any
    if x._trace is trace:
        enters = False
        key = x._slot
    else:
        key = trace.slots.get(id(x))
        enters = key is None
        if enters:
            key = x._aval
    state = before.next.get((kernel, key))
    if state is None or (enters and x._raw is None):
        return record(kernel, (x,), ())  # type: ignore[no-any-return]
    if enters:
        trace.slots[id(x)] = before.nslots
        trace.keep.append(x)
    trace.state = state
    t = _new(EagerTensor)
    t._raw = None
    t._dtype = dtype
    t._aval = state.aval
    t._trace = trace
    t._slot = state.slot
    trace.outs.append(ref(t))
    return t


def execute2(kernel: Kernel, x: EagerTensor, y: EagerTensor, dtype: DType) -> EagerTensor:
    """Two inputs, no attributes, one result."""
    trace = local.trace
    if local.direct:
        return _observed(kernel, (x, y), ())  # type: ignore[no-any-return]
    before = trace.state
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
    if state is None or (x_enters and x._raw is None) or (y_enters and y._raw is None):
        return record(kernel, (x, y), ())  # type: ignore[no-any-return]
    if x_enters:
        trace.slots[id(x)] = before.nslots
        trace.keep.append(x)
    if y_enters:
        trace.slots[id(y)] = before.nslots + x_enters
        trace.keep.append(y)
    trace.state = state
    t = _new(EagerTensor)
    t._raw = None
    t._dtype = dtype
    t._aval = state.aval
    t._trace = trace
    t._slot = state.slot
    trace.outs.append(ref(t))
    return t


def execute(
    kernel: Kernel,
    inputs: tuple[EagerTensor, ...],
    attrs: Attrs = (),
    dtype: DType | None = None,
) -> Any:
    """Any inputs and attributes; a tuple of tensors where the kernel returns one."""
    return _observed(kernel, inputs, attrs) if local.direct else record(kernel, inputs, attrs)


def execute_constant(
    kernel: Kernel,
    inputs: tuple[EagerTensor, ...],
    attrs: Attrs = (),
    dtype: DType | None = None,
) -> Any:
    """`execute` out of every tape's sight."""
    if deferring():
        return record(kernel, inputs, attrs, differentiable=False)
    return run_now(kernel, inputs, attrs)


def deferring() -> bool:
    """Whether ops are recorded now, rather than run."""
    return MODE == "all" or (MODE == "tape" and (bool(local.tapes) or local.trace.forced))


def update_direct() -> None:
    """To be called when an observer or a tape comes or goes."""
    local.direct = bool(local.observers) or not deferring()


def _observed(kernel: Kernel, inputs: tuple[EagerTensor, ...], attrs: Attrs) -> Any:
    run = record if deferring() else run_now
    result = run(kernel, inputs, attrs)
    if local.observers:
        outputs = result if result.__class__ is tuple else (result,)
        for observer in list(local.observers):
            observer.observe(kernel, attrs, inputs, outputs)
    return result


def run_now(kernel: Kernel, inputs: tuple[EagerTensor, ...], attrs: Attrs) -> Any:
    """One op, compiled by itself."""
    out = jitted(kernel, attrs)(*[x.value for x in inputs])
    return tuple([wrap(o) for o in out]) if isinstance(out, tuple) else wrap(out)


def record(
    kernel: Kernel, inputs: tuple[EagerTensor, ...], attrs: Attrs, differentiable: bool = True
) -> Any:
    """Appends an op to the trace. The kernel's own errors of shape and dtype raise here."""
    trace = local.trace
    state = trace.state
    if state.depth >= SOFT and not trace.forced:
        _cut(trace, kernel, inputs)
        trace = local.trace
        state = trace.state
    key: list[Any] = [kernel] if differentiable else [None, kernel]
    if attrs or not differentiable or len(inputs) > 2 or not inputs:
        key.append(attrs)
    slot = state.nslots
    entering: dict[int, int] = {}
    for x in inputs:
        known = x._slot if x._trace is trace else trace.slots.get(id(x), entering.get(id(x)))
        if known is None:
            if x._raw is None or x._raw.__class__ is Poison:
                x.value  # noqa: B018  of another thread, or failed: its error is raised here
            entering[id(x)] = slot
            slot += 1
            key.append(x._aval)
        else:
            key.append(known)
    edge = tuple(key)
    found = state.next.get(edge)
    if found is None:
        avals, several = infer(kernel, attrs, tuple([x._aval for x in inputs]))
        ins = tuple(
            [
                x._slot if x._trace is trace else trace.slots.get(id(x), entering.get(id(x)))
                for x in inputs
            ]
        )
        leaves = []
        for x in inputs:
            if id(x) in entering and len(leaves) == entering[id(x)] - state.nslots:
                leaves.append(x._aval)
        first = state.first or (kernel, tuple([x._aval for x in inputs]))
        found = state.next[edge] = _trie.add(
            state, kernel, attrs, ins, tuple(leaves), avals, several, differentiable, first
        )
    for x in inputs:
        if id(x) in entering and id(x) not in trace.slots:
            trace.slots[id(x)] = entering[id(x)]
            trace.keep.append(x)
    trace.state = found
    results = []
    for at, aval in zip(found.outs, found.avals, strict=True):
        t = pending(trace, at, aval)
        trace.outs.append(ref(t))
        results.append(t)
    return tuple(results) if found.several else results[0]


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
            found = state.next["leaf", t._aval] = _trie.add(
                state, None, (), (), (t._aval,), (), False, False, state.first
            )
        slot = state.nslots
        trace.state = found
        trace.slots[id(t)] = slot
        trace.keep.append(t)
    return slot


# ----------------------------------------------------------------------------------------- flush
def flush() -> None:
    """Runs what this thread has pending, and gives every living tensor its array."""
    trace = local.trace
    if trace.state.parent is None:
        return
    extra: list[EagerTensor] = []
    tapes = []
    for reference in trace.tapes:
        tape = reference()
        if tape is not None and tape.may_be_asked():
            tape.checkpoint(trace, extra)
            tapes.append(reference)
    state = trace.state
    live: list[int] = []
    tensors: list[EagerTensor] = []
    for reference in trace.outs:
        t = reference()
        if t is not None:
            live.append(t._slot)
            tensors.append(t)
    for t in extra:
        live.append(t._slot)
        tensors.append(t)
    keep = trace.keep
    leaves = [_leaf_value(t) for t in keep]
    donated = _donatable(keep, leaves) if DONATES and not trace.forced else ()
    local.trace = following = Trace(tapes)
    for reference in tapes:
        tape = reference()
        if tape is not None:
            tape.follow(following)
    if not live:
        return
    try:
        for leaf in leaves:
            if leaf.__class__ is Poison:
                raise leaf.error
        values = _run(state, tuple(live), leaves, donated)
    except Exception as error:
        # Only what depends on the failing op is lost.
        values = _isolate(state, live, leaves, error)
        _settle(tensors, values)
        raise
    _settle(tensors, values)


def _settle(tensors: list[EagerTensor], values: list[Any]) -> None:
    for t, value in zip(tensors, values, strict=True):
        t._raw = value
        t._trace = None
        t._slot = 1


def _leaf_value(t: EagerTensor) -> Any:
    raw = t._raw
    if raw.__class__ is np.ndarray:
        # Used for the second time: worth a buffer of the device's.
        if t._slot:
            raw = t._raw = jnp.asarray(raw)
        else:
            t._slot = 1
    return raw


def _donatable(keep: list[EagerTensor], leaves: list[Any]) -> tuple[int, ...]:
    """Leaves whose tensor only the trace holds, and whose array only that tensor."""
    count = sys.getrefcount
    return tuple(
        [
            i
            for i in range(len(keep))
            if keep[i]._aval.big and count(keep[i]) == 2 and count(leaves[i]) == 3
        ]
    )


def _run(
    state: State, live: tuple[int, ...], leaves: list[Any], donated: tuple[int, ...]
) -> list[Any]:
    program = state.programs.get((live, donated))
    if program is None:
        state.runs += 1
        if donated and state.runs == 1:
            # Code that runs once is not worth a second variant.
            donated = ()
        if not donated and len(state.programs) >= 4:
            return _run_superset(state, live, leaves)
        program = state.programs.get((live, donated))
        if program is None:
            program = state.programs[live, donated] = compile_program(state, live, donated)
    return program(*leaves)


def _run_superset(state: State, live: tuple[int, ...], leaves: list[Any]) -> list[Any]:
    """Where what is alive varies from run to run, one program gives all that was ever asked."""
    wanted = set(live)
    for (slots, donated), program in state.programs.items():
        if not donated and wanted.issubset(slots):
            values = program(*leaves)
            return [values[slots.index(i)] for i in live]
    union = tuple(sorted(wanted.union(*[slots for slots, _ in state.programs])))
    program = state.programs[union, ()] = compile_program(state, union)
    values = program(*leaves)
    return [values[union.index(i)] for i in live]


def _isolate(state: State, live: list[int], leaves: list[Any], error: Exception) -> list[Any]:
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
                out = jitted(s.kernel, s.attrs)(*values)
                env.update(zip(s.outs, out if s.several else (out,), strict=True))
                continue
            except Exception as own:  # noqa: BLE001  whatever XLA raises belongs to this op
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
        leaves = [x._raw for x in list(trace.keep)[:count]]
        values = compile_program(state, tuple([t._slot for t in wanted]))(*leaves)
        for t, value in zip(wanted, values, strict=True):
            t._raw = value
