"""tf.ragged.cross and tf.ragged.cross_hashed: all combinations of the features of a row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import convert_to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.hashes.farmhash import fingerprint64
from tfcompat._src.host import HostTensor
from tfcompat._src.naming import public
from tfcompat._src.ops.casting import cast
from tfcompat._src.ragged import host
from tfcompat._src.ragged.host import Array
from tfcompat._src.ragged.partition import of_splits
from tfcompat._src.ragged.shaping import given_splits
from tfcompat._src.ragged.splits import rowids_of_splits, splits_of_lengths
from tfcompat._src.ragged.tensor import RaggedTensor, make
from tfcompat._src.sparse_tensor import SparseTensor

_HASH_KEY = 0xDECAFCAFFE
_MULTIPLIER = np.uint64(0xC6A4A7935BD1E995)


@public("tfcompat.ragged")
def cross(inputs: Any, name: str | None = None) -> RaggedTensor:
    """For each row, all combinations of one string or int64 of each input, joined by "_X_".

    The inputs are ragged, sparse or dense matrices with as many rows.
    """
    return _crossed(inputs, None)


@public("tfcompat.ragged")
def cross_hashed(
    inputs: Any, num_buckets: int = 0, hash_key: int | None = None, name: str | None = None
) -> RaggedTensor:
    """As `cross`, with an int64 for each combination: a hash, smaller than `num_buckets` if not 0.

    Raises InvalidArgumentError for a negative `num_buckets`.
    """
    if num_buckets < 0:
        raise invalid_argument(
            "RaggedCross", f"Argument `num_buckets` must be >= 0; received {num_buckets}"
        )
    return _crossed(inputs, (num_buckets, _HASH_KEY if hash_key is None else hash_key))


def _crossed(inputs: Any, hashing: tuple[int, int] | None) -> RaggedTensor:
    if not isinstance(inputs, (list, tuple)) or not inputs:
        raise TypeError("Argument `inputs` must be a list. Received " + repr(inputs))
    arrays: list[Any] = []
    for value in inputs:
        arrays += _parts(value)
    dtype = dtypes.int64 if hashing else dtypes.string

    def crossed(*arrays: Array) -> tuple[Array, Array]:
        return _combinations(list(zip(arrays[::2], arrays[1::2], strict=True)), hashing)

    specs = [host.vector(None, dtypes.int64), host.vector(None, dtype)]
    splits, values = host.compute(crossed, arrays, specs)
    if isinstance(values, np.ndarray):
        values = host.tensor(values, dtype) if hashing else HostTensor(values)
    ragged = {one.row_splits.dtype for one in inputs if isinstance(one, RaggedTensor)}
    if ragged == {dtypes.int32}:
        if not isinstance(splits, np.ndarray):
            splits = cast(splits, dtypes.int32)
        return make(values, of_splits(splits, dtypes.int32))
    return make(values, of_splits(splits, dtypes.int64))


def _parts(value: Any) -> list[Any]:
    """The row splits and the values of an input."""
    if isinstance(value, RaggedTensor):
        if value.ragged_rank != 1 or value.flat_values.shape.rank != 1:
            raise ValueError("tf.ragged.cross only supports inputs with rank=2.")
        return [given_splits(value._partition), _feature(value.flat_values)]
    if isinstance(value, SparseTensor):

        def rows(indices: Array, shape: Array) -> Array:
            found = np.bincount(indices[:, 0], minlength=int(shape[0]))
            return splits_of_lengths(found.astype(np.int64))

        spec = host.vector(None, dtypes.int64)
        splits = host.compute(rows, [value.indices, value.dense_shape], spec)
        return [splits, _feature(value.values)]
    dense = convert_to_tensor(value)
    if dense.shape.rank != 2:
        raise ValueError("tf.ragged.cross only supports inputs with rank=2.")
    if dense.shape.is_fully_defined():
        rows_count, width = dense.shape.as_list()
        splits = np.arange(rows_count + 1) * width  # type: ignore[operator]
    else:
        from tfcompat._src.ops.sizes import shape

        def uniform(sizes: Array) -> Array:
            return np.asarray(np.arange(sizes[0] + 1) * sizes[1])

        splits = host.compute(uniform, [shape(dense)], host.vector(None, dtypes.int64))
    from tfcompat._src.ops.array import reshape

    return [splits, _feature(reshape(dense, [-1]))]


def _feature(value: Any) -> Any:
    if value.dtype is dtypes.string or value.dtype is dtypes.int64:
        return value
    if value.dtype.is_integer:
        from tfcompat._src.ops.casting import cast

        return cast(value, dtypes.int64)
    raise ValueError(
        f"Unexpected dtype for inputs of tf.ragged.cross: {value.dtype.name}; expected strings or "
        "integers"
    )


def _combinations(
    features: Sequence[tuple[Array, Array]], hashing: tuple[int, int] | None
) -> tuple[Array, Array]:
    rows = {splits.shape[0] - 1 for splits, _ in features}
    if len(rows) > 1:
        raise invalid_argument(
            "RaggedCross", f"inputs must all have the same number of rows: {rows}"
        )
    lengths = [np.diff(splits) for splits, _ in features]
    counts = np.prod(lengths, axis=0).astype(np.int64)
    splits = splits_of_lengths(counts)
    row = rowids_of_splits(splits)
    number = np.arange(splits[-1]) - splits[:-1][row]
    chosen = []
    # The last feature varies fastest.
    for (bounds, values), length in zip(reversed(features), reversed(lengths), strict=True):
        size = length[row]
        chosen.append(values[bounds[:-1][row] + number % np.maximum(size, 1)])
        number = number // np.maximum(size, 1)
    chosen.reverse()
    if hashing is None:
        return splits, _texts(chosen)
    return splits, _hashes(chosen, *hashing)


def _texts(columns: Sequence[Array]) -> Array:
    parts = [
        column if column.dtype == object else np.array([b"%d" % n for n in column.tolist()], object)
        for column in columns
    ]
    found = parts[0]
    for part in parts[1:]:
        found = found + b"_X_" + part
    return np.asarray(found, object)


def _mixed(value: Array) -> Array:
    return np.asarray(value ^ (value >> np.uint64(47)))


def _hashes(columns: Sequence[Array], buckets: int, key: int) -> Array:
    count = columns[0].shape[0]
    found = np.full(count, key, np.uint64)
    with np.errstate(over="ignore"):
        for column in columns:
            if column.dtype == object:
                numbers = np.array([fingerprint64(s) for s in column.tolist()], np.uint64)
            else:
                numbers = column.astype(np.int64).view(np.uint64)
            found = found ^ _MULTIPLIER ^ (_mixed(numbers * _MULTIPLIER) * _MULTIPLIER)
            found = _mixed(_mixed(found * _MULTIPLIER) * _MULTIPLIER)
    limit = buckets if buckets else np.iinfo(np.int64).max
    return (found % np.uint64(limit)).astype(np.int64)
