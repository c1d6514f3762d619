"""Transforms of short signals, and what is made of the neighbours of an element in small images."""

from __future__ import annotations

import functools
import importlib
import math
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from tfcompat._src import dtypes

from .table import FLOATS, Array, Kernel, NotHere, add

Ints = tuple[int, ...]


@functools.cache
def _transform(name: str) -> Kernel:
    """A function of scipy.fft, which takes half the time of NumPy's."""
    return getattr(importlib.import_module("scipy.fft"), name)


def _along(name: str, x: Array, sizes: Ints | None, axes: Ints) -> Any:
    if len(axes) != 1:
        return _transform(name + "n")(x, sizes, axes)
    return _transform(name)(x, None if sizes is None else sizes[0], axes[0])


def fft(x: Array, sizes: Ints | None, axes: Ints) -> Any:
    return _along("fft", x, sizes, axes)


def ifft(x: Array, sizes: Ints | None, axes: Ints) -> Any:
    return _along("ifft", x, sizes, axes)


def rfft(x: Array, sizes: Ints | None, axes: Ints) -> Any:
    return _along("rfft", x, sizes, axes)


def irfft(x: Array, sizes: Ints | None, axes: Ints) -> Any:
    return _along("irfft", x, sizes, axes)


# Multiplications of a convolution: of more, XLA is faster than the copies that are made here.
_MOST = 1 << 17
_DEEPEST = 64  # channels of which a product adds up the neighbours


def convolution(
    x: Array,
    w: Array,
    strides: Ints,
    padding: tuple[tuple[int, int], ...],
    dilations: Ints,
    first: bool,
    groups: int,
) -> Array:
    if first or groups != 1:
        raise NotHere
    rank = len(strides)
    window = w.shape[:rank]
    if any([pair != (0, 0) for pair in padding]):
        sizes = [
            n + before + after for n, (before, after) in zip(x.shape[1:], padding, strict=False)
        ]
        wide = np.zeros((x.shape[0], *sizes, x.shape[-1]), x.dtype)
        inner = zip(x.shape[1:], padding, strict=False)
        wide[(slice(None), *[slice(low, low + n) for n, (low, _) in inner])] = x
        x = wide
    counts = [
        (n - (k - 1) * d - 1) // s + 1
        for n, k, d, s in zip(x.shape[1:], window, dilations, strides, strict=False)
    ]
    rows = x.shape[0] * math.prod(counts)
    if min(counts) < 1 or rows * w.size > _MOST:
        raise NotHere
    steps = x.strides[1:-1]
    seen = as_strided(
        x,
        (x.shape[0], *counts, *window, x.shape[-1]),
        (
            x.strides[0],
            *[by * s for by, s in zip(steps, strides, strict=True)],
            *[by * d for by, d in zip(steps, dilations, strict=True)],
            x.strides[-1],
        ),
    )
    found = np.matmul(seen.reshape(rows, -1), w.reshape(-1, w.shape[-1]))
    return found.reshape(x.shape[0], *counts, w.shape[-1])


def resample(x: Array, rows: Array, weights: Array, axis: int) -> Any:
    found = x.take(rows.T, axis)
    found *= weights.T.reshape(*rows.T.shape, *[1] * (x.ndim - 1 - axis))
    return np.add.reduce(found, axis)


@functools.cache
def _neighbours(size: int, radius: int, native: Any) -> Array:
    """A matrix of ones near its diagonal."""
    return np.tri(size, k=radius, dtype=native) - np.tri(size, k=-radius - 1, dtype=native)


def local_response_normalization(
    x: Array, radius: int, bias: float, alpha: float, beta: float
) -> Any:
    depth = x.shape[-1]
    if depth > _DEEPEST:
        raise NotHere
    sums = np.square(x).reshape(-1, depth).dot(_neighbours(depth, radius, x.dtype))
    if not np.isfinite(np.add.reduce(sums, None)):
        # What is not finite has reached further than its neighbours.
        raise NotHere
    kind = x.dtype.type
    sums *= kind(alpha)
    sums += kind(bias)
    # The usual exponent by itself, because powers are slow.
    scale = np.sqrt(sums, sums) if beta == 0.5 else np.power(sums, kind(beta), sums)
    return x / scale.reshape(x.shape)


_COMPLEX = frozenset([dtypes.complex64, dtypes.complex128])
add("fourier", {"fft": fft, "ifft": ifft, "irfft": irfft}, _COMPLEX, 1 << 10, grows=True)
add("fourier", {"rfft": rfft}, FLOATS, 1 << 10, grows=True)
add("convolution", {"convolution": convolution}, FLOATS, grows=True)
add("image", {"resample": resample}, [dtypes.float32, dtypes.int64])
add("nn", {"local_response_normalization": local_response_normalization}, FLOATS)
