"""The derivative of a convolution on XLA's CPU."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from .convolution import (
    by_library,
    convolution,
    is_of_few_channels,
    is_of_one_channel,
    is_plain,
)
from .storing import stored
from .taps import Ints, Pairs, elements
from .windows_beyond import is_beyond, transposed_by_patches

# XLA's CPU computes this many channels at once. With another number it takes several times as
# long.
_CHANNELS = 16
# Of so many weights XLA's own slope by the pictures takes twice as long as the product.
_LARGE = 2**18
# So many elements may lie between the product and the sum: 256 MiB of float32.
_MOST = 2**26


def slopes(
    inputs: Sequence[Array], attrs: tuple[Any, ...], mask: Sequence[int], g: Array
) -> tuple[Array, ...] | None:
    """The derivatives by the pictures (0) and the filters (1) that `mask` names."""
    x, w = inputs
    strides, padding, dilations, first, groups = attrs
    if _is_from_beyond(x, w, attrs, g):
        return tuple(
            [_by_library(1, x, w, attrs, g) if i else _scattered(x, w, attrs, g) for i in mask]
        )
    if _is_by_pixels(x, w, attrs, g):
        found = {1: _by_pixels(x, w, strides, g)} if 1 in mask else {}
        if 0 in mask and {*strides} == {1} and w.size >= _LARGE:
            found[0] = jnp.dot(g, w.reshape(w.shape[-2:]).T)
    elif is_plain(x, strides, dilations, first, groups) and not x.shape[-1] == w.shape[-1] == 1:
        by_taps = 0 in mask and _is_better_by_taps(w, g)
        if not by_taps and not is_of_one_channel(x, w) and not is_of_few_channels(x, w):
            return None
        found = {0: _by_taps(x, w, padding, g)} if by_taps else {}
    else:
        return None
    for i in mask:
        if i not in found:
            found[i] = _by_library(i, x, w, attrs, g)
    return tuple([found[i] for i in mask])


def transposed_slopes(
    inputs: Sequence[Array], attrs: tuple[Any, ...], mask: Sequence[int], g: Array
) -> tuple[Array, ...] | None:
    """Of a transposed convolution, by the convolution whose derivative it is.

    JAX's own derivative by the filters spreads the pictures by the strides, where XLA's CPU takes
    up to a hundred times as long.
    """
    x, w = inputs
    how = (*attrs[:-1], 1)
    if not x.size or not g.size:
        return None

    def by_filters() -> Array:
        return jax.vjp(lambda w: convolution(g, w, *how), w)[1](x)[0]

    return tuple([by_filters() if i else convolution(g, w, *how) for i in mask])


def _is_from_beyond(x: Array, w: Array, attrs: tuple[Any, ...], g: Array) -> bool:
    """Whether only the results, and not the pictures, are smaller than the windows."""
    _, padding, dilations, first, groups = attrs
    if first or groups > 1 or {*dilations} != {1} or not g.size:
        return False
    return is_beyond(g, w, padding, dilations) and not is_beyond(x, w, padding, dilations)


def _scattered(x: Array, w: Array, attrs: tuple[Any, ...], g: Array) -> Array:
    strides, padding = attrs[:2]
    return transposed_by_patches(g, w, strides, padding, x.shape[1:-1])


def _is_by_pixels(x: Array, w: Array, attrs: tuple[Any, ...], g: Array) -> bool:
    """Whether each result is of one pixel: products of matrices."""
    _, padding, _, first, groups = attrs
    alone = math.prod(w.shape[:-2]) == 1 and not any(map(any, padding))
    usual = not first and groups == 1 and g.dtype.itemsize > 2 and g.size > 0
    return alone and usual and jax.default_backend() == "cpu"


def _by_pixels(x: Array, w: Array, strides: Ints, g: Array) -> Array:
    """The slope by the filters, for which XLA's CPU copies the pictures, turned round."""
    one = (1,) * len(strides)
    (pixels,) = elements(x, one, strides, one, False)
    flat, slopes = pixels.reshape(-1, x.shape[-1]), g.reshape(-1, g.shape[-1])
    return lax.dot_general(flat, slopes, (((0,), (0,)), ((), ()))).reshape(w.shape)


def _is_better_by_taps(w: Array, g: Array) -> bool:
    products = math.prod(g.shape[:-1]) * math.prod(w.shape[:-1])
    return w.shape[-2] % _CHANNELS != 0 and products <= _MOST


def _by_library(i: int, x: Array, w: Array, attrs: tuple[Any, ...], g: Array) -> Array:
    def function(chosen: Array) -> Array:
        return by_library(x, chosen, *attrs) if i else by_library(chosen, w, *attrs)

    (found,) = jax.vjp(function, w if i else x)[1](g)
    return found


def _by_taps(x: Array, w: Array, padding: Pairs, g: Array) -> Array:
    """The sum of what each tap of the filter gives back, moved to where it was taken from.

    First along rows, for all taps of a column at once, and what is left then along columns.
    """
    height, width, channels, out = w.shape
    columns = lax.reshape(lax.transpose(w, (1, 0, 2, 3)), (width * height * channels, out))
    products = lax.dot_general(g, columns, (((3,), (1,)), ((), ())))
    found = products.reshape(*g.shape[:3], width, height * channels)
    found = _gathered(found, 2, x.shape[2], padding[1][0])
    found = found.reshape(*found.shape[:3], height, channels)
    return _gathered(found, 1, x.shape[1], padding[0][0])


def _gathered(parts: Array, axis: int, size: int, low: int) -> Array:
    """The sum of the parts along the last axis but one, each a place further along `axis`."""
    zero = jnp.zeros((), parts.dtype)
    terms = []
    for at in range(parts.shape[3]):
        edges = [(0, 0, 0)] * 4
        # Where this is below 0 it cuts off what came from the padding.
        edges[axis] = (at - low, size - parts.shape[axis] - at + low, 0)
        terms.append(lax.pad(parts[:, :, :, at], zero, edges))
    return stored(reduce(lax.add, terms))
