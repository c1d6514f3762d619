"""Kernels for inverses, systems of equations and factorizations.

A single matrix goes to LAPACK as it is written, by rows, which there are columns: the routines
see its transpose.
"""

from __future__ import annotations

import math
from operator import ne
from typing import Any

import numpy as np
import torch

from tfcompat._src.openblas import solved

from .derivative import derived
from .lapack import arrays, one, routine
from .large import in_parts


def refuses_singular(found: Any) -> bool:
    return True


def _turns(pivots: Any) -> int:
    """How many rows were exchanged."""
    return sum(map(ne, pivots.tolist(), range(len(pivots))))


_MOST = torch.finfo(torch.float32).max
_MOST_LOG = math.log(torch.finfo(torch.float64).max)


def det(x: torch.Tensor) -> torch.Tensor:
    if not x.is_complex() and (at := arrays(x)):
        packed, pivots, _ = routine("getrf", x)(at[0].T)
        diagonal = packed.diagonal().tolist()
        found = math.prod(diagonal)
        if (not found or math.isinf(found)) and all(diagonal):
            # Some of them may be too large, or too small, where all are not.
            total = sum(map(math.log, map(abs, diagonal)))
            found = math.copysign(math.exp(total) if total < _MOST_LOG else math.inf, found)
        if x.dtype is torch.float32 and abs(found) > _MOST:
            found = math.copysign(math.inf, found)
        return _number(-found if _turns(pivots) % 2 else found, packed.dtype)
    found = _whole_det(x)
    if x.dtype in _WIDER and _is_lost(found):
        return _whole_det(x.to(_WIDER[x.dtype])).to(x.dtype)
    return found


def _whole_det(x: torch.Tensor) -> torch.Tensor:
    return _small_det(x) if x.shape[-1] in (2, 3) else torch.linalg.det(x)


_WIDER = {torch.float32: torch.float64, torch.complex64: torch.complex128}


def _is_lost(found: torch.Tensor) -> bool:
    """Whether a product on the way to a determinant may have been too large, or too small."""
    if not found.is_cpu or torch._C._are_functorch_transforms_active():
        return False
    values = found.detach().resolve_conj().numpy()
    return not (np.isfinite(values).all() and values.all())


