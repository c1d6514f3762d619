"""Everything that can stand between brackets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf

ARRAY = np.arange(24, dtype=np.float32).reshape(2, 3, 4)
Invalid = tf.errors.InvalidArgumentError
S = slice

#: What NumPy does with these, TensorFlow does.
LIKE_NUMPY: list[Any] = [
    0, 1, -1, -2,
    (0, 1), (0, 1, 2), (-1, -1, -1), (0, 1, -1),
    S(None), S(1, None), S(None, 1), S(-1, None), S(0, 0), S(5, None), S(-9, 9),
    (S(None), 1), (S(None), S(1, 3)), (0, S(1, None), 2), (S(None), S(None), S(None)),
    (S(None), S(None), S(None, None, 2)), (S(None), S(None), S(1, None, 2)),
    S(None, None, -1), (S(None), S(None, None, -1)), (S(None), S(None), S(3, 0, -2)),
    (S(None), S(None), S(None, None, -3)), (S(None), S(-1, -4, -1)), (0, S(2, None, -1), 0),
    (S(None), S(2, 1)), (S(None), S(1, 2, -1)), (S(None), S(10, -10, -1)),
    Ellipsis, (Ellipsis, 0), (0, Ellipsis), (0, Ellipsis, 1), (Ellipsis, S(1, 3)),
    (0, 1, 2, Ellipsis), (Ellipsis, 0, 1, 2), (Ellipsis, S(None, None, -1)),
    None, (None, 0), (0, None), (S(None), None, 1), (Ellipsis, None), (None, Ellipsis, None),
    (0, None, Ellipsis, None, -1), (None, None), (1, S(None), None, S(None, None, 2)),
    np.array(1), np.int64(1), np.int32(-1), (np.array(0), np.uint8(2)),
    True + 0,
]  # fmt: skip


@pytest.mark.parametrize("key", LIKE_NUMPY, ids=repr)
def test_like_numpy(key: Any) -> None:
    agree(tf.constant(ARRAY)[key], ARRAY[key])


@pytest.mark.parametrize("key", LIKE_NUMPY, ids=repr)
def test_gradient_is_one_where_the_key_points(key: Any) -> None:
    x = tf.Variable(ARRAY)
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(x[key])
    expected = np.zeros_like(ARRAY)
    expected[key] = 1
    agree(tape.gradient(y, x), expected)


def scalar(value: int, dtype: str = "int32") -> Any:
    return tf.constant(value, dtype)


TENSORS: dict[str, tuple[Any, Any]] = {
    "tensor": (lambda: scalar(1), 1),
    "negative tensor": (lambda: scalar(-1), -1),
    "int64 tensor": (lambda: scalar(1, "int64"), 1),
    "variable": (lambda: tf.Variable(1), 1),
    "tuple of tensors": (lambda: (scalar(0), scalar(2)), (0, 2)),
    "tensors and ints": (lambda: (scalar(0), 2, scalar(3)), (0, 2, 3)),
    "slice of tensors": (lambda: S(scalar(0), scalar(1)), S(0, 1)),
    "open slice of tensors": (lambda: (Ellipsis, S(scalar(1), None)), (Ellipsis, S(1, None))),
    "tensor as a step": (lambda: (0, 0, S(None, None, scalar(2))), (0, 0, S(None, None, 2))),
    "negative step": (lambda: (0, 0, S(None, None, scalar(-1))), (0, 0, S(None, None, -1))),
    "with newaxis": (lambda: (tf.newaxis, scalar(1)), (None, 1)),
    "mask": (lambda: tf.constant([True, False]), np.array([True, False])),
    "mask of elements": (lambda: tf.constant(ARRAY) > 20, ARRAY > 20),
    "mask of no elements": (lambda: tf.constant(ARRAY) > 90, ARRAY > 90),
    "NumPy mask": (lambda: ARRAY > 20, ARRAY > 20),
}


@pytest.mark.parametrize("name", TENSORS)
def test_tensors_as_keys(name: str) -> None:
    key, same = TENSORS[name]
    agree(tf.constant(ARRAY)[key()], ARRAY[same])


MASKS: dict[str, tuple[Any, Any]] = {
    "rows": (lambda x: tf.boolean_mask(x, [True, False]), ARRAY[[True, False]]),
    "elements": (lambda x: tf.boolean_mask(x, ARRAY > 20), ARRAY[ARRAY > 20]),
    "two axes": (lambda x: tf.boolean_mask(x, ARRAY[..., 0] > 5), ARRAY[ARRAY[..., 0] > 5]),
    "axis": (lambda x: tf.boolean_mask(x, [True, False, True], axis=1), ARRAY[:, [0, 2]]),
    "last axis": (lambda x: tf.boolean_mask(x, [False] * 3 + [True], axis=2), ARRAY[:, :, 3:]),
    "nothing": (lambda x: tf.boolean_mask(x, [False, False]), ARRAY[:0]),
}


@pytest.mark.parametrize("name", MASKS)
def test_boolean_mask(name: str) -> None:
    function, expected = MASKS[name]
    agree(function(tf.constant(ARRAY)), expected)


def test_other_dtypes() -> None:
    agree(tf.constant(["a", "b", "c"])[1:], ["b", "c"])
    agree(tf.constant(["a", "b"])[-1], "b")
    agree(tf.constant([True, False])[::-1], [False, True])
    agree(tf.constant([1j, 2j])[0], 1j)
    agree(tf.constant([1, 2], tf.bfloat16)[0], 1, dtype="bfloat16")


def test_empty_tensors() -> None:
    agree(tf.zeros([0, 2])[:, 0], np.zeros(0, np.float32))
    agree(tf.zeros([0, 2])[::-1], np.zeros((0, 2), np.float32))
    agree(tf.constant(5.0)[...], 5.0)
    agree(tf.constant(5.0)[tf.newaxis], [5.0])


REFUSED: dict[str, tuple[Any, ...]] = {
    "too large": (lambda x: x[2], Invalid, "2"),
    "too small": (lambda x: x[-3], Invalid, "-3"),
    "later axis": (lambda x: x[0, 3], Invalid, "3"),
    "too many": (lambda x: x[0, 0, 0, 0], Invalid, "3"),
    "tensor out of range": (lambda x: x[tf.constant(7)], Invalid, "7"),
    "float": (lambda x: x[0.5], TypeError, "0.5"),
    "string": (lambda x: x["a"], TypeError, "a"),
    "array": (lambda x: x[np.array([0, 1])], TypeError),
    "tensor of rank 1": (lambda x: x[tf.constant([0, 1])], TypeError),
    "float tensor": (lambda x: x[tf.constant(0.0)], TypeError, "float32"),
    "step zero": (lambda x: x[::0], Invalid, "step|stride"),
    "uint8 tensor": (lambda x: x[scalar(1, "uint8")], TypeError, "uint8"),
    "two ellipses": (lambda x: x[..., ...], Invalid),
    "of a scalar": (lambda x: tf.constant(1.0)[0], Invalid),
    "mask of another shape": (lambda x: x[tf.constant([True] * 3)], ValueError, "(3,)", "(2,)"),
    "boolean_mask, scalar": (lambda x: tf.boolean_mask(x, True), ValueError),
    "boolean_mask, shape": (
        lambda x: tf.boolean_mask(x, [True] * 3), ValueError, "boolean_mask", "(3,)", "(2,)"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    function, kind, *says = REFUSED[name]
    with refuses(kind, *says):
        function(tf.constant(ARRAY))
