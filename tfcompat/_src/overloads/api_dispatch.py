"""tf.experimental.dispatch_for_api: public functions that other classes take part in.

A function is touched when something is registered for it, and put back when nothing is any more:
until then its calls cost what they always cost. It stays the same object, so whoever imported it
takes part too; only its code is replaced, by code that asks the registered functions first.
"""

from __future__ import annotations

import inspect
import types
import typing
from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

from tfcompat._src.naming import public
from tfcompat._src.tensor import TensorBase

_F = TypeVar("_F", bound=Callable[..., Any])


class _Target(NamedTuple):
    """A registered function: for which classes of which parameters, and whose it is."""

    signatures: list[dict[str, Any]]
    call: Callable[..., Any]
    owner: Any


class _Api:
    """A public function with registered functions."""

    def __init__(self, function: types.FunctionType) -> None:
        self.function = function
        self.code = function.__code__
        self.key = _key(function)
        self.signature = inspect.signature(function)
        self.targets: list[_Target] = []
        self.original = types.FunctionType(
            function.__code__, function.__globals__, function.__name__, function.__defaults__
        )
        self.original.__kwdefaults__ = function.__kwdefaults__
        self.original.__dict__.update(function.__dict__)

    def __call__(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
        try:
            given = self.signature.bind(*args, **kwargs).arguments
        except TypeError:
            return self.original(*args, **kwargs)
        matching = [
            target
            for target in self.targets
            if any(_fits(signature, given) for signature in target.signatures)
        ]
        if len(matching) > 1:
            raise ValueError(
                "Multiple dispatch targets that were registered with tf.dispatch_for "
                f"({' and '.join(str(target.owner) for target in matching)}) match the arguments "
                f"to {self.function.__name__}"
            )
        if matching:
            found = matching[0].call(*args, **kwargs)
            if found is not NotImplemented:
                return found
        return self.original(*args, **kwargs)


def _fits(signature: dict[str, Any], given: dict[str, Any]) -> bool:
    """Whether the arguments are of the classes; plain tensors alone never are."""
    foreign = False
    for name, kind in signature.items():
        if name not in given or not _is(given[name], kind):
            return False
        value = given[name]
        items = value if isinstance(value, (list, tuple)) else [value]
        foreign = foreign or any(not isinstance(item, _ORDINARY) for item in items)
    return foreign


_ORDINARY = (TensorBase, int, float, complex, str, bytes)


def _is(value: Any, kind: Any) -> bool:
    if isinstance(kind, type):
        return isinstance(value, kind)
    inner = typing.get_args(kind)
    if typing.get_origin(kind) is list:
        return isinstance(value, (list, tuple)) and all(_is(item, inner[0]) for item in value)
    return any(_is(value, item) for item in inner)


# Key -> function with registered functions; the key of one never changes.
_apis: dict[str, _Api] = {}
_KEY = "<the key of a function>"


def _template(*args: Any, **kwargs: Any) -> Any:
    # Runs in the namespace of the function whose place it takes, so it brings what it needs.
    from tfcompat._src.overloads.api_dispatch import dispatch

    return dispatch("<the key of a function>", args, kwargs)


def _stand_in(key: str) -> types.CodeType:
    code = _template.__code__
    return code.replace(co_consts=tuple(key if c == _KEY else c for c in code.co_consts))


def _key(function: Any) -> str:
    return f"{function.__code__.co_filename}:{function.__qualname__}"


def dispatch(key: str, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """Calls a function with registered functions."""
    return _apis[key](args, kwargs)


def _opened(function: Any) -> _Api:
    for api in _apis.values():
        if api.function is function:
            return api
    api = _Api(function)
    _apis[api.key] = api
    function.__signature__ = api.signature
    function.__code__ = _stand_in(api.key)
    return api


def rewrite(function: Any, exchanged: Callable[[types.CodeType], types.CodeType]) -> bool:
    """Exchanges the code that is called when no registered function fits; False without any."""
    for api in _apis.values():
        if api.function is function:
            api.code = exchanged(api.code)
            api.original.__code__ = api.code
            return True
    return False


def _closed(api: _Api) -> None:
    api.function.__code__ = api.code
    del api.function.__signature__  # type: ignore[attr-defined]
    del _apis[api.key]


def _dispatchable(function: Any) -> bool:
    return (
        isinstance(function, types.FunctionType)
        and not function.__closure__
        and function.__module__.split(".")[0] == "tfcompat"
    )


def _checked_kind(kind: Any) -> Any:
    origin = typing.get_origin(kind)
    if isinstance(kind, type) and origin is None:
        return kind
    if origin in (list, typing.Union, types.UnionType):
        for item in typing.get_args(kind):
            _checked_kind(item)
        return kind
    raise ValueError(
        f"Type annotation {kind} is not currently supported by dispatch.  Supported annotations: "
        "type objects,  List[...], and Union[...]"
    )


def _by_name(api: Any, signature: Any) -> dict[str, Any]:
    names = list(inspect.signature(api).parameters)
    found = {}
    for key, kind in signature.items():
        name = names[key] if isinstance(key, int) and key < len(names) else key
        if name not in names:
            raise ValueError(f"signature includes annotation for unknown parameter {key!r}.")
        found[name] = _checked_kind(kind)
    return found


@public("tfcompat.experimental")
def dispatch_for_api(api: Any, *signatures: Any) -> Callable[[_F], _F]:
    """A decorator: the function is called in the place of `api` for arguments of some classes.

    A signature is a dictionary from parameters of `api`, or their places, to a class, a List or a
    Union of classes; without one, the function's own annotations serve. The function has the
    parameters of `api`; it may return NotImplemented.

    Raises ValueError for what is no public function, or for signatures that do not suit it.
    """
    if not _dispatchable(api):
        raise ValueError(f"{api} does not support dispatch.")
    wanted = [_by_name(api, signature) for signature in signatures]

    def register(function: _F) -> _F:
        chosen = wanted or [_by_name(api, _annotations(function))]
        if not all(chosen):
            raise ValueError(
                "The dispatch_for_api decorator must be called with at least one signature, or "
                "applied to a function that has type annotations on its parameters."
            )
        theirs = inspect.signature(function)
        names = list(inspect.signature(api).parameters)
        unnamed = [name for name in names if name != "name"]
        if list(theirs.parameters) not in (names, unnamed):
            raise ValueError(
                f"Dispatch function's signature {theirs} does not match API's signature "
                f"{inspect.signature(api)}."
            )
        call = function if "name" in theirs.parameters else _without_name(function)
        _opened(api).targets.append(_Target(chosen, call, function))
        return function

    return register


def _without_name(function: Callable[..., Any]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        kwargs.pop("name", None)
        return function(*args, **kwargs)

    return call


def _annotations(function: Any) -> dict[str, Any]:
    try:
        found = typing.get_type_hints(function)
    except (NameError, TypeError):
        found = dict(getattr(function, "__annotations__", {}))
    found.pop("return", None)
    return found


@public("tfcompat.experimental")
def unregister_dispatch_for(dispatch_target: Any) -> None:
    """Undoes a registration. Raises ValueError for a function that was never registered."""
    found = False
    for api in list(_apis.values()):
        kept = [target for target in api.targets if target.owner is not dispatch_target]
        found = found or len(kept) < len(api.targets)
        api.targets = kept
        if not kept:
            _closed(api)
    for handlers in (_unary, _binary, _asserting):
        for key in [key for key, handler in handlers.items() if handler is dispatch_target]:
            found = True
            del handlers[key]
    if not found:
        raise ValueError(
            f"Function {dispatch_target} was not registered using a `@dispatch_for_*` decorator."
        )


# ------------------------------------------------------------------------- element-wise functions
_unary: dict[Any, Any] = {}
_binary: dict[Any, Any] = {}
_asserting: dict[Any, Any] = {}


def _elementwise(
    apis: list[Any], kinds: tuple[Any, ...], handler: Any, handlers: dict[Any, Any], what: str
) -> None:
    for kind in kinds:
        _checked_kind(kind)
    if kinds in handlers:
        shown = kinds[0] if len(kinds) == 1 else kinds
        raise ValueError(
            f"A {what} elementwise dispatch handler ({handlers[kinds]}) has already been "
            f"registered for {shown}."
        )
    handlers[kinds] = handler
    for function in apis:
        api = _opened(function)
        names = list(api.signature.parameters)[: len(kinds)]
        call = _bound_call(api, names, handler)
        api.targets.append(_Target([dict(zip(names, kinds, strict=True))], call, handler))


def _bound_call(api: _Api, names: list[str], handler: Any) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        given = dict(api.signature.bind(*args, **kwargs).arguments)
        operands = [given.pop(name) for name in names]
        given.pop("name", None)

        def function(*values: Any) -> Any:
            return api.function(**dict(zip(names, values, strict=True)), **given)

        function.__name__ = api.function.__name__
        return handler(function if given else api.function, *operands)

    return call


@public("tfcompat.experimental")
def dispatch_for_unary_elementwise_apis(x_type: Any) -> Callable[[_F], _F]:
    """A decorator: `handler(api, x)` is called for an `x` of a class by element-wise functions.

    These are all that act on each element of one tensor alone, such as tf.abs and tf.cast.

    Raises ValueError if the class has a handler already.
    """

    def register(handler: _F) -> _F:
        from tfcompat._src.overloads.elementwise_apis import unary

        _elementwise(unary(), (x_type,), handler, _unary, "unary")
        return handler

    return register


@public("tfcompat.experimental")
def dispatch_for_binary_elementwise_apis(x_type: Any, y_type: Any) -> Callable[[_F], _F]:
    """As `dispatch_for_unary_elementwise_apis`, with `handler(api, x, y)` for two tensors."""

    def register(handler: _F) -> _F:
        from tfcompat._src.overloads.elementwise_apis import binary

        _elementwise(binary(), (x_type, y_type), handler, _binary, "binary")
        return handler

    return register


@public("tfcompat.experimental")
def dispatch_for_binary_elementwise_assert_apis(x_type: Any, y_type: Any) -> Callable[[_F], _F]:
    """As `dispatch_for_binary_elementwise_apis`, for tf.debugging.assert_equal and its like."""

    def register(handler: _F) -> _F:
        from tfcompat._src.overloads.elementwise_apis import asserting

        _elementwise(asserting(), (x_type, y_type), handler, _asserting, "binary")
        return handler

    return register
