"""Keras' functions that make datasets: of pictures, texts and sounds in folders, and of arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..subject import tf

utils = tf.keras.utils
# The first four texts in TensorFlow's order for the seeds 5 and 3.
ORDER = ["a 3", "a 2", "b 0", "b 2"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rng = np.random.default_rng(0)
    for name in "ab":
        for number in range(5):
            place = {kind: str(tmp_path / kind / name / str(number)) for kind in ("im", "tx", "au")}
            pixels = rng.integers(0, 256, (10 + number, 12, 3), np.uint8)
            tf.io.write_file(place["im"] + ".png", tf.io.encode_png(pixels))
            tf.io.write_file(place["tx"] + ".txt", f"text {name} {number}")
            wave = rng.standard_normal((100 + number, 1)).astype(np.float32) / 10
            tf.io.write_file(place["au"] + ".wav", tf.audio.encode_wav(wave, 8000))
    return tmp_path


def shapes(dataset: Any) -> list[Any]:
    return [tf.nest.map_structure(lambda x: x.shape.as_list(), element) for element in dataset]


def test_pictures(folder: Path) -> None:
    read = utils.image_dataset_from_directory
    options: dict[str, Any] = {"image_size": (8, 6), "batch_size": 4, "verbose": False}
    dataset = read(str(folder / "im"), seed=3, **options)
    assert dataset.class_names == ["a", "b"]
    assert dataset.element_spec[0] == tf.TensorSpec([None, 8, 6, 3], tf.float32)
    assert shapes(dataset) == [([n, 8, 6, 3], [n]) for n in (4, 4, 2)]
    in_order = read(
        str(folder / "im"), shuffle=False, label_mode="categorical", color_mode="grayscale",
        crop_to_aspect_ratio=True, **options,
    )  # fmt: skip
    pictures, labels = next(iter(in_order))
    assert labels.numpy().tolist() == [[1.0, 0.0]] * 4
    assert pictures.shape == [4, 8, 6, 1]
    halves = read(str(folder / "im"), seed=1, subset="both", validation_split=0.3, **options)
    assert [sum(len(y) for _, y in half) for half in halves] == [7, 3]


def test_pictures_are_what_is_in_the_files(folder: Path) -> None:
    dataset = utils.image_dataset_from_directory(
        str(folder / "im"), labels=None, image_size=(10, 12), batch_size=None, shuffle=False,
        verbose=False,
    )  # fmt: skip
    first = next(iter(dataset)).numpy()
    data = tf.io.read_file(str(folder / "im" / "a" / "0.png"))
    assert np.array_equal(first, tf.io.decode_png(data).numpy())


def test_texts(folder: Path) -> None:
    read = utils.text_dataset_from_directory
    in_order = read(str(folder / "tx"), batch_size=4, shuffle=False, verbose=False)
    texts, labels = next(iter(in_order))
    assert texts.numpy().tolist() == [b"text a %d" % n for n in range(4)]
    assert labels.numpy().tolist() == [0, 0, 0, 0]
    assert in_order.element_spec[0] == tf.TensorSpec([None], tf.string)
    tf.random.set_seed(5)
    mixed = read(str(folder / "tx"), batch_size=4, seed=3, verbose=False)
    order = [text.decode()[5:] for text in next(iter(mixed))[0].numpy()]
    assert order == ORDER


def test_sounds(folder: Path) -> None:
    dataset = utils.audio_dataset_from_directory(
        str(folder / "au"), batch_size=4, output_sequence_length=90, verbose=False
    )
    assert shapes(dataset) == [([n, 90, 1], [n]) for n in (4, 4, 2)]
    assert dataset.element_spec[0] == tf.TensorSpec([None, 90, None], tf.float32)


def test_time_series() -> None:
    dataset = utils.timeseries_dataset_from_array(
        np.arange(20.0), np.arange(20), sequence_length=5, batch_size=3, sequence_stride=2
    )
    windows = [x.numpy().tolist() for x, _ in dataset]
    assert windows[0] == [[float(n + k) for k in range(5)] for n in (0, 2, 4)]
    assert [len(x) for x in windows] == [3, 3, 2]
    assert dataset.element_spec[0] == tf.TensorSpec([None, None], tf.float64)
    sampled = utils.timeseries_dataset_from_array(
        np.arange(20.0).reshape(10, 2), None, sequence_length=3, sampling_rate=2, batch_size=9,
        shuffle=True, seed=2,
    )  # fmt: skip
    assert sorted(next(iter(sampled)).numpy()[:, 0, 0].tolist()) == [0.0, 2.0, 4.0, 6.0, 8.0, 10.0]


def test_parts_of_datasets() -> None:
    left, right = utils.split_dataset(tf.data.Dataset.range(10), left_size=0.7)
    assert [int(x) for x in left] == list(range(7))
    assert [int(x) for x in right] == [7, 8, 9]
