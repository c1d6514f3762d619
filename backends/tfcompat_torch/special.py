"""Kernels for Bessel functions and special integrals, with TensorFlow's derivatives."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import partial

import torch

from tfcompat._src import special_functions as exact
from tfcompat._src.numpy_kernels import KERNELS

from .derivative import Kernel, derived
from .large import LARGE
from .piecewise import piecewise
from .transcendental import at_zero

_QUICK = KERNELS["special"]

# So many elements, with what becomes of them, stay in the processor's cache.
_PART = 1 << 14


def _wide(function: Callable[[torch.Tensor], torch.Tensor]) -> Kernel:
    """`function` in double precision, of large tensors part by part."""

    def kernel(x: torch.Tensor) -> torch.Tensor:
        y = x.double()
        if y.numel() <= _PART:
            return function(y).to(x.dtype)
        parts = [function(part).to(x.dtype) for part in y.reshape(-1).split(_PART)]
        return torch.cat(parts).reshape(x.shape)

    return kernel


def _own(name: str, exactly: Callable[[torch.Tensor], torch.Tensor] | None = None) -> Kernel:
    """A function of PyTorch's, which has none in half precision.

    `exactly` stands in where it is no better in double precision than in single.
    """
    function = getattr(torch.special, name)
    wide = function if exactly is None else _wide(exactly)

    def kernel(x: torch.Tensor) -> torch.Tensor:
        if x.dtype is torch.float32:
            return function(x)
        if x.dtype is torch.float64:
            return wide(x)
        return function(x.float()).to(x.dtype)

    return kernel


def _up_to_zero(function: Kernel, limit: float) -> Kernel:
    return lambda x: torch.where(x <= 0, limit, function(x))


def _decaying(name: str, quick: str) -> Kernel:
    """A function of the second kind, infinite up to 0."""
    exactly = _up_to_zero(_own(name), math.inf)
    return piecewise(exactly, 2.0**-16, 16, 9, least=LARGE, few=_QUICK[quick])


bessel_j0 = derived(
    _own("bessel_j0", partial(exact.bessel_j, torch, 0)), lambda g, y, x: -g * bessel_j1(x)
)
bessel_j1: Kernel = derived(
    _own("bessel_j1", partial(exact.bessel_j, torch, 1)),
    lambda g, y, x: g * at_zero(x, 0.5, bessel_j0(x) - bessel_j1(x) / x),
)
bessel_y0 = derived(
    _up_to_zero(_own("bessel_y0", partial(exact.bessel_y, torch, 0)), -math.inf),
    lambda g, y, x: -g * bessel_y1(x),
)
bessel_y1: Kernel = derived(
    _up_to_zero(_own("bessel_y1", partial(exact.bessel_y, torch, 1)), -math.inf),
    lambda g, y, x: g * (bessel_y0(x) - bessel_y1(x) / x),
)
bessel_k0 = derived(_decaying("modified_bessel_k0", "bessel_k0"), lambda g, y, x: -g * bessel_k1(x))
bessel_k1: Kernel = derived(
    _decaying("modified_bessel_k1", "bessel_k1"),
    lambda g, y, x: g * (-bessel_k0(x) - bessel_k1(x) / x),
)
bessel_k0e: Kernel = derived(
    _decaying("scaled_modified_bessel_k0", "bessel_k0e"),
    lambda g, y, x: g * (bessel_k0e(x) - bessel_k1e(x)),
)
bessel_k1e: Kernel = derived(
    _decaying("scaled_modified_bessel_k1", "bessel_k1e"),
    lambda g, y, x: g * (bessel_k1e(x) * (1 - 1 / x) - bessel_k0e(x)),
)
dawsn: Kernel = derived(
    piecewise(
        _wide(partial(exact.dawsn, torch)), 2.0**-12, 2.0**10, 8, power=1, few=_QUICK["dawsn"]
    ),
    lambda g, y, x: g * (1 - 2 * x * dawsn(x)),
)
expint = derived(
    piecewise(_wide(partial(exact.expint, torch)), 2.0**-16, 8, 8),
    lambda g, y, x: g * (torch.exp(x) / x),
)
fresnel_cos = derived(
    piecewise(
        _wide(lambda x: exact.fresnel(torch, x)[1]),
        *(2.0**-6, 8, 10),
        power=1,
        few=_QUICK["fresnel_cos"],
    ),
    lambda g, y, x: g * torch.cos(math.pi / 2 * (x * x)),
)
fresnel_sin = derived(
    piecewise(
        _wide(lambda x: exact.fresnel(torch, x)[0]),
        *(2.0**-6, 8, 10),
        power=3,
        few=_QUICK["fresnel_sin"],
    ),
    lambda g, y, x: g * torch.sin(math.pi / 2 * (x * x)),
)


def _spence_gradient(g: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return g * torch.where(x == 1, torch.full_like(x, -1), torch.log(x) / (1 - x))


spence = derived(
    piecewise(_wide(partial(exact.spence, torch)), 2.0**-16, 2.0**10, 8, few=_QUICK["spence"]),
    _spence_gradient,
)
