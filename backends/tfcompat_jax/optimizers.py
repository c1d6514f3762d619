"""One step of an optimizer over all its variables; rate and step count are run-time inputs."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import lax


def _split(arrays: list[Any], count: int) -> list[list[Any]]:
    return [arrays[i : i + count] for i in range(0, len(arrays), count)]


def _as(number: Any, like: Any) -> Any:
    return lax.convert_element_type(number, like.dtype)


def sgd_update(rate: Any, *rest: Any) -> Any:
    *arrays, n = rest
    variables, gradients = _split(arrays, n)
    new = [v - _as(rate, v) * g for v, g in zip(variables, gradients, strict=True)]
    return tuple(new)


def momentum_update(rate: Any, *rest: Any) -> Any:
    *arrays, n, momentum, nesterov = rest
    new, momenta = [], []
    for v, g, m in zip(*_split(arrays, n), strict=True):
        mu = _as(momentum, v)
        move = _as(rate, v) * g
        m = m * mu - move
        new.append(v + (m * mu - move if nesterov else m))
        momenta.append(m)
    return (*new, *momenta)


def adam_update(steps: Any, rate: Any, *rest: Any) -> Any:
    *arrays, n, beta_1, beta_2, epsilon = rest
    steps = steps + 1
    t = steps.astype(jnp.float64)
    alpha = rate * jnp.sqrt(1 - beta_2**t) / (1 - beta_1**t)
    new, firsts, seconds = [], [], []
    for v, g, m, s in zip(*_split(arrays, n), strict=True):
        m = m + (g - m) * _as(1 - beta_1, v)
        s = s + (g * g - s) * _as(1 - beta_2, v)
        new.append(v - m * _as(alpha, v) / (lax.sqrt(s) + _as(epsilon, v)))
        firsts.append(m)
        seconds.append(s)
    return (steps, *new, *firsts, *seconds)


def rmsprop_update(rate: Any, *rest: Any) -> Any:
    *arrays, n, rho, epsilon = rest
    new, seconds = [], []
    for v, g, s in zip(*_split(arrays, n), strict=True):
        s = _as(rho, v) * s + _as(1 - rho, v) * (g * g)
        new.append(v - _as(rate, v) * g / lax.sqrt(s + _as(epsilon, v)))
        seconds.append(s)
    return (*new, *seconds)


def adagrad_update(rate: Any, *rest: Any) -> Any:
    *arrays, n, epsilon = rest
    new, sums = [], []
    for v, g, s in zip(*_split(arrays, n), strict=True):
        s = s + g * g
        new.append(v - _as(rate, v) * g / lax.sqrt(s + _as(epsilon, v)))
        sums.append(s)
    return (*new, *sums)
