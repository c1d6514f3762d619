"""What the ops of tf.sparse share: coordinates as arrays, values by place, specs of results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.function.symbolic import known_value
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.joining import concat
from tfcompat._src.ops.scatter import scatter_nd
from tfcompat._src.ops.segments import unsorted_segment_max, unsorted_segment_sum
from tfcompat._src.ops.selection import gather
from tfcompat._src.ops.sparse import as_sparse as as_sparse, at_hand
from tfcompat._src.shapes import TensorShape
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.sparse_tensor_spec import SparseTensorSpec
from tfcompat._src.tensor import Tensor

Array = np.ndarray[Any, Any]


def coordinates(sparse: SparseTensor) -> Array:
    """Where the elements stand: int64, [n, rank]."""
    return sparse._indices._numpy()


def sizes(sparse: SparseTensor) -> tuple[int, ...]:
    """The shape of the whole, from its type where that says all."""
    known = sparse.shape
    if known.is_fully_defined():
        return tuple(known.as_list())  # type: ignore[arg-type]
    return tuple(sparse._dense_shape._numpy().tolist())


def longs(numbers: Any) -> Tensor:
    """A tensor of int64."""
    return from_numpy(np.ascontiguousarray(numbers, np.int64), dtypes.int64)


def chosen(values: Tensor, order: Array) -> Tensor:
    """Elements of a vector by their places, with a dense gradient as TensorFlow's ops have it."""
    if (known := at_hand(values)) is not None:
        return from_numpy(known[order], values._dtype)
    return gather(values, longs(order), axis=-1)


def joined(parts: Sequence[Tensor]) -> Tensor:
    """Vectors one after another."""
    known = [at_hand(part) for part in parts]
    if any(array is None for array in known):
        return concat(list(parts), 0)
    return from_numpy(np.concatenate(known), parts[0]._dtype)  # type: ignore[arg-type]


def summed(values: Tensor, groups: Array, count: int) -> Tensor:
    """The sum of the elements of each group."""
    if (known := at_hand(values)) is not None:
        found = np.zeros(count, known.dtype)
        np.add.at(found, groups, known)
        return from_numpy(found, values._dtype)
    return unsorted_segment_sum(values, longs(groups), count)


def highest(values: Tensor, groups: Array, count: int) -> Tensor:
    """The greatest element of each group, none of which is empty."""
    if (known := at_hand(values)) is not None:
        found = np.empty(count, known.dtype)
        found[groups] = known
        np.maximum.at(found, groups, known)
        return from_numpy(found, values._dtype)
    return unsorted_segment_max(values, longs(groups), count)


def placed(values: Tensor, numbers: Array, shape: Sequence[int]) -> Tensor:
    """A dense tensor of zeros with elements at different places."""
    if (known := at_hand(values)) is not None:
        found = np.zeros(int(np.prod(shape, dtype=np.int64)), known.dtype)
        found[numbers] = known
        return from_numpy(found.reshape(tuple(shape)), values._dtype)
    flat = scatter_nd(longs(numbers[:, None]), values, [int(np.prod(shape, dtype=np.int64))])
    return reshape(flat, list(shape))


def assembled(at: Array, values: Any, shape: Sequence[int] | Array) -> SparseTensor:
    """A SparseTensor of arrays of coordinates and sizes."""
    return SparseTensor(longs(at), values, longs(shape))


def numbered(at: Array, shape: Sequence[int]) -> Array:
    """Coordinates as numbers that ascend in row-major order; 0 for those of a scalar."""
    if not len(shape):
        return np.zeros(len(at), np.int64)
    strides = np.ones(len(shape), np.int64)
    np.multiply.accumulate(np.asarray(shape[:0:-1], np.int64), out=strides[:-1][::-1])
    return at @ strides


def spread(numbers: Array, shape: Sequence[int]) -> Array:
    """The coordinates of numbers that `numbered` gives."""
    if not len(shape):
        return np.zeros((len(numbers), 0), np.int64)
    if 0 in shape:
        return np.zeros((0, len(shape)), np.int64)
    return np.stack(np.unravel_index(numbers, tuple(shape)), 1).astype(np.int64)


def axis_of(axis: Any, rank: int, op: str) -> int:
    """An axis as a number from 0. Raises ValueError for what is none."""
    from tfcompat._src.errors import invalid_argument

    found = int(known_value(to_tensor(axis)) if isinstance(axis, Tensor) else axis)
    if not -rank <= found < rank:
        raise invalid_argument(
            op, f"Invalid axis: received {axis} for a SparseTensor of rank {rank}"
        )
    return found % rank


def spec(shape: Any, dtype: Any) -> SparseTensorSpec:
    """The spec of a result."""
    return SparseTensorSpec(TensorShape(shape), dtype)


def same(sp_input: Any, *args: Any, **kwargs: Any) -> SparseTensorSpec:
    """The spec of a result that is like the first argument."""
    sparse = as_sparse(sp_input)
    return SparseTensorSpec(sparse.shape, sparse.dtype)


def of_rank(rank: int | None, dtype: Any) -> SparseTensorSpec:
    """The spec of a result of which no size is known."""
    return SparseTensorSpec(TensorShape(None if rank is None else [None] * rank), dtype)


def static_list(value: Any) -> list[int] | None:
    """A vector of integers, where its values are known while tracing."""
    if isinstance(value, TensorShape):
        return value.as_list() if value.is_fully_defined() else None  # type: ignore[return-value]
    if isinstance(value, Tensor):
        value = known_value(value)
        return None if value is None else [int(n) for n in np.reshape(value, -1)]
    parts = [value] if np.ndim(value) == 0 and not isinstance(value, (list, tuple)) else value
    found = []
    for part in parts:
        if isinstance(part, Tensor):
            part = known_value(part)
        if part is None:
            return None
        found.append(int(part))
    return found
