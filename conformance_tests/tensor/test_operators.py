"""Every Python operator, from both sides, with everything that can stand on the other side."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf

Invalid = tf.errors.InvalidArgumentError

#: name: operator, left, right, result in float32, result in int32
BINARY: dict[str, tuple[Any, Any, Any]] = {
    "+": (operator.add, [10.0, -2.0], [10, -2]),
    "-": (operator.sub, [4.0, -12.0], [4, -12]),
    "*": (operator.mul, [21.0, -35.0], [21, -35]),
    "/": (operator.truediv, [7 / 3, -7 / 5], np.array([7 / 3, -7 / 5])),
    "//": (operator.floordiv, [2.0, -2.0], [2, -2]),
    "%": (operator.mod, [1.0, 3.0], [1, 3]),
    "<": (operator.lt, [False, True], [False, True]),
    "<=": (operator.le, [False, True], [False, True]),
    ">": (operator.gt, [True, False], [True, False]),
    ">=": (operator.ge, [True, False], [True, False]),
    "==": (operator.eq, [False, False], [False, False]),
    "!=": (operator.ne, [True, True], [True, True]),
}
LEFT, RIGHT = [7.0, -7.0], [3.0, 5.0]


def spellings(values: list[float]) -> dict[str, Any]:
    return {
        "tensor": tf.constant(values),
        "variable": tf.Variable(values),
        "list": values,
        "tuple": tuple(values),
        "float32 array": np.array(values, np.float32),
        "float64 array": np.array(values),
        "int64 array": np.array(values).astype(np.int64),
        "list of tensors": [tf.constant(value) for value in values],
    }


@pytest.mark.parametrize("kind", spellings(LEFT))
@pytest.mark.parametrize("name", BINARY)
def test_float32_on_the_left(name: str, kind: str) -> None:
    function, expected, _ = BINARY[name]
    agree(function(tf.constant(LEFT), spellings(RIGHT)[kind]), expected)


@pytest.mark.parametrize("kind", ["variable", "list", "tuple", "float64 array", "int64 array"])
@pytest.mark.parametrize("name", BINARY)
def test_float32_on_the_right(name: str, kind: str) -> None:
    function, expected, _ = BINARY[name]
    agree(function(spellings(LEFT)[kind], tf.constant(RIGHT)), expected)


@pytest.mark.parametrize("name", BINARY)
def test_int32(name: str) -> None:
    function, _, expected = BINARY[name]
    left, right = [7, -7], [3, 5]
    agree(function(tf.constant(left), right), expected)
    agree(function(left, tf.constant(right)), expected)
    agree(function(tf.constant(left), np.array(right)), expected)
    agree(function(np.array(left), tf.constant(right)), expected)


SCALARS = [2, 2.0, True, np.float32(2), np.float64(2), np.int64(2), np.array(2), np.bool_(True)]


@pytest.mark.parametrize("scalar", SCALARS, ids=lambda value: f"{type(value).__name__} {value}")
def test_scalars_take_the_dtype_of_the_tensor(scalar: Any) -> None:
    x, number = tf.constant([1.0, 4.0]), float(scalar)
    agree(x + scalar, [1 + number, 4 + number])
    agree(scalar + x, [1 + number, 4 + number])
    agree(scalar - x, [number - 1, number - 4])
    agree(x * scalar, [number, 4 * number])
    agree(scalar / x, [number, number / 4])
    agree(x > scalar, [1 > number, 4 > number])
    agree(scalar > x, [number > 1, number > 4])


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float64", "complex64", "int8", "uint8"])
def test_scalars_in_other_dtypes(dtype: str) -> None:
    x = tf.constant([1, 4], dtype)
    agree(x + 2, [3, 6], dtype=dtype)
    agree(3 * x, [3, 12], dtype=dtype)
    agree(5 - x, [4, 1], dtype=dtype)
    agree(x == 4, [False, True])


POWERS: dict[str, tuple[Any, Any]] = {
    "floats": (lambda: tf.constant([1.0, 2.0, 3.0]) ** 2, [1.0, 4.0, 9.0]),
    "half": (lambda: tf.constant([1.0, 4.0]) ** 0.5, [1.0, 2.0]),
    "reflected": (lambda: 2 ** tf.constant([1.0, 2.0]), [2.0, 4.0]),
    "reflected float": (lambda: 2.0 ** tf.constant([1.0, -1.0]), [2.0, 0.5]),
    "integers": (lambda: tf.constant([2, -3]) ** 3, [8, -27]),
    "reflected integers": (lambda: 2 ** tf.constant([0, 5]), [1, 32]),
    "tensors": (lambda: tf.constant([2.0, 3.0]) ** tf.constant([3.0, 2.0]), [8.0, 9.0]),
    "negative exponent": (lambda: tf.constant([2.0, 4.0]) ** -1, [0.5, 0.25]),
    "zero to zero": (lambda: tf.constant(0.0) ** 0, 1.0),
    "int64": (lambda: tf.constant(3, tf.int64) ** 30, np.int64(3**30)),
}


@pytest.mark.parametrize("name", POWERS)
def test_power(name: str) -> None:
    function, expected = POWERS[name]
    agree(function(), expected)


OTHERS: dict[str, tuple[Any, Any]] = {
    "-x": (lambda: -tf.constant([1.0, -2.0]), [-1.0, 2.0]),
    "abs": (lambda: abs(tf.constant([1, -2])), [1, 2]),
    "abs of complex": (lambda: abs(tf.constant(3 + 4j)), np.float64(5)),
    "~bool": (lambda: ~tf.constant([True, False]), [False, True]),
    "~int": (lambda: ~tf.constant([1, 2]), [-2, -3]),
    "& bool": (lambda: tf.constant([True, True]) & [True, False], [True, False]),
    "| bool": (lambda: tf.constant([False, True]) | False, [False, True]),
    "^ bool": (lambda: tf.constant([True, True]) ^ tf.constant([True, False]), [False, True]),
    "& reflected": (lambda: True & tf.constant([True, False]), [True, False]),
    "& int": (lambda: tf.constant([5]) & 3, [1]),
    "| int": (lambda: tf.constant([5]) | 3, [7]),
    "^ int": (lambda: tf.constant([5]) ^ 3, [6]),
    "@": (lambda: tf.constant([[1.0, 2.0]]) @ tf.constant([[3.0], [4.0]]), [[11.0]]),
    "@ list": (lambda: tf.constant([[1.0, 2.0]]) @ [[3.0], [4.0]], [[11.0]]),
    "list @": (lambda: [[1.0, 2.0]] @ tf.constant([[3.0], [4.0]]), [[11.0]]),
    "array @": (lambda: np.array([[1.0, 2.0]]) @ tf.constant([[3.0], [4.0]]), [[11.0]]),
    "@ batch": (lambda: tf.ones([2, 1, 3]) @ tf.ones([2, 3, 1]), [[[3.0]], [[3.0]]]),
    "int / int": (lambda: tf.constant(1) / 2, np.float64(0.5)),
    "int8 / int8": (lambda: tf.constant(1, tf.int8) / tf.constant(2, tf.int8), 0.5),
    "float // float": (lambda: tf.constant(-7.5) // 2.0, -4.0),
    "-7 // 2": (lambda: tf.constant(-7) // 2, -4),
    "-7 % 3": (lambda: tf.constant(-7) % 3, 2),
    "7 % -3": (lambda: tf.constant(7) % -3, -2),
    "-7.5 % 2": (lambda: tf.constant(-7.5) % 2.0, 0.5),
    "broadcast": (lambda: tf.constant([[1], [2]]) + tf.constant([10, 20]), [[11, 21], [12, 22]]),
    "broadcast with nothing": (lambda: tf.zeros([0]) + 1.0, []),
    "string +": (lambda: tf.constant(["a", "b"]) + "c", ["ac", "bc"]),
    "+ string": (lambda: "c" + tf.constant(["a", "b"]), ["ca", "cb"]),
    "string ==": (lambda: tf.constant(["a", "b"]) == "a", [True, False]),
    "bool ==": (lambda: tf.constant([True, False]) == True, [True, False]),  # noqa: E712
    "nan ==": (lambda: tf.constant(float("nan")) == float("nan"), False),
    "== of shapes that do not fit": (lambda: tf.constant([1.0, 2.0]) == [1.0] * 3, False),
}


@pytest.mark.parametrize("name", OTHERS)
def test_other_operators(name: str) -> None:
    function, expected = OTHERS[name]
    got = function()
    if isinstance(expected, bool) and not isinstance(got, tf.Tensor):
        assert got is expected
    else:
        agree(got, expected)


REFUSED: dict[str, tuple[Any, ...]] = {
    "float + int": (lambda: tf.constant(1.0) + tf.constant(1), Invalid, "float32", "int32"),
    "int * float": (lambda: tf.constant(1) * tf.constant(1.0), Invalid, "float32", "int32"),
    "float32 - float64": (
        lambda: tf.constant(1.0) - tf.constant(1.0, tf.float64), Invalid, "float32", "float64"),
    "int32 < int64": (
        lambda: tf.constant(1) < tf.constant(1, tf.int64), Invalid, "int32", "int64"),
    "float == int": (lambda: tf.constant(1.0) == tf.constant(1), Invalid, "float32", "int32"),
    "int > 1.5": (lambda: tf.constant([1, 2]) > 1.5, TypeError, "1.5", "int32"),
    "int == 1.5": (lambda: tf.constant([1, 2]) == 1.5, TypeError, "1.5", "int32"),
    "float > 'a'": (lambda: tf.constant(1.0) > "a", TypeError, "a", "float"),
    "bool + bool": (lambda: tf.constant(True) + tf.constant(True), Invalid, "bool"),
    "-bool": (lambda: -tf.constant(True), Invalid, "bool"),
    "~float": (lambda: ~tf.constant(1.0), Invalid, "float32"),
    "float & float": (lambda: tf.constant(1.0) & tf.constant(1.0), Invalid, "float32"),
    "string * 2": (lambda: tf.constant("a") * 2, TypeError, "string"),
    "complex <": (lambda: tf.constant(1j) < tf.constant(2j), Invalid, "complex128"),
    "shapes": (lambda: tf.zeros([2]) + tf.zeros([3]), Invalid, "(2,)", "(3,)"),
    "shapes of <": (lambda: tf.zeros([2, 2]) < tf.zeros([3]), Invalid, "(2, 2)", "(3,)"),
    "@ of vectors": (lambda: tf.zeros([2]) @ tf.zeros([2]), Invalid, "matmul"),
    "@ inner": (lambda: tf.zeros([2, 3]) @ tf.zeros([2, 3]), Invalid, "matmul", "(2, 3)"),
    "@ dtype": (
        lambda: tf.zeros([1, 1]) @ tf.zeros([1, 1], tf.float64), Invalid, "matmul", "float64"),
    "int // 0": (lambda: tf.constant(1) // 0, Invalid),
    "int % 0": (lambda: tf.constant(1) % 0, Invalid),
    "int ** -1": (lambda: tf.constant(2) ** -1, Invalid),
    "+ None": (lambda: tf.constant(1.0) + None, ValueError, "None"),
    "+ ragged": (lambda: tf.add(1.0, [[1.0], [1.0, 2.0]]), ValueError),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    function, kind, *says = REFUSED[name]
    with refuses(kind, *says):
        function()
