"""The specs of tensors: tf.TensorSpec, and those of variables, IndexedSlices and None."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src.dtypes import DType, as_dtype, float32, int64
from tfcompat._src.errors import OpError
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.naming import public
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor, TensorBase
from tfcompat._src.type_spec import BatchableTypeSpec, CompositeTensor, TypeSpec, register_spec
from tfcompat._src.variable import Variable


@public("tfcompat")
class TensorSpec(BatchableTypeSpec, leaf=True):
    """The shape and dtype of a tensor; unknown sizes are None.

    Raises TypeError for what is no shape or no dtype.
    """

    __slots__ = ("_dtype", "_name", "_shape")

    def __init__(self, shape: Any, dtype: Any = float32, name: str | None = None) -> None:
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)
        self._name = name

    @classmethod
    def from_spec(cls, spec: Any, name: str | None = None) -> TensorSpec:
        """A spec with the shape and dtype of another one, and its name unless one is given."""
        return cls(spec.shape, spec.dtype, name or spec.name)

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> TensorSpec:
        """The spec of a tensor. Raises ValueError for what is none."""
        if not isinstance(tensor, Tensor):
            raise ValueError(
                f"TensorSpec.from_tensor: `tensor` should be a tf.Tensor, but got type "
                f"{type(tensor)}."
            )
        return cls(tensor.shape, tensor.dtype, name)

    @property
    def shape(self) -> TensorShape:
        """The shape."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The element type."""
        return self._dtype

    @property
    def name(self) -> str | None:
        """The name, if one was given."""
        return self._name

    @property
    def value_type(self) -> type:
        """The class tf.Tensor."""
        return Tensor

    def is_compatible_with(self, spec_or_tensor: Any) -> bool:
        """Whether a tensor, or some tensor of another spec, has this shape and dtype."""
        other = spec_or_tensor
        if not isinstance(other, (TensorSpec, Tensor)):
            return False
        return self._dtype is other.dtype and self._shape.is_compatible_with(other.shape)

    def is_subtype_of(self, other: Any) -> bool:
        """Whether every tensor of this spec is one of the other; the names must agree."""
        return (
            isinstance(other, TensorSpec)
            and self._name in (None, other._name)
            and self._dtype is other._dtype
            and self._shape.is_subtype_of(other._shape)
        )

    def cast(self, value: Any, casting_context: Any) -> Any:
        """The value as a tensor of this spec. Raises TypeError where it is of another."""
        from tfcompat._src.convert import to_tensor

        if isinstance(value, (np.ndarray, np.generic)) and value.dtype.kind in "biufc":
            value = value.astype(self._dtype.as_numpy_dtype)
        try:
            tensor = to_tensor(value, self._dtype)
        except (TypeError, ValueError, OpError) as error:
            if isinstance(value, TensorBase):
                found = TensorSpec(value.shape, value.dtype)  # type: ignore[attr-defined]
                raise TypeError(f"Can not cast {found!r} to {self!r}") from error
            raise TypeError(f"Can not cast {value!r} to {self!r}: {error}") from error
        if not self._shape.is_compatible_with(tensor.shape):
            raise TypeError(f"Can not cast {TensorSpec.from_tensor(tensor)!r} to {self!r}")
        return tensor

    def placeholder_value(self, placeholder_context: Any) -> Any:
        """The placeholder of a tensor in the graph that is built."""
        return placeholder_context.tensor(self)

    def flatten(self) -> list[Any]:
        """The spec itself."""
        return [self]

    def to_tensors(self, value: Any) -> list[Any]:
        """The value as the one tensor it is. Raises TypeError where it is of another spec."""
        return [self.cast(value, None)]

    def from_tensors(self, tensors: Any) -> Any:
        """The next tensor of an iterator."""
        return next(tensors)

    def _serialize(self) -> Any:
        return self._shape, self._dtype, self._name

    @property
    def _component_specs(self) -> Any:
        return self

    def _to_components(self, value: Any) -> Any:
        return self.cast(value, None)

    def _from_components(self, components: Any) -> Any:
        return components

    def _batch(self, batch_size: int | None) -> TensorSpec:
        return TensorSpec(TensorShape([batch_size]).concatenate(self._shape), self._dtype)

    def _unbatch(self) -> TensorSpec:
        if self._shape.rank == 0:
            raise ValueError(
                "TensorSpec: cannot take one value of a scalar; expected rank 1 or more"
            )
        return TensorSpec(self._shape[1:], self._dtype)

    def __repr__(self) -> str:
        return f"TensorSpec(shape={self._shape}, dtype={self._dtype!r}, name={self._name!r})"


