"""Looking up and writing by index: gradients, sharing and refusals."""

from __future__ import annotations

import numpy as np
import pytest

from ..helpers import agree, agree_slices, refuses
from ..subject import tf
from .slopes import first, second

InvalidArgument = tf.errors.InvalidArgumentError
A = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
X = [1.0, 2.0, 3.0]


# ------------------------------------------------------------------------------------- looking up
def test_gather():
    agree(tf.gather(A, [[1], [0]]), [[[4.0, 5.0, 6.0]], [[1.0, 2.0, 3.0]]])
    agree(tf.gather(A, [[0, 1], [2, 2]], batch_dims=1), [[1.0, 2.0], [6.0, 6.0]])
    agree(tf.gather(A, [0, 1], batch_dims=1), [1.0, 5.0])
    agree(tf.gather(A, [[0, 1], [2, 2]], batch_dims=-1), [[1.0, 2.0], [6.0, 6.0]])
    # An axis of 0 leaves no room for a batch: TensorFlow then looks up rows.
    agree(tf.gather(A, [1, 0], axis=0, batch_dims=1), A[::-1])
    agree(tf.gather(["a", "b"], [1, 0, 1]), ["b", "a", "b"])
    agree(tf.gather(tf.constant([1, 2, 3], tf.uint64), [2]), [3], dtype="uint64")
    assert tf.gather(tf.zeros([0, 3]), tf.zeros([0], tf.int32)).shape == [0, 3]


def test_gather_gives_rows_where_the_axis_is_called_zero():
    agree_slices(first(lambda x: tf.gather(x, [1, 1]) * X[:2], X), [1.0, 2.0], [1, 1], [3])
    agree_slices(first(lambda x: tf.gather(x, [1, 1], axis=0), X), [1.0, 1.0], [1, 1], [3])
    agree_slices(first(lambda x: tf.gather_nd(x, [[1], [1]]), X), [1.0, 1.0], [1, 1], [3])
    agree(first(lambda x: tf.gather(x, [1, 1], axis=-1), X), [0.0, 2.0, 0.0])
    agree(first(lambda x: tf.gather(x, [1, 1], axis=1), A), [[0.0, 2.0, 0.0]] * 2)
    agree(first(lambda x: tf.gather_nd(x, [[0, 1], [0, 1]]), A), [[0.0, 2.0, 0.0], [0.0] * 3])
    agree(first(lambda x: tf.repeat(x, 2), X), [2.0, 2.0, 2.0])
    agree(first(lambda x: tf.boolean_mask(x, [True, False, True]), X), [1.0, 0.0, 1.0])


def test_second_derivatives_of_lookups():
    agree(second(lambda x: tf.gather(x, [1, 1, 0], axis=-1) ** 3, X), [6.0, 48.0, 0.0])
    agree(second(lambda x: tf.gather_nd(x, [[0, 1], [0, 1]])[:, None] ** 2, A)[0], [0.0, 8.0, 0.0])
    agree(second(lambda x: x[::-1] ** 3, X), [6.0, 24.0, 54.0])


def test_where():
    agree(tf.where([[True, False], [False, True]]), np.array([[0, 0], [1, 1]]))
    agree(tf.where([1.5, 0.0, float("nan")]), np.array([[0], [2]]))
    assert tf.where(tf.zeros([0, 2])).shape == [0, 2]
    agree(tf.where([[True], [False]], X, 0.0), [X, [0.0, 0.0, 0.0]])
    agree(tf.where([True, False], tf.constant("a"), "b"), ["a", "b"])
    agree(tf.where([True, False], 1.0, 2), [1.0, 2.0])


def test_gradient_of_where():
    found = first(lambda x, y: tf.where([[True], [False]], x, y), X, 4.0)
    agree(found, [[1.0, 1.0, 1.0], 3.0])
    found = first(lambda x: tf.where(x > 1.0, x, float("inf")), [1.0, 2.0])
    agree(found, [0.0, 1.0])


