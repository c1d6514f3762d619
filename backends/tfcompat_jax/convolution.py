"""Kernels for convolutions and pooling."""

from __future__ import annotations

import math
from functools import partial, reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from .storing import stored

Ints = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]


def _layout(rank: int, first: bool, filters: str) -> tuple[str, str, str]:
    axes = "DHW"[3 - rank :]
    data = f"NC{axes}" if first else f"N{axes}C"
    return data, f"{axes}{filters}", data


def convolution(
    x: Array,
    w: Array,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
    groups: int,
) -> Array:
    by_channel = groups == x.shape[1 if first else -1] and (groups > 1 or w.shape[-1] == 1)
    if by_channel and x.dtype.itemsize > 2 and math.prod(w.shape[:-2]) <= _FEW_TAPS:
        if jax.default_backend() == "cpu":
            return _by_taps(x, w, strides, padding, dilations, first)
    if len(strides) == 3 and not first and groups == 1 and jax.default_backend() == "cpu":
        return _by_planes(x, w, strides, padding, dilations)
    if is_of_one_channel(x, w) and is_plain(x, strides, dilations, first, groups):
        return _of_one_channel(x, w, padding)
    return by_library(x, w, strides, padding, dilations, first, groups)


def is_of_one_channel(x: Array, w: Array) -> bool:
    """Whether there is one channel, and so little to compute that it is done tap by tap."""
    taps = math.prod(w.shape[:-2])
    return x.shape[-1] == 1 and taps <= _FEW_TAPS and taps * w.shape[-1] <= _FEW_PRODUCTS


def is_plain(x: Array, strides: Ints, dilations: Ints, first: bool, groups: int) -> bool:
    """Whether pictures are filtered pixel by pixel, on a CPU, in a precision for sums."""
    usual = x.ndim == 4 and not first and groups == 1 and x.dtype.itemsize > 2
    return usual and {*strides, *dilations} == {1} and jax.default_backend() == "cpu"


def by_library(
    x: Array,
    w: Array,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
    groups: int,
) -> Array:
    """XLA's convolution."""
    return lax.conv_general_dilated(
        x,
        w,
        strides,
        padding,
        rhs_dilation=dilations,
        dimension_numbers=_layout(len(strides), first, "IO"),
        feature_group_count=groups,
    )


def _by_planes(x: Array, w: Array, strides: Ints, padding: Pairs, dilations: Ints) -> Array:
    """Of volumes: the sum of what the filter's planes give, each on pictures.

    For pictures XLA's CPU has a convolution that is five times as fast.
    """
    x = lax.pad(x, np.zeros((), x.dtype), ((0, 0, 0), (*padding[0], 0), *[(0, 0, 0)] * 3))
    terms = []
    count = (x.shape[1] - (w.shape[0] - 1) * dilations[0] - 1) // strides[0] + 1
    for plane in range(w.shape[0]):
        begin = plane * dilations[0]
        end = begin + (count - 1) * strides[0] + 1
        part = lax.slice_in_dim(x, begin, end, strides[0], axis=1) if count > 0 else x[:, :0]
        pictures = part.reshape(-1, *part.shape[2:])
        found = convolution(pictures, w[plane], strides[1:], padding[1:], dilations[1:], False, 1)
        terms.append(found.reshape(*part.shape[:2], *found.shape[1:]))
    return reduce(lax.add, terms)


# So many slices of what is not stored are computed again, each, and are still cheaper so.
_CHEAP = 9

# Of a filter for each channel XLA's CPU computes one element after the other, a hundred times
# slower than products of whole images; more taps than these make long programs.
_FEW_TAPS = 32


