"""Layers that a model's own `call` builds, while Keras looks for the shape of its result."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..subject import tf

STEPS = 6


def unrolled(calls: list[Any]) -> Any:
    """A model that steps a cell by itself; its initializer notes what it is called for."""

    class Counted(tf.keras.initializers.Initializer):
        def __call__(self, shape: Any, dtype: Any = None, **_: Any) -> Any:
            calls.append(tuple(shape))
            return tf.ones(shape, dtype) * 0.1

    class Unrolled(tf.keras.Model):
        def __init__(self) -> None:
            super().__init__()
            own = {"kernel_initializer": Counted(), "recurrent_initializer": Counted()}
            self.cell = tf.keras.layers.SimpleRNNCell(3, **own)
            self.last = tf.keras.layers.Dense(1, kernel_initializer=Counted())

        def call(self, x: Any) -> Any:
            state = [tf.zeros([2, 3])]
            for row in tf.unstack(x, axis=1):
                out, state = self.cell(row, state)
            return self.last(out)

    return Unrolled()


def expected(x: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    h = np.zeros([2, 3], np.float32)
    for step in range(STEPS):
        h = np.tanh(0.1 * (x[:, step].sum(-1, keepdims=True) + h.sum(-1, keepdims=True)))
        h = np.broadcast_to(h, [2, 3])
    return 0.1 * h.sum(-1, keepdims=True)


@pytest.mark.parametrize("compiled", [False, True])
def test_values(compiled: bool) -> None:
    model = unrolled([])
    x = np.random.default_rng(1).normal(size=[2, STEPS, 4]).astype(np.float32)
    call = tf.function(model) if compiled else model
    np.testing.assert_allclose(call(tf.constant(x)).numpy(), expected(x), rtol=1e-5)
    assert [w.shape for w in model.get_weights()] == [(4, 3), (3, 3), (3,), (3, 1), (1,)]


@pytest.mark.tfcompat_only
def test_an_initializer_is_called_once_for_each_weight() -> None:
    calls: list[Any] = []
    unrolled(calls)(tf.ones([2, STEPS, 4]))
    assert calls == [(4, 3), (3, 3), (3, 1)]
