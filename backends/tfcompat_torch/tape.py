"""Derivatives on PyTorch: a private autograd graph per recording, and the list of what it recorded.

`gradient` while nothing records is one torch.autograd.grad over the private graph. While something
records it must itself be an op that others can differentiate: an op that replays the list on its
inputs and differentiates the replay.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Protocol
from weakref import ref

import torch

from tfcompat._src.tensor import Tensor
from tfcompat.backend import Slices

from . import array
from .execute import record
from .tensor import SEVERAL, EagerTensor, drop, local, push, wrap

Kernel = Callable[..., Any]


class Recorder(Protocol):
    """What sits on the stack of recorders: a recording or a forward accumulator."""

    def run(self, kernel: Kernel, inputs: tuple[EagerTensor, ...], attrs: tuple[Any, ...]) -> Any:
        """The op's results on this recorder's graph, or None where it tracks no input."""

    def note(
        self,
        kernel: Kernel,
        inputs: tuple[EagerTensor, ...],
        attrs: tuple[Any, ...],
        outputs: tuple[EagerTensor, ...],
        graphs: tuple[torch.Tensor, ...],
        several: bool,
    ) -> None:
        """Remembers an op that `run` ran."""

    def push_forward(
        self,
        stack: list[Recorder],
        position: int,
        kernel: Kernel,
        inputs: tuple[EagerTensor, ...],
        attrs: tuple[Any, ...],
        outputs: tuple[EagerTensor, ...],
    ) -> None:
        """Computes tangents, where the recorder is a forward accumulator."""

    def tracks(self, tensor: EagerTensor) -> bool:
        """Whether the recorder sees what is computed from the tensor."""


def _look_up(t: EagerTensor, recording: Recording) -> tuple[torch.Tensor, int] | None:
    owner = t._recording
    if owner is recording:
        return t._graph, t._slot
    if owner is SEVERAL:
        return t._graph.get(recording)
    return None


class Recording:
    """What one tape has seen since it was made or last cleared.

    ops: (kernel, inputs, attributes, result slots); an input is a slot, or the tensor itself where
      this recording does not track it.
    outs: weak references to the tensors of the slots.
    sources: what was watched: (tensor, its graph tensor, slot).
    gathers: lookups in a tracked tensor's rows: (slot looked in, indices, result's graph tensor).
    """

    __slots__ = ("gathers", "ops", "outs", "sources")

    def __init__(self) -> None:
        self.ops: list[tuple[Kernel, tuple[Any, ...], tuple[Any, ...], Any]] = []
        self.outs: list[ref[EagerTensor]] = []
        self.sources: list[tuple[EagerTensor, torch.Tensor, int]] = []
        self.gathers: list[tuple[int, EagerTensor, int, torch.Tensor]] = []

    def track(self, t: EagerTensor, graph: torch.Tensor) -> int:
        """Gives a tensor a slot in this recording."""
        slot = len(self.outs)
        self.outs.append(ref(t))
        owner = t._recording
        if owner is None:
            t._recording, t._graph, t._slot = self, graph, slot
        else:
            t.native  # noqa: B018  the value must not hang on one of several graphs
            if owner is not SEVERAL:
                t._graph = {owner: (t._graph, t._slot)}
                t._recording = SEVERAL
            t._graph[self] = (graph, slot)
        return slot

    def watch(self, t: EagerTensor) -> None:
        """Makes `t` a leaf of the graph, unless the graph has it already."""
        if _look_up(t, self) is None:
            leaf = t.native.detach().requires_grad_()
            self.sources.append((t, leaf, self.track(t, leaf)))

    def look_up(self, t: EagerTensor) -> tuple[torch.Tensor, int] | None:
        """The tensor's graph tensor and slot here, or None."""
        return _look_up(t, self)

    def tracks(self, t: EagerTensor) -> bool:
        return self.look_up(t) is not None

    def run(self, kernel: Kernel, inputs: tuple[EagerTensor, ...], attrs: tuple[Any, ...]) -> Any:
        found = [self.look_up(x) for x in inputs]
        if found.count(None) == len(found):
            return None
        before, local.recording = local.recording, self
        try:
            return kernel(
                *[x.native if f is None else f[0] for x, f in zip(inputs, found, strict=True)],
                *attrs,
            )
        finally:
            local.recording = before

    def note(
        self,
        kernel: Kernel,
        inputs: tuple[EagerTensor, ...],
        attrs: tuple[Any, ...],
        outputs: tuple[EagerTensor, ...],
        graphs: tuple[torch.Tensor, ...],
        several: bool,
    ) -> None:
        slots = [
            self.track(t, g) if g.requires_grad else None
            for t, g in zip(outputs, graphs, strict=True)
        ]
        ins = []
        for x in inputs:
            f = self.look_up(x)
            ins.append(x if f is None else f[1])
        self.ops.append((kernel, tuple(ins), attrs, tuple(slots) if several else slots[0]))
        # Only a lookup of whole rows has the sparse gradient that TensorFlow returns.
        if kernel is array.gather and attrs == (0, 0) and ins[0].__class__ is int:
            self.gathers.append((ins[0], inputs[1], slots[0], graphs[0]))  # type: ignore[arg-type]

    def push_forward(self, *_: Any) -> None:
        pass

    def release(self) -> None:
        """Cuts every living tensor from the graph, so that keeping a tensor keeps no graph."""
        for reference in self.outs:
            t = reference()
            if t is None:
                continue
            if t._raw is None:
                t._raw = t._graph.detach()
            if t._recording is self:
                t._recording = t._graph = None
            elif t._recording is SEVERAL:
                t._graph.pop(self, None)
        self.ops, self.outs, self.sources, self.gathers = [], [], [], []

    def slices_of(self, slot: int, targets: set[int]) -> list[tuple[EagerTensor, int, Any]]:
        """The lookups through which alone the targets depend on `slot`; empty if not so."""
        if slot in targets:
            return []
        reached = set(targets)
        direct = 0
        for _, ins, _, outs in reversed(self.ops):
            if not reached.isdisjoint(outs if outs.__class__ is tuple else (outs,)):
                reached.update([i for i in ins if i.__class__ is int])
                direct += slot in [i for i in ins if i.__class__ is int]
        found = [(i, o, g) for s, i, o, g in self.gathers if s == slot and o in reached]
        return found if len(found) == direct else []


