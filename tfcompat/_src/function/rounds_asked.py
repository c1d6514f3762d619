"""Tapes from outside of a loop, asked in it about what the loop carries from round to round.

What comes from the round before is a constant there, as in TensorFlow: the answer is the derivative
through this round, times what the tape says of what the round takes from outside.
"""

from __future__ import annotations

import inspect
from typing import TYPE_CHECKING, Any

from tfcompat._src import nest
from tfcompat._src.convert import to_tensor
from tfcompat._src.function import lent
from tfcompat._src.function.calls import Node
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.tape import UnconnectedGradients, source_of, wants_zero
from tfcompat._src.variable import Variable

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph


def answer(
    graph: Graph, node: Node, args: tuple[Any, ...], kwargs: dict[str, Any]
) -> list[Any] | None:
    """The answer, in a list, to a question about what a loop carries; None for other questions."""
    recorder, owner = args[0], graph.outer
    if node.name != "gradient" or graph.name != "while_body" or owner is None:
        return None
    given = inspect.signature(node.function).bind(*args, **kwargs).arguments
    targets = nest.flatten(given["target"])
    if id(recorder) not in owner.recorders or not _is_carried(graph, targets):
        return None
    lent.check_asked(owner, recorder, node, graph.name)
    sources = [x if isinstance(x, SymbolicTensor) else source_of(x) for x in
               nest.flatten(given["sources"])]  # fmt: skip
    zero = wants_zero(given.get("unconnected_gradients", UnconnectedGradients.NONE))
    found = _gradients(graph, recorder, targets, sources, given.get("output_gradients"))
    if zero:
        found = [_zeros(x) if g is None else g for x, g in zip(sources, found, strict=True)]
    return [nest.pack_sequence_as(given["sources"], found)]


def _is_carried(graph: Graph, targets: list[Any]) -> bool:
    """Whether targets are computed from arguments of the graph."""
    carried = {x._index for x in graph.inputs}
    wanted = {x._index for x in targets if getattr(x, "_graph", None) is graph}
    for node in reversed(graph.nodes):
        if node.name != "stop_gradient" and not wanted.isdisjoint(node.outs):
            wanted |= {at for at in node.ins if graph.symbol(at)._dtype.is_inexact}
    return not wanted.isdisjoint(carried)


def _gradients(
    graph: Graph, recorder: Any, targets: list[Any], sources: list[Any], seeds: Any
) -> list[Any]:
    from tfcompat._src.function.gradients import gradients

    borders = [pair for pair in graph.captures if pair[1]._dtype.is_inexact]
    own = [x for x in sources if isinstance(x, Variable) or getattr(x, "_graph", None) is graph]
    by = [*[inner for _, inner in borders], *own]
    hidden = lent.unrecorded(graph, recorder)
    found = gradients(graph, targets, by, seeds, hidden, "none", True) if by else []
    through = [(outer, g) for (outer, _), g in zip(borders, found, strict=False) if g is not None]
    parts: dict[int, list[Any]] = {id(outer): [g] for outer, g in through}
    parts |= {id(x): [g] for x, g in zip(own, found[len(borders) :], strict=True) if g is not None}
    for x in sources:
        others = [(y, to_tensor(g)) for y, g in through if y is not x]
        if others and getattr(x, "_graph", None) is not graph:
            ys, gs = zip(*others, strict=True)
            rest = recorder.gradient(list(ys), x, output_gradients=list(gs))
            if rest is not None:
                parts.setdefault(id(x), []).append(rest)
    return [_sum(parts.get(id(x), [])) for x in sources]


def _sum(parts: list[Any]) -> Any:
    if len(parts) < 2:
        return parts[0] if parts else None
    total = to_tensor(parts[0])
    for part in parts[1:]:
        total = total + to_tensor(part)
    return total


def _zeros(source: Any) -> Any:
    from tfcompat._src.ops.array import zeros_like

    return zeros_like(source)