def test_unique():
    agree(tuple(tf.unique([3, 1, 3, 2, 1])), ([3, 1, 2], [0, 1, 0, 2, 1]))
    y, idx, count = tf.unique_with_counts(["b", "a", "b"], out_idx=tf.int64)
    agree([y, idx, count], [["b", "a"], np.array([0, 1, 0]), np.array([2, 1])])
    nan = float("nan")
    agree(tf.unique([1.0, nan, nan]).y, [1.0, nan, nan])


def test_searchsorted():
    agree(tf.searchsorted([1, 3, 5], [0, 3, 9]), [0, 1, 3])
    agree(tf.searchsorted([1, 3, 5], [3], side="right", out_type=tf.int64), np.array([2]))
    agree(tf.searchsorted([[1, 3], [2, 4]], [[2], [4]]), [[1], [1]])
    big = tf.constant([1, 2**63], tf.uint64)
    agree(tf.searchsorted(big, big), [0, 1])


def test_slices():
    agree(tf.slice(A, [0, 1], [-1, 1]), [[2.0], [5.0]])
    agree(tf.strided_slice(A, [1, 1], [2, 3], begin_mask=1, end_mask=2), [[2.0, 3.0], [5.0, 6.0]])
    agree(tf.strided_slice(A, [0, -1], [2, -4], [1, -1]), [[3.0, 2.0, 1.0], [6.0, 5.0, 4.0]])


# ---------------------------------------------------------------------------------------- writing
def test_scatter_nd():
    agree(tf.scatter_nd([[1], [3], [1]], [1.0, 2.0, 3.0], [5]), [0.0, 4.0, 0.0, 2.0, 0.0])
    agree(tf.scatter_nd([[0], [0]], [True, True], [2]), [True, False])
    agree(tf.scatter_nd([[0], [0]], ["a", "b"], [2]), ["ab", ""])
    agree(tf.scatter_nd([[0], [0]], tf.constant([250, 10], tf.uint8), [1]), [4], dtype="uint8")
    agree(first(lambda u: tf.scatter_nd([[1], [1]], u, [3]) ** 2, [4.0, 5.0]), [18.0, 18.0])


WRITES = {
    # op: indices, updates; the result; the gradient of its square by tensor and updates
    "update": ([[0], [2]], [4.0, 5.0], [4.0, 2.0, 5.0], [0.0, 4.0, 0.0], [8.0, 10.0]),
    "add": ([[0], [0]], [4.0, 5.0], [10.0, 2.0, 3.0], [20.0, 4.0, 6.0], [20.0, 20.0]),
    "sub": ([[0], [0]], [4.0, 5.0], [-8.0, 2.0, 3.0], [-16.0, 4.0, 6.0], [16.0, 16.0]),
    "max": ([[0], [0]], [4.0, 2.0], [4.0, 2.0, 3.0], [0.0, 4.0, 6.0], [8.0, 0.0]),
    "min": ([[0], [1]], [0.5, 2.0], [0.5, 2.0, 3.0], [0.0, 2.0, 6.0], [1.0, 2.0]),
}


@pytest.mark.parametrize("how", WRITES)
def test_writes(how):
    indices, updates, expected, by_tensor, by_updates = WRITES[how]
    op = getattr(tf, f"tensor_scatter_nd_{how}")
    agree(op(X, indices, updates), expected)
    found = first(lambda x, u: op(x, indices, u) ** 2, X, updates)
    agree(found, [by_tensor, by_updates])


def test_the_last_update_is_seen_and_all_get_the_gradient():
    op = tf.tensor_scatter_nd_update
    agree(op(X, [[0], [0]], [7.0, 8.0]), [8.0, 2.0, 3.0])
    found = first(lambda x, u: op(x, [[0], [0]], u) ** 2, X, [4.0, 5.0])
    agree(found, [[0.0, 4.0, 6.0], [10.0, 10.0]])


def test_equal_extremes_share_the_gradient():
    op = tf.tensor_scatter_nd_max
    found = first(lambda x, u: op(x, [[0], [1]], u), X, [1.0, 2.0])
    agree(found, [[0.5, 0.5, 1.0], [0.5, 0.5]])
    found = first(lambda x, u: op(x, [[0], [0]], u), X, [4.0, 4.0])
    agree(found, [[0.0, 1.0, 1.0], [0.5, 0.5]])