class Tape:
    """The engine behind one tf.GradientTape. See tfcompat.backend.Tape for the contract."""

    __slots__ = ("_recording",)

    def __init__(self) -> None:
        self._recording = Recording()

    def start(self) -> None:
        push(self._recording)

    def stop(self) -> None:
        drop(self._recording)

    def watch(self, tensor: EagerTensor) -> None:
        recording = self._recording
        if tensor._recording is not None:
            recording.watch(tensor)
            return
        # Recording.watch and track for the commonest case, which every variable is at every step.
        outs = recording.outs
        tensor._graph = leaf = tensor.native.detach().requires_grad_()
        tensor._recording = recording
        tensor._slot = slot = len(outs)
        outs.append(ref(tensor))
        recording.sources.append((tensor, leaf, slot))

    def clear(self) -> None:
        self._recording.release()

    def __del__(self) -> None:
        if self._recording.outs:
            self._recording.release()

    def gradient(
        self,
        targets: Sequence[EagerTensor],
        sources: Sequence[EagerTensor],
        output_gradients: Sequence[EagerTensor | None],
        persistent: bool,
    ) -> list[EagerTensor | Slices | None]:
        recording = self._recording
        if not local.stack and not recording.gathers:
            return _differentiate(recording, targets, sources, output_gradients, persistent)
        question = _Question(recording, targets, sources, output_gradients)
        return question.answer(persistent, batched=False)

    def vectorized_gradient(
        self,
        target: EagerTensor,
        sources: Sequence[EagerTensor],
        cotangents: EagerTensor,
        persistent: bool,
    ) -> list[EagerTensor | None]:
        question = _Question(self._recording, [target], sources, [cotangents])
        return question.answer(persistent, batched=True)


