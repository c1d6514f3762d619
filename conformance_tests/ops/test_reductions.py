"""Reductions and running sums: axes, nothing to reduce, ties, zeros, infinities, errors."""

from __future__ import annotations

import pytest

from ..helpers import agree, refuses
from ..subject import tf
from .slopes import first, second

InvalidArgument = tf.errors.InvalidArgumentError
INF = float("inf")
NAN = float("nan")
TIES = [[1.0, 3.0, 3.0], [2.0, 2.0, 2.0]]
ZEROS = [[0.0, 2.0, 3.0], [0.0, 0.0, 5.0]]
INFINITE = [[INF, 1.0, 2.0], [-INF, -INF, -INF]]
THIRD = 1 / 3

# op, x, axis, value, gradient, gradient of the gradient counted 1, 2, ...
REDUCTIONS = {
    "max": (tf.reduce_max, TIES, 1, [3.0, 2.0], [[0.0, 0.5, 0.5], [THIRD] * 3], None),
    "max of all": (tf.reduce_max, TIES, None, 3.0, [[0.0, 0.5, 0.5], [0.0] * 3], None),
    "min": (tf.reduce_min, TIES, 1, [1.0, 2.0], [[1.0, 0.0, 0.0], [THIRD] * 3], None),
    "max of infinities": (
        tf.reduce_max, INFINITE, 1, [INF, -INF], [[1.0, 0.0, 0.0], [THIRD] * 3], None,
    ),
    "max of what is no number": (
        tf.reduce_max, [[1.0, NAN, 3.0], [2.0] * 3], 1, [NAN, 2.0], [[NAN] * 3, [THIRD] * 3], None,
    ),
    "prod": (
        tf.reduce_prod, ZEROS, 1, [0.0, 0.0], [[6.0, 0.0, 0.0], [0.0] * 3],
        [[0.0, 3.0, 2.0], [0.0, 0.0, 0.0]],
    ),
    "prod of all": (
        tf.reduce_prod, [[1.0, 2.0], [3.0, 4.0]], None, 24.0, [[24.0, 12.0], [8.0, 6.0]],
        [[72.0, 36.0], [24.0, 18.0]],
    ),
    "logsumexp": (
        tf.reduce_logsumexp, INFINITE, 1, [INF, -INF], [[NAN, 0.0, 0.0], [NAN] * 3], None,
    ),
    "logsumexp of large": (
        tf.reduce_logsumexp, [[1000.0, 1000.0], [-1000.0, -INF]], 1, [1000.6931472, -1000.0],
        [[0.5, 0.5], [1.0, 0.0]], None,
    ),
    "norm": (
        tf.math.reduce_euclidean_norm, [[3.0, 4.0], [0.0, 0.0]], 1, [5.0, 0.0],
        [[0.6, 0.8], [NAN, NAN]], None,
    ),
    "std": (
        tf.math.reduce_std, TIES, 1, [0.9428090, 0.0],
        [[-0.4714045, 0.2357023, 0.2357023], [NAN] * 3], None,
    ),
    "variance": (
        tf.math.reduce_variance, TIES, 1, [0.8888889, 0.0],
        [[-0.8888889, 0.4444444, 0.4444444], [0.0] * 3], None,
    ),
    "mean": (tf.reduce_mean, TIES, 0, [1.5, 2.5, 2.5], [[0.5] * 3] * 2, None),
}  # fmt: skip


@pytest.mark.parametrize("name", REDUCTIONS)
def test_a_reduction_at_its_special_points(name):
    op, x, axis, value, slopes, bends = REDUCTIONS[name]

    def along(v):
        return op(v, axis=axis)

    agree(along(x), value)
    agree(first(along, x), slopes)
    if bends is not None:
        agree(second(along, x), bends)


ALL = [
    tf.reduce_sum, tf.reduce_mean, tf.reduce_max, tf.reduce_min, tf.reduce_prod,
    tf.reduce_logsumexp, tf.math.reduce_euclidean_norm, tf.math.reduce_std,
    tf.math.reduce_variance,
]  # fmt: skip


