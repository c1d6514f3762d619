"""Unknown sizes that can only be one: those that another argument of the same call says.

A product of [None, None] and [16, 1] has 16 columns on its left, in every run that works.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, Any

from tfcompat._src.function.calls import Found, Node, Values, tensors_of
from tfcompat._src.function.shadows import SIZES, common, connected, unknown
from tfcompat._src.function.symbolic import Dims, SymbolicTensor
from tfcompat._src.tensor import TensorBase

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph

_Pins = dict[tuple[int, int], int]  # index of a tensor and axis -> size
# A call is tried at most so many times.
_MOST = 48
# Tensors of unknown rank are tried with up to so many axes, of few elements.
_MOST_AXES = 5
_FEW = (6, 12)


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
        return _of_some_rank(graph, node, inputs, call, make)
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
    sizes = [size for size in _sizes(node, inputs) if size not in SIZES]
    for count in (1, 2):
        for chosen in combinations(reversed(places), count):
            for size in sizes:
                yield dict.fromkeys(chosen, size)


def _sizes(node: Node, inputs: Sequence[SymbolicTensor]) -> list[int]:
    """The sizes that a call tells of."""
    shapes: list[Any] = [x._dims or () for x in inputs]
    for argument in (*node.args, *node.kwargs.values()):
        if argument.__class__ is int:  # as in tf.unstack(x, 3)
            shapes.append((argument,))
        leaves = getattr(argument, "leaves", argument)
        leaves = leaves if isinstance(leaves, list | tuple) else [leaves]
        shapes += [
            tuple(getattr(leaf, "_shape", ())) for leaf in leaves if isinstance(leaf, TensorBase)
        ]
        if len(leaves) > 1 and all(isinstance(leaf, int | float) for leaf in leaves):
            shapes.append((len(leaves),))
        if len(leaves) > 1 and all(leaf.__class__ is int for leaf in leaves):
            shapes.append((*leaves, sum(leaves)))  # as in tf.split(x, [2, 3])
    found = dict.fromkeys(size for shape in shapes for size in reversed(shape))
    return [size for size in found if size is not None and size > 1]


def _of_some_rank(
    graph: Graph,
    node: Node,
    inputs: Sequence[SymbolicTensor],
    call: Callable[[Node, Values], Any],
    make: Callable[[Any], Any],
) -> Found | None:
    """What a call gives for the ranks for which it works, where some are unknown."""
    free = {x._index: x for x in inputs if x._dims is None}
    structure: Any = None
    kept: list[list[Any]] = []
    for rank in range(1, _MOST_AXES + 1):
        fills = [(size,) * rank for size in _FEW]
        for size in _sizes(node, inputs):
            fills += [(size, *fills[0][1:]), (*fills[0][1:], size), (size,) * rank]
        for fill in fills[:_MOST]:
            values = Values(len(graph.lane(0).tensors), make)
            values.tensors[:] = graph.lane(0).tensors
            for at, x in free.items():
                values.tensors[at] = graph.session.capture.input(fill, x._dtype)
            try:
                result = call(node, values)
            except Exception:
                # The next one may fit.
                continue
            tensors = tensors_of(result)
            if not kept:
                structure = result
            if not kept or len(tensors) == len(kept[0]):
                kept.append(tensors)
    if not kept:
        return None
    results = []
    for column in zip(*kept, strict=True):
        dims: Dims = tuple(column[0]._shape)
        for t in column[1:]:
            dims = common(dims, tuple(t._shape))
        if dims is not None:
            dims = tuple([None if d in _FEW else d for d in dims])
        results.append(unknown(graph, column[0]._dtype, dims))
    return Found(structure, connected(graph, node, results), False)


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
