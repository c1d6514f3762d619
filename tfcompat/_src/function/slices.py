"""Sizes of parts of a tensor whose ends are only known when a function runs."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from tfcompat._src.function.calls import Found, Node, Place, Values
from tfcompat._src.function.shadows import SIZES, connected, unknown
from tfcompat._src.tensor import Tensor

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph


def ends_at_symbols(graph: Graph, node: Node) -> bool:
    """Whether a node is `x[:n]` or its like, where n is computed and a size of x is known."""
    if node.name != "getitem" or node.kwargs or not node.args:
        return False
    x = node.args[0]
    if not isinstance(x, Place | Tensor) or len(set(node.ins)) <= isinstance(x, Place):
        return False
    held = graph.symbol(x.index) if isinstance(x, Place) else x
    return bool(held.shape.rank) and any(size is not None for size in held.shape)


def found(graph: Graph, node: Node, given: Found, call: Callable[[Node, Values], Any]) -> Found:
    """What is given, without the sizes that are x's own only because n stands for too much.

    The unknown sizes of a graph are larger than many known ones: a part of a larger x tells which
    axes it is that end at n.
    """
    x = node.args[0]
    wider = copy.copy(node)
    shapes = []
    for number in (0, 1):
        held = graph.lane(number).tensors[x.index] if isinstance(x, Place) else x
        sizes = tuple([size + 2 * max(SIZES) for size in held._shape])
        wider.args = (graph.session.capture.input(sizes, held._dtype), *node.args[1:])
        shapes.append(tuple(call(wider, graph.lane(number))._shape))
    (result,) = given.tensors
    if result.dims is None or len(shapes[0]) != len(shapes[1]) or shapes[0] == shapes[1]:
        return given
    dims = [
        None if one != other else size
        for size, one, other in zip(result.dims, *shapes, strict=True)
    ]
    if tuple(dims) == tuple(result.dims):
        return given
    part = unknown(graph, result.dtype, tuple(dims))
    return Found(given.structure, connected(graph, node, [part]), False)
