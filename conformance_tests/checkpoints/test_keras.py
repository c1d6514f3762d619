"""Keras models and optimizers in checkpoints."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..subject import tf
from .objects import keys

X = np.linspace(-1, 1, 8, dtype=np.float32).reshape(4, 2)
Y = X.sum(1, keepdims=True)


def trained() -> tuple[Any, Any]:
    model = tf.keras.Sequential(
        [tf.keras.Input((2,)), tf.keras.layers.Dense(3), tf.keras.layers.Dense(1)]
    )
    optimizer = tf.keras.optimizers.Adam(0.1)
    step(model, optimizer)
    return model, optimizer


def step(model: Any, optimizer: Any) -> None:
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((model(X) - Y) ** 2)
    variables = model.trainable_variables
    gradients = tape.gradient(loss, variables)
    optimizer.apply_gradients(zip(gradients, variables, strict=True))


def weights(model: Any) -> list[Any]:
    return [np.asarray(v) for v in model.weights]


def test_training_goes_on_as_if_never_interrupted(tmp_path: Path) -> None:
    model, optimizer = trained()
    path = tf.train.Checkpoint(model=model, optimizer=optimizer).save(f"{tmp_path}/ck")
    assert keys(path) == [
        "optimizer/_iterations", "optimizer/_learning_rate",
        "optimizer/_trainable_variables/0", "optimizer/_trainable_variables/1",
        "optimizer/_trainable_variables/2", "optimizer/_trainable_variables/3",
        "optimizer/_variables/2", "optimizer/_variables/3", "optimizer/_variables/4",
        "optimizer/_variables/5", "optimizer/_variables/6", "optimizer/_variables/7",
        "optimizer/_variables/8", "optimizer/_variables/9", "save_counter",
    ]  # fmt: skip
    step(model, optimizer)
    other, its = trained()
    tf.train.Checkpoint(model=other, optimizer=its).restore(path).assert_consumed()
    step(other, its)
    for mine, theirs in zip(weights(model), weights(other), strict=True):
        np.testing.assert_array_equal(mine, theirs)


def test_an_optimizer_that_is_built_after_restoring(tmp_path: Path) -> None:
    model, optimizer = trained()
    path = tf.train.Checkpoint(model=model, optimizer=optimizer).save(f"{tmp_path}/ck")
    step(model, optimizer)
    layers = [tf.keras.Input((2,)), tf.keras.layers.Dense(3), tf.keras.layers.Dense(1)]
    other, its = tf.keras.Sequential(layers), tf.keras.optimizers.Adam(0.1)
    status = tf.train.Checkpoint(model=other, optimizer=its).restore(path)
    step(other, its)
    status.assert_consumed()
    for mine, theirs in zip(weights(model), weights(other), strict=True):
        # The first step of an optimizer may round otherwise than its second.
        np.testing.assert_allclose(mine, theirs, rtol=1e-5)


@pytest.mark.tfcompat_only
def test_layers_of_a_model_in_attributes_and_lists(tmp_path: Path) -> None:
    """TensorFlow leaves out the layers of lists, and those that are built after restoring."""

    class Net(tf.keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.first = tf.keras.layers.Dense(3)
            self.rest = [tf.keras.layers.Dense(2), tf.keras.layers.Dense(1)]

        def call(self, x: Any) -> Any:
            x = self.first(x)
            for layer in self.rest:
                x = layer(x)
            return x

    model = Net()
    model(X)
    path = tf.train.Checkpoint(model).write(f"{tmp_path}/net")
    assert keys(path) == [
        "first/_kernel", "first/bias", "rest/0/_kernel", "rest/0/bias", "rest/1/_kernel",
        "rest/1/bias",
    ]  # fmt: skip
    built = Net()
    built(X)
    tf.train.Checkpoint(built).read(path).assert_consumed()
    later = Net()
    status = tf.train.Checkpoint(later).read(path)
    later(X)
    status.assert_consumed()
    for other in (built, later):
        for mine, theirs in zip(weights(model), weights(other), strict=True):
            np.testing.assert_array_equal(mine, theirs)
