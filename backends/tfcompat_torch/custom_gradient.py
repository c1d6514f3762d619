"""Derivatives that a user's Python function gives, inside PyTorch's autograd."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch

from .execute import record
from .tape import Recording
from .tensor import EagerTensor, local, recorders, wrap


class _Window(Recording):
    """A recording's graph as a user's gradient function sees it: read, but not written, through."""

    __slots__ = ("_behind",)

    def __init__(self, behind: Recording | None) -> None:
        super().__init__()
        self._behind = behind

    def look_up(self, t: EagerTensor) -> tuple[torch.Tensor, int] | None:
        found = super().look_up(t)
        return self._behind.look_up(t) if found is None and self._behind is not None else found


class _UserGradient(torch.autograd.Function):
    """Passes values through; their derivative is what a Python function on tensors says."""

    @staticmethod
    def forward(ctx: Any, call: Any, recording: Any, count: int, *values: Any) -> Any:
        ctx.call, ctx.recording = call, recording
        ctx.unused = 3 + count
        return tuple([v.detach() for v in values[:count]])

    @staticmethod
    def backward(ctx: Any, *cotangents: Any) -> Any:
        window = _Window(ctx.recording) if torch.is_grad_enabled() else None
        recorders.append(None)
        before, local.stack = local.stack, [] if window is None else [window]
        try:
            given = [wrap(c.detach()) for c in cotangents]
            if window is not None:
                for t, c in zip(given, cotangents, strict=True):
                    if c.requires_grad:
                        window.track(t, c)
            grads = []
            # PyTorch runs a backward pass with gradients off, which the function's own tapes need.
            with torch.enable_grad():
                answer = ctx.call(given)
            for g in answer:
                found = None if g is None or window is None else window.look_up(g)
                grads.append(None if g is None else g.native if found is None else found[0])
        finally:
            local.stack = before
            recorders.pop()
            if window is not None:
                window.release()
        return (None,) * ctx.unused + tuple(grads)


def custom_gradient(
    outputs: Sequence[EagerTensor],
    inputs: Sequence[EagerTensor],
    call: Callable[[list[EagerTensor]], Sequence[EagerTensor | None]],
) -> list[EagerTensor]:
    """New tensors with the outputs' values, whose gradient by the inputs is what `call` answers."""
    values = [t.native for t in outputs]

    def user_gradient(*tensors: torch.Tensor) -> tuple[torch.Tensor, ...]:
        return _UserGradient.apply(call, local.recording, len(values), *values, *tensors)

    return list(record(local.stack, user_gradient, tuple(inputs), ()))
