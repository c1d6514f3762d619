"""Kernels that look at patches of images: morphology, maxima with their places, the patches."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from itertools import product

import numpy as np
import torch
from torch.nn import functional

from .large import LARGE, Array, all_finite, in_parts
from .unsigned import SIGNED

Ints = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]

_FEW = 1 << 16


def _pad_inner(x: torch.Tensor, padding: Pairs, value: float = 0) -> torch.Tensor:
    """Padding of the axes between the first and the last."""
    if not any([n for pair in padding for n in pair]):
        return x
    flat = [0, 0, *[n for pair in reversed(padding) for n in pair]]
    return functional.pad(x, flat, value=value)


def _counts(sizes: Ints, window: Ints, strides: Ints, padding: Pairs, dilations: Ints) -> Ints:
    return tuple(
        [
            (n + low + high - (k - 1) * d - 1) // s + 1
            for n, k, s, (low, high), d in zip(
                sizes, window, strides, padding, dilations, strict=True
            )
        ]
    )


def _windows(at: Ints, strides: Ints, counts: Ints, dilations: Ints) -> tuple[slice, ...]:
    return tuple(
        [
            slice(i * d, i * d + (n - 1) * s + 1 if n else i * d, s)
            for i, d, n, s in zip(at, dilations, counts, strides, strict=True)
        ]
    )


def _largest_sum(
    x: torch.Tensor,
    w: torch.Tensor,
    strides: Ints,
    counts: Ints,
    dilations: Ints,
    lowest: float,
    larger: Callable[..., torch.Tensor],
) -> torch.Tensor:
    best = x.new_full((x.shape[0], *counts, x.shape[3]), lowest)
    value = torch.empty_like(best)
    for at in product(*[range(k) for k in w.shape[:2]]):
        rows, columns = _windows(at, strides, counts, dilations)
        torch.add(x[:, rows, columns], w[at], out=value)
        larger(best, value, out=best)
    return best


def _all_windows(
    x: torch.Tensor, counts: Ints, window: Ints, strides: Ints, dilations: Ints
) -> torch.Tensor:
    """[window's rows, window's columns, batch, rows, columns, channels], a view."""
    batch, row, column, channel = x.stride()
    steps = (
        row * dilations[0], column * dilations[1], batch, row * strides[0], column * strides[1],
        channel,
    )  # fmt: skip
    return x.as_strided((*window, x.shape[0], *counts, x.shape[3]), steps, x.storage_offset())


def dilation2d(
    x: torch.Tensor,
    w: torch.Tensor,
    strides: Ints,
    padding: Pairs,
    dilations: Ints,
) -> torch.Tensor:
    native = x.dtype
    if native in SIGNED:
        return dilation2d(x.long(), w.long(), strides, padding, dilations).to(native)
    lowest = (torch.finfo if x.is_floating_point() else torch.iinfo)(native).min
    sizes = tuple(x.shape[1:3])
    window = tuple(w.shape[:2])
    counts = _counts(sizes, window, strides, padding, dilations)
    plain = x.is_floating_point() and not (x.requires_grad or w.requires_grad)
    padded = _pad_inner(x, padding, -torch.inf if plain else 0)
    if plain and x.shape[0] * counts[0] * counts[1] * w.numel() <= _FEW:
        # All windows at once.
        parts = _all_windows(padded, counts, window, strides, dilations)
        sums = parts + w[:, :, None, None, None]
        best = sums.flatten(0, 1).amax(0).clamp_min_(lowest)
        # What is not finite, such as NaN, is looked at below.
        if all_finite(best):
            return best
    if plain:
        how = strides, counts, dilations, lowest
        best = _largest_sum(padded, w, *how, torch.maximum)
        # Of a number and NaN the number counts: slower, and seldom needed.
        return _largest_sum(padded, w, *how, torch.fmax) if bool(best.isnan().any()) else best
    inside = _pad_inner(torch.ones((1, *sizes, 1), dtype=torch.bool, device=x.device), padding)
    best = torch.full((x.shape[0], *counts, x.shape[3]), lowest, dtype=native, device=x.device)
    for at in product(*[range(k) for k in window]):
        slices = _windows(at, strides, counts, dilations)
        value = padded[:, slices[0], slices[1]] + w[at]
        # Of equal ones the first counts, and NaN never does.
        best = torch.where((value > best) & inside[:, slices[0], slices[1]], value, best)
    return best


def max_pool_with_argmax(
    x: torch.Tensor, window: Ints, strides: Ints, padding: Pairs, batch: bool
) -> tuple[torch.Tensor, torch.Tensor]:
    if not x.is_floating_point():
        # PyTorch pools no integers.
        values = x.long() if x.dtype in SIGNED else x
        return _max_of_integers(values, window, strides, padding, batch, x.dtype)
    height, width = x.shape[1:3]
    padded = _pad_inner(x, padding, -torch.inf)
    counts = [(n - k) // s + 1 for n, k, s in zip(padded.shape[1:3], window, strides, strict=True)]
    if min(counts) < 1 or not x.numel():
        none = x.new_zeros(x.shape[0], *[max(n, 0) for n in counts], x.shape[3]) * x.sum()
        return none, torch.zeros_like(none, dtype=torch.int64)
    y, at = torch._C._nn.max_pool2d_with_indices(padded.permute(0, 3, 1, 2), window, strides)
    if padded is x:
        return y.permute(0, 2, 3, 1), _places_of(at, x.shape, batch)
    wide = padded.shape[2]
    rows = (at // wide - padding[0][0]).clamp(0, height - 1)
    columns = (at % wide - padding[1][0]).clamp(0, width - 1)
    return y.movedim(1, -1), _places(rows.movedim(1, -1), columns.movedim(1, -1), x.shape, batch)


@lru_cache(maxsize=64)
def _channels(shape: Ints, batch: bool, device: torch.device) -> torch.Tensor:
    """The place of the first pixel's every channel, in its image or in the batch."""
    n, height, width, depth = shape
    found = torch.arange(depth, device=device)[:, None, None]
    if not batch:
        return found
    starts = torch.arange(n, device=device) * (height * width * depth)
    return found + starts[:, None, None, None]


