"""Rearranging, joining, padding and casting: rules, gradients and refusals."""

from __future__ import annotations

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf
from .slopes import first, second

InvalidArgument = tf.errors.InvalidArgumentError
A = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
NAN, INF = float("nan"), float("inf")


# ------------------------------------------------------------------------------------------ shapes
@pytest.mark.parametrize(
    ("shape", "expected"),
    [([-1], [0]), ([0, 7], [0, 7]), ([0, -1], [0, 2]), ([-1, 2], [0, 2]), ([3, 0, 2], [3, 0, 2])],
)
def test_reshape_of_nothing(shape, expected):
    assert tf.reshape(tf.zeros([2, 0]), shape).shape == expected


def test_shapes_are_read_from_anything():
    for shape in ([3, -1], (3, 2), np.array([3, 2]), tf.constant([3, 2]), tf.TensorShape([3, 2])):
        agree(tf.reshape(A, shape), [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    agree(tf.reshape(A, [3, tf.constant(2)]), [[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])


def test_sizes_as_tensors():
    agree(tf.shape(A), [2, 3])
    agree(tf.shape(5.0, tf.int64), [], dtype="int64")
    agree([tf.size(A), tf.rank(A), tf.size([], tf.int64)], [6, 2, np.int64(0)])
    rows = tf.IndexedSlices(tf.constant(A), tf.constant([0, 1]), tf.constant([5, 3]))
    agree([tf.shape(rows), tf.size(rows), tf.rank(rows)], [[5, 3], 15, 2])


def test_squeeze():
    x = tf.ones([1, 2, 1])
    assert tf.squeeze(x).shape == [2]
    assert tf.squeeze(x, -1).shape == [1, 2]
    assert tf.squeeze(x, [0, 2, 0]).shape == [2]
    agree(tf.squeeze(tf.constant([["a"]])), "a")


def test_transpose():
    agree(tf.transpose([[1 + 2j, 3j]], conjugate=True), [[1 - 2j], [-3j]])
    assert tf.transpose(tf.zeros([2, 3, 4]), [-1, 0, 1]).shape == [4, 2, 3]
    agree(first(lambda x: tf.transpose(x, conjugate=True) * (1 + 2j), [[1 + 1j]]), [[1 + 2j]])


# ----------------------------------------------------------------------------------------- joining
def test_joined_values_take_the_dtype_of_a_tensor():
    x = tf.constant([1.0])
    agree(tf.concat([[1, 2], x], 0), [1.0, 2.0, 1.0])
    agree(tf.concat([np.array([5.0]), x], 0), [5.0, 1.0])
    agree(tf.stack([x, [2]]), [[1.0], [2.0]])
    agree(tf.stack([1, 2.5]), [1.0, 2.5])
    agree(tf.stack([]), [])
    agree(tf.concat([["a"], tf.constant(["b"])], 0), ["a", "b"])


def test_split():
    agree(tf.split(A, [1, -1], axis=1), [[[1.0], [4.0]], [[2.0, 3.0], [5.0, 6.0]]])
    agree(tf.split(["a", "b"], 2), [["a"], ["b"]])
    agree(tf.unstack(A, axis=-1)[2], [3.0, 6.0])
    assert tf.unstack(tf.zeros([0, 3])) == []


# ----------------------------------------------------------------------------------------- padding
@pytest.mark.parametrize(
    ("mode", "expected"),
    [("REFLECT", [8.0, 9.0, 4.0]), ("symmetric", [3.0, 9.0, 9.0]), ("CONSTANT", [2.0, 3.0, 4.0])],
)
def test_gradient_of_pad(mode, expected):
    weights = tf.range(7.0)
    agree(first(lambda x: tf.pad(x, [[2, 2]], mode) * weights, [1.0, 2.0, 3.0]), expected)


def test_second_derivative_of_pad():
    found = second(lambda x: tf.pad(x, [[2, 2]], "REFLECT") ** 3, [1.0, 2.0, 3.0])
    agree(found, [12.0, 72.0, 108.0])


def test_padding_values():
    agree(tf.pad([1, 2], [[1, 0]], constant_values=9), [9, 1, 2])
    agree(tf.pad(["a"], [[1, 1]]), ["", "a", ""])
    agree(tf.pad([True], [[1, 0]]), [False, True])
    agree(tf.pad([1j], [[0, 1]], constant_values=tf.constant(2 + 0j)), [1j, 2 + 0j])
    found = first(lambda x, c: tf.pad(x, [[1, 1]], constant_values=c), [1.0], 3.0)
    agree(found, [[1.0], None])


# -------------------------------------------------------------------------------------- reordering
def test_roll_reverse_repeat():
    agree(tf.roll(A, [1, 1], [0, 1]), [[6.0, 4.0, 5.0], [3.0, 1.0, 2.0]])
    agree(tf.reverse(A, [-1]), [[3.0, 2.0, 1.0], [6.0, 5.0, 4.0]])
    agree(tf.repeat([1, 2, 3], [1, 0, 2]), [1, 3, 3])
    agree(tf.repeat(A, 2, axis=0)[:2], [[1.0, 2.0, 3.0]] * 2)
    agree(tf.repeat(tf.zeros([0, 3]), [], axis=0), np.zeros((0, 3), np.float32))
    agree(tf.reverse_sequence(A, [2, 1], 1), [[2.0, 1.0, 3.0], [4.0, 5.0, 6.0]])


@pytest.mark.parametrize(
    ("function", "expected"),
    [
        (lambda x: tf.repeat(x, [2, 1, 3]) * tf.range(6.0), [1.0, 2.0, 12.0]),
        (lambda x: tf.tile(x, [2]) * tf.range(6.0), [3.0, 5.0, 7.0]),
        (lambda x: tf.roll(x, 1, 0) * tf.range(3.0), [1.0, 2.0, 0.0]),
        (lambda x: tf.reverse(x, [0]) * tf.range(3.0), [2.0, 1.0, 0.0]),
        (lambda x: tf.broadcast_to(x, [2, 3]), [2.0, 2.0, 2.0]),
        (lambda x: tf.split(x, [1, 2])[1], [0.0, 1.0, 1.0]),
        (lambda x: tf.meshgrid(x, x)[0], [3.0, 3.0, 3.0]),
        (lambda x: tf.concat([x, x * 2], 0) * tf.range(6.0), [6.0, 9.0, 12.0]),
    ],
)
def test_gradients(function, expected):
    agree(first(function, [1.0, 2.0, 3.0]), expected)


# ------------------------------------------------------------------------------------------ casting
@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        ("int32", [1, -1, 300, -(2**31), -(2**31), -(2**31)]),
        ("int64", [1, -1, 300, -(2**63), -(2**63), -(2**63)]),
        ("int8", [1, -1, 44, 0, 0, 0]),
        ("uint8", [1, 255, 44, 0, 0, 0]),
        ("int16", [1, -1, 300, 0, 0, 0]),
        ("bool", [True, True, True, True, True, True]),
    ],
)
def test_floats_that_fit_no_integer(dtype, expected):
    if "CPU" not in tf.constant(0.0).device:
        pytest.skip("on a GPU TensorFlow gives the nearest integer")
    agree(tf.cast([1.7, -1.7, 300.9, NAN, INF, -1e20], dtype), expected, dtype=dtype)


def test_other_casts():
    agree(tf.cast([300, -129], tf.uint8), [44, 127], dtype="uint8")
    agree(tf.cast([1 + 2j, 1j], tf.int32), [1, 0])
    agree(tf.cast([1 + 2j, 1j], tf.bool), [True, False])
    agree(tf.cast([1e10], tf.float16), [INF], dtype="float16")
    x = tf.constant(A)
    assert tf.cast(x, "float32") is x


def test_gradients_of_casts():
    agree(first(lambda x: tf.cast(x, tf.float64) * 2, [1.0]), [2.0])
    agree(first(lambda x: tf.cast(x, tf.complex64), [1.0]), [1.0])
    agree(first(lambda x: tf.cast(x, tf.float32), [1 + 2j]), [1 + 0j])
    assert first(lambda x: tf.cast(tf.cast(x, tf.int32), tf.float32), [1.0]) is None


@pytest.mark.filterwarnings("ignore:overflow encountered:RuntimeWarning")
def test_saturate_cast():
    agree(tf.saturate_cast([300.0, -5.0, INF], tf.uint8), [255, 0, 255], dtype="uint8")
    agree(tf.saturate_cast([3e10, -3e10], tf.int32), [2147483520, -(2**31)])
    agree(tf.saturate_cast(tf.constant([INF], tf.float16), tf.int32), [65504])
    agree(tf.saturate_cast([-1], tf.uint64), [0], dtype="uint64")
    agree(tf.saturate_cast(tf.constant([1e300], tf.float64), tf.float32), [3.4028235e38])


def test_bitcast():
    agree(tf.bitcast([1.0, 2.0], tf.int32), [0x3F800000, 0x40000000])
    agree(tf.bitcast(1.0, tf.uint8), [0, 0, 128, 63], dtype="uint8")
    agree(tf.bitcast([[1, 2]], tf.int64), [2 * 2**32 + 1], dtype="int64")


REFUSED = {
    "too many elements": (InvalidArgument, lambda: tf.reshape(A, [7]), ("7",)),
    "no multiple": (InvalidArgument, lambda: tf.reshape(A, [4, -1]), ("6", "4")),
    "two unknown sizes": (InvalidArgument, lambda: tf.reshape(A, [-1, -1]), ("-1",)),
    "an unknown size": (ValueError, lambda: tf.reshape(A, [None, 3]), ("None",)),
    "a float shape": (InvalidArgument, lambda: tf.reshape(A, [2.0, 3.0]), ("float32",)),
    "a wrong permutation": (InvalidArgument, lambda: tf.transpose(A, [0, 0]), ("[0, 0]",)),
    "a short permutation": (InvalidArgument, lambda: tf.transpose(A, [0]), ("size 2",)),
    "a new axis": (InvalidArgument, lambda: tf.expand_dims(A, 3), ("3",)),
    "squeezing a long axis": (InvalidArgument, lambda: tf.squeeze(A, 1), ("dim[1]", "3")),
    "ensured shape": (InvalidArgument, lambda: tf.ensure_shape(A, [3, 3]), ("[2, 3]",)),
    "concat of scalars": (InvalidArgument, lambda: tf.concat([1, 2], 0), ("scalars",)),
    "concat of ranks": (InvalidArgument, lambda: tf.concat([A, [1.0]], 0), ("[2, 3]", "[1]")),
    "concat of sizes": (InvalidArgument, lambda: tf.concat([A, [[1.0]]], 0), ("[1, 1]",)),
    "concat of dtypes": (
        InvalidArgument,
        lambda: tf.concat([tf.constant(A), tf.constant([[1]])], 0),
        ("int32",),
    ),
    "concat's axis": (InvalidArgument, lambda: tf.concat([A, A], 2), ("2",)),
    "stack's axis": (ValueError, lambda: tf.stack([A, A], 4), ("4",)),
    "stack of shapes": (
        InvalidArgument,
        lambda: tf.stack([tf.constant([1.0]), tf.constant([1.0, 2.0])]),
        ("[1]", "[2]"),
    ),
    "unstack's number": (InvalidArgument, lambda: tf.unstack(A, num=3), ("3",)),
    "uneven parts": (InvalidArgument, lambda: tf.split(A, 2, axis=1), ("2", "3")),
    "sizes that are too small": (InvalidArgument, lambda: tf.split(A, [1, 1], 1), ("[1, 1]",)),
    "a tensor as number": (ValueError, lambda: tf.split(A, tf.constant(3), 1), ("3",)),
    "too few multiples": (InvalidArgument, lambda: tf.tile(A, [2]), ("1",)),
    "negative multiples": (InvalidArgument, lambda: tf.tile(A, [-1, 1]), ("-1",)),
    "broadcast to another size": (InvalidArgument, lambda: tf.broadcast_to(A, [2, 4]), ("4",)),
    "broadcast to a lower rank": (InvalidArgument, lambda: tf.broadcast_to(A, [3]), ("2", "1")),
    "paddings too few": (InvalidArgument, lambda: tf.pad(A, [[1, 0]]), ("[1, 2]",)),
    "paddings too large": (
        InvalidArgument,
        lambda: tf.pad(A, [[2, 0], [0, 0]], "REFLECT"),
        ("2",),
    ),
    "paddings negative": (InvalidArgument, lambda: tf.pad(A, [[-1, 0], [0, 0]]), ("-1",)),
    "a mode": (ValueError, lambda: tf.pad(A, [[0, 0], [0, 0]], "EDGE"), ("EDGE",)),
    "reversing twice": (InvalidArgument, lambda: tf.reverse(A, [0, -2]), ("0",)),
    "reversing a scalar axis": (InvalidArgument, lambda: tf.reverse(A, 0), ("[]",)),
    "roll's axes": (InvalidArgument, lambda: tf.roll(A, [1, 2], [0]), ("2", "1")),
    "repeats": (ValueError, lambda: tf.repeat(A, [1, 2], axis=1), ("2", "3")),
    "cast of a string": (
        tf.errors.UnimplementedError,
        lambda: tf.cast("1", tf.int32),
        ("string", "int32"),
    ),
    "bitcast to a wider type": (InvalidArgument, lambda: tf.bitcast(1, tf.int64), ("int64",)),
    "bitcast of a bool": (InvalidArgument, lambda: tf.bitcast(True, tf.uint8), ("bool",)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    kind, call, received = REFUSED[name]
    with refuses(kind, *received):
        call()


def test_sizes_among_tensors() -> None:
    """A list of sizes is one of integers, whatever the types of the tensors in it."""
    three = tf.constant(3.0)
    assert tuple(tf.reshape(tf.ones(9), (three, 3, 1)).shape) == (3, 3, 1)
    assert tuple(tf.fill([tf.constant(2.5), 2], 1).shape) == (2, 2)
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.reshape(tf.ones(9), [3.0, 3.0])
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.slice(tf.ones([2, 3]), [tf.constant(1.0), 0], [1, 2])
