"""Variables that functions make: on the first call, on every call, with creators and names."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf

SINGLETON = "tf.function only supports singleton tf.Variables created on the first call"


def test_made_on_the_first_call() -> None:
    made: list[Any] = []
    seen = []

    @tf.function
    def f(x: Any) -> Any:
        seen.append(len(made))
        if not made:
            made.append(tf.Variable(1.0, name="nn"))
        return made[0].assign_add(x)

    agree(f(1.0), 2.0)
    agree(f(1.0), 3.0)
    agree(f(tf.constant(2.0)), 5.0)
    # Traced, traced again without making any, and once for the other signature.
    assert seen == [0, 1, 1]
    assert f.experimental_get_tracing_count() == 3
    assert repr(made) == "[<tf.Variable 'nn:0' shape=() dtype=float32, numpy=5.0>]"


def test_made_by_get_concrete_function() -> None:
    made: list[Any] = []

    @tf.function
    def f(x: Any) -> Any:
        if not made:
            made.append(tf.Variable(1.0))
        return made[0] + x

    c = f.get_concrete_function(tf.TensorSpec([], tf.float32))
    assert f.experimental_get_tracing_count() == 2
    agree(c(tf.constant(1.0)), 2.0)
    assert float(made[0]) == 1.0


@pytest.mark.parametrize(
    ("initial", "expected"),
    [
        (lambda: tf.zeros([2]), [0.0, 0.0]),
        (lambda: tf.ones([2]) * 3.0, [3.0, 3.0]),
        (lambda: lambda: tf.fill([2], 4.0), [4.0, 4.0]),
        (lambda: np.ones(2, np.float32), [1.0, 1.0]),
        (lambda: [1.0, 2.0], [1.0, 2.0]),
        (lambda: tf.random.stateless_uniform([2], [1, 2]) * 0.0, [0.0, 0.0]),
        (lambda: tf.random.normal([2]) * 0.0, [0.0, 0.0]),
    ],
)
def test_initial_values(initial: Any, expected: Any) -> None:
    made: list[Any] = []

    @tf.function
    def f() -> Any:
        if not made:
            made.append(tf.Variable(initial()))
        return made[0].read_value()

    agree(f(), expected)
    agree(made[0].read_value(), expected)


def test_initial_value_from_an_argument() -> None:
    made: list[Any] = []

    @tf.function
    def f(x: Any) -> Any:
        if not made:
            made.append(tf.Variable(x * 2.0))
        return made[0] + 1.0

    agree(f(tf.constant(3.0)), 7.0)
    agree(f(tf.constant(4.0)), 7.0)
    assert float(made[0]) == 6.0


def test_made_on_every_call() -> None:
    seen = []

    @tf.function
    def f(x: Any) -> Any:
        seen.append(x)
        v = tf.Variable(1.0)
        return v + x

    with refuses(ValueError, SINGLETON):
        f(1.0)
    with refuses(ValueError, SINGLETON):
        f(1.0)
    with refuses(ValueError, SINGLETON):
        f(2.0)
    assert seen == [1.0, 1.0, 1.0, 2.0]


def test_made_on_the_second_call_too() -> None:
    made: list[Any] = []

    @tf.function
    def f(x: Any) -> Any:
        if len(made) < 2:
            made.append(tf.Variable(1.0))
        return made[0] + x

    with refuses(ValueError, SINGLETON):
        f(1.0)


def test_made_on_a_later_call() -> None:
    made: list[Any] = []

    @tf.function
    def f(x: Any, make: bool) -> Any:
        if make and not made:
            made.append(tf.Variable(1.0))
        return x

    agree(f(1.0, False), 1.0)
    with refuses(ValueError, "Creating variables on a non-first call"):
        f(1.0, True)
    agree(f(1.0, True), 1.0)
    assert float(made[0]) == 1.0


def test_made_in_a_function_inside() -> None:
    made: list[Any] = []
    seen = []

    @tf.function
    def inner(x: Any) -> Any:
        seen.append("inner")
        if not made:
            made.append(tf.Variable(1.0))
        return made[0] + x

    @tf.function
    def outer(x: Any) -> Any:
        seen.append("outer")
        return inner(x)

    agree(outer(tf.constant(1.0)), 2.0)
    agree(outer(tf.constant(2.0)), 3.0)
    assert seen == ["outer", "inner", "inner"]


def test_names_do_not_know_of_scopes_outside() -> None:
    made: list[Any] = []

    @tf.function
    def f() -> Any:
        if not made:
            made.append(tf.Variable(1.0, name="w"))
        return made[0] + 1.0

    with tf.name_scope("outside"):
        agree(f(), 2.0)
    assert made[0].name == "w:0"


def test_training_step() -> None:
    class Model:
        w: Any = None

        @tf.function
        def step(self, x: Any) -> Any:
            if self.w is None:
                self.w = tf.Variable(tf.zeros([2]))
            with tf.GradientTape() as tape:
                y = tf.reduce_sum((self.w - x) ** 2)
            gradient = tape.gradient(y, self.w)
            self.w.assign_sub(0.5 * gradient)
            return y

    model = Model()
    agree(model.step(tf.constant([1.0, 2.0])), 5.0)
    agree(model.step(tf.constant([1.0, 2.0])), 0.0)
    agree(model.w.read_value(), [1.0, 2.0])


def test_creators_are_asked() -> None:
    names = []
    made: list[Any] = []

    def creator(following: Any, **settings: Any) -> Any:
        names.append(settings["name"])
        return following(**settings)

    @tf.function
    def f() -> Any:
        if not made:
            made.append(tf.Variable(1.0, name="asked"))
        return made[0] + 1.0

    with tf.variable_creator_scope(creator):
        agree(f(), 2.0)
    assert names == ["asked"]
