"""Recurrent networks as one kernel, where PyTorch has one that is faster than a loop of ops."""

from __future__ import annotations

from typing import Any

import torch

Tensors = tuple[torch.Tensor, ...]


def lstm(
    x: torch.Tensor,
    h: torch.Tensor,
    c: torch.Tensor,
    kernel: torch.Tensor,
    recurrent: torch.Tensor,
    bias: torch.Tensor,
    backwards: bool,
) -> Tensors:
    if backwards:
        x = x.flip(1)
    inputs = x, h, c, kernel, recurrent, bias
    if x.is_meta:
        # What depends on what is the same after every step.
        outputs, h, c = _looped(x[:, :1], *inputs[1:])
        return outputs.expand(-1, x.shape[1], -1).clone(), h, c
    state = (len(x), len(recurrent))
    # oneDNN would read past the end of states that are too small.
    fits = h.shape == state and c.shape == state and x.dtype == torch.float32
    if not x.numel() or x.is_cuda or not fits:
        return _looped(*inputs)
    if any([each.requires_grad for each in inputs]):
        return _Fused.apply(*inputs)
    return _fused(*inputs)


def _looped(
    x: torch.Tensor,
    h: torch.Tensor,
    c: torch.Tensor,
    kernel: torch.Tensor,
    recurrent: torch.Tensor,
    bias: torch.Tensor,
) -> Tensors:
    outputs = []
    for row in (x @ kernel + bias).unbind(1):
        i, f, g, o = (row + h @ recurrent).chunk(4, 1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        outputs.append(h)
    if not outputs:
        return x.new_zeros(len(x), 0, h.shape[1]), h.clone(), c.clone()
    return torch.stack(outputs, 1), h, c


def _fused(
    x: torch.Tensor,
    h: torch.Tensor,
    c: torch.Tensor,
    kernel: torch.Tensor,
    recurrent: torch.Tensor,
    bias: torch.Tensor,
) -> Tensors:
    """By oneDNN, whose second bias, for the recurrent product, TensorFlow does not have."""
    weights = [kernel.t(), recurrent.t(), bias, torch.zeros_like(bias)]
    state = [h.unsqueeze(0), c.unsqueeze(0)]
    train = torch.is_grad_enabled()
    outputs, h, c = torch.lstm(x, state, weights, True, 1, 0.0, train, False, True)
    return outputs, h.squeeze(0), c.squeeze(0)


class _Fused(torch.autograd.Function):
    """The fused kernel, with the derivatives of the loop where more than the first is wanted."""

    @staticmethod
    def forward(ctx: Any, *inputs: torch.Tensor) -> Tensors:
        with torch.enable_grad():
            leaves = [each.detach().requires_grad_() for each in inputs]
            results = _fused(*leaves)
        ctx.save_for_backward(*inputs)
        ctx.leaves, ctx.results = leaves, results
        return tuple([each.detach() for each in results])

    @staticmethod
    def backward(ctx: Any, *cotangents: torch.Tensor) -> Any:
        wanted = ctx.needs_input_grad
        again = torch.is_grad_enabled()
        # Views, of which none is computed from another, as inputs may be.
        sources = [x.view_as(x) for x in ctx.saved_tensors] if again else ctx.leaves
        found = iter(
            torch.autograd.grad(
                _looped(*sources) if again else ctx.results,
                [x for x, needed in zip(sources, wanted, strict=True) if needed],
                cotangents,
                retain_graph=True,
                create_graph=again,
            )
        )
        return tuple([next(found) if needed else None for needed in wanted])
