"""Stand-ins for the tensors of a graph, by which the results of calls are known before they run.

A tensor of a graph has a shadow: a tensor of the backend without a value, or with one where it is
known. Where sizes are unknown it has two, with two sizes in their place.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._src import dispatch, dtypes, recording
from tfcompat._src.convert import from_numpy
from tfcompat._src.dtypes import DType
from tfcompat._src.function import tracing
from tfcompat._src.function.calls import Node, Result
from tfcompat._src.function.symbolic import Dims, SymbolicTensor
from tfcompat._src.host import HostTensor
from tfcompat._src.tensor import Tensor
from tfcompat._src.variable import Variable

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph
    from tfcompat._src.function.graph_tensors import GraphTensors

# Divisible by what programs divide batches by, and far from the sizes that they write down; as
# small as to let a tensor have six of them.
SIZES = (420, 840)
_TEXTS = (b"", b"0", b"1 2")


def filled(dims: Dims, number: int) -> tuple[int, ...]:
    """A shape with sizes in the place of unknown ones."""
    if dims is None:
        return (SIZES[number],) * number
    return tuple([SIZES[number] if d is None else d for d in dims])


def example(shape: tuple[int, ...], dtype: DType, number: int) -> Tensor:
    """A tensor of zeros, ones or rising numbers, or of short texts."""
    if dtype is dtypes.string:
        return HostTensor(np.broadcast_to(np.array(_TEXTS[number], object), shape))
    if dtype is dtypes.variant:
        return HostTensor(np.empty(shape, object), dtype)
    native = dtype.as_numpy_dtype
    if number < 2 or dtype is dtypes.bool_:
        return from_numpy(np.full(shape, number % 2, native), dtype)
    count = int(np.prod(shape, dtype=np.int64))
    return from_numpy(np.arange(count).reshape(shape).astype(native), dtype)


def give_shadows(graph: GraphTensors, symbol: SymbolicTensor, argument: bool = False) -> None:
    """Shadows for a tensor of which only its dtype and shape are known."""
    dims, dtype = symbol._dims, symbol._dtype
    known = dims is not None and None not in dims
    other: Any = None
    first = filled(dims, 0)
    if dtype not in dispatch.backend().native_dtypes:
        symbol._example = True
        # Whatever is done with a variant is a deed.
        if dtype is dtypes.variant:
            graph.takes_objects = True
        else:
            graph.session.capturable = False
        shadow: Any = example(first, dtype, 0)
        other = None if known else example(filled(dims, 1), dtype, 1)
    else:
        capture = graph.session.capture
        shadow = graph.session.argument(first, dtype) if argument else capture.input(first, dtype)
        if not known:
            other = capture.input(filled(dims, 1), dtype)
    if not known or not argument:
        graph.has_unknown = True
    set_shadows(graph, symbol, shadow, other)


def set_shadows(graph: GraphTensors, symbol: SymbolicTensor, shadow: Any, other: Any) -> None:
    """Gives a tensor the shadows that were found."""
    symbol._shadow, symbol._other = shadow, other
    graph.lane(0).tensors[symbol._index] = shadow
    graph.lane(1).tensors[symbol._index] = shadow if other is None else other


def unknown(graph: GraphTensors, dtype: DType, dims: Dims) -> Result:
    """A result with shadows of its own: the graph can no longer be a program as it is."""
    graph.has_unknown = True
    known = dims is not None and None not in dims
    if dtype not in dispatch.backend().native_dtypes:
        other = None if known else example(filled(dims, 1), dtype, 1)
        return Result(dtype, dims, example(filled(dims, 0), dtype, 0), other, True)
    capture = graph.session.capture
    other = None if known else capture.input(filled(dims, 1), dtype)
    return Result(dtype, dims, capture.input(filled(dims, 0), dtype), other, False)


def stand_in(graph: GraphTensors, t: Tensor) -> Any:
    """A tensor like one that tracing gave, of another value in each run."""
    if t._dtype in dispatch.backend().native_dtypes:
        return graph.session.capture.input(tuple(t._shape), t._dtype)
    return t


def common(a: Dims, b: Dims) -> Dims:
    """What two shapes have in common."""
    if a is None or b is None or len(a) != len(b):
        return None
    return tuple([x if x == y else None for x, y in zip(a, b, strict=True)])


def connected(graph: Graph, node: Node, results: list[Result]) -> list[Result]:
    """Results that tapes take for computed from the arguments, as they will be."""
    if not recording.anybody():
        return results
    inside, tracing.local.inside = tracing.local.inside, True
    try:
        shadows = [graph.symbol(i)._shadow for i in node.ins]
        shadows += [a._read() for a in node.args if isinstance(a, Variable)]
        # Branches and loops read variables that are nobody's arguments.
        shadows += [v._read() for v in getattr(node.function, "variables", ())]
        sources = [x for x in shadows if _flows(x._dtype)]
        found = []
        for result in results:
            shadow = result.shadow
            if _flows(result.dtype):
                shadow = _computed_from(shadow, sources)
            found.append(result._replace(shadow=shadow))
        return found
    finally:
        tracing.local.inside = inside


def _flows(dtype: DType) -> bool:
    """Whether tensors of this type can be differentiated: casts to narrow ones cannot."""
    return dtype.is_inexact and dtype not in dtypes.NARROW_FLOATS


def _computed_from(shadow: Any, sources: list[Any]) -> Any:
    """A tensor like `shadow` that tapes take for computed from others, as all its derivatives."""
    from tfcompat._src.ops.casting import cast
    from tfcompat._src.ops.math import add_n, multiply
    from tfcompat._src.ops.reductions import reduce_sum
    from tfcompat._src.ops.transcendental import exp

    if not sources:
        return shadow
    total = add_n([cast(reduce_sum(x), shadow._dtype) for x in sources])
    return shadow + multiply(exp(total), 0)


def follow(symbol: SymbolicTensor, before: Any) -> Any:
    """The shadow of a tensor of which more is known now, computed from what the one before was."""
    shadow = symbol._shadow
    if before is None or not recording.anybody() or not _flows(symbol._dtype):
        return shadow
    if tracing.current() is not symbol.graph:
        return shadow  # of a graph that is whole: its tapes have ended
    inside, tracing.local.inside = tracing.local.inside, True
    try:
        return _computed_from(shadow, [before])
    finally:
        tracing.local.inside = inside
