"""Convolutions whose windows are larger than the image, as products of matrices.

XLA's CPU takes ten to a thousand times as long for these as for other convolutions. They are the
last layers of an encoder and the first of a generator, where images are one to four pixels wide.
"""

from __future__ import annotations

import math
from functools import reduce

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from .taps import Ints, Pairs, elements

# So many elements may lie between the product and what is read or written: 256 MiB of float32.
_MOST = 2**26


def is_beyond(x: Array, w: Array, padding: Pairs, dilations: Ints) -> bool:
    """Whether windows of `w` are larger than the images `x`, channels last, on a CPU.

    Where memory holds a window for each place, and in a precision for sums.
    """
    if w.dtype.itemsize <= 2 or jax.default_backend() != "cpu":
        return False
    sizes = x.shape[1:-1]
    if all([(k - 1) * d < n for n, k, d in zip(sizes, w.shape, dilations, strict=False)]):
        return False
    places = math.prod([n + sum(pair) for n, pair in zip(sizes, padding, strict=True)])
    return len(x) * places * math.prod(w.shape[:-1]) <= _MOST


def by_patches(x: Array, w: Array, strides: Ints, padding: Pairs, dilations: Ints) -> Array:
    """A row for each window, by a column for each filter."""
    edges = ((0, 0, 0), *[(*pair, 0) for pair in padding], (0, 0, 0))
    x = lax.pad(x, np.zeros((), x.dtype), edges)
    window = w.shape[:-2]
    parts = elements(x, window, strides, dilations, False)
    return jnp.dot(jnp.concatenate(parts, -1), w.reshape(math.prod(w.shape[:-1]), w.shape[-1]))


def transposed_by_patches(x: Array, w: Array, strides: Ints, padding: Pairs, sizes: Ints) -> Array:
    """What every pixel gives to its window, by one product, and the sums where windows overlap.

    The window is cut into blocks as large as the strides. A block of one pixel lies exactly on a
    block of its neighbour, so whole blocks are added, each a pixel further.
    """
    rank = len(strides)
    *window, out, inner = w.shape
    blocks = [-(-k // s) for k, s in zip(window, strides, strict=True)]
    zero = np.zeros((), x.dtype)
    rest = [(0, b * s - k, 0) for b, s, k in zip(blocks, strides, window, strict=True)]
    w = lax.pad(w, zero, (*rest, (0, 0, 0), (0, 0, 0)))
    w = w.reshape(*[n for pair in zip(blocks, strides, strict=True) for n in pair], out, inner)
    order = [*range(0, 2 * rank, 2), *range(1, 2 * rank, 2), 2 * rank, 2 * rank + 1]
    found = lax.dot_general(
        x, w.transpose(order).reshape(-1, inner), (((rank + 1,), (1,)), ((), ()))
    )
    found = found.reshape(*x.shape[:-1], *blocks, math.prod(strides) * out)
    for axis, count in enumerate(blocks, 1):
        found = reduce(lax.add, [_moved(found, axis, rank + 1, at) for at in range(count)])
    whole = [n * s for n, s in zip(found.shape[1:-1], strides, strict=True)]
    found = found.reshape(*found.shape[:-1], *strides, out)
    order = [n for axis in range(rank) for n in (1 + axis, 1 + rank + axis)]
    found = found.transpose(0, *order, 2 * rank + 1).reshape(x.shape[0], *whole, out)
    cut = [(-low, n + low - m, 0) for m, n, (low, _) in zip(whole, sizes, padding, strict=True)]
    return lax.pad(found, zero, ((0, 0, 0), *cut, (0, 0, 0)))


def _moved(blocks: Array, axis: int, among: int, at: int) -> Array:
    """One block of every pixel, of those along the axis `among`, where it belongs along `axis`."""
    count = blocks.shape[among]
    edges = [(0, 0, 0)] * (blocks.ndim - 1)
    edges[axis] = (at, count - 1 - at, 0)
    part = lax.index_in_dim(blocks, at, among, keepdims=False)
    return lax.pad(part, np.zeros((), blocks.dtype), edges)
