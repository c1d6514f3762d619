"""Warnings about old names and arguments, and what accepts them."""

from __future__ import annotations

import functools
import inspect
import sys
import warnings
from collections.abc import Callable, Mapping
from typing import Any

_INSIDE = ("keras.", "tfcompat._src.", "importlib.", "functools")


def warn(message: str) -> None:
    """Warns at the line, outside of Keras and of this package, that led here."""
    level, frame = 1, sys._getframe()
    while frame.f_back is not None and is_inside(frame.f_globals.get("__name__") or ""):
        level, frame = level + 1, frame.f_back
    warnings.warn(message, UserWarning, stacklevel=level)


def is_inside(name: str) -> bool:
    return name.startswith(_INSIDE) or name in ("keras", "importlib")


def deprecated(old: str, instead: str) -> None:
    """Warns that `old` is an old form, for which `instead` is written today."""
    tail = f"use {instead} instead" if instead else "leave it out: it changes nothing"
    warn(f"{old} is deprecated, {tail}.")


def accept(
    function: Callable[..., Any],
    dropped: Mapping[str, str] | None = None,
    renamed: Mapping[str, str] | None = None,
) -> Callable[..., Any]:
    """The function, taking keyword arguments that it lacks.

    Args:
      function: what is called.
      dropped: arguments that change nothing today -> what to write instead, "" for nothing.
      renamed: old name -> today's name.
    """
    dropped, renamed = dropped or {}, renamed or {}
    old = dropped.keys() | renamed.keys()

    @functools.wraps(function)
    def accepting(*args: Any, **kwargs: Any) -> Any:
        if not old.isdisjoint(kwargs):
            for name in old & kwargs.keys():
                value = kwargs.pop(name)
                if name in renamed:
                    kwargs[renamed[name]] = value
                deprecated(f"The argument `{name}`", renamed.get(name) or dropped.get(name, ""))
        return function(*args, **kwargs)

    return signed(accepting, function)


def signed(wrapper: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
    """The wrapper, with the signature of what it wraps: Keras asks for it in two ways."""
    wrapper.__signature__ = inspect.signature(function)  # type: ignore[attr-defined]
    return wrapper


class OldAttribute:
    """An attribute under its old name, computed where an instance has no other of that name."""

    def __init__(self, get: Callable[[Any], Any], instead: str = "") -> None:
        self._get = get
        self._instead = instead
        self._name = get.__name__
        self.__doc__ = get.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        if instance is None:
            return self
        if is_inside(sys._getframe(1).f_globals.get("__name__") or ""):
            # Keras asks what a layer has, and is to find what it expects.
            raise AttributeError(f"{type(instance).__name__!r} object has no {self._name!r}")
        if self._instead:
            deprecated(f"The attribute `{self._name}`", self._instead)
        return self._get(instance)


def old_attribute(owner: type, name: str, get: Callable[..., Any], instead: str) -> None:
    """Gives a class an attribute of old, which warns."""
    attribute = OldAttribute(get, instead)
    attribute.__set_name__(owner, name)
    setattr(owner, name, attribute)


def old_method(owner: type, name: str, function: Callable[..., Any], instead: str) -> None:
    """Gives a class a method of old, which warns."""

    @functools.wraps(function)
    def method(*args: Any, **kwargs: Any) -> Any:
        deprecated(f"The method `{name}`", instead)
        return function(*args, **kwargs)

    method.__name__ = name
    setattr(owner, name, method)
