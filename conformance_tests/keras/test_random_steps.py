"""Random ops in steps of training and in layers give TensorFlow's numbers."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..subject import tf

pytest.importorskip("keras")
X = np.arange(16, dtype=np.float32).reshape(8, 2) / 16
STEP = [0.857113, 0.468299, 0.388357]
SAMPLES = [
    [-0.180307, -0.950286, -0.03964, -0.742541],
    [0.226529, 0.810655, 0.746609, 0.77497],
    [-1.713879, -0.678702, 0.263047, -0.849799],
    [0.225975, -2.320297, -0.297979, -1.035481],
]
PIPELINE = [0.770188, 0.595814, 0.588901]


def _close(found: Any, expected: Any) -> None:
    np.testing.assert_allclose(np.asarray(found), expected, rtol=2e-5, atol=2e-5)


def test_a_step_of_ones_own() -> None:
    class Noisy(tf.keras.Model):
        def __init__(self) -> None:
            super().__init__()
            self.dense = tf.keras.layers.Dense(2)

        def train_step(self, data: Any) -> dict[str, Any]:
            x, y = data
            noise = tf.random.normal(tf.shape(x))
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((self.dense(x + noise) - y) ** 2)
            gradients = tape.gradient(loss, self.trainable_variables)
            self.optimizer.apply_gradients(zip(gradients, self.trainable_variables, strict=True))
            return {"own": loss}

        def call(self, x: Any) -> Any:
            return self.dense(x)

    tf.keras.utils.set_random_seed(5)
    model = Noisy()
    model.compile(tf.keras.optimizers.SGD(0.1))
    history = model.fit(X, X, epochs=3, batch_size=4, verbose=0, shuffle=False)
    _close(history.history["own"], STEP)


def test_a_layer_that_samples() -> None:
    class Sampling(tf.keras.layers.Layer):
        def call(self, inputs: Any) -> Any:
            mean, deviation = inputs
            return mean + tf.exp(deviation) * tf.random.normal(shape=tf.shape(mean))

    tf.keras.utils.set_random_seed(5)
    inputs = tf.keras.Input((2,))
    model = tf.keras.Model(inputs, Sampling()([inputs, inputs]))
    zeros = tf.zeros([2, 2])
    found = [model(zeros), model(zeros)]
    found += [model.predict(zeros, verbose=0) for _ in range(2)]
    _close([np.ravel(x) for x in found], SAMPLES)


def test_noise_in_a_pipeline() -> None:
    tf.keras.utils.set_random_seed(5)
    model = tf.keras.Sequential([tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    pairs = tf.data.Dataset.from_tensor_slices((X, X[:, :1])).shuffle(8)
    noisy = pairs.map(lambda x, y: (x + tf.random.normal([2]), y)).batch(4)
    history = model.fit(noisy, epochs=3, verbose=0, shuffle=False)
    _close(history.history["loss"], PIPELINE)


def test_random_crops_in_a_function() -> None:
    tf.keras.utils.set_random_seed(5)
    crop = tf.keras.layers.RandomCrop(3, 3)
    cropped = tf.function(lambda x: crop(x, training=True))
    x = tf.reshape(tf.range(36.0), [1, 6, 6, 1])
    found = [np.ravel(cropped(x))[:4] for _ in range(2)]
    _close(found, [[18.0, 19.0, 20.0, 24.0], [12.0, 13.0, 14.0, 18.0]])
