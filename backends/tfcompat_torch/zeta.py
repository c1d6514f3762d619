"""Hurwitz's zeta function of float32 in the processor's memory."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from .large import in_parts

Array = np.ndarray[Any, Any]

_BLOCK = 1 << 15  # Long steps, for Python's lock between two of them holds up other threads.
# The first terms of the series; what is left comes of Euler's and Maclaurin's formula, of which
# three corrections then make no difference to float32.
_TERMS = 4
_FIRST = np.arange(_TERMS + 1, dtype=np.float32)[:, None]
_LARGEST = 64.0
_LEAST = 1 << 9  # numbers for which the calls of NumPy are worth it


def _block(x: Array, q: Array) -> Array:
    places = q + _FIRST
    powers = np.power(places, -x)
    a, power = places[_TERMS], powers[_TERMS]
    step = 1 / a
    square = step * step
    # B4 and B6 over their factorials, beside the one before: 1 / 60 and 1 / 42.
    rest = (x + 3) * (x + 4)
    rest *= square
    rest *= -1 / 42
    rest += 1
    rest *= (x + 1) * (x + 2)
    rest *= square
    rest *= -1 / 60
    rest += 1
    rest *= x
    rest *= step
    rest *= 1 / 12
    rest += 0.5
    rest += a / (x - 1)
    rest *= power
    found: Array = np.add.reduce(powers[:_TERMS])
    found += rest
    return found


def of_singles(x: torch.Tensor, q: torch.Tensor) -> torch.Tensor | None:
    """The values where the series converges fast; None where some are elsewhere, or not at hand."""
    if x.dtype is not torch.float32 or x.numel() < _LEAST or not x.is_cpu or x.shape != q.shape:
        return None
    try:
        s, place = [(t.detach() if t.requires_grad else t).numpy().reshape(-1) for t in (x, q)]
    except RuntimeError:
        return None
    # Compared like this, NaN is elsewhere.
    if not (s.min() > 1 and s.max() <= _LARGEST and place.min() > 0 and place.max() < np.inf):
        return None
    found = np.empty(s.size, np.float32)

    def part(first: int, last: int) -> None:
        with np.errstate(all="ignore"):
            for start in range(first, last, _BLOCK):
                end = min(start + _BLOCK, last)
                found[start:end] = _block(s[start:end], place[start:end])

    in_parts(part, s.size, s.size)
    return torch.from_numpy(found.reshape(tuple(x.shape)))
