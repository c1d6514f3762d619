"""tf.as_dtype, tf.DType(...) and comparison: the same things name a type in all three."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import pytest

from ..subject import tf

ACCEPTED: list[tuple[Any, str]] = [
    ("float32", "float32"),
    ("float", "float32"),
    ("double", "float64"),
    ("half", "float16"),
    ("bool", "bool"),
    ("string", "string"),
    ("bfloat16", "bfloat16"),
    ("resource", "resource"),
    ("variant", "variant"),
    ("qint8", "qint8"),
    ("int4", "int4"),
    ("float8_e4m3fn", "float8_e4m3fn"),
    (np.str_("float32"), "float32"),
    (float, "float32"),
    (bool, "bool"),
    (object, "string"),
    (np.float32, "float32"),
    (np.float64, "float64"),
    (np.bool_, "bool"),
    (np.intc, "int32"),
    (np.longlong, "int64"),
    (np.ulonglong, "uint64"),
    (np.object_, "string"),
    (np.str_, "string"),
    (np.bytes_, "string"),
    (np.dtype("float32"), "float32"),
    (np.dtype(">f4"), "float32"),
    (np.dtype("U5"), "string"),
    (np.dtype("S"), "string"),
    (np.dtype(object), "string"),
    (ml_dtypes.bfloat16, "bfloat16"),
    (np.dtype(ml_dtypes.bfloat16), "bfloat16"),
    (np.dtype(ml_dtypes.int4), "int4"),
    (ml_dtypes.float8_e5m2, "float8_e5m2"),
    (np.array(1.0), "float64"),
    (np.array([1, 2], ">i8"), "int64"),
    (np.array("text"), "string"),
    (np.float32(1), "float32"),
    (1, "float32"),
    (33, "float4_e2m1fn"),
    (True, "float32"),
]
REFUSED: list[Any] = [
    "nonsense",
    "int",
    "complex",
    "str",
    "FLOAT",
    "f4",
    "<f4",
    "object",
    "bool_",
    int,
    complex,
    str,
    bytes,
    type,
    np.number,
    np.generic,
    np.floating,
    np.longdouble,
    np.datetime64,
    np.dtype("M8[s]"),
    np.dtype([("a", "i4")]),
    [("a", np.int32)],
    None,
    0,
    34,
    -1,
    1.5,
    [],
    {},
    (),
    b"float32",
    object(),
]


@pytest.mark.parametrize(("value", "name"), ACCEPTED, ids=repr)
def test_accepted(value: Any, name: str) -> None:
    assert tf.as_dtype(value) is getattr(tf, name, tf.as_dtype(name))
    assert tf.as_dtype(type_value=value).name == name
    assert tf.as_dtype(name).is_compatible_with(value)


@pytest.mark.parametrize("value", REFUSED, ids=repr)
def test_refused(value: Any) -> None:
    with pytest.raises(TypeError, match="DType"):
        tf.as_dtype(value)
    with pytest.raises(TypeError):
        tf.float32.is_compatible_with(value)
    assert not tf.float32 == value
    assert tf.float32 != value


EQUAL = ["float32", "float", float, np.float32, np.dtype("f4"), 1, np.array(1.0, np.float32)]
UNEQUAL = ["float64", np.float64, np.dtype("f8"), 2, 3.0, np.float32(3)]


@pytest.mark.parametrize("value", EQUAL, ids=repr)
def test_equal(value: Any) -> None:
    assert tf.float32 == value
    assert not tf.float32 != value
    assert value == tf.float32


@pytest.mark.parametrize("value", UNEQUAL, ids=repr)
def test_unequal(value: Any) -> None:
    assert not tf.float32 == value
    assert tf.float32 != value


def test_tensor_is_no_dtype() -> None:
    with pytest.raises(TypeError):
        tf.as_dtype(tf.constant(1.0))


def test_constructor() -> None:
    assert tf.DType(1) == tf.float32
    assert tf.DType(tf.float32) == tf.float32
    with pytest.raises(TypeError):
        tf.DType(999)
    with pytest.raises(ValueError, match="float32"):
        tf.DType("float32")


def test_subtypes() -> None:
    assert tf.int32.is_subtype_of(tf.int32)
    assert not tf.bool.is_subtype_of(tf.float32)
    assert tf.float32.most_specific_common_supertype([tf.float32]) is tf.float32
    assert tf.float32.most_specific_common_supertype([tf.float64]) is None


NARROW_CASTS = [
    ([1.0, 0.3, -2.7, 1e6], "float32", "float8_e5m2", [1.0, 0.3125, -2.5, float("inf")]),
    ([1.0, 0.3, -2.7, 448.0], "float32", "float8_e4m3fn", [1.0, 0.3125, -2.75, 448.0]),
    ([1.0, 0.3], "float64", "float8_e5m2", [1.0, 0.3125]),
    ([1.0, 0.3], "bfloat16", "float8_e4m3fn", [1.0, 0.3125]),
    ([7, 8, -9, 100, -1], "int32", "int4", [7, -8, 7, 4, -1]),
    ([7, 8, -9, 100, -1], "int32", "uint4", [7, 8, 7, 4, 15]),
]


@pytest.mark.parametrize(("values", "have", "wanted", "expected"), NARROW_CASTS)
def test_narrow_types(values: Any, have: str, wanted: str, expected: Any) -> None:
    narrow = getattr(tf.dtypes.experimental, wanted)
    found = tf.cast(tf.constant(values, have), narrow)
    assert found.dtype is narrow
    back = tf.cast(found, tf.float32 if narrow.is_floating else tf.int32)
    assert back.numpy().tolist() == expected


@pytest.mark.parametrize(
    ("values", "wanted"),
    [
        ([1], "float8_e5m2"),
        ([1j], "float8_e4m3fn"),
        ([1.5], "int4"),
        ([True], "uint4"),
        ([1], "int2"),
        ([1.5], "float4_e2m1fn"),
        ([1.5], "float8_e5m2fnuz"),
    ],
)
def test_narrow_types_that_cannot_be_cast_to(values: Any, wanted: str) -> None:
    with pytest.raises(tf.errors.UnimplementedError, match="is not supported"):
        tf.cast(tf.constant(values), getattr(tf.dtypes.experimental, wanted))


def test_narrow_constants() -> None:
    narrow = tf.dtypes.experimental
    assert tf.constant([1.0, 0.3], narrow.float8_e5m2).numpy().tolist() == [1.0, 0.3125]
    assert tf.constant([1, 2], narrow.int4).dtype is narrow.int4
    for value, dtype in (([1], narrow.float8_e5m2), ([1.5], narrow.int4), ([1], narrow.int2)):
        with pytest.raises(TypeError):
            tf.constant(value, dtype)
