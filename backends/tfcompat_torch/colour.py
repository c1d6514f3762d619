"""Kernels that change colours, of images in the processor's memory of which no derivative is asked.

In one op what the front would do in twenty: NumPy works on a channel at a time, in steps long
enough for threads (`threads.PART`).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tfcompat._src.memory import aligned

from .large import in_parts

Array = np.ndarray[Any, Any]

_FEW = 1 << 9  # pixels
_BLOCK = 1 << 16  # pixels


class _Constants:
    """What the formulas need, in the type they are computed in; faster as arrays of no axes."""

    def __init__(self, native: Any) -> None:
        self.bits = np.dtype(f"i{native.itemsize}")
        self.zero, self.one, self.two, self.six = [np.array(n, native) for n in (0, 1, 2, 6)]
        self.third = np.array(1 / 3, native)
        self.peaks = np.array([3, 2, 4], native)[:, None]


_constants = {
    torch.float32: _Constants(np.dtype(np.float32)),
    torch.float64: _Constants(np.dtype(np.float64)),
}


def _run(work: Callable[..., None], x: torch.Tensor, *settings: float) -> torch.Tensor:
    """`work(pixels, found, constants, *settings)` on blocks of rows of three channels."""
    c = _constants[x.dtype]
    array = x.numpy()
    pixels = array.reshape(-1, 3)
    is_small = len(pixels) <= _BLOCK
    found = (np.empty if is_small else aligned)(array.shape, array.dtype)
    out = found.reshape(-1, 3)

    def part(low: int, high: int) -> None:
        for start in range(low * _BLOCK, high * _BLOCK, _BLOCK):
            block = slice(start, start + _BLOCK)
            work(pixels[block], out[block], c, *settings)

    if is_small:
        with np.errstate(all="ignore"):
            work(pixels, out, c, *settings)
    else:
        in_parts(part, -(-len(pixels) // _BLOCK), found.size)
    return torch.from_numpy(found)


def _choose(into: Array, where: Array, values: Array, c: _Constants) -> None:
    """Puts values where a truth says so; many by bits, where no element waits for its truth."""
    if len(into) <= _FEW:
        np.copyto(into, values, where=where)
        return
    whole = into.view(c.bits)
    change = whole ^ values.view(c.bits)
    change *= where
    whole ^= change


def _hue(pixels: Array, c: _Constants) -> tuple[Array, Array, Array, Array]:
    """The hue in [0, 1), the smallest channel, the largest, and how far they are apart."""
    # The channels, and the first two once more, so that all differences are one.
    planes = np.empty((5, len(pixels)), pixels.dtype)
    planes[:3] = pixels.T
    planes[3:] = planes[:2]
    r, g, b = planes[:3]
    most = np.maximum(r, g)
    np.maximum(most, b, out=most)
    least = np.minimum(g, r)
    np.minimum(least, b, out=least)
    width = most - least
    # From blue on, as what lies opposite of the largest channel.
    by_red, by_green, hue = planes[1:4] - planes[2:]
    red, green = r == most, g == most
    _choose(hue, green, by_green, c)
    _choose(hue, red, by_red, c)
    # 0, 1/3 or 2/3.
    start = c.two - green
    start *= ~red
    start *= c.third
    divisor = width * c.six
    # Of gray, which has no hue, 0 / 0 is to be 0.
    divisor += divisor == c.zero
    hue /= divisor
    hue += start
    hue += hue < c.zero
    return hue, least, most, width


def _saturation(width: Array, most: Array, c: _Constants) -> Array:
    found: Array = width / most
    # 0, whatever the quotient is, where there is no light.
    found_bits = found.view(c.bits)
    found_bits *= most > c.zero
    return found


def _clip(x: Array, c: _Constants) -> None:
    if x.shape[-1] <= _FEW:
        np.maximum(x, c.zero, out=x)
        np.minimum(x, c.one, out=x)
    else:
        # In a vector loop, which these have for two arrays only.
        np.clip(x, c.zero, c.one, out=x)


def _parts(sixths: Array, c: _Constants) -> Array:
    """How much of the way from the smallest to the largest channel each channel goes."""
    found: Array = sixths - c.peaks
    np.abs(found, out=found)
    red, others = found[0], found[1:]
    red -= c.one
    np.subtract(c.two, others, out=others)
    _clip(found, c)
    return found


def _write(planes: Array, out: Array) -> None:
    # At once, NumPy would go pixel by pixel.
    out[:, 0], out[:, 1], out[:, 2] = planes


def _to_rgb(hue: Array, saturation: Array, value: Array, out: Array, c: _Constants) -> None:
    found = _parts(hue * c.six, c)
    found *= saturation
    found += c.one - saturation
    found *= value
    _write(found, out)


def _rgb_to_hsv(pixels: Array, out: Array, c: _Constants) -> None:
    hue, _, most, width = _hue(pixels, c)
    out[:, 0], out[:, 1], out[:, 2] = hue, _saturation(width, most, c), most


def rgb_to_hsv(x: torch.Tensor) -> torch.Tensor:
    return _run(_rgb_to_hsv, x)


def _hsv_to_rgb(pixels: Array, out: Array, c: _Constants) -> None:
    hue, saturation, value = pixels.T.copy()
    _to_rgb(hue, saturation, value, out, c)


def hsv_to_rgb(x: torch.Tensor) -> torch.Tensor:
    return _run(_hsv_to_rgb, x)


def _adjust_hue(pixels: Array, out: Array, c: _Constants, turn: float) -> None:
    hue, least, _, width = _hue(pixels, c)
    hue *= c.six
    hue += pixels.dtype.type(6.0 * turn)
    # The remainder of what is at most one turn away.
    hue += c.six * (hue < c.zero)
    hue -= c.six * (hue >= c.six)
    found = _parts(hue, c)
    found *= width
    found += least
    _write(found, out)


def adjust_hue(x: torch.Tensor, turn: torch.Tensor) -> torch.Tensor:
    return _run(_adjust_hue, x, turn.item())


def _adjust_saturation(pixels: Array, out: Array, c: _Constants, factor: float) -> None:
    hue, _, most, width = _hue(pixels, c)
    saturation = _saturation(width, most, c)
    saturation *= pixels.dtype.type(factor)
    _clip(saturation, c)
    _to_rgb(hue, saturation, most, out, c)


def adjust_saturation(x: torch.Tensor, factor: torch.Tensor) -> torch.Tensor:
    return _run(_adjust_saturation, x, factor.item())


def adjust_contrast(x: torch.Tensor, factor: torch.Tensor) -> torch.Tensor:
    *outer, height, width, depth = x.shape
    # As long as rows of pixels are: faster than a few channels at a time.
    rows = x.reshape(*outer, height, width * depth)
    mean = rows.mean(-2).view(*outer, width, depth).mean(-2, keepdim=True)
    mean = mean.expand(*outer, width, depth).reshape(*outer, 1, width * depth)
    return torch.lerp(mean, rows, factor.item()).view(x.shape)
