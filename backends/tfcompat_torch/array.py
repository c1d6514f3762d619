"""Kernels that rearrange, repeat and pad."""

from __future__ import annotations

from typing import Any

import torch

from .casting import cast as cast
from .selection import gather as gather
from .unsigned import SIGNED

_WIDE = {torch.float32, torch.float64}
Paddings = tuple[tuple[int, int], ...]

reshape = torch.reshape
transpose = torch.permute
expand_dims = torch.unsqueeze
broadcast_to = torch.broadcast_to
tile = torch.tile


def rearrange(
    x: torch.Tensor, parts: tuple[int, ...], order: tuple[int, ...], shape: tuple[int, ...]
) -> torch.Tensor:
    return x.reshape(parts).permute(order).reshape(shape)


def identity(x: torch.Tensor) -> torch.Tensor:
    return x.view_as(x)


def conjugate_transpose(x: torch.Tensor, perm: tuple[int, ...]) -> torch.Tensor:
    return torch.conj_physical(x).permute(perm)


def reverse(x: torch.Tensor, axes: tuple[int, ...]) -> torch.Tensor:
    if x.dtype is not torch.float32 and x.dtype in SIGNED:
        return x.view(SIGNED[x.dtype]).flip(axes).view(x.dtype)
    return torch.flip(x, axes)


def roll(x: torch.Tensor, shifts: tuple[int, ...], axes: tuple[int, ...]) -> torch.Tensor:
    if len(axes) == 1:
        return torch.roll(x, shifts[0], axes[0])
    return torch.roll(x, shifts, axes)


def repeat(x: torch.Tensor, counts: int | tuple[int, ...], axis: int) -> torch.Tensor:
    if isinstance(counts, int):
        return x.repeat_interleave(counts, axis)
    where = torch.arange(len(counts)).repeat_interleave(torch.tensor(counts))
    return x.index_select(axis, where.to(x.device))


def pad(x: torch.Tensor, value: torch.Tensor, paddings: Paddings) -> torch.Tensor:
    flat = [n for pair in reversed(paddings) for n in pair]
    if x.is_complex():
        filled: Any = value.expand([n + a + b for n, (a, b) in zip(x.shape, paddings, strict=True)])
        inside = tuple([slice(a, a + n) for n, (a, _) in zip(x.shape, paddings, strict=True)])
        filled = filled.clone()
        filled[inside] = x
        return filled
    return torch.constant_pad_nd(x, flat, value.item())


def mirror_pad(x: torch.Tensor, paddings: Paddings, offset: int) -> torch.Tensor:
    # offset 1 leaves the edge out (REFLECT), 0 repeats it (SYMMETRIC).
    padded = [axis for axis, pair in enumerate(paddings) if any(pair)]
    plain = offset and padded and x.dtype in _WIDE and not x.requires_grad
    if plain and len(x.shape) - padded[0] < min(4, x.dim()):
        flat = [n for pair in reversed(paddings[padded[0] :]) for n in pair]
        lead = x.shape[: padded[0]]
        spatial = x.reshape((1, lead.numel(), *x.shape[padded[0] :]))
        found = torch.nn.functional.pad(spatial, flat, "reflect")
        return found.reshape(lead + found.shape[2:])
    for axis, (before, after) in enumerate(paddings):
        if before or after:
            end = x.shape[axis] - offset - after
            parts = (
                reverse(x.narrow(axis, offset, before), (axis,)),
                x,
                reverse(x.narrow(axis, end, after), (axis,)),
            )
            x = torch.cat(parts, axis)
    return x if any([a or b for a, b in paddings]) else x.view_as(x)


def reverse_sequence(
    x: torch.Tensor, lengths: torch.Tensor, sequence_axis: int, batch_axis: int
) -> torch.Tensor:
    size = x.shape[sequence_axis]
    at = torch.arange(size, device=x.device)
    ends = lengths.long()[:, None]
    where = torch.where(at < ends, ends - 1 - at, at)
    shape = [1] * x.dim()
    shape[batch_axis], shape[sequence_axis] = where.shape
    if batch_axis > sequence_axis:
        where = where.T
    places = where.reshape(shape).expand(x.shape)
    signed = SIGNED.get(x.dtype)
    if signed is not None:
        return torch.gather(x.view(signed), sequence_axis, places).view(x.dtype)
    return torch.gather(x, sequence_axis, places)
