"""The fields of an extension type: what annotations mean, and values checked against them."""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor, TensorBase
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.type_spec import CompositeTensor, TypeSpec

NO_DEFAULT: Any = object()
_PLAIN = (bool, int, float, str, bytes, type(None))
_RESERVED = frozenset(("self", "Spec", *dir(TypeSpec), *dir(CompositeTensor)))


class ImmutableDict(Mapping[Any, Any]):
    """A mapping that cannot be changed."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self._items = dict(*args, **kwargs)

    def __getitem__(self, key: Any) -> Any:
        return self._items[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._items)

    def __len__(self) -> int:
        return len(self._items)

    def __contains__(self, key: object) -> bool:
        return key in self._items

    def __hash__(self) -> int:
        return hash(frozenset(self._items.items()))

    def __repr__(self) -> str:
        return f"ImmutableDict({self._items!r})"


class Field(NamedTuple):
    """One field of an extension type."""

    name: str
    kind: Any
    default: Any = NO_DEFAULT


def fields_of(cls: Any) -> tuple[Field, ...]:
    """The fields that a class declares, after those of its bases.

    Raises:
      TypeError: an annotation that no field can have, or a default that does not fit.
      ValueError: a reserved name, or a class attribute without annotation.
    """
    own = inspect.get_annotations(cls)
    for name, value in cls.__dict__.items():
        if name not in own and not _may_be_attribute(name, value):
            raise ValueError(
                f"The field annotations for {cls.__name__} are invalid. Field {name} is missing a "
                "type annotation."
            )
    found = {
        field.name: field
        for base in reversed(cls.__bases__)
        for field in getattr(base, "_tf_fields", ())
    }
    hints = _hints(cls, own)
    for name in own:
        if name in _RESERVED or name.startswith("_tf_"):
            raise ValueError(
                f"The field annotations for {cls.__name__} are invalid. Field {name!r} is reserved."
            )
        kind = hints[name]
        check_annotation(name, kind, kind)
        default = cls.__dict__.get(name, NO_DEFAULT)
        if default is not NO_DEFAULT:
            default = convert(default, kind, f"default value for {name}", False)
        found[name] = Field(name, kind, default)
    return tuple(found.values())


def _may_be_attribute(name: str, value: Any) -> bool:
    return (
        name.startswith("_")
        or name == "Spec"
        or callable(value)
        or isinstance(value, (property, classmethod, staticmethod))
        or hasattr(value, "__get__")
    )


def _hints(cls: Any, own: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        return typing.get_type_hints(cls, localns={cls.__name__: cls})
    except (NameError, TypeError, AttributeError):
        return own


def check_annotation(name: str, kind: Any, part: Any) -> None:
    """Raises TypeError unless values of an annotation can be in a field."""
    origin = typing.get_origin(part)
    if part is None or part in _PLAIN or part in (Tensor, TensorShape, DType, TensorSpec):
        return
    if isinstance(part, type) and origin is None and issubclass(part, (CompositeTensor, TypeSpec)):
        return
    if isinstance(part, typing.ForwardRef):
        return
    inner = typing.get_args(part)
    if origin is tuple and inner:
        for item in inner:
            if item is not ...:
                check_annotation(name, kind, item)
        return
    if origin in (typing.Union, types.UnionType):
        for item in inner:
            check_annotation(name, kind, item)
        return
    if origin is not None and isinstance(origin, type) and issubclass(origin, Mapping) and inner:
        if inner[0] in _PLAIN or inner[0] is DType:
            check_annotation(name, kind, inner[1])
            return
    shown = repr(kind.__name__) if isinstance(kind, type) and origin is None else repr(kind)
    raise TypeError(f"In field {name!r}: Unsupported type annotation {shown}")


def convert(value: Any, kind: Any, path: str, spec: bool) -> Any:
    """A value as its field keeps it; `spec`: the value is of the type's spec, not of the type.

    Raises TypeError for a value that does not fit.
    """
    if isinstance(kind, typing.ForwardRef):
        raise TypeError(f"{path}: the annotation {kind.__forward_arg__!r} names no type")
    origin = typing.get_origin(kind)
    if origin is tuple:
        return _tuple(value, typing.get_args(kind), path, spec)
    if origin in (typing.Union, types.UnionType):
        return _union(value, typing.get_args(kind), path, spec)
    if origin is not None:
        return _mapping(value, typing.get_args(kind), path, spec)
    if kind is None or kind is type(None):
        if value is None:
            return None
    elif kind is Tensor:
        if spec:
            if isinstance(value, TensorSpec):
                return value
        elif isinstance(value, Tensor):
            return value
        else:
            return _tensor(value, path)
    elif kind is TensorShape:
        return _made(TensorShape, value, path)
    elif kind is DType:
        return _made(as_dtype, value, path)
    elif spec and issubclass(kind, CompositeTensor):
        if isinstance(value, TypeSpec) and issubclass(value.value_type, kind):
            return value
    elif isinstance(value, kind):
        return value
    raise TypeError(f"{path}: expected {kind.__name__!r}, got {type(value).__name__!r}")


def _tensor(value: Any, path: str) -> Any:
    if isinstance(value, TensorBase):
        return value.read_value()  # type: ignore[attr-defined]
    try:
        return to_tensor(value)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{path}: expected 'Tensor', got {type(value).__name__!r}") from error


def _made(make: Callable[[Any], Any], value: Any, path: str) -> Any:
    try:
        return make(value)
    except (TypeError, ValueError) as error:
        raise TypeError(f"{path}: {error}") from error


def _tuple(value: Any, inner: Any, path: str, spec: bool) -> Any:
    if not isinstance(value, (list, tuple)):
        raise TypeError(f"{path}: expected tuple, got {type(value).__name__!r}")
    if len(inner) == 2 and inner[1] is ...:
        kinds = [inner[0]] * len(value)
    else:
        kinds = list(inner)
        if len(kinds) != len(value):
            raise TypeError(
                f"{path}: expected tuple with length {len(kinds)}, got one of {len(value)}"
            )
    return tuple(
        convert(item, kind, f"{path}[{place}]", spec)
        for place, (item, kind) in enumerate(zip(value, kinds, strict=True))
    )


def _union(value: Any, inner: Any, path: str, spec: bool) -> Any:
    # What fits as it is goes before what would have to be converted.
    for kind in inner:
        if isinstance(kind, type) and kind in _PLAIN and isinstance(value, kind):
            return value
    for kind in inner:
        try:
            return convert(value, kind, path, spec)
        except TypeError:
            continue
    names = ", ".join(getattr(kind, "__name__", str(kind)) for kind in inner)
    raise TypeError(f"{path}: expected one of {names}, got {type(value).__name__!r}")


def _mapping(value: Any, inner: Any, path: str, spec: bool) -> Any:
    if not isinstance(value, Mapping):
        raise TypeError(f"{path}: expected mapping, got {type(value).__name__!r}")
    items = {
        convert(key, inner[0], f"{path}[<key>]", spec): convert(
            item, inner[1], f"{path}[{key!r}]", spec
        )
        for key, item in value.items()
    }
    return items if spec else ImmutableDict(items)


# ------------------------------------------------------------------ structures that fields hold
def parts(value: Any, kind: type | tuple[type, ...]) -> Iterator[Any]:
    """The tensors and composites, or the specs, in what a field holds; in order."""
    if isinstance(value, kind):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from parts(item, kind)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from parts(item, kind)


def replaced(
    value: Any, function: Callable[[Any], Any], kinds: tuple[type, ...] = (TypeSpec,)
) -> Any:
    """A structure with every spec in it replaced; mappings become dictionaries."""
    if isinstance(value, kinds):
        return function(value)
    if isinstance(value, tuple):
        return tuple(replaced(item, function, kinds) for item in value)
    if isinstance(value, Mapping):
        return {key: replaced(item, function, kinds) for key, item in value.items()}
    return value


def spec_of(value: Any) -> Any:
    """What the spec of a type holds where the type holds `value`."""
    if isinstance(value, Tensor):
        return TensorSpec.from_tensor(value)
    if isinstance(value, CompositeTensor):
        return value._type_spec
    if isinstance(value, tuple):
        return tuple(spec_of(item) for item in value)
    if isinstance(value, Mapping):
        return {key: spec_of(item) for key, item in value.items()}
    return value


def frozen(value: Any) -> Any:
    """The same with mappings that cannot be changed."""
    if isinstance(value, tuple):
        return tuple(frozen(item) for item in value)
    if isinstance(value, Mapping) and not isinstance(value, ImmutableDict):
        return ImmutableDict({key: frozen(item) for key, item in value.items()})
    return value
