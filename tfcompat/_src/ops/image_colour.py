"""Colours: tf.image.convert_image_dtype, the adjust_* functions and the colour spaces."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

from tfcompat._src import dispatch, dtypes, recording
from tfcompat._src.convert import convert_to_tensor, operand, to_tensor
from tfcompat._src.device import current_device
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import failed_precondition, invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops import array, comparisons, division, math, repeating
from tfcompat._src.ops.casting import cast, saturate_cast
from tfcompat._src.ops.common import check_dtype, concrete
from tfcompat._src.ops.creation import ones_like, zeros_like
from tfcompat._src.ops.image_shapes import at_least_3d, check_channels, real_image
from tfcompat._src.ops.joining import stack, unstack
from tfcompat._src.ops.linalg import matmul, tensordot
from tfcompat._src.ops.norms import clip_by_value
from tfcompat._src.ops.reductions import reduce_mean
from tfcompat._src.ops.selection import where
from tfcompat._src.ops.transcendental import sqrt
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("colour")

# The types that the backend's own kernels compute in.
_OWN = frozenset({dtypes.float32, dtypes.float64})
_GRAY = (0.2989, 0.5870, 0.1140)
_YIQ = (
    (0.299, 0.59590059, 0.2115),
    (0.587, -0.27455667, -0.52273617),
    (0.114, -0.32134392, 0.31119955),
)
_FROM_YIQ = (
    (1.0, 1.0, 1.0),
    (0.95598634, -0.27201283, -1.10674021),
    (0.6208248, -0.64720424, 1.70423049),
)
_YUV = (
    (0.299, -0.14714119, 0.61497538),
    (0.587, -0.28886916, -0.51496512),
    (0.114, 0.43601035, -0.10001026),
)
_FROM_YUV = (
    (1.0, 1.0, 1.0),
    (0.0, -0.394642334, 2.03206185),
    (1.13988303, -0.58062185, 0.0),
)


# ------------------------------------------------------------------------------------ value range
@public("tfcompat.image")
def convert_image_dtype(
    image: Any, dtype: Any, saturate: bool = False, name: str | None = None
) -> Tensor:
    """The image in another dtype, its values scaled from one's range to the other's.

    Floats range over [0, 1], integers from 0 to their largest value. What is out of range wraps,
    or is clipped with `saturate`.

    Raises AttributeError for dtypes that are neither floats nor integers.
    """
    op = "convert_image_dtype"
    wanted = as_dtype(dtype)
    if wanted not in dtypes.REAL:
        raise AttributeError(
            f"{op}: received dtype={wanted.name}; dtype must be either floating point or integer"
        )
    x = image if isinstance(image, Tensor) else to_tensor(image)
    have = x._dtype
    if have is wanted:
        return array.identity(x)
    x = real_image(x, op)
    to: Callable[[Tensor, DType], Tensor] = saturate_cast if saturate else cast
    if have.is_integer and wanted.is_integer:
        largest, limit = int(have.max), int(wanted.max)
        if largest > limit:
            return to(division.floordiv(x, (largest + 1) // (limit + 1)), wanted)
        return math.multiply(to(x, wanted), (limit + 1) // (largest + 1))
    if have.is_floating and wanted.is_floating:
        return cast(x, wanted)
    if have.is_integer:
        return math.multiply(cast(x, wanted), 1.0 / int(have.max))
    return to(math.multiply(x, int(wanted.max) + 0.5), wanted)


def in_float(image: Any, op: str, halves: bool = True) -> tuple[Tensor, DType]:
    """The image as floats to compute with, and the dtype that the result goes back to."""
    x = real_image(image, op)
    if x._dtype is dtypes.float32 or (halves and x._dtype is dtypes.float16):
        return x, x._dtype
    return convert_image_dtype(x, dtypes.float32), x._dtype


def _back(x: Tensor, dtype: DType) -> Tensor:
    return x if x._dtype is dtype else convert_image_dtype(x, dtype, saturate=True)


@public("tfcompat.image")
def per_image_standardization(image: Any) -> Tensor:
    """Every image with mean 0 and standard deviation 1, in float32.

    A deviation below 1 / sqrt(number of values) counts as that, so that no image is divided by 0.
    """
    x = cast(at_least_3d(image, "per_image_standardization"), dtypes.float32)
    height, width, depth = x._shape[-3:]
    axes = [-1, -2, -3]
    centred = math.subtract(x, reduce_mean(x, axis=axes, keepdims=True))
    deviation = sqrt(reduce_mean(math.square(centred), axis=axes, keepdims=True))
    least = float(height * width * depth) ** -0.5
    return division.divide(centred, math.maximum(deviation, least))


# ------------------------------------------------------------------------------------ adjustments
@public("tfcompat.image")
def adjust_brightness(image: Any, delta: Any) -> Tensor:
    """The image with `delta` added, on the scale of [0, 1]."""
    x, dtype = in_float(image, "adjust_brightness")
    if delta.__class__ is float and x._dtype is dtypes.float32:
        return _back(math.add(x, delta), dtype)
    return _back(math.add(x, cast(delta, x._dtype)), dtype)


def _factor(value: Any, op: str, what: str) -> Tensor:
    if value.__class__ is float:
        return operand(value, dtypes.float32)
    factor = convert_to_tensor(value, dtype_hint=dtypes.float32)
    if factor._dtype is not dtypes.float32:
        if not isinstance(value, Tensor):
            factor = cast(factor, dtypes.float32)
        else:
            raise invalid_argument(op, f"received {what} of {factor._dtype.name}; expected float32")
    if factor._shape:
        raise invalid_argument(
            op, f"{what} must be scalar: received the shape {list(factor._shape)}"
        )
    return factor


@public("tfcompat.image")
def adjust_contrast(images: Any, contrast_factor: Any) -> Tensor:
    """The distance of every pixel from its channel's mean, times `contrast_factor`.

    Raises InvalidArgumentError for fewer than three axes.
    """
    op = "adjust_contrast"
    x, dtype = in_float(images, op)
    factor = _factor(contrast_factor, op, "contrast_factor")
    if len(x._shape) < 3:
        raise invalid_argument(op, f"input must be at least 3-D: received {list(x._shape)}")
    if _at_once(x, "adjust_contrast"):
        found = dispatch.execute_constant(kernels.adjust_contrast, (x, factor), (), x._dtype)
        return _back(found, dtype)
    factor = cast(factor, x._dtype)
    # As long as a row of pixels: what repeats within one is slow to subtract.
    width = [1] * (len(x._shape) - 2) + [x._shape[-2], 1]
    mean = repeating.tile(reduce_mean(x, axis=[-3, -2], keepdims=True), width)
    found = math.add(math.multiply(math.subtract(x, mean), factor), mean)
    return _back(found, dtype)


@public("tfcompat.image")
def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> Tensor:
    """The result of gain * image ** gamma, on the scale of [0, 1].

    Raises ValueError (InvalidArgumentError for a tensor) if gamma is negative.
    """
    x, dtype = in_float(image, "adjust_gamma")
    message = f"adjust_gamma: received gamma={gamma!r}: Gamma should be a non-negative real number."
    if isinstance(gamma, Tensor) or hasattr(gamma, "__tf_tensor__"):
        if not bool((to_tensor(gamma)._numpy() >= 0).all()):
            raise invalid_argument("adjust_gamma", message)
    elif not gamma >= 0:
        raise ValueError(message)
    found = math.pow(x, gamma)
    if gain.__class__ is not int or gain != 1:
        found = math.multiply(gain, found)
    return _back(found, dtype)


def _at_once(x: Tensor, kernel: str) -> bool:
    """Whether the backend has a kernel for all of it, which needs values, knows no derivatives."""
    own = x._dtype in _OWN and not recording.anybody() and dispatch.has("colour", kernel)
    return own and concrete(x) is not None


@public("tfcompat.image")
def adjust_hue(image: Any, delta: Any, name: str | None = None) -> Tensor:
    """The image with its hues turned by `delta`, of a full turn, in [-1, 1].

    Raises ValueError for another delta.
    """
    op = "adjust_hue"
    turn = delta
    if isinstance(turn, Tensor) or hasattr(turn, "__tf_tensor__"):
        turn = float(to_tensor(turn))
    if turn < -1 or turn > 1:
        raise ValueError(f"{op}: received delta={turn}; delta must be in the interval [-1, 1]")
    x, dtype = in_float(image, op)
    check_channels(x, op)
    if _at_once(x, "adjust_hue"):
        number = operand(float(turn), dtypes.float64)
        found = dispatch.execute_constant(kernels.adjust_hue, (x, number), (), x._dtype)
        return _back(found, dtype)
    hue, least, most = _hue(*unstack(x, axis=-1))
    hue = division.floormod(math.add(math.multiply(hue, 6.0), 6.0 * float(turn)), 6.0)
    width = math.subtract(most, least)
    channels = [math.add(least, math.multiply(width, part)) for part in _parts(hue)]
    return _back(stack(channels, axis=-1), dtype)


@public("tfcompat.image")
def adjust_saturation(image: Any, saturation_factor: Any, name: str | None = None) -> Tensor:
    """The image with its saturations multiplied by `saturation_factor`."""
    op = "adjust_saturation"
    x, dtype = in_float(image, op)
    factor = cast(_factor(saturation_factor, op, "saturation_factor"), x._dtype)
    check_channels(x, op)
    if _at_once(x, "adjust_saturation"):
        found = dispatch.execute_constant(kernels.adjust_saturation, (x, factor), (), x._dtype)
        return _back(found, dtype)
    hue, saturation, value = _hsv(x)
    saturation = clip_by_value(math.multiply(saturation, factor), 0.0, 1.0)
    return _back(_rgb(hue, saturation, value), dtype)


# ---------------------------------------------------------------------------------------- spaces
@public("tfcompat.image")
def grayscale_to_rgb(images: Any, name: str | None = None) -> Tensor:
    """The only channel three times. Raises ValueError unless there is one channel."""
    x = to_tensor(images)
    shape = tuple(x._shape)
    if len(shape) < 2:
        raise ValueError(
            f"grayscale_to_rgb: A grayscale image (shape {shape}) must be at least two-dimensional."
        )
    if shape[-1] != 1:
        raise ValueError(
            f"grayscale_to_rgb: received the shape {shape}; Last dimension of a grayscale image "
            "should be size 1."
        )
    return repeating.tile(x, [1] * (len(shape) - 1) + [3])


@public("tfcompat.image")
def rgb_to_grayscale(images: Any, name: str | None = None) -> Tensor:
    """One channel: the brightness as eyes see it, computed in float32, in the dtype given."""
    op = "rgb_to_grayscale"
    x, dtype = in_float(images, op, halves=False)
    _check_matrix(x, op)
    weights = _gray(current_device())
    if len(x._shape) > 1:
        gray = matmul(x, weights)
    else:
        gray = tensordot(x, weights, [[-1], [0]])
    return gray if dtype is dtypes.float32 else convert_image_dtype(gray, dtype)


@lru_cache(maxsize=8)
def _gray(where: Any) -> Tensor:
    return to_tensor([[weight] for weight in _GRAY], dtypes.float32)


def _check_matrix(x: Tensor, op: str) -> None:
    if not x._shape or x._shape[-1] != 3:
        raise invalid_argument(op, f"received the shape {list(x._shape)}; expected three channels")


def _mixed(images: Any, matrix: tuple[tuple[float, ...], ...], op: str) -> Tensor:
    x = to_tensor(images)
    weights = to_tensor(matrix, x._dtype)
    _check_matrix(x, op)
    return tensordot(x, weights, [[len(x._shape) - 1], [0]])


@public("tfcompat.image")
def rgb_to_yiq(images: Any) -> Tensor:
    """Red, green and blue as brightness and the chroma of NTSC television."""
    return _mixed(images, _YIQ, "rgb_to_yiq")


@public("tfcompat.image")
def yiq_to_rgb(images: Any) -> Tensor:
    """The inverse of `rgb_to_yiq`."""
    return _mixed(images, _FROM_YIQ, "yiq_to_rgb")


@public("tfcompat.image")
def rgb_to_yuv(images: Any) -> Tensor:
    """Red, green and blue as brightness and the chroma of PAL television."""
    return _mixed(images, _YUV, "rgb_to_yuv")


@public("tfcompat.image")
def yuv_to_rgb(images: Any) -> Tensor:
    """The inverse of `rgb_to_yuv`."""
    return _mixed(images, _FROM_YUV, "yuv_to_rgb")


def _extremes(r: Tensor, g: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    """The smallest and the largest channel."""
    # In this order the derivatives at ties go to the channels that TensorFlow chooses.
    most = math.maximum(math.maximum(r, g), b)
    return math.minimum(b, math.minimum(g, r)), most


def _hue(r: Tensor, g: Tensor, b: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Hue in [0, 1), the smallest and the largest channel."""
    least, most = _extremes(r, g, b)
    width = math.subtract(most, least)
    red, green = comparisons.equal(r, most), comparisons.equal(g, most)
    blueish = math.subtract(g, b)
    opposite = where(red, blueish, where(green, math.subtract(b, r), math.subtract(r, g)))
    third, two_thirds = [to_tensor(n / 3, r._dtype) for n in (1, 2)]
    start = where(
        red, cast(comparisons.less(blueish, 0), r._dtype), where(green, third, two_thirds)
    )
    sixfold = math.multiply(width, 6.0)
    return math.add(division.divide_no_nan(opposite, sixfold), start), least, most


