"""Kernels for sums by label. Ids are a prefix of the data's shape; negative ones are dropped."""

from __future__ import annotations

import math

import numpy as np
import torch

from tfcompat._src import sums
from tfcompat._src.dtypes import DType

from .derivative import derived
from .large import LARGE, in_parts
from .tensor import TO_NATIVE
from .unsigned import SIGNED, ordered


def _flat(
    x: torch.Tensor, ids: torch.Tensor, count: int
) -> tuple[torch.Tensor, torch.Tensor, list[int]]:
    """Rows, the segment of each (`count` for none), and the shape of a row."""
    row = list(x.shape[ids.dim() :])
    if ids.dim() != 1:
        ids = ids.reshape(-1)
        x = x.reshape([ids.shape[0], *row])
    ids = torch.where(ids < 0, count, ids).long()
    if not x.numel():
        # Ids of rows without elements may be any number.
        ids = ids.clamp(max=count)
    return x, ids, row


def segment_sum(x: torch.Tensor, ids: torch.Tensor, count: int) -> torch.Tensor:
    if ids.dim() == 1 and x.is_cpu and x.numel():
        if x.numel() >= LARGE and x.dim() > 1 and not x.requires_grad and x.dtype in _FLOATS:
            found = _sums_of_runs(x, ids, count)
            if found is not None:
                return found
        try:
            return x.new_zeros(count, *x.shape[1:]).index_add_(0, ids, x)
        except (IndexError, RuntimeError):
            # Negative ids, or of a type that PyTorch does not index by.
            pass
    rows, ids, row = _flat(x, ids, count)
    total = torch.zeros([count + 1, *row], dtype=x.dtype, device=x.device)
    return total.index_add_(0, ids, rows)[:count]


_FLOATS = {torch.float32, torch.float64}


def _sums_of_runs(x: torch.Tensor, ids: torch.Tensor, count: int) -> torch.Tensor | None:
    try:
        rows, labels = x.numpy().reshape(len(ids), -1), ids.numpy()
    except RuntimeError:
        # A tensor that stands for many, of torch.vmap, or that is recorded.
        return None
    size, rest = divmod(len(labels), count) if count else (0, 1)
    if not rest and size >= sums.ROWS:
        # Are there as many rows of each segment?
        if (labels.reshape(count, size) == np.arange(count)[:, None]).all():
            return x.reshape(count, size, *x.shape[1:]).sum(1)
    with np.errstate(all="ignore"):
        found = sums.of_runs(rows, labels, count, in_parts)
    return None if found is None else torch.from_numpy(found).reshape(count, *x.shape[1:])


def _sizes(ids: torch.Tensor, count: int) -> torch.Tensor:
    return torch.bincount(ids, minlength=count + 1)[:count]


def segment_mean(x: torch.Tensor, ids: torch.Tensor, count: int) -> torch.Tensor:
    total = segment_sum(x, ids, count)
    _, ids, row = _flat(x, ids, count)
    if not total.numel():
        return total
    sizes = _sizes(ids, count).clamp(min=1).reshape([count, *[1] * len(row)])
    if x.is_floating_point() or x.is_complex():
        return total / sizes.to(x.dtype)
    return torch.div(total, sizes, rounding_mode="trunc").to(x.dtype)


def _scattered(
    x: torch.Tensor, ids: torch.Tensor, count: int, how: str, empty: float
) -> torch.Tensor:
    rows, ids, row = _flat(x, ids, count)
    start = torch.full([count + 1, *row], empty, dtype=x.dtype, device=x.device)
    places = ids.reshape([-1, *[1] * len(row)]).expand(rows.shape)
    return start.scatter_reduce(0, places, rows, how, include_self=False)[:count]


def _extreme(
    x: torch.Tensor, ids: torch.Tensor, count: int, how: str, last: float, empty: float
) -> torch.Tensor:
    if x.dtype in SIGNED:
        # PyTorch compares no unsigned integers of 16 bits and more.
        if x.dtype is not torch.uint64:
            return _extreme(x.to(torch.int64), ids, count, how, last, empty).to(x.dtype)
        lowest = torch.iinfo(torch.int64).min
        found = _extreme(ordered(x), ids, count, how, last, int(empty) + lowest)
        return (found ^ lowest).view(torch.uint64)
    # Started from what no element is: PyTorch shares the gradient with a start that equals one.
    if not x.is_floating_point():
        last = torch.iinfo(x.dtype).min if last < 0 else torch.iinfo(x.dtype).max
    else:
        # TensorFlow's extremes take no notice of NaN.
        x = torch.where(x.isnan(), last, x)
    found = _scattered(x, ids, count, how, last)
    _, ids, row = _flat(x, ids, count)
    filled = (_sizes(ids, count) > 0).reshape([count, *[1] * len(row)])
    return torch.where(filled, found, torch.tensor(empty, dtype=x.dtype, device=x.device))


def segment_max(x: torch.Tensor, ids: torch.Tensor, count: int, empty: float) -> torch.Tensor:
    return _extreme(x, ids, count, "amax", -math.inf, empty)


def segment_min(x: torch.Tensor, ids: torch.Tensor, count: int, empty: float) -> torch.Tensor:
    return _extreme(x, ids, count, "amin", math.inf, empty)


def bincount(x: torch.Tensor, size: int, dtype: DType) -> torch.Tensor:
    return torch.bincount(x.reshape(-1), minlength=size)[:size].to(TO_NATIVE[dtype])


def _products(rows: torch.Tensor, ids: torch.Tensor, count: int) -> torch.Tensor:
    # PyTorch's scatter multiplies no complex numbers, and has no second derivative at two zeros.
    if not rows.is_complex():
        return _scattered(rows, ids, count, "prod", 1)
    size = _scattered(rows.abs(), ids, count, "prod", 1)
    return torch.polar(size, segment_sum(rows.angle(), ids, count))


def segment_prod(x: torch.Tensor, ids: torch.Tensor, count: int) -> torch.Tensor:
    rows, ids, row = _flat(x, ids, count)
    places = ids.reshape([-1, *[1] * len(row)])

    def by_row(total: torch.Tensor) -> torch.Tensor:
        return torch.cat([total, total.new_ones([1, *row])])[ids]

    def value(rows: torch.Tensor) -> torch.Tensor:
        return _products(rows, ids, count)

    def gradient(g: torch.Tensor, y: torch.Tensor, rows: torch.Tensor) -> torch.Tensor:
        zero = rows == 0
        filled = torch.where(zero, 1, rows)
        zeros = by_row(segment_sum(zero.to(rows.dtype), ids, count))
        others = by_row(segment_prod(filled, ids, count)) / filled
        others = torch.where(zeros == zero, others, 0)
        # TensorFlow does not conjugate this one.
        return torch.where(places < count, by_row(g) * others, 0)

    return derived(value, gradient)(rows)


def ones(x: torch.Tensor, dtype: DType) -> torch.Tensor:
    return torch.ones_like(x, dtype=TO_NATIVE[dtype])


def at_least_one(x: torch.Tensor, shape: tuple[int, ...]) -> torch.Tensor:
    return x.clamp(min=1).reshape(shape)


def weighted_bins(
    weights: torch.Tensor, bins: torch.Tensor, rows: int, size: int, by_row: bool
) -> torch.Tensor:
    total = torch.zeros(rows * (size + 1), dtype=weights.dtype, device=weights.device)
    table = total.index_add(0, bins, weights.reshape(-1)).reshape(rows, size + 1)[:, :size]
    return table if by_row else table[0]
