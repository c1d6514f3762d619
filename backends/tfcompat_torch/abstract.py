"""Kernels on tensors without values: on PyTorch's meta device, or told from a sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from tfcompat.backend import ValueNeeded

from .runtime import default_device

Kernel = Callable[..., Any]


def twin(native: torch.Tensor) -> torch.Tensor:
    """The same without its value."""
    return torch.empty_like(native, device="meta", requires_grad=False)


class _Connected(torch.autograd.Function):
    """A result of unknown value that depends on its inputs, as its derivatives of any order do."""

    @staticmethod
    def forward(ctx: Any, like: torch.Tensor, *inputs: torch.Tensor) -> torch.Tensor:
        ctx.save_for_backward(*inputs)
        return torch.empty_like(like, device="meta")

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor) -> Any:
        inputs = ctx.saved_tensors
        found = [
            _Connected.apply(x, *cotangents, *inputs) if wanted else None
            for x, wanted in zip(inputs, ctx.needs_input_grad[1:], strict=True)
        ]
        return None, *found


def _sample(kernel: Kernel, arrays: Sequence[torch.Tensor], attrs: Sequence[Any], fill: int) -> Any:
    samples = [
        torch.full(x.shape, fill, dtype=x.dtype, device=default_device()).requires_grad_(
            x.requires_grad
        )
        for x in arrays
    ]
    with torch.enable_grad():
        out = kernel(*samples, *attrs)
    return samples, out


def from_sample(kernel: Kernel) -> Kernel:
    """For a kernel that cannot run without values: what it makes of zeros tells all but values."""

    def run(*args: Any) -> Any:
        arrays = [x for x in args if isinstance(x, torch.Tensor)]
        attrs = args[len(arrays) :]
        name = getattr(kernel, "__name__", str(kernel))
        try:
            samples, out = _sample(kernel, arrays, attrs, 0)
            _, other = _sample(kernel, arrays, attrs, 1)
        except Exception as error:
            raise ValueNeeded(f"{name}: {error}") from error
        several = out.__class__ is tuple
        found = []
        for o, second in zip(
            out if several else (out,), other if several else (other,), strict=True
        ):
            if o.shape != second.shape:
                raise ValueNeeded(f"{name}: the shape of its result depends on the values given")
            by = []
            if o.requires_grad:
                wanted = [x for x in samples if x.requires_grad]
                pulled = torch.autograd.grad(
                    o, wanted, torch.ones_like(o), retain_graph=True, allow_unused=True
                )
                given = [x for x in arrays if x.requires_grad]
                by = [x for x, g in zip(given, pulled, strict=True) if g is not None]
            like = twin(o)
            found.append(_Connected.apply(like, *by) if by else like)
        return tuple(found) if several else found[0]

    return run
