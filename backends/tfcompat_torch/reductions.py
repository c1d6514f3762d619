"""Kernels that reduce along axes. Axes of None are all of them."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from tfcompat._src.dtypes import DType, int64
from tfcompat._src.sums import squares

from .derivative import derived
from .large import LARGE
from .math import divide_no_nan
from .tensor import TO_NATIVE

Axes = tuple[int, ...] | None


# PyTorch reads one axis faster than a tuple of it, and no option faster than the one it would take.
_NUMBERS = {torch.float32, torch.float64, torch.float16, torch.bfloat16}


def reduce_sum(x: torch.Tensor, axes: Axes = None, keepdims: bool = False) -> torch.Tensor:
    if x.dtype in _NUMBERS:
        if axes is None:
            return torch.sum(x)
        if len(axes) == 1 and not keepdims:
            return torch.sum(x, axes[0])
        return torch.sum(x, axes, keepdims)
    if axes is None:
        return torch.sum(x, dtype=x.dtype)
    return torch.sum(x, axes, keepdims, dtype=x.dtype)


def reduce_mean(x: torch.Tensor, axes: Axes = None, keepdims: bool = False) -> torch.Tensor:
    if x.dtype in _NUMBERS or (x.is_complex() and x.numel()):
        if axes is None:
            return torch.mean(x)
        return torch.mean(x, axes[0] if len(axes) == 1 else axes, keepdims)
    if x.is_complex():
        # PyTorch takes NaN for the mean of none, TensorFlow 0.
        return x.sum() if axes is None else x.sum(axes, keepdims)
    wide = x.to(torch.int64)
    total = wide.sum() if axes is None else wide.sum(axes, keepdims)
    count = max(x.numel() // max(total.numel(), 1), 1)
    if x.dtype is torch.uint64 and count > 1:
        # Half of it fits int64; what is lost of it comes back with the remainder.
        quotient = torch.div((total >> 1) & (2**63 - 1), count, rounding_mode="trunc") * 2
        rest = total - quotient * count
        return (quotient + torch.div(rest, count, rounding_mode="trunc")).to(x.dtype)
    return torch.div(total, count, rounding_mode="trunc").to(x.dtype)


def _of_nothing(x: torch.Tensor, axes: Axes, keepdims: bool, extreme: float) -> torch.Tensor:
    """The extreme of no elements, for which PyTorch has no answer."""
    if not x.is_floating_point():
        info = torch.iinfo(x.dtype)
        extreme = info.min if extreme < 0 else info.max
    return torch.sum(x, _all(x, axes), keepdims, dtype=x.dtype) + extreme


def _all(x: torch.Tensor, axes: Axes) -> tuple[int, ...]:
    return tuple(range(x.dim())) if axes is None else axes


def reduce_max(x: torch.Tensor, axes: Axes = None, keepdims: bool = False) -> torch.Tensor:
    if x.numel():
        if axes is None:
            return torch.amax(x)
        return torch.amax(x, axes[0] if len(axes) == 1 else axes, keepdims)
    return _of_nothing(x, axes, keepdims, -math.inf)


def reduce_min(x: torch.Tensor, axes: Axes = None, keepdims: bool = False) -> torch.Tensor:
    if x.numel():
        if axes is None:
            return torch.amin(x)
        return torch.amin(x, axes[0] if len(axes) == 1 else axes, keepdims)
    return _of_nothing(x, axes, keepdims, math.inf)


def reduce_prod(x: torch.Tensor, axes: Axes = None, keepdims: bool = False) -> torch.Tensor:
    if x.requires_grad:
        return derived(
            lambda x: _prod(x, axes, keepdims), lambda g, y, x: _prod_gradient(g, x, axes, keepdims)
        )(x)
    return _prod(x, axes, keepdims)


def _prod(x: torch.Tensor, axes: Axes, keepdims: bool) -> torch.Tensor:
    if axes is None:
        return torch.prod(x, dtype=x.dtype)
    for axis in reversed(axes):
        x = torch.prod(x, axis, keepdims, dtype=x.dtype)
    return x


def _prod_gradient(g: torch.Tensor, x: torch.Tensor, axes: Axes, keepdims: bool) -> torch.Tensor:
    """The product of all others, by running products, whose own derivative is TensorFlow's."""
    axes = _all(x, axes)
    if not axes:
        return g
    kept = [a for a in range(x.dim()) if a not in axes]
    moved = x.permute([*kept, *axes])
    last = len(kept)
    flat = moved.flatten(last)
    others = cumprod(flat, last, True, False) * cumprod(flat, last, True, True)
    back = [[*kept, *axes].index(a) for a in range(x.dim())]
    others = others.reshape(moved.shape).permute(back)
    if not keepdims:
        for a in axes:
            g = g.unsqueeze(a)
    return g * others.conj()


