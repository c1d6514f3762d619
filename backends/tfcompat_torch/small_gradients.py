"""Gradients of programs of few numbers, written out as further ops on NumPy's arrays.

What a tape in a program sees is known before it runs. So its gradient is ops like others, which
the tapes around it see too. No graph is made while the program runs, which is what takes the time
where arrays are small.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from . import small_kernels as k
from .instructions import Begin, Gradient, Instruction, Op, Tell
from .small_kernels import Kinds, Shape

Rule = Callable[["Writer", Op, int], Iterator[tuple[int, int]]]


class Writer:
    """A program as it is written: its ops, and what each tape has seen of them."""

    def __init__(self, kinds: Kinds) -> None:
        self.kinds = dict(kinds)
        self.ops: list[Op] = []
        self._next = max(kinds, default=-1) + 1
        self._recording: set[int] = set()
        self._followed: dict[int, set[int]] = {}
        # By tape: the ops that it saw, with those of their inputs that it followed.
        self._seen: dict[int, list[tuple[Op, frozenset[int]]]] = {}

    def shape(self, slot: int) -> Shape:
        """The shape of a value."""
        return self.kinds[slot][0]

    def add(self, op: Op) -> None:
        """Writes an op; whatever tape records sees it."""
        self.ops.append(op)
        if not (op.differentiable and self.kinds[op.outs[0]][1].is_floating):
            return
        for engine in self._recording:
            own = frozenset(self._followed[engine].intersection(op.ins))
            if own:
                self._followed[engine].add(op.outs[0])
                self._seen[engine].append((op, own))

    def emit(
        self, kernel: Any, ins: tuple[int, ...], shape: Shape, attrs: tuple[Any, ...] = ()
    ) -> int:
        """Writes an op of floats of its first input's dtype; gives the slot of its result."""
        out, self._next = self._next, self._next + 1
        self.kinds[out] = shape, self.kinds[ins[0]][1]
        self.add(Op(kernel, ins, attrs, (out,), False, True, None))
        return out

    def same(self, kernel: Any, *ins: int) -> int:
        """`emit` of what has the shape of its inputs, broadcast."""
        return self.emit(kernel, ins, np.broadcast_shapes(*[self.shape(i) for i in ins]))

    def scaled(self, slot: int, factor: float) -> int:
        """A value times a number."""
        return self.emit(k.scaled, (slot,), self.shape(slot), (factor,))

    def fitted(self, slot: int, like: int) -> int:
        """A cotangent summed to the shape of what was broadcast."""
        shape = self.shape(like)
        return slot if self.shape(slot) == shape else self.summed_to(slot, shape)

    def summed_to(self, slot: int, shape: Shape) -> int:
        """`fitted`, by shape."""
        own = self.shape(slot)
        more = len(own) - len(shape)
        axes = [*range(more), *[i + more for i, n in enumerate(shape) if n != own[i + more]]]
        return self.emit(k.summed, (slot,), shape, (tuple(axes), shape))

    # ------------------------------------------------------------------------------------- tapes
    def tell(self, i: Begin | Tell) -> bool:
        """Takes note; False of what is no tape."""
        if isinstance(i, Begin):
            self._followed[i.engine], self._seen[i.engine] = set(), []
            return i.kind == "Tape"
        if i.method == "start":
            self._recording.add(i.engine)
        elif i.method == "stop":
            self._recording.discard(i.engine)
        elif i.method == "watch":
            self._followed[i.engine].update(i.ins)
        elif i.method == "clear":
            self._followed[i.engine].clear()
            self._seen[i.engine].clear()
        return True

    def gradient(self, i: Gradient) -> bool:
        """Writes out a tape's answer; False where there is no rule for one of its ops."""
        if i.batched or any([place.__class__ is tuple for place in i.results]):
            return False
        asked = [(at, x) for at, x in zip(i.results, i.sources, strict=True) if at is not None]
        seen = list(self._seen[i.engine])
        reached = {x for _, x in asked}
        for op, own in seen:
            if not own.isdisjoint(reached):
                reached.add(op.outs[0])
        known: dict[int, int] = {}
        for target, given in zip(i.targets, i.given, strict=True):
            if target in reached:
                shape = self.shape(target)
                seed = self.emit(k.ones, (target,), shape) if given is None else given
                self._give(known, target, seed)
        for op, own in reversed(seen):
            cotangent = known.get(op.outs[0])
            wanted = own & reached
            if cotangent is None or not wanted:
                continue
            rule = _RULES.get(op.kernel)
            if rule is None:
                return False
            for at, slot in rule(self, op, cotangent):
                if op.ins[at] in wanted:
                    self._give(known, op.ins[at], slot)
        for at, x in asked:
            if x not in known:
                return False
            self.add(Op(k.same, (known[x],), (), (at,), False, True, None))
        return True

    def _give(self, known: dict[int, int], slot: int, cotangent: int) -> None:
        before = known.get(slot)
        known[slot] = cotangent if before is None else self.same(np.add, before, cotangent)


