"""Variables of converted functions that may have no value."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, NoReturn


class Undefined:
    """The value of a variable that has none; using it is an error, as it is in Python.

    Attributes and items of it are it, since they have no value either.
    """

    __slots__ = ("symbol_name",)

    def __init__(self, symbol_name: str) -> None:
        self.symbol_name = symbol_name

    def read(self) -> NoReturn:
        """Raises UnboundLocalError, as the variable does."""
        raise UnboundLocalError(f"'{self.symbol_name}' is used before assignment")

    def __repr__(self) -> str:
        return self.symbol_name

    def __getattr__(self, name: str) -> Undefined:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __getitem__(self, key: object) -> Undefined:
        return self


class UndefinedReturnValue:
    """What a function returns that has not come to a `return`."""


def ld(value: Any) -> Any:
    """The value of a variable."""
    if value.__class__ is Undefined:
        value.read()
    return value


def ldu(load: Callable[[], Any], name: str) -> Any:
    """The value of an attribute or item; Undefined where there is none."""
    try:
        return load()
    except (KeyError, AttributeError, NameError):
        return Undefined(name)


def caught() -> BaseException | None:
    """The exception that is being handled."""
    return sys.exception()
