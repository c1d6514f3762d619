"""Derivatives on JAX: a gradient is a run of ordinary VJP ops recorded behind the forward ops.

A tape stores no ops: the trace has them. It stores when it recorded (intervals of the trace's
depth) and what it watched. When the trace is flushed while the tape may still be asked, its record
goes over to tensors (checkpoint).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any
from weakref import ref

from tfcompat._src.engine import Node, OpListTape, Sweep

from .execute import enter_leaf
from .flush import flush, run_elsewhere
from .tensor import EagerTensor, pending
from .trace import MODE, Trace, local, update_direct
from .trie import Aval, State
from .vjp import derivatives, observers


class UndeferredTape(OpListTape):
    """The tape for TFCOMPAT_DEFER=off."""

    def __init__(self) -> None:
        super().__init__(derivatives, observers)

    def start(self) -> None:
        super().start()
        update_direct()

    def stop(self) -> None:
        super().stop()
        update_direct()


# ----------------------------------------------------------------------------------- deferred tape
class _Shortcut:
    """The edge over a whole sweep: where it leads, and the slots of its results."""

    __slots__ = ("results", "state")

    def __init__(self, state: State, results: list[tuple[int, Aval] | None]) -> None:
        self.state = state
        self.results = results


class DeferredTape:
    """The engine behind one tf.GradientTape. See tfcompat.backend.Tape for the contract.

    intervals: closed depth intervals of the current trace, and begun: the start of an open one.
    watched: (tensor, depth) pairs. nodes, tensors, tracked: the record of flushed traces, by the
    identity of its tensors. calls: users' own gradients by the first slot of their results.
    """

    __slots__ = (
        "__weakref__",
        "_asked",
        "_begun",
        "_calls",
        "_intervals",
        "_nodes",
        "_tensors",
        "_trace",
        "_tracked",
        "_watched",
    )

    def __init__(self) -> None:
        self._begun: int | None = None
        self._trace: Trace | None = None
        self._intervals: list[tuple[int, int]] = []
        self._watched: list[tuple[EagerTensor, int]] = []
        self._calls: dict[int, Callable[[list[Any]], Sequence[Any]]] = {}
        self._nodes: list[Node] = []
        self._tensors: dict[int, EagerTensor] = {}
        self._tracked: set[int] = set()
        self._asked = True

    def _forget(self) -> None:
        self._intervals = []
        self._watched = []
        if self._calls:
            self._calls = {}
        if self._nodes or self._tracked:
            self._nodes, self._tensors, self._tracked = [], {}, set()
        self._asked = True

    def may_be_asked(self) -> bool:
        """Whether a flush must preserve the record."""
        return self._asked

    # --------------------------------------------------------------------------------- recording
    def start(self) -> None:
        here = local
        trace = here.trace
        if MODE == "all":
            if trace.state.after_gradient and not here.tapes:
                # A step has ended. What comes before the next tape stays in that step's program.
                flush()
                trace = here.trace
            here.tapes.append(self)
        else:
            here.tapes.append(self)
            update_direct()
        if self._trace is not trace:
            trace.tapes.append(ref(self))
            self._trace = trace
        self._begun = trace.state.depth

    def stop(self) -> None:
        here = local
        if self._begun is not None:
            self._intervals.append((self._begun, here.trace.state.depth))
            self._begun = None
        here.tapes.remove(self)
        if MODE != "all":
            update_direct()

    def watch(self, tensor: EagerTensor) -> None:
        self._watched.append((tensor, local.trace.state.depth))

    def follows(self, tensor: EagerTensor) -> bool:
        """Whether the tape records what is computed from a tensor that has its value."""
        return id(tensor) in self._tracked or any([t is tensor for t, _ in self._watched])

    def clear(self) -> None:
        recording = self._begun is not None
        self._forget()
        if recording:
            self._begun = local.trace.state.depth
        else:
            self._asked = False

    # ------------------------------------------------------------------------------------ record
    def _derive(self, trace: Trace, watched: list[tuple[int, int]]) -> tuple[list[Node], set[Any]]:
        """The ops of the trace that this tape recorded, and the slots it tracks."""
        intervals = list(self._intervals)
        if self._begun is not None:
            intervals.append((self._begun, trace.state.depth))
        tracked: set[Any] = {trace.slots[i] for i in self._tracked if i in trace.slots}
        coming = sorted(watched, key=lambda pair: pair[1])
        at = 0
        nodes: list[Node] = []
        for s in trace.state.path() if intervals else ():
            if s.kernel is None:
                continue
            position = s.depth - 1
            while at < len(coming) and coming[at][1] <= position:
                tracked.add(coming[at][0])
                at += 1
            if not s.differentiable or tracked.isdisjoint(s.ins):
                continue
            if not any([a <= position < b for a, b in intervals]):
                continue
            inexact = [o for o, a in zip(s.outs, s.avals, strict=True) if a.dtype.is_inexact]
            if inexact:
                tracked.update(inexact)
                nodes.append(self._node(s))
        tracked.update([slot for slot, _ in coming[at:]])
        return nodes, tracked

    def _node(self, s: State) -> Node:
        call = self._calls.get(s.outs[0])
        if call is None:
            return Node(s.kernel, s.attrs, s.ins, s.outs)  # type: ignore[arg-type]
        # A user's gradient is by the inputs alone, which follow the values passed through.
        return Node(s.kernel, s.attrs, s.ins[len(s.outs) :], s.outs, call)  # type: ignore[arg-type]

    def checkpoint(self, trace: Trace, extra: list[EagerTensor]) -> None:
        """Before a flush: goes over to tensors, which `extra` makes results of the program."""
        if self._trace is not trace:
            return
        # On another thread's trace nothing may be entered; what is not there was not used there.
        enter = enter_leaf if trace is local.trace else _known_slot
        watched = [(enter(trace, t), depth) for t, depth in self._watched]
        nodes, tracked = self._derive(trace, watched)
        have: dict[Any, EagerTensor] = {trace.slots[id(t)]: t for t in trace.keep}
        for reference in trace.outs:
            t = reference()
            if t is not None:
                have[t._slot] = t
        for t in extra:
            have[t._slot] = t
        avals = trace.state.slot_avals() if nodes else {}

        def tensor(slot: Any) -> EagerTensor:
            t = have.get(slot)
            if t is None:
                t = have[slot] = pending(trace, slot, avals[slot])
                extra.append(t)
            self._tensors[id(t)] = t
            return t

        for node in nodes:
            self._nodes.append(
                node._replace(
                    ins=tuple([id(tensor(k)) for k in node.ins]),
                    outs=tuple([id(tensor(k)) for k in node.outs]),
                )
            )
        for slot in tracked:
            if slot in have:
                t = have[slot]
                self._tensors[id(t)] = t
                self._tracked.add(id(t))
        self._intervals = []
        self._calls = {}
        if self._begun is not None:
            self._begun = 0
        self._watched = [(t, 0) for t, _ in self._watched]

    def _come_here(self, trace: Trace) -> None:
        """What another thread recorded becomes a record of tensors, for this thread to use."""
        elsewhere = self._trace
        if elsewhere is not None and elsewhere is not trace and self._begun is None:
            extra: list[EagerTensor] = []
            self.checkpoint(elsewhere, extra)
            run_elsewhere(elsewhere, [*extra, *self._tensors.values()])
            self._trace = trace

    def follow(self, trace: Trace) -> None:
        """After a flush: what is recorded from now on lies in `trace`."""
        self._trace = trace

    # ---------------------------------------------------------------------------------- gradient
    def gradient(
        self,
        targets: Sequence[EagerTensor],
        sources: Sequence[EagerTensor],
        output_gradients: Sequence[EagerTensor | None],
        persistent: bool,
    ) -> list[Any]:
        return self._answer(targets, sources, output_gradients, None)

    def vectorized_gradient(
        self,
        target: EagerTensor,
        sources: Sequence[EagerTensor],
        cotangents: EagerTensor,
        persistent: bool,
    ) -> list[EagerTensor | None]:
        return self._answer([target], sources, [cotangents], cotangents._shape[0])

    def _answer(
        self,
        targets: Sequence[EagerTensor],
        sources: Sequence[EagerTensor],
        output_gradients: Sequence[EagerTensor | None],
        rows: int | None,
    ) -> list[Any]:
        """By the shortcut that an earlier sweep from the same state left, or by a sweep."""
        trace = local.trace
        if self._trace is not trace:
            self._come_here(trace)
        known = trace.slots.get
        # What was computed with is in the trace already; enter_leaf is for what was not.
        watched = [
            (t._slot if t._trace is trace else known(id(t), -1), depth)
            for t, depth in self._watched
        ]
        if -1 in [slot for slot, _ in watched]:
            watched = [(enter_leaf(trace, t), depth) for t, depth in self._watched]
        signature: tuple[Any, ...] = ()
        # Observers must see every op, and a shortcut has none.
        cached = not (self._nodes or self._calls or local.observers)
        if cached:
            slots = [
                t
                if t is None
                else t._slot
                if t._trace is trace
                else known(id(t)) or enter_leaf(trace, t)
                for t in (*targets, *sources, *output_gradients)
            ]
            # The count of targets tells where the sources begin.
            signature = (
                "gradient",
                rows,
                self._begun,
                len(targets),
                tuple(self._intervals),
                tuple(watched),
                *slots,
            )
            shortcut = trace.state.next.get(signature)
            if shortcut is not None:
                return _follow(trace, shortcut)
        before, leaves = trace.state, len(trace.keep)
        result = self._sweep(trace, watched, targets, sources, output_gradients, rows)
        # A sweep that brought leaves in cannot be followed without them.
        followable = local.trace is trace and len(trace.keep) == leaves
        if cached and followable and trace.state is not before:
            if all([_lies_in(trace, g) for g in result]):
                results = [None if g is None else (g._slot, g._aval) for g in result]
                before.next[signature] = _Shortcut(trace.state, results)
        return result

    def _sweep(
        self,
        trace: Trace,
        watched: list[tuple[int, int]],
        targets: Sequence[EagerTensor],
        sources: Sequence[EagerTensor],
        output_gradients: Sequence[EagerTensor | None],
        rows: int | None,
    ) -> list[Any]:
        nodes, tracked = self._derive(trace, watched)
        tensors: dict[Any, EagerTensor] = {trace.slots[id(t)]: t for t in trace.keep}

        if local.observers:
            # They know tensors by identity: the sweep must use those that exist.
            for reference in trace.outs:
                t = reference()
                if t is not None:
                    tensors[t._slot] = t

        def key(t: EagerTensor) -> Any:
            slot = t._slot if t._trace is trace else trace.slots.get(id(t), ("tensor", id(t)))
            tensors[slot] = t
            return slot

        names = {i: key(t) for i, t in self._tensors.items()}
        tracked.update([names[i] for i in self._tracked])
        all_nodes = [
            n._replace(
                ins=tuple([names[i] for i in n.ins]),  # type: ignore[index]
                outs=tuple([names[i] for i in n.outs]),  # type: ignore[index]
            )
            for n in self._nodes
        ] + nodes
        ys = [(key(y), g) for y, g in zip(targets, output_gradients, strict=True)]
        xs = [key(x) for x in sources]
        avals = trace.state.slot_avals()

        def tensor(k: Any) -> EagerTensor:
            t = tensors.get(k)
            if t is None:
                t = tensors[k] = pending(trace, k, avals[k])
            return t

        # Slots are only good while nothing is flushed.
        forced, trace.forced = trace.forced, True
        update_direct()
        try:
            result = Sweep(derivatives, tensor, rows).run(
                all_nodes,
                [(k, g) for k, g in ys if k in tracked],
                [k if k in tracked else None for k in xs],
            )
        finally:
            trace.forced = forced
            update_direct()
        trace.state.after_gradient = True
        if MODE == "tape" and not local.tapes and not forced:
            flush()
        return result


def _known_slot(trace: Trace, t: EagerTensor) -> int:
    """The slot of a tensor in a trace, or -1."""
    return t._slot if t._trace is trace else trace.slots.get(id(t), -1)


def _lies_in(trace: Trace, g: Any) -> bool:
    return g is None or (g.__class__ is EagerTensor and g._trace is trace)


def _follow(trace: Trace, shortcut: _Shortcut) -> list[Any]:
    trace.state = shortcut.state
    outs = trace.outs
    results: list[Any] = []
    for found in shortcut.results:
        if found is None:
            results.append(None)
        else:
            t = pending(trace, *found)
            outs.append(ref(t))
            results.append(t)
    if MODE == "tape" and not local.tapes:
        flush()
    return results


def Tape() -> Any:
    """A tape for the mode of deferral in force."""
    return UndeferredTape() if MODE == "off" and local.trace.captured is None else DeferredTape()
