"""Public homes: what users import from a namespace also says that it lives there."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

_T = TypeVar("_T")


def public(module: str) -> Callable[[_T], _T]:
    """Mark a class or function as belonging to the namespace `module` (`__module__`)."""

    def mark(item: _T) -> _T:
        item.__module__ = module
        return item

    return mark
