"""Kernels that move the elements of large arrays, or reduce them, by NumPy."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src.memory import aligned
from tfcompat._src.numpy_kernels import KERNELS
from tfcompat._src.openblas import transposed

from . import array, reductions
from .sharing import MOST_BYTES, hosted, in_parts

Host = np.ndarray[Any, Any]
Ints = tuple[int, ...]

# So many columns of a matrix, and what becomes of them, stay in the processor's cache.
_COLUMNS = 64
# Elements that lie side by side, of which NumPy copies fewer too slowly.
_RUN = 32


def _transpose(x: Host, order: Ints) -> Host | None:
    """The last two axes exchanged."""
    last = x.ndim - 1
    if order != (*range(last - 1), last, last - 1) or min(x.shape[-2:]) < _COLUMNS:
        return None
    whole = transposed(x)
    if whole is not None:
        return whole
    # Some columns at a time.
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
    if min([min(pair) for pair in paddings], default=-1) < 0 or x.nbytes > MOST_BYTES:
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


def _reduced(name: str) -> Callable[..., Host]:
    kernel = KERNELS["reductions"][name].function

    def run(x: Host, axes: Ints | None = None, keepdims: bool = False) -> Host:
        return np.asarray(kernel(x, axes, keepdims))

    return run


def _extreme(name: str) -> Callable[..., Host | None]:
    reduced = _reduced(name)

    def run(x: Host, axes: Ints | None = None, keepdims: bool = False) -> Host | None:
        """Of the whole array: XLA overlooks NaN, and has to look for it once more."""
        whole = axes is None or len(axes) == x.ndim
        if not whole or x.dtype.kind not in "iuf" or x.dtype.itemsize < 4 or x.nbytes > MOST_BYTES:
            return None
        return reduced(x, axes, keepdims)

    return run


hosted[array.transpose] = _transpose
hosted[array.rearrange] = _rearrange
hosted[array.pad] = _pad
hosted[reductions.reduce_max] = _extreme("reduce_max")
hosted[reductions.reduce_min] = _extreme("reduce_min")
for name in ("reduce_any", "reduce_all"):
    hosted[getattr(reductions, name)] = _reduced(name)