@pytest.mark.parametrize("op", ALL)
def test_axes(op):
    x = tf.reshape(tf.range(1.0, 25.0), [2, 3, 4])
    assert op(x).shape == []
    assert op(x, keepdims=True).shape == [1, 1, 1]
    assert op(x, axis=1).shape == [2, 4]
    assert op(x, axis=-1, keepdims=True).shape == [2, 3, 1]
    assert op(x, axis=[0, -1]).shape == [3]
    assert op(x, axis=tf.constant([2, 0])).shape == [3]
    assert op(x, axis=[]).shape == [2, 3, 4]
    assert op(x, axis=(0, 1, 2), keepdims=True).shape == [1, 1, 1]
    agree(op(op(x, axis=2), axis=[]), op(op(x, axis=2, keepdims=True), axis=[])[..., 0].numpy())
    for wrong in (3, -4, [0, 0], [0, -3]):
        with refuses(InvalidArgument):
            op(x, axis=wrong)
    with refuses(InvalidArgument):
        op(tf.constant(1.0), axis=0)


@pytest.mark.parametrize(
    ("op", "value"),
    [
        (tf.reduce_sum, 0.0), (tf.reduce_mean, NAN), (tf.reduce_max, -INF), (tf.reduce_min, INF),
        (tf.reduce_prod, 1.0), (tf.reduce_logsumexp, -INF), (tf.math.reduce_euclidean_norm, 0.0),
        (tf.math.reduce_std, NAN), (tf.math.reduce_variance, NAN),
    ],
)  # fmt: skip
def test_nothing_to_reduce(op, value):
    agree(op(tf.zeros([0])), value)
    agree(op(tf.zeros([2, 0]), axis=1), [value, value])
    assert op(tf.zeros([0, 3]), axis=1).shape == [0]
    assert first(op, tf.zeros([2, 0])).shape == [2, 0]


def test_no_integers_to_reduce():
    nothing = tf.zeros([0], tf.int32)
    agree(tf.reduce_max(nothing), -(2**31))
    agree(tf.reduce_min(nothing), 2**31 - 1)
    agree(tf.reduce_mean(nothing), 0)
    agree(tf.reduce_any(tf.zeros([0], tf.bool)), False)
    agree(tf.reduce_all(tf.zeros([0], tf.bool)), True)


def test_integers_keep_their_dtype():
    agree(tf.reduce_sum([[1, 2], [3, 4]]), 10)
    agree(tf.reduce_sum(tf.constant([200, 100], tf.uint8)), 44, dtype=tf.uint8)
    agree(tf.reduce_mean([-7, 2]), -2)
    agree(tf.reduce_mean(tf.constant([200, 100], tf.uint8)), 150, dtype=tf.uint8)
    agree(tf.reduce_mean([2**31 - 1, 2**31 - 1]), 2**31 - 1)
    agree(tf.math.reduce_euclidean_norm([3, 4]), 5)
    for op in (tf.math.reduce_std, tf.math.reduce_variance):
        with refuses(TypeError, "int32"):
            op([1, 2])
    with refuses(InvalidArgument, "int32"):
        tf.reduce_logsumexp([1, 2])


def test_complex_numbers_vary_by_real_amounts():
    x = tf.constant([1 + 2j, 3 - 1j, 0j])
    agree(tf.math.reduce_variance(x), 3.111111111111111, dtype=tf.float64)
    agree(tf.math.reduce_std(x), 1.7638342073763937, dtype=tf.float64)
    agree(tf.math.reduce_euclidean_norm(x), 3.872983346207417 + 0j)


def test_any_and_all_take_bool_alone():
    agree(tf.reduce_any([[True, False], [False, False]], axis=1), [True, False])
    agree(tf.reduce_all([[True, False], [True, True]], axis=1, keepdims=True), [[False], [True]])
    with refuses(TypeError, "bool"):
        tf.reduce_any([1])
    with refuses(InvalidArgument, "float"):
        tf.reduce_all(tf.constant([1.0]))


