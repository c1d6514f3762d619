"""The incomplete gamma functions with their derivatives by both inputs."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import torch

from tfcompat._src.extremes import extremes

from .derivative import Kernel, derived

# So many terms at most; between looks at whether they still matter.
_TERMS, _LOOK = 20_000, 32


def _by_series(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The derivative by `a` of the lower function from its power series: good up to x = a."""
    scale = torch.xlogy(a, x) - x - torch.lgamma(a + 1)
    term, total = torch.ones_like(x), torch.ones_like(x)
    harmonic, moved = torch.zeros_like(x), torch.zeros_like(x)
    for n in range(1, _TERMS):
        term = term * (x / (a + n))
        harmonic = harmonic + 1 / (a + n)
        total, moved = total + term, moved + term * harmonic
        if n % _LOOK == 0 and not bool((term * harmonic > 1e-17 * moved).any()):
            break
    return torch.exp(scale) * ((torch.log(x) - torch.digamma(a + 1)) * total - moved)


@lru_cache(maxsize=1)
def _gauss() -> tuple[torch.Tensor, torch.Tensor]:
    places, weights = np.polynomial.legendre.leggauss(96)
    return torch.from_numpy((places + 1) / 2), torch.from_numpy(weights / 2)


def _by_tail(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    """The same from the integral beyond x: good from x = a on."""
    u, weights = (t.to(x.device) for t in _gauss())
    # Where the integrand has died away: it decays by its slope at x and by its curvature.
    slope = 1 - (a - 1) / x
    bend = torch.clamp(a - 1, min=0) / (8 * x * x)
    end = 84 / (slope + torch.sqrt(slope * slope + 168 * bend))
    beyond = end.unsqueeze(-1) * u
    power, at = (a - 1).unsqueeze(-1), x.unsqueeze(-1)
    values = torch.exp(power * torch.log1p(beyond / at) - beyond)
    values = values * (torch.log(at + beyond) - torch.digamma(a).unsqueeze(-1))
    scale = torch.exp((a - 1) * torch.log(x) - x - torch.lgamma(a))
    return -scale * end * (values @ weights)


def _igamma_by_a(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    dtype = x.dtype
    a, x = torch.broadcast_tensors(a.double(), x.double())
    inside = (a > 0) & (x > 0) & (x < math.inf) & (a < math.inf)
    tail = x > torch.clamp(a, min=1.5)
    near = _by_series(torch.where(inside & ~tail, a, 1.0), torch.where(inside & ~tail, x, 1.0))
    far = _by_tail(torch.where(inside & tail, a, 1.0), torch.where(inside & tail, x, 2.0))
    found = torch.where(inside, torch.where(tail, far, near), torch.where(a > 0, 0.0, math.nan))
    return torch.where(x < 0, math.nan, torch.where(x == 0, 0.0, found)).to(dtype)


def _density(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return torch.exp((a - 1) * torch.log(x) - x - torch.lgamma(a))


def _mixed(
    g: torch.Tensor, y: torch.Tensor, a: torch.Tensor, x: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    # TensorFlow has none by a twice; no formula is simpler than the difference.
    wide, at = a.detach().double(), x.detach().double()
    step = 1e-5 * wide
    rise = _igamma_by_a(wide + step, at) - _igamma_by_a(wide - step, at)
    return g * (rise / (2 * step)).to(y.dtype), g * _density(a, x) * (
        torch.log(x) - torch.digamma(a)
    )


_slope_by_a = derived(_igamma_by_a, _mixed)


def _igamma_gradient(
    g: torch.Tensor, y: torch.Tensor, a: torch.Tensor, x: torch.Tensor
) -> tuple[torch.Tensor | None, torch.Tensor]:
    by_a = g * _slope_by_a(a, x) if a.requires_grad else None
    return by_a, g * _density(a, x)


def _igammac_gradient(
    g: torch.Tensor, y: torch.Tensor, a: torch.Tensor, x: torch.Tensor
) -> tuple[torch.Tensor | None, torch.Tensor]:
    return _igamma_gradient(-g, y, a, x)


def inside(x: torch.Tensor, low: float, high: float = math.inf) -> bool:
    """Whether all elements lie between two numbers, as far as that is quick to say."""
    try:
        array = (x.detach() if x.requires_grad else x).numpy()
    except (RuntimeError, TypeError):
        # On another device, without values, or standing for many, of torch.vmap.
        return False
    if not array.size:
        return False
    least, most = extremes(array)
    return low < least and most < high


def _gammainc(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    plain = torch.special.gammainc(a, x)
    if inside(a, 0):
        return plain
    # PyTorch does not look at x where a is infinite.
    plain = torch.where(a == math.inf, torch.where(x >= 0, 0.0, math.nan), plain)
    return torch.where(x == 0, 0.0, torch.where(a > 0, plain, math.nan))


def _gammaincc(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    plain = torch.special.gammaincc(a, x)
    if inside(a, 0):
        return plain
    beyond = torch.where(
        x < math.inf, torch.where(x >= 0, 1.0, math.nan), torch.where(x > 0, 0.0, math.nan)
    )
    return torch.where(a > 0, torch.where(a == math.inf, beyond, plain), math.nan)


igamma: Kernel = derived(_gammainc, _igamma_gradient)
igammac: Kernel = derived(_gammaincc, _igammac_gradient)
