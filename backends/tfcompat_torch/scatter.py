"""Kernels that write elements to where indices say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch

from .selection import Item, flat_index, strided_slice
from .unsigned import SIGNED


def _scatter(
    x: torch.Tensor,
    indices: torch.Tensor,
    updates: torch.Tensor,
    write: Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor],
) -> torch.Tensor:
    depth = indices.shape[-1]
    shape, native = x.shape, x.dtype
    rows = flat_index(indices, shape[:depth])
    count = shape[:depth].numel()
    flat = x.reshape(count, -1) if x.numel() else x.reshape(count, shape[depth:].numel())
    values = updates.reshape(len(rows), flat.shape[1])
    signed = SIGNED.get(native)
    if signed is not None:
        flat, values = flat.view(signed), values.view(signed)
    if x.is_cuda:
        # A row more takes what is out of range; TensorFlow drops it on a GPU.
        rows = torch.where(rows < 0, count, rows)
        flat = torch.cat((flat, flat.new_zeros(1, flat.shape[1])))
    found = write(flat, rows, values)
    if x.is_cuda:
        found = found[:count]
    return (found if signed is None else found.view(native)).reshape(shape)


def _add(x: torch.Tensor, rows: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    if x.shape[1] == 1:
        # Single elements, for which this is four times as fast.
        return x.reshape(-1).scatter_add(0, rows, values.reshape(-1)).reshape(x.shape)
    return x.index_add(0, rows, values)


def _subtract(x: torch.Tensor, rows: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    return x.index_add(0, rows, values, alpha=-1)


def _update(x: torch.Tensor, rows: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    return x.index_put((rows,), values)


def _reduce(x: torch.Tensor, rows: torch.Tensor, values: torch.Tensor, how: str) -> torch.Tensor:
    return x.scatter_reduce(0, rows[:, None].expand(values.shape), values, how)


def _multiply(x: torch.Tensor, rows: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    return _reduce(x, rows, values, "prod")


def _divide(x: torch.Tensor, rows: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
    if x.is_floating_point() or x.is_complex():
        return _reduce(x, rows, values.reciprocal(), "prod")
    # Integers are cut off at every division, so one follows the other.
    x = x.clone()
    for row, value in zip(rows.tolist(), values, strict=True):
        x[row] = torch.div(x[row], value, rounding_mode="trunc")
    return x


class _Carry(torch.autograd.Function):
    """The first argument's value, with the derivative of the second."""

    @staticmethod
    def forward(ctx: Any, value: torch.Tensor, derivative: torch.Tensor) -> torch.Tensor:
        return value.view_as(value)

    @staticmethod
    def backward(ctx: Any, *grads: torch.Tensor) -> Any:
        return None, grads[0]


def _extreme(how: str) -> Callable[[torch.Tensor, torch.Tensor, torch.Tensor], torch.Tensor]:
    def write(x: torch.Tensor, rows: torch.Tensor, values: torch.Tensor) -> torch.Tensor:
        found = _reduce(x.detach(), rows, values.detach(), how)
        if not (x.requires_grad or values.requires_grad):
            return found
        # TensorFlow shares the gradient among all that equal the extreme.
        stays = (x.detach() == found).to(x.dtype)
        comes = (values.detach() == found[rows]).to(x.dtype)
        sharing = stays.index_add(0, rows, comes)
        linear = (x * (stays / sharing)).index_add(0, rows, values * (comes / sharing[rows]))
        return _Carry.apply(found, linear)

    return write


_maximum = _extreme("amax")
_minimum = _extreme("amin")


def tensor_scatter_nd_add(
    x: torch.Tensor, indices: torch.Tensor, updates: torch.Tensor
) -> torch.Tensor:
    return _scatter(x, indices, updates, _add)


def tensor_scatter_nd_sub(
    x: torch.Tensor, indices: torch.Tensor, updates: torch.Tensor
) -> torch.Tensor:
    return _scatter(x, indices, updates, _subtract)


def tensor_scatter_nd_update(
    x: torch.Tensor, indices: torch.Tensor, updates: torch.Tensor
) -> torch.Tensor:
    return _scatter(x, indices, updates, _update)


def tensor_scatter_nd_multiply(
    x: torch.Tensor, indices: torch.Tensor, updates: torch.Tensor
) -> torch.Tensor:
    return _scatter(x, indices, updates, _multiply)


def tensor_scatter_nd_divide(
    x: torch.Tensor, indices: torch.Tensor, updates: torch.Tensor
) -> torch.Tensor:
    return _scatter(x, indices, updates, _divide)


def tensor_scatter_nd_max(
    x: torch.Tensor, indices: torch.Tensor, updates: torch.Tensor
) -> torch.Tensor:
    return _scatter(x, indices, updates, _maximum)


def tensor_scatter_nd_min(
    x: torch.Tensor, indices: torch.Tensor, updates: torch.Tensor
) -> torch.Tensor:
    return _scatter(x, indices, updates, _minimum)


def scatter_nd(
    indices: torch.Tensor, updates: torch.Tensor, shape: tuple[int, ...]
) -> torch.Tensor:
    zeros = torch.zeros(shape, dtype=updates.dtype, device=updates.device)
    # Adding booleans is saying whether any is true.
    write = _update if updates.dtype is torch.bool else _add
    return _scatter(zeros, indices, updates, write)


def slice_update(x: torch.Tensor, value: torch.Tensor, items: tuple[Item, ...]) -> torch.Tensor:
    # Positions of the elements, sliced as the elements would be.
    where = strided_slice(torch.arange(x.numel(), device=x.device).reshape(x.shape), items)
    signed = SIGNED.get(x.dtype, x.dtype)
    flat = x.reshape(-1).view(signed).clone()
    flat[where.reshape(-1)] = value.expand(where.shape).reshape(-1).view(signed)
    return flat.view(x.dtype).reshape(x.shape)
