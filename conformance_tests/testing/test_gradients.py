"""tf.test.compute_gradient: both Jacobians of each argument."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..subject import tf


@pytest.mark.parametrize(
    ("f", "x", "expected"),
    [
        (lambda x: x * x, [3.0], [[[6.0]]]),
        (lambda x: x * x, [[3.0, 4.0]], [[[6.0, 0.0], [0.0, 8.0]]]),
        (
            lambda x, y: x * y,
            [[[1.0, 2.0]], 3.0],
            [[[3.0, 0.0], [0.0, 3.0]], [[1.0], [2.0]]],
        ),
        (lambda x: tf.reduce_sum(x, 1), [np.ones([1, 3], np.float32)], [[[1.0, 1.0, 1.0]]]),
        (lambda x: tf.gather(x, [0, 0]), [[1.0, 2.0]], [[[1.0, 0.0], [1.0, 0.0]]]),
        (lambda x: tf.cast(x, tf.float64) * 2, [[1.0]], [[[2.0]]]),
        (tf.square, [2 + 1j], [[[4.0, -2.0], [2.0, 4.0]]]),
        (tf.math.real, [1 + 2j], [[[1.0, 0.0]]]),
    ],
)
def test_both_ways(f: Any, x: Any, expected: Any) -> None:
    exact, by_differences = tf.test.compute_gradient(f, x)
    assert len(exact) == len(by_differences) == len(expected)
    for found, near, wanted in zip(exact, by_differences, expected, strict=True):
        assert np.allclose(found, wanted)
        assert np.allclose(near, wanted, atol=5e-3)
        assert found.dtype == near.dtype


def test_the_step() -> None:
    _, (near,) = tf.test.compute_gradient(lambda x: x**3, [np.array([1.0])], delta=0.5)
    assert np.allclose(near, [[3.25]])


def test_no_gradient_is_zero() -> None:
    (exact,), (near,) = tf.test.compute_gradient(tf.stop_gradient, [[1.0]])
    assert exact.tolist() == [[0.0]] and near.tolist() == [[1.0]]


def test_nothing_to_differentiate() -> None:
    (exact,), _ = tf.test.compute_gradient(lambda x: x, [np.zeros([0, 2], np.float32)])
    assert exact.shape == (0, 0)


def test_bad_arguments() -> None:
    with pytest.raises(ValueError, match="must be a list or tuple"):
        tf.test.compute_gradient(tf.square, 3.0)
    with pytest.raises(AssertionError, match="unsupported type int32 of argument 0"):
        tf.test.compute_gradient(tf.square, [3])
