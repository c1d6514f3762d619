"""PyTorch stores unsigned integers of 16 bits and more, but has few kernels for them."""

from __future__ import annotations

import torch

SIGNED = {
    torch.uint16: torch.int16,
    torch.uint32: torch.int32,
    torch.uint64: torch.int64,
}


def ordered(x: torch.Tensor) -> torch.Tensor:
    """Signed integers in the order of the unsigned ones."""
    if x.dtype is torch.uint64:
        return x.view(torch.int64) ^ torch.iinfo(torch.int64).min
    return x.to(torch.int64) if x.dtype in SIGNED else x
