"""Forward mode on PyTorch: tangents pushed op by op."""

from __future__ import annotations

from typing import Any

import torch

from .execute import execute
from .tape import Kernel, Recorder
from .tensor import EagerTensor, drop, local, push


class Accumulator:
    """The engine behind one tf.autodiff.ForwardAccumulator: tangents pushed op by op."""

    __slots__ = ("_tangents",)

    def __init__(self) -> None:
        # By identity; the tensors are kept so that no identity is used twice.
        self._tangents: dict[int, tuple[EagerTensor, EagerTensor]] = {}

    def start(self) -> None:
        push(self)

    def stop(self) -> None:
        drop(self)

    def watch(self, tensor: EagerTensor, tangent: EagerTensor) -> None:
        self._tangents[id(tensor)] = (tensor, tangent)

    def tangent(self, tensor: EagerTensor) -> EagerTensor | None:
        found = self._tangents.get(id(tensor))
        return None if found is None else found[1]

    def tracks(self, tensor: EagerTensor) -> bool:
        return id(tensor) in self._tangents

    def run(self, *_: Any) -> None:
        return None

    def note(self, *_: Any) -> None:
        pass

    def push_forward(
        self,
        stack: list[Recorder],
        position: int,
        kernel: Kernel,
        inputs: tuple[EagerTensor, ...],
        attrs: tuple[Any, ...],
        outputs: tuple[EagerTensor, ...],
    ) -> None:
        mask = tuple([i for i, x in enumerate(inputs) if id(x) in self._tangents])
        wanted = [t for t in outputs if t._dtype.is_inexact]
        if not mask or not wanted:
            return
        # The tangent's own ops are seen by every tape, and by the accumulators around this one.
        local.stack = [
            r for i, r in enumerate(stack) if i < position or not isinstance(r, Accumulator)
        ]
        try:
            tangents = execute(
                push_forward,
                inputs + tuple([self._tangents[id(inputs[i])][1] for i in mask]),
                (kernel, attrs, mask, len(inputs)),
            )
        finally:
            local.stack = stack
        for t, tangent in zip(wanted, tangents, strict=True):
            self._tangents[id(t)] = (t, tangent)


def push_forward(*args: Any) -> tuple[torch.Tensor, ...]:
    """Tangents of an op's inexact results, by differentiating its reverse derivative.

    The reverse derivative is linear in the cotangent, and its derivative by that is the forward
    one: every kernel with a second derivative has a forward derivative too.
    """
    *tensors, kernel, attrs, mask, count = args
    with torch.enable_grad():
        inputs = list(tensors[:count])
        for i in mask:
            # One alias per place: the same tensor may stand in two of them.
            x = inputs[i]
            inputs[i] = x.view_as(x) if x.requires_grad else x.detach().requires_grad_()
        results = kernel(*inputs, *attrs)
        if results.__class__ is not tuple:
            results = (results,)
        results = [r for r in results if r.is_floating_point() or r.is_complex()]
        moving = [r for r in results if r.requires_grad]
        outer = any([t.requires_grad for t in tensors])
        tangents: list[torch.Tensor] = []
        for r in results:
            tangent = None
            if r.requires_grad:
                # Not at 0, where a kernel may treat the cotangent apart.
                u = torch.ones_like(r, requires_grad=True)
                pulled = torch.autograd.grad(
                    r, [inputs[i] for i in mask], u, create_graph=True, allow_unused=True
                )
                pairs = [
                    (g, t)
                    for g, t in zip(pulled, tensors[count:], strict=True)
                    if g is not None and g.requires_grad
                ]
                if pairs:
                    (tangent,) = torch.autograd.grad(
                        [g for g, _ in pairs],
                        [u],
                        [t for _, t in pairs],
                        create_graph=outer,
                        retain_graph=len(moving) > 1,
                        allow_unused=True,
                    )
            tangents.append(torch.zeros_like(r) if tangent is None else tangent)
    return tuple(tangents)
