"""The types of datasets, iterators and optional values, as TypeSpecs.

In a graph each of them is one tensor of dtype variant, which holds the Python object.
"""

from __future__ import annotations

from typing import Any

from tfcompat._src.data import structure
from tfcompat._src.data.dataset import DatasetV2
from tfcompat._src.data.iterator import Iterator
from tfcompat._src.data.optional import Optional
from tfcompat._src.data.variants import unpack_object
from tfcompat._src.dtypes import variant
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.naming import public
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.type_spec import TypeSpec


class _Holder(TypeSpec):
    """The type of an object that knows the types of what it holds."""

    __slots__ = ("_element_spec",)

    def __init__(self, element_spec: Any) -> None:
        self._element_spec = element_spec

    @classmethod
    def from_value(cls, value: Any) -> Any:
        """The type of a value."""
        return cls(value.element_spec)

    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether a value, or some value of another type, can be of this type."""
        other = spec_or_value
        if not isinstance(other, TypeSpec):
            if not isinstance(other, self.value_type):
                return False
            other = type(self).from_value(other)
        return type(self) is type(other) and structure.compatible(
            self._element_spec, other._element_spec
        )

    def is_subtype_of(self, other: Any) -> bool:
        """Whether every value of this type is one of the other, too."""
        if type(self) is not type(other):
            return False
        mine, its = self._element_spec, other._element_spec
        try:
            structure.assert_same(mine, its)
        except (TypeError, ValueError):
            return False
        pairs = zip(structure.flatten(mine), structure.flatten(its), strict=True)
        return all(a.is_subtype_of(b) for a, b in pairs)

    def most_specific_common_supertype(self, others: Any) -> Any:
        """The narrowest type that holds the values of this and all others; None if none does."""
        found = self._element_spec
        for other in others:
            if type(self) is not type(other):
                return None
            found = structure.common(found, other._element_spec)
            if found is None:
                return None
        return type(self)(found)

    def _serialize(self) -> Any:
        return (self._element_spec,)

    @property
    def _component_specs(self) -> Any:
        return TensorSpec([], variant)

    def _to_components(self, value: Any) -> Any:
        return value._as_variant()

    def _from_components(self, components: Any) -> Any:
        if components.__class__ is SymbolicTensor:
            return self._staged(components)
        return unpack_object(components)

    def _staged(self, tensor: Any) -> Any:
        """What stands for a value in a graph."""
        raise NotImplementedError

    # A structure of types as nested as the elements, compared by its leaves.
    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other) or not isinstance(other, _Holder):
            return False
        mine, its = self._element_spec, other._element_spec
        try:
            structure.assert_same(mine, its)
        except (TypeError, ValueError):
            return False
        return structure.flatten(mine) == structure.flatten(its)

    def __hash__(self) -> int:
        return hash((type(self), tuple(structure.flatten(self._element_spec))))


@public("tfcompat.data")
class DatasetSpec(_Holder):
    """The type of a tf.data.Dataset, by the types in an element."""

    __slots__ = ("_dataset_shape",)

    def __init__(self, element_spec: Any, dataset_shape: Any = ()) -> None:
        super().__init__(element_spec)
        self._dataset_shape = TensorShape(dataset_shape)

    @property
    def value_type(self) -> Any:
        """The class tf.data.Dataset."""
        return DatasetV2

    @property
    def element_spec(self) -> Any:
        """The types in an element."""
        return self._element_spec

    def _serialize(self) -> Any:
        return self._element_spec, self._dataset_shape

    def _batch(self, batch_size: int | None) -> DatasetSpec:
        return DatasetSpec(
            self._element_spec, TensorShape([batch_size]).concatenate(self._dataset_shape)
        )

    def _unbatch(self) -> DatasetSpec:
        if self._dataset_shape.rank == 0:
            raise ValueError("Slicing dataset elements is not supported for rank 0.")
        return DatasetSpec(self._element_spec, self._dataset_shape[1:])

    def _staged(self, tensor: Any) -> Any:
        from tfcompat._src.data.staged import StagedDataset

        return StagedDataset(tensor, self._element_spec)


@public("tfcompat.data")
class IteratorSpec(_Holder):
    """The type of a tf.data.Iterator, by the types in an element."""

    __slots__ = ()

    @property
    def value_type(self) -> Any:
        """The class tf.data.Iterator."""
        return Iterator

    def _staged(self, tensor: Any) -> Any:
        from tfcompat._src.data.staged import StagedIterator

        return StagedIterator(tensor, self._element_spec)


@public("tfcompat")
class OptionalSpec(_Holder):
    """The type of a tf.experimental.Optional, by the types of its value."""

    __slots__ = ()

    @property
    def value_type(self) -> Any:
        """The class tf.experimental.Optional."""
        return Optional

    def _staged(self, tensor: Any) -> Any:
        from tfcompat._src.data.staged import StagedOptional

        return StagedOptional(tensor, self._element_spec)
