"""Lengths and bounds of ragged tensors, and the way from dense and from and to sparse ones."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import convert_to_tensor
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.comparisons import equal
from tfcompat._src.ops.reductions import reduce_all
from tfcompat._src.ops.repeating import broadcast_to
from tfcompat._src.ops.selection import gather
from tfcompat._src.ops.sizes import shape as shape_of
from tfcompat._src.ragged import host, moving
from tfcompat._src.ragged.dense import bounds
from tfcompat._src.ragged.host import Array
from tfcompat._src.ragged.integers import index_dtype
from tfcompat._src.ragged.partition import of_splits, uniform
from tfcompat._src.ragged.splits import rowids_of_splits, splits_of_lengths
from tfcompat._src.ragged.tensor import RaggedTensor, make, nested
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec


def axis_of(axis: Any, rank: int | None, what: str = "axis") -> int:
    """A non-negative axis. Raises ValueError for one that is out of range."""
    number = int(host.known(axis)) if isinstance(axis, Tensor) else axis  # type: ignore[arg-type]
    if not isinstance(number, (int, np.integer)):
        raise TypeError(f"{what} must be an int; got {type(axis).__name__}")
    if rank is None:
        if number < 0:
            raise ValueError(f"{what}={number} may only be negative if the rank is known")
        return int(number)
    if not -rank <= number < rank:
        raise ValueError(f"{what}={number} out of bounds: expected {-rank}<={what}<{rank}")
    return int(number) % rank


# -------------------------------------------------------------------------------------- its bounds
def row_lengths(ragged: RaggedTensor, axis: Any) -> Any:
    """RaggedTensor.row_lengths."""
    at = axis_of(axis, ragged.shape.rank)
    if at == 0:
        return ragged._partition.nrows()
    if at == 1:
        return ragged._partition.row_lengths()
    inner = ragged._values
    if isinstance(inner, RaggedTensor):
        return make(row_lengths(inner, at - 1), ragged._partition)
    shape = shape_of(inner, ragged._partition._dtype)
    size = shape[at - 1]
    return make(broadcast_to(size, shape[: at - 1]), ragged._partition)


def bounding_shape(ragged: RaggedTensor, axis: Any, out_type: Any) -> Tensor:
    """RaggedTensor.bounding_shape."""
    part = ragged._partition
    dtype = part._dtype if out_type is None else as_dtype(out_type)
    parts = ragged._nested_row_partitions

    def bounding(*splits: Array) -> Array:
        return np.asarray(bounds(splits), np.int64)

    outer = host.compute(
        bounding, [p._splits for p in parts], host.vector(len(parts) + 1, dtypes.int64)
    )
    inner = ragged.flat_values.shape[1:]
    if isinstance(outer, np.ndarray) and inner.is_fully_defined():
        found = host.tensor(np.concatenate([outer, np.asarray(inner.as_list(), np.int64)]), dtype)
    else:
        from tfcompat._src.ops.joining import concat

        rest = shape_of(ragged.flat_values, dtypes.int64)[1:]
        found = cast(concat([outer, rest], 0), dtype)
    if axis is None:
        return found
    return gather(found, axis)


# ---------------------------------------------------------------------------------- axes as one
def merge_dims(ragged: Any, outer_axis: Any, inner_axis: Any) -> Any:
    """RaggedTensor.merge_dims, for dense tensors too."""
    rank = ragged.shape.rank
    outer = axis_of(outer_axis, rank, "outer_axis")
    inner = axis_of(inner_axis, rank, "inner_axis")
    if outer > inner:
        raise ValueError(
            f"Expected outer_axis ({outer_axis}) to be less than or equal to inner_axis "
            f"({inner_axis})."
        )
    return merged(ragged, outer, inner)


def merged(value: Any, outer: int, inner: int) -> Any:
    """As `merge_dims`, with axes in range."""
    if outer == inner:
        return value
    if not isinstance(value, RaggedTensor):
        return _merged_dense(value, outer, inner)
    if outer == 0:
        return merged(value._values, 0, inner - 1)
    if outer > 1:
        return make(merged(value._values, outer - 1, inner - 1), value._partition)
    values, part = value._values, value._partition
    if not isinstance(values, RaggedTensor):
        # The values of a row become longer by the sizes of the dense axes.
        flat = merged(values, 0, inner - 1)
        sizes = values.shape[1:inner]
        if sizes.is_fully_defined():
            times: Any = np.asarray(sizes.num_elements())
        else:
            from tfcompat._src.ops.reductions import reduce_prod

            times = reduce_prod(shape_of(values, dtypes.int64)[1:inner])

        def scaled(splits: Array, times: Array) -> Array:
            return (splits * times).astype(splits.dtype)

        spec = host.vector(_count(part), part._dtype)
        return make(flat, of_splits(host.compute(scaled, [part._splits, times], spec), part._dtype))
    inner_part = values._partition

    def composed(outer_splits: Array, inner_splits: Array) -> Array:
        return inner_splits[outer_splits]

    spec = host.vector(_count(part), part._dtype)
    splits = host.compute(composed, [part._splits, inner_part._splits], spec)
    return merged(make(values._values, of_splits(splits, part._dtype)), 1, inner - 1)


def _count(part: Any) -> int | None:
    return None if part._rows is None else part._rows + 1


def _merged_dense(value: Tensor, outer: int, inner: int) -> Tensor:
    shape = value.shape
    if shape.is_fully_defined():
        sizes: list[Any] = shape.as_list()
        return reshape(value, [*sizes[:outer], -1, *sizes[inner + 1 :]])
    from tfcompat._src.ops.joining import concat

    found = shape_of(value)
    return reshape(value, concat([found[:outer], [-1], found[inner + 1 :]], 0))


# ------------------------------------------------------------------------------------- from dense
def from_tensor(
    tensor: Any, lengths: Any, padding: Any, ragged_rank: Any, row_splits_dtype: Any
) -> RaggedTensor:
    """RaggedTensor.from_tensor."""
    dtype = index_dtype(row_splits_dtype)
    if lengths is not None and padding is not None:
        raise ValueError("Specify argument `lengths` or `padding`, but not both.")
    if not isinstance(ragged_rank, int):
        raise TypeError(f"Argument `ragged_rank` must be an int. Received {ragged_rank}.")
    if ragged_rank <= 0:
        raise ValueError(f"Argument `ragged_rank` must be greater than 0. Received {ragged_rank}.")
    value = convert_to_tensor(tensor)
    if isinstance(lengths, list) and all(isinstance(x, list) for x in lengths) and lengths:
        lengths = convert_to_tensor(lengths, dtype)
    nested_lengths = isinstance(lengths, (list, tuple)) and any(
        isinstance(item, (list, tuple, Tensor, np.ndarray)) and np.ndim(item) for item in lengths
    )
    if nested_lengths:
        ragged_rank = len(lengths)
    rank = value.shape.rank
    if rank is not None and rank <= ragged_rank:
        if rank < 2:
            raise ValueError(
                "The rank of a RaggedTensor must be greater than 1, i.e., a list of scalars won't "
                "have ragged dimensions. Received argument `tensor` with rank "
                f"{rank}."
            )
        raise ValueError(f"Shape {value.shape} must have rank at least {ragged_rank + 1}")
    if nested_lengths:
        return _cut_nested(value, lengths, dtype)
    if ragged_rank > 1 and (lengths is not None or padding is not None):
        flat = merged(value, 0, ragged_rank - 1)
        rows = from_tensor(flat, lengths, padding, 1, dtype)
        return _regular(rows, value, ragged_rank - 1, dtype)
    if padding is not None:
        lengths = _unpadded(value, convert_to_tensor(padding, value._dtype), dtype)
    if lengths is None:
        return _regular(merged(value, 0, ragged_rank), value, ragged_rank, dtype)
    return _cut(value, lengths, dtype)


def _regular(values: Any, value: Tensor, levels: int, dtype: Any) -> Any:
    """`values` in the rows that the first axes of a dense tensor are."""
    sizes: list[Any] = value.shape.as_list()[: levels + 1]
    found = values
    if None not in sizes:
        for axis in range(levels, 0, -1):
            rows = prod(sizes[:axis])
            found = make(found, uniform(sizes[axis], rows, dtype))
        return found
    from tfcompat._src.ops.reductions import reduce_prod
    from tfcompat._src.ragged.partition import RowPartition

    shape = shape_of(value, dtype)
    for axis in range(levels, 0, -1):
        count = reduce_prod(shape[:axis])
        part = RowPartition.from_uniform_row_length(shape[axis], None, count, False, dtype)
        found = make(found, part)
    return found


def _unpadded(value: Tensor, padding: Tensor, dtype: Any) -> Tensor:
    """How much of each row stands before the padding at its end."""
    inner = value.shape[2:]
    if not inner.is_compatible_with(padding.shape):
        raise ValueError(f"RaggedTensor: Shapes {padding.shape} and {inner} are incompatible")
    same = equal(value, padding)
    if value.shape.rank is not None and value.shape.rank > 2:
        same = reduce_all(same, list(range(2, value.shape.rank)))

    def unpadded(same: Array) -> Array:
        if not same.shape[1]:
            return np.zeros(same.shape[0], np.int64)
        back = np.argmin(same[:, ::-1], axis=1)
        return np.where(same.all(axis=1), 0, same.shape[1] - back)

    found = host.compute(unpadded, [same], host.vector(value.shape[0], dtype))
    return host.tensor(found, dtype) if isinstance(found, np.ndarray) else found


def _cut(value: Tensor, lengths: Any, dtype: Any) -> RaggedTensor:
    wanted = convert_to_tensor(lengths, None if isinstance(lengths, Tensor) else dtype)
    if wanted._dtype is not dtype:
        wanted = cast(wanted, dtype)
    if wanted.shape.rank not in (None, 1):
        raise invalid_argument("RaggedTensor", f"Shape {wanted.shape} must have rank 1")
    if not value.shape[:1].is_compatible_with(wanted.shape):
        raise ValueError(
            f"RaggedTensor: Shapes {value.shape[:1]} and {wanted.shape} are incompatible"
        )
    columns: Any = value.shape[1]
    if columns is None:
        columns = shape_of(value, dtypes.int64)[1]
    else:
        columns = np.asarray(columns)

    def cut(lengths: Array, columns: Array) -> tuple[Array, Array]:
        kept = np.clip(lengths, 0, int(columns))
        splits = splits_of_lengths(kept)
        rows = rowids_of_splits(splits)
        return splits, rows * int(columns) + np.arange(splits[-1]) - splits[:-1][rows]

    rows = value.shape[0]
    specs = [
        host.vector(None if rows is None else rows + 1, dtype),
        host.vector(None, dtypes.int64),
    ]
    splits, at = host.compute(cut, [wanted, columns], specs)
    return make(moving.gather(merged(value, 0, 1), at), of_splits(splits, dtype))


def _cut_nested(value: Tensor, lengths: Any, dtype: Any) -> RaggedTensor:
    """Lengths for the rows of several axes, outermost first."""
    found: Any = value
    parts = []
    for item in lengths:
        rows = _cut(found, item, dtype)
        parts.append(rows._partition)
        found = rows._values
    return nested(found, parts)


# --------------------------------------------------------------------------------- from, to sparse
def from_sparse(sparse: Any, row_splits_dtype: Any) -> RaggedTensor:
    """RaggedTensor.from_sparse."""
    dtype = index_dtype(row_splits_dtype)
    if not isinstance(sparse, SparseTensor):
        raise TypeError(
            "Argument `st_input` must be of type SparseTensor, but is of type "
            f"{type(sparse).__name__}."
        )
    rank = sparse._dense_shape.shape[0]
    if rank is not None and rank != 2:
        raise ValueError(f"RaggedTensor.from_sparse: received rank {rank}; expected rank 2")

    def right_ragged(indices: Array, shape: Array) -> Array:
        rows, columns = indices[:, 0], indices[:, 1]
        counts = (
            np.bincount(rows, minlength=int(shape[0])) if rows.size else np.zeros(int(shape[0]))
        )
        splits = splits_of_lengths(counts.astype(np.int64))
        ordered = not (rows[1:] < rows[:-1]).any()
        if not ordered or (columns != np.arange(rows.size) - splits[:-1][rows]).any():
            raise invalid_argument(
                "RaggedTensor.from_sparse",
                f"SparseTensor is not right-ragged: received indices {indices.tolist()}",
            )
        return splits

    inputs = [sparse._indices, sparse._dense_shape]
    splits = host.compute(right_ragged, inputs, host.vector(None, dtype))
    return make(sparse._values, of_splits(splits, dtype))


def to_sparse(ragged: RaggedTensor) -> SparseTensor:
    """RaggedTensor.to_sparse."""
    flat = ragged.flat_values
    parts = ragged._nested_row_partitions
    inner = flat.shape[1:]
    sizes: Any = inner.as_list() if inner.is_fully_defined() else shape_of(flat, dtypes.int64)[1:]

    def sparse(sizes: Array, *splits: Array) -> tuple[Array, Array]:
        columns: list[Array] = [np.arange(splits[0].shape[0] - 1)]
        for bound in splits:
            rows = rowids_of_splits(bound)
            columns = [c[rows] for c in columns]
            columns.append(np.arange(bound[-1]) - bound[:-1][rows])
        block = int(np.prod(sizes))
        columns = [np.repeat(c, block) for c in columns]
        if sizes.size:
            inner = np.indices(tuple(sizes.tolist())).reshape(sizes.size, -1)
            count = int(splits[-1][-1])
            columns += [np.tile(axis, count) for axis in inner]
        shape = np.concatenate([np.asarray(bounds(splits), np.int64), sizes.astype(np.int64)])
        return np.stack(columns, 1).astype(np.int64), shape

    if isinstance(sizes, list):
        sizes = np.asarray(sizes, np.int64)
    rank = len(parts) + 1 + (inner.rank or 0)
    specs = [TensorSpec([flat.shape[0] if inner.rank == 0 else None, rank], dtypes.int64),
             host.vector(rank, dtypes.int64)]  # fmt: skip
    indices, shape = host.compute(sparse, [sizes, *[p._splits for p in parts]], specs)
    return SparseTensor(indices, reshape(flat, [-1]), shape)
