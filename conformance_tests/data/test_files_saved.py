"""Dataset.save, load, snapshot and cache with a file: what was written, and what nobody wrote."""

from __future__ import annotations

import json
import os
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ..subject import tf
from .elements import behind, plain

Dataset = tf.data.Dataset
Invalid, Missing = tf.errors.InvalidArgumentError, tf.errors.NotFoundError
HERE = Path(__file__).parent


def read(dataset: Any) -> list[Any]:
    return [plain(element) for element in dataset]


def names_in(folder: Path) -> list[str]:
    return sorted(os.path.join(base, name) for base, _, names in os.walk(folder) for name in names)


# ------------------------------------------------------------------------------ TensorFlow's files
@pytest.fixture
def saved(tmp_path: Path) -> Path:
    """Datasets that TensorFlow 2.21 saved."""
    kept = json.loads((HERE / "saved_by_tensorflow.json").read_text())
    for name, data in kept["files"].items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes.fromhex(data))
    return tmp_path


ROWS = [({"x": n, "s": s}, [[1.0], [1.0]]) for n, s in ((1, b"a"), (2, b"bb"), (3, b""))]


@pytest.mark.parametrize(("name", "compression"), [("plain", None), ("gzip", "GZIP")])
def test_rows(saved: Path, name: str, compression: str | None) -> None:
    dataset = Dataset.load(str(saved / name), compression=compression)
    assert read(dataset) == ROWS
    assert dataset.cardinality().numpy() == 3
    spec = {"s": tf.TensorSpec([], tf.string), "x": tf.TensorSpec([], tf.int32)}
    assert dataset.element_spec == (spec, tf.TensorSpec([2, 1], tf.float16))


def test_other_files(saved: Path) -> None:
    assert read(Dataset.load(str(saved / "snappy"), compression="SNAPPY")) == [
        b"aaaabbbb" * 20,
        b"",
    ]
    sparse, ragged = read(Dataset.load(str(saved / "parts")))[0]
    assert sparse == ([[0, 0], [1, 1]], [1, 2], [2, 2])
    assert ragged == [[b"a"], [b"b", b""]]
    shards = str(saved / "shards")
    assert sorted(read(Dataset.load(shards))) == [0, 1, 2, 3, 4]
    one_by_one = Dataset.load(shards, reader_func=lambda d: d.flat_map(lambda shard: shard))
    assert read(one_by_one) == [0, 2, 4, 1, 3]


