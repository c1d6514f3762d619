"""What tf.random refuses, and its gradients."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..subject import tf

# -------------------------------------------------------------------------------------- refusals
REFUSALS = [
    (lambda: tf.random.normal(5), tf.errors.InvalidArgumentError),
    (lambda: tf.random.normal([-1]), tf.errors.InvalidArgumentError),
    (lambda: tf.random.normal([[2]]), tf.errors.InvalidArgumentError),
    (lambda: tf.random.normal([2.0]), tf.errors.InvalidArgumentError),
    (lambda: tf.random.normal(None), ValueError),
    (lambda: tf.random.normal(tf.TensorShape([None])), ValueError),
    (lambda: tf.random.normal([2], dtype=tf.int32), TypeError),
    (lambda: tf.random.normal([2], dtype=tf.complex64), tf.errors.InvalidArgumentError),
    (lambda: tf.random.normal([3], mean=[1.0, 2.0]), tf.errors.InvalidArgumentError),
    (lambda: tf.random.normal([3], mean=tf.zeros(3, tf.float64)), ValueError),
    (lambda: tf.random.normal([3], seed="a"), TypeError),
    (lambda: tf.random.uniform([2], dtype=tf.int32), ValueError),
    (lambda: tf.random.uniform([2], dtype=tf.uint8), ValueError),
    (lambda: tf.random.uniform([2], 5, 5, tf.int32), tf.errors.InvalidArgumentError),
    (lambda: tf.random.uniform([2], 5, 2, tf.int64), tf.errors.InvalidArgumentError),
    (lambda: tf.random.uniform([2], 0, [2, 3], tf.int32), tf.errors.InvalidArgumentError),
    (lambda: tf.random.uniform([2], 0, 2.5, tf.int32), TypeError),
    (lambda: tf.random.uniform([2], None, 2), ValueError),
    (lambda: tf.random.truncated_normal([2], dtype=tf.int32), TypeError),
    (lambda: tf.random.categorical([1.0, 2.0], 3), tf.errors.InvalidArgumentError),
    (lambda: tf.random.categorical([[1.0]], -1), tf.errors.InvalidArgumentError),
    (lambda: tf.random.categorical([[1.0]], [3]), tf.errors.InvalidArgumentError),
    (lambda: tf.random.categorical(tf.zeros([2, 0]), 3), tf.errors.InvalidArgumentError),
    (lambda: tf.random.categorical([[1.0]], 3, dtype=tf.float32), ValueError),
    (lambda: tf.random.gamma([2], 1.0, dtype=tf.bfloat16), ValueError),
    (lambda: tf.random.poisson([2], 3.0, dtype=tf.int8), tf.errors.InvalidArgumentError),
    (lambda: tf.random.stateless_uniform([2], [1, 2, 3]), tf.errors.InvalidArgumentError),
    (lambda: tf.random.stateless_uniform([2], 1), tf.errors.InvalidArgumentError),
    (lambda: tf.random.stateless_uniform([2], [1.0, 2.0]), tf.errors.InvalidArgumentError),
    (lambda: tf.random.stateless_uniform([2], [1, 2], alg="foo"), ValueError),
    (lambda: tf.random.stateless_uniform([2], [1, 2], alg=7), ValueError),
    (
        lambda: tf.random.stateless_uniform([2], [1, 2], alg="threefry"),
        tf.errors.InvalidArgumentError,
    ),
    (lambda: tf.random.stateless_uniform([2], [1, 2], None, 5, tf.int32), ValueError),
    (lambda: tf.random.stateless_uniform([2], [1, 2], dtype=tf.int32), ValueError),
    (lambda: tf.random.stateless_uniform([2], [1, 2], 0, 9, tf.uint32), ValueError),
    (lambda: tf.random.stateless_uniform([2], [1, 2], None, None, tf.int8), ValueError),
    (
        lambda: tf.random.stateless_gamma([3], [1, 2], [1.0, 2.0]),
        tf.errors.InvalidArgumentError,
    ),
    (
        lambda: tf.random.stateless_poisson([3], [1, 2], [1.0, 2.0]),
        tf.errors.InvalidArgumentError,
    ),
    (lambda: tf.random.split([1, 2, 3]), tf.errors.InvalidArgumentError),
    (lambda: tf.nn.dropout(tf.ones(4), 1.0), ValueError),
    (lambda: tf.nn.dropout(tf.ones(4), -0.1), ValueError),
    (lambda: tf.nn.dropout(tf.ones(4), "a"), ValueError),
    (lambda: tf.nn.dropout(tf.ones(4, tf.int32), 0.5), ValueError),
    (lambda: tf.nn.dropout(tf.ones(4), tf.constant(0.5, tf.float64)), ValueError),
    (lambda: tf.nn.dropout(tf.ones(4), tf.constant([0.5, 0.5])), ValueError),
    (lambda: tf.nn.dropout([1.0, 2.0], 0.5, [3]), tf.errors.InvalidArgumentError),
    (lambda: tf.random.Generator.from_state([1, 2], "philox"), ValueError),
    (lambda: tf.random.Generator.from_seed(1, alg="foo"), ValueError),
    (
        lambda: tf.random.Generator.from_seed(1, alg="threefry").normal([2]),
        tf.errors.UnimplementedError,
    ),
]


@pytest.mark.parametrize(("call", "error"), REFUSALS)
def test_refusals(call: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        call()


# ------------------------------------------------------------------------------------- gradients
def gradients(f: Any) -> list[Any]:
    a, b = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = f(a, b)
    return [None if g is None else g.numpy() for g in tape.gradient(y, [a, b])]


@pytest.mark.parametrize(
    ("f", "expected"),
    [
        (lambda a, b: tf.random.normal([3], a, b), [3.0, -1.1702335]),
        (lambda a, b: tf.random.uniform([3], a, b), [1.0853065, 1.9146935]),
        (lambda a, b: tf.random.truncated_normal([3], a, b), [3.0, -1.1702335]),
        (lambda a, b: tf.random.gamma([3], a, b), [1.1054544, -1.0898247]),
        (lambda a, b: tf.random.stateless_gamma([3], [1, 2], a, b), [1.2456081, -0.89749074]),
        (lambda a, b: tf.nn.dropout(tf.stack([a, b * 2, b * b]), 0.5, seed=1) * 2, [0.0, 32.0]),
    ],
)
def test_gradients_flow_to_parameters(f: Any, expected: list[float]) -> None:
    tf.random.set_seed(5)
    np.testing.assert_allclose(gradients(f), expected, rtol=1e-4)


@pytest.mark.parametrize(
    "f",
    [
        lambda a, b: tf.random.shuffle(tf.stack([a, b]), seed=1),
        lambda a, b: tf.cast(tf.random.categorical([[a, b]], 3), tf.float32),
        lambda a, b: tf.random.normal([2]),
    ],
)
def test_no_gradient(f: Any) -> None:
    assert gradients(f) == [None, None]


STATELESS = [
    lambda seed: tf.random.stateless_uniform([7], seed, -2.0, 3.0),
    lambda seed: tf.random.stateless_uniform([7], seed, dtype=tf.float16),
    lambda seed: tf.random.stateless_uniform([7], seed, dtype=tf.float64),
    lambda seed: tf.random.stateless_uniform([7], seed, -5, 9, tf.int32),
    lambda seed: tf.random.stateless_uniform([7], seed, -(2**63), 2**63 - 1, tf.int64),
    lambda seed: tf.random.stateless_uniform([7], seed, None, None, tf.uint64),
    lambda seed: tf.random.stateless_normal([7], seed, 1.0, 2.0),
    lambda seed: tf.random.stateless_normal([7], seed, dtype=tf.float64),
    lambda seed: tf.random.stateless_truncated_normal([501], seed),
    lambda seed: tf.random.stateless_truncated_normal([501], seed, dtype=tf.float64),
    lambda seed: tf.random.stateless_categorical([[0.0, 1.0, 2.0]], 9, seed),
    lambda seed: tf.random.stateless_gamma([5, 2], seed, [0.5, 3.0]),
    lambda seed: tf.random.stateless_poisson([5, 2], seed, [3.0, 30.0]),
    lambda seed: tf.random.stateless_binomial([5, 2], seed, [10.0, 90.0], 0.4),
    lambda seed: tf.random.experimental.stateless_shuffle(tf.range(20), seed),
    lambda seed: tf.random.split(seed, 3),
    lambda seed: tf.random.fold_in(seed, 3),
    lambda seed: tf.nn.experimental.stateless_dropout(tf.ones([9]), 0.4, seed),
]


@pytest.mark.parametrize("draw", STATELESS)
def test_a_computed_seed_under_a_tape(draw: Any) -> None:
    expected = draw([2, 4]).numpy()
    v = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        seed = tf.constant([1, 2]) * tf.constant([2, 2])
        y = v * v
        value = draw(seed)
    assert tape.gradient(y, v).numpy() == 2.0
    assert value.dtype == expected.dtype
    if value.dtype.is_floating:
        np.testing.assert_allclose(value.numpy(), expected, rtol=1e-6, atol=1e-7)
    else:
        np.testing.assert_array_equal(value.numpy(), expected)
