"""Random ops under a tape: what was drawn is a constant, also when a gradient is taken again."""

from __future__ import annotations

import numpy as np

from ..helpers import agree
from ..subject import tf


def test_the_draw_is_a_constant() -> None:
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        noise = tf.random.normal([3])
        y = tf.reduce_sum(v * noise)
    agree(tape.gradient(y, v), noise.numpy().sum())


def test_the_draw_is_not_repeated_by_a_gradient() -> None:
    v = tf.Variable(2.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape(persistent=True) as inner:
            noise = tf.random.uniform([3])
            y = tf.reduce_sum(v * v * noise)
        first = inner.gradient(y, v)
        again = inner.gradient(y, v)
    total = noise.numpy().sum()
    agree([first, again], [4 * total, 4 * total], dtype="float32")
    agree(outer.gradient(first, v), 2 * total)


def test_parameters_of_a_sample_get_their_gradients() -> None:
    mean, spread = tf.Variable(1.0), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        sample = mean + spread * tf.random.normal([4])
        y = tf.reduce_sum(sample)
    by_mean, by_spread = tape.gradient(y, [mean, spread])
    agree(by_mean, 4.0)
    noise = (sample.numpy() - np.float32(1)) / 2
    np.testing.assert_allclose(by_spread.numpy(), noise.sum(), rtol=1e-4, atol=1e-5)
