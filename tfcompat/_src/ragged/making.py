"""The methods by which ragged tensors are made: from values, and where their rows begin or end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ragged import host, tensor as tensors
from tfcompat._src.ragged.partition import RowPartition
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor

if TYPE_CHECKING:
    from tfcompat._src.ragged.tensor import RaggedTensor


class Making:
    """What tf.RaggedTensor inherits."""

    @classmethod
    def from_row_splits(
        cls, values: Any, row_splits: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Row `i` is `values[row_splits[i]:row_splits[i + 1]]`.

        Raises:
          ValueError: no splits, or splits of another rank or dtype than a vector of integers.
          InvalidArgumentError: splits that descend, do not start at 0 or end elsewhere than values.
        """
        parts = tensors.values_of(values)
        found = RowPartition.from_row_splits(row_splits, validate, dtype_hint=_hint(parts))
        return joined(parts, found, validate)

    @classmethod
    def from_row_lengths(
        cls, values: Any, row_lengths: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Row `i` has the next `row_lengths[i]` values. Raises as `from_row_splits`."""
        parts = tensors.values_of(values)
        found = RowPartition.from_row_lengths(row_lengths, validate, dtype_hint=_hint(parts))
        return joined(parts, found, validate)

    @classmethod
    def from_row_starts(
        cls, values: Any, row_starts: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Row `i` is `values[row_starts[i]:row_starts[i + 1]]`. Raises as `from_row_splits`."""
        parts = tensors.values_of(values)
        found = RowPartition.from_row_starts(
            row_starts, _row_count(parts), validate, dtype_hint=_hint(parts)
        )
        return joined(parts, found, validate)

    @classmethod
    def from_row_limits(
        cls, values: Any, row_limits: Any, name: str | None = None, validate: bool = True
    ) -> RaggedTensor:
        """Row `i` is `values[row_limits[i - 1]:row_limits[i]]`. Raises as `from_row_splits`."""
        parts = tensors.values_of(values)
        found = RowPartition.from_row_limits(row_limits, validate, dtype_hint=_hint(parts))
        return joined(parts, found, validate)

    @classmethod
    def from_value_rowids(
        cls,
        values: Any,
        value_rowids: Any,
        nrows: Any = None,
        name: str | None = None,
        validate: bool = True,
    ) -> RaggedTensor:
        """Value `i` is in row `value_rowids[i]`; these ascend. Raises as `from_row_splits`."""
        parts = tensors.values_of(values)
        found = RowPartition.from_value_rowids(
            value_rowids, nrows, validate, dtype_hint=_hint(parts)
        )
        return joined(parts, found, validate)

    @classmethod
    def from_uniform_row_length(
        cls,
        values: Any,
        uniform_row_length: Any,
        nrows: Any = None,
        validate: bool = True,
        name: str | None = None,
    ) -> RaggedTensor:
        """All rows have `uniform_row_length` values; `nrows` is needed where that is 0.

        Raises ValueError where the numbers do not fit.
        """
        parts = tensors.values_of(values)
        found = RowPartition.from_uniform_row_length(
            uniform_row_length, _row_count(parts), nrows, validate, dtype_hint=_hint(parts)
        )
        return joined(parts, found, validate)

    @classmethod
    def from_nested_row_splits(
        cls,
        flat_values: Any,
        nested_row_splits: Any,
        name: str | None = None,
        validate: bool = True,
    ) -> RaggedTensor:
        """From the row splits of every ragged axis, outermost first."""
        _sequence(nested_row_splits, "nested_row_splits")
        found = flat_values
        for splits in reversed(nested_row_splits):
            found = cls.from_row_splits(found, splits, validate=validate)
        return found

    @classmethod
    def from_nested_row_lengths(
        cls,
        flat_values: Any,
        nested_row_lengths: Any,
        name: str | None = None,
        validate: bool = True,
    ) -> RaggedTensor:
        """From the row lengths of every ragged axis, outermost first."""
        _sequence(nested_row_lengths, "nested_row_lengths")
        found = flat_values
        for lengths in reversed(nested_row_lengths):
            found = cls.from_row_lengths(found, lengths, validate=validate)
        return found

    @classmethod
    def from_nested_value_rowids(
        cls,
        flat_values: Any,
        nested_value_rowids: Any,
        nested_nrows: Any = None,
        name: str | None = None,
        validate: bool = True,
    ) -> RaggedTensor:
        """From the row of each value for every ragged axis, outermost first."""
        _sequence(nested_value_rowids, "nested_value_rowids")
        counts = [None] * len(nested_value_rowids)
        if nested_nrows is not None:
            _sequence(nested_nrows, "nested_nrows")
            counts = list(nested_nrows)
            if len(counts) != len(nested_value_rowids):
                raise ValueError(
                    "Argument `nested_nrows` must have the same length as argument "
                    f"`nested_value_rowids`. len(nested_nrows) = {len(counts)} vs. "
                    f"len(nested_values_rowids) = {len(nested_value_rowids)}."
                )
        found = flat_values
        for rowids, count in zip(reversed(nested_value_rowids), reversed(counts), strict=True):
            found = cls.from_value_rowids(found, rowids, count, validate=validate)
        return found

    @classmethod
    def from_tensor(
        cls,
        tensor: Any,
        lengths: Any = None,
        padding: Any = None,
        ragged_rank: int = 1,
        name: str | None = None,
        row_splits_dtype: Any = dtypes.int64,
    ) -> RaggedTensor:
        """The rows of a dense tensor, cut to `lengths` or to what stands before the `padding`.

        Raises ValueError for both at once, or for a tensor of too low a rank.
        """
        from tfcompat._src.ragged.conversions import from_tensor

        return from_tensor(tensor, lengths, padding, ragged_rank, row_splits_dtype)

    @classmethod
    def from_sparse(
        cls, st_input: Any, name: str | None = None, row_splits_dtype: Any = dtypes.int64
    ) -> RaggedTensor:
        """The rows of a sparse matrix, whose elements stand at the beginning of their rows.

        Raises InvalidArgumentError where they do not.
        """
        from tfcompat._src.ragged.conversions import from_sparse

        return from_sparse(st_input, row_splits_dtype)


def joined(values: Any, part: RowPartition, validate: bool) -> RaggedTensor:
    """As `make`, after a look at whether they fit."""
    if values.shape.rank == 0:
        raise invalid_argument("RaggedTensor", "received scalar values; expected rank 1 or more")
    if isinstance(values, tensors.RaggedTensor) and values._partition._dtype is not part._dtype:
        raise ValueError(
            "Argument `row_partition` of RaggedTensor with name: partition must have same dtype as "
            f"Argument `values`. ({part._dtype!r} vs. {values._partition._dtype!r})."
        )
    tensors.same_count(TensorShape([part.static_nvals]), values.shape[:1])
    if validate:
        size = values.shape[0] if values.shape.rank else None

        def row_partition(splits: Any, count: Any) -> None:
            if splits[-1] != count:
                raise invalid_argument(
                    "RaggedTensor",
                    f"Arguments do not form a valid RaggedTensor: the rows end at {splits[-1]}, "
                    f"but there are {count} values",
                )

        count = _row_count(values) if size is None else np.asarray(size)
        array = part.array
        host.check(row_partition, [part._splits if array is None else array, count])
    return tensors.make(values, part)


def _hint(values: Any) -> DType | None:
    return values._partition._dtype if isinstance(values, tensors.RaggedTensor) else None


def _row_count(values: Any) -> Any:
    if isinstance(values, tensors.RaggedTensor):
        return values._partition.nrows()
    size = values.shape[0] if values.shape.rank else None
    if size is not None:
        return size
    if values.shape.rank == 0:
        raise invalid_argument("RaggedTensor", "received scalar values; expected rank 1 or more")
    from tfcompat._src.ops.sizes import shape

    return shape(values, dtypes.int64)[0]


def _sequence(value: Any, what: str) -> None:
    if isinstance(value, Tensor):
        raise TypeError(f"Argument `{what}` must be a list of Tensors. Received {value}.")
