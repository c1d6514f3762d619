"""Batches of elements of different shapes: ragged_batch and sparse_batch."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.convert import to_tensor
from tfcompat._src.data import rows, structure
from tfcompat._src.data.batching import _BatchDataset, batches_of, positive
from tfcompat._src.data.composites import ragged_of, sparse_of
from tfcompat._src.data.dataset import DatasetV2, UnaryDataset, specs_of
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, Through, Walk
from tfcompat._src.dtypes import as_dtype, int32, int64
from tfcompat._src.errors import DataLossError, invalid_argument
from tfcompat._src.ragged.spec import RaggedTensorSpec
from tfcompat._src.shapes import TensorShape
from tfcompat._src.sparse_tensor_spec import SparseTensorSpec
from tfcompat._src.tensor_spec import TensorSpec


class RaggedBatchWalk(Through):
    """Batches as ragged tensors."""

    def __init__(
        self, source: Walk, specs: list[Any], dtype: Any, size: int, drop_remainder: bool
    ) -> None:
        super().__init__(source)
        self.stacks = False
        self._specs, self._dtype, self._size, self._drop = specs, dtype, size, drop_remainder

    def take(self) -> Components:
        elements = self._source.take_many(self._size)
        if not elements or (self._drop and len(elements) < self._size):
            raise StopIteration
        columns = zip(*elements, strict=True)
        pairs = zip(self._specs, columns, strict=True)
        return tuple([self._stacked(spec, column) for spec, column in pairs])

    def _stacked(self, spec: Any, column: Any) -> Any:
        if is_ragged_in_batches(spec):
            return ragged_of(column, spec.dtype, self._dtype)
        return rows.stack(spec, column, "Dataset.ragged_batch")

    take_many = Walk.take_many
    skip = Walk.skip


def is_ragged_in_batches(spec: Any) -> bool:
    """Whether values of a type have shapes that differ."""
    if not isinstance(spec, TensorSpec) or spec.shape.rank == 0:
        return False
    return not spec.shape.is_fully_defined()


class _RaggedBatchDataset(_BatchDataset):
    """Batches as ragged tensors, where the shapes of elements differ."""

    def __init__(
        self, source: DatasetV2, batch_size: Any, drop_remainder: Any, row_splits_dtype: Any
    ) -> None:
        super().__init__(source, batch_size, drop_remainder)
        self._dtype = as_dtype(row_splits_dtype)
        if self._dtype not in (int32, int64):
            raise ValueError(
                "Dataset.ragged_batch: row_splits_dtype must be int32 or int64, received "
                f"{row_splits_dtype!r}"
            )
        known = self._size if self._drop else None
        self._spec = structure.map_structure(
            lambda spec: self._ragged(spec, known), source.element_spec
        )

    def _ragged(self, spec: Any, size: int | None) -> Any:
        if not is_ragged_in_batches(spec):
            return rows.batch_spec(spec, size)
        shape = spec.shape
        if shape.rank is None:
            raise ValueError(
                f"Dataset.ragged_batch: received elements of {spec!r}; expected a known rank"
            )
        whole = TensorShape([size]).concatenate(shape)
        return RaggedTensorSpec(whole, spec.dtype, shape.rank, self._dtype)

    def _start(self, context: Context) -> Walk:
        source = self._source._start(context)
        return RaggedBatchWalk(source, specs_of(self._source), self._dtype, self._size, self._drop)


_RaggedBatchDataset.__name__ = _RaggedBatchDataset.__qualname__ = "_BatchDataset"


def ragged_batch(
    dataset: DatasetV2, batch_size: Any, drop_remainder: bool, row_splits_dtype: Any
) -> DatasetV2:
    """Batches as ragged tensors, where the shapes of elements differ."""
    return _RaggedBatchDataset(dataset, batch_size, drop_remainder, row_splits_dtype)


class SparseBatchWalk(Through):
    """Batches as sparse tensors."""

    def __init__(self, source: Walk, dtype: Any, size: int, row_shape: list[int]) -> None:
        super().__init__(source)
        self.stacks = False
        self._dtype, self._size, self._row = dtype, size, row_shape

    def take(self) -> Components:
        arrays: list[Any] = []
        # One by one: after an error the next element is that behind the wrong one.
        while len(arrays) < self._size and (element := self._source.take_many(1)):
            array = element[0][0]
            arrays.append(array)
            if array.ndim != len(self._row):
                raise invalid_argument(
                    "Dataset.sparse_batch",
                    f"Input element had shape ({list(array.shape)}) that is incompatible with the "
                    f"row shape ({self._row}).",
                )
            pairs = zip(array.shape, self._row, strict=True)
            if any(0 <= wanted < own for own, wanted in pairs):
                raise DataLossError(
                    None,
                    None,
                    f"Dataset.sparse_batch: Input element had shape ({list(array.shape)}) that is "
                    f"larger than the row shape ({self._row}).",
                )
        if not arrays:
            raise StopIteration
        return (sparse_of(arrays, self._dtype, self._row),)

    take_many = Walk.take_many
    skip = Walk.skip


class _DenseToSparseBatchDataset(UnaryDataset):
    """Batches as sparse tensors."""

    def __init__(self, source: DatasetV2, batch_size: Any, row_shape: Any) -> None:
        super().__init__(source)
        spec = source.element_spec
        if not isinstance(spec, TensorSpec):
            raise TypeError(
                "`dense_to_sparse_batch` requires an input dataset whose elements have a single "
                f"component, but the given dataset has the following component types: {spec}."
            )
        self._size = positive(batch_size, "Dataset.sparse_batch", "batch_size", "Batch size")
        if isinstance(row_shape, (list, tuple, TensorShape)):
            found = [-1 if d is None else int(d) for d in TensorShape(row_shape).as_list()]
        else:
            found = np.asarray(to_tensor(row_shape)._numpy()).tolist()
        self._row = found
        shape = TensorShape([None, *[None if d < 0 else d for d in found]])
        self._spec = SparseTensorSpec(shape, spec.dtype)

    def _cardinality(self) -> int:
        return batches_of(self._source._cardinality(), self._size, False)

    def _start(self, context: Context) -> Walk:
        source = self._source._start(context)
        return SparseBatchWalk(source, self._source.element_spec.dtype, self._size, self._row)


def sparse_batch(dataset: DatasetV2, batch_size: Any, row_shape: Any) -> DatasetV2:
    """Batches as sparse tensors."""
    return _DenseToSparseBatchDataset(dataset, batch_size, row_shape)
