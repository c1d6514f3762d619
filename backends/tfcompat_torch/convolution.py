"""Kernels for convolutions and pooling. PyTorch wants channels first and equal paddings."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch.nn import functional

Ints = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]

_CONV = (functional.conv1d, functional.conv2d, functional.conv3d)
_TRANSPOSED = (
    functional.conv_transpose1d,
    functional.conv_transpose2d,
    functional.conv_transpose3d,
)


def _to_first(x: torch.Tensor, first: bool) -> torch.Tensor:
    return x if first else x.movedim(-1, 1)


def _back(x: torch.Tensor, first: bool) -> torch.Tensor:
    return x if first else x.movedim(1, -1)


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


def _whole(x: torch.Tensor) -> bool:
    return not x.is_floating_point()


def convolution(
    x: torch.Tensor,
    w: torch.Tensor,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
    first: bool,
    groups: int,
) -> torch.Tensor:
    rank = len(strides)
    if _whole(x):
        # PyTorch convolves no integers; in double precision those of 32 bits lose nothing that
        # a sum of fewer than 2**21 products of usual sizes needs.
        wide = convolution(x.double(), w.double(), strides, padding, dilations, first, groups)
        return wide.to(x.dtype)
    x = _to_first(x, first)
    w = w.permute(rank + 1, rank, *range(rank))
    if all([low == high for low, high in padding]):
        both: Ints = tuple([low for low, _ in padding])
    else:
        x, both = functional.pad(x, _flat(padding)), (0,) * rank
    counts = _counts(x.shape[2:], w.shape[2:], strides, both, dilations)
    if 0 in x.shape or 0 in w.shape or 0 in counts:
        # PyTorch refuses to compute nothing; the sums keep both in the gradient's graph.
        y = (x.sum() + w.sum()) * x.new_zeros(x.shape[0], w.shape[0], *counts)
    else:
        y = _CONV[rank - 1](x, w, None, strides, both, dilations, groups)
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
    rank = len(strides)
    if _whole(x):
        wide = conv_transpose(x.double(), w.double(), strides, padding, dilations, first, sizes)
        return wide.to(x.dtype)
    x = _to_first(x, first)
    w = w.permute(rank + 1, rank, *range(rank))
    y = _TRANSPOSED[rank - 1](x, w, None, strides, 0, 0, 1, dilations)
    # The whole result, of which the paddings are cut off; what no window reached is 0.
    cut = tuple(
        [
            (-low, size + low - n)
            for n, size, (low, _) in zip(y.shape[2:], sizes, padding, strict=True)
        ]
    )
    if any([n for pair in cut for n in pair]):
        y = functional.pad(y, _flat(cut))
    return _back(y, first)


def _windows(x: torch.Tensor, window: Ints, strides: Ints, dilations: Ints) -> torch.Tensor:
    """Every window's elements in a last axis of their own."""
    for axis, (k, s, d) in enumerate(zip(window, strides, dilations, strict=True), 2):
        x = x.unfold(axis, (k - 1) * d + 1, s)[..., ::d]
    return x.flatten(2 + len(window))


def max_pool(
    x: torch.Tensor, window: Ints, strides: Ints, padding: Pairs, dilations: Ints, first: bool
) -> torch.Tensor:
    x = _to_first(x, first)
    if any([n for pair in padding for n in pair]):
        low = -torch.inf if x.is_floating_point() else torch.iinfo(x.dtype).min
        x = functional.pad(x, _flat(padding), value=low)
    counts = _counts(x.shape[2:], window, strides, (0,) * len(window), dilations)
    if 0 in counts:
        return _back(x.sum() * x.new_zeros(*x.shape[:2], *counts), first)
    if x.is_floating_point():
        pools = (functional.max_pool1d, functional.max_pool2d, functional.max_pool3d)
        y = pools[len(window) - 1](x, window, strides, 0, dilations)
    else:
        y = _windows(x, window, strides, dilations).amax(-1)
    return _back(y, first)


def avg_pool(
    x: torch.Tensor, window: Ints, strides: Ints, padding: Pairs, dilations: Ints, first: bool
) -> torch.Tensor:
    x = _to_first(x, first)
    padded = any([n for pair in padding for n in pair])
    plain = all([d == 1 for d in dilations])
    pools = (functional.avg_pool1d, functional.avg_pool2d, functional.avg_pool3d)
    if plain and not padded:
        return _back(pools[len(window) - 1](x, window, strides), first)
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
    y = _CONV[rank - 1](x, upstream.transpose(0, 1), None, dilations, 0, strides)
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
    x = functional.pad(x, _flat(padding))
    batch, channels, multiples = x.shape[0], window[2], window[3]
    # Every channel is a group of its own, the batch its channels.
    x = x.transpose(0, 1).reshape(1, channels * batch, *x.shape[2:])
    g = upstream.transpose(0, 1).contiguous()
    y = functional.conv2d(x, g, None, dilations, 0, strides, channels)
    y = y[:, :, : window[0], : window[1]]
    return y.reshape(channels, multiples, *window[:2]).permute(2, 3, 0, 1)
