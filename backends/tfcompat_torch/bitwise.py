"""Kernels for the bits of integers."""

from __future__ import annotations

import torch

bitwise_and = torch.bitwise_and
bitwise_or = torch.bitwise_or
bitwise_xor = torch.bitwise_xor
invert = torch.bitwise_not


def _places(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    bits = torch.iinfo(x.dtype).bits
    # PyTorch has no clamp for the wide unsigned types, whose values fit int64 where they matter.
    return y.to(torch.int64).clamp(0, bits - 1).to(x.dtype)


def left_shift(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.bitwise_left_shift(x, _places(x, y))


def right_shift(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return torch.bitwise_right_shift(x, _places(x, y))
