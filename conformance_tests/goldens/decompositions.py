"""Factorizations of matrices, systems of equations, and what is made of diagonals."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .cases import COMPLEX, EVERY, Case, Input

WIDE = ("float32", "float64", *COMPLEX)
#: Square matrices; the others are as wide as they are not high.
SQUARE: tuple[tuple[int, ...], ...] = ((3, 3), (2, 3, 3), (1, 1), (0, 0), (2, 0, 0), (0, 3, 3))
OBLONG: tuple[tuple[int, ...], ...] = ((4, 2), (2, 4), (2, 3, 2), (0, 2), (2, 0), (1, 3))
PHASES = ("eigh", "eig", "qr", "svd", "pinv", "determinants")
#: Factorizations lose digits.
SLACK = 40.0

Call = Callable[[Any, Any], Any]


def _one(tf: Any, x: Any, times: float = 1.0) -> Any:
    return tf.cast(times, x.dtype) * tf.eye(x.shape[-1], dtype=x.dtype)


def _solid(tf: Any, x: Any) -> Any:
    return x + _one(tf, x, 6.0)


def _symmetric(tf: Any, x: Any) -> Any:
    return x + tf.linalg.adjoint(x)


def _positive(tf: Any, x: Any) -> Any:
    """A positive definite matrix."""
    return tf.matmul(x, x, adjoint_b=True) + _one(tf, x)


def _sizes(tf: Any, x: Any) -> Any:
    """What of a factor is not a matter of its algorithm: |x| squared."""
    return tf.math.real(x) ** 2 + tf.math.imag(x) ** 2 if x.dtype.is_complex else x * x


def _product(tf: Any, *factors: Any) -> Any:
    result = factors[0]
    for factor in factors[1:]:
        result = tf.matmul(result, factor)
    return result


def _eigh(tf: Any, x: Any) -> Any:
    values, vectors = tf.linalg.eigh(_symmetric(tf, x))
    return {
        "values": values,
        "vectors": _sizes(tf, vectors),
        "alone": tf.linalg.eigvalsh(_symmetric(tf, x)),
    }


def _eig(tf: Any, x: Any) -> Any:
    """A triangular matrix, so that the order of the values is its diagonal's."""
    real = tf.math.real(x) if x.dtype.is_complex else x
    given = tf.linalg.diag(tf.range(1.0, x.shape[-1] + 1.0)) * 3.0
    given = tf.cast(given, real.dtype) + tf.linalg.band_part(real, 0, -1) / 4
    values, vectors = tf.linalg.eig(tf.cast(given, x.dtype))
    return {
        "values": values,
        "vectors": _sizes(tf, vectors),
        "alone": tf.linalg.eigvals(tf.cast(given, x.dtype)),
        "eig": tf.eig(tf.cast(given, x.dtype))[0],
    }


def _qr(tf: Any, x: Any) -> Any:
    q, r = tf.linalg.qr(x)
    return {"q": _sizes(tf, q), "r": _sizes(tf, r), "product": _product(tf, q, r)}


def _full_qr(tf: Any, x: Any) -> Any:
    q, r = tf.linalg.qr(x, full_matrices=True)
    return {"r": _sizes(tf, r), "product": _product(tf, q, r)}


def _svd(tf: Any, x: Any) -> Any:
    s, u, v = tf.linalg.svd(x)
    return {
        "values": s,
        "left": _sizes(tf, u),
        "right": _sizes(tf, v),
        "product": tf.matmul(u * tf.cast(s, x.dtype)[..., None, :], v, adjoint_b=True),
        "alone": tf.linalg.svd(x, compute_uv=False),
    }


def _full_svd(tf: Any, x: Any) -> Any:
    s, u, v = tf.linalg.svd(x, full_matrices=True)
    return {"values": s, "left": _sizes(tf, u)[..., : s.shape[-1]], "shape": tf.shape(v)}


def _lu(tf: Any, x: Any) -> Any:
    factors, places = tf.linalg.lu(x)
    return {
        "factors": factors,
        "places": places,
        "int64": tf.linalg.lu(x, output_idx_type=tf.int64).p,
    }


def _solve(tf: Any, x: Any) -> Any:
    a, b = _solid(tf, x), x
    return {
        "plain": tf.linalg.solve(a, b),
        "adjoint": tf.linalg.solve(a, b[..., :2], adjoint=True),
    }


