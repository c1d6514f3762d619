"""tf.TypeSpec: the type of a value that is made of tensors, and the values that have one.

The relations between two specs are read off what `_serialize` returns: a nested structure of
shapes, dtypes, specs and plain Python values.
"""

from __future__ import annotations

import abc
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tfcompat._src import nest
from tfcompat._src.dtypes import DType
from tfcompat._src.naming import public
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.trace_type import TraceType

_DIFFERENT = object()


def _kind(value: Any) -> type:
    return list if isinstance(value, (list, tuple)) else type(value)


def _relate(a: Any, b: Any, leaf: Callable[[Any, Any], Any]) -> Any:
    """A structure like `a` of what `leaf` makes of each pair; _DIFFERENT if it is so once."""
    if isinstance(a, Mapping):
        if not isinstance(b, Mapping) or a.keys() != b.keys():
            return _DIFFERENT
        found = {key: _relate(a[key], b[key], leaf) for key in a}
        return _DIFFERENT if any(item is _DIFFERENT for item in found.values()) else found
    if isinstance(a, (list, tuple)):
        if _kind(a) is not _kind(b) or len(a) != len(b):
            return _DIFFERENT
        items = [_relate(x, y, leaf) for x, y in zip(a, b, strict=True)]
        if any(item is _DIFFERENT for item in items):
            return _DIFFERENT
        return type(a)(*items) if hasattr(a, "_fields") else type(a)(items)
    return leaf(a, b)


def _compatible(a: Any, b: Any) -> Any:
    if type(a) is not type(b):
        return _DIFFERENT
    fits = a.is_compatible_with(b) if isinstance(a, (TensorShape, DType, TypeSpec)) else a == b
    return True if fits else _DIFFERENT


def _within(a: Any, b: Any) -> Any:
    within = a.is_subtype_of(b) if hasattr(a, "is_subtype_of") else type(a) is type(b) and a == b
    return True if within else _DIFFERENT


def _joined(a: Any, b: Any) -> Any:
    if hasattr(a, "most_specific_common_supertype"):
        found = a.most_specific_common_supertype([b])
        return _DIFFERENT if found is None else found
    return a if type(a) is type(b) and a == b else _DIFFERENT


def _comparable(value: Any) -> Any:
    """Hashable and compared by value, where an unknown shape equals another."""
    if isinstance(value, TensorShape):
        return TensorShape, None if value.rank is None else tuple(value.as_list())
    if isinstance(value, Mapping):
        return Mapping, frozenset((key, _comparable(value[key])) for key in value)
    if isinstance(value, (list, tuple)):
        return list, tuple(_comparable(item) for item in value)
    return type(value), value


