"""Functions of matrices, LU factors, banded and tridiagonal systems, conjugate gradients."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from .cases import COMPLEX, Case, Input

WIDE = ("float32", "float64", *COMPLEX)
ORDER = {"float32": 0, "float64": 2, "complex64": 0, "complex128": 1}
#: The shapes for which derivatives are compared too; there are others for values.
DIFFERENTIATED = ((3, 3), (2, 4), (3, 4))
#: Factorizations lose digits.
SLACK = 40.0
MATRICES = ((1, 1), (3, 3), (2, 3, 3), (0, 0), (2, 0, 0), (0, 2, 2))


def _one(tf: Any, x: Any, times: float = 1.0) -> Any:
    return times * tf.eye(x.shape[-1], dtype=x.dtype)


def _sqrtm(tf: Any, x: Any) -> Any:
    # Eigenvalues far from the negative axis, some of them in conjugate pairs.
    return {
        "general": tf.linalg.sqrtm(x / 2 + _one(tf, x, 5.0)),
        "positive": tf.matrix_square_root(tf.matmul(x, x, adjoint_b=True) + _one(tf, x)),
    }


def _logm(tf: Any, x: Any) -> Any:
    return {
        "general": tf.linalg.logm(x / 2 + _one(tf, x, 3.0)),
        "any": tf.linalg.logm(x),
        "negative": tf.linalg.logm(tf.cast(tf.math.real(_one(tf, x, -2.0)), x.dtype)),
    }


def _lu(tf: Any, x: Any, b: Any) -> Any:
    # TensorFlow does not differentiate tf.linalg.lu; any solid matrix will do for its factors.
    packed = x / 2 + _one(tf, x, 4.0)
    order = tf.broadcast_to(tf.roll(tf.range(x.shape[-1]), 1, 0), x.shape[:-1])
    return {
        "reconstruct": tf.linalg.lu_reconstruct(packed, order),
        "solve": tf.linalg.lu_solve(packed, order, b),
        "solve checked": tf.linalg.lu_solve(packed, order, b, validate_args=True),
        "inverse": tf.linalg.lu_matrix_inverse(packed, order),
    }


def _banded(tf: Any, lower: Any, upper: Any, rhs: Any) -> Any:
    solve = tf.linalg.banded_triangular_solve
    return {
        "lower": solve(lower, rhs),
        "upper": solve(upper, rhs, lower=False),
        "lower adjoint": solve(lower, rhs, adjoint=True),
        "upper adjoint": solve(upper, rhs, lower=False, adjoint=True),
    }


def _heavy(tf: Any, diagonals: Any) -> Any:
    """Three diagonals with a main one that outweighs the others."""
    upper, main, lower = tf.unstack(diagonals, axis=-2)
    return tf.stack([upper, main + 6, lower], axis=-2)


def _tridiagonal(tf: Any, diagonals: Any, rhs: Any) -> Any:
    packed = _heavy(tf, diagonals)
    upper, main, lower = tf.unstack(packed, axis=-2)
    solve, multiply = tf.linalg.tridiagonal_solve, tf.linalg.tridiagonal_matmul
    sequence, matrix = [upper, main, lower], tf.linalg.diag(packed, k=(-1, 1), align="LEFT_RIGHT")
    return {
        "product": multiply(packed, rhs),
        "product of three": multiply(sequence, rhs, diagonals_format="sequence"),
        "product of matrix": multiply(matrix, rhs, diagonals_format="matrix"),
        "solution": solve(packed, rhs),
        "of three": solve(sequence, rhs, diagonals_format="sequence"),
        "of shorter": solve(
            [upper[..., :-1], main, lower[..., 1:]], rhs, diagonals_format="sequence"
        ),
        "of matrix": solve(matrix, rhs, diagonals_format="matrix"),
        "of vector": solve(packed, rhs[..., 0]),
        "turned": solve(packed, tf.linalg.matrix_transpose(rhs), transpose_rhs=True),
        "conjugate": solve(packed, rhs, conjugate_rhs=True),
        "in order": solve(packed, rhs, partial_pivoting=False),
        "perturbed": solve(packed, rhs, perturb_singular=True),
    }


def _pivoting(tf: Any, diagonals: Any, rhs: Any) -> Any:
    """Where rows have to be exchanged, and where there is no solution."""
    upper, main, lower = tf.unstack(diagonals, axis=-2)
    hollow = tf.stack([upper, main * 0, lower], axis=-2)
    flat = tf.ones_like(diagonals)
    found = {
        "hollow": tf.linalg.tridiagonal_solve(hollow, rhs),
        "small": tf.linalg.tridiagonal_solve(hollow + 1e-3 * flat, rhs),
        "singular perturbed": tf.linalg.tridiagonal_solve(
            flat[..., :2], rhs[..., :2, :], perturb_singular=True
        ),
        "zero perturbed": tf.linalg.tridiagonal_solve(flat * 0, rhs, perturb_singular=True),
    }
    if not flat.dtype.is_complex:
        # What TensorFlow says of a complex singular matrix is arbitrary.
        found["singular"] = tf.linalg.tridiagonal_solve(flat[..., :2], rhs[..., :2, :])
        found["zero"] = tf.linalg.tridiagonal_solve(flat * 0, rhs)
    return found


def _eigenvalues(tf: Any, a: Any, b: Any) -> Any:
    of = tf.linalg.eigh_tridiagonal
    values, vectors = of(a, b, eigvals_only=False)
    if b.dtype.is_complex:
        # TensorFlow's are eigenvectors of another matrix.
        vectors = tf.math.real(vectors) * 0
    return {
        "all": of(a, b),
        "by number": of(a, b, select="i", select_range=[1, 3]),
        "beyond": of(a, b, select="i", select_range=[-1, 6]),
        "between": of(a, b, select="v", select_range=(-1.0, 1.5)),
        "none": of(a, b, select="v", select_range=(100.0, 101.0)),
        "values": values,
        "sizes of vectors": tf.abs(vectors),
    }


def _conjugate_gradients(tf: Any, x: Any, rhs: Any, start: Any) -> Any:
    matrix = tf.matmul(x, x, adjoint_b=True) + _one(tf, x)
    known = {"is_self_adjoint": True, "is_positive_definite": True}
    operator = tf.linalg.LinearOperatorFullMatrix(matrix, **known)
    near = tf.linalg.LinearOperatorDiag(1 / tf.linalg.diag_part(matrix), **known)
    solve = tf.linalg.experimental.conjugate_gradient
    return {
        "one": solve(operator, rhs, max_iter=1).x,
        "two": solve(operator, rhs, max_iter=2).x,
        "count": solve(operator, rhs, tol=1e-3).i,
        "solution": solve(operator, rhs, tol=1e-6, max_iter=8).x,
        "from": solve(operator, rhs, x=start, max_iter=2).x,
        "residual": solve(operator, rhs, x=start, max_iter=2).r,
        "direction": solve(operator, rhs, max_iter=2).p,
        "square": solve(operator, rhs, max_iter=2).gamma,
        "near": solve(operator, rhs, preconditioner=near, max_iter=2).x,
    }


def cases() -> Iterator[Case]:
    for dtype in ("float16", "bfloat16", "int32", *WIDE):
        for shape in MATRICES:
            order = 2 if dtype == "float64" and shape == (3, 3) else 0
            if shape in ((3, 3), (2, 3, 3)) or dtype in WIDE:
                yield Case(
                    f"sqrtm {dtype} {shape}", _sqrtm, (Input(shape, dtype),), order, 10 * SLACK
                )
    for dtype in COMPLEX:
        for shape in MATRICES[:-1]:
            yield Case(f"logm {dtype} {shape}", _logm, (Input(shape, dtype),), 0, SLACK)
    for dtype in WIDE:
        for shape, rhs in [
            ((3, 3), (3, 2)), ((2, 3, 3), (3, 2)), ((3, 3), (2, 3, 1)), ((2, 3, 3), (2, 3, 2)),
            ((0, 0), (0, 2)), ((1, 1), (1, 1)), ((2, 2), (2, 0)),
        ]:  # fmt: skip
            given = Input(shape, dtype), Input(rhs, dtype)
            order = ORDER[dtype] if (shape, rhs) == ((3, 3), (3, 2)) else 0
            yield Case(f"lu factors {dtype} {shape} {rhs}", _lu, given, order, SLACK)
        for shape, rhs in [
            ((2, 4), (4, 2)), ((1, 3), (3, 2)), ((4, 3), (3, 1)), ((2, 2, 4), (4, 2)),
            ((2, 4), (3, 4, 1)), ((2, 1, 2, 3), (3, 3, 1)), ((1, 1), (1, 1)),
        ]:  # fmt: skip
            bands = Input(shape, dtype, "nonzero")
            given3 = bands, bands, Input(rhs, dtype)
            # TensorFlow does not differentiate where there are more diagonals than a matrix has,
            # and gives the derivative by a single one too few axes.
            order = ORDER[dtype] if shape in DIFFERENTIATED else 0
            yield Case(f"banded {dtype} {shape} {rhs}", _banded, given3, order, SLACK * 10)
        for shape, rhs in [
            ((3, 4), (4, 2)), ((2, 3, 3), (2, 3, 1)), ((3, 2), (2, 3)),
            ((2, 1, 3, 5), (2, 1, 5, 2)), ((2, 3, 3), (2, 3, 0)),
        ]:  # fmt: skip
            given = Input(shape, dtype), Input(rhs, dtype)
            # TensorFlow does not conjugate in its derivative of a complex solution.
            order = ORDER[dtype] if shape in DIFFERENTIATED and dtype not in COMPLEX else 0
            yield Case(f"tridiagonal {dtype} {shape} {rhs}", _tridiagonal, given, order, SLACK)
        given = Input((3, 6), dtype, "nonzero"), Input((6, 2), dtype)
        yield Case(f"tridiagonal pivoting {dtype}", _pivoting, given, 0, SLACK * 10)
        given = Input((5,), dtype), Input((4,), dtype)
        yield Case(f"eigh_tridiagonal {dtype}", _eigenvalues, given, 0, SLACK * 10)
    for dtype in ("float32", "float64"):
        for shape, rhs in [((4, 4), (4,)), ((4, 4), (2, 4)), ((2, 3, 3), (2, 3))]:
            given3 = Input(shape, dtype), Input(rhs, dtype), Input(rhs, dtype)
            order = 1 if dtype == "float64" else 0
            yield Case(
                f"conjugate gradients {dtype} {shape} {rhs}",
                _conjugate_gradients, given3, order, 100 * SLACK,
            )  # fmt: skip