def _by_taps(
    x: Array, w: Array, strides: Ints, padding: Pairs, dilations: Ints, first: bool
) -> Array:
    window, channels = w.shape[:-2], x.shape[1 if first else -1]
    edges = _spread(tuple([(*pair, 0) for pair in padding]), first, (0, 0, 0))
    x = lax.pad(x, np.zeros((), x.dtype), edges)
    if math.prod(window) > _CHEAP:
        x = stored(x)
    if not first and strides[-1] == 1 and channels == w.shape[-1] < _WIDE:
        return _by_long_rows(x, w, strides, dilations)
    behind = (1,) * len(strides) if first else ()
    filters = w.reshape((-1, channels, w.shape[-1] // channels, *behind))
    terms = [
        jnp.expand_dims(part, 2 if first else -1) * taps
        for part, taps in zip(_elements(x, window, strides, dilations, first), filters, strict=True)
    ]
    found = reduce(lax.add, terms)
    outer = found.shape[1:-2] if not first else found.shape[3:]
    return found.reshape((x.shape[0], *_spread_channels(outer, w.shape[-1], first)))


# Of one channel and few results XLA's own convolution is up to nine times slower than this.
_FEW_PRODUCTS = 600


def _of_one_channel(x: Array, w: Array, padding: Pairs) -> Array:
    """Results by channels, so that rows of pixels are next to each other, and then turned."""
    x = lax.reshape(x, (x.shape[0], 1, *x.shape[1:3]))
    edges = [(0, 0, 0), (0, 0, 0), *[(*pair, 0) for pair in padding]]
    parts = _elements(lax.pad(x, np.zeros((), x.dtype), edges), w.shape[:2], (1, 1), (1, 1), True)
    taps = w.reshape(-1, w.shape[-1], 1, 1)
    terms = [part * tap for part, tap in zip(parts, taps, strict=True)]
    # Of a longer sum XLA does not store the end, but computes it in the order of its reader.
    found = stored(reduce(lax.add, terms[:_CHEAP]))
    for begin in range(_CHEAP, len(terms), _CHEAP):
        found = stored(reduce(lax.add, terms[begin : begin + _CHEAP], found))
    return jnp.moveaxis(found, 1, -1)


# So many channels fill the processor's vectors.
_WIDE = 16


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
        shifted = _elements(part, tuple(window[:-1]), strides[:-1], dilations[:-1], False)
        terms += [there * tap for there, tap in zip(shifted, taps, strict=True)]
    found = reduce(lax.add, terms)
    if len(terms) > _CHEAP:
        # What reads it would compute it anew, pixel by pixel.
        found = stored(found)
    return found.reshape(*found.shape[:-1], found.shape[-1] // channels, channels)


def _spread_channels(spatial: Ints, channels: int, first: bool) -> Ints:
    return (channels, *spatial) if first else (*spatial, channels)


def conv_transpose(
    x: Array,
    w: Array,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
    sizes: Ints,
) -> Array:
    rank = len(strides)
    have = x.shape[2:] if first else x.shape[1:-1]
    pairs = []
    for n, size, k, s, d, (low, _) in zip(
        have, sizes, w.shape[:rank], strides, dilations, padding, strict=True
    ):
        reach = (k - 1) * d
        pairs.append((reach - low, size + low - (n - 1) * s - 1))
    return lax.conv_general_dilated(
        x,
        jnp.flip(w, tuple(range(rank))),
        (1,) * rank,
        pairs,
        lhs_dilation=strides,
        rhs_dilation=dilations,
        dimension_numbers=_layout(rank, first, "OI"),
    )


def _spread(spatial: tuple[Any, ...], first: bool, one: Any) -> tuple[Any, ...]:
    return (one, one, *spatial) if first else (one, *spatial, one)


def _reduced(
    x: Array,
    start: Any,
    reducer: Any,
    window: Ints,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
) -> Array:
    if sum(window) <= _FEW_TAPS and jax.default_backend() == "cpu":
        return _by_axes(x, start, reducer, window, strides, padding, dilations, first)
    return lax.reduce_window(
        x,
        start,
        reducer,
        _spread(window, first, 1),
        _spread(strides, first, 1),
        _spread(padding, first, (0, 0)),
        window_dilation=_spread(dilations, first, 1),
    )


def _by_axes(
    x: Array,
    start: Any,
    reducer: Any,
    window: Ints,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
) -> Array:
    """Windows along one axis after the other: whole slices, where XLA's CPU goes by elements."""
    x = lax.pad(x, start, _spread(tuple([(*pair, 0) for pair in padding]), first, (0, 0, 0)))
    for axis, (k, s, d) in enumerate(zip(window, strides, dilations, strict=True)):
        at = axis + (2 if first else 1)
        last = x.shape[at] - (k - 1) * d
        if last < 1:
            x = lax.slice_in_dim(x, 0, 0, axis=at)
            continue
        if k > _CHEAP:
            x = stored(x)
        parts = [lax.slice_in_dim(x, i * d, last + i * d, s, at) for i in range(k)]
        x = reduce(reducer, parts)
    return x


@partial(jax.custom_jvp, nondiff_argnums=(1, 2, 3, 4, 5))
def max_pool(
    x: Array, window: Ints, strides: Ints, padding: Pairs, dilations: Ints, first: bool
) -> Array:
    return _reduced(x, _lowest(x), lax.max, window, strides, padding, dilations, first)


def _lowest(x: Array) -> Any:
    low = -np.inf if jnp.issubdtype(x.dtype, jnp.floating) else jnp.iinfo(x.dtype).min
    return np.array(low, x.dtype)


@max_pool.defjvp
def _max_pool_rule(
    window: Ints,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
    primals: Any,
    tangents: Any,
) -> Any:
    # Of equal elements the first counts, to every order; JAX's own rules disagree with each other.
    (x,), (t,) = primals, tangents
    y = max_pool(x, window, strides, padding, dilations, first)
    if _is_of_narrow_tiles(x, window, strides, padding, dilations, first):
        return y, _moved_in_tiles(x, y, t, window)
    edges = _spread(tuple([(*pair, 0) for pair in padding]), first, (0, 0, 0))
    values = _elements(lax.pad(x, _lowest(x), edges), window, strides, dilations, first)
    moves = _elements(lax.pad(t, np.array(0, t.dtype), edges), window, strides, dilations, first)
    zero = jnp.zeros_like(y)
    moved, free = zero, jnp.ones(y.shape, bool)
    for value, move in zip(values, moves, strict=True):
        here = free & (value == y)
        moved = moved + jnp.where(here, move, zero)
        free = free & ~here
    return y, moved


def _is_of_narrow_tiles(
    x: Array, window: Ints, strides: Ints, padding: Pairs, dilations: Ints, first: bool
) -> bool:
    """Whether windows lie side by side, of so few channels that these do not fill vectors."""
    alone = window == strides and {*dilations} == {1} and not any(map(any, padding))
    return alone and not first and x.shape[-1] < _WIDE and jax.default_backend() == "cpu"


def _moved_in_tiles(x: Array, y: Array, t: Array, window: Ints) -> Array:
    """The tangents at the first of each window's greatest elements: windows as axes."""
    inner = tuple(range(2, 2 * len(window) + 1, 2))

    def tiles(x: Array) -> Array:
        counts = y.shape[1:-1]
        ends = [count * k for count, k in zip(counts, window, strict=True)]
        pairs = [n for pair in zip(counts, window, strict=True) for n in pair]
        whole = lax.slice(x, (0,) * x.ndim, (x.shape[0], *ends, x.shape[-1]))
        return whole.reshape(x.shape[0], *pairs, x.shape[-1])

    none = np.int32(math.prod(window))
    numbers = np.arange(none, dtype=np.int32).reshape([n for k in window for n in (k, 1)])
    # A reduction, which XLA does not compute anew for every element of the window.
    hits = jnp.where(tiles(x) == jnp.expand_dims(y, inner), numbers, none)
    place = jnp.expand_dims(lax.reduce(hits, none, lax.min, inner), inner)
    return jnp.sum(jnp.where(place == numbers, tiles(t), jnp.zeros((), t.dtype)), inner)


def _elements(x: Array, window: Ints, strides: Ints, dilations: Ints, first: bool) -> list[Array]:
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
        found.append(x[_spread(tuple(pieces), first, slice(None))])
    return found


def avg_pool(
    x: Array, window: Ints, strides: Ints, padding: Pairs, dilations: Ints, first: bool
) -> Array:
    how = (window, strides, padding, dilations, first)
    zero = np.array(0, x.dtype)
    total = _reduced(x, zero, lax.add, *how)
    shape = (1, 1, *x.shape[2:]) if first else (1, *x.shape[1:-1], 1)
    return total / _reduced(jnp.ones(shape, x.dtype), zero, lax.add, *how)


def filter_gradient(
    x: Array,
    upstream: Array,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
    window: Ints,
) -> Array:
    zeros = jnp.zeros(window, x.dtype)
    return _transposed_by_filter(x, upstream, zeros, (strides, padding, dilations, first, 1))


def _transposed_by_filter(x: Array, upstream: Array, like: Array, how: Any) -> Array:
    transposed = jax.linear_transpose(lambda w: convolution(x, w, *how), like)
    (found,) = transposed(upstream)
    return found


def depthwise_input(
    w: Array,
    upstream: Array,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
    shape: Ints,
) -> Array:
    channels = w.shape[2]
    filters = w.reshape(*w.shape[:2], 1, channels * w.shape[3])
    how = (strides, padding, dilations, first, channels)
    transposed = jax.linear_transpose(
        lambda x: convolution(x, filters, *how), jnp.zeros(shape, w.dtype)
    )
    (found,) = transposed(upstream)
    return found


def depthwise_filter(
    x: Array,
    upstream: Array,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
    window: Ints,
) -> Array:
    height, width, channels, multiples = window
    like = jnp.zeros((height, width, 1, channels * multiples), x.dtype)
    how = (strides, padding, dilations, first, channels)
    return _transposed_by_filter(x, upstream, like, how).reshape(window)
