"""tf.RaggedTensorSpec: the type of a RaggedTensor."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.naming import public
from tfcompat._src.ragged.partition import RowPartition, of_splits
from tfcompat._src.ragged.tensor import RaggedTensor, make
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.type_spec import BatchableTypeSpec, register_spec


@public("tfcompat")
class RaggedTensorSpec(BatchableTypeSpec):
    """The shape, dtype and ragged rank of a RaggedTensor, and the dtype of its row splits.

    Raises ValueError without a ragged rank or a shape of known rank, or for too high a rank.
    """

    __slots__ = ("_dtype", "_flat_values_spec", "_ragged_rank", "_row_splits_dtype", "_shape")

    def __init__(
        self,
        shape: Any = None,
        dtype: Any = dtypes.float32,
        ragged_rank: int | None = None,
        row_splits_dtype: Any = dtypes.int64,
        flat_values_spec: Any = None,
    ) -> None:
        self._shape = TensorShape(shape)
        self._row_splits_dtype = as_dtype(row_splits_dtype)
        self._flat_values_spec = flat_values_spec
        if flat_values_spec is not None:
            if dtype is not None and dtype is not flat_values_spec.dtype:
                raise ValueError(
                    "dtype must be the same as flat_values_spec.dtype: received "
                    f"{dtype} and {flat_values_spec.dtype}"
                )
            dtype = flat_values_spec.dtype
        self._dtype = as_dtype(dtype)
        rank = self._shape.rank
        if ragged_rank is None:
            if rank is None:
                raise ValueError("Must specify ragged_rank or a shape with a known rank.")
            ragged_rank = rank - 1
        elif not isinstance(ragged_rank, int):
            raise TypeError(f"Argument `ragged_rank` must be an int. Received {ragged_rank}.")
        if rank is not None and ragged_rank >= rank:
            raise ValueError(
                f"Argument `ragged_rank` ({ragged_rank}) must be less than rank ({rank})."
            )
        self._ragged_rank = ragged_rank

    @property
    def dtype(self) -> DType:
        """The element type."""
        return self._dtype

    @property
    def shape(self) -> TensorShape:
        """The shape; None for what is ragged or not known."""
        return self._shape

    @property
    def ragged_rank(self) -> int:
        """How many axes are partitioned into rows."""
        return self._ragged_rank

    @property
    def row_splits_dtype(self) -> DType:
        """The dtype of the row splits."""
        return self._row_splits_dtype

    @property
    def flat_values_spec(self) -> Any:
        """The spec of the flat values, where they are no plain tensor."""
        return self._flat_values_spec

    @property
    def value_type(self) -> Any:
        """The class of the values: tf.Tensor for a ragged rank of 0."""
        return RaggedTensor if self._ragged_rank > 0 else Tensor

    @classmethod
    def from_value(cls, value: Any) -> RaggedTensorSpec:
        """The spec of a RaggedTensor."""
        if not isinstance(value, RaggedTensor):
            return cls(value.shape, value.dtype, 0)
        return cls(value.shape, value.dtype, value.ragged_rank, value._partition._dtype)

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether a value, or some value of another spec, can be of this type."""
        if self._ragged_rank == 0:
            plain = TensorSpec(self._shape, self._dtype)
            if isinstance(spec_or_value, (Tensor, TensorSpec)):
                return plain.is_compatible_with(spec_or_value)
        return super().is_compatible_with(spec_or_value)

    def _serialize(self) -> Any:
        found = (self._shape, self._dtype, self._ragged_rank, self._row_splits_dtype)
        return found if self._flat_values_spec is None else (*found, self._flat_values_spec)

    @classmethod
    def _deserialize(cls, serialization: Any) -> RaggedTensorSpec:
        return cls(*serialization)

    @property
    def _component_specs(self) -> Any:
        inner = self._shape[self._ragged_rank + 1 :]
        if self._flat_values_spec is not None:
            flat = self._flat_values_spec
        elif self._ragged_rank == 0:
            return [TensorSpec(self._shape, self._dtype)]
        else:
            flat = TensorSpec(TensorShape([self._flat_count()]).concatenate(inner), self._dtype)
        outer = None if self._shape.rank is None else self._shape[0]
        sizes = [None if outer is None else outer + 1, *([None] * (self._ragged_rank - 1))]
        return [flat, *[TensorSpec([size], self._row_splits_dtype) for size in sizes]]

    def _flat_count(self) -> int | None:
        return None

    def _to_components(self, value: Any) -> Any:
        if isinstance(value, RaggedTensor):
            return [value.flat_values, *value.nested_row_splits]
        return [value]

    def _from_components(self, components: Any) -> Any:
        found = components[0]
        if self._ragged_rank == 0:
            return found
        sizes: list[Any] = [None] * (self._ragged_rank + 1)
        if self._shape.rank is not None:
            sizes = self._shape.as_list()
        for axis in range(self._ragged_rank, 0, -1):
            found = make(found, self._partition(components[axis], sizes, axis))
        return found

    def _partition(self, splits: Any, sizes: list[Any], axis: int) -> RowPartition:
        found = of_splits(splits, self._row_splits_dtype)
        if sizes[axis] is not None:
            found._uniform = sizes[axis]
        if axis == 1 and sizes[0] is not None:
            found._rows = sizes[0]
        return found

    @property
    def __batch_encoder__(self) -> Any:
        from tfcompat._src.ragged.boxes import ROWS

        return ROWS

    def _batch(self, batch_size: int | None) -> RaggedTensorSpec:
        shape = TensorShape([batch_size]).concatenate(self._shape)
        return RaggedTensorSpec(shape, self._dtype, self._ragged_rank + 1, self._row_splits_dtype)

    def _unbatch(self) -> RaggedTensorSpec:
        return RaggedTensorSpec(
            self._shape[1:], self._dtype, self._ragged_rank - 1, self._row_splits_dtype
        )


register_spec(RaggedTensor, RaggedTensorSpec.from_value)
