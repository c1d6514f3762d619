"""Pipelines that read files, as programs have them: datasets in datasets, examples of any kind."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..files.messages import example
from ..subject import tf
from .elements import plain

Dataset, Records, Lines = tf.data.Dataset, tf.data.TFRecordDataset, tf.data.TextLineDataset


def read(dataset: Any) -> list[Any]:
    return [plain(element) for element in dataset]


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    found = []
    for name, count in (("a", 5), ("b", 2), ("c", 4)):
        found.append(str(tmp_path / name))
        with tf.io.TFRecordWriter(found[-1]) as writer:
            for number in range(count):
                writer.write(f"{name}{number}")
    return found


@pytest.fixture
def texts(tmp_path: Path) -> list[str]:
    (tmp_path / "x.txt").write_bytes(b"head\none\n\ntwo\n")
    (tmp_path / "y.txt").write_bytes(b"head\nthree")
    return [str(tmp_path / "x.txt"), str(tmp_path / "y.txt")]


@pytest.fixture
def pictures(tmp_path: Path) -> str:
    path = str(tmp_path / "pictures")
    with tf.io.TFRecordWriter(path) as writer:
        for label in range(3):
            pixels = np.full((20, 30, 3), 80 * label, np.uint8)
            writer.write(
                example(
                    label=[label],
                    picture=[tf.io.encode_png(pixels).numpy()],
                    tags=[b"a"] * label or None,
                    v=[1.0] * (label + 1),
                )
            )
    return path


def test_files_of_names(files: list[str], texts: list[str]) -> None:
    names = Dataset.from_tensor_slices(files)
    two = b"a0 b0 a1 b1 a2 a3 c0 a4 c1 c2 c3".split()
    assert read(names.interleave(Records, cycle_length=2)) == two
    assert read(names.interleave(Records, cycle_length=2, num_parallel_calls=2)) == two
    assert read(names.flat_map(lambda name: Records(name).skip(1))) == (
        b"a1 a2 a3 a4 b1 c1 c2 c3".split()
    )
    marked = names.interleave(
        lambda name: Records(name).map(lambda x: tf.strings.join([x, "!"])),
        cycle_length=3, block_length=2,
    )  # fmt: skip
    assert read(marked)[:6] == b"a0! a1! b0! b1! c0! c1!".split()
    lines = Dataset.from_tensor_slices(texts).flat_map(
        lambda name: Lines(name).skip(1).filter(lambda line: tf.strings.length(line) > 0)
    )
    assert read(lines) == [b"one", b"two", b"three"]
    numbered = Dataset.from_tensor_slices(texts).enumerate().flat_map(
        lambda number, name: Lines(name).map(lambda line: (number, line))
    )  # fmt: skip
    assert read(numbered)[3:5] == [(0, b"two"), (1, b"head")]


def test_files_in_functions(files: list[str]) -> None:
    @tf.function
    def of_names(names: Any) -> Any:
        length = 0
        for record in Records(names):
            length += tf.strings.length(record)
        return length

    @tf.function
    def of_dataset(dataset: Any) -> Any:
        length = 0
        for record in dataset:
            length += tf.strings.length(record)
        return length

    assert int(of_names(tf.constant(files))) == 22
    assert int(of_names(tf.constant(files[:1]))) == 10
    assert int(of_dataset(Records(files))) == 22


def test_whole_files(texts: list[str]) -> None:
    pattern = str(Path(texts[0]).parent / "*.txt")
    dataset = Dataset.list_files(pattern, shuffle=False).map(
        lambda name: (tf.io.read_file(name), tf.strings.split(name, "/")[-1])
    )
    assert read(dataset)[1] == (b"head\nthree", b"y.txt")


SPEC = {
    "label": tf.io.FixedLenFeature([], tf.int64),
    "picture": tf.io.FixedLenFeature([], tf.string),
}


@pytest.mark.parametrize("parallel", [None, 2])
def test_pictures(pictures: str, parallel: int | None) -> None:
    def parse(record: Any) -> Any:
        found = tf.io.parse_single_example(record, SPEC)
        picture = tf.image.convert_image_dtype(tf.io.decode_png(found["picture"], 3), tf.float32)
        return tf.image.resize(picture, [8, 8]), found["label"]

    dataset = Records(pictures).map(parse, num_parallel_calls=parallel)
    assert dataset.element_spec == (
        tf.TensorSpec([8, 8, 3], tf.float32), tf.TensorSpec([], tf.int64)
    )  # fmt: skip
    batches = list(dataset.batch(2).prefetch(1))
    assert [labels.numpy().tolist() for _, labels in batches] == [[0, 1], [2]]
    np.testing.assert_allclose(batches[1][0].numpy(), np.full((1, 8, 8, 3), 160 / 255), rtol=1e-5)


def test_values_of_any_number(pictures: str) -> None:
    records = Records(pictures)
    spec = {"tags": tf.io.VarLenFeature(tf.string), "v": tf.io.VarLenFeature(tf.float32)}

    def dense(record: Any) -> Any:
        found = tf.io.parse_single_example(record, spec)
        return tf.sparse.to_dense(found["tags"], default_value=""), tf.sparse.to_dense(found["v"])

    assert read(records.map(dense).padded_batch(3)) == [
        (
            [[b"", b""], [b"a", b""], [b"a", b"a"]],
            [[1.0, 0.0, 0.0], [1.0, 1.0, 0.0], [1.0, 1.0, 1.0]],
        )
    ]
    sparse = records.map(lambda record: tf.io.parse_single_example(record, spec)).batch(2)
    assert [found["v"][2] for found in read(sparse)] == [[2, 2], [1, 3]]


def test_ragged_values(pictures: str) -> None:
    records = Records(pictures)
    spec = {"v": tf.io.RaggedFeature(tf.float32)}
    rows = [[1.0], [1.0, 1.0], [1.0, 1.0, 1.0]]
    batches = records.batch(2).map(lambda x: tf.io.parse_example(x, spec))
    assert [found["v"] for found in read(batches)] == [rows[:2], rows[2:]]
    assert batches.element_spec["v"].shape.as_list() == [None, None]
    single = records.map(lambda x: tf.io.parse_single_example(x, spec)["v"])
    assert read(single) == rows
    assert read(single.ragged_batch(3)) == [rows]


def test_records_from_functions(tmp_path: Path) -> None:
    def serialize(number: Any, text: Any) -> bytes:
        return example(i=[int(number)], s=[text.numpy()])

    def staged(number: Any, text: Any) -> Any:
        return tf.reshape(tf.py_function(serialize, (number, text), tf.string), ())

    path = str(tmp_path / "out")
    dataset = Dataset.from_tensor_slices(([1, 2], ["a", "b"])).map(staged)
    tf.data.experimental.TFRecordWriter(path).write(dataset)
    spec = {"i": tf.io.FixedLenFeature([], tf.int64), "s": tf.io.FixedLenFeature([], tf.string)}
    parsed = Records(path).map(lambda record: tf.io.parse_single_example(record, spec))
    assert read(parsed) == [{"i": 1, "s": b"a"}, {"i": 2, "s": b"b"}]
    first = tf.train.Example.FromString(next(iter(Records(path))).numpy())
    assert first.features.feature["s"].WhichOneof("kind") == "bytes_list"
