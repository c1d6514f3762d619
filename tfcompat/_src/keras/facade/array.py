"""Functions over arrays that TensorFlow keeps in corners, made of those it shows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import convert_to_tensor as _convert, to_tensor
from tfcompat._src.ops.array import cast
from tfcompat._src.ops.joining import stack
from tfcompat._src.ops.math import maximum, minimum
from tfcompat._src.ops.scatter import tensor_scatter_nd_update
from tfcompat._src.tensor import Tensor
from tfcompat._src.variable import Variable


def dynamic_update_slice(inp: Any, update: Any, indices: Sequence[Any]) -> Tensor:
    """`inp` with `update` written from the position `indices` on, moved so that it fits."""
    whole, part = to_tensor(inp), to_tensor(update)
    sizes: Any = tuple(part.shape.as_list())
    room = [n - m for n, m in zip(whole.shape, sizes, strict=True)]
    starts = stack([cast(start, dtypes.int32) for start in indices])
    starts = minimum(maximum(starts, 0), room)
    # All the places of the part, if it were at the beginning.
    places = np.moveaxis(np.indices(sizes), 0, -1).astype(np.int32)
    return tensor_scatter_nd_update(whole, places + starts, part)


def convert_to_tensor(
    value: Any, dtype: Any = None, dtype_hint: Any = None, name: str | None = None
) -> Tensor:
    """As tf.convert_to_tensor, but that a variable gives what it holds, without an op.

    Keras reads its variables through this: so the gradient of rows looked up in them is sparse.
    """
    if isinstance(value, Variable):
        return to_tensor(value, None if dtype is None else dtypes.as_dtype(dtype))
    return _convert(value, dtype, dtype_hint, name)
