"""Record files and serialised tensors, to the byte."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path

import numpy as np
import pytest

from ..helpers import agree
from ..subject import tf

RECORD = b"\x03\0\0\0\0\0\0\0\xb0\x99I\x0eabcnW\xf1!"


def test_the_bytes_of_a_record(tmp_path: Path) -> None:
    path = tmp_path / "records"
    with tf.io.TFRecordWriter(str(path)) as writer:
        writer.write(b"abc")
        writer.flush()
        assert path.read_bytes() == RECORD
        writer.write("abc")
    assert path.read_bytes() == 2 * RECORD


def test_checksums_of_long_records(tmp_path: Path) -> None:
    # The checksums were written by TensorFlow.
    expected = {255: 0x79BBCEB0, 256: 0x130AF74E, 70001: 0xA53E38D0}
    for size, checksum in expected.items():
        path = tmp_path / str(size)
        with tf.io.TFRecordWriter(str(path)) as writer:
            writer.write((np.arange(size) * 7 % 256).astype(np.uint8).tobytes())
        assert int.from_bytes(path.read_bytes()[-4:], "little") == checksum, size


@pytest.mark.parametrize("options", ["GZIP", 2, "ZLIB", 1])
def test_compression(tmp_path: Path, options) -> None:
    path = tmp_path / "records"
    for given in (options, tf.io.TFRecordOptions(options, compression_level=9)):
        with tf.io.TFRecordWriter(str(path), given) as writer:
            writer.write(b"abc")
            writer.write(b"abc")
        unpack = gzip.decompress if options in ("GZIP", 2) else zlib.decompress
        assert unpack(path.read_bytes()) == 2 * RECORD


def test_options() -> None:
    kind = tf.io.TFRecordOptions.get_compression_type_string
    options = tf.io.TFRecordOptions("GZIP", window_bits=31)
    assert (options.compression_type, options.window_bits, options.mem_level) == ("GZIP", 31, None)
    assert [kind(given) for given in (None, "", options, 1, "ZLIB")] == [
        "", "", "GZIP", "ZLIB", "ZLIB",
    ]  # fmt: skip
    with pytest.raises(ValueError, match="compression_type"):
        tf.io.TFRecordOptions("LZ4")


def test_closing(tmp_path: Path) -> None:
    writer = tf.io.TFRecordWriter(str(tmp_path / "records"))
    with pytest.raises(TypeError):
        writer.write(1)
    writer.close()
    writer.close()
    with pytest.raises(tf.errors.FailedPreconditionError):
        writer.write(b"x")
    with pytest.raises(tf.errors.NotFoundError):
        tf.io.TFRecordWriter(str(tmp_path / "none" / "records"))


# --------------------------------------------------------------------------------------- tensors
@pytest.mark.parametrize(
    ("value", "dtype", "data"),
    [
        ([1, 2], "int32", b'\x08\x03\x12\x04\x12\x02\x08\x02"\x08\1\0\0\0\2\0\0\0'),
        (1.5, "float32", b'\x08\x01\x12\x00"\x04\x00\x00\xc0?'),
        (["a", ""], "string", b"\x08\x07\x12\x04\x12\x02\x08\x02B\x01aB\x00"),
        ([[], []], "float32", b"\x08\x01\x12\x06\x12\x02\x08\x02\x12\x00"),
    ],
)
def test_the_bytes_of_a_tensor(value, dtype: str, data: bytes) -> None:
    tensor = tf.constant(value, dtype)
    assert tf.io.serialize_tensor(tensor).numpy() == data
    agree(tf.io.parse_tensor(data, dtype), tensor.numpy(), dtype=dtype)


def test_variables_serialise() -> None:
    x = tf.Variable([1.0, 2.0])
    agree(tf.io.parse_tensor(tf.io.serialize_tensor(x), tf.float32), [1.0, 2.0])


def test_messages_of_tensors() -> None:
    proto = tf.make_tensor_proto([[1, 2]], tf.int64)
    assert [dim.size for dim in proto.tensor_shape.dim] == [1, 2]
    assert proto.dtype == tf.int64.as_datatype_enum
    assert proto.tensor_content == np.array([1, 2], "<i8").tobytes()
    assert list(tf.make_tensor_proto(1.5).float_val) == [1.5]
    assert list(tf.make_tensor_proto(["a"]).string_val) == [b"a"]
    assert "dtype: DT_FLOAT" in str(tf.make_tensor_proto(1.5))
    again = type(proto).FromString(proto.SerializeToString())
    np.testing.assert_array_equal(tf.make_ndarray(again), [[1, 2]])


def test_a_value_that_repeats() -> None:
    proto = tf.make_tensor_proto([1, 2], shape=[4])
    np.testing.assert_array_equal(tf.make_ndarray(proto), [1, 2, 2, 2])
    agree(tf.io.parse_tensor(proto.SerializeToString(), tf.int32), [1, 2, 2, 2])
    wide = tf.make_tensor_proto(["a"], shape=[2, 2], allow_broadcast=True)
    assert tf.make_ndarray(wide).tolist() == [[b"a", b"a"], [b"a", b"a"]]
    for options in ({"verify_shape": True}, {"allow_broadcast": True}):
        with pytest.raises(TypeError, match="shape"):
            tf.make_tensor_proto([1, 2], shape=[4], **options)
    with pytest.raises(ValueError, match="elements"):
        tf.make_tensor_proto([1, 2, 3], shape=[2])
