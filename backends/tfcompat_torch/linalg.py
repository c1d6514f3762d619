"""Kernels for products of matrices."""

from __future__ import annotations

import torch

matmul = torch.matmul


def _turned(x: torch.Tensor, how: int) -> torch.Tensor:
    return x.mH if how == 2 else x.mT if how else x


def matmul_with(a: torch.Tensor, b: torch.Tensor, turn_a: int, turn_b: int) -> torch.Tensor:
    return torch.matmul(_turned(a, turn_a), _turned(b, turn_b))


def integer_matmul(a: torch.Tensor, b: torch.Tensor, turn_a: int, turn_b: int) -> torch.Tensor:
    a, b = _turned(a, turn_a), _turned(b, turn_b)
    if a.is_cuda:
        # There PyTorch multiplies no matrices of integers.
        return (a.unsqueeze(-1) * b.unsqueeze(-3)).sum(-2, dtype=a.dtype)
    return torch.matmul(a, b)
