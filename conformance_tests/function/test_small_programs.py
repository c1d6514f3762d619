"""Functions of many ops on few numbers give what the same ops give one by one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..subject import tf

ROUNDS = 3
CASES: dict[str, Callable[[Any, Any], Any]] = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: y - x,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y + y / (x + 3.0),
    "negative": lambda x, y: -x * y,
    "square": lambda x, y: tf.square(x) - tf.square(y),
    "sqrt": lambda x, y: tf.sqrt(x + y + 1.0),
    "sqrt of nothing": lambda x, y: tf.where(x > 9.0, tf.sqrt(x - x), x),
    "exp": lambda x, y: tf.exp(-x) * y,
    "log": lambda x, y: tf.math.log(x + y),
    "sin": lambda x, y: tf.sin(x * y),
    "cos": lambda x, y: tf.cos(x) + y,
    "tanh": lambda x, y: tf.tanh(x - y),
    "sigmoid": lambda x, y: tf.sigmoid(x) * tf.sigmoid(-y),
    "reduce_sum": lambda x, y: x - tf.reduce_sum(x * y, axis=1, keepdims=True),
    "reduce_mean": lambda x, y: x + tf.reduce_mean(x) * tf.reduce_mean(y, axis=0),
    "matmul": lambda x, y: tf.matmul(x, tf.matmul(x, x, transpose_a=True), transpose_b=False) * 0.1,
    "turned": lambda x, y: tf.matmul(tf.matmul(x, x, transpose_b=True), x) * 0.1 + y,
    "reshape": lambda x, y: tf.reshape(tf.reshape(x, [-1])[1:], [1, -1])[:, :1] * x,
    "slices": lambda x, y: x * x[:1] + x[::2][1] * y,
    "chosen": lambda x, y: tf.where(x > y, x * y, x + y),
    "largest": lambda x, y: tf.maximum(x * 0.5, y) + tf.minimum(x, y),
    "whole": lambda x, y: tf.round(x * 4.0) * y + tf.floor(x) + tf.math.ceil(y) + tf.abs(x),
}


def _chained(step: Callable[[Any, Any], Any], x: Any, y: Any) -> Any:
    z = x
    for _ in range(ROUNDS):
        z = step(z, y) * 0.25 + x
    return z


def _derived(step: Callable[[Any, Any], Any], x: Any, y: Any) -> Any:
    with tf.GradientTape() as outer:
        outer.watch([x, y])
        with tf.GradientTape() as inner:
            inner.watch([x, y])
            z = _chained(step, x, y)
            loss = tf.reduce_sum(z * z)
        slopes = inner.gradient(loss, [x, y], unconnected_gradients="zero")
        length = tf.reduce_sum(tf.square(slopes[0])) + tf.reduce_sum(tf.sin(slopes[1]))
    curves = outer.gradient(length, [x, y], unconnected_gradients="zero")
    return [z, loss, *slopes, *curves]


@pytest.mark.parametrize(
    ("name", "dtype"), [*((name, "float32") for name in CASES), ("sin", "float64")]
)
def test_values_and_derivatives(name: str, dtype: str) -> None:
    rng = np.random.default_rng(5)
    x = tf.constant(rng.uniform(0.5, 1.5, [4, 3]), dtype)
    y = tf.constant(rng.uniform(0.5, 1.5, [3]), dtype)
    expected = _derived(CASES[name], x, y)
    found = tf.function(lambda x, y: _derived(CASES[name], x, y))(x, y)
    close = 2e-4 if dtype == "float32" else 1e-9
    for one, other in zip(found, expected, strict=True):
        assert one.dtype is other.dtype
        assert one.shape == other.shape
        scale = 1.0 + float(np.max(np.abs(other)))
        np.testing.assert_allclose(one, other, rtol=close, atol=close * scale)


@pytest.mark.parametrize("dtype", ["int32", "int64"])
def test_integers_wrap_around(dtype: str) -> None:
    def steps(x: Any, y: Any) -> Any:
        for i in range(20):
            x = tf.where(x > y, x * x - y, tf.abs(-x * 3 + tf.maximum(x, y)) + i)
        return x, tf.reduce_sum(x), tf.logical_and(x > y, tf.logical_not(x == y))

    x, y = tf.constant([7, -40000, 65536], dtype), tf.constant(5, dtype)
    for one, other in zip(tf.function(steps)(x, y), steps(x, y), strict=True):
        assert one.dtype is other.dtype
        np.testing.assert_array_equal(one, other)


def test_nothing_is_said_of_what_is_no_number() -> None:
    @tf.function
    def steps(x: Any) -> Any:
        for _ in range(12):
            x = tf.math.log(x - 1.0) / (x - x) + tf.sqrt(-x)
        return x

    found = np.asarray(steps(tf.constant([1.0, 2.0, -3.0])))
    assert np.isnan(found).all()


def test_arguments_and_results_are_tensors_of_their_own() -> None:
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def steps(x: Any) -> Any:
        y = x
        for _ in range(20):
            y = tf.sin(y) + x
        v.assign(x)
        return x, tf.reshape(x, [2, 1]), y

    x = tf.constant([3.0, 4.0])
    same, column, _ = steps(x)
    v.assign_add([10.0, 10.0])
    v.scatter_nd_update([[0]], [0.0])
    assert np.asarray(x).tolist() == np.asarray(same).tolist() == [3.0, 4.0]
    assert np.asarray(column).tolist() == [[3.0], [4.0]]
    assert np.asarray(v).tolist() == [0.0, 14.0]


def test_a_loop_of_small_steps_with_its_gradient() -> None:
    @tf.function
    def steps(x: Any, n: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.while_loop(
                lambda i, y: i < n, lambda i, y: (i + 1, tf.sin(y) * x), (tf.constant(0), x)
            )[1]
        return y, tape.gradient(y, x)

    def by_hand(x: float, n: int) -> tuple[float, float]:
        y, slope = x, 1.0
        for _ in range(n):
            y, slope = np.sin(y) * x, np.cos(y) * slope * x + np.sin(y)
        return y, slope

    for n in (0, 1, 7):
        np.testing.assert_allclose(
            [float(z) for z in steps(tf.constant(1.25), tf.constant(n))], by_hand(1.25, n), 1e-5
        )
