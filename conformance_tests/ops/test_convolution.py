"""Convolutions and pooling: paddings, strides, dilations, ties, shapes that do not fit."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf
from .slopes import first

InvalidArgument = tf.errors.InvalidArgumentError


def image(height: int, width: int, channels: int = 1):
    count = height * width * channels
    return tf.reshape(tf.range(1.0, count + 1.0), [1, height, width, channels])


# --------------------------------------------------------------------------------- convolutions
@pytest.mark.parametrize(
    ("strides", "padding", "dilations", "expected"),
    [
        (1, "VALID", None, [[12.0, 16.0], [24.0, 28.0]]),
        (1, "SAME", None, [[12.0, 16.0, 9.0], [24.0, 28.0, 15.0], [15.0, 17.0, 9.0]]),
        (2, "SAME", None, [[12.0, 9.0], [15.0, 9.0]]),
        ([2, 1], "SAME", None, [[12.0, 16.0, 9.0], [15.0, 17.0, 9.0]]),
        ([1, 2, 2, 1], "VALID", None, [[12.0]]),
        (1, "VALID", 2, [[20.0]]),
        (2, [[0, 0], [1, 0], [0, 1], [0, 0]], None, [[3.0, 3.0], [24.0, 15.0]]),
    ],
)
def test_conv2d(strides, padding, dilations, expected):
    got = tf.nn.conv2d(image(3, 3), tf.ones([2, 2, 1, 1]), strides, padding, dilations=dilations)
    agree(got[0, :, :, 0], expected)


def test_conv2d_is_a_correlation():
    w = tf.reshape(tf.constant([1.0, 10.0, 100.0, 1000.0]), [2, 2, 1, 1])
    agree(tf.nn.conv2d(image(2, 2), w, 1, "VALID"), [[[[4321.0]]]])
    by_image, by_filter = first(lambda x, w: tf.nn.conv2d(x, w, 1, "VALID"), image(2, 2), w)
    agree(by_image[0, :, :, 0], [[1.0, 10.0], [100.0, 1000.0]])
    agree(by_filter[:, :, 0, 0], [[1.0, 2.0], [3.0, 4.0]])


def test_conv2d_in_groups():
    w = tf.constant([[[[1.0, 10.0]]]])
    agree(tf.nn.conv2d(image(1, 2, 2), w, 1, "VALID"), [[[[1.0, 20.0], [3.0, 40.0]]]])


def test_conv1d_and_conv3d():
    x = tf.constant([[[1.0], [2.0], [3.0]]])
    agree(tf.nn.conv1d(x, tf.ones([2, 1, 1]), 1, "SAME"), [[[3.0], [5.0], [3.0]]])
    agree(tf.nn.convolution(x, tf.ones([2, 1, 1]), [2], "SAME"), [[[3.0], [3.0]]])
    got = tf.nn.conv3d(tf.ones([1, 2, 2, 2, 1]), tf.ones([2, 2, 2, 1, 1]), [1] * 5, "VALID")
    agree(got, [[[[[8.0]]]]])


def test_conv2d_of_empty_results():
    got = tf.nn.conv2d(image(2, 2), tf.ones([3, 3, 1, 2]), 1, "VALID")
    agree(got, np.zeros((1, 0, 0, 2), np.float32))
    got = tf.nn.conv2d(tf.zeros([0, 2, 2, 1]), tf.ones([2, 2, 1, 2]), 1, "SAME")
    agree(got, np.zeros((0, 2, 2, 2), np.float32))


def test_conv2d_with_more_batch_axes():
    got = tf.nn.conv2d(tf.ones([2, 3, 4, 4, 2]), tf.ones([2, 2, 2, 3]), 1, "VALID")
    agree(got, np.full((2, 3, 3, 3, 3), 8.0, np.float32))


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (4, [1.0, 1.0, 2.0, 2.0]),
        (3, [1.0, 1.0, 2.0]),
    ],
)
def test_conv1d_transpose(size, expected):
    x = tf.constant([[[1.0], [2.0]]])
    got = tf.nn.conv1d_transpose(x, tf.ones([2, 1, 1]), [1, size, 1], 2)
    agree(got[0, :, 0], expected)


def test_conv2d_transpose_is_the_gradient():
    x, w = image(5, 5), tf.reshape(tf.range(9.0), [3, 3, 1, 1])
    y = tf.nn.conv2d(x, w, 2, "SAME")
    back = first(lambda x: tf.nn.conv2d(x, w, 2, "SAME") * y, x)
    agree(tf.nn.conv2d_transpose(y, w, [1, 5, 5, 1], 2, "SAME"), back.numpy())


def test_depthwise_and_separable():
    w = tf.constant([[[[1.0, 10.0], [2.0, 20.0]]]])
    got = tf.nn.depthwise_conv2d(image(1, 1, 2), w, [1, 1, 1, 1], "SAME")
    agree(got, [[[[1.0, 10.0, 4.0, 40.0]]]])
    mixed = tf.nn.separable_conv2d(image(1, 1, 2), w, tf.ones([1, 1, 4, 1]), [1, 1, 1, 1], "SAME")
    agree(mixed, [[[[55.0]]]])


@pytest.mark.parametrize(
    ("x", "w", "strides", "padding", "error"),
    [
        ([1, 4, 4, 2], [2, 2, 3, 3], 1, "VALID", InvalidArgument),
        ([1, 4, 4, 2], [2, 2, 1, 3], 1, "VALID", InvalidArgument),
        ([1, 4, 4, 2], [6, 6, 2, 3], 1, "VALID", InvalidArgument),
        ([4, 4, 2], [2, 2, 2, 3], 1, "VALID", InvalidArgument),
        ([1, 4, 4, 2], [2, 2, 3], 1, "VALID", InvalidArgument),
        ([1, 4, 4, 2], [2, 2, 2, 3], 0, "VALID", InvalidArgument),
        ([1, 4, 4, 2], [2, 2, 2, 3], [1, 2, 2], "VALID", ValueError),
        ([1, 4, 4, 2], [2, 2, 2, 3], [2, 2, 2, 1], "VALID", tf.errors.UnimplementedError),
        ([1, 4, 4, 2], [2, 2, 2, 3], 1, "same", InvalidArgument),
        ([1, 4, 4, 2], [2, 2, 2, 3], 1, [[1, 2], [0, 1]], ValueError),
        ([1, 4, 4, 2], [2, 2, 2, 3], 1, [[1, 0], [1, 2], [0, 1], [0, 0]], InvalidArgument),
    ],
)
def test_conv2d_refuses(x, w, strides, padding, error):
    with refuses(error, "Conv2D"):
        tf.nn.conv2d(tf.ones(x), tf.ones(w), strides, padding)


def test_conv2d_refuses_dtypes_and_formats():
    x, w = tf.ones([1, 4, 4, 2]), tf.ones([2, 2, 2, 3])
    with refuses(InvalidArgument, "float32", "float64"):
        tf.nn.conv2d(x, tf.cast(w, tf.float64), 1, "VALID")
    with refuses(InvalidArgument, "complex64"):
        tf.nn.conv2d(tf.cast(x, tf.complex64), tf.cast(w, tf.complex64), 1, "VALID")
    with refuses(InvalidArgument, "foo", "NHWC"):
        tf.nn.conv2d(x, w, 1, "VALID", data_format="foo")


@pytest.mark.parametrize(
    ("shape", "output"),
    [([1, 2, 2, 3], [1, 5, 5, 2]), ([1, 2, 2, 3], [1, 4, 4, 5]), ([1, 2, 2, 4], [1, 4, 4, 2])],
)
def test_conv2d_transpose_refuses(shape, output):
    with refuses(InvalidArgument):
        tf.nn.conv2d_transpose(tf.ones(shape), tf.ones([2, 2, 2, 3]), output, 2)


# --------------------------------------------------------------------------------------- pooling
def test_max_pool():
    agree(tf.nn.max_pool2d(image(3, 3), 2, 1, "VALID")[0, :, :, 0], [[5.0, 6.0], [8.0, 9.0]])
    got = tf.nn.max_pool(-image(3, 3), 2, 2, "SAME")
    agree(got[0, :, :, 0], [[-1.0, -3.0], [-7.0, -9.0]])
    got = tf.nn.max_pool2d(-image(2, 2), 2, 2, [[0, 0], [1, 1], [0, 0], [0, 0]])
    agree(got[0, :, :, 0], [[-1.0], [-3.0]])
    agree(tf.nn.max_pool1d([[[1.0], [3.0], [2.0]]], 2, 1, "VALID"), [[[3.0], [3.0]]])
    agree(tf.nn.max_pool3d(tf.ones([1, 2, 2, 2, 1]), 2, 2, "VALID"), [[[[[1.0]]]]])
    agree(tf.nn.max_pool(tf.constant([[[1], [-3]]]), 2, 1, "VALID"), [[[1]]])


def test_of_equal_elements_the_first_gets_the_gradient():
    got = first(lambda x: tf.nn.max_pool2d(x, 2, 2, "VALID"), tf.ones([1, 2, 2, 1]))
    agree(got[0, :, :, 0], [[1.0, 0.0], [0.0, 0.0]])
    x = tf.reshape(tf.constant([1.0, 2.0, 2.0, 1.0]), [1, 2, 2, 1])
    got = first(lambda x: tf.nn.max_pool2d(x, 2, 1, "SAME"), x)
    agree(got[0, :, :, 0], [[0.0, 2.0], [1.0, 1.0]])


@pytest.mark.parametrize("channels", [1, 3, 20])
@pytest.mark.parametrize("window", [(2, 2), (3, 2), (2, 3, 2)])
def test_max_pool_of_tiles(window, channels):
    random = np.random.default_rng(0)
    shape = (2, *(7, 4, 5)[: len(window)], channels)  # the last row is in no window
    # Of pictures equal elements too; of volumes TensorFlow gives each of those the whole.
    x = random.permutation(math.prod(shape)).reshape(shape).astype(np.float32) + 1.0
    x = x % 5 + 1.0 if len(window) == 2 else x / 100
    slope = np.zeros_like(x)
    counts = [n // k for n, k in zip(x.shape[1:-1], window, strict=True)]
    best = np.zeros((2, *counts, channels), np.float32)
    for at in np.ndindex(*best.shape):
        begins = [i * k for i, k in zip(at[1:-1], window, strict=True)]
        ranges = [slice(b, b + k) for b, k in zip(begins, window, strict=True)]
        tile = x[(at[0], *ranges, at[-1])]
        best[at] = tile.max()
        inside = np.unravel_index(tile.argmax(), tile.shape)
        slope[(at[0], *np.add(begins, inside), at[-1])] = tile.max()
    pool = tf.nn.max_pool2d if len(window) == 2 else tf.nn.max_pool3d
    given = tf.constant(x)
    with tf.GradientTape() as outer:
        outer.watch(given)
        with tf.GradientTape() as inner:
            inner.watch(given)
            y = pool(given, window, window, "VALID")
            total = tf.reduce_sum(y**3)
        first_slope = inner.gradient(total, given)
    agree(y, best)
    agree(first_slope, 3 * slope**2)
    agree(outer.gradient(first_slope, given), 6 * slope)


def test_avg_pool_leaves_the_padding_out():
    got = tf.nn.avg_pool2d(image(3, 3), 2, 2, "SAME")
    agree(got[0, :, :, 0], [[3.0, 4.5], [7.5, 9.0]])
    agree(tf.nn.avg_pool1d([[[1.0], [3.0], [2.0]]], 2, 1, "VALID"), [[[2.0], [2.5]]])
    got = first(lambda x: tf.nn.avg_pool2d(x, 2, 2, "SAME"), image(3, 3))
    agree(got[0, :, :, 0], [[0.25, 0.25, 0.5], [0.25, 0.25, 0.5], [0.5, 0.5, 1.0]])


def test_pool_dilates():
    got = tf.nn.pool(image(3, 3), [2, 2], "MAX", dilations=[2, 2])
    agree(got, [[[[9.0]]]])
    got = tf.nn.pool(image(3, 3), [2, 2], "AVG", dilations=[2, 2])
    agree(got, [[[[5.0]]]])
    got = first(lambda x: tf.nn.pool(x, [2, 2], "MAX", dilations=[2, 2]), image(3, 3))
    agree(got[0, :, :, 0], [[0.0] * 3, [0.0] * 3, [0.0, 0.0, 1.0]])


def test_pooling_refuses():
    x = image(4, 4)
    with refuses(ValueError, "rank"):
        tf.nn.max_pool(tf.ones([4, 4]), 2, 2, "SAME")
    with refuses(InvalidArgument, "(4, 4, 1)"):
        tf.nn.max_pool2d(x[0], 2, 2, "VALID")
    with refuses(InvalidArgument, "same"):
        tf.nn.avg_pool(x, 2, 2, "same")
    with refuses(InvalidArgument, "int32"):
        tf.nn.avg_pool(tf.cast(x, tf.int32), 2, 2, "VALID")
    with refuses(TypeError, "SAME"):
        tf.nn.avg_pool(x, 2, 2, [[0, 0], [1, 1], [0, 1], [0, 0]])
    with refuses(tf.errors.UnimplementedError, "ksize"):
        tf.nn.max_pool(x, [1, 2, 2, 2], [1, 2, 2, 2], "SAME")
    with refuses(ValueError, "FOO"):
        tf.nn.pool(x, [2, 2], "FOO")
    for how in ({"window_shape": 2}, {"strides": 2}, {"dilations": 2}):
        with pytest.raises(TypeError):
            tf.nn.pool(x, **{"window_shape": [2, 2], "pooling_type": "MAX", **how})
    for numbers in ([2], [0, 0]):
        with pytest.raises(ValueError, match="strides"):
            tf.nn.pool(x, [2, 2], "MAX", strides=numbers)


@pytest.mark.parametrize("strides", [[2, 2], np.array([2, 2]), [2.0, np.int64(2)]])
def test_pool_takes_arrays_of_strides(strides):
    agree(tf.nn.pool(image(4, 4), [2, 2], "MAX", strides)[0, :, :, 0], [[6.0, 8.0], [14.0, 16.0]])


def test_atrous_convolution_takes_paddings():
    padding = [[0, 0], [1, 0], [2, 1], [0, 0]]
    x, w = image(3, 3), tf.ones([2, 2, 1, 1])
    got = tf.nn.atrous_conv2d(x, w, 2, padding)
    # The sums of four elements two apart, of the image with zeros around.
    around = np.pad(x.numpy()[0, :, :, 0], ((1, 0), (2, 1)))
    summed = around[:-2, :-2] + around[2:, :-2] + around[:-2, 2:] + around[2:, 2:]
    agree(got[0, :, :, 0], summed)
    with pytest.raises(TypeError):
        tf.nn.atrous_conv2d(x, w, 1, padding)


def _filtered(x: np.ndarray, w: np.ndarray, pad: int) -> np.ndarray:
    x = np.pad(x.astype(np.float64), ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    windows = np.lib.stride_tricks.sliding_window_view(x, w.shape[:2], (1, 2))
    return np.einsum("nhwcij,ijco->nhwo", windows, w)


@pytest.mark.parametrize("pad", [0, 1])
@pytest.mark.parametrize(
    ("window", "channels"), [((5, 5), (1, 6)), ((3, 2), (6, 4)), ((1, 3), (9, 5))]
)
def test_conv2d_of_few_channels(window, channels, pad):
    random = np.random.default_rng(0)
    x, w = random.standard_normal((3, 7, 8, channels[0])), random.standard_normal(window + channels)
    given = [tf.constant(x, tf.float32), tf.constant(w, tf.float32)]
    padding = [[0, 0], [pad, pad], [pad, pad], [0, 0]]
    wanted = _filtered(x, w, pad)
    slope = random.standard_normal(wanted.shape)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(given)
        y = tf.nn.conv2d(*given, 1, padding)
        total = tf.reduce_sum(y * slope.astype(np.float32))
    np.testing.assert_allclose(y.numpy(), wanted, 1e-4, 1e-4)
    both = tape.gradient(total, given)
    for place, arrays in enumerate(zip(given, both, strict=True)):
        # Linear in each: the slope along a direction is the value there.
        way = random.standard_normal(arrays[0].shape)
        there = _filtered(*[way if n == place else v for n, v in enumerate((x, w))], pad)
        np.testing.assert_allclose(
            (arrays[1].numpy() * way).sum(), (there * slope).sum(), 1e-4, 1e-3
        )
        agree(tape.gradient(total, arrays[0]), arrays[1])
