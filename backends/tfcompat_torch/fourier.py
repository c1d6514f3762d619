"""Kernels for the discrete Fourier transform and the frames of a signal.

`sizes` pads or trims the axes, None keeps them.
"""

from __future__ import annotations

import torch

Axes = tuple[int, ...]


def fft(x: torch.Tensor, sizes: Axes | None, axes: Axes) -> torch.Tensor:
    if sizes is None and len(axes) == 1:
        return torch.fft.fft(x) if axes[0] == x.dim() - 1 else torch.fft.fft(x, None, axes[0])
    return torch.fft.fftn(x, sizes, axes)


def ifft(x: torch.Tensor, sizes: Axes | None, axes: Axes) -> torch.Tensor:
    if sizes is None and len(axes) == 1:
        return torch.fft.ifft(x) if axes[0] == x.dim() - 1 else torch.fft.ifft(x, None, axes[0])
    return torch.fft.ifftn(x, sizes, axes)


def rfft(x: torch.Tensor, sizes: Axes | None, axes: Axes) -> torch.Tensor:
    if sizes is None and len(axes) == 1:
        return torch.fft.rfft(x) if axes[0] == x.dim() - 1 else torch.fft.rfft(x, None, axes[0])
    return torch.fft.rfftn(x, sizes, axes)


def irfft(x: torch.Tensor, sizes: Axes | None, axes: Axes) -> torch.Tensor:
    return torch.fft.irfftn(x, sizes, axes)


def frame(x: torch.Tensor, length: int, step: int, count: int, axis: int) -> torch.Tensor:
    # With the length last, where it belongs right behind the frames.
    rows = x.unfold(axis, length, step).narrow(axis, 0, count)
    return rows.movedim(-1, axis + 1)
