"""Derivatives by variables that only a branch or a loop reads, where values decide on shapes."""

from __future__ import annotations

from typing import Any

from ..helpers import agree
from ..subject import tf


def test_gradient_by_a_variable_in_a_branch() -> None:
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.cond(
                tf.reduce_sum(x) > 0.0,
                lambda: tf.reduce_sum(tf.boolean_mask(tf.square(x * v), x > 0.0)),
                lambda: tf.reduce_sum(v),
            )
        return tape.gradient(loss, v)

    agree(step(tf.constant([1.0, 3.0])), [2.0, 36.0])
    agree(step(tf.constant([-1.0, -3.0])), [1.0, 1.0])


def test_gradient_by_a_variable_in_a_loop() -> None:
    v = tf.Variable(2.0)

    @tf.function
    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            _, y = tf.while_loop(
                lambda i, y: i < 3,
                lambda i, y: (i + 1, y * v * tf.reduce_sum(tf.boolean_mask(x, x > 0.0))),
                (tf.constant(0), tf.constant(1.0)),
            )
        return tape.gradient(y, v)

    agree(step(tf.constant([1.0, -3.0])), 12.0)