def _differentiate(
    recording: Recording,
    targets: Sequence[EagerTensor],
    sources: Sequence[EagerTensor],
    output_gradients: Sequence[EagerTensor | None],
    persistent: bool,
) -> list[Any]:
    """The commonest question, answered without ceremony: nothing records, and all is dense."""
    outputs = []
    cotangents: list[torch.Tensor] = []
    for y, g in zip(targets, output_gradients, strict=True):
        found = y._graph if y._recording is recording else (_look_up(y, recording) or (None,))[0]
        if found is not None:
            outputs.append(found)
            cotangents.append(_cotangent(y, found, g))
    inputs = []
    result: list[Any] = [None] * len(sources)
    places = []
    for i, x in enumerate(sources):
        found = x._graph if x._recording is recording else (_look_up(x, recording) or (None,))[0]
        if found is not None:
            inputs.append(found)
            places.append(i)
    if not outputs or not inputs:
        return result
    # What torch.autograd.grad calls, without its checks and its search for subclasses of tensors,
    # which take as long as the derivative of a small program.
    gradients = run_backward(
        tuple(outputs),
        tuple(cotangents),
        persistent,
        False,
        tuple(inputs),
        True,
        accumulate_grad=False,
    )
    for i, gradient in zip(places, gradients, strict=True):
        if gradient is not None:
            result[i] = wrap(gradient, sources[i]._dtype)
    return result


run_backward = torch.autograd.Variable._execution_engine.run_backward
_ones: dict[tuple[torch.dtype, torch.device], torch.Tensor] = {}


def _cotangent(y: EagerTensor, graph: torch.Tensor, given: EagerTensor | None) -> torch.Tensor:
    return cotangent(graph) if given is None else given.native


def cotangent(graph: torch.Tensor) -> torch.Tensor:
    """Ones of a target's shape: what its gradient is multiplied with if nothing is given."""
    if graph.dim():
        return torch.ones_like(graph)
    kind = graph.dtype, graph.device
    one = _ones.get(kind)
    if one is None:
        one = _ones[kind] = torch.ones_like(graph)
    return one


