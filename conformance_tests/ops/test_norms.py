"""Norms and clipping: gradients at 0 and on the bounds, what is not finite, IndexedSlices."""

from __future__ import annotations

import numpy as np
import pytest

from ..helpers import Tolerance, agree, agree_slices, refuses
from ..subject import tf
from .slopes import first, second

InvalidArgument = tf.errors.InvalidArgumentError
INF = float("inf")
NAN = float("nan")
M = [[3.0, -4.0], [6.0, 8.0]]


# ----------------------------------------------------------------------------------------- norms
@pytest.mark.parametrize(
    ("keywords", "expected"),
    [
        ({}, 11.18034),
        ({"axis": 1}, [5.0, 10.0]),
        ({"axis": -1, "keepdims": True}, [[5.0], [10.0]]),
        ({"keepdims": True}, [[11.18034]]),
        ({"axis": [0, 1]}, 11.18034),
        ({"ord": "fro", "axis": (0, 1)}, 11.18034),
        ({"ord": 1}, 21.0),
        ({"ord": 1, "axis": [0, 1]}, 12.0),
        ({"ord": 1, "axis": [1, 0]}, 14.0),
        ({"ord": 2, "axis": [0, 1], "keepdims": True}, [[10.125617]]),
        ({"ord": np.inf}, 8.0),
        ({"ord": np.inf, "axis": [0, 1]}, 14.0),
        ({"ord": np.inf, "axis": [-1, -2]}, 12.0),
        ({"ord": 3}, 9.356096),
        ({"ord": 2.5, "axis": 1}, [4.688141, 9.376282]),
        ({"ord": 0.5}, 81.17952),
    ],
)
def test_norm(keywords, expected):
    agree(tf.norm(M, **keywords), expected)


def test_norm_of_stacks_and_of_complex_numbers():
    x = tf.reshape(tf.range(8.0), [2, 2, 2])
    agree(tf.norm(x, ord=2, axis=[0, 2]), [6.4510098, 9.891232])
    agree(tf.norm(x, ord=1, axis=[0, 2]), [6.0, 10.0])
    z = tf.constant([3 + 4j, 0j])
    agree(tf.norm(z), 5 + 0j)
    agree(tf.norm(z, ord=1), np.float64(5.0))


@pytest.mark.parametrize(
    "keywords",
    [
        {"ord": "fro"},
        {"ord": -np.inf},
        {"ord": 0},
        {"ord": "nuc"},
        {"ord": 3, "axis": [0, 1]},
        {"axis": [0]},
        {"axis": [0, 0]},
        {"axis": [0, 1, 2]},
    ],
    ids=str,
)
def test_norm_refuses(keywords):
    with refuses(ValueError, "norm: received"):
        tf.norm(M, **keywords)


@pytest.mark.parametrize(
    ("order", "x", "slopes", "bends"),
    [
        ("euclidean", [3.0, 4.0], [0.6, 0.8], [-0.064, 0.048]),
        ("euclidean", [0.0, 0.0], [NAN, NAN], [NAN, NAN]),
        (1, [0.0, -2.0, 3.0], [0.0, -1.0, 1.0], [0.0, 0.0, 0.0]),
        (np.inf, [0.0, -3.0, 3.0], [0.0, -0.5, 0.5], [0.0, 0.0, 0.0]),
        (3, [0.0, -3.0, 3.0], [0.0, -0.62996066, 0.62996066], [0.0, 1.0499344, 1.0499344]),
    ],
    ids=str,
)
def test_norm_gradients(order, x, slopes, bends):
    agree(first(lambda x: tf.norm(x, ord=order), x), slopes)
    agree(second(lambda x: tf.norm(x, ord=order), x), bends)


def test_normalize():
    agree(tf.linalg.normalize(M, axis=1), ([[0.6, -0.8], [0.6, 0.8]], [[5.0], [10.0]]))
    agree(tf.linalg.normalize([0.0, 0.0]), ([NAN, NAN], [0.0]))