def _triangular(tf: Any, x: Any) -> Any:
    a = _solid(tf, x)
    return {
        "lower": tf.linalg.triangular_solve(a, x),
        "upper": tf.linalg.triangular_solve(a, x[..., :2], lower=False),
        "adjoint": tf.linalg.triangular_solve(a, x, adjoint=True),
        "both": tf.linalg.triangular_solve(a, x[..., :1], lower=False, adjoint=True),
    }


def _cholesky_solve(tf: Any, x: Any) -> Any:
    return tf.linalg.cholesky_solve(_solid(tf, tf.linalg.band_part(x, -1, 0)), x[..., :2])


def _inverse(tf: Any, x: Any) -> Any:
    a = _solid(tf, x)
    return {"plain": tf.linalg.inv(a), "adjoint": tf.linalg.inv(a, adjoint=True)}


def _determinants(tf: Any, x: Any) -> Any:
    sign, logarithm = tf.linalg.slogdet(x)
    return {
        "det": tf.linalg.det(x),
        "sign": sign,
        "log": logarithm,
        "logdet": tf.linalg.logdet(_positive(tf, x)),
    }


#: Name, call, how often it is differentiated in double precision.
OF_SQUARE: dict[str, tuple[Call, int]] = {
    "cholesky": (lambda tf, x: tf.linalg.cholesky(_positive(tf, x)), 2),
    "cholesky_solve": (_cholesky_solve, 2),
    "determinants": (_determinants, 2),
    "inv": (_inverse, 2),
    "solve": (_solve, 2),
    "triangular_solve": (_triangular, 2),
    "eigh": (_eigh, 2),
    "eig": (_eig, 1),
    "expm": (lambda tf, x: tf.linalg.expm(x), 1),
    "lu": (_lu, 0),
}
OF_ANY: dict[str, tuple[Call, int]] = {
    "qr": (_qr, 2),
    "full qr": (_full_qr, 0),
    "svd": (_svd, 1),
    "full svd": (_full_svd, 0),
    "pinv": (lambda tf, x: tf.linalg.pinv(x), 1),
    "matrix_rank": (
        lambda tf, x: {"plain": tf.linalg.matrix_rank(x), "tol": tf.linalg.matrix_rank(x, 1.0)},
        0,
    ),
    "lstsq": (
        lambda tf, x: {
            "fast": tf.linalg.lstsq(x, x[..., :1]),
            "regular": tf.linalg.lstsq(x, x[..., :1], 0.0 if x.dtype == tf.complex128 else 0.5),
        },
        1,
    ),
    "exact lstsq": (lambda tf, x: tf.linalg.lstsq(x, x[..., :1], fast=False), 0),
    "normalize": (
        lambda tf, x: {
            f"{name} {part}": value
            for name, how in {
                "all": {}, "rows": {"axis": -1}, "1": {"ord": 1, "axis": -2},
                "inf": {"ord": float("inf"), "axis": -1},
            }.items()
            for part, value in enumerate(tf.linalg.normalize(x, **how))
        },
        1,
    ),
}  # fmt: skip


def _factorizations() -> Iterator[Case]:
    for table, shapes in ((OF_SQUARE, SQUARE), (OF_ANY, OBLONG)):
        for name, (call, order) in table.items():
            # TensorFlow trips over itself where the dtype is none that tf.linalg.eig takes.
            for dtype in WIDE if name in ("eig", "exact lstsq") else EVERY:
                often = order if dtype == "float64" else 0
                # The phases of eigenvectors and bases are free; TensorFlow's derivative of a
                # complex determinant lacks a conjugate.
                if dtype == "complex128" and name not in PHASES:
                    often = min(order, 1)
                given = (Input(shapes[0], dtype),)
                yield Case(f"linalg {name} {dtype}", call, given, often, SLACK)
            for shape in shapes[1:]:
                # TensorFlow returns memory that it has not written.
                if (name, shape) == ("exact lstsq", (0, 2)):
                    continue
                once = min(order, 1) if shape == shapes[1] else 0
                given = (Input(shape, "float64"),)
                yield Case(f"linalg {name} {shape}", call, given, once, SLACK)


