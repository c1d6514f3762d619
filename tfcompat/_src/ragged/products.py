"""Matrix products, softmax, running sums and counts of ragged tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops import segments
from tfcompat._src.ops.array import stop_gradient
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.selection import gather, gather_nd
from tfcompat._src.ops.transcendental import exp
from tfcompat._src.ragged import host
from tfcompat._src.ragged.broadcasting import check_rows
from tfcompat._src.ragged.conversions import axis_of, from_tensor
from tfcompat._src.ragged.dense import to_tensor
from tfcompat._src.ragged.host import Array
from tfcompat._src.ragged.joining import with_rank
from tfcompat._src.ragged.partition import uneven
from tfcompat._src.ragged.reductions import row_count, rowids, segmented
from tfcompat._src.ragged.selecting import coordinates_of
from tfcompat._src.ragged.shaping import given_splits
from tfcompat._src.ragged.splits import rowids_of_splits
from tfcompat._src.ragged.tensor import RaggedTensor, nested, values_of
from tfcompat._src.tensor_spec import TensorSpec

_Dense = Callable[..., Any]


# ----------------------------------------------------------------------------------------- products
def matmul(
    function: _Dense,
    a: Any,
    b: Any,
    transpose_a: bool = False,
    transpose_b: bool = False,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    a_is_sparse: bool = False,
    b_is_sparse: bool = False,
    output_type: Any = None,
    grad_a: bool = False,
    grad_b: bool = False,
    name: str | None = None,
) -> Any:
    """tf.linalg.matmul of stacks of matrices, each of which has a size of its own."""
    if transpose_a and adjoint_a:
        raise ValueError("Only one of transpose_a and adjoint_a can be True.")
    if transpose_b and adjoint_b:
        raise ValueError("Only one of transpose_b and adjoint_b can be True.")
    x, y = values_of(a), values_of(b)
    rank = x.shape.rank
    if rank != y.shape.rank:
        raise ValueError("`a` and `b` must have the same rank.")
    if rank < 2:
        raise ValueError(f"matmul: received tensors of rank {rank}; expected 2 or more")
    options = {"adjoint_a": adjoint_a, "adjoint_b": adjoint_b, "output_type": output_type}

    def product(left: Any, right: Any) -> Any:
        return function(left, right, transpose_a, transpose_b, **options)

    if rank == 2:
        return product(_matrix(x), _matrix(y))
    dtype = (x if isinstance(x, RaggedTensor) else y)._partition._dtype
    outer = []
    for _ in range(rank - 3):
        x, y = with_rank(x, max(1, _levels(x)), dtype), with_rank(y, max(1, _levels(y)), dtype)
        check_rows(x._partition, y._partition, "matmul")
        outer.append(x._partition)
        x, y = x._values, y._values
    swap_a, swap_b = transpose_a or adjoint_a, transpose_b or adjoint_b
    return nested(_batch(product, x, y, swap_a, swap_b, dtype), outer)


def _levels(value: Any) -> int:
    return value.ragged_rank if isinstance(value, RaggedTensor) else 0


def _matrix(value: Any) -> Any:
    if not isinstance(value, RaggedTensor):
        return value

    def rectangular(splits: Array) -> None:
        lengths = np.diff(splits)
        if lengths.size and (lengths != lengths[0]).any():
            raise _not_rectangular(lengths.tolist())

    host.check(rectangular, [given_splits(value._partition)])
    return to_tensor(value, None, None)


def _not_rectangular(lengths: Any) -> Exception:
    return invalid_argument(
        "matmul",
        "The matrices in `a` and `b` may not be ragged in their innermost dimension: received rows "
        f"of {lengths} elements",
    )


def _all(size: int, rows: Any) -> Any:
    """One size for each of the matrices."""
    if isinstance(rows, int):
        return np.full(rows, size)

    def sizes(rows: Array) -> Array:
        return np.full(int(rows), size)

    return host.compute(sizes, [rows], host.vector(None, dtypes.int64))


def _sizes(value: Any, rows: Any) -> tuple[Any, Any]:
    """How many rows and how many columns each of the matrices has, as inputs."""
    if not isinstance(value, RaggedTensor):
        shape = value.shape.as_list()
        return _all(shape[1], rows), _all(shape[2], rows)
    lengths = value._partition.row_lengths()
    inner = value._values
    if not isinstance(inner, RaggedTensor):
        return lengths, _all(inner.shape[1], rows)
    splits = [given_splits(value._partition), given_splits(inner._partition)]

    def columns(outer: Array, bounds: Array) -> Array:
        widths = np.diff(bounds)
        counts = np.diff(outer)
        first = np.zeros(counts.shape[0], np.int64)
        full = counts > 0
        first[full] = widths[outer[:-1][full]]
        if (widths != np.repeat(first, counts)).any():
            raise _not_rectangular(widths.tolist())
        return first

    return lengths, host.compute(
        columns, splits, host.vector(rows if isinstance(rows, int) else None, dtypes.int64)
    )


def _batch(product: _Dense, x: Any, y: Any, swap_a: bool, swap_b: bool, dtype: Any) -> Any:
    count: Any = x.shape[0] if x.shape[0] is not None else y.shape[0]
    if count is None:
        count = (x if isinstance(x, RaggedTensor) else y)._partition.nrows()
    rows_a, columns_a = _sizes(x, count)
    rows_b, columns_b = _sizes(y, count)
    # Sizes that all matrices share for sure make no ragged axis.
    shape_a, shape_b = x.shape[1:].as_list(), y.shape[1:].as_list()
    fixed = [shape_a[1 if swap_a else 0] is not None, shape_b[0 if swap_b else 1] is not None]
    if swap_a:
        rows_a, columns_a = columns_a, rows_a
    if swap_b:
        rows_b, columns_b = columns_b, rows_b

    def agree(inner_a: Array, inner_b: Array, rows: Array, columns: Array) -> None:
        used = (rows > 0) & (columns > 0)
        if (inner_a != inner_b)[used].any():
            raise invalid_argument(
                "matmul",
                "The matrices in `a` and `b` do not fit: received inner sizes "
                f"{inner_a.tolist()} and {inner_b.tolist()}",
            )

    host.check(agree, [columns_a, rows_b, rows_a, columns_b])
    padded = product(
        *[to_tensor(v, None, None) if isinstance(v, RaggedTensor) else v for v in (x, y)]
    )
    if fixed[1]:
        return from_tensor(padded, None if fixed[0] else rows_a, None, 1, dtype)

    def repeated(rows: Array, columns: Array) -> Array:
        return np.repeat(columns, rows)

    widths = host.compute(repeated, [rows_a, columns_b], host.vector(None, dtypes.int64))
    return from_tensor(padded, (rows_a, widths), None, 1, dtype)


# ------------------------------------------------------------------------------------------ softmax
def softmax(function: _Dense, logits: Any, axis: Any = None, name: str | None = None) -> Any:
    """tf.nn.softmax along the last axis."""
    rank = logits.shape.rank
    number = -1 if axis is None else axis
    if axis_of(number, rank) != rank - 1:
        raise invalid_argument(
            "softmax", f"received axis = {axis} for a ragged tensor; expected the last one"
        )
    flat = logits.flat_values
    parts = logits._nested_row_partitions
    if flat.shape.rank > 1:
        return nested(function(flat), parts)
    ids, count = rowids(parts[-1], flat), row_count(parts[-1])
    largest = stop_gradient(segmented(segments.unsorted_segment_max, flat, ids, count))
    powers = exp(flat - gather(largest, ids))
    total = segmented(segments.unsorted_segment_sum, powers, ids, count)
    return nested(powers / gather(total, ids), parts)


def cumsum(
    function: _Dense,
    x: Any,
    axis: Any = 0,
    exclusive: bool = False,
    reverse: bool = False,
    name: str | None = None,
) -> Any:
    """tf.cumsum: of the dense tensor, filled up with zeros, that has the same elements."""
    number = axis_of(axis, x.shape.rank)
    wide = function(to_tensor(x, None, None), number, exclusive, reverse)
    parts = [uneven(part) for part in x._nested_row_partitions]
    return nested(gather_nd(wide, coordinates_of(x)), parts)


# ------------------------------------------------------------------------------------------- counts
def bincount(
    function: _Dense,
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = dtypes.int32,
    name: str | None = None,
    axis: Any = None,
    binary_output: bool = False,
) -> Any:
    """tf.math.bincount of all values, or with axis = -1 of each row.

    Without an axis, values that are vectors have a row each, as TensorFlow counts them.
    """
    if isinstance(weights, RaggedTensor):
        if not isinstance(arr, RaggedTensor):
            raise ValueError("`weights` must have the same type as `arr`: received a RaggedTensor")
        parts = zip(arr._nested_row_partitions, weights._nested_row_partitions, strict=False)
        for a, b in parts:
            check_rows(a, b, "Bincount")
        weights = weights.flat_values
    values = arr.flat_values
    if axis in (None, 0):
        options: dict[str, Any] = {"binary_output": True} if binary_output else {}
        if values.shape.rank is not None and values.shape.rank > 1:
            if values.shape.rank > 2:
                raise invalid_argument(
                    "DenseBincount",
                    f"received shape {values.shape}; expected rank 1 or 2",
                )
            options["axis"] = -1
        return function(values, weights, minlength, maxlength, dtype, **options)
    if axis != -1:
        raise ValueError(
            f"Unsupported value for argument axis={axis}. Only 0 and -1 are supported."
        )
    if arr.shape.rank != 2:
        raise ValueError(f"tf.math.bincount: received rank {arr.shape.rank}; expected 2")
    limits = [None if n is None else int(n) for n in (minlength, maxlength)]
    if values.dtype not in dtypes.INTEGERS:
        values = cast(values, dtypes.int32)

    def row_counts(splits: Array, values: Array, *weights: Array) -> Array:
        return _counted(splits, values, weights, limits, binary_output)

    found = as_dtype(dtype) if weights is None else weights.dtype
    inputs = [given_splits(arr._partition), values, *([] if weights is None else [weights])]
    spec = TensorSpec([arr.shape[0], None], found)
    counts = host.compute(row_counts, inputs, spec)
    return host.tensor(counts, found) if isinstance(counts, np.ndarray) else counts


def _counted(
    splits: Array, values: Array, weights: Any, limits: list[int | None], binary: bool
) -> Array:
    """How often each number occurs in each row, or the sums of its weights."""
    if values.size and values.min() < 0:
        raise invalid_argument("RaggedBincount", "Input must be non-negative")
    size = max(int(values.max()) + 1 if values.size else 0, limits[0] or 0)
    size = size if limits[1] is None else min(size, limits[1])
    rows = splits.shape[0] - 1
    inside = values < size
    places = (rowids_of_splits(splits) * size + values)[inside]
    given = weights[0][inside].astype(np.float64) if weights else None
    found = np.bincount(places, given, minlength=rows * size).reshape(rows, size)
    return np.asarray(found > 0 if binary else found)
