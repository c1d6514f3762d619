"""The steps as a JAX user writes them: jax.jit around the whole step."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from . import data
from .step import Step, calls_only, flat

if os.environ.get("TFCOMPAT_DEVICE", "").startswith("cpu"):
    jax.config.update("jax_platforms", "cpu")


def build(name: str) -> Step:
    """Makes the step `name`."""
    builders: dict[str, Callable[[], Step]] = {
        "a": linear_regression,
        "b": gradient_descent,
        "c": mlp,
        "d": chain,
        "e": hessian,
        "e-jacobian": hessian,
        "f": gradient_penalty,
    }
    if name in builders:
        return builders[name]()
    if name.startswith("g-"):
        return single_op(name)
    from . import models_jax

    return models_jax.build(name)


def linear_regression() -> Step:
    inputs, targets = (jnp.asarray(array) for array in data.regression())

    def loss(parameters: Any) -> jax.Array:
        a, b = parameters
        return 0.5 * jnp.sum(jnp.square(a * inputs + b - targets))

    return _training(loss, (jnp.float32(0.0), jnp.float32(0.0)), rate=1e-3)


def gradient_descent() -> Step:
    def curve(x: jax.Array) -> jax.Array:
        return 3.0 * x**2 + 2.0 * x - 1

    return _training(curve, jnp.float32(-1.0), rate=0.1)


def mlp() -> Step:
    parameters, images_data, labels_data = data.mlp()
    images, labels = jnp.asarray(images_data), jnp.asarray(labels_data)

    def loss(parameters: Any) -> jax.Array:
        w1, b1, w2, b2, w3, b3 = parameters
        hidden = jax.nn.relu(images @ w1 + b1)
        hidden = jax.nn.relu(hidden @ w2 + b2)
        chances = jax.nn.log_softmax(hidden @ w3 + b3)
        return -jnp.mean(jnp.take_along_axis(chances, labels[:, None], axis=1))

    return _training(loss, [jnp.asarray(p) for p in parameters], rate=1e-2)


def chain() -> Step:
    x = jnp.asarray(data.chain())

    def forward(y: jax.Array) -> jax.Array:
        for _ in range(data.CHAIN_ROUNDS):
            y = jnp.sin(y)
            y = y * 1.05
            y = y + 0.1
            y = jnp.tanh(y)
        return jnp.sum(y)

    slope = jax.jit(jax.grad(forward))
    return _reading(lambda: slope(x))


def hessian() -> Step:
    x = jnp.asarray(data.hessian())

    def bowl(x: jax.Array) -> jax.Array:
        return jnp.sum(100.0 * (x[1:] - x[:-1] ** 2) ** 2 + (1.0 - x[:-1]) ** 2)

    matrix = jax.jit(jax.hessian(bowl))
    return _reading(lambda: matrix(x))


def gradient_penalty() -> Step:
    parameters, inputs_data = data.penalty()
    inputs = jnp.asarray(inputs_data)

    def critic(parameters: Any, x: jax.Array) -> jax.Array:
        w1, b1, w2, b2, w3, b3, w4, b4 = parameters
        hidden = jnp.tanh(x @ w1 + b1)
        hidden = jnp.tanh(hidden @ w2 + b2)
        hidden = jnp.tanh(hidden @ w3 + b3)
        return hidden @ w4 + b4

    def loss(parameters: Any) -> jax.Array:
        score, back = jax.vjp(lambda x: critic(parameters, x), inputs)
        (slope,) = back(jnp.ones_like(score))
        length = jnp.sqrt(jnp.sum(jnp.square(slope), axis=1))
        penalty = jnp.mean(jnp.square(length - 1.0))
        return jnp.mean(score) + data.PENALTY_WEIGHT * penalty

    return _training(loss, [jnp.asarray(p) for p in parameters], rate=1e-3)


def single_op(name: str) -> Step:
    a, b = (jnp.asarray(array) for array in data.small())
    calls: dict[str, Callable[[], jax.Array]] = {
        "g-add": lambda: jnp.add(a, b),
        "g-square": lambda: jnp.square(a),
        "g-sum": lambda: jnp.sum(a),
    }
    call = calls[name.removesuffix("-read")]
    if name.endswith("-read"):
        return _reading(call)

    run = calls_only(call, jax.block_until_ready)
    return Step(run, lambda: flat(np.asarray(call())))


def _training(loss: Callable[[Any], jax.Array], parameters: Any, rate: float) -> Step:
    @jax.jit
    def step(parameters: Any) -> Any:
        slopes = jax.grad(loss)(parameters)
        return jax.tree.map(lambda p, s: p - rate * s, parameters, slopes)

    current = parameters

    def run(n: int) -> None:
        nonlocal current
        for _ in range(n):
            current = step(current)
        jax.block_until_ready(current)

    return Step(run, lambda: flat(*(np.asarray(leaf) for leaf in jax.tree.leaves(current))))


def _reading(step: Callable[[], jax.Array]) -> Step:
    def run(n: int) -> None:
        for _ in range(n):
            np.asarray(step())

    return Step(run, lambda: flat(np.asarray(step())))
