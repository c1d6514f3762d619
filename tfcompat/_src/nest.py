"""tf.nest: functions over nested structures.

A structure is a list, tuple, namedtuple, mapping (in the order of its sorted keys), mapping
view, any other sequence but text, an attrs class, or a class with `__tf_flatten__` and
`__tf_unflatten__`.
Everything else is a leaf: tensors, variables, arrays, strings, sets, None.
"""

from __future__ import annotations

import collections
from collections.abc import (
    Callable,
    Iterable,
    Iterator,
    Mapping,
    MappingView,
    MutableMapping,
    Sequence,
)
from typing import Any, NamedTuple

from tfcompat._src.naming import public


class _Kind(NamedTuple):
    """How to take the structures of one type apart and put one like them together again."""

    children: Callable[[Any], Iterable[Any]]
    rebuild: Callable[[Any, list[Any]], Any]


def _sorted_keys(mapping: Mapping[Any, Any]) -> list[Any]:
    try:
        return sorted(mapping)
    except TypeError:
        raise TypeError(
            f"tf.nest: received a mapping with the keys {list(mapping)}; keys must be sortable."
        ) from None


def _mapping_children(mapping: Mapping[Any, Any]) -> list[Any]:
    return [mapping[key] for key in _sorted_keys(mapping)]


def _rebuild_mapping(like: Mapping[Any, Any], values: list[Any]) -> Any:
    by_key = dict(zip(_sorted_keys(like), values, strict=True))
    if isinstance(like, collections.defaultdict):
        return type(like)(like.default_factory, ((key, by_key[key]) for key in like))
    if isinstance(like, MutableMapping):
        result = type(like)()
        for key in like:
            result[key] = by_key[key]
        return result
    items = ((key, by_key[key]) for key in like)
    try:
        return type(like)(items)  # type: ignore[call-arg]
    except TypeError as cause:
        raise TypeError(
            f"tf.nest: cannot create a {type(like).__name__} like {like!r}; its type must "
            f"accept an iterable of key-value pairs. {cause}"
        ) from None


def _attrs_children(instance: Any) -> list[Any]:
    return [getattr(instance, field.name) for field in type(instance).__attrs_attrs__]


def _rebuild_flattenable(like: Any, values: list[Any]) -> Any:
    return type(like).__tf_unflatten__(like.__tf_flatten__()[0], tuple(values))


_LIST = _Kind(lambda items: items, lambda like, values: values)
_TUPLE = _Kind(lambda items: items, lambda like, values: tuple(values))
_NAMEDTUPLE = _Kind(lambda items: items, lambda like, values: type(like)(*values))
_SEQUENCE = _Kind(lambda items: items, lambda like, values: type(like)(values))
_MAPPING = _Kind(_mapping_children, _rebuild_mapping)
_ATTRS = _Kind(_attrs_children, lambda like, values: type(like)(*values))
_FLATTENABLE = _Kind(lambda instance: instance.__tf_flatten__()[1], _rebuild_flattenable)


def _is_namedtuple(kind: type) -> bool:
    fields = getattr(kind, "_fields", None)
    return (
        issubclass(kind, tuple)
        and isinstance(fields, tuple)
        and all(isinstance(field, str) for field in fields)
    )


def _classify(kind: type) -> _Kind | None:
    if _is_namedtuple(kind):
        return _NAMEDTUPLE
    if issubclass(kind, Mapping):
        return _MAPPING
    if issubclass(kind, MappingView | range):
        return _LIST
    if issubclass(kind, Sequence) and not issubclass(kind, str | bytes):
        return _SEQUENCE
    if hasattr(kind, "__attrs_attrs__"):
        return _ATTRS
    if hasattr(kind, "__tf_flatten__") and hasattr(kind, "__tf_unflatten__"):
        return _FLATTENABLE
    return None


# None stands for a leaf. Bounded, because classes made in a loop must not accumulate.
_KINDS: dict[type, _Kind | None] = {}
_KINDS_LIMIT = 4096
_COMPOSITES: dict[type, _Kind] = {}


def _forget_kinds() -> None:
    _KINDS.clear()
    _KINDS.update({list: _LIST, tuple: _TUPLE, dict: _MAPPING})


_forget_kinds()


