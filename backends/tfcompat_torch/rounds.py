"""Rounds of loops and their gradients as flat code: no graph of autograd's for each round.

One round is recorded with its gradient. What does not change from round to round is computed once,
and what a round adds to the gradient of a matrix is a product of all rounds at the end.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol

import torch

from . import large
from .generated import Function, Writer
from .joined_calls import joined
from .recorded import Call, Place, Recorder, write
from .tape import run_backward

Tensors = tuple[torch.Tensor, ...]
Cotangent = torch.Tensor | None
# Rows of a matrix in each round: of more the product of one round is worth a call of its own.
_FEW_ROWS = 256


class Rounds(NamedTuple):
    """The code of one round.

    once: by what is the same in all rounds, what is computed of it once. forward: by the state, the
    row, that and those: the results and what the way back needs. backward: by what was kept and the
    cotangents of `targets`, values; the fields behind it say which of them are what.
    """

    once: Function
    forward: Function
    backward: Function
    results: int
    targets: tuple[int, ...]
    # What `backward` writes into rows of a stack of all rounds, which it gets last.
    rooms: dict[int, tuple[torch.Size, torch.dtype]]
    # By input of a round: the gradient.
    gradients: dict[int, int]
    # By what is the same in all rounds: the matrices x and y of all rounds whose product, x turned,
    # is the gradient; or a value and the axes to sum it over.
    products: dict[int, tuple[int, int]]
    sums: dict[int, tuple[int, tuple[int, ...]]]


_KNOWN: weakref.WeakKeyDictionary[Any, dict[Any, Rounds | None]] = weakref.WeakKeyDictionary()


def rounds(
    body: Any, state: Sequence[torch.Tensor], row: Sequence[torch.Tensor], fixed: Tensors
) -> Rounds | None:
    """The code of a program's rounds; None where it cannot be written down."""
    inputs = [*state, *row, *fixed]
    wanted = tuple([i < len(state) or x.requires_grad for i, x in enumerate(inputs)])
    known = _KNOWN.setdefault(body, {})
    if wanted not in known:
        try:
            known[wanted] = _recorded(body, inputs, wanted, len(state) + len(row))
        except Exception:
            # Autograd is asked then; what is wrong with the values, if anything is, is said there.
            known[wanted] = None
    return known[wanted]


def _recorded(
    body: Any, inputs: Sequence[torch.Tensor], wanted: Sequence[bool], first: int
) -> Rounds:
    """first: the number of the first input that is the same in all rounds."""
    given = []
    for x, asked in zip(inputs, wanted, strict=True):
        x = x.detach()
        inexact = x.is_floating_point() or x.is_complex()
        given.append(x.requires_grad_() if asked and inexact else x)
    with torch.enable_grad():
        recorder = Recorder(given)
        with recorder:
            results = body.closed(*given)
        half = len(recorder.calls)
        outs = [recorder.slot(y) for y in results]
        targets = tuple([i for i, y in enumerate(results) if y.requires_grad])
        seeds = [torch.ones_like(results[i]) for i in targets]
        asked_for = [i for i, x in enumerate(given) if x.requires_grad]
        for seed in seeds:
            recorder.enter(seed)
        with recorder:
            found = run_backward(
                tuple([results[i] for i in targets]),
                tuple(seeds),
                False,
                False,
                tuple([given[i] for i in asked_for]),
                True,
                accumulate_grad=False,
            )
    gradients = {
        i: recorder.slot(g) for i, g in zip(asked_for, found, strict=True) if g is not None
    }
    return _Code(recorder.calls, half, len(inputs), first, outs).written(
        gradients, targets, [recorder.slot(seed) for seed in seeds], recorder.tensors
    )


def _name(slot: int) -> str:
    return f"v{slot}"


