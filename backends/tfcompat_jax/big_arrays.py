"""Kernels that move the elements of large arrays, or reduce them, by NumPy."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import sums
from tfcompat._src.memory import aligned
from tfcompat._src.numpy_kernels import KERNELS
from tfcompat._src.openblas import transposed

from . import array, joining, nn, reductions, segments, selection
from .sharing import MOST_BYTES, hosted, in_parts, not_copied

Host = np.ndarray[Any, Any]
Ints = tuple[int, ...]

# So many columns of a matrix, and what becomes of them, stay in the processor's cache.
_COLUMNS = 64
# Elements that lie side by side, of which NumPy copies fewer too slowly.
_RUN = 32
_FLOATS = (np.float32, np.float64)


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


def _stack(*args: Any) -> Host | None:
    *arrays, axis = args
    first = arrays[0]
    if axis or first.nbytes * len(arrays) > MOST_BYTES:
        return None
    return np.stack(arrays, out=aligned((len(arrays), *first.shape), first.dtype))


def _concat(*args: Any) -> Host | None:
    *arrays, axis = args
    if axis or sum([x.nbytes for x in arrays]) > MOST_BYTES:
        return None
    ends = list(itertools.accumulate([len(x) for x in arrays], initial=0))
    found = aligned((ends[-1], *arrays[0].shape[1:]), arrays[0].dtype)

    def part(first: int, last: int) -> None:
        for i in range(first, last):
            found[ends[i] : ends[i + 1]] = arrays[i]

    in_parts(part, len(arrays), found.size)
    return found


def _gather(params: Host, indices: Host, axis: int, batch_dims: int) -> Host | None:
    """Whole rows, where all of them exist."""
    row = params.shape[1:]
    if axis or batch_dims or math.prod(row) < _RUN or params.dtype.kind not in "iufcb":
        return None
    if indices.size * math.prod(row) * params.itemsize > MOST_BYTES or not indices.size:
        return None
    if indices.min() < 0 or indices.max() >= len(params):
        return None
    found = aligned((*indices.shape, *row), params.dtype)
    return params.take(indices, 0, found, "clip")


def _sum(x: Host, axes: Ints | None = None, keepdims: bool = False) -> Host | None:
    if x.dtype not in _FLOATS or x.nbytes > MOST_BYTES or x.shape[-1] < _RUN:
        return None
    if axes == (x.ndim - 1,) and x.shape[-1] <= sums.MOST_IN_A_ROW:
        found = np.asarray(sums.of_rows(x))
        return found[..., None] if keepdims else found
    if axes == (0,) and x.ndim == 2 and len(x) <= sums.MOST_IN_A_ROW:
        return np.asarray(np.add.reduce(x, 0)).reshape(*[1] * keepdims, -1)
    return None


def _mean(x: Host, axes: Ints | None = None, keepdims: bool = False) -> Host | None:
    found = _sum(x, axes, keepdims)
    return None if found is None else np.divide(found, x.dtype.type(x.size // found.size), found)


def _prod(x: Host, axes: Ints | None = None, keepdims: bool = False) -> Host | None:
    whole = axes is None or len(axes) == x.ndim
    if not whole or x.dtype not in _FLOATS or x.nbytes > MOST_BYTES or x.shape[-1] < _RUN:
        return None
    # Row by row, as in the kernel.
    rows = np.multiply.reduce(x.reshape(-1, x.shape[-1]), 0)
    return np.asarray(np.multiply.reduce(rows)).reshape((1,) * x.ndim if keepdims else ())


def _segment_sum(x: Host, ids: Host, count: int) -> Host | None:
    if x.dtype not in _FLOATS or x.ndim < 2 or ids.ndim != 1 or not x.size:
        return None
    found = sums.of_runs(x.reshape(len(ids), -1), ids, count, in_parts)
    return None if found is None else found.reshape(count, *x.shape[1:])


def _l2_loss(x: Host) -> Host | None:
    return np.asarray(sums.squares(x) / 2) if x.dtype in _FLOATS else None


def _reduced(name: str) -> Callable[..., Host]:
    kernel = KERNELS["reductions"][name].function

    def run(x: Host, axes: Ints | None = None, keepdims: bool = False) -> Host:
        return np.asarray(kernel(x, axes, keepdims))

    return run


def _extreme(name: str, place: Callable[..., Any]) -> Callable[..., Host | None]:
    reduced = _reduced(name)

    def run(x: Host, axes: Ints | None = None, keepdims: bool = False) -> Host | None:
        if x.dtype.kind not in "iuf" or x.dtype.itemsize < 4 or x.nbytes > MOST_BYTES:
            return None
        if axes is None or len(axes) == x.ndim:
            return reduced(x, axes, keepdims)
        if axes != (x.ndim - 1,) or x.shape[-1] < _RUN or not x.size:
            return None
        rows = x.reshape(-1, x.shape[-1])
        # The place of an extreme, or of NaN, is found faster than the extreme itself.
        places = place(not_copied(rows), 1) + np.arange(0, rows.size, rows.shape[1])
        found = rows.reshape(-1).take(places, mode="clip")
        return found.reshape(*x.shape[:-1], *[1] * keepdims)

    return run


hosted[array.transpose] = _transpose
hosted[array.rearrange] = _rearrange
hosted[array.pad] = _pad
hosted[joining.concat] = _concat
hosted[selection.gather] = _gather
hosted[joining.stack] = _stack
hosted[reductions.reduce_sum] = _sum
hosted[reductions.reduce_mean] = _mean
hosted[reductions.reduce_prod] = _prod
hosted[segments.segment_sum] = _segment_sum
hosted[nn.l2_loss] = _l2_loss
hosted[reductions.reduce_max] = _extreme("reduce_max", np.argmax)
hosted[reductions.reduce_min] = _extreme("reduce_min", np.argmin)
for name in ("reduce_any", "reduce_all"):
    hosted[getattr(reductions, name)] = _reduced(name)
