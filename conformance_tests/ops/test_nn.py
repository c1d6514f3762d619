"""Activations and bias_add: their special points, dtypes and errors."""

from __future__ import annotations

import numpy as np
import pytest

from ..helpers import Tolerance, agree, refuses
from ..subject import tf
from .slopes import first, second

InvalidArgument = tf.errors.InvalidArgumentError
INF = float("inf")
NAN = float("nan")
POINTS = [-2.0, -1.0, 0.0, 1.0, 6.0, 7.0]


def leaky(x):
    return tf.nn.leaky_relu(x, alpha=2.0)


# op, values, gradient, gradient of the gradient counted 1, 2, ... at POINTS
ACTIVATIONS = {
    "relu": (tf.nn.relu, [0, 0, 0, 1, 6, 7], [0, 0, 0, 1, 1, 1], [0] * 6),
    "relu6": (tf.nn.relu6, [0, 0, 0, 1, 6, 6], [0, 0, 0, 1, 0, 0], [0] * 6),
    "leaky": (leaky, [-4, -2, 0, 1, 6, 7], [2, 2, 2, 1, 1, 1], [0] * 6),
    "elu": (
        tf.nn.elu,
        [-0.86466472, -0.63212056, 0, 1, 6, 7],
        [0.13533528, 0.36787944, 1, 1, 1, 1],
        [0.13533528, 0.73575888, 0, 0, 0, 0],
    ),
    "selu": (
        tf.nn.selu,
        [-1.5201665, -1.1113307, 0, 1.050701, 6.304206, 7.354907],
        [0.2379328, 0.6467686, 1.050701, 1.050701, 1.050701, 1.050701],
        [0.2379328, 1.2935371, 0, 0, 0, 0],
    ),
}


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_an_activation_at_its_bends(name):
    op, values, slopes, bends = ACTIVATIONS[name]
    agree(op(POINTS), values, dtype=tf.float32)
    agree(first(op, POINTS), slopes, dtype=tf.float32)
    agree(second(op, POINTS), bends, dtype=tf.float32)


@pytest.mark.parametrize(
    ("op", "values"),
    [
        (tf.nn.relu, [0.0, INF, NAN]),
        (tf.nn.relu6, [0.0, 6.0, NAN]),
        (tf.nn.leaky_relu, [-INF, INF, NAN]),
        (tf.nn.elu, [-1.0, INF, NAN]),
        (tf.nn.silu, [NAN, INF, NAN]),
    ],
    ids=lambda x: getattr(x, "__name__", None),
)
def test_an_activation_at_infinity(op, values):
    agree(op([-INF, INF, NAN]), values)


def test_leaky_relu_at_0_has_the_slope_of_its_lower_half():
    agree(first(tf.nn.leaky_relu, [0.0]), [0.2])
    agree(tf.nn.leaky_relu(tf.constant([-1, 1])), [-0.2, 1.0])
    with refuses(TypeError, "alpha"):
        tf.nn.leaky_relu([1.0], alpha=tf.constant([1.0, 2.0]))


def test_gelu_and_its_approximation():
    exact = [-0.15865526, 0.0, 0.8413447]
    near = [-0.158808, 0.0, 0.841192]
    agree(tf.nn.gelu([-1.0, 0.0, 1.0]), exact)
    agree(tf.nn.gelu([-1.0, 0.0, 1.0], approximate=True), near)
    agree(first(tf.nn.gelu, [-1.0, 0.0, 1.0]), [-0.0833155, 0.5, 1.0833155])
    agree(second(tf.nn.gelu, [0.0]), [0.7978846])
    with refuses(ValueError, "int32", "floating"):
        tf.nn.gelu(tf.constant([1]))


def test_silu_with_beta():
    agree(tf.nn.silu([-1.0, 2.0], beta=2.0), [-0.11920292, 1.9640275])
    agree(first(lambda x: tf.nn.silu(x, beta=2.0), [-1.0, 0.0]), [-0.0907842, 0.5])
    assert tf.nn.swish is tf.nn.silu


def test_crelu_joins_both_halves():
    agree(tf.nn.crelu([[1.0, -2.0]]), [[1.0, 0.0, 0.0, 2.0]])
    agree(tf.nn.crelu([[1.0, -2.0]], axis=0), [[1.0, 0.0], [0.0, 2.0]])


# --------------------------------------------------------------------------------------- softmax
LOGITS = [[1.0, 2.0, 3.0], [1000.0, 0.0, -1000.0], [-INF, 1.0, 2.0]]


def test_softmax_far_out():
    expected = [[0.09003057, 0.24472848, 0.66524094], [1.0, 0.0, 0.0], [0.0, 0.26894143, 0.7310586]]
    agree(tf.nn.softmax(LOGITS), expected)
    agree(tf.nn.softmax([[INF, 1.0]]), [[NAN, NAN]])
    agree(tf.nn.softmax([[-INF, -INF]]), [[NAN, NAN]])


