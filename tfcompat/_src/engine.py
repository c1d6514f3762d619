"""Reverse and forward differentiation out of nothing but kernels and their `vjp` and `jvp`.

What a backend uses that has no engine of its own: the op list of a tape, the sweep over it that
runs one `vjp` op per recorded op, and tangents pushed op by op. Derivatives are ordinary ops here,
so that tapes and accumulators around them see them and any order of nesting works.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any, NamedTuple, Protocol

from tfcompat._src import dispatch
from tfcompat._src.slices import Slices

Kernel = Callable[..., Any]
Key = Hashable


class Derivatives(Protocol):
    """The kernels that an engine of this kind is made of.

    vjp(*inputs, *cotangents, kernel, attrs, mask, count): the gradients by the inputs in `mask`, a
      tuple; `count` inputs; one cotangent for each inexact result.
    vjp_rows: the same with a leading axis of rows on every cotangent and on every gradient.
    jvp(*inputs, *tangents, kernel, attrs, mask, count): the tangents of the inexact results.
    A kernel with an attribute `reads` tells for itself what `reads` below tells of these three; one
      with `narrowed(attrs, positions)` gives the kernel of some of its results, and its attributes.
    reads(kernel, attrs, inputs): for each result of one of these three, the positions of those
      tensors among `inputs` by which it can be differentiated. TensorFlow's gradient is None, not
      0, where a derivative does not read a tensor: that of x * y by x does not read x. May be
      missing; then all results read all inputs.
    """

    vjp: Kernel
    vjp_rows: Kernel
    jvp: Kernel
    add: Kernel
    ones_like: Kernel
    zeros_like: Kernel
    gather: Kernel


class Node(NamedTuple):
    """An op that was recorded. `call` is a user's own gradient, on tensors."""

    kernel: Kernel
    attrs: tuple[Any, ...]
    ins: tuple[Key, ...]
    outs: tuple[Key, ...]
    call: Callable[[list[Any]], Sequence[Any]] | None = None


class _Rows:
    """The gradient by a tensor in which rows were looked up, dense only when somebody needs it."""

    __slots__ = ("parts",)

    def __init__(self, parts: list[tuple[Any, Any, Any]]) -> None:
        self.parts = parts  # (values, indices, the tensor looked up in)


