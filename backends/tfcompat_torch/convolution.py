"""Kernels for convolutions and pooling. PyTorch wants channels first and equal paddings."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import torch
from torch.nn import functional

from . import few_places, separable
from .derivative import derived

Ints = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]

# By the number of axes, and by that of the spatial ones.
_FIRST = {3: (0, 2, 1), 4: (0, 3, 1, 2), 5: (0, 4, 1, 2, 3)}
_LAST = {3: (0, 2, 1), 4: (0, 2, 3, 1), 5: (0, 2, 3, 4, 1)}
_FILTERS = {3: (2, 1, 0), 4: (3, 2, 0, 1), 5: (4, 3, 0, 1, 2)}
_NONE = {1: (0,), 2: (0, 0), 3: (0, 0, 0)}
_CONV = {3: torch.conv1d, 4: torch.conv2d, 5: torch.conv3d}
_TRANSPOSED = {3: torch.conv_transpose1d, 4: torch.conv_transpose2d, 5: torch.conv_transpose3d}
_MAX_POOL = {3: torch.max_pool1d, 4: torch.max_pool2d, 5: torch.max_pool3d}
_AVG_POOL = {3: functional.avg_pool1d, 4: functional.avg_pool2d, 5: functional.avg_pool3d}


def _to_first(x: torch.Tensor, first: bool) -> torch.Tensor:
    return x if first else x.permute(*_FIRST[x.dim()])


def _back(x: torch.Tensor, first: bool) -> torch.Tensor:
    return x if first else x.permute(*_LAST[x.dim()])


def _filters(w: torch.Tensor) -> torch.Tensor:
    w = w.permute(*_FILTERS[w.dim()])
    if w.shape[0] == 1 and w.requires_grad:
        # Of a single filter PyTorch takes the order of the axes for that of channels last, and
        # then refuses to differentiate by it where there is a single small image.
        return w.contiguous()
    return w


@lru_cache(maxsize=256)
def _on_both_ends(padding: Pairs) -> Ints | None:
    """The padding as PyTorch takes it, where it is the same at both ends of every axis."""
    if all([low == high for low, high in padding]):
        return tuple([low for low, _ in padding])
    return None


def _flat(padding: Pairs) -> list[int]:
    # PyTorch's own order: the last axis first.
    return [n for pair in reversed(padding) for n in pair]


def _counts(
    sizes: Sequence[int], window: Sequence[int], strides: Ints, padding: Ints, dilations: Ints
) -> list[int]:
    return [
        (n + 2 * p - (k - 1) * d - 1) // s + 1
        for n, k, s, p, d in zip(sizes, window, strides, padding, dilations, strict=True)
    ]


@lru_cache(maxsize=256)
def _windows_in(
    sizes: Ints, window: Ints, strides: Ints, padding: Pairs, dilations: Ints
) -> tuple[int, ...]:
    """How many windows fit along each axis of a padded array."""
    padded = [n + sum(pair) for n, pair in zip(sizes, padding, strict=True)]
    none = (0,) * len(padded)
    return tuple([max(n, 0) for n in _counts(padded, window, strides, none, dilations)])


@lru_cache(maxsize=256)
def _implied(
    sizes: Ints, window: Ints, strides: Ints, padding: Pairs, dilations: Ints
) -> tuple[Ints, bool] | None:
    """The padding and the ceil_mode by which PyTorch pools so itself, if it can."""
    lows = tuple([low for low, _ in padding])
    if any([low > k // 2 for low, k in zip(lows, window, strict=True)]):
        return None
    inside = zip(sizes, lows, window, dilations, strict=True)
    if any([n + 2 * low <= (k - 1) * d for n, low, k, d in inside]):
        # A window that is larger than all there is PyTorch refuses, even in the ceil_mode.
        return None
    rows = list(zip(sizes, window, strides, padding, dilations, strict=True))
    wanted = [(n + sum(pair) - (k - 1) * d - 1) // s + 1 for n, k, s, pair, d in rows]
    for ceil in (False, True):
        counts = []
        for n, k, s, (low, _), d in rows:
            room = n + 2 * low - (k - 1) * d - 1
            count = (-(-room // s) if ceil else room // s) + 1
            # No window starts behind the last element.
            counts.append(count - (ceil and (count - 1) * s >= n + low))
        if counts == wanted and min(counts) > 0:
            return lows, ceil
    return None


def _whole(x: torch.Tensor) -> bool:
    return not x.is_floating_point()


_SMALL = 1 << 14  # elements of all windows: fewer than pay for PyTorch's preparations


def _small_convolution(
    x: torch.Tensor, w: torch.Tensor, strides: Ints, padding: Pairs, dilations: Ints, counts: Ints
) -> torch.Tensor:
    """A product of matrices: a row for each window, a column for each filter."""
    (top, bottom), (left, right) = padding
    if top or bottom or left or right:
        x = torch.constant_pad_nd(x, (0, 0, left, right, top, bottom))
    else:
        x = x.contiguous()
    batch, row, column, channel = x.stride()
    window = x.as_strided(
        (len(x), *counts, *w.shape[:3]),
        (
            batch, row * strides[0], column * strides[1], row * dilations[0],
            column * dilations[1], channel,
        ),
    )  # fmt: skip
    depth, filters = w.shape[0] * w.shape[1] * w.shape[2], w.shape[3]
    found = torch.mm(window.reshape(-1, depth), w.reshape(depth, filters))
    return found.view(len(x), *counts, filters)


def _without_idle_strides(
    x: torch.Tensor, w: torch.Tensor, strides: Ints, padding: Pairs, dilations: Ints
) -> tuple[torch.Tensor, Ints, Pairs]:
    """The same convolution, with a stride of 1 along the axes where there is one window.

    Of one channel, and one window along the last axis alone, PyTorch returns wrong numbers where
    the strides differ (oneDNN, 2.13).
    """
    sizes, window = tuple(x.shape[2:]), tuple(w.shape[2:])
    counts = _windows_in(sizes, window, strides, padding, dilations)
    if 1 not in counts:
        return x, strides, padding
    x = functional.pad(x, _flat(padding))
    for axis, (count, k, d) in enumerate(zip(counts, window, dilations, strict=True), 2):
        if count == 1:
            x = x.narrow(axis, 0, (k - 1) * d + 1)
    strides = tuple([1 if count == 1 else s for count, s in zip(counts, strides, strict=True)])
    return x, strides, ((0, 0),) * len(strides)


def convolution(
    x: torch.Tensor,
    w: torch.Tensor,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
    groups: int,
) -> torch.Tensor:
    if _whole(x):
        # PyTorch convolves no integers; in double precision those of 32 bits lose nothing that
        # a sum of fewer than 2**21 products of usual sizes needs.
        wide = convolution(x.double(), w.double(), strides, padding, dilations, first, groups)
        return wide.to(x.dtype)
    rank = x.dim()
    if rank == 4 and not first and groups == 1 and not (x.requires_grad or w.requires_grad):
        if x.is_cpu and 0 < x.numel() <= _SMALL:
            how = tuple(x.shape[1:3]), tuple(w.shape[:2]), strides, padding, dilations
            places = _windows_in(*how)
            if 0 < len(x) * places[0] * places[1] * w.numel() <= _SMALL * w.shape[3]:
                return _small_convolution(x, w, strides, padding, dilations, places)
    if rank == 4 and not first and groups == 1 and few_places.may_suit(x, w):
        places = _windows_in(tuple(x.shape[1:3]), tuple(w.shape[:2]), strides, padding, dilations)
        if few_places.suits(len(x) * places[0] * places[1], w):
            return few_places.convolution(x, w, strides, padding, dilations)
    if not first:
        x = x.permute(*_FIRST[rank])
    w = _filters(w)
    if strides.count(strides[0]) < rank - 2:
        x, strides, padding = _without_idle_strides(x, w, strides, padding, dilations)
    both = _on_both_ends(padding)
    if both is None:
        x, both = functional.pad(x, _flat(padding)), _NONE[rank - 2]
    try:
        if x.numel() and w.numel():
            y = _CONV[rank](x, w, None, strides, both, dilations, groups)
            return y if first else y.permute(*_LAST[rank])
    except RuntimeError:
        # PyTorch refuses to compute nothing, and says it by this, like all else.
        if 0 not in _counts(x.shape[2:], w.shape[2:], strides, both, dilations):
            raise
    counts = _counts(x.shape[2:], w.shape[2:], strides, both, dilations)
    # The sums keep both in the gradient's graph.
    y = (x.sum() + w.sum()) * x.new_zeros(x.shape[0], w.shape[0], *counts)
    return _back(y, first)


def conv_transpose(
    x: torch.Tensor,
    w: torch.Tensor,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
    sizes: Ints,
) -> torch.Tensor:
    if _whole(x):
        wide = conv_transpose(x.double(), w.double(), strides, padding, dilations, first, sizes)
        return wide.to(x.dtype)
    rank = x.dim()
    if rank == 4 and not first and few_places.may_suit(x, w):
        if few_places.suits(x.shape[0] * x.shape[1] * x.shape[2], w):
            return few_places.transposed(x, w, strides, padding, dilations, sizes)
    if not first:
        x = x.permute(*_FIRST[rank])
    window = tuple(w.shape[: rank - 2])
    w = _filters(w)
    if strides.count(strides[0]) < rank - 2:
        # See _without_idle_strides: here it concerns the derivative.
        strides = tuple([1 if n == 1 else s for n, s in zip(x.shape[2:], strides, strict=True)])
    cut, beyond = _cut(x.shape[2:], window, strides, padding, dilations, sizes)
    if beyond is not None:
        y = _TRANSPOSED[rank](x, w, None, strides, cut, beyond, 1, dilations)
    else:
        # The whole result, of which the paddings are cut off; what no window reached is 0.
        y = _TRANSPOSED[rank](x, w, None, strides, 0, 0, 1, dilations)
        y = functional.pad(y, cut)
    return y if first else y.permute(*_LAST[rank])


@lru_cache(maxsize=256)
def _cut(
    have: Ints, window: Ints, strides: Ints, padding: Pairs, dilations: Ints, sizes: Ints
) -> tuple[Sequence[int], Ints | None]:
    """PyTorch's padding and output_padding; or a padding of the whole result, and None."""
    whole = [
        (n - 1) * s + (k - 1) * d + 1
        for n, k, s, d in zip(have, window, strides, dilations, strict=True)
    ]
    lows = tuple([low for low, _ in padding])
    beyond = tuple([size + 2 * low - n for n, size, low in zip(whole, sizes, lows, strict=True)])
    if 0 not in (*have, *sizes) and all(
        [0 <= n < max(s, d) for n, s, d in zip(beyond, strides, dilations, strict=True)]
    ):
        return lows, beyond
    cut = [(-low, size + low - n) for n, size, low in zip(whole, sizes, lows, strict=True)]
    return _flat(tuple(cut)), None


