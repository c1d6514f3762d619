"""Tapes from outside of a loop, asked in it about what the loop carries from round to round.

What comes from the round before is a constant there, as in TensorFlow: the answer is the derivative
through this round, times what the tape says of what the round takes from outside. Where loops and
branches are one in the other, that is done for each on the way out.
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
    while owner is not None and id(recorder) not in owner.recorders:
        owner = owner.outer
    if node.name != "gradient" or owner is None:
        return None
    given = inspect.signature(node.function).bind(*args, **kwargs).arguments
    targets = [graph.own(x) if _is_unknown(x) else x for x in nest.flatten(given["target"])]
    if not _is_carried(graph, owner, targets):
        return None
    lent.check_asked(owner, recorder, node, graph.name)
    sources = [x if isinstance(x, SymbolicTensor) else source_of(x) for x in
               nest.flatten(given["sources"])]  # fmt: skip
    zero = wants_zero(given.get("unconnected_gradients", UnconnectedGradients.NONE))
    asked = _Asked(graph, owner, recorder, sources)
    found = asked.gradients(graph, targets, given.get("output_gradients"))
    if zero:
        found = [_zeros(x) if g is None else g for x, g in zip(sources, found, strict=True)]
    return [nest.pack_sequence_as(given["sources"], found)]


def _is_unknown(x: Any) -> bool:
    return isinstance(x, SymbolicTensor) and x._constant is None


def _is_carried(graph: Graph, owner: Graph, targets: list[Any]) -> bool:
    """Whether targets are computed from what loops carry, and from no other graph's arguments."""
    reached = []
    while graph is not owner:
        wanted = {x._index for x in targets if getattr(x, "_graph", None) is graph}
        for node in reversed(graph.nodes):
            if node.name != "stop_gradient" and not wanted.isdisjoint(node.outs):
                wanted |= {at for at in node.ins if graph.symbol(at)._dtype.is_inexact}
        if not wanted.isdisjoint([x._index for x in graph.inputs]):
            reached.append(graph.name)
        targets = [outer for outer, inner in graph.captures if inner._index in wanted]
        graph = graph.outer  # type: ignore[assignment]
    return set(reached) == {"while_body"}


class _Asked:
    """A tape of `owner` that is asked in `graph`, inside of it, for derivatives by `sources`."""

    def __init__(self, graph: Graph, owner: Graph, recorder: Any, sources: list[Any]) -> None:
        self._graph, self._owner = graph, owner
        self._recorder, self._sources = recorder, sources

    def gradients(self, at: Graph, targets: list[Any], seeds: Any) -> list[Any]:
        """By each source, of targets in a graph between the two."""
        from tfcompat._src.function.gradients import gradients

        borders = [pair for pair in at.captures if pair[1]._dtype.is_inexact]
        sources = self._sources
        own = [x for x in sources if isinstance(x, Variable) or getattr(x, "_graph", None) is at]
        by = [*[inner for _, inner in borders], *own]
        hidden = lent.unrecorded(at, self._owner, self._recorder)
        found = gradients(at, targets, by, seeds, hidden, "none", self._graph) if by else []
        pairs = zip([outer for outer, _ in borders], found, strict=False)
        through = [(outer, to_tensor(g)) for outer, g in pairs if g is not None]
        parts: dict[int, list[Any]] = {}
        for x, g in zip(own, found[len(borders) :], strict=True):
            parts.setdefault(id(x), []).extend([] if g is None else [g])
        for x, g in zip(sources, self._outer(at, through), strict=True):
            parts.setdefault(id(x), []).extend([] if g is None else [g])
        return [_sum(parts[id(x)]) for x in sources]

    def _outer(self, at: Graph, through: list[Any]) -> list[Any]:
        """By each source, through what a graph takes from the one around it."""
        if not through:
            return [None for _ in self._sources]
        ys, seeds = [list(some) for some in zip(*through, strict=True)]
        if at.outer is not self._owner:
            return self.gradients(at.outer, ys, seeds)  # type: ignore[arg-type]
        found = []
        for x in self._sources:
            # The tape may not have seen the source itself.
            parts = [g for y, g in through if y is x]
            others = [(y, g) for y, g in through if y is not x]
            if others and getattr(x, "_graph", self._owner) is self._owner:
                ys, seeds = [list(some) for some in zip(*others, strict=True)]
                rest = self._recorder.gradient(ys, x, output_gradients=seeds)
                parts += [] if rest is None else [rest]
            found.append(_sum(parts))
        return found


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
