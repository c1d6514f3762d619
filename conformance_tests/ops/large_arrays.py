"""Arrays of a size at which a backend may go another way."""

from __future__ import annotations

from collections.abc import Callable
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


def read_often(call: Callable[[], Any], wanted: Any) -> None:
    """What is read alone time and again may go another way in the end."""
    for _ in range(12):
        found = call()
        parts = found if isinstance(found, (list, tuple)) else [found]
        for part, value in zip(parts, wanted if parts is found else [wanted], strict=True):
            # NumPy knows no NaN among bfloat16.
            kind = np.float32 if value.dtype.kind == "V" else value.dtype
            array = part.numpy()
            assert array.dtype == value.dtype
            np.testing.assert_array_equal(array.astype(kind), value.astype(kind))
