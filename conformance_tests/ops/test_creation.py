"""tf.zeros, tf.range, tf.linspace, tf.one_hot and their kin: dtype rules and refusals."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf
from .slopes import first

InvalidArgument = tf.errors.InvalidArgumentError


@pytest.mark.parametrize(
    ("dtype", "zero", "one"),
    [("float64", 0.0, 1.0), ("int8", 0, 1), ("bool", False, True), ("complex64", 0j, 1 + 0j)],
)
def test_names_of_dtypes(dtype: str, zero: Any, one: Any) -> None:
    agree(tf.zeros([2], dtype), [zero, zero], dtype=dtype)
    agree(tf.ones(2, dtype), [one, one], dtype=dtype)
    agree(tf.zeros_like(tf.ones([1], dtype)), [zero], dtype=dtype)
    agree(tf.ones_like([3.5], dtype), [one], dtype=dtype)


def test_strings() -> None:
    agree(tf.zeros([2], tf.string), ["", ""])
    agree(tf.zeros_like(tf.constant(["a"])), [""])
    agree(tf.fill([2], "x"), ["x", "x"])
    with refuses(TypeError, "string"):
        tf.ones([2], tf.string)


def test_shapes_given_as_tensors() -> None:
    agree(tf.zeros(tf.constant([1, 2])), [[0.0, 0.0]])
    agree(tf.zeros([tf.constant(1), 2]), [[0.0, 0.0]])
    agree(tf.ones(tf.TensorShape([2])), [1.0, 1.0])
    agree(tf.zeros([]), 0.0)


def test_of_a_variable() -> None:
    v = tf.Variable([1.0, 2.0])
    agree(tf.zeros_like(v), [0.0, 0.0])
    agree(tf.ones_like(v, tf.int32), [1, 1])


RANGES = {
    "ints": (lambda: tf.range(3), [0, 1, 2], "int32"),
    "a step": (lambda: tf.range(5, 0, -2), [5, 3, 1], "int32"),
    "floats": (lambda: tf.range(1, 2.5, 0.5), [1.0, 1.5, 2.0], "float32"),
    "a dtype": (lambda: tf.range(3, dtype=tf.float64), [0.0, 1.0, 2.0], "float64"),
    "NumPy": (lambda: tf.range(np.int64(2)), [0, 1], "int64"),
    "a wide tensor": (lambda: tf.range(0, tf.constant(2, tf.int64)), [0, 1], "int64"),
    "a float tensor": (lambda: tf.range(tf.constant(2.0), 4), [2.0, 3.0], "float32"),
    "too wide for int32": (lambda: tf.range(0, 2**33, 2**32), [0, 2**32], "int64"),
    "steps multiplied": (lambda: tf.range(0.0, 1.0, 0.1)[8:], [0.8, 0.90000004], "float32"),
    "nothing": (lambda: tf.range(3, 3), [], "int32"),
}


@pytest.mark.parametrize("name", RANGES)
def test_range(name: str) -> None:
    call, expected, dtype = RANGES[name]
    agree(call(), expected, dtype=dtype)


SPACES = {
    "floats": (lambda: tf.linspace(0.0, 1.0, 3), [0.0, 0.5, 1.0], "float32"),
    "ints": (lambda: tf.linspace(1, 10, 4), [1.0, 4.0, 7.0, 10.0], "float64"),
    "small ints": (lambda: tf.linspace(np.int8(0), 10, 3), [0.0, 5.0, 10.0], "float32"),
    "one": (lambda: tf.linspace(2.0, 9.0, 1), [2.0], "float32"),
    "none": (lambda: tf.linspace(2.0, 9.0, 0), [], "float32"),
    "vectors": (lambda: tf.linspace([0.0, 1.0], 3.0, 2), [[0.0, 1.0], [3.0, 3.0]], "float32"),
    "axis": (
        lambda: tf.linspace([0.0, 1.0], 3.0, 2, axis=-1),
        [[0.0, 3.0], [1.0, 3.0]],
        "float32",
    ),
}


@pytest.mark.parametrize("name", SPACES)
def test_linspace(name: str) -> None:
    call, expected, dtype = SPACES[name]
    agree(call(), expected, dtype=dtype)


def test_linspace_is_differentiable() -> None:
    weights = tf.constant([1.0, 2.0, 3.0, 4.0])
    found = first(lambda a, b: tf.linspace(a, b, 4) * weights, 0.0, 1.0)
    agree(found, [3.3333333, 6.6666667])


HOTS = {
    "out of range": (lambda: tf.one_hot([1, -1, 5], 2), [[0.0, 1.0], [0.0, 0.0], [0.0, 0.0]]),
    "values": (lambda: tf.one_hot([0, 1], 2, on_value=5, off_value=1), [[5, 1], [1, 5]]),
    "one value": (lambda: tf.one_hot([0, 1], 2, on_value=5), [[5, 0], [0, 5]]),
    "bools": (lambda: tf.one_hot([1], 2, on_value=True, off_value=False), [[False, True]]),
    "strings": (lambda: tf.one_hot([1], 2, on_value="a", off_value="b"), [["b", "a"]]),
    "axis": (lambda: tf.one_hot([0, 1], 3, axis=0), [[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]]),
    "scalar": (lambda: tf.one_hot(np.uint8(1), 2), [0.0, 1.0]),
}


@pytest.mark.parametrize("name", HOTS)
def test_one_hot(name: str) -> None:
    call, expected = HOTS[name]
    agree(call(), expected)


def test_one_hot_has_no_gradient() -> None:
    assert first(lambda x: tf.one_hot([0], 2, on_value=x, off_value=0.0), 3.0) is None
    agree(first(lambda x: tf.fill([2, 2], x), 3.0), 4.0)


def test_sequence_mask() -> None:
    agree(tf.sequence_mask([1, 2]), [[True, False], [True, True]])
    agree(tf.sequence_mask([1, -3], 2, tf.float32), [[1.0, 0.0], [0.0, 0.0]])
    agree(tf.sequence_mask([2.5], 3), [[True, True, False]])


REFUSED = {
    "a negative size": (InvalidArgument, lambda: tf.zeros([-1]), "-1"),
    "a size that is no integer": (TypeError, lambda: tf.zeros([2.5]), "2.5"),
    "a matrix as shape": (InvalidArgument, lambda: tf.zeros([[2]]), "[1, 1]"),
    "a float shape for fill": (InvalidArgument, lambda: tf.fill([2.0], 1.0), "float32"),
    "a vector to fill with": (InvalidArgument, lambda: tf.fill([2], [1.0, 2.0]), "[2]"),
    "rows that are no integer": (TypeError, lambda: tf.eye(2.5), "2.5"),
    "negative rows": (InvalidArgument, lambda: tf.eye(-1), "-1"),
    "a step of zero": (InvalidArgument, lambda: tf.range(0, 3, 0), "delta"),
    "a step away from the limit": (InvalidArgument, lambda: tf.range(3, 0), "3/0"),
    "a limit that is a vector": (InvalidArgument, lambda: tf.range([1, 2]), "[2]"),
    "a limit the dtype cannot hold": (TypeError, lambda: tf.range(2.5, dtype=tf.int32), "2.5"),
    "a range of uint8": (InvalidArgument, lambda: tf.range(3, dtype=tf.uint8), "uint8"),
    "a range of int16": (tf.errors.NotFoundError, lambda: tf.range(3, dtype=tf.int16), "int16"),
    "a number of points": (TypeError, lambda: tf.linspace(0.0, 1.0, 2.5), "2.5"),
    "negative points": (InvalidArgument, lambda: tf.linspace(0.0, 1.0, -1), "-1"),
    "ends of two dtypes": (
        ValueError,
        lambda: tf.linspace(0.0, tf.constant(1.0, tf.float64), 3),
        "float64",
    ),
    "a negative depth": (InvalidArgument, lambda: tf.one_hot([0], -2), "-2"),
    "an axis of one_hot": (InvalidArgument, lambda: tf.one_hot([0], 2, axis=2), "2"),
    "float indices": (InvalidArgument, lambda: tf.one_hot([0.0], 2), "float32"),
    "values of two dtypes": (
        TypeError,
        lambda: tf.one_hot([0], 2, on_value=5.0, off_value=1),
        "float32",
    ),
    "a value that is not of the dtype": (
        TypeError,
        lambda: tf.one_hot([0], 2, on_value=1.5, dtype=tf.int32),
        "int32",
    ),
    "a vector as maxlen": (ValueError, lambda: tf.sequence_mask([1], maxlen=[2]), "maxlen"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    kind, call, received = REFUSED[name]
    with refuses(kind, received):
        call()
