"""Layers and data where sizes are known only when a step runs."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import agree
from ..subject import tf

layers = tf.keras.layers
Dataset = tf.data.Dataset

pytestmark = pytest.mark.filterwarnings("ignore::UserWarning")


@pytest.mark.parametrize(
    ("labels", "weights"),
    [
        (np.eye(4, dtype=np.float32), [0.1, 0.2, 0.3, 0.4]),
        (np.array([[3], [0], [1], [1]], np.float32), [0.4, 0.1, 0.2, 0.2]),
    ],
    ids=["one_hot", "numbers"],
)
def test_class_weights(labels: np.ndarray, weights: list[float]) -> None:
    """One row a step: its loss is the weight, since no prediction is ever right."""
    rows = Dataset.from_tensor_slices((np.ones((4, 1), np.float32), labels)).batch(1)
    model = tf.keras.Sequential([layers.Dense(labels.shape[1], kernel_initializer="zeros")])
    model.compile("sgd", lambda y, predicted: 1.0 + 0.0 * tf.reduce_sum(predicted, axis=-1))
    history = model.fit(rows, class_weight={0: 0.1, 1: 0.2, 2: 0.3, 3: 0.4}, verbose=0).history
    assert history["loss"][0] == pytest.approx(np.mean(weights), rel=1e-5)


def test_sizes_that_only_some_numbers_divide() -> None:
    x = tf.keras.Input((None, 5))
    y = layers.Lambda(lambda t: tf.reshape(t, [-1, 7, 5]), output_shape=None)(x)
    assert tuple(y.shape) == (None, 7, 5)


@pytest.mark.parametrize(
    "make",
    [
        lambda: layers.RandomFlip(seed=1),
        lambda: layers.RandomCrop(3, 4, seed=1),
        lambda: layers.RandomGaussianBlur(seed=1),
        lambda: layers.RandomBrightness(0.2, seed=1),
        lambda: layers.MixUp(seed=1),
    ],
    ids=["flip", "crop", "blur", "brightness", "mix"],
)
def test_pictures_in_a_pipeline(make: Any) -> None:
    pictures = np.random.default_rng(0).uniform(0, 255, (4, 6, 5, 3)).astype(np.float32)
    data = Dataset.from_tensor_slices(pictures).batch(2).map(make())
    found = [tuple(batch.shape) for batch in data]
    assert len(found) == 2 and len(set(found)) == 1


def test_spectra_in_a_pipeline() -> None:
    layer = layers.MelSpectrogram(
        num_mel_bins=5, sampling_rate=800, sequence_stride=16, fft_length=32
    )
    waves = np.sin(np.arange(600, dtype=np.float32)).reshape(2, 300)
    (found,) = list(Dataset.from_tensor_slices(waves).batch(2).map(layer))
    agree(found, np.asarray(layer(waves)))


def test_a_window_of_the_graph() -> None:
    def spectrum(x: Any) -> Any:
        window = tf.ones([8]) * tf.reduce_max(x)
        return tf.abs(tf.signal.stft(x, 8, 4, window_fn=lambda n, dtype: window))

    x = tf.constant(np.arange(20, dtype=np.float32))
    traced = tf.function(spectrum, input_signature=[tf.TensorSpec([None])])
    assert tuple(traced(x).shape) == (4, 5)
    agree(traced(x), spectrum(x).numpy())


def test_predictions_of_two_sizes() -> None:
    def batches() -> Any:
        yield (np.ones((2, 12, 13, 3), np.float32),)
        yield (np.ones((2, 6, 7, 3), np.float32),)

    found = tf.keras.Sequential([layers.ReLU()]).predict(batches(), verbose=0)
    assert found.shape.as_list() == [4, None, None, 3]


def test_a_table_of_positions_that_is_shorter_than_any_example() -> None:
    table = tf.constant(np.arange(24, dtype=np.float32).reshape(12, 2))

    def with_positions(x: Any) -> Any:
        length = tf.shape(x)[1]
        part = table[tf.newaxis, :length, :]
        assert part.shape.as_list() == [1, None, 2]
        assert table[:-1].shape == (11, 2) and table[:length, 1].shape.as_list() == [None]
        total = x + part
        assert total.shape.as_list() == [None, None, 2]
        return tf.reshape(total, [tf.shape(x)[0], length, 2])

    x = np.ones((3, 5, 2), np.float32)
    traced = tf.function(with_positions, input_signature=[tf.TensorSpec([None, None, 2])])
    agree(traced(tf.constant(x)), x + np.arange(10, dtype=np.float32).reshape(1, 5, 2))


def test_a_model_that_begins_with_words_learns() -> None:
    words = layers.TextVectorization(vocabulary=["a", "b", "c"])
    pooling = layers.GlobalAveragePooling1D()
    model = tf.keras.Sequential([words, layers.Embedding(9, 4), pooling, layers.Dense(1)])
    model.compile("nadam", "mse")
    texts = Dataset.from_tensor_slices((["a b", "c", "b c a"], [3.0, 5.0, 4.0]))
    losses = model.fit(texts.batch(2), epochs=4, verbose=0).history["loss"]
    assert losses == sorted(losses, reverse=True) and losses[-1] < losses[0]
