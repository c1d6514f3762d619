"""Kernels for functions of analysis. Where the derivative is not PyTorch's, it says why."""

from __future__ import annotations

import math

import numpy as np
import torch
from torch.nn import functional

from tfcompat._src.numpy_kernels import KERNELS

from . import large
from .beta import betainc as betainc
from .derivative import Kernel, derived
from .gamma import igamma as igamma, igammac as igammac, inside
from .piecewise import piecewise
from .zeta import of_singles


def _unless_zero(g: torch.Tensor, pulled: torch.Tensor) -> torch.Tensor:
    return torch.where(g == 0, torch.zeros((), dtype=g.dtype, device=g.device), pulled)


# In TensorFlow nothing comes of a cotangent of 0, though the slope be infinite:
# where(x > 0, sqrt(x), 0) has a gradient at 0.
sqrt = derived(
    large.function(torch.sqrt, np.sqrt), lambda g, y, x: _unless_zero(g, g * 0.5 / y.conj())
)
rsqrt = derived(torch.rsqrt, lambda g, y, x: _unless_zero(g, g * -0.5 * (y * y * y).conj()))
reciprocal = derived(torch.reciprocal, lambda g, y, x: _unless_zero(g, -g * (y * y).conj()))
exp = large.function(torch.exp, np.exp)
expm1 = torch.expm1
log = large.function(torch.log, np.log)
log1p = torch.log1p
sin = large.function(torch.sin, np.sin)
cos = large.function(torch.cos, np.cos)
tan = large.function(torch.tan, np.tan)
asin = large.function(torch.asin, np.arcsin)
acos = large.function(torch.acos, np.arccos)
atan = large.function(torch.atan, np.arctan, large.FEWER)
sinh = large.function(torch.sinh, np.sinh)
cosh = large.function(torch.cosh, np.cosh)
tanh = large.function(torch.tanh, np.tanh, large.FEWER)
asinh = large.function(torch.asinh, np.arcsinh)
atanh = large.function(torch.atanh, np.arctanh)
sigmoid = torch.sigmoid
erf = torch.erf
erfc = torch.erfc
erfinv = torch.erfinv
ndtri = derived(
    piecewise(torch.special.ndtri, 2.0**-16, 1, 9, least=large.LARGE),
    lambda g, y, x: g * (math.sqrt(2 * math.pi) * torch.exp(torch.square(y) / 2)),
)


def _modified(name: str, power: int) -> Kernel:
    function: Kernel = getattr(torch.special, name)
    if name == "i1e":
        # For which alone PyTorch has a vector loop.
        return function
    if name.endswith("e"):
        return piecewise(function, 2.0**-24, 2.0**10, 8, power, large.LARGE)
    return piecewise(function, 2.0**-12, 8, 9, power, large.LARGE)


# PyTorch takes other sides at 0.
bessel_i0 = derived(_modified("i0", 0), lambda g, y, x: g * bessel_i1(x))
bessel_i0e: Kernel = derived(
    _modified("i0e", 0), lambda g, y, x: g * (bessel_i1e(x) - torch.sign(x) * bessel_i0e(x))
)
bessel_i1: Kernel = derived(
    _modified("i1", 1), lambda g, y, x: g * at_zero(x, 1.0, bessel_i0(x) - bessel_i1(x) / x)
)
bessel_i1e: Kernel = derived(
    _modified("i1e", 1),
    lambda g, y, x: g * at_zero(x, 0.5, bessel_i0e(x) - bessel_i1e(x) * (torch.sign(x) + 1 / x)),
)


def at_zero(x: torch.Tensor, value: float, other: torch.Tensor) -> torch.Tensor:
    return torch.where(x == 0, torch.full_like(x, value), other)


