"""Reductions of windows, which XLA's CPU does element by element, by whole slices."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from functools import reduce
from typing import Any, NamedTuple

import jax
from jax import Array, lax

from .storing import stored
from .taps import CHEAP, FEW_TAPS, spread

Ints = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]
Reducer = Callable[[Array, Array], Array]

# So many parts of a result, whose windows lack other elements, are computed each by itself.
_MOST_PARTS = 9
# Of so few elements XLA's CPU compiles its own maximum without vectors.
_FEW = 4


def _larger(x: Array, y: Array) -> Array:
    """The first of equal ones; NaN, where one is."""
    return lax.select((x >= y) | (x != x), x, y)


def reduce_windows(
    x: Array,
    start: Any,
    reducer: Reducer,
    window: Ints,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
) -> Array:
    """Every window's elements by `reducer`; `start` is its neutral element."""
    if sum(window) > FEW_TAPS or jax.default_backend() != "cpu":
        return lax.reduce_window(
            x,
            start,
            reducer,
            spread(window, first, 1),
            spread(strides, first, 1),
            spread(padding, first, (0, 0)),
            window_dilation=spread(dilations, first, 1),
        )
    if math.prod(window) <= CHEAP and not first:
        sizes = x.shape[1:-1]
        rows = zip(sizes, window, strides, padding, dilations, strict=True)
        axes = [list(_runs(axis, *row)) for axis, row in enumerate(rows, 1)]
        if 0 < math.prod(map(len, axes)) <= _MOST_PARTS and x.size:
            few = reducer is lax.max and math.prod(window) <= _FEW
            return _joined(x, _larger if few else reducer, axes, [])
    return _by_axes(x, start, reducer, window, strides, padding, dilations, first)


class _Run(NamedTuple):
    """Windows next to each other along an axis that have the same elements, from `places` on."""

    axis: int
    places: tuple[int, ...]
    number: int
    stride: int


def _runs(axis: int, n: int, k: int, s: int, pad: tuple[int, int], d: int) -> Iterator[_Run]:
    """The windows along an axis; none where some window has no element."""
    low, high = pad
    inside = []
    for j in range((n + low + high - (k - 1) * d - 1) // s + 1):
        begin = j * s - low
        inside.append(tuple([i * d for i in range(k) if 0 <= begin + i * d < n]))
    if () in inside:
        return
    at = 0
    for taps, same in itertools.groupby(inside):
        number = len(list(same))
        yield _Run(axis, tuple([at * s - low + tap for tap in taps]), number, s)
        at += number


def _joined(
    x: Array, reducer: Reducer, axes: Sequence[Sequence[_Run]], chosen: Sequence[_Run]
) -> Array:
    """The windows of all runs; what is read in one loop needs nothing stored between the axes."""
    if not axes:
        return _of_run(x, reducer, chosen)
    runs, *rest = axes
    parts = [_joined(x, reducer, rest, [*chosen, run]) for run in runs]
    return lax.concatenate(parts, runs[0].axis) if len(parts) > 1 else parts[0]


def _of_run(x: Array, reducer: Reducer, chosen: Sequence[_Run]) -> Array:
    if not chosen:
        return x
    *before, (axis, places, number, stride) = chosen
    ends = [at + (number - 1) * stride + 1 for at in places]
    parts = [
        lax.slice_in_dim(x, at, end, stride, axis) for at, end in zip(places, ends, strict=True)
    ]
    return reduce(reducer, [_of_run(part, reducer, before) for part in parts])


def _by_axes(
    x: Array,
    start: Any,
    reducer: Reducer,
    window: Ints,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
) -> Array:
    """Windows along one axis after the other: whole slices, where XLA's CPU goes by elements."""
    x = lax.pad(x, start, spread(tuple([(*pair, 0) for pair in padding]), first, (0, 0, 0)))
    for axis, (k, s, d) in enumerate(zip(window, strides, dilations, strict=True)):
        at = axis + (2 if first else 1)
        last = x.shape[at] - (k - 1) * d
        if last < 1:
            x = lax.slice_in_dim(x, 0, 0, axis=at)
            continue
        if k > CHEAP:
            x = stored(x)
        parts = [lax.slice_in_dim(x, i * d, last + i * d, s, at) for i in range(k)]
        x = reduce(reducer, parts)
    return x
