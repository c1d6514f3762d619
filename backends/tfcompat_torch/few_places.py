"""Convolutions of many weights at few places, as products of matrices.

PyTorch puts the weights into an order of its own first, which pays for itself where there are
thousands of places to use them at. At a few, such as in the innermost layers of an encoder and a
decoder, it takes ten times as long as the products do; TensorFlow's layout of filters is that of
a matrix already.
"""

from __future__ import annotations

import torch
from torch.nn import functional

from . import large

Ints = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]

_FEW, _FEW_OF_PIXELS = 256, 1024  # places: windows of several pixels, and of one
_MANY = 1 << 20  # weights
_FLOATS = (torch.float32, torch.float64)


def may_suit(x: torch.Tensor, w: torch.Tensor) -> bool:
    """Whether a number of places could be few, of pictures with the channels last."""
    many = w.numel() >= _MANY or w.shape[0] == w.shape[1] == 1
    return many and x.dtype in _FLOATS and x.is_cpu and x.numel() > 0


def suits(places: int, w: torch.Tensor) -> bool:
    alone = w.shape[0] == w.shape[1] == 1
    return 0 < places <= (_FEW_OF_PIXELS if alone else _FEW)


def convolution(
    x: torch.Tensor, w: torch.Tensor, strides: Ints, padding: Pairs, dilations: Ints
) -> torch.Tensor:
    """A row for each window, by a column for each filter."""
    (top, bottom), (left, right) = padding
    if top or bottom or left or right:
        x = torch.constant_pad_nd(x, (0, 0, left, right, top, bottom))
    height, width, channels, filters = w.shape
    if height == width == 1:
        windows = x[:, :: strides[0], :: strides[1]]
    else:
        (down, right), (apart, aside) = strides, dilations
        rows = x.unfold(1, (height - 1) * apart + 1, down)[..., ::apart]
        windows = rows.unfold(2, (width - 1) * aside + 1, right)[..., ::aside]
        windows = windows.permute(0, 1, 2, 4, 5, 3)
    counts = windows.shape[:3]
    depth = height * width * channels
    found = large.matmul(windows.reshape(-1, depth), w.reshape(depth, filters))
    return found.view(*counts, filters)


def transposed(
    x: torch.Tensor, w: torch.Tensor, strides: Ints, padding: Pairs, dilations: Ints, sizes: Ints
) -> torch.Tensor:
    """What every pixel gives to its window, by one product, and the sums where windows overlap."""
    batch, rows, columns, channels = x.shape
    window, filters = (w.shape[0], w.shape[1]), w.shape[2]
    given = large.matmul(x.reshape(-1, channels), w.reshape(-1, channels).t())
    given = given.view(batch, rows * columns, -1, filters).permute(0, 3, 2, 1)
    height, width = [
        (n - 1) * s + (k - 1) * d + 1
        for n, s, k, d in zip((rows, columns), strides, window, dilations, strict=True)
    ]
    given = given.reshape(batch, -1, rows * columns)
    y = functional.fold(given, (height, width), window, dilations, 0, strides).permute(0, 2, 3, 1)
    # What no window reached is 0, and what lies in the padding is cut off.
    (top, _), (left, _) = padding
    below, right = sizes[0] + top - height, sizes[1] + left - width
    return functional.pad(y, (0, 0, -left, right, -top, below))
