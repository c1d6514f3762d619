"""Kernels for the discrete Fourier transform; `sizes` pads or trims the axes, None keeps them."""

from __future__ import annotations

import torch

Axes = tuple[int, ...]


def fft(x: torch.Tensor, sizes: Axes | None, axes: Axes) -> torch.Tensor:
    return torch.fft.fftn(x, sizes, axes)


def ifft(x: torch.Tensor, sizes: Axes | None, axes: Axes) -> torch.Tensor:
    return torch.fft.ifftn(x, sizes, axes)


def rfft(x: torch.Tensor, sizes: Axes | None, axes: Axes) -> torch.Tensor:
    return torch.fft.rfftn(x, sizes, axes)


def irfft(x: torch.Tensor, sizes: Axes | None, axes: Axes) -> torch.Tensor:
    return torch.fft.irfftn(x, sizes, axes)
