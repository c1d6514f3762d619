"""Kernels for clipping."""

from __future__ import annotations

import torch


def clip_by_value(x: torch.Tensor, low: float, high: float) -> torch.Tensor:
    return torch.clamp(x, low, high)
