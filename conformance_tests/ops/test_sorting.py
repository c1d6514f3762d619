"""Sorting, top_k, and sums by segment: order of equals, gradients, errors."""

from __future__ import annotations

import pytest

from ..helpers import agree, refuses
from ..subject import tf
from .slopes import first

InvalidArgument = tf.errors.InvalidArgumentError
INF = float("inf")
NAN = float("nan")
X = [[3.0, 1.0, 3.0], [1.0, 5.0, 5.0]]


def test_sort():
    agree(tf.sort(X), [[1.0, 3.0, 3.0], [1.0, 5.0, 5.0]])
    agree(tf.sort(X, direction="DESCENDING"), [[3.0, 3.0, 1.0], [5.0, 5.0, 1.0]])
    agree(tf.sort(X, axis=0), [[1.0, 1.0, 3.0], [3.0, 5.0, 5.0]])
    agree(tf.sort([3, -1, 2]), [-1, 2, 3])
    agree(tf.sort(tf.constant([3, 255, 1], tf.uint8)), [1, 3, 255], dtype=tf.uint8)
    agree(tf.sort([INF, -INF, 0.0]), [-INF, 0.0, INF])


def test_argsort_keeps_the_order_of_equals():
    agree(tf.argsort(X), [[1, 0, 2], [0, 1, 2]])
    agree(tf.argsort(X, direction="DESCENDING"), [[0, 2, 1], [1, 2, 0]])
    agree(tf.argsort(X, axis=0, stable=True), [[1, 0, 0], [0, 1, 1]])


def test_sort_moves_the_gradient_along():
    def weighted(x):
        return tf.sort(x) * [1.0, 10.0, 100.0]

    agree(first(weighted, X), [[10.0, 1.0, 100.0], [1.0, 10.0, 100.0]])


def test_sort_refuses():
    with refuses(ValueError, "direction"):
        tf.sort(X, direction="UP")
    with refuses(InvalidArgument):
        tf.sort(1.0)
    with refuses(InvalidArgument):
        tf.sort(X, axis=2)
    with refuses(InvalidArgument, "bool"):
        tf.sort([True, False])


def test_top_k():
    found = tf.math.top_k(X, 2)
    agree(found.values, [[3.0, 3.0], [5.0, 5.0]])
    agree(found.indices, [[0, 2], [1, 2]])
    values, indices = tf.math.top_k(X, k=tf.constant(1), index_type=tf.int64)
    agree(values, [[3.0], [5.0]])
    agree(indices, [[0], [1]], dtype=tf.int64)
    assert tf.math.top_k(X, 0).values.shape == [2, 0]
    agree(first(lambda x: tf.math.top_k(x, 2).values, X), [[1.0, 0.0, 1.0], [0.0, 1.0, 1.0]])
    assert tf.nn.top_k is tf.math.top_k


def test_top_k_refuses():
    with refuses(InvalidArgument, "4", "3"):
        tf.math.top_k(X, 4)
    with refuses(InvalidArgument, "-1"):
        tf.math.top_k(X, -1)
    with refuses(InvalidArgument):
        tf.math.top_k(1.0, 1)
    with refuses(TypeError, "2.0"):
        tf.math.top_k(tf.constant(X), 2.0)


def test_in_top_k():
    scores = [[3.0, 1.0, 2.0], [1.0, 5.0, 5.0]]
    agree(tf.math.in_top_k([0, 2], scores, 1), [True, True])
    agree(tf.math.in_top_k([1, 0], scores, 2), [False, False])
    agree(tf.math.in_top_k([5, -1], scores, 3), [False, False])
    agree(tf.math.in_top_k([0, 1], [[3.0, NAN, 2.0], [1.0, INF, 5.0]], 3), [False, False])
    with refuses(InvalidArgument, "2", "1"):
        tf.math.in_top_k([0], scores, 1)


def test_monotone():
    agree(tf.math.is_non_decreasing([1, 2, 2]), True)
    agree(tf.math.is_strictly_increasing([1, 2, 2]), False)
    agree(tf.math.is_strictly_increasing(tf.zeros([0])), True)
    with refuses(TypeError):
        tf.math.is_non_decreasing("a")


def test_invert_permutation():
    agree(tf.math.invert_permutation([2, 0, 1]), [1, 2, 0])
    with refuses(InvalidArgument, "2"):
        tf.math.invert_permutation([2, 0, 2])


# ----------------------------------------------------------------------------------- segments
ROWS = [[1.0, 2.0], [3.0, 4.0], [3.0, 0.0], [-1.0, 5.0]]


@pytest.mark.parametrize(
    ("op", "value", "slopes"),
    [
        (
            tf.math.segment_sum, [[4.0, 6.0], [0.0, 0.0], [2.0, 5.0]],
            [[1.0, 1.0], [1.0, 1.0], [1.0, 1.0], [1.0, 1.0]],
        ),
        (
            tf.math.segment_mean, [[2.0, 3.0], [0.0, 0.0], [1.0, 2.5]],
            [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [0.5, 0.5]],
        ),
        (
            tf.math.segment_max, [[3.0, 4.0], [0.0, 0.0], [3.0, 5.0]],
            [[0.0, 0.0], [1.0, 1.0], [1.0, 0.0], [0.0, 1.0]],
        ),
        (
            tf.math.segment_min, [[1.0, 2.0], [0.0, 0.0], [-1.0, 0.0]],
            [[1.0, 1.0], [0.0, 0.0], [0.0, 1.0], [1.0, 0.0]],
        ),
        (
            tf.math.segment_prod, [[3.0, 8.0], [1.0, 1.0], [-3.0, 0.0]],
            [[3.0, 4.0], [1.0, 2.0], [-1.0, 5.0], [3.0, 0.0]],
        ),
    ],
)  # fmt: skip
def test_segments(op, value, slopes):
    ids = tf.constant([0, 0, 2, 2])
    agree(op(ROWS, ids), value)
    agree(first(lambda x: op(x, ids), ROWS), slopes)


