"""Layers called and trained eagerly: outputs, and weights after steps in a tape loop."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..helpers import Tolerance, agree, near
from ..subject import tf
from .layer_values import CALLED
from .test_losses import numbers

# Two training steps behind a layer.
CHAIN = Tolerance(5e-5, 5e-6)

layers = tf.keras.layers


def waves(shape: tuple[int, ...]) -> np.ndarray:
    """Numbers in [-1, 1] without a pattern, the same everywhere."""
    steps = np.arange(int(np.prod(shape)), dtype=np.float64)
    return np.sin(1.0 + 2.3 * steps).astype(np.float32).reshape(shape)


def set_weights(layer: Any) -> None:
    layer.set_weights([0.5 + 0.4 * waves(w.shape) for w in layer.get_weights()])


def train(layer: Any, *inputs: Any, **settings: Any) -> list[float]:
    """The sums of what the layer gives, and of its weights after two steps down |output|^2."""
    layer(*inputs, **settings)
    set_weights(layer)
    found = [layer(*inputs, **settings)]
    optimizer = tf.keras.optimizers.SGD(0.01)
    for _ in range(2 if layer.trainable_variables else 0):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(*inputs, **settings) ** 2)
        gradients = tape.gradient(loss, layer.trainable_variables)
        optimizer.apply_gradients(zip(gradients, layer.trainable_variables, strict=True))
    summary = []
    for array in [np.asarray(found[0]), *layer.get_weights()]:
        flat = array.astype(np.float64).ravel()
        summary += [flat.sum(), (flat * np.cos(np.arange(flat.size))).sum()]
    return summary


INDICES = np.array([[0, 2, 3], [4, 1, 2]])
RATES = {"dilation_rate": 2, "padding": "causal"}

CASES: dict[str, Any] = {
    "Dense": lambda: train(layers.Dense(3, activation="relu"), waves((4, 5))),
    "Dense of rank 3": lambda: train(layers.Dense(3, use_bias=False), waves((2, 4, 5))),
    "Conv1D": lambda: train(layers.Conv1D(3, 2, **RATES), waves((2, 6, 2))),
    "Conv2D": lambda: train(layers.Conv2D(3, 3), waves((2, 6, 6, 2))),
    "Conv2D strides": lambda: train(
        layers.Conv2D(3, 3, strides=2, padding="same", activation="relu"), waves((2, 7, 7, 2))
    ),
    "Conv2DTranspose": lambda: train(
        layers.Conv2DTranspose(3, 3, strides=2, padding="same"), waves((1, 4, 4, 2))
    ),
    "DepthwiseConv2D": lambda: train(layers.DepthwiseConv2D(3), waves((1, 5, 5, 2))),
    "SeparableConv2D": lambda: train(layers.SeparableConv2D(3, 3), waves((1, 5, 5, 2))),
    "MaxPooling2D": lambda: train(layers.MaxPooling2D(), waves((2, 5, 5, 2))),
    "AveragePooling2D": lambda: train(
        layers.AveragePooling2D(2, padding="same"), waves((2, 5, 5, 2))
    ),
    "GlobalAveragePooling2D": lambda: train(layers.GlobalAveragePooling2D(), waves((2, 5, 5, 2))),
    "BatchNormalization": lambda: train(layers.BatchNormalization(), waves((4, 3)), training=True),
    "BatchNormalization, not training": lambda: train(
        layers.BatchNormalization(), waves((2, 3, 3, 2)), training=False
    ),
    "LayerNormalization": lambda: train(layers.LayerNormalization(), waves((4, 3))),
    "GroupNormalization": lambda: train(layers.GroupNormalization(2), waves((2, 3, 4))),
    "Embedding": lambda: train(layers.Embedding(5, 3), INDICES),
    "SimpleRNN": lambda: train(layers.SimpleRNN(3), waves((2, 4, 2))),
    "LSTM": lambda: train(layers.LSTM(3), waves((2, 4, 2))),
    "GRU": lambda: train(layers.GRU(3, return_sequences=True), waves((2, 4, 2))),
    "Bidirectional": lambda: train(layers.Bidirectional(layers.LSTM(2)), waves((2, 3, 2))),
    "MultiHeadAttention": lambda: train(
        layers.MultiHeadAttention(2, 3), waves((1, 4, 3)), waves((1, 4, 3))
    ),
    "TimeDistributed": lambda: train(layers.TimeDistributed(layers.Dense(2)), waves((2, 3, 4))),
    "PReLU": lambda: train(layers.PReLU(), waves((2, 3))),
    "Softmax": lambda: train(layers.Softmax(), waves((2, 3))),
    "Flatten": lambda: train(layers.Flatten(), waves((2, 3, 4))),
    "ZeroPadding2D": lambda: train(layers.ZeroPadding2D(), waves((1, 3, 3, 2))),
    "UpSampling2D": lambda: train(layers.UpSampling2D(), waves((1, 2, 2, 2))),
}


@pytest.mark.parametrize("name", CASES)
def test_layers(name: str) -> None:
    got = CASES[name]()
    assert near(got, numbers(CALLED[name]), CHAIN), f"got {got}, expected {CALLED[name]}"


def test_dropout() -> None:
    """With a seed the same elements are dropped as in TensorFlow."""
    dropped = layers.Dropout(0.5, seed=3)(np.ones((3, 4), np.float32), training=True)
    agree(dropped, [[0.0, 2.0, 2.0, 2.0], [0.0, 0.0, 0.0, 0.0], [2.0, 2.0, 2.0, 0.0]])
    kept = layers.Dropout(0.5)(np.ones((2, 2), np.float32))
    agree(kept, [[1.0, 1.0], [1.0, 1.0]])


def test_seeded_weights() -> None:
    tf.keras.utils.set_random_seed(42)
    first = layers.Dense(2)(np.ones((1, 3), np.float32))
    tf.keras.utils.set_random_seed(42)
    agree(layers.Dense(2)(np.ones((1, 3), np.float32)), first.numpy())


def classifier() -> Any:
    model = tf.keras.Sequential(
        [tf.keras.Input((5,)), layers.Dense(4, activation="relu"), layers.Dense(3)]
    )
    set_weights(model)
    return model


def test_a_loop_of_ones_own() -> None:
    model, x, y = classifier(), waves((6, 5)), np.array([0, 1, 2, 0, 1, 2])
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    optimizer, mean = tf.keras.optimizers.Adam(0.05), tf.keras.metrics.Mean()
    for _ in range(4):
        with tf.GradientTape() as tape:
            loss = loss_of(y, model(x, training=True))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables, strict=True))
        mean.update_state(loss)
    agree(mean.result(), CALLED_LOOP[0], tolerance=CHAIN)
    agree(loss_of(y, model(x)), CALLED_LOOP[1], tolerance=CHAIN)
    assert model.count_params() == 39 and model.output_shape == (None, 3)


# The mean of the four losses, and the loss after them.
CALLED_LOOP = (1.239292, 1.097831)


def test_functional() -> None:
    inputs = tf.keras.Input((4,))
    left, right = layers.Dense(3, activation="tanh")(inputs), layers.Dense(3)(inputs)
    joined = layers.Lambda(lambda z: z * 2)(layers.Concatenate()([left, right]))
    model = tf.keras.Model(inputs, layers.Dense(1)(tf.keras.ops.relu(joined)))
    assert joined.shape == (None, 6) and model.output_shape == (None, 1)
    set_weights(model)
    agree(model(waves((2, 4))), CALLED_FUNCTIONAL, tolerance=CHAIN)


CALLED_FUNCTIONAL = [[7.101732], [1.710461]]


class Linear(layers.Layer):  # type: ignore[misc, name-defined]
    """x @ w + b, in TensorFlow's own functions."""

    def build(self, shape: Any) -> None:
        self.w = self.add_weight(shape=(shape[-1], 4), initializer="ones", regularizer="l2")
        self.b = self.add_weight(shape=(4,), initializer="zeros")

    def call(self, x: Any) -> Any:
        return tf.matmul(x, self.w) + self.b


