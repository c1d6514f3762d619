"""Linear algebra of matrices that are singular, out of range, not finite or empty."""

from __future__ import annotations

import numpy as np
import pytest

from ..subject import tf
from .slopes import first, second

NAN, INF = float("nan"), float("inf")
NOT_FINITE = [[1.0, NAN], [0.0, 1.0]]
UPPER = [1e20, INF, NAN]


def near(got, expected):
    np.testing.assert_allclose(got, expected, 1e-4, 1e-5)


@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64"])
def test_logarithm_of_a_determinant_out_of_range(dtype: str) -> None:
    for size in (1, 2, 3):
        for power in (30, -30):
            diagonal = [10.0**power] * (size - 1) + [-(10.0**power)]
            x = tf.constant(np.diag(diagonal), dtype)
            sign, logarithm = tf.linalg.slogdet(x)
            near(tf.stack([sign, logarithm]), (-1.0, size * power * np.log(10.0)))
            slope = first(lambda x: tf.math.real(tf.linalg.slogdet(x)[1]), x)
            near(slope * tf.cast(10.0**power, dtype), np.diag(np.sign(diagonal)))


@pytest.mark.tensorflow_refuses("asks for an inverse")
def test_derivatives_of_the_determinants_of_singular_matrices() -> None:
    for dtype in ("float64", "complex128"):
        x = tf.constant([[0, 1, 2], [3, 4, 5], [6, 7, 8]], dtype)
        near(first(tf.linalg.det, x), [[-3, 6, -3], [6, -12, 6], [-3, 6, -3]])
        near(second(tf.linalg.det, x), [[-6, 12, -6], [12, -24, 12], [-6, 12, -6]])
        near(first(tf.linalg.det, x[:2, :2] * 0), np.zeros((2, 2)))
    stack = tf.constant([np.ones((2, 2)), [[1.0, 2.0], [3.0, 4.0]]])
    near(first(tf.linalg.det, stack), [[[1, -1], [-1, 1]], [[4, -3], [-2, 1]]])


def test_logarithm_of_a_determinant_that_is_no_number() -> None:
    for x in (NOT_FINITE, [[1.0, INF], [0.0, 1.0]]):
        assert np.isnan(tf.linalg.slogdet(x)).all()


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
def test_logarithms_of_singular_matrices(dtype: str) -> None:
    for x in (np.ones((2, 2)), np.ones((3, 3)), [[0, 1], [0, 0]]):
        assert np.isnan(tf.linalg.logm(tf.constant(x, dtype))).all()
    stack = tf.linalg.logm(tf.constant([np.eye(2), np.ones((2, 2))], dtype)).numpy()
    assert np.array_equal(stack[0], np.zeros((2, 2))) and np.isnan(stack[1]).all()
    near(tf.linalg.logm(tf.constant(np.diag([1e30, 1e-30]), dtype)), np.diag([1, -1]) * 69.07755)
    assert tf.linalg.logm(tf.zeros([2, 0, 0], dtype)).shape == (2, 0, 0)


def test_derivatives_at_equal_eigenvalues() -> None:
    one = np.diag([2.0, 2.0, 5.0])
    near(first(tf.linalg.eigvalsh, one), np.eye(3))
    near(second(tf.linalg.eigvalsh, one), np.zeros((3, 3)))
    slope = first(lambda x: tf.abs(tf.linalg.eigh(x)[1]), one)
    assert np.isfinite(slope).all()


def test_derivatives_of_pseudo_inverses() -> None:
    x = [[1.0, 2.0], [3.0, 4.0], [5.0, 7.0]]
    expected = [[-0.4489796, 0.9387755, -0.2448979], [0.4285714, -0.7142857, 0.1428571]]
    near(first(tf.linalg.pinv, tf.transpose(x)), expected)
    near(first(tf.linalg.pinv, x), np.transpose(expected))
    near(first(tf.linalg.pinv, np.ones((2, 3))), np.full((2, 3), -1 / 6))
    near(first(tf.linalg.pinv, np.zeros((2, 3))), np.zeros((2, 3)))


@pytest.mark.tensorflow_refuses("leaves out what equal singular values have in common")
def test_derivatives_of_pseudo_inverses_at_equal_singular_values() -> None:
    weights = [[1.0, 2.0], [3.0, 4.0]]
    near(first(lambda x: weights * tf.linalg.pinv(x), np.eye(2)), -np.array(weights))


@pytest.mark.parametrize("upper", UPPER)
def test_cholesky_does_not_look_at_the_upper_triangle(upper: float) -> None:
    expected = [[1.4142135, 0.0], [0.7071068, 1.2247449]]
    slope = first(tf.linalg.cholesky, [[2.0, 1.0], [1.0, 2.0]])
    for dtype in ("float64", "complex128"):
        x = tf.constant([[2.0, upper], [1.0, 2.0]], dtype)
        near(tf.linalg.cholesky(x), expected)
        near(first(lambda x: tf.math.real(tf.linalg.cholesky(x)), x), slope)


def test_no_derivative_where_cholesky_fails() -> None:
    assert np.isnan(first(tf.linalg.cholesky, [[1.0, 2.0], [2.0, 1.0]])).all()


def test_singular_values_beside_what_is_no_number() -> None:
    assert np.isnan(tf.linalg.svd(NOT_FINITE, compute_uv=False)).all()
    assert all(np.isnan(part).all() for part in tf.linalg.svd(NOT_FINITE))
    assert np.isnan(tf.norm(NOT_FINITE, 2, axis=[0, 1]))
    assert np.isnan(tf.linalg.pinv(NOT_FINITE)).all()
    near(tf.linalg.matrix_rank(NOT_FINITE), 0)
    stack = tf.linalg.svd([NOT_FINITE, [[2.0, 0.0], [0.0, 1.0]]], compute_uv=False).numpy()
    assert np.isnan(stack[0]).all() and np.allclose(stack[1], [2.0, 1.0])


def test_exponential_beyond_the_dtype() -> None:
    assert not np.isfinite(tf.linalg.expm([[3e38, 3e38], [3e38, 3e38]])).any()


def test_empty_matrices() -> None:
    empty = tf.zeros([0, 0])
    for op in (tf.linalg.inv, tf.linalg.cholesky, tf.linalg.eigvalsh, tf.linalg.expm):
        assert op(empty).shape == (0, 0)[: len(op(empty).shape)]
    assert tf.linalg.solve(empty, empty).shape == (0, 0)
    assert first(tf.linalg.det, empty).shape == (0, 0)
    near(tf.stack(tf.linalg.slogdet(empty)), (1.0, 0.0))


@pytest.mark.parametrize("dtype", ["float32", "float64"])
def test_determinants_whose_factors_go_out_of_range(dtype: str) -> None:
    for factor in (1e3, 1e-3):
        factors = np.repeat([factor, 1 / factor], 128)
        factors[0] *= -1
        np.testing.assert_allclose(tf.linalg.det(np.diag(factors).astype(dtype)), -1.0, 1e-4)
