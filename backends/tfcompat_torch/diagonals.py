"""Kernels for diagonals and bands of matrices."""

from __future__ import annotations

import torch


def spread(
    values: torch.Tensor,
    other: torch.Tensor,
    index: torch.Tensor,
    chosen: torch.Tensor,
    merged: int,
) -> torch.Tensor:
    flat = values.flatten(values.dim() - merged)
    if not flat.shape[-1]:
        return other.expand(flat.shape[:-1] + index.shape)
    return torch.where(chosen, flat[..., index], other)


def diag_part(x: torch.Tensor) -> torch.Tensor:
    return torch.diagonal(x, dim1=-2, dim2=-1)


def band_part(x: torch.Tensor, lower: int, upper: int) -> torch.Tensor:
    return torch.triu(torch.tril(x, upper), -lower)


def trace(x: torch.Tensor) -> torch.Tensor:
    return torch.diagonal(x, dim1=-2, dim2=-1).sum(-1, dtype=x.dtype)
