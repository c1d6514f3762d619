"""Kernels that choose and repeat: Python does, by the values. Without them nothing is repeated."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import torch

from . import rounds, small
from .abstract import twin
from .composite import Program, Reach
from .generated import Function

Tensors = tuple[torch.Tensor, ...]


class _Joined(torch.autograd.Function):
    """A result, with a gradient of 0 by what it was not computed from."""

    @staticmethod
    def forward(ctx: Any, result: torch.Tensor, *inputs: torch.Tensor) -> torch.Tensor:
        ctx.kinds = [(x.shape, x.dtype, x.device) for x in inputs]
        return result.view_as(result)

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor) -> Any:
        zeros = [
            torch.zeros((), dtype=dtype, device=device).expand(shape)
            for shape, dtype, device in ctx.kinds
        ]
        return cotangents[0], *zeros


def joined(
    results: Sequence[torch.Tensor],
    xs: Sequence[torch.Tensor],
    might: Sequence[Reach],
    does: Sequence[Reach],
) -> Tensors:
    found = []
    for result, all_of_them, some in zip(results, might, does, strict=True):
        missing = [i for i in all_of_them - some if i < len(xs) and xs[i].requires_grad]
        if missing:
            result = _Joined.apply(result, *[xs[i] for i in missing])
        elif any([result is x for x in xs]):
            result = result.view_as(result)
        found.append(result)
    return tuple(found)


def _union(programs: Sequence[Program]) -> list[Reach]:
    return [frozenset().union(*some) for some in zip(*[p.reach for p in programs], strict=True)]


def _choose(at: int | None, xs: Tensors, programs: Sequence[Program]) -> Tensors:
    if at is None:
        return _any_of([p.pure(*xs) for p in programs])
    chosen = programs[at]
    results = chosen.pure(*xs)
    if any([x.requires_grad for x in xs]):
        return joined(results, xs, _union(programs), chosen.reach)
    return results


def _any_of(several: Sequence[Tensors]) -> Tensors:
    """Without values: results that depend on all that one of several depends on."""
    found = []
    for results in zip(*several, strict=True):
        y, *others = [y if y.is_meta else twin(y) for y in results]
        for other in others:
            if other.requires_grad:
                y = y + other
        found.append(y)
    return tuple(found)


def cond(pred: torch.Tensor, *rest: Any) -> Tensors:
    *xs, programs = rest
    return _choose(None if pred.is_meta else 0 if bool(pred) else 1, tuple(xs), programs)


def switch(index: torch.Tensor, *rest: Any) -> Tensors:
    *xs, programs = rest
    at = None
    if not index.is_meta:
        at = int(index)
        if not 0 <= at < len(programs):
            at = len(programs) - 1
    return _choose(at, tuple(xs), programs)


def while_loop(*args: Any) -> Tensors:
    *xs, test, body, maximum, count = args
    state, rest = tuple(xs[:count]), tuple(xs[count:])
    differentiated = any([x.requires_grad for x in xs])
    if any([x.is_meta for x in xs]):
        for _ in range(min(count, 3) + 1 if differentiated else 0):
            state = _any_of([state, body.pure(*state, *rest)])
        if not differentiated:
            return state
        return joined(
            state, xs, rounds.reached(body, count, len(xs)), _after(body, count, len(xs), 0)
        )
    loop = _While(body, count, test, maximum)
    if not differentiated:
        found = small.while_loop(test, body, state, rest, maximum)
        moves = body.function(False)
        return loop.forward(lambda *now: moves(*now, *rest), xs) if found is None else found
    found = rounds.run(loop, tuple(xs))
    return loop.anew(xs) if found is None else found


@dataclass(eq=False)
class _While:
    """A loop that goes on as long as a program says so."""

    body: Program
    carried: int
    test: Program
    maximum: int | None
    rows: int = 0
    backwards: bool = False
    products: Sequence[tuple[int, int]] = ()

    def _repeated(
        self, asks: Function, step: Function, xs: Sequence[torch.Tensor]
    ) -> tuple[Tensors, int]:
        """The state at the end, and the number of steps."""
        state, fixed = tuple(xs[: self.carried]), [x.detach() for x in xs[self.carried :]]
        steps = 0
        while (self.maximum is None or steps < self.maximum) and asks(*state, *fixed)[0]:
            state = step(*state)
            steps += 1
        return state, steps

    def forward(self, step: Function, xs: Sequence[torch.Tensor]) -> Tensors:
        return self._repeated(self.test.function(False), step, xs)[0]

    def anew(self, xs: Sequence[torch.Tensor]) -> Tensors:
        asks, moves, rest = self.test.function(False), self.body.function(True), xs[self.carried :]
        state, steps = self._repeated(
            lambda *now: asks(*[x.detach() for x in now]), lambda *now: moves(*now, *rest), xs
        )
        might = rounds.reached(self.body, self.carried, len(xs))
        return joined(state, xs, might, _after(self.body, self.carried, len(xs), steps))


def _after(body: Program, count: int, inputs: int, steps: int) -> list[Reach]:
    """What each loop variable reads after so many steps, or less: a zero is added then in vain."""
    known = _start(body, count)
    for _ in range(min(steps, _MOST)):
        moved = _moved(body, known, count, inputs)
        if moved == known:
            return known
        known = moved
    return known if steps <= _MOST else [frozenset()] * count


_MOST = 64


def _start(body: Program, count: int) -> list[Reach]:
    inexact = [dtype.is_inexact for _, dtype in body.inputs[:count]]
    return [frozenset([i]) if known else frozenset() for i, known in enumerate(inexact)]


def _moved(body: Program, known: list[Reach], count: int, inputs: int) -> list[Reach]:
    sources = [*known, *[frozenset([i]) for i in range(count, inputs)]]
    return [frozenset().union(*[sources[i] for i in some if i < inputs]) for some in body.reach]
