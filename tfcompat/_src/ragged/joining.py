"""tf.concat and tf.stack of ragged tensors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.joining import concat as dense_concat, stack as dense_stack
from tfcompat._src.ragged import host, moving
from tfcompat._src.ragged.broadcasting import check_rows, splits_dtype
from tfcompat._src.ragged.conversions import axis_of, from_tensor
from tfcompat._src.ragged.host import Array
from tfcompat._src.ragged.indexing import rows_at
from tfcompat._src.ragged.partition import of_splits, uneven
from tfcompat._src.ragged.shaping import expanded, given_splits
from tfcompat._src.ragged.splits import rowids_of_splits, splits_of_lengths
from tfcompat._src.ragged.tensor import RaggedTensor, make, values_of


def with_rank(value: Any, levels: int, dtype: Any) -> Any:
    """The same value with so many ragged axes; those added have rows of one length."""
    if not levels:
        return value
    if not isinstance(value, RaggedTensor):
        return from_tensor(value, None, None, levels, dtype)
    return make(with_rank(value._values, levels - 1, dtype), value._partition)


def _levels(value: Any) -> int:
    return value.ragged_rank if isinstance(value, RaggedTensor) else 0


def joined_rows(values: Sequence[Any]) -> Any:
    """The rows of all values, one after the other."""
    if not any(isinstance(v, RaggedTensor) for v in values):
        return moving.joined(list(values))
    dtype = splits_dtype(values)
    most = max(_levels(v) for v in values)
    values = [with_rank(v, most, dtype) for v in values]

    def joined(*splits: Array) -> Array:
        return splits_of_lengths(np.concatenate([np.diff(s) for s in splits]))

    parts = [v._partition for v in values]
    rows = [part.static_nrows for part in parts]
    count = None if None in rows else sum(rows) + 1
    splits = host.compute(joined, [given_splits(p) for p in parts], host.vector(count, dtype))
    found = of_splits(splits, dtype)
    return make(joined_rows([v._values for v in values]), found)


def _joined_columns(values: Sequence[Any]) -> Any:
    """Row by row the values of all."""
    dtype = splits_dtype(values)
    values = [with_rank(v, max(1, _levels(v)), dtype) for v in values]
    parts = [v._partition for v in values]

    def columns(*splits: Array) -> tuple[Array, Array]:
        counts = [s.shape[0] for s in splits]
        if len(set(counts)) > 1:
            raise invalid_argument(
                "concat",
                f"Input tensors have incompatible shapes: {[n - 1 for n in counts]} rows",
            )
        rows = np.concatenate([rowids_of_splits(s) for s in splits])
        lengths = sum([np.diff(s) for s in splits])
        return splits_of_lengths(np.asarray(lengths)), np.argsort(rows, kind="stable")

    size = parts[0].static_nrows
    specs = [
        host.vector(None if size is None else size + 1, dtype),
        host.vector(None, dtypes.int64),
    ]
    splits, at = host.compute(columns, [given_splits(p) for p in parts], specs)
    found = of_splits(splits, dtype)
    return make(rows_at(joined_rows([v._values for v in values]), at), found)


def joined(values: Sequence[Any], axis: int) -> Any:
    """The values one behind the other along an axis in range."""
    if not any(isinstance(v, RaggedTensor) for v in values):
        return dense_concat(list(values), axis)
    if axis < 2:
        return joined_rows(values) if axis == 0 else _joined_columns(values)
    dtype = splits_dtype(values)
    values = [with_rank(v, max(1, _levels(v)), dtype) for v in values]
    first = values[0]._partition
    for value in values[1:]:
        check_rows(first, value._partition, "concat")
    return make(joined([v._values for v in values], axis - 1), uneven(first))


def _checked(values: Any, op: str) -> tuple[list[Any], int]:
    found = [values_of(v) for v in (values if isinstance(values, (list, tuple)) else [values])]
    if not found:
        raise ValueError(f"{op}: received no values; expected one or more")
    rank = found[0].shape.rank
    for value in found:
        if value.shape.rank != rank:
            raise ValueError(f"{op}: Shape {value.shape} must have rank {rank}")
    return found, rank


def concat(function: Any, values: Any, axis: Any, name: str = "concat") -> Any:
    """tf.concat."""
    found, rank = _checked(values, "concat")
    at = axis_of(axis, rank)
    return found[0] if len(found) == 1 else joined(found, at)


def _stacked(values: list[Any], rank: int, axis: Any) -> Any:
    at = axis_of(axis, rank + 1)
    ragged = any(isinstance(v, RaggedTensor) for v in values)
    if not ragged and (at > 0 or rank == 0):
        return dense_stack(values, at)
    if not ragged:
        values = [
            from_tensor(
                expanded(v, 0),
                None,
                None,
                max(1, rank),
                dtypes.int32 if rank == 1 else dtypes.int64,
            )
            for v in values
        ]
        return joined_rows(values)
    if at == 0:
        dtype = splits_dtype(values)
        wide = [with_rank(expanded(v, 0), 1 + _levels(v), dtype) for v in values]
        return joined_rows(wide)
    return joined([expanded(v, at) for v in values], at)


def stack_op(function: Any, values: Any, axis: Any = 0, name: str = "stack") -> Any:
    """tf.stack."""
    found, rank = _checked(values, "stack")
    return _stacked(found, rank, axis)


@public("tfcompat.ragged")
def stack(values: Any, axis: Any = 0, name: str | None = None) -> Any:
    """Tensors of one rank, dense or ragged, along a new axis; ragged unless they are scalars.

    Raises ValueError for no values, for different ranks, or for an axis out of range.
    """
    found, rank = _checked(values, "tf.ragged.stack")
    return _stacked(found, rank, axis)