def test_the_same_bytes(saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "again"
    Dataset.load(str(saved / "plain")).save(str(path))
    for pattern in ("dataset_spec.pb", "*/*.shard/*.snapshot"):
        (theirs,) = (saved / "plain").glob(pattern)
        (ours,) = path.glob(pattern)
        data = ours.read_bytes()
        if pattern != "dataset_spec.pb":
            assert data == theirs.read_bytes()
        else:
            # A map has no order.
            assert sorted(data) == sorted(theirs.read_bytes())


# --------------------------------------------------------------------------------- save and load
Pair = namedtuple("Pair", "a b")


@pytest.mark.filterwarnings("ignore:Encoding a StructuredValue")
@pytest.mark.parametrize(
    "element",
    [
        1,
        "text",
        [1, 2],
        (1, (2.0, "x")),
        {"b": [1.5], "a": (1, True)},
        Pair(1, "x"),
        (1, None),
        [[b"x", b"yy"], [b"", b"z"]],
    ],
    ids=str,
)
def test_structures(tmp_path: Path, element: Any) -> None:
    dataset = Dataset.from_tensors(element).repeat(2)
    dataset.save(str(tmp_path / "d"))
    loaded = Dataset.load(str(tmp_path / "d"))
    assert loaded.element_spec == dataset.element_spec
    for found, given in zip(loaded, dataset, strict=True):
        tf.nest.map_structure(lambda a, b: np.testing.assert_array_equal(a, b), found, given)


@pytest.mark.parametrize(
    "dtype",
    "bool int8 uint16 uint32 int64 uint64 float16 bfloat16 float64 complex64 complex128".split(),
)
def test_dtypes(tmp_path: Path, dtype: str) -> None:
    values = tf.cast([[0, 1, 1], [1, 0, 1]], dtype)
    Dataset.from_tensor_slices(values).save(str(tmp_path / "d"))
    loaded = Dataset.load(str(tmp_path / "d"))
    assert loaded.element_spec == tf.TensorSpec([3], dtype)
    assert [x.numpy().tolist() for x in loaded] == values.numpy().tolist()


def test_unknown_shapes(tmp_path: Path) -> None:
    for number, shape in enumerate(([None], None)):
        spec = tf.TensorSpec(shape, tf.int32)
        dataset = Dataset.from_generator(lambda: iter([[1], [2, 3]]), output_signature=spec)
        path = str(tmp_path / f"d{number}")
        dataset.save(path)
        loaded = Dataset.load(path)
        assert loaded.element_spec == spec
        assert read(loaded) == [[1], [2, 3]]
        assert loaded.cardinality().numpy() == 2


@pytest.mark.parametrize("compression", [None, "GZIP", "SNAPPY"])
def test_compression(tmp_path: Path, compression: str | None) -> None:
    path = str(tmp_path / "d")
    Dataset.range(3000).save(path, compression=compression)
    assert read(Dataset.load(path, compression=compression)) == list(range(3000))
    if compression != "GZIP":
        with pytest.raises(tf.errors.DataLossError):
            read(Dataset.load(path, compression="GZIP"))


def test_shards(tmp_path: Path) -> None:
    path = str(tmp_path / "d")
    Dataset.range(10).save(path, shard_func=lambda x: x % 3)
    assert sorted(read(Dataset.load(path))) == list(range(10))
    in_order = Dataset.load(path, reader_func=lambda d: d.flat_map(lambda shard: shard))
    assert read(in_order) == [0, 3, 6, 9, 1, 4, 7, 2, 5, 8]
    in_turn = Dataset.load(
        path, reader_func=lambda d: d.interleave(lambda shard: shard, cycle_length=3)
    )
    assert read(in_turn) == list(range(10))
    with pytest.raises(Invalid):
        Dataset.range(3).save(path, shard_func=lambda x: tf.cast(x, tf.int32))
    with pytest.raises(ValueError):
        Dataset.range(3).save(path, shard_func=3)


def test_saved_again(tmp_path: Path) -> None:
    path = str(tmp_path / "d")
    for count in (3, 4):
        Dataset.range(count).save(path)
        assert read(Dataset.load(path)) == list(range(count))


def test_types_that_do_not_fit(tmp_path: Path) -> None:
    path = str(tmp_path / "d")
    Dataset.range(3).save(path)
    assert read(Dataset.load(path, element_spec=tf.TensorSpec([], tf.int64))) == [0, 1, 2]
    for spec in (tf.TensorSpec([], tf.int32), tf.TensorSpec([2], tf.int64)):
        with pytest.raises(Invalid):
            read(Dataset.load(path, element_spec=spec))
    with pytest.raises(Missing):
        Dataset.load(str(tmp_path / "none"))


def failing(count: int) -> Any:
    def items() -> Iterator[int]:
        yield from range(count)
        raise ValueError("stop")

    return Dataset.from_generator(items, output_signature=tf.TensorSpec([], tf.int64))


@pytest.mark.tfcompat_only
def test_a_save_that_fails_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "d"
    with pytest.raises(Exception, match="stop"):
        failing(5000).save(str(path))
    assert names_in(tmp_path) == []
    Dataset.range(3).save(str(path))
    before = names_in(tmp_path)
    with pytest.raises(Exception, match="stop"):
        failing(5).save(str(path))
    assert names_in(tmp_path) == before
    assert read(Dataset.load(str(path))) == [0, 1, 2]


@pytest.mark.tfcompat_only
def test_damaged_files(tmp_path: Path) -> None:
    path = tmp_path / "d"
    Dataset.range(3).save(str(path))
    (shard,) = path.glob("*/*.shard/*.snapshot")
    whole = shard.read_bytes()
    shard.write_bytes(whole[:40] + bytes([whole[40] ^ 1]) + whole[41:])
    with pytest.raises(tf.errors.DataLossError):
        read(Dataset.load(str(path)))
    (path / "snapshot.metadata").write_bytes(b"\xff")
    with pytest.raises(tf.errors.DataLossError):
        Dataset.load(str(path))


@pytest.mark.parametrize("taken", [0, 4, 2500])
def test_loading_goes_on(tmp_path: Path, taken: int) -> None:
    path = str(tmp_path / "d")
    Dataset.range(5000).map(lambda x: (x, tf.as_string(x))).save(path)
    dataset = Dataset.load(path)
    assert plain(next(behind(dataset, taken, tmp_path))) == (taken, b"%d" % taken)


# ------------------------------------------------------------------------------------- snapshots
def counted(calls: list[int], count: int = 4) -> Any:
    def items() -> Iterator[int]:
        calls.append(1)
        yield from range(count)

    return Dataset.from_generator(items, output_signature=tf.TensorSpec([], tf.int64))


@pytest.mark.parametrize("compression", ["AUTO", "GZIP", None])
def test_snapshots(tmp_path: Path, compression: str | None) -> None:
    calls: list[int] = []
    dataset = counted(calls).snapshot(str(tmp_path / "s"), compression=compression)
    assert read(dataset) == [0, 1, 2, 3]
    assert sorted(read(dataset)) == [0, 1, 2, 3]
    assert len(calls) == 1
    assert dataset.element_spec == tf.TensorSpec([], tf.int64)


def test_snapshots_of_other_datasets(tmp_path: Path) -> None:
    path = str(tmp_path / "s")
    for factor in (2, 3):
        dataset = Dataset.range(3).map(lambda x, factor=factor: x * factor).snapshot(path)
        for _ in range(2):
            assert sorted(read(dataset)) == [0, factor, 2 * factor]


def test_snapshots_in_shards(tmp_path: Path) -> None:
    dataset = Dataset.range(6).snapshot(
        str(tmp_path / "s"),
        shard_func=lambda x: x % 2,
        reader_func=lambda d: d.flat_map(lambda shard: shard),
    )
    assert read(dataset) == [0, 1, 2, 3, 4, 5]
    assert read(dataset) == [0, 2, 4, 1, 3, 5]


@pytest.mark.tfcompat_only
def test_a_snapshot_that_is_not_whole_is_none(tmp_path: Path) -> None:
    calls: list[int] = []
    dataset = counted(calls).snapshot(str(tmp_path / "s"))
    iterator = iter(dataset)
    next(iterator)
    del iterator
    assert names_in(tmp_path) == []
    assert read(dataset) == [0, 1, 2, 3]
    assert len(calls) == 2
    with pytest.raises(Exception, match="stop"):
        read(failing(3).snapshot(str(tmp_path / "f")))
    assert names_in(tmp_path / "f") == []


# ----------------------------------------------------------------------------------------- caches
def test_caches(tmp_path: Path) -> None:
    calls: list[int] = []
    path = str(tmp_path / "c")
    dataset = counted(calls).map(lambda x: {"x": x, "s": tf.as_string(x)}).cache(path)
    expected = [{"x": n, "s": b"%d" % n} for n in range(4)]
    assert [read(dataset) for _ in range(3)] == 3 * [expected]
    assert len(calls) == 1
    assert os.path.exists(f"{path}.index")
    # What was cached is read by whoever names it.
    assert len(read(counted(calls, 9).map(lambda x: {"x": x, "s": ""}).cache(path))) == 4
    assert len(calls) == 1
    with pytest.raises(Invalid):
        read(Dataset.from_tensors({"x": "a", "s": "b"}).cache(path))
    with pytest.raises(Missing):
        read(Dataset.range(3).cache(str(tmp_path / "none" / "c")))


@pytest.mark.tfcompat_only
def test_a_cache_that_is_not_whole_is_none(tmp_path: Path) -> None:
    calls: list[int] = []
    dataset = counted(calls).cache(str(tmp_path / "c"))
    iterator = iter(dataset)
    next(iterator)
    assert read(dataset) == [0, 1, 2, 3]
    before = {name: Path(name).read_bytes() for name in names_in(tmp_path) if "partial" not in name}
    del iterator
    assert {name: Path(name).read_bytes() for name in names_in(tmp_path)} == before
    with pytest.raises(Exception, match="stop"):
        read(failing(3).cache(str(tmp_path / "f")))
    assert {name: Path(name).read_bytes() for name in names_in(tmp_path)} == before
    (tmp_path / "g.index").write_bytes(b"something else")
    with pytest.raises(tf.errors.DataLossError):
        read(Dataset.range(3).cache(str(tmp_path / "g")))
