"""tf.ragged: ranges, row ids, and functions of the values of ragged tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import convert_to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.casting import cast
from tfcompat._src.ragged import host
from tfcompat._src.ragged.broadcasting import check_rows
from tfcompat._src.ragged.host import Array
from tfcompat._src.ragged.integers import index_dtype
from tfcompat._src.ragged.partition import of_splits
from tfcompat._src.ragged.splits import rowids_of_splits, splits_of_lengths
from tfcompat._src.ragged.tensor import RaggedTensor, make, nested
from tfcompat._src.tensor import Tensor


# ------------------------------------------------------------------------------------------- ranges
def _number(value: Any, dtype: DType | None) -> Tensor:
    return convert_to_tensor(value, None if isinstance(value, Tensor) else dtype)


def _wider(values: list[Tensor]) -> DType:
    order = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64)
    for value in values:
        if value.dtype not in order:
            raise invalid_argument("RaggedRange", f"received {value.dtype.name}; expected numbers")
    return max([v.dtype for v in values], key=order.index)


def ranges(starts: Array, limits: Array, deltas: Array) -> tuple[Array, Array]:
    """The row splits and the values of ranges."""
    sizes = {given.size for given in (starts, limits, deltas) if given.ndim} or {1}
    if len(sizes) > 1:
        raise invalid_argument("RaggedRange", "starts, limits, and deltas must have the same shape")
    (size,) = sizes
    first, last, step = [np.broadcast_to(x, (size,)) for x in (starts, limits, deltas)]
    if (step == 0).any():
        raise invalid_argument("RaggedRange", "Requires delta != 0")
    if first.dtype.kind == "f":
        counts = np.ceil(np.abs((last - first) / step))
    else:
        counts = -((first.astype(np.int64) - last) // step)
    counts = np.where((step > 0) == (last > first), counts, 0)
    counts = np.where(last == first, 0, counts).astype(np.int64)
    splits = splits_of_lengths(counts)
    rows = rowids_of_splits(splits)
    within = (np.arange(splits[-1]) - splits[:-1][rows]).astype(first.dtype)
    return splits, (first[rows] + within * step[rows]).astype(first.dtype)


@public("tfcompat.ragged")
def range(
    starts: Any,
    limits: Any = None,
    deltas: Any = 1,
    dtype: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = dtypes.int64,
) -> RaggedTensor:
    """Rows of numbers from `starts` up to, without them, `limits`; scalars serve for all rows.

    Without limits the starts are 0 and the first argument is the limits.

    Raises InvalidArgumentError for vectors of different sizes, or a step of 0.
    """
    if limits is None:
        starts, limits = 0, starts
    wanted = None if dtype is None else as_dtype(dtype)
    given = [_number(x, wanted) for x in (starts, limits, deltas)]
    found = wanted or _wider(given)
    given = [x if x.dtype is found else cast(x, found) for x in given]
    for x in given:
        if x.shape.rank not in (None, 0, 1):
            raise invalid_argument("RaggedRange", f"Shape {x.shape} must have rank at most 1")
    splits_dtype = index_dtype(row_splits_dtype)
    specs = [host.vector(None, splits_dtype), host.vector(None, found)]
    splits, values = host.compute(ranges, given, specs)
    flat = host.tensor(values, found) if isinstance(values, np.ndarray) else values
    return make(flat, of_splits(splits, splits_dtype))


# ------------------------------------------------------------------------------------------ row ids
@public("tfcompat.ragged")
def row_splits_to_segment_ids(splits: Any, name: str | None = None, out_type: Any = None) -> Tensor:
    """The row of each value, by the row splits.

    Raises ValueError for splits that are empty or of another dtype than int32 or int64.
    """
    given = convert_to_tensor(splits, dtype_hint=dtypes.int64)
    if given.dtype not in dtypes.INDEX:
        raise ValueError("splits must have dtype int32 or int64")
    if given.shape.rank not in (None, 1):
        raise ValueError(f"Shape {given.shape} must have rank 1")
    if given.shape.rank == 1 and given.shape[0] == 0:
        raise ValueError(f"Invalid row_splits: {splits}")
    dtype = given.dtype if out_type is None else as_dtype(out_type)
    found = host.compute(rowids_of_splits, [given], host.vector(None, dtype))
    return host.tensor(found, dtype) if isinstance(found, np.ndarray) else found


@public("tfcompat.ragged")
def segment_ids_to_row_splits(
    segment_ids: Any, num_segments: Any = None, out_type: Any = None, name: str | None = None
) -> Tensor:
    """The row splits, by the row of each value; `num_segments` is the number of rows.

    Raises ValueError for ids of another dtype than int32 or int64.
    """
    given = convert_to_tensor(segment_ids, dtype_hint=dtypes.int64)
    if given.dtype not in dtypes.INDEX:
        raise ValueError("segment_ids must have dtype int32 or int64")
    if given.shape.rank not in (None, 1):
        raise ValueError(f"Shape {given.shape} must have rank 1")
    dtype = given.dtype if out_type is None else index_dtype(out_type)
    inputs = [given]
    size = None
    if num_segments is not None:
        count = convert_to_tensor(num_segments)
        known = host.known(count)
        size = None if known is None else int(known) + 1
        inputs.append(count)

    def row_splits(ids: Array, *count: Array) -> Array:
        if not count:
            return splits_of_lengths(np.bincount(ids).astype(np.int64))
        many = int(count[0])
        if many < 0:
            raise invalid_argument("segment_ids_to_row_splits", f"received num_segments={many}")
        found = np.bincount(ids[ids < many], minlength=many)
        return splits_of_lengths(found.astype(np.int64))

    result = host.compute(row_splits, inputs, host.vector(size, dtype))
    return host.tensor(result, dtype) if isinstance(result, np.ndarray) else result


# ------------------------------------------------------------------------------------------- values
@public("tfcompat.ragged")
def map_flat_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """What `op` makes of the flat values of all ragged arguments, in the rows that these have.

    Raises InvalidArgumentError where their rows differ, and ValueError where the result has another
    number of values.
    """
    ragged: list[RaggedTensor] = []

    def flat(value: Any) -> Any:
        if isinstance(value, RaggedTensor):
            ragged.append(value)
            return value.flat_values
        if isinstance(value, (list, tuple)):
            return type(value)([flat(item) for item in value])
        return value

    new_args = [flat(a) for a in args]
    new_kwargs = {k: flat(v) for k, v in kwargs.items()}
    if not ragged:
        return op(*args, **kwargs)
    parts = ragged[0]._nested_row_partitions
    for other in ragged[1:]:
        _same_rows(parts, other._nested_row_partitions)
    found = op(*new_args, **new_kwargs)
    count = ragged[0].flat_values.shape[:1]
    if not count.is_compatible_with(found.shape[:1]):
        raise ValueError(
            "tf.ragged.map_flat_values requires that the output of `op` have the same outer-"
            "dimension size as flat_values of any ragged inputs. (output shape: "
            f"{found.shape}; expected outer dimension size: {count[0]})"
        )
    return nested(found, parts)


def _same_rows(ours: Any, theirs: Any) -> None:
    if len(ours) != len(theirs):
        raise ValueError("All ragged inputs must have the same ragged_rank.")
    for a, b in zip(ours, theirs, strict=True):
        check_rows(a, b, "map_flat_values")
