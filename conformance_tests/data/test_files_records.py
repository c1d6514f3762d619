"""tf.data.TFRecordDataset, TextLineDataset, FixedLengthRecordDataset and Dataset.list_files."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..subject import tf
from .elements import behind, read_on

Records, Lines = tf.data.TFRecordDataset, tf.data.TextLineDataset
Fixed = tf.data.FixedLengthRecordDataset
ITEMS = [b"r%d" % n * (n % 7) for n in range(20)]
# What TensorFlow 2.21 wrote for the records "abc" and "".
WRITTEN = bytes.fromhex("0300000000000000b099490e6162636e57f121000000000000000029039807d8ea82a2")


def read(dataset: Any) -> list[Any]:
    return [x.numpy() for x in dataset]


@pytest.fixture
def put(tmp_path: Path) -> Callable[..., str]:
    def write(name: str, data: bytes) -> str:
        path = tmp_path / name
        path.write_bytes(data)
        return str(path)

    return write


@pytest.fixture
def records(tmp_path: Path) -> Callable[..., str]:
    def write(name: str, items: list[bytes], compression: str = "") -> str:
        path = str(tmp_path / name)
        with tf.io.TFRecordWriter(path, compression) as writer:
            for item in items:
                writer.write(item)
        return path

    return write


# ---------------------------------------------------------------------------------------- records
def test_bytes_of_tensorflow(put: Callable[..., str]) -> None:
    assert read(Records(put("a", WRITTEN))) == [b"abc", b""]


@pytest.mark.parametrize("compression", ["", "ZLIB", "GZIP", None])
def test_compression(records: Callable[..., str], compression: str | None) -> None:
    path = records("a", ITEMS, compression or "")
    assert read(Records(path, compression)) == ITEMS
    assert read(Records([path, path], compression_type=compression)) == 2 * ITEMS


def test_streams_of_gzip_follow_one_another(
    records: Callable[..., str], put: Callable[..., str]
) -> None:
    data = Path(records("a", ITEMS, "GZIP")).read_bytes()
    assert read(Records(put("b", data + data), "GZIP")) == 2 * ITEMS


@pytest.mark.parametrize("size", [1, 3, 300, 5000, 70000, 300_000])
def test_records_of_any_length(records: Callable[..., str], size: int) -> None:
    rng = np.random.default_rng(size)
    many = [rng.integers(0, 256, size + n, np.uint8).tobytes() for n in range(12)]
    path = records("a", many)
    assert read(Records(path)) == many
    assert [x.numpy().tolist() for x in Records(path).batch(5)] == [
        many[:5], many[5:10], many[10:]
    ]  # fmt: skip


def test_what_an_element_is(records: Callable[..., str]) -> None:
    dataset = Records(records("a", ITEMS))
    assert dataset.element_spec == tf.TensorSpec([], tf.string)
    assert dataset.cardinality().numpy() == tf.data.UNKNOWN_CARDINALITY
    assert repr(dataset) == (
        "<TFRecordDatasetV2 element_spec=TensorSpec(shape=(), dtype=tf.string, name=None)>"
    )
    assert isinstance(dataset, tf.data.Dataset)


def test_names_of_files(records: Callable[..., str]) -> None:
    a, b = records("a", [b"1", b"2"]), records("b", [b"3"])
    for names in (
        [a, b],
        tf.constant([a, b]),
        [Path(a), Path(b)],
        [[a], [b]],
        tf.data.Dataset.from_tensor_slices([a, b]),
    ):
        assert read(Records(names)) == [b"1", b"2", b"3"]
    assert read(Records(Path(a))) == [b"1", b"2"]
    for wrong in ([1], tf.constant([1]), tf.data.Dataset.range(3)):
        with pytest.raises(TypeError):
            Records(wrong)
    for wrong in (tf.data.Dataset.from_tensors([a, b]), tf.data.Dataset.from_tensors((a, b))):
        with pytest.raises(TypeError):
            Records(wrong)


def test_files_in_turn(records: Callable[..., str]) -> None:
    files = [
        records(name, [b"%s%d" % (name.encode(), n) for n in range(count)])
        for name, count in (("a", 5), ("b", 2), ("c", 4))
    ]
    expected = {
        1: b"a0 a1 a2 a3 a4 b0 b1 c0 c1 c2 c3",
        2: b"a0 b0 a1 b1 a2 a3 c0 a4 c1 c2 c3",
        3: b"a0 b0 c0 a1 b1 c1 a2 c2 a3 c3 a4",
        5: b"a0 b0 c0 a1 b1 c1 a2 c2 a3 c3 a4",
    }
    for count, order in expected.items():
        assert read(Records(files, num_parallel_reads=count)) == order.split()
    parallel = Records(files, num_parallel_reads=tf.data.AUTOTUNE)
    assert sorted(read(parallel)) == sorted(expected[1].split())
    with pytest.raises(tf.errors.InvalidArgumentError):
        read(Records(files, num_parallel_reads=0))


def broken(kind: str, data: bytearray) -> bytes:
    if kind == "data":
        data[60] ^= 1
    elif kind == "length":
        data[0] ^= 1
    elif kind == "checksum of the length":
        data[8] ^= 1
    elif kind == "end":
        del data[-2:]
    elif kind == "header":
        del data[-len(ITEMS[-1]) - 10 :]
    return bytes(data)


Loss = tf.errors.DataLossError


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("data", [*ITEMS[:3], Loss]),
        ("length", [Loss]),
        ("checksum of the length", [Loss]),
        ("end", [*ITEMS[:-1], Loss]),
        ("header", ITEMS[:-1]),
    ],
)
def test_broken_records(
    records: Callable[..., str], put: Callable[..., str], kind: str, expected: list[Any]
) -> None:
    path = records("a", ITEMS)
    bad = put("b", broken(kind, bytearray(Path(path).read_bytes())))
    assert read_on(Records(bad)) == expected
    # What follows is another file.
    assert read_on(Records([bad, path])) == expected + ITEMS
    ignoring = Records([bad, path]).ignore_errors()
    assert read(ignoring) == [x for x in expected if x is not Loss] + ITEMS


def test_no_records(records: Callable[..., str], put: Callable[..., str]) -> None:
    path = records("a", ITEMS)
    assert read_on(Records(put("t", b"hello world, this is a text\nwith two lines"))) == [Loss]
    assert read_on(Records(path, "GZIP")) == [Loss]
    assert read_on(Records(path, "ZLIB")) == [Loss]
    assert read_on(Records(records("g", ITEMS, "GZIP"))) == [Loss]
    assert read(Records(put("e", b""))) == []
    assert read(Records(put("e", b""), "GZIP")) == []


def test_files_that_are_not_there(records: Callable[..., str], tmp_path: Path) -> None:
    missing = str(tmp_path / "missing")
    Missing = tf.errors.NotFoundError
    path = records("a", [b"x"])
    assert read_on(Records(missing)) == [Missing]
    assert read_on(Records([path, missing])) == [b"x", Missing]
    assert read_on(Lines(missing)) == [Missing]
    assert read_on(Fixed(missing, 3)) == [Missing]
    with pytest.raises(Missing, match="missing"):
        read(Records(missing))


@pytest.mark.parametrize("turns", [None, 2])
@pytest.mark.parametrize("compression", ["", "GZIP"])
@pytest.mark.parametrize("taken", [0, 1, 7, 25])
def test_iterators_go_on_where_they_stood(
    records: Callable[..., str], tmp_path: Path, turns: int | None, compression: str, taken: int
) -> None:
    files = [records(name, ITEMS, compression) for name in "ab"]
    dataset = Records(files, compression, num_parallel_reads=turns)
    whole = read(dataset)
    assert [x.numpy() for x in behind(dataset, taken, tmp_path)] == whole[taken:]


# ------------------------------------------------------------------------------------------ lines
def test_lines(put: Callable[..., str]) -> None:
    text = put("x", b"one\ntwo\r\n\nthree\rfour\n\n")
    last, nothing, empty = put("y", b"last"), put("z", b""), put("w", b"\n")
    expected = [b"one", b"two", b"", b"threefour", b""]
    assert read(Lines(text)) == expected
    assert read(Lines([text, last, nothing, empty])) == [*expected, b"last", b""]
    assert read(Lines(text).skip(2)) == expected[2:]
    assert read(Lines([text, last, empty], num_parallel_reads=2)) == [
        b"one", b"last", b"two", b"", b"", b"threefour", b""
    ]  # fmt: skip
    assert repr(Lines(text)).startswith("<TextLineDatasetV2 element_spec=TensorSpec(shape=()")
    assert read(Lines(put("g", gzip.compress(b"a\nb\r\nc")), "GZIP")) == [b"a", b"b", b"c"]
    assert read(Lines(put("l", zlib.compress(b"a\nb\r\nc")), "ZLIB")) == [b"a", b"b", b"c"]
    assert read_on(Lines(text, "GZIP")) == [Loss]
    with pytest.raises(tf.errors.InvalidArgumentError):
        read(Lines(text, "LZ"))


def test_many_lines(put: Callable[..., str]) -> None:
    lines = [b"line %d" % n * (n % 50) for n in range(5000)]
    path = put("x", b"\n".join(lines))
    assert read(Lines(path)) == lines
    batches = [x.numpy().tolist() for x in Lines(path).batch(999)]
    assert [item for batch in batches for item in batch] == lines


@pytest.mark.parametrize("taken", [0, 3, 4000])
def test_lines_go_on(put: Callable[..., str], tmp_path: Path, taken: int) -> None:
    dataset = Lines(put("x", b"".join(b"line %d\r\n" % n for n in range(4500))))
    assert next(behind(dataset, taken, tmp_path)).numpy() == b"line %d" % taken


# -------------------------------------------------------------------------------- fixed lengths
def test_records_of_one_length(put: Callable[..., str]) -> None:
    path, empty = put("x", b"HHaaabbbcccF"), put("y", b"HHF")
    expected = [b"aaa", b"bbb", b"ccc"]
    assert read(Fixed(path, 3, 2, 1)) == expected
    assert read(Fixed([path, empty, path], 3, 2, 1)) == 2 * expected
    assert read(Fixed(path, 3)) == [b"HHa", b"aab", b"bbc", b"ccF"]
    assert read(Fixed([path, path], 3, 2, 1, num_parallel_reads=2)) == [
        x for item in expected for x in (item, item)
    ]
    packed = put("g", gzip.compress(b"HHaaabbbF"))
    assert read(Fixed(packed, 3, 2, 1, compression_type="GZIP")) == expected[:2]


@pytest.mark.parametrize("data", [b"HHaaabbF", b"H"])
def test_records_that_are_not_whole(put: Callable[..., str], data: bytes) -> None:
    assert read_on(Fixed(put("x", data), 3, 2, 1)) == [tf.errors.InvalidArgumentError]


@pytest.mark.parametrize("sizes", [(0,), (-1,), (1, -1), (1, 0, -1)])
def test_lengths_that_are_none(put: Callable[..., str], sizes: tuple[int, ...]) -> None:
    with pytest.raises(tf.errors.InvalidArgumentError):
        read(Fixed(put("x", b"aaa"), *sizes))


# ---------------------------------------------------------------------------------- lists of files
@pytest.fixture
def folder(tmp_path: Path) -> str:
    for name in "dcbagfe":
        (tmp_path / f"lf_{name}.txt").write_text("")
    return str(tmp_path)


def letters(dataset: Any) -> str:
    return "".join(Path(name.decode()).stem[-1] for name in read(dataset))


def test_files_in_order(folder: str) -> None:
    listed = tf.data.Dataset.list_files
    assert letters(listed(f"{folder}/lf_*.txt", shuffle=False)) == "abcdefg"
    assert letters(listed([f"{folder}/lf_b*", f"{folder}/lf_a*"], shuffle=False)) == "ab"
    assert letters(listed([f"{folder}/lf_b*", f"{folder}/none"], shuffle=False)) == "b"
    assert listed(f"{folder}/lf_*").cardinality().numpy() == 7
    with pytest.raises(tf.errors.InvalidArgumentError, match="No files matched"):
        listed(f"{folder}/none*")
    with pytest.raises(TypeError):
        listed(3)


def test_files_in_random_order(folder: str) -> None:
    pattern = f"{folder}/lf_*.txt"
    tf.random.set_seed(5)
    assert letters(tf.data.Dataset.list_files(pattern, seed=3)) == "cdgebfa"
    twice = tf.data.Dataset.list_files(pattern, shuffle=True, seed=7).repeat(2)
    assert letters(twice) == "cfabegdfegcdab"
    tf.random.set_seed(5)
    assert letters(tf.data.Dataset.list_files(pattern)) == "facgedb"


def test_slashes_behind_the_name(tmp_path: Path) -> None:
    with tf.io.TFRecordWriter(f"{tmp_path}/a.records/") as writer:
        writer.write(b"one")
    for name in ("a.records", "a.records/"):
        assert read(tf.data.TFRecordDataset(f"{tmp_path}/{name}")) == [b"one"]
    with tf.io.gfile.GFile(f"{tmp_path}/a.records//", "rb") as file:
        assert b"one" in file.read()
