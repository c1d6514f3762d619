"""Values that follow from unknown sizes, where what stands for the sizes is too large for a call.

While a graph is traced an unknown size is some number, and so is what is computed of it: `pos[n]`
of a table of 20 rows is then out of range, which says nothing about the runs of the graph.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._src.convert import from_numpy
from tfcompat._src.function.calls import Found, Node, Values, tensors_of
from tfcompat._src.function.shadows import SIZES, common, connected, example, unknown
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat.backend import ValueNeeded

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph

_Call = Callable[[Node, Values], Any]
# Sizes for which short tables have places, tried in this order.
_SMALL = ((2, 4), (1, 2), (0, 1))

# Ops that give one value for both numbers that stand for a size, where runs give many.
_CLAMPS = frozenset(
    {"clip_by_value", "maximum", "minimum", "mod", "truncatemod", "where"}
    | {"equal", "greater", "greater_equal", "less", "less_equal", "not_equal"}
)


def found(graph: Graph, node: Node, inputs: Sequence[SymbolicTensor], call: _Call) -> Found | None:
    """What a call gives for the values of other sizes; None where it is not sizes that it fails by.

    First none of these values is known, as that of an argument, then they are those of small sizes.
    """
    sized = [x for x in inputs if is_sized(graph, x)]
    if not sized:
        return None
    try:
        lanes = [call(node, _hidden(graph, sized, number)) for number in (0, 1)]
    except ValueNeeded:
        lanes = _of_small_sizes(graph, node, sized, call)
    except Exception:
        return None
    if not lanes:
        return None
    results = [
        unknown(graph, a._dtype, common(tuple(a._shape), tuple(b._shape)))
        for a, b in zip(*map(tensors_of, lanes), strict=True)
    ]
    return Found(lanes[0], connected(graph, node, results), False)


def is_sized(graph: Graph, x: SymbolicTensor) -> bool:
    """Whether a tensor has a value that unknown sizes decide."""
    if x._other is None:
        return False
    abstract = graph.session.is_abstract
    if x._example or abstract(x._shadow) or abstract(x._other):
        return False
    first, second = x._shadow, x._other
    return tuple(first._shape) != tuple(second._shape) or bool(
        np.any(first._numpy() != second._numpy())
    )


def _hidden(graph: Graph, sized: Sequence[SymbolicTensor], number: int) -> Values:
    values = _lane(graph, number)
    for x in sized:
        shape = tuple(values.tensors[x._index]._shape)
        values.tensors[x._index] = graph.session.capture.input(shape, x._dtype)
    return values


def _of_small_sizes(
    graph: Graph, node: Node, sized: Sequence[SymbolicTensor], call: _Call
) -> list[Any]:
    for sizes in _SMALL:
        try:
            lanes = []
            for size in sizes:
                values = _lane(graph, 0)
                for x in sized:
                    values.tensors[x._index] = value_at(x, size)
                lanes.append(call(node, values))
            return lanes
        except Exception:
            # The next sizes may fit.
            continue
    return []


def value_at(x: SymbolicTensor, size: int) -> Any:
    """A sized tensor's value where the unknown sizes are this one; rising numbers of that shape."""
    first, second = x._shadow._numpy(), x._other._numpy()
    if first.shape != second.shape:
        return example(shape_at(x, size), x._dtype, 2)
    return from_numpy(_grown(first, second, size).astype(first.dtype), x._dtype)


def shape_at(x: SymbolicTensor, size: int) -> tuple[int, ...]:
    """A tensor's shape where the unknown sizes are this one."""
    if x._other is None:
        return tuple(x._shadow._shape)
    return tuple(_grown(np.array(x._shadow._shape), np.array(x._other._shape), size).astype(int))


def _grown(first: Any, second: Any, size: int) -> Any:
    """What two values for the two sizes become for another: they grow evenly, or as powers do."""
    slope = (second.astype(np.float64) - first) / (SIZES[1] - SIZES[0])
    evenly = first + slope * (size - SIZES[0])
    power = np.log(np.maximum(second, 1) / np.maximum(first, 1)) / np.log(SIZES[1] / SIZES[0])
    powers = first * (size / SIZES[0]) ** power
    return np.floor(np.where((first > 0) & (evenly < 0) & (power >= 2), powers, evenly) + 1e-6)


def _lane(graph: Graph, number: int) -> Values:
    lane = graph.lane(number)
    values = Values(len(lane.tensors), lane._make)
    values.tensors[:] = lane.tensors
    return values


def clamps(graph: Graph, node: Node, inputs: Sequence[SymbolicTensor]) -> bool:
    """Whether the values that a call gives for two sizes may say nothing of those for others."""
    return node.name in _CLAMPS and any(is_sized(graph, x) for x in inputs)


def agree(first: Any, second: Any) -> bool:
    """Whether two results have a value in common."""
    same_shape = tuple(first._shape) == tuple(second._shape)
    return same_shape and bool(np.any(first._numpy() == second._numpy()))
