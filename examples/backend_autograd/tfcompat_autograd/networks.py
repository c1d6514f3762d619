"""The families linalg, nn and losses."""

from __future__ import annotations

from typing import Any

import autograd.numpy as np
import numpy

from .derivative import derived
from .elementwise import exp, positive, sigmoid, tanh, where

Array = Any

# ----------------------------------------------------------------------------------------- linalg
matmul = np.matmul


def matrix_transpose(x: Array, turn: int) -> Array:
    if not turn:
        return x
    x = np.swapaxes(x, -1, -2)
    return np.conj(x) if turn == 2 else x


def matmul_with(a: Array, b: Array, turn_a: int, turn_b: int) -> Array:
    return np.matmul(matrix_transpose(a, turn_a), matrix_transpose(b, turn_b))


integer_matmul = matmul_with


def matvec(a: Array, b: Array, turn: int) -> Array:
    return matmul_with(a, b[..., None], turn, 0)[..., 0]


def tensordot(a: Array, b: Array, of_a: tuple[int, ...], of_b: tuple[int, ...]) -> Array:
    return np.tensordot(a, b, (of_a, of_b))


def einsum(*args: Any) -> Array:
    *arrays, equation = args
    return np.einsum(equation, *arrays)


# --------------------------------------------------------------------------------------------- nn
relu = derived(lambda x: numpy.maximum(x, 0), lambda g, y, x: where(positive(x), g, 0))
relu6 = derived(
    lambda x: numpy.clip(x, 0, 6), lambda g, y, x: where(positive(x) * positive(6 - x), g, 0)
)
leaky_relu = derived(
    lambda x, alpha: numpy.where(x > 0, x, alpha * x),
    lambda g, y, x, alpha: where(positive(x), g, alpha * g),
)
elu = derived(
    lambda x: numpy.where(x > 0, x, numpy.expm1(x)),
    lambda g, y, x: where(y < 0, (y + 1) * g, g),
)

_SCALE, _SCALE_ALPHA = 1.0507009873554805, 1.7580993408473768
selu = derived(
    lambda x: numpy.where(x > 0, _SCALE * x, _SCALE_ALPHA * numpy.expm1(x)),
    lambda g, y, x: where(y < 0, (y + _SCALE_ALPHA) * g, _SCALE * g),
)


def gelu_approximate(x: Array) -> Array:
    return 0.5 * x * (1 + tanh((2 / numpy.pi) ** 0.5 * (x + 0.044715 * x * x * x)))


def silu(x: Array) -> Array:
    return x * sigmoid(x)


def _softmax(x: Array, axis: int = -1) -> Array:
    e = numpy.exp(x - numpy.max(x, axis, keepdims=True, initial=-numpy.inf))
    return e / numpy.sum(e, axis, keepdims=True)


def _softmax_gradient(g: Array, y: Array, x: Array, axis: int = -1) -> Array:
    return (g - np.sum(g * y, axis, keepdims=True)) * y


softmax = derived(_softmax, _softmax_gradient)


def _log_softmax(x: Array, axis: int = -1) -> Array:
    x = x - numpy.max(x, axis, keepdims=True, initial=-numpy.inf)
    return x - numpy.log(numpy.sum(numpy.exp(x), axis, keepdims=True))


def _log_softmax_gradient(g: Array, y: Array, x: Array, axis: int = -1) -> Array:
    return g - exp(y) * np.sum(g, axis, keepdims=True)


log_softmax = derived(_log_softmax, _log_softmax_gradient)


def l2_loss(x: Array) -> Array:
    return np.sum(x * x) / 2


# ----------------------------------------------------------------------------------------- losses
# NumPy counts an index below 0 from the end, so the front has to check them.
refuses_labels = False

softmax_cross_entropy_with_logits = derived(
    lambda labels, logits: 0 - numpy.sum(labels * _log_softmax(logits), -1),
    # TensorFlow takes the labels to add up to 1, whatever they are.
    lambda g, y, labels, logits: (
        -g[..., None] * log_softmax(logits),
        g[..., None] * (softmax(logits) - labels),
    ),
)


def sparse_softmax_cross_entropy_with_logits(labels: Array, logits: Array) -> Array:
    rows = np.reshape(log_softmax(logits), (-1, logits.shape[-1]))
    found = rows[numpy.arange(labels.size), labels.reshape(-1)]
    # The loss of certainty is 0, which a change of sign would make -0.
    return np.reshape(0 - found, labels.shape)


sigmoid_cross_entropy_with_logits = derived(
    lambda labels, logits: (
        numpy.maximum(logits, 0) - logits * labels + numpy.log1p(numpy.exp(-numpy.abs(logits)))
    ),
    lambda g, y, labels, logits: (-g * logits, g * (sigmoid(logits) - labels)),
)
