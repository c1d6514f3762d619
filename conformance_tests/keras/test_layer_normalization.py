"""Rows with mean 0 and variance 1, which some backends compute in one kernel."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..subject import tf

EPSILON = 1e-3


def by_ops(x: Any, gamma: Any, beta: Any) -> Any:
    mean = tf.reduce_mean(x, -1, keepdims=True)
    variance = tf.reduce_mean((x - mean) ** 2, -1, keepdims=True)
    return (x - mean) / tf.sqrt(variance + EPSILON) * gamma + beta


def by_keras(x: Any, gamma: Any, beta: Any) -> Any:
    return tf.keras.ops.layer_normalization(x, gamma, beta, epsilon=EPSILON)


def slopes(normalized: Any, x: Any, gamma: Any, beta: Any) -> list[Any]:
    """The result, its derivatives, and those of the derivative by x."""
    sources = [x, gamma, beta]
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(sources)
        with tf.GradientTape() as inner:
            inner.watch(sources)
            y = normalized(x, gamma, beta)
            total = tf.reduce_sum(y * y * y)
        first = inner.gradient(total, sources)
        again = tf.reduce_sum(first[0] ** 2)
    return [y, *first, *outer.gradient(again, [x, gamma])]


@pytest.mark.parametrize("traced", [False, True])
@pytest.mark.parametrize("shape", [(3, 5), (2, 3, 7), (4, 1), (0, 4)])
def test_first_and_second_derivatives(shape: tuple[int, ...], traced: bool) -> None:
    random = np.random.RandomState(len(shape))
    sizes = (shape, shape[-1:], shape[-1:])
    x, gamma, beta = [tf.constant(random.randn(*size)) for size in sizes]
    run = tf.function(slopes) if traced else slopes
    expected = slopes(by_ops, x, gamma, beta)
    for got, want in zip(run(by_keras, x, gamma, beta), expected, strict=True):
        np.testing.assert_allclose(got.numpy(), want.numpy(), 1e-5, 1e-7)


def test_what_is_not_finite_stays_in_its_row() -> None:
    x = np.arange(20, dtype=np.float32).reshape(4, 5)
    x[1, 2], x[2, 3], x[3, 0] = np.inf, np.nan, 1e30
    got = by_keras(tf.constant(x), tf.ones([5]), tf.range(5.0)).numpy()
    assert np.isfinite(got[0]).all()
    assert np.isnan(got[1:3]).all()
    # The variance is infinite.
    np.testing.assert_array_equal(got[3], np.arange(5))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64", "int32"])
def test_dtypes(dtype: str) -> None:
    """Half precision is computed in float32; a result has its input's dtype."""
    x = tf.cast(tf.constant([[1, 2, 3, 6], [0, 5, 5, 50]]), dtype)
    got = by_keras(x, tf.ones([4]), tf.zeros([4]))
    assert got.dtype == x.dtype
    expected = by_ops(tf.cast(x, tf.float64), 1.0, 0.0)
    bound = {"float16": 1e-2, "bfloat16": 2e-2, "int32": 1}.get(dtype, 1e-5)
    np.testing.assert_allclose(tf.cast(got, tf.float64).numpy(), expected.numpy(), 0, bound)


@pytest.mark.parametrize("axis", [0, 1, -1, [1], [0, 1], [-1]])
def test_axes(axis: Any) -> None:
    x = np.random.RandomState(0).randn(3, 4)
    axes = tuple(np.atleast_1d(axis))
    size = [x.shape[i] for i in axes]
    found = tf.keras.ops.layer_normalization(tf.constant(x), tf.ones(size), tf.zeros(size), axis)
    expected = (x - x.mean(axes, keepdims=True)) / np.sqrt(x.var(axes, keepdims=True) + 1e-7)
    np.testing.assert_allclose(found.numpy(), expected, 1e-5)


def test_rows_of_other_sizes_than_gamma_are_refused() -> None:
    with pytest.raises((ValueError, tf.errors.InvalidArgumentError)):
        by_keras(tf.ones([2, 3]), tf.ones([4]), tf.ones([4]))
