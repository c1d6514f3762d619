"""A tensor as a Python object: truth, numbers, length, iteration, formatting, hashing."""

from __future__ import annotations

import copy
import operator
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf

VECTOR = [1.0, 2.0]

GIVES: dict[str, tuple[Any, Any]] = {
    "bool of 1.0": (lambda: bool(tf.constant(1.0)), True),
    "bool of 0": (lambda: bool(tf.constant(0)), False),
    "bool of one element": (lambda: bool(tf.constant([3])), True),
    "bool of a string": (lambda: bool(tf.constant("a")), True),
    "bool of an empty string": (lambda: bool(tf.constant("")), False),
    "int": (lambda: int(tf.constant(3)), 3),
    "int of a float": (lambda: int(tf.constant(3.7)), 3),
    "float": (lambda: float(tf.constant(0.5)), 0.5),
    "float of an int": (lambda: float(tf.constant(2)), 2.0),
    "complex": (lambda: complex(tf.constant(1.0)), 1 + 0j),
    "complex of complex": (lambda: complex(tf.constant(1 + 2j)), 1 + 2j),
    "index": (lambda: operator.index(tf.constant(3)), 3),
    "range": (lambda: list(range(tf.constant(3))), [0, 1, 2]),
    "index of a list": (lambda: ["a", "b"][tf.constant(1)], "b"),
    "len": (lambda: len(tf.constant(VECTOR)), 2),
    "len of a matrix": (lambda: len(tf.zeros([3, 0])), 3),
    "iteration": (lambda: [float(x) for x in tf.constant(VECTOR)], [1.0, 2.0]),
    "rows": (lambda: [x.numpy().tolist() for x in tf.constant([[1, 2], [3, 4]])], [[1, 2], [3, 4]]),
    "unpacking": (lambda: [int(x) for x in (lambda a, b: (b, a))(*tf.constant([1, 2]))], [2, 1]),
    "reversed": (lambda: [float(x) for x in reversed(tf.constant(VECTOR))], [2.0, 1.0]),
    "contains": (lambda: 1.0 in tf.constant(VECTOR), True),
    "in a list": (lambda: tf.constant(1.0) in [0.0, 1.0], True),
    "format": (lambda: f"{tf.constant(3)}", "3"),
    "format with a width": (lambda: f"{tf.constant(3):5d}", "    3"),
    "format with digits": (lambda: f"{tf.constant(0.125):.2f}", "0.12"),
    "format of a vector": (lambda: f"{tf.constant(VECTOR)}", "[1. 2.]"),
    "format of an element": (lambda: f"{tf.constant(VECTOR)[0]:.1f}", "1.0"),
    "percent": (lambda: "%d %.1f" % (tf.constant(3), tf.constant(0.5)), "3 0.5"),  # noqa: UP031
    "is not None": (lambda: (tf.constant(1) != None, tf.constant(1) == None), (True, False)),  # noqa: E711
    "shape": (lambda: tf.constant([[1], [2]]).shape.as_list(), [2, 1]),
    "shape equals a tuple": (lambda: tf.constant([[1], [2]]).shape == (2, 1), True),
    "get_shape": (lambda: tf.constant(1).get_shape() == [], True),
    "ndim": (lambda: tf.zeros([2, 1, 3]).ndim, 3),
    "dtype": (lambda: tf.constant(1.0).dtype is tf.float32, True),
    "shape as a size": (lambda: np.zeros(tf.zeros([2, 3]).shape).shape, (2, 3)),
}


@pytest.mark.parametrize("name", GIVES)
def test_gives(name: str) -> None:
    function, expected = GIVES[name]
    got = function()
    assert type(got) is type(expected) and got == expected


REFUSED: dict[str, tuple[Any, ...]] = {
    "bool of a vector": (lambda: bool(tf.constant(VECTOR)), ValueError),
    "int of a vector": (lambda: int(tf.constant(VECTOR)), TypeError),
    "float of a vector": (lambda: float(tf.constant(VECTOR)), TypeError),
    "float of a string": (lambda: float(tf.constant("a")), ValueError),
    "len of a scalar": (lambda: len(tf.constant(1)), TypeError, "scalar"),
    "iteration of a scalar": (lambda: iter(tf.constant(1)), TypeError, "scalar"),
    "hash": (lambda: hash(tf.constant(1)), TypeError, "unhashable", "ref()"),
    "in a set": (lambda: {tf.constant(1)}, TypeError, "unhashable"),
    "format of a vector": (lambda: f"{tf.constant(VECTOR):.2f}", TypeError),
    "an attribute that is not there": (lambda: tf.constant(1).no_such, AttributeError, "no_such"),
    "setting an element": (
        lambda: operator.setitem(tf.constant(VECTOR), 0, 1.0), TypeError, "item assignment"),
    "name": (lambda: tf.constant(1).name, AttributeError, "name"),
    "divmod": (lambda: divmod(tf.constant(1), 2), TypeError),
    "shift": (lambda: tf.constant(1) << 2, TypeError),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    function, kind, *says = REFUSED[name]
    with refuses(kind, *says):
        function()


def test_index_of_a_float_is_refused() -> None:
    with pytest.raises((TypeError, AttributeError)):
        range(tf.constant(3.5))


def test_references_compare_by_identity() -> None:
    a, b = tf.constant(1.0), tf.constant(1.0)
    assert a.ref() == a.ref() and a.ref() != b.ref() and a.ref().deref() is a
    assert {a.ref(): "a", b.ref(): "b"}[b.ref()] == "b"
    assert len({a.ref(), a.ref(), b.ref()}) == 2


def test_copies_have_the_same_value() -> None:
    a = tf.constant(VECTOR)
    agree([copy.copy(a), copy.deepcopy(a)], [VECTOR, VECTOR])


def test_classes() -> None:
    assert isinstance(tf.constant(1), tf.Tensor)
    assert not isinstance(tf.Variable(1), tf.Tensor) and not isinstance(1, tf.Tensor)
    assert tf.is_tensor(tf.constant(1)) and tf.is_tensor(tf.Variable(1))
    assert not tf.is_tensor(1) and not tf.is_tensor([tf.constant(1)]) and not tf.is_tensor("a")


def test_set_shape_checks_and_keeps() -> None:
    a = tf.constant(VECTOR)
    a.set_shape([2])
    a.set_shape([None])
    assert a.shape == [2]
    with refuses(ValueError, "(2,)", "(3,)"):
        a.set_shape([3])


def test_device_is_named_as_tensorflow_does() -> None:
    head, _, number = tf.constant(1.0).device.rpartition(":")
    assert head.rpartition("/")[0] == "/job:localhost/replica:0/task:0" and number == "0"