class _Question:
    """The derivative of some targets by some sources, as far as a recording connects them."""

    def __init__(
        self,
        recording: Recording,
        targets: Sequence[EagerTensor],
        sources: Sequence[EagerTensor],
        output_gradients: Sequence[EagerTensor | None],
    ) -> None:
        self.recording = recording
        self.sources = [_look_up(x, recording) for x in sources]
        # (target, its graph tensor, its slot, its output gradient)
        self.targets: list[tuple[EagerTensor, torch.Tensor, int, EagerTensor | None]] = []
        for y, g in zip(targets, output_gradients, strict=True):
            found = _look_up(y, recording)
            if found is not None:
                self.targets.append((y, *found, g))

    def answer(self, persistent: bool, *, batched: bool) -> list[Any]:
        recording = self.recording
        # What to differentiate by: a source itself, or the results of the lookups in it.
        graphs: list[torch.Tensor] = []
        slots: list[int] = []
        plan: list[tuple[int, list[EagerTensor]] | None] = []
        for found in self.sources:
            if found is None or not self.targets:
                plan.append(None)
                continue
            lookups = []
            if recording.gathers and not batched:
                lookups = recording.slices_of(found[1], {t[2] for t in self.targets})
            plan.append((len(graphs), [indices for indices, _, _ in lookups]))
            graphs += [g for _, _, g in lookups] or [found[0]]
            slots += [o for _, o, _ in lookups] or [found[1]]
        if not graphs:
            return [None] * len(plan)
        inputs = self._inputs() if local.stack else []
        if any([r.tracks(x) for r in local.stack for x in inputs]):
            results = self._replayed(inputs, slots, batched)
        else:
            results = self._now(graphs, persistent, batched)
        return [None if p is None else _assemble(results, *p) for p in plan]

    def _now(
        self, graphs: list[torch.Tensor], persistent: bool, batched: bool
    ) -> list[EagerTensor | None]:
        cotangents = [_cotangent(y, graph, g) for y, graph, _, g in self.targets]
        if batched:
            found = _grad_rows([t[1] for t in self.targets], graphs, cotangents, False)
        else:
            found = torch.autograd.grad(
                [t[1] for t in self.targets],
                graphs,
                cotangents,
                retain_graph=persistent,
                allow_unused=True,
            )
        return [None if g is None else wrap(g) for g in found]

    def _inputs(self) -> list[EagerTensor]:
        """Everything the recorded program reads: watched tensors first, then constants."""
        found = {id(t): t for t, _, _ in self.recording.sources}
        for _, ins, _, _ in self.recording.ops:
            for x in ins:
                if x.__class__ is EagerTensor:
                    found[id(x)] = x
        inputs = list(found.values())
        return inputs + [g for *_, g in self.targets if g is not None]

    def _leading_to(self, slots: list[int]) -> list[Any]:
        """The recorded ops that the targets and these slots are computed with."""
        wanted = {*slots, *[slot for *_, slot, _ in self.targets]}
        found = []
        for op in reversed(self.recording.ops):
            _, ins, _, outs = op
            if not wanted.isdisjoint(outs if outs.__class__ is tuple else (outs,)):
                wanted.update([x for x in ins if x.__class__ is int])
                found.append(op)
        return found[::-1]

    def _replayed(
        self, inputs: list[EagerTensor], slots: list[int], batched: bool
    ) -> list[EagerTensor | None]:
        """The derivative as one op of whoever records.

        Watched tensors enter through aliases, so that this derivative follows only the paths that
        this recording saw; constants enter as they are, so that others differentiate by them.
        """
        recording = self.recording
        ops = self._leading_to(slots)
        position = {id(t): i for i, t in enumerate(inputs)}
        leaves = [(slot, position[id(t)]) for t, _, slot in recording.sources]
        asked = [slot for *_, slot, _ in self.targets]
        given = [None if g is None else position[id(g)] for *_, g in self.targets]
        connected: list[bool] = []

        def gradient(*values: torch.Tensor) -> tuple[torch.Tensor, ...]:
            outer = any([v.requires_grad for v in values])
            with torch.enable_grad():
                env: dict[int, torch.Tensor] = {}
                for slot, at in leaves:
                    v = values[at]
                    env[slot] = v.view_as(v) if v.requires_grad else v.detach().requires_grad_()
                for kernel, ins, attrs, outs in ops:
                    result = kernel(
                        *[env[x] if x.__class__ is int else values[position[id(x)]] for x in ins],
                        *attrs,
                    )
                    if outs.__class__ is tuple:
                        env.update(zip(outs, result, strict=True))
                    else:
                        env[outs] = result
                ys, xs = [env[slot] for slot in asked], [env[slot] for slot in slots]
                seeds = [
                    torch.ones_like(env[slot]) if at is None else values[at]
                    for slot, at in zip(asked, given, strict=True)
                ]
                if batched:
                    found = _grad_rows(ys, xs, seeds, outer)
                else:
                    found = torch.autograd.grad(
                        ys, xs, seeds, create_graph=outer, allow_unused=True
                    )
            connected[:] = [g is not None for g in found]
            return tuple([g for g in found if g is not None])

        results = iter(record(local.stack, gradient, tuple(inputs), ()))
        return [next(results) if c else None for c in connected]


def _grad_rows(
    outputs: list[torch.Tensor],
    inputs: list[torch.Tensor],
    cotangents: list[Any],
    create_graph: bool,
) -> tuple[torch.Tensor | None, ...]:
    """One gradient per row of the cotangents, together where every op can be batched."""
    options: dict[str, Any] = {
        "retain_graph": True,
        "create_graph": create_graph,
        "allow_unused": True,
    }
    try:
        return torch.autograd.grad(outputs, inputs, cotangents, is_grads_batched=True, **options)
    except RuntimeError:
        # A user's own gradient, or an op of PyTorch's, that vmap does not reach.
        rows = [
            torch.autograd.grad(outputs, inputs, list(row), **options)
            for row in zip(*cotangents, strict=True)
        ]
        return tuple(
            [
                None if column[0] is None else torch.stack(column)
                for column in zip(*rows, strict=True)
            ]
        )


def _assemble(results: list[EagerTensor | None], start: int, indices: list[EagerTensor]) -> Any:
    if not indices:
        return results[start]
    parts = zip(results[start:], indices, strict=False)
    rows: list[tuple[Tensor, Tensor]] = [
        (values, index) for values, index in parts if values is not None
    ]
    return Slices(rows) if rows else None