def test_l2_normalize():
    agree(tf.nn.l2_normalize(M, axis=1), [[0.6, -0.8], [0.6, 0.8]])
    agree(tf.math.l2_normalize([0.0, 0.0]), [0.0, 0.0])
    # Below epsilon the length counts as a constant.
    agree(first(tf.nn.l2_normalize, [0.0, 0.0]), [1e6, 1e6])
    agree(first(tf.nn.l2_normalize, [3.0, 4.0]), [0.032, -0.024])
    agree(tf.nn.l2_normalize(tf.constant([3 + 4j, 0j])), [0.6 + 0.8j, 0j])
    with refuses(TypeError, "int32"):
        tf.nn.l2_normalize([3, 4])


# -------------------------------------------------------------------------------------- clipping
POINTS = [-INF, -2.0, -1.0, 0.0, 1.0, 2.0, INF, NAN]


def test_clip_by_value():
    agree(tf.clip_by_value(POINTS, -1.0, 1.0), [-1.0, -1.0, -1.0, 0.0, 1.0, 1.0, 1.0, NAN])
    slopes = first(lambda x: tf.clip_by_value(x, -1.0, 1.0), POINTS)
    agree(slopes, [0.0, 0.0, 1.0, 1.0, 1.0, 0.0, 0.0, 0.0])


def test_clip_by_value_differentiates_its_bounds():
    x, low, high = first(tf.clip_by_value, [-2.0, -1.0, 0.0, 1.0, 2.0, 3.0], -1.0, 1.0)
    agree(x, [0.0, 1.0, 1.0, 1.0, 0.0, 0.0])
    agree((low, high), (1.0, 2.0))


def test_clip_by_value_of_other_kinds():
    agree(tf.clip_by_value(M, [[1.5], [2.0]], [3.0, 9.0]), [[3.0, 1.5], [3.0, 8.0]])
    agree(tf.clip_by_value(tf.constant([1, 5]), 2, 3), [2, 3])
    agree(tf.clip_by_value([1.0, 2.0], 1.0, 0.0), [1.0, 1.0])
    slices = tf.IndexedSlices(tf.constant([[1.0, 9.0]]), tf.constant([1]), tf.constant([3, 2]))
    agree_slices(tf.clip_by_value(slices, 2.0, 3.0), [[2.0, 3.0]], [1], [3, 2])


def test_clip_by_value_refuses():
    with refuses(ValueError, "(2,)", "(2, 2)"):
        tf.clip_by_value([1.0, 2.0], [[1.5, 2.5], [0.0, 0.0]], 3.0)
    with refuses(TypeError, "int32"):
        tf.clip_by_value([1, 5], 2.5, 3.5)
    with refuses(InvalidArgument, "float32", "int32"):
        tf.clip_by_value([1.0, 5.0], tf.constant(2), tf.constant(3))


def test_clip_by_norm():
    agree(tf.clip_by_norm([3.0, 4.0], 1.0), [0.6, 0.8])
    agree(tf.clip_by_norm([3.0, 4.0], 10.0), [3.0, 4.0])
    agree(tf.clip_by_norm([3.0, 4.0], -1.0), [0.0, 0.0])
    agree(tf.clip_by_norm(M, 1.0, axes=[1]), [[0.6, -0.8], [0.6, 0.8]])
    agree(tf.clip_by_norm([INF, 4.0], 1.0), [NAN, 0.0])
    agree(tf.clip_by_norm(tf.constant([3.0, 4.0], tf.float64), 1), np.array([0.6, 0.8]))
    with refuses(ValueError, "(1, 2)", "(2, 1)"):
        tf.clip_by_norm([[3.0, 4.0]], [[1.0], [2.0]])


@pytest.mark.parametrize(
    ("x", "bound", "slopes"),
    [
        ([3.0, 4.0], 1.0, [0.032, -0.024]),
        ([3.0, 4.0], 10.0, [1.0, 1.0]),
        ([3.0, 4.0], 5.0, [0.16, -0.12]),
        ([0.0, 0.0], 1.0, [1.0, 1.0]),
    ],
)
def test_clip_by_norm_gradients(x, bound, slopes):
    got = first(lambda x: tf.clip_by_norm(x, bound), x)
    agree(got, slopes, tolerance=Tolerance(1e-5, 1e-6))


