"""Kernels on tensors without values: on PyTorch's meta device, or told from a sample."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from tfcompat.backend import ValueNeeded

from .tensor import default_device

Kernel = Callable[..., Any]


def twin(native: torch.Tensor) -> torch.Tensor:
    """The same without its value."""
    return torch.empty_like(native, device="meta", requires_grad=False)


class _Connected(torch.autograd.Function):
    """A result of unknown value that depends on its inputs, as do its derivatives.

    reads: for the gradient by each input the positions of the inputs that it depends on; None if
    it depends on all of them.
    """

    @staticmethod
    def forward(
        ctx: Any,
        like: torch.Tensor,
        reads: Sequence[Sequence[int]] | None,
        *inputs: torch.Tensor,
    ) -> torch.Tensor:
        ctx.save_for_backward(*inputs)
        ctx.reads = reads
        return torch.empty_like(like, device="meta")

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor) -> Any:
        inputs = ctx.saved_tensors
        found: list[Any] = []
        for i, x in enumerate(inputs):
            read = inputs if ctx.reads is None else [inputs[k] for k in ctx.reads[i]]
            wanted = ctx.needs_input_grad[2 + i]
            found.append(_Connected.apply(x, None, *cotangents, *read) if wanted else None)
        return None, None, *found


# No sample has more elements.
_MOST = 1 << 26


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
        if sum([x.numel() for x in arrays]) > _MOST:
            raise ValueNeeded(f"{name}: what it gives for so many elements is not tried")
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
            like = twin(o)
            if o.requires_grad:
                inputs = [x for x in arrays if x.requires_grad]
                by, reads = _connections(o, [x for x in samples if x.requires_grad])
                like = _Connected.apply(like, reads, *[inputs[i] for i in by])
            found.append(like)
        return tuple(found) if several else found[0]

    return run


def _connections(
    y: torch.Tensor, xs: Sequence[torch.Tensor]
) -> tuple[list[int], list[list[int]] | None]:
    """Which of xs a result depends on, and which of those the gradient by each of those does."""
    u = torch.ones_like(y, requires_grad=True)
    pulled = torch.autograd.grad(y, xs, u, create_graph=True, allow_unused=True)
    by = [i for i, g in enumerate(pulled) if g is not None]
    reads = []
    for i in by:
        g = pulled[i]
        again: Any = [None] * len(by)
        if g.requires_grad:
            again = torch.autograd.grad(
                g,
                [xs[k] for k in by],
                torch.ones_like(g),
                retain_graph=True,
                allow_unused=True,
            )
        reads.append([k for k, h in enumerate(again) if h is not None])
    return by, reads
