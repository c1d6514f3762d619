"""tf.SparseTensorSpec: the type of a SparseTensor."""

from __future__ import annotations

from typing import Any

from tfcompat._src.dtypes import DType, as_dtype, float32, int64
from tfcompat._src.naming import public
from tfcompat._src.shapes import TensorShape
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.type_spec import BatchableTypeSpec, register_spec


@public("tfcompat")
class SparseTensorSpec(BatchableTypeSpec):
    """The dtype and, as far as it is known, the shape of a SparseTensor."""

    __slots__ = ("_dtype", "_shape")

    def __init__(self, shape: Any = None, dtype: Any = float32) -> None:
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)

    @property
    def shape(self) -> TensorShape:
        """The shape of the whole."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The element type."""
        return self._dtype

    @property
    def value_type(self) -> type[SparseTensor]:
        """The class of the values."""
        return SparseTensor

    @classmethod
    def from_value(cls, value: Any) -> SparseTensorSpec:
        """The spec of a SparseTensor. Raises TypeError for what is none."""
        if not isinstance(value, SparseTensor):
            raise TypeError(
                f"tf.SparseTensorSpec.from_value: received {value!r}; expected a SparseTensor"
            )
        return cls(value.shape, value.dtype)

    @property
    def __batch_encoder__(self) -> Any:
        from tfcompat._src.sparse.boxes import ROWS

        return ROWS

    def _serialize(self) -> Any:
        return self._shape, self._dtype

    @property
    def _component_specs(self) -> Any:
        rank = self._shape.rank
        return [
            TensorSpec([None, rank], int64),
            TensorSpec([None], self._dtype),
            TensorSpec([rank], int64),
        ]

    def _to_components(self, value: Any) -> Any:
        return [value.indices, value.values, value.dense_shape]

    def _from_components(self, components: Any) -> SparseTensor:
        made = SparseTensor(*components)
        made._declared = self._shape
        return made

    def _batch(self, batch_size: int | None) -> SparseTensorSpec:
        return SparseTensorSpec(TensorShape([batch_size]).concatenate(self._shape), self._dtype)

    def _unbatch(self) -> SparseTensorSpec:
        if self._shape.rank == 0:
            raise ValueError("SparseTensorSpec: cannot take one value of a scalar")
        return SparseTensorSpec(self._shape[1:], self._dtype)


register_spec(SparseTensor, SparseTensorSpec.from_value)
