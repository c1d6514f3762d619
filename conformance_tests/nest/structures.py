"""Structures of every kind that tf.nest knows, and some that it must take for leaves."""

from __future__ import annotations

import collections
import dataclasses
from collections.abc import Iterator, Mapping, MutableMapping, Sequence
from typing import Any, NamedTuple

Point = collections.namedtuple("Point", "x y")
Line = collections.namedtuple("Line", "x y")


def twin_of_point() -> Any:
    """Another class of the same name and fields."""
    return collections.namedtuple("Point", "x y")


class Typed(NamedTuple):
    first: Any
    second: Any


class MyDict(dict): ...


class MyList(list): ...


class OtherList(list): ...


class MyTuple(tuple): ...


class Frozen(Mapping):
    """A mapping that can only be made, not changed."""

    def __init__(self, items: Any = (), /, **named: Any) -> None:
        self.items_ = dict(items, **named)

    def __getitem__(self, key: Any) -> Any:
        return self.items_[key]

    def __iter__(self) -> Iterator[Any]:
        return iter(self.items_)

    def __len__(self) -> int:
        return len(self.items_)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.items_})"


class Open(Frozen, MutableMapping):
    def __setitem__(self, key: Any, value: Any) -> None:
        self.items_[key] = value

    def __delitem__(self, key: Any) -> None:
        del self.items_[key]


class Row(Sequence):
    def __init__(self, items: Any) -> None:
        self.items = list(items)

    def __getitem__(self, index: Any) -> Any:
        return self.items[index]

    def __len__(self) -> int:
        return len(self.items)

    def __repr__(self) -> str:
        return f"Row({self.items})"


@dataclasses.dataclass
class Plain:
    a: Any
    b: Any


@dataclasses.dataclass
class Flattenable:
    """Its label is kept, its other fields are what nests."""

    label: str
    a: Any
    b: Any

    def __tf_flatten__(self) -> tuple[tuple[str], tuple[Any, Any]]:
        return (self.label,), (self.a, self.b)

    @classmethod
    def __tf_unflatten__(cls, metadata: tuple[str], components: tuple[Any, Any]) -> Flattenable:
        return cls(metadata[0], *components)


class _Field(NamedTuple):
    name: str


class Attrs:
    """Has what the package attrs leaves on the classes it makes."""

    __attrs_attrs__ = (_Field("b"), _Field("a"))

    def __init__(self, b: Any, a: Any) -> None:
        self.b = b
        self.a = a

    def __repr__(self) -> str:
        return f"Attrs(b={self.b}, a={self.a})"


class NeedsArgument(dict):
    def __init__(self, items: Any) -> None:
        super().__init__(items)
