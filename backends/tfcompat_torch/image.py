"""Kernels that compute images out of images."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F

from tfcompat._src import threads
from tfcompat._src.memory import aligned

from . import separable
from .large import LARGE, in_parts

Array = np.ndarray[Any, Any]


def resize_bilinear(x: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    if not x.numel():
        return x[:, :1, :1].expand(x.shape[0], *size, x.shape[3])
    if size[0] * 2 == x.shape[1] and size[1] * 2 == x.shape[2] and separable.suits(x, (2, 2)):
        # The means of fours.
        halves = separable.pool(x, (2, 2), (2, 2), ((0, 0), (0, 0)), size, True)
        if halves is not None:
            return halves
    few = x.shape[3] in _FEW_CHANNELS and size[0] * 2 > x.shape[1]
    if few and x.numel() >= LARGE and x.is_cpu and not x.requires_grad and x.dtype in _FLOATS:
        try:
            return torch.from_numpy(_between_pixels(x.numpy(), size))
        except RuntimeError:
            # A tensor that stands for many, of torch.vmap.
            pass
    found = F.interpolate(x.permute(0, 3, 1, 2), size, mode="bilinear", align_corners=False)
    return found.permute(0, 2, 3, 1)


_FLOATS = {torch.float32, torch.float64}
# Of one, and of more, PyTorch computes several numbers at once.
_FEW_CHANNELS = (2, 3)
# Numbers, some of which are rows to begin with: steps long enough for threads.
_AT_ONCE = 2 * threads.PART


def _neighbours(have: int, count: int, native: Any) -> tuple[Array, Array, Array]:
    """The pixels before and after each new one, and how far it is from the first to the second."""
    at = (np.arange(count, dtype=np.float32) + np.float32(0.5)) * np.float32(have / count)
    at -= np.float32(0.5)
    low = np.floor(at)
    first, second = [np.clip(n, 0, have - 1).astype(np.intp) for n in (low, low + 1)]
    return first, second, (at - low).astype(native)


def _between_pixels(x: Array, size: tuple[int, int]) -> Array:
    """Along the rows first, in blocks of rows: each channel of a pixel is a number of its own."""
    batch, height, width, depth = x.shape
    top, bottom, down = _neighbours(height, size[0], x.dtype)
    left, right, across = [
        np.repeat(places, depth) for places in _neighbours(width, size[1], x.dtype)
    ]
    channels = np.tile(np.arange(depth), size[1])
    left, right = left * depth + channels, right * depth + channels
    lines = x.reshape(batch, height, width * depth)
    found = aligned((batch, size[0], size[1] * depth), x.dtype)
    step = max(1, _AT_ONCE // found.shape[2])
    blocks = -(-size[0] // step)

    def part(low: int, high: int) -> None:
        for block in range(low, high):
            image, first = divmod(block, blocks)
            rows = slice(first * step, (first + 1) * step)
            start = top[rows][0]
            some = lines[image, start : bottom[rows][-1] + 1]
            # Places are in range; NumPy is slowest where it looks, and fast with this mode.
            wide = _between(
                some.take(left, 1, mode="wrap"), some.take(right, 1, mode="wrap"), across
            )
            upper, lower = [wide.take(places[rows] - start, 0) for places in (top, bottom)]
            lower -= upper
            lower *= down[rows, None]
            np.add(upper, lower, out=found[image, rows])

    in_parts(part, batch * blocks, found.size * _TAPS)
    return found.reshape(batch, *size, depth)


_TAPS = 4  # how much more than one sum an element of what is between takes


# Up to here all that an image is made of is gathered at once.
_FEW = 1 << 16


def resample(x: torch.Tensor, rows: torch.Tensor, weights: torch.Tensor, axis: int) -> torch.Tensor:
    # Along the columns the image is turned first: what is picked are then long rows.
    turned = x.transpose(1, 2) if axis == 2 else x
    batch, have, *inner = turned.shape
    count, taps = rows.shape
    width = inner[0] * inner[1]
    if batch * count * taps * width <= _FEW or x.requires_grad:
        flat = turned.reshape(batch, have, width)
        picked = flat.index_select(1, rows.reshape(-1)).reshape(batch, count, taps, width)
        found = (picked * weights[:, :, None]).sum(2)
    else:
        # Image by image, as new memory for more costs as much as the arithmetic.
        found = x.new_empty(batch, count, width)
        part = x.new_empty(count, width)
        for image, sums in zip(turned.unbind(), found.unbind(), strict=True):
            flat = image.reshape(have, width)
            torch.index_select(flat, 0, rows[:, 0], out=sums)
            sums.mul_(weights[:, 0, None])
            for tap in range(1, taps):
                torch.index_select(flat, 0, rows[:, tap], out=part)
                sums.addcmul_(part, weights[:, tap, None])
    found = found.reshape(batch, count, *inner)
    return found.transpose(1, 2) if axis == 2 else found


def _places(low: torch.Tensor, high: torch.Tensor, size: int, count: int) -> torch.Tensor:
    if count == 1:
        return ((low + high) * (0.5 * (size - 1)))[:, None]
    step = (high - low) * (size - 1) / (count - 1)
    return low[:, None] * (size - 1) + torch.arange(count, device=low.device) * step[:, None]


def _rounded(x: torch.Tensor) -> torch.Tensor:
    # Halves away from zero; adding a half first would round the float just below it up.
    low = x.floor()
    return low + (x - low >= 0.5)


def crop_and_resize(
    x: torch.Tensor,
    boxes: torch.Tensor,
    which: torch.Tensor,
    size: tuple[int, int],
    nearest: bool,
    outside: float,
) -> torch.Tensor:
    height, width, depth = x.shape[1:]
    if x.is_cpu and not (x.requires_grad or boxes.requires_grad):
        return _crops_in_parts(x, boxes, which, (size, nearest, outside))
    y = _places(boxes[:, 0], boxes[:, 2], height, size[0])
    z = _places(boxes[:, 1], boxes[:, 3], width, size[1])
    rows_inside, columns_inside = (y >= 0) & (y <= height - 1), (z >= 0) & (z <= width - 1)
    inside = (rows_inside[:, :, None] & columns_inside[:, None, :])[..., None]
    pixels = x.reshape(-1, depth)
    start = (which.long() * height)[:, None]

    def row(places: torch.Tensor) -> torch.Tensor:
        return (start + places.clamp(0, height - 1).nan_to_num().long())[:, :, None] * width

    def column(places: torch.Tensor) -> torch.Tensor:
        return places.clamp(0, width - 1).nan_to_num().long()[:, None, :]

    def at(flat: torch.Tensor) -> torch.Tensor:
        return pixels.index_select(0, flat.reshape(-1)).reshape(*flat.shape, depth)

    if nearest:
        found = at(row(_rounded(y.detach())) + column(_rounded(z.detach())))
    else:
        low, first = y.detach().floor(), z.detach().floor()
        top, bottom = row(low), row(y.detach().ceil())
        left, right = column(first), column(z.detach().ceil())
        down, across = (y - low)[:, :, None, None], (z - first)[:, None, :, None]
        upper_left, lower_left = at(top + left), at(bottom + left)
        upper = upper_left + (at(top + right) - upper_left) * across
        lower = lower_left + (at(bottom + right) - lower_left) * across
        found = upper + (lower - upper) * down
    return torch.where(inside, found, outside)


# The same once more in NumPy, whose ops on the few places take a third of PyTorch's time.
_WORK = 32  # how much more than one sum an element of a crop takes


def _crops_in_parts(
    x: torch.Tensor, boxes: torch.Tensor, which: torch.Tensor, how: tuple[Any, ...]
) -> torch.Tensor:
    image, corners, images = x.numpy(), boxes.numpy(), which.numpy()
    found = np.empty((len(corners), *how[0], x.shape[3]), image.dtype)

    def part(low: int, high: int) -> None:
        _crop(found[low:high], image, corners[low:high], images[low:high], *how)

    if found.size:
        # Each part computes the places anew, which takes as long as many elements.
        in_parts(part, len(corners), found.size * _WORK, shares=1)
    return torch.from_numpy(found)


def _places_on_host(low: Array, high: Array, size: int, count: int) -> Array:
    if count == 1:
        return ((low + high) * (0.5 * (size - 1)))[:, None]
    step = (high - low) * (size - 1) / (count - 1)
    steps = np.arange(count, dtype=low.dtype) * step[:, None]
    steps += (low * (size - 1))[:, None]
    return steps


def _held(places: Array, size: int) -> Array:
    """Whole places in the image; NaN is any."""
    return np.fmax(np.fmin(places, size - 1), 0).astype(np.intp)


def _crop(
    found: Array,
    x: Array,
    boxes: Array,
    which: Array,
    size: tuple[int, int],
    nearest: bool,
    outside: float,
) -> None:
    height, width, depth = x.shape[1:]
    with np.errstate(all="ignore"):
        y = _places_on_host(boxes[:, 0], boxes[:, 2], height, size[0])
        z = _places_on_host(boxes[:, 1], boxes[:, 3], width, size[1])
        pixels = x.reshape(-1, depth)
        start = which.astype(np.intp)[:, None] * height
        wide = size[1] * depth

        def at(rows: Array, columns: Array) -> Array:
            places = ((rows + start) * width)[:, :, None] + columns[:, None]
            return pixels.take(places, 0, mode="clip").reshape(*rows.shape, wide)

        if nearest:
            y_low, z_low = np.floor(y), np.floor(z)
            rows = _held(y_low + (y - y_low >= 0.5), height)
            columns = _held(z_low + (z - z_low >= 0.5), width)
            found[...] = at(rows, columns).reshape(found.shape)
        else:
            low, first = np.floor(y), np.floor(z)
            left, right = _held(first, width), _held(np.ceil(z), width)
            # As long as rows of pixels are.
            across = np.repeat(z - first, depth, 1)[:, None]

            def lines(rows: Array) -> Array:
                return _between(at(rows, left), at(rows, right), across)

            upper, lower = _above_and_below(lines, _held(low, height), _held(np.ceil(y), height))
            lower -= upper
            lower *= (y - low)[:, :, None]
            np.add(lower, upper, out=found.reshape(upper.shape))
        rows_inside, columns_inside = (y >= 0) & (y <= height - 1), (z >= 0) & (z <= width - 1)
        if not (rows_inside.all() and columns_inside.all()):
            found[~(rows_inside[:, :, None] & columns_inside[:, None])] = outside


def _above_and_below(
    lines: Callable[[Array], Array], top: Array, bottom: Array
) -> tuple[Array, Array]:
    """The lines at rows of the image, [boxes, rows], that are above and below each of the crops'.

    Where a crop is larger than its box, many of its rows lie between the same two.
    """
    first = np.minimum(top.min(1), bottom.min(1))[:, None]
    count = int((np.maximum(top, bottom) - first).max()) + 1
    if count > top.shape[1]:
        return lines(top), lines(bottom)
    found = lines(first + np.arange(count)).reshape(len(top) * count, -1)
    before = np.arange(len(top))[:, None] * count - first
    return found.take(top + before, 0), found.take(bottom + before, 0)


def _between(first: Array, second: Array, part: Array) -> Array:
    second -= first
    second *= part
    second += first
    return second


def extract_patches(
    x: torch.Tensor,
    counts: tuple[int, int],
    window: tuple[int, int],
    strides: tuple[int, int],
    rates: tuple[int, int],
) -> torch.Tensor:
    x = x.contiguous()
    batch, rows, columns, channel = x.stride()
    steps = (
        batch, rows * strides[0], columns * strides[1], rows * rates[0], columns * rates[1], channel
    )  # fmt: skip
    patches = x.as_strided((x.shape[0], *counts, *window, x.shape[3]), steps)
    return patches.reshape(x.shape[0], *counts, window[0] * window[1] * x.shape[3])
