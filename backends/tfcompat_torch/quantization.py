"""Kernels that round to the numbers a quantized type has; float32 throughout."""

from __future__ import annotations

import torch

from .derivative import Kernel, derived


def _nudged(
    low: torch.Tensor, high: torch.Tensor, first: int, last: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The range moved so that 0 is one of its numbers; and the distance between them."""
    scale = (high - low) / (last - first)
    zero = first - low / scale
    # Halves go away from zero.
    whole = torch.floor(zero + 0.5)
    zero = torch.where(zero < first, first, torch.where(zero > last, last, whole))
    return (first - zero) * scale, (last - zero) * scale, scale


def _rounded(
    x: torch.Tensor,
    low: torch.Tensor,
    high: torch.Tensor,
    scale: torch.Tensor,
    steps: Kernel,
) -> torch.Tensor:
    """The nearest number; `steps` counts how many of them fit into a distance."""
    zero = torch.floor(steps(-low) + 0.5)
    shifted = torch.maximum(torch.minimum(x, high), low) - low
    return torch.floor(steps(shifted) - zero + 0.5) * scale


def fake_quant_with_min_max_vars(
    x: torch.Tensor, low: torch.Tensor, high: torch.Tensor, first: int, last: int
) -> torch.Tensor:
    def value(x: torch.Tensor, low: torch.Tensor, high: torch.Tensor) -> torch.Tensor:
        nothing = (low == 0) & (high == 0)
        bottom, top, scale = _nudged(low, high, first, last)
        return torch.where(nothing, 0.0, _rounded(x, bottom, top, scale, lambda d: d / scale))

    def gradient(
        g: torch.Tensor,
        y: torch.Tensor,
        x: torch.Tensor,
        low: torch.Tensor,
        high: torch.Tensor,
    ) -> tuple[torch.Tensor, ...]:
        return fake_quant_gradient(g, x, low, high, first, last)

    return derived(value, gradient)(x, low, high)


def fake_quant_gradient(
    g: torch.Tensor,
    x: torch.Tensor,
    low: torch.Tensor,
    high: torch.Tensor,
    first: int,
    last: int,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The gradients by all three, those by the ends not yet summed up."""
    bottom, top, _ = _nudged(low, high, first, last)
    nothing = (low == 0) & (high == 0)
    inside = nothing | ((x >= bottom) & (x <= top))
    return (
        torch.where(inside, g, 0.0),
        torch.where(~nothing & (x < bottom), g, 0.0),
        torch.where(~nothing & (x > top), g, 0.0),
    )


def fake_quant_with_min_max_args(
    x: torch.Tensor, low: float, high: float, scale: float, density: float
) -> torch.Tensor:
    bottom, top, step, count = x.new_tensor([low, high, scale, density]).unbind()

    def value(x: torch.Tensor) -> torch.Tensor:
        return _rounded(x, bottom, top, step, lambda d: d * count)

    def gradient(g: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        return fake_quant_with_min_max_args_gradient(g, x, low, high)

    return derived(value, gradient)(x)


def fake_quant_with_min_max_args_gradient(
    g: torch.Tensor, x: torch.Tensor, low: float, high: float
) -> torch.Tensor:
    return torch.where((x >= low) & (x <= high), g, 0.0)
