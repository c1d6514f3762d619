"""One step of an optimizer over all its variables. Nothing in place: values may be shared."""

from __future__ import annotations

import math
from typing import Any

import torch

Tensors = list[torch.Tensor]


def _split(arrays: tuple[Any, ...], count: int) -> list[Tensors]:
    return [list(arrays[i : i + count]) for i in range(0, len(arrays), count)]


def _scaled(rate: torch.Tensor, tensors: Tensors) -> Tensors:
    if rate.device.type == "cpu":
        return torch._foreach_mul(tensors, rate.item())
    # On a device the rate is used where it is: reading it would wait for all that is queued.
    return torch._foreach_mul(tensors, rate)


def _descend(variables: Tensors, directions: Tensors, rate: torch.Tensor) -> Tensors:
    if rate.device.type == "cpu":
        return torch._foreach_add(variables, directions, alpha=-rate.item())
    return torch._foreach_sub(variables, torch._foreach_mul(directions, rate))


def sgd_update(rate: Any, steps: Any, *rest: Any) -> Any:
    *arrays, n = rest
    variables, gradients = _split(tuple(arrays), n)
    return (steps + 1, *_descend(variables, gradients, rate))


def momentum_update(rate: Any, steps: Any, *rest: Any) -> Any:
    *arrays, n, momentum, nesterov = rest
    variables, gradients, momenta = _split(tuple(arrays), n)
    moves = _scaled(rate, gradients)
    momenta = torch._foreach_sub(torch._foreach_mul(momenta, momentum), moves)
    if nesterov:
        moves = torch._foreach_sub(torch._foreach_mul(momenta, momentum), moves)
        return (steps + 1, *torch._foreach_add(variables, moves), *momenta)
    return (steps + 1, *torch._foreach_add(variables, momenta), *momenta)


def adam_update(rate: Any, steps: Any, *rest: Any) -> Any:
    *arrays, n, beta_1, beta_2, epsilon = rest
    variables, gradients, firsts, seconds = _split(tuple(arrays), n)
    steps = steps + 1
    # What TensorFlow has in float32: betas, their complements, their powers.
    firsts = torch._foreach_lerp(firsts, gradients, 1 - beta_1)
    squares = torch._foreach_mul(gradients, gradients)
    seconds = torch._foreach_lerp(seconds, squares, 1 - beta_2)
    divisors = torch._foreach_add(torch._foreach_sqrt(seconds), epsilon)
    if rate.device.type == "cpu":
        t = steps.item()
        alpha = rate.item() * math.sqrt(1 - beta_2**t) / (1 - beta_1**t)
        return (
            steps,
            *torch._foreach_addcdiv(variables, firsts, divisors, value=-alpha),
            *firsts,
            *seconds,
        )
    t = steps.to(torch.float64)
    alpha = (rate * torch.sqrt(1 - beta_2**t) / (1 - beta_1**t)).to(rate.dtype)
    moves = torch._foreach_mul(torch._foreach_div(firsts, divisors), alpha)
    return (steps, *torch._foreach_sub(variables, moves), *firsts, *seconds)


def rmsprop_update(rate: Any, steps: Any, *rest: Any) -> Any:
    *arrays, n, rho, epsilon = rest
    variables, gradients, seconds = _split(tuple(arrays), n)
    squares = torch._foreach_mul(gradients, gradients)
    seconds = torch._foreach_add(torch._foreach_mul(seconds, rho), squares, alpha=1 - rho)
    divisors = torch._foreach_sqrt(torch._foreach_add(seconds, epsilon))
    moves = torch._foreach_div(gradients, divisors)
    return (steps + 1, *_descend(variables, moves, rate), *seconds)


def adagrad_update(rate: Any, steps: Any, *rest: Any) -> Any:
    *arrays, n, epsilon = rest
    variables, gradients, sums = _split(tuple(arrays), n)
    sums = torch._foreach_add(sums, torch._foreach_mul(gradients, gradients))
    divisors = torch._foreach_sqrt(torch._foreach_add(sums, epsilon))
    moves = torch._foreach_div(gradients, divisors)
    return (steps + 1, *_descend(variables, moves, rate), *sums)
