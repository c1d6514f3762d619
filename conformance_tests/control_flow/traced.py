"""A case as it is, and the same under tf.function: its arguments are its defaults, as tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ..helpers import Cases, agree
from ..subject import tf

EAGER_AND_TRACED = pytest.mark.parametrize("run", ["eager", "traced"])


def arguments(function: Callable[..., Any]) -> list[Any]:
    """The tensors that a case is called with."""
    return [tf.constant(value) for value in function.__defaults__ or ()]


def traced(function: Callable[..., Any], *args: Any) -> Any:
    """What a function returns when it is called as a graph."""
    return tf.function(function, autograph=False)(*args)


def check(case: Any, run: str) -> None:
    """A case of a table gives what it should."""
    __tracebackhide__ = True
    args = arguments(case.function)
    if run == "eager":
        found = case.function(*args)
    else:
        found = traced(case.function, *args)
    agree(found, case.expected, **case.how)


def shown(function: Callable[..., Any]) -> Any:
    """What a function returns while it is traced: static shapes, types."""
    seen = []

    def observed(*args: Any) -> Any:
        seen.append(function(*args))
        return 0

    traced(observed, *arguments(function))
    return seen[0]


__all__ = ["EAGER_AND_TRACED", "Cases", "arguments", "check", "shown", "traced"]
