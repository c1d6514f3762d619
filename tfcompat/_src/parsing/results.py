"""What becomes of the values of a feature: a dense, a sparse or a ragged tensor.

A maker says which columns it reads, computes arrays of them, tells what is known of these before,
and makes the value that the user gets of the tensors of these arrays.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import InvalidArgumentError, invalid_argument
from tfcompat._src.parsing import wire
from tfcompat._src.parsing.columns import Column
from tfcompat._src.shapes import TensorShape
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.sparse_tensor_spec import SparseTensorSpec
from tfcompat._src.tensor_spec import TensorSpec

Array = np.ndarray[Any, Any]
Dims = tuple[int | None, ...] | None
Columns = Mapping[Any, Column]

KIND_OF = {dtypes.string: wire.BYTES, dtypes.float32: wire.FLOATS, dtypes.int64: wire.INTEGERS}
NAMES = {wire.BYTES: "string", wire.FLOATS: "float", wire.INTEGERS: "int64"}


class Rows:
    """The examples that are parsed: how many, whether they are a vector, and their names.

    outer: where the rows of columns are steps of sequences, the splits of the rows of each example.
    """

    def __init__(
        self, op: str, count: int, batched: bool, names: Sequence[bytes], outer: Any = None
    ) -> None:
        self.op = op
        self.count = count
        self.batched = batched
        self.names = names
        self.outer = outer

    def called(self, row: int) -> str:
        """The name of an example."""
        return self.names[row].decode(errors="replace") if self.names else "<unknown>"

    def wrong(self, row: int, key: Any, text: str, feature: bool = False) -> InvalidArgumentError:
        """The error for a feature of one example."""
        what = f"Name: {self.called(row)}, " if self.batched else ""
        if feature:
            return invalid_argument(self.op, f"{what}Feature: {shown(key)} {text}")
        place = f", Index: {row}." if self.batched else "."
        return invalid_argument(self.op, f"{what}Key: {shown(key)}{place}  {text}")

    def check(self, key: Any, column: Column, kind: int) -> None:
        """Raises InvalidArgumentError where an example has the feature with another type."""
        bad = (column.kinds != kind) & (column.kinds != wire.NOTHING)
        if bad.any():
            row = int(bad.argmax())
            found = NAMES[int(column.kinds[row])]
            raise self.wrong(
                row,
                key,
                f"Data types don't match. Data type: {found} but expected type: {NAMES[kind]}",
            )


def shown(key: Any) -> str:
    """A feature's name as messages have it."""
    return key.decode(errors="replace") if isinstance(key, bytes) else str(key)


class Maker:
    """How the value under one name is made.

    name: of the column it is named after. label: what the user calls the result. place: results
    with lower ones come first.
    """

    place = 1

    def __init__(self, name: bytes) -> None:
        self.name = name
        self.label: Any = name

    def arrays(self, columns: Columns, rows: Rows) -> list[Array]:
        """The arrays of the value."""
        raise NotImplementedError

    def specs(self, batch: Dims) -> list[TensorSpec]:
        """What is known of these arrays; `batch` is the shape of the serialized examples."""
        raise NotImplementedError

    def value(self, tensors: Sequence[Any], batch: Dims) -> Any:
        """The value that these tensors are."""
        return tensors[0]

    def type(self, batch: Dims) -> Any:
        """The type of the value."""
        return self.specs(batch)[0]


def _shape(batch: Dims, *rest: int | None) -> TensorShape:
    return TensorShape(None if batch is None else (*batch, *rest))


class _RowMaker(Maker):
    """Rows of one shape."""

    def __init__(self, name: bytes, dtype: DType, shape: tuple[int, ...], default: Any) -> None:
        super().__init__(name)
        self.dtype, self.kind, self.shape, self.default = dtype, KIND_OF[dtype], shape, default
        self.size = int(np.prod(shape))


class Dense(_RowMaker):
    """Values of one shape in all examples."""

    def arrays(self, columns: Columns, rows: Rows) -> list[Array]:
        column = columns[self.name]
        values, size = column.values, self.size
        there = column.kinds == self.kind
        if not there.all():
            rows.check(self.name, column, self.kind)
            values = self._filled(values, there, rows, column)
        if (column.counts[there] != size).any():
            raise self._miscounted(rows, column, there)
        shape = (rows.count, *self.shape) if rows.batched else self.shape
        return [values.reshape(shape)]

    def _filled(self, values: Array, there: Array, rows: Rows, column: Column) -> Array:
        if self.default is None:
            raise rows.wrong(
                int((~there).argmax()),
                self.name,
                f"(data type: {NAMES[self.kind]}) is required but could not be found.",
                True,
            )
        if (column.counts[there] != self.size).any():
            raise self._miscounted(rows, column, there)
        filled = np.empty((rows.count, self.size), values.dtype)
        filled[:] = self.default
        filled[there] = values.reshape(-1, self.size)
        return filled

    def _miscounted(self, rows: Rows, column: Column, there: Array) -> InvalidArgumentError:
        row = int((there & (column.counts != self.size)).argmax())
        kind = NAMES[self.kind].replace("string", "bytes")
        return rows.wrong(
            row,
            self.name,
            f"Number of {kind} values != expected.  Values size: {column.counts[row]} but output "
            f"shape: {list(self.shape)}",
        )

    def specs(self, batch: Dims) -> list[TensorSpec]:
        return [TensorSpec(_shape(batch, *self.shape), self.dtype)]


