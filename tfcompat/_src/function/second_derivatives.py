"""Second derivatives through functions: zero, not None, by what the first does not depend on.

In TensorFlow the gradient of a call is a call too, of all that the results may depend on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from tfcompat._src import nest, recording
from tfcompat._src.custom_gradient import custom_gradient
from tfcompat._src.function.calls import Nested
from tfcompat._src.ops.array import identity, zeros_like
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.reductions import reduce_sum
from tfcompat._src.tape import GradientTape
from tfcompat._src.tensor import Tensor
from tfcompat._src.variable import Variable

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph


# What is looked up in has slices for its gradient, and no more than these.
_LOOKUPS = ("gather", "lookup", "sparse_read")


class Reached(NamedTuple):
    """What a result of a graph is computed from: arguments, by their places, and variables.

    varies: whether that may be less in some runs, by branches not taken and rounds not made.
    """

    places: list[int]
    variables: list[Variable]
    varies: bool


def may_be_asked() -> bool:
    """Whether tapes record one inside of the other."""
    local = recording.local
    if len(local.tapes) < 2 or local.accumulators:
        return False
    return sum([isinstance(tape, GradientTape) for tape in local.tapes]) > 1


def told(graph: Graph, arguments: Sequence[Any], results: Sequence[Any]) -> list[Any]:
    """Results of a call whose gradients depend on all that the results may depend on."""
    if graph.reached is None:
        graph.reached = _reached(graph)
    found = []
    for result, (places, variables, varies) in zip(results, graph.reached, strict=True):
        sources = [*[arguments[at] for at in places], *[v._read() for v in variables]]
        sources = [x for x in sources if x._dtype.is_floating]
        if sources and result._dtype.is_floating:
            result = (_varying if varies else _steady)(result, *sources)
        found.append(result)
    return found


@custom_gradient
def _steady(result: Tensor, *sources: Tensor) -> Any:
    return identity(result), lambda upstream: [_tied(upstream, *sources), *[None for _ in sources]]


@custom_gradient
def _varying(result: Tensor, *sources: Tensor) -> Any:
    def gradient(upstream: Tensor) -> Any:
        nothing = reduce_sum(_tied(zeros_like(upstream), *sources))
        zeros = [zeros_like(x) + cast(nothing, x._dtype) for x in sources]
        return [_tied(upstream, *sources), *zeros]

    return identity(result), gradient


@custom_gradient
def _tied(upstream: Tensor, *sources: Tensor) -> Any:
    """The same, with derivatives of zero by the sources."""
    return identity(upstream), lambda dy: [dy, *[zeros_like(x) for x in sources]]


def _reached(graph: Graph) -> list[Reached]:
    known: dict[int, dict[int, Any]] = {}
    for place, symbol in enumerate(graph.inputs):
        if symbol._dtype.is_inexact:
            known[symbol._index] = {-1 - place: place}
    assigned = {id(v) for v in graph.assigned}
    varies = False
    tables: set[int] = set()
    for node in graph.live:
        if node.name == "stop_gradient":
            continue
        varies = varies or hasattr(node.function, "has_kernel")
        read = [v for v in _variables(node) if v._trainable and id(v) not in assigned]
        sources: dict[int, Any] = {id(v): v for v in read}
        for at in node.ins:
            sources |= known.get(at, {})
        if any([word in node.name for word in _LOOKUPS]):
            tables |= sources.keys()
        for at in node.outs:
            if graph.symbol(at)._dtype.is_inexact:
                known[at] = sources
    found = []
    for symbol in graph.outputs:
        reached = {} if symbol._constant is not None else known.get(symbol._index, {})
        reached = {key: x for key, x in reached.items() if key not in tables}
        places = [x for x in reached.values() if not isinstance(x, Variable)]
        variables = [x for x in reached.values() if isinstance(x, Variable)]
        found.append(Reached(places, variables, varies))
    return found


def _variables(node: Any) -> list[Variable]:
    args = [*node.args, *node.kwargs.values()]
    leaves = [x for a in args for x in (a.leaves if a.__class__ is Nested else nest.flatten(a))]
    # Keras' variables have a variable.
    own = [x for x in [getattr(x, "handle", None) for x in leaves] if isinstance(x, Variable)]
    return [*own, *getattr(node.function, "variables", ())]
