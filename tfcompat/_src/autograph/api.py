"""tf.autograph, and what tf.function converts with."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable
from typing import Any, TypeVar

from tfcompat._src.autograph.calls import converted_call
from tfcompat._src.autograph.context import Status, Within
from tfcompat._src.autograph.options import ConversionOptions
from tfcompat._src.autograph.scopes import autograph_artifact, is_artifact
from tfcompat._src.autograph.user_errors import ConversionError, told
from tfcompat._src.naming import public

_F = TypeVar("_F", bound=Callable[..., Any])


def convert(
    function: Callable[..., Any],
    recursive: bool = True,
    user_requested: bool = True,
    optional_features: Any = None,
) -> Callable[..., Any]:
    """A function that calls `function` converted, with what it calls.

    It is converted when it is first called; if that cannot be, a warning is logged and it runs as
    it is. Errors name the user's lines.
    """
    if is_artifact(function):
        return function
    options = ConversionOptions(
        recursive=recursive, user_requested=user_requested, optional_features=optional_features
    )

    def call(*args: Any, **kwargs: Any) -> Any:
        try:
            with Within(Status.ENABLED):
                return converted_call(function, args, kwargs, None, options)
        except Exception as error:
            seen = told(error)
            if seen is error:
                raise
            raise seen from None

    return autograph_artifact(_like(call, function))


def _like(call: Callable[..., Any], function: Any) -> Callable[..., Any]:
    if inspect.isfunction(function) or inspect.ismethod(function):
        functools.update_wrapper(call, function)
    return call


@public("tfcompat.autograph.experimental")
def do_not_convert(func: Any = None) -> Any:
    """Decorates a function so that AutoGraph leaves it, and what it calls, as they are.

    Without a function it gives the decorator.
    """
    if func is None:
        return do_not_convert

    def wrapper(*args: Any, **kwargs: Any) -> Any:
        with Within(Status.DISABLED):
            return func(*args, **kwargs)

    return autograph_artifact(_like(wrapper, func))


@public("tfcompat.autograph")
def to_graph(
    entity: Any, recursive: bool = True, experimental_optional_features: Any = None
) -> Callable[..., Any]:
    """The converted form of a function or method; that of a method takes `self` as an argument.

    Raises:
      ConversionError: what is no Python function, or has no source.
      NotImplementedError: the function has what cannot be converted.
    """
    options = ConversionOptions(
        recursive=recursive,
        user_requested=True,
        optional_features=experimental_optional_features,
    )
    function = _template(entity, options)[0]
    return autograph_artifact(function)


@public("tfcompat.autograph")
def to_code(entity: Any, recursive: bool = True, experimental_optional_features: Any = None) -> str:
    """The source text of the converted form of a function or method.

    Raises what tf.autograph.to_graph raises.
    """
    options = ConversionOptions(
        recursive=recursive,
        user_requested=True,
        optional_features=experimental_optional_features,
    )
    return _template(entity, options)[1] + "\n"


def _template(entity: Any, options: ConversionOptions) -> tuple[types.FunctionType, str]:
    function = entity.__func__ if inspect.ismethod(entity) else entity
    try:
        if not isinstance(function, types.FunctionType):
            raise ValueError(
                "Cannot apply autograph to a function that doesn't expose a __code__ object. If "
                "this is a @tf.function, try passing f.python_function instead."
            )
        from tfcompat._src.autograph import transpiler

        template = transpiler.template(function, options)
        return template.instantiate(function), template.source
    except (ValueError, AttributeError, KeyError, NameError, AssertionError) as error:
        raise ConversionError(f"converting {entity}: {type(error).__name__}: {error}") from error


@public("tfcompat.autograph")
def trace(*args: Any) -> None:
    """Prints its arguments when the function is traced, not when it runs."""
    print(*args)


@public("tfcompat.autograph")
def set_verbosity(level: int, alsologtostdout: bool = False) -> None:
    """Accepts the level of AutoGraph's own log. Warnings are logged at every level."""
