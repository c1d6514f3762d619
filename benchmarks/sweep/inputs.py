"""The tensors of the sweep: the same values for every library, small and of a million elements."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

SIZES = ("small", "large")
N = {"small": 8, "large": 1000}
TEXTS = {"small": 8, "large": 10_000}
IMAGES = {"small": (1, 16, 16, 3), "large": (4, 256, 256, 3)}
VARIABLES = {"V"}  # the letters that are variables, not tensors
Array = np.ndarray[Any, Any]


@functools.cache
def arrays(size: str) -> dict[str, Array]:
    """Every input of this size by its letter in `rows.py`."""
    random = np.random.default_rng(0)
    n = N[size]
    side, wide = (8, 8) if size == "small" else (256, 250)
    batch, picture, channels = (2, 12, 3) if size == "small" else (16, 64, 16)

    def normal(*shape: int) -> Array:
        return random.standard_normal(shape, np.float32)

    def integers(high: int, *shape: int) -> Array:
        return random.integers(0, high, shape, np.int32)

    root = normal(side, side)
    volume, few = ((1, 6, 6, 6), 2) if size == "small" else ((2, 24, 24, 24), 8)
    corners = random.uniform(0, 0.7, (n, 2)).astype(np.float32)
    words = np.array([f"Word {i * 37 % 1000}" for i in range(TEXTS[size])], object)
    square = n * n
    return {
        "x": normal(n, n),
        "y": normal(n, n),
        "p": random.uniform(0.2, 3.0, (n, n)).astype(np.float32),
        "u": random.uniform(-0.9, 0.9, (n, n)).astype(np.float32),
        "o": random.uniform(1.1, 4.0, (n, n)).astype(np.float32),
        "b": random.integers(0, 2, (n, n)).astype(bool),
        "b2": random.integers(0, 2, (n, n)).astype(bool),
        "i": integers(100, n, n),
        "j": integers(100, n, n),
        "xc": normal(n, n) + 1j * normal(n, n),
        "r": normal(n),
        "v": np.sort(normal(n)),
        "m": random.integers(0, 2, n).astype(bool),
        "s": np.sort(np.arange(n, dtype=np.int32) % 4),
        "k": integers(8, square),
        "n": integers(8, square, 2),
        "t": np.array([[0], [1]], np.int32),
        "q": normal(n, 1, n),
        "z": normal(4, n // 2, n // 2),
        "a": normal(n, n),
        "c": normal(n, n),
        "g": normal(batch, wide, wide),
        "h": normal(batch, wide, wide),
        "d": root @ root.T + side * np.eye(side, dtype=np.float32),
        "e": normal(batch, picture, picture, channels),
        "f": normal(channels),
        "w": normal(3, 3, channels, channels),
        "w1": normal(3, channels, channels),
        "wd": normal(3, 3, channels, 1),
        "wk": normal(3, 3, channels),
        "w3": normal(3, 3, 3, few, few),
        "vo": normal(*volume, few),
        "g4": normal(batch, picture, picture, 4 * channels),
        "f2": normal(n),
        "V": normal(n, n),
        "im": random.uniform(0, 1, IMAGES[size]).astype(np.float32),
        "bx": np.concatenate([corners, corners + 0.25], 1),
        "bi": np.zeros(n, np.int32),
        "sc": random.permutation(n).astype(np.float32) / n,
        "au": normal(n * n if n > 8 else 512),
        "ct": normal(8, 2, n),
        "td": np.stack([np.ones(n), np.full(n, 4.0), np.ones(n)]).astype(np.float32),
        "st": words,
        "st2": words[::-1].copy(),
        "st3": np.array([f"{i}.5" for i in range(TEXTS[size])], object),
    }
