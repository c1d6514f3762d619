"""Batches and rows of ragged and sparse tensors, computed by NumPy; and of other values."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src import batches
from tfcompat._src.convert import from_numpy
from tfcompat._src.dtypes import int64
from tfcompat._src.errors import invalid_argument
from tfcompat._src.host import HostTensor
from tfcompat._src.ragged.spec import RaggedTensorSpec
from tfcompat._src.ragged.tensor import RaggedTensor
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.sparse_tensor_spec import SparseTensorSpec


def _tensor(array: Any, dtype: Any) -> Any:
    return HostTensor(array, dtype) if array.dtype == object else from_numpy(array, dtype)


def stack_values(spec: Any, parts: Sequence[Any], op: str) -> Any:
    """A batch of values that are no dense tensors."""
    if isinstance(spec, RaggedTensorSpec):
        return _stacked_ragged(spec, parts)
    if isinstance(spec, SparseTensorSpec):
        return _stacked_sparse(spec, parts, op)
    if not hasattr(spec, "_batch"):
        raise TypeError(f"{op}: values of {spec!r} cannot be put together in a batch")
    return batches.batched(list(parts), spec)


# --------------------------------------------------------------------------------------- ragged
def ragged_of(arrays: Sequence[Any], dtype: Any, splits_dtype: Any) -> Any:
    """Arrays, of one rank that is 1 or more, as the rows of a ragged tensor."""
    from tfcompat._src.convert import constant
    from tfcompat._src.ragged.joining import stack

    kind = splits_dtype.as_numpy_dtype
    inner = {array.shape[1:] for array in arrays}
    if len(inner) > 1 or arrays[0].ndim > 1:
        found = stack([_tensor(np.ascontiguousarray(array), dtype) for array in arrays])
        return found.with_row_splits_dtype(splits_dtype)
    splits = np.zeros(len(arrays) + 1, kind)
    np.cumsum([len(array) for array in arrays], out=splits[1:])
    flat = np.concatenate(arrays) if arrays else np.zeros(0, dtype.as_numpy_dtype)
    return RaggedTensor.from_row_splits(_tensor(flat, dtype), constant(splits), validate=False)


def _stacked_ragged(spec: RaggedTensorSpec, parts: Sequence[Any]) -> Any:
    if spec.ragged_rank == 0:
        arrays = [part._numpy() if hasattr(part, "_numpy") else part for part in parts]
        if spec.shape.rank == 0:
            from tfcompat._src.data.rows import stack_arrays

            return _tensor(stack_arrays(arrays, "Dataset.batch"), spec.dtype)
        return ragged_of(arrays, spec.dtype, spec.row_splits_dtype)
    from tfcompat._src.ragged.joining import stack

    found = stack(list(parts)).with_row_splits_dtype(spec.row_splits_dtype)
    rows = spec.shape[0]
    if rows is None:
        return found
    return RaggedTensor.from_uniform_row_length(found.values, rows, len(parts), validate=False)


# --------------------------------------------------------------------------------------- sparse
def _stacked_sparse(spec: SparseTensorSpec, parts: Sequence[Any], op: str) -> SparseTensor:
    places = [part.indices._numpy() for part in parts]
    sizes = np.stack([part.dense_shape._numpy() for part in parts])
    if len({len(size) for size in sizes}) > 1:
        raise invalid_argument(op, "received sparse tensors of different ranks")
    rows = np.repeat(np.arange(len(parts)), [len(place) for place in places])
    indices = np.concatenate([rows[:, None], np.concatenate(places)], 1)
    values = np.concatenate([part.values._numpy() for part in parts])
    shape = np.concatenate([[len(parts)], sizes.max(0)]).astype(np.int64)
    return SparseTensor(
        from_numpy(indices.astype(np.int64), int64),
        _tensor(values, spec.dtype),
        from_numpy(shape, int64),
    )


def sparse_of(arrays: Sequence[Any], dtype: Any, row_shape: Sequence[int]) -> SparseTensor:
    """Arrays as the rows of a sparse tensor, all elements of which are kept."""
    rank = len(row_shape)
    size = [
        max([array.shape[axis] for array in arrays]) if wanted < 0 else wanted
        for axis, wanted in enumerate(row_shape)
    ]
    places = [
        np.indices(array.shape).reshape(rank, array.size).T if rank else np.zeros((1, 0), np.int64)
        for array in arrays
    ]
    rows = np.repeat(np.arange(len(arrays)), [array.size for array in arrays])
    indices = np.concatenate([rows[:, None], np.concatenate(places)], 1).astype(np.int64)
    values = np.concatenate([array.reshape(-1) for array in arrays])
    shape = np.array([len(arrays), *size], np.int64)
    return SparseTensor(
        from_numpy(indices, int64), _tensor(values, dtype), from_numpy(shape, int64)
    )


# ----------------------------------------------------------------------------------------- rows
def unstack_values(spec: Any, part: Any, op: str) -> list[Any]:
    """The rows of a value that is no dense tensor."""
    if isinstance(part, SparseTensor):
        return _sparse_rows(spec, part)
    if isinstance(part, RaggedTensor):
        return _ragged_rows(spec, part)
    if isinstance(spec, RaggedTensorSpec):
        return [part[at] for at in range(int(part.shape[0]))]
    return batches.rows_of(part, op)


def _sparse_rows(spec: SparseTensorSpec, whole: SparseTensor) -> list[Any]:
    indices, values = whole.indices._numpy(), whole.values._numpy()
    shape = whole.dense_shape._numpy()
    order = np.argsort(indices[:, 0], kind="stable")
    indices, values = indices[order], values[order]
    ends = np.searchsorted(indices[:, 0], np.arange(shape[0] + 1))
    size = from_numpy(shape[1:], int64)
    return [
        SparseTensor(
            from_numpy(np.ascontiguousarray(indices[start:stop, 1:]), int64),
            _tensor(values[start:stop], spec.dtype),
            size,
        )
        for start, stop in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True)
    ]


def _ragged_rows(spec: RaggedTensorSpec, whole: RaggedTensor) -> list[Any]:
    splits = whole.row_splits._numpy().tolist()
    values = whole.values
    spans = itertools.pairwise(splits)
    if isinstance(values, RaggedTensor):
        return [values[start:stop] for start, stop in spans]
    array = values._numpy()
    return [_tensor(array[start:stop], spec.dtype) for start, stop in spans]
