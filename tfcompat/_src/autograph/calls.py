"""Calls in converted code: what is called is converted too, if it is the user's."""

from __future__ import annotations

import types
import weakref
from collections.abc import Callable
from functools import partial
from typing import Any

from tfcompat._src import logging
from tfcompat._src.autograph import context
from tfcompat._src.autograph.builtin_calls import IN_FRAME, OVERLOADS
from tfcompat._src.autograph.context import Status
from tfcompat._src.autograph.options import STANDARD, ConversionOptions
from tfcompat._src.autograph.ranges import is_range, staged_range
from tfcompat._src.autograph.rules import is_convertible
from tfcompat._src.autograph.scopes import FunctionScope, is_artifact

Kwargs = dict[str, Any] | None

# Code that could not be converted with some options: it was warned of once.
_refused: weakref.WeakKeyDictionary[types.CodeType, set[ConversionOptions]] = (
    weakref.WeakKeyDictionary()
)


def converted_call(
    f: Any,
    args: tuple[Any, ...],
    kwargs: Kwargs,
    caller_fn_scope: FunctionScope | None = None,
    options: ConversionOptions | None = None,
) -> Any:
    """Calls `f`, converted if that is to be."""
    if options is None:
        options = STANDARD if caller_fn_scope is None else caller_fn_scope.callopts
    kind = type(f)
    if kind is types.BuiltinFunctionType or isinstance(f, type):
        return _call_builtin(f, args, kwargs, caller_fn_scope)
    if context.status() is Status.DISABLED:
        return _call_plain(f, args, kwargs)
    if kind is partial:
        merged = {**f.keywords, **(kwargs or {})}
        return converted_call(f.func, f.args + args, merged, caller_fn_scope, options)
    function, owner = _function_of(f, kind)
    if function is None:
        return _call_plain(f, args, kwargs)
    found = converted(function, owner, options, shown=f)
    if found is None:
        return _call_plain(f, args, kwargs)
    if owner is not None:
        args = (owner, *args)
    return found(*args, **kwargs) if kwargs else found(*args)


def iterated_call(f: Any, args: tuple[Any, ...], kwargs: Kwargs, scope: FunctionScope) -> Any:
    """A call that a `for` statement goes over."""
    if is_range(f):
        python = f is range
        found = None if python and not _any_staged(args) else staged_range(args, kwargs, python)
        if found is not None:
            return found
    return converted_call(f, args, kwargs, scope)


def _any_staged(args: tuple[Any, ...]) -> bool:
    from tfcompat._src.autograph.staged import is_staged

    return any(map(is_staged, args))


def _call_plain(f: Any, args: tuple[Any, ...], kwargs: Kwargs) -> Any:
    return f(*args, **kwargs) if kwargs else f(*args)


def _call_builtin(f: Any, args: tuple[Any, ...], kwargs: Kwargs, scope: Any) -> Any:
    try:
        own = OVERLOADS.get(f)
        in_frame = IN_FRAME.get(f) if scope is not None else None
    except TypeError:
        own = in_frame = None
    if in_frame is not None:
        return in_frame(scope, args)
    return _call_plain(f if own is None else own, args, kwargs)


def _function_of(f: Any, kind: type) -> tuple[types.FunctionType | None, Any]:
    """The Python function that a call comes to, and what it gets in front of the arguments."""
    if kind is types.FunctionType:
        return f, None
    if kind is types.MethodType:
        function, owner = f.__func__, f.__self__
    elif is_artifact(f):
        return None, None
    else:
        function, owner = getattr(kind, "__call__", None), f  # noqa: B004
    return (function, owner) if type(function) is types.FunctionType else (None, None)


def converted(
    function: types.FunctionType, owner: Any, options: ConversionOptions, shown: Any
) -> Callable[..., Any] | None:
    """The converted form of a function; None where it is called as it is.

    shown: what a warning names where the conversion fails.
    """
    if not is_convertible(function, owner, options):
        return None
    from tfcompat._src.autograph import transpiler

    if options in _refused.get(function.__code__, ()):
        return None
    try:
        return transpiler.template(function, options).instantiate(function)
    except Exception as error:
        _refused.setdefault(function.__code__, set()).add(options)
        _warn(shown, error)
        return None


def _warn(function: Any, error: Exception) -> None:
    from tfcompat._src.autograph import transpiler

    known = transpiler.is_inaccessible(error) or transpiler.is_unsupported(error)
    logging.warn(
        "AutoGraph could not transform %s and will run it as-is.\n%sCause: %s\nTo silence this "
        "warning, decorate the function with @tf.autograph.experimental.do_not_convert",
        function,
        "" if known else "Please report this.\n",
        error,
    )