class Sweep:
    """One reverse sweep: cotangents by key, added up as they come.

    tensor_of: the tensor of a key; rows: the number of cotangents swept together, or None.
    """

    def __init__(
        self, derivatives: Derivatives, tensor_of: Callable[[Key], Any], rows: int | None = None
    ) -> None:
        self._d = derivatives
        self._tensor_of = tensor_of
        self._rows = rows
        self._cotangents: dict[Key, Any] = {}

    def run(
        self,
        nodes: Sequence[Node],
        targets: Sequence[tuple[Key, Any | None]],
        sources: Sequence[Key | None],
    ) -> list[Any]:
        """The gradients by the sources: tensors, Slices, or None where nothing connects."""
        depends: set[Key] = {key for key in sources if key is not None}
        relevant: list[Node] = []
        for node in nodes:
            if not depends.isdisjoint(node.ins):
                reached = self._reached(node, depends)
                if reached:
                    depends.update(reached)
                    relevant.append(node)
        for key, given in targets:
            if key in depends:
                seed = given
                if seed is None:
                    y = self._tensor_of(key)
                    seed = dispatch.execute_constant(self._d.ones_like, (y,), (), y._dtype)
                self._accumulate(key, seed)
        for node in reversed(relevant):
            if any([key in self._cotangents for key in node.outs]):
                self._pull_back(node, depends)
        return [None if key is None else self._result(key) for key in sources]

    def _reads(self, node: Node) -> Sequence[frozenset[int]] | None:
        """For each result the positions of the inputs it reads; None if all read all."""
        d = self._d
        if node.kernel is d.vjp or node.kernel is d.vjp_rows or node.kernel is d.jvp:
            reads = getattr(d, "reads", None)
            if reads is not None:
                inputs = [self._tensor_of(key) for key in node.ins]
                return reads(node.kernel, node.attrs, inputs)
        own = getattr(node.kernel, "reads", None)
        if own is None or node.call is not None:
            return None
        return own(node.attrs, [self._tensor_of(key) for key in node.ins])

    def _reached(self, node: Node, depends: set[Key]) -> Sequence[Key]:
        """The results that depend on what `depends` names."""
        reads = self._reads(node)
        if reads is None:
            return node.outs
        read = {i for i, key in enumerate(node.ins) if key in depends}
        return [key for key, by in zip(node.outs, reads, strict=True) if not read.isdisjoint(by)]

    def _pull_back(self, node: Node, depends: set[Key]) -> None:
        inputs = tuple([self._tensor_of(key) for key in node.ins])
        mask = tuple(
            [i for i, key in enumerate(node.ins) if key in depends and inputs[i]._dtype.is_inexact]
        )
        reads = self._reads(node)
        if reads is not None:
            live = zip(node.outs, reads, strict=True)
            read = frozenset().union(*[by for key, by in live if key in self._cotangents])
            mask = tuple([i for i in mask if i in read])
        if not mask:
            return
        if node.call is None and self._looks_up(node, mask):
            cotangent = self._dense(node.outs[0])
            self._accumulate(node.ins[0], _Rows([(cotangent, inputs[1], inputs[0])]))
            return
        cotangents = tuple([self._cotangent(key) for key in node.outs])
        if node.call is not None:
            for key, g in zip(node.ins, self._user(node.call, cotangents), strict=True):
                if g is not None and key in depends:
                    self._accumulate(key, g)
            return
        kernel, attrs = node.kernel, node.attrs
        asked = [i for i, key in enumerate(node.outs) if self._tensor_of(key)._dtype.is_inexact]
        narrowed = getattr(kernel, "narrowed", None)
        if narrowed is not None:
            # No program for the derivatives of results that nobody differentiates.
            asked = [i for i in asked if node.outs[i] in self._cotangents]
            kernel, attrs = narrowed(attrs, tuple(asked))
        gradients = dispatch.execute(
            self._d.vjp if self._rows is None else self._d.vjp_rows,
            inputs + tuple([cotangents[i] for i in asked]),
            (kernel, attrs, mask, len(inputs)),
        )
        for i, g in zip(mask, gradients, strict=True):
            self._accumulate(node.ins[i], g)

    def _looks_up(self, node: Node, mask: tuple[int, ...]) -> bool:
        return (
            node.kernel is self._d.gather
            and node.attrs == (0, 0)
            and mask == (0,)
            and self._rows is None
        )

    def _user(
        self, call: Callable[[list[Any]], Sequence[Any]], cotangents: tuple[Any, ...]
    ) -> Sequence[Any]:
        if self._rows is None:
            return call(list(cotangents))
        from tfcompat._src.ops.array import stack, unstack

        per_row = [call(list(row)) for row in zip(*[unstack(c) for c in cotangents], strict=True)]
        return [
            None if column[0] is None else stack(list(column))
            for column in zip(*per_row, strict=True)
        ]

    def _cotangent(self, key: Key) -> Any:
        if key in self._cotangents:
            return self._dense(key)
        y = self._tensor_of(key)
        zeros = dispatch.execute_constant(self._d.zeros_like, (y,), (), y._dtype)
        if self._rows is None:
            return zeros
        from tfcompat._src.ops.repeating import broadcast_to

        return broadcast_to(zeros, (self._rows, *y._shape))

    def _dense(self, key: Key) -> Any:
        found = self._cotangents[key]
        if found.__class__ is _Rows:
            total = None
            for values, indices, params in found.parts:
                (g,) = dispatch.execute(
                    self._d.vjp, (params, indices, values), (self._d.gather, (0, 0), (0,), 2)
                )
                total = g if total is None else self._add(total, g)
            self._cotangents[key] = found = total
        return found

    def _add(self, a: Any, b: Any) -> Any:
        return dispatch.execute2(self._d.add, a, b, a._dtype)

    def _accumulate(self, key: Key, g: Any) -> None:
        before = self._cotangents.get(key)
        if before is None:
            self._cotangents[key] = g
        elif before.__class__ is _Rows and g.__class__ is _Rows:
            self._cotangents[key] = _Rows(before.parts + g.parts)
        elif g.__class__ is _Rows:
            self._cotangents[key] = g
            self._cotangents[key] = self._add(before, self._dense(key))
        else:
            self._cotangents[key] = self._add(self._dense(key), g)

    def _result(self, key: Key) -> Any:
        found = self._cotangents.get(key)
        if found.__class__ is _Rows:
            return Slices([(values, indices) for values, indices, _ in found.parts])
        return found


