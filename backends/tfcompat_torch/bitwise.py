"""Kernels for the bits of integers."""

from __future__ import annotations

import torch

bitwise_and = torch.bitwise_and
bitwise_or = torch.bitwise_or
bitwise_xor = torch.bitwise_xor
invert = torch.bitwise_not


# What PyTorch holds and shifts in its own type: by how many bits at most.
_LAST = {torch.int8: 7, torch.int16: 15, torch.int32: 31, torch.int64: 63, torch.uint8: 7}


def _places(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """How far, as int64: at least 0, less than there are bits."""
    last = torch.iinfo(x.dtype).bits - 1
    if y.dtype is torch.uint64:
        wide = y.view(torch.int64)
        return torch.where(wide < 0, last, wide.clamp(max=last))
    return y.to(torch.int64).clamp(0, last)


# PyTorch shifts no unsigned integers of 16 bits and more.
def _bits(x: torch.Tensor) -> torch.Tensor:
    return x.view(torch.int64) if x.dtype is torch.uint64 else x.to(torch.int64)


def left_shift(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    last = _LAST.get(x.dtype)
    if last is not None:
        return torch.bitwise_left_shift(x, y.clamp(0, last))
    places = _places(x, y)
    shifted = torch.bitwise_left_shift(_bits(x), places)
    return shifted.view(x.dtype) if x.dtype is torch.uint64 else shifted.to(x.dtype)


def right_shift(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    last = _LAST.get(x.dtype)
    if last is not None:
        return torch.bitwise_right_shift(x, y.clamp(0, last))
    places = _places(x, y)
    if x.dtype is torch.uint64:
        # What comes in from the left is cleared.
        kept = torch.bitwise_not(torch.bitwise_left_shift(torch.full_like(places, -2), 63 - places))
        return (torch.bitwise_right_shift(_bits(x), places) & kept).view(torch.uint64)
    return torch.bitwise_right_shift(_bits(x), places).to(x.dtype)