@public("tfcompat")
class TypeSpec(TraceType):
    """The type of a value: its class, and the types of the tensors that it is made of.

    A subclass gives `value_type`, `_serialize`, `_component_specs`, `_to_components` and
    `_from_components`.
    """

    __slots__ = ()

    def __init_subclass__(cls, leaf: bool = False, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if not leaf:
            nest.register_composite(cls, _spec_children, _value_of_spec)

    @property
    @abc.abstractmethod
    def value_type(self) -> Any:
        """The class of the values."""

    @abc.abstractmethod
    def _serialize(self) -> Any:
        """The arguments that make an equal spec, as a tuple."""

    @property
    @abc.abstractmethod
    def _component_specs(self) -> Any:
        """A structure of the specs of the components."""

    @abc.abstractmethod
    def _to_components(self, value: Any) -> Any:
        """The structure of tensors that a value is made of."""

    @abc.abstractmethod
    def _from_components(self, components: Any) -> Any:
        """The value that a structure of tensors makes up."""

    @classmethod
    def _deserialize(cls, serialization: Any) -> Any:
        return cls(*serialization)

    # ------------------------------------------------------------------------------- relations
    def is_compatible_with(self, spec_or_value: Any) -> bool:
        """Whether a value, or some value of another spec, can be of this type."""
        other = spec_or_value
        if not isinstance(other, TypeSpec):
            try:
                other = type_spec_from_value(other)
            except (TypeError, ValueError):
                return False
        if type(self) is not type(other):
            return False
        return _relate(self._serialize(), other._serialize(), _compatible) is not _DIFFERENT

    def is_subtype_of(self, other: Any) -> bool:
        """Whether every value of this type is one of the other, too."""
        if type(self) is not type(other):
            return False
        return _relate(self._serialize(), other._serialize(), _within) is not _DIFFERENT

    def most_specific_common_supertype(self, others: Sequence[Any]) -> Any:
        """The narrowest spec that holds the values of this and all others; None if none does."""
        found = self._serialize()
        for other in others:
            if type(self) is not type(other):
                return None
            found = _relate(found, other._serialize(), _joined)
            if found is _DIFFERENT:
                return None
        return self._deserialize(found)

    def most_specific_compatible_type(self, other: Any) -> Any:
        """The narrowest spec that holds the values of both. Raises ValueError if none does."""
        found = None
        if type(self) is type(other):
            found = self.most_specific_common_supertype([other])
        if found is None:
            raise ValueError(f"No TypeSpec is compatible with both {self} and {other}")
        return found

    def _with_tensor_ranks_only(self) -> Any:
        def relaxed(value: Any) -> Any:
            if isinstance(value, TensorShape):
                return TensorShape(None if value.rank is None else [None] * value.rank)
            return value._with_tensor_ranks_only() if isinstance(value, TypeSpec) else value

        return self._deserialize(_relate(self._serialize(), self._serialize(), _first(relaxed)))

    # ------------------------------------------------------------------------------ components
    def flatten(self) -> list[Any]:
        """The specs of the tensors that a value is made of."""
        return nest.flatten(self._component_specs, expand_composites=True)

    def to_tensors(self, value: Any) -> list[Any]:
        """The tensors that a value is made of. Raises TypeError for a value of another type."""
        if not self.is_compatible_with(value):
            raise TypeError(f"Can not cast {value!r} to {self!r}")
        return nest.flatten(self._to_components(value), expand_composites=True)

    _to_tensor_list = to_tensors

    def from_tensors(self, tensors: Any) -> Any:
        """The value that an iterator of tensors makes up."""
        specs = self._component_specs
        count = len(nest.flatten(specs, expand_composites=True))
        flat = [next(tensors) for _ in range(count)]
        return self._from_components(nest.pack_sequence_as(specs, flat, expand_composites=True))

    def _from_tensor_list(self, tensors: Sequence[Any]) -> Any:
        return self.from_tensors(iter(tensors))

    def cast(self, value: Any, casting_context: Any) -> Any:
        """The value, if it is of this type; raises TypeError if not."""
        if isinstance(value, self.value_type) and self.is_compatible_with(value):
            return value
        raise TypeError(f"Can not cast {value!r} to {self!r}")

    def placeholder_value(self, placeholder_context: Any) -> Any:
        """A value made of placeholders, for all values of this type while a function is traced."""
        specs = self._component_specs
        parts = [
            spec.placeholder_value(placeholder_context)
            for spec in nest.flatten(specs, expand_composites=True)
        ]
        return self._from_components(nest.pack_sequence_as(specs, parts, expand_composites=True))

    def experimental_as_proto(self) -> Any:
        """Raises NotImplementedError: there are no saved models that would keep it."""
        raise _no_proto(type(self), "experimental_as_proto")

    @classmethod
    def experimental_from_proto(cls, proto: Any) -> Any:
        """Raises NotImplementedError, as `experimental_as_proto`."""
        raise _no_proto(cls, "experimental_from_proto")

    @classmethod
    def experimental_type_proto(cls) -> Any:
        """Raises NotImplementedError, as `experimental_as_proto`."""
        raise _no_proto(cls, "experimental_type_proto")

    def __tf_tracing_type__(self, context: Any) -> TypeSpec:
        return self

    # ------------------------------------------------------------------------------- Python's own
    def __eq__(self, other: object) -> bool:
        if type(self) is not type(other) or not isinstance(other, TypeSpec):
            return False
        return bool(_comparable(self._serialize()) == _comparable(other._serialize()))

    def __ne__(self, other: object) -> bool:
        return not self == other

    def __hash__(self) -> int:
        return hash((type(self), _comparable(self._serialize())))

    def __reduce__(self) -> Any:
        return _rebuild, (type(self), self._serialize())

    def __repr__(self) -> str:
        return f"{type(self).__name__}{self._serialize()!r}"


def _spec_children(spec: Any) -> list[Any]:
    return [spec._component_specs]


def _value_of_spec(spec: Any, components: list[Any]) -> Any:
    return spec._from_components(components[0])


def _rebuild(kind: Any, serialization: Any) -> Any:
    return kind._deserialize(serialization)


def _first(function: Callable[[Any], Any]) -> Callable[[Any, Any], Any]:
    return lambda a, b: function(a)


def _no_proto(kind: type, method: str) -> NotImplementedError:
    return NotImplementedError(
        f"{kind.__name__}.{method}: protocol buffers of types belong to saved models, which are "
        "not in tfcompat; pickle the spec instead"
    )


class BatchableTypeSpec(TypeSpec):
    """A spec whose values can be stacked to a batch and taken from one."""

    __slots__ = ()

    @abc.abstractmethod
    def _batch(self, batch_size: int | None) -> Any:
        """The spec of a batch of values."""

    @abc.abstractmethod
    def _unbatch(self) -> Any:
        """The spec of one value of a batch."""


class CompositeTensor:
    """A value made of several tensors, which its `_type_spec` takes apart and puts together."""

    @property
    def _type_spec(self) -> TypeSpec:
        raise NotImplementedError(f"{type(self).__name__}._type_spec")

    @property
    def _shape_invariant_to_type_spec(self) -> Any:
        raise NotImplementedError(f"{type(self).__name__}: shape invariants")

    def __tf_tracing_type__(self, context: Any) -> TypeSpec:
        return self._type_spec

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        nest.register_composite(cls, _value_children, _rebuild_value)


def _value_children(value: Any) -> list[Any]:
    return [value._type_spec._to_components(value)]


def _rebuild_value(like: Any, components: list[Any]) -> Any:
    return like._type_spec._from_components(components[0])


# Class of values -> what makes their spec; asked in this order.
_MAKERS: list[tuple[type, Callable[[Any], TypeSpec]]] = []


def register_spec(kind: type, maker: Callable[[Any], TypeSpec]) -> None:
    """Lets `type_spec_from_value` make specs of the values of a class."""
    _MAKERS.append((kind, maker))


def _spec_of(value: Any) -> TypeSpec | None:
    for kind, maker in _MAKERS:
        if isinstance(value, kind):
            return maker(value)
    found = getattr(value, "_type_spec", None)
    return found if isinstance(found, TypeSpec) else None


@public("tfcompat")
def type_spec_from_value(value: Any) -> TypeSpec:
    """The spec of a tensor, a composite value, None, or anything that converts to a tensor.

    Raises TypeError for any other value.
    """
    from tfcompat._src.convert import convert_to_tensor

    found = _spec_of(value)
    if found is None and not isinstance(value, TypeSpec):
        try:
            found = _spec_of(convert_to_tensor(value))
        except (TypeError, ValueError):
            found = None
    if found is None:
        raise TypeError(
            f"Could not build a TypeSpec for {value!r} of unsupported type {type(value)}."
        )
    return found


def is_composite(value: Any) -> bool:
    """Whether a value is made of several tensors."""
    return isinstance(value, CompositeTensor) or nest.is_composite(value)


def as_tensor(value: Any) -> Any:
    """The value if it is a tensor or a composite, else as a tensor."""
    from tfcompat._src.convert import to_tensor

    return value if isinstance(value, Tensor) or is_composite(value) else to_tensor(value)