# ------------------------------------------------------------------------------------------ rules
# Each gives pairs: the number of an input, and the slot of the gradient by it.
def _add(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    x, y = op.ins
    yield 0, w.fitted(g, x)
    yield 1, w.fitted(g, y)


def _subtract(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    x, y = op.ins
    yield 0, w.fitted(g, x)
    yield 1, w.fitted(w.same(np.negative, g), y)


def _multiply(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    x, y = op.ins
    yield 0, w.fitted(w.same(np.multiply, g, y), x)
    yield 1, w.fitted(w.same(np.multiply, g, x), y)


def _divide(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    x, y = op.ins
    by_x = w.same(np.divide, g, y)
    yield 0, w.fitted(by_x, x)
    quotient = w.same(np.divide, x, y)
    yield 1, w.fitted(w.same(np.negative, w.same(np.multiply, by_x, quotient)), y)


def _negative(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    yield 0, w.same(np.negative, g)


def _same(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    yield 0, g


def _square(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    yield 0, w.same(np.multiply, g, w.scaled(op.ins[0], 2.0))


def _scaled(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    yield 0, w.scaled(g, op.attrs[0])


def _sine(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    yield 0, w.same(np.multiply, g, w.same(np.cos, op.ins[0]))


def _cosine(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    yield 0, w.same(np.negative, w.same(np.multiply, g, w.same(np.sin, op.ins[0])))


def _exponential(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    yield 0, w.same(np.multiply, g, op.outs[0])


def _logarithm(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    yield 0, w.same(np.divide, g, op.ins[0])


def _tangent(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    y = op.outs[0]
    slope = w.emit(k.complement, (w.same(np.square, y),), w.shape(y))
    yield 0, w.same(np.multiply, g, slope)


def _complement(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    yield 0, w.same(np.negative, g)


def _sigmoid(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    y = op.outs[0]
    slope = w.same(np.multiply, y, w.emit(k.complement, (y,), w.shape(y)))
    yield 0, w.same(np.multiply, g, slope)


def _root(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    # Nothing comes of a cotangent of 0, though the slope be infinite.
    yield 0, w.same(k.unless_zero, g, w.same(np.divide, w.scaled(g, 0.5), op.outs[0]))


def _unless_zero(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    yield 1, w.same(k.unless_zero, op.ins[0], g)


def _summed(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    axes = op.attrs[0]
    if op.kernel is k.averaged:
        g = w.scaled(g, op.attrs[2])
    whole = w.shape(op.ins[0])
    kept = tuple([1 if i in axes else n for i, n in enumerate(whole)])
    yield 0, w.emit(k.spread, (g,), whole, (kept, whole))


def _spread(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    kept, _ = op.attrs
    x = op.ins[0]
    found = w.summed_to(g, kept)
    yield (
        0,
        found if kept == w.shape(x) else w.emit(k.reshaped, (found,), w.shape(x), (w.shape(x),)),
    )


def _reshaped(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    shape = w.shape(op.ins[0])
    yield 0, w.emit(k.reshaped, (g,), shape, (shape,))


def _product(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    a, b = op.ins
    turned_a, turned_b = op.attrs
    # Each operand as it is stored; what is turned has a gradient that is turned.
    by_a = (b, g, turned_b, True) if turned_a else (g, b, False, not turned_b)
    by_b = (g, a, True, turned_a) if turned_b else (a, g, not turned_a, False)
    for at, like, (x, y, turned_x, turned_y) in ((0, a, by_a), (1, b, by_b)):
        yield at, w.emit(k.product, (x, y), w.shape(like), (turned_x, turned_y))


def _part(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    (key,) = op.attrs
    shape = w.shape(op.ins[0])
    yield 0, w.emit(k.placed, (g,), shape, (key, shape))


def _placed(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    yield 0, w.emit(k.part, (g,), w.shape(op.ins[0]), (op.attrs[0],))


def _nothing(w: Writer, op: Op, g: int) -> Iterator[tuple[int, int]]:
    yield from ()


_RULES: dict[Any, Rule] = {
    np.add: _add,
    np.subtract: _subtract,
    np.multiply: _multiply,
    np.divide: _divide,
    np.negative: _negative,
    np.square: _square,
    np.sin: _sine,
    np.cos: _cosine,
    np.exp: _exponential,
    np.log: _logarithm,
    np.tanh: _tangent,
    np.sqrt: _root,
    k.same: _same,
    k.scaled: _scaled,
    k.complement: _complement,
    k.sigmoid: _sigmoid,
    k.unless_zero: _unless_zero,
    k.summed: _summed,
    k.averaged: _summed,
    k.spread: _spread,
    k.reshaped: _reshaped,
    k.product: _product,
    k.part: _part,
    k.placed: _placed,
    k.ones: _nothing,
}


def flattened(instructions: Sequence[Instruction], kinds: Kinds) -> tuple[list[Op], Kinds] | None:
    """A program of ops alone that computes the same, and its values; None where there is none."""
    writer = Writer(kinds)
    for i in instructions:
        if i.__class__ is Op:
            op = k.translated(i, writer.kinds)
            if op is None:
                return None
            writer.add(op)
        elif i.__class__ is Gradient:
            if not writer.gradient(i):
                return None
        elif not isinstance(i, Begin | Tell) or not writer.tell(i):
            return None
    return writer.ops, writer.kinds
