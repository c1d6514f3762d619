"""tf.CriticalSection in threads, and in functions."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest

from conformance_tests.subject import tf


def in_threads(count: int, work: Callable[[], Any]) -> None:
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def increased(variable: Any) -> Any:
    before = variable.read_value()
    time.sleep(0.01)
    variable.assign(before + 1)
    return variable.read_value()


def test_one_thread_at_a_time() -> None:
    section = tf.CriticalSection(shared_name="counters")
    same = tf.CriticalSection(shared_name="counters")
    variable = tf.Variable(0)

    def work() -> None:
        section.execute(lambda: increased(variable))
        same.execute(lambda: increased(variable))

    in_threads(4, work)
    assert variable.numpy() == 8


def test_functions_and_eager_code_take_turns() -> None:
    section = tf.CriticalSection()
    variable = tf.Variable(0)

    def slowly(x: Any) -> Any:
        time.sleep(0.01)
        return x

    @tf.function
    def step() -> Any:
        def body() -> Any:
            before = variable.read_value()
            # Python is called in between, so that this is no single program.
            variable.assign(tf.py_function(slowly, [before], tf.int32) + 1)
            return variable.read_value()

        return section.execute(body)

    @tf.function
    def around() -> Any:
        return step() * 10

    assert step().numpy() == 1

    def work() -> None:
        step()
        section.execute(lambda: increased(variable))
        around()

    in_threads(3, work)
    assert variable.numpy() == 10


def test_results() -> None:
    section = tf.CriticalSection(name="one")
    found = section.execute(lambda: {"a": 3, "b": (None, [2.0])})
    assert found["a"].dtype == tf.int32
    assert found["b"][0] is None
    assert found["b"][1][0].numpy() == 2

    @tf.function
    def structure(x: Any) -> Any:
        return section.execute(lambda: {"a": 3, "b": (x, 2.0)})

    found = structure(tf.constant(1.5))
    assert (found["a"].numpy(), found["b"][0].numpy()) == (3, 1.5)


def test_gradients() -> None:
    section = tf.CriticalSection()
    x = tf.Variable(3.0)

    def slope() -> Any:
        with tf.GradientTape() as tape:
            y = section.execute(lambda: x * x)
        return tape.gradient(y, x)

    assert slope().numpy() == 6
    assert tf.function(slope)().numpy() == 6


def test_a_section_within_itself_is_refused() -> None:
    section = tf.CriticalSection()

    def nested(x: Any) -> Any:
        return section.execute(lambda: section.execute(lambda: x + 1))

    for call in (nested, tf.function(nested)):
        with pytest.raises(ValueError, match="ection"):
            call(tf.constant(1))


def test_an_error_leaves_the_section() -> None:
    section = tf.CriticalSection()
    with pytest.raises(KeyError):
        section.execute(lambda: {}["missing"])
    in_threads(1, lambda: section.execute(lambda: tf.constant(1)))
    with pytest.raises(TypeError):
        section.execute(3)
    assert section.execute(lambda: tf.constant(1)).numpy() == 1


def test_sections_are_not_read_from_definitions() -> None:
    with pytest.raises(ValueError, match="Argument `critical_section_def` is not supported"):
        tf.CriticalSection(critical_section_def=1)
    with pytest.raises(ValueError, match="mutually exclusive"):
        tf.CriticalSection("one", critical_section_def=1)
    section = tf.CriticalSection(import_scope="scope")
    assert section.execute(lambda: tf.constant(1)).numpy() == 1
