"""The concrete functions of one function, by the types of their arguments."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tfcompat._src.function.signature import FunctionType

if TYPE_CHECKING:
    from tfcompat._src.function.concrete import ConcreteFunction


def _within(request: FunctionType, target: FunctionType) -> bool:
    """Whether a function of type `target` takes all arguments of a `request`."""
    return _alike(request, target) and all(
        mine.is_subtype_of(its) for mine, its in zip(request.types, target.types, strict=True)
    )


def _alike(a: FunctionType, b: FunctionType) -> bool:
    ours, theirs = a.parameters.values(), b.parameters.values()
    return [(p.name, p.kind) for p in ours] == [(p.name, p.kind) for p in theirs]


class Table:
    """Finds the concrete function of the narrowest type that takes given arguments."""

    def __init__(self) -> None:
        self._found: dict[FunctionType, ConcreteFunction] = {}

    def add(self, kind: FunctionType, concrete: ConcreteFunction) -> None:
        """Adds a concrete function."""
        self._found[kind] = concrete

    def find(self, request: FunctionType) -> ConcreteFunction | None:
        """The concrete function for arguments of these types, if there is one."""
        exact = self._found.get(request)
        if exact is not None:
            return exact
        best: FunctionType | None = None
        for kind in self._found:
            if _within(request, kind) and (best is None or _within(kind, best)):
                best = kind
        return None if best is None else self._found[best]

    def widened(self, request: FunctionType) -> FunctionType:
        """A type that takes the arguments of `request` and of every known type like it."""
        widest = request
        for kind in self._found:
            if not _alike(widest, kind):
                continue
            pairs = zip(widest.types, kind.types, strict=True)
            types = [mine.most_specific_common_supertype([its]) for mine, its in pairs]
            if all(found is not None for found in types):
                named = zip(widest.parameters.values(), types, strict=True)
                widest = FunctionType([p.replace(annotation=t) for p, t in named])
        return widest

    def all(self) -> list[ConcreteFunction]:
        """The concrete functions, in the order of their traces."""
        return list(self._found.values())