def _diagonals(tf: Any, x: Any) -> Any:
    made: dict[str, Any] = {
        "adjoint": tf.linalg.adjoint(x),
        "matrix_transpose": tf.linalg.matrix_transpose(x),
        "conjugate": tf.linalg.matrix_transpose(x, conjugate=True),
        "diag": tf.linalg.diag(x[..., 0]),
        "diag above": tf.linalg.diag(x[..., 0], k=1),
        "diag rows": tf.linalg.diag(x[..., 0], k=-1, num_rows=5, num_cols=4),
        "diag padding": tf.linalg.diag(x[..., 0], padding_value=7),
        "diag_part": tf.linalg.diag_part(x),
        "diag_part above": tf.linalg.diag_part(x, k=1),
        "diag_part below": tf.linalg.diag_part(x, k=-2),
        "set_diag": tf.linalg.set_diag(x, x[..., 0]),
        "set_diag above": tf.linalg.set_diag(x, x[..., :2, 0], k=-1),
        "tensor_diag": tf.linalg.tensor_diag(x[0]),
        "tensor_diag_part": tf.linalg.tensor_diag_part(x[0]),
        "band": tf.linalg.band_part(x, 1, 0),
        "band all": tf.linalg.band_part(x, -1, -1),
        "band int64": tf.linalg.band_part(x, tf.constant(0, tf.int64), tf.constant(1, tf.int64)),
        "trace": tf.linalg.trace(x),
    }
    for align in ("LEFT_LEFT", "LEFT_RIGHT", "RIGHT_LEFT", "RIGHT_RIGHT"):
        some = tf.linalg.diag_part(x, k=(-1, 2), align=align, padding_value=5)
        made[f"several {align}"] = some
        made[f"from several {align}"] = tf.linalg.diag(some, k=(-1, 2), align=align)
        made[f"set several {align}"] = tf.linalg.set_diag(x, some + some, k=(-1, 2), align=align)
    return made


def _of_vectors(tf: Any, x: Any) -> Any:
    return {
        "cross": tf.linalg.cross(x, x[::-1]),
        "l2_normalize": tf.linalg.l2_normalize(x, axis=-1, epsilon=0.5),
        "global_norm": tf.linalg.global_norm([x, x[0]]),
    }


def _singular() -> Iterator[Case]:
    """Where a factorization has no unique result, or its derivative no finite one."""
    flat, zero = Input((3, 3), "float64", "ties"), Input((2, 2, 2), "float64", "counts")
    yield Case("det of zero", lambda tf, x: tf.linalg.det(x * 0.0), (zero,), 0)
    yield Case("slogdet of zero", lambda tf, x: tf.linalg.slogdet(x * 0.0), (zero,), 0)
    yield Case("pinv of zero", lambda tf, x: tf.linalg.pinv(x * 0.0), (zero,), 0)
    yield Case("pinv of a rank", lambda tf, x: tf.linalg.pinv(x[:, :1] * x[:1]), (flat,), 0, SLACK)
    yield Case(
        "rank of a rank", lambda tf, x: tf.linalg.matrix_rank(x[:, :1] * x[:1]), (flat,), exact=True
    )
    yield Case("expm of zero", lambda tf, x: tf.linalg.expm(x * 0.0), (zero,), 1)
    yield Case("expm of large", lambda tf, x: tf.linalg.expm(x * 8.0), (flat,), 0, 1e3)
    yield Case("norm of zero rows", lambda tf, x: tf.linalg.normalize(x * 0.0, axis=-1), (flat,), 1)
    yield Case("eigh of one", lambda tf, x: tf.linalg.eigh(x * 0.0 + _one(tf, x))[0], (flat,), 1)
    yield Case("svd of one", lambda tf, x: tf.linalg.svd(x * 0.0 + _one(tf, x))[0], (flat,), 0)
    special = Input((10, 10), "float64", "special")
    for name in ("det", "cholesky"):
        yield Case(
            f"linalg {name} special",
            lambda tf, x, name=name: getattr(tf.linalg, name)(x),
            (special,),
        )


def cases() -> Iterator[Case]:
    yield from _factorizations()
    for dtype in EVERY:
        order = {"float32": 1, "float64": 2, "complex64": 1}.get(dtype, 0)
        yield Case(f"linalg diagonals {dtype}", _diagonals, (Input((2, 3, 3), dtype),), order)
        yield Case(f"linalg vectors {dtype}", _of_vectors, (Input((2, 3), dtype),), order, 4)
    yield from _singular()
