"""tf.sparse.bincount: how often each number occurs, as a sparse tensor."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import INDEX
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import wrong_dtype
from tfcompat._src.ops.segments import bincount as dense_bincount, unsorted_segment_sum
from tfcompat._src.sparse.common import (
    Array,
    as_sparse,
    assembled,
    coordinates,
    longs,
    of_rank,
    sizes,
)
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.sparse_tensor_spec import SparseTensorSpec
from tfcompat._src.tensor import Tensor

_WEIGHTS = frozenset({dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64})


def _is_ragged(x: Any) -> bool:
    return hasattr(x, "flat_values") and hasattr(x, "row_splits")


def _is_sparse(x: Any) -> bool:
    return isinstance(x, SparseTensor)


def _counted(
    values: Any,
    weights: Any = None,
    axis: Any = 0,
    minlength: Any = None,
    maxlength: Any = None,
    binary_output: bool = False,
    name: str | None = None,
) -> SparseTensorSpec:
    like = values if weights is None or binary_output else weights
    dtype = like.dtype if hasattr(like, "dtype") else to_tensor(like)._dtype
    return of_rank(2 if axis == -1 else 1, dtype)


def _parts(values: Any, op: str, axis: int | None) -> tuple[Array, Array, int | None]:
    """The numbers, the row of each, and how many rows there are; None where all are one row."""
    if isinstance(values, SparseTensor):
        numbers, shape = _numbers(values._values, op), sizes(values)
        if len(shape) == 1 or axis != -1:
            return numbers, np.zeros(len(numbers), np.int64), None
        if len(shape) > 2:
            raise invalid_argument(op, f"received values of rank {len(shape)}; expected 1 or 2")
        return numbers, coordinates(values)[:, 0], shape[0]
    if _is_ragged(values):
        if axis != -1:
            numbers = _numbers(values.flat_values, op).reshape(-1)
            return numbers, np.zeros(len(numbers), np.int64), None
        splits = to_tensor(values.row_splits)._numpy()
        rows = np.repeat(np.arange(len(splits) - 1), np.diff(splits))
        return _numbers(values.flat_values, op), rows, len(splits) - 1
    numbers = _numbers(to_tensor(values), op)
    if numbers.ndim == 1 or (axis != -1 and numbers.ndim):
        return numbers.reshape(-1), np.zeros(numbers.size, np.int64), None
    if numbers.ndim != 2:
        raise invalid_argument(op, f"received values of rank {numbers.ndim}; expected 1 or 2")
    count, width = numbers.shape
    return numbers.reshape(-1), np.repeat(np.arange(count), width), count


def _numbers(x: Tensor, op: str) -> Array:
    if op == "DenseBincount" and x._dtype not in dtypes.INTEGERS:
        x = cast(x, dtypes.int32)
    if x._dtype not in INDEX:
        raise wrong_dtype(op, x._dtype, INDEX)
    return x._numpy()


def _check(values: Any, weights: Any, axis: Any) -> None:
    if axis not in (0, -1):
        raise ValueError(
            f"Unsupported value for argument axis={axis}. Only 0 and -1 are supported."
        )
    if weights is None:
        return
    for of, name in ((_is_sparse, "SparseTensor"), (_is_ragged, "RaggedTensor")):
        if of(values) and not of(weights):
            raise ValueError(
                f"Argument `weights` must be a {name} if `values` is a {name}. Received "
                f"weights={weights} of type: {type(weights).__name__}"
            )


@gives(_counted)
@public("tfcompat.sparse")
def bincount(
    values: Any,
    weights: Any = None,
    axis: int | None = 0,
    minlength: Any = None,
    maxlength: Any = None,
    binary_output: bool = False,
    name: str | None = None,
) -> SparseTensor:
    """How often each of 0, 1, 2, ... occurs, in a sparse tensor of those that do.

    Args:
      values: integers: a dense, ragged or sparse tensor.
      weights: what each counts, of the same kind and shape; None: 1.
      axis: 0 or None: all of `values` together; -1: each row of a matrix alone.
      minlength: the least size of the last axis.
      maxlength: its greatest; larger numbers are left out.
      binary_output: whether only 1 stands where a number occurs. Excludes `weights`.
      name: ignored.

    Raises:
      ValueError: another axis, or weights of another kind.
      InvalidArgumentError: negative values, weights of another shape.
    """
    axis = 0 if axis is None else axis
    op = "SparseCountSparseOutput" if isinstance(values, SparseTensor) else "DenseCountSparseOutput"
    if isinstance(values, (list, tuple)) or not hasattr(values, "shape"):
        values = to_tensor(values)
    _check(values, weights, axis)
    numbers, rows, count = _parts(values, op, axis)
    by = None
    if weights is not None:
        if binary_output:
            raise ValueError("bincount: received weights beside binary_output; expected either")
        by = _weights(values, weights, op)
        if len(by) != len(numbers):
            raise invalid_argument(
                op, f"Weights and values must have the same size: {len(by)} vs. {len(numbers)}"
            )
    if len(numbers) and numbers.min() < 0:
        raise invalid_argument(op, f"Input values must all be non-negative: {numbers.min()}")
    counts = numbers.dtype
    numbers = numbers.astype(np.int64)
    lowest = -1 if minlength is None else int(to_tensor(minlength)._numpy())
    highest = -1 if maxlength is None else int(to_tensor(maxlength)._numpy())
    if min(lowest, highest) < -1 or count == 0:
        raise invalid_argument(
            op,
            f"received minlength={minlength}, maxlength={maxlength} and {count} rows; expected "
            "lengths that are not negative, and a row",
        )
    width = max(int(numbers.max()) + 1 if len(numbers) else 1, lowest)
    if highest >= 0:
        width = highest
        keep = numbers < highest
        numbers, rows = numbers[keep], rows[keep]
        by = None if by is None else by[keep]
    keys, which = np.unique(rows * max(width, 1) + numbers, return_inverse=True)
    if by is not None:
        totals = np.zeros(len(keys), by.dtype)
        np.add.at(totals, which, by)
    elif binary_output:
        totals = np.ones(len(keys), counts)
    else:
        totals = np.bincount(which, minlength=len(keys)).astype(counts)
    dtype = dtypes.as_dtype(totals.dtype)
    at = np.stack(np.divmod(keys, max(width, 1)), 1)
    made = from_numpy(totals, dtype)
    if count is None:
        return assembled(at[:, 1:], made, [width])
    return assembled(at, made, [count, width])


def _weights(values: Any, weights: Any, op: str) -> Array:
    if isinstance(values, SparseTensor):
        other = as_sparse(weights)
        same = np.array_equal(coordinates(other), coordinates(values))
        if not same or sizes(other) != sizes(values):
            raise invalid_argument(
                op, "Weights and values must have the same coordinates and shape"
            )
        found = other._values
    else:
        found = weights.flat_values if _is_ragged(weights) else to_tensor(weights)
    if found._dtype not in _WEIGHTS:
        raise wrong_dtype(op, found._dtype, _WEIGHTS)
    return found._numpy().reshape(-1)


def dense_counts(
    values: Any,
    weights: Any,
    minlength: Any,
    maxlength: Any,
    dtype: Any,
    axis: int | None,
    binary_output: bool,
) -> Tensor:
    """tf.math.bincount of a sparse or ragged tensor."""
    if axis not in (None, 0, -1):
        raise ValueError(
            f"Unsupported value for argument axis={axis}. Only 0 and -1 are supported."
        )
    _check(values, weights, 0)
    numbers, rows, count = _parts(values, "DenseBincount", axis)
    by = None if weights is None else _elements(weights)
    if axis != -1 or count is None:
        flat = from_numpy(numbers, dtypes.as_dtype(numbers.dtype))
        return dense_bincount(
            flat, by, minlength, maxlength, dtype, binary_output=binary_output and by is None
        )
    if len(numbers) and numbers.min() < 0:
        raise invalid_argument("DenseBincount", "Input arr must be non-negative!")
    width = int(numbers.max()) + 1 if len(numbers) else 0
    if minlength is not None:
        width = max(width, int(to_tensor(minlength)._numpy()))
    if maxlength is not None:
        width = min(width, int(to_tensor(maxlength)._numpy()))
    places = np.where(numbers < width, rows * width + numbers, -1)
    if by is None or by._shape == (0,):
        wanted = dtypes.as_dtype(dtype)
        ones = np.ones(len(numbers), wanted.as_numpy_dtype)
        totals = np.zeros(count * width, wanted.as_numpy_dtype)
        np.add.at(totals, places[places >= 0], ones[places >= 0])
        if binary_output:
            totals = np.minimum(totals, 1)
        return from_numpy(totals.reshape(count, width), wanted)
    return reshape(unsorted_segment_sum(by, longs(places), count * width), [count, width])


def _elements(x: Any) -> Tensor:
    if isinstance(x, SparseTensor):
        return x._values
    return x.flat_values if _is_ragged(x) else to_tensor(x)
