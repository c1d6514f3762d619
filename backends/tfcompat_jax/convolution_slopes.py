"""The derivative of a convolution on XLA's CPU."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from .convolution import Ints, Pairs, by_library, is_of_one_channel, is_plain
from .storing import stored

# XLA's CPU computes this many channels at once. With another number it takes several times as
# long; of very few channels there is little to compute.
_CHANNELS = 16
_VERY_FEW = 4
# Taps times channels: what lies between the product and the sum must not be too large.
_MOST = 1024


def slopes(
    inputs: Sequence[Array], attrs: tuple[Any, ...], mask: Sequence[int], g: Array
) -> tuple[Array, ...] | None:
    """The derivatives by the pictures (0) and the filters (1) that `mask` names."""
    x, w = inputs
    strides, padding, dilations, first, groups = attrs
    if not is_plain(x, strides, dilations, first, groups) or x.shape[-1] == w.shape[-1] == 1:
        return None
    by_taps = 0 in mask and _is_better_by_taps(w)
    if not by_taps and not is_of_one_channel(x, w):
        return None
    found = {0: _by_taps(x, w, padding, g)} if by_taps else {}
    for i in mask:
        if i not in found:
            found[i] = _by_library(i, x, w, attrs, g)
    return tuple([found[i] for i in mask])


def _is_better_by_taps(w: Array) -> bool:
    channels = w.shape[-2]
    few = channels <= _VERY_FEW or math.prod(w.shape[:-1]) > _MOST
    return not few and channels % _CHANNELS != 0


def _by_library(i: int, x: Array, w: Array, attrs: tuple[Any, ...], g: Array) -> Array:
    def function(chosen: Array) -> Array:
        return by_library(x, chosen, *attrs) if i else by_library(chosen, w, *attrs)

    (found,) = jax.vjp(function, w if i else x)[1](g)
    return found


def _by_taps(x: Array, w: Array, padding: Pairs, g: Array) -> Array:
    """The sum of what each tap of the filter gives back, moved to where it was taken from."""
    *window, channels, out = w.shape
    columns = w.reshape(math.prod(w.shape[:-1]), out)
    products = lax.dot_general(g, columns, (((g.ndim - 1,), (1,)), ((), ())))
    products = products.reshape(*g.shape[:-1], math.prod(window), channels)
    zero = jnp.zeros((), x.dtype)
    terms = [
        lax.pad(products[..., n, :], zero, _places(x.shape, g.shape, tap, padding))
        for n, tap in enumerate(_taps(window))
    ]
    return stored(reduce(lax.add, terms))


def _taps(window: Sequence[int]) -> list[tuple[int, int]]:
    return [(row, column) for row in range(window[0]) for column in range(window[1])]


def _places(x: Ints, g: Ints, tap: tuple[int, int], padding: Pairs) -> list[tuple[int, int, int]]:
    """How what a tap gives back is padded, or cut, to be as large as the pictures."""
    axes = []
    for size, given, at, (low, _) in zip(x[1:3], g[1:3], tap, padding, strict=True):
        axes.append((at - low, size - given - at + low, 0))
    return [(0, 0, 0), *axes, (0, 0, 0)]
