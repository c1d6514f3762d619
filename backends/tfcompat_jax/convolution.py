"""Kernels for convolutions and pooling."""

from __future__ import annotations

import math
from functools import partial, reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax
from jax.custom_derivatives import SymbolicZero

from .taps import (
    FEW_PRODUCTS,
    FEW_TAPS,
    MOST_TAPS,
    Ints,
    Pairs,
    by_taps,
    elements,
    of_one_channel,
    spread,
)
from .windows import reduce_windows
from .windows_beyond import by_patches, is_beyond, transposed_by_patches


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
    if by_channel and x.dtype.itemsize > 2 and math.prod(w.shape[:-2]) <= MOST_TAPS:
        if jax.default_backend() == "cpu":
            return by_taps(x, w, strides, padding, dilations, first)
    if len(strides) == 3 and not first and groups == 1 and jax.default_backend() == "cpu":
        how = strides, padding, dilations
        return _by_rows(x, w, *how) if _is_of_rows(x, w, strides) else _by_planes(x, w, *how)
    if not first and groups == 1 and is_beyond(x, w, padding, dilations):
        return by_patches(x, w, strides, padding, dilations)
    if is_plain(x, strides, dilations, first, groups):
        if is_of_one_channel(x, w):
            return of_one_channel(x, w, padding)
        if is_of_few_channels(x, w):
            return by_patches(x, w, strides, padding, dilations)
    return by_library(x, w, strides, padding, dilations, first, groups)


def is_of_one_channel(x: Array, w: Array) -> bool:
    """Whether there is one channel, and so little to compute that it is done tap by tap."""
    taps = math.prod(w.shape[:-2])
    return x.shape[-1] == 1 and taps <= FEW_TAPS and taps * w.shape[-1] <= FEW_PRODUCTS


# Of more channels, and of more elements of a window, XLA's own way is as fast.
_FEW_CHANNELS, _FEW_OF_WINDOW = 4, 80
# So many elements the windows may have together: 32 MiB of float32.
_MOST_OF_WINDOWS = 1 << 23


def is_of_few_channels(x: Array, w: Array) -> bool:
    """Whether a product of all windows by the filters is faster: colours, filtered."""
    window = math.prod(w.shape[:-1])
    few = x.shape[-1] <= _FEW_CHANNELS and window <= _FEW_OF_WINDOW
    return few and math.prod(x.shape[:-1]) * window <= _MOST_OF_WINDOWS


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


# Of fewer and of more channels planes are faster.
_ROW_CHANNELS = range(2, 33)
# So many columns a matrix may have, and so many elements lie between the product and the sum.
_MOST_COLUMNS, _MOST_BETWEEN = 512, 1 << 24


def _is_of_rows(x: Array, w: Array, strides: Ints) -> bool:
    columns = math.prod(w.shape[:2]) * w.shape[-1]
    usual = {*strides} == {1} and x.dtype.itemsize > 2 and x.shape[-1] in _ROW_CHANNELS
    return usual and columns <= _MOST_COLUMNS and x.size // x.shape[-1] * columns <= _MOST_BETWEEN


@partial(jax.custom_jvp, nondiff_argnums=(2, 3, 4))
def _by_rows(x: Array, w: Array, strides: Ints, padding: Pairs, dilations: Ints) -> Array:
    """Of volumes: what every row of the filter gives in every row, by one product, then the sums.

    The filter's rows are next to each other in the product, which makes it wide where there are
    few channels.
    """
    x = lax.pad(x, np.zeros((), x.dtype), ((0, 0, 0), *[(*pair, 0) for pair in padding], (0, 0, 0)))
    counts = [
        max(n - (k - 1) * d, 0)
        for n, k, d in zip(x.shape[1:], w.shape[:3], dilations, strict=False)
    ]

    def moved(x: Array, axis: int, place: int) -> Array:
        begin = place * dilations[axis]
        return lax.slice_in_dim(x, begin, begin + counts[axis], axis=axis + 1)

    planes, rows, width, _, out = w.shape
    around = jnp.concatenate([moved(x, 2, place) for place in range(width)], -1)
    taps = lax.transpose(w, (2, 3, 0, 1, 4)).reshape(around.shape[-1], -1)
    products = jnp.dot(around, taps).reshape(*around.shape[:-1], planes, rows, out)
    terms = [moved(moved(products[..., i, j, :], 0, i), 1, j) for i, j in np.ndindex(planes, rows)]
    return reduce(lax.add, terms)


def _by_rows_slope(
    strides: Ints, padding: Pairs, dilations: Ints, primals: Any, tangents: Any
) -> tuple[Array, Array]:
    # Transposed the product and the sums take three times as long as planes do.
    (x, w), (by_x, by_w) = primals, tangents
    how = strides, padding, dilations
    y = _by_rows(x, w, *how)
    slope = jnp.zeros_like(y)
    if not isinstance(by_x, SymbolicZero):
        slope = slope + _by_planes(by_x, w, *how)
    if not isinstance(by_w, SymbolicZero):
        slope = slope + _by_planes(x, by_w, *how)
    return y, slope


_by_rows.defjvp(_by_rows_slope, symbolic_zeros=True)


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
    if not first and {*dilations} == {1} and is_beyond(x, w, padding, dilations):
        return transposed_by_patches(x, w, strides, padding, sizes)
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


@partial(jax.custom_jvp, nondiff_argnums=(1, 2, 3, 4, 5))
def max_pool(
    x: Array, window: Ints, strides: Ints, padding: Pairs, dilations: Ints, first: bool
) -> Array:
    return reduce_windows(x, _lowest(x), lax.max, window, strides, padding, dilations, first)


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
    edges = spread(tuple([(*pair, 0) for pair in padding]), first, (0, 0, 0))
    values = elements(lax.pad(x, _lowest(x), edges), window, strides, dilations, first)
    moves = elements(lax.pad(t, np.array(0, t.dtype), edges), window, strides, dilations, first)
    zero = jnp.zeros_like(y)
    moved, free = zero, jnp.ones(y.shape, bool)
    for value, move in zip(values, moves, strict=True):
        here = free & (value == y)
        moved = moved + jnp.where(here, move, zero)
        free = free & ~here
    return y, moved


def avg_pool(
    x: Array, window: Ints, strides: Ints, padding: Pairs, dilations: Ints, first: bool
) -> Array:
    how = (window, strides, padding, dilations, first)
    zero = np.array(0, x.dtype)
    total = reduce_windows(x, zero, lax.add, *how)
    shape = (1, 1, *x.shape[2:]) if first else (1, *x.shape[1:-1], 1)
    return total / reduce_windows(jnp.ones(shape, x.dtype), zero, lax.add, *how)


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
    (found,) = jax.vjp(lambda w: convolution(x, w, *how), like)[1](upstream)
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
