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
        shape = flat.shape[:-1] + index.shape
        # The sum of nothing keeps the way of the gradient.
        return other.expand(shape) + values.sum() if values.requires_grad else other.expand(shape)
    return torch.where(chosen, flat[..., index], other)


diag = torch.diag_embed


def diag_part(x: torch.Tensor) -> torch.Tensor:
    return torch.diagonal(x, dim1=-2, dim2=-1)


def band_part(x: torch.Tensor, lower: int, upper: int) -> torch.Tensor:
    if upper < x.shape[-1] - 1:
        x = torch.tril(x, upper)
        return torch.triu(x, -lower) if lower < x.shape[-2] - 1 else x
    return torch.triu(x, -lower)


def trace(x: torch.Tensor) -> torch.Tensor:
    if x.dim() == 2 and x.is_floating_point():
        return torch.trace(x)
    return torch.diagonal(x, dim1=-2, dim2=-1).sum(-1, dtype=x.dtype)
