"""What a DType says about itself, for each of TensorFlow's types."""

from __future__ import annotations

import copy
import pickle
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from ..subject import tf

# name, enum, bytes, NumPy type, kind
TYPES: list[tuple[str, int, int, Any, str]] = [
    ("float32", 1, 4, np.float32, "floating"),
    ("float64", 2, 8, np.float64, "floating"),
    ("int32", 3, 4, np.int32, "signed"),
    ("uint8", 4, 1, np.uint8, "unsigned"),
    ("int16", 5, 2, np.int16, "signed"),
    ("int8", 6, 1, np.int8, "signed"),
    ("string", 7, 0, object, "other"),
    ("complex64", 8, 8, np.complex64, "complex"),
    ("int64", 9, 8, np.int64, "signed"),
    ("bool", 10, 1, np.bool_, "bool"),
    ("qint8", 11, 1, np.dtype([("qint8", np.int8)]), "quantized"),
    ("quint8", 12, 1, np.dtype([("quint8", np.uint8)]), "quantized"),
    ("qint32", 13, 4, np.dtype([("qint32", np.int32)]), "quantized"),
    ("bfloat16", 14, 2, ml_dtypes.bfloat16, "floating"),
    ("qint16", 15, 2, np.dtype([("qint16", np.int16)]), "quantized"),
    ("quint16", 16, 2, np.dtype([("quint16", np.uint16)]), "quantized"),
    ("uint16", 17, 2, np.uint16, "unsigned"),
    ("complex128", 18, 16, np.complex128, "complex"),
    ("float16", 19, 2, np.float16, "floating"),
    ("resource", 20, 0, None, "other"),
    ("variant", 21, 0, None, "other"),
    ("uint32", 22, 4, np.uint32, "unsigned"),
    ("uint64", 23, 8, np.uint64, "unsigned"),
    ("float8_e5m2", 24, 1, ml_dtypes.float8_e5m2, "floating"),
    ("float8_e4m3fn", 25, 1, ml_dtypes.float8_e4m3fn, "floating"),
    ("float8_e4m3fnuz", 26, 1, ml_dtypes.float8_e4m3fnuz, "floating"),
    ("float8_e4m3b11fnuz", 27, 1, ml_dtypes.float8_e4m3b11fnuz, "floating"),
    ("float8_e5m2fnuz", 28, 1, ml_dtypes.float8_e5m2fnuz, "floating"),
    ("int4", 29, 1, ml_dtypes.int4, "signed"),
    ("uint4", 30, 1, ml_dtypes.uint4, "unsigned"),
    ("int2", 31, 1, ml_dtypes.int2, "signed"),
    ("uint2", 32, 1, ml_dtypes.uint2, "unsigned"),
    ("float4_e2m1fn", 33, 1, ml_dtypes.float4_e2m1fn, "floating"),
]
ids = [row[0] for row in TYPES]
by_name = pytest.mark.parametrize("name", ids)


@pytest.mark.parametrize(("name", "enum", "size", "numpy_type", "kind"), TYPES, ids=ids)
def test_description(name: str, enum: int, size: int, numpy_type: Any, kind: str) -> None:
    dtype = tf.as_dtype(name)
    assert (dtype.name, dtype.as_datatype_enum, dtype.size) == (name, enum, size)
    assert repr(dtype) == f"tf.{name}"
    assert str(dtype) == f"<dtype: '{name}'>"
    assert f"{dtype}" == f"<dtype: '{name}'>"
    assert dtype.is_numpy_compatible == (numpy_type is not None)
    if numpy_type is None:
        with pytest.raises(KeyError):
            _ = dtype.as_numpy_dtype
    else:
        assert dtype.as_numpy_dtype == numpy_type
    assert dtype.is_floating == (kind == "floating")
    assert dtype.is_complex == (kind == "complex")
    assert dtype.is_integer == (kind in ("signed", "unsigned"))
    assert dtype.is_unsigned == (kind == "unsigned")
    assert dtype.is_bool == (kind == "bool")
    assert dtype.is_quantized == (kind == "quantized")
    assert dtype.is_numeric == (kind not in ("bool", "other") and enum < 24)
    assert dtype.base_dtype is dtype
    real = {"complex64": "float32", "complex128": "float64"}.get(name, name)
    assert dtype.real_dtype == real


