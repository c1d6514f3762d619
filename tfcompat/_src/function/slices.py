"""Sizes of parts of a tensor whose ends are only known when a function runs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._src.function.calls import Found, Nested, Node, Place, Slice
from tfcompat._src.function.shadows import connected, unknown
from tfcompat._src.shapes import TensorShape

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph

_INDEXING = ("getitem", "variable_getitem", "strided_slice")
# The first parameters of tf.strided_slice.
_PARTS = ("input_", "begin", "end", "strides", "begin_mask", "end_mask", "ellipsis_mask",
          "new_axis_mask", "shrink_axis_mask")  # fmt: skip


def found(graph: Graph, node: Node, given: Found) -> Found:
    """What is given, without the sizes that only what stands for the unknown ones has made known.

    `x[:2]` of an unknown number of rows may have one row, `table[:n]` fewer than the table.
    """
    axes = _axes(graph, node)
    if axes is None or len(given.tensors) != 1:
        return given
    (result,) = given.tensors
    if result.dims is None or len(result.dims) != len(axes):
        return given
    dims = tuple([size if known else None for size, known in zip(result.dims, axes, strict=True)])
    if dims == tuple(result.dims):
        return given
    part = unknown(graph, result.dtype, dims)
    return Found(given.structure, connected(graph, node, [part]), False)


def _axes(graph: Graph, node: Node) -> list[bool] | None:
    """Which sizes of `x[...]` follow from what is known; None where that is not asked here."""
    if node.name not in _INDEXING or not node.args:
        return None
    x = node.args[0]
    dims: Any
    if isinstance(x, Place):
        dims = graph.symbol(x.index)._dims
    else:
        dims = TensorShape(np.shape(x) if isinstance(x, np.ndarray) else getattr(x, "shape", None))
        dims = None if dims.rank is None else tuple(dims)
    if dims is None:
        return None
    if node.name == "strided_slice":
        keys = _keys(graph, node)
        return None if keys is None else _known(dims, keys)
    key = node.args[1]
    leaves = key.leaves if isinstance(key, Nested) else key
    return _known(dims, tuple(leaves) if isinstance(leaves, list | tuple) else (leaves,))


def _keys(graph: Graph, node: Node) -> tuple[Any, ...] | None:
    """What a call of tf.strided_slice has between the brackets; None where masks say more."""
    named = dict(zip(_PARTS, node.args, strict=False)) | node.kwargs
    if any(named.get(name) for name in _PARTS[4:9]):
        return None
    columns: list[list[Any] | None] = []
    for name in _PARTS[1:4]:
        given = named.get(name)
        if given is None:
            columns.append(None)
        elif isinstance(given, Place):
            dims = graph.symbol(given.index)._dims
            if dims is None or dims[0] is None:
                return None
            columns.append([given] * dims[0])
        else:
            columns.append(list(getattr(given, "leaves", given)))
    starts, ends, steps = columns
    if starts is None or ends is None:
        return None
    return tuple(map(slice, starts, ends, steps or [None] * len(starts)))


def _known(dims: Sequence[int | None], keys: tuple[Any, ...]) -> list[bool] | None:
    named = sum([k is not None and k is not ... for k in keys])
    found: list[bool] = []
    axis = 0
    for k in keys:
        if k is None:
            found.append(True)
        elif k is ...:
            rest = len(dims) - named
            found += [size is not None for size in dims[axis : axis + rest]]
            axis += rest
        elif isinstance(k, slice | Slice):
            parts = k.parts if isinstance(k, Slice) else (k.start, k.stop, k.step)
            given = not any(isinstance(part, Place) for part in parts)
            found.append(given and dims[axis] is not None)
            axis += 1
        elif isinstance(k, int) and not isinstance(k, bool):
            axis += 1
        elif isinstance(k, Place) or getattr(k, "shape", None) == ():
            axis += 1
        else:
            return None
    return found + [size is not None for size in dims[axis:]]