class OpListTape:
    """A tape that keeps the tensors of every op it saw. `observers` is its thread's list."""

    def __init__(self, derivatives: Derivatives, observers: Callable[[], list[Any]]) -> None:
        self._d = derivatives
        self._observers = observers
        self.clear()

    def start(self) -> None:
        self._observers().append(self)

    def stop(self) -> None:
        self._observers().remove(self)

    def clear(self) -> None:
        self._nodes: list[Node] = []
        self._tracked: dict[int, Any] = {}
        self._tensors: dict[Key, Any] = {}

    def watch(self, tensor: Any) -> None:
        self._tracked[id(tensor)] = tensor

    def follows(self, tensor: Any) -> bool:
        """Whether it records what is computed from the tensor."""
        return id(tensor) in self._tracked

    def observe(
        self,
        kernel: Kernel,
        attrs: tuple[Any, ...],
        inputs: tuple[Any, ...],
        outputs: tuple[Any, ...],
        call: Callable[[list[Any]], Sequence[Any]] | None = None,
    ) -> None:
        tracked = self._tracked
        if not any([id(x) in tracked for x in inputs]):
            return
        # A tensor stays here as long as its identity is a key.
        for x in inputs:
            self._tensors[id(x)] = x
        for y in outputs:
            self._tensors[id(y)] = y
            if y._dtype.is_inexact:
                tracked[id(y)] = y
        self._nodes.append(
            Node(kernel, attrs, tuple(map(id, inputs)), tuple(map(id, outputs)), call)
        )

    def gradient(
        self,
        targets: Sequence[Any],
        sources: Sequence[Any],
        output_gradients: Sequence[Any | None],
        persistent: bool,
    ) -> list[Any]:
        return self._sweep(targets, sources, output_gradients, None)

    def vectorized_gradient(
        self, target: Any, sources: Sequence[Any], cotangents: Any, persistent: bool
    ) -> list[Any]:
        return self._sweep([target], sources, [cotangents], cotangents._shape[0])

    def _sweep(
        self,
        targets: Sequence[Any],
        sources: Sequence[Any],
        given: Sequence[Any | None],
        rows: int | None,
    ) -> list[Any]:
        tensors = dict(self._tensors)
        for t in (*targets, *sources):
            tensors[id(t)] = t
        sweep = Sweep(self._d, tensors.__getitem__, rows)
        return sweep.run(
            list(self._nodes),
            [(id(y), g) for y, g in zip(targets, given, strict=True) if id(y) in self._tracked],
            [id(x) if id(x) in self._tracked else None for x in sources],
        )


class OpByOpAccumulator:
    """A forward accumulator that runs one `jvp` op per op it sees."""

    def __init__(self, derivatives: Derivatives, observers: Callable[[], list[Any]]) -> None:
        self._d = derivatives
        self._observers = observers
        # By identity; the tensors are kept so that no identity is used twice.
        self._tangents: dict[int, tuple[Any, Any]] = {}

    def start(self) -> None:
        self._observers().append(self)

    def stop(self) -> None:
        self._observers().remove(self)

    def watch(self, tensor: Any, tangent: Any) -> None:
        self._tangents[id(tensor)] = (tensor, tangent)

    def follows(self, tensor: Any) -> bool:
        """Whether it pushes a tangent through what is computed from the tensor."""
        return id(tensor) in self._tangents

    def tangent(self, tensor: Any) -> Any | None:
        found = self._tangents.get(id(tensor))
        return None if found is None else found[1]

    def observe(
        self,
        kernel: Kernel,
        attrs: tuple[Any, ...],
        inputs: tuple[Any, ...],
        outputs: tuple[Any, ...],
        call: Callable[[list[Any]], Sequence[Any]] | None = None,
    ) -> None:
        mask = tuple([i for i, x in enumerate(inputs) if id(x) in self._tangents])
        wanted = [y for y in outputs if y._dtype.is_inexact]
        if not mask or not wanted:
            return
        tangents = [self._tangents[id(inputs[i])][1] for i in mask]
        observers = self._observers()
        before = list(observers)
        # Tapes see the tangent's own ops, and so do the accumulators around this one.
        at = before.index(self)
        observers[:] = [
            o for i, o in enumerate(before) if i < at or not isinstance(o, OpByOpAccumulator)
        ]
        try:
            if call is not None:
                pushed = _transposed(call, wanted, mask, tangents)
            else:
                pushed = dispatch.execute(
                    self._d.jvp,
                    inputs + tuple(tangents),
                    (kernel, attrs, mask, len(inputs)),
                )
        finally:
            observers[:] = before
        for y, tangent in zip(wanted, pushed, strict=True):
            self._tangents[id(y)] = (y, tangent)


def _transposed(
    call: Callable[[list[Any]], Sequence[Any]],
    outputs: Sequence[Any],
    mask: tuple[int, ...],
    tangents: Sequence[Any],
) -> list[Any]:
    """Tangents through a user's gradient: it is linear, and its own derivative is its transpose."""
    from tfcompat._src.ops.array import zeros_like
    from tfcompat._src.tape import GradientTape

    zeros = [zeros_like(y) for y in outputs]
    with GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(zeros)
        pulled = call(zeros)
    chosen = [(pulled[i], t) for i, t in zip(mask, tangents, strict=True) if pulled[i] is not None]
    found = tape.gradient(
        [g for g, _ in chosen], zeros, [t for _, t in chosen], unconnected_gradients="zero"
    )
    return list(found)
