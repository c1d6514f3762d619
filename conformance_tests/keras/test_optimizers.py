"""Optimizers on plain variables in tape loops: six steps of each, compared with TensorFlow's."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import Tolerance, near
from ..subject import tf
from .optimizer_values import LOSS_SCALED, SCHEDULED, SPARSE, TRAINED

X = np.array([[1.0, 2.0], [1.5, 0.5], [0.3, 0.7]], np.float32)
Y = np.array([[0.0, 0.0], [0.0, 1.0], [0.5, 0.5]], np.float32)
W = [[1.0, -2.0], [0.5, 3.0]]
B = [0.1, -0.3]

# Six steps add up the rounding of some hundred operations.
STEPS = Tolerance(3e-5, 3e-6)


def descend(optimizer: Any, variables: list[Any], steps: int = 6) -> list[float]:
    """Trains a linear model; the values of the variables, and the count of updates."""
    w, b = variables
    for _ in range(steps):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(tf.matmul(X, w) + b - Y))
        gradients = tape.gradient(loss, variables)
        optimizer.apply_gradients(zip(gradients, variables, strict=True))
    return [*w.numpy().ravel(), *b.numpy(), int(optimizer.iterations)]


def numbers(text: str) -> list[float]:
    return [float(word) for word in text.split()]


def plain() -> list[Any]:
    return [tf.Variable(W), tf.Variable(B)]


def make(name: str, settings: dict[str, Any]) -> Any:
    return getattr(tf.keras.optimizers, name)(learning_rate=0.05, **settings)


#: An optimizer that came after the oldest supported release of Keras.
THERE = [case for case, (name, *_) in TRAINED.items() if hasattr(tf.keras.optimizers, name)]


@pytest.mark.parametrize("case", THERE)
def test_training(case: str) -> None:
    name, settings, text = TRAINED[case]
    expected = numbers(text)
    got = descend(make(name, settings), plain())
    assert near(got, expected, STEPS), f"got {got}, expected {expected}"


@pytest.mark.parametrize("case", ["SGD", "SGD: momentum=0.9", "Adam", "RMSprop", "Adagrad", "Lion"])
def test_variables_of_keras(case: str) -> None:
    name, settings, text = TRAINED[case]
    expected = numbers(text)
    variables = [tf.keras.Variable(W, name="w"), tf.keras.Variable(B, name="b")]
    got = descend(make(name, settings), variables)
    assert near(got, expected, STEPS), f"got {got}, expected {expected}"


def test_loss_scaling() -> None:
    inner = tf.keras.optimizers.SGD(0.05)
    optimizer = tf.keras.optimizers.LossScaleOptimizer(
        inner, initial_scale=4.0, dynamic_growth_steps=2
    )
    got = descend(optimizer, plain())
    assert near(got, numbers(LOSS_SCALED), STEPS), f"got {got}"
    assert float(optimizer.dynamic_scale) == 32.0


def test_loss_scaling_skips_what_is_not_finite() -> None:
    optimizer = tf.keras.optimizers.LossScaleOptimizer(tf.keras.optimizers.SGD(0.05))
    v = tf.Variable([1.0])
    optimizer.apply_gradients([(tf.constant([float("inf")]), v)])
    assert v.numpy() == [1.0]
    assert float(optimizer.dynamic_scale) == 2.0**14


@pytest.mark.parametrize("case", SCHEDULED)
def test_schedules(case: str) -> None:
    rates, trained = map(numbers, SCHEDULED[case])
    schedule = eval("s." + case, {"s": tf.keras.optimizers.schedules})
    got = [float(schedule(step)) for step in range(8)]
    assert near(got, rates, STEPS), f"got {got}, expected {rates}"
    got = descend(tf.keras.optimizers.SGD(schedule), plain())
    assert near(got, trained, STEPS), f"got {got}, expected {trained}"


@pytest.mark.parametrize("case", SPARSE)
def test_slices(case: str) -> None:
    """The gradient of a gather is tf.IndexedSlices: rows that were not read do not move."""
    name, settings, text = SPARSE[case]
    expected = numbers(text)
    optimizer = getattr(tf.keras.optimizers, name)(0.1, **settings)
    table = tf.Variable(np.arange(8, dtype=np.float32).reshape(4, 2) / 8)
    for _ in range(3):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(tf.gather(table, [0, 2, 2]) ** 2)
        slices = tape.gradient(loss, table)
        assert isinstance(slices, tf.IndexedSlices)
        optimizer.apply_gradients([(slices, table)])
    got = table.numpy().ravel()
    assert near(got, expected, STEPS), f"got {got.tolist()}, expected {expected}"
