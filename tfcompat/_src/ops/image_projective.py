"""tf.raw_ops.ImageProjectiveTransformV3: images in perspective, by which Keras turns and zooms."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes, recording
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.custom_gradient import custom_gradient
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import listened
from tfcompat._src.ops import array, comparisons, joining, math, repeating
from tfcompat._src.ops.arguments import int_vector
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.ops.creation import ones_like
from tfcompat._src.ops.decompositions import inv
from tfcompat._src.ops.norms import clip_by_value
from tfcompat._src.ops.selection import gather, where
from tfcompat._src.tensor import Tensor

_ACCEPTED = dtypes.FLOATS | {dtypes.uint8, dtypes.int32, dtypes.int64}
_OP = "image_projective_transform"


@listened
def image_projective_transform(
    images: Any,
    transforms: Any,
    output_shape: Any,
    fill_value: Any,
    interpolation: str,
    fill_mode: str = "CONSTANT",
) -> Tensor:
    """Each pixel (x, y) of the result is the image at (a x + b y + c, d x + e y + f) / k.

    Args:
      images: [batch, height, width, channels].
      transforms: [batch or 1, 8], float32: a, b, c, d, e, f, g, h; k = g x + h y + 1.
      output_shape: [height, width] of the result.
      fill_value: what is outside the images, and where k is 0.
      interpolation: "NEAREST" or "BILINEAR".
      fill_mode: "CONSTANT", or how the image goes on: "REFLECT", "WRAP", "NEAREST".
    """
    x, numbers = to_tensor(images), to_tensor(transforms, dtypes.float32)
    check_dtype(_OP, x, _ACCEPTED)
    height, width = _checked(x, numbers, output_shape)
    fill = to_tensor(fill_value, dtypes.float32)
    if fill._shape:
        raise invalid_argument(_OP, f"fill_value must be a scalar: received {list(fill._shape)}")
    options = (interpolation, fill_mode)
    if not recording.anybody() or not x._dtype.is_floating:
        return _seen(x, numbers, (height, width), fill, *options)

    def seen(pixels: Tensor) -> Any:
        def slope(cotangent: Any) -> Tensor:
            # TensorFlow looks at the cotangent through the inverse, which is not quite the adjoint.
            size: Any = tuple(x._shape[1:3])
            nothing = to_tensor(0.0, x._dtype)
            return _seen(to_tensor(cotangent), _inverse(numbers), size, nothing, *options)

        return _seen(pixels, numbers, (height, width), fill, *options), slope

    return custom_gradient(seen)(x)


def _inverse(numbers: Tensor) -> Tensor:
    whole = joining.concat([numbers, ones_like(numbers[:, :1])], 1)
    back = array.reshape(inv(array.reshape(whole, (-1, 3, 3))), (-1, 9))
    return array.stop_gradient(back[:, :8] / back[:, 8:])


def _seen(
    x: Tensor,
    numbers: Tensor,
    size: tuple[int, int],
    fill: Tensor,
    interpolation: str,
    fill_mode: str,
) -> Tensor:
    height, width = size
    a, b, c, d, e, f, g, h = [
        array.reshape(t, (-1, 1, 1)) for t in joining.unstack(numbers, axis=1)
    ]
    across = from_numpy(np.arange(width, dtype=np.float32)[None, None], dtypes.float32)
    down = from_numpy(np.arange(height, dtype=np.float32)[None, :, None], dtypes.float32)
    far = g * across + h * down + 1.0
    never = comparisons.equal(far, 0.0)
    far = where(never, 1.0, far)
    column = _continued((a * across + b * down + c) / far, x._shape[2], fill_mode)
    row = _continued((d * across + e * down + f) / far, x._shape[1], fill_mode)
    reader = _Reader(x, cast(fill, x._dtype), never)
    if interpolation == "NEAREST":
        return reader.read(_rounded(row), _rounded(column))
    return _between(reader, row, column)


def _checked(x: Tensor, numbers: Tensor, output_shape: Any) -> tuple[int, int]:
    if len(x._shape) != 4:
        raise invalid_argument(_OP, f"Input images must have rank 4: received {list(x._shape)}")
    if (
        len(numbers._shape) != 2
        or numbers._shape[0] not in (1, x._shape[0])
        or (numbers._shape[1] != 8)
    ):
        raise invalid_argument(
            _OP,
            f"Input transform should be num_images x 8 or 1 x 8: received {list(numbers._shape)}",
        )
    size = int_vector(output_shape, _OP, "output_shape", dtypes.int32, scalar=False)
    if len(size) != 2:
        raise invalid_argument(_OP, f"output shape must have two elements: received {list(size)}")
    if min(size) < 1:
        raise invalid_argument(_OP, f"output dimensions must be positive: received {list(size)}")
    return size[0], size[1]


def _continued(at: Tensor, size: int, mode: str) -> Tensor:
    """Positions outside an image as those inside it that a mode puts there."""
    last = float(size - 1)
    if mode in ("REFLECT", "WRAP") and size > 1:
        before, after = comparisons.less(at, 0.0), comparisons.greater(at, last)
        if mode == "REFLECT":
            period = 2.0 * size
            low = period * math.floor(-at / period) + at
            low = where(comparisons.less(low, -float(size)), low + period, -low - 1.0)
            high = at - period * math.floor(at / period)
            high = where(comparisons.greater_equal(high, float(size)), period - high - 1.0, high)
        else:
            low = at + size * (math.floor(-at / last) + 1.0)
            high = at - size * math.floor(at / last)
        at = where(before, low, where(after, high, at))
    return at if mode == "CONSTANT" else clip_by_value(at, 0.0, last)


def _rounded(at: Tensor) -> Tensor:
    """To the nearest integer, halves away from zero."""
    size = math.abs(at)
    low = math.floor(size)
    high = where(comparisons.greater_equal(size - low, 0.5), low + 1.0, low)
    return math.multiply(math.sign(at), high)


class _Reader:
    """Looks pixels up; outside the images it finds the fill value."""

    def __init__(self, x: Tensor, fill: Tensor, never: Tensor) -> None:
        batch, self._height, self._width, depth = tuple(x._shape)
        self._pixels = array.reshape(x, (batch * self._height * self._width, depth))
        self._fill, self._never, self._batch = fill, never, batch
        self.dtype = x._dtype

    def read(self, row: Tensor, column: Tensor) -> Tensor:
        """The pixels at integer positions, [batch, height, width, channels]."""
        inside = comparisons.logical_and(
            comparisons.logical_and(
                comparisons.greater_equal(row, 0.0), comparisons.less(row, float(self._height))
            ),
            comparisons.logical_and(
                comparisons.greater_equal(column, 0.0), comparisons.less(column, float(self._width))
            ),
        )
        inside = comparisons.logical_and(inside, comparisons.logical_not(self._never))
        rows = cast(clip_by_value(row, 0.0, self._height - 1.0), dtypes.int32)
        columns = cast(clip_by_value(column, 0.0, self._width - 1.0), dtypes.int32)
        first = np.arange(self._batch, dtype=np.int32) * (self._height * self._width)
        start = from_numpy(first[:, None, None], dtypes.int32)
        found = gather(self._pixels, start + rows * self._width + columns)
        shape = tuple(found._shape)[:3]
        return where(repeating.broadcast_to(inside, shape)[..., None], found, self._fill)


def _between(reader: _Reader, row: Tensor, column: Tensor) -> Tensor:
    top, left = math.floor(row), math.floor(column)
    down, across = (row - top)[..., None], (column - left)[..., None]
    single = dtypes.float32  # whatever the images are

    def line(at: Tensor) -> Tensor:
        first = cast(reader.read(at, left), single)
        second = cast(reader.read(at, left + 1.0), single)
        part = cast(across, single)
        return math.add((1.0 - part) * first, part * second)

    part = cast(down, single)
    found = (1.0 - part) * line(top) + part * line(top + 1.0)
    return cast(found, reader.dtype)
