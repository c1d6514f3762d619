"""Kernels that sort large arrays, or look for the largest elements, by NumPy."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import ranks
from tfcompat._src.dtypes import DType, int32
from tfcompat._src.memory import aligned

from . import reductions, sorting
from .sharing import hosted, not_copied, slow
from .trie import TO_NATIVE

Host = np.ndarray[Any, Any]

# Dtypes that NumPy has vector code for.
_NUMBERS = "iuf"
# So many of the largest elements NumPy finds one after the other.
_FEW = 8


def _sort(x: Host, axis: int, descending: bool) -> Host | None:
    if x.dtype.kind not in _NUMBERS or x.dtype.itemsize == 2:
        return None
    found = aligned(x.shape, x.dtype)
    if not descending:
        found[...] = x
        found.sort(axis)
    else:
        found[...] = np.flip(np.sort(x, axis), axis)
    return found


def _argsort(x: Host, axis: int, descending: bool, dtype: DType = int32) -> Host | None:
    if x.dtype.kind not in _NUMBERS or x.dtype.itemsize != 4 or x.dtype.kind == "u":
        return None
    shape = [1] * x.ndim
    shape[axis] = x.shape[axis]
    # One integer from element and position, as in the kernel.
    pairs = _keys(x).astype(np.int64)
    if descending:
        np.invert(pairs, pairs)
    pairs <<= 32
    pairs |= np.arange(x.shape[axis]).reshape(shape)
    pairs.sort(axis)
    pairs &= 0xFFFFFFFF
    found = aligned(x.shape, TO_NATIVE[dtype])
    found[...] = pairs
    return found


def _keys(x: Host) -> Host:
    """Integers in the order of the elements; NaN is the largest."""
    if x.dtype.kind != "f":
        return x
    # Adding makes 0 of -0.
    bits = (x + 0).view(np.int32)
    bits ^= (bits >> 31) & np.int32(0x7FFFFFFF)
    unknown = np.isnan(x)
    if unknown.any():
        bits[unknown] = 0x7FFFFFFF
    return bits


def _top_k(x: Host, k: int, indices: DType) -> tuple[Host, Host] | None:
    if x.dtype not in (np.float32, np.float64) or not k or k > _FEW or x.ndim != 2:
        return None
    left = x.copy()
    rows = np.arange(x.shape[0])
    positions = np.empty((x.shape[0], k), TO_NATIVE[indices])
    for i in range(k):
        places = positions[:, i] = left.argmax(1)
        left[rows, places] = -np.inf
    values = x[rows[:, None], positions]
    # Among NaN and after -inf the places mean nothing.
    return (values, positions) if np.isfinite(values).all() else None


def _in_top_k(classes: Host, scores: Host, k: int) -> Host | None:
    if scores.dtype not in (np.float32, np.float64) or not scores.size:
        return None
    return ranks.in_top_k(classes, scores, k)


def _argmax(x: Host, axis: int, dtype: DType) -> Host | None:
    if not axis and x.ndim > 1:
        return _in_columns(x, np.ndarray.max, np.ndarray.argmax, dtype)
    if x.dtype.kind not in _NUMBERS or axis != x.ndim - 1 or not x.shape[axis]:
        return None
    found = not_copied(x).argmax(axis)
    if x.dtype.kind == "f":
        largest = np.take_along_axis(x, found[..., None], axis)
        if np.isnan(largest).any():
            return None
    return found.astype(TO_NATIVE[dtype])


def _argmin(x: Host, axis: int, dtype: DType) -> Host | None:
    if axis or x.ndim < 2:
        return None
    return _in_columns(x, np.ndarray.min, np.ndarray.argmin, dtype)


# Rows of which the extremes are found first, and then in which of them.
_BLOCK = 10


def _in_columns(x: Host, extreme: Any, place: Any, dtype: DType) -> Host | None:
    """Where each column's extreme is first: in which block, for rows are compared by vectors."""
    count, rest = divmod(len(x), _BLOCK)
    if x.dtype.kind not in _NUMBERS or x.dtype.itemsize < 4 or count < 2:
        return None
    columns = x.reshape(len(x), -1)
    most = extreme(columns[rest:].reshape(count, _BLOCK, -1), 1)
    if rest:
        # Those in front, so that the first of equal ones stays the first.
        most = np.concatenate([extreme(columns[:rest], 0)[None], most])
    if most.dtype.kind == "f" and np.isnan(most).any():
        return None
    starts = np.arange(len(most)) * _BLOCK - (_BLOCK - rest if rest else 0)
    rows = starts[place(most, 0)] + np.arange(_BLOCK)[:, None]
    # What the first block lacks is its first row.
    np.maximum(rows, 0, out=rows)
    found = rows[place(columns[rows, np.arange(columns.shape[1])], 0), np.arange(rows.shape[1])]
    return found.astype(TO_NATIVE[dtype]).reshape(x.shape[1:])


hosted[sorting.sort] = _sort
hosted[sorting.argsort] = _argsort
hosted[sorting.top_k] = _top_k
hosted[sorting.in_top_k] = _in_top_k
hosted[reductions.argmax] = _argmax
hosted[reductions.argmin] = _argmin
slow.update([sorting.sort, sorting.argsort, sorting.top_k])
