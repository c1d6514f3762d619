"""Tapes and accumulators of a graph, asked in a branch or a loop inside of it.

The node of the branch is given the run's own tape, which answers when the branch runs: such a graph
is cut into pieces. While tracing, the tape on the shadows of the graph around tells which sources
have a gradient, as far as the branch computes with tensors of that graph.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

from tfcompat._src import nest
from tfcompat._src.function import derivatives, tracing
from tfcompat._src.function.calls import Found, Node, Resource, tensors_of
from tfcompat._src.function.described import marker
from tfcompat._src.function.shadows import connected, unknown
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.tape import USED, UnconnectedGradients, source_of, wants_zero
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.variable import Variable

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph

#: Whether a tape records after a call of these.
_SWITCHES = {"__enter__": True, "_start": True, "__exit__": False, "_stop": False}
_DERIVATIVES = ("gradient", "jacobian", "batch_jacobian", "jvp")


def found(graph: Graph, node: Node, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Found:
    """What a method gives of a tape or an accumulator that was lent to a graph."""
    recorder = args[0]
    if node.name == "reset":
        raise NotImplementedError(
            f"GradientTape.reset: received a call in {graph.name}, a branch or a loop of "
            "tf.function, for a tape from outside of it; make a new tape there"
        )
    if node.name not in _DERIVATIVES:
        return Found(recorder if node.name == "__enter__" else None, [], False)
    owner: Any = graph
    is_part = True
    while id(recorder) not in owner.recorders:
        is_part = is_part and owner.is_part
        owner = owner.outer
    if is_part:  # what a function inside asks is asked where the function is called
        check_asked(owner, recorder, node, graph.name)
    given = inspect.signature(node.function).bind(*args, **kwargs).arguments
    node.function = _keeping(node.function)
    with _at(owner, graph):
        asked = _Asked(owner, owner.lane(0).resource(recorder))
        zero = wants_zero(given.get("unconnected_gradients", UnconnectedGradients.NONE))
        if node.name == "jvp":
            answer = nest.map_structure(lambda x: asked.tangent(x, zero), given["primals"])
        else:
            sources = given["source" if node.name == "batch_jacobian" else "sources"]
            rows = node.name == "gradient"
            answer = asked.gradients(nest.flatten(given["target"]), sources, zero, rows)
    dims = derivatives.shapes(graph, node, answer)
    pairs = zip(tensors_of(answer), dims, strict=True)
    results = [unknown(graph, t._dtype, known) for t, known in pairs]
    return Found(answer, connected(graph, node, results), False)


def check_asked(owner: Graph, recorder: Any, node: Node, branch: str) -> None:
    """Refuses a second question to a tape that answers once; a branch may be traced twice."""
    if not getattr(recorder, "_persistent", True) and node.name in _DERIVATIVES:
        place = branch, node.line
        if owner.asked.setdefault(id(recorder), place) != place:
            raise RuntimeError(USED)


def unrecorded(graph: Graph, owner: Graph, recorder: Any) -> list[SymbolicTensor]:
    """The tensors of a graph whose computation a tape of a graph around it does not see."""
    asked = _Asked(owner, recorder)
    return [
        graph.symbol(at)
        for number, node in enumerate(graph.nodes)
        if node.outs and not asked._records(graph, number)
        for at in node.outs
    ]


def _keeping(method: Callable[..., Any]) -> Callable[..., Any]:
    """The method of a tape that can be asked by it again: in the next round of a loop."""

    def asked(recorder: Any, *args: Any, **kwargs: Any) -> Any:
        if getattr(recorder, "_persistent", True):
            return method(recorder, *args, **kwargs)
        if recorder._recording:
            recorder._stop()
        recorder._persistent = True
        try:
            return method(recorder, *args, **kwargs)
        finally:
            recorder._persistent = False

    return asked


@contextmanager
def _at(owner: Graph, graph: Graph) -> Iterator[None]:
    """A context in `graph` whose ops run on the shadows of a graph around it."""
    local = tracing.local
    inside, local.inside = local.inside, True
    try:
        with ExitStack() as stack:
            around: Any = graph
            while around is not owner:
                stack.enter_context(around.session.capture.outside())
                around = around.outer
            yield
    finally:
        local.inside = inside


class _Asked:
    """A tape or an accumulator of `owner` on its shadows, and questions from graphs inside."""

    def __init__(self, owner: Graph, recorder: Any) -> None:
        self._owner = owner
        self._recorder = recorder

    def tangent(self, primal: Any, zero: bool) -> Any:
        """A tensor like an accumulator's answer for a tensor; None where that is unconnected."""
        border, _ = self._reached([primal])
        known = any([self._recorder.jvp(self._shadow(x)) is not None for x in border])
        return _like(primal) if known or zero else None

    def gradients(self, targets: Sequence[Any], sources: Any, zero: bool, rows: bool) -> Any:
        """The structure of a tape's answer; rows: whether there may be rows in it."""
        border, met = self._reached(targets)
        flat = nest.flatten(sources)
        outer = [x for x in flat if not self._is_inside(x)]
        answers: Any = iter(())
        if border and outer:
            gradient = _keeping(type(self._recorder).gradient)
            shadows = [[self._shadow(x) for x in some] for some in (border, outer)]
            answers = iter(gradient(self._recorder, *shadows))
        found: list[Any] = []
        for x in flat:
            answer = None if self._is_inside(x) else next(answers, None)
            reached = _key(x) in met
            if rows and not reached and isinstance(answer, IndexedSlices):
                found.append(answer)
            else:
                found.append(_like(x) if reached or zero or answer is not None else None)
        return nest.pack_sequence_as(sources, found)

    def _shadow(self, value: Any) -> Any:
        return self._owner.lane(0).fill(self._owner.template(value))

    def _is_inside(self, value: Any) -> bool:
        if value.__class__ is not SymbolicTensor:
            return False
        around: Any = self._owner
        while around is not None and around is not value._graph:
            around = around.outer
        return around is None

    def _reached(self, targets: Sequence[Any]) -> tuple[list[Any], set[Any]]:
        """The owner's tensors that targets are computed from in graphs inside, and all on the way.

        Raises NotImplementedError for values that a loop carries.
        """
        border, met = [], set()
        left = list(targets)
        while left:
            x = left.pop()
            if _key(x) in met:
                continue
            met.add(_key(x))
            if isinstance(x, Variable):
                continue
            if not self._is_inside(x):
                border.append(x)
            elif x._dtype.is_inexact and x._constant is None:
                left += self._sources_of(x)
        inside = met.difference([_key(x) for x in border])
        return border, inside

    def _sources_of(self, x: SymbolicTensor) -> list[Any]:
        """What a tensor of a branch is computed from: tensors of it or of the graph around it."""
        graph = x._graph
        for number, node in enumerate(graph.nodes):
            if x._index in node.outs:
                if node.name == "stop_gradient" or not self._records(graph, number):
                    return []
                read = [v for v in node.args if isinstance(v, Variable)]
                return [*[graph.symbol(at) for at in node.ins], *read]
        for outer, inner in graph.captures:
            if inner._index == x._index:
                return [outer]
        raise NotImplementedError(
            f"GradientTape: received a target in {graph.name} that is computed from what a loop "
            "carries from round to round, for a tape from outside of the loop; record in the loop"
        )

    def _records(self, graph: Any, number: int) -> bool:
        """Whether the tape, in the run, sees that call of a graph inside of its own."""
        while graph is not self._owner:
            for node in graph.nodes[:number][::-1]:
                about = [a for a in node.args[:1] if a.__class__ is Resource]
                if node.name in _SWITCHES and about and about[0].like is self._recorder:
                    return _SWITCHES[node.name]
            graph, number = graph.outer, len(graph.outer.nodes)
        tape = self._recorder
        return bool(getattr(tape, "_paused", tape._recording))


def _key(value: Any) -> Any:
    if value.__class__ is SymbolicTensor:
        return id(value._graph), value._index
    source = source_of(value)
    return id(value if source is None else source)


def _like(value: Any) -> Tensor:
    source: Any = value if value.__class__ is SymbolicTensor else source_of(value)
    return marker(TensorSpec(source.shape, source._dtype))
