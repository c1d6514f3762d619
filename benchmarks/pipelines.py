"""tf.data pipelines over 100,000 small records, on tfcompat or the real TensorFlow.

A step goes on with one pass over the records after another, once it has begun; an iteration is a
batch of 128, or an element where nothing is batched.
"""

from __future__ import annotations

import atexit
import os
import tempfile
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from .step import Step, flat

RECORDS = 100_000
LENGTH = 784
BATCH = 128
BUFFER = 10_000
PICTURES = 512

Maker = Callable[[Any], Any]


def build(name: str, tf: Any) -> Step:
    """Makes the step `data-...`."""
    makers: dict[str, Maker] = {
        "data-memory": memory,
        "data-file": file,
        "data-map": map_only,
        "data-generator": generator,
        "data-parse": parse,
        "data-images": images,
    }
    dataset = makers[name](tf).repeat()
    first = next(iter(dataset))

    def run(n: int) -> float:
        # A new one: in an older one threads would have worked ahead while others were measured.
        iterator = iter(dataset)
        for _ in range(max(n // 4, 1)):
            next(iterator)
        element: Any = None
        started = time.perf_counter()
        for _ in range(n):
            element = next(iterator)
        element[0].numpy()
        return time.perf_counter() - started

    return Step(run, lambda: flat(*[part.numpy().astype(np.float64) for part in first]))


def _records() -> tuple[list[bytes], np.ndarray[Any, Any]]:
    numbers = np.random.default_rng(23).integers(0, 256, (1000, LENGTH), np.uint8)
    texts = [numbers[i].tobytes() for i in range(len(numbers))]
    return [texts[i % 1000] for i in range(RECORDS)], np.arange(RECORDS) % 10


def _decoded(tf: Any) -> Callable[..., Any]:
    def decode(text: Any, label: Any) -> Any:
        return tf.io.decode_raw(text, tf.uint8), label

    return decode


def _scaled(tf: Any) -> Callable[..., Any]:
    def scale(pixels: Any, label: Any) -> Any:
        return tf.reshape(tf.cast(pixels, tf.float32) / 255.0, [28, 28, 1]), label

    return scale


def _from_memory(tf: Any) -> Any:
    texts, labels = _records()
    return tf.data.Dataset.from_tensor_slices((tf.constant(texts), labels))


def memory(tf: Any) -> Any:
    """Decode, scale, shuffle, batch, prefetch, of records in memory."""
    dataset = _from_memory(tf).map(_decoded(tf)).map(_scaled(tf))
    return dataset.shuffle(BUFFER, seed=1).batch(BATCH).prefetch(2)


def map_only(tf: Any) -> Any:
    """Decode and scale, element by element."""
    return _from_memory(tf).map(_decoded(tf)).map(_scaled(tf))


def generator(tf: Any) -> Any:
    """The records from a Python generator; decode, scale, batch, prefetch."""
    texts, labels = _records()

    def records() -> Any:
        yield from zip(texts, labels, strict=True)

    signature = tf.TensorSpec([], tf.string), tf.TensorSpec([], tf.int64)
    dataset = tf.data.Dataset.from_generator(records, output_signature=signature)
    return dataset.map(_decoded(tf)).map(_scaled(tf)).batch(BATCH).prefetch(2)


def _temporary(name: str) -> str:
    folder = tempfile.TemporaryDirectory(prefix="bench_data")
    atexit.register(folder.cleanup)
    return os.path.join(folder.name, name)


def file(tf: Any) -> Any:
    """The records in a TFRecord file, a byte of label before each; as `memory`."""
    path = _temporary("records")
    texts, labels = _records()
    with tf.io.TFRecordWriter(path) as writer:
        for text, label in zip(texts, labels.tolist(), strict=True):
            writer.write(bytes([label]) + text)

    def decode(record: Any) -> Any:
        numbers = tf.io.decode_raw(record, tf.uint8)
        return numbers[1:], tf.cast(numbers[0], tf.int64)

    dataset = tf.data.TFRecordDataset(path).map(decode).map(_scaled(tf))
    return dataset.shuffle(BUFFER, seed=1).batch(BATCH).prefetch(2)


def parse(tf: Any) -> Any:
    """Serialized tf.train.Example protos: parse_single_example, batch, prefetch."""
    rng = np.random.default_rng(29)
    texts = []
    for at in range(1000):
        features = {
            "x": tf.train.Feature(
                float_list=tf.train.FloatList(value=rng.standard_normal(20).astype(np.float32))
            ),
            "label": tf.train.Feature(int64_list=tf.train.Int64List(value=[at % 10])),
            "name": tf.train.Feature(bytes_list=tf.train.BytesList(value=[b"number %d" % at])),
        }
        example = tf.train.Example(features=tf.train.Features(feature=features))
        texts.append(example.SerializeToString())
    described = {
        "x": tf.io.FixedLenFeature([20], tf.float32),
        "label": tf.io.FixedLenFeature([], tf.int64),
        "name": tf.io.FixedLenFeature([], tf.string, ""),
    }

    def parsed(text: Any) -> Any:
        found = tf.io.parse_single_example(text, described)
        return found["x"], found["label"]

    dataset = tf.data.Dataset.from_tensor_slices([texts[i % 1000] for i in range(RECORDS // 10)])
    return dataset.map(parsed).batch(BATCH).prefetch(2)


def images(tf: Any) -> Any:
    """PNG pictures of 64 x 64: decode_png, resize, scale, batch, prefetch, on several threads."""
    rng = np.random.default_rng(31)
    texts = []
    for _ in range(PICTURES):
        picture = np.repeat(rng.integers(0, 256, (16, 16, 3), np.uint8), 4, 0).repeat(4, 1)
        texts.append(tf.io.encode_png(picture).numpy())

    def decode(text: Any, label: Any) -> Any:
        picture = tf.image.resize(tf.io.decode_png(text, channels=3), [32, 32])
        return picture / 255.0, label

    dataset = tf.data.Dataset.from_tensor_slices((texts, np.arange(PICTURES)))
    return dataset.map(decode, num_parallel_calls=tf.data.AUTOTUNE).batch(32).prefetch(2)
