"""Kernels that look elements up."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from . import large
from .unsigned import SIGNED, ordered

# PyTorch itself refuses an index out of range, but on a GPU it aborts the process for it.
refuses_bad_indices = True

_INT32 = 2**31
_LOOKED_AT = {torch.bool, torch.float32, torch.float64, torch.int32, torch.int64}
_FEW = 1 << 12
Item = int | tuple[int, int, int] | None
where = large.where


def select(x: torch.Tensor, index: int) -> torch.Tensor:
    return x[index]


def select_at(x: torch.Tensor, index: torch.Tensor, axis: int) -> torch.Tensor:
    return x.select(axis, 0 if index.is_meta else int(index))


def strided_slice(x: torch.Tensor, items: tuple[Item, ...]) -> torch.Tensor:
    # An item is a position, (first position, count, step), or None for a new axis; axes that are
    # not named stay whole.
    key: list[Any] = []
    turned = []
    axis = 0
    for item in items:
        if item.__class__ is tuple:
            first, count, step = item
            if step == 1:
                key.append(slice(first, first + count))
                axis += 1
                continue
            if step < 0:
                turned.append(axis)
                first, step = first + (count - 1) * step, -step
            key.append(slice(first, first + (count - 1) * step + 1 if count else first, step))
        else:
            key.append(item)
        axis += item.__class__ is not int
    found = x[tuple(key)]
    if not turned:
        return found
    if x.dtype in SIGNED:
        return found.view(SIGNED[x.dtype]).flip(turned).view(x.dtype)
    return found.flip(turned)


def _guarded(x: torch.Tensor, indices: torch.Tensor, axis: int) -> torch.Tensor:
    # What TensorFlow gives on a GPU: zeros for an index out of range.
    size = x.shape[axis]
    if not size:
        shape = list(x.shape)
        shape[axis] = len(indices)
        return x.new_zeros(shape)
    inside = (indices >= 0) & (indices < size)
    found = x.index_select(axis, indices.clamp(0, size - 1))
    shape = [1] * x.dim()
    shape[axis] = len(indices)
    return torch.where(
        inside.reshape(shape), found, torch.zeros((), dtype=x.dtype, device=x.device)
    )


def _rows(x: torch.Tensor, indices: torch.Tensor, axis: int) -> torch.Tensor:
    if indices.dtype is torch.int16:
        indices = indices.int()
    if x.dtype in SIGNED:
        return _rows(x.view(SIGNED[x.dtype]), indices, axis).view(x.dtype)
    return _guarded(x, indices, axis) if x.is_cuda else x.index_select(axis, indices)


def gather(params: torch.Tensor, indices: torch.Tensor, axis: int, batch_dims: int) -> torch.Tensor:
    if axis >= params.dim():
        raise IndexError(f"gather: received the axis {axis} of {params.dim()} axes")
    if not params.numel():
        outer, inner = params.shape[:axis], params.shape[axis:][1:]
        if 0 in outer or 0 in inner:
            # Slices that hold no elements, whose indices nobody looks at.
            return params.reshape(outer + indices.shape[batch_dims:] + inner)
    if params.dtype is torch.float32 and not batch_dims and indices.dim() == 1:
        if indices.dtype is not torch.int16 and params.is_cpu:
            return torch.index_select(params, axis, indices)
    if axis < 0:
        axis += params.dim()
    if not batch_dims:
        if indices.dim() == 1:
            return _rows(params, indices, axis)
        found = _rows(params, indices.reshape(-1), axis)
        return found.reshape(params.shape[:axis] + indices.shape + params.shape[axis + 1 :])
    if axis == batch_dims == params.dim() - 1 and not params.is_cuda:
        # Single elements, which PyTorch looks up itself, and refuses out of range.
        rows = indices.reshape((*params.shape[:axis], indices.shape[axis:].numel())).long()
        signed = SIGNED.get(params.dtype)
        if signed is not None:
            found = torch.gather(params.view(signed), axis, rows).view(params.dtype)
        else:
            # A view of the dtype that it has already would lose the gradient.
            found = torch.gather(params, axis, rows)
        return found.reshape(indices.shape)
    batch, outer = params.shape[:batch_dims], params.shape[batch_dims:axis]
    size, inner = params.shape[axis], params.shape[axis + 1 :]
    # With the batch as the leading part of one axis, a lookup there is a lookup of rows.
    shape = batch + indices.shape[batch_dims:]
    many = batch.numel()
    starts = torch.arange(many, device=indices.device).reshape(
        batch + (1,) * (len(shape) - batch_dims)
    )
    rows = (indices.long() + starts * size).reshape(-1)
    flat = params.reshape(many, outer.numel(), size, inner.numel()).transpose(1, 2)
    found = _rows(flat.reshape(many * size, outer.numel(), inner.numel()), rows, 0)
    each = indices.shape[batch_dims:].numel()
    found = found.reshape(many, each, outer.numel(), inner.numel()).transpose(1, 2)
    return found.reshape(batch + outer + indices.shape[batch_dims:] + inner)


def gather_nd(params: torch.Tensor, indices: torch.Tensor) -> torch.Tensor:
    depth = indices.shape[-1]
    if depth > 1 and indices.numel() <= _FEW and not params.is_cuda and params.dtype not in SIGNED:
        at = (indices.int() if indices.dtype is torch.int16 else indices).unbind(-1)
        return params[at]
    rows = flat_index(indices, params.shape[:depth])
    many = (params.shape[:depth].numel(), *params.shape[depth:])
    found = _rows(params.reshape(many) if depth else params[None], rows, 0)
    return found.reshape(indices.shape[:-1] + params.shape[depth:])


def flat_index(indices: torch.Tensor, shape: torch.Size) -> torch.Tensor:
    if not shape:
        return torch.zeros(indices.shape[:-1].numel(), dtype=torch.int64, device=indices.device)
    inside: torch.Tensor | None = None
    # In the indices' own type, unless it is too narrow, as wider memory costs more.
    narrow = indices.dtype is torch.int16 or shape.numel() >= _INT32
    parts = (indices.long() if narrow else indices).unbind(-1)
    rows = parts[0]
    for part, size in zip(parts[1:], shape[1:], strict=True):
        rows = torch.add(part, rows, alpha=size)
    if indices.is_cuda:
        for part, size in zip(parts, shape, strict=True):
            good = (part >= 0) & (part < size)
            inside = good if inside is None else inside & good
    if inside is not None:
        rows = torch.where(inside, rows, -1)
    return rows.reshape(-1).long()


def _nonzero_in_rows(x: torch.Tensor) -> torch.Tensor:
    """By NumPy, which finds the places in all of it several times as fast."""
    truths = x.numpy() if x.dtype is torch.bool else x.numpy() != 0
    at = np.flatnonzero(truths)
    if truths.ndim == 1:
        return torch.from_numpy(at)[:, None]
    rows = np.repeat(np.arange(len(truths)), np.count_nonzero(truths, axis=1))
    found = np.empty((len(at), 2), np.int64)
    found[:, 0] = rows
    rows *= truths.shape[1]
    np.subtract(at, rows, out=found[:, 1])
    return torch.from_numpy(found)


def nonzero(x: torch.Tensor) -> torch.Tensor:
    if x.numel() >= large.LARGE and 0 < x.dim() < 3 and x.is_cpu and x.dtype in _LOOKED_AT:
        try:
            return _nonzero_in_rows(x)
        except RuntimeError:
            # What is recorded, or stands for many, of torch.vmap.
            pass
    # For the wider unsigned types PyTorch has no kernel.
    found = torch.nonzero(x.view(SIGNED[x.dtype]) if x.dtype in SIGNED else x)
    return found if found.dtype is torch.int64 else found.long()


def searchsorted(sequence: torch.Tensor, values: torch.Tensor, right: bool) -> torch.Tensor:
    sequence, values = ordered(sequence).contiguous(), ordered(values).contiguous()
    found = torch.searchsorted(sequence, values, right=right, out_int32=True)
    if right or not values.is_floating_point():
        return found
    # Nothing is smaller than NaN, so that it comes first of all.
    return found.masked_fill_(values != values, 0)
