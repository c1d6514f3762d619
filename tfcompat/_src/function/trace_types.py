"""The trace types of Python's own values: literals, objects, and structures of others.

Tensors, variables and composite values have theirs in tensor_spec.py and type_spec.py.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from tfcompat._src.tensor_spec import VariableSpec
from tfcompat._src.trace_type import TraceType


def flat_types(kind: TraceType) -> list[Any]:
    """The specs of the tensors and variables in a value, in order."""
    return [kind] if isinstance(kind, VariableSpec) else kind.flatten()


def flat_values(kind: TraceType, value: Any) -> list[Any]:
    """The tensors and variables in a value, in order."""
    return [value] if isinstance(kind, VariableSpec) else kind.to_tensors(value)


def value_from(kind: TraceType, leaves: Iterator[Any]) -> Any:
    """The value that an iterator of tensors and variables makes up."""
    return next(leaves) if isinstance(kind, VariableSpec) else kind.from_tensors(leaves)


class Literal(TraceType):
    """A Python value that is part of the signature; equal ones share a trace."""

    def __init__(self, value: Any) -> None:
        self.value = value
        self._hash = hash(value) if value == value else hash(type(value))

    def is_subtype_of(self, other: TraceType) -> bool:
        return self == other

    def most_specific_common_supertype(self, others: Sequence[TraceType]) -> Literal | None:
        return self if all(self == other for other in others) else None

    def placeholder_value(self, placeholder_context: Any) -> Any:
        return self.value

    def cast(self, value: Any, cast_context: Any) -> Any:
        if _same(self.value, value):
            return value
        raise TypeError(f"Can not cast {value!r} to {self!r}")

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Literal) and _same(self.value, other.value)

    def __repr__(self) -> str:
        return f"Literal[{self.value!r}]"


def _same(a: Any, b: Any) -> bool:
    if a is b:
        return True
    try:
        # What is not equal to itself is NaN; all of these are one value.
        return bool(a == b) or (a != a and b != b)
    except (TypeError, ValueError):
        return False


class Weakref(TraceType):
    """An object that is part of the signature, which does not keep it alive."""

    def __init__(self, reference: weakref.ref[Any]) -> None:
        self._reference = reference
        self._hash = hash(reference)

    def is_subtype_of(self, other: TraceType) -> bool:
        return self == other

    def most_specific_common_supertype(self, others: Sequence[TraceType]) -> Weakref | None:
        return self if all(self == other for other in others) else None

    def placeholder_value(self, placeholder_context: Any) -> Any:
        return self._reference()

    def cast(self, value: Any, cast_context: Any) -> Any:
        if value is self._reference() or value == self._reference():
            return value
        raise TypeError(f"Can not cast {value!r} to {self!r}")

    def __hash__(self) -> int:
        return self._hash

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Weakref) and self._reference == other._reference

    def __repr__(self) -> str:
        return f"Weakref[{self._reference!r}]"


class _Structure(TraceType):
    """What has parts of other types; subclasses say what must agree beside these."""

    def __init__(self, parts: Sequence[TraceType]) -> None:
        self.parts = tuple(parts)

    def _shape(self) -> Any:
        """What two types must have in common for their parts to be compared."""
        return len(self.parts)

    def _parts_of(self, value: Any) -> Sequence[Any]:
        """The parts of a value. Raises TypeError where it is of another kind."""
        raise NotImplementedError

    def _with(self, parts: Sequence[Any]) -> Any:
        """The type with other parts."""
        raise NotImplementedError

    def _make(self, values: Sequence[Any]) -> Any:
        """The value with these parts."""
        raise NotImplementedError

    def _matched(self, other: TraceType) -> tuple[TraceType, ...] | None:
        """The parts of the other, in this one's order; None if it is another structure."""
        if not isinstance(other, _Structure) or type(self) is not type(other):
            return None
        return other.parts if self._shape() == other._shape() else None

    def is_subtype_of(self, other: TraceType) -> bool:
        theirs = self._matched(other)
        return theirs is not None and all(
            mine.is_subtype_of(its) for mine, its in zip(self.parts, theirs, strict=True)
        )

    def most_specific_common_supertype(self, others: Sequence[TraceType]) -> Any:
        columns = []
        for other in others:
            theirs = self._matched(other)
            if theirs is None:
                return None
            columns.append(theirs)
        joined = []
        for mine, *theirs_here in zip(self.parts, *columns, strict=True):
            found = mine.most_specific_common_supertype(theirs_here)
            if found is None:
                return None
            joined.append(found)
        return self._with(joined)

    def flatten(self) -> list[Any]:
        return [leaf for part in self.parts for leaf in flat_types(part)]

    def to_tensors(self, value: Any) -> list[Any]:
        pairs = zip(self.parts, self._parts_of(value), strict=True)
        return [leaf for part, item in pairs for leaf in flat_values(part, item)]

    def from_tensors(self, tensors: Iterator[Any]) -> Any:
        return self._make([value_from(part, tensors) for part in self.parts])

    def cast(self, value: Any, cast_context: Any) -> Any:
        items = self._parts_of(value)
        if len(items) != len(self.parts):
            raise TypeError(
                f"Can not cast {value!r} to {self!r}: expected {len(self.parts)} elements, "
                f"received {len(items)}"
            )
        pairs = zip(self.parts, items, strict=True)
        return self._make([part.cast(item, cast_context) for part, item in pairs])

    def placeholder_value(self, placeholder_context: Any) -> Any:
        return self._make([part.placeholder_value(placeholder_context) for part in self.parts])

    def __hash__(self) -> int:
        return hash((type(self), self.parts))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TraceType) and self._matched(other) == self.parts


