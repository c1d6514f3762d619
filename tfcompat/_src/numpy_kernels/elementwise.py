"""Arithmetic, comparisons, logic, bits and conversions: exact, but for quotients and powers."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.dtypes import DType

from .table import ANY, BOOL, FLOATS, INTEGERS, REAL, Array, NotHere, add


def _zero(x: Array) -> Any:
    return x.dtype.type(0)


def cube(x: Array) -> Any:
    return x * x * x


def floor_of_quotient(x: Array, y: Array) -> Any:
    if x.dtype.kind == "f":
        return np.floor(np.divide(x, y))
    return np.floor_divide(x, _divisor(y))


def _divisor(y: Array) -> Array:
    """Integers to divide by, none of which is zero."""
    if not y.all():
        raise NotHere
    return y


def floormod(x: Array, y: Array) -> Any:
    if x.dtype.kind != "f":
        return np.remainder(x, _divisor(y))
    rest = np.fmod(x, y)
    return np.where((rest != 0) & ((rest < 0) != (y < 0)), rest + y, rest)


def truncatemod(x: Array, y: Array) -> Any:
    return np.fmod(x, y if x.dtype.kind == "f" else _divisor(y))


def add_n(*inputs: Array) -> Any:
    total: Any = inputs[0]
    for x in inputs[1:]:
        total = np.add(total, x)
    return total


def squared_difference(x: Array, y: Array) -> Any:
    return np.square(np.subtract(x, y))


def divide_no_nan(x: Array, y: Array) -> Any:
    return np.where(y == 0, _zero(x), np.divide(x, y))


def multiply_no_nan(x: Array, y: Array) -> Any:
    return np.where(y == 0, _zero(x), np.multiply(x, y))


def xdivy(x: Array, y: Array) -> Any:
    return np.where(x == 0, x, np.divide(x, y))


def clip_by_value(x: Array, low: float, high: float) -> Any:
    return np.minimum(np.maximum(x, x.dtype.type(low)), x.dtype.type(high))


def _places(x: Array, y: Array) -> Any:
    return np.minimum(np.maximum(y, y.dtype.type(0)), y.dtype.type(x.dtype.itemsize * 8 - 1))


def left_shift(x: Array, y: Array) -> Any:
    return np.left_shift(x, _places(x, y))


def right_shift(x: Array, y: Array) -> Any:
    return np.right_shift(x, _places(x, y))


# What does not fit must give the smallest integer, as TensorFlow's conversions on most processors;
# the language that NumPy is written in leaves it open.
with np.errstate(all="ignore"):
    _FAR = np.array([np.nan, 1e30, -1e30])
    _CONVERTS_ALIKE = bool(
        all(
            [
                (_FAR.astype(source).astype(to) == np.iinfo(to).min).all()
                for source in (np.float32, np.float64)
                for to in (np.int32, np.int64)
            ]
        )
    )


def cast(x: Array, dtype: DType) -> Any:
    native = np.dtype(dtype.as_numpy_dtype)
    if native.kind == "c":
        return x.astype(native)
    if x.dtype.kind == "c":
        x = x.real
    if native.kind == "b":
        return np.not_equal(x, _zero(x))
    if x.dtype.kind in "biu":
        if native.kind == "V" or (native.itemsize == 2 and native.kind == "f"):
            raise NotHere
        return x.astype(native)
    if native.kind in "iu":
        return _to_integer(x, native)
    if x.dtype.itemsize == 8 and native.itemsize == 2:
        # Some round twice on the way.
        raise NotHere
    return x.astype(native)


def _to_integer(x: Array, native: np.dtype[Any]) -> Array:
    if not _CONVERTS_ALIKE or native == np.uint64:
        raise NotHere
    if x.dtype.itemsize < 4:
        x = x.astype(np.float32)
    wide = np.int64 if native in (np.int64, np.uint32) else np.int32
    return x.astype(wide).astype(native, copy=False)


add(
    "math",
    {
        "add": np.add,
        "subtract": np.subtract,
        "multiply": np.multiply,
        "negative": np.negative,
        "abs": np.abs,
        "square": np.square,
        "cube": cube,
        "sign": np.sign,
        "maximum": np.maximum,
        "minimum": np.minimum,
        "squared_difference": squared_difference,
        "add_n": add_n,
        "floordiv": floor_of_quotient,
        "floormod": floormod,
        "truncatemod": truncatemod,
    },
    REAL,
)
add(
    "math",
    {
        "less": np.less,
        "less_equal": np.less_equal,
        "greater": np.greater,
        "greater_equal": np.greater_equal,
        "equal": np.equal,
        "not_equal": np.not_equal,
    },
    REAL | BOOL,
)
add(
    "math",
    {
        "logical_and": np.logical_and,
        "logical_or": np.logical_or,
        "logical_not": np.logical_not,
    },
    BOOL,
)
add(
    "math",
    {
        "divide": np.divide,
        "floor": np.floor,
        "ceil": np.ceil,
        "round": np.rint,
        "is_nan": np.isnan,
        "is_inf": np.isinf,
        "is_finite": np.isfinite,
        "divide_no_nan": divide_no_nan,
        "multiply_no_nan": multiply_no_nan,
        "xdivy": xdivy,
    },
    FLOATS,
)
add("norms", {"clip_by_value": clip_by_value}, REAL)
add("selection", {"where": np.where}, ANY)
add("casting", {"cast": cast}, ANY)
add(
    "bitwise",
    {
        "bitwise_and": np.bitwise_and,
        "bitwise_or": np.bitwise_or,
        "bitwise_xor": np.bitwise_xor,
        "invert": np.bitwise_not,
        "left_shift": left_shift,
        "right_shift": right_shift,
    },
    INTEGERS,
)
