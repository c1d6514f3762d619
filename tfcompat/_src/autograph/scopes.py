"""What surrounds the body of a converted function."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import ExitStack
from types import TracebackType
from typing import Any, TypeVar

from tfcompat._src.autograph.context import Status, Within
from tfcompat._src.autograph.options import ConversionOptions, Feature
from tfcompat._src.autograph.variables import UndefinedReturnValue

_F = TypeVar("_F")

_MARK = "autograph_info__"


def autograph_artifact(function: _F) -> _F:
    """Marks a function as one that must not be converted: it is already, or shall stay as it is."""
    target = function.__func__ if inspect.ismethod(function) else function
    setattr(target, _MARK, None)
    return function


def is_artifact(function: Any) -> bool:
    """Whether a function is marked."""
    return hasattr(function, _MARK)


class FunctionScope:
    """The context of a converted function's body, which knows the options of calls in it."""

    __slots__ = ("_function_name", "_stack", "callopts", "name", "options")

    def __init__(self, function_name: str, scope_name: str, options: ConversionOptions) -> None:
        self.name = scope_name
        self.options = options
        self.callopts = options.call_options()
        self._function_name = function_name
        self._stack: ExitStack | None = None

    def __enter__(self) -> FunctionScope:
        options = self.options
        scoped = options.uses(Feature.NAME_SCOPES)
        if options.user_requested or scoped:
            stack = self._stack = ExitStack()
            if options.user_requested:
                stack.enter_context(Within(Status.ENABLED))
            if scoped:
                from tfcompat._src.scopes import name_scope

                # A name in a graph does not begin with an underscore.
                first = "fn" if self._function_name.startswith("_") else ""
                stack.enter_context(name_scope(first + self._function_name))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._stack is not None:
            self._stack.__exit__(kind, error, traceback)

    def ret(self, value: Any, did_return: object) -> Any:
        """What the function gives to its caller."""
        return None if value.__class__ is UndefinedReturnValue else value


def with_function_scope(
    thunk: Callable[[FunctionScope], Any], scope_name: str, options: ConversionOptions
) -> Any:
    """The body of a converted lambda, in its scope."""
    with FunctionScope("lambda_", scope_name, options) as scope:
        return thunk(scope)
