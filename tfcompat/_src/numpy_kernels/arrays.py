"""What makes, moves, joins and looks up elements as they are."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.dtypes import DType

from .table import ANY, FLOATS, INTEGERS, REAL, Array, NotHere, add

Shape = tuple[int, ...]
Item = int | tuple[int, int, int] | None


def identity(x: Array) -> Array:
    return x


def reverse(x: Array, axes: Shape) -> Array:
    return x[tuple([slice(None, None, -1 if i in axes else 1) for i in range(x.ndim)])]


def roll(x: Array, shift: Any, axis: Any) -> Any:
    if not isinstance(axis, int) or not isinstance(shift, int) or not x.size:
        return np.roll(x, shift, axis)
    whole = (slice(None),) * (axis % x.ndim)
    cut = -shift % x.shape[axis]
    parts = (x[(*whole, slice(cut, None))], x[(*whole, slice(cut))])
    return np.concatenate(parts, axis)


def expand_dims(x: Array, axis: int) -> Array:
    return x.reshape((*x.shape[:axis], 1, *x.shape[axis:]))


def broadcast_to(x: Array, shape: Shape) -> Array:
    found = np.empty(shape, x.dtype)
    found[...] = x
    return found


def tile(x: Array, multiples: Shape) -> Array:
    if len(multiples) != x.ndim:
        return np.tile(x, multiples)
    pairs = list(zip(multiples, x.shape, strict=True))
    found = np.empty([n for pair in pairs for n in pair], x.dtype)
    found[...] = x.reshape([n for _, size in pairs for n in (1, size)])
    return found.reshape([times * size for times, size in pairs])


def pad(x: Array, value: Array, paddings: tuple[tuple[int, int], ...]) -> Array:
    if any([min(pair) < 0 for pair in paddings]):
        raise NotHere
    pairs = list(zip(x.shape, paddings, strict=True))
    found = np.empty([before + n + after for n, (before, after) in pairs], x.dtype)
    found[...] = value
    found[tuple([slice(before, before + n) for n, (before, _) in pairs])] = x
    return found


def mirror_pad(x: Array, paddings: tuple[tuple[int, int], ...], offset: int) -> Any:
    # offset 1 leaves the edge out (REFLECT), 0 repeats it (SYMMETRIC).
    for axis, (before, after) in enumerate(paddings):
        if before or after:
            size = x.shape[axis]
            where = np.arange(-before, size + after)
            where = np.where(where < 0, offset - 1 - where, where)
            where = np.where(where >= size, 2 * size - 1 - offset - where, where)
            x = np.take(x, where, axis)
    return x


def rearrange(x: Array, parts: Shape, order: Shape, shape: Shape) -> Array:
    return x.reshape(parts).transpose(order).reshape(shape)


def matrix_transpose(x: Array, how: int) -> Array:
    return np.swapaxes(x, -1, -2) if how else x


# ---------------------------------------------------------------------------------------- making
def _native(dtype: DType) -> Any:
    return np.dtype(dtype.as_numpy_dtype)


def _here(device: Any) -> None:
    if device is not None:
        raise NotHere


def zeros(shape: Shape, dtype: DType, device: Any) -> Array:
    _here(device)
    return np.zeros(shape, _native(dtype))


def ones(shape: Shape, dtype: DType, device: Any) -> Array:
    _here(device)
    return np.ones(shape, _native(dtype))


def eye(shape: Shape, dtype: DType, device: Any) -> Array:
    _here(device)
    return broadcast_to(np.eye(shape[-2], shape[-1], dtype=_native(dtype)), shape)


def fill(value: Array, shape: Shape) -> Array:
    return broadcast_to(value, shape)


def one_hot(indices: Array, on: Array, off: Array, depth: int, axis: int) -> Any:
    shape = [1] * (indices.ndim + 1)
    shape[axis] = depth
    classes = np.arange(depth).reshape(shape)
    return np.where(np.expand_dims(indices, axis) == classes, on, off)


def sequence_mask(lengths: Array, size: int) -> Any:
    return np.arange(size) < lengths[..., None]


# ------------------------------------------------------------------------------- joining, parting
def concat(*args: Any) -> Array:
    return np.concatenate(args[:-1], args[-1])


def stack(*args: Any) -> Array:
    *arrays, axis = args
    return np.concatenate([expand_dims(x, axis) for x in arrays], axis)


def unstack(x: Array, axis: int) -> tuple[Array, ...]:
    whole: tuple[Any, ...] = (slice(None),) * axis
    # With the dots a number is an array without axes.
    return tuple([x[(*whole, i, ...)] for i in range(x.shape[axis])])


def split(x: Array, sizes: Shape, axis: int) -> tuple[Array, ...]:
    whole = (slice(None),) * axis
    found, start = [], 0
    for size in sizes:
        found.append(x[(*whole, slice(start, start + size))])
        start += size
    return tuple(found)


def select(x: Array, index: int) -> Array:
    return x[index, ...]


def strided_slice(x: Array, items: tuple[Item, ...]) -> Array:
    key: list[Any] = []
    for item in items:
        if isinstance(item, tuple):
            first, count, step = item
            stop = first + count * step
            key.append(slice(first, None if stop < 0 else stop, step) if count else slice(0, 0))
        else:
            key.append(item)
    return x[(*key, ...)]


# ------------------------------------------------------------------------------------- looking up
def _checked(indices: Array) -> Array:
    """Indices of which none counts from the end."""
    if indices.size and np.minimum.reduce(indices, axis=None) < 0:
        raise NotHere
    return indices


def gather(params: Array, indices: Array, axis: int, batch_dims: int) -> Any:
    if batch_dims:
        if batch_dims != 1 or axis != 1 or params.ndim != 2 or indices.ndim != 2:
            raise NotHere
        return np.take_along_axis(params, _checked(indices), 1)
    return np.take(params, _checked(indices), axis)


def gather_nd(params: Array, indices: Array) -> Any:
    if not indices.shape[-1]:
        raise NotHere
    _checked(indices)
    return params[tuple([indices[..., i] for i in range(indices.shape[-1])])]


def searchsorted(sequence: Array, values: Array, right: bool) -> Array:
    side: Any = "right" if right else "left"
    if sequence.ndim == 1:
        found = np.searchsorted(sequence, values, side).astype(np.int32)
    else:
        rows = zip(
            sequence.reshape(-1, sequence.shape[-1]),
            values.reshape(-1, values.shape[-1]),
            strict=True,
        )
        each = [np.searchsorted(s, v, side) for s, v in rows]
        found = np.array(each, np.int32).reshape(values.shape)
    # Nothing is smaller than NaN, so that it comes first of all.
    return found if right or values.dtype.kind != "f" else np.where(values != values, 0, found)


# ---------------------------------------------------------------------------------------- writing
def _rows(indices: Array, shape: Shape) -> tuple[Array, ...]:
    _checked(indices)
    return tuple([indices[..., i] for i in range(indices.shape[-1])])


def tensor_scatter_nd_update(x: Array, indices: Array, updates: Array) -> Array:
    where = _rows(indices, x.shape)
    found = x.copy()
    found[where] = updates
    return found


def tensor_scatter_nd_add(x: Array, indices: Array, updates: Array) -> Array:
    where = _rows(indices, x.shape)
    found = x.copy()
    np.add.at(found, where, updates)
    return found


def tensor_scatter_nd_sub(x: Array, indices: Array, updates: Array) -> Array:
    where = _rows(indices, x.shape)
    found = x.copy()
    np.subtract.at(found, where, updates)
    return found


def scatter_nd(indices: Array, updates: Array, shape: Shape) -> Array:
    return tensor_scatter_nd_add(np.zeros(shape, updates.dtype), indices, updates)


add(
    "array",
    {
        "identity": identity,
        "reshape": np.reshape,
        "transpose": np.transpose,
        "reverse": reverse,
        "roll": roll,
        "expand_dims": expand_dims,
        "mirror_pad": mirror_pad,
        "rearrange": rearrange,
    },
    ANY,
)
add(
    "array",
    {
        "tile": tile,
        "broadcast_to": broadcast_to,
        "repeat": np.repeat,
        "pad": pad,
    },
    ANY,
    grows=True,
)
add(
    "creation",
    {"zeros": zeros, "ones": ones, "eye": eye, "fill": fill, "one_hot": one_hot},
    ANY,
    grows=True,
)
add("creation", {"sequence_mask": sequence_mask}, INTEGERS, grows=True)
add("creation", {"zeros_like": np.zeros_like, "ones_like": np.ones_like}, ANY)
add("joining", {"concat": concat, "stack": stack, "unstack": unstack, "split": split}, ANY)
add("selection", {"select": select, "strided_slice": strided_slice}, ANY)
add("selection", {"gather": gather, "gather_nd": gather_nd}, ANY, grows=True)
add("selection", {"searchsorted": searchsorted}, REAL)
add("scatter", {"tensor_scatter_nd_update": tensor_scatter_nd_update}, ANY)
add(
    "scatter",
    {
        "tensor_scatter_nd_add": tensor_scatter_nd_add,
        "tensor_scatter_nd_sub": tensor_scatter_nd_sub,
    },
    REAL,
)
add("scatter", {"scatter_nd": scatter_nd}, REAL, grows=True)
add("linalg", {"matrix_transpose": matrix_transpose}, FLOATS | INTEGERS)
