"""The incomplete beta function."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np
import torch

from .derivative import derived
from .large import in_parts
from .piecewise import Pieces

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
_BLOCK = 1 << 15  # Long steps, for Python's lock between two of them holds up other threads.
# Up to so many numbers SciPy's function takes less than the calls of NumPy for a block.
_FEW = 1 << 8
_LOWEST, _HIGHEST = 2.0**-3, 2.0**6
_HALF_LOG = math.log(2 * math.pi) / 2


@functools.cache
def _beyond_stirling() -> Pieces:
    """What the logarithm of the gamma function has beyond Stirling's formula."""

    def exact(x: Array) -> Array:
        gamma: Array = torch.lgamma(torch.from_numpy(x)).numpy()
        return gamma - ((x - 0.5) * np.log(x) - x + _HALF_LOG)

    return Pieces(exact, _LOWEST, 4 * _HIGHEST, 8, None)


def _front(p: Array, q: Array, z: Array, rest: Array) -> Array:
    """z ** p * rest ** q / (p * B(p, q)), of which no factor overflows, in double precision."""
    rising = _beyond_stirling()
    power = rising(p + q).astype(np.float64)
    power -= rising(p)
    power -= rising(q)
    p, q = p.astype(np.float64), q.astype(np.float64)
    both = p + q
    power += p * np.log(z * (both / p))
    power += q * np.log(rest * (both / q))
    power += 0.5 * np.log(p * q / both)
    return np.exp(power - _HALF_LOG) / p


def _fraction(p: Array, q: Array, z: Array, levels: int) -> Array:
    """The continued fraction from its end: a step of `_beta_fraction` for each level."""
    over, both, under, twice = p + levels, p + q, q - levels, p + 2 * levels
    both += levels
    found = np.ones_like(z)
    for m in range(levels, 0, -1):
        above = over * both
        above *= z
        below = twice + 1
        below *= twice
        below *= found
        np.subtract(1, np.divide(above, below, out=above), out=found)
        np.multiply(under, z, out=above)
        above *= m
        np.subtract(twice, 1, out=below)
        below *= twice
        below *= found
        np.add(1, np.divide(above, below, out=above), out=found)
        over -= 1
        both -= 1
        under += 1
        twice -= 2
    return 1 - both * z / ((p + 1) * found)


def _single(levels: int, a: Array, b: Array, x: Array) -> Array:
    flip = x > (a + 1) / (a + b + 2)
    p, q, z = np.where(flip, b, a), np.where(flip, a, b), x.astype(np.float64)
    rest = 1 - z
    z, rest = np.where(flip, rest, z), np.where(flip, z, rest)
    part = _front(p, q, z, rest) / _fraction(p, q, z.astype(np.float32), levels)
    return np.where(flip, 1 - part, part)


def _of_few(a: Array, b: Array, x: Array) -> torch.Tensor:
    from scipy.special import betainc

    found = betainc(a.astype(np.float64), b.astype(np.float64), x.astype(np.float64))
    # SciPy has limits there.
    found = np.where((a > 0) & (b > 0) & (a + b < math.inf), found, np.nan)
    return torch.from_numpy(found.astype(np.float32))


def _of_singles(a: torch.Tensor, b: torch.Tensor, x: torch.Tensor) -> torch.Tensor | None:
    """None where the inputs are not ordinary, or are not at hand."""
    try:
        arrays = [(t.detach() if t.requires_grad else t).numpy() for t in (a, b, x)]
    except RuntimeError:
        return None
    if max([array.size for array in arrays]) <= _FEW:
        return _of_few(*arrays)
    lowest = min(arrays[0].min(), arrays[1].min())
    highest = max(arrays[0].max(), arrays[1].max())
    # Compared like this, NaN is not ordinary either.
    if not (lowest >= _LOWEST and highest <= _HIGHEST):
        return None
    if not (arrays[2].min() >= 0 and arrays[2].max() <= 1):
        return None
    shape = np.broadcast_shapes(*[array.shape for array in arrays])
    flat = [np.broadcast_to(array, shape).reshape(-1) for array in arrays]
    found = np.empty(flat[0].size, np.float32)
    # As many as make no difference to float32, found by trying.
    levels = int(5 + 2.2 * math.sqrt(highest))
    _beyond_stirling()

    def part(first: int, last: int) -> None:
        with np.errstate(all="ignore"):
            for start in range(first, last, _BLOCK):
                end = min(start + _BLOCK, last)
                found[start:end] = _single(levels, *[array[start:end] for array in flat])

    in_parts(part, found.size, found.size)
    return torch.from_numpy(found.reshape(shape))


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
