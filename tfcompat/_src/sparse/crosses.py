"""tf.sparse.cross and cross_hashed: every combination of the features of several columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.rules import gives
from tfcompat._src.hashes.farmhash import fingerprint64
from tfcompat._src.hashes.strings import hashed
from tfcompat._src.naming import public
from tfcompat._src.sparse.common import Array, assembled, coordinates, of_rank, sizes
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.sparse_tensor_spec import SparseTensorSpec
from tfcompat._src.tensor import Tensor, TensorBase

_KEY = 0xDECAFCAFFE
_FACTOR = np.uint64(0xC6A4A7935BD1E995)
_HIGH = np.uint64(47)


class Column(NamedTuple):
    """One input: its features in the order of rows, and where those of each row begin."""

    features: Array
    begins: Array


def _columns(inputs: Any, op: str) -> tuple[list[Column], int]:
    if not isinstance(inputs, (list, tuple)):
        raise TypeError("Inputs must be a list")
    if not all(isinstance(x, (SparseTensor, TensorBase)) for x in inputs):
        raise TypeError("All inputs must be Tensor or SparseTensor.")
    # Sparse columns come before dense ones.
    ordered: list[Any] = [x for x in inputs if isinstance(x, SparseTensor)]
    ordered += [x for x in inputs if not isinstance(x, SparseTensor)]
    if not ordered:
        raise invalid_argument(op, "received no inputs; expected one or more")
    counts = []
    found = []
    for x in ordered:
        if isinstance(x, SparseTensor):
            shape = sizes(x)
            values, rows = _features(x._values, op), coordinates(x)[:, 0]
        else:
            dense = to_tensor(x)
            shape = tuple(dense._shape)
            values = _features(dense, op).reshape(-1)
            rows = np.repeat(np.arange(shape[0]), shape[1] if len(shape) == 2 else 1)
        if len(shape) != 2:
            raise invalid_argument(
                op, f"Input should be a matrix; received the shape {list(shape)}"
            )
        counts.append(shape[0])
        begins = np.concatenate([[0], np.cumsum(np.bincount(rows, minlength=shape[0]))])
        found.append(Column(values, begins))
    if len(set(counts)) > 1:
        raise invalid_argument(op, f"Expected the same batch size of all inputs, received {counts}")
    return found, counts[0]


def _features(x: Tensor, op: str) -> Array:
    numbers = x._numpy()
    if x._dtype is dtypes.string:
        return numbers
    if x._dtype not in dtypes.REAL and x._dtype is not dtypes.bool_:
        raise invalid_argument(
            op, f"received a tensor of {x._dtype.name}; expected int64 or string"
        )
    return numbers.astype(np.int64)


def _combined(columns: Sequence[Column], rows: int) -> tuple[Array, Array, list[Array]]:
    """For each combination its row, its number there, and its feature of each column."""
    counts = [np.diff(c.begins) for c in columns]
    totals = np.prod(counts, axis=0, dtype=np.int64)
    row = np.repeat(np.arange(rows), totals)
    number = np.arange(int(totals.sum())) - np.repeat(np.cumsum(totals) - totals, totals)
    left = number
    places = []
    # The features of the last column come one after another.
    for column, count in zip(reversed(columns), reversed(counts), strict=True):
        size = np.maximum(count[row], 1)
        left, at = np.divmod(left, size)
        places.append(column.begins[row] + at)
    return row, number, places[::-1]


def _result(row: Array, number: Array, values: Tensor, rows: int) -> SparseTensor:
    width = int(number.max()) + 1 if len(number) else 0
    return assembled(np.stack([row, number], 1), values, [rows, width])


def _texts(*args: Any, **kwargs: Any) -> SparseTensorSpec:
    return of_rank(2, dtypes.string)


def _numbers(*args: Any, **kwargs: Any) -> SparseTensorSpec:
    return of_rank(2, dtypes.int64)


@gives(_texts)
@public("tfcompat.sparse")
def cross(inputs: Any, name: str | None = None, separator: Any = None) -> SparseTensor:
    """The texts of all combinations of one feature of each matrix, row by row.

    Features are joined by `separator`, by default "_X_"; those of sparse inputs come first.

    Raises TypeError for what is no list of tensors, InvalidArgumentError for other shapes.
    """
    columns, rows = _columns(inputs, "SparseCrossV2")
    row, number, places = _combined(columns, rows)
    between = b"_X_" if separator is None else to_tensor(separator)._numpy().item()
    texts = [
        [f if isinstance(f, bytes) else b"%d" % f for f in column.features[at].tolist()]
        for column, at in zip(columns, places, strict=True)
    ]
    found = np.empty(len(row), object)
    found[:] = [between.join(parts) for parts in zip(*texts, strict=True)]
    return _result(row, number, from_numpy(found, dtypes.string), rows)


@gives(_numbers)
@public("tfcompat.sparse")
def cross_hashed(
    inputs: Any, num_buckets: int = 0, hash_key: int | None = None, name: str | None = None
) -> SparseTensor:
    """As `cross`, with a hash of each combination, below `num_buckets` unless that is 0.

    Raises TypeError for what is no list of tensors, InvalidArgumentError for other shapes.
    """
    if num_buckets < 0:
        raise invalid_argument(
            "SparseCross", f"received num_buckets={num_buckets}; expected 0 or more"
        )
    columns, rows = _columns(inputs, "SparseCross")
    row, number, places = _combined(columns, rows)
    found = np.full(len(row), np.uint64(hash_key or _KEY), np.uint64)
    for column, at in zip(columns, places, strict=True):
        found = joined_prints(found, _prints(column.features)[at])
    found %= np.uint64(num_buckets or 2**63 - 1)
    return _result(row, number, from_numpy(found.astype(np.int64), dtypes.int64), rows)


def _prints(features: Array) -> Array:
    if features.dtype != object:
        return features.astype(np.uint64)
    return hashed(features.tolist(), fingerprint64).astype(np.uint64)


def joined_prints(a: Array, b: Array) -> Array:
    """One fingerprint of two, as TensorFlow joins them."""
    with np.errstate(over="ignore"):
        second = b * _FACTOR
        found = a ^ _FACTOR ^ ((second ^ (second >> _HIGH)) * _FACTOR)
        found = found * _FACTOR
        found = (found ^ (found >> _HIGH)) * _FACTOR
    return found ^ (found >> _HIGH)
