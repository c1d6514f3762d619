"""Kernels that compute images out of images."""

from __future__ import annotations

from functools import partial, reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from .convolution import avg_pool
from .storing import stored


def _between(x: Array, size: int, axis: int) -> Array:
    have = x.shape[axis]
    if have == size:
        return x
    scale = np.float32(have) / np.float32(size)
    at = (np.arange(size, dtype=np.float32) + np.float32(0.5)) * scale - np.float32(0.5)
    floor = np.floor(at)
    low = np.maximum(floor, 0).astype(np.int32)
    high = np.minimum(floor + 1, have - 1).astype(np.int32)
    part = (at - floor).reshape([size if n == axis else 1 for n in range(4)])
    first = jnp.take(x, low, axis)
    return first + (jnp.take(x, high, axis) - first) * part


def resize_bilinear(x: Array, size: tuple[int, int]) -> Array:
    if size[0] * 2 == x.shape[1] and size[1] * 2 == x.shape[2]:
        # The means of fours.
        return avg_pool(x, (2, 2), (2, 2), ((0, 0), (0, 0)), (1, 1), False)
    return _between(_between(x, size[1], 2), size[0], 1)


# More neighbours than this are multiplied as a whole.
_FEW = 8


@partial(jax.custom_jvp, nondiff_argnums=(3,))
def resample(x: Array, rows: Array, weights: Array, axis: int) -> Array:
    if rows.shape[1] > _FEW:
        return _product(x, rows, weights, axis)
    shape = [rows.shape[0] if n == axis else 1 for n in range(4)]
    terms = [
        jnp.take(x, rows[:, k], axis, mode="clip") * weights[:, k].reshape(shape)
        for k in range(rows.shape[1])
    ]
    # The other axis' neighbours would compute each of them anew.
    return stored(reduce(lax.add, terms))


def _product(x: Array, rows: Array, weights: Array, axis: int) -> Array:
    picked = jnp.take(x, rows, axis, mode="clip")
    how = "bokwc,ok->bowc" if axis == 1 else "bhokc,ok->bhoc"
    return jnp.einsum(how, picked, weights, precision=lax.Precision.HIGHEST)


# Of the sum the derivative would be a scatter for each neighbour.
@resample.defjvp
def _resample_tangent(axis: int, primals: Any, tangents: Any) -> Any:
    _, moved = jax.jvp(partial(_product, axis=axis), primals, tangents)
    return resample(*primals, axis), moved


def _places(low: Array, high: Array, size: int, count: int) -> Array:
    if count == 1:
        return ((low + high) * np.float32(0.5 * (size - 1)))[:, None]
    step = (high - low) * np.float32(size - 1) / np.float32(count - 1)
    return low[:, None] * np.float32(size - 1) + np.arange(count, dtype=np.float32) * step[:, None]


def _rounded(x: Array) -> Array:
    # Halves away from zero; adding a half first would round the float just below it up.
    low = jnp.floor(x)
    return low + (x - low >= 0.5)


def crop_and_resize(
    x: Array, boxes: Array, which: Array, size: tuple[int, int], nearest: bool, outside: float
) -> Array:
    height, width, depth = x.shape[1:]
    y = _places(boxes[:, 0], boxes[:, 2], height, size[0])[:, :, None]
    z = _places(boxes[:, 1], boxes[:, 3], width, size[1])[:, None, :]
    inside = ((y >= 0) & (y <= height - 1) & (z >= 0) & (z <= width - 1))[..., None]
    pixels = x.reshape(-1, depth)
    start = (which * height)[:, None, None]

    def at(row: Array, column: Array) -> Array:
        row = jnp.clip(jnp.nan_to_num(row), 0, height - 1).astype(np.int32)
        column = jnp.clip(jnp.nan_to_num(column), 0, width - 1).astype(np.int32)
        return pixels[(start + row) * width + column]

    fixed_y, fixed_z = lax.stop_gradient(y), lax.stop_gradient(z)
    if nearest:
        found = at(_rounded(fixed_y), _rounded(fixed_z))
    else:
        top, left = jnp.floor(fixed_y), jnp.floor(fixed_z)
        bottom, right = jnp.ceil(fixed_y), jnp.ceil(fixed_z)
        down, across = (y - top)[..., None], (z - left)[..., None]
        upper_left, lower_left = at(top, left), at(bottom, left)
        upper = upper_left + (at(top, right) - upper_left) * across
        lower = lower_left + (at(bottom, right) - lower_left) * across
        found = upper + (lower - upper) * down
    return jnp.where(inside, found, np.float32(outside))


def extract_patches(
    x: Array,
    counts: tuple[int, int],
    window: tuple[int, int],
    strides: tuple[int, int],
    rates: tuple[int, int],
) -> Array:
    rows, columns = [
        np.arange(counts[n])[:, None] * strides[n] + np.arange(window[n]) * rates[n] for n in (0, 1)
    ]
    found = x[:, rows][:, :, :, columns]  # batch, row, row in the patch, column, ...
    found = found.transpose(0, 1, 3, 2, 4, 5)
    return found.reshape(x.shape[0], *counts, window[0] * window[1] * x.shape[3])
