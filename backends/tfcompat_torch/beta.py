"""The incomplete beta function."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch

from tfcompat._src import beta_function
from tfcompat._src.extremes import extremes

from .derivative import derived
from .large import in_parts

Array = np.ndarray[Any, Any]

_TINY = 1e-300
_ENOUGH = 1e-15


def _beta_fraction(a: torch.Tensor, b: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """Lentz's evaluation of the continued fraction of the incomplete beta function."""
    c = torch.ones_like(x)
    d = _away_from_zero(1 - (a + b) * x / (a + 1)).reciprocal()
    result = d
    for m in range(1, 200):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = _away_from_zero(1 + even * d).reciprocal()
        c = _away_from_zero(1 + even / c)
        result = result * d * c
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        d = _away_from_zero(1 + odd * d).reciprocal()
        c = _away_from_zero(1 + odd / c)
        step = d * c
        result = result * step
        if m % 4 == 0 and not (torch.abs(step - 1) > _ENOUGH).any():
            break
    return result


def _away_from_zero(x: torch.Tensor) -> torch.Tensor:
    return torch.where(x.abs() < _TINY, _TINY, x)


def _log_beta(a: torch.Tensor, b: torch.Tensor) -> torch.Tensor:
    return torch.lgamma(a) + torch.lgamma(b) - torch.lgamma(a + b)


# --------------------------------------------------------------------------------------- float32
# Up to so many numbers SciPy's function takes less than the calls of NumPy for a block.
_FEW = 1 << 8


def _log_gamma(x: Array) -> Array:
    return torch.lgamma(torch.from_numpy(x)).numpy()


def _of_few(a: Array, b: Array, x: Array) -> torch.Tensor:
    from scipy.special import betainc

    found = betainc(a.astype(np.float64), b.astype(np.float64), x.astype(np.float64))
    (least, most), (lowest, highest) = extremes(a), extremes(b)
    if not (min(least, lowest) > 0 and most + highest < math.inf):
        # SciPy has limits there.
        found = np.where((a > 0) & (b > 0) & (a + b < math.inf), found, np.nan)
    return torch.from_numpy(found.astype(np.float32))


def _of_singles(a: torch.Tensor, b: torch.Tensor, x: torch.Tensor) -> torch.Tensor | None:
    """None where the inputs are not ordinary, or are not at hand."""
    try:
        arrays: Any = tuple([(t.detach() if t.requires_grad else t).numpy() for t in (a, b, x)])
    except RuntimeError:
        return None
    if max([array.size for array in arrays]) <= _FEW:
        return _of_few(*arrays)
    found = beta_function.of_singles(arrays, _log_gamma, in_parts)
    return None if found is None else torch.from_numpy(found)


def _betainc(a: torch.Tensor, b: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    dtype = x.dtype
    if dtype is torch.float32 and x.is_cpu and all([t.numel() for t in (a, b, x)]):
        found = _of_singles(a, b, x)
        if found is not None:
            return found
    a, b, x = torch.broadcast_tensors(a.double(), b.double(), x.double())
    # The fraction converges fast below the mean; beyond it the complement does.
    flip = x > (a + 1) / (a + b + 2)
    p, q, z = torch.where(flip, b, a), torch.where(flip, a, b), torch.where(flip, 1 - x, x)
    front = torch.exp(torch.xlogy(p, z) + torch.xlogy(q, 1 - z) - _log_beta(p, q)) / p
    part = front * _beta_fraction(p, q, z)
    result = torch.where(flip, 1 - part, part)
    valid = (a > 0) & (b > 0) & (x >= 0) & (x <= 1)
    return torch.where(valid, result, math.nan).to(dtype)


def _betainc_gradient(
    g: torch.Tensor, z: torch.Tensor, a: torch.Tensor, b: torch.Tensor, x: torch.Tensor
) -> tuple[None, None, torch.Tensor]:
    density = torch.xlogy(a - 1, x) + torch.xlogy(b - 1, 1 - x) - _log_beta(a, b)
    return None, None, g * torch.exp(density)


betainc = derived(_betainc, _betainc_gradient)
