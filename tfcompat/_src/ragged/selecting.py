"""tf.where, masks and partitions of ragged tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import convert_to_tensor, operand, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.joining import concat
from tfcompat._src.ops.selection import gather
from tfcompat._src.ops.sizes import shape
from tfcompat._src.ragged import host
from tfcompat._src.ragged.broadcasting import check_rows, elementwise
from tfcompat._src.ragged.conversions import from_tensor
from tfcompat._src.ragged.host import Array
from tfcompat._src.ragged.indexing import rows_at
from tfcompat._src.ragged.partition import of_splits, uneven
from tfcompat._src.ragged.shaping import given_splits
from tfcompat._src.ragged.splits import rowids_of_splits, splits_of_lengths
from tfcompat._src.ragged.tensor import RaggedTensor, make, nested, values_of
from tfcompat._src.tensor_spec import TensorSpec


def coordinates(*splits: Array) -> Array:
    """For each value of nested partitions, its place along each axis."""
    columns = [np.arange(splits[0].shape[0] - 1)]
    for bounds in splits:
        rows = rowids_of_splits(bounds)
        columns = [c[rows] for c in columns]
        columns.append(np.arange(bounds[-1]) - bounds[:-1][rows])
    return np.stack(columns, 1).astype(np.int64)


def coordinates_of(value: RaggedTensor) -> Any:
    """The coordinates of the flat values of a ragged tensor."""
    parts = value._nested_row_partitions
    spec = TensorSpec([value.flat_values.shape[0], len(parts) + 1], dtypes.int64)
    return host.compute(coordinates, [given_splits(p) for p in parts], spec)


def where(
    function: Callable[..., Any],
    condition: Any,
    x: Any = None,
    y: Any = None,
    name: str | None = None,
) -> Any:
    """tf.where."""
    if (x is None) != (y is None):
        raise ValueError("x and y must be either both None or both non-None")
    if x is None:
        places = function(condition.flat_values)
        outer = gather(coordinates_of(condition), places[:, 0])
        if condition.flat_values.shape.rank == 1:
            return outer
        return concat([outer, places[:, 1:]], 1)
    truth = values_of(condition)
    if isinstance(x, RaggedTensor) or not isinstance(y, RaggedTensor):
        first = values_of(x)
        second = y if isinstance(y, RaggedTensor) else _operand(y, first.dtype)
    else:
        first, second = _operand(x, y.dtype), y
    return elementwise(function, [truth, first, second])


def _operand(value: Any, dtype: dtypes.DType) -> Any:
    try:
        return operand(value, dtype)
    except TypeError as error:
        raise invalid_argument("SelectV2", str(error)) from error


# ------------------------------------------------------------------------------------------- masks
@public("tfcompat.ragged")
def boolean_mask(data: Any, mask: Any, name: str | None = None) -> Any:
    """The parts of `data` at which `mask`, of the rank of its first axes, is true.

    All axes of the mask are kept, so the last one of them becomes ragged; a vector selects rows.

    Raises:
      TypeError: a mask that is not of truth values.
      ValueError: a scalar, or a mask that does not fit.
    """
    truth = mask if isinstance(mask, RaggedTensor) else convert_to_tensor(mask, dtypes.bool_)
    values = values_of(data)
    if truth.dtype is not dtypes.bool_:
        raise ValueError(f"tf.ragged.boolean_mask: received a mask of {truth.dtype.name}")
    rank = truth.shape.rank
    if rank is None:
        raise ValueError("mask.shape.ndims must be known statically.")
    if rank == 0:
        raise ValueError("mask cannot be scalar.")
    rank = int(rank)
    if not values.shape[:rank].is_compatible_with(truth.shape):
        raise ValueError(
            f"tf.ragged.boolean_mask: Shapes {values.shape[:rank]} and {truth.shape} are "
            "incompatible"
        )
    if not isinstance(truth, RaggedTensor):
        if rank == 1:
            return rows_at(values, _true_places(truth, values))
        truth = from_tensor(truth, None, None, rank - 1, _splits_dtype(values))
    elif truth.flat_values.ndim > 1:
        flat = truth.flat_values
        deep = from_tensor(flat, None, None, flat.ndim - 1, truth._partition._dtype)
        truth = nested(deep, truth._nested_row_partitions)
    return _masked(values, truth)


def _splits_dtype(value: Any) -> Any:
    return value._partition._dtype if isinstance(value, RaggedTensor) else dtypes.int64


def _true_places(truth: Any, values: Any) -> Any:
    def true_places(truth: Array, count: Array) -> Array:
        if truth.shape[0] != count:
            raise invalid_argument(
                "boolean_mask", f"received a mask of {truth.shape[0]} for {count} rows"
            )
        return np.nonzero(truth)[0]

    if values.shape[0] is not None:
        count: Any = np.asarray(values.shape[0])
    else:
        count = values._partition.nrows() if isinstance(values, RaggedTensor) else shape(values)[0]
    return host.compute(true_places, [truth, count], host.vector(None, dtypes.int64))


def _masked(values: Any, truth: RaggedTensor) -> RaggedTensor:
    part = truth._partition
    if not isinstance(values, RaggedTensor):
        values = from_tensor(values, None, None, 1, part._dtype)
    check_rows(part, values._partition, "boolean_mask")
    inner = truth._values
    if isinstance(inner, RaggedTensor):
        return make(_masked(values._values, inner), uneven(part))

    def masked(splits: Array, truth: Array) -> tuple[Array, Array]:
        counts = splits_of_lengths(truth.astype(splits.dtype))[splits]
        return counts, np.nonzero(truth)[0]

    size = None if part.static_nrows is None else part.static_nrows + 1
    specs = [host.vector(size, part._dtype), host.vector(None, dtypes.int64)]
    splits, at = host.compute(masked, [given_splits(part), inner], specs)
    return make(rows_at(values._values, at), of_splits(splits, part._dtype))


# -------------------------------------------------------------------------------------- partitions
def _stripped(data: Any, partitions: Any) -> tuple[Any, Any]:
    """Without the axes of ragged partitions, which the data must have too."""
    values = values_of(data)
    numbers = values_of(partitions)
    while isinstance(numbers, RaggedTensor):
        if not isinstance(values, RaggedTensor):
            values = from_tensor(values, None, None, 1, numbers._partition._dtype)
        check_rows(values._partition, numbers._partition, "dynamic_partition")
        values, numbers = values._values, numbers._values
    return values, numbers


def dynamic_partition(
    function: Callable[..., Any],
    data: Any,
    partitions: Any,
    num_partitions: int,
    name: str | None = None,
) -> Any:
    """tf.dynamic_partition."""
    values, numbers = _stripped(data, partitions)
    if not isinstance(values, RaggedTensor):
        if values.shape.rank and values.shape[0] is None and numbers.shape[0] is not None:
            values.set_shape([numbers.shape[0], *values.shape[1:].as_list()])
        return function(values, numbers, num_partitions)
    if None not in (values.shape[0], numbers.shape[0]) and values.shape[0] != numbers.shape[0]:
        raise ValueError(
            f"dynamic_partition: received {values.shape[0]} rows and {numbers.shape[0]} partitions"
        )
    found = []
    for number in range(num_partitions):

        def places(numbers: Array, number: int = number) -> Array:
            return np.nonzero(numbers == number)[0]

        at = host.compute(places, [to_tensor(numbers)], host.vector(None, dtypes.int64))
        found.append(rows_at(values, at))
    return found


@public("tfcompat.ragged")
def stack_dynamic_partitions(
    data: Any, partitions: Any, num_partitions: Any, name: str | None = None
) -> RaggedTensor:
    """The rows of `data`, gathered to rows by the numbers in `partitions`.

    Row `i` has those parts of the data whose number is `i`, in their order.

    Raises ValueError where the shape of `partitions` is not the beginning of that of the data, and
    InvalidArgumentError for numbers out of range.
    """
    values, numbers = _stripped(data, partitions)
    rank = numbers.shape.rank
    if rank is None:
        raise ValueError("partitions must have known rank.")
    if rank == 0:
        from tfcompat._src.ops.array import expand_dims
        from tfcompat._src.ragged.shaping import expanded

        values, numbers = expanded(values, 0), expand_dims(numbers, 0)
    elif rank > 1:
        from tfcompat._src.ragged.conversions import merged

        values, numbers = merged(values, 0, rank - 1), merged(numbers, 0, rank - 1)
    if not values.shape[:1].is_compatible_with(numbers.shape):
        raise ValueError(f"Shapes {values.shape[:1]} and {numbers.shape} are incompatible")

    def partitioned(numbers: Array, count: Array) -> tuple[Array, Array]:
        wrong = (numbers < 0) | (numbers >= count)
        if wrong.any():
            raise invalid_argument(
                "stack_dynamic_partitions",
                f"partitions must be in [0, {count}); received {numbers[wrong][0]}",
            )
        lengths = np.bincount(numbers, minlength=int(count)).astype(np.int64)
        return splits_of_lengths(lengths), np.argsort(numbers, kind="stable")

    wide = isinstance(data, RaggedTensor)
    dtype = data._partition._dtype if wide else numbers.dtype
    count = to_tensor(num_partitions)
    known = host.known(count)
    size = None if known is None else int(known) + 1
    specs = [host.vector(size, dtype), host.vector(None, dtypes.int64)]
    splits, order = host.compute(partitioned, [numbers, count], specs)
    return make(rows_at(values, order), of_splits(splits, dtype))
