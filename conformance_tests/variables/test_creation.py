"""What a variable can be made of, and what it then is."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf

CREATED = {
    "float": (lambda: tf.Variable(1.5), 1.5),
    "int": (lambda: tf.Variable(1), 1),
    "bool": (lambda: tf.Variable(True), True),
    "complex": (lambda: tf.Variable(1 + 1j), 1 + 1j),
    "string": (lambda: tf.Variable("a"), "a"),
    "list of strings": (lambda: tf.Variable(["a", "b"]), ["a", "b"]),
    "list": (lambda: tf.Variable([1.0, 2.0]), [1.0, 2.0]),
    "mixed list": (lambda: tf.Variable([1, 2.0]), [1.0, 2.0]),
    "tuple": (lambda: tf.Variable((1, 2)), [1, 2]),
    "range": (lambda: tf.Variable(range(3)), [0, 1, 2]),
    "nested list": (lambda: tf.Variable([[1], [2]]), [[1], [2]]),
    "empty list": (lambda: tf.Variable([]), []),
    "NumPy keeps its dtype": (lambda: tf.Variable(np.array([1.0])), np.array([1.0])),
    "NumPy int8": (lambda: tf.Variable(np.array([[1, 2]], np.int8)), np.array([[1, 2]], np.int8)),
    "NumPy scalar": (lambda: tf.Variable(np.float16(1)), np.float16(1)),
    "NumPy to another dtype": (
        lambda: tf.Variable(np.array([1.0, 2.0]), dtype=tf.float32),
        [1.0, 2.0],
    ),
    "tensor": (lambda: tf.Variable(tf.constant([1, 2])), [1, 2]),
    "variable": (lambda: tf.Variable(tf.Variable(2.0)), 2.0),
    "callable": (lambda: tf.Variable(lambda: 3.0), 3.0),
    "callable giving a tensor": (lambda: tf.Variable(lambda: tf.ones([2])), [1.0, 1.0]),
    "callable with a dtype": (
        lambda: tf.Variable(lambda: [1, 2], dtype=tf.float64),
        np.array([1.0, 2.0]),
    ),
    "dtype": (lambda: tf.Variable([1, 2], dtype=tf.float32), [1.0, 2.0]),
    "dtype by name": (lambda: tf.Variable([1, 2], dtype="float64"), np.array([1.0, 2.0])),
    "shape": (lambda: tf.Variable([1, 2], shape=[2]), [1, 2]),
    "keyword": (
        lambda: tf.Variable(initial_value=[1.0], dtype=tf.float16),
        np.asarray([1], np.float16),
    ),
}


@pytest.mark.parametrize("name", CREATED)
def test_creation(name: str) -> None:
    make, expected = CREATED[name]
    variable = make()
    assert isinstance(variable, tf.Variable) and not isinstance(variable, tf.Tensor)
    assert tf.is_tensor(variable) and tf.executing_eagerly()
    agree(variable.value(), expected)
    agree(variable.read_value(), expected)
    assert variable.shape == variable.value().shape and variable.dtype == variable.value().dtype


def test_attributes() -> None:
    v = tf.Variable([1.0, 2.0], name="weights", trainable=False)
    assert v.name == "weights:0" and v.trainable is False
    assert v.shape == [2] and v.get_shape() == [2] and v.shape.rank == 2 - 1
    assert v.device == tf.constant(1.0).device
    assert v.constraint is None
    assert tf.Variable(1.0).trainable is True and tf.Variable(1.0).name == "Variable:0"
    assert tf.Variable(v).trainable is True


def test_names_need_not_be_unique() -> None:
    assert [tf.Variable(1.0, name="a").name for _ in range(2)] == ["a:0", "a:0"]


def test_constraint_is_kept() -> None:
    def constraint(value: Any) -> Any:
        return value

    assert tf.Variable(1.0, constraint=constraint).constraint is constraint


def test_synchronization_and_aggregation_are_kept() -> None:
    v = tf.Variable(1.0, aggregation=tf.VariableAggregation.MEAN)
    assert v.aggregation == tf.VariableAggregation.MEAN
    assert v.synchronization == tf.VariableSynchronization.AUTO
    assert not tf.Variable(1.0, synchronization=tf.VariableSynchronization.ON_READ).trainable


@pytest.mark.parametrize("shape", [[None], tf.TensorShape(None)], ids=str)
def test_open_shapes(shape: Any) -> None:
    v = tf.Variable([1.0, 2.0], shape=shape)
    assert v.shape.as_list() == [None] if v.shape.rank is not None else v.shape.rank is None
    v.assign([1.0, 2.0, 3.0])
    agree(v.value(), [1.0, 2.0, 3.0])


def test_a_variable_does_not_share_what_it_was_made_of() -> None:
    array = np.array([1.0, 2.0])
    v = tf.Variable(array)
    array[0] = 9.0
    agree(v.value(), np.array([1.0, 2.0]))
    w = tf.Variable(v)
    v.assign([5.0, 6.0])
    agree(w.value(), np.array([1.0, 2.0]))


def test_copies_are_variables_of_their_own() -> None:
    v = tf.Variable([1.0, 2.0], name="a")
    other = copy.deepcopy(v)
    v.assign([3.0, 4.0])
    agree(other.value(), [1.0, 2.0])
    assert other.name == "a:0" and other.trainable


REFUSED = {
    "nothing": (lambda: tf.Variable(), ValueError, "Variable", "initial_value"),
    "None": (lambda: tf.Variable(None), ValueError, "Variable", "initial_value"),
    "ragged": (lambda: tf.Variable([[1, 2], [3]]), ValueError),
    "fraction as integer": (lambda: tf.Variable(1.5, dtype=tf.int32), TypeError, "1.5", "int32"),
    "number as bool": (lambda: tf.Variable([1, 2], dtype=tf.bool), TypeError, "bool"),
    "tensor of another dtype": (
        lambda: tf.Variable(tf.constant([1, 2]), dtype=tf.float32),
        ValueError,
        "float32",
        "int32",
    ),
    "another shape": (
        lambda: tf.Variable([1, 2], shape=[3]),
        ValueError,
        "Variable",
        "(2,)",
        "3",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    make, kind, *says = REFUSED[name]
    with refuses(kind, *says):
        make()