def _windows(x: torch.Tensor, window: Ints, strides: Ints, dilations: Ints) -> torch.Tensor:
    """Every window's elements in a last axis of their own."""
    for axis, (k, s, d) in enumerate(zip(window, strides, dilations, strict=True), 2):
        x = x.unfold(axis, (k - 1) * d + 1, s)[..., ::d]
    return x.flatten(2 + len(window))


def max_pool(
    x: torch.Tensor, window: Ints, strides: Ints, padding: Pairs, dilations: Ints, first: bool
) -> torch.Tensor:
    rank = x.dim()
    if not first:
        if max(dilations) == 1 and separable.suits(x, window):
            counts = _windows_in(x.shape[1:-1], window, strides, padding, dilations)
            found = separable.pool(x, window, strides, padding, counts, False)
            if found is not None:
                return found
        x = x.permute(*_FIRST[rank])
    if x.is_floating_point() and x.numel():
        implied = _implied(x.shape[2:], window, strides, padding, dilations)
        if implied is not None:
            y = _MAX_POOL[rank](x, window, strides, implied[0], dilations, implied[1])
            return y if first else y.permute(*_LAST[rank])
    if any([n for pair in padding for n in pair]):
        low = -torch.inf if x.is_floating_point() else torch.iinfo(x.dtype).min
        x = functional.pad(x, _flat(padding), value=low)
    room = _counts(x.shape[2:], window, strides, _NONE[rank - 2], dilations)
    if 0 in room or not x.numel():
        y = x.sum() * x.new_zeros(*x.shape[:2], *room)
    elif x.is_floating_point():
        y = _MAX_POOL[rank](x, window, strides, 0, dilations)
    else:
        y = _windows(x, window, strides, dilations).amax(-1)
    return _back(y, first)


