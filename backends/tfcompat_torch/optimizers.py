"""One step of an optimizer over all its variables. Nothing in place: values may be shared."""

from __future__ import annotations

import math
from typing import Any

import torch

Tensors = tuple[torch.Tensor, ...]


def _split(rest: tuple[Any, ...], count: int, groups: int) -> list[Tensors]:
    return [rest[i * count : (i + 1) * count] for i in range(groups)]


# A number on the host goes into the call. One on a device is used where it is: reading it would
# wait for all that is queued there.
def _times(tensors: Tensors, rate: torch.Tensor) -> Tensors:
    if rate.is_cpu:
        return torch._foreach_mul(tensors, rate.item())
    return torch._foreach_mul(tensors, rate)


def _descend(variables: Tensors, directions: Tensors, rate: torch.Tensor) -> Tensors:
    if rate.is_cpu:
        return torch._foreach_add(variables, directions, alpha=-rate.item())
    return torch._foreach_sub(variables, torch._foreach_mul(directions, rate))


def sgd_update(rate: Any, *rest: Any) -> Any:
    n = rest[-1]
    return _descend(rest[:n], rest[n:-1], rate)


def momentum_update(rate: Any, *rest: Any) -> Any:
    n, momentum, nesterov = rest[-3:]
    variables, gradients, momenta = _split(rest, n, 3)
    moves = _times(gradients, rate)
    new = torch._foreach_sub(torch._foreach_mul(momenta, momentum), moves)
    if nesterov:
        moves = torch._foreach_sub(torch._foreach_mul(new, momentum), moves)
        return (*torch._foreach_add(variables, moves), *new)
    return (*torch._foreach_add(variables, new), *new)


def adam_update(steps: Any, rate: Any, *rest: Any) -> Any:
    n, beta_1, beta_2, epsilon = rest[-4:]
    variables, gradients, firsts, seconds = _split(rest, n, 4)
    steps = steps + 1
    new_firsts = torch._foreach_lerp(firsts, gradients, 1 - beta_1)
    squares = torch._foreach_mul(gradients, gradients)
    new_seconds = torch._foreach_lerp(seconds, squares, 1 - beta_2)
    divisors = torch._foreach_add(torch._foreach_sqrt(new_seconds), epsilon)
    if rate.is_cpu and steps.is_cpu:
        t = steps.item()
        alpha = rate.item() * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        new = torch._foreach_addcdiv(variables, new_firsts, divisors, value=-alpha)
    else:
        t = steps.to(torch.float64)
        alpha = (rate * torch.sqrt(1 - beta_2**t) / (1 - beta_1**t)).to(rate.dtype)
        moves = torch._foreach_mul(torch._foreach_div(new_firsts, divisors), alpha)
        new = torch._foreach_sub(variables, moves)
    return (steps, *new, *new_firsts, *new_seconds)


def rmsprop_update(rate: Any, *rest: Any) -> Any:
    n, rho, epsilon = rest[-3:]
    variables, gradients, seconds = _split(rest, n, 3)
    squares = torch._foreach_mul(gradients, gradients)
    new = torch._foreach_lerp(seconds, squares, 1 - rho)
    divisors = torch._foreach_sqrt(torch._foreach_add(new, epsilon))
    return (*_quotients(variables, gradients, divisors, rate), *new)


def adagrad_update(rate: Any, *rest: Any) -> Any:
    n, epsilon = rest[-2:]
    variables, gradients, sums = _split(rest, n, 3)
    new = torch._foreach_addcmul(sums, gradients, gradients)
    divisors = torch._foreach_sqrt(torch._foreach_add(new, epsilon))
    return (*_quotients(variables, gradients, divisors, rate), *new)


def _quotients(variables: Tensors, above: Tensors, below: Tensors, rate: torch.Tensor) -> Tensors:
    if rate.is_cpu:
        return torch._foreach_addcdiv(variables, above, below, value=-rate.item())
    moves = torch._foreach_mul(torch._foreach_div(above, below), rate)
    return torch._foreach_sub(variables, moves)