def _saturation(least: Tensor, most: Tensor) -> Tensor:
    bright = comparisons.greater(most, 0)
    found = division.divide(math.subtract(most, least), where(bright, most, ones_like(most)))
    return where(bright, found, zeros_like(found))


def _hsv(x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    channels = unstack(x, axis=-1)
    hue, least, most = _hue(*channels)
    if recording.anybody():
        # TensorFlow derives the saturation by no channel that is 0.
        lit = [where(comparisons.greater(c, 0), c, array.stop_gradient(c)) for c in channels]
        return hue, _saturation(*_extremes(*lit)), most
    return hue, _saturation(least, most), most


def _parts(sixths: Tensor) -> list[Tensor]:
    """How much of the way from the smallest to the largest channel each channel goes."""
    red = math.subtract(math.abs(math.subtract(sixths, 3.0)), 1.0)
    green = math.subtract(2.0, math.abs(math.subtract(sixths, 2.0)))
    blue = math.subtract(2.0, math.abs(math.subtract(sixths, 4.0)))
    return [clip_by_value(part, 0.0, 1.0) for part in (red, green, blue)]


def _rgb(hue: Tensor, saturation: Tensor, value: Tensor) -> Tensor:
    rest = math.subtract(1.0, saturation)
    channels = [
        math.multiply(math.add(rest, math.multiply(saturation, part)), value)
        for part in _parts(math.multiply(hue, 6.0))
    ]
    return stack(channels, axis=-1)


def _three_floats(images: Any, op: str) -> Tensor:
    x = images if isinstance(images, Tensor) else to_tensor(images, _float_hint(images))
    check_dtype(op, x, dtypes.FLOATS)
    if not x._shape:
        raise invalid_argument(op, "input must be at least 1D: received a scalar")
    if x._shape[-1] != 3:
        raise failed_precondition(
            op, f"input must have 3 channels: received the shape {list(x._shape)}"
        )
    return x


def _float_hint(images: Any) -> DType | None:
    return dtypes.float32 if isinstance(images, (list, tuple)) else None


@public("tfcompat.image")
def rgb_to_hsv(images: Any, name: str | None = None) -> Tensor:
    """Red, green and blue in [0, 1] as hue, saturation and value in [0, 1].

    Raises:
      InvalidArgumentError: not floats.
      FailedPreconditionError: not three channels.
    """
    x = _three_floats(images, "rgb_to_hsv")
    if _at_once(x, "rgb_to_hsv"):
        return dispatch.execute_constant(kernels.rgb_to_hsv, (x,), (), x._dtype)
    return stack(_hsv(x), axis=-1)


@public("tfcompat.image")
def hsv_to_rgb(images: Any, name: str | None = None) -> Tensor:
    """The inverse of `rgb_to_hsv`; not differentiable."""
    x = _three_floats(images, "hsv_to_rgb")
    if _at_once(x, "hsv_to_rgb"):
        return dispatch.execute_constant(kernels.hsv_to_rgb, (x,), (), x._dtype)
    x = array.stop_gradient(x)
    return _rgb(*unstack(x, axis=-1))