def test_log_softmax_far_out():
    expected = [
        [-2.4076059, -1.4076059, -0.40760595],
        [0.0, -1000.0, -2000.0],
        [-INF, -1.3132616, -0.31326166],
    ]
    agree(tf.nn.log_softmax(LOGITS), expected)
    slopes = [[0.7299082, 0.26581454, -0.9957228], [-2.0, 1.0, 1.0], [1.0, 0.19317567, -1.1931758]]
    agree(first(tf.nn.log_softmax, LOGITS), slopes)
    agree(second(tf.nn.log_softmax, [[1.0, 2.0, 3.0]]), [[0.4254513, 0.4223111, -0.8477626]])


@pytest.mark.parametrize("axis", [0, -2])
def test_softmax_along_another_axis(axis):
    expected = [[0.11920291, 0.047425874], [0.880797, 0.95257413]]
    agree(tf.nn.softmax([[1.0, 2.0], [3.0, 5.0]], axis=axis), expected)
    agree(first(lambda x: tf.nn.softmax(x, axis)[0], [[0.0], [0.0]]), [[0.25], [-0.25]])


@pytest.mark.parametrize("shape", [(0, 3), (3, 0)])
def test_softmax_of_nothing(shape):
    agree(tf.nn.softmax(tf.zeros(shape)), np.zeros(shape, np.float32))


@pytest.mark.parametrize("op", [tf.nn.softmax, tf.nn.log_softmax])
def test_softmax_refuses(op):
    with refuses(InvalidArgument, "int32", "float32"):
        op([1, 2])
    with refuses(InvalidArgument, "scalar"):
        op(1.0)
    for axis in (2, -3):
        with refuses(InvalidArgument, str(axis), "[-2, 2)"):
            op([[1.0, 2.0]], axis=axis)


# ------------------------------------------------------------------------------------------ bias
def test_bias_add():
    agree(tf.nn.bias_add([[1.0, 2.0], [3.0, 4.0]], [10.0, 20.0]), [[11.0, 22.0], [13.0, 24.0]])
    slopes = first(tf.nn.bias_add, [[1.0, 2.0], [3.0, 4.0]], [10.0, 20.0])
    agree(slopes, [[[1.0, 1.0], [1.0, 1.0]], [2.0, 2.0]])


@pytest.mark.parametrize("data_format", ["NC...", "NCW", "NCHW"])
def test_bias_add_with_channels_first(data_format):
    got = tf.nn.bias_add(tf.zeros([1, 2, 3]), [1.0, 2.0], data_format=data_format)
    agree(got, [[[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]]])


@pytest.mark.parametrize(
    ("value", "bias"),
    [
        ([[1.0, 2.0]], [1.0, 2.0, 3.0]),
        ([[1.0, 2.0]], [[1.0, 2.0]]),
        ([[1.0, 2.0]], 1.0),
        ([1.0, 2.0], [1.0, 2.0]),
    ],
)
def test_bias_add_refuses_shapes(value, bias):
    with refuses(InvalidArgument, "BiasAdd", "rank 2"):
        tf.nn.bias_add(value, bias)


def test_bias_add_refuses():
    with refuses(ValueError, "foo", "NC..."):
        tf.nn.bias_add([[1.0]], [1.0], data_format="foo")
    with refuses(InvalidArgument, "int32", "float32"):
        tf.nn.bias_add(tf.constant([[1]]), tf.constant([1.0]))


def test_l2_loss():
    agree(tf.nn.l2_loss([[1.0, 2.0], [3.0, -4.0]]), 15.0)
    agree(first(tf.nn.l2_loss, [1.0, -4.0]), [1.0, -4.0])


@pytest.mark.parametrize("op", [tf.nn.relu, tf.nn.relu6])
def test_relu_of_integers(op):
    agree(op(tf.constant([-1, 2], tf.int64)), np.array([0, 2]), dtype=tf.int64)
    with refuses(InvalidArgument, "complex64"):
        op(tf.constant([1j], tf.complex64))


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16, tf.float64], ids=lambda d: d.name)
@pytest.mark.parametrize(
    "op", [tf.nn.relu, tf.nn.elu, tf.nn.selu, tf.nn.gelu, tf.nn.silu, tf.nn.softmax]
)
def test_activations_keep_the_dtype(op, dtype):
    got = op(tf.constant([-1.0, 2.0], dtype))
    wide = op(tf.constant([-1.0, 2.0])).numpy().astype(np.float64)
    tolerance = Tolerance(2e-2, 1e-2) if dtype.size == 2 else Tolerance(1e-6, 1e-7)
    agree(got, wide, dtype=dtype, tolerance=tolerance)