@pytest.mark.parametrize("name", [row[0] for row in TYPES if row[1] < 24])
def test_public_name(name: str) -> None:
    assert getattr(tf, name) is tf.as_dtype(name)
    assert getattr(tf.dtypes, name) is tf.as_dtype(name)


def test_other_names() -> None:
    assert tf.half is tf.float16
    assert tf.double is tf.float64
    assert tf.dtypes.DType is tf.DType
    assert tf.dtypes.as_dtype is tf.as_dtype
    names = {dtype.name for dtype in tf.dtypes.QUANTIZED_DTYPES}
    assert {"qint8", "quint8", "qint16", "quint16", "qint32"} <= names


RANGES = [
    ("float16", -65504.0, 65504.0),
    ("float32", -3.4028234663852886e38, 3.4028234663852886e38),
    ("float64", -1.7976931348623157e308, 1.7976931348623157e308),
    ("bfloat16", -3.3895313892515355e38, 3.3895313892515355e38),
    ("float8_e5m2", -57344, 57344),
    ("float8_e4m3fn", -448, 448),
    ("float8_e4m3fnuz", -240, 240),
    ("float8_e4m3b11fnuz", -30, 30),
    ("float8_e5m2fnuz", -57344, 57344),
    ("float4_e2m1fn", -6, 6),
    ("int8", -128, 127),
    ("int16", -32768, 32767),
    ("int32", -2147483648, 2147483647),
    ("int64", -9223372036854775808, 9223372036854775807),
    ("uint8", 0, 255),
    ("uint16", 0, 65535),
    ("uint32", 0, 4294967295),
    ("uint64", 0, 18446744073709551615),
    ("int4", -8, 7),
    ("uint4", 0, 15),
    ("int2", -2, 1),
    ("uint2", 0, 3),
]


@pytest.mark.parametrize(("name", "low", "high"), RANGES, ids=[row[0] for row in RANGES])
def test_range(name: str, low: float, high: float) -> None:
    dtype = tf.as_dtype(name)
    number = int if dtype.is_integer else float
    assert (number(dtype.min), number(dtype.max)) == (low, high)
    assert isinstance(dtype.min, int if dtype.is_integer else dtype.as_numpy_dtype)


@by_name
def test_no_range(name: str) -> None:
    if name in {row[0] for row in RANGES}:
        return
    for attribute in ("min", "max"):
        with pytest.raises(TypeError, match="Cannot find"):
            getattr(tf.as_dtype(name), attribute)


LIMITS: dict[str, tuple[Any, Any]] = {
    "float32": (0, 1),
    "float64": (0, 1),
    "bool": (0, True),
    "int8": (0, 127),
    "int16": (0, 32767),
    "int32": (0, 2147483647),
    "int64": (0, 9223372036854775807),
    "uint8": (0, 255),
    "uint16": (0, 65535),
    "uint32": (0, 4294967295),
    "uint64": (0, 18446744073709551615),
}


@by_name
def test_limits(name: str) -> None:
    if name in LIMITS:
        assert tf.as_dtype(name).limits == LIMITS[name]
        return
    with pytest.raises(KeyError if name in ("resource", "variant") else ValueError):
        _ = tf.as_dtype(name).limits


def test_immutable() -> None:
    with pytest.raises(AttributeError):
        tf.float32.name = "other"
    with pytest.raises(AttributeError):
        tf.float32.size = 8
    assert (tf.float32.name, tf.float32.size) == ("float32", 4)


@by_name
def test_one_object_per_type(name: str) -> None:
    dtype = tf.as_dtype(name)
    assert tf.as_dtype(name) is dtype
    assert pickle.loads(pickle.dumps(dtype)) is dtype
    assert copy.copy(dtype) is dtype
    assert copy.deepcopy([dtype])[0] is dtype
    assert {dtype: 1}[tf.as_dtype(dtype.as_datatype_enum)] == 1


def test_what_it_is_not() -> None:
    for use in (
        lambda: tf.float32 < tf.float64,
        lambda: tf.float32(3.0),
        lambda: tf.float32["a"],
        lambda: np.dtype(tf.float32),
        lambda: f"{tf.float32:>20}",
    ):
        with pytest.raises(TypeError):
            use()
    assert bool(tf.float32)
