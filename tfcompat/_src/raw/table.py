"""How a line of a table becomes an op: `"Cumsum x axis exclusive=False": function`.

Behind `->` stand the names of the outputs, where there are several.
"""

from __future__ import annotations

import ast
from collections import namedtuple
from collections.abc import Callable, Mapping
from inspect import Parameter, Signature
from typing import Any

from tfcompat._src import dtypes

Table = Mapping[str, Callable[..., Any]]


class RawOp:
    """One op of tf.raw_ops: takes keyword arguments only."""

    def __init__(self, line: str, function: Callable[..., Any]) -> None:
        inputs, _, outputs = line.partition(" -> ")
        self.__name__, *arguments = inputs.split(" ")
        self.__qualname__ = self.__name__
        self.__module__ = "tfcompat.raw_ops"
        self.__doc__ = f"The op {self.__name__}, done by {function.__name__}; keyword arguments."
        self._function = function
        parameters = [_parameter(argument) for argument in (*arguments, "name=None")]
        self.__signature__ = Signature(parameters)
        self._order = [p.name for p in parameters[:-1]]
        self._accepted = {*self._order, "name"}
        self._defaults = {p.name: p.default for p in parameters if p.default is not Parameter.empty}
        self._result: Any = namedtuple(self.__name__, outputs.split(" ")) if outputs else None

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if args:
            raise TypeError(
                f"{self.__name__} only takes keyword args (possible keys: "
                f"{[*self._order, 'name']}). Please pass these args as kwargs instead."
            )
        for name in kwargs:
            if name not in self._accepted:
                raise TypeError(f"{self.__name__}() got an unexpected keyword argument {name!r}")
        missing = [n for n in self._order if n not in kwargs and n not in self._defaults]
        if missing:
            raise TypeError(
                f"{self.__name__}() missing {len(missing)} required argument"
                f"{'s' if len(missing) > 1 else ''}: {', '.join(map(repr, missing))}"
            )
        given = [kwargs[n] if n in kwargs else self._defaults[n] for n in self._order]
        result = self._function(*given)
        return result if self._result is None else self._result(*result)

    def __repr__(self) -> str:
        return f"<tf.raw_ops.{self.__name__}{self.__signature__}>"


def _parameter(argument: str) -> Parameter:
    name, equals, text = argument.partition("=")
    default = _value(text) if equals else Parameter.empty
    return Parameter(name, Parameter.POSITIONAL_OR_KEYWORD, default=default)


def _value(text: str) -> Any:
    """A default: a Python literal, or the name of a dtype."""
    try:
        return ast.literal_eval(text)
    except ValueError:
        return dtypes.as_dtype(text)
