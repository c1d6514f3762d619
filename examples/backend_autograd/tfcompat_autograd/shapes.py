"""The families array, joining, selection, scatter, creation: kernels that move elements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import autograd.numpy as np
import numpy
from autograd.extend import primitive

from .derivative import derived
from .elementwise import (
    cast as cast,
    ones as ones,
    ones_like as ones_like,
    where as where,
    zeros as zeros,
    zeros_like as zeros_like,
)

Array = Any
Item = int | tuple[int, int, int] | None

# ------------------------------------------------------------------------------------------ array
reshape = np.reshape
transpose = np.transpose
expand_dims = np.expand_dims
broadcast_to = derived(numpy.broadcast_to, lambda g, y, x, shape: g)
roll = derived(numpy.roll, lambda g, y, x, by, axes: roll(g, tuple([-n for n in by]), axes))


def identity(x: Array) -> Array:
    return x


def reverse(x: Array, axes: tuple[int, ...]) -> Array:
    return x[tuple([slice(None, None, -1 if i in axes else 1) for i in range(x.ndim)])]


def _tile_gradient(g: Array, y: Array, x: Array, times: tuple[int, ...]) -> Array:
    sizes = [n for pair in zip(times, x.shape, strict=True) for n in pair]
    return np.sum(np.reshape(g, sizes), tuple(range(0, len(sizes), 2)))


tile = derived(numpy.tile, _tile_gradient)


def repeat(x: Array, counts: int | tuple[int, ...], axis: int) -> Array:
    return gather(x, numpy.repeat(numpy.arange(x.shape[axis]), counts), axis, 0)


def conjugate_transpose(x: Array, perm: tuple[int, ...]) -> Array:
    return np.transpose(np.conj(x), perm)


def pad(x: Array, value: Array, paddings: tuple[tuple[int, int], ...]) -> Array:
    for axis, sizes in enumerate(paddings):
        before, after = [
            broadcast_to(value, (*x.shape[:axis], n, *x.shape[axis + 1 :])) for n in sizes
        ]
        x = np.concatenate([before, x, after], axis)
    return x


# ---------------------------------------------------------------------------------------- joining
def concat(*args: Any) -> Array:
    *arrays, axis = args
    return np.concatenate(arrays, axis)


def stack(*args: Any) -> Array:
    *arrays, axis = args
    return np.stack(arrays, axis)


def unstack(x: Array, axis: int) -> tuple[Array, ...]:
    return tuple([x[(slice(None),) * axis + (i,)] for i in range(x.shape[axis])])


def split(x: Array, sizes: tuple[int, ...], axis: int) -> tuple[Array, ...]:
    ends = numpy.cumsum(sizes).tolist()
    before = (slice(None),) * axis
    return tuple([x[(*before, slice(e - n, e))] for n, e in zip(sizes, ends, strict=True)])


# -------------------------------------------------------------------------------------- selection
# NumPy counts an index below 0 from the end, so the front has to check them.
refuses_bad_indices = False


def select(x: Array, index: int) -> Array:
    return x[index]


def _key(items: tuple[Item, ...]) -> tuple[Any, ...]:
    key: list[Any] = []
    for item in items:
        if isinstance(item, tuple):
            first, count, step = item
            stop = first + count * step
            key.append(slice(first, None if stop < 0 else stop, step) if count else slice(0, 0))
        else:
            key.append(item)
    return (*key, ...)


def strided_slice(x: Array, items: tuple[Item, ...]) -> Array:
    return x[_key(items)]


def gather(x: Array, indices: Array, axis: int, batch_dims: int) -> Array:
    if not batch_dims:
        return x[(slice(None),) * axis + (indices,)]
    # Looked up with the batch's own numbers beside the indices; what lay between them ends up
    # behind, and is moved back.
    grid = numpy.indices(indices.shape, sparse=True)[:batch_dims]
    found = x[(*grid, *[slice(None)] * (axis - batch_dims), indices)]
    rank = indices.ndim
    outer = range(rank, rank + axis - batch_dims)
    return np.moveaxis(found, tuple(outer), tuple(range(batch_dims, axis)))


def gather_nd(x: Array, indices: Array) -> Array:
    if not indices.shape[-1]:
        return broadcast_to(x, indices.shape[:-1] + x.shape)
    return x[_coordinates(indices)]


def _coordinates(indices: Array) -> tuple[Array, ...]:
    return tuple(numpy.moveaxis(indices, -1, 0))


@primitive
def searchsorted(sequence: Array, values: Array, right: bool) -> Array:
    side = "right" if right else "left"
    rows = zip(
        sequence.reshape(-1, sequence.shape[-1]), values.reshape(-1, values.shape[-1]), strict=True
    )
    found = [numpy.searchsorted(row, wanted, side) for row, wanted in rows]
    return numpy.array(found, numpy.int32).reshape(values.shape)


# ---------------------------------------------------------------------------------------- scatter
def _written(write: Callable[..., Any]) -> Callable[..., Array]:
    def value(x: Array, indices: Array, updates: Array) -> Array:
        result = x.copy()
        write(result, _coordinates(indices) if indices.shape[-1] else (), updates)
        return result

    return value


def _put(x: Array, key: Any, updates: Array) -> None:
    x[key] = updates


tensor_scatter_nd_add = derived(
    _written(numpy.add.at), lambda g, y, x, i, u: (g, None, gather_nd(g, i))
)
tensor_scatter_nd_sub = derived(
    _written(numpy.subtract.at), lambda g, y, x, i, u: (g, None, -gather_nd(g, i))
)
tensor_scatter_nd_update = derived(
    _written(_put),
    lambda g, y, x, i, u: (
        tensor_scatter_nd_update(g, i, np.zeros_like(u)),
        None,
        gather_nd(g, i),
    ),
)
# Without a derivative: autograd says so, with NotImplementedError.
tensor_scatter_nd_max = primitive(_written(numpy.maximum.at))
tensor_scatter_nd_min = primitive(_written(numpy.minimum.at))
tensor_scatter_nd_multiply = primitive(_written(numpy.multiply.at))


def scatter_nd(indices: Array, updates: Array, shape: tuple[int, ...]) -> Array:
    return tensor_scatter_nd_add(numpy.zeros(shape, updates.dtype), indices, updates)


@primitive
def slice_update(x: Array, value: Array, items: tuple[Item, ...]) -> Array:
    result = x.copy()
    result[_key(items)] = value
    return result


# --------------------------------------------------------------------------------------- creation
def fill(value: Array, shape: tuple[int, ...]) -> Array:
    return broadcast_to(value, shape)


def eye(shape: tuple[int, ...], dtype: Any, device: Any) -> Array:
    return numpy.broadcast_to(numpy.eye(*shape[-2:], dtype=dtype.as_numpy_dtype), shape)


def linspace(start: Array, stop: Array, count: int, axis: int) -> Array:
    start, stop = np.expand_dims(start + 0 * stop, axis), np.expand_dims(stop + 0 * start, axis)
    if count < 2:
        return start if count else start[(slice(None),) * axis + (slice(0, 0),)]
    shape = [1] * start.ndim
    shape[axis] = count - 2
    steps = numpy.arange(1, count - 1).astype(start.dtype).reshape(shape)
    return np.concatenate([start, start + (stop - start) / (count - 1) * steps, stop], axis)


def one_hot(indices: Array, on: Array, off: Array, depth: int, axis: int) -> Array:
    shape = [1] * (indices.ndim + 1)
    shape[axis] = depth
    return where(np.expand_dims(indices, axis) == numpy.arange(depth).reshape(shape), on, off)


def sequence_mask(lengths: Array, size: int) -> Array:
    return numpy.arange(size) < lengths[..., None]
