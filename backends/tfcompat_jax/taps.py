"""Convolutions as sums of products with whole slices, a slice for each tap of the filter."""

from __future__ import annotations

import math
from functools import reduce
from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from .storing import stored

Ints = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]

# So many slices of what is not stored are computed again, each, and are still cheaper so.
CHEAP = 9

# Of a filter for each channel XLA's CPU computes one element after the other, a hundred times
# slower than products of whole images; more taps than these make long programs.
MOST_TAPS = 64
# So many taps are few, where XLA's own way is the other one.
FEW_TAPS = 32


def by_taps(
    x: Array, w: Array, strides: Ints, padding: Pairs, dilations: Ints, first: bool
) -> Array:
    window, channels = w.shape[:-2], x.shape[1 if first else -1]
    edges = spread(tuple([(*pair, 0) for pair in padding]), first, (0, 0, 0))
    x = lax.pad(x, np.zeros((), x.dtype), edges)
    if math.prod(window) > CHEAP:
        x = stored(x)
    if not first and strides[-1] == 1 and channels == w.shape[-1] < WIDE:
        return _by_long_rows(x, w, strides, dilations)
    behind = (1,) * len(strides) if first else ()
    filters = w.reshape((-1, channels, w.shape[-1] // channels, *behind))
    terms = [
        jnp.expand_dims(part, 2 if first else -1) * taps
        for part, taps in zip(elements(x, window, strides, dilations, first), filters, strict=True)
    ]
    found = reduce(lax.add, terms)
    outer = found.shape[1:-2] if not first else found.shape[3:]
    return found.reshape((x.shape[0], *_spread_channels(outer, w.shape[-1], first)))


# Of one channel and few results XLA's own convolution is up to nine times slower than this.
FEW_PRODUCTS = 600


def of_one_channel(x: Array, w: Array, padding: Pairs) -> Array:
    """Results by channels, so that rows of pixels are next to each other, and then turned."""
    x = lax.reshape(x, (x.shape[0], 1, *x.shape[1:3]))
    edges = [(0, 0, 0), (0, 0, 0), *[(*pair, 0) for pair in padding]]
    parts = elements(lax.pad(x, np.zeros((), x.dtype), edges), w.shape[:2], (1, 1), (1, 1), True)
    taps = w.reshape(math.prod(w.shape[:2]), w.shape[-1], 1, 1)
    terms = [part * tap for part, tap in zip(parts, taps, strict=True)]
    # Of a longer sum XLA does not store the end, but computes it in the order of its reader.
    found = stored(reduce(lax.add, terms[:CHEAP]))
    for begin in range(CHEAP, len(terms), CHEAP):
        found = stored(reduce(lax.add, terms[begin : begin + CHEAP], found))
    return jnp.moveaxis(found, 1, -1)


# So many channels fill the processor's vectors.
WIDE = 16


def _by_long_rows(x: Array, w: Array, strides: Ints, dilations: Ints) -> Array:
    """Of few channels: a row's pixels with all their channels are one axis."""
    *window, _, channels = w.shape
    width = x.shape[-2] - (window[-1] - 1) * dilations[-1]
    rows = x.reshape(*x.shape[:-2], x.shape[-2] * x.shape[-1])
    terms = []
    for column in range(window[-1]):
        begin = column * dilations[-1] * channels
        part = lax.slice_in_dim(rows, begin, begin + max(width, 0) * channels, axis=-1)
        taps = jnp.tile(w[..., column, 0, :].reshape(-1, channels), (1, max(width, 0)))
        shifted = elements(part, tuple(window[:-1]), strides[:-1], dilations[:-1], False)
        terms += [there * tap for there, tap in zip(shifted, taps, strict=True)]
    found = reduce(lax.add, terms)
    if len(terms) > CHEAP:
        # What reads it would compute it anew, pixel by pixel.
        found = stored(found)
    return found.reshape(*found.shape[:-1], found.shape[-1] // channels, channels)


def _spread_channels(spatial: Ints, channels: int, first: bool) -> Ints:
    return (channels, *spatial) if first else (*spatial, channels)


def spread(spatial: tuple[Any, ...], first: bool, one: Any) -> tuple[Any, ...]:
    return (one, one, *spatial) if first else (one, *spatial, one)


def elements(x: Array, window: Ints, strides: Ints, dilations: Ints, first: bool) -> list[Array]:
    """The first element of every window, the second, ..."""
    sizes = x.shape[2:] if first else x.shape[1:-1]
    reach = [(k - 1) * d for k, d in zip(window, dilations, strict=True)]
    found = []
    for at in np.ndindex(*window):
        begin = [i * d for i, d in zip(at, dilations, strict=True)]
        pieces = [
            slice(b, max(n - r, 0) + b, s)
            for b, n, r, s in zip(begin, sizes, reach, strides, strict=True)
        ]
        found.append(x[spread(tuple(pieces), first, slice(None))])
    return found
