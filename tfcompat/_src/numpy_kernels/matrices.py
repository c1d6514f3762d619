"""Products of small matrices, and what LAPACK knows about them."""

from __future__ import annotations

import functools
import importlib
import math
from operator import ne
from typing import Any

import numpy as np

from tfcompat._src.matrices.singular import FEW_ROWS, is_singular

from .table import FLOATS, REAL, Array, Kernel, NotHere, add

# Multiplications that NumPy's library does without threads of its own.
_ALONE = 1 << 16
# Elements of matrices that are factorized: of more, the work is the time.
_FEW = 1 << 10


def _turned(x: Array, how: int) -> Array:
    return np.swapaxes(x, -1, -2) if how else x


def matmul(a: Array, b: Array) -> Any:
    if a.size * b.shape[-1] > _ALONE:
        raise NotHere
    return np.matmul(a, b)


def matmul_with(a: Array, b: Array, turn_a: int, turn_b: int) -> Any:
    return matmul(_turned(a, turn_a), _turned(b, turn_b))


def matvec(a: Array, b: Array, turn: int) -> Any:
    return matmul_with(a, b[..., None], turn, 0)[..., 0]


def tensordot(a: Array, b: Array, of_a: tuple[int, ...], of_b: tuple[int, ...]) -> Any:
    if a.size * b.size > _ALONE:
        raise NotHere
    return np.tensordot(a, b, (of_a, of_b))


# -------------------------------------------------------------------------------------- diagonals
def diag_part(x: Array) -> Any:
    return np.diagonal(x, 0, -2, -1)


@functools.cache
def _band(rows: int, columns: int, lower: int, upper: int) -> Array:
    distance = np.arange(columns) - np.arange(rows)[:, None]
    return (distance >= -lower) & (distance <= upper)


def band_part(x: Array, lower: int, upper: int) -> Any:
    return np.where(_band(*x.shape[-2:], lower, upper), x, x.dtype.type(0))


def trace(x: Array) -> Any:
    return np.add.reduce(np.diagonal(x, 0, -2, -1), -1, x.dtype)


def diag(x: Array, k: int) -> Array:
    size = x.shape[-1] + abs(k)
    found = np.zeros((*x.shape[:-1], size, size), x.dtype)
    at = np.arange(x.shape[-1])
    found[..., at + max(-k, 0), at + max(k, 0)] = x
    return found


# ------------------------------------------------------------------------------------------ LAPACK
def _lapack(name: str, x: Array) -> Kernel:
    """LAPACK's function for matrices like this one, which is not empty nor one of several."""
    if x.ndim != 2 or not x.size:
        raise NotHere
    return _function(name, x.dtype.char)


_LETTERS = {"f": "s", "d": "d"}


@functools.cache
def _function(name: str, kind: str, library: str = "lapack") -> Kernel:
    return getattr(importlib.import_module(f"scipy.linalg.{library}"), _LETTERS[kind] + name)


def _done(failed: int) -> None:
    """What LAPACK has not done: the matrix is singular, say."""
    if failed:
        raise NotHere


def _regular(x: Array, packed: Array) -> None:
    """Looks at a factorized matrix as TensorFlow does, which has an error for singular ones."""
    # Of more rows it finds out what LAPACK does.
    if len(x) <= FEW_ROWS and is_singular(x, packed.diagonal().tolist()):
        raise NotHere


@functools.cache
def _one(size: int, native: Any) -> Array:
    return np.eye(size, dtype=native, order="F")


def inv(x: Array, adjoint: bool) -> Any:
    packed, _, found, failed = _lapack("gesv", x)(_turned(x, adjoint), _one(len(x), x.dtype))
    _done(failed)
    _regular(x, packed)
    return found


def solve(a: Array, b: Array, adjoint: bool) -> Any:
    if b.ndim != 2 or not b.size:
        raise NotHere
    packed, _, found, failed = _lapack("gesv", a)(_turned(a, adjoint), b)
    _done(failed)
    _regular(a, packed)
    return found


