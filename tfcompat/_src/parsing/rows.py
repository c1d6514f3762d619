"""Ragged results: values, and how they are cut into rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src.dtypes import DType
from tfcompat._src.errors import invalid_argument
from tfcompat._src.parsing import wire
from tfcompat._src.parsing.features import (
    RowLengths,
    RowSplits,
    RowStarts,
    UniformRowLength,
    ValueRowIds,
)
from tfcompat._src.parsing.results import (
    KIND_OF,
    Array,
    Columns,
    Dims,
    Maker,
    Rows,
    shown,
)
from tfcompat._src.tensor_spec import TensorSpec


def splits_of(counts: Array) -> Array:
    """Where rows of these lengths begin, and at last where the last one ends."""
    found = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=found[1:])
    return found


class Ragged(Maker):
    """Values cut into rows by partitions; one level for each, outermost first.

    extra: how many levels there are beside those of batches and of partitions.
    """

    place = 2
    extra = 0

    def __init__(
        self,
        name: bytes,
        key: bytes,
        dtype: DType,
        partitions: Sequence[Any],
        splits: DType,
        validate: bool,
    ) -> None:
        super().__init__(name)
        self.key, self.dtype, self.kind = key, dtype, KIND_OF[dtype]
        self.partitions, self.splits = tuple(partitions), splits
        self.validate = validate
        cut = len(self.partitions)
        # What is cut into rows of one length from the inside out is an axis of the values.
        while cut and isinstance(self.partitions[cut - 1], UniformRowLength):
            cut -= 1
        self.inner = tuple([int(p.length) for p in self.partitions[cut:]])
        self.levels = self.partitions[:cut]

    # ---------------------------------------------------------------------------------- arrays
    def arrays(self, columns: Columns, rows: Rows) -> list[Array]:
        column = columns[self.key]
        rows.check(self.key, column, self.kind)
        splits = splits_of(column.counts)
        values = column.values
        for length in reversed(self.inner):
            splits = splits // length
        if self.inner:
            per = int(np.prod(self.inner))
            if len(values) % per:
                raise invalid_argument(
                    rows.op,
                    f"Input to reshape is a tensor with {len(values)} values, but the requested "
                    f"shape requires a multiple of {per}",
                )
            values = values.reshape(-1, *self.inner)
        found: list[Array] = []
        total = len(values)
        for partition in reversed(self.levels):
            level, splits = self._level(partition, splits, total, columns, rows)
            total = len(level) - 1
            found.insert(0, level)
        if rows.outer is not None:
            found.insert(0, splits)
            splits = rows.outer
        if rows.batched:
            found.insert(0, splits)
        kept = np.dtype(self.splits.as_numpy_dtype)
        return [values, *[level.astype(kept) for level in found]]

    def _level(
        self, partition: Any, splits: Array, total: int, columns: Columns, rows: Rows
    ) -> tuple[Array, Array]:
        """The splits of one level, and those of what is now the outermost one."""
        if isinstance(partition, UniformRowLength):
            length = int(partition.length)
            return np.arange(0, total + 1, length), splits // length
        column = columns[partition.key]
        rows.check(partition.key, column, wire.INTEGERS)
        cuts, counts = column.values, column.counts
        begins = splits[:-1]
        if isinstance(partition, RowLengths):
            level = splits_of(cuts)
        elif isinstance(partition, ValueRowIds):
            number = np.array(
                [part[-1] + 1 if len(part) else 0 for part in _parts(cuts, counts)], np.int64
            )
            where = cuts + np.repeat(splits_of(number)[:-1], counts)
            if self.validate and ((np.diff(where) < 0).any() or (where < 0).any()):
                raise self._invalid(rows, "value_rowids must be rising numbers of rows")
            level = splits_of(np.bincount(where, minlength=int(number.sum())))
            counts = number
        elif isinstance(partition, RowStarts):
            starts = cuts + np.repeat(begins, counts)
            if self.validate and len(starts) and starts[0] != 0:
                raise self._invalid(rows, f"the first row starts at {starts[0]}, not at 0")
            level = np.concatenate([starts, [total]])
        else:
            if isinstance(partition, RowSplits):
                rest = [part[1:] for part in _parts(cuts, counts)]
                counts = np.maximum(counts - 1, 0)
                cuts = np.concatenate([np.empty(0, np.int64), *rest])
            level = np.concatenate([[0], cuts + np.repeat(begins, counts)])
        if self.validate:
            self._check(level, total, rows)
        return level, splits_of(counts)

    def _check(self, level: Array, total: int, rows: Rows) -> None:
        if (np.diff(level) < 0).any():
            raise self._invalid(rows, f"the row splits {level.tolist()} do not rise")
        if level[-1] != total:
            raise self._invalid(rows, f"the rows end at {level[-1]}; there are {total} values")

    def _invalid(self, rows: Rows, text: str) -> Exception:
        return invalid_argument(
            rows.op,
            f"the partitions of {shown(self.name)} do not form a valid RaggedTensor: {text}",
        )

    # --------------------------------------------------------------------------- specs, values
    def specs(self, batch: Dims) -> list[TensorSpec]:
        if batch is None:
            raise ValueError(
                "parse_example: serialized must have statically-known rank to parse ragged "
                "features."
            )
        levels: list[int | None] = [None] * (len(batch) + self.extra + len(self.levels))
        if batch and batch[0] is not None:
            levels[0] = batch[0] + 1
        return [
            TensorSpec([None, *self.inner], self.dtype),
            *[TensorSpec([size], self.splits) for size in levels],
        ]

    def type(self, batch: Dims) -> Any:
        levels = len(self.specs(batch)) - 1
        if not levels:
            return self.specs(batch)[0]
        from tfcompat._src.ragged.spec import RaggedTensorSpec

        dims = [*(batch or ()), *(None for _ in range(levels + 1 - len(batch or ()))), *self.inner]
        outer = levels - len(self.levels)
        for number, partition in enumerate(self.levels):
            if isinstance(partition, UniformRowLength):
                dims[outer + number + 1] = int(partition.length)
        return RaggedTensorSpec(dims, self.dtype, levels, self.splits)

    def value(self, tensors: Sequence[Any], batch: Dims) -> Any:
        found, *levels = tensors
        if not levels:
            return found
        from tfcompat._src.ragged.tensor import RaggedTensor

        outer = len(levels) - len(self.levels)
        for number in range(len(levels) - 1, -1, -1):
            partition = self.levels[number - outer] if number >= outer else None
            if isinstance(partition, UniformRowLength):
                found = RaggedTensor.from_uniform_row_length(found, int(partition.length))
            else:
                found = RaggedTensor.from_row_splits(found, levels[number], validate=False)
        return found


def _parts(values: Array, counts: Array) -> list[Array]:
    return np.split(values, np.cumsum(counts)[:-1])
