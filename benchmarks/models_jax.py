"""Training steps of models as a JAX user writes them: jax.jit around the whole step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from . import model_data as data
from .step import Step
from .steps_jax import _reading, _training

RATE = 1e-3


def build(name: str) -> Step:
    """Makes the step `name`."""
    builders: dict[str, Callable[[], Step]] = {
        "cnn": cnn,
        "lstm": lstm,
        "transformer": transformer,
        "while": loop,
        "pinn": pinn,
    }
    return builders[name]()


def _pooled(x: jax.Array) -> jax.Array:
    return jax.lax.reduce_window(x, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")


def _convolved(x: jax.Array, filters: jax.Array, padding: str) -> jax.Array:
    return jax.lax.conv_general_dilated(
        x, filters, (1, 1), padding, dimension_numbers=("NHWC", "HWIO", "NHWC")
    )


def cnn() -> Step:
    parameters, images_data, labels_data = data.cnn()
    images, labels = jnp.asarray(images_data), jnp.asarray(labels_data)

    def loss(parameters: Any) -> jax.Array:
        f1, c1, f2, c2, w3, b3, w4, b4, w5, b5 = parameters
        x = _pooled(jax.nn.relu(_convolved(images, f1, "SAME") + c1))
        x = _pooled(jax.nn.relu(_convolved(x, f2, "VALID") + c2))
        x = x.reshape(-1, 400)
        x = jax.nn.relu(x @ w3 + b3)
        x = jax.nn.relu(x @ w4 + b4)
        chances = jax.nn.log_softmax(x @ w5 + b5)
        return -jnp.mean(jnp.take_along_axis(chances, labels[:, None], axis=1))

    return _training(loss, [jnp.asarray(p) for p in parameters], RATE)


def lstm() -> Step:
    parameters, inputs_data, targets_data = data.lstm()
    inputs, targets = jnp.asarray(inputs_data), jnp.asarray(targets_data)

    def loss(parameters: Any) -> jax.Array:
        kernel, recurrent, bias, out = parameters

        def cell(state: Any, x: jax.Array) -> Any:
            h, c = state
            i, f, g, o = jnp.split(x @ kernel + h @ recurrent + bias, 4, axis=1)
            c = jax.nn.sigmoid(f) * c + jax.nn.sigmoid(i) * jnp.tanh(g)
            return (jax.nn.sigmoid(o) * jnp.tanh(c), c), None

        zeros = jnp.zeros((data.SEQUENCES, data.UNITS), jnp.float32)
        (h, _), _ = jax.lax.scan(cell, (zeros, zeros), inputs)
        return jnp.mean(jnp.square(h @ out - targets))

    return _training(loss, [jnp.asarray(p) for p in parameters], RATE)


def transformer() -> Step:
    layers_data, tokens_data = data.transformer()
    tokens = jnp.asarray(tokens_data)
    size = data.WIDTH // data.HEADS

    def normalized(x: jax.Array, gain: jax.Array) -> jax.Array:
        mean, variance = jnp.mean(x, -1, keepdims=True), jnp.var(x, -1, keepdims=True)
        return (x - mean) * jax.lax.rsqrt(variance + 1e-5) * gain

    def heads(x: jax.Array) -> jax.Array:
        return x.reshape(data.BATCH, data.TOKENS, data.HEADS, size).transpose(0, 2, 1, 3)

    def loss(layers: Any) -> jax.Array:
        x = tokens
        for query, key, value, out, wide, narrow, gain1, gain2 in layers:
            y = normalized(x, gain1)
            q, k, v = heads(y @ query), heads(y @ key), heads(y @ value)
            weights = jax.nn.softmax(q @ k.swapaxes(-1, -2) / size**0.5)
            y = (weights @ v).transpose(0, 2, 1, 3)
            x = x + y.reshape(data.BATCH, data.TOKENS, data.WIDTH) @ out
            x = x + jax.nn.gelu(normalized(x, gain2) @ wide, approximate=False) @ narrow
        return jnp.mean(jnp.square(x))

    return _training(loss, [[jnp.asarray(p) for p in layer] for layer in layers_data], RATE)


def loop() -> Step:
    start = jnp.asarray(data.loop())

    @jax.jit
    def steps(x: jax.Array) -> jax.Array:
        def body(state: Any) -> Any:
            i, x = state
            return i + 1, x + 0.01 * jnp.sin(x) - 0.001 * x

        return jax.lax.while_loop(lambda state: state[0] < data.LOOP_STEPS, body, (0, x))[1]

    return _reading(lambda: steps(start))


def pinn() -> Step:
    parameters, points_data = data.pinn()
    points = jnp.asarray(points_data)

    def network(parameters: Any, x: jax.Array) -> jax.Array:
        w1, b1, w2, b2, w3, b3 = parameters
        return jnp.tanh(jnp.tanh(x @ w1 + b1) @ w2 + b2) @ w3 + b3

    def loss(parameters: Any) -> jax.Array:
        def total(x: jax.Array) -> jax.Array:
            return jnp.sum(network(parameters, x))

        def slopes(x: jax.Array) -> jax.Array:
            return jnp.sum(jax.grad(total)(x))

        u, curvature = network(parameters, points), jax.grad(slopes)(points)
        start = network(parameters, points[:1])
        return jnp.mean(jnp.square(curvature + u)) + jnp.sum(jnp.square(start - 1.0))

    return _training(loss, [jnp.asarray(p) for p in parameters], RATE)