def _averages(*how: Any) -> Any:
    """Mean pooling whose gradient does not depend on the input, as PyTorch's seems to."""

    def value(x: torch.Tensor) -> torch.Tensor:
        return (functional.avg_pool2d if x.dim() == 4 else functional.avg_pool3d)(x, *how)

    def gradient(g: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
        aten = torch.ops.aten
        back = aten.avg_pool2d_backward if x.dim() == 4 else aten.avg_pool3d_backward
        return back(g, x.detach(), *how)

    return derived(value, gradient)


def avg_pool(
    x: torch.Tensor, window: Ints, strides: Ints, padding: Pairs, dilations: Ints, first: bool
) -> torch.Tensor:
    rank = x.dim()
    if not first:
        if max(dilations) == 1 and separable.suits(x, window):
            counts = _windows_in(x.shape[1:-1], window, strides, padding, dilations)
            found = separable.pool(x, window, strides, padding, counts, True)
            if found is not None:
                return found
        x = x.permute(*_FIRST[rank])
    counts = _windows_in(x.shape[2:], window, strides, padding, dilations)
    if not (x.numel() and min(counts)):
        return _back(x.sum() * x.new_zeros(*x.shape[:2], *counts), first)
    # PyTorch's means of volumes look for a whole window before the padding.
    if max(dilations) == 1 and (rank < 5 or all(map(operator.ge, x.shape[2:], window))):
        implied = _implied(x.shape[2:], window, strides, padding, dilations)
        if implied is not None or _on_both_ends(padding) == _NONE[rank - 2]:
            lows, ceil = implied or (_NONE[rank - 2], False)
            if x.requires_grad and rank > 3:
                how = (list(window), list(strides), list(lows), ceil, False, None)
                y = _averages(*how)(x)
            else:
                y = _AVG_POOL[rank](x, window, strides, lows, ceil, False)
            return y if first else y.permute(*_LAST[rank])
    ones = x.new_ones((1, 1, *x.shape[2:]))
    x, ones = functional.pad(x, _flat(padding)), functional.pad(ones, _flat(padding))
    total = _windows(x, window, strides, dilations).sum(-1)
    return _back(total / _windows(ones, window, strides, dilations).sum(-1), first)


def filter_gradient(
    x: torch.Tensor,
    upstream: torch.Tensor,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
    window: Ints,
) -> torch.Tensor:
    # The convolution of the input by the upstream gradient, where batch and channels change roles
    # and so do strides and dilations; what the last window leaves over is cut off.
    rank = len(strides)
    x, upstream = _to_first(x, first), _to_first(upstream, first)
    x = functional.pad(x, _flat(padding)).transpose(0, 1)
    y = _CONV[rank + 2](x, upstream.transpose(0, 1), None, dilations, 0, strides)
    for axis, k in enumerate(window[:rank], 2):
        y = y.narrow(axis, 0, k)
    return y.movedim(0, -1).movedim(0, -1)


def depthwise_input(
    w: torch.Tensor,
    upstream: torch.Tensor,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
    shape: Ints,
) -> torch.Tensor:
    sizes = shape[2:] if first else shape[1:3]
    channels = w.shape[2]
    filters = w.permute(2, 3, 0, 1).flatten(0, 1)[:, None]
    g = _to_first(upstream, first)
    y = functional.conv_transpose2d(g, filters, None, strides, 0, 0, channels, dilations)
    cut = tuple(
        [
            (-low, size + low - n)
            for n, size, (low, _) in zip(y.shape[2:], sizes, padding, strict=True)
        ]
    )
    return _back(functional.pad(y, _flat(cut)), first)


def depthwise_filter(
    x: torch.Tensor,
    upstream: torch.Tensor,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
    window: Ints,
) -> torch.Tensor:
    x, upstream = _to_first(x, first), _to_first(upstream, first)
    if not (x.numel() and upstream.numel()):
        return x.sum() * upstream.sum() * x.new_zeros(window)
    x = functional.pad(x, _flat(padding))
    batch, channels, multiples = x.shape[0], window[2], window[3]
    # Every channel is a group of its own, the batch its channels.
    x = x.transpose(0, 1).reshape(1, channels * batch, *x.shape[2:])
    g = upstream.transpose(0, 1).contiguous()
    y = functional.conv2d(x, g, None, dilations, 0, strides, channels)
    y = y[:, :, : window[0], : window[1]]
    return y.reshape(channels, multiples, *window[:2]).permute(2, 3, 0, 1)
