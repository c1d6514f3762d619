"""Kernels for activations. Where PyTorch's derivative is not TensorFlow's, the body says why."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from torch.nn import functional

from . import large
from .derivative import derived
from .transcendental import rsqrt

relu = torch.relu


def relu6(x: torch.Tensor) -> torch.Tensor:
    # clamp knows integers, but passes the gradient at its bounds.
    return functional.relu6(x) if x.requires_grad else torch.clamp(x, 0, 6)


def leaky_relu(x: torch.Tensor, alpha: float) -> torch.Tensor:
    return torch._C._nn.leaky_relu(x, alpha)


def _elu(x: torch.Tensor) -> torch.Tensor:
    below = large.expm1_below_zero(x)
    # Above 0 the exponential's part is 0, below it is larger than x.
    return functional.elu(x) if below is None else torch.maximum(below, x, out=below)


def _elu_gradient(g: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return torch.where(y < 0, (y + 1) * g, g)


# PyTorch's second derivative at 0 is that of the exponential, TensorFlow's that of the line.
elu = derived(_elu, _elu_gradient)

_SCALE = 1.0507009873554804934193349852946
_SCALE_ALPHA = 1.7580993408473768599402175208123


def _selu_gradient(g: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    return torch.where(y < 0, (y + _SCALE_ALPHA) * g, _SCALE * g)


def _selu(x: torch.Tensor) -> torch.Tensor:
    below = large.expm1_below_zero(x)
    if below is None:
        return torch.selu(x)
    return below.mul_(_SCALE_ALPHA).add_(x.clamp_min(0), alpha=_SCALE)


selu = derived(_selu, _selu_gradient)


# Two of TensorFlow's constants are in single precision, for double precision too.
_ROOT_OF_HALF = 0.7071067690849304
_ROOT_OF_2_OVER_PI = 0.7978845608028654
_CUBIC = 0.044714998453855515


def gelu(x: torch.Tensor) -> torch.Tensor:
    if x.dtype is torch.float64:
        return 0.5 * x * (1 + torch.erf(x * _ROOT_OF_HALF))
    return functional.gelu(x)


def gelu_approximate(x: torch.Tensor) -> torch.Tensor:
    if x.dtype is torch.float64:
        return 0.5 * x * (1 + torch.tanh(_ROOT_OF_2_OVER_PI * (x + _CUBIC * x**3)))
    return functional.gelu(x, approximate="tanh")


def _silu_gradient(g: torch.Tensor, y: torch.Tensor, x: torch.Tensor) -> torch.Tensor:
    s = torch.sigmoid(x)
    return g * (s * (1 + x * (1 - s)))


# Of complex numbers TensorFlow does not conjugate the derivative.
_complex_silu = derived(lambda x: x * torch.sigmoid(x), _silu_gradient)


def silu(x: torch.Tensor) -> torch.Tensor:
    return _complex_silu(x) if x.is_complex() else functional.silu(x)


def softmax(x: torch.Tensor, axis: int = -1) -> torch.Tensor:
    return torch.softmax(x, axis)


def log_softmax(x: torch.Tensor, axis: int = -1) -> torch.Tensor:
    return torch.log_softmax(x, axis)


def l2_loss(x: torch.Tensor) -> torch.Tensor:
    return large.sum_of_squares(x) / 2


def batch_normalization(
    x: torch.Tensor,
    mean: torch.Tensor,
    variance: torch.Tensor,
    offset: torch.Tensor,
    scale: torch.Tensor,
    epsilon: float,
) -> torch.Tensor:
    # With an epsilon there is no infinite slope, for which the other kernel is made.
    inverse = torch.rsqrt if epsilon > 0 else rsqrt
    factor = inverse(variance + epsilon) * scale
    return torch.addcmul(offset - mean * factor, x, factor)


def layer_normalization(
    x: torch.Tensor, scale: torch.Tensor, offset: torch.Tensor, epsilon: float
) -> torch.Tensor:
    if x.is_cpu:
        found, _, inverse = torch.native_layer_norm(x, scale.shape, scale, offset, epsilon)
        if large.all_finite(inverse):
            return found
    # PyTorch makes NaN of some rows whose variance is infinite, which TensorFlow does not.
    mean = x.mean(-1, keepdim=True)
    variance = torch.square(x - mean).mean(-1, keepdim=True)
    return batch_normalization(x, mean, variance, offset, scale, epsilon)


_INTEGERS = {torch.float32: np.int32, torch.float64: np.int64}


def _dropped(x: torch.Tensor, noise: torch.Tensor, rate: float) -> torch.Tensor:
    """By bits, in NumPy: no element waits for its truth."""
    kept = noise.numpy() >= rate
    found = x * (1 / (1 - rate))
    bits = found.numpy().view(_INTEGERS[x.dtype])
    bits *= kept
    return found


def dropout(x: torch.Tensor, noise: torch.Tensor, rate: float) -> torch.Tensor:
    if x.numel() >= large.LARGE and x.is_cpu and not x.requires_grad and x.dtype in _INTEGERS:
        try:
            return _dropped(x, noise, rate)
        except RuntimeError:
            # A tensor that stands for many, of torch.vmap.
            pass
    return large.where(noise >= rate, x * (1 / (1 - rate)), x.new_zeros(()))


@lru_cache(maxsize=32)
def _band(size: int, radius: int, dtype: torch.dtype) -> torch.Tensor:
    """A matrix of ones near its diagonal."""
    return torch.ones(size, size, dtype=dtype).tril_(radius).triu_(-radius)


_FEW = 256  # channels that a product of matrices adds up faster


def local_response_normalization(
    x: torch.Tensor, radius: int, bias: float, alpha: float, beta: float
) -> torch.Tensor:
    squares = torch.square(x)
    if radius and x.numel():
        # A mean over neighbours, as many everywhere, is their sum but for a factor.
        width = 2 * radius + 1
        depth = x.shape[-1]
        if depth <= _FEW and large.all_finite(squares):
            # What is not finite would reach further than its neighbours.
            band = _band(depth, radius, x.dtype)
            if not x.requires_grad:
                many = x.numel() >= large.LARGE and x.dtype is torch.float32
                sums = (large.product if many else torch.matmul)(squares, band)
                if alpha != 1:
                    sums.mul_(alpha)
                return sums.add_(bias).pow_(-beta).mul_(x)
            sums = large.matmul(squares, band)
            return x * (bias + alpha * sums) ** -beta
        rows = functional.pad(squares, (radius, radius)).reshape(-1, 1, x.shape[-1] + 2 * radius)
        squares = functional.avg_pool1d(rows, width, 1).reshape(x.shape) * width
    return x * (bias + alpha * squares) ** -beta
