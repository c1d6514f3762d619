"""Models of Keras as `fit` trains them; `keras` runs on tfcompat, TensorFlow, torch or JAX."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from . import data as plain, model_data as data, pictures
from .step import Step, flat

# Batches of an epoch.
EPOCH = 20
RATE = 1e-3

Built = tuple[Any, list[Any], Any, Any, int]


def build(name: str, keras: Any) -> Step:
    """Makes the step `fit-...`: one batch of an epoch that fit goes through."""
    builders: dict[str, Callable[[Any], Built]] = {
        "fit-mlp": mlp,
        "fit-cnn": cnn,
        "fit-lstm": lstm,
        "fit-transformer": transformer,
        "fit-colours": pictures.colours,
        "fit-unet": pictures.unet,
        "fit-resnet": pictures.resnet,
        "fit-mobilenet": pictures.mobilenet,
    }
    model, weights, x, y, batch = builders[name](keras)
    model.set_weights(weights)
    batches = len(x) // batch

    def run(n: int) -> float:
        epochs = max(1, round(n / batches))
        started = time.perf_counter()
        model.fit(x, y, batch_size=batch, epochs=epochs, shuffle=False, verbose=0)
        return (time.perf_counter() - started) * n / (epochs * batches)

    return Step(run, lambda: flat(*model.get_weights()))


def mlp(keras: Any) -> Built:
    """784-512-512-10, batches of 128, Adam."""
    parameters, images, labels = plain.mlp()
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((784,)),
            layers.Dense(512, activation="relu"),
            layers.Dense(512, activation="relu"),
            layers.Dense(10),
        ]
    )
    return _classifier(keras, model, parameters, images, labels)


def cnn(keras: Any) -> Built:
    """LeNet-5 on images of 28 x 28, batches of 64, Adam."""
    parameters, images, labels = data.cnn()
    layers = keras.layers
    model = keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(84, activation="relu"),
            layers.Dense(10),
        ]
    )
    return _classifier(keras, model, parameters, images, labels)


def _classifier(keras: Any, model: Any, parameters: list[Any], images: Any, labels: Any) -> Built:
    model.compile(
        keras.optimizers.Adam(RATE),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        metrics=["accuracy"],
    )
    return model, parameters, _repeated(images), _repeated(labels), len(images)


def lstm(keras: Any) -> Built:
    """An LSTM of 128 units over 50 steps, batches of 32, RMSprop."""
    (kernel, recurrent, bias, out), inputs, targets = data.lstm()
    model = keras.Sequential(
        [
            keras.Input((data.STEPS, data.FEATURES)),
            keras.layers.LSTM(data.UNITS),
            keras.layers.Dense(1),
        ]
    )
    model.compile(keras.optimizers.RMSprop(RATE), "mse")
    weights = [kernel, recurrent, bias, out, np.zeros(1, np.float32)]
    x = _repeated(np.ascontiguousarray(inputs.transpose(1, 0, 2)))
    return model, weights, x, _repeated(targets), data.SEQUENCES


def transformer(keras: Any) -> Built:
    """Two layers of attention and two dense ones each, batches of 16 sequences, Adam."""
    layers_data, tokens = data.transformer()
    layers = keras.layers
    inputs = x = keras.Input((data.TOKENS, data.WIDTH))
    size = data.WIDTH // data.HEADS
    weights: list[Any] = []
    for query, key, value, out, wide, narrow, gain1, gain2 in layers_data:
        y = layers.LayerNormalization(epsilon=1e-5)(x)
        x = x + layers.MultiHeadAttention(data.HEADS, size)(y, y)
        y = layers.LayerNormalization(epsilon=1e-5)(x)
        y = layers.Dense(4 * data.WIDTH, activation="gelu")(y)
        x = x + layers.Dense(data.WIDTH)(y)
        weights += [gain1, np.zeros_like(gain1)]
        for projection in (query, key, value):
            parts = projection.reshape(data.WIDTH, data.HEADS, size)
            weights += [parts, np.zeros((data.HEADS, size), np.float32)]
        weights += [out.reshape(data.HEADS, size, data.WIDTH), np.zeros_like(gain1)]
        weights += [gain2, np.zeros_like(gain2)]
        weights += [wide, np.zeros(4 * data.WIDTH, np.float32), narrow, np.zeros_like(gain1)]
    model = keras.Model(inputs, x)
    model.compile(keras.optimizers.Adam(RATE), "mse")
    batch = _repeated(tokens)
    return model, weights, batch, np.zeros_like(batch), data.BATCH


def _repeated(batch: Any) -> Any:
    return np.concatenate([batch] * EPOCH)
