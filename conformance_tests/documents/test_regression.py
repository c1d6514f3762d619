"""The regression of document 001: 10,000 epochs of gradient descent on five points."""

from __future__ import annotations

import numpy as np
import pytest

from ..helpers import Tolerance, near
from ..subject import tf

YEARS = np.array([1.0, 2.0, 4.0, 5.0, 8.0], dtype=np.float32)
PRICES = np.array([110.0, 125.0, 160.0, 165.0, 210.0], dtype=np.float32)


def normalised(values: np.ndarray) -> np.ndarray:
    return (values - values.min()) / (values.max() - values.min())


def after_steps(count: int, rate: float) -> tuple[float, float]:
    """Where gradient descent is after so many steps, from the matrix of the quadratic."""
    x, y = normalised(YEARS).astype(float), normalised(PRICES).astype(float)
    curvature = np.array([[x @ x, x.sum()], [x.sum(), len(x)]])
    goal = np.linalg.solve(curvature, [x @ y, y.sum()])
    step = np.linalg.matrix_power(np.eye(2) - rate * curvature, count)
    slope, offset = goal - step @ goal
    return slope, offset


@pytest.mark.parametrize("how", ["optimizer", "assign_sub"])
def test_regression_converges_as_mathematics_says(how: str) -> None:
    x, y = tf.constant(normalised(YEARS)), tf.constant(normalised(PRICES))
    slope = tf.Variable(initial_value=0.0)
    offset = tf.Variable(initial_value=0.0)
    variables = [slope, offset]
    optimizer = tf.keras.optimizers.SGD(learning_rate=1e-3)
    epochs = 10_000 if how == "optimizer" else 1_000
    for _ in range(epochs):
        with tf.GradientTape() as record:
            predicted = slope * x + offset
            loss = 0.5 * tf.reduce_sum(tf.square(predicted - y))
        gradients = record.gradient(loss, variables)
        if how == "optimizer":
            optimizer.apply_gradients(grads_and_vars=zip(gradients, variables, strict=True))
        else:
            for variable, gradient in zip(variables, gradients, strict=True):
                variable.assign_sub(1e-3 * gradient)
    expected = after_steps(epochs, 1e-3)
    # Rounding in float32 adds up over the epochs; TensorFlow itself is this far off.
    assert near([float(slope), float(offset)], expected, Tolerance(1e-4, 1e-5))
    assert repr(slope).startswith("<tf.Variable 'Variable:0' shape=() dtype=float32, numpy=0.")
