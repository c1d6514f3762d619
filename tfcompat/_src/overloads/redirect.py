"""Public functions that take values of other classes than tensors, where these are about.

A class registers what to call in the place of some functions. From then on their code is exchanged
for one that calls the same as before and, if that fails, looks whether an argument is of such a
class. Until a class registers nothing is exchanged, and tensors never pay for a look at arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from types import CodeType, FunctionType
from typing import Any

from tfcompat._src import naming
from tfcompat._src.function import interception
from tfcompat._src.overloads import api_dispatch

# Called with the public function and the arguments of the call.
Handler = Callable[..., Any]

_handlers: dict[str, list[tuple[type, Handler]]] = {}
# By their numbers: functions whose code was exchanged.
_functions: list[FunctionType] = []
_parameters: dict[int, tuple[str, ...]] = {}
_known: set[int] = set()
_seen = 0


def register(kind: type, handlers: Mapping[str, Handler]) -> None:
    """Has functions, by their names below `tfcompat`, call something else for values of a class."""
    for name, handler in handlers.items():
        _handlers.setdefault(name, []).append((kind, handler))
    global _seen
    if not _seen:
        naming.listeners.append(_catch_up)
    _seen = 0
    _catch_up()


def _catch_up() -> None:
    """Functions of namespaces that are loaded later take part, too."""
    global _seen
    while _seen < len(naming.functions):
        function = naming.functions[_seen]
        _seen += 1
        name = f"{function.__module__}.{function.__name__}".removeprefix("tfcompat.")
        if name in _handlers and id(function) not in _known and not function.__closure__:
            _known.add(id(function))
            _exchange(function)


def _exchange(function: FunctionType) -> None:
    number = len(_functions)
    _functions.append(function)

    def exchanged(code: CodeType) -> CodeType:
        count = code.co_argcount + code.co_kwonlyargcount
        _parameters[id(function)] = code.co_varnames[:count]
        original = FunctionType(code, function.__globals__, function.__name__)
        original.__kwdefaults__ = function.__kwdefaults__
        return _guarded(original, number)

    interception.redirects[id(function)] = lambda args: _found(number, args)
    if not (api_dispatch.rewrite(function, exchanged) or interception.rewrite(function, exchanged)):
        function.__code__ = exchanged(function.__code__)


_ORIGINAL, _FIND, _NUMBER = "<original>", "<find>", "<number>"
_SOURCE = """
def {name}({parameters}):
    _tf_call = "<original>"
    try:
        return _tf_call({arguments})
    except Exception:
        _tf_call = "<find>"
        _tf_call = _tf_call("<number>", ({values}))
        if _tf_call is None:
            raise
    return _tf_call({arguments})
"""


def _guarded(original: FunctionType, number: int) -> CodeType:
    """Code with the parameters of a function that calls it, or what is in its place."""
    code = original.__code__
    names = list(code.co_varnames)
    count, last = code.co_argcount, code.co_argcount + code.co_kwonlyargcount
    plain, keywords = names[:count], names[count:last]
    parameters, arguments, values = list(plain), list(plain), list(plain)
    if code.co_flags & 0x04:
        name = f"*{names[last]}"
        parameters.append(name)
        arguments.append(name)
        values.append(name)
        last += 1
    elif keywords:
        parameters.append("*")
    parameters += keywords
    arguments += [f"{k}={k}" for k in keywords]
    values += keywords
    if code.co_flags & 0x08:
        parameters.append(f"**{names[last]}")
        arguments.append(f"**{names[last]}")
        values.append(f"*{names[last]}.values()")
    source = _SOURCE.format(
        name=original.__name__,
        parameters=", ".join(parameters),
        arguments=", ".join(arguments),
        values="".join([f"{v}, " for v in values]),
    )
    space: dict[str, Any] = {}
    exec(compile(source, f"<{original.__name__}>", "exec"), space)
    found: CodeType = space[original.__name__].__code__
    constants = {_ORIGINAL: original, _FIND: _found, _NUMBER: number}
    return found.replace(
        co_consts=tuple(constants.get(c, c) if isinstance(c, str) else c for c in found.co_consts),
        co_qualname=code.co_qualname,
    )


def parameters(function: Callable[..., Any]) -> tuple[str, ...]:
    """The names of a function's parameters, whatever its code is exchanged for just now."""
    return _parameters[id(function)]


def _leaves(values: Iterable[Any]) -> Iterable[Any]:
    for value in values:
        if value.__class__ is list or value.__class__ is tuple:
            yield from _leaves(value)
        elif value.__class__ is dict:
            yield from _leaves(value.values())
        else:
            yield value


def _found(number: int, values: Iterable[Any]) -> Callable[..., Any] | None:
    """What to call instead, if there is a value of a class that wants it."""
    function = _functions[number]
    name = f"{function.__module__}.{function.__name__}".removeprefix("tfcompat.")
    classes = {leaf.__class__ for leaf in _leaves(values)}
    for kind, handler in _handlers[name]:
        if kind in classes:
            return lambda *args, **kwargs: handler(function, *args, **kwargs)
    return None
