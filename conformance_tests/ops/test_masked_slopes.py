"""Functions with an infinite slope under tf.where: what TensorFlow's gradient masks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from ..helpers import agree
from ..subject import tf

# At 0, -1, 4 and 0 once more. TensorFlow 2.21.
GRADIENTS = {
    "sqrt": (lambda x: tf.sqrt(x), [0.0, 0.0, 0.25, 0.0]),
    "rsqrt": (lambda x: tf.math.rsqrt(x), [0.0, 0.0, -0.0625, 0.0]),
    "reciprocal": (lambda x: tf.math.reciprocal(x), [0.0, 0.0, -0.0625, 0.0]),
    "log": (lambda x: tf.math.log(x), [float("nan"), -0.0, 0.25, float("nan")]),
}


@pytest.mark.parametrize("name", GRADIENTS)
def test_gradient_where_the_argument_is_positive(name: str) -> None:
    function: Callable[[Any], Any]
    function, expected = GRADIENTS[name]
    x = tf.constant([0.0, -1.0, 4.0, 0.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.where(x > 0, function(x), 0.0)
    agree(tape.gradient(y, x), expected)


def test_second_derivative_away_from_zero() -> None:
    x = tf.constant(4.0)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = tf.sqrt(x) + tf.math.reciprocal(x)
        first = inner.gradient(y, x)
    agree(first, 0.25 - 0.0625)
    agree(outer.gradient(first, x), -0.03125 + 0.03125)
