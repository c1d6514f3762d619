"""Tables of programs: a function, and what it gives for some arguments."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from ..helpers import agree
from ..subject import tf

MODES = ("eager", "traced")


class Program(NamedTuple):
    """A function, and its answers by arguments: a number, or a tuple of numbers and tuples."""

    function: Callable[..., Any]
    answers: dict[Any, Any]
    modes: tuple[str, ...]

    def check(self, mode: str) -> None:
        """The function gives its answers."""
        __tracebackhide__ = True
        function = tf.function(self.function) if mode == "traced" else self.function
        for key, expected in self.answers.items():
            arguments = key if isinstance(key, tuple) else (key,)
            found = function(*map(tensor, arguments))
            if mode == "eager":
                found = tf.nest.map_structure(tf.convert_to_tensor, found)
            agree(found, expected)


def tensor(value: Any) -> Any:
    """An argument as a tensor; nested tuples are vectors and matrices."""
    return tf.constant(value)


class Programs:
    """A table: ``@programs.answers({3: 6})`` adds a line."""

    def __init__(self) -> None:
        self._programs: list[Program] = []

    def answers(
        self, answers: dict[Any, Any], eager: bool = True
    ) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
        """The decorated function gives these. ``eager``: also where Python runs it as it is."""

        def add(function: Callable[..., Any]) -> Callable[..., Any]:
            self._programs.append(Program(function, answers, MODES if eager else MODES[1:]))
            return function

        return add

    @property
    def each(self) -> pytest.MarkDecorator:
        """Runs a test once per program and mode, as its arguments ``program`` and ``mode``."""
        return pytest.mark.parametrize(
            ("program", "mode"),
            [
                pytest.param(program, mode, id=f"{program.function.__name__}-{mode}")
                for program in self._programs
                for mode in program.modes
            ],
        )