class _Code:
    """The calls of one round, parted into what is done once, in a round, and on the way back."""

    def __init__(
        self, calls: Sequence[Call], half: int, inputs: int, first: int, outs: Sequence[int]
    ) -> None:
        self._inputs, self._first, self._outs = inputs, first, outs
        self._fixed = set(range(first, inputs))
        once: list[Call] = []
        forward: list[Call] = []
        backward: list[Call] = []
        for n, call in enumerate(calls):
            if call.ins and self._fixed.issuperset(call.ins):
                once.append(call)
                self._fixed.update([slot for slot in call.outs if slot is not None])
            else:
                (forward if n < half else backward).append(call)
        self._once, self._forward, self._backward = once, forward, backward

    def written(
        self,
        gradients: dict[int, int],
        targets: tuple[int, ...],
        seeds: Sequence[int],
        tensors: dict[int, torch.Tensor],
    ) -> Rounds:
        makers = {out: call for call in self._backward for out in call.outs}
        shared = {i: slot for i, slot in gradients.items() if i >= self._first}
        products = {i: found for i, k in shared.items() if (found := _factors(makers, k, tensors))}
        columns = {slot for i, slot in gradients.items() if i < self._first}
        stacked = columns.union(*products.values())
        sums = {i: total for i, k in shared.items() if (total := _summed(makers, k, stacked))}
        rest = {i: k for i, k in gradients.items() if i not in products and i not in sums}
        asked = sorted(stacked.union(rest.values()))
        backward = joined(_needed(self._backward, asked), asked, tensors)
        backward, rooms = _roomy(backward, stacked, max(tensors) + 1)
        made = {slot for call in backward for slot in call.outs}
        read = {slot for call in backward for slot in call.ins}.union(asked)
        kept = sorted(read - made - self._fixed - set(seeds) - set(rooms))
        forward = _needed(self._forward, [*self._outs, *kept])
        forward = joined(forward, [*self._outs, *kept], tensors)
        once = _needed(self._once, self._fixed)
        computed = [slot for call in once for slot in call.outs if slot is not None]
        fixed = [*range(self._first, self._inputs), *computed]
        return Rounds(
            _function(once, range(self._first, self._inputs), computed),
            _function(forward, [*range(self._first), *fixed], [*self._outs, *kept]),
            _function(backward, [*kept, *seeds, *fixed, *rooms], asked),
            len(self._outs),
            targets,
            {asked.index(k): (tensors[k].shape, tensors[k].dtype) for k in rooms.values()},
            {i: asked.index(k) for i, k in rest.items()},
            {i: (asked.index(x), asked.index(y)) for i, (x, y) in products.items()},
            {i: (asked.index(k), axes) for i, (k, axes) in sums.items()},
        )


Makers = dict[int | None, Call]


def _factors(makers: Makers, slot: int, tensors: dict[int, torch.Tensor]) -> tuple[int, int] | None:
    """The matrices x and y where a value is the product of x, turned, and y."""
    call = makers.get(slot)
    if call is None or call.op not in _PRODUCTS:
        return None
    first, second, *_ = call.ins
    x = _unturned(makers.get(first))
    # oneDNN takes the second matrix turned.
    y = second if call.op is torch.ops.aten.mm.default else _unturned(makers.get(second))
    return None if x is None or y is None or len(tensors[x]) > _FEW_ROWS else (x, y)


def _summed(makers: Makers, slot: int, known: set[int]) -> tuple[int, tuple[int, ...]] | None:
    """The one of some values that a value is the sum of, and the axes of that."""
    call = makers.get(slot)
    if call is not None and call.op is torch.ops.aten.view.default:
        call = makers.get(call.ins[0])
    if call is None or call.op is not torch.ops.aten.sum.dim_IntList or call.options:
        return None
    axes = tuple(call.args[1])
    return (call.ins[0], axes) if call.ins[0] in known and min(axes, default=-1) >= 0 else None


_PRODUCTS = frozenset([torch.ops.aten.mm.default])
_PRODUCTS |= {large.linear.default} if large.linear is not None else frozenset()


def _unturned(maker: Call | None) -> int | None:
    """What a matrix is turned from, if it is."""
    if maker is None:
        return None
    turns = maker.op is torch.ops.aten.t.default
    turns |= maker.op is torch.ops.aten.transpose.int and sorted(maker.args[1:]) == [-2, -1]
    return maker.ins[0] if turns else None


def _needed(calls: Sequence[Call], asked: Iterable[int]) -> list[Call]:
    wanted = set(asked)
    kept = []
    for call in reversed(calls):
        if not wanted.isdisjoint(call.outs):
            kept.append(call)
            wanted.update(call.ins)
    kept.reverse()
    return kept


def _roomy(
    calls: Sequence[Call], stacked: set[int], unused: int
) -> tuple[list[Call], dict[int, int]]:
    """The calls, and by slot of a room what is written into it: the joined of what is stacked."""
    rooms: dict[int, int] = {}
    found = []
    for call in calls:
        slot = call.outs[0]
        if slot is not None and slot in stacked and call.op is torch.ops.aten.cat.default:
            call = call._replace(options={"out": Place(unused + len(rooms))})
            rooms[unused + len(rooms)] = slot
        found.append(call)
    return found, rooms


def _function(calls: Sequence[Call], parameters: Iterable[int], results: Iterable[int]) -> Function:
    writer = Writer(lambda _: False)
    for call in calls:
        write(writer, call, _name)
    return writer.function([_name(i) for i in parameters], [_name(i) for i in results])


