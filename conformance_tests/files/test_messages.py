"""Messages of protocol buffers: tf.train's, and those that tf.io reads and writes as strings."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from ..data.elements import plain
from ..subject import tf
from .messages import example

io, train = tf.io, tf.train
Invalid, Loss = tf.errors.InvalidArgumentError, tf.errors.DataLossError
FLOATS = train.FloatList(value=[3.0, 4.0]).SerializeToString()
SPARSE = tf.SparseTensor([[0, 1], [1, 0]], [5.0, 6.0], [2, 3])


# ----------------------------------------------------------------------------------------- tf.train
def test_how_messages_print() -> None:
    feature = train.Feature(bytes_list=train.BytesList(value=[b"x\xff"]))
    message = train.Example(features=train.Features(feature={"a": feature}))
    expected = (
        "features {\n"
        "  feature {\n"
        '    key: "a"\n'
        "    value {\n"
        "      bytes_list {\n"
        '        value: "x\\377"\n'
        "      }\n"
        "    }\n"
        "  }\n"
        "}\n"
    )
    assert str(message) == repr(message) == expected
    assert train.Example.DESCRIPTOR.full_name == "tensorflow.Example"
    assert message == train.Example.FromString(message.SerializeToString())


def test_bytes_of_messages() -> None:
    assert example(i=[1, 300]) == b"\n\x0e\n\x0c\n\x01i\x12\x07\x1a\x05\n\x03\x01\xac\x02"
    assert FLOATS == b"\n\x08\x00\x00@@\x00\x00\x80@"
    assert train.Int64List(value=[-1]).SerializeToString() == b"\n\n" + b"\xff" * 9 + b"\x01"


def test_texts_of_tensors() -> None:
    # The way in which tutorials write records.
    def feature(value: Any) -> Any:
        if isinstance(value, type(tf.constant(0))):
            value = value.numpy()
        return train.Feature(bytes_list=train.BytesList(value=[value]))

    for value in (tf.constant("ab"), tf.io.serialize_tensor(tf.constant([1.0])), b"cd"):
        assert len(feature(value).bytes_list.value) == 1
    assert not isinstance(tf.Variable(1.0), type(tf.constant(0)))


def test_messages_check_types() -> None:
    makers: tuple[Any, ...] = (
        lambda: train.Int64List(value=["x"]),
        lambda: train.BytesList(value=["text"]),
        lambda: train.FloatList(value=[b"x"]),
        lambda: train.Feature(nothing=1),
    )
    for make in makers:
        with pytest.raises((TypeError, ValueError)):
            make()


# ------------------------------------------------------------------------------------ decode_proto
DECODED: list[tuple[Any, str, list[str], list[Any], Any]] = [
    ([FLOATS, b""], "FloatList", ["value"], [tf.float32],
     ([[2], [0]], ([[3.0, 4.0], [0.0, 0.0]],))),
    (FLOATS, "FloatList", ["value"], [tf.float32], ([2], ([3.0, 4.0],))),
    ([[FLOATS]], "FloatList", ["value"], [tf.float64], ([[[2]]], ([[[3.0, 4.0]]],))),
    ([example(a=[1])], "Example", ["features"], [tf.string],
     ([[1]], ([[b"\n\n\n\x01a\x12\x05\x1a\x03\n\x01\x01"]],))),
    ([b"\x1a\x03\n\x01\x01"], "Feature", ["int64_list", "float_list"], [tf.string, tf.string],
     ([[1, 0]], ([[b"\n\x01\x01"]], [[b""]]))),
    ([b"\x08\x03"], "TensorProto", ["dtype", "version_number", "bool_val", "double_val"],
     [tf.int32, tf.int64, tf.bool, tf.float64],
     ([[1, 0, 0, 0]], ([[3]], [[0]], [[False]], [[0.0]]))),
]  # fmt: skip


@pytest.mark.parametrize(("data", "name", "fields", "dtypes", "expected"), DECODED)
def test_decoding(data: Any, name: str, fields: Any, dtypes: Any, expected: Any) -> None:
    assert plain(io.decode_proto(data, f"tensorflow.{name}", fields, dtypes)) == expected


def test_decoding_text() -> None:
    found = io.decode_proto(
        ["value: 1.5 value: 2"], "tensorflow.FloatList", ["value"], [tf.float32],
        message_format="text",
    )  # fmt: skip
    assert plain(found) == ([[2]], ([[1.5, 2.0]],))


def descriptors() -> bytes:
    from google.protobuf import descriptor_pb2

    file = descriptor_pb2.FileDescriptorProto(name="my.proto", package="my", syntax="proto2")
    message = file.message_type.add(name="M")
    for number, (name, kind, default) in enumerate(
        [("i", 5, "7"), ("s", 9, "dd"), ("r", 3, None), ("f", 7, None), ("b", 8, "true")], 1
    ):
        field = message.field.add(name=name, number=number, type=kind, label=1 + 2 * (name == "r"))
        if default is not None:
            field.default_value = default
    data: bytes = descriptor_pb2.FileDescriptorSet(file=[file]).SerializeToString()
    return data


NAMES = ["i", "s", "r", "f", "b"]
TYPES = [tf.int32, tf.string, tf.int64, tf.uint32, tf.bool]


def test_messages_of_ones_own(tmp_path: Path) -> None:
    path = tmp_path / "my.pb"
    path.write_bytes(descriptors())
    for source in (str(path), b"bytes://" + descriptors()):
        found = io.decode_proto([b""], "my.M", NAMES, TYPES, descriptor_source=source)
        assert plain(found) == (
            [[0, 0, 0, 0, 0]], ([[7]], [[b"dd"]], [[0]], [[0]], [[True]])
        )  # fmt: skip
        values = [
            tf.constant([[3]]), tf.constant([["x"]]), tf.constant([[4, 5]], tf.int64),
            tf.constant([[9]], tf.uint32), tf.constant([[False]]),
        ]  # fmt: skip
        data = io.encode_proto([[1, 1, 2, 1, 0]], values, NAMES, "my.M", descriptor_source=source)
        assert plain(data) == [b"\x08\x03\x12\x01x\x18\x04\x18\x05%\x09\x00\x00\x00"]
    with pytest.raises(Invalid):
        io.decode_proto([b""], "my.M", NAMES, TYPES)
    with pytest.raises(Invalid):
        io.decode_proto([b""], "my.M", NAMES, TYPES, descriptor_source=str(tmp_path / "none"))


@pytest.mark.parametrize(
    ("data", "name", "fields", "dtypes", "options", "error"),
    [
        (FLOATS, "None", ["value"], [tf.float32], {}, Invalid),
        (FLOATS, "FloatList", ["none"], [tf.float32], {}, Invalid),
        (FLOATS, "FloatList", ["value"], [tf.int32], {}, Invalid),
        (FLOATS, "FloatList", ["value"], [], {}, Invalid),
        (FLOATS, "FloatList", ["value"], [tf.float32], {"message_format": "none"}, Invalid),
        (b"\xff", "FloatList", ["value"], [tf.float32], {}, Loss),
        ("foo: 3", "FloatList", ["value"], [tf.float32], {"message_format": "text"}, Loss),
    ],
)
def test_what_cannot_be_decoded(
    data: Any, name: str, fields: Any, dtypes: Any, options: Any, error: type[Exception]
) -> None:
    with pytest.raises(error):
        io.decode_proto([data], f"tensorflow.{name}", fields, dtypes, **options)


# ------------------------------------------------------------------------------------ encode_proto
def test_encoding() -> None:
    kind = "tensorflow.FloatList"
    assert plain(io.encode_proto([[2], [1]], [[[1.0, 2.0], [3.0, 4.0]]], ["value"], kind)) == [
        b"\n\x08\x00\x00\x80?\x00\x00\x00@", b"\n\x04\x00\x00@@"
    ]  # fmt: skip
    assert plain(io.encode_proto([[[1]]], [[[[1.0]]]], ["value"], kind)) == [
        [FLOATS[:1] + b"\x04" + b"\x00\x00\x80?"]
    ]
    parts = [tf.constant([[b""]]), tf.constant([[b"\n\x01\x05"]])]
    names = ["float_list", "int64_list"]
    assert plain(io.encode_proto([[1, 1]], parts, names, "tensorflow.Feature")) == [
        b"\x12\x00\x1a\x03\n\x01\x05"
    ]


@pytest.mark.parametrize(
    ("sizes", "values"),
    [
        ([[1]], [tf.constant([[1]])]),
        ([[1]], [tf.constant([[1.0]]), tf.constant([[1.0]])]),
        ([[1], [1]], [tf.constant([[1.0]])]),
        ([1], [tf.constant([1.0])]),
        ([[3]], [tf.constant([[1.0]])]),
    ],
)
def test_what_cannot_be_encoded(sizes: Any, values: Any) -> None:
    with pytest.raises(Invalid):
        io.encode_proto(sizes, values, ["value"], "tensorflow.FloatList")


# --------------------------------------------------------------------------------------------- JSON
def test_json() -> None:
    text = '{"features": {"feature": {"a": {"int64List": {"value": ["1", 2]}}}}}'
    assert plain(io.decode_json_example(text)) == (
        b"\n\r\n\x0b\n\x01a\x12\x06\x1a\x04\x08\x01\x08\x02"
    )
    found = io.decode_json_example([text.replace("int64List", "int64_list"), "{}"])
    spec = {"a": io.FixedLenFeature([2], tf.int64, [0, 0])}
    assert plain(io.parse_example(found, spec)) == {"a": [[1, 2], [0, 0]]}
    for wrong in ("xx", '{"foo": 1}', '{"features": 3}'):
        with pytest.raises(Invalid):
            io.decode_json_example(wrong)


# --------------------------------------------------------------------------------- sparse tensors
def test_sparse_tensors_as_strings() -> None:
    assert plain(io.serialize_sparse(SPARSE)) == [
        b'\x08\t\x12\x08\x12\x02\x08\x02\x12\x02\x08\x02" ' + bytes([0] * 8 + [1] + [0] * 7)
        + bytes([1] + [0] * 15),
        b'\x08\x01\x12\x04\x12\x02\x08\x02"\x08\x00\x00\xa0@\x00\x00\xc0@',
        b'\x08\t\x12\x04\x12\x02\x08\x02"\x10\x02' + bytes(7) + b"\x03" + bytes(7),
    ]  # fmt: skip
    texts = tf.SparseTensor([[0, 1, 1], [2, 0, 0]], ["a", "bb"], [3, 2, 2])
    rows = io.serialize_many_sparse(texts)
    assert rows.shape == [3, 3]
    assert plain(rows)[1][1] == b"\x08\x07\x12\x02\x12\x00"
    back = io.deserialize_many_sparse(rows, tf.string)
    assert plain(back) == ([[0, 1, 1], [2, 0, 0]], [b"a", b"bb"], [3, 2, 2])


def test_sparse_tensors_from_strings() -> None:
    one = io.serialize_sparse(SPARSE)
    wide = io.serialize_sparse(tf.SparseTensor([[0, 4]], [7.0], [1, 9]))
    found = io.deserialize_many_sparse(tf.stack([one, wide]), tf.float32)
    assert plain(found) == ([[0, 0, 1], [0, 1, 0], [1, 0, 4]], [5.0, 6.0, 7.0], [2, 2, 9])
    assert plain(io.deserialize_many_sparse(one, tf.float32)) == plain(SPARSE)


@pytest.mark.parametrize(
    ("call", "error"),
    [
        (lambda: io.serialize_sparse([1]), TypeError),
        (lambda: io.serialize_many_sparse(tf.SparseTensor([[1]], [5], [3])), Invalid),
        (lambda: io.serialize_many_sparse(tf.SparseTensor([[1, 0], [0, 1]], [5, 6], [2, 3])),
         Invalid),
        (lambda: io.deserialize_many_sparse(io.serialize_many_sparse(SPARSE), tf.int32), Invalid),
        (lambda: io.deserialize_many_sparse(io.serialize_many_sparse(SPARSE), tf.float32, rank=3),
         ValueError),
        (lambda: io.deserialize_many_sparse([["a", "b", "c"]], tf.float32), Invalid),
        (lambda: io.deserialize_many_sparse(["a"], tf.float32), Invalid),
        (lambda: io.deserialize_many_sparse(tf.zeros([0, 3], tf.string), tf.float32), Invalid),
    ],
)  # fmt: skip
def test_sparse_mistakes(call: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        call()


def test_in_functions() -> None:
    shapes = []

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string)])
    def floats(texts: Any) -> Any:
        sizes, values = io.decode_proto(texts, "tensorflow.FloatList", ["value"], [tf.float32])
        again = io.encode_proto(sizes, values, ["value"], "tensorflow.FloatList")
        shapes.append([x.shape.as_list() for x in (sizes, *values, again)])
        return again

    assert plain(floats([FLOATS, b""])) == [FLOATS, b""]
    assert shapes == [[[None, 1], [None, None], [None]]]

    @tf.function(input_signature=[tf.SparseTensorSpec([None, 3], tf.float32)])
    def rows(x: Any) -> Any:
        return io.deserialize_many_sparse(io.serialize_many_sparse(x), tf.float32, rank=2)

    assert plain(rows(SPARSE)) == plain(SPARSE)


# ----------------------------------------------------------------------- clusters and coordinators
def test_clusters() -> None:
    cluster = train.ClusterSpec({"worker": ["a:1", "b:2"], "ps": {1: "c:3", 3: "d:4"}})
    assert cluster.jobs == ["worker", "ps"]
    assert (cluster.num_tasks("worker"), cluster.task_indices("ps")) == (2, [1, 3])
    assert cluster.task_address("worker", 1) == "b:2"
    assert cluster.job_tasks("ps") == [None, "c:3", None, "d:4"]
    assert cluster.as_dict() == {"worker": ["a:1", "b:2"], "ps": {1: "c:3", 3: "d:4"}}
    assert cluster == train.ClusterSpec(cluster) == train.ClusterSpec(cluster.as_cluster_def())
    assert str(cluster) == ("ClusterSpec({'ps': {1: 'c:3', 3: 'd:4'}, 'worker': ['a:1', 'b:2']})")
    assert cluster and not train.ClusterSpec({})
    definition = train.ServerDef(cluster=cluster.as_cluster_def(), job_name="ps", task_index=1)
    assert [job.name for job in definition.cluster.job] == ["ps", "worker"]
    assert dict(definition.cluster.job[0].tasks) == {1: "c:3", 3: "d:4"}
    for wrong in (3, {"w": "x"}):
        with pytest.raises(TypeError):
            train.ClusterSpec(wrong)
    with pytest.raises(ValueError):
        cluster.num_tasks("none")
    with pytest.raises(ValueError):
        cluster.task_address("worker", 9)


def started(function: Any) -> threading.Thread:
    thread = threading.Thread(target=function, daemon=True)
    thread.start()
    return thread


def test_threads_stop_together() -> None:
    coordinator = train.Coordinator()

    def work() -> None:
        while not coordinator.should_stop():
            time.sleep(0.001)

    threads = [started(work) for _ in range(2)]
    coordinator.register_thread(threads[0])
    assert not coordinator.joined and not coordinator.wait_for_stop(0.01)
    coordinator.request_stop()
    coordinator.join(threads)
    assert coordinator.joined and coordinator.should_stop()
    coordinator.clear_stop()
    assert not coordinator.should_stop()


def test_exceptions_of_threads() -> None:
    coordinator = train.Coordinator()

    def fails() -> None:
        with coordinator.stop_on_exception():
            raise ValueError("boom")

    with pytest.raises(ValueError, match="boom"):
        coordinator.join([started(fails)])
    ended = train.Coordinator()

    def ends() -> None:
        with ended.stop_on_exception():
            raise tf.errors.OutOfRangeError(None, None, "the end")

    ended.join([started(ends)])
    assert ended.should_stop()
    with pytest.raises(TypeError):
        train.Coordinator().request_stop(3)


def test_threads_that_go_on() -> None:
    coordinator = train.Coordinator()
    release = threading.Event()
    thread = started(release.wait)
    coordinator.request_stop()
    with pytest.raises(RuntimeError, match="still running"):
        coordinator.join([thread], stop_grace_period_secs=0.05)
    coordinator.join([thread], stop_grace_period_secs=0.05, ignore_live_threads=True)
    release.set()
