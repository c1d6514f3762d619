"""tf.gather, tf.gather_nd and embedding lookups with ragged tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import convert_to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops import division, segments
from tfcompat._src.ops.array import expand_dims, reshape
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.sizes import shape
from tfcompat._src.ragged import host
from tfcompat._src.ragged.conversions import axis_of, from_tensor, merged
from tfcompat._src.ragged.host import Array
from tfcompat._src.ragged.indexing import rows_at
from tfcompat._src.ragged.joining import with_rank
from tfcompat._src.ragged.partition import RowPartition, of_splits, uneven
from tfcompat._src.ragged.shaping import given_splits
from tfcompat._src.ragged.splits import splits_of_lengths
from tfcompat._src.ragged.tensor import RaggedTensor, make, nested, values_of
from tfcompat._src.tensor_spec import TensorSpec


def _places(value: Any) -> Any:
    found = values_of(value)
    if found.dtype not in dtypes.INDEX:
        raise invalid_argument("gather", f"received indices of {found.dtype.name}; expected int64")
    return found


def _checked(params: RaggedTensor, at: Any) -> Any:
    """Places that are in range: for NumPy, which counts from the end, others would be too."""

    def in_range(splits: Array, at: Array) -> Array:
        rows = splits.shape[0] - 1
        wrong = (at < 0) | (at >= rows)
        if wrong.any():
            raise invalid_argument("gather", f"indices = {at[wrong][0]} is not in [0, {rows})")
        return at

    given = [given_splits(params._partition), at]
    return host.compute(in_range, given, host.vector(at.shape[0], at.dtype))


def _uneven(value: Any) -> Any:
    """The same rows, of which nothing is said about their having one length."""
    if not isinstance(value, RaggedTensor):
        return value
    return make(_uneven(value._values), uneven(value._partition))


def rows(params: Any, indices: Any, function: Callable[..., Any]) -> Any:
    """The rows of `params` at each of the indices, any of which may be ragged."""
    if isinstance(indices, RaggedTensor):
        return make(rows(params, indices._values, function), indices._partition)
    if not isinstance(params, RaggedTensor):
        return function(params, indices)
    rank = indices.shape.rank
    if rank == 0:
        found = rows(params, reshape(indices, [1]), function)
        return found._values if isinstance(found, RaggedTensor) else found[0]
    if rank > 1:
        wide = from_tensor(indices, None, None, rank - 1, params._partition._dtype)
        return _uneven(rows(params, wide, function))
    return rows_at(params, _checked(params, indices))


def gather(
    function: Callable[..., Any],
    params: Any,
    indices: Any,
    validate_indices: Any = None,
    axis: Any = None,
    batch_dims: Any = 0,
    name: str | None = None,
) -> Any:
    """tf.gather."""
    values, at = values_of(params), _places(indices)
    if isinstance(values, RaggedTensor) and isinstance(at, RaggedTensor):
        if values._partition._dtype is not at._partition._dtype:
            raise ValueError(
                f"gather: received row splits of {values._partition._dtype.name} and "
                f"{at._partition._dtype.name}; expected the same dtype"
            )
    rank = values.shape.rank
    batch = axis_of(batch_dims, at.shape.rank + 1, "batch_dims") if batch_dims else 0
    if axis is None:
        axis = batch
    number = axis_of(axis, rank)
    if number < batch:
        raise ValueError(f"gather: batch_dims = {batch} must be less than or equal to axis {axis}")
    if batch:
        return _batches(function, values, at, number, batch)
    if number == 0:
        return rows(values, at, function)
    return _inside(function, values, at, number)


def _inside(function: Callable[..., Any], values: Any, at: Any, axis: int) -> Any:
    """The same places of each row along an axis after the first."""
    if not isinstance(values, RaggedTensor):
        if not isinstance(at, RaggedTensor):
            return function(values, at, axis=axis)
        values = from_tensor(values, None, None, axis, at._partition._dtype)
    part = values._partition
    if axis > 1:
        return make(_inside(function, values._values, at, axis - 1), part)
    dense = not isinstance(at, RaggedTensor)
    if dense and at.shape.rank == 0:
        found = _inside(function, values, reshape(at, [1]), 1)
        return found._values if isinstance(found, RaggedTensor) else found[:, 0]
    if not dense or isinstance(values._values, RaggedTensor):
        at = _uneven(with_rank(at, at.shape.rank - 1, part._dtype))
    flat = at.flat_values if isinstance(at, RaggedTensor) else reshape(at, [-1])

    def chosen(splits: Array, flat: Array) -> Array:
        lengths = np.diff(splits)
        if flat.size and lengths.size and (flat.min() < 0 or flat.max() >= lengths.min()):
            raise invalid_argument(
                "gather", f"indices = {flat.tolist()} are not all in [0, {lengths.min()})"
            )
        return np.asarray(splits[:-1][:, None] + flat[None, :]).reshape(-1)

    places = host.compute(chosen, [given_splits(part), flat], host.vector(None, dtypes.int64))
    found = rows_at(values._values, places)
    if not isinstance(found, RaggedTensor) and not isinstance(at, RaggedTensor):
        sizes = at.shape.as_list()
        rows = -1 if part.static_nrows is None else part.static_nrows
        return reshape(found, [rows, *sizes, *found.shape[1:]])
    for level in reversed(at._nested_row_partitions if isinstance(at, RaggedTensor) else ()):
        found = make(found, _repeated(level, part))
    new = RowPartition.from_uniform_row_length(at.shape[0], None, part.nrows(), False, part._dtype)
    return make(found, uneven(new) if dense else new)


def _repeated(level: RowPartition, part: RowPartition) -> RowPartition:
    """The rows of `level`, once for each row of `part`."""

    def repeated(splits: Array, rows: Array) -> Array:
        return splits_of_lengths(np.tile(np.diff(splits), rows.shape[0] - 1))

    given = [given_splits(level), given_splits(part)]
    return of_splits(host.compute(repeated, given, host.vector(None, part._dtype)), part._dtype)


def _batches(function: Callable[..., Any], values: Any, at: Any, axis: int, batch: int) -> Any:
    """Row by row: places in the rows of `values` that belong to them."""
    if not isinstance(values, RaggedTensor) and not isinstance(at, RaggedTensor):
        return function(values, at, axis=axis, batch_dims=batch)
    dtype = (values if isinstance(values, RaggedTensor) else at)._partition._dtype
    if None not in (values.shape[0], at.shape[0]) and values.shape[0] != at.shape[0]:
        raise ValueError(
            f"gather: received {values.shape[0]} rows of params and {at.shape[0]} of indices; "
            "expected as many, because of batch_dims"
        )
    if batch > 1:
        # The batches of batches are looked at as one.
        wide = with_rank(values, max(batch - 1, _rank(values)), dtype)
        places = with_rank(at, max(batch - 1, _rank(at)), dtype)
        inner = _batches(function, wide._values, places._values, axis - 1, batch - 1)
        return make(inner, places._partition)
    wide = with_rank(values, max(1, _rank(values)), dtype)
    if axis > batch:
        # Each row of indices serves all the rows of a batch.
        part = wide._partition
        served = rows(at, convert_to_tensor(part.value_rowids()), function)
        return _batches(function, wide, make(served, part), axis, 2)
    if not isinstance(at, RaggedTensor) and at.shape.rank == 1:
        found = _batches(function, wide, expand_dims(at, 1), axis, batch)
        return found._values if isinstance(found, RaggedTensor) else found[:, 0]
    dense = not isinstance(at, RaggedTensor)
    places = with_rank(at, max(1, _rank(at)), dtype)
    flat = places._values
    while isinstance(flat, RaggedTensor):
        flat = flat._values

    def global_places(splits: Array, flat: Array, *levels: Array) -> Array:
        ends = levels[0]
        for level in levels[1:]:
            ends = level[ends]
        repeated = np.diff(ends)
        if repeated.shape[0] != splits.shape[0] - 1:
            raise invalid_argument(
                "gather",
                f"received {splits.shape[0] - 1} rows of params and {repeated.shape[0]} of indices",
            )
        rows = np.repeat(np.arange(repeated.shape[0]), repeated)
        inner = flat.reshape(flat.shape[0], -1) if flat.ndim > 1 else flat[:, None]
        lengths = np.diff(splits)[rows][:, None]
        wrong = (inner < 0) | (inner >= lengths)
        if wrong.any():
            raise invalid_argument(
                "gather", f"index {inner[wrong][0]} is out of the range of its row"
            )
        return np.asarray(inner + splits[:-1][rows][:, None]).reshape(flat.shape)

    levels = [given_splits(p) for p in places._nested_row_partitions]
    spec = TensorSpec(flat.shape, dtypes.int64)
    inputs = [given_splits(wide._partition), flat, *levels]
    index = host.compute(global_places, inputs, spec)
    found = rows(wide._values, convert_to_tensor(index), function)
    result = nested(found, places._nested_row_partitions)
    if dense and not isinstance(wide._values, RaggedTensor):
        sizes = at.shape
        if sizes.is_fully_defined() and found.shape.rank is not None:
            return reshape(found, [*sizes.as_list(), *found.shape[flat.shape.rank :].as_list()])
    return result


def _rank(value: Any) -> int:
    return value.ragged_rank if isinstance(value, RaggedTensor) else 0


def gather_nd(
    function: Callable[..., Any],
    params: Any,
    indices: Any,
    batch_dims: Any = 0,
    name: str | None = None,
    bad_indices_policy: str = "",
) -> Any:
    """tf.gather_nd."""
    if batch_dims:
        raise ValueError("batch_dims != 0 is not supported for ragged gather yet.")
    values, at = values_of(params), _places(indices)
    if isinstance(at, RaggedTensor):
        if at.shape[-1] is None:
            raise ValueError("The innermost dimension of indices may not be ragged")
        if at.flat_values.shape.rank == 1:
            at = make_dense(at)
            return gather_nd(function, values, at)
        inner = gather_nd(function, values, at.flat_values)
        return nested(inner, at._nested_row_partitions)
    if not isinstance(values, RaggedTensor):
        return function(values, at)
    width = at.shape[-1]
    if width is None:
        raise ValueError("The innermost dimension of indices must be statically known.")
    outer = at.shape.rank - 1
    if outer > 1:
        flat = gather_nd(function, values, merged(at, 0, outer - 1))
        if not isinstance(flat, RaggedTensor):
            from tfcompat._src.ops.joining import concat

            return reshape(flat, concat([shape(at)[:-1], shape(flat)[1:]], 0))
        wide = from_tensor(at, None, None, outer - 1, values._partition._dtype)
        return nested(flat, wide._nested_row_partitions)
    if outer == 0:
        found = gather_nd(function, values, expand_dims(at, 0))
        return found if isinstance(found, RaggedTensor) else found[0]
    levels = min(width, values.ragged_rank + 1)
    inner = values
    splits = []
    for _ in range(levels - 1):
        splits.append(given_splits(inner._partition))
        inner = inner._values

    def position(at: Array, *splits: Array) -> Array:
        found = at[:, 0]
        for column, bounds in enumerate(splits):
            rows = bounds.shape[0] - 1
            wrong = (found < 0) | (found >= rows)
            if wrong.any():
                raise invalid_argument("gather_nd", f"index {found[wrong][0]} is out of range")
            next_one = at[:, column + 1]
            lengths = np.diff(bounds)[found]
            wrong = (next_one < 0) | (next_one >= lengths)
            if wrong.any():
                raise invalid_argument("gather_nd", f"index {next_one[wrong][0]} is out of range")
            found = bounds[:-1][found] + next_one
        return np.asarray(found, np.int64)

    index = host.compute(position, [at, *splits], host.vector(at.shape[0], dtypes.int64))
    if width > levels:
        from tfcompat._src.ops.joining import concat

        rest = cast(at[:, levels:], dtypes.int64)
        return function(inner, concat([expand_dims(convert_to_tensor(index), 1), rest], 1))
    from tfcompat._src.ops.selection import gather as dense_gather

    return rows(inner, convert_to_tensor(index), dense_gather)


def make_dense(value: RaggedTensor) -> Any:
    """A dense tensor of one whose rows all have one length."""
    from tfcompat._src.ragged.dense import to_tensor

    return to_tensor(value, None, None)


# -------------------------------------------------------------------------------------- embeddings
def embedding_lookup(
    function: Callable[..., Any],
    params: Any,
    ids: Any,
    max_norm: Any = None,
    name: str | None = None,
) -> Any:
    """tf.nn.embedding_lookup."""
    return nested(function(params, ids.flat_values, max_norm), ids._nested_row_partitions)


def embedding_lookup_sparse(
    function: Callable[..., Any],
    params: Any,
    sp_ids: Any,
    sp_weights: Any = None,
    combiner: Any = None,
    max_norm: Any = None,
    name: str | None = None,
    allow_fast_lookup: bool = False,
) -> Any:
    """tf.nn.embedding_lookup_sparse for ragged ids: the rows of a matrix of ids."""
    from tfcompat._src.ops import math
    from tfcompat._src.ops.embedding import embedding_lookup as lookup
    from tfcompat._src.ops.transcendental import sqrt
    from tfcompat._src.ragged.reductions import row_count, rowids

    chosen = "mean" if combiner is None else combiner
    if chosen not in ("mean", "sqrtn", "sum"):
        raise ValueError("combiner must be one of 'mean', 'sqrtn' or 'sum', got " + str(combiner))
    part, flat = sp_ids._partition, sp_ids.flat_values
    rows_of, count = rowids(part, flat), row_count(part)
    found = lookup(params, flat, max_norm)
    if sp_weights is None:
        kinds = {
            "sum": segments.unsorted_segment_sum,
            "mean": segments.unsorted_segment_mean,
            "sqrtn": segments.unsorted_segment_sqrt_n,
        }
        return kinds[chosen](found, rows_of, count)
    weights = cast(sp_weights.flat_values, found.dtype)
    wide = reshape(weights, [-1, *[1] * (found.ndim - 1)])
    total = segments.unsorted_segment_sum(found * wide, rows_of, count)
    if chosen == "sum":
        return total
    if chosen == "mean":
        return division.divide_no_nan(total, segments.unsorted_segment_sum(wide, rows_of, count))
    squares = segments.unsorted_segment_sum(math.square(wide), rows_of, count)
    return division.divide_no_nan(total, sqrt(squares))
