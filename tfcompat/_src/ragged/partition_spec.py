"""The type of a RowPartition."""

from __future__ import annotations

from typing import Any

from tfcompat._src.dtypes import DType, int64
from tfcompat._src.naming import public
from tfcompat._src.ragged.integers import index_dtype
from tfcompat._src.ragged.partition import RowPartition, of_splits
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.type_spec import TypeSpec


@public("tfcompat.experimental")
class RowPartitionSpec(TypeSpec):
    """How many rows and values a RowPartition has, as far as that is known."""

    __slots__ = ("_dtype", "_nrows", "_nvals", "_uniform_row_length")

    def __init__(
        self,
        nrows: Any = None,
        nvals: Any = None,
        uniform_row_length: Any = None,
        dtype: Any = int64,
    ) -> None:
        self._nrows, self._nvals, self._uniform_row_length = [
            shape if isinstance(shape, TensorShape) else TensorShape([shape])
            for shape in (nrows, nvals, uniform_row_length)
        ]
        self._dtype = index_dtype(dtype)

    @property
    def value_type(self) -> type[RowPartition]:
        """The class of the values."""
        return RowPartition

    @property
    def nrows(self) -> int | None:
        """The number of rows, if known."""
        return self._nrows[0]

    @property
    def nvals(self) -> int | None:
        """The number of values, if known."""
        return self._nvals[0]

    @property
    def uniform_row_length(self) -> int | None:
        """The length of all rows, if they have one and it is known."""
        return self._uniform_row_length[0]

    @property
    def dtype(self) -> DType:
        """The dtype of the row splits."""
        return self._dtype

    @classmethod
    def from_value(cls, value: RowPartition) -> RowPartitionSpec:
        """The spec of a RowPartition."""
        if not isinstance(value, RowPartition):
            raise TypeError("Expected `value` to be a `RowPartition`")
        return value._type_spec

    def _serialize(self) -> Any:
        return self._nrows, self._nvals, self._uniform_row_length, self._dtype

    @property
    def _component_specs(self) -> Any:
        rows = self.nrows
        return TensorSpec([None if rows is None else rows + 1], self._dtype)

    def _to_components(self, value: Any) -> Any:
        return value.row_splits()

    def _from_components(self, components: Any) -> RowPartition:
        found = of_splits(components, self._dtype)
        found._uniform, found._values = self.uniform_row_length, self.nvals
        found._rows = found._rows if self.nrows is None else self.nrows
        return found

    def __repr__(self) -> str:
        return (
            f"RowPartitionSpec(nrows={self.nrows}, nvals={self.nvals}, "
            f"uniform_row_length={self.uniform_row_length}, dtype={self._dtype!r})"
        )
