"""Windows that frames of a signal are multiplied by: tf.signal.hann_window, ..."""

from __future__ import annotations

import math
from functools import lru_cache
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reverse
from tfcompat._src.ops.division import divide
from tfcompat._src.ops.joining import concat
from tfcompat._src.ops.reductions import cumsum
from tfcompat._src.ops.transcendental import bessel_i0e, exp, sqrt
from tfcompat._src.tensor import Tensor

Array = np.ndarray[Any, Any]


def float_dtype(dtype: Any) -> DType:
    """A window's dtype. Raises ValueError for one that is not floating."""
    wanted = as_dtype(dtype)
    if wanted not in dtypes.FLOATS:
        raise ValueError(f"dtype must be a floating point type. Found {wanted!r}")
    return wanted


def length_of(value: Any, what: str) -> int:
    """A length or a step as an int.

    Raises TypeError for another number, ValueError for another dtype or shape.
    """
    if value.__class__ is int:
        return value
    given = to_tensor(value, dtypes.int32)._numpy()
    if given.ndim:
        raise ValueError(f"{what}: received the shape {given.shape}; Shape must have rank 0")
    return int(given)


def _window_length(value: Any, op: str) -> int:
    length = length_of(value, "window_length")
    if length < 0:
        raise invalid_argument(op, f"received window_length {length}; expected at least 0")
    return length


def _periodic(value: Any) -> bool:
    return bool(to_tensor(value, dtypes.bool_)._numpy())


# The steps are taken in the window's own dtype, as TensorFlow does: it shows in half precision.
@lru_cache(maxsize=64)
def _raised_cosine(length: int, periodic: bool, dtype: DType, base: float, height: float) -> Array:
    kind = dtype.as_numpy_dtype
    if length <= 1:
        return np.ones(length, kind)
    turns = length if periodic and length % 2 == 0 else length - 1
    angle = np.arange(length).astype(kind) * kind(2 * math.pi) / kind(turns)
    return np.asarray(kind(base) - kind(height) * np.cos(angle), kind)


@lru_cache(maxsize=64)
def _vorbis(length: int, dtype: DType) -> Array:
    kind = dtype.as_numpy_dtype
    places = np.arange(length).astype(kind) + kind(0.5)
    inner = np.sin(kind(math.pi) / kind(max(length, 1)) * places)
    return np.asarray(np.sin(kind(math.pi / 2) * inner * inner), kind)


@public("tfcompat.signal")
def hann_window(
    window_length: Any, periodic: Any = True, dtype: Any = dtypes.float32, name: str | None = None
) -> Tensor:
    """A raised cosine that starts at 0; periodic only where the length is even.

    Raises ValueError for a dtype that is not floating.
    """
    wanted = float_dtype(dtype)
    length = _window_length(window_length, "hann_window")
    return from_numpy(_raised_cosine(length, _periodic(periodic), wanted, 0.5, 0.5), wanted)


@public("tfcompat.signal")
def hamming_window(
    window_length: Any, periodic: Any = True, dtype: Any = dtypes.float32, name: str | None = None
) -> Tensor:
    """A raised cosine that starts at 0.08; periodic only where the length is even.

    Raises ValueError for a dtype that is not floating.
    """
    wanted = float_dtype(dtype)
    length = _window_length(window_length, "hamming_window")
    return from_numpy(_raised_cosine(length, _periodic(periodic), wanted, 0.54, 0.46), wanted)


@public("tfcompat.signal")
def vorbis_window(
    window_length: Any, dtype: Any = dtypes.float32, name: str | None = None
) -> Tensor:
    """The window of the Vorbis codec, whose squares half a length apart add up to 1.

    Raises ValueError for a dtype that is not floating.
    """
    wanted = float_dtype(dtype)
    return from_numpy(_vorbis(_window_length(window_length, "vorbis_window"), wanted), wanted)


@public("tfcompat.signal")
def kaiser_window(
    window_length: Any, beta: Any = 12.0, dtype: Any = dtypes.float32, name: str | None = None
) -> Tensor:
    """Kaiser's window; the larger `beta`, through which gradients flow, the narrower.

    Raises:
      ValueError: a dtype that is not floating.
      InvalidArgumentError: a length below 1.
    """
    wanted = float_dtype(dtype)
    length = length_of(window_length, "window_length")
    if length < 1:
        raise invalid_argument(
            "kaiser_window", f"received window_length {length}; expected at least 1"
        )
    kind = wanted.as_numpy_dtype
    if length == 1:
        return from_numpy(np.ones(1, kind), wanted)
    middle = (length - 1) / 2
    places = ((np.arange(length) - middle) / middle).astype(kind)
    height = np.sqrt(np.maximum(kind(1) - places * places, kind(0)))
    beta = to_tensor(beta, wanted)
    slope = beta * from_numpy(height.astype(kind), wanted)
    return divide(exp(slope - beta) * bessel_i0e(slope), bessel_i0e(beta))


@public("tfcompat.signal")
def kaiser_bessel_derived_window(
    window_length: Any, beta: Any = 12.0, dtype: Any = dtypes.float32, name: str | None = None
) -> Tensor:
    """Roots of sums of Kaiser's window: their squares half a length apart add up to 1.

    An odd length is taken for the even one below it.
    """
    half = length_of(window_length, "window_length") // 2
    sums = cumsum(kaiser_window(half + 1, beta, dtype))
    rise = sqrt(sums[:-1] / sums[-1])
    return concat([rise, reverse(rise, [0])], 0)
