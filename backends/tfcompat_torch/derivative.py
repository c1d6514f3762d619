"""Kernels with a derivative of their own, for where PyTorch's is not TensorFlow's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

Kernel = Callable[..., torch.Tensor]
# (cotangent, result, *inputs) -> the gradient by each input, or by the only one.
Gradient = Callable[..., Any]


def _unbroadcast(gradient: torch.Tensor, like: torch.Tensor) -> torch.Tensor:
    return gradient if gradient.shape == like.shape else gradient.sum_to_size(like.shape)


class _Derived(torch.autograd.Function):
    @staticmethod
    def forward(
        ctx: Any, value: Kernel, gradient: Gradient, keeps: bool, *inputs: torch.Tensor
    ) -> torch.Tensor:
        result = value(*inputs)
        ctx.gradient = gradient
        ctx.save_for_backward(result if keeps else None, *inputs)
        return result

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor) -> Any:
        result, *inputs = ctx.saved_tensors
        found = ctx.gradient(*cotangents, result, *inputs)
        if found.__class__ is not tuple:
            found = (found,)
        return (
            None,
            None,
            None,
            *[
                None if g is None or not wanted else _unbroadcast(g, x)
                for g, x, wanted in zip(found, inputs, ctx.needs_input_grad[3:], strict=True)
            ],
        )


def derived(value: Kernel, gradient: Gradient, keeps: bool = True) -> Kernel:
    """`value` with `gradient` for its derivative; gradients of broadcast inputs are summed.

    keeps: whether the gradient reads the result, which it is given after its own cotangent.

    `gradient` is made of differentiable kernels, so that the second derivative is TensorFlow's too.
    """

    # One and two inputs by name: packing and unpacking them takes as long as a small op's checks.
    def kernel(
        x: torch.Tensor, y: torch.Tensor | None = None, *others: torch.Tensor
    ) -> torch.Tensor:
        if y is None:
            if x.requires_grad:
                return _Derived.apply(value, gradient, keeps, x)
            return value(x)
        if not (x.requires_grad or y.requires_grad or others):
            return value(x, y)
        if any([z.requires_grad for z in (x, y, *others)]):
            return _Derived.apply(value, gradient, keeps, x, y, *others)
        return value(x, y, *others)

    return kernel
