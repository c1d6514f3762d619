"""What is measured on images: gradients, total variation, and how much two images differ."""

from __future__ import annotations

import math as real_math
from functools import lru_cache
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.device import current_device
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops import array, division, math, nn, padding as pads, pooling
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import check_dtype, mismatch
from tfcompat._src.ops.creation import zeros_like
from tfcompat._src.ops.depthwise import depthwise_conv2d
from tfcompat._src.ops.image_colour import convert_image_dtype
from tfcompat._src.ops.joining import concat, stack
from tfcompat._src.ops.reductions import reduce_mean, reduce_prod, reduce_sum
from tfcompat._src.ops.transcendental import log
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor

_SOBEL = ((-1.0, -2.0, -1.0), (0.0, 0.0, 0.0), (1.0, 2.0, 1.0))
_MS_SSIM_WEIGHTS = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


# -------------------------------------------------------------------------------------- gradients
@public("tfcompat.image")
def image_gradients(image: Any) -> tuple[Tensor, Tensor]:
    """The differences to the next row and to the next column, 0 in the last of each.

    Raises ValueError unless the rank is 4.
    """
    _require_tensor(image, "image_gradients")
    if len(image.shape) != 4:
        raise ValueError(
            f"image_gradients expects a 4D tensor [batch_size, h, w, d], not {tuple(image.shape)}."
        )
    x = to_tensor(image)
    check_dtype("image_gradients", x, dtypes.NUMERIC)
    if 0 in x._shape[1:3]:
        raise invalid_argument(
            "image_gradients", f"received the shape {list(x._shape)}, without pixels"
        )
    down = math.subtract(x[:, 1:], x[:, :-1])
    across = math.subtract(x[:, :, 1:], x[:, :, :-1])
    return (
        concat([down, zeros_like(x[:, :1])], 1),
        concat([across, zeros_like(x[:, :, :1])], 2),
    )


def _require_tensor(image: Any, op: str) -> None:
    if not hasattr(image, "get_shape"):
        raise AttributeError(
            f"{op}: received {type(image).__name__!r} object, which has no get_shape"
        )


@public("tfcompat.image")
def sobel_edges(image: Any) -> Tensor:
    """Sobel's edge filters over a batch of float images: [..., 0] by rows, [..., 1] by columns."""
    op = "sobel_edges"
    _require_tensor(image, op)
    x = to_tensor(image)
    if x._dtype is dtypes.string:
        raise ValueError(f"{op}: received strings; expected floats")
    check_dtype(op, x, dtypes.FLOATS)
    if len(x._shape) != 4 or min(x._shape[1:3]) < 2 or not x._shape[0]:
        raise invalid_argument(
            op,
            f"received the shape {list(x._shape)}; expected 4-D images, of 2 by 2 pixels at least",
        )
    depth = x._shape[3]
    rows = np.array(_SOBEL)
    filters = np.stack([rows, rows.T], -1)[:, :, None, :].repeat(depth, 2)
    weights = cast(from_numpy(filters.astype(np.float32), dtypes.float32), x._dtype)
    padded = pads.pad(x, [[0, 0], [1, 1], [1, 1], [0, 0]], "REFLECT")
    found = depthwise_conv2d(padded, weights, [1, 1, 1, 1], "VALID")
    return array.reshape(found, (*x._shape, 2))


@public("tfcompat.image")
def total_variation(images: Any, name: str | None = None) -> Tensor:
    """The sum of the absolute differences of neighbouring pixels, of each image.

    Raises ValueError unless the rank is 3 or 4.
    """
    _require_tensor(images, "total_variation")
    rank = len(images.shape)
    if rank not in (3, 4):
        raise ValueError(
            f"total_variation: received the shape {tuple(images.shape)}; 'images' must be either 3 "
            "or 4-dimensional."
        )
    x = to_tensor(images)
    check_dtype("total_variation", x, dtypes.NUMERIC - dtypes.UNSIGNED_INTEGERS)
    axes = [rank - 3, rank - 2, rank - 1]
    if rank == 3:
        down, across = math.subtract(x[1:], x[:-1]), math.subtract(x[:, 1:], x[:, :-1])
    else:
        down = math.subtract(x[:, 1:], x[:, :-1])
        across = math.subtract(x[:, :, 1:], x[:, :, :-1])
    return math.add(reduce_sum(math.abs(down), axes), reduce_sum(math.abs(across), axes))


# ------------------------------------------------------------------------------------ comparisons
def _same_images(a: Tensor, b: Tensor, op: str) -> None:
    first, second = tuple(a._shape), tuple(b._shape)
    for shape in (first, second):
        if len(shape) < 3:
            raise ValueError(f"{op}: Shape {shape} must have rank at least 3")
    if first[-3:] != second[-3:]:
        raise ValueError(f"{op}: Shapes {first} and {second} are incompatible")
    broadcast_shapes(first[:-3], second[:-3], op)


def _peak(max_val: Any, dtype: Any) -> Tensor:
    """The largest value in the images' dtype, on the scale their floats have."""
    return convert_image_dtype(cast(max_val, dtype), dtypes.float32)


@public("tfcompat.image")
def psnr(a: Any, b: Any, max_val: Any, name: str | None = None) -> Tensor:
    """The peak signal-to-noise ratio of two images, in decibels, float32.

    `max_val` is the largest minus the smallest value that the images' dtype could hold.
    """
    if not hasattr(a, "dtype"):
        raise AttributeError(f"psnr: received a {type(a).__name__!r}, which has no dtype")
    a, b = to_tensor(a), to_tensor(b)
    peak = _peak(max_val, a._dtype)
    x, y = convert_image_dtype(a, dtypes.float32), convert_image_dtype(b, dtypes.float32)
    broadcast_shapes(tuple(x._shape), tuple(y._shape), "psnr")
    distance = math.squared_difference(x, y)
    if len(distance._shape) < 3:
        raise invalid_argument(
            "psnr", f"received the shape {list(distance._shape)}; expected rank 3 or more"
        )
    error = reduce_mean(distance, [-3, -2, -1])
    _same_images(a, b, "psnr")
    scale = 10.0 / real_math.log(10.0)
    return math.subtract(
        math.multiply(division.divide(log(peak), real_math.log(10.0)), 20.0),
        math.multiply(log(error), float(np.float32(scale))),
    )


