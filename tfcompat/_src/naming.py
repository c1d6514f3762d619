"""Public homes: what users import from a namespace also says that it lives there."""

from __future__ import annotations

from collections.abc import Callable
from types import FunctionType
from typing import TypeVar

_T = TypeVar("_T")

#: Every public function there is by now; a graph that is traced listens to those that are ops.
functions: list[FunctionType] = []
#: Who wants to know of a new one at once.
listeners: list[Callable[[], None]] = []


def public(module: str) -> Callable[[_T], _T]:
    """Mark a class or function as belonging to the namespace `module` (`__module__`)."""

    def mark(item: _T) -> _T:
        item.__module__ = module
        if isinstance(item, FunctionType):
            functions.append(item)
            for listener in listeners:
                listener()
        return item

    return mark


def listened(function: _T) -> _T:
    """Mark a function that has no public name, and is an op for graphs all the same."""
    if isinstance(function, FunctionType):
        functions.append(function)
        for listener in listeners:
            listener()
    return function
