"""Kernels that compute images out of images."""

from __future__ import annotations

import torch
import torch.nn.functional as F


def resize_bilinear(x: torch.Tensor, size: tuple[int, int]) -> torch.Tensor:
    if not x.numel():
        return x[:, :1, :1].expand(x.shape[0], *size, x.shape[3])
    found = F.interpolate(x.permute(0, 3, 1, 2), size, mode="bilinear", align_corners=False)
    return found.permute(0, 2, 3, 1)


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
    y = _places(boxes[:, 0], boxes[:, 2], height, size[0])[:, :, None]
    z = _places(boxes[:, 1], boxes[:, 3], width, size[1])[:, None, :]
    inside = ((y >= 0) & (y <= height - 1) & (z >= 0) & (z <= width - 1))[..., None]
    pixels = x.reshape(-1, depth)
    start = (which.long() * height)[:, None, None]

    def at(row: torch.Tensor, column: torch.Tensor) -> torch.Tensor:
        row, column = row.clamp(0, height - 1), column.clamp(0, width - 1)
        flat = (start + row.nan_to_num().long()) * width + column.nan_to_num().long()
        found = pixels.index_select(0, flat.reshape(-1))
        return found.reshape(*flat.shape, depth)

    if nearest:
        found = at(_rounded(y.detach()), _rounded(z.detach()))
    else:
        top, left = y.detach().floor(), z.detach().floor()
        bottom, right = y.detach().ceil(), z.detach().ceil()
        down, across = (y - top)[..., None], (z - left)[..., None]
        upper_left, lower_left = at(top, left), at(bottom, left)
        upper = upper_left + (at(top, right) - upper_left) * across
        lower = lower_left + (at(bottom, right) - lower_left) * across
        found = upper + (lower - upper) * down
    return torch.where(inside, found, outside)


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