def _kind_of(structure: Any) -> _Kind | None:
    kind = type(structure)
    try:
        return _KINDS[kind]
    except KeyError:
        if len(_KINDS) >= _KINDS_LIMIT:
            _forget_kinds()
        found = _KINDS[kind] = _classify(kind)
        return found


def _expanded_kind_of(structure: Any) -> _Kind | None:
    return _COMPOSITES.get(type(structure)) or _kind_of(structure)


def register_composite(
    kind: type, children: Callable[[Any], Iterable[Any]], rebuild: Callable[[Any, list[Any]], Any]
) -> None:
    """Let `expand_composites=True` see `kind`, such as IndexedSlices, as its component tensors.

    `rebuild(like, components)` makes a new one.
    """
    _COMPOSITES[kind] = _Kind(children, rebuild)


def is_composite(value: Any) -> bool:
    """Whether `expand_composites=True` takes the value apart."""
    return type(value) in _COMPOSITES


def children_by_key(
    structure: Any, expand_composites: bool = False
) -> list[tuple[Any, Any]] | None:
    """The parts of a structure with the key, field or place of each; None for a leaf."""
    kind = (_expanded_kind_of if expand_composites else _kind_of)(structure)
    if kind is None:
        return None
    parts = list(kind.children(structure))
    if kind is _MAPPING:
        return list(zip(_sorted_keys(structure), parts, strict=True))
    if kind is _NAMEDTUPLE:
        return list(zip(structure._fields, parts, strict=True))
    if kind is _ATTRS:
        names = [field.name for field in type(structure).__attrs_attrs__]
        return list(zip(names, parts, strict=True))
    return list(enumerate(parts))


_KindOf = Callable[[Any], _Kind | None]


def _flatten_into(out: list[Any], items: Iterable[Any], kind_of: _KindOf) -> None:
    for item in items:
        kind = kind_of(item)
        if kind is None:
            out.append(item)
        else:
            _flatten_into(out, kind.children(item), kind_of)


def _pack(structure: Any, kind: _Kind, leaves: Iterator[Any], kind_of: _KindOf) -> Any:
    values = []
    for item in kind.children(structure):
        inner = kind_of(item)
        values.append(next(leaves) if inner is None else _pack(item, inner, leaves, kind_of))
    return kind.rebuild(structure, values)


@public("tfcompat.nest")
def is_nested(seq: Any) -> bool:
    """Whether `seq` is a structure rather than a leaf; an empty one is a structure too."""
    return _kind_of(seq) is not None


@public("tfcompat.nest")
def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """The leaves of a structure as a list; a leaf alone gives a list of one.

    Mappings are read in the order of their sorted keys; TypeError if these cannot be sorted.
    """
    kind_of = _expanded_kind_of if expand_composites else _kind_of
    kind = kind_of(structure)
    if kind is None:
        return [structure]
    out: list[Any] = []
    _flatten_into(out, kind.children(structure), kind_of)
    return out


@public("tfcompat.nest")
def pack_sequence_as(structure: Any, flat_sequence: Any, expand_composites: bool = False) -> Any:
    """The structure with its leaves replaced, in `flatten`'s order, by those of a flat sequence.

    Raises TypeError if `flat_sequence` is none, ValueError if it has the wrong length.
    """
    flat_kind = _kind_of(flat_sequence)
    if flat_kind is None or flat_kind is _MAPPING:
        raise TypeError(
            f"tf.nest.pack_sequence_as: received a flat_sequence of type "
            f"{type(flat_sequence).__name__}, expected a flat list or tuple: {flat_sequence!r}."
        )
    kind_of = _expanded_kind_of if expand_composites else _kind_of
    kind = kind_of(structure)
    if kind is None:
        if len(flat_sequence) != 1:
            raise _wrong_length(1, structure, flat_sequence)
        return next(iter(flat_sequence))
    leaves = iter(flat_sequence)
    try:
        packed = _pack(structure, kind, leaves, kind_of)
    except StopIteration:
        packed = _MISSING
    if packed is _MISSING or next(leaves, _MISSING) is not _MISSING:
        raise _wrong_length(len(flatten(structure, expand_composites)), structure, flat_sequence)
    return packed


_MISSING = object()