def _cofactors(cotangent: torch.Tensor, found: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative of few rows' determinant; PyTorch's is 0 for a singular matrix."""
    if x.shape[-1] == 2:
        (a, b), (c, d) = (row.unbind(-1) for row in x.unbind(-2))
        minors = torch.stack([d, -c, -b, a], -1).reshape(x.shape)
    else:
        r, s, t = x.unbind(-2)
        cross = torch.linalg.cross
        minors = torch.stack([cross(s, t), cross(t, r), cross(r, s)], -2)
    return cotangent[..., None, None] * minors.conj()


_small_det = derived(torch.linalg.det, _cofactors)


def _number(value: float, dtype: Any) -> torch.Tensor:
    return torch.from_numpy(np.array(value, dtype))


def slogdet(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    if not x.is_complex() and (at := arrays(x)):
        packed, pivots, singular = routine("getrf", x)(at[0].T)
        if not singular:
            diagonal = packed.diagonal().tolist()
            turns = _turns(pivots) + sum([value < 0 for value in diagonal])
            total = sum(map(math.log, map(abs, diagonal)))
            # Where it is no number, the sign is none either.
            sign = total if total != total else -1.0 if turns % 2 else 1.0
            return _number(sign, packed.dtype), _number(total, packed.dtype)
    sign, logarithm = torch.linalg.slogdet(x)
    return torch.where(logarithm.isnan(), torch.nan, sign), logarithm.to(x.dtype)


def inv(x: torch.Tensor, adjoint: bool) -> torch.Tensor:
    x = x.mH if adjoint else x
    if at := arrays(x):
        matrix = at[0]
        _, _, found, singular = routine("gesv", x)(matrix.T, one(len(matrix), matrix.dtype))
        if not singular:
            return torch.from_numpy(found.T)
    return torch.linalg.inv(x)


def solve(a: torch.Tensor, b: torch.Tensor, adjoint: bool) -> torch.Tensor:
    a = a.mH if adjoint else a
    if at := arrays(a, b):
        _, _, found, singular = routine("gesv", a, b)(*at)
        if not singular:
            return torch.from_numpy(found)
    return torch.linalg.solve(a, b)


def triangular_solve(a: torch.Tensor, b: torch.Tensor, lower: bool, adjoint: bool) -> torch.Tensor:
    if at := arrays(a, b):
        matrix, rhs = at
        if np.count_nonzero(matrix.diagonal()) == len(matrix):
            whole = solved(matrix, rhs, lower, adjoint, in_parts)
            if whole is not None:
                return torch.from_numpy(whole)
            # The transposed system, in which the unknowns stand on the left.
            turn = (2 if a.is_complex() else 1) if adjoint else 0
            found = routine("trsm", a, b)(1, matrix.T, rhs.T, 1, not lower, turn)
            return torch.from_numpy(found.T)
    if adjoint:
        return torch.linalg.solve_triangular(a.mH, b, upper=lower)
    return torch.linalg.solve_triangular(a, b, upper=not lower)


def cholesky(x: torch.Tensor) -> torch.Tensor:
    if at := arrays(x):
        found, failed = routine("potrf", x)(at[0].T)
        if not failed:
            return torch.from_numpy(found.T)
    factor, wrong = torch.linalg.cholesky_ex(x)
    # A product, for its derivative is NaN too; the choice of NaN would have the derivative 0.
    return (factor * torch.where(wrong != 0, torch.nan, 1.0)[..., None, None].to(x.dtype)).tril()


def qr(x: torch.Tensor, full: bool) -> tuple[torch.Tensor, torch.Tensor]:
    q, r = torch.linalg.qr(x, mode="complete" if full else "reduced")
    return q, r


def svd(x: torch.Tensor, full: bool) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    try:
        u, s, v = torch.linalg.svd(x, full_matrices=full)
    except RuntimeError:
        there, finite = _finite(x)
        s, u, v = svd(there, full)
        return _nan_unless(finite[..., 0], s), _nan_unless(finite, u), _nan_unless(finite, v)
    return s, u, v.mH


def svdvals(x: torch.Tensor) -> torch.Tensor:
    try:
        return torch.linalg.svdvals(x)
    except RuntimeError:
        there, finite = _finite(x)
        return _nan_unless(finite[..., 0], torch.linalg.svdvals(there))


def _finite(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """LAPACK refuses a matrix with NaN: zeros for each of those, and which are none."""
    finite = torch.isfinite(x).all(-1, keepdim=True).all(-2, keepdim=True)
    return torch.where(finite, x, torch.zeros_like(x)), finite


def _nan_unless(finite: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return torch.where(finite, x, torch.nan)


class _Eigh(torch.autograd.Function):
    """With a derivative that stays finite where two eigenvalues are equal; PyTorch's is NaN."""

    @staticmethod
    def forward(ctx: Any, x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        values, vectors = torch.linalg.eigh(x)
        ctx.save_for_backward(values, vectors)
        return values, vectors

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor) -> torch.Tensor:
        values, vectors = ctx.saved_tensors
        of_values, of_vectors = cotangents
        turned = vectors.mH @ of_vectors
        distance = values[..., None, :] - values[..., :, None]
        apart = distance != 0
        mixed = torch.where(apart, turned / torch.where(apart, distance, 1.0), 0.0)
        own = torch.diag_embed(of_values).to(mixed.dtype)
        return vectors @ (own + mixed) @ vectors.mH


def eigh(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    if not x.requires_grad:
        values, vectors = torch.linalg.eigh(x)
        return values, vectors
    # Written out, because the gradient is then TensorFlow's: all of it in the triangle it reads.
    values, vectors = _Eigh.apply(torch.tril(x) + torch.tril(x, -1).mH)
    return values, vectors


def eig(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    values, vectors = torch.linalg.eig(x)
    return values, vectors


def lu(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    if at := arrays(x):
        packed, pivots, _ = routine("getrf", x)(at[0])
        order = list(range(len(packed)))
        for row, k in enumerate(pivots.tolist()):
            order[row], order[k] = order[k], order[row]
        return torch.from_numpy(packed), torch.from_numpy(np.array(order, np.int32))
    permutation, lower, upper = torch.linalg.lu(x)
    return torch.tril(lower, -1) + upper, permutation.real.argmax(-2)


def expm(x: torch.Tensor) -> torch.Tensor:
    # Where the norm is not finite PyTorch gives a diagonal.
    finite = torch.isfinite(x.detach().abs().sum(-2)).all(-1)
    return torch.where(finite[..., None, None], torch.linalg.matrix_exp(x), torch.nan)
