"""What the recorded calls find: sparse tensors, gradients, functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np


def names(tf: Any) -> dict[str, Any]:
    """The names, made of a module that is TensorFlow or like it."""

    def grad(function: Callable[[Any], Any], x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
            y = y.values if isinstance(y, tf.SparseTensor) else y
            factors = tf.reshape(tf.cast(tf.range(1, tf.size(y) + 1), y.dtype), tf.shape(y))
            total = tf.reduce_sum(y * factors)
        return tape.gradient(total, x)

    def fn(function: Callable[..., Any], *args: Any, sig: Any = None) -> Any:
        return tf.function(function, input_signature=sig)(*args)

    rt = tf.ragged.constant
    return {
        "a": tf.sparse.from_dense([[0.0, 2.0, 0.0, 1.0], [0, 0, 0, 0], [3.0, 0.0, 0.0, -4.0]]),
        "b": tf.SparseTensor(np.array([[0, 1], [1, 2]]), tf.constant([5.0, 6.0]), [3, 4]),
        "i": tf.SparseTensor([[0, 0], [0, 2], [2, 1]], [1, 0, 3], [3, 3]),
        "s": tf.SparseTensor([[0, 0], [1, 0], [1, 1]], ["a", "b", "c"], [2, 2]),
        "t3": tf.SparseTensor([[0, 0, 1], [0, 1, 0], [1, 1, 1]], [1.0, 2.0, 3.0], [2, 2, 2]),
        "z": tf.SparseTensor(np.zeros([0, 2], np.int64), np.zeros([0], np.float32), [3, 4]),
        "u": tf.SparseTensor([[2, 0], [0, 1]], [1.0, 2.0], [3, 4]),
        "r": rt([["añ"], ["b", "c"], []]),
        "rt": rt,
        "grad": grad,
        "fn": fn,
    }
