"""Kernels that make tensors from sizes."""

from __future__ import annotations

import functools
from math import prod
from typing import Any

import numpy as np
import torch

from tfcompat._src.dtypes import DType, bfloat16

from .large import LARGE
from .runtime import placement
from .tensor import FROM_NATIVE, TO_NATIVE, default_device
from .unsigned import SIGNED

Shape = tuple[int, ...]
Device = tuple[str, int] | None


_FEW = 256  # classes of which all rows are made beforehand
_WIDE = {torch.float32, torch.float64}


_SMALL = 1 << 10  # elements; up to here NumPy makes them in half the time


# Programs make few shapes, and again and again.
@functools.lru_cache(maxsize=4096)
def _if_small(shape: Shape, dtype: DType, where: torch.device) -> Any:
    """NumPy's type of a small tensor in the processor's memory; None for others."""
    small = prod(shape) <= _SMALL and dtype is not bfloat16 and where.type == "cpu"
    return dtype.as_numpy_dtype if small else None


def zeros(shape: Shape, dtype: DType, device: Device) -> torch.Tensor:
    where = default_device() if device is None else placement(device)
    of_numpy = _if_small(shape, dtype, where)
    if of_numpy is not None:
        return torch.from_numpy(np.zeros(shape, of_numpy))
    return torch.zeros(shape, dtype=TO_NATIVE[dtype], device=where)


def _small_full(shape: Shape, of_numpy: Any, value: Any) -> torch.Tensor:
    found = np.empty(shape, of_numpy)
    found.fill(value)
    return torch.from_numpy(found)


def ones(shape: Shape, dtype: DType, device: Device) -> torch.Tensor:
    where = default_device() if device is None else placement(device)
    of_numpy = _if_small(shape, dtype, where)
    if of_numpy is not None:
        return _small_full(shape, of_numpy, 1)
    return torch.ones(shape, dtype=TO_NATIVE[dtype], device=where)


zeros_like = torch.zeros_like
ones_like = torch.ones_like


def fill(value: torch.Tensor, shape: Shape) -> torch.Tensor:
    if not value.requires_grad and value.is_cpu:
        of_numpy = _if_small(shape, FROM_NATIVE[value.dtype], value.device)
        if of_numpy is not None:
            return _small_full(shape, of_numpy, value.item())
        return value.new_full(shape, value.item())
    # Memory of its own: a variable made from it may be updated in place.
    return value.expand(shape).clone()


@functools.lru_cache(maxsize=64)
def _small_eye(rows: int, columns: int, of_numpy: Any) -> Any:
    return np.eye(rows, columns, dtype=of_numpy)


def eye(shape: Shape, dtype: DType, device: Device) -> torch.Tensor:
    rows, columns = shape[-2:]
    native, where = TO_NATIVE[dtype], placement(device)
    if len(shape) == 2:
        of_numpy = _if_small(shape, dtype, where)
        if of_numpy is not None:
            return torch.from_numpy(_small_eye(rows, columns, of_numpy).copy())
        if native not in SIGNED:
            return torch.eye(rows, columns, dtype=native, device=where)
    on_diagonal = torch.eye(rows, columns, dtype=torch.bool, device=where)
    return on_diagonal.to(native).repeat(*shape[:-2], 1, 1)


def linspace(start: torch.Tensor, stop: torch.Tensor, count: int, axis: int) -> torch.Tensor:
    exact = start.dtype in _WIDE and not (start.requires_grad or stop.requires_grad)
    if exact and count > 1 and not (start.dim() or stop.dim()):
        found = torch.arange(count, dtype=start.dtype, device=start.device)
        found.mul_((stop - start) / (count - 1)).add_(start)
        found[0], found[-1] = start, stop
        return found
    start, stop = (x.unsqueeze(axis) for x in torch.broadcast_tensors(start, stop))
    if count < 2:
        if stop.requires_grad:
            # Its gradient is 0, which is not the same as none.
            start = torch.where(torch.zeros_like(stop, dtype=torch.bool), stop, start)
        return start.narrow(axis, 0, count).view_as(start.narrow(axis, 0, count))
    shape = [1] * start.dim()
    shape[axis] = count - 2
    steps = torch.arange(1, count - 1, device=start.device).to(start.dtype).reshape(shape)
    return torch.cat((start, start + (stop - start) / (count - 1) * steps, stop), axis)


_ROW = 1 << 10


def whole_range(start: int, count: int, step: int, device: Device) -> torch.Tensor:
    """Numbers of int32 as the sums of a column and a row: a quarter of torch.arange's time."""
    how: Any = {"dtype": torch.int32, "device": placement(device)}
    firsts = torch.arange(-(-count // _ROW), **how).mul_(_ROW * step).add_(start)
    return (firsts[:, None] + torch.arange(_ROW, **how).mul_(step)).view(-1)[:count]


def one_hot(
    indices: torch.Tensor, on: torch.Tensor, off: torch.Tensor, depth: int, axis: int
) -> torch.Tensor:
    if indices.device.type == "cpu":  # with a value, that is
        if indices.numel() * depth >= LARGE and depth <= _FEW and axis == indices.dim():
            rows = torch.full((depth, depth), off.item(), dtype=on.dtype).fill_diagonal_(on.item())
            try:
                found = rows.index_select(0, indices.reshape(-1).int())
                return found.reshape((*indices.shape, depth))
            except (IndexError, RuntimeError):
                pass
        shape = list(indices.shape)
        shape.insert(axis, depth)
        hot = torch.full(shape, off.item(), dtype=on.dtype)
        try:
            return hot.scatter_(axis, indices.unsqueeze(axis).long(), on.item())
        except RuntimeError:
            # Out of range there is no class to mark.
            pass
    shape = [1] * (indices.dim() + 1)
    shape[axis] = depth
    classes = torch.arange(depth, device=indices.device).reshape(shape)
    return torch.where(indices.unsqueeze(axis) == classes, on, off)


def sequence_mask(lengths: torch.Tensor, size: int) -> torch.Tensor:
    if lengths.dtype is torch.int32 or lengths.dtype is torch.int64:
        at = torch.arange(size, dtype=lengths.dtype, device=lengths.device)
    else:
        at = torch.arange(size, device=lengths.device).to(lengths.dtype)
    return at < lengths.unsqueeze(-1)
