"""Cross entropies: the gradients TensorFlow gives, labels out of range, shapes that do not fit."""

from __future__ import annotations

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf
from .slopes import first, second

InvalidArgument = tf.errors.InvalidArgumentError
INF = float("inf")
NAN = float("nan")
LOGITS = [[1.0, 2.0, 3.0], [1000.0, 0.0, -1000.0], [0.0, 0.0, 0.0]]
CHANCES = [[0.2, 0.3, 0.5], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]


# --------------------------------------------------------------------------------------- softmax
def test_softmax_cross_entropy():
    op = tf.nn.softmax_cross_entropy_with_logits
    agree(op(CHANCES, LOGITS), [1.1076059, 0.0, 1.0986123])
    by_labels, by_logits = first(op, CHANCES, LOGITS)
    expected = [[2.4076059, 1.4076059, 0.40760595], [0.0, 1000.0, 2000.0], [1.0986123] * 3]
    agree(by_labels, expected)
    expected = [[-0.10996943, -0.05527152, 0.16524094], [0.0] * 3, [1 / 3, 1 / 3, -2 / 3]]
    agree(by_logits, expected)


def test_certainty_costs_0_and_not_minus_0():
    loss = tf.nn.softmax_cross_entropy_with_logits([[1.0, 0.0]], [[1000.0, 0.0]])
    assert not np.signbit(loss.numpy())[0]
    loss = tf.nn.sparse_softmax_cross_entropy_with_logits([0], [[1000.0, 0.0]])
    assert not np.signbit(loss.numpy())[0]


def test_softmax_cross_entropy_takes_labels_to_add_up_to_1():
    labels = [[-0.6, -0.4, 0.0]]
    got = first(lambda x: tf.nn.softmax_cross_entropy_with_logits(labels, x), [[1.0, 2.0, 3.0]])
    agree(got, [[0.6900306, 0.6447285, 0.66524094]])


def test_softmax_cross_entropy_to_second_order():
    got = second(
        lambda x: tf.nn.softmax_cross_entropy_with_logits([[0.2, 0.3, 0.5]], x), [[1.0, 2.0, 3.0]]
    )
    agree(got, [[-0.1418171, -0.14077035, 0.28258747]])


@pytest.mark.parametrize(
    ("labels", "logits", "expected"),
    [
        ([[0.0, 1.0]], [[INF, 1.0]], [NAN]),
        ([[0.0, 1.0]], [[-INF, 1.0]], [NAN]),
        ([[1.0, 0.0]], [[-INF, 1.0]], [INF]),
    ],
)
def test_softmax_cross_entropy_at_infinity(labels, logits, expected):
    agree(tf.nn.softmax_cross_entropy_with_logits(labels, logits), expected)


def test_softmax_cross_entropy_of_other_shapes():
    op = tf.nn.softmax_cross_entropy_with_logits
    agree(op([1, 0], [1.0, 2.0]), 1.3132616)
    agree(op(CHANCES, LOGITS, axis=0), [199.8, 0.07186346, 3.072881])
    agree(op([[0.2, 0.3, 0.5]], LOGITS), [1.1076059, 1300.0, 1.0986123])
    agree(op(np.ones((0, 3), np.float32), tf.zeros([0, 3])), np.zeros(0, np.float32))
    agree(op(tf.constant(CHANCES, tf.float64), LOGITS), [1.1076059, 0.0, 1.0986123])


def test_softmax_cross_entropy_refuses():
    op = tf.nn.softmax_cross_entropy_with_logits
    with refuses(InvalidArgument, "[2, 3]", "[3, 3]"):
        op(CHANCES[:2], LOGITS)
    with refuses(InvalidArgument, "int32", "float32"):
        op([[1, 0]], [[1, 2]])
    with refuses(InvalidArgument, "scalars"):
        op(1.0, 1.0)
    with refuses(ValueError, "None"):
        op(None, LOGITS)


# ---------------------------------------------------------------------------------------- sparse
@pytest.mark.parametrize("dtype", [tf.int32, tf.int64], ids=lambda d: d.name)
def test_sparse_cross_entropy(dtype):
    labels = tf.constant([0, 2, 1], dtype)
    op = tf.nn.sparse_softmax_cross_entropy_with_logits
    agree(op(labels, LOGITS), [2.4076059, 2000.0, 1.0986123])
    got = first(lambda x: op(labels, x), LOGITS)
    expected = [[-0.90996945, 0.24472848, 0.66524094], [1.0, 0.0, -1.0], [1 / 3, -2 / 3, 1 / 3]]
    agree(got, expected)
    got = second(lambda x: op(labels, x), LOGITS)
    expected = [[-0.1418171, -0.14077035, 0.28258747], [0.0] * 3, [-1 / 3, 0.0, 1 / 3]]
    agree(got, expected)


