"""Values that tensors of a graph have before it runs: what variables start with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tfcompat._src.function import inference, shadows
from tfcompat._src.function.calls import Node, Values
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.ops import random_seeds
from tfcompat._src.tensor import Tensor

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph

#: Ops that ask for the shape of their argument only.
_BY_SHAPE = frozenset({"ones_like", "zeros_like"})


def value_of(graph: Graph, symbol: SymbolicTensor) -> Tensor:
    """The value that a tensor has whatever the arguments are.

    Raises ValueError where it depends on an argument.
    """
    if symbol._constant is not None:
        return symbol._constant
    values = Values(graph.size, inference.fresh)
    needed, wanted = _needed(graph, symbol, values)
    given = {s._index for s in (*graph.inputs, *[inner for _, inner in graph.captures])}
    if symbol._graph is not graph or not wanted.isdisjoint(given):
        raise ValueError(
            f"tf.Variable: received the initial value {symbol!r}, which depends on an argument "
            "of a tf.function; expected one that does not, or a function that returns one"
        )
    with inference.values_at_hand(graph), random_seeds.drawing_from(random_seeds.Streams()):
        for node in reversed(needed):
            random_seeds.at_node((node,))
            node.run(values)
    return values.tensors[symbol._index]


def value_in_call(graph: Graph, symbol: SymbolicTensor, arguments: Sequence[Any]) -> Tensor:
    """The value that a tensor has for the arguments of a call."""
    values = Values(graph.size, inference.fresh)
    for place, value in zip(graph.inputs, arguments, strict=True):
        values.tensors[place._index] = value
    needed, _ = _needed(graph, symbol, values)
    with inference.values_at_hand(graph):
        for node in reversed(needed):
            node.run(values)
    return values.tensors[symbol._index]


def _needed(graph: Graph, symbol: SymbolicTensor, values: Values) -> tuple[list[Node], set[int]]:
    """The calls that a tensor is computed by, the last one first, and the tensors they take.

    Where only the shape of a tensor counts, and is known, an example of it goes into `values`.
    """
    wanted = {symbol._index}
    calls = []
    for node in reversed(graph.nodes):
        if wanted.isdisjoint(node.outs):
            continue
        calls.append(node)
        dims = graph.symbol(node.ins[0])._dims if node.name in _BY_SHAPE else None
        if dims is None or None in dims:
            wanted.update(node.ins)
        else:
            dtype = graph.symbol(node.ins[0])._dtype
            values.tensors[node.ins[0]] = shadows.example(shadows.filled(dims, 0), dtype, 0)
    return calls, wanted
