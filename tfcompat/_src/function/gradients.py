"""tf.gradients: derivatives of what a graph has computed already.

The ops between come once more, in sight of a tape; a backend's compiler merges them with the first.
"""

from __future__ import annotations

from typing import Any

from tfcompat._src import nest
from tfcompat._src.function import inference
from tfcompat._src.function.calls import Node, Resource, Values
from tfcompat._src.function.graph import Graph
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.ops.array import identity
from tfcompat._src.tape import GradientTape
from tfcompat._src.variable import Variable


def gradients(
    graph: Graph,
    ys: Any,
    xs: Any,
    grad_ys: Any,
    stop_gradients: Any,
    unconnected: Any,
    into: Graph | None = None,
) -> list[Any]:
    """The derivatives of the sum of `ys` by each of `xs`.

    into: the graph that is being built, where that is one inside of `graph` or may in a run have
    the same tensor for an `x` and for something else.
    """
    targets, sources = nest.flatten(ys), nest.flatten(xs)
    kept = [x for x in nest.flatten(stop_gradients or []) if isinstance(x, SymbolicTensor)]
    tape = GradientTape()
    values = Values(0, inference.fresh)

    def again(x: Any) -> Any:
        known = isinstance(x, SymbolicTensor) and x._constant is None
        return values.tensors[x._index] if known else x

    with tape:
        values.tensors = [graph.symbol(i) for i in range(graph.size)]
        if into is not None:
            for x in sources:
                if isinstance(x, SymbolicTensor):
                    values.tensors[x._index] = identity(x)
        tape.watch([again(x) for x in sources])
        for node in _between(graph, sources, targets, {x._index for x in kept}):
            inference.inline(into or graph, node, values)
            for x in kept:
                values.tensors[x._index] = x
    return tape.gradient(
        [again(y) for y in targets], [again(x) for x in sources], grad_ys, unconnected
    )


def hessians(graph: Graph, ys: Any, xs: Any) -> list[Any]:
    """The second derivatives of the sum of `ys` by each of `xs`, which has its shape twice."""
    found = []
    for x in nest.flatten(xs):
        with GradientTape() as tape:
            tape.watch(x)
            (first,) = gradients(graph, ys, x, None, None, "none")
        second = None if first is None else tape.jacobian(first, x)
        if second is None:
            raise ValueError(f"tf.hessians: None values not supported: no second derivative by {x}")
        found.append(second)
    return found


def _between(graph: Graph, sources: list[Any], targets: list[Any], kept: set[int]) -> list[Node]:
    """The calls that lead from the sources to the targets."""
    reached = {x._index for x in sources if isinstance(x, SymbolicTensor)}
    variables = {id(x.handle) for x in sources if isinstance(x, Variable)}
    forward = []
    for node in list(graph.nodes):
        reads = any(isinstance(a, Variable) and id(a.handle) in variables for a in node.args)
        if reads or not reached.isdisjoint(node.ins):
            reached.update(node.outs)
            forward.append(node)
    wanted = {y._index for y in targets if isinstance(y, SymbolicTensor)} - kept
    chosen: set[int] = set()
    tapes: set[int] = set()
    for node in reversed(forward):
        own = _tapes(node)
        if (not node.effect or own) and not wanted.isdisjoint(node.outs):
            wanted.update(set(node.ins) - kept)
            chosen.add(id(node))
            tapes |= own
    # A tape among them comes with all that was told to it.
    return [n for n in graph.nodes if id(n) in chosen or not tapes.isdisjoint(_tapes(n))]


def _tapes(node: Node) -> set[int]:
    return {id(a.like) for a in node.args if isinstance(a, Resource)}
