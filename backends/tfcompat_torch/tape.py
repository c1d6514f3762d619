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

from tfcompat.backend import Slices

from . import array
from .runtime import SEVERAL, EagerTensor, execute, local, record, wrap

Kernel = Callable[..., Any]


class Recorder(Protocol):
    """What sits on the stack of recorders: a recording or a forward accumulator."""

    ops: list[tuple[Kernel, tuple[Any, ...], tuple[Any, ...], Any]]
    outs: list[ref[EagerTensor]]

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
        return t._graph.get(recording)  # type: ignore[no-any-return]
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
            t.native  # noqa: B018
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
        local.stack.append(self._recording)

    def stop(self) -> None:
        local.stack.remove(self._recording)

    def watch(self, tensor: EagerTensor) -> None:
        self._recording.watch(tensor)

    def clear(self) -> None:
        old, self._recording = self._recording, Recording()
        stack = local.stack
        if old in stack:
            stack[stack.index(old)] = self._recording
        old.release()

    def __del__(self) -> None:
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
    cotangents: list[torch.Tensor | None] = []
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
    gradients = torch.autograd.grad(
        outputs, inputs, cotangents, retain_graph=persistent, allow_unused=True
    )
    for i, gradient in zip(places, gradients, strict=True):
        if gradient is not None:
            result[i] = wrap(gradient, sources[i]._dtype)
    return result


def _cotangent(y: EagerTensor, graph: torch.Tensor, given: EagerTensor | None) -> Any:
    if given is not None:
        return given.native
    # PyTorch puts a one there itself, but only for a real scalar.
    return None if y._dtype.is_floating and not graph.dim() else torch.ones_like(graph)


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

    def _replayed(
        self, inputs: list[EagerTensor], slots: list[int], batched: bool
    ) -> list[EagerTensor | None]:
        """The derivative as one op of whoever records.

        Watched tensors enter through aliases, so that this derivative follows only the paths that
        this recording saw; constants enter as they are, so that others differentiate by them.
        """
        recording = self.recording
        ops = list(recording.ops)
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
        return tuple([None if column[0] is None else torch.stack(column) for column in zip(*rows)])


def _assemble(results: list[EagerTensor | None], start: int, indices: list[EagerTensor]) -> Any:
    if not indices:
        return results[start]
    parts = zip(results[start:], indices, strict=False)
    rows = [(values, index) for values, index in parts if values is not None]
    return Slices(rows) if rows else None


# ---------------------------------------------------------------------------------- forward mode
class Accumulator:
    """The engine behind one tf.autodiff.ForwardAccumulator: tangents pushed op by op."""

    __slots__ = ("_tangents",)

    def __init__(self) -> None:
        # By identity; the tensors are kept so that no identity is used twice.
        self._tangents: dict[int, tuple[EagerTensor, EagerTensor]] = {}

    def start(self) -> None:
        local.stack.append(self)

    def stop(self) -> None:
        local.stack.remove(self)

    def watch(self, tensor: EagerTensor, tangent: EagerTensor) -> None:
        self._tangents[id(tensor)] = (tensor, tangent)

    def tangent(self, tensor: EagerTensor) -> EagerTensor | None:
        found = self._tangents.get(id(tensor))
        return None if found is None else found[1]

    def tracks(self, tensor: EagerTensor) -> bool:
        return id(tensor) in self._tangents

    def run(self, *_: Any) -> None:
        return None

    def note(self, *_: Any) -> None:
        pass

    def push_forward(
        self,
        stack: list[Recorder],
        position: int,
        kernel: Kernel,
        inputs: tuple[EagerTensor, ...],
        attrs: tuple[Any, ...],
        outputs: tuple[EagerTensor, ...],
    ) -> None:
        mask = tuple([i for i, x in enumerate(inputs) if id(x) in self._tangents])
        wanted = [t for t in outputs if t._dtype.is_inexact]
        if not mask or not wanted:
            return
        # The tangent's own ops are seen by every tape, and by the accumulators around this one.
        local.stack = [
            r for i, r in enumerate(stack) if i < position or r.__class__ is not Accumulator
        ]
        try:
            tangents = execute(
                push_forward,
                inputs + tuple([self._tangents[id(inputs[i])][1] for i in mask]),
                (kernel, attrs, mask, len(inputs)),
            )
        finally:
            local.stack = stack
        for t, tangent in zip(wanted, tangents, strict=True):
            self._tangents[id(t)] = (t, tangent)