# --------------------------------------------------------------------------------------------- run
_keeps_graph: Callable[[], bool] = getattr(
    torch._C._autograd, "_get_current_graph_task_keep_graph", lambda: True
)


class Loop(Protocol):
    """What is repeated, and how often; backwards: from the last of the rows to the first.

    products: the numbers of the inputs whose products the last of the columns are.
    """

    body: Any
    carried: int
    rows: int
    backwards: bool
    products: Sequence[tuple[int, int]]

    def forward(self, step: Callable[..., Tensors], xs: Tensors) -> Tensors:
        """The results, `step` by step: it takes the state and a row."""

    def anew(self, xs: Sequence[torch.Tensor]) -> Tensors:
        """The results on autograd's graph, for second derivatives."""


class Run:
    """The rounds of one loop, as they are run: what each kept is there for the way back."""

    def __init__(self, loop: Loop, code: Rounds, xs: Tensors) -> None:
        self._loop, self._code, self._first = loop, code, loop.carried + loop.rows
        fixed = (*xs[self._first :], *[t.native for t in loop.body.constants])
        self._fixed = (*fixed, *code.once(*fixed))
        self._kept: list[Tensors] = []
        self._zeros: dict[int, torch.Tensor] = {}

    def step(self, *inputs: torch.Tensor) -> Tensors:
        """One round."""
        count = self._code.results
        found = self._code.forward(*inputs, *self._fixed)
        self._kept.append(found[count:])
        if not self._zeros:
            self._zeros = {i: torch.zeros_like(found[i]) for i in self._code.targets}
        return found[:count]

    def _back(
        self, cotangents: Sequence[Cotangent], rooms: Sequence[torch.Tensor | None]
    ) -> Iterator[Tensors]:
        """What `backward` gives for each round, the last one first; rooms: stacks to write into."""
        code, fixed, zeros, carried = self._code, self._fixed, self._zeros, self._loop.carried
        places = [code.gradients.get(i) for i in range(carried)]
        state: Sequence[Cotangent] = cotangents[:carried]
        columns = [None if g is None else g.unbind(0) for g in cotangents[carried:]]
        count = len(self._kept)
        each = [[None] * count if room is None else room.unbind(0) for room in rooms]
        rows = list(zip(*each, strict=True)) or [()] * count
        again = _keeps_graph()
        for n in range(count):
            at = self._row(n, count)
            given = [*state, *[None if column is None else column[at] for column in columns]]
            seeds = [zeros[i] if (g := given[i]) is None else g for i in code.targets]
            # What nobody asks again goes round by round.
            kept = self._kept[-1 - n] if again else self._kept.pop()
            found = code.backward(*kept, *seeds, *fixed, *rows[at])
            state = [None if place is None else found[place] for place in places]
            yield found

    def _row(self, n: int, count: int) -> int:
        """The row of a round, of which the last one is the first on the way back."""
        return n if self._loop.backwards else count - 1 - n

    def gradients(
        self, cotangents: Sequence[Cotangent], inputs: Sequence[torch.Tensor]
    ) -> list[Cotangent]:
        """Those by all inputs."""
        code, first, carried = self._code, self._first, self._loop.carried
        columns = [at for i, at in code.gradients.items() if carried <= i < first]
        rooms = code.rooms if _have_memory(cotangents) else {}
        stacked = {*columns}.union(*code.products.values()) - {*rooms}
        count = len(self._kept)
        if not count:
            return [*cotangents[:carried], *[None] * (len(inputs) - carried)]
        stacks = {
            at: next(iter(self._zeros.values())).new_empty(count, *shape, dtype=dtype)
            for at, (shape, dtype) in rooms.items()
        }
        shared = {i: at for i, at in code.gradients.items() if i >= first}
        sums: dict[int, torch.Tensor] = {}
        found: Tensors = ()
        for n, found in enumerate(self._back(cotangents, [stacks.get(at) for at in code.rooms])):
            if not n:
                copied = {at: found[at].new_empty(count, *found[at].shape) for at in stacked}
                rows = [(at, stack.unbind(0)) for at, stack in copied.items()]
                stacks.update(copied)
            row = self._row(n, count)
            for at, stack in rows:
                stack[row].copy_(found[at])
            for i, at in shared.items():
                # What the first round gave may be somebody else's too, and is not written to.
                if n > 1:
                    sums[i] += found[at]
                else:
                    sums[i] = sums[i] + found[at] if n else found[at]
        result: list[Cotangent] = [None] * len(inputs)
        for i, at in code.gradients.items():
            result[i] = found[at] if i < carried else stacks[at] if i < first else sums[i]
        for i, (x, y) in code.products.items():
            result[i] = large.matmul(stacks[x].flatten(0, 1).t(), stacks[y].flatten(0, 1))
        for i, (at, axes) in code.sums.items():
            over = [0, *[axis + 1 for axis in axes]]
            result[i] = stacks[at].sum(over).reshape(inputs[i].shape)
        return result


