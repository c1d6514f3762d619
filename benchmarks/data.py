"""The numbers every subject computes with: NumPy arrays from fixed seeds, so that all agree."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

CHAIN_ROUNDS = 125  # of four element-wise operations each
HESSIAN_SIZE = 20
PENALTY_WEIGHT = 10.0


def regression() -> tuple[Floats, Floats]:
    """Five points near a line, both axes scaled to [0, 1]."""
    x = np.linspace(0.0, 1.0, 5, dtype=np.float32)
    y = np.array([0.02, 0.31, 0.48, 0.79, 0.97], np.float32)
    return x, y


def mlp() -> tuple[list[Floats], Floats, NDArray[np.int64]]:
    """Weights and biases of 784-512-512-10, a batch of 128 images, and their labels."""
    rng = np.random.default_rng(7)
    parameters = _layers(rng, [784, 512, 512, 10], gain=2.0)
    images = rng.standard_normal((128, 784)).astype(np.float32)
    labels = rng.integers(0, 10, 128)
    return parameters, images, labels


def chain() -> Floats:
    """The vector that goes through 500 element-wise operations."""
    return np.random.default_rng(11).standard_normal(100).astype(np.float32)


def hessian() -> Floats:
    """The point at which the Hessian of a function of 20 variables is taken."""
    return np.random.default_rng(13).uniform(-1.0, 1.0, HESSIAN_SIZE).astype(np.float32)


def penalty() -> tuple[list[Floats], Floats]:
    """Weights and biases of a critic with three layers of 64, and a batch of 64 inputs."""
    rng = np.random.default_rng(17)
    parameters = _layers(rng, [64, 64, 64, 64, 1], gain=1.0)
    return parameters, rng.standard_normal((64, 64)).astype(np.float32)


def small() -> tuple[Floats, Floats]:
    """The operands of a single eager operation."""
    rng = np.random.default_rng(19)
    a, b = rng.standard_normal((2, 10)).astype(np.float32)
    return a, b


def _layers(rng: np.random.Generator, sizes: list[int], gain: float) -> list[Floats]:
    parameters: list[Floats] = []
    for fan_in, fan_out in pairwise(sizes):
        scale = np.sqrt(gain / fan_in)
        parameters.append((scale * rng.standard_normal((fan_in, fan_out))).astype(np.float32))
        parameters.append(np.zeros(fan_out, np.float32))
    return parameters
