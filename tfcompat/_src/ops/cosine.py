"""The discrete cosine transform: tf.signal.dct, tf.signal.idct."""

from __future__ import annotations

import math
from functools import lru_cache
from operator import index
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import convert_to_tensor, from_numpy, to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reverse
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.complex import real
from tfcompat._src.ops.joining import concat
from tfcompat._src.ops.padding import pad
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("fourier")
_TYPES = (1, 2, 3, 4)
_COMPLEX_OF = {dtypes.float32: dtypes.complex64, dtypes.float64: dtypes.complex128}


def _checked(type: Any, n: Any, axis: Any, norm: Any) -> int | None:
    """The length, if given; the other arguments as TensorFlow checks them."""
    if axis != -1:
        raise NotImplementedError(f"dct: axis must be -1. Got: {axis}")
    length = None
    if n is not None:
        length = index(to_tensor(n)._numpy().item() if isinstance(n, Tensor) else n)
        if length < 1:
            raise ValueError(f"dct: received n={n}; n should be a positive integer or None")
    if type not in _TYPES:
        raise ValueError(f"dct: received type {type!r}; Types I, II, III and IV are supported.")
    if norm not in (None, "ortho"):
        raise ValueError(f"dct: Unknown normalization. Expected None or 'ortho', got: {norm}")
    if type == 1 and norm:
        raise ValueError("dct: Normalization is not supported for the Type-I DCT.")
    return length


@lru_cache(maxsize=64)
def _twist(type: int, n: int, norm: str | None, dtype: DType) -> tuple[Any, Any]:
    """What the samples and then the frequencies are multiplied by: exp(i angle), and sizes."""
    k = np.arange(n)
    size = np.full(n, 2.0)
    if norm:
        size *= math.sqrt(0.5 / n)
    if type == 2:
        if norm:
            size[0] *= math.sqrt(0.5)
        before, after = None, size * np.exp(-0.5j * math.pi * k / n)
    elif type == 3:
        # The inverse transform of 2 n samples divides by 2 n and adds the conjugates.
        size *= n
        if norm:
            size[0] *= math.sqrt(2)
        before, after = size * np.exp(0.5j * math.pi * k / n), None
    else:
        before = np.exp(-0.5j * math.pi * k / n)
        after = size * np.exp(-0.25j * math.pi * (2 * k + 1) / n)
    kind = dtype.as_numpy_dtype
    return (
        None if before is None else before.astype(kind),
        None if after is None else after.astype(kind),
    )


@public("tfcompat.signal")
def dct(
    input: Any,
    type: int = 2,
    n: Any = None,
    axis: int = -1,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The cosine transform of type 1 to 4 along the last axis, of which `n` samples are taken.

    With the norm "ortho" it is orthogonal; without, SciPy's.

    Raises:
      TypeError: neither float32 nor float64.
      ValueError: another type or norm, n below 1, or type 1 of a single sample.
      NotImplementedError: another axis than the last.
    """
    length = _checked(type, n, axis, norm)
    x = convert_to_tensor(input)
    if not x._shape and x._dtype.is_floating:
        raise IndexError("dct: received a scalar; expected at least one axis")
    wide = _COMPLEX_OF.get(x._dtype)
    if wide is None:
        message = f"dct: received a tensor of {x._dtype!r}; expected float32 or float64"
        # TensorFlow's first complaint comes from the transform beneath.
        of_type_1 = type == 1 and x._dtype in dtypes.FLOATS
        raise ValueError(message) if of_type_1 else TypeError(message)
    shape = tuple(x._shape)
    size = shape[-1]
    if type == 1 and size < 2:
        raise ValueError("dct: Type-I DCT requires the dimension to be greater than one.")
    if length is not None and length != size:
        extra = length - size
        x = pad(x, [[0, 0]] * (len(shape) - 1) + [[0, extra]]) if extra > 0 else x[..., :length]
        size = length
    if 0 in shape[:-1] or not size:
        return x
    axes = (len(shape) - 1,)
    if type == 1:
        around = concat([x, reverse(x[..., 1:-1], [-1])], -1)
        return real(dispatch.execute(kernels.rfft, (around,), (None, axes), wide))
    before, after = _twist(type, size, norm, wide)
    twice = (2 * size,)
    if before is not None:
        x = cast(x, wide) * from_numpy(before, wide)
    if type == 3:
        samples = dispatch.execute(kernels.irfft, (x,), (twice, axes), wide.real_dtype)
        return samples[..., :size]
    kernel = kernels.rfft if type == 2 else kernels.fft
    found = dispatch.execute(kernel, (x,), (twice, axes), wide)
    return real(found[..., :size] * from_numpy(after, wide))


@public("tfcompat.signal")
def idct(
    input: Any,
    type: int = 2,
    n: Any = None,
    axis: int = -1,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The inverse of the `dct` of the same type, without the norm "ortho" but for a factor.

    It is the transform of type 3 for type 2 and the reverse; types 1 and 4 undo themselves.
    """
    return dct(input, {2: 3, 3: 2}.get(type, type), n, axis, norm)