class ListType(_Structure):
    """The type of a list."""

    def _parts_of(self, value: Any) -> Sequence[Any]:
        if not isinstance(value, list):
            raise TypeError(f"Can not cast {value!r} to list type.")
        return value

    def _with(self, parts: Sequence[Any]) -> ListType:
        return ListType(parts)

    def _make(self, values: Sequence[Any]) -> Any:
        return list(values)

    def __repr__(self) -> str:
        return f"List[{', '.join(map(repr, self.parts))}]"


class TupleType(_Structure):
    """The type of a tuple."""

    def _parts_of(self, value: Any) -> Sequence[Any]:
        if not isinstance(value, tuple):
            raise TypeError(f"Can not cast {value!r} to tuple type.")
        return value

    def _with(self, parts: Sequence[Any]) -> TupleType:
        return TupleType(parts)

    def _make(self, values: Sequence[Any]) -> Any:
        return tuple(values)

    def __repr__(self) -> str:
        return f"Tuple[{', '.join(map(repr, self.parts))}]"


class FieldsType(_Structure):
    """The type of what has named fields: namedtuples, attrs classes.

    take, make: the parts of a value, and the value with given ones.
    """

    def __init__(
        self,
        kind: type,
        names: Sequence[str],
        parts: Sequence[TraceType],
        take: Callable[[Any], Sequence[Any]],
        make: Callable[[Sequence[Any]], Any],
    ) -> None:
        super().__init__(parts)
        self.kind = kind
        self.names = tuple(names)
        self._take = take
        self._put = make

    def _shape(self) -> Any:
        return self.kind.__name__, self.names

    def _parts_of(self, value: Any) -> Sequence[Any]:
        if type(value).__name__ != self.kind.__name__:
            raise TypeError(f"Can not cast {value!r} to {self!r}.")
        return self._take(value)

    def _with(self, parts: Sequence[Any]) -> FieldsType:
        return FieldsType(self.kind, self.names, parts, self._take, self._put)

    def _make(self, values: Sequence[Any]) -> Any:
        return self._put(values)

    def __repr__(self) -> str:
        pairs = zip(self.names, self.parts, strict=True)
        return f"{self.kind.__name__}[{', '.join(repr([n, p]) for n, p in pairs)}]"


class DictType(_Structure):
    """The type of a mapping; the order of its keys does not matter.

    keys: sorted; order: as the first value had them, which is how placeholders have them.
    """

    def __init__(
        self,
        keys: Sequence[Any],
        parts: Sequence[TraceType],
        order: Sequence[Any],
        make: Callable[[Mapping[Any, Any]], Any],
    ) -> None:
        super().__init__(parts)
        self.keys = tuple(keys)
        self._order = tuple(order)
        self._put = make

    def _shape(self) -> Any:
        return self.keys

    def _parts_of(self, value: Any) -> Sequence[Any]:
        if not isinstance(value, Mapping):
            raise TypeError(f"Can not cast {value!r} to a Dict type.")
        if value.keys() != set(self.keys):
            raise TypeError(f"{value!r} has different keys with the TraceType {self!r}.")
        return [value[key] for key in self.keys]

    def _with(self, parts: Sequence[Any]) -> DictType:
        return DictType(self.keys, parts, self._order, self._put)

    def _make(self, values: Sequence[Any]) -> Any:
        found = dict(zip(self.keys, values, strict=True))
        return self._put({key: found[key] for key in self._order})

    def __repr__(self) -> str:
        found = dict(zip(self.keys, self.parts, strict=True))
        return f"Dict[{', '.join(repr([key, found[key]]) for key in self._order)}]"


class FlattenedType(_Structure):
    """The type of what takes itself apart by `__tf_flatten__`: what is fixed, and its parts."""

    def __init__(self, kind: Any, fixed: Any, fixed_type: TraceType, parts: Sequence[Any]) -> None:
        super().__init__(parts)
        self.kind = kind
        self._fixed = fixed
        self._fixed_type = fixed_type

    def _shape(self) -> Any:
        return self.kind, self._fixed_type, len(self.parts)

    def _parts_of(self, value: Any) -> Sequence[Any]:
        if type(value) is not self.kind:
            raise TypeError(f"Can not cast {value!r} to {self!r}.")
        return value.__tf_flatten__()[1]

    def _with(self, parts: Sequence[Any]) -> FlattenedType:
        return FlattenedType(self.kind, self._fixed, self._fixed_type, parts)

    def _make(self, values: Sequence[Any]) -> Any:
        return self.kind.__tf_unflatten__(self._fixed, tuple(values))

    def __repr__(self) -> str:
        return f"{self.kind.__name__}[{', '.join(map(repr, self.parts))}]"
