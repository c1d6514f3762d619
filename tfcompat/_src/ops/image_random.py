"""Random changes of images: tf.image.random_flip_left_right and its kin, stateless or not.

The numbers are TensorFlow's for the same seeds.
"""

from __future__ import annotations

from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops import array, comparisons, math
from tfcompat._src.ops.image_colour import (
    adjust_brightness,
    adjust_contrast,
    adjust_hue,
    adjust_saturation,
)
from tfcompat._src.ops.image_encoding import adjust_jpeg_quality
from tfcompat._src.ops.image_shapes import image_of
from tfcompat._src.ops.random import uniform
from tfcompat._src.ops.selection import where
from tfcompat._src.ops.slicing import slice as slice_of
from tfcompat._src.ops.stateless_random import stateless_uniform, stream_of
from tfcompat._src.tensor import Tensor


class _Source:
    """Where a change takes its numbers from: one draw, of uniform numbers."""

    def __init__(self, seed: Any, *, stateless: bool) -> None:
        self._seed, self._stateless = seed, stateless

    def draw(self, op: str, shape: Any, low: Any, high: Any, dtype: Any = dtypes.float32) -> Tensor:
        """Numbers in [low, high)."""
        if self._stateless:
            stream_of(self._seed, op)  # refuses a bad seed by the op's name
            return stateless_uniform(shape, self._seed, low, high, dtype)
        return uniform(shape, low, high, dtype, self._seed)


# ------------------------------------------------------------------------------------------ flips
def _flip(op: str, image: Any, axis: int, source: _Source) -> Tensor:
    x = image_of(image, op)
    flipped = array.reverse(x, [axis])
    if len(x._shape) == 3:
        return flipped if float(source.draw(op, [], 0.0, 1.0)) < 0.5 else array.identity(x)
    if x._dtype not in dtypes.NUMERIC:
        raise TypeError(f"{op}: received a batch of {x._dtype.name}; expected numbers")
    chosen = math.round(source.draw(op, [x._shape[0]], 0.0, 1.0))
    flags = comparisons.greater(array.reshape(chosen, (x._shape[0], 1, 1, 1)), 0.5)
    return where(flags, flipped, x)


@public("tfcompat.image")
def random_flip_left_right(image: Any, seed: Any = None) -> Tensor:
    """The image mirrored or not, each as likely; in a batch, each image by itself."""
    return _flip("random_flip_left_right", image, -2, _Source(seed, stateless=False))


@public("tfcompat.image")
def random_flip_up_down(image: Any, seed: Any = None) -> Tensor:
    """The image upside down or not, each as likely; in a batch, each image by itself."""
    return _flip("random_flip_up_down", image, -3, _Source(seed, stateless=False))


@public("tfcompat.image")
def stateless_random_flip_left_right(image: Any, seed: Any) -> Tensor:
    """Like `random_flip_left_right`, from nothing but the two integers of `seed`."""
    return _flip("stateless_random_flip_left_right", image, -2, _Source(seed, stateless=True))


@public("tfcompat.image")
def stateless_random_flip_up_down(image: Any, seed: Any) -> Tensor:
    """Like `random_flip_up_down`, from nothing but the two integers of `seed`."""
    return _flip("stateless_random_flip_up_down", image, -3, _Source(seed, stateless=True))


# ---------------------------------------------------------------------------------------- colours
def _brightness(op: str, image: Any, max_delta: Any, source: _Source) -> Tensor:
    if max_delta < 0:
        raise ValueError(f"{op}: received max_delta={max_delta}; max_delta must be non-negative.")
    return adjust_brightness(image, source.draw(op, [], -max_delta, max_delta))


def _factor(op: str, lower: Any, upper: Any, source: _Source) -> Tensor:
    if upper <= lower:
        raise ValueError(f"{op}: received [{lower}, {upper}]; upper must be > lower.")
    if lower < 0:
        raise ValueError(f"{op}: received lower={lower}; lower must be non-negative.")
    return source.draw(op, [], lower, upper)


def _hue(op: str, image: Any, max_delta: Any, source: _Source) -> Tensor:
    if max_delta > 0.5:
        raise ValueError(f"{op}: received max_delta={max_delta}; max_delta must be <= 0.5.")
    if max_delta < 0:
        raise ValueError(f"{op}: received max_delta={max_delta}; max_delta must be non-negative.")
    return adjust_hue(image, source.draw(op, [], -max_delta, max_delta))


@public("tfcompat.image")
def random_brightness(image: Any, max_delta: Any, seed: Any = None) -> Tensor:
    """`adjust_brightness` by something in [-max_delta, max_delta)."""
    return _brightness("random_brightness", image, max_delta, _Source(seed, stateless=False))


@public("tfcompat.image")
def stateless_random_brightness(image: Any, max_delta: Any, seed: Any) -> Tensor:
    """Like `random_brightness`, from nothing but the two integers of `seed`."""
    op = "stateless_random_brightness"
    return _brightness(op, image, max_delta, _Source(seed, stateless=True))


