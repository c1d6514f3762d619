"""Kernels for diagonals and bands of matrices."""

from __future__ import annotations

from functools import lru_cache

import torch

from .large import LARGE


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


_LARGEST = 1 << 20  # elements of a band that is kept


@lru_cache(maxsize=4)
def _band(rows: int, columns: int, lower: int, upper: int, bits: torch.dtype) -> torch.Tensor:
    """All bits within the band, none elsewhere."""
    return torch.full((rows, columns), -1, dtype=bits).triu_(-lower).tril_(upper)


def band_part(x: torch.Tensor, lower: int, upper: int) -> torch.Tensor:
    rows, columns = x.shape[-2:]
    if LARGE <= rows * columns <= _LARGEST and x.is_cpu and x.is_floating_point():
        bits = getattr(torch, f"int{8 * x.element_size()}")
        if not x.requires_grad:
            # By bits; PyTorch goes element by element.
            return (x.view(bits) & _band(rows, columns, lower, upper, bits)).view(x.dtype)
    if upper < x.shape[-1] - 1:
        x = torch.tril(x, upper)
        return torch.triu(x, -lower) if lower < x.shape[-2] - 1 else x
    return torch.triu(x, -lower)


def trace(x: torch.Tensor) -> torch.Tensor:
    if x.dim() == 2 and x.is_floating_point():
        return torch.trace(x)
    return torch.diagonal(x, dim1=-2, dim2=-1).sum(-1, dtype=x.dtype)
