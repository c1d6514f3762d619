"""Transforms of overlapping frames: tf.signal.stft, tf.signal.mdct, ..."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reshape, reverse
from tfcompat._src.ops.cosine import dct
from tfcompat._src.ops.division import divide_no_nan
from tfcompat._src.ops.fourier import irfft, rfft
from tfcompat._src.ops.framing import frame, overlap_and_add
from tfcompat._src.ops.joining import concat, split
from tfcompat._src.ops.math import square
from tfcompat._src.ops.padding import pad
from tfcompat._src.ops.reductions import reduce_sum
from tfcompat._src.ops.repeating import tile
from tfcompat._src.ops.tapers import float_dtype, hann_window, length_of, vorbis_window
from tfcompat._src.tensor import Tensor

Window = Callable[..., Any]


def _next_power(n: int) -> int:
    return 1 << (n - 1).bit_length() if n > 0 else 0


@public("tfcompat.signal")
def stft(
    signals: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Window | None = hann_window,
    pad_end: bool = False,
    name: str | None = None,
) -> Tensor:
    """The `rfft` of windowed frames of the last axis, [..., frames, fft_length // 2 + 1].

    `fft_length` is by default the power of 2 that holds a frame. `window_fn(length, dtype=...)`
    makes the window; None takes none.

    Raises ValueError for signals that are neither float32 nor float64, or without axes.
    """
    x = to_tensor(signals)
    frames = frame(x, frame_length, frame_step, pad_end)
    # What is known of the shape, while a function is traced.
    length = frames.shape[-1]
    if window_fn is not None:
        # A window of another dtype is refused before there is one.
        frames = frames * window_fn(length, dtype=float_dtype(x._dtype))
    size = _next_power(length) if fft_length is None else _scalar(fft_length)
    if not size:
        return rfft(frames)
    return rfft(frames, [size])


def _scalar(value: Any) -> int:
    if isinstance(value, (list, tuple)):
        raise TypeError(f"received fft_length {value!r}; expected a single integer")
    return length_of(value, "fft_length")


@public("tfcompat.signal")
def inverse_stft(
    stfts: Any,
    frame_length: Any,
    frame_step: Any,
    fft_length: Any = None,
    window_fn: Window | None = hann_window,
    name: str | None = None,
) -> Tensor:
    """Samples from the frames of `stft`, with a window of `inverse_stft_window_fn` the signal.

    Raises ValueError for less than two axes or what is not complex.
    """
    x = to_tensor(stfts)
    if len(x.shape) < 2:
        raise ValueError(f"inverse_stft: Shape {tuple(x.shape)} must have rank at least 2")
    length = length_of(frame_length, "frame_length")
    size = _next_power(length) if fft_length is None else _scalar(fft_length)
    frames = irfft(x, [size])
    if size > length:
        frames = frames[..., :length]
    elif size < length:
        frames = pad(frames, [[0, 0]] * (len(x.shape) - 1) + [[0, length - size]])
    if window_fn is not None:
        frames = frames * window_fn(length, dtype=frames._dtype)
    return overlap_and_add(frames, frame_step)


@public("tfcompat.signal")
def inverse_stft_window_fn(
    frame_step: Any, forward_window_fn: Window = hann_window, name: str | None = None
) -> Callable[[Any, Any], Tensor]:
    """The `window_fn` with which `inverse_stft` undoes `stft` with `forward_window_fn`."""

    def inverse_window(frame_length: Any, dtype: Any) -> Tensor:
        """The forward window over the sum of the squares that meet at each place."""
        given = to_tensor(frame_step)
        if given._shape:
            raise ValueError(f"frame_step: received {frame_step!r}; Shape must have rank 0")
        if given._dtype is not dtypes.int32:
            raise invalid_argument(
                "inverse_stft_window_fn",
                f"received frame_step of {given._dtype.name}; expected int32",
            )
        step, length = int(given._numpy()), length_of(frame_length, "frame_length")
        if step < 1:
            raise invalid_argument(
                "inverse_stft_window_fn", f"received frame_step {step}; expected above 0"
            )
        window = forward_window_fn(frame_length, dtype=dtype)
        overlaps = -(-length // step)
        powers = pad(square(window), [[0, overlaps * step - length]])
        sums = reduce_sum(reshape(powers, [overlaps, step]), 0)
        return divide_no_nan(window, tile(sums, [overlaps])[:length])

    return inverse_window


def _quarters(length: int, op: str) -> int:
    if length <= 0:
        raise invalid_argument(op, f"received the frame length {length}; expected above 0")
    if length % 4:
        raise ValueError(f"{op}: The frame length must be a multiple of 4. Got {length}")
    return length // 4


@public("tfcompat.signal")
def mdct(
    signals: Any,
    frame_length: Any,
    window_fn: Window | None = vorbis_window,
    pad_end: bool = False,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The modified cosine transform: frames half a length apart, [..., frames, length // 2].

    Raises:
      ValueError: a length that is no multiple of 4, or another norm than None and "ortho".
      TypeError: signals that are neither float32 nor float64.
    """
    x = to_tensor(signals)
    if to_tensor(frame_length)._dtype not in dtypes.INTEGERS:
        raise ValueError(f"mdct: received frame_length {frame_length!r}; it must be an integer")
    length = length_of(frame_length, "frame_length")
    quarter = _quarters(length, "mdct")
    frames = frame(x, length, 2 * quarter, pad_end)
    if window_fn is not None:
        frames = frames * window_fn(length, dtype=float_dtype(x._dtype))
    else:
        frames = frames * math.sqrt(0.5)
    # The frame is folded to half of its length at its first and third quarter.
    a, b, c, d = split(frames, 4, -1)
    folded = concat([-reverse(c, [-1]) - d, a - reverse(b, [-1])], -1)
    return dct(folded, 4, norm=norm)


@public("tfcompat.signal")
def inverse_mdct(
    mdcts: Any,
    window_fn: Window | None = vorbis_window,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The signal from `mdct` with the same window and norm, its two half frames at the ends apart.

    Raises ValueError for less than two axes or another norm than None and "ortho".
    """
    x = to_tensor(mdcts)
    if len(x.shape) < 2:
        raise ValueError(f"inverse_mdct: Shape {tuple(x.shape)} must have rank at least 2")
    half = x.shape[-1]
    found = dct(x, 4, norm=norm)
    if norm != "ortho":
        found = found * (0.5 / half if half else 1.0)
    first, second = split(found, 2, -1)
    back = [-reverse(first, [-1]), -first]
    frames = concat([second, -reverse(second, [-1]), *back], -1)
    if window_fn is not None:
        frames = frames * window_fn(2 * half, dtype=x._dtype)
    else:
        frames = frames * math.sqrt(0.5)
    return overlap_and_add(frames, half)
