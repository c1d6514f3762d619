"""Element-wise kernels. Where PyTorch's derivative is not TensorFlow's, the body says why."""

from __future__ import annotations

import torch

add = torch.add
subtract = torch.sub
multiply = torch.mul
divide = torch.div
negative = torch.neg
square = torch.square
pow = torch.pow  # noqa: A001
less = torch.lt
less_equal = torch.le
greater = torch.gt
greater_equal = torch.ge
equal = torch.eq
not_equal = torch.ne


def maximum(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    # PyTorch halves the gradient where x equals y; TensorFlow gives all of it to x.
    if x.requires_grad or y.requires_grad:
        return torch.where((x >= y) | x.isnan(), x, y)
    return torch.maximum(x, y)


def minimum(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if x.requires_grad or y.requires_grad:
        return torch.where((x <= y) | x.isnan(), x, y)
    return torch.minimum(x, y)
