"""Functions and variables that several threads use at once."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from ..subject import tf


@pytest.fixture(autouse=True)
def _frequent_switches() -> Iterator[None]:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


def together(*bodies: Callable[[], None]) -> None:
    """Runs these in threads; raises what the first of them raised."""
    errors: list[BaseException] = []

    def run(body: Callable[[], None]) -> None:
        try:
            body()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=run, args=(body,)) for body in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def _repeated(function: Callable[[], Any], count: int) -> Callable[[], None]:
    def body() -> None:
        for _ in range(count):
            function()

    return body


def _loop(v: Any) -> None:
    for _ in tf.range(tf.random.uniform([], 1, 2, tf.int32)):
        v.assign_add([0.0, 1.0])


def _checked(v: Any) -> None:
    tf.debugging.assert_less(v, 1e6)
    v.assign_add([0.0, 1.0])


@pytest.mark.parametrize("whole", [True, False])
@pytest.mark.parametrize(
    "update",
    [
        lambda v: v.assign_add([0.0, 1.0]),
        lambda v: v.scatter_nd_add([[1]], [1.0]),
        lambda v: v[1].assign(v[1] * 0.0 + 50.0),
        _loop,
        _checked,
    ],
)
def test_no_update_is_lost(update: Callable[[Any], Any], whole: bool) -> None:
    v = tf.Variable([0.0, 0.0])

    def called() -> None:
        update(v)

    called = tf.function(called) if whole else called
    called()
    together(*[_repeated(called, 20) for _ in range(4)])
    expected = 50.0 if float(v[1]) == 50.0 else 81.0
    assert v.numpy().tolist() == [0.0, expected]


def test_updates_of_two_functions_that_share_variables() -> None:
    a, b = tf.Variable(0.0), tf.Variable(0.0)

    @tf.function
    def first() -> None:
        a.assign_add(1.0)

    @tf.function
    def second() -> None:
        b.assign_add(1.0)

    @tf.function
    def both() -> None:
        b.assign_add(1.0)
        a.assign_add(1.0)

    for function in (first, second, both):
        function()
    together(*[_repeated(function, 40) for function in (first, second, both, both)])
    assert float(a) == float(b) == 122.0


def test_a_trace_in_another_thread() -> None:
    """Whoever traces has variables without values: nobody else sees these."""
    weight, count = tf.Variable(tf.ones([2, 2])), tf.Variable(0.0)
    wrong: list[Any] = []

    @tf.function
    def infer(x: Any) -> Any:
        return tf.reduce_sum(x @ weight) + 0.0 * count

    @tf.function
    def update() -> None:
        count.assign_add(1.0)

    def trace() -> None:
        for size in range(1, 12):
            if float(infer(tf.ones([size, 2]))) != 4.0 * size:
                wrong.append(size)

    def run() -> None:
        x = tf.ones([20, 2])
        for _ in range(150):
            update()
            if float(infer(x)) != 80.0:
                wrong.append("run")

    def eager() -> None:
        for _ in range(100):
            count.assign_add(1.0)
            with tf.GradientTape() as tape:
                y = tf.reduce_sum(weight * weight)
            if tape.gradient(y, weight).numpy().tolist() != [[2.0, 2.0], [2.0, 2.0]]:
                wrong.append("eager")
            if weight.numpy().tolist() != [[1.0, 1.0], [1.0, 1.0]]:
                wrong.append("value")

    together(trace, run, eager)
    assert wrong == []
    assert float(count) == 250.0


def test_functions_that_call_each_other_are_traced_by_two_threads() -> None:
    v = tf.Variable(2.0)

    @tf.function
    def inner(x: Any) -> Any:
        return tf.reduce_sum(x) * v

    @tf.function
    def outer(x: Any) -> Any:
        return inner(x) + inner(tf.concat([x, x], 0))

    def call(function: Any, factor: float) -> Callable[[], None]:
        def body() -> None:
            for size in range(1, 8):
                assert float(function(tf.ones([size]))) == factor * size

        return body

    together(call(inner, 2.0), call(outer, 6.0), call(inner, 2.0), call(outer, 6.0))