def _acosh_gradient(g: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return g / torch.sinh(y).conj()


# PyTorch has a derivative where x < 1, and so no result.
acosh = derived(large.function(torch.acosh, np.arccosh), _acosh_gradient)


def _atan2_gradient(
    g: torch.Tensor, z: torch.Tensor, y: torch.Tensor, x: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    scaled = g / (x * x + y * y)
    return x * scaled, -y * scaled


# PyTorch takes 0 for the derivative at the origin, where TensorFlow's is NaN.
atan2 = derived(large.function(torch.atan2, np.arctan2), _atan2_gradient)


def softplus(x: torch.Tensor) -> torch.Tensor:
    # Beyond the threshold PyTorch answers x itself; its own 20 shows in float64.
    return functional.softplus(x, threshold=40)


def log_sigmoid(x: torch.Tensor) -> torch.Tensor:
    return functional.logsigmoid(x)


def _softsign(x: torch.Tensor) -> torch.Tensor:
    size = x.abs().add_(1)
    return torch.div(x, size, out=size)


def _softsign_gradient(g: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return g / torch.square(1 + x.abs())


# Differentiated as written it is NaN at infinity.
softsign = derived(_softsign, _softsign_gradient)


# ------------------------------------------------------------------------------- gamma and its kin
def _digamma(x: torch.Tensor) -> torch.Tensor:
    plain = torch.digamma(x)
    # At 0 PyTorch takes a side.
    return plain if large.all_finite(plain) else torch.where(x == 0, math.nan, plain)


# PyTorch's own derivative has ten digits.
def _digamma_gradient(g: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return g * polygamma(torch.ones_like(x), x)


digamma = derived(
    piecewise(
        _digamma,
        *(2.0**-16, 2.0**16, 8),
        least=large.LARGE,
        few=KERNELS["transcendental"]["digamma"],
    ),
    _digamma_gradient,
)


def _lgamma_gradient(g: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return g * digamma(x)


lgamma = derived(torch.lgamma, _lgamma_gradient)


def _zeta_gradient(
    g: torch.Tensor, z: torch.Tensor, x: torch.Tensor, q: torch.Tensor
) -> tuple[None, torch.Tensor]:
    return None, -g * x * zeta(x + 1, q)


def _zeta(x: torch.Tensor, q: torch.Tensor) -> torch.Tensor:
    found = of_singles(x, q)
    if found is not None:
        return found
    plain = torch.special.zeta(x, q)
    # Whatever is to be chosen otherwise is infinite or no number here.
    if large.all_finite(plain):
        return plain
    # At the poles 0, -1, ... only even powers of them are one infinity.
    pole = (q <= 0) & (q == q.floor()) & (x > 1) & (torch.remainder(x, 2) != 0)
    found = torch.where(pole | x.isnan(), math.nan, plain)
    # Of what PyTorch has no number for: the sum's largest term alone.
    most = torch.where(q < 1, math.inf, (q == 1).to(found.dtype))
    between = (x == x.floor()) & (q != q.floor())
    missing = found.isnan() & (x > 1) & ~q.isnan() & (x.isinf() | (q > 0) | between)
    return torch.where(missing, most, found)


zeta = derived(_zeta, _zeta_gradient)


def _polygamma(a: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    if a.numel() == 1 and a.is_cpu and x.dtype is torch.float32 and a.dim() <= x.dim():
        if a.item() == 1 and inside(x, _TINIEST):
            return torch.special.polygamma(1, x)
    sign = torch.where(a.isinf(), 1, 1 - 2 * torch.remainder(a + 1, 2))
    higher = sign * torch.exp(torch.lgamma(a + 1)) * _zeta(a + 1, x)
    return torch.where(a == 0, digamma(x), torch.where(a == a.floor(), higher, math.nan))


def _polygamma_gradient(
    g: torch.Tensor, z: torch.Tensor, a: torch.Tensor, x: torch.Tensor
) -> tuple[None, torch.Tensor]:
    return None, g * polygamma(a + 1, x)


polygamma = derived(_polygamma, _polygamma_gradient)


_TINIEST = 1e-15  # of what the trigamma function is finite