class Padded(_RowMaker):
    """Rows of one shape, as many as the example with the most has."""

    def arrays(self, columns: Columns, rows: Rows) -> list[Array]:
        column = columns[self.name]
        rows.check(self.name, column, self.kind)
        counts, size = column.counts, self.size
        uneven = counts % size if size else counts
        if uneven.any():
            row = int((uneven != 0).argmax())
            raise rows.wrong(
                row,
                self.name,
                f"Number of {NAMES[self.kind].replace('string', 'bytes')} values is not a "
                f"multiple of stride length. Saw {counts[row]} values but output shape: "
                f"{list(self.shape)}",
            )
        return [padded(column, self.default, rows.batched, self.shape)]

    def specs(self, batch: Dims) -> list[TensorSpec]:
        return [TensorSpec(_shape(batch, None, *self.shape), self.dtype)]


def padded(column: Column, default: Any, batched: bool, shape: tuple[int, ...]) -> Array:
    """The rows of each example, filled up to those of the longest."""
    values, counts, _ = column
    most = int(counts.max(initial=0))
    if (counts != most).any():
        table = np.empty((len(counts), most), values.dtype)
        table[:] = default
        table[np.arange(most) < counts[:, None]] = values
        values = table
    length = most // max(1, int(np.prod(shape)))
    return values.reshape((len(counts), length, *shape) if batched else (length, *shape))


def coordinates(counts: Array) -> tuple[Array, Array]:
    """Of each value the number of its row, and its place in the row."""
    rows = np.repeat(np.arange(len(counts)), counts)
    return rows, np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)


class _SparseMaker(Maker):
    """A tf.SparseTensor."""

    place = 0
    dtype: DType

    def _dims(self) -> tuple[int | None, ...]:
        raise NotImplementedError

    def specs(self, batch: Dims) -> list[TensorSpec]:
        rank = None if batch is None else len(batch) + len(self._dims())
        return [
            TensorSpec([None, rank], dtypes.int64),
            TensorSpec([None], self.dtype),
            TensorSpec([rank], dtypes.int64),
        ]

    def value(self, tensors: Sequence[Any], batch: Dims) -> SparseTensor:
        found = SparseTensor(*tensors)
        if batch is not None and any(size is not None for size in self._dims()):
            # A graph knows no more of the number of examples than TensorFlow's does.
            found.set_shape(TensorShape([*(None for _ in batch), *self._dims()]))
        return found

    def type(self, batch: Dims) -> Any:
        return SparseTensorSpec(_shape(batch, *self._dims()), self.dtype)


class Sparse(_SparseMaker):
    """Values, any number, at the places 0, 1, 2, ..."""

    def __init__(self, name: bytes, dtype: DType) -> None:
        super().__init__(name)
        self.dtype, self.kind = dtype, KIND_OF[dtype]

    def arrays(self, columns: Columns, rows: Rows) -> list[Array]:
        column = columns[self.name]
        rows.check(self.name, column, self.kind)
        counts = column.counts
        row, place = coordinates(counts)
        most = counts.max(initial=0)
        if rows.batched:
            return [
                np.stack([row, place], 1),
                column.values,
                np.array([rows.count, most], np.int64),
            ]
        return [place[:, None], column.values, np.array([most], np.int64)]

    def _dims(self) -> tuple[int | None, ...]:
        return (None,)


class Merged(_SparseMaker):
    """Values at places that other features say."""

    place = 3

    def __init__(
        self,
        name: bytes,
        keys: list[bytes],
        key: bytes,
        dtype: DType,
        sizes: list[int],
        ordered: bool,
    ) -> None:
        super().__init__(name)
        self.keys, self.key, self.sizes, self.ordered = keys, key, sizes, ordered
        self.dtype, self.kind = dtype, KIND_OF[dtype]

    def arrays(self, columns: Columns, rows: Rows) -> list[Array]:
        column = columns[self.key]
        rows.check(self.key, column, self.kind)
        parts = []
        row = np.repeat(np.arange(rows.count), columns[self.keys[0]].counts)
        if rows.batched:
            parts.append(row)
        for key in self.keys:
            rows.check(key, columns[key], wire.INTEGERS)
            parts.append(columns[key].values)
        for part in parts:
            if len(part) != len(column.values):
                raise ValueError(
                    f"{rows.op}: Dimensions {len(part)} and {len(column.values)} are not "
                    f"compatible: {shown(self.name)} needs as many indices as values"
                )
        indices, values = np.stack(parts, 1), column.values
        if not self.ordered:
            order = np.lexsort(indices.T[::-1])
            indices, values = indices[order], values[order]
        lead = [rows.count] if rows.batched else []
        return [indices, values, np.array([*lead, *self.sizes], np.int64)]

    def _dims(self) -> tuple[int | None, ...]:
        return tuple(self.sizes)
