"""Functions over arrays that TensorFlow keeps in corners, made of those it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src.convert import convert_to_tensor as _convert, to_tensor
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.scatter import tensor_scatter_nd_update
from tfcompat._src.ops.selection import searchsorted
from tfcompat._src.tensor import Tensor
from tfcompat._src.variable import Variable


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


def convert_to_tensor(
    value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None
) -> Tensor:
    """As tf.convert_to_tensor, but that a variable gives what it holds, without an op.

    Keras reads its variables through this: so the gradient of rows looked up in them is sparse.
    """
    if isinstance(value, Variable):
        return to_tensor(value, None if dtype is None else as_dtype(dtype))
    return _convert(value, dtype, dtype_hint, name)