def test_equal_elements_of_a_segment_share_the_gradient():
    ids = tf.constant([0, 0, 0])
    agree(first(lambda x: tf.math.segment_max(x, ids), [2.0, 2.0, 1.0]), [0.5, 0.5, 0.0])
    agree(first(lambda x: tf.math.segment_max(x, ids), [0.0, -1.0, -2.0]), [1.0, 0.0, 0.0])


def test_segment_ids_ascend():
    x = [1.0, 2.0]
    for wrong in ([1, 0], [-1, 0], [0], [[0, 1]], [0.0, 1.0]):
        with refuses(InvalidArgument):
            tf.math.segment_sum(x, wrong)
    agree(tf.math.segment_mean([1, 2], [0, 0]), [1])
    assert tf.math.segment_sum(tf.zeros([0, 3]), tf.zeros([0], tf.int32)).shape == [0, 3]


def test_unsorted_segments():
    x, ids = tf.constant(ROWS), tf.constant([2, -1, 2, 0])
    agree(tf.math.unsorted_segment_sum(x, ids, 3), [[-1.0, 5.0], [0.0, 0.0], [4.0, 2.0]])
    agree(tf.math.unsorted_segment_mean(x, ids, 3), [[-1.0, 5.0], [0.0, 0.0], [2.0, 1.0]])
    agree(tf.math.unsorted_segment_sqrt_n(x, ids, 3)[2], [2.8284271, 1.4142135])
    agree(tf.math.unsorted_segment_prod(x, ids, 3), [[-1.0, 5.0], [1.0, 1.0], [3.0, 0.0]])
    low = -3.4028235e38
    agree(tf.math.unsorted_segment_max(x, ids, 3), [[-1.0, 5.0], [low, low], [3.0, 2.0]])
    agree(tf.math.unsorted_segment_min([1, 2], [0, 0], 2), [1, 2**31 - 1])
    agree(tf.math.unsorted_segment_sum(x, tf.constant([[0, 1]] * 4), tf.constant(2)), [6.0, 11.0])
    agree(first(lambda v: tf.math.unsorted_segment_sum(v, ids, 3), ROWS)[1], [0.0, 0.0])


def test_unsorted_segments_refuse():
    x = [1.0, 2.0]
    with refuses(InvalidArgument, "2"):
        tf.math.unsorted_segment_sum(x, [0, 2], 2)
    with refuses(InvalidArgument, "-1"):
        tf.math.unsorted_segment_sum(x, [0, 1], -1)
    with refuses(InvalidArgument, "shape"):
        tf.math.unsorted_segment_sum(x, [0], 2)


# ----------------------------------------------------------------------------------- counting
def test_bincount():
    agree(tf.math.bincount([1, 1, 3]), [0, 2, 0, 1])
    agree(tf.math.bincount([1, 1, 3], minlength=6), [0, 2, 0, 1, 0, 0])
    agree(tf.math.bincount([1, 1, 3], minlength=3, maxlength=2), [0, 2])
    agree(tf.math.bincount([1, 1, 3], weights=[1.0, 2.0, 3.0]), [0.0, 3.0, 0.0, 3.0])
    agree(tf.math.bincount([1, 1, 3], dtype=tf.float32), [0.0, 2.0, 0.0, 1.0])
    agree(tf.math.bincount([1, 1, 3], binary_output=True), [0, 1, 0, 1])
    rows = [[1, 1], [2, 0]]
    agree(tf.math.bincount(rows), [1, 2, 1])
    agree(tf.math.bincount(rows, axis=-1), [[0, 2, 0], [1, 0, 1]])
    weighted = tf.math.bincount(rows, axis=-1, weights=[[1.0, 2.0], [3.0, 4.0]])
    agree(weighted, [[0.0, 3.0, 0.0], [4.0, 0.0, 3.0]])
    with refuses(InvalidArgument, "-1"):
        tf.math.bincount([-1, 1])
    with refuses(InvalidArgument, "weights"):
        tf.math.bincount([1, 1, 3], weights=[1.0, 2.0])


def test_confusion_matrix_is_differentiable_by_the_weights():
    weights = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        table = tf.math.confusion_matrix([1, 2], [2, 2], weights=weights, dtype=tf.float32)
        total = tf.reduce_sum(table**2)
    agree(tape.gradient(total, weights), [2.0, 4.0])


def test_confusion_matrix():
    agree(tf.math.confusion_matrix([1, 2], [1, 0]), [[0, 0, 0], [0, 1, 0], [1, 0, 0]])
    agree(tf.math.confusion_matrix([[1], [0]], [1, 0], num_classes=2), [[1, 0], [0, 1]])
    weighted = tf.math.confusion_matrix([1, 0], [1, 0], weights=[0.5, 2.0], dtype=tf.float32)
    agree(weighted, [[2.0, 0.0], [0.0, 0.5]])
    with refuses(InvalidArgument, "labels"):
        tf.math.confusion_matrix([1, 2], [1, 0], num_classes=2)