@public("tfcompat")
class IndexedSlicesSpec(TypeSpec):
    """The type of tf.IndexedSlices: of the whole, its indices, and its shape if that is kept."""

    __slots__ = (
        "_dense_shape_dtype",
        "_indices_dtype",
        "_indices_shape",
        "_shape",
        "_values_dtype",
    )

    def __init__(
        self,
        shape: Any = None,
        dtype: Any = float32,
        indices_dtype: Any = int64,
        dense_shape_dtype: Any = None,
        indices_shape: Any = None,
    ) -> None:
        self._shape = TensorShape(shape)
        self._values_dtype = as_dtype(dtype)
        self._indices_dtype = as_dtype(indices_dtype)
        self._dense_shape_dtype = None if dense_shape_dtype is None else as_dtype(dense_shape_dtype)
        self._indices_shape = TensorShape(indices_shape).with_rank(1)

    @property
    def value_type(self) -> type:
        """The class tf.IndexedSlices."""
        return IndexedSlices

    def _serialize(self) -> Any:
        return (
            self._shape,
            self._values_dtype,
            self._indices_dtype,
            self._dense_shape_dtype,
            self._indices_shape,
        )

    @property
    def _component_specs(self) -> Any:
        values = self._indices_shape.concatenate(self._shape[1:])
        specs = [
            TensorSpec(values, self._values_dtype),
            TensorSpec(self._indices_shape, self._indices_dtype),
        ]
        if self._dense_shape_dtype is not None:
            specs.append(TensorSpec([self._shape.rank], self._dense_shape_dtype))
        return tuple(specs)

    def _to_components(self, value: Any) -> Any:
        parts = (value.values, value.indices)
        return parts if value.dense_shape is None else (*parts, value.dense_shape)

    def _from_components(self, components: Any) -> Any:
        return IndexedSlices(*components)


def _spec_of_slices(value: IndexedSlices) -> IndexedSlicesSpec:
    whole = value.dense_shape
    return IndexedSlicesSpec(
        [None, *value.values.shape[1:]] if whole is None else value.shape,
        value.dtype,
        value.indices.dtype,
        None if whole is None else whole.dtype,
        value.indices.shape,
    )


class NoneTensor(CompositeTensor):
    """The class that None is a value of, where a structure of tensors may hold it."""

    @property
    def _type_spec(self) -> TypeSpec:
        return NoneTensorSpec()


@public("tfcompat")
class NoneTensorSpec(BatchableTypeSpec):
    """The type of None."""

    __slots__ = ()

    @property
    def value_type(self) -> type:
        """The class that None counts as here."""
        return NoneTensor

    @classmethod
    def from_value(cls, value: Any) -> NoneTensorSpec:
        """The spec of None."""
        return cls()

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether it is None, or the spec of None."""
        return spec_or_value is None or type(spec_or_value) is NoneTensorSpec

    def most_specific_compatible_shape(self, other: Any) -> NoneTensorSpec:
        """This spec. Raises ValueError where the other is not the same."""
        if type(other) is not NoneTensorSpec:
            raise ValueError(f"No TypeSpec is compatible with both {self} and {other}")
        return self

    def _serialize(self) -> Any:
        return ()

    @property
    def _component_specs(self) -> Any:
        return []

    def _to_components(self, value: Any) -> Any:
        return []

    def _from_components(self, components: Any) -> Any:
        return None

    def _batch(self, batch_size: int | None) -> NoneTensorSpec:
        return self

    def _unbatch(self) -> NoneTensorSpec:
        return self


class VariableSpec(TypeSpec, leaf=True):
    """The type of a tf.Variable."""

    __slots__ = ("_alias_id", "_dtype", "_shape", "_trainable")

    def __init__(
        self, shape: Any, dtype: Any = float32, trainable: bool = True, alias_id: int | None = None
    ) -> None:
        self._shape = TensorShape(shape)
        self._dtype = as_dtype(dtype)
        self._trainable = trainable
        self._alias_id = alias_id

    @classmethod
    def from_value(cls, value: Variable) -> VariableSpec:
        """The spec of a variable."""
        return cls(value.shape, value.dtype, value.trainable)

    @property
    def shape(self) -> TensorShape:
        """The shape."""
        return self._shape

    @property
    def dtype(self) -> DType:
        """The element type."""
        return self._dtype

    @property
    def trainable(self) -> bool:
        """Whether a tape watches the variable when it is read."""
        return self._trainable

    @property
    def alias_id(self) -> int | None:
        """A number shared by the specs of one variable, if they have one."""
        return self._alias_id

    @property
    def value_type(self) -> type:
        """The class tf.Variable."""
        return Variable

    def _serialize(self) -> Any:
        return self._shape, self._dtype, self._trainable, self._alias_id

    @property
    def _component_specs(self) -> Any:
        return [TensorSpec(self._shape, self._dtype)]

    def most_specific_common_supertype(self, others: Sequence[Any]) -> Any:
        """The spec itself, if all others are equal; a variable's shape is not left open."""
        return self if all(self == other for other in others) else None

    def cast(self, value: Any, casting_context: Any) -> Any:
        """The variable, if it fits. Raises TypeError for what is no variable, or of other shape."""
        if (
            isinstance(value, Variable)
            and value.dtype is self._dtype
            and self._shape.is_compatible_with(value.shape)
        ):
            return value
        raise TypeError(f"Can not cast {value!r} to {self!r}")

    def placeholder_value(self, placeholder_context: Any) -> Any:
        """The placeholder of a variable in the graph that is built."""
        return placeholder_context.variable(self)

    def _to_components(self, value: Any) -> Any:
        return [value.read_value()]

    def _from_components(self, components: Any) -> Any:
        return Variable(components[0], self._trainable, dtype=self._dtype, shape=self._shape)

    def __repr__(self) -> str:
        return (
            f"VariableSpec(shape={self._shape}, dtype={self._dtype!r}, "
            f"trainable={self._trainable!r}, alias_id={self._alias_id!r})"
        )


register_spec(Tensor, TensorSpec.from_tensor)
register_spec(Variable, VariableSpec.from_value)
register_spec(IndexedSlices, _spec_of_slices)
register_spec(type(None), NoneTensorSpec.from_value)
