"""Tables of programs that cannot be: the class of the error, its text and the user's line."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from ..subject import tf

Function = Callable[..., Any]

BOOL = "Using a symbolic `tf.Tensor` as a Python `bool` is not allowed"
ITERATION = "Iterating over a symbolic `tf.Tensor` is not allowed"


class Refusal(NamedTuple):
    """A function that raises this under tf.function, called with 3, at this line."""

    function: Function
    kind: type[BaseException] | str
    text: str
    line: str

    def check(self) -> None:
        """It does, each time, and the next function is as good as before."""
        __tracebackhide__ = True
        traced = tf.function(self.function)
        file = re.escape(inspect.getfile(self.function).rpartition("/")[2])
        for _ in range(2):
            with pytest.raises(Exception) as caught:
                traced(tf.constant(3))
            error = caught.value
            if isinstance(self.kind, str):
                assert type(error).__name__ == self.kind
            else:
                assert isinstance(error, self.kind)
            text = str(error)
            assert text.startswith("in user code:\n\n")
            # TensorFlow shows messages of several lines indented.
            assert self.text in re.sub(r"\n +", "\n", text)
            place = rf'File "[^"]*{file}", line \d+, in ({self.function.__name__}|inner)  \*\n'
            assert re.search(place, text)
            assert f"\n        {self.line}" in text
        assert tf.function(lambda x: x + 1)(tf.constant(3)).numpy() == 4


class Refusals:
    """A table: ``@refusals.of(ValueError, text, line)`` adds a line."""

    def __init__(self) -> None:
        self._refusals: list[Refusal] = []

    def of(
        self, kind: type[BaseException] | str, text: str, line: str
    ) -> Callable[[Function], Function]:
        """The decorated function raises this."""

        def add(function: Function) -> Function:
            self._refusals.append(Refusal(function, kind, text, line))
            return function

        return add

    @property
    def each(self) -> pytest.MarkDecorator:
        """Runs a test once per line, as its argument ``refusal``."""
        return pytest.mark.parametrize(
            "refusal", self._refusals, ids=lambda refusal: refusal.function.__name__
        )
