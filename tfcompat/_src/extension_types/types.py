"""tf.experimental.ExtensionType: values of one's own, made of tensors and Python values."""

from __future__ import annotations

import abc
import inspect
from typing import Any

from tfcompat._src.convert import to_tensor
from tfcompat._src.extension_types.fields import (
    NO_DEFAULT,
    Field,
    convert,
    fields_of,
    frozen,
    parts,
    replaced,
    spec_of,
)
from tfcompat._src.naming import public
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.type_spec import BatchableTypeSpec, CompositeTensor, TypeSpec

_OPEN = "_tf_open"
_PARTS = (Tensor, CompositeTensor)


def _signature(fields: tuple[Field, ...]) -> inspect.Signature:
    parameters = []
    optional = False
    for field in fields:
        required = field.default is NO_DEFAULT
        # Behind a field with a default, one without has to be named.
        kind = (
            inspect.Parameter.KEYWORD_ONLY
            if optional and required
            else inspect.Parameter.POSITIONAL_OR_KEYWORD
        )
        optional = optional or not required
        default = inspect.Parameter.empty if required else field.default
        parameters.append(inspect.Parameter(field.name, kind, default=default))
    parameters.sort(key=lambda parameter: parameter.kind)
    return inspect.Signature(parameters)


def _immutable(self: Any, name: str) -> AttributeError:
    kind = "ExtensionTypeSpec" if isinstance(self, TypeSpec) else "ExtensionType"
    return AttributeError(
        f"Cannot mutate attribute `{name}` outside the custom constructor of {kind}."
    )


class _WithFields:
    """Sets fields while it is made, and never afterwards."""

    _tf_fields: tuple[Field, ...] = ()
    _tf_signature = inspect.Signature()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        given = self._tf_signature.bind(*args, **kwargs)
        given.apply_defaults()
        self.__dict__.update(given.arguments)

    def __setattr__(self, name: str, value: Any) -> None:
        known = any(field.name == name for field in self._tf_fields)
        if not known or _OPEN not in self.__dict__:
            raise _immutable(self, name)
        self.__dict__[name] = value

    def __delattr__(self, name: str) -> None:
        raise _immutable(self, name)

    def _check(self, spec: bool) -> None:
        values = self.__dict__
        for field in self._tf_fields:
            if field.name not in values:
                raise AttributeError(
                    f"{type(self).__name__}: the constructor did not set the field {field.name!r}"
                )
            values[field.name] = convert(values[field.name], field.kind, field.name, spec)

    def _field_values(self) -> dict[str, Any]:
        values = self.__dict__
        return {field.name: values[field.name] for field in self._tf_fields}

    def __repr__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self._field_values().items())
        return f"{_name(type(self))}({shown})"


def _name(cls: type) -> str:
    if issubclass(cls, TypeSpec):
        return f"{cls._tf_value_type.__name__}.Spec"  # type: ignore[attr-defined]
    return cls.__name__


