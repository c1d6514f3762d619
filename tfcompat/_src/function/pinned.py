"""Unknown sizes that can only be one: those that another argument of the same call says.

A product of [None, None] and [16, 1] has 16 columns on its left, in every run that works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from tfcompat._src.function.calls import Found, Node, Values, tensors_of
from tfcompat._src.function.shadows import SIZES, common, connected, unknown
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.tensor import TensorBase

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph

_Pins = dict[tuple[int, int], int]  # index of a tensor and axis -> size
# A call is tried at most so many times.
_MOST = 48


def found(
    graph: Graph,
    node: Node,
    inputs: Sequence[SymbolicTensor],
    call: Callable[[Node, Values], Any],
    make: Callable[[Any], Any],
) -> Found | None:
    """What a call gives with the fewest unknown sizes in it set so that it works; None if none do.

    call: calls the node on values; make: makes a run's own object for one that it was traced with.
    """
    if any(x._dims is None for x in inputs):
        return None
    for count, pins in enumerate(_pins(graph, node, inputs)):
        if count == _MOST:
            return None
        lanes = []
        try:
            for number in (0, 1):
                lanes.append(call(node, _values(graph, inputs, pins, number, make)))
        except Exception:
            # The next sizes may fit.
            continue
        results = []
        for a, b in zip(tensors_of(lanes[0]), tensors_of(lanes[1]), strict=True):
            results.append(unknown(graph, a._dtype, common(tuple(a._shape), tuple(b._shape))))
        return Found(lanes[0], connected(graph, node, results), False)
    return None


def _pins(graph: Graph, node: Node, inputs: Sequence[SymbolicTensor]) -> Iterator[_Pins]:
    places = [
        (x._index, axis)
        for x in {x._index: x for x in inputs}.values()
        for axis, size in enumerate(x._dims or ())
        if size is None
    ]
    shapes = [x._dims or () for x in inputs]
    for argument in node.args:
        leaves = argument if isinstance(argument, list | tuple) else [argument]
        leaves = getattr(argument, "leaves", leaves)
        shapes += [
            tuple(getattr(leaf, "_shape", ())) for leaf in leaves if isinstance(leaf, TensorBase)
        ]
    sizes = dict.fromkeys(
        size for shape in shapes for size in reversed(shape) if size not in (None, 1)
    )
    for count in (1, 2):
        for chosen in combinations(reversed(places), count):
            for size in sizes:
                if size not in SIZES:
                    yield dict.fromkeys(chosen, size)


def _values(
    graph: Graph,
    inputs: Sequence[SymbolicTensor],
    pins: _Pins,
    number: int,
    make: Callable[[Any], Any],
) -> Values:
    values = Values(len(graph.lane(number).tensors), make)
    values.tensors[:] = graph.lane(number).tensors
    for x in inputs:
        shape = values.tensors[x._index]._shape
        sizes = tuple([pins.get((x._index, axis), size) for axis, size in enumerate(shape)])
        if sizes != tuple(shape):
            values.tensors[x._index] = graph.session.capture.input(sizes, x._dtype)
    return values