def test_clip_by_global_norm():
    a, b = tf.constant([3.0, 0.0]), tf.constant([0.0, 4.0])
    agree(tf.clip_by_global_norm([a, None, b], 1.0), ([[0.6, 0.0], None, [0.0, 0.8]], 5.0))
    agree(tf.clip_by_global_norm([a, b], 10.0), ([[3.0, 0.0], [0.0, 4.0]], 5.0))
    agree(tf.clip_by_global_norm((a, b), 1.0, use_norm=tf.constant(10.0))[0][0], [0.3, 0.0])
    agree(tf.clip_by_global_norm([a, [0.0, INF]], 1.0), ([[NAN, NAN], [NAN, NAN]], INF))
    agree(tf.clip_by_global_norm([], 1.0)[1], 0.0)
    rows = tf.IndexedSlices(tf.constant([[3.0, 4.0]]), tf.constant([1]), tf.constant([3, 2]))
    clipped, size = tf.clip_by_global_norm([rows, tf.constant([12.0])], 1.0)
    agree_slices(clipped[0], np.array([[3 / 13, 4 / 13]], np.float32), [1], [3, 2])
    agree(size, 13.0)


def test_global_norm():
    a, b = [3.0, 0.0], [0.0, 4.0]
    agree(tf.linalg.global_norm([tf.constant(a), None, tf.constant(b)]), 5.0)
    agree(first(lambda x, y: tf.linalg.global_norm([x, y]), a, b), [[0.6, 0.0], [0.0, 0.8]])
    got = first(lambda x, y: tf.clip_by_global_norm([x, y], 1.0)[0][0], a, b)
    agree(got, [[0.128, 0.2], [0.0, -0.096]])
    for op in (tf.linalg.global_norm, lambda t: tf.clip_by_global_norm(t, 1.0)):
        with refuses(TypeError, "sequence"):
            op(tf.constant(a))


# --------------------------------------------------------------------------------------- moments
def test_moments():
    x = tf.constant([[1.0, 2.0], [3.0, 5.0]])
    agree(tf.nn.moments(x, [0]), ([2.0, 3.5], [1.0, 2.25]))
    agree(tf.nn.moments(x, [0, 1], keepdims=True), ([[2.75]], [[2.1875]]))
    # The variance's gradient takes the mean for a constant.
    agree(first(lambda x: tf.nn.moments(x, [0])[1], x), [[-1.0, -1.5], [1.0, 1.5]])
    agree(second(lambda x: tf.nn.moments(x, [0])[1], x), [[1.0, 2.0], [3.0, 4.0]])


def test_batch_normalization():
    x = tf.constant([[1.0, 2.0], [3.0, 5.0]])
    mean, variance = tf.constant([1.0, 2.0]), tf.constant([4.0, 9.0])
    got = tf.nn.batch_normalization(x, mean, variance, None, None, 0.0)
    agree(got, [[0.0, 0.0], [1.0, 1.0]])
    got = tf.nn.batch_normalization(x, mean, variance, [1.0, 1.0], [2.0, 3.0], 0.0)
    agree(got, [[1.0, 1.0], [3.0, 4.0]])


# ------------------------------------------------------------------------------------- embedding
def test_embedding_lookup():
    table = tf.constant([[3.0, 4.0], [6.0, 8.0]])
    agree(tf.nn.embedding_lookup(table, [[1], [0]]), [[[6.0, 8.0]], [[3.0, 4.0]]])
    agree(tf.nn.embedding_lookup(table, [1, 0], max_norm=1.0), [[0.6, 0.8], [0.6, 0.8]])
    agree(tf.nn.embedding_lookup([table[:1], table[1:]], [1, 0]), [[6.0, 8.0], [3.0, 4.0]])
    got = first(lambda x: tf.nn.embedding_lookup(x, [1, 1]), table)
    agree_slices(got, [[1.0, 1.0], [1.0, 1.0]], [1, 1], [2, 2])
    with refuses(ValueError, "params"):
        tf.nn.embedding_lookup(None, [1])


def test_moments_of_what_has_no_weight() -> None:
    for values in ([float("inf"), 1.0, 2.0], [1e30, 1e30, -1e30]):
        agree(tf.nn.weighted_moments(values, [0], tf.zeros([3])), (0.0, 0.0))