REFUSED = {
    "an index": (InvalidArgument, lambda: tf.gather(A, [0, 5]), ("indices[1] = 5", "[0, 2)")),
    "a negative index": (InvalidArgument, lambda: tf.gather(A, [[0, -1]]), ("indices[0,1] = -1",)),
    "an index in a batch": (
        InvalidArgument,
        lambda: tf.gather(A, [[0], [3]], batch_dims=1),
        ("indices[1,0] = 3",),
    ),
    "float indices": (InvalidArgument, lambda: tf.gather(A, [0.0]), ("float32",)),
    "a scalar": (InvalidArgument, lambda: tf.gather(5.0, 0), ("scalar",)),
    "gather's axis": (InvalidArgument, lambda: tf.gather(A, [0], axis=2), ("2",)),
    "batches of two sizes": (
        InvalidArgument,
        lambda: tf.gather(A, [[0], [1], [2]], batch_dims=1),
        ("2", "3"),
    ),
    "coordinates": (InvalidArgument, lambda: tf.gather_nd(A, [[0, 3]]), ("indices[0]", "[0, 3]")),
    "too many coordinates": (InvalidArgument, lambda: tf.gather_nd(A, [[0, 0, 0]]), ("3", "2")),
    "one branch": (ValueError, lambda: tf.where([True], [1.0]), ("None",)),
    "a condition of numbers": (TypeError, lambda: tf.where([1], 1, 0), ("bool",)),
    "branches of two dtypes": (
        InvalidArgument,
        lambda: tf.where([True], tf.constant(1), tf.constant(1.0)),
        ("float32",),
    ),
    "shapes": (InvalidArgument, lambda: tf.where([True], X, [1.0, 2.0]), ("[3]", "[2]")),
    "where of a scalar": (InvalidArgument, lambda: tf.where(5), ("scalar",)),
    "a scalar mask": (ValueError, lambda: tf.boolean_mask(A, True), ("scalar",)),
    "a mask of another shape": (ValueError, lambda: tf.boolean_mask(A, [True] * 3), ("(3,)",)),
    "a matrix": (InvalidArgument, lambda: tf.unique([[1]]), ("[1, 1]",)),
    "a side": (ValueError, lambda: tf.searchsorted([1], [1], side="x"), ("x",)),
    "sequences of two dtypes": (
        InvalidArgument,
        lambda: tf.searchsorted([1], [0.5]),
        ("float32",),
    ),
    "a block": (InvalidArgument, lambda: tf.slice(A, [0, 1], [2, 3]), ("size[1]", "3")),
    "a begin": (InvalidArgument, lambda: tf.slice(A, [0, -1], [1, 1]), ("begin[1]", "-1")),
    "a step of zero": (
        InvalidArgument,
        lambda: tf.strided_slice(A, [0], [2], [0]),
        ("strides[0]",),
    ),
    "where to write": (
        InvalidArgument,
        lambda: tf.tensor_scatter_nd_add(X, [[0], [3]], [1.0, 1.0]),
        ("indices[1] = [3]", "[3]"),
    ),
    "updates of another shape": (
        InvalidArgument,
        lambda: tf.tensor_scatter_nd_update(A, [[1]], [7.0]),
        ("[1]", "[1, 3]"),
    ),
    "updates of another dtype": (
        InvalidArgument,
        lambda: tf.tensor_scatter_nd_update(tf.constant(A), [[1, 1]], tf.constant([7])),
        ("int32",),
    ),
    "adding truth": (
        tf.errors.NotFoundError,
        lambda: tf.tensor_scatter_nd_add([True], [[0]], [True]),
        ("bool",),
    ),
    "a negative shape": (InvalidArgument, lambda: tf.scatter_nd([[0]], [1.0], [-5]), ("-5",)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name):
    kind, call, received = REFUSED[name]
    with refuses(kind, *received):
        call()
