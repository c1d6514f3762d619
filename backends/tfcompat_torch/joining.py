"""Kernels that put tensors together and take them apart."""

from __future__ import annotations

from typing import Any

import torch

unstack = torch.unbind


def concat(*args: Any) -> torch.Tensor:
    *tensors, axis = args
    return torch.cat(tensors, axis)


def stack(*args: Any) -> torch.Tensor:
    *tensors, axis = args
    return torch.stack(tensors, axis)


def split(x: torch.Tensor, sizes: tuple[int, ...], axis: int) -> tuple[torch.Tensor, ...]:
    return torch.split(x, sizes, axis)  # type: ignore[arg-type]
