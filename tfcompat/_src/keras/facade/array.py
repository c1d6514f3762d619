"""Functions over arrays that TensorFlow keeps in corners, made of those it shows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfcompat._src import nest
from tfcompat._src.convert import to_tensor
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.joining import stack
from tfcompat._src.ops.scatter import tensor_scatter_nd_update
from tfcompat._src.ops.selection import searchsorted
from tfcompat._src.tensor import Tensor


def vectorized_map(
    fn: Callable[[Any], Any], elems: Any, fallback_to_while_loop: bool = True, warn: bool = True
) -> Any:
    """What `fn` makes of each row of the tensors in a structure, stacked."""
    columns = [to_tensor(column) for column in nest.flatten(elems)]
    found = [fn(nest.pack_sequence_as(elems, list(row))) for row in zip(*columns, strict=True)]
    results = zip(*[nest.flatten(result) for result in found], strict=True)
    return nest.pack_sequence_as(found[0], [stack(list(result)) for result in results])


def map_fn(
    fn: Callable[[Any], Any],
    elems: Any,
    dtype: Any = None,
    parallel_iterations: int | None = None,
    back_prop: bool = True,
    swap_memory: bool = False,
    infer_shape: bool = True,
    name: str | None = None,
    fn_output_signature: Any = None,
) -> Any:
    """What `fn` makes of each row of the tensors in a structure, stacked."""
    return vectorized_map(fn, elems)


def dynamic_update_slice(inp: Any, update: Any, indices: Sequence[Any]) -> Tensor:
    """`inp` with `update` written from the position `indices` on, moved so that it fits."""
    whole, part = to_tensor(inp), to_tensor(update)
    starts = [
        max(0, min(int(start), size - length))
        for start, size, length in zip(indices, whole._shape, part._shape, strict=True)
    ]
    places = np.indices(tuple(part._shape)).reshape(len(starts), -1).T + np.array(starts)
    return tensor_scatter_nd_update(whole, places.reshape(*part._shape, len(starts)), part)


def bucketize(input: Any, boundaries: Sequence[float], name: str | None = None) -> Tensor:
    """The number of boundaries that are not above each element."""
    values = to_tensor(input)
    edges = to_tensor(np.array(boundaries, values._dtype.as_numpy_dtype))
    found = searchsorted(edges, reshape(values, (-1,)), side="right")
    return reshape(found, tuple(values._shape))
