"""Windows of large arrays, and what looks at neighbours."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..subject import tf
from .large_arrays import IMAGES, normal


def _pooled(x: Any, k: int, s: int, same: bool, reduce: Any) -> Any:
    n, height, width, depth = x.shape
    sizes = [-(-m // s) if same else (m - k) // s + 1 for m in (height, width)]
    pads = [
        max((size - 1) * s + k - m, 0) // 2 if same else 0
        for size, m in zip(sizes, (height, width), strict=True)
    ]
    found = np.empty((n, *sizes, depth))
    for i in range(sizes[0]):
        for j in range(sizes[1]):
            top, left = i * s - pads[0], j * s - pads[1]
            part = x[:, max(top, 0) : top + k, max(left, 0) : left + k]
            found[:, i, j] = reduce(part, axis=(1, 2))
    return found


@pytest.mark.parametrize("same", [False, True])
@pytest.mark.parametrize(("k", "s"), [(2, 2), (3, 2), (3, 1), (5, 3), (2, 4)])
def test_pooling(k: int, s: int, same: bool) -> None:
    padding = "SAME" if same else "VALID"
    x = IMAGES.astype(np.float64)
    found = tf.nn.max_pool2d(IMAGES, k, s, padding)
    np.testing.assert_array_equal(found.numpy(), _pooled(IMAGES, k, s, same, np.max))
    found = tf.nn.avg_pool2d(IMAGES, k, s, padding)
    np.testing.assert_allclose(found.numpy(), _pooled(x, k, s, same, np.mean), 1e-5, 1e-6)


def test_pooling_of_vectors_and_volumes() -> None:
    vectors, volumes = normal(8, 700, 8), normal(2, 20, 22, 18, 4)
    found = tf.nn.max_pool1d(vectors, 2, 2, "VALID")
    np.testing.assert_array_equal(found.numpy(), vectors.reshape(8, 350, 2, 8).max(2))
    found = tf.nn.avg_pool3d(volumes, 2, 2, "VALID")
    wanted = volumes.reshape(2, 10, 2, 11, 2, 9, 2, 4).mean((2, 4, 6))
    np.testing.assert_allclose(found.numpy(), wanted, 1e-5, 1e-6)


def test_pooling_of_what_is_no_number() -> None:
    x = IMAGES.copy()
    x[0, 3, 3, 0], x[1, 5, 5, 1] = np.inf, -np.inf
    found = tf.nn.max_pool2d(x, 3, 2, "SAME")
    np.testing.assert_array_equal(found.numpy(), _pooled(x, 3, 2, True, np.max))


def test_neighbours_among_channels() -> None:
    x = IMAGES.astype(np.float64)
    sums = np.zeros_like(x)
    for c in range(8):
        sums[..., c] = np.square(x[..., max(c - 2, 0) : c + 3]).sum(-1)
    found = tf.nn.local_response_normalization(IMAGES, 2, 1.5, 0.3, 0.7)
    np.testing.assert_allclose(found.numpy(), x / (1.5 + 0.3 * sums) ** 0.7, 1e-5, 1e-6)


def test_dilation() -> None:
    w = normal(2, 3, 8)
    x = IMAGES.copy()
    x[0, 0, 0, 0] = np.nan
    for given in (IMAGES, x):
        parts = [given[:, i : i + 44, j : j + 39] + w[i, j] for i in range(2) for j in range(3)]
        found = tf.nn.dilation2d(given, w, [1, 1, 1, 1], "VALID", "NHWC", [1, 1, 1, 1])
        np.testing.assert_array_equal(found.numpy(), np.fmax.reduce(parts))


def test_channels_apart_and_together() -> None:
    x = normal(110, 120, 3)
    parts = tf.unstack(x, axis=-1)
    for c in range(3):
        np.testing.assert_array_equal(parts[c].numpy(), x[..., c])
    np.testing.assert_array_equal(tf.stack(parts, -1).numpy(), x)


@pytest.mark.parametrize("padding", ["VALID", "SAME"])
@pytest.mark.parametrize(
    ("stride", "dilation"),
    [
        (1, 1),
        # TensorFlow has no kernel for it on a CPU.
        pytest.param(1, 2, marks=pytest.mark.tfcompat_only),
        (2, 1),
    ],
)
@pytest.mark.parametrize("channels", [1, 3, 8])
def test_volumes(padding: str, stride: int, dilation: int, channels: int) -> None:
    x, w = normal(2, 7, 8, 6, channels), normal(3, 2, 3, channels, 4)
    sizes, window, same = x.shape[1:4], w.shape[:3], padding == "SAME"
    reach = [(k - 1) * dilation + 1 for k in window]
    counts = [
        -(-n // stride) if same else (n - r) // stride + 1
        for n, r in zip(sizes, reach, strict=True)
    ]
    pads = [
        max((count - 1) * stride + r - n, 0) * same
        for count, r, n in zip(counts, reach, sizes, strict=True)
    ]
    wide = np.pad(x.astype(np.float64), ((0, 0), *[(p // 2, p - p // 2) for p in pads], (0, 0)))
    wanted, taps = np.zeros((2, *counts, 4)), np.abs(w).astype(np.float64) * 0
    by_x = np.zeros_like(wide)
    for at in np.ndindex(*window):
        where = tuple(
            slice(i * dilation, i * dilation + (count - 1) * stride + 1, stride)
            for i, count in zip(at, counts, strict=True)
        )
        part = wide[(slice(None), *where)]
        wanted += part @ w[at]
        taps[at] = part.sum((0, 1, 2, 3))[:, None]
        by_x[(slice(None), *where)] += w[at].sum(-1)
    inner = tuple(slice(p // 2, p // 2 + n) for p, n in zip(pads, sizes, strict=True))
    held, filters = tf.constant(x), tf.constant(w)
    how = ([1, *[stride] * 3, 1], padding, "NDHWC", [1, *[dilation] * 3, 1])
    with tf.GradientTape(persistent=True) as outer:
        outer.watch([held, filters])
        with tf.GradientTape() as tape:
            tape.watch([held, filters])
            y = tf.nn.conv3d(held, filters, *how)
            total = tf.reduce_sum(y)
        found = tape.gradient(total, [held, filters])
        crossed = tf.reduce_sum(found[0])
    np.testing.assert_allclose(y.numpy(), wanted, 1e-4, 1e-4)
    np.testing.assert_allclose(found[0].numpy(), by_x[(slice(None), *inner)], 1e-4, 1e-4)
    np.testing.assert_allclose(found[1].numpy(), taps, 1e-4, 1e-4)
    # Each tap counts as often as there is an element of x in its place.
    seen = np.zeros(wide.shape[1:4])
    seen[inner] = 2
    often = [
        seen[
            tuple(
                slice(i * dilation, i * dilation + (count - 1) * stride + 1, stride)
                for i, count in zip(at, counts, strict=True)
            )
        ].sum()
        for at in np.ndindex(*window)
    ]
    second = outer.gradient(crossed, filters).numpy()
    np.testing.assert_allclose(second, np.broadcast_to(np.reshape(often, (*window, 1, 1)), w.shape))
    compiled = tf.function(lambda a, b: tf.nn.conv3d(a, b, *how))
    np.testing.assert_allclose(compiled(held, filters).numpy(), wanted, 1e-4, 1e-4)
