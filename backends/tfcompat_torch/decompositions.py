"""Kernels for inverses, systems of equations and factorizations."""

from __future__ import annotations

import torch

refuses_singular = True

det = torch.linalg.det


def slogdet(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    sign, logarithm = torch.linalg.slogdet(x)
    return sign, logarithm.to(x.dtype)


def inv(x: torch.Tensor, adjoint: bool) -> torch.Tensor:
    return torch.linalg.inv(x.mH if adjoint else x)


def solve(a: torch.Tensor, b: torch.Tensor, adjoint: bool) -> torch.Tensor:
    return torch.linalg.solve(a.mH if adjoint else a, b)


def triangular_solve(a: torch.Tensor, b: torch.Tensor, lower: bool, adjoint: bool) -> torch.Tensor:
    if adjoint:
        return torch.linalg.solve_triangular(a.mH, b, upper=lower)
    return torch.linalg.solve_triangular(a, b, upper=not lower)


def cholesky(x: torch.Tensor) -> torch.Tensor:
    factor, failed = torch.linalg.cholesky_ex(x)
    return torch.where((failed != 0)[..., None, None], torch.nan, factor).tril()


def qr(x: torch.Tensor, full: bool) -> tuple[torch.Tensor, torch.Tensor]:
    q, r = torch.linalg.qr(x, mode="complete" if full else "reduced")
    return q, r


def svd(x: torch.Tensor, full: bool) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    u, s, v = torch.linalg.svd(x, full_matrices=full)
    return s, u, v.mH


svdvals = torch.linalg.svdvals


def eigh(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    # Written out, because the gradient is then TensorFlow's: all of it in the triangle it reads.
    values, vectors = torch.linalg.eigh(torch.tril(x) + torch.tril(x, -1).mH)
    return values, vectors


def eig(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    values, vectors = torch.linalg.eig(x)
    return values, vectors


def lu(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    permutation, lower, upper = torch.linalg.lu(x)
    return torch.tril(lower, -1) + upper, permutation.real.argmax(-2)


expm = torch.linalg.matrix_exp
