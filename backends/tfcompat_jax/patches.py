"""Kernels that look at patches of images: morphology, maxima with their places, the patches."""

from __future__ import annotations

from itertools import product
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array

Ints = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]


def _counts(sizes: Ints, window: Ints, strides: Ints, padding: Pairs, dilations: Ints) -> Ints:
    return tuple(
        [
            (n + low + high - (k - 1) * d - 1) // s + 1
            for n, k, s, (low, high), d in zip(
                sizes, window, strides, padding, dilations, strict=True
            )
        ]
    )


def _slices(at: Ints, counts: Ints, strides: Ints, dilations: Ints) -> tuple[slice, ...]:
    return tuple(
        [
            slice(i * d, i * d + (n - 1) * s + 1 if n else i * d, s)
            for i, d, n, s in zip(at, dilations, counts, strides, strict=True)
        ]
    )


def _padded(x: Any, padding: Pairs) -> Array:
    return jnp.pad(x, ((0, 0), *padding, (0, 0)))


def dilation2d(x: Array, w: Array, strides: Ints, padding: Pairs, dilations: Ints) -> Array:
    about = jnp.finfo(x.dtype) if jnp.issubdtype(x.dtype, jnp.floating) else jnp.iinfo(x.dtype)
    sizes, window = x.shape[1:3], w.shape[:2]
    counts = _counts(sizes, window, strides, padding, dilations)
    inside = np.pad(np.ones((1, *sizes, 1), bool), ((0, 0), *padding, (0, 0)))
    x = _padded(x, padding)
    best = jnp.full((x.shape[0], *counts, x.shape[3]), about.min, x.dtype)
    for at in product(*[range(k) for k in window]):
        part = (slice(None), *_slices(at, counts, strides, dilations))
        value = x[part] + w[at]
        # Of equal ones the first counts, and NaN never does.
        best = jnp.where((value > best) & inside[part], value, best)
    return best


def max_pool_with_argmax(
    x: Array, window: Ints, strides: Ints, padding: Pairs, batch: bool
) -> tuple[Array, Array]:
    n, height, width, depth = x.shape
    ones = (1, 1)
    counts = _counts((height, width), window, strides, padding, ones)
    inside = np.pad(np.ones((1, height, width, 1), bool), ((0, 0), *padding, (0, 0)))
    numbers = np.arange(height * width).reshape(1, height, width, 1)
    numbers = np.pad(numbers, ((0, 0), *padding, (0, 0)))
    x = _padded(x, padding)
    shape = (n, *counts, depth)
    best = jnp.zeros(shape, x.dtype)
    place: Any = jnp.zeros(shape, jnp.int64)
    free = jnp.ones((1, *counts, 1), bool)
    for at in product(*[range(k) for k in window]):
        part = (slice(None), *_slices(at, counts, strides, ones))
        value = x[part]
        better = (free | (value > best)) & inside[part]
        best = jnp.where(better, value, best)
        place = jnp.where(better, numbers[part], place)
        free = free & ~inside[part]
    flat = place * depth + jnp.arange(depth)
    if batch:
        flat = flat + (jnp.arange(n) * (height * width * depth))[:, None, None, None]
    return best, flat


def extract_patches(
    x: Array, window: Ints, strides: Ints, padding: Pairs, dilations: Ints
) -> Array:
    counts = _counts(x.shape[1:-1], window, strides, padding, dilations)
    x = _padded(x, padding)
    parts = [
        x[(slice(None), *_slices(at, counts, strides, dilations))]
        for at in product(*[range(k) for k in window])
    ]
    return jnp.concatenate(parts, -1)