class Model(tf.keras.Model):  # type: ignore[misc, name-defined]
    """Two layers and a ReLU."""

    def __init__(self) -> None:
        super().__init__()
        self.linear = Linear()
        self.out = layers.Dense(2, kernel_initializer="ones")

    def call(self, x: Any) -> Any:
        return self.out(tf.nn.relu(self.linear(x)))


def test_a_model_of_ones_own() -> None:
    model, x = Model(), tf.constant([[0.0, 1.0, 2.0], [3.0, 4.0, 5.0]])
    with tf.GradientTape() as tape:
        penalty = sum(model.losses)
        loss = tf.reduce_mean(model(x))
    assert penalty == 0
    gradients = tape.gradient(loss, model.trainable_variables)
    agree(gradients[0], np.repeat(np.float32([[1.5], [2.5], [3.5]]), 4, 1))
    agree(gradients[1], [1.0, 1.0, 1.0, 1.0])
    agree(sum(model.losses), 0.12)
    assert [v.shape for v in model.trainable_variables] == [(3, 4), (4,), (4, 2), (2,)]


def test_shapes_of_a_layer_of_ones_own() -> None:
    """No compute_output_shape: Keras finds out by calling it."""
    assert Linear()(tf.keras.Input((3,))).shape == (None, 4)
    assert Linear()(tf.keras.Input((None, 3))).shape == (None, None, 4)
    assert Linear()(tf.keras.Input((3,), batch_size=7)).shape == (7, 4)
    flat = layers.Lambda(lambda x: tf.reshape(x, (-1, 6)))(tf.keras.Input((2, 3)))
    assert flat.shape[1] == 6 and flat.dtype == "float32"
    pair = layers.Lambda(lambda x: (x, x[:, :1]))(tf.keras.Input((2,)))
    assert [p.shape for p in pair] == [(None, 2), (None, 1)]