@lru_cache(maxsize=16)
def _gaussian(size: int, sigma: float, where: Any) -> tuple[Tensor, Tensor]:
    """Weights along the columns and along the rows, whose product is the filter's."""
    at = (np.arange(size) - (size - 1) / 2.0) ** 2 * (-0.5 / sigma**2)
    weights = np.exp(at - at.max())
    line = (weights / weights.sum()).astype(np.float32)
    shapes = (size, 1, 1, 1), (1, size, 1, 1)
    down, across = [from_numpy(line.reshape(shape), dtypes.float32) for shape in shapes]
    return down, across


def _ssim_maps(
    op: str, x: Tensor, y: Tensor, peak: Tensor, size: int, sigma: float, k1: float, k2: float
) -> tuple[Tensor, Tensor]:
    """Per pixel and channel: the structural similarity, and its part without luminance."""
    if x._shape[-3] < size or x._shape[-2] < size:
        raise invalid_argument(
            op, f"received images of shape {list(x._shape)} for a filter of size {size}"
        )
    down, across = _gaussian(size, sigma, current_device())

    *outer, height, width, depth = x._shape
    smaller = (*outer, height - size + 1, width - size + 1, depth)

    def smooth(z: Tensor) -> Tensor:
        # All channels in one row, where a pixel's neighbour is `depth` places further.
        count = -1 if 0 not in x._shape else 0
        rows = array.reshape(z, (count, height, width * depth, 1))
        rows = depthwise_conv2d(rows, down, [1, 1, 1, 1], "VALID")
        rows = depthwise_conv2d(rows, across, [1, 1, 1, 1], "VALID", dilations=[1, depth])
        return array.reshape(rows, smaller)

    c1, c2 = [math.square(math.multiply(peak, k)) for k in (k1, k2)]
    mean_x, mean_y = smooth(x), smooth(y)
    product = math.multiply(math.multiply(mean_x, mean_y), 2.0)
    squares = math.add(math.square(mean_x), math.square(mean_y))
    luminance = division.divide(math.add(product, c1), math.add(squares, c1))
    both = math.multiply(smooth(math.multiply(x, y)), 2.0)
    each = smooth(math.add(math.square(x), math.square(y)))
    structure = division.divide(
        math.add(math.subtract(both, product), c2), math.add(math.subtract(each, squares), c2)
    )
    return math.multiply(luminance, structure), structure


def _pair(img1: Any, img2: Any, max_val: Any, op: str) -> tuple[Tensor, Tensor, Tensor]:
    a, b = to_tensor(img1), to_tensor(img2)
    _same_images(a, b, op)
    peak = _peak(max_val, a._dtype)
    x, y = convert_image_dtype(a, dtypes.float32), convert_image_dtype(b, dtypes.float32)
    if a._dtype is not b._dtype:
        raise mismatch(op, a, b)
    return x, y, peak


@public("tfcompat.image")
def ssim(
    img1: Any,
    img2: Any,
    max_val: Any,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    return_index_map: bool = False,
) -> Tensor:
    """The structural similarity of two images (Wang et al., 2004), float32 in (-1, 1].

    `return_index_map` gives it for every place of the filter instead of the mean.

    Raises:
      ValueError: images of different shapes.
      InvalidArgumentError: images smaller than the filter, or of two dtypes.
    """
    x, y, peak = _pair(img1, img2, max_val, "ssim")
    found, _ = _ssim_maps("ssim", x, y, peak, filter_size, filter_sigma, k1, k2)
    if return_index_map:
        return reduce_mean(found, [-1])
    return reduce_mean(reduce_mean(found, [-3, -2]), [-1])


def _halved(x: Tensor) -> Tensor:
    shape = tuple(x._shape)
    flat = array.reshape(x, (-1, *shape[-3:])) if len(shape) != 4 else x
    odd = shape[-3] % 2, shape[-2] % 2
    if any(odd):
        flat = pads.pad(flat, [[0, 0], [0, odd[0]], [0, odd[1]], [0, 0]], "SYMMETRIC")
    half = pooling.avg_pool2d(flat, 2, 2, "VALID")
    return array.reshape(half, (*shape[:-3], *half._shape[1:]))


@public("tfcompat.image")
def ssim_multiscale(
    img1: Any,
    img2: Any,
    max_val: Any,
    power_factors: Any = _MS_SSIM_WEIGHTS,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
) -> Tensor:
    """The structural similarity over several scales (Wang et al., 2003), each half the last.

    `power_factors` has the exponent of each scale, the finest first. Arguments and errors are
    those of `ssim`.
    """
    op = "ssim_multiscale"
    x, y, peak = _pair(img1, img2, max_val, op)
    factors = []
    for scale in range(len(power_factors)):
        if scale:
            x, y = _halved(x), _halved(y)
        whole, structure = _ssim_maps(op, x, y, peak, filter_size, filter_sigma, k1, k2)
        last = scale == len(power_factors) - 1
        factors.append(nn.relu(reduce_mean(whole if last else structure, [-3, -2])))
    powers = to_tensor([float(p) for p in power_factors], dtypes.float32)
    return reduce_mean(reduce_prod(math.pow(stack(factors, axis=-1), powers), [-1]), [-1])
