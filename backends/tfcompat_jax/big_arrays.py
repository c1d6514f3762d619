"""Kernels that move the elements of large arrays, or look for some, by NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.memory import aligned
from tfcompat._src.numpy_kernels import KERNELS

from . import array, joining, reductions, sorting
from .sharing import hosted, in_parts

Host = np.ndarray[Any, Any]
Ints = tuple[int, ...]

# So many columns of a matrix, and what becomes of them, stay in the processor's cache.
_COLUMNS = 64
# Elements that lie side by side, of which NumPy copies fewer too slowly.
_RUN = 32
# Of more bytes XLA's threads are worth their time.
_MOST_BYTES = 1 << 23
# Columns to look at first, where a few may tell.
_FIRST = 16


def _transpose(x: Host, order: Ints) -> Host | None:
    """The last two axes exchanged, some columns at a time."""
    last = x.ndim - 1
    if order != (*range(last - 1), last, last - 1) or min(x.shape[-2:]) < _COLUMNS:
        return None
    turned = np.swapaxes(x, -1, -2)
    found = aligned(turned.shape, x.dtype)
    blocks = -(-x.shape[-2] // _COLUMNS)

    def part(first: int, end: int) -> None:
        for i in range(first * _COLUMNS, end * _COLUMNS, _COLUMNS):
            found[..., i : i + _COLUMNS] = turned[..., i : i + _COLUMNS]

    in_parts(part, blocks, x.size)
    return found


def _rearrange(x: Host, parts: Ints, order: Ints, shape: Ints) -> Host | None:
    if order[-1] != len(parts) - 1 or order[0] or parts[-1] < _RUN:
        return None
    moved = x.reshape(parts).transpose(order)
    found = aligned(moved.shape, x.dtype)

    def part(first: int, end: int) -> None:
        found[first:end] = moved[first:end]

    in_parts(part, len(found), x.size)
    return found.reshape(shape)


def _pad(x: Host, value: Host, paddings: tuple[tuple[int, int], ...]) -> Host | None:
    shape = tuple([low + n + high for n, (low, high) in zip(x.shape, paddings, strict=True)])
    if min([min(pair) for pair in paddings], default=-1) < 0 or x.nbytes > _MOST_BYTES:
        return None
    found = aligned(shape, x.dtype)
    inside: list[slice] = []
    for n, (low, high) in zip(x.shape, paddings, strict=True):
        # Slabs before and behind, within those of the axes before.
        found[(*inside, slice(low))] = value
        found[(*inside, slice(low + n, low + n + high))] = value
        inside.append(slice(low, low + n))
    found[tuple(inside)] = x
    return found


def _stack(*args: Any) -> Host | None:
    *arrays, axis = args
    first = arrays[0]
    if axis or first.nbytes * len(arrays) > _MOST_BYTES:
        return None
    return np.stack(arrays, out=aligned((len(arrays), *first.shape), first.dtype))


def _extreme(name: str) -> Any:
    kernel = KERNELS["reductions"][name].function

    def run(x: Host, axes: Ints | None = None, keepdims: bool = False) -> Host | None:
        whole = axes is None or len(axes) == x.ndim
        if not whole or x.dtype.kind not in "iuf" or x.dtype.itemsize < 4 or x.nbytes > _MOST_BYTES:
            return None
        return np.asarray(kernel(x, axes, keepdims))

    return run


def _truth(name: str) -> Any:
    kernel = KERNELS["reductions"][name].function

    def run(x: Host, axes: Ints, keepdims: bool) -> Host:
        return np.asarray(kernel(x, axes, keepdims))

    return run


def _in_top_k(classes: Host, scores: Host, k: int) -> Host | None:
    """Rows are looked at only until enough is higher."""
    rows, columns = scores.shape
    if scores.dtype.kind != "f" or scores.dtype.itemsize < 4 or not scores.size or k < 1:
        return None
    if not 0 <= classes.min() <= classes.max() < columns:
        return None
    chosen = scores[np.arange(rows), classes]
    higher = np.zeros(rows, np.int64)
    left = np.flatnonzero(np.isfinite(chosen))
    found = np.zeros(rows, np.bool_)
    start, width = 0, _FIRST
    while start < columns and left.size:
        part = scores[left, start : start + width]
        # What is not finite counts for as many as are too many.
        higher[left] += np.count_nonzero(part > chosen[left, None], 1)
        higher[left[~np.isfinite(part).all(1)]] += k
        left = left[higher[left] < k]
        start, width = start + width, width * 2
    found[left] = True
    return found


hosted[array.transpose] = _transpose
hosted[array.rearrange] = _rearrange
hosted[array.pad] = _pad
hosted[joining.stack] = _stack
hosted[sorting.in_top_k] = _in_top_k
for name in ("reduce_max", "reduce_min"):
    hosted[getattr(reductions, name)] = _extreme(name)
for name in ("reduce_any", "reduce_all"):
    hosted[getattr(reductions, name)] = _truth(name)
