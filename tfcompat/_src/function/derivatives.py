"""What is known of derivatives in a graph: the shapes of what they are taken of and by.

A tape runs on the first shadows only; sizes that are unknown follow from the arguments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._src import nest
from tfcompat._src.convert import from_numpy
from tfcompat._src.function.calls import Found, Node, Place, Result, Values, tensors_of
from tfcompat._src.function.symbolic import Dims, SymbolicTensor
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.tensor import Tensor

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph


def found(graph: Graph, node: Node, result: Any, unknown: bool) -> Found:
    """What a method of a tape or an accumulator gives; `unknown`: some argument's size is."""
    from tfcompat._src.function import shadows

    tensors = tensors_of(result)
    if not unknown or not tensors:
        plain = [Result(t._dtype, tuple(t._shape), t, None, False) for t in tensors]
        return Found(result, plain, False)
    dims = shapes(graph, node, result)
    results = []
    for t, known in zip(tensors, dims, strict=True):
        if known is None or None in known:
            other = shadows.unknown(graph, t._dtype, known).other
            results.append(Result(t._dtype, known, t, other, False))
        else:
            results.append(Result(t._dtype, known, t, None, False))
    return Found(result, results, False)


class Aligned:
    """Makes of a gradient what tracing said that it is.

    A run knows better what depends on what: on no more than the branches that it took and the
    rounds that it went. What depends on a source in another run has a gradient of zeros in this.
    """

    def __init__(self, node: Node, structure: Any) -> None:
        self._leaves = nest.flatten(structure)
        self._sources = _argument(node, 2, "sources")

    def __call__(self, result: Any, values: Values) -> Any:
        """The result with None, tensors and slices where tracing had them."""
        found = nest.flatten(result)
        sources = nest.flatten(values.fill(self._sources))
        if not len(found) == len(sources) == len(self._leaves):
            return result
        pairs = zip(self._leaves, found, sources, strict=True)
        return nest.pack_sequence_as(result, [_aligned(*pair) for pair in pairs])


def _aligned(like: Any, got: Any, source: Any) -> Any:
    from tfcompat._src.convert import to_tensor
    from tfcompat._src.ops.creation import range as numbers, zeros_like

    if like is None:
        return None
    if got is None:
        got = zeros_like(source)
    if not isinstance(like, IndexedSlices):
        return to_tensor(got) if isinstance(got, IndexedSlices) else got
    if isinstance(got, IndexedSlices):
        return got
    indices = numbers(got._shape[0], dtype=like.indices.dtype)
    return IndexedSlices(got, indices, None if like.dense_shape is None else to_tensor(got._shape))


def _argument(node: Node, place: int, name: str) -> Any:
    if name in node.kwargs:
        return node.kwargs[name]
    return node.args[place] if len(node.args) > place else None


def _dims_of(graph: Graph, item: Any) -> Dims:
    if item.__class__ is Place:
        return graph.symbol(item.index)._dims
    return tuple(item._shape)


def _leaves(template: Any) -> list[Any]:
    return nest.flatten(getattr(template, "leaves", template))


def shapes(graph: Graph, node: Node, result: Any) -> list[Dims]:
    """The shapes of the tensors in an answer, as far as the arguments tell them."""
    if node.name == "jvp":
        primals = _leaves(_argument(node, 1, "primals"))
        return _each(result, [_dims_of(graph, x) for x in primals])
    sources = _leaves(_argument(node, 2, "source" if node.name == "batch_jacobian" else "sources"))
    shapes = [_dims_of(graph, x) for x in sources]
    if node.name != "gradient":
        target = _dims_of(graph, _argument(node, 1, "target"))
        cut = 1 if node.name == "batch_jacobian" else 0
        shapes = [None if target is None or s is None else (*target, *s[cut:]) for s in shapes]
    return _each(result, shapes)


def _each(result: Any, shapes: list[Dims]) -> list[Dims]:
    found: list[Dims] = []
    for item, dims in zip(nest.flatten(result), shapes, strict=True):
        if isinstance(item, IndexedSlices):
            found.append(None if dims is None else (None, *dims[1:]))
            found.append((None,))
            if item.dense_shape is not None:
                found.append((None if dims is None else len(dims),))
        elif isinstance(item, Tensor):
            found.append(dims)
    return found


def tell_whole_shapes(graph: Graph, node: Node, result: Any) -> None:
    """Lets rows of a source whose shape is known tell that shape, which a run does not change."""
    sources = _leaves(_argument(node, 2, "sources"))
    for item, source in zip(nest.flatten(result), sources, strict=True):
        if isinstance(item, IndexedSlices) and isinstance(item.dense_shape, SymbolicTensor):
            dims = _dims_of(graph, source)
            if dims is not None and None not in dims:
                whole = from_numpy(np.array(dims, np.int32), item.dense_shape._dtype)
                item.dense_shape._constant = whole


def filled(node: Node, result: Any) -> None:
    """Has a gradient be zeros in a run where tracing took a source for connected and it is not."""
    known = [g is not None for g in nest.flatten(result)]
    original = node.function

    def gradient(tape: Any, target: Any, sources: Any, *args: Any, **kwargs: Any) -> Any:
        found = original(tape, target, sources, *args, **kwargs)
        flat = [
            None if not wanted else _zeros(x) if g is None else g
            for wanted, g, x in zip(known, nest.flatten(found), nest.flatten(sources), strict=True)
        ]
        return nest.pack_sequence_as(found, flat)

    node.function = gradient


def _zeros(source: Any) -> Tensor:
    from tfcompat._src.ops.array import zeros_like

    return zeros_like(source)
