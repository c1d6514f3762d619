"""Results that are told, and not found by calls: those of Python functions and of decoders."""

from __future__ import annotations

import inspect
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tfcompat._src import dtypes, nest
from tfcompat._src.function.calls import Found, Nested, Node, Place
from tfcompat._src.function.shadows import connected, example, unknown
from tfcompat._src.function.symbolic import Dims, SymbolicTensor
from tfcompat._src.py_functions import numpy_function_in_graph
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph


def described(graph: Graph, node: Node, specs: Any) -> Found:
    """What a call gives, by the tf.TensorSpecs that say so."""
    # A composite value has its spec in its place: that knows more of the type than any example.
    structure = nest.map_structure(lambda s: marker(s) if isinstance(s, TensorSpec) else s, specs)
    leaves = nest.flatten(specs, expand_composites=True)
    results = []
    for spec in leaves:
        if isinstance(spec, TensorSpec):
            shape = TensorShape(spec.shape)
            dims = None if shape.rank is None else tuple(shape.as_list())
            results.append(unknown(graph, spec.dtype, dims))
    return Found(structure, connected(graph, node, results), False)


def marker(spec: TensorSpec) -> Tensor:
    """A tensor that has its place in a structure."""
    dims = TensorShape(spec.shape)
    shape = () if dims.rank is None else tuple([d or 0 for d in dims.as_list()])
    return example(shape, spec.dtype, 0)


def deed(graph: Graph, node: Node, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Found:
    """What a call gives that is only made when the graph runs."""
    name = node.name
    if name in ("py_function", "numpy_function"):
        specs = kwargs.get("Tout", args[2] if len(args) > 2 else None)
        if name == "numpy_function":
            node.function = numpy_function_in_graph
        unknown = nest.map_structure(lambda dtype: TensorSpec(None, dtype), specs)
        # What NumPy computes has no gradient.
        by = node if name == "py_function" else Node(node.function, (), {}, (), True, name)
        return described(graph, by, unknown)
    return Found(None, [], False)


def ensured(graph: Graph, node: Node, x: SymbolicTensor) -> Found:
    """What is known of a shape together with what a run will make sure of."""
    given = node.kwargs["shape"] if "shape" in node.kwargs else node.args[1]
    shape = TensorShape(x._dims).merge_with(TensorShape(given))
    return described(graph, node, TensorSpec(shape, x._dtype))


# Decoders of pictures, with how many axes stand before that of the channels.
_PICTURES = {
    "decode_and_crop_jpeg": 2,
    "decode_bmp": 2,
    "decode_gif": 3,
    "decode_jpeg": 2,
    "decode_png": 2,
}


def _picture(graph: Graph, node: Node) -> Found:
    """What a decoder gives: no example is a picture."""
    signature = inspect.signature(node.function)
    given = signature.bind(*node.args, **node.kwargs)
    given.apply_defaults()
    found = given.arguments
    channels = 3 if node.name == "decode_gif" else found.get("channels") or None
    dtype = found.get("dtype") or dtypes.uint8
    shape = [None] * _PICTURES[node.name] + [channels]
    return described(graph, node, TensorSpec(shape, dtype))


#: What gives a tensor of the shape that it is told.
_SHAPED = ("reshape", "broadcast_to", "scatter_nd")


def guessed(graph: Graph, node: Node, inputs: Sequence[SymbolicTensor]) -> Found:
    """One tensor with as many axes as a shape among the arguments says.

    It has the dtype of what is written into it, or else of the first argument.
    """
    if node.name in _PICTURES:
        return _picture(graph, node)
    from tfcompat._src.convert import to_tensor

    given: dict[str, Any] = {}
    if node.name in _SHAPED:
        given = inspect.signature(node.function).bind(*node.args, **node.kwargs).arguments
    args = [a.leaves[0] if isinstance(a, Nested) else a for a in node.args]
    args = [a for a in args if not isinstance(a, str)] or [inputs[0]]
    written = given.get("updates", args[0])
    first = graph.symbol(written.index) if isinstance(written, Place) else to_tensor(written)
    dims = _dims_in(graph, given["shape"]) if given else None
    result = unknown(graph, first._dtype, dims)
    like = example((), first._dtype, 0)
    return Found(like, connected(graph, node, [result]), False)


def _dims_in(graph: Graph, shape: Any) -> Dims:
    if shape.__class__ is Place:
        length = graph.symbol(shape.index)._dims
        if not length or length[0] is None:
            return None
        return _told_by_examples(graph, shape) or (None,) * length[0]
    leaves = getattr(shape, "leaves", shape)
    if not isinstance(leaves, (list, tuple)):
        return None
    return tuple([d if isinstance(d, int) and d >= 0 else None for d in leaves])


def _told_by_examples(graph: Graph, shape: Place) -> Dims:
    """The sizes in a vector that do not depend on those which are unknown."""
    first, second = [graph.lane(lane).tensors[shape.index] for lane in (0, 1)]
    if graph.session.is_abstract(first) or graph.session.is_abstract(second):
        return None
    pairs = zip(first._numpy().tolist(), second._numpy().tolist(), strict=True)
    return tuple([size if size == other and size >= 0 else None for size, other in pairs])
