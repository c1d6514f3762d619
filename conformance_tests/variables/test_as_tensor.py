"""A variable where a tensor is expected: operators, conversions, printing."""

from __future__ import annotations

import operator
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf

PAIR = [4.0, 9.0]
OPERATORS = {
    "v + 1": (lambda v: v + 1, [5.0, 10.0]),
    "1 + v": (lambda v: 1 + v, [5.0, 10.0]),
    "v - [1, 2]": (lambda v: v - [1, 2], [3.0, 7.0]),
    "10 - v": (lambda v: 10 - v, [6.0, 1.0]),
    "v * v": (lambda v: v * v, [16.0, 81.0]),
    "[2, 3] * v": (lambda v: [2.0, 3.0] * v, [8.0, 27.0]),
    "NumPy * v": (lambda v: np.array([2.0, 3.0]) * v, [8.0, 27.0]),
    "tensor * v": (lambda v: tf.constant(2.0) * v, [8.0, 18.0]),
    "v * tensor": (lambda v: v * tf.constant(2.0), [8.0, 18.0]),
    "v / 2": (lambda v: v / 2, [2.0, 4.5]),
    "36 / v": (lambda v: 36 / v, [9.0, 4.0]),
    "v // 2": (lambda v: v // 2, [2.0, 4.0]),
    "v % 2": (lambda v: v % 2, [0.0, 1.0]),
    "v ** 2": (lambda v: v**2, [16.0, 81.0]),
    "2 ** v": (lambda v: 2**v, [16.0, 512.0]),
    "-v": (lambda v: -v, [-4.0, -9.0]),
    "abs": (lambda v: abs(-v), [4.0, 9.0]),
    "v > 5": (lambda v: v > 5, [False, True]),
    "5 >= v": (lambda v: 5 >= v, [True, False]),
    "v == 4": (lambda v: v == 4, [True, False]),
    "v != 4": (lambda v: v != 4, [False, True]),
    "matmul": (lambda v: [[1.0, 2.0]] @ v[:, tf.newaxis], [[22.0]]),
    "v[0]": (lambda v: v[0], 4.0),
    "v[::-1]": (lambda v: v[::-1], [9.0, 4.0]),
    "v[v > 5]": (lambda v: v[v > 5], [9.0]),
    "reduce_sum": (lambda v: tf.reduce_sum(v), 13.0),
    "sqrt": (lambda v: tf.sqrt(v), [2.0, 3.0]),
    "stack": (lambda v: tf.stack([v, v]), [PAIR, PAIR]),
    "concat": (lambda v: tf.concat([v, [1.0]], 0), [4.0, 9.0, 1.0]),
    "convert_to_tensor": (lambda v: tf.convert_to_tensor(v), PAIR),
    "identity": (lambda v: tf.identity(v), PAIR),
    "cast": (lambda v: tf.cast(v, tf.int32), [4, 9]),
    "shape": (lambda v: tf.shape(v), [2]),
    "constant": (lambda v: tf.constant(v.numpy()), PAIR),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_operators(name: str) -> None:
    function, expected = OPERATORS[name]
    agree(function(tf.Variable(PAIR)), expected)


def test_other_dtypes() -> None:
    agree(~tf.Variable(True), False)
    agree(tf.Variable(True) & False, False)
    agree(tf.Variable(5) // 2, 2)
    agree(tf.Variable(5) / 2, np.float64(2.5))
    agree(tf.Variable("a") + "b", "ab")


AUGMENTED = {"+=": operator.iadd, "-=": operator.isub, "*=": operator.imul, "/=": operator.itruediv}


@pytest.mark.parametrize("name", AUGMENTED)
def test_augmented_assignment_is_refused(name: str) -> None:
    v = tf.Variable(1.0)
    with refuses(RuntimeError, name, "assign"):
        AUGMENTED[name](v, 2.0)
    agree(v.value(), 1.0)


def test_conversions() -> None:
    v = tf.Variable([1.0, 2.0])
    assert float(tf.Variable(3.0)) == 3.0 and int(tf.Variable(3)) == 3 and bool(tf.Variable(1.0))
    assert [float(x) for x in v] == [1.0, 2.0]
    array = v.numpy()
    assert type(array) is np.ndarray and array.dtype == np.float32
    np.testing.assert_array_equal(np.asarray(v), [1.0, 2.0])
    np.testing.assert_array_equal(np.sqrt(tf.Variable([4.0])), [2.0])
    assert type(tf.Variable(3.0).numpy()) is np.float32


def test_references_compare_by_identity() -> None:
    v, w = tf.Variable(1.0), tf.Variable(1.0)
    assert v.ref() == v.ref() and v.ref() != w.ref() and v.ref().deref() is v
    assert {v.ref(): 1, w.ref(): 2}[v.ref()] == 1


PRINTED = {
    "scalar": (lambda: tf.Variable(2.0), "'Variable:0' shape=() dtype=float32, numpy=2.0"),
    "vector": (
        lambda: tf.Variable([1, 2], name="w"),
        "'w:0' shape=(2,) dtype=int32, numpy=array([1, 2], dtype=int32)",
    ),
    "matrix": (
        lambda: tf.Variable([[1.0, 2.0], [3.0, 4.5]]),
        "'Variable:0' shape=(2, 2) dtype=float32, numpy=\n"
        "array([[1. , 2. ],\n       [3. , 4.5]], dtype=float32)",
    ),
    "string": (lambda: tf.Variable("a"), "'Variable:0' shape=() dtype=string, numpy=b'a'"),
    "bool": (lambda: tf.Variable(True), "'Variable:0' shape=() dtype=bool, numpy=True"),
    "open shape": (
        lambda: tf.Variable([1, 2], shape=[None]),
        "'Variable:0' shape=(None,) dtype=int32, numpy=array([1, 2], dtype=int32)",
    ),
    "unknown shape": (
        lambda: tf.Variable([1, 2], shape=tf.TensorShape(None)),
        "'Variable:0' shape=<unknown> dtype=int32, numpy=array([1, 2], dtype=int32)",
    ),
    "result of assign": (
        lambda: tf.Variable(1.0).assign_add(1.0),
        "'UnreadVariable' shape=() dtype=float32, numpy=2.0",
    ),
}


@pytest.mark.parametrize("name", PRINTED)
def test_printing(name: str) -> None:
    make, text = PRINTED[name]
    v = make()
    assert repr(v) == str(v) == f"{v}" == f"<tf.Variable {text}>"


REFUSED: dict[str, tuple[Any, ...]] = {
    "hash": (lambda: hash(tf.Variable(1.0)), TypeError, "unhashable", "ref()"),
    "len": (lambda: len(tf.Variable([1.0])), TypeError),
    "iter of a scalar": (lambda: iter(tf.Variable(1.0)), TypeError, "scalar"),
    "bool of a vector": (lambda: bool(tf.Variable([1.0, 2.0])), ValueError),
    "another dtype": (
        lambda: tf.convert_to_tensor(tf.Variable(1.0), tf.float64), ValueError, "float32", "float64"
    ),
    "mixed dtypes": (
        lambda: tf.Variable(1.0) + tf.Variable(1),
        tf.errors.InvalidArgumentError, "float32", "int32",
    ),
    "index": (lambda: tf.Variable([1.0])[5], tf.errors.InvalidArgumentError, "5"),
    "matmul of vectors": (
        lambda: tf.Variable([1.0]) @ tf.Variable([1.0]), tf.errors.InvalidArgumentError, "matmul"
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    function, kind, *says = REFUSED[name]
    with refuses(kind, *says):
        function()


def test_the_name_of_a_variables_class_is_tensorflows():
    v = tf.Variable(3.0)
    assert type(v).__name__ == "ResourceVariable"
    assert isinstance(v, tf.Variable) and type(v) is not tf.Variable
    with tf.variable_creator_scope(lambda make, **kwargs: make(**kwargs)):
        assert type(tf.Variable(3.0)) is type(v)