def _diagonal(x: Array) -> tuple[list[float], int]:
    """Factors of the determinant, but for its sign, and how many rows changed places."""
    packed, exchanged, failed = _lapack("getrf", x)(x)
    _done(failed)
    return packed.diagonal().tolist(), sum(map(ne, exchanged.tolist(), range(len(packed))))


def det(x: Array) -> Any:
    factors, exchanges = _diagonal(x)
    found = math.prod(factors)
    if not found or math.isinf(found):
        # Some of the factors may be too large, or too small, where all are not.
        raise NotHere
    return x.dtype.type(-found if exchanges % 2 else found)


def slogdet(x: Array) -> tuple[Any, Any]:
    factors, exchanges = _diagonal(x)
    logarithm = sum(map(math.log, map(abs, factors)))
    if logarithm != logarithm:
        raise NotHere
    turns = exchanges + sum([factor < 0 for factor in factors])
    kind = x.dtype.type
    return kind(-1 if turns % 2 else 1), kind(logarithm)


def lu(x: Array) -> tuple[Any, Any]:
    packed, exchanged, failed = _lapack("getrf", x)(x)
    _done(failed)
    _regular(x, packed)
    order = list(range(len(packed)))
    for i, j in enumerate(exchanged.tolist()):
        order[i], order[j] = order[j], order[i]
    return packed, np.array(order, np.int32)


def tridiagonal_solve(upper: Array, main: Array, lower: Array, rhs: Array) -> Any:
    if main.ndim != 1 or len(main) < 2 or not rhs.size:
        raise NotHere
    solve = _function("gtsv", rhs.dtype.char)
    _, _, _, found, failed = solve(lower[1:], main, upper[:-1], rhs)
    _done(failed)
    return found


def cholesky(x: Array) -> Any:
    # NumPy's rows are columns here, and the lower triangle the upper one.
    found, failed = _lapack("potrf", x)(x.T, 0, 1)
    _done(failed)
    return found.T


def eigh(x: Array) -> tuple[Any, Any]:
    if not np.isfinite(x).all():
        raise NotHere
    values, vectors, failed = _lapack("syevd", x)(x, 1, 1)
    _done(failed)
    return values, vectors


def qr(x: Array, full: bool) -> tuple[Any, Any]:
    if full or len(x) < x.shape[-1]:
        raise NotHere
    packed, factors, _, failed = _lapack("geqrf", x)(x)
    _done(failed)
    columns = x.shape[1]
    q, _, failed = _lapack("orgqr", x)(packed, factors)
    _done(failed)
    return q, band_part(packed[:columns], 0, columns)


def triangular_solve(a: Array, b: Array, lower: bool, adjoint: bool) -> Any:
    if a.ndim != 2 or b.ndim != 2 or not b.size or not a.diagonal().all():
        raise NotHere
    # LAPACK's own wakes threads, whatever the size. NumPy's rows are columns here: it is the
    # transposed system, in which the unknowns stand on the left.
    solve = _function("trsm", a.dtype.char, "blas")
    return solve(1.0, a.T, b.T, 1, int(not lower), int(adjoint)).T


add("tridiagonal", {"tridiagonal_solve": tridiagonal_solve}, FLOATS, grows=True)
add("linalg", {"matmul": matmul, "matmul_with": matmul_with, "matvec": matvec}, FLOATS, grows=True)
add("linalg", {"integer_matmul": matmul_with, "tensordot": tensordot}, REAL, grows=True)
add("diagonals", {"diag_part": diag_part, "band_part": band_part, "trace": trace}, REAL)
add("diagonals", {"diag": diag}, REAL, grows=True)
add(
    "decompositions",
    {
        "inv": inv,
        "solve": solve,
        "det": det,
        "slogdet": slogdet,
        "cholesky": cholesky,
        "eigh": eigh,
        "lu": lu,
        "qr": qr,
        "triangular_solve": triangular_solve,
    },
    FLOATS,
    _FEW,
)
