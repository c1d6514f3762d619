"""Pooling of large channels-last arrays axis by axis: each step is a pass over whole rows."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from math import prod

import torch

from .large import LARGE

Ints = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]

_MOST = 16  # passes


def suits(x: torch.Tensor, window: Ints) -> bool:
    """Whether this is the faster way."""
    return (
        x.numel() >= LARGE
        and x.is_cpu
        and x.is_floating_point()
        and not x.requires_grad
        and sum(window) <= _MOST
        and prod(window) > 1
    )


@lru_cache(maxsize=256)
def _steps(n: int, k: int, s: int, low: int, count: int) -> tuple[tuple[int, int, int], ...]:
    """For each element of a window: its number, and from which window to which it is no padding.

    Those that are in every window come first.
    """
    found = [
        (i, max(0, -((i - low) // s)), min(count, (n - 1 - i + low) // s + 1)) for i in range(k)
    ]
    return tuple(sorted([step for step in found if step[1] < step[2]], key=lambda w: w[1] - w[2]))


def _along(
    x: torch.Tensor, axis: int, k: int, s: int, low: int, count: int, mean: bool
) -> torch.Tensor | None:
    steps = _steps(x.shape[axis], k, s, low, count)
    if not steps or steps[0][2] - steps[0][1] < count:
        return None
    op = torch.add if mean else torch.maximum

    def elements(i: int, first: int, last: int) -> torch.Tensor:
        start = first * s + i - low
        return x[(slice(None),) * axis + (slice(start, start + (last - first - 1) * s + 1, s),)]

    total: torch.Tensor | None = None
    kept = elements(*steps[0])
    for i, first, last in steps[1:]:
        if total is None and last - first == count:
            total = op(kept, elements(i, first, last))
            continue
        if total is None:
            total = kept.clone()
        part = total.narrow(axis, first, last - first)
        op(part, elements(i, first, last), out=part)
    return kept if total is None else total


@lru_cache(maxsize=256)
def _shares(
    sizes: Ints, window: Ints, strides: Ints, lows: Ints, counts: Ints
) -> float | torch.Tensor:
    """How many elements that are no padding each window has."""
    axes = []
    for n, k, s, low, count in zip(sizes, window, strides, lows, counts, strict=True):
        inside = [min(j * s - low + k, n) - max(j * s - low, 0) for j in range(count)]
        axes.append(torch.tensor(inside, dtype=torch.float32))
    if all([bool((axis == axis[0]).all()) for axis in axes]):
        return float(prod([axis[0].item() for axis in axes]))
    table = torch.ones(())
    for axis in axes:
        table = table[..., None] * axis
    return table[..., None]


def pool(
    x: torch.Tensor,
    window: Sequence[int],
    strides: Sequence[int],
    padding: Pairs,
    counts: Sequence[int],
    mean: bool,
) -> torch.Tensor | None:
    """The pooled array; None where some window has no elements of its own."""
    lows = tuple([low for low, _ in padding])
    y: torch.Tensor | None = x
    rows = zip(window, strides, lows, counts, strict=True)
    for axis, (k, s, low, count) in enumerate(rows, 1):
        if y is None:
            return None
        y = _along(y, axis, k, s, low, count, mean)
    if y is None or not mean:
        return y
    sizes = tuple(x.shape[1:-1])
    share = _shares(sizes, tuple(window), tuple(strides), lows, tuple(counts))
    return y.div_(share if isinstance(share, float) else share.to(y.dtype))
