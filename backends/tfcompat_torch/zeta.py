"""Hurwitz's zeta function of float32 in the processor's memory."""

from __future__ import annotations

import torch

from tfcompat._src import zeta_function

from .large import in_parts

_LEAST = 1 << 9  # numbers for which the calls of NumPy are worth it


def of_singles(x: torch.Tensor, q: torch.Tensor) -> torch.Tensor | None:
    """The values where the series converges fast; None where some are elsewhere, or not at hand."""
    if x.dtype is not torch.float32 or x.numel() < _LEAST or not x.is_cpu or x.shape != q.shape:
        return None
    try:
        s, place = [(t.detach() if t.requires_grad else t).numpy().reshape(-1) for t in (x, q)]
    except RuntimeError:
        return None
    found = zeta_function.of_singles(s, place, in_parts)
    return None if found is None else torch.from_numpy(found.reshape(tuple(x.shape)))
