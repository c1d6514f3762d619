"""Element-wise kernels. Where PyTorch's derivative is not TensorFlow's, the body says why."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch

from . import large
from .derivative import Kernel, derived

Array = np.ndarray[Any, Any]

add = torch.add
subtract = torch.sub
multiply = torch.mul
divide = torch.div
negative = torch.neg
abs = torch.abs
square = torch.square
floor = torch.floor
ceil = torch.ceil
round = torch.round
is_nan = large.test(torch.isnan, np.isnan)
is_inf = large.test(torch.isinf, np.isinf)
is_finite = large.test(torch.isfinite, np.isfinite)
less = large.comparison(torch.lt, np.less)
less_equal = large.comparison(torch.le, np.less_equal)
greater = large.comparison(torch.gt, np.greater)
greater_equal = large.comparison(torch.ge, np.greater_equal)
equal = large.comparison(torch.eq, np.equal)
not_equal = large.comparison(torch.ne, np.not_equal)
logical_and = torch.logical_and
logical_or = torch.logical_or
logical_not = torch.logical_not


def cube(x: torch.Tensor) -> torch.Tensor:
    return x * x * x


def sign(x: torch.Tensor) -> torch.Tensor:
    # PyTorch takes 0 for the sign of NaN.
    if not x.is_floating_point():
        return torch.sgn(x)
    if x.requires_grad:
        return torch.where(x.isnan(), x.detach(), torch.sgn(x))
    if x.is_cpu and 0 < x.numel() <= _FEW and x.dtype in _OF_NUMPY:
        try:
            return torch.from_numpy(np.asarray(np.sign(x.numpy())))
        except RuntimeError:
            # A tensor that stands for many, of torch.vmap.
            pass
    found = torch.sgn(x)
    if large.all_finite(x):
        return found
    # Twice this makes the least positive number more than 1, and leaves 0 and NaN. -0 becomes 0.
    half = _HALF[x.dtype]
    return (x * half).mul_(half).clamp_(-1, 1).add_(0)


_FEW = 1 << 10  # elements, of which NumPy tells the signs sooner than PyTorch that none is NaN
_OF_NUMPY = {torch.float32, torch.float64}
_HALF = {
    native: torch.finfo(native).max / 2
    for native in (torch.float32, torch.float64, torch.float16, torch.bfloat16)
}


def floordiv(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    # PyTorch's float division floors the exact quotient, TensorFlow the rounded one.
    if x.dtype.is_floating_point:
        return (x / y).floor_()
    return torch.div(x, y, rounding_mode="floor")


def _floormod_gradient(
    g: torch.Tensor, z: torch.Tensor, x: torch.Tensor, y: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    return g, -g * floordiv(x, y).detach()


# PyTorch's own derivative by y is by its own quotient.
floormod = derived(torch.remainder, _floormod_gradient)


def truncatediv(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if x.dtype.is_floating_point or not x.dtype.is_signed:
        return torch.div(x, y, rounding_mode="trunc")
    # The processor stops the whole process at the least integer by -1.
    minus = y == -1
    return torch.where(minus, -x, torch.div(x, y.masked_fill(minus, 1), rounding_mode="trunc"))


truncatemod = torch.fmod


def add_n(*inputs: torch.Tensor) -> torch.Tensor:
    first, second, *others = inputs
    total = first + second
    for x in others:
        # In place, where no gradient asks for what it was.
        total = total + x if total.requires_grad or x.requires_grad else total.add_(x)
    return total


def squared_difference(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    d = x - y
    if d.is_complex():
        return d.conj() * d
    return torch.square(d) if d.requires_grad else d.square_()


def maximum(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    # PyTorch halves the gradient where x equals y; TensorFlow gives all of it to x.
    if x.requires_grad or y.requires_grad:
        return torch.where((x >= y) | x.isnan(), x, y)
    return torch.maximum(x, y)


def minimum(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if x.requires_grad or y.requires_grad:
        return torch.where((x <= y) | x.isnan(), x, y)
    return torch.minimum(x, y)


def _nextafter_gradient(
    g: torch.Tensor, z: torch.Tensor, x: torch.Tensor, y: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    return g, torch.zeros_like(g)


nextafter = derived(torch.nextafter, _nextafter_gradient)


_power = large.function(torch.pow, np.power)


def _pow(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return _power(x, y)


def _log_of_base(x: torch.Tensor) -> torch.Tensor:
    # TensorFlow takes the logarithm of a base that has none for 0.
    good = x != 0 if x.is_complex() else x > 0
    return torch.where(good, torch.where(good, x, 1).log(), 0)


def _pow_gradient(
    g: torch.Tensor, z: torch.Tensor, x: torch.Tensor, y: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    return g * (y * pow(x, y - 1)).conj(), g * (z * _log_of_base(x)).conj()


# PyTorch takes 0 for the derivative of x**0 at 0, and NaN by the exponent of a negative base.
pow = derived(_pow, _pow_gradient)


def divide_no_nan(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if y.numel() >= large.LARGE and not (x.requires_grad or y.requires_grad):
        found = x / y
        # What a zero makes is infinite or no number.
        if large.all_finite(found):
            return found
    # The inner choice keeps the derivative of the branch not taken from being NaN.
    zero = y == 0
    safe = torch.where(zero, 1, y) if x.requires_grad or y.requires_grad else y
    return torch.where(zero, 0, x / safe)


def _multiply_no_nan(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if large.nowhere_zero(y):
        return x * y
    return torch.where(y == 0, 0, x * y)


def _multiply_no_nan_gradient(
    g: torch.Tensor, z: torch.Tensor, x: torch.Tensor, y: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    return multiply_no_nan(g, y), multiply_no_nan(x, g)


# TensorFlow's derivative by y is x at y = 0 too, and of complex numbers not conjugated.
multiply_no_nan = derived(_multiply_no_nan, _multiply_no_nan_gradient)


# Where x is 0 the result is a constant: TensorFlow takes 0 for both derivatives there. Of complex
# numbers it does not conjugate them.
def _xdivy(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if large.nowhere_zero(x):
        return x / y
    zero = x == 0
    return torch.where(zero, x, x / torch.where(zero, 1, y))


_log = large.function(torch.log, np.log)


def _xlogy(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if large.nowhere_zero(x):
        return _log(y).mul_(x) if y.shape == x.shape else x * _log(y)
    if not x.is_complex():
        # PyTorch takes NaN where y is none, even if x is 0.
        found = torch.xlogy(x, y)
        if large.all_finite(found):
            return found
    return torch.where(x == 0, x, x * torch.log(y))


def _xlogy_at_once(x: Array, y: Array, out: Array) -> None:
    np.log(y, out=out)
    np.multiply(out, x, out=out)
    zero = x == 0
    if zero.any():
        np.copyto(out, x, where=zero)


_xlogy_of_many = large.function(_xlogy, _xlogy_at_once)


def _xlog1py(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    if large.nowhere_zero(x):
        return x * torch.log1p(y)
    return torch.where(x == 0, x, x * torch.log1p(y))


def _present(x: torch.Tensor) -> torch.Tensor:
    return (x != 0).to(x.dtype)


xdivy: Kernel = derived(
    _xdivy, lambda g, z, x, y: (g * xdivy(_present(x), y), g * xdivy(-x, torch.square(y)))
)
xlogy: Kernel = derived(
    _xlogy_of_many, lambda g, z, x, y: (g * xlogy(_present(x), y), g * xdivy(x, y))
)
xlog1py: Kernel = derived(
    _xlog1py, lambda g, z, x, y: (g * xlog1py(_present(x), y), g * xdivy(x, 1 + y))
)
