"""Axes of ragged tensors: added, dropped, repeated, turned round, split, and counted."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops.array import (
    expand_dims as dense_expand,
    reverse as dense_reverse,
    squeeze as dense_squeeze,
)
from tfcompat._src.ops.repeating import tile as dense_tile
from tfcompat._src.ragged import host
from tfcompat._src.ragged.conversions import axis_of
from tfcompat._src.ragged.host import Array
from tfcompat._src.ragged.indexing import rows_at
from tfcompat._src.ragged.partition import RowPartition, of_splits, uneven, uniform
from tfcompat._src.ragged.splits import rowids_of_splits, splits_of_lengths
from tfcompat._src.ragged.tensor import RaggedTensor, make, nested


def given_splits(part: RowPartition) -> Any:
    """Row splits as an input of a computation."""
    array = part.array
    return part._splits if array is None else array


def one_row(value: RaggedTensor) -> RaggedTensor:
    """The value as the only row of a new first axis."""
    part = value._partition
    if part.static_nrows is not None:
        return make(value, uniform(part.static_nrows, 1, part._dtype))
    rows, one = part.nrows(), host.tensor(1, part._dtype)
    return make(value, RowPartition.from_uniform_row_length(rows, rows, one, False, part._dtype))


def rows_of_one(value: RaggedTensor) -> RaggedTensor:
    """Each row as the only one of a new second axis."""
    part = value._partition
    if part.static_nrows is not None:
        return make(value, uniform(1, part.static_nrows, part._dtype))
    rows, one = part.nrows(), host.tensor(1, part._dtype)
    return make(value, RowPartition.from_uniform_row_length(one, rows, rows, False, part._dtype))


def expanded(value: Any, axis: int) -> Any:
    """A new axis of size 1 at a place in range."""
    if not isinstance(value, RaggedTensor):
        return dense_expand(value, axis)
    if axis == 0:
        return one_row(value)
    if axis == 1:
        return rows_of_one(value)
    return make(expanded(value._values, axis - 1), value._partition)


def expand_dims(function: Any, input: Any, axis: Any, name: str | None = None) -> Any:
    """tf.expand_dims."""
    rank = input.shape.rank
    return expanded(input, axis_of(axis, None if rank is None else rank + 1))


def _squeezed(value: Any, axis: int) -> Any:
    if not isinstance(value, RaggedTensor):
        return dense_squeeze(value, [axis])
    if axis > 1:
        return make(_squeezed(value._values, axis - 1), value._partition)

    def squeezable(splits: Array) -> None:
        sizes = [splits.shape[0] - 1] if axis == 0 else np.diff(splits).tolist()
        if any(n != 1 for n in sizes):
            raise invalid_argument(
                "squeeze", f"the given axis (axis = {axis}) is not squeezable: sizes {sizes}"
            )

    host.check(squeezable, [given_splits(value._partition)])
    return value._values


def squeeze(function: Any, input: Any, axis: Any = None, name: str | None = None) -> Any:
    """tf.squeeze, which needs the axes here."""
    if axis is None:
        raise ValueError("Ragged.squeeze must have an axis argument.")
    axes = axis if isinstance(axis, (list, tuple)) else [axis]
    rank = input.shape.rank
    found = input
    for number in sorted({axis_of(a, rank) for a in axes}, reverse=True):
        found = _squeezed(found, number)
    return found


# -------------------------------------------------------------------------------------------- tile
def _tiled(value: Any, multiples: list[int]) -> Any:
    if not isinstance(value, RaggedTensor):
        return dense_tile(value, multiples)
    values, part = value._values, value._partition
    if any(m != 1 for m in multiples[2:]):
        values = _tiled(values, [1, *multiples[2:]])
    times = multiples[1]
    found = make(values, part)
    if times != 1:

        def repeated(splits: Array) -> tuple[Array, Array]:
            new = splits_of_lengths(np.diff(splits) * times)
            rows = rowids_of_splits(new)
            lengths = np.diff(splits)[rows]
            within = (np.arange(new[-1]) - new[:-1][rows]) % np.maximum(lengths, 1)
            return new, splits[:-1][rows] + within

        specs = [host.vector(None, part._dtype), host.vector(None, dtypes.int64)]
        splits, at = host.compute(repeated, [given_splits(part)], specs)
        found = make(rows_at(values, at), of_splits(splits, part._dtype))
    if multiples[0] != 1:
        found = _rows_repeated(found, multiples[0])
    return make(found._values, uneven(found._partition))


def _rows_repeated(value: RaggedTensor, times: int) -> Any:
    def rows(splits: Array) -> Array:
        return np.tile(np.arange(splits.shape[0] - 1), times)

    part = value._partition
    at = host.compute(rows, [given_splits(part)], host.vector(None, dtypes.int64))
    return rows_at(value, at)


def tile(function: Any, input: Any, multiples: Any, name: str | None = None) -> Any:
    """tf.tile."""
    found = host.known(to_tensor(multiples))
    rank = input.shape.rank
    if found is None:
        raise NotImplementedError(
            "tf.tile: received multiples of a ragged tensor that are not known while the function "
            "is traced; give Python's ints"
        )
    if found.shape != (rank,):
        text = (
            f"received multiples of the shape {found.shape}; expected one for each of {rank} axes"
        )
        few = found.ndim == 1 and found.shape[0] <= input.ragged_rank
        raise IndexError(f"tf.tile: {text}") if few else invalid_argument("tile", text)
    if (found < 0).any():
        raise invalid_argument("tile", f"received multiples={found.tolist()}; expected 0 or more")
    return _tiled(input, found.tolist())


# ----------------------------------------------------------------------------------------- reverse
def _reversed(value: Any, axis: int) -> Any:
    if not isinstance(value, RaggedTensor):
        return dense_reverse(value, [axis])
    if axis == 0:
        return value[::-1]
    if axis == 1:
        return value[:, ::-1]
    return make(_reversed(value._values, axis - 1), value._partition)


def reverse(function: Any, tensor: Any, axis: Any, name: str | None = None) -> Any:
    """tf.reverse."""
    rank = tensor.shape.rank
    known = host.known(to_tensor(axis, None if len(np.shape(axis)) and len(axis) else dtypes.int32))
    found = tensor
    for i, number in enumerate(known.tolist()):  # type: ignore[union-attr]
        found = _reversed(found, axis_of(number, rank, f"axis[{i}]"))
    return found


# ------------------------------------------------------------------------------------------- split
def _piece(value: Any, axis: int, start: int, stop: int) -> Any:
    if not isinstance(value, RaggedTensor):
        return value[(*[slice(None)] * axis, slice(start, stop))]
    if axis == 0:
        return value[start:stop]
    if axis == 1:
        return value[:, start:stop]
    return make(_piece(value._values, axis - 1, start, stop), value._partition)


def split(
    function: Any,
    value: Any,
    num_or_size_splits: Any,
    axis: Any = 0,
    num: int | None = None,
    name: str = "split",
) -> Any:
    """tf.split, along the first axis or one whose rows have one length."""
    at = axis_of(axis, value.shape.rank)
    size = value.shape[at]
    if size is None:
        if at > 0:
            raise ValueError(
                f"Cannot split a ragged dimension. Got `value` with shape {value.shape} and `axis` "
                f"{at}."
            )
        return _split_rows(value, num_or_size_splits)
    sizes = host.known(to_tensor(num_or_size_splits))
    if sizes is None:
        raise NotImplementedError("tf.split: the sizes of parts of a ragged tensor must be known")
    if sizes.ndim == 0:
        count = int(sizes)
        if count < 1:
            raise ValueError(f"tf.split: received {count} parts; expected 1 or more")
        if size % count:
            raise _uneven(size, count)
        parts = [size // count] * count
    else:
        parts = sizes.tolist()
        if any(n < 0 for n in parts):
            raise invalid_argument("split", f"`num_or_size_splits` must be non-negative: {parts}")
        if sum(parts) != size:
            raise _uneven(size, sum(parts))
    ends = np.cumsum([0, *parts]).tolist()
    return [_piece(value, at, a, b) for a, b in pairwise(ends)]


def _split_rows(value: RaggedTensor, number: Any) -> list[Any]:
    """Parts of rows whose number is not known yet."""
    given = host.known(to_tensor(number))
    if given is None:
        raise NotImplementedError("tf.split: the sizes of parts of a ragged tensor must be known")
    rows = value._partition.nrows()
    count = int(given) if given.ndim == 0 else len(given)

    def bounds(rows: Array) -> Array:
        if given.ndim:
            if given.sum() != rows:
                raise _uneven(int(rows), int(given.sum()))
            return np.cumsum([0, *given.tolist()])
        if rows % count:
            raise _uneven(int(rows), count)
        return np.asarray(np.arange(count + 1) * (rows // count))

    ends = host.compute(bounds, [rows], host.vector(count + 1, dtypes.int64))
    return [value[ends[i] : ends[i + 1]] for i in range(count)]


def _uneven(size: int, wanted: int) -> Exception:
    return invalid_argument(
        "split",
        "Cannot exactly split the `axis` dimension of `value` with the given `num_or_size_split`: "
        f"received {wanted} for the size {size}",
    )


# ------------------------------------------------------------------------------------------- sizes
def size(
    function: Callable[..., Any], input: Any, out_type: Any = dtypes.int32, name: str | None = None
) -> Any:
    """tf.size: the number of values."""
    return function(input.flat_values, out_type)


def rank(function: Callable[..., Any], input: Any, name: str | None = None) -> Any:
    """tf.rank."""
    known = input.shape.rank
    if known is not None:
        return host.tensor(known, dtypes.int32)
    return function(input.flat_values) + input.ragged_rank


def one_hot(
    function: Callable[..., Any],
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: Any = None,
    dtype: Any = None,
    name: str | None = None,
) -> Any:
    """tf.one_hot, along an axis inside of the values."""
    levels = indices.ragged_rank
    if isinstance(axis, int) and axis >= 0:
        if axis <= levels:
            raise ValueError(f"axis ({axis}) must be greater than indices.ragged_rank ({levels}).")
        axis -= levels
    flat = function(indices.flat_values, depth, on_value, off_value, axis, dtype)
    return nested(flat, indices._nested_row_partitions)
