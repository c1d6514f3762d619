"""Random programs give under tf.function what Python gives."""

from __future__ import annotations

import itertools
import linecache
import types
from typing import Any

from hypothesis import HealthCheck, given, settings, strategies as st

from ..subject import tf
from .writing import programs

_numbers = itertools.count()
_SMALL = st.integers(-6, 6)


def function_of(text: str, over: Any) -> Any:
    """The function of a text, which has a source that can be read."""
    name = f"<generated program {next(_numbers)}>"
    linecache.cache[name] = (len(text), None, text.splitlines(True), name)
    module = types.ModuleType(name)
    module.__dict__["over"] = over
    module.__file__ = name
    exec(compile(text, name, "exec"), module.__dict__)
    found = module.__dict__["program"]
    found.__module__ = None
    return found


@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(programs(), _SMALL, _SMALL, st.integers(0, 4), st.lists(_SMALL, max_size=3))
def test_program(text: str, a: int, b: int, n: int, rows: list[int]) -> None:
    expected = function_of(text, range)(a, b, n, rows)
    traced = tf.function(function_of(text, tf.range))
    found = traced(tf.constant(a), tf.constant(b), tf.constant(n), tf.constant(rows, tf.int32))
    assert int(found) == expected, text


@settings(max_examples=30, deadline=None, derandomize=True)
@given(programs(), _SMALL, _SMALL, st.integers(0, 4), st.lists(_SMALL, max_size=3))
def test_program_of_python(text: str, a: int, b: int, n: int, rows: list[int]) -> None:
    expected = function_of(text, range)(a, b, n, rows)
    converted = tf.autograph.to_graph(function_of(text, range))
    assert converted(a, b, n, rows) == expected, text
