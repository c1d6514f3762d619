"""Kernels for order along an axis."""

from __future__ import annotations

import numpy as np
import torch

from tfcompat._src import ranks
from tfcompat._src.dtypes import DType, int32
from tfcompat._src.sums import squares

from .tensor import TO_NATIVE

_NO_ORDER = {torch.uint16, torch.uint32}
_UNORDERED = _NO_ORDER | {torch.uint64}
_LIKE_NUMPY_FLOATS = {torch.float32, torch.float64}
_LIKE_NUMPY = {torch.float32, torch.float64, torch.int32, torch.int64}
_FEW = 1 << 12


def _order(x: torch.Tensor, axis: int, descending: bool) -> torch.Tensor:
    """Positions of the elements in order, equal ones as they were, NaN as the largest."""
    keys = x.detach()
    if keys.dtype in _NO_ORDER:
        keys = keys.to(torch.int64)
    elif keys.dtype is torch.uint64:
        # The order of uint64 is that of int64 with the highest bit turned.
        keys = keys.view(torch.int64) ^ torch.iinfo(torch.int64).min
    return torch.sort(keys, dim=axis, descending=descending, stable=True)[1]


def sort(x: torch.Tensor, axis: int, descending: bool) -> torch.Tensor:
    if x.dtype in _UNORDERED:
        return torch.gather(x, axis, _order(x, axis, descending))
    if not x.requires_grad:
        # Equal ones look alike; only a gradient tells them apart.
        return torch.sort(x, axis, descending)[0]
    return torch.sort(x, dim=axis, descending=descending, stable=True)[0]


def argsort(x: torch.Tensor, axis: int, descending: bool, dtype: DType = int32) -> torch.Tensor:
    if not descending and x.is_cpu and x.dtype in _LIKE_NUMPY and 0 < x.numel() <= _FEW:
        try:
            order = x.detach().numpy().argsort(axis, kind="stable")
            return torch.from_numpy(order.astype(dtype.as_numpy_dtype))
        except RuntimeError:
            # A tensor that stands for many, of torch.vmap.
            pass
    return _order(x, axis, descending).to(TO_NATIVE[dtype])


def top_k(x: torch.Tensor, k: int, indices: DType) -> tuple[torch.Tensor, torch.Tensor]:
    if x.dtype in _UNORDERED:
        positions = _order(x, x.dim() - 1, True).narrow(-1, 0, k)
        return torch.gather(x, -1, positions), positions.to(TO_NATIVE[indices])
    if 0 < x.numel() <= _FEW and x.dtype in _LIKE_NUMPY_FLOATS and x.is_cpu and k:
        if not x.requires_grad:
            found = _top_k_on_host(x, k, indices)
            if found is not None:
                return found
    if k and k * 4 < x.shape[-1] >= 64 and not x.is_cuda:
        values, positions = torch.topk(x, k + 1)
        if _falls(values.detach()):
            return values[..., :-1], positions[..., :-1].to(TO_NATIVE[indices])
    values, positions = torch.sort(x, dim=-1, descending=True, stable=True)
    return values.narrow(-1, 0, k), positions.narrow(-1, 0, k).to(TO_NATIVE[indices])


def _top_k_on_host(
    x: torch.Tensor, k: int, indices: DType
) -> tuple[torch.Tensor, torch.Tensor] | None:
    """By NumPy, whose steps take less time; None for NaN, which it takes for the smallest."""
    try:
        array = x.numpy()
    except RuntimeError:
        # A tensor that stands for many, of torch.vmap.
        return None
    total = squares(array)
    if total != total:
        return None
    flat = array.reshape(-1)
    size = array.shape[-1]
    order = (-flat).reshape(-1, size).argsort(1, kind="stable")[:, :k]
    shape = (*array.shape[:-1], k)
    places = order.astype(indices.as_numpy_dtype).reshape(shape)
    order = order + np.arange(0, flat.size, size)[:, None]
    return torch.from_numpy(flat.take(order).reshape(shape)), torch.from_numpy(places)


def _falls(top: torch.Tensor) -> bool:
    """Whether no two of the largest are equal, whose order torch.topk leaves open; NaN is not."""
    return bool((top[..., :-1] > top[..., 1:]).all())


def in_top_k(classes: torch.Tensor, scores: torch.Tensor, k: int) -> torch.Tensor:
    count = scores.shape[1]
    if count and scores.is_cpu:
        return torch.from_numpy(ranks.in_top_k(classes.numpy(), scores.numpy(), k))
    inside = (classes >= 0) & (classes < count)
    if not count:
        return inside
    column = classes.long().clamp(0, max(count - 1, 0))[:, None]
    chosen = torch.gather(scores, 1, column)
    higher = (scores > chosen).sum(1)
    # 0 times what is not finite is NaN: faster than asking each element.
    finite = (scores * 0).sum(1) == 0 if k else inside
    return inside & finite & (higher < k)


def is_increasing(x: torch.Tensor, strictly: bool) -> torch.Tensor:
    x = x.reshape(-1)
    before, after = x[:-1], x[1:]
    return ((after > before) if strictly else (after >= before)).all()