@pytest.mark.parametrize(
    ("op", "dtype"),
    [(tf.reduce_sum, tf.bool), (tf.reduce_max, tf.complex64), (tf.reduce_max, tf.bool)],
)
def test_a_reduction_refuses_a_dtype(op, dtype):
    with refuses(InvalidArgument, dtype.name):
        op(tf.cast(tf.constant([1, 0]), dtype))


def test_counting():
    x = [[1.0, 0.0], [NAN, -0.0]]
    agree(tf.math.count_nonzero(x), 2, dtype=tf.int64)
    agree(tf.math.count_nonzero(x, axis=0, dtype=tf.int32), [2, 0])
    agree(tf.math.count_nonzero(["", "a"]), 1, dtype=tf.int64)
    agree(tf.math.count_nonzero([True, False], keepdims=True), [1], dtype=tf.int64)
    agree(tf.math.zero_fraction(x), 0.5)
    agree(tf.math.zero_fraction(tf.zeros([0])), NAN)


# ------------------------------------------------------------------------------------- argmax
def test_argmax_takes_the_first():
    x = [[3.0, 3.0, 1.0], [2.0, 5.0, 5.0]]
    agree(tf.argmax(x), [0, 1, 1], dtype=tf.int64)
    agree(tf.argmax(x, axis=-1), [0, 1], dtype=tf.int64)
    agree(tf.argmin(x, axis=1, output_type=tf.int32), [2, 0])
    agree(tf.argmax([False, True, True]), 1, dtype=tf.int64)
    agree(tf.argmax([[NAN, 1.0], [2.0, NAN]], axis=1), [1, 0], dtype=tf.int64)
    agree(tf.argmax(x, output_type=tf.uint16), [0, 1, 1], dtype=tf.uint16)
    assert tf.argmax(tf.zeros([0, 3]), axis=1).shape == [0]


def test_argmax_refuses():
    with refuses(InvalidArgument, "empty"):
        tf.argmax(tf.zeros([0, 3]))
    with refuses(InvalidArgument, "axis"):
        tf.argmax([1.0], axis=1)
    with refuses(InvalidArgument, "complex"):
        tf.argmax(tf.constant([1j]))
    with refuses(InvalidArgument, "int16"):
        tf.argmin([1.0], output_type=tf.int16)


# ------------------------------------------------------------------------------------- running
@pytest.mark.parametrize(
    ("how", "sums", "products"),
    [
        ({}, [1.0, 3.0, 6.0], [1.0, 2.0, 6.0]),
        ({"exclusive": True}, [0.0, 1.0, 3.0], [1.0, 1.0, 2.0]),
        ({"reverse": True}, [6.0, 5.0, 3.0], [6.0, 6.0, 3.0]),
        ({"exclusive": True, "reverse": True}, [5.0, 3.0, 0.0], [6.0, 3.0, 1.0]),
    ],
    ids=str,
)
def test_running(how, sums, products):
    x = [1.0, 2.0, 3.0]
    agree(tf.cumsum(x, **how), sums)
    agree(tf.math.cumprod(x, **how), products)
    agree(tf.cumsum([[1.0], [2.0], [3.0]], axis=0, **how), [[s] for s in sums])
    agree(tf.exp(tf.math.cumulative_logsumexp(tf.math.log(x), **how)), sums)


def test_running_gradients():
    x = [0.0, 2.0, 3.0]
    agree(first(tf.cumsum, x), [3.0, 2.0, 1.0])
    # By division, as TensorFlow does it: what is 0 gets 0.
    agree(first(tf.math.cumprod, x), [0.0, 0.0, 0.0])
    agree(first(tf.math.cumprod, [1.0, 2.0, 3.0]), [9.0, 4.0, 2.0])
    agree(first(tf.math.cumulative_logsumexp, [0.0, 0.0]), [1.5, 0.5])


def test_running_refuses():
    with refuses(InvalidArgument, "axis"):
        tf.cumsum([1.0], axis=1)
    with refuses(InvalidArgument):
        tf.cumsum(1.0)
    with refuses(ValueError, "axis"):
        tf.cumsum([1.0], axis=None)
    with refuses(InvalidArgument, "bool"):
        tf.cumsum([True])
    with refuses(InvalidArgument, "int32"):
        tf.math.cumulative_logsumexp([1])
