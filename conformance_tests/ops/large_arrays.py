"""Arrays of a size at which a backend may go another way."""

from __future__ import annotations

from typing import Any

import numpy as np

SIDE = 400
random = np.random.default_rng(0)


def normal(*shape: int) -> Any:
    return random.standard_normal(shape, np.float32)


X, Y = normal(SIDE, SIDE), normal(SIDE, SIDE)
POSITIVE = random.uniform(0.1, 3.0, (SIDE, SIDE)).astype(np.float32)
UNIT = random.uniform(-1, 1, (SIDE, SIDE)).astype(np.float32)
SPECIAL = X.copy()
SPECIAL.reshape(-1)[:8] = [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-30, 88.9, -104.0]
MASK = X > 0.3
IMAGES = normal(4, 45, 41, 8)


def exact_product(a: Any, b: Any) -> Any:
    return a.astype(np.float64) @ b.astype(np.float64)
