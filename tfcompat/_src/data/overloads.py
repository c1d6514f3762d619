"""Python's built-in functions of datasets and iterators, in converted code."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from tfcompat._src import nest
from tfcompat._src.autograph.builtin_calls import OVERLOADS
from tfcompat._src.data.dataset import DatasetV2
from tfcompat._src.data.staged import StagedIterator
from tfcompat._src.function import tracing

_len: Callable[[Any], Any] = OVERLOADS[builtins.len]


def _staged(value: Any) -> bool:
    return isinstance(value, DatasetV2) and tracing.current() is not None


def _enumerate(iterable: Any, start: Any = 0) -> Any:
    return iterable.enumerate(start) if _staged(iterable) else enumerate(iterable, start)


def _zip(*iterables: Any, strict: bool = False) -> Any:
    if iterables and all(_staged(item) for item in iterables):
        return DatasetV2.zip(iterables)
    return zip(*iterables, strict=strict)


def _map(function: Callable[..., Any], *iterables: Any) -> Any:
    if iterables and all(_staged(item) for item in iterables):
        source = iterables[0] if len(iterables) == 1 else DatasetV2.zip(iterables)
        return source.map(function)
    return map(function, *iterables)


def _filter(function: Any, iterable: Any) -> Any:
    return iterable.filter(function) if _staged(iterable) else filter(function, iterable)


def _length(value: Any) -> Any:
    return value.cardinality() if _staged(value) else _len(value)


def _next(iterator: Any, *default: Any) -> Any:
    if not default or not isinstance(iterator, StagedIterator):
        return next(iterator, *default)
    from tfcompat._src.control_flow import cond

    found = iterator.get_next_as_optional()
    other = nest.map_structure(lambda x: x, default[0])
    return cond(found.has_value(), found.get_value, lambda: other)


def _of_truths(function: Callable[[Any], bool], first: bool) -> Callable[[Any], Any]:
    def call(iterable: Any) -> Any:
        if not _staged(iterable):
            return function(iterable)
        return iterable.reduce(first, lambda a, b: (a & b) if first else (a | b))

    return call


def install() -> None:
    """Lets converted code call these."""
    OVERLOADS.update(_OWN)


_OWN: dict[Any, Callable[..., Any]] = {
    builtins.enumerate: _enumerate,
    builtins.zip: _zip,
    builtins.map: _map,
    builtins.filter: _filter,
    builtins.len: _length,
    builtins.next: _next,
    builtins.all: _of_truths(all, True),
    builtins.any: _of_truths(any, False),
}