def reduce_any(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    if x.numel() >= LARGE and x.is_cpu:
        return torch.from_numpy(np.asarray(x.numpy().any(axes, keepdims=keepdims)))
    if keepdims:
        return torch.any(x, axes, True)
    if len(axes) == 1:
        return torch.any(x, axes[0])
    return torch.any(x) if len(axes) == x.dim() else torch.any(x, axes)


def reduce_all(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    if x.numel() >= LARGE and x.is_cpu:
        return torch.from_numpy(np.asarray(x.numpy().all(axes, keepdims=keepdims)))
    if keepdims:
        return torch.all(x, axes, True)
    if len(axes) == 1:
        return torch.all(x, axes[0])
    return torch.all(x) if len(axes) == x.dim() else torch.all(x, axes)


_WIDE = {torch.float32, torch.float64}
_FEW = 1 << 14  # over more PyTorch's own variance takes longer than two means


def reduce_variance(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    if x.numel() <= _FEW and not x.requires_grad and x.dtype in _WIDE and x.numel():
        whole: Axes = None if len(axes) == x.dim() else axes
        return torch.var(x, whole, correction=0, keepdim=keepdims)
    distance = x - torch.mean(x, axes, True)
    if distance.is_complex():
        return torch.mean((distance * distance.conj()).real, axes, keepdims)
    return torch.mean(torch.square(distance), axes, keepdims)


def reduce_std(x: torch.Tensor, axes: tuple[int, ...], keepdims: bool) -> torch.Tensor:
    # Not by torch.std, which knows no variance that is too large for the type.
    return torch.sqrt(reduce_variance(x, axes, keepdims))


def moments(
    x: torch.Tensor, axes: tuple[int, ...], keepdims: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    if x.numel() <= _FEW:
        variance, mean = torch.var_mean(x, axes, correction=0, keepdim=keepdims)
        return mean, variance
    mean = torch.mean(x, axes, True)
    variance = torch.mean((x - mean).square_(), axes, keepdims)
    return mean.reshape(variance.shape), variance


def reduce_logsumexp(x: torch.Tensor, axes: Axes = None, keepdims: bool = False) -> torch.Tensor:
    axes = _all(x, axes)
    if not x.requires_grad:
        return torch.logsumexp(x, axes[0] if len(axes) == 1 else axes, keepdims)
    # The derivative where the largest element is infinite is NaN in TensorFlow, not PyTorch.
    top = reduce_max(x.detach(), axes, True)
    top = torch.where(top.isfinite(), top, 0)
    total = torch.log(torch.sum(torch.exp(x - top), axes, keepdims))
    return total + top.reshape(total.shape)


def reduce_euclidean_norm(
    x: torch.Tensor, axes: Axes = None, keepdims: bool = False
) -> torch.Tensor:
    if x.is_floating_point() and not x.requires_grad:
        # Of a single number PyTorch takes |x|, where TensorFlow's square overflows.
        if axes is None:
            if x.numel() != 1:
                return torch.linalg.vector_norm(x)
        elif not all([x.shape[axis] == 1 for axis in axes]):
            return torch.linalg.vector_norm(x, dim=axes, keepdim=keepdims)
    # PyTorch takes 0 for the derivative at 0, where TensorFlow's is NaN.
    total = reduce_sum(x * x.conj() if x.is_complex() else x * x, axes, keepdims)
    if x.is_floating_point() or x.is_complex():
        return torch.sqrt(total)
    return torch.sqrt(total.clamp(min=0).double()).to(x.dtype)


def count_nonzero(
    x: torch.Tensor, axes: tuple[int, ...], keepdims: bool, dtype: DType
) -> torch.Tensor:
    if keepdims or not axes or x.dtype in _UNCOUNTED:
        return torch.sum(x != 0, axes, keepdims).to(TO_NATIVE[dtype])
    count = torch.count_nonzero(x) if len(axes) == x.dim() else torch.count_nonzero(x, axes)
    return count if dtype is int64 else count.to(TO_NATIVE[dtype])


_UNCOUNTED = {torch.uint16, torch.uint32, torch.uint64}


def _comparable(x: torch.Tensor) -> torch.Tensor:
    if x.dtype is torch.bool:
        return x.to(torch.uint8)
    return x.to(torch.int64) if x.dtype in _NO_ORDER else x


_NO_ORDER = {torch.uint16, torch.uint32}


def _array_without_nan(x: torch.Tensor) -> Any:
    """The array where NumPy finds the place: NumPy is faster, but takes NaN for the extreme."""
    if not x.is_cpu or x.dtype not in _WIDE or not x.numel():
        return None
    array = x.numpy()
    total = squares(array)
    return array if total == total else None


# For PyTorch NaN is the largest and the smallest, for TensorFlow neither.
def _place(array: Any, axis: int, largest: bool) -> torch.Tensor:
    """The first place of an extreme."""
    if axis == 0 and array.ndim == 2 and array.size >= LARGE and array.flags.c_contiguous:
        found = _row_of_extreme(array, array.max(0) if largest else array.min(0))
        if found is not None:
            return torch.from_numpy(found)
    return torch.from_numpy(np.asarray(array.argmax(axis) if largest else array.argmin(axis)))


_SELDOM = 64


def _row_of_extreme(array: Any, extreme: Any) -> Any:
    """The same row by row, as memory lies, unless the extremes occur often."""
    hits = array == extreme
    if np.count_nonzero(hits) > array.size // _SELDOM:
        return None
    rows, columns = np.divmod(np.flatnonzero(hits), array.shape[1])
    found = np.empty(array.shape[1], np.int64)
    # Of a column's rows the first one stays.
    found[columns[::-1]] = rows[::-1]
    return found


def argmax(x: torch.Tensor, axis: int, dtype: DType) -> torch.Tensor:
    if x.is_floating_point():
        array = _array_without_nan(x)
        if array is not None:
            found = _place(array, axis, True)
            return found if dtype is int64 else found.to(TO_NATIVE[dtype])
        x = torch.nan_to_num(x, -math.inf, math.inf, -math.inf)
    return torch.argmax(_comparable(x), axis).to(TO_NATIVE[dtype])


def argmin(x: torch.Tensor, axis: int, dtype: DType) -> torch.Tensor:
    if x.is_floating_point():
        array = _array_without_nan(x)
        if array is not None:
            found = _place(array, axis, False)
            return found if dtype is int64 else found.to(TO_NATIVE[dtype])
        x = torch.nan_to_num(x, math.inf, math.inf, -math.inf)
    return torch.argmin(_comparable(x), axis).to(TO_NATIVE[dtype])


# ------------------------------------------------------------------------------------ running ones
def _shifted(x: torch.Tensor, axis: int, first: float) -> torch.Tensor:
    """The elements one place later, `first` in front: what makes a running result exclusive."""
    if not x.shape[axis]:
        return x
    shape = list(x.shape)
    shape[axis] = 1
    head = torch.full(shape, first, dtype=x.dtype, device=x.device)
    return torch.cat([head, x.narrow(axis, 0, x.shape[axis] - 1)], axis)


def _running(
    x: torch.Tensor, run: object, axis: int, exclusive: bool, reverse: bool, first: float
) -> torch.Tensor:
    if reverse:
        x = x.flip(axis)
    if exclusive:
        x = _shifted(x, axis, first)
    x = run(x, axis)  # type: ignore[operator]
    return x.flip(axis) if reverse else x


def cumsum(x: torch.Tensor, axis: int, exclusive: bool, reverse: bool) -> torch.Tensor:
    if not (exclusive or reverse) and x.dtype in _NUMBERS:
        return torch.cumsum(x, axis)
    return _running(x, _cumsum, axis, exclusive, reverse, 0)


def _cumsum(x: torch.Tensor, axis: int) -> torch.Tensor:
    return torch.cumsum(x, axis, dtype=x.dtype)


def _cumprod(x: torch.Tensor, axis: int) -> torch.Tensor:
    return torch.cumprod(x, axis, dtype=x.dtype)


def cumprod(x: torch.Tensor, axis: int, exclusive: bool, reverse: bool) -> torch.Tensor:
    if not (x.requires_grad or exclusive or reverse) and x.dtype in _NUMBERS:
        return torch.cumprod(x, axis)

    def value(x: torch.Tensor) -> torch.Tensor:
        return _running(x, _cumprod, axis, exclusive, reverse, 1)

    def gradient(g: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        # TensorFlow divides, and so has 0 for the derivative by an element that is 0; of complex
        # numbers it conjugates nothing.
        products = cumprod(x, axis, exclusive, reverse)
        return divide_no_nan(cumsum(products * g, axis, exclusive, not reverse), x)

    return derived(value, gradient)(x)


def cumulative_logsumexp(
    x: torch.Tensor, axis: int, exclusive: bool, reverse: bool
) -> torch.Tensor:
    if not (x.requires_grad or exclusive or reverse):
        return torch.logcumsumexp(x, axis)

    def value(x: torch.Tensor) -> torch.Tensor:
        return _running(x, torch.logcumsumexp, axis, exclusive, reverse, -math.inf)

    def gradient(g: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        # The shares of what is above 0 and what is below, each by its logarithm: TensorFlow's
        # way, which shows beside infinite elements.
        least = torch.finfo(x.dtype).min

        def share(part: torch.Tensor) -> torch.Tensor:
            positive = part > 0
            logs = torch.where(positive, torch.log(torch.where(positive, part, 1)), least)
            spread = cumulative_logsumexp(logs - y, axis, exclusive, not reverse)
            return torch.exp(spread + x)

        return share(g) - share(-g)

    return derived(value, gradient)(x)