@public("tfcompat.image")
def random_contrast(image: Any, lower: Any, upper: Any, seed: Any = None) -> Tensor:
    """`adjust_contrast` by a factor in [lower, upper)."""
    source = _Source(seed, stateless=False)
    return adjust_contrast(image, _factor("random_contrast", lower, upper, source))


@public("tfcompat.image")
def stateless_random_contrast(image: Any, lower: Any, upper: Any, seed: Any) -> Tensor:
    """Like `random_contrast`, from nothing but the two integers of `seed`."""
    source = _Source(seed, stateless=True)
    return adjust_contrast(image, _factor("stateless_random_contrast", lower, upper, source))


@public("tfcompat.image")
def random_saturation(image: Any, lower: Any, upper: Any, seed: Any = None) -> Tensor:
    """`adjust_saturation` by a factor in [lower, upper)."""
    source = _Source(seed, stateless=False)
    return adjust_saturation(image, _factor("random_saturation", lower, upper, source))


@public("tfcompat.image")
def stateless_random_saturation(image: Any, lower: Any, upper: Any, seed: Any = None) -> Tensor:
    """Like `random_saturation`, from nothing but the two integers of `seed`."""
    source = _Source(seed, stateless=True)
    return adjust_saturation(image, _factor("stateless_random_saturation", lower, upper, source))


@public("tfcompat.image")
def random_hue(image: Any, max_delta: Any, seed: Any = None) -> Tensor:
    """`adjust_hue` by something in [-max_delta, max_delta), with max_delta in [0, 0.5]."""
    return _hue("random_hue", image, max_delta, _Source(seed, stateless=False))


@public("tfcompat.image")
def stateless_random_hue(image: Any, max_delta: Any, seed: Any) -> Tensor:
    """Like `random_hue`, from nothing but the two integers of `seed`."""
    return _hue("stateless_random_hue", image, max_delta, _Source(seed, stateless=True))


# ------------------------------------------------------------------------------------------- jpeg
def _jpeg(op: str, image: Any, least: Any, most: Any, source: _Source) -> Tensor:
    if least < 0 or most < 0 or least > 100 or most > 100:
        raise ValueError(
            f"{op}: received [{least}, {most}]; jpeg encoding range must be between 0 and 100."
        )
    if least >= most:
        raise ValueError(
            f"{op}: received [{least}, {most}]; `min_jpeg_quality` must be less than "
            "`max_jpeg_quality`."
        )
    return adjust_jpeg_quality(image, source.draw(op, [], least, most, dtypes.int32))


@public("tfcompat.image")
def random_jpeg_quality(
    image: Any, min_jpeg_quality: Any, max_jpeg_quality: Any, seed: Any = None
) -> Tensor:
    """`adjust_jpeg_quality` with one of the qualities in [min, max)."""
    source = _Source(seed, stateless=False)
    return _jpeg("random_jpeg_quality", image, min_jpeg_quality, max_jpeg_quality, source)


@public("tfcompat.image")
def stateless_random_jpeg_quality(
    image: Any, min_jpeg_quality: Any, max_jpeg_quality: Any, seed: Any
) -> Tensor:
    """Like `random_jpeg_quality`, from nothing but the two integers of `seed`."""
    source = _Source(seed, stateless=True)
    return _jpeg("stateless_random_jpeg_quality", image, min_jpeg_quality, max_jpeg_quality, source)


# ------------------------------------------------------------------------------------------ crops
def _crop(op: str, value: Any, size: Any, source: _Source) -> Tensor:
    x = to_tensor(value)
    wanted = to_tensor(size, None if isinstance(size, Tensor) else dtypes.int32)
    sizes, have = wanted._numpy().tolist(), list(x._shape)
    if wanted._shape != (len(have),):
        raise invalid_argument(
            op, f"received size={sizes} for a tensor of shape {have}; expected a size per axis"
        )
    if any(n > m for n, m in zip(sizes, have, strict=True)):
        raise invalid_argument(op, f"Need value.shape >= size, got {have} and {sizes}")
    dtype = wanted._dtype
    draws = source.draw(op, [len(have)], 0, int(dtype.max), dtype)._numpy().tolist()
    begin = [d % (m - n + 1) for d, m, n in zip(draws, have, sizes, strict=True)]
    return slice_of(x, begin, sizes)


@public("tfcompat.image")
def random_crop(value: Any, size: Any, seed: Any = None, name: str | None = None) -> Tensor:
    """A part of the tensor, of the given size (one number per axis), from anywhere in it."""
    return _crop("random_crop", value, size, _Source(seed, stateless=False))


@public("tfcompat.image")
def stateless_random_crop(value: Any, size: Any, seed: Any, name: str | None = None) -> Tensor:
    """Like `random_crop`, from nothing but the two integers of `seed`."""
    return _crop("stateless_random_crop", value, size, _Source(seed, stateless=True))