def _places_of(at: torch.Tensor, shape: torch.Size, batch: bool) -> torch.Tensor:
    """Where pixels, [batch, channels, rows, columns], are in an image without padding."""
    first = _channels(tuple(shape), batch, at.device)
    return torch.add(first, at, alpha=shape[3]).permute(0, 2, 3, 1)


def _places(
    rows: torch.Tensor, columns: torch.Tensor, shape: torch.Size, batch: bool
) -> torch.Tensor:
    n, height, width, depth = shape
    flat = (rows * width + columns) * depth + torch.arange(depth, device=rows.device)
    if batch:
        starts = torch.arange(n, device=rows.device) * (height * width * depth)
        flat = flat + starts[:, None, None, None]
    return flat


def _max_of_integers(
    x: torch.Tensor,
    window: Ints,
    strides: Ints,
    padding: Pairs,
    batch: bool,
    native: torch.dtype,
) -> tuple[torch.Tensor, torch.Tensor]:
    padded = _pad_inner(x, padding, torch.iinfo(x.dtype).min)
    parts = padded.unfold(1, window[0], strides[0]).unfold(2, window[1], strides[1])
    y, at = parts.flatten(-2).max(-1)
    tops = torch.arange(y.shape[1], device=x.device)[:, None, None] * strides[0] - padding[0][0]
    lefts = torch.arange(y.shape[2], device=x.device)[:, None] * strides[1] - padding[1][0]
    rows = (at // window[1] + tops).clamp(0, x.shape[1] - 1)
    columns = (at % window[1] + lefts).clamp(0, x.shape[2] - 1)
    return y.to(native), _places(rows, columns, x.shape, batch)


def extract_patches(
    x: torch.Tensor, window: Ints, strides: Ints, padding: Pairs, dilations: Ints
) -> torch.Tensor:
    native = x.dtype
    if native in SIGNED:
        signed = x.view(SIGNED[native])
        return extract_patches(signed, window, strides, padding, dilations).view(native)
    sizes, rank = tuple(x.shape[1:-1]), len(window)
    counts = _counts(sizes, window, strides, padding, dilations)
    x = _pad_inner(x, padding)
    depth = x.shape[-1]
    if 0 in counts:
        size = depth * torch.Size(window).numel()
        return x.sum() * x.new_zeros(x.shape[0], *counts, size)
    for axis, (k, s, d) in enumerate(zip(window, strides, dilations, strict=True), 1):
        x = x.unfold(axis, (k - 1) * d + 1, s)[..., ::d]
    # Now [batch, places, channels, window]; the channels go behind.
    x = x.movedim(1 + rank, -1)
    return x.reshape(x.shape[0], *counts, depth * torch.Size(window).numel())


_QUICK = 4  # A choice takes a fraction of a function's time.


def _members(ends: Ints, overlapping: bool) -> Array:
    """The first element of every window, the second, ...; the last one again in shorter ones."""
    bounds = np.array(ends)
    first, last = bounds[:-1], np.minimum(bounds[1:] - (not overlapping), ends[-1] - 1)
    return np.minimum(first + np.arange((last - first).max() + 1)[:, None], last)


def fractional_max_pool(
    x: torch.Tensor, rows: Ints, columns: Ints, overlapping: bool
) -> torch.Tensor:
    array = x.numpy()
    lines, places = _members(rows, overlapping), _members(columns, overlapping)
    batch, depth = len(array), x.shape[-1]
    found = np.empty((batch, lines.shape[1], places.shape[1], depth), array.dtype)

    def pool(images: Array, best: Array) -> None:
        line = images.take(lines[0], 1)
        for at in lines[1:]:
            np.maximum(line, images.take(at, 1), out=line)
        # Only with a mode does NumPy write where it is told to at once.
        line.take(places[0], 2, best, "clip")
        for at in places[1:]:
            np.maximum(best, line.take(at, 2), out=best)
        # The largest of numbers one of which is NaN is NaN.
        if best.dtype.kind == "f" and best.size and np.isnan(best.max()):
            # Of NaN only the first element of a window counts.
            for number, (row, place) in enumerate(product(lines, places)):
                here = images.take(row, 1).take(place, 2)
                best[...] = np.where(here > best, here, best) if number else here

    def part(first: int, last: int) -> None:
        # An image at a time, which stays in the cache.
        for i in range(first, last):
            pool(array[i : i + 1], found[i : i + 1])

    if array.size < LARGE:
        pool(array, found)
    else:
        in_parts(part, batch, array.size // _QUICK)
    return torch.from_numpy(found)