class _SpecMeta(abc.ABCMeta):
    """Runs the constructor, which may be the user's, with fields open; checks and closes them."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        return _made(_blank(cls), args, kwargs, spec=True)


def _blank(cls: Any) -> Any:
    return cls.__new__(cls)


def _made(self: Any, args: tuple[Any, ...], kwargs: dict[str, Any], spec: bool) -> Any:
    self.__dict__[_OPEN] = True
    try:
        self.__init__(*args, **kwargs)
        self._check(spec)
    finally:
        self.__dict__.pop(_OPEN, None)
    return self


@public("tfcompat.experimental")
class ExtensionTypeSpec(_WithFields, TypeSpec, metaclass=_SpecMeta):
    """The base of the specs that extension types have."""

    _tf_value_type: Any = None

    @classmethod
    def from_value(cls, value: Any) -> Any:
        """The spec of a value."""
        return _assembled(cls, {k: spec_of(v) for k, v in value._field_values().items()})

    @property
    def value_type(self) -> Any:
        """The extension type."""
        return self._tf_value_type

    def _serialize(self) -> Any:
        return tuple(self._field_values().items())

    @classmethod
    def _deserialize(cls, serialization: Any) -> Any:
        return _assembled(cls, dict(serialization))

    @property
    def _component_specs(self) -> Any:
        return tuple(parts(tuple(self._field_values().values()), TypeSpec))

    def _to_components(self, value: Any) -> Any:
        return tuple(parts(tuple(value._field_values().values()), _PARTS))

    def _from_components(self, components: Any) -> Any:
        rest = iter(components)
        values = {
            name: frozen(replaced(value, lambda spec: next(rest)))
            for name, value in self._field_values().items()
        }
        return _assembled(self._tf_value_type, values)

    def _replaced(self, function: Any) -> Any:
        kinds = (TypeSpec, TensorShape)
        values = {k: replaced(v, function, kinds) for k, v in self._field_values().items()}
        return _assembled(type(self), values)

    def __hash__(self) -> int:
        return TypeSpec.__hash__(self)

    __eq__ = TypeSpec.__eq__
    __ne__ = TypeSpec.__ne__


def _assembled(cls: Any, values: dict[str, Any]) -> Any:
    """An instance with these fields, past its constructor and its checks."""
    made = object.__new__(cls)
    made.__dict__.update(values)
    return made


class _ExtensionTypeMeta(type):
    """Runs the constructor with fields open, then checks, validates and closes them."""

    def __call__(cls, *args: Any, **kwargs: Any) -> Any:
        if not cls._tf_spec_base_made:  # type: ignore[attr-defined]
            raise AssertionError(
                f"Cannot create an instance of {cls.__name__} because it is an abstract base class."
            )
        self = _blank(cls)
        _made(self, args, kwargs, spec=False).__validate__()
        return self


@public("tfcompat.experimental")
class ExtensionType(_WithFields, CompositeTensor, metaclass=_ExtensionTypeMeta):
    """The base of types whose fields are the annotated attributes of the class.

    A field is a tf.Tensor, another extension type, a tf.DType, a tf.TensorShape, a Python number,
    string or None, or a Tuple, Mapping, Optional or Union of these. A class may have methods, an
    `__init__` that sets the fields, and `__validate__`. Values cannot be changed.

    Raises:
      TypeError: an argument is missing or unknown, or a value does not fit its field.
    """

    _tf_spec_base: type = ExtensionTypeSpec
    _tf_spec_base_made = False
    Spec: Any = ExtensionTypeSpec

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__dict__.get("_tf_abstract", False):
            return
        cls._tf_spec_base_made = True
        cls._tf_fields = fields_of(cls)
        cls._tf_signature = _signature(cls._tf_fields)
        for field in cls._tf_fields:
            # A default would otherwise hide that a constructor left a field out.
            if field.name in cls.__dict__:
                delattr(cls, field.name)
        if "__init__" not in cls.__dict__ and cls.__init__ is _WithFields.__init__:
            cls.__signature__ = cls._tf_signature  # type: ignore[attr-defined]
        own = cls.__dict__.get("Spec")
        bases: tuple[type, ...] = (cls._tf_spec_base,)
        if own is not None:
            if not isinstance(own, type):
                raise ValueError(f"{cls.__name__}.Spec: received {own!r}; expected a nested class")
            bases = (own, cls._tf_spec_base)
        cls.Spec = type(
            "Spec",
            bases,
            {
                "__module__": cls.__module__,
                "__qualname__": f"{cls.__qualname__}.Spec",
                "_tf_value_type": cls,
                "_tf_fields": cls._tf_fields,
                "_tf_signature": cls._tf_signature,
            },
        )

    @property
    def _type_spec(self) -> Any:
        return self.Spec.from_value(self)

    def __validate__(self) -> None:
        """Called when a value has been made; raises where it makes no sense."""

    def __eq__(self, other: Any) -> Any:
        """Whether types, shapes and all values are the same, as a boolean tensor."""
        from tfcompat._src import nest
        from tfcompat._src.ops.comparisons import equal
        from tfcompat._src.ops.reductions import reduce_all

        if type(self) is not type(other) or self._type_spec != other._type_spec:
            return to_tensor(False)
        pairs = zip(
            nest.flatten(self, expand_composites=True),
            nest.flatten(other, expand_composites=True),
            strict=True,
        )
        return to_tensor(all(bool(reduce_all(equal(x, y))) for x, y in pairs))

    def __ne__(self, other: Any) -> Any:
        """Not `==`, as a boolean tensor."""
        return to_tensor(not bool(self == other))

    __hash__ = None  # type: ignore[assignment]

    def __copy__(self) -> Any:
        return self

    def __deepcopy__(self, memo: dict[int, Any]) -> Any:
        return self

    def __reduce__(self) -> Any:
        return _assembled, (type(self), self._field_values())

    def _tf_extension_type_fields(self) -> tuple[Field, ...]:
        return self._tf_fields


class _BatchableSpec(ExtensionTypeSpec, BatchableTypeSpec):
    """The base of the specs of types that can be stacked."""

    @property
    def __batch_encoder__(self) -> ExtensionTypeBatchEncoder:
        return self._tf_value_type.__batch_encoder__

    def _batch(self, batch_size: int | None) -> Any:
        return self.__batch_encoder__.batch(self, batch_size)

    def _unbatch(self) -> Any:
        return self.__batch_encoder__.unbatch(self)


def _stacked(part: Any, count: int | None) -> Any:
    if isinstance(part, TensorShape):
        return TensorShape([count]).concatenate(part)
    return part._batch(count)


def _one_of_stack(part: Any) -> Any:
    if isinstance(part, TensorShape):
        return part if part.rank is None else part[1:]
    return part._unbatch()


@public("tfcompat.experimental")
class ExtensionTypeBatchEncoder:
    """How values of an extension type become rows of tensors, for tf.map_fn."""

    def batch(self, spec: Any, batch_size: int | None) -> Any:
        """The spec of `batch_size` values that are stacked."""
        return spec._replaced(lambda part: _stacked(part, batch_size))

    def unbatch(self, spec: Any) -> Any:
        """The spec of one value of a stack."""
        return spec._replaced(_one_of_stack)

    def encode(self, spec: Any, value: Any, minimum_rank: int = 0) -> Any:
        """The tensors of a value."""
        return spec._to_tensor_list(value)

    def decode(self, spec: Any, encoded_value: Any) -> Any:
        """The value that tensors make up."""
        return spec._from_tensor_list(encoded_value)

    def encoding_specs(self, spec: Any) -> Any:
        """The specs of the tensors of a value."""
        return spec.flatten()


@public("tfcompat.experimental")
class BatchableExtensionType(ExtensionType):
    """An extension type whose values can be stacked, as tf.map_fn takes and gives them.

    The class attribute `__batch_encoder__` says how.
    """

    _tf_abstract = True
    _tf_spec_base = _BatchableSpec
    __batch_encoder__ = ExtensionTypeBatchEncoder()


def as_dict(value: Any) -> dict[str, Any]:
    """The fields of an extension type's value by name."""
    return dict(value._field_values())


public("tfcompat.experimental.extension_type")(as_dict)