def _have_memory(cotangents: Sequence[Cotangent]) -> bool:
    """Whether none stands for many, of torch.vmap, which are not written into one's room."""
    try:
        for g in cotangents:
            if g is not None:
                g.data_ptr()
    except RuntimeError:
        return False
    return True


class _Looped(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, loop: Loop, code: Rounds, *xs: torch.Tensor) -> Tensors:
        ctx.loop, ctx.run = loop, Run(loop, code, xs)
        # Products are as large as what the rounds keep, and only a second derivative reads them.
        last = loop.carried + loop.rows
        ctx.save_for_backward(*xs[: last - len(loop.products)], *xs[last:])
        ctx.set_materialize_grads(False)
        ctx.reach = reached(loop.body, loop.carried, len(xs))
        # Other tensors than those that the run keeps, which would keep themselves by their graph.
        results = tuple([y.detach() for y in loop.forward(ctx.run.step, xs)])
        apart = [
            y
            for y, reach in zip(results, ctx.reach, strict=True)
            if not any([ctx.needs_input_grad[2 + i] for i in reach])
        ]
        ctx.mark_non_differentiable(*apart)
        return results

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor | None) -> Any:
        loop, xs, wanted = ctx.loop, ctx.saved_tensors, ctx.needs_input_grad[2:]
        at = loop.carried + loop.rows - len(loop.products)
        products = [(xs[i], xs[j]) for i, j in loop.products]
        if torch.is_grad_enabled():
            xs = (*xs[:at], *[large.matmul(x, y) for x, y in products], *xs[at:])
            return None, None, *_anew(loop, xs, wanted, cotangents)
        # Only what they look like is asked here.
        like = [x[..., :1].expand(*x.shape[:-1], y.shape[-1]) for x, y in products]
        xs = (*xs[:at], *like, *xs[at:])
        found = ctx.run.gradients(cotangents, xs)
        given = [reach for reach, g in zip(ctx.reach, cotangents, strict=True) if g is not None]
        connected = frozenset().union(*given)
        for i, (asked, x) in enumerate(zip(wanted, xs, strict=True)):
            if not asked or i not in connected:
                found[i] = None
            elif found[i] is None:
                found[i] = torch.zeros_like(x)
        return None, None, *found


def _anew(loop: Loop, xs: Tensors, wanted: Sequence[bool], cotangents: Any) -> list[Cotangent]:
    # Each stands for itself here, even where it was computed from another, or is another.
    xs = tuple([x.view_as(x) if x.requires_grad else x for x in xs])
    results = loop.anew(xs)
    pairs = [
        (y, g)
        for y, g in zip(results, cotangents, strict=True)
        if g is not None and y.requires_grad
    ]
    asked = [x for x, needed in zip(xs, wanted, strict=True) if needed]
    found = iter(
        run_backward(
            tuple([y for y, _ in pairs]),
            tuple([g for _, g in pairs]),
            True,
            True,
            tuple(asked),
            True,
            accumulate_grad=False,
        )
    )
    return [next(found) if needed else None for needed in wanted]


def run(loop: Loop, xs: Tensors) -> Tensors | None:
    """The loop's results, which autograd knows the gradients of; None where it has to be asked."""
    if torch._C._are_functorch_transforms_active() or not torch.is_grad_enabled():
        return None
    carried, first = loop.carried, loop.carried + loop.rows
    constants = [t.native for t in loop.body.constants]
    row = [column[0] for column in xs[carried:first]]
    code = rounds(loop.body, xs[:carried], row, (*xs[first:], *constants))
    if code is None:
        return None
    found: Tensors = _Looped.apply(loop, code, *xs)
    return found


def reached(body: Any, carried: int, inputs: int) -> list[frozenset[int]]:
    """What each result of a loop can be differentiated by, after some number of rounds."""
    start = [
        frozenset([i]) if i < carried and body.inputs[i][1].is_inexact else frozenset()
        for i in range(len(body.reach))
    ]
    known = start
    while True:
        sources = [*known[:carried], *[frozenset([i]) for i in range(carried, inputs)]]
        moved = [
            own.union(*[sources[i] for i in some if i < inputs])
            for own, some in zip(start, body.reach, strict=True)
        ]
        if moved == known:
            return known
        known = moved
