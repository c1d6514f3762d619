"""The derivatives of pooling on XLA's CPU, by whole slices.

What every window gives back to its elements is added where windows overlap. Elements that are a
stride apart are the same one of some window, or of the next: so the sums are made for each element
of a stride by itself, of slices without gaps, and the strides put together at the end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import reduce
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from .storing import stored
from .taps import Ints, Pairs, elements
from .windows import reduce_windows

# A term for each element of the window; more make long programs.
_MOST = 16


def max_slopes(
    inputs: Sequence[Array], attrs: tuple[Any, ...], mask: Sequence[int], g: Array
) -> tuple[Array, ...] | None:
    """What reaches the first of each window's greatest elements."""
    (x,) = inputs
    window, strides, padding, dilations, first = attrs
    if not _is_by_slices(window, dilations, first, g):
        return None
    low = np.array(-np.inf, x.dtype)
    whole = lax.pad(x, low, ((0, 0, 0), *[(*pair, 0) for pair in padding], (0, 0, 0)))
    values = elements(whole, window, strides, dilations, False)
    greatest = reduce(jnp.maximum, values)
    place = jnp.full(greatest.shape, np.int8(len(values)))
    for number in reversed(range(len(values))):
        place = jnp.where(values[number] == greatest, np.int8(number), place)
    # Stored, or it is computed anew for every element of the window.
    place, zero = stored(place), np.zeros((), g.dtype)

    def part(number: int) -> Array:
        return jnp.where(place == np.int8(number), g, zero)

    return (_given_back(part, window, strides, padding, x.shape),)


def average_slopes(
    inputs: Sequence[Array], attrs: tuple[Any, ...], mask: Sequence[int], g: Array
) -> tuple[Array, ...] | None:
    """An equal share of what reaches a window for each of its elements that are not padding."""
    (x,) = inputs
    window, strides, padding, dilations, first = attrs
    if not _is_by_slices(window, dilations, first, g):
        return None
    ones = jnp.ones((1, *x.shape[1:-1], 1), x.dtype)
    share = g / reduce_windows(ones, np.zeros((), x.dtype), lax.add, *attrs)
    if math.prod(window) > math.prod(strides):
        share = stored(share)
    return (_given_back(lambda at: share, window, strides, padding, x.shape),)


def _is_by_slices(window: Ints, dilations: Ints, first: bool, g: Array) -> bool:
    usual = not first and {*dilations} == {1} and math.prod(window) <= _MOST
    return usual and g.size > 0 and jax.default_backend() == "cpu"


def _given_back(
    part: Callable[[int], Array], window: Ints, strides: Ints, padding: Pairs, shape: Ints
) -> Array:
    """The sum of `part(i)`, what each window gives to its element i, in the shape of the images."""
    rank = len(window)
    numbers = np.arange(math.prod(window)).reshape(window)
    counts = [
        -(-(n + sum(pair)) // s) for n, pair, s in zip(shape[1:-1], padding, strides, strict=True)
    ]
    strided = []
    for phase in np.ndindex(*strides):
        terms = []
        for tap in np.ndindex(*window):
            steps = [divmod(at, s) for at, s in zip(tap, strides, strict=True)]
            if tuple([rest for _, rest in steps]) == phase:
                found = part(int(numbers[tap]))
                edges = [
                    (step, count - step - n, 0)
                    for (step, _), count, n in zip(steps, counts, found.shape[1:-1], strict=True)
                ]
                zero = np.zeros((), found.dtype)
                terms.append(lax.pad(found, zero, ((0, 0, 0), *edges, (0, 0, 0))))
        strided.append(reduce(lax.add, terms) if terms else None)
    like = next(x for x in strided if x is not None)
    blocks = [jnp.zeros_like(like) if x is None else x for x in strided]
    for axis in range(rank, 0, -1):
        s = strides[axis - 1]
        blocks = [jnp.stack(blocks[at : at + s], axis + 1) for at in range(0, len(blocks), s)]
    whole = blocks[0].reshape(
        shape[0], *[n * s for n, s in zip(counts, strides, strict=True)], shape[-1]
    )
    cut = [
        (-low, n + low - m, 0)
        for m, n, (low, _) in zip(whole.shape[1:-1], shape[1:-1], padding, strict=True)
    ]
    return lax.pad(whole, np.zeros((), whole.dtype), ((0, 0, 0), *cut, (0, 0, 0)))
