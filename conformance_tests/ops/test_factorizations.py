"""Determinants, inverses, systems of equations and factorizations of matrices."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import Tolerance, agree, refuses
from ..subject import tf
from .slopes import first, second

InvalidArgument = tf.errors.InvalidArgumentError
A = [[4.0, 1.0], [2.0, 3.0]]
S = [[4.0, 1.0], [1.0, 3.0]]
R = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
SINGULAR = [[1.0, 2.0], [2.0, 4.0]]
NEAR = Tolerance(1e-4, 1e-5)


def complex_matrix():
    return tf.constant([[1 + 2j, 2 + 0j], [3 + 0j, 4j]], tf.complex64)


# -------------------------------------------------------------------------------- factorizations
def test_determinants():
    agree(tf.linalg.det(A), 10.0, tolerance=NEAR)
    agree(tf.linalg.det(tf.zeros([0, 0])), 1.0)
    agree(first(tf.linalg.det, A), [[3.0, -2.0], [-1.0, 4.0]], tolerance=NEAR)
    agree(second(tf.linalg.det, A), [[4.0, -3.0], [-2.0, 1.0]], tolerance=NEAR)
    sign, size = tf.linalg.slogdet([[0.0, 2.0], [1.0, 0.0]])
    agree((sign, size), (-1.0, 0.6931472))
    agree(tf.linalg.logdet(S), 2.3978953)


def test_inverses():
    agree(tf.linalg.inv(A), [[0.3, -0.1], [-0.2, 0.4]], tolerance=NEAR)
    agree(tf.linalg.inv(A, adjoint=True), [[0.3, -0.2], [-0.1, 0.4]], tolerance=NEAR)
    agree(first(tf.linalg.inv, A), [[-0.02, -0.02], [-0.06, -0.06]], tolerance=NEAR)
    agree(second(tf.linalg.inv, A), [[0.008, 0.048], [0.104, 0.224]], tolerance=NEAR)
    expected = [[-0.9444445, 0.4444446], [-0.1111111, 0.1111111], [0.7222223, -0.2222223]]
    agree(tf.linalg.pinv(R), expected, tolerance=NEAR)
    agree(tf.linalg.matrix_rank([R[0], R[0]]), 1)


def test_systems():
    agree(tf.linalg.solve(A, [[1.0], [2.0]]), [[0.1], [0.6]], tolerance=NEAR)
    agree(tf.linalg.solve(A, [[1.0], [2.0]], adjoint=True), [[-0.1], [0.7]], tolerance=NEAR)
    a, b = first(tf.linalg.solve, A, [[1.0], [2.0]])
    agree(a, [[-0.01, -0.06], [-0.03, -0.18]], tolerance=NEAR)
    agree(b, [[0.1], [0.3]], tolerance=NEAR)
    agree(tf.linalg.triangular_solve(A, [[1.0], [2.0]]), [[0.25], [0.5]])
    got = tf.linalg.triangular_solve(A, [[1.0], [2.0]], lower=False)
    agree(got, [[0.0833333], [0.6666667]], tolerance=NEAR)
    got = first(lambda x: tf.linalg.triangular_solve(x, [[1.0], [2.0]]), A)
    agree(got, [[-0.0208333, 0.0], [-0.0833333, -0.1666667]], tolerance=NEAR)
    got = tf.linalg.cholesky_solve(tf.linalg.cholesky(S), [[1.0], [2.0]])
    agree(got, [[0.0909091], [0.6363637]], tolerance=NEAR)
    got = tf.linalg.lstsq(R, [[1.0], [2.0]])
    agree(got, [[-0.0555556], [0.1111111], [0.2777778]], tolerance=NEAR)


def test_cholesky_reads_the_lower_triangle():
    agree(tf.linalg.cholesky(A), [[2.0, 0.0], [1.0, 1.4142135]], tolerance=NEAR)
    expected = [[0.2133884, 0.0732233], [0.0732233, 0.3535534]]
    agree(first(tf.linalg.cholesky, A), expected, tolerance=NEAR)


def test_qr():
    q, r = tf.linalg.qr(R)
    agree(q, [[-0.2425356, -0.9701425], [-0.9701425, 0.2425356]], tolerance=NEAR)
    agree(r, [[-4.1231055, -5.3357835, -6.548462], [0.0, -0.7276073, -1.455214]], tolerance=NEAR)
    q, r = tf.linalg.qr(tf.transpose(R), full_matrices=True)
    agree(tf.matmul(q, r), np.transpose(R).astype(np.float32), tolerance=NEAR)
    assert q.shape == (3, 3)


def test_svd():
    s, u, v = tf.linalg.svd(R)
    agree(s, [9.508034, 0.7728694], tolerance=NEAR)
    agree(tf.matmul(u * s, v, adjoint_b=True), R, tolerance=NEAR)
    got = first(lambda x: tf.linalg.svd(x, compute_uv=False), A)
    agree(got, [[0.9899495, -0.1414214], [0.1414214, 0.9899495]], tolerance=NEAR)
    z = tf.linalg.svd(complex_matrix())
    assert [x.dtype for x in z] == [tf.float32, tf.complex64, tf.complex64]


def test_eigh_reads_the_lower_triangle():
    values, vectors = tf.linalg.eigh(A)
    agree(values, [1.4384472, 5.5615525], tolerance=NEAR)
    agree(tf.abs(vectors), [[0.6154122, 0.7882054], [0.7882054, 0.6154122]], tolerance=NEAR)
    got = first(lambda x: tf.linalg.eigh(x)[0][1], S)
    agree(got, [[0.7236069, 0.0], [0.8944273, 0.2763932]], tolerance=NEAR)
    hermitian = tf.constant([[1 + 0j, 2 - 1j], [2 + 1j, 3 + 0j]])
    agree(tf.linalg.eigvalsh(hermitian), [-0.449489743 + 0j, 4.449489743 + 0j], tolerance=NEAR)


def test_matrix_exponential():
    x = [[0.4, 0.1], [0.2, 0.3]]
    agree(tf.linalg.expm(x), [[1.5062817, 0.1424395], [0.284879, 1.3638422]], tolerance=NEAR)
    expected = [[1.7234966, 1.7234964], [1.5739456, 1.5739455]]
    agree(first(tf.linalg.expm, x), expected, tolerance=NEAR)


@pytest.mark.parametrize(
    "op", [tf.linalg.det, tf.linalg.inv, tf.linalg.cholesky, tf.linalg.eigh, tf.linalg.slogdet]
)
def test_square_matrices_are_needed(op):
    with refuses(InvalidArgument, "(2, 3)", "square"):
        op(R)
    with refuses(InvalidArgument, "(1,)", "matrix"):
        op([1.0])
    with refuses(InvalidArgument, "int32", "float32"):
        op([[1, 2], [3, 4]])


def test_solve_refuses():
    with refuses(InvalidArgument, "(2,)"):
        tf.linalg.solve(tf.constant(A), tf.constant([1.0, 2.0]))
    with refuses(InvalidArgument, "(2, 2)", "(1, 2)"):
        tf.linalg.solve(A, [[1.0, 2.0]])
    with refuses(InvalidArgument, "(2, 3)"):
        tf.linalg.solve(R, [[1.0], [2.0]])


def test_singular_matrices():
    with refuses(InvalidArgument, "not invertible"):
        tf.linalg.inv(SINGULAR)
    with refuses(InvalidArgument, "not invertible"):
        tf.linalg.solve(SINGULAR, [[1.0], [2.0]])


@pytest.mark.parametrize("size", [3, 8, 40])
def test_singular_matrices_of_more_rows(size):
    x = np.eye(size, dtype=np.float32) * 3 + np.arange(size, dtype=np.float32) / 10
    agree(tf.linalg.inv(x) @ x, np.eye(size, dtype=np.float32), tolerance=Tolerance(1e-3, 1e-3))
    x[1] = 0
    right = np.zeros([size, 1], np.float32)
    for op in (tf.linalg.inv, tf.linalg.lu, lambda x: tf.linalg.solve(x, right)):
        with refuses(InvalidArgument, "not invertible"):
            op(x)


# Matrices alone, of few elements and of many, may go another way than stacks of them.
@pytest.mark.parametrize("n", [5, 60, 200, 270])
@pytest.mark.parametrize("dtype", ["float32", "float64", "complex64", "complex128"])
def test_matrices_alone(n: int, dtype: str) -> None:
    random = np.random.default_rng(n)
    a = random.standard_normal((n, n)) + 4 * np.sqrt(n) * np.eye(n)[::-1]
    if dtype.startswith("complex"):
        a = a + 1j * random.standard_normal((n, n))
    a, b = a.astype(dtype), random.standard_normal((n, 3)).astype(dtype)
    near = Tolerance(1e-3, 1e-4) if dtype in ("float32", "complex64") else NEAR
    linalg = tf.linalg
    turned = a.conj().T
    agree(linalg.inv(a), np.linalg.inv(a), tolerance=near)
    agree(linalg.inv(a, adjoint=True), np.linalg.inv(turned), tolerance=near)
    agree(linalg.solve(a, b), np.linalg.solve(a, b), tolerance=near)
    agree(linalg.solve(a, b, adjoint=True), np.linalg.solve(turned, b), tolerance=near)
    sign, size = np.linalg.slogdet(a)
    if n < 10:
        agree(linalg.det(a), np.linalg.det(a), tolerance=near)
    agree(linalg.slogdet(a)[0], sign, tolerance=near)
    agree(linalg.slogdet(a)[1], size.astype(dtype), tolerance=near)
    positive = a @ turned
    agree(linalg.cholesky(positive), np.linalg.cholesky(positive), tolerance=near)
    packed, order = linalg.lu(a)
    assert order.dtype is tf.int32
    agree(linalg.lu_reconstruct(packed, order), a, tolerance=near)
    agree(linalg.lu(a, tf.int64)[1], order.numpy().astype(np.int64))
    full = a + 9 * n * np.eye(n, dtype=dtype)
    for lower in (True, False):
        kept = np.tril(full) if lower else np.triu(full)
        wanted = np.linalg.solve(kept, b), np.linalg.solve(kept.conj().T, b)
        agree(linalg.triangular_solve(full, b, lower), wanted[0], tolerance=near)
        agree(linalg.triangular_solve(full, b, lower, adjoint=True), wanted[1], tolerance=near)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize(("side", "columns"), [(256, 256), (128, 65), (96, 300), (256, 16)])
def test_large_triangles(side: int, columns: int, dtype: Any) -> None:
    random = np.random.default_rng(side + columns)
    whole = tf.constant(random.normal(size=(side, side)) + side * np.eye(side), dtype)
    b = tf.constant(random.normal(size=(side, columns)), dtype)
    rounding = 8 * float(np.finfo(dtype).eps)
    near = Tolerance(rounding, rounding / side)
    for lower in (True, False):
        kept = (np.tril if lower else np.triu)(whole.numpy()).astype(np.float64)
        for adjoint in (False, True):
            wanted = np.linalg.solve(kept.T if adjoint else kept, b.numpy()).astype(dtype)
            # What is read alone time and again may go another way in the end.
            for _ in range(12):
                found = tf.linalg.triangular_solve(whole, b, lower, adjoint)
                agree(found, wanted, tolerance=near)


def test_determinant_beyond_the_dtype():
    agree(tf.linalg.det(np.float32(np.diag([1e30, -1e30]))), np.float32(-np.inf))
    agree(tf.linalg.slogdet([[1.0, 1.0], [1.0, 1.0]])[1], -np.inf)


@pytest.mark.parametrize("m", [1, 2, 8, 70])
def test_stacks_of_tridiagonal_systems(m: int) -> None:
    random = np.random.default_rng(m)
    three = random.standard_normal((3, 3, m)) + np.array([0, 4, 0])[:, None]
    three[1] = 0
    three = tf.constant(three)
    x = random.standard_normal((3, m, 2))
    rhs = tf.linalg.tridiagonal_matmul(three, x)
    x[1] = np.nan
    agree(tf.linalg.tridiagonal_solve(three, rhs), x, tolerance=NEAR)
    agree(tf.linalg.tridiagonal_solve(three[2], rhs[2, :, 0]), x[2, :, 0], tolerance=NEAR)
