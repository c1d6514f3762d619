"""Programs with tapes around tapes, on one autograd graph where that means the same.

The real engines give each tape a graph of its own: what a tape did not see is constant for it. One
graph for all is what one writes by hand, and much faster. It gives the same derivatives where
every op on the way from a source to a target was seen by the tape that is asked, through just
those inputs that lie on the way. That is known before a program runs, and checked here.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import torch

from .generated import Function, Writer
from .instructions import Begin, Gradient, Instruction, Op, Tell
from .tape import cotangent, run_backward


class _Step(NamedTuple):
    """What the graph has of an instruction. seen: the inputs that each recording tape follows."""

    ins: frozenset[int]
    outs: frozenset[int]
    seen: dict[int, frozenset[int]]


class _Graph:
    """Which values are in the graph as a program goes on, and what each tape follows."""

    def __init__(self, inexact: Callable[[int], bool]) -> None:
        self.members: set[int] = set()
        self.recording: set[int] = set()
        self._inexact = inexact
        self._steps: list[_Step] = []
        self._followed: dict[int, set[int]] = {}

    def tell(self, i: Tell) -> bool:
        """Takes note; False for what only the real engines can do."""
        followed = self._followed.setdefault(i.engine, set())
        if i.method == "start":
            self.recording.add(i.engine)
        elif i.method == "stop":
            self.recording.discard(i.engine)
        elif i.method == "watch":
            followed.update(i.ins)
            self.members.update(i.ins)
        elif i.method == "clear" and i.engine not in self.recording:
            followed.clear()
        else:
            return False
        return True

    def op(self, i: Op) -> bool:
        """Whether an op becomes part of the graph."""
        ins = self.members.intersection(i.ins)
        outs = [k for k in i.outs if self._inexact(k)]
        if not (self.recording and i.differentiable and ins and outs):
            return False
        self._add(ins, outs)
        return True

    def _add(self, ins: set[int], outs: Sequence[int]) -> None:
        seen = {e: frozenset(ins & self._followed[e]) for e in self.recording}
        for engine, known in seen.items():
            if known:
                self._followed[engine].update(outs)
        self.members.update(outs)
        self._steps.append(_Step(frozenset(ins), frozenset(outs), seen))

    def gradient(self, i: Gradient) -> bool:
        """Takes note; False where the graph would answer otherwise than the tape."""
        if i.batched or any(place.__class__ is tuple for place in i.results):
            return False
        asked = zip(i.results, i.sources, strict=True)
        sources = {x for place, x in asked if place is not None}
        if not sources:
            return True
        targets = self.members.intersection(i.targets)
        reached = set(sources)
        forward = []
        for step in self._steps:
            if not reached.isdisjoint(step.ins):
                reached |= step.outs
                forward.append(step)
        wanted = set(targets)
        way: list[_Step] = []
        for step in reversed(forward):
            if not wanted.isdisjoint(step.outs):
                wanted |= step.ins
                way.append(step)
        for step in way:
            if step.ins & reached != step.seen.get(i.engine, frozenset()) & reached:
                return False
        if self.recording:
            ins = sources | targets | {k for k in i.given if k is not None}
            ins = ins.union(*[step.ins | step.outs for step in way])
            self._add(ins & self.members, i.outs)
        return True


def fits(instructions: Sequence[Instruction], inexact: Callable[[int], bool]) -> bool:
    """Whether a program is made of ops and tapes whose answers one graph gives too."""
    graph = _Graph(inexact)
    for i in instructions:
        if i.__class__ is Op:
            graph.op(i)
        elif i.__class__ is Tell:
            if not graph.tell(i):
                return False
        elif i.__class__ is Gradient:
            if not graph.gradient(i):
                return False
        elif not (i.__class__ is Begin and i.kind == "Tape"):
            return False
    return True


def _leaf(x: torch.Tensor) -> torch.Tensor:
    return x if x.requires_grad else x.detach().requires_grad_()


def _differentiated(
    ys: Sequence[torch.Tensor],
    seeds: Sequence[torch.Tensor | None],
    xs: tuple[torch.Tensor, ...],
    further: bool,
    again: bool,
) -> list[torch.Tensor]:
    """The derivatives by `xs`; zeros where the values decided that there are none."""
    pairs = [(y, s) for y, s in zip(ys, seeds, strict=True) if y.requires_grad]
    if not pairs:
        return [torch.zeros_like(x) for x in xs]
    found = run_backward(
        tuple([y for y, _ in pairs]),
        tuple([cotangent(y) if s is None else s for y, s in pairs]),
        further or again,
        further,
        xs,
        True,
        accumulate_grad=False,
    )
    return [torch.zeros_like(x) if g is None else g for x, g in zip(xs, found, strict=True)]


def _read_outside(
    instructions: Sequence[Instruction], outputs: Sequence[int], inexact: Callable[[int], bool]
) -> set[int]:
    """The values that somebody reads who is no part of the graph."""
    graph = _Graph(inexact)
    values = set(outputs)
    for i in instructions:
        if i.__class__ is Op:
            if not graph.op(i):
                values.update(i.ins)
        elif i.__class__ is Tell:
            graph.tell(i)
        elif i.__class__ is Gradient:
            if not graph.recording:
                values.update([k for k in i.given if k is not None])
            graph.gradient(i)
    return values


def written(
    instructions: Sequence[Instruction],
    leaves: Sequence[int],
    outputs: Sequence[int],
    unsigned: Callable[[int], bool],
    inexact: Callable[[int], bool],
) -> Function:
    """A program that `fits`: v... are values, g... the same in the graph."""
    writer = Writer(unsigned)
    writer.scope.update(leaf=_leaf, differentiated=_differentiated)
    values = _read_outside(instructions, outputs, inexact)
    graph = _Graph(inexact)
    last = [i for i in instructions if i.__class__ is Gradient][-1:]

    def valued(slots: Sequence[int]) -> None:
        for k in slots:
            if k in graph.members and k in values:
                writer.line([f"v{k}"], f"v{k} = g{k}.detach()", [f"g{k}"])

    def named(k: int, members: set[int]) -> str:
        return f"g{k}" if k in members else f"v{k}"

    for i in instructions:
        before = set(graph.members)
        if i.__class__ is Op:
            inside = graph.op(i)
            args = [named(k, before) if inside else f"v{k}" for k in i.ins]
            outs = [f"g{k}" if inside and inexact(k) else f"v{k}" for k in i.outs]
            writer.op(i, args, outs)
            if inside:
                valued(i.outs)
        elif i.__class__ is Tell:
            graph.tell(i)
            if i.method == "watch":
                (k,) = i.ins
                text = named(k, before)
                writer.line([f"g{k}"], f"g{k} = leaf({text})", [text])
        elif i.__class__ is Gradient:
            further = bool(graph.recording)
            graph.gradient(i)
            _write_gradient(writer, i, before, further, i not in last)
            if further:
                valued(i.outs)
    return writer.function([f"v{i}" for i in leaves], [f"v{i}" for i in outputs])


def _write_gradient(
    writer: Writer, i: Gradient, members: set[int], further: bool, again: bool
) -> None:
    asked = [(place, x) for place, x in zip(i.results, i.sources, strict=True) if place is not None]
    if not asked:
        return
    pairs = [(k, s) for k, s in zip(i.targets, i.given, strict=True) if k in members]
    ys = [f"g{k}" for k, _ in pairs]
    seeds = [
        "None" if s is None else f"g{s}" if further and s in members else f"v{s}" for _, s in pairs
    ]
    xs = [f"g{x}" for _, x in asked]
    outs = [f"g{place}" if further else f"v{place}" for place, _ in asked]
    call = f"differentiated(({', '.join(ys)},), ({', '.join(seeds)},), ({', '.join(xs)},)"
    text = f"{', '.join(outs)}, = {call}, {further}, {again})"
    writer.line(outs, text, [*ys, *xs, *[s for s in seeds if s != "None"]])
