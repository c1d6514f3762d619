"""Kernels for the parts of complex numbers."""

from __future__ import annotations

import math

import torch

complex = torch.complex
real = torch.real
imag = torch.imag
angle = torch.angle
zeros_like = torch.zeros_like


def conj(x: torch.Tensor) -> torch.Tensor:
    return torch.conj_physical(x)


def angle_of_real(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x < 0, torch.full_like(x, math.pi), torch.zeros_like(x))
