"""tf.keras.backend as tutorials use it: tensors in, tensors out, by NumPy's results."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..helpers import agree
from ..subject import tf

A = np.array([[1.0, -2.0, 3.0], [0.5, 4.0, -1.5]], np.float32)
B = np.array([[0.25, 1.0, 2.0], [1.5, -1.0, 3.0]], np.float32)
P = np.array([[0.1, 0.6, 0.3], [0.2, 0.2, 0.6]], np.float32)
Y = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]], np.float32)
IMAGE = np.arange(32, dtype=np.float32).reshape(1, 4, 4, 2)


def softmax(x: Any) -> Any:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


Case = tuple[Callable[[Any], Any], Any]
CASES: dict[str, Case] = {
    "abs": (lambda K: K.abs(A), np.abs(A)),
    "all": (lambda K: K.all(A > 0, axis=1), [False, False]),
    "any": (lambda K: K.any(A > 0, axis=1), [True, True]),
    "arange": (lambda K: K.arange(1, 7, 2), [1, 3, 5]),
    "argmax": (lambda K: K.argmax(A), [2, 1]),
    "argmin": (lambda K: K.argmin(A, axis=0), [1, 0, 1]),
    "batch_dot": (lambda K: K.batch_dot(A, B, axes=1), np.sum(A * B, 1, keepdims=True)),
    "batch_flatten": (lambda K: K.batch_flatten(IMAGE), IMAGE.reshape(1, -1)),
    "batch_get_value": (lambda K: K.batch_get_value([K.variable(A)])[0], A),
    "bias_add": (
        lambda K: K.bias_add(K.constant(A), K.constant([1.0, 2, 3])),
        A + np.array([1, 2, 3]),
    ),
    "binary_crossentropy": (
        lambda K: K.binary_crossentropy(K.constant(Y), K.constant(P)),
        -(Y * np.log(P) + (1 - Y) * np.log(1 - P)),
    ),
    "cast": (lambda K: K.cast(A, "int32"), A.astype(np.int32)),
    "categorical_crossentropy": (
        lambda K: K.categorical_crossentropy(K.constant(Y), K.constant(P)),
        -np.log([0.6, 0.6]),
    ),
    "clip": (lambda K: K.clip(A, -1.0, 1.0), np.clip(A, -1, 1)),
    "concatenate": (lambda K: K.concatenate([A, B], axis=0), np.concatenate([A, B])),
    "constant": (lambda K: K.constant(2.0, shape=(2, 2)), np.full((2, 2), 2.0)),
    "conv2d": (
        lambda K: K.conv2d(K.constant(IMAGE), K.ones((2, 2, 2, 1)), padding="valid"),
        [[[[44.0], [60.0], [76.0]], [[108.0], [124.0], [140.0]], [[172.0], [188.0], [204.0]]]],
    ),
    "cos": (lambda K: K.cos(A), np.cos(A)),
    "count_params": (lambda K: K.count_params(K.variable(A)), 6),
    "cumprod": (lambda K: K.cumprod(A, axis=1), np.cumprod(A, 1)),
    "cumsum": (lambda K: K.cumsum(A, axis=1), np.cumsum(A, 1)),
    "dot": (lambda K: K.dot(K.constant(A), K.constant(B.T)), A @ B.T),
    "dtype": (lambda K: K.dtype(K.constant(A)), "float32"),
    "elu": (lambda K: K.elu(K.constant(A)), np.where(A > 0, A, np.exp(A) - 1)),
    "equal": (lambda K: K.equal(A, B), A == B),
    "eval": (lambda K: K.eval(K.variable(A) + 1.0), A + 1),
    "exp": (lambda K: K.exp(A), np.exp(A)),
    "expand_dims": (lambda K: K.expand_dims(A, 1), A[:, None]),
    "eye": (lambda K: K.eye(2), np.eye(2)),
    "flatten": (lambda K: K.flatten(A), A.ravel()),
    "foldl": (lambda K: K.foldl(lambda a, x: a + x, K.constant([1.0, 2.0])), 3.0),
    "foldr": (lambda K: K.foldr(lambda a, x: a - x, K.constant([1.0, 2.0])), 1.0),
    "gather": (lambda K: K.gather(A, [1, 0]), A[[1, 0]]),
    "get_value": (lambda K: K.get_value(K.variable(3.0)), 3.0),
    "greater": (lambda K: K.greater(A, B), A > B),
    "hard_sigmoid": (lambda K: K.hard_sigmoid(K.constant(A)), np.clip(0.2 * A + 0.5, 0, 1)),
    "in_top_k": (
        lambda K: K.in_top_k(K.constant(P), K.constant([1, 0], "int32"), 1),
        [True, False],
    ),
    "int_shape": (lambda K: K.int_shape(K.constant(A)), (2, 3)),
    "l2_normalize": (lambda K: K.l2_normalize(A, 1), A / np.linalg.norm(A, axis=1, keepdims=True)),
    "less_equal": (lambda K: K.less_equal(A, B), A <= B),
    "log": (lambda K: K.log(P), np.log(P)),
    "map_fn": (lambda K: K.map_fn(lambda x: x * 2, K.constant(A)), A * 2),
    "max": (lambda K: K.max(A, axis=1), A.max(1)),
    "maximum": (lambda K: K.maximum(A, B), np.maximum(A, B)),
    "mean": (lambda K: K.mean(K.constant(A), axis=-1, keepdims=True), A.mean(-1, keepdims=True)),
    "mean of all": (lambda K: K.mean(K.constant([True, False])), 0.5),
    "min": (lambda K: K.min(A), -2.0),
    "ndim": (lambda K: K.ndim(K.constant(A)), 2),
    "not_equal": (lambda K: K.not_equal(A, B), A != B),
    "one_hot": (lambda K: K.one_hot(K.constant([0, 2], "int32"), 3), np.eye(3)[[0, 2]]),
    "ones": (lambda K: K.ones((2,)), [1.0, 1.0]),
    "ones_like": (lambda K: K.ones_like(A), np.ones_like(A)),
    "permute_dimensions": (lambda K: K.permute_dimensions(A, (1, 0)), A.T),
    "pool2d": (
        lambda K: K.pool2d(K.constant(IMAGE), (2, 2), (2, 2)),
        IMAGE.reshape(1, 2, 2, 2, 2, 2).max((2, 4)),
    ),
    "pow": (lambda K: K.pow(A, 2), A**2),
    "prod": (lambda K: K.prod(A, axis=0), A.prod(0)),
    "relu": (lambda K: K.relu(K.constant(A), max_value=2.0), np.clip(A, 0, 2)),
    "relu with a slope": (lambda K: K.relu(K.constant(A), alpha=0.1), np.where(A > 0, A, 0.1 * A)),
    "repeat": (lambda K: K.repeat(K.constant(A), 2), np.stack([A, A], 1)),
    "repeat_elements": (lambda K: K.repeat_elements(K.constant(A), 2, 1), np.repeat(A, 2, 1)),
    "reshape": (lambda K: K.reshape(A, (3, 2)), A.reshape(3, 2)),
    "resize_images": (
        lambda K: K.resize_images(K.constant(IMAGE), 2, 2, "channels_last"),
        IMAGE.repeat(2, 1).repeat(2, 2),
    ),
    "reverse": (lambda K: K.reverse(A, 1), A[:, ::-1]),
    "round": (lambda K: K.round(A), np.round(A)),
    "shape": (lambda K: K.shape(A), [2, 3]),
    "sigmoid": (lambda K: K.sigmoid(A), 1 / (1 + np.exp(-A))),
    "sign": (lambda K: K.sign(A), np.sign(A)),
    "softmax": (lambda K: K.softmax(K.constant(A)), softmax(A)),
    "softplus": (lambda K: K.softplus(A), np.log1p(np.exp(A))),
    "softsign": (lambda K: K.softsign(A), A / (1 + np.abs(A))),
    "sparse_categorical_crossentropy": (
        lambda K: K.sparse_categorical_crossentropy(K.constant([1, 2], "int32"), K.constant(P)),
        -np.log([0.6, 0.6]),
    ),
    "spatial_2d_padding": (
        lambda K: K.spatial_2d_padding(K.constant(IMAGE)),
        np.pad(IMAGE, ((0, 0), (1, 1), (1, 1), (0, 0))),
    ),
    "sqrt": (lambda K: K.sqrt(A), np.sqrt(np.maximum(A, 0))),
    "square": (lambda K: K.square(A), A**2),
    "squeeze": (lambda K: K.squeeze(A[:, :1], 1), A[:, 0]),
    "stack": (lambda K: K.stack([A, B], axis=1), np.stack([A, B], 1)),
    "std": (lambda K: K.std(K.constant(A), axis=1), A.std(1)),
    "stop_gradient": (lambda K: K.stop_gradient(A), A),
    "sum": (lambda K: K.sum(A, axis=[0, 1]), A.sum()),
    "switch": (
        lambda K: K.switch(K.constant(A) > 0, K.constant(A), K.constant(B)),
        np.where(A > 0, A, B),
    ),
    "tanh": (lambda K: K.tanh(A), np.tanh(A)),
    "temporal_padding": (
        lambda K: K.temporal_padding(K.constant(A[None])),
        np.pad(A[None], ((0, 0), (1, 1), (0, 0))),
    ),
    "tile": (lambda K: K.tile(A, [1, 2]), np.tile(A, (1, 2))),
    "transpose": (lambda K: K.transpose(A), A.T),
    "update": (lambda K: K.update(K.variable(A), B), B),
    "update_add": (lambda K: K.update_add(K.variable(A), B), A + B),
    "update_sub": (lambda K: K.update_sub(K.variable(A), B), A - B),
    "var": (lambda K: K.var(K.constant(A), axis=0), A.var(0)),
    "variable": (lambda K: K.variable(A, dtype="float64"), A),
    "zeros": (lambda K: K.zeros((1, 2)), [[0.0, 0.0]]),
    "zeros_like": (lambda K: K.zeros_like(A), np.zeros_like(A)),
}


@pytest.mark.parametrize("name", CASES)
def test_function(name: str) -> None:
    call, expected = CASES[name]
    got = call(tf.keras.backend)
    if isinstance(expected, str | tuple):
        assert got == expected
    else:
        np.testing.assert_allclose(np.asarray(got), expected, 1e-5, 1e-6)


def test_random() -> None:
    K = tf.keras.backend
    for name in ("random_normal", "random_uniform", "truncated_normal"):
        drawn = np.asarray(getattr(K, name)((400,), seed=3))
        assert drawn.shape == (400,) and drawn.dtype == np.float32 and drawn.std() > 0.2
    kept = np.asarray(K.dropout(K.ones((400,)), 0.5, seed=1))
    assert set(kept) == {0.0, 2.0} and 100 < (kept > 0).sum() < 300
    assert set(np.asarray(K.random_bernoulli((100,), 0.5, seed=2))) == {0.0, 1.0}


def test_set_value_and_settings() -> None:
    K = tf.keras.backend
    v = K.variable([1.0, 2.0])
    K.set_value(v, [3.0, 4.0])
    assert K.get_value(v).tolist() == [3.0, 4.0]
    K.batch_set_value([(v, [5.0, 6.0])])
    assert K.get_value(v).tolist() == [5.0, 6.0]
    K.set_floatx("float64")
    try:
        assert K.floatx() == "float64" and K.cast_to_floatx([1]).dtype == np.float64
    finally:
        K.set_floatx("float32")
    K.set_epsilon(1e-3)
    try:
        assert K.epsilon() == 1e-3
    finally:
        K.set_epsilon(1e-7)
    with pytest.raises(ValueError, match="float"):
        K.set_floatx("int32")


@pytest.mark.tfcompat_only
def test_rate_of_an_optimizer() -> None:
    """The commonest use: a callback that reads and sets the learning rate."""
    K = tf.keras.backend
    optimizer = tf.keras.optimizers.SGD(0.5)
    assert K.get_value(optimizer.learning_rate) == 0.5
    K.set_value(optimizer.learning_rate, 0.25)
    assert float(optimizer.learning_rate) == 0.25


def test_rnn() -> None:
    K = tf.keras.backend
    x = np.ones((2, 3, 4), np.float32)
    last, outputs, states = K.rnn(
        lambda inputs, states: (inputs + states[0], [inputs + states[0]]),
        K.constant(x),
        [K.zeros((2, 4))],
    )
    np.testing.assert_allclose(np.asarray(last), x[:, 0] * 3)
    np.testing.assert_allclose(np.asarray(outputs), np.cumsum(x, 1))
    np.testing.assert_allclose(np.asarray(states[0]), x[:, 0] * 3)


def test_gradients_by_a_tape() -> None:
    K = tf.keras.backend
    with tf.GradientTape() as tape:
        x = tf.constant(A)
        tape.watch(x)
        loss = K.sum(K.square(x)) / 2.0
    np.testing.assert_allclose(tape.gradient(loss, x), A)


def test_least_squares() -> None:
    matrix = np.array([[1.0, 0.0], [1.0, 1.0], [1.0, 2.0]], np.float32)
    found = tf.keras.ops.lstsq(matrix, np.array([1.0, 3.0, 5.0], np.float32))
    agree(found, [1.0, 2.0])
