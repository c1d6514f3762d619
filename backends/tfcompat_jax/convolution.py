"""Kernels for convolutions and pooling."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import Array, lax

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
    return lax.conv_general_dilated(
        x,
        w,
        strides,
        padding,
        rhs_dilation=dilations,
        dimension_numbers=_layout(len(strides), first, "IO"),
        feature_group_count=groups,
    )


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
    return lax.reduce_window(
        x,
        start,
        reducer,
        _spread(window, first, 1),
        _spread(strides, first, 1),
        _spread(padding, first, (0, 0)),
        window_dilation=_spread(dilations, first, 1),
    )


def max_pool(
    x: Array, window: Ints, strides: Ints, padding: Pairs, dilations: Ints, first: bool
) -> Array:
    low = -np.inf if jnp.issubdtype(x.dtype, jnp.floating) else jnp.iinfo(x.dtype).min
    start = np.array(low, x.dtype)
    return _reduced(x, start, lax.max, window, strides, padding, dilations, first)


def avg_pool(
    x: Array, window: Ints, strides: Ints, padding: Pairs, dilations: Ints, first: bool
) -> Array:
    how = (window, strides, padding, dilations, first)
    zero = np.array(0, x.dtype)
    total = _reduced(x, zero, lax.add, *how)
    shape = (1, 1, *x.shape[2:]) if first else (1, *x.shape[1:-1], 1)
    return total / _reduced(jnp.ones(shape, x.dtype), zero, lax.add, *how)
