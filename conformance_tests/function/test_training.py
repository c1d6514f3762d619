"""Keras' layers, optimizers and metrics inside of functions: the same numbers as without."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..helpers import Tolerance, agree
from ..subject import tf

CLOSE = Tolerance(2e-5, 1e-6)

OPTIMIZERS: dict[str, Callable[[], Any]] = {
    "sgd": lambda: tf.keras.optimizers.SGD(0.1),
    "momentum": lambda: tf.keras.optimizers.SGD(0.1, momentum=0.9),
    "nesterov": lambda: tf.keras.optimizers.SGD(0.1, momentum=0.9, nesterov=True),
    "adam": lambda: tf.keras.optimizers.Adam(0.1),
    "rmsprop": lambda: tf.keras.optimizers.RMSprop(0.1),
    "adagrad": lambda: tf.keras.optimizers.Adagrad(0.1),
    "clipped": lambda: tf.keras.optimizers.SGD(0.1, clipnorm=0.5),
    "adamw": lambda: tf.keras.optimizers.AdamW(0.1),
    "schedule": lambda: tf.keras.optimizers.SGD(
        tf.keras.optimizers.schedules.ExponentialDecay(0.1, 2, 0.5)
    ),
}


def steps(optimizer: Any, wrap: Callable[[Any], Any], count: int) -> list[Any]:
    w = tf.Variable([1.0, 2.0])
    b = tf.Variable([[3.0]])

    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum((w - x) ** 2) + tf.reduce_sum(b**4)
        gradients = tape.gradient(loss, [w, b])
        optimizer.apply_gradients(zip(gradients, [w, b], strict=True))
        return loss

    run = wrap(step)
    losses = [run(tf.constant([0.5, float(i)])).numpy() for i in range(count)]
    return [np.array(losses), w.numpy(), b.numpy(), int(optimizer.iterations)]


@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_are_those_of_eager_code(name: str) -> None:
    traced = steps(OPTIMIZERS[name](), tf.function, 5)
    eager = steps(OPTIMIZERS[name](), lambda f: f, 5)
    assert traced[3] == eager[3] == 5
    for a, b in zip(traced[:3], eager[:3], strict=True):
        agree(tf.constant(a), b, tolerance=CLOSE)


def test_plain_descent() -> None:
    w = tf.Variable([1.0, 2.0])
    optimizer = tf.keras.optimizers.SGD(0.25)
    traces = []

    @tf.function
    def step() -> Any:
        traces.append(1)
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(w * w)
        optimizer.apply_gradients([(tape.gradient(loss, w), w)])
        return loss

    agree([step(), step(), step()], [5.0, 1.25, 0.3125])
    agree(w.read_value(), [0.125, 0.25])
    assert len(traces) == 1


def test_learning_rate_can_be_set() -> None:
    w = tf.Variable(1.0)
    optimizer = tf.keras.optimizers.SGD(1.0)

    @tf.function
    def step() -> None:
        optimizer.apply_gradients([(tf.constant(1.0), w)])

    step()
    optimizer.learning_rate.assign(0.5)
    step()
    assert float(w) == -0.5


def test_eager_and_traced_steps_mix() -> None:
    w = tf.Variable(1.0)
    optimizer = tf.keras.optimizers.Adam(0.5)

    def step() -> None:
        optimizer.apply_gradients([(2.0 * w, w)])

    traced = tf.function(step)
    for run in (step, traced, step, traced, traced):
        run()
    other = tf.Variable(1.0)
    plain = tf.keras.optimizers.Adam(0.5)
    for _ in range(5):
        plain.apply_gradients([(2.0 * other, other)])
    assert int(optimizer.iterations) == 5
    agree(w.read_value(), other.numpy(), tolerance=CLOSE)


def test_model() -> None:
    tf.keras.utils.set_random_seed(1)
    model = tf.keras.Sequential(
        [tf.keras.layers.Dense(4, activation="tanh"), tf.keras.layers.Dense(1)]
    )
    optimizer = tf.keras.optimizers.Adam(0.05)
    mean = tf.keras.metrics.Mean()

    @tf.function
    def train(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x, training=True) - y) ** 2)
        variables = model.trainable_variables
        optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
        mean.update_state(loss)
        return loss

    x = tf.reshape(tf.linspace(-1.0, 1.0, 32), [16, 2])
    y = tf.reduce_sum(x, 1, keepdims=True)
    losses = [float(train(x, y)) for _ in range(40)]
    assert losses[-1] < losses[0] / 4
    assert abs(float(mean.result()) - np.mean(losses)) < 1e-4
    assert len(model.trainable_variables) == 4
    assert train.experimental_get_tracing_count() == 2
