"""Kernels for the parts of complex numbers."""

from __future__ import annotations

import math

import torch

from .derivative import derived

complex = torch.complex
real = torch.real
imag = torch.imag
zeros_like = torch.zeros_like


def _angle_gradient(g: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    # Not finite at 0, where PyTorch's is 0.
    return -g * torch.complex(x.imag, x.real).reciprocal()


angle = derived(torch.angle, _angle_gradient)


def conj(x: torch.Tensor) -> torch.Tensor:
    return torch.conj_physical(x)


def angle_of_real(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x < 0, torch.full_like(x, math.pi), torch.zeros_like(x))
