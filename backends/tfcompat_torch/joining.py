"""Kernels that put tensors together and take them apart."""

from __future__ import annotations

from typing import Any

import torch

from .large import LARGE

_CHANNELS = 4


def unstack(x: torch.Tensor, axis: int) -> tuple[torch.Tensor, ...]:
    few = axis and x.numel() >= LARGE and axis == x.dim() - 1 and x.shape[axis] <= _CHANNELS
    if few and x.is_cpu and not x.requires_grad:
        # Each in one piece: whatever follows takes half the time.
        return x.movedim(-1, 0).contiguous().unbind(0)
    return torch.unbind(x, axis)


def concat(*args: Any) -> torch.Tensor:
    tensors, axis = args[:-1], args[-1]
    rank = tensors[0].dim()
    for x in tensors:
        if x.dim() != rank:
            # PyTorch leaves out a vector of nothing, whatever the others are.
            raise ValueError(f"concat: received tensors of {rank} and {x.dim()} axes")
    # An option that says nothing new is read all the same.
    return torch.cat(tensors, axis) if axis else torch.cat(tensors)


def stack(*args: Any) -> torch.Tensor:
    tensors, axis = args[:-1], args[-1]
    if not axis:
        return torch.stack(tensors)
    first = tensors[0]
    if axis == first.dim() and first.numel() >= LARGE and first.is_cpu:
        if not any([x.requires_grad for x in tensors]):
            found = first.new_empty((*first.shape, len(tensors)))
            for part, x in zip(found.unbind(-1), tensors, strict=True):
                part.copy_(x)
            return found
    return torch.stack(tensors, axis)


def split(x: torch.Tensor, sizes: tuple[int, ...], axis: int) -> tuple[torch.Tensor, ...]:
    # What torch.split, a function in Python, comes to.
    return tuple(torch.split_with_sizes(x, sizes, axis))
