"""Convolutions of windows of every size against images that may be smaller than these.

A convolution is linear in the images and in the filters, so its derivatives of the first and the
second order are convolutions of the same kind, which NumPy computes here tap by tap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings, strategies as st

from ..subject import tf

Pair = tuple[int, int]


@dataclass
class Way:
    """The sizes of the images, and how windows go over them."""

    sizes: Pair
    window: Pair
    strides: Pair
    pads: tuple[Pair, Pair]

    @property
    def counts(self) -> Pair:
        rows = zip(self.sizes, self.window, self.strides, self.pads, strict=True)
        height, width = [(n + sum(pad) - k) // s + 1 for n, k, s, pad in rows]
        return height, width

    @property
    def padding(self) -> Any:
        return [[0, 0], *map(list, self.pads), [0, 0]]

    def parts(self, x: np.ndarray) -> Any:
        """For every tap the pixels of the padded images `x` it is multiplied with: views."""
        (down, right), counts = self.strides, self.counts
        for i, j in np.ndindex(*self.window):
            rows = slice(i, i + (counts[0] - 1) * down + 1, down)
            columns = slice(j, j + (counts[1] - 1) * right + 1, right)
            yield (i, j), x[:, rows, columns]

    def padded(self, x: np.ndarray) -> np.ndarray:
        return np.pad(x, ((0, 0), *self.pads, (0, 0)))

    def filtered(self, x: np.ndarray, w: np.ndarray) -> np.ndarray:
        return sum(part @ w[tap] for tap, part in self.parts(self.padded(x)))

    def by_images(self, g: np.ndarray, w: np.ndarray) -> np.ndarray:
        x = self.padded(np.zeros((len(g), *self.sizes, w.shape[2])))
        for tap, part in self.parts(x):
            part += g @ w[tap].T
        (top, _), (left, _) = self.pads
        return x[:, top : top + self.sizes[0], left : left + self.sizes[1]]

    def by_filters(self, x: np.ndarray, g: np.ndarray) -> np.ndarray:
        found = np.empty((*self.window, x.shape[-1], g.shape[-1]))
        for tap, part in self.parts(self.padded(x)):
            found[tap] = np.einsum("nhwc,nhwo->co", part, g)
        return found


@st.composite
def ways(draw: Any) -> Way:
    def pair(low: int, high: int) -> Pair:
        return draw(st.integers(low, high)), draw(st.integers(low, high))

    sizes, window, strides = pair(1, 5), pair(1, 6), pair(1, 3)
    pads = []
    for n, k in zip(sizes, window, strict=True):
        low, high = pair(0, 3)
        # TensorFlow asks for a padding smaller than the window, and for a window that fits.
        low, high = min(low, k - 1), min(high, k - 1)
        short = max(k - n - low - high, 0)
        more = min(short, k - 1 - low)
        pads.append((low + more, high + short - more))
    return Way(sizes, window, strides, (pads[0], pads[1]))


def check(way: Way, batch: int, channels: int, filters: int, scale: float, compiled: bool) -> None:
    random = np.random.default_rng(0)
    x, v = random.standard_normal((2, batch, *way.sizes, channels))
    w = random.standard_normal((*way.window, channels, filters))
    g = random.standard_normal((batch, *way.counts, filters))

    def close(got: Any, wanted: np.ndarray) -> None:
        np.testing.assert_allclose(got.numpy(), wanted, 1e-4, 1e-4 * scale)

    def forward(x: Any, w: Any, g: Any, v: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch([w, g])
            with tf.GradientTape() as inner:
                inner.watch([x, w])
                y = tf.nn.conv2d(x, w, way.strides, way.padding)
            first = inner.gradient(y, [x, w], output_gradients=g)
        return y, first, outer.gradient(first[0], [w, g], output_gradients=v)

    def backward(g: Any, w: Any, x: Any) -> Any:
        shape = [batch, *way.sizes, channels]
        with tf.GradientTape() as outer:
            outer.watch([w, x])
            with tf.GradientTape() as inner:
                inner.watch([g, w])
                y = tf.nn.conv2d_transpose(g, w, shape, way.strides, way.padding)
            first = inner.gradient(y, [g, w], output_gradients=x)
        return y, first, outer.gradient(first[1], [x], output_gradients=w)

    arrays = {
        name: tf.constant(a, tf.float32) for name, a in {"x": x, "v": v, "w": w, "g": g}.items()
    }
    wrap = tf.function if compiled else lambda function: function
    y, (by_x, by_w), (again_w, again_g) = wrap(forward)(**arrays)
    close(y, way.filtered(x, w))
    close(by_x, way.by_images(g, w))
    close(by_w, way.by_filters(x, g))
    close(again_w, way.by_filters(v, g))
    close(again_g, way.filtered(v, w))
    del arrays["v"]
    y, (by_g, by_w), (again_x,) = wrap(backward)(**arrays)
    close(y, way.by_images(g, w))
    close(by_g, way.filtered(x, w))
    close(by_w, way.by_filters(x, g))
    close(again_x, way.by_images(g, w))


@settings(deadline=None, max_examples=12)
@example(Way((3, 3), (1, 6), (1, 2), ((0, 0), (1, 3))), 2, 1, 1)
@example(Way((1, 2), (1, 2), (1, 1), ((0, 0), (0, 1))), 1, 2, 1)
@given(ways(), st.integers(1, 2), st.integers(1, 3), st.integers(1, 3))
def test_windows_of_every_size(way: Way, batch: int, channels: int, filters: int) -> None:
    check(way, batch, channels, filters, 1.0, False)


MANY = [
    # A layer of a decoder's beginning, and of an encoder's end; then windows of one pixel.
    (Way((2, 2), (4, 4), (2, 2), ((1, 1), (1, 1))), 2, 256, 256),
    (Way((3, 2), (3, 3), (1, 1), ((1, 1), (1, 1))), 1, 400, 320),
    (Way((4, 3), (2, 4), (1, 2), ((0, 0), (1, 2))), 3, 384, 384),
    (Way((5, 4), (1, 1), (1, 1), ((0, 0), (0, 0))), 2, 24, 40),
    (Way((5, 4), (1, 1), (2, 2), ((0, 0), (0, 0))), 2, 24, 40),
]


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize(("way", "batch", "channels", "filters"), MANY)
def test_many_filters_at_few_places(
    way: Way, batch: int, channels: int, filters: int, compiled: bool
) -> None:
    check(way, batch, channels, filters, 30.0, compiled)


@pytest.mark.parametrize("strides", [(1, 1, 2), (2, 1, 3), (1, 2, 1)])
def test_volumes_of_one_column_of_windows(strides: tuple[int, int, int]) -> None:
    random = np.random.default_rng(0)
    x, w = random.standard_normal((2, 3, 3, 7, 1)), random.standard_normal((1, 2, 6, 1, 3))
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[:3], (1, 2, 3))
    wanted = np.einsum("nthwcijk,ijkco->nthwo", windows, w)
    wanted = wanted[:, :: strides[0], :: strides[1], :: strides[2]]
    given = [tf.constant(a, tf.float32) for a in (x, w)]
    got = tf.nn.conv3d(*given, [1, *strides, 1], "VALID")
    np.testing.assert_allclose(got.numpy(), wanted, 1e-4, 1e-4)


def test_dilated_windows_larger_than_images() -> None:
    random = np.random.default_rng(0)
    x, w = random.standard_normal((2, 3, 4, 2)), random.standard_normal((3, 2, 2, 3))
    wide = np.zeros((5, 4, 2, 3))
    wide[::2, ::3] = w
    way = Way((3, 4), (5, 4), (1, 1), ((2, 2), (1, 2)))
    got = tf.nn.conv2d(tf.constant(x), tf.constant(w), 1, way.padding, dilations=[2, 3])
    np.testing.assert_allclose(got.numpy(), way.filtered(x, wide), 1e-12, 1e-12)


@pytest.mark.parametrize("size", [2, 9])
def test_a_filter_for_each_channel_with_many_taps(size: int) -> None:
    random = np.random.default_rng(0)
    x, w = random.standard_normal((2, size, size, 3)), random.standard_normal((7, 7, 3, 1))
    g = random.standard_normal(x.shape)
    x, w, g = [a.astype(np.float32) for a in (x, w, g)]
    way = Way((size, size), (7, 7), (1, 1), ((3, 3), (3, 3)))
    variables = tf.Variable(x), tf.Variable(w)
    with tf.GradientTape() as tape:
        y = tf.nn.depthwise_conv2d(*variables, [1, 1, 1, 1], "SAME")
    by_x, by_w = tape.gradient(y, variables, output_gradients=tf.constant(g))
    for c in range(3):
        alone = slice(c, c + 1)
        near = dict(rtol=1e-4, atol=1e-4)
        wanted = way.filtered(x[..., alone], w[:, :, alone])
        np.testing.assert_allclose(y.numpy()[..., alone], wanted, **near)
        wanted = way.by_images(g[..., alone], w[:, :, alone])
        np.testing.assert_allclose(by_x.numpy()[..., alone], wanted, **near)
        wanted = way.by_filters(x[..., alone], g[..., alone])
        np.testing.assert_allclose(by_w.numpy()[:, :, alone], wanted, **near)


@pytest.mark.tfcompat_only
@pytest.mark.parametrize("channels", [1, 2, 5])
@pytest.mark.parametrize("window", [1, 2, 5])
def test_no_filters(window: int, channels: int) -> None:
    # TensorFlow's oneDNN refuses these; its other kernels answer nothing.
    x, w = tf.ones([2, 4, 4, channels]), tf.ones([window, window, channels, 0])
    with tf.GradientTape() as tape:
        tape.watch([x, w])
        y = tf.nn.conv2d(x, w, 1, "SAME")
    assert y.shape == (2, 4, 4, 0)
    by_x, by_w = tape.gradient(y, [x, w])
    assert not np.any(by_x.numpy()) and by_x.shape == x.shape and by_w.shape == w.shape
