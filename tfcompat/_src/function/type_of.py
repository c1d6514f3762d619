"""The trace type of any value that a function is called with."""

from __future__ import annotations

import collections
import weakref
from collections.abc import Mapping
from typing import Any

import numpy as np

from tfcompat._src.convert import to_tensor
from tfcompat._src.function.trace_types import (
    DictType,
    FieldsType,
    FlattenedType,
    ListType,
    Literal,
    TupleType,
    Weakref,
)
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.tensor import Tensor, TensorBase
from tfcompat._src.tensor_spec import TensorSpec, VariableSpec
from tfcompat._src.trace_type import TraceType
from tfcompat._src.type_spec import type_spec_from_value
from tfcompat._src.variable import Variable

#: Classes whose values are part of a signature as they are.
PLAIN = frozenset({int, float, bool, str, bytes, complex, type(None)})


class TracingContext:
    """What the types of one call share: its variables, each of which has a number."""

    def __init__(self) -> None:
        self.variables: list[Variable] = []

    def alias_of(self, variable: Variable) -> int:
        """The number of a variable among those of the call."""
        for number, known in enumerate(self.variables):
            if known is variable:
                return number
        self.variables.append(variable)
        return len(self.variables) - 1


def spec_of_variable(variable: Variable, context: TracingContext) -> VariableSpec:
    """The type of a variable, with its number in the call."""
    handle = variable.handle
    alias = context.alias_of(handle)
    return VariableSpec(handle.shape, handle.dtype, handle.trainable, alias)


def type_of(value: Any, context: TracingContext) -> TraceType:
    """The trace type of a value.

    Raises TypeError for what can neither be hashed nor taken apart.
    """
    if value.__class__ in PLAIN:
        return Literal(value)
    if isinstance(value, Tensor):
        return TensorSpec(value.shape, value.dtype)
    if isinstance(value, Variable):
        return spec_of_variable(value, context)
    if isinstance(value, IndexedSlices):
        return type_spec_from_value(value)
    if hasattr(type(value), "__tf_tracing_type__"):
        found = value.__tf_tracing_type__(context)
        if not isinstance(found, TraceType):
            raise TypeError(
                f"tf.function: {type(value).__name__}.__tf_tracing_type__ returned {found!r}; "
                "expected a tf.types.experimental.TraceType"
            )
        return found
    structure = _structure(value, context)
    if structure is not None:
        return structure
    if is_array(value):
        tensor = as_tensor(value)
        return TensorSpec(tensor.shape, tensor.dtype)
    return _object(value)


def is_array(value: Any) -> bool:
    """Whether a function takes a value as a tensor though it is none."""
    if isinstance(value, (str, TensorBase, type)):
        return False
    return isinstance(value, (np.ndarray, np.generic)) or hasattr(type(value), "__array__")


def as_tensor(value: Any) -> Tensor:
    """An array as the tensor that the function gets."""
    if not isinstance(value, (np.ndarray, np.generic)):
        value = value.__array__()
    return to_tensor(value)


def _structure(value: Any, context: TracingContext) -> TraceType | None:
    if isinstance(value, list):
        return ListType([type_of(item, context) for item in value])
    if isinstance(value, tuple):
        parts = [type_of(item, context) for item in value]
        fields = getattr(type(value), "_fields", None)
        if fields is None:
            return TupleType(parts)
        kind = type(value)
        return FieldsType(kind, fields, parts, tuple, lambda items: kind(*items))
    if isinstance(value, Mapping):
        return _mapping(value, context)
    if hasattr(type(value), "__attrs_attrs__"):
        return _attrs(value, context)
    if hasattr(type(value), "__tf_flatten__") and hasattr(type(value), "__tf_unflatten__"):
        fixed, items = value.__tf_flatten__()
        parts = [type_of(item, context) for item in items]
        return FlattenedType(type(value), fixed, type_of(fixed, context), parts)
    return None


def _mapping(value: Mapping[Any, Any], context: TracingContext) -> DictType:
    keys = sorted(value)
    parts = [type_of(value[key], context) for key in keys]
    return DictType(keys, parts, list(value), _maker(value))


def _maker(like: Mapping[Any, Any]) -> Any:
    """What makes a mapping of the same class from a dictionary."""
    kind: Any = type(like)
    if kind is collections.defaultdict or kind.__module__.startswith("tfcompat."):
        return dict  # without what would add to it, or tracks what is in it
    if not isinstance(like, dict):
        return kind

    def filled(items: Mapping[Any, Any]) -> Any:
        made = kind.__new__(kind)
        made.update(items)
        return made

    return filled


def _attrs(value: Any, context: TracingContext) -> FieldsType:
    kind = type(value)
    names = [field.name for field in kind.__attrs_attrs__]

    def take(item: Any) -> list[Any]:
        return [getattr(item, name) for name in names]

    parts = [type_of(item, context) for item in take(value)]
    return FieldsType(kind, names, parts, take, lambda items: kind(*items))


def _object(value: Any) -> TraceType:
    try:
        return Weakref(weakref.ref(value))
    except TypeError:
        pass
    try:
        return Literal(value)
    except TypeError:
        raise TypeError(
            f"Could not generate a generic TraceType for {value!r}. Please verify that it is "
            "immutable/hashable. Otherwise, consider implementing the Tracing Protocol for it."
        ) from None
