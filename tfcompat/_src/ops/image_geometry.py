"""Images moved, not computed: tf.image.flip_left_right, rot90, crops, pads, patches, glimpses."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument, out_of_range, unimplemented
from tfcompat._src.naming import public
from tfcompat._src.ops import array, math, padding as pads, slicing
from tfcompat._src.ops.arguments import int_vector
from tfcompat._src.ops.image_shapes import Number, image_of, positive, static_list
from tfcompat._src.ops.random import normal, uniform
from tfcompat._src.ops.reductions import reduce_max, reduce_mean, reduce_min, reduce_std
from tfcompat._src.ops.selection import gather, where
from tfcompat._src.ops.windows import geometry, results
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("image")


# ---------------------------------------------------------------------------------------- turning
@public("tfcompat.image")
def flip_left_right(image: Any) -> Tensor:
    """The image, or every image of a batch, mirrored: its columns in reverse order."""
    x = image_of(image, "flip_left_right")
    return array.reversed_along(x, x._rank - 2)


@public("tfcompat.image")
def flip_up_down(image: Any) -> Tensor:
    """The image, or every image of a batch, with its rows in reverse order."""
    x = image_of(image, "flip_up_down")
    return array.reversed_along(x, x._rank - 3)


@public("tfcompat.image")
def transpose(image: Any, name: str | None = None) -> Tensor:
    """The image, or every image of a batch, with rows for columns."""
    x = image_of(image, "transpose")
    return array.transpose(x, (1, 0, 2) if len(x._shape) == 3 else (0, 2, 1, 3))


@public("tfcompat.image")
def rot90(image: Any, k: Any = 1, name: str | None = None) -> Tensor:
    """The image, or every image of a batch, turned counter-clockwise `k` times by 90 degrees."""
    x = image_of(image, "rot90")
    turns = to_tensor(k, dtypes.int32)
    if turns._shape != ():
        raise ValueError(f"rot90: received k of shape {tuple(turns._shape)}, must have rank 0")
    times = int(turns) % 4
    if times == 1:
        return array.reverse(transpose(x), [-3])
    if times == 2:
        return array.reverse(x, [-3, -2])
    return transpose(array.reverse(x, [-3])) if times else x


# ------------------------------------------------------------------------------ cropping, padding
def _cropped(x: Tensor, top: int, left: int, height: int, width: int) -> Tensor:
    begin, size = (top, left, 0), (height, width, x._shape[-1])
    if len(x._shape) == 4:
        begin, size = (0, *begin), (x._shape[0], *size)  # type: ignore[assignment]
    return slicing.slice(x, begin, size)


def _padded(x: Tensor, top: int, bottom: int, left: int, right: int) -> Tensor:
    pairs = ((top, bottom), (left, right), (0, 0))
    return pads.pad(x, ((0, 0), *pairs) if len(x._shape) == 4 else pairs)


@public("tfcompat.image")
def central_crop(image: Any, central_fraction: Any) -> Tensor:
    """The middle of the image: `central_fraction` of its height and width.

    Raises ValueError unless 0 < central_fraction <= 1.
    """
    fraction = central_fraction
    if isinstance(fraction, Tensor) or hasattr(fraction, "__tf_tensor__"):
        fraction = float(to_tensor(fraction))
    if fraction <= 0.0 or fraction > 1.0:
        raise ValueError(
            f"central_crop: received central_fraction={fraction}; central_fraction must be within "
            "(0, 1]"
        )
    if fraction == 1.0:
        return to_tensor(image)
    x = image_of(image, "central_crop")
    height, width = x._shape[-3:-1]
    top, left = int((height - height * fraction) / 2), int((width - width * fraction) / 2)
    return _cropped(x, top, left, height - top * 2, width - left * 2)


@public("tfcompat.image")
def crop_to_bounding_box(
    image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> Tensor:
    """The `target_height` rows from `offset_height` on, and columns likewise.

    Raises ValueError for a box that is not within the image, or has no pixels.
    """
    op = "crop_to_bounding_box"
    x = image_of(image, op)
    height, width = x._shape[-3:-1]
    top, left = Number(offset_height, op, "offset_height"), Number(offset_width, op, "offset_width")
    rows, columns = (
        Number(target_height, op, "target_height"),
        Number(target_width, op, "target_width"),
    )
    left.require(left.value >= 0, "offset_width must be >= 0.")
    top.require(top.value >= 0, "offset_height must be >= 0.")
    columns.require(columns.value > 0, "target_width must be > 0.")
    rows.require(rows.value > 0, "target_height must be > 0.")
    columns.require(width >= columns.value + left.value, "width must be >= target + offset.")
    rows.require(height >= rows.value + top.value, "height must be >= target + offset.")
    return _cropped(x, top.value, left.value, rows.value, columns.value)


@public("tfcompat.image")
def pad_to_bounding_box(
    image: Any, offset_height: Any, offset_width: Any, target_height: Any, target_width: Any
) -> Tensor:
    """Zeros around the image: `offset_height` rows above it, `target_height` rows in all.

    Raises ValueError if the target does not hold the image at its offset.
    """
    op = "pad_to_bounding_box"
    x = image_of(image, op)
    height, width = x._shape[-3:-1]
    top, left = Number(offset_height, op, "offset_height"), Number(offset_width, op, "offset_width")
    rows, columns = (
        Number(target_height, op, "target_height"),
        Number(target_width, op, "target_width"),
    )
    top.require(top.value >= 0, "offset_height must be >= 0")
    left.require(left.value >= 0, "offset_width must be >= 0")
    below, right = rows.value - top.value - height, columns.value - left.value - width
    columns.require(right >= 0, "width must be <= target - offset")
    rows.require(below >= 0, "height must be <= target - offset")
    return _padded(x, top.value, below, left.value, right)


@public("tfcompat.image")
def resize_with_crop_or_pad(image: Any, target_height: Any, target_width: Any) -> Tensor:
    """The middle of the image where it is too large, zeros around it where it is too small.

    Raises ValueError for a target below 1.
    """
    op = "resize_with_crop_or_pad"
    x = image_of(image, op)
    rows, columns = (
        positive(target_height, op, "target_height"),
        positive(target_width, op, "target_width"),
    )
    height, width = x._shape[-3:-1]
    kept = min(rows, height), min(columns, width)
    if kept != (height, width):
        x = _cropped(x, max((height - rows) // 2, 0), max((width - columns) // 2, 0), *kept)
    top, left = (rows - kept[0]) // 2, (columns - kept[1]) // 2
    if kept == (rows, columns):
        return x
    return _padded(x, top, rows - kept[0] - top, left, columns - kept[1] - left)


# ----------------------------------------------------------------------------- patches, glimpses
def _window_options(
    sizes: Any, strides: Any, rates: Any, op: str
) -> tuple[tuple[int, ...], tuple[int, ...], tuple[int, ...]]:
    found = []
    for what, value in (("ksizes", sizes), ("strides", strides), ("rates", rates)):
        numbers = static_list(value, op, what)
        if (numbers[0], numbers[3]) != (1, 1):
            raise unimplemented(
                op, f"received {what}={list(numbers)}; expected 1 for the batch and the channels"
            )
        if min(numbers) < 1:
            raise out_of_range(op, f"received {what}={list(numbers)}; expected 1 or more")
        found.append(numbers[1:3])
    return found[0], found[1], found[2]


@public("tfcompat.image")
def extract_patches(
    images: Any, sizes: Any, strides: Any, rates: Any, padding: Any, name: str | None = None
) -> Tensor:
    """Patches of a batch of images, laid side by side as channels.

    `sizes`, `strides` (from patch to patch) and `rates` (from pixel to pixel within a patch) are
    lists [1, rows, columns, 1]; the result is [batch, rows of patches, columns of patches, rows *
    columns * channels].
    """
    op = "extract_patches"
    x = images if isinstance(images, Tensor) else to_tensor(images)
    if x._dtype not in dtypes.NUMERIC:
        raise invalid_argument(op, f"received {x._dtype.name}; expected numbers")
    window, steps, gaps = _window_options(sizes, strides, rates, op)
    if len(x._shape) != 4:
        raise invalid_argument(op, f"input must be 4-dimensional: received {list(x._shape)}")
    if padding not in ("SAME", "VALID"):
        raise invalid_argument(op, f"received padding={padding!r}; accepted are 'SAME' and 'VALID'")
    spatial = tuple(x._shape[1:3])
    if 0 in spatial:
        raise invalid_argument(op, f"received images of shape {list(x._shape)}, without pixels")
    how = geometry(op, spatial, window, steps, padding, gaps, False)
    counts = results(spatial, window, how)
    pairs = how.padding
    if any(n for pair in pairs for n in pair):
        x = _padded(x, *pairs[0], *pairs[1])
    attrs = (tuple(counts), window, steps, gaps)
    return dispatch.execute(kernels.extract_patches, (x,), attrs, x._dtype)


@public("tfcompat.image")
def extract_glimpse(
    input: Any,
    size: Any,
    offsets: Any,
    centered: bool = True,
    normalized: bool = True,
    noise: str = "uniform",
    name: str | None = None,
) -> Tensor:
    """A window of `size` = [height, width] from every image of a float32 batch.

    Args:
      input: [batch, height, width, channels].
      size: of the windows.
      offsets: [batch, 2], where each window is: its middle as [row, column].
      centered: offset 0 is the image's middle, not its upper left corner.
      normalized: offsets are counted in (half, if centered) heights and widths, not in pixels.
      noise: "uniform", "gaussian" or "zero": what the part of a window outside the image holds.
      name: ignored.
    """
    op = "extract_glimpse"
    x, at = to_tensor(input, dtypes.float32), to_tensor(offsets, dtypes.float32)
    window = int_vector(size, op, "size", dtypes.int32)
    if len(x._shape) != 4:
        raise invalid_argument(op, f"input must be 4-dimensional: received {list(x._shape)}")
    if len(window) != 2 or min(window) < 0:
        raise invalid_argument(op, f"received size={list(window)}; expected [height, width]")
    batch = x._shape[0]
    if tuple(at._shape) != (batch, 2):
        raise invalid_argument(
            op, f"received offsets of shape {list(at._shape)}; expected {[batch, 2]}"
        )
    if noise not in ("uniform", "gaussian", "zero"):
        raise invalid_argument(
            op, f"The noise could only be uniform, gaussian, or zero; received {noise!r}"
        )
    inside, rows = None, []
    first = _glimpse_corners(at._numpy(), tuple(x._shape[1:3]), window, centered, normalized)
    for axis in (0, 1):
        reach = first[:, axis, None] + np.arange(window[axis])
        limit = x._shape[1 + axis]
        good = (reach >= 0) & (reach < limit)
        good = good[:, :, None] if axis == 0 else good[:, None, :]
        inside = good if inside is None else inside & good
        rows.append(np.clip(reach, 0, limit - 1))
    flat = (rows[0][:, :, None] * x._shape[2] + rows[1][:, None, :]).reshape(batch, prod(window))
    pixels = array.reshape(x, (batch, x._shape[1] * x._shape[2], x._shape[3]))
    found = gather(pixels, from_numpy(flat, dtypes.int64), batch_dims=1)
    shape = (batch, *window, x._shape[3])
    found = array.reshape(found, shape)
    if inside is None or inside.all():
        return found
    return where(from_numpy(inside[..., None].copy(), dtypes.bool_), found, _noise(noise, x, shape))


def _glimpse_corners(
    at: np.ndarray[Any, Any],
    sizes: tuple[int, ...],
    window: tuple[int, ...],
    centered: bool,
    normalized: bool,
) -> np.ndarray[Any, Any]:
    have, want = np.array(sizes, np.float32), np.array(window, np.float32)
    places = at * have if normalized else at
    if centered:
        # As TensorFlow has it: without normalisation the corner, not the middle, is at the offset.
        places = places / 2 + have / 2 - want / 2 if normalized else places + have / 2
    corners: np.ndarray[Any, Any] = np.trunc(places)
    return corners.astype(np.int64)


def _noise(kind: str, x: Tensor, shape: tuple[int, ...]) -> Any:
    """As bright as the image: within the range of its values, or around their mean."""
    if kind == "zero":
        return to_tensor(0.0)
    least, most = reduce_min(x, [1, 2, 3], True), reduce_max(x, [1, 2, 3], True)
    if kind == "uniform":
        return uniform(shape, least, most)
    mean, deviation = reduce_mean(x, [1, 2, 3], True), reduce_std(x, [1, 2, 3], True)
    return math.minimum(math.maximum(normal(shape, mean, deviation), least), most)
