"""Products of small matrices, and what LAPACK knows about them."""

from __future__ import annotations

import functools
import importlib
from typing import Any

import numpy as np

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
    return _function(("s" if x.dtype == np.float32 else "d") + name, "lapack")


@functools.cache
def _function(name: str, library: str) -> Kernel:
    return getattr(importlib.import_module(f"scipy.linalg.{library}"), name)


_times: Any = np.multiply.reduce


def _done(failed: int) -> None:
    """What LAPACK has not done: the matrix is singular, say."""
    if failed:
        raise NotHere


def inv(x: Array, adjoint: bool) -> Any:
    packed, exchanged, failed = _lapack("getrf", x)(_turned(x, adjoint))
    _done(failed)
    found, failed = _lapack("getri", x)(packed, exchanged)
    _done(failed)
    return found


def solve(a: Array, b: Array, adjoint: bool) -> Any:
    if b.ndim != 2 or not b.size:
        raise NotHere
    _, _, found, failed = _lapack("gesv", a)(_turned(a, adjoint), b)
    _done(failed)
    return found


def _diagonal(x: Array) -> tuple[Array, int]:
    """Factors of the determinant, but for its sign, and how many rows changed places."""
    packed, exchanged, failed = _lapack("getrf", x)(x)
    _done(failed)
    return packed.diagonal(), sum([i != j for i, j in enumerate(exchanged.tolist())])


def det(x: Array) -> Any:
    factors, exchanges = _diagonal(x)
    found = _times(factors)
    return np.negative(found) if exchanges % 2 else found


def slogdet(x: Array) -> tuple[Any, Any]:
    factors, exchanges = _diagonal(x)
    logarithm = np.add.reduce(np.log(np.abs(factors)))
    if logarithm != logarithm:
        raise NotHere
    turns = exchanges + sum([factor < 0 for factor in factors.tolist()])
    return x.dtype.type(-1 if turns % 2 else 1), logarithm


def lu(x: Array) -> tuple[Any, Any]:
    packed, exchanged, failed = _lapack("getrf", x)(x)
    _done(failed)
    order = list(range(len(packed)))
    for i, j in enumerate(exchanged.tolist()):
        order[i], order[j] = order[j], order[i]
    return packed, np.array(order, np.int32)


def cholesky(x: Array) -> Any:
    found, failed = _lapack("potrf", x)(x, 1, 1)
    _done(failed)
    return found


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
    # LAPACK's own wakes threads, whatever the size. NumPy's rows are columns here: what is lower
    # is upper.
    solve = _function(("s" if a.dtype == np.float32 else "d") + "trsm", "blas")
    return solve(1.0, a.T, b, 0, int(not lower), int(not adjoint))


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