def test_sparse_cross_entropy_of_other_ranks():
    op = tf.nn.sparse_softmax_cross_entropy_with_logits
    agree(op(0, LOGITS[0]), 2.407606)
    stacked = [LOGITS[:2], LOGITS[1:]]
    agree(op([[0, 1], [1, 2]], stacked), [[2.407606, 1000.0], [1000.0, 1.0986123]])
    agree(op(tf.zeros([0], tf.int32), tf.zeros([0, 3])), np.zeros(0, np.float32))
    agree(op([0, 1], [[INF, 0.0], [-INF, 0.0]]), [NAN, 0.0])


@pytest.mark.parametrize(("labels", "wrong"), [([0, 3, 1], "3"), ([0, -1, 1], "-1")])
def test_sparse_cross_entropy_refuses_a_label(labels, wrong):
    with refuses(InvalidArgument, f"label value of {wrong}", "[0, 3)"):
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels, LOGITS)


@pytest.mark.parametrize("labels", [[[0, 1, 2]], [0, 1], 0, [[0], [1], [2]]])
def test_sparse_cross_entropy_refuses_shapes(labels):
    with refuses(ValueError, "(3, 3)", "last axis"):
        tf.nn.sparse_softmax_cross_entropy_with_logits(labels, LOGITS)


def test_sparse_cross_entropy_refuses():
    op = tf.nn.sparse_softmax_cross_entropy_with_logits
    with refuses(ValueError, "()"):
        op([0], 1.0)
    with refuses(InvalidArgument, "float32", "int32"):
        op([0.0, 1.0, 2.0], LOGITS)
    with refuses(InvalidArgument, "uint8", "int32"):
        op(tf.constant([0, 1, 2], tf.uint8), LOGITS)
    with refuses(InvalidArgument, "classes"):
        op([0, 1, 2], tf.zeros([3, 0]))
    with refuses(ValueError, "None"):
        op(labels=None, logits=LOGITS)


# --------------------------------------------------------------------------------------- sigmoid
def test_sigmoid_cross_entropy():
    op = tf.nn.sigmoid_cross_entropy_with_logits
    labels, logits = [0.0, 0.5, 1.0, 2.0], [0.0, 0.0, 0.0, 1.0]
    agree(op(labels, logits), [0.6931472, 0.6931472, 0.6931472, -0.6867383])
    by_labels, by_logits = first(op, labels, logits)
    agree(by_labels, [0.0, 0.0, 0.0, -1.0])
    agree(by_logits, [0.5, 0.0, -0.5, -1.2689414])
    got = second(lambda x: op([0.25, 0.25], x), [0.0, 8.0])
    agree(got, [0.25, 0.000670475])


def test_sigmoid_cross_entropy_far_out():
    got = tf.nn.sigmoid_cross_entropy_with_logits([1.0, 0.0, 1.0], [-100.0, 100.0, 20.0])
    agree(got, [100.0, 100.0, 2.0611537e-09])


def test_sigmoid_cross_entropy_refuses():
    op = tf.nn.sigmoid_cross_entropy_with_logits
    with refuses(ValueError, "(2,)", "(3,)"):
        op([1.0, 2.0], [1.0, 2.0, 3.0])
    with refuses(ValueError, "(1,)", "(3,)"):
        op([1.0], [1.0, 2.0, 3.0])
    with refuses(InvalidArgument, "float32", "int32"):
        op(tf.constant([1, 0]), [1.0, 2.0])
    with refuses(ValueError, "None"):
        op(None, [1.0])


def test_weighted_cross_entropy():
    op = tf.nn.weighted_cross_entropy_with_logits
    labels, logits = [0.0, 0.5, 1.0, 2.0], [0.0, -1.0, 0.0, 1.0]
    agree(op(labels, logits, 3.0), [0.6931472, 2.1265235, 2.0794415, 0.5663085])
    # At 0 the slopes of the parts are those of TensorFlow's, not of their sum.
    got = first(lambda x: op(labels, x, 3.0), logits)
    agree(got, [1.0, -0.96211714, 0.0, -2.344707])
    with refuses(ValueError, "(2,)", "(3,)"):
        op([1.0, 2.0], [1.0, 2.0, 3.0], 2.0)


def test_log_poisson_loss():
    op = tf.nn.log_poisson_loss
    agree(op([0.0, 0.5, 1.0, 2.0], [0.0, -1.0, 0.0, 1.0]), [1.0, 0.86787945, 1.0, 0.71828175])
    got = op([0.0, 0.5, 1.0, 2.0], [0.0, -1.0, 0.0, 1.0], compute_full_loss=True)
    agree(got, [1.0, 0.86787945, 1.0, 1.3700882])
    with refuses(ValueError, "(2,)", "(3,)"):
        op([1.0, 2.0], [1.0, 2.0, 3.0])
