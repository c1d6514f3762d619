"""tf.TensorArraySpec: the type of a tf.TensorArray."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._src.dtypes import as_dtype, float32
from tfcompat._src.naming import public
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor_array import TensorArray
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.type_spec import TypeSpec, register_spec


@public("tfcompat")
class TensorArraySpec(TypeSpec, leaf=True):
    """The type of a tf.TensorArray."""

    __slots__ = ("_dtype", "_dynamic_size", "_element_shape", "_infer_shape")

    def __init__(
        self,
        element_shape: Any = None,
        dtype: Any = float32,
        dynamic_size: bool = False,
        infer_shape: bool = True,
    ) -> None:
        self._element_shape = TensorShape(element_shape)
        self._dtype = as_dtype(dtype)
        self._dynamic_size = dynamic_size
        self._infer_shape = infer_shape

    @classmethod
    def from_value(cls, value: TensorArray) -> TensorArraySpec:
        """The spec of an array."""
        return cls(value.element_shape, value.dtype, value.dynamic_size, value._infer_shape)

    @property
    def value_type(self) -> type:
        """The class tf.TensorArray."""
        return TensorArray

    def is_compatible_with(self, other: Any) -> bool:
        """Whether an array, or one of another spec, can be of this type."""
        if isinstance(other, TensorArray):
            other = TensorArraySpec.from_value(other)
        return self.is_subtype_of(other) and self._element_shape.is_compatible_with(
            other._element_shape
        )

    def is_subtype_of(self, other: Any) -> bool:
        """Whether dtype and way of growing are the other's."""
        return (
            isinstance(other, TensorArraySpec)
            and self._dtype is other._dtype
            and self._dynamic_size == other._dynamic_size
        )

    def most_specific_common_supertype(self, others: Sequence[Any]) -> TensorArraySpec | None:
        """This spec, if all others have its dtype and way of growing; else None."""
        return self if all(self.is_subtype_of(other) for other in others) else None

    def _serialize(self) -> Any:
        return self._element_shape, self._dtype, self._dynamic_size, self._infer_shape

    @property
    def _component_specs(self) -> Any:
        return [TensorSpec(TensorShape([None]).concatenate(self._element_shape), self._dtype)]

    def _to_components(self, value: Any) -> Any:
        return [value._as_rows()]

    def _from_components(self, components: Any) -> Any:
        found = TensorArray(
            self._dtype,
            0,
            self._dynamic_size,
            infer_shape=self._infer_shape,
            element_shape=self._element_shape,
        )
        return found._with_rows(components[0])


register_spec(TensorArray, TensorArraySpec.from_value)