def _wrong_length(leaves: int, structure: Any, flat_sequence: Any) -> ValueError:
    return ValueError(
        f"tf.nest.pack_sequence_as: received {len(flat_sequence)} values for a structure of "
        f"{leaves} leaves. Structure: {structure!r}, flat_sequence: {flat_sequence!r}."
    )


@public("tfcompat.nest")
def map_structure(func: Callable[..., Any], *structure: Any, **kwargs: Any) -> Any:
    """A structure like the first one whose leaves are `func` of the given ones' leaves.

    Keyword arguments are `check_types` (True: structures must agree in types too) and
    `expand_composites`. Raises as `assert_same_structure` where the structures differ.
    """
    if not callable(func):
        raise TypeError(f"tf.nest.map_structure: func must be callable, received {func!r}.")
    if not structure:
        raise ValueError("tf.nest.map_structure: received no structure, expected at least one.")
    check_types = kwargs.pop("check_types", True)
    expand_composites = kwargs.pop("expand_composites", False)
    if kwargs:
        raise ValueError(
            f"tf.nest.map_structure: received the keyword arguments {sorted(kwargs)}, "
            "expected only check_types and expand_composites."
        )
    first = structure[0]
    for other in structure[1:]:
        assert_same_structure(first, other, check_types, expand_composites)
    kind_of = _expanded_kind_of if expand_composites else _kind_of
    kind = kind_of(first)
    if kind is None:
        return func(*structure)
    columns = [flatten(each, expand_composites) for each in structure]
    results = [func(*leaves) for leaves in zip(*columns, strict=True)]
    return _pack(first, kind, iter(results), kind_of)


@public("tfcompat.nest")
def assert_same_structure(
    nest1: Any, nest2: Any, check_types: bool = True, expand_composites: bool = False
) -> None:
    """Raise unless two structures nest alike; their leaves do not matter.

    Raises ValueError if they differ in nesting, length or keys, and TypeError if only in the
    types of their parts. Lists of any class are alike, mappings too, and namedtuples of the same
    name and fields; `check_types=False` ignores types and keys.
    """
    kind_of = _expanded_kind_of if expand_composites else _kind_of
    difference = _difference(nest1, nest2, check_types, kind_of)
    if difference is not None:
        error, text = difference
        raise error(
            "tf.nest: the two structures don't have the same nested structure. "
            f"First: {nest1!r}. Second: {nest2!r}. {text}"
        )


def _difference(
    a: Any, b: Any, check_types: bool, kind_of: _KindOf
) -> tuple[type[Exception], str] | None:
    kind_a, kind_b = kind_of(a), kind_of(b)
    if kind_a is None and kind_b is None:
        return None
    if kind_a is None or kind_b is None:
        nested, leaf = (b, a) if kind_a is None else (a, b)
        return ValueError, f"{nested!r} is a structure where the other has the leaf {leaf!r}."
    if check_types:
        if not _same_type(a, b):
            return TypeError, f"{a!r} is a {_type_name(a)}, {b!r} is a {_type_name(b)}."
        if isinstance(a, Mapping) and set(a) != set(b):
            return ValueError, f"The keys {list(a)} and {list(b)} differ."
    items_a, items_b = list(kind_a.children(a)), list(kind_b.children(b))
    found = _first_difference(zip(items_a, items_b, strict=False), check_types, kind_of)
    if found is None and len(items_a) != len(items_b):
        return ValueError, f"{a!r} has {len(items_a)} elements, {b!r} has {len(items_b)}."
    return found


def _first_difference(
    pairs: Iterable[tuple[Any, Any]], check_types: bool, kind_of: _KindOf
) -> tuple[type[Exception], str] | None:
    for a, b in pairs:
        found = _difference(a, b, check_types, kind_of)
        if found is not None:
            return found
    return None


def _same_type(a: Any, b: Any) -> bool:
    kind_a, kind_b = type(a), type(b)
    if kind_a is kind_b:
        return True
    if _is_namedtuple(kind_a) and _is_namedtuple(kind_b):
        return kind_a.__name__ == kind_b.__name__ and kind_a._fields == kind_b._fields
    return (isinstance(a, list) and isinstance(b, list)) or (
        isinstance(a, Mapping) and isinstance(b, Mapping)
    )


def _type_name(structure: Any) -> str:
    return type(structure).__qualname__
