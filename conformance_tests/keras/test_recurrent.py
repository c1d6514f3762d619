"""Recurrent layers learn as they do on TensorFlow, and each is one scan of a program."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..subject import tf
from . import fits_recurrent
from .fits import CASES
from .record_fits import compare, compute, load

NAMES = [name for name, case in CASES.items() if case.__module__ == fits_recurrent.__name__]


@pytest.mark.parametrize("name", NAMES)
def test_fit(name: str) -> None:
    compare(compute(tf, name), load()[name], 2e-4, name)


def test_as_eagerly() -> None:
    tf.keras.utils.set_random_seed(1)
    recurrent = tf.keras.layers.LSTM(4, return_sequences=True, return_state=True)
    x = tf.constant(np.random.RandomState(0).randn(3, 5, 2).astype(np.float32))
    mask = tf.constant([[True] * 5, [True, False, True, True, False], [False] * 5])

    def run(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            found = recurrent(x, mask=mask)
            total = tf.add_n([tf.reduce_sum(y * y) for y in found])
        return [*found, *tape.gradient(total, [x, *recurrent.trainable_variables])]

    eager = run(x)
    for got, expected in zip(tf.function(run)(x), eager, strict=True):
        np.testing.assert_allclose(got.numpy(), expected.numpy(), 1e-4, 1e-5)


@pytest.mark.parametrize("backwards", [False, True])
def test_all_steps_at_once_as_one_by_one(backwards: bool) -> None:
    """What a backend computes in one kernel is what the ops of each step give."""
    x = tf.constant(np.random.RandomState(0).randn(3, 5, 2).astype(np.float32))

    def layer(unroll: bool) -> Any:
        tf.keras.utils.set_random_seed(1)
        return tf.keras.layers.LSTM(
            4, return_sequences=True, return_state=True, unroll=unroll, go_backwards=backwards
        )

    def run(recurrent: Any) -> Any:
        state = [x[:, 0] @ tf.ones([2, 4]), x[:, 1] @ tf.ones([2, 4])]
        with tf.GradientTape(persistent=True) as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                found = recurrent(x, initial_state=state)
                total = tf.add_n([tf.reduce_sum(y * y) for y in found])
            slopes = inner.gradient(total, [x, *recurrent.trainable_variables])
            steepness = tf.reduce_sum(slopes[0] ** 2)
        return [*found, *slopes, outer.gradient(steepness, x), outer.jacobian(found[1], x)]

    for got, expected in zip(run(layer(False)), run(layer(True)), strict=True):
        np.testing.assert_allclose(got.numpy(), expected.numpy(), 1e-4, 1e-5)


@pytest.mark.parametrize("shape", [(2, 3), (2, 9), (5, 8)])
def test_states_of_another_size_are_refused(shape: tuple[int, int]) -> None:
    layer, x = tf.keras.layers.LSTM(8), tf.ones([2, 3, 4])
    for call in (layer, tf.function(layer)):
        with pytest.raises((tf.errors.InvalidArgumentError, ValueError)):
            call(x, initial_state=[tf.ones(shape), tf.ones(shape)])


def test_second_derivatives_where_states_depend_on_inputs() -> None:
    recurrent = tf.keras.layers.LSTM(3)
    recurrent.build((2, 3, 1))
    first, second = np.cos(np.arange(12.0)), np.sin(np.arange(36.0))
    recurrent.set_weights([first.reshape(1, 12), second.reshape(3, 12), np.zeros(12)])
    x = tf.constant(np.sin(np.arange(6.0)).reshape(2, 3, 1), tf.float32)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            state = tf.tile(tf.reduce_sum(x, 1), [1, 3])
            y = tf.reduce_sum(recurrent(x, initial_state=[state, state * 2.0]))
        slope = inner.gradient(y, x)
        total = tf.reduce_sum(slope**2)
    expected = [0.01488155, 0.0164727, 0.03760777, 1.0393375, 1.0836213, 0.9427157]
    found = np.ravel(outer.gradient(total, x))
    np.testing.assert_allclose(found, expected, 1e-4)  # by TensorFlow 2.21
