"""What pooling gives back to the pictures, to the first and the second order.

Given its pictures, a window's maximum is one of its elements, the first of equal ones, and its mean
an equal share of those that are not padding: both are matrices, which NumPy writes down here.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st

from ..subject import tf


def starts(n: int, k: int, s: int, padding: str) -> list[int]:
    """Where the windows along an axis begin."""
    if padding == "VALID":
        return [i * s for i in range((n - k) // s + 1)]
    count = -(-n // s)
    before = max((count - 1) * s + k - n, 0) // 2
    return [i * s - before for i in range(count)]


def matrix(x: np.ndarray, k: int, s: int, padding: str, greatest: bool) -> np.ndarray:
    """Of one picture (height, width): a row for each window, a column for each pixel."""
    height, width = x.shape
    rows = []
    for top in starts(height, k, s, padding):
        for left in starts(width, k, s, padding):
            row = np.zeros(x.shape)
            down = slice(max(top, 0), max(top + k, 0))
            across = slice(max(left, 0), max(left + k, 0))
            part = x[down, across]
            if greatest:
                at = np.unravel_index(np.argmax(part), part.shape)
                row[down, across][at] = 1
            else:
                row[down, across] = 1 / part.size
            rows.append(row.ravel())
    return np.array(rows).reshape(-1, x.size)


def check(
    kind: str, sizes: tuple[int, int], k: int, s: int, padding: str, channels: int, compiled: bool
) -> None:
    random = np.random.default_rng(0)
    # Of few values many are equal.
    x = random.integers(-2, 3, (2, *sizes, channels)).astype(np.float32)
    v = random.standard_normal(x.shape).astype(np.float32)
    pool = {"max": tf.nn.max_pool2d, "avg": tf.nn.avg_pool2d}[kind]

    def run(x: Any, v: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as inner:
                inner.watch(x)
                y = pool(x, k, s, padding)
                z = y * y * y
            first = inner.gradient(z, x)
        return y, first, outer.gradient(first, x, output_gradients=v)

    y, first, second = (tf.function(run) if compiled else run)(tf.constant(x), tf.constant(v))
    assert first.shape == second.shape == x.shape
    for n, c in np.ndindex(2, channels):
        picture, moved = x[n, ..., c].astype(np.float64), v[n, ..., c].ravel()
        a = matrix(picture, k, s, padding, kind == "max")
        pooled = a @ picture.ravel()

        def close(got: Any, wanted: np.ndarray, n: int = n, c: int = c) -> None:
            np.testing.assert_allclose(got.numpy()[n, ..., c].ravel(), wanted, 1e-5, 1e-5)

        close(y, pooled)
        close(first, a.T @ (3 * pooled**2))
        close(second, a.T @ (6 * pooled * (a @ moved)))


@settings(deadline=None, max_examples=10)
@example((5, 5), 2, 2, "VALID", 2)
@given(
    st.tuples(st.integers(3, 8), st.integers(3, 8)),
    st.integers(1, 3),
    st.integers(1, 4),
    st.sampled_from(["SAME", "VALID"]),
    st.integers(1, 2),
)
@pytest.mark.parametrize("kind", ["max", "avg"])
def test_windows_of_every_kind(
    kind: str, sizes: tuple[int, int], k: int, s: int, padding: str, channels: int
) -> None:
    check(kind, sizes, k, s, padding, channels, False)


@pytest.mark.parametrize("kind", ["max", "avg"])
@pytest.mark.parametrize(("k", "s", "padding"), [(2, 2, "VALID"), (3, 2, "SAME"), (5, 1, "SAME")])
def test_many_channels(kind: str, k: int, s: int, padding: str) -> None:
    check(kind, (9, 11), k, s, padding, 17, True)


def test_nothing_to_pool() -> None:
    x = tf.zeros([0, 4, 4, 3])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.nn.max_pool2d(x, 2, 2, "VALID") + tf.nn.avg_pool2d(x, 2, 2, "VALID")
    assert tape.gradient(y, x).shape == x.shape
