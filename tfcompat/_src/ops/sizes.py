"""What the shape of a tensor is, as a tensor: tf.shape, tf.size, tf.rank, ..."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, operands, to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import invalid_argument
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import integers, matching
from tfcompat._src.ops.common import check_dtype, mismatch
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor import Tensor


def _out_type(out_type: Any, op: str) -> DType:
    found = dtypes.as_dtype(out_type)
    if found not in dtypes.INDEX:
        raise invalid_argument(op, f"received out_type={found.name}; expected int32 or int64")
    return found


def _shape_of(value: Any) -> tuple[int, ...]:
    if isinstance(value, Tensor):
        return tuple(value._shape)
    if isinstance(value, (IndexedSlices, SparseTensor)) and value.dense_shape is not None:
        return tuple(value.dense_shape._numpy().tolist())
    return tuple(to_tensor(value)._shape)


def _vector(shape: tuple[int, ...], dtype: DType) -> Tensor:
    return from_numpy(np.array(shape, dtype.as_numpy_dtype), dtype)


@public("tfcompat")
def shape(input: Any, out_type: Any = dtypes.int32, name: str | None = None) -> Tensor:
    """The shape of a tensor, as a vector of int32 or int64."""
    return _vector(_shape_of(input), _out_type(out_type, "Shape"))


@public("tfcompat")
def shape_n(input: Any, out_type: Any = dtypes.int32, name: str | None = None) -> list[Tensor]:
    """The shape of each of several tensors of one dtype.

    Raises InvalidArgumentError for an empty list.
    """
    wanted = _out_type(out_type, "ShapeN")
    if not input:
        raise invalid_argument("ShapeN", "received no tensors; expected 1 or more")
    return [_vector(tuple(x._shape), wanted) for x in matching(input, "ShapeN")]


@public("tfcompat")
def size(input: Any, out_type: Any = dtypes.int32, name: str | None = None) -> Tensor:
    """The number of elements, as a scalar of any dtype."""
    wanted = dtypes.as_dtype(out_type)
    return from_numpy(np.array(prod(_shape_of(input)), wanted.as_numpy_dtype), wanted)


@public("tfcompat")
def rank(input: Any, name: str | None = None) -> Tensor:
    """The number of axes, as a scalar int32."""
    return from_numpy(np.array(len(_shape_of(input)), np.int32), dtypes.int32)


@public("tfcompat")
def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> Tensor:
    """The shape, as a tensor, that tensors of two shapes broadcast to.

    Raises InvalidArgumentError unless both are vectors of int32, or of int64, that broadcast.
    """
    x, y = [
        integers(shape, "BroadcastArgs", None if shape else dtypes.int32)
        if isinstance(shape, (list, tuple))
        else integers(shape, "BroadcastArgs")
        for shape in (shape_x, shape_y)
    ]
    dtype = dtypes.as_dtype(x.dtype)
    if dtype not in dtypes.INDEX or x.dtype != y.dtype:
        raise invalid_argument(
            "BroadcastArgs",
            f"received {x.dtype} and {y.dtype}; expected both int32 or both int64",
        )
    if x.ndim != 1 or y.ndim != 1:
        raise invalid_argument(
            "BroadcastArgs", f"received shapes of rank {x.ndim} and {y.ndim}; expected vectors"
        )
    found = broadcast_shapes(tuple(x.tolist()), tuple(y.tolist()), "BroadcastArgs")
    return _vector(found, dtype)


@public("tfcompat")
def unravel_index(indices: Any, dims: Any, name: str | None = None) -> Tensor:
    """The coordinates, in a tensor of shape `dims`, of flat positions: one column for each.

    Raises InvalidArgumentError for positions out of range.
    """
    at, sizes = operands(indices, dims)
    check_dtype("UnravelIndex", at, dtypes.INDEX)
    if sizes._dtype is not at._dtype:
        raise mismatch("UnravelIndex", at, sizes)
    numbers, limits = at._numpy(), sizes._numpy()
    if numbers.ndim > 1 or limits.ndim != 1:
        raise invalid_argument(
            "UnravelIndex",
            f"received indices of shape {list(numbers.shape)} and dims of shape "
            f"{list(limits.shape)}; expected a scalar or a vector, and a vector",
        )
    if (limits <= 0).any():
        raise invalid_argument(
            "UnravelIndex", f"received dims {limits.tolist()}; expected positive numbers"
        )
    if numbers.size and numbers.max() >= limits.prod(dtype=np.int64):
        raise invalid_argument(
            "UnravelIndex",
            f"index is out of bound as with dims: received {numbers.tolist()} and "
            f"{limits.tolist()}",
        )
    if not numbers.size:
        raise invalid_argument("UnravelIndex", "received no indices; expected at least one")
    found = np.zeros((len(limits), *numbers.shape), numbers.dtype)
    for axis, size in reversed(list(enumerate(limits.tolist()))):
        # Negative positions have the remainders, below zero, that they have in C.
        found[axis] = np.fmod(numbers, size)
        numbers = (numbers - found[axis]) // size
    return from_numpy(found, at._dtype)
