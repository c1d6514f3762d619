"""tf.experimental.RowPartition: how a sequence of values falls into rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.function import tracing
from tfcompat._src.naming import public
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.sizes import shape as shape_of
from tfcompat._src.ragged import host
from tfcompat._src.ragged.host import Array
from tfcompat._src.ragged.integers import INDEX, common, scalar, vector
from tfcompat._src.ragged.splits import (
    check_lengths,
    check_limits,
    check_nrows,
    check_rowids,
    check_splits,
    check_starts,
    check_uniform,
    offsets,
    rowids_of_splits,
    splits_of_lengths,
    splits_of_rowids,
    uniform_splits,
)
from tfcompat._src.tensor import Tensor
from tfcompat._src.type_spec import CompositeTensor

if TYPE_CHECKING:
    from tfcompat._src.ragged.partition_spec import RowPartitionSpec


@public("tfcompat.experimental")
class RowPartition(CompositeTensor):
    """Row `i` of a sequence holds the values from `row_splits[i]` up to `row_splits[i + 1]`.

    Made by its methods `from_*`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        raise ValueError(
            "RowPartition constructor is private; please use one of the factory methods instead "
            "(e.g., RowPartition.from_row_lengths())"
        )

    # _splits: a tensor or an array, whichever came first; _array, _tensor: what was made of it.
    _splits: Any
    _dtype: DType
    _uniform: Any
    _rows: int | None
    _values: int | None
    _array: Array | None
    _tensor: Tensor | None
    _tag: Any

    # ------------------------------------------------------------------------------------- making
    @classmethod
    def from_row_splits(
        cls, row_splits: Any, validate: bool = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """The partition whose row `i` is from `row_splits[i]` to `row_splits[i + 1]`."""
        splits = vector(row_splits, "row_splits", dtype, dtype_hint)
        if splits.shape.rank == 1 and splits.shape[0] == 0:
            raise ValueError("row_splits tensor may not be empty.")
        if validate:
            host.check(check_splits, [splits])
        return of_splits(splits)

    @classmethod
    def from_row_lengths(
        cls, row_lengths: Any, validate: bool = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """The partition whose row `i` has `row_lengths[i]` values."""
        lengths = vector(row_lengths, "row_lengths", dtype, dtype_hint)
        if validate:
            host.check(check_lengths, [lengths])
        count = _next(lengths)
        return of_splits(
            host.compute(splits_of_lengths, [lengths], host.vector(count, lengths._dtype)),
            lengths._dtype,
        )

    @classmethod
    def from_row_starts(
        cls,
        row_starts: Any,
        nvals: Any,
        validate: bool = True,
        dtype: Any = None,
        dtype_hint: Any = None,
    ) -> RowPartition:
        """The partition whose rows begin at `row_starts`, the last one ending at `nvals`."""
        starts = vector(row_starts, "row_starts", dtype, dtype_hint)
        last = scalar(nvals, starts._dtype, "nvals")
        if validate:
            host.check(check_starts, [starts, last])

        def row_splits(starts: Array, last: Array) -> Array:
            return np.append(starts, last.astype(starts.dtype))

        spec = host.vector(_next(starts), starts._dtype)
        found = of_splits(host.compute(row_splits, [starts, last], spec), starts._dtype)
        return found

    @classmethod
    def from_row_limits(
        cls, row_limits: Any, validate: bool = True, dtype: Any = None, dtype_hint: Any = None
    ) -> RowPartition:
        """The partition whose rows end at `row_limits`."""
        limits = vector(row_limits, "row_limits", dtype, dtype_hint)
        if validate:
            host.check(check_limits, [limits])

        def row_splits(limits: Array) -> Array:
            return np.append(np.zeros(1, limits.dtype), limits)

        spec = host.vector(_next(limits), limits._dtype)
        return of_splits(host.compute(row_splits, [limits], spec), limits._dtype)

    @classmethod
    def from_value_rowids(
        cls,
        value_rowids: Any,
        nrows: Any = None,
        validate: bool = True,
        dtype: Any = None,
        dtype_hint: Any = None,
    ) -> RowPartition:
        """The partition that has value `i` in row `value_rowids[i]`; these ascend.

        `nrows` is the number of rows, by default as many as the last value needs.
        """
        rowids = vector(value_rowids, "value_rowids", dtype, dtype_hint)
        given = None if nrows is None else scalar(nrows, rowids._dtype, "nrows")
        check_nrows(rowids, given)
        if validate:
            inputs = [rowids] if given is None else [rowids, given]
            host.check(check_rowids, inputs)

        def row_splits(rowids: Array, *count: Array) -> Array:
            total = count[0] if count else (rowids[-1] + 1 if rowids.size else 0)
            return splits_of_rowids(rowids, total)

        rows = None if given is None else host.known(given)
        size = None if rows is None else int(rows) + 1
        inputs = [rowids] if given is None else [rowids, given]
        spec = host.vector(size, rowids._dtype)
        found = of_splits(host.compute(row_splits, inputs, spec), rowids._dtype)
        found._values = rowids.shape[0] if rowids.shape.rank else None
        return found

    @classmethod
    def from_uniform_row_length(
        cls,
        uniform_row_length: Any,
        nvals: Any = None,
        nrows: Any = None,
        validate: bool = True,
        dtype: Any = None,
        dtype_hint: Any = None,
    ) -> RowPartition:
        """The partition into rows of one length; give `nvals` or, where that is 0, `nrows`."""
        if nvals is None and nrows is None:
            raise ValueError("At least one of `nvals` and `nrows` must be specified.")
        wanted = common(dtype, dtype_hint, uniform_row_length, nvals, nrows)
        length = scalar(uniform_row_length, wanted, "uniform_row_length")
        number = host.known(length)
        if number is not None and int(number) < 0:
            raise ValueError("uniform_row_length must be >= 0.")
        rows = None if nrows is None else scalar(nrows, wanted, "nrows")
        count = None if nvals is None else scalar(nvals, wanted, "nvals")
        if rows is None:

            def rows_of(length: Array, count: Array) -> Array:
                return np.asarray(count // max(int(length), 1) if length else 0, length.dtype)

            spec = host.scalar(wanted)
            rows = host.compute(rows_of, [length, count], spec)
        check_uniform(length, rows, count, validate)
        return _uniform(length, rows, count, wanted)

    # ---------------------------------------------------------------------------------- what it is
    @property
    def dtype(self) -> DType:
        """The dtype of row splits, lengths and ids: int32 or int64."""
        return self._dtype

    @property
    def static_nrows(self) -> int | None:
        """The number of rows, if it is known."""
        return self._rows

    @property
    def static_nvals(self) -> int | None:
        """The number of values, if the partition was made with it and it is known."""
        return self._values

    @property
    def static_uniform_row_length(self) -> int | None:
        """The length of all rows, if there is one and it is known."""
        if self._uniform is None or isinstance(self._uniform, int):
            return self._uniform
        found = host.known(self._uniform)
        return None if found is None else int(found)

    @property
    def array(self) -> Array | None:
        """The row splits as an array; None where they are not known yet."""
        if self._array is None:
            found = host.known(self._splits)
            if self._splits.__class__ is np.ndarray or tracing.local.graph is None:
                self._array = found
            return found
        return self._array

    def is_uniform(self) -> bool:
        """Whether it was made of rows of one length."""
        return self._uniform is not None

    def row_splits(self) -> Tensor:
        """Where each row begins, and where the last one ends."""
        if isinstance(self._splits, Tensor):
            return self._splits
        if self._tensor is None:
            found = host.tensor(self._splits, self._dtype)
            if tracing.local.graph is not None:
                return found
            self._tensor = found
        return self._tensor

    def _of(self, function: Any, size: int | None) -> Tensor:
        array = self.array
        if array is not None:
            return host.tensor(function(array), self._dtype)
        return host.compute(function, [self._splits], host.vector(size, self._dtype))

    def nrows(self) -> Tensor:
        """The number of rows."""
        rows = self._rows
        if rows is None:
            array = self.array
            if array is None:
                return shape_of(self._splits, self._dtype)[0] - 1
            rows = array.shape[0] - 1
        return host.tensor(rows, self._dtype)

    def nvals(self) -> Tensor:
        """The number of values."""
        if self._values is not None:
            return host.tensor(self._values, self._dtype)
        array = self.array
        if array is not None:
            return host.tensor(array[-1], self._dtype)
        return self._splits[-1]

    def row_lengths(self) -> Tensor:
        """How many values each row has."""
        if self.array is None:
            return self._splits[1:] - self._splits[:-1]
        return self._of(np.diff, self._rows)

    def row_starts(self) -> Tensor:
        """Where each row begins."""
        return self.row_splits()[:-1]

    def row_limits(self) -> Tensor:
        """Where each row ends."""
        return self.row_splits()[1:]

    def value_rowids(self) -> Tensor:
        """The row of each value."""
        return self._of(rowids_of_splits, self._values)

    def offsets_in_rows(self) -> Tensor:
        """The place of each value in its row."""
        return self._of(offsets, self._values)

    def uniform_row_length(self) -> Tensor | None:
        """The length of all rows, if it was made of such."""
        if isinstance(self._uniform, int):
            return host.tensor(self._uniform, self._dtype)
        return self._uniform

    def with_dtype(self, dtype: Any) -> RowPartition:
        """The same partition, its numbers of another dtype."""
        wanted = as_dtype(dtype)
        if wanted not in INDEX:
            raise ValueError(
                f"Argument `row_splits` dtype must be int32 or int64. Received {wanted!r}."
            )
        if wanted is self._dtype:
            return self
        array = self.array
        given: Any = cast(self._splits, wanted) if array is None else array
        found = of_splits(given, wanted)
        found._uniform, found._rows, found._values = self._uniform, self._rows, self._values
        found._tag = self._tag
        return found

    @property
    def _type_spec(self) -> RowPartitionSpec:
        from tfcompat._src.ragged.partition_spec import RowPartitionSpec

        length = self.static_uniform_row_length
        return RowPartitionSpec(self._rows, self._values, length, self._dtype)

    def __repr__(self) -> str:
        if self._uniform is not None:
            uniform, rows = self.static_uniform_row_length, self._rows
            return (
                f"tf.RowPartition(nrows={self.nrows() if rows is None else rows}, "
                f"uniform_row_length={self._uniform if uniform is None else uniform})"
            )
        array = self.array
        return f"tf.RowPartition(row_splits={self._splits if array is None else array})"


# ------------------------------------------------------------------------------------------ making
def of_splits(splits: Any, dtype: DType | None = None) -> RowPartition:
    """A partition of row splits that are known to be right: a tensor, or an array."""
    found: RowPartition = object.__new__(RowPartition)
    found._dtype = splits._dtype if dtype is None else dtype
    if splits.__class__ is np.ndarray:
        splits = splits.astype(found._dtype.as_numpy_dtype, copy=False)
        found._rows = splits.shape[0] - 1
    else:
        rank = getattr(getattr(splits, "shape", None), "rank", None)
        size = splits.shape[0] if rank else None
        found._rows = None if size is None else size - 1
    found._splits = splits
    found._uniform = found._values = found._array = found._tensor = None
    found._tag = None
    return found


def uneven(part: RowPartition) -> RowPartition:
    """The same rows, of which nothing is said about their having one length."""
    if part._uniform is None:
        return part
    found = of_splits(part._splits, part._dtype)
    found._rows = part._rows
    return found


def of_array(splits: Array, dtype: DType = dtypes.int64) -> RowPartition:
    """A partition of row splits in an array."""
    return of_splits(splits, dtype)


def uniform(length: int, rows: int, dtype: DType = dtypes.int64) -> RowPartition:
    """A partition into `rows` rows of one length."""
    found = of_splits(np.arange(rows + 1, dtype=dtype.as_numpy_dtype) * length, dtype)
    found._uniform, found._rows, found._values = length, rows, length * rows
    return found


def _uniform(length: Any, rows: Any, count: Any, dtype: DType) -> RowPartition:
    a, b = host.known(length), host.known(rows)
    if a is not None and b is not None:
        return uniform(int(a), int(b), dtype)
    spec = host.vector(None if b is None else int(b) + 1, dtype)
    found = of_splits(host.compute(uniform_splits, [length, rows], spec), dtype)
    found._uniform = length if a is None else int(a)
    c = None if count is None else host.known(count)
    found._values = None if c is None else int(c)
    return found


def _next(vector: Tensor) -> int | None:
    size = vector.shape[0] if vector.shape.rank else None
    return None if size is None else size + 1