def push_forward(*args: Any) -> tuple[torch.Tensor, ...]:
    """Tangents of an op's inexact results, by differentiating its reverse derivative.

    The reverse derivative is linear in the cotangent, and its derivative by that is the forward
    one: every kernel with a second derivative has a forward derivative too.
    """
    *tensors, kernel, attrs, mask, count = args
    with torch.enable_grad():
        inputs = list(tensors[:count])
        for i in mask:
            # One alias per place: the same tensor may stand in two of them.
            x = inputs[i]
            inputs[i] = x.view_as(x) if x.requires_grad else x.detach().requires_grad_()
        results = kernel(*inputs, *attrs)
        if results.__class__ is not tuple:
            results = (results,)
        results = [r for r in results if r.is_floating_point() or r.is_complex()]
        moving = [r for r in results if r.requires_grad]
        outer = any([t.requires_grad for t in tensors])
        tangents: list[torch.Tensor] = []
        for r in results:
            tangent = None
            if r.requires_grad:
                u = torch.zeros_like(r, requires_grad=True)
                pulled = torch.autograd.grad(
                    r, [inputs[i] for i in mask], u, create_graph=True, allow_unused=True
                )
                pairs = [
                    (g, t)
                    for g, t in zip(pulled, tensors[count:], strict=True)
                    if g is not None and g.requires_grad
                ]
                if pairs:
                    (tangent,) = torch.autograd.grad(
                        [g for g, _ in pairs],
                        [u],
                        [t for _, t in pairs],
                        create_graph=outer,
                        retain_graph=len(moving) > 1,
                        allow_unused=True,
                    )
            tangents.append(torch.zeros_like(r) if tangent is None else tangent)
    return tuple(tangents)


# --------------------------------------------------------------------------------- own gradients
class _Window(Recording):
    """A recording's graph as a user's gradient function sees it: read, but not written, through."""

    __slots__ = ("_behind",)

    def __init__(self, behind: Recording | None) -> None:
        super().__init__()
        self._behind = behind

    def look_up(self, t: EagerTensor) -> tuple[torch.Tensor, int] | None:
        found = _look_up(t, self)
        return self._behind.look_up(t) if found is None and self._behind is not None else found


class _UserGradient(torch.autograd.Function):
    """Passes values through; their derivative is what a Python function on tensors says."""

    @staticmethod
    def forward(ctx: Any, call: Any, recording: Any, count: int, *values: Any) -> Any:
        ctx.call, ctx.recording = call, recording
        ctx.unused = 3 + count
        return tuple([v.detach() for v in values[:count]])

    @staticmethod
    def backward(ctx: Any, *cotangents: Any) -> Any:
        window = _Window(ctx.recording) if torch.is_grad_enabled() else None
        before, local.stack = local.stack, [] if window is None else [window]
        try:
            given = [wrap(c.detach()) for c in cotangents]
            if window is not None:
                for t, c in zip(given, cotangents, strict=True):
                    if c.requires_grad:
                        window.track(t, c)
            grads = []
            # PyTorch runs a backward pass with gradients off; tapes of the function's own need them.
            with torch.enable_grad():
                answer = ctx.call(given)
            for g in answer:
                found = None if g is None or window is None else window.look_up(g)
                grads.append(None if g is None else g.native if found is None else found[0])
        finally:
            local.stack = before
            if window is not None:
                window.release()
        return (None,) * ctx.unused + tuple(grads)


def custom_gradient(
    outputs: Sequence[EagerTensor],
    inputs: Sequence[EagerTensor],
    call: Callable[[list[EagerTensor]], Sequence[EagerTensor | None]],
) -> list[EagerTensor]:
    """New tensors with the outputs' values, whose gradient by the inputs is what `call` answers."""
    values = [t.native for t in outputs]

    def user_gradient(*tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return _UserGradient.apply(call, local.recording, len(values), *values, *tensors)  # type: ignore[no-any-return,no-untyped-call]

    return list(record(local.stack, user_gradient, tuple(inputs), ()))
