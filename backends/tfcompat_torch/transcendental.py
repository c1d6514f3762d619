"""Kernels for the functions of analysis. Where PyTorch's derivative is not TensorFlow's, it says why."""

from __future__ import annotations

import math

import torch
from torch.nn import functional

from .derivative import derived

sqrt = torch.sqrt
rsqrt = torch.rsqrt
reciprocal = torch.reciprocal
exp = torch.exp
expm1 = torch.expm1
log = torch.log
log1p = torch.log1p
sin = torch.sin
cos = torch.cos
tan = torch.tan
asin = torch.asin
acos = torch.acos
atan = torch.atan
sinh = torch.sinh
cosh = torch.cosh
tanh = torch.tanh
asinh = torch.asinh
acosh = torch.acosh
atanh = torch.atanh
sigmoid = torch.sigmoid
erf = torch.erf
erfc = torch.erfc
erfinv = torch.erfinv
ndtri = torch.special.ndtri
lgamma = torch.lgamma
digamma = torch.digamma
bessel_i0 = torch.special.i0
bessel_i0e = torch.special.i0e
bessel_i1 = torch.special.i1
bessel_i1e = torch.special.i1e
atan2 = torch.atan2


def softplus(x: torch.Tensor) -> torch.Tensor:
    # Beyond the threshold PyTorch answers x itself; its own 20 shows in float64.
    return functional.softplus(x, threshold=40)


def log_sigmoid(x: torch.Tensor) -> torch.Tensor:
    return -softplus(-x)


def softsign(x: torch.Tensor) -> torch.Tensor:
    return x / (1 + x.abs())


igamma = torch.special.gammainc
igammac = torch.special.gammaincc
zeta = torch.special.zeta
