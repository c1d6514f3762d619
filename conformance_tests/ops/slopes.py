"""First and second derivatives of an op at given points."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..subject import tf


def tensors(inputs: tuple[Any, ...]) -> list[Any]:
    return [x if isinstance(x, tf.Tensor) else tf.constant(x) for x in inputs]


def first(function: Callable[..., Any], *inputs: Any) -> Any:
    """The gradient of the sum of the results; a single one by itself."""
    xs = tensors(inputs)
    with tf.GradientTape() as tape:
        tape.watch(xs)
        y = function(*xs)
    found = tape.gradient(y, xs)
    return found if len(xs) > 1 else found[0]


def second(function: Callable[[Any], Any], x: Any) -> Any:
    """The gradient of the sum of the gradient's elements, counted 1, 2, 3, ... times."""
    (x,) = tensors((x,))
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = function(x)
        slope = inner.gradient(y, x)
        counts = tf.cast(tf.reshape(tf.range(1, 1 + tf.size(slope)), tf.shape(slope)), slope.dtype)
        total = tf.reduce_sum(slope * counts)
    return outer.gradient(total, x)
