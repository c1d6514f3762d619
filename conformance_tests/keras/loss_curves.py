"""Three models that learn for 20 epochs. Importing this enters them into fits.py's table."""

from __future__ import annotations

from typing import Any

import numpy as np

from .fits import case, history, of_logits

EPOCHS = 20

_random = np.random.RandomState(17)
POINTS = _random.rand(40, 3).astype(np.float32)
SURFACE = np.sin(3 * POINTS.sum(1, keepdims=True)).astype(np.float32)
PICTURES = _random.rand(32, 6, 6, 1).astype(np.float32)
#: Whether the upper half is the brighter one.
HALVES = (PICTURES[:, :3].sum((1, 2, 3)) > PICTURES[:, 3:].sum((1, 2, 3))).astype(np.int64)
WAVES = np.sin(np.arange(6) * 0.7 + 6 * _random.rand(32, 1)).astype(np.float32)[..., None]


@case
def dense_curve(tf: Any) -> Any:
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            tf.keras.Input((3,)),
            layers.Dense(16, activation="relu"),
            layers.Dense(16, activation="gelu"),
            layers.Dense(1),
        ]
    )
    model.compile(tf.keras.optimizers.Adam(0.01), "mse", metrics=["mae"])
    return history(model.fit(POINTS, SURFACE, batch_size=8, epochs=EPOCHS, verbose=0))


@case
def convolutional_curve(tf: Any) -> Any:
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [
            tf.keras.Input((6, 6, 1)),
            layers.Conv2D(4, 3, activation="relu"),
            layers.BatchNormalization(),
            layers.AveragePooling2D(2),
            layers.Flatten(),
            layers.Dense(2),
        ]
    )
    model.compile(tf.keras.optimizers.SGD(0.1, momentum=0.9), of_logits(tf), metrics=["accuracy"])
    return history(model.fit(PICTURES, HALVES, batch_size=8, epochs=EPOCHS, verbose=0))


@case
def recurrent_curve(tf: Any) -> Any:
    layers = tf.keras.layers
    model = tf.keras.Sequential(
        [tf.keras.Input((5, 1)), layers.LSTM(8, return_sequences=True), layers.GRU(8),
         layers.Dense(1)]
    )  # fmt: skip
    model.compile(tf.keras.optimizers.RMSprop(0.005), "mse")
    x, y = WAVES[:, :5], WAVES[:, 5]
    return history(model.fit(x, y, batch_size=8, epochs=EPOCHS, verbose=0))
