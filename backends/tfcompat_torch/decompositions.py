"""Kernels for inverses, systems of equations and factorizations.

A single matrix goes to LAPACK as it is written, by rows, which there are columns: the routines
see its transpose.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from .lapack import arrays, routine

refuses_singular = True


def _turns(pivots: Any) -> int:
    """How many rows were exchanged."""
    return sum([k != row for row, k in enumerate(pivots.tolist())])


_MOST = torch.finfo(torch.float32).max


def det(x: torch.Tensor) -> torch.Tensor:
    if not x.is_complex() and (at := arrays(x)):
        packed, pivots, _ = routine("getrf", x.dtype)(at[0].T)
        found = math.prod(packed.diagonal().tolist())
        if x.dtype is torch.float32 and abs(found) > _MOST:
            found = math.copysign(math.inf, found)
        return _number(-found if _turns(pivots) % 2 else found, packed.dtype)
    return torch.linalg.det(x)


def _number(value: float, dtype: Any) -> torch.Tensor:
    return torch.from_numpy(np.array(value, dtype))


def slogdet(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    if not x.is_complex() and (at := arrays(x)):
        packed, pivots, singular = routine("getrf", x.dtype)(at[0].T)
        if not singular:
            diagonal = packed.diagonal().tolist()
            turns = _turns(pivots) + sum([value < 0 for value in diagonal])
            total = sum(map(math.log, map(abs, diagonal)))
            # Where it is no number, the sign is none either.
            sign = total if total != total else -1.0 if turns % 2 else 1.0
            return _number(sign, packed.dtype), _number(total, packed.dtype)
    sign, logarithm = torch.linalg.slogdet(x)
    return sign, logarithm.to(x.dtype)


def inv(x: torch.Tensor, adjoint: bool) -> torch.Tensor:
    x = x.mH if adjoint else x
    if at := arrays(x):
        one = np.eye(len(at[0]), dtype=at[0].dtype, order="F")
        _, _, found, singular = routine("gesv", x.dtype)(at[0].T, one)
        if not singular:
            return torch.from_numpy(found.T)
    return torch.linalg.inv(x)


def solve(a: torch.Tensor, b: torch.Tensor, adjoint: bool) -> torch.Tensor:
    a = a.mH if adjoint else a
    if at := arrays(a, b):
        _, _, found, singular = routine("gesv", a.dtype)(*at)
        if not singular:
            return torch.from_numpy(found)
    return torch.linalg.solve(a, b)


def triangular_solve(a: torch.Tensor, b: torch.Tensor, lower: bool, adjoint: bool) -> torch.Tensor:
    if not (adjoint and a.is_complex()) and (at := arrays(a, b)):
        found, singular = routine("trtrs", a.dtype)(at[0].T, at[1], not lower, not adjoint)
        if not singular:
            return torch.from_numpy(found)
    if adjoint:
        return torch.linalg.solve_triangular(a.mH, b, upper=lower)
    return torch.linalg.solve_triangular(a, b, upper=not lower)


def cholesky(x: torch.Tensor) -> torch.Tensor:
    if at := arrays(x):
        found, failed = routine("potrf", x.dtype)(at[0].T)
        if not failed:
            return torch.from_numpy(found.T)
    factor, wrong = torch.linalg.cholesky_ex(x)
    return torch.where((wrong != 0)[..., None, None], torch.nan, factor).tril()


def qr(x: torch.Tensor, full: bool) -> tuple[torch.Tensor, torch.Tensor]:
    q, r = torch.linalg.qr(x, mode="complete" if full else "reduced")
    return q, r


def svd(x: torch.Tensor, full: bool) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    u, s, v = torch.linalg.svd(x, full_matrices=full)
    return s, u, v.mH


svdvals = torch.linalg.svdvals


def eigh(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    if not x.requires_grad:
        values, vectors = torch.linalg.eigh(x)
        return values, vectors
    # Written out, because the gradient is then TensorFlow's: all of it in the triangle it reads.
    values, vectors = torch.linalg.eigh(torch.tril(x) + torch.tril(x, -1).mH)
    return values, vectors


def eig(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    values, vectors = torch.linalg.eig(x)
    return values, vectors


def lu(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    if at := arrays(x):
        packed, pivots, _ = routine("getrf", x.dtype)(at[0])
        order = list(range(len(packed)))
        for row, k in enumerate(pivots.tolist()):
            order[row], order[k] = order[k], order[row]
        return torch.from_numpy(packed), torch.from_numpy(np.array(order, np.int32))
    permutation, lower, upper = torch.linalg.lu(x)
    return torch.tril(lower, -1) + upper, permutation.real.argmax(-2)


expm = torch.linalg.matrix_exp
