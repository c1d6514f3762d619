"""The numbers of the models: weights and batches from fixed seeds, so that all subjects agree."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

STEPS, UNITS, FEATURES, SEQUENCES = 50, 128, 64, 32  # of the LSTM
WIDTH, TOKENS, HEADS, LAYERS, BATCH = 256, 64, 4, 2, 16  # of the transformer
LOOP_STEPS = 1000
POINTS, HIDDEN = 256, 32  # of the physics-informed network


def _scaled(rng: np.random.Generator, *shape: int, fan_in: int | None = None) -> Floats:
    scale = np.sqrt(1.0 / (fan_in or shape[0]))
    return (scale * rng.standard_normal(shape)).astype(np.float32)


def cnn() -> tuple[list[Floats], Floats, Ints]:
    """Filters, weights and biases of LeNet-5's size, 64 images of 28 x 28, and their labels."""
    rng = np.random.default_rng(23)
    parameters = [
        _scaled(rng, 5, 5, 1, 6, fan_in=25),
        np.zeros(6, np.float32),
        _scaled(rng, 5, 5, 6, 16, fan_in=150),
        np.zeros(16, np.float32),
        _scaled(rng, 400, 120),
        np.zeros(120, np.float32),
        _scaled(rng, 120, 84),
        np.zeros(84, np.float32),
        _scaled(rng, 84, 10),
        np.zeros(10, np.float32),
    ]
    images = rng.standard_normal((64, 28, 28, 1)).astype(np.float32)
    return parameters, images, rng.integers(0, 10, 64)


def lstm() -> tuple[list[Floats], Floats, Floats]:
    """Kernel, recurrent kernel, bias, output weights; sequences [step, batch, feature]; targets."""
    rng = np.random.default_rng(29)
    parameters = [
        _scaled(rng, FEATURES, 4 * UNITS),
        _scaled(rng, UNITS, 4 * UNITS),
        np.zeros(4 * UNITS, np.float32),
        _scaled(rng, UNITS, 1),
    ]
    inputs = rng.standard_normal((STEPS, SEQUENCES, FEATURES)).astype(np.float32)
    return parameters, inputs, rng.standard_normal((SEQUENCES, 1)).astype(np.float32)


def transformer() -> tuple[list[list[Floats]], Floats]:
    """For each layer query, key, value, output, two dense layers, two gains; a batch of tokens."""
    rng = np.random.default_rng(31)
    layers = [
        [
            *[_scaled(rng, WIDTH, WIDTH) for _ in range(4)],
            _scaled(rng, WIDTH, 4 * WIDTH),
            _scaled(rng, 4 * WIDTH, WIDTH),
            np.ones(WIDTH, np.float32),
            np.ones(WIDTH, np.float32),
        ]
        for _ in range(LAYERS)
    ]
    return layers, rng.standard_normal((BATCH, TOKENS, WIDTH)).astype(np.float32)


def loop() -> Floats:
    """The vector that a loop of 1,000 small steps starts with."""
    return np.random.default_rng(37).standard_normal(10).astype(np.float32)


def pinn() -> tuple[list[Floats], Floats]:
    """Weights and biases 1-32-32-1, and the points at which u'' + u = 0 is asked for."""
    rng = np.random.default_rng(41)
    parameters = [
        _scaled(rng, 1, HIDDEN),
        np.zeros(HIDDEN, np.float32),
        _scaled(rng, HIDDEN, HIDDEN),
        np.zeros(HIDDEN, np.float32),
        _scaled(rng, HIDDEN, 1),
        np.zeros(1, np.float32),
    ]
    return parameters, np.linspace(0.0, 3.0, POINTS, dtype=np.float32)[:, None]