class Mismatched(layers.Layer):  # type: ignore[misc, name-defined]
    """Multiplies by a matrix that does not fit."""

    def call(self, x: Any) -> Any:
        return tf.matmul(x, tf.ones((5, 5)))


def test_an_error_in_a_layer() -> None:
    with pytest.raises(tf.errors.InvalidArgumentError) as caught:
        Mismatched()(tf.ones((2, 3)))
    assert "Mismatched" in str(caught.value) and "(2, 3)" in str(caught.value)


def test_constraints() -> None:
    layer = layers.Dense(
        2,
        kernel_initializer="ones",
        kernel_constraint="non_neg",
        bias_constraint=tf.keras.constraints.MaxNorm(0.1),
    )
    optimizer, x = tf.keras.optimizers.SGD(0.5), np.ones((2, 3), np.float32)
    for _ in range(3):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(layer(x))
        gradients = tape.gradient(loss, layer.trainable_variables)
        optimizer.apply_gradients(zip(gradients, layer.trainable_variables, strict=True))
    assert not layer.kernel.numpy().any()
    assert near(layer.bias.numpy(), [-0.0707107, -0.0707107], CHAIN)


def test_saving(tmp_path: Path) -> None:
    model, x = classifier(), waves((2, 5))
    model.save(tmp_path / "model.keras")
    again = tf.keras.models.load_model(tmp_path / "model.keras")
    agree(again(x), model(x).numpy())


def test_functions_of_keras() -> None:
    x = tf.constant([[1.0, -2.0, 0.5], [3.0, 0.25, -1.0]])
    ops, backend = tf.keras.ops, tf.keras.backend
    agree(ops.slice_update(x, [1, 1], [[9.0, 8.0]]), [[1.0, -2.0, 0.5], [3.0, 9.0, 8.0]])
    agree(ops.digitize(x, np.array([0.0, 1.0])), [[2, 0, 1], [2, 1, 0]])
    agree(ops.map(lambda row: row * 2, x)[1], [6.0, 0.5, -2.0])
    agree(backend.mean(x, axis=1), [-1.0 / 6.0, 0.75])
    agree(backend.gather(x, [1]), [[3.0, 0.25, -1.0]])
    backend.clear_session()


def test_half_precision() -> None:
    layer = layers.Dense(3, kernel_initializer="ones", dtype="mixed_float16")
    y = layer(np.ones((2, 4), np.float32))
    assert y.dtype == tf.float16 and layer.kernel.dtype == "float32"
    agree(y, np.full((2, 3), 4, np.float16))


def test_fit() -> None:
    """Keras' own loop, on arrays."""
    model, x, y = classifier(), waves((20, 5)), np.arange(20) % 3
    loss_of = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile("adam", loss_of, metrics=["accuracy"])
    history = model.fit(
        x, y, epochs=2, batch_size=8, shuffle=False, verbose=0, validation_split=0.2
    ).history
    assert near(history["loss"], FITTED[0], CHAIN), history
    assert near(history["val_loss"], FITTED[1], CHAIN), history
    assert near(model.evaluate(x, y, verbose=0), FITTED[2], CHAIN)
    assert model.predict(x, verbose=0).shape == (20, 3)


# Losses of the two epochs, validation losses, loss and accuracy at the end.
FITTED = ([1.336784, 1.33047], [1.575881, 1.568149], [1.374162, 0.35])
