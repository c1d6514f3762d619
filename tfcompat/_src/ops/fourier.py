"""The discrete Fourier transform: tf.signal.fft, tf.signal.irfft2d, tf.signal.fftshift, ..."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import convert_to_tensor, to_tensor
from tfcompat._src.dtypes import COMPLEX, DType
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import axis_in
from tfcompat._src.ops.array import reshape, roll
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import check_dtype, static_ints
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("fourier")
_REAL = {dtypes.float32: dtypes.complex64, dtypes.float64: dtypes.complex128}
_COMPLEX = {dtypes.complex64: dtypes.float32, dtypes.complex128: dtypes.float64}
Sizes = tuple[int, ...]


# ------------------------------------------------------------------- over the last axes, complex
def _complex(value: Any, op: str) -> Tensor:
    """A complex operand: what is no tensor becomes complex64, but a Python complex complex128."""
    if isinstance(value, Tensor):
        x = value
    elif hasattr(value, "__tf_tensor__"):
        x = to_tensor(value)
    else:
        x = to_tensor(value)
        if isinstance(value, (np.ndarray, np.generic)) or x._dtype not in COMPLEX:
            x = convert_to_tensor(value, dtype_hint=dtypes.complex64)
    check_dtype(op, x, COMPLEX)
    return x


@lru_cache(maxsize=64)
def _last_of(rank: int, count: int) -> Sizes:
    return tuple(range(rank - count, rank))


def _last_axes(x: Tensor, count: int, op: str) -> Sizes:
    rank = len(x._shape)
    if rank < count:
        raise invalid_argument(
            op, f"Input must have rank of at least {count} but got: {list(x._shape)}"
        )
    return tuple(range(rank - count, rank))


def _over_last(kernel: Callable[..., Any], value: Any, count: int, op: str) -> Tensor:
    x = _complex(value, op)
    shape = x._shape
    axes = _last_of(len(shape), count) if len(shape) >= count else _last_axes(x, count, op)
    if 0 in shape:
        return x
    return dispatch.execute(kernel, (x,), (None, axes), x._dtype)


@public("tfcompat.signal")
def fft(input: Any, name: str | None = None) -> Tensor:
    """The discrete Fourier transform along the last axis of a complex tensor."""
    return _over_last(kernels.fft, input, 1, "FFT")


@public("tfcompat.signal")
def ifft(input: Any, name: str | None = None) -> Tensor:
    """The inverse of `fft`."""
    return _over_last(kernels.ifft, input, 1, "IFFT")


@public("tfcompat.signal")
def fft2d(input: Any, name: str | None = None) -> Tensor:
    """The discrete Fourier transform along the last two axes of a complex tensor."""
    return _over_last(kernels.fft, input, 2, "FFT2D")


@public("tfcompat.signal")
def ifft2d(input: Any, name: str | None = None) -> Tensor:
    """The inverse of `fft2d`."""
    return _over_last(kernels.ifft, input, 2, "IFFT2D")


@public("tfcompat.signal")
def fft3d(input: Any, name: str | None = None) -> Tensor:
    """The discrete Fourier transform along the last three axes of a complex tensor."""
    return _over_last(kernels.fft, input, 3, "FFT3D")


@public("tfcompat.signal")
def ifft3d(input: Any, name: str | None = None) -> Tensor:
    """The inverse of `fft3d`."""
    return _over_last(kernels.ifft, input, 3, "IFFT3D")


# ---------------------------------------------------------------------- over the last axes, real
def _operand_of(value: Any, accepted: dict[DType, DType], op: str) -> Tensor:
    if isinstance(value, Tensor) and value._dtype in accepted:
        return value
    x = convert_to_tensor(value, dtype_hint=next(iter(accepted)))
    if x._dtype not in accepted:
        first, second = accepted
        raise ValueError(f"{op} requires {first!r} or {second!r} inputs, got: {x._dtype!r}")
    return x


def _lengths(fft_length: Any, count: int, op: str) -> Sizes:
    given = to_tensor(fft_length, dtypes.int32)._numpy()
    if not given.ndim:
        raise TypeError(f"{op}: received the scalar fft_length {fft_length!r}; expected a vector")
    if given.shape != (count,):
        raise invalid_argument(
            op, f"fft_length must have shape [{count}]: received {list(given.shape)}"
        )
    for position, n in enumerate(given.tolist()):
        if n < 0:
            message = f"fft_length[{position}] must >= 0, but got: {n}"
            raise ValueError(f"{op}: {message}") if op[0] == "I" else invalid_argument(op, message)
    return tuple(given.tolist())


def _of_real(
    kernel: Callable[..., Any], x: Tensor, sizes: Sizes | None, axes: Sizes, dtype: DType, op: str
) -> Tensor:
    """Runs rfft or irfft; where there is nothing to transform the shape alone is made."""
    if sizes is None and 0 not in x._shape:
        return dispatch.execute(kernel, (x,), (None, axes), dtype)
    forward = dtype in COMPLEX
    shape = list(x._shape)
    lengths = sizes
    if lengths is None:
        lengths = tuple([shape[axis] for axis in axes])
        if not forward:
            lengths = (*lengths[:-1], max(0, 2 * (lengths[-1] - 1)))
    elif not lengths[-1]:
        raise invalid_argument(op, "fft_length: received 0 for the last axis; expected at least 1")
    for axis, n in zip(axes, lengths, strict=True):
        shape[axis] = n
    if forward and lengths[-1]:
        shape[axes[-1]] = lengths[-1] // 2 + 1
    if 0 in shape:
        nothing = reshape(x, (-1,))[:0]
        return cast(reshape(nothing, shape), dtype)
    return dispatch.execute(kernel, (x,), (lengths, axes), dtype)


def _check_unpadded(x: Tensor, sizes: Sizes | None, count: int, op: str) -> None:
    """What is empty is never padded to the lengths: an axis that has elements has enough."""
    if sizes is None or 0 not in x._shape:
        return
    halved = (*sizes[:-1], sizes[-1] // 2 + 1) if op[0] == "I" else sizes
    for size, least in zip(x._shape[-count:], halved, strict=True):
        if 0 < size < least:
            raise invalid_argument(
                op, f"received the empty shape {tuple(x._shape)}; expected at least {list(halved)}"
            )


def _check_rank(x: Tensor, count: int) -> None:
    if len(x._shape) < count:
        raise ValueError(f"Shape {tuple(x._shape)} must have rank at least {count}")


def _forward(value: Any, fft_length: Any, count: int, op: str) -> Tensor:
    x = _operand_of(value, _REAL, op)
    _check_rank(x, count)
    sizes = None if fft_length is None else _lengths(fft_length, count, op)
    axes = _last_axes(x, count, op)
    _check_unpadded(x, sizes, count, op)
    return _of_real(kernels.rfft, x, sizes, axes, _REAL[x._dtype], op)


def _backward(value: Any, fft_length: Any, count: int, op: str) -> Tensor:
    x = _operand_of(value, _COMPLEX, op)
    _check_rank(x, count)
    sizes = None if fft_length is None else _lengths(fft_length, count, op)
    axes = _last_axes(x, count, op)
    if sizes is None and x._shape[-1] == 1:
        raise invalid_argument(op, "received one frequency, from which 0 samples would come")
    _check_unpadded(x, sizes, count, op)
    return _of_real(kernels.irfft, x, sizes, axes, _COMPLEX[x._dtype], op)


@public("tfcompat.signal")
def rfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
    """The Fourier transform along the last axis of a real tensor: its n // 2 + 1 frequencies >= 0.

    `fft_length`, a vector, pads the axis with zeros or trims it first.

    Raises:
      ValueError: neither float32 nor float64, or too few axes.
      InvalidArgumentError: `fft_length` is not one number per axis, or negative.
    """
    return _forward(input_tensor, fft_length, 1, "RFFT")


@public("tfcompat.signal")
def irfft(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
    """The inverse of `rfft`; `fft_length` is the length of the result, by default an even one."""
    return _backward(input_tensor, fft_length, 1, "IRFFT")


@public("tfcompat.signal")
def rfft2d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
    """`rfft` along the last axis and `fft` along the one before it."""
    return _forward(input_tensor, fft_length, 2, "RFFT2D")


@public("tfcompat.signal")
def irfft2d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
    """The inverse of `rfft2d`."""
    return _backward(input_tensor, fft_length, 2, "IRFFT2D")


@public("tfcompat.signal")
def rfft3d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
    """`rfft` along the last axis and `fft` along the two before it."""
    return _forward(input_tensor, fft_length, 3, "RFFT3D")


@public("tfcompat.signal")
def irfft3d(input_tensor: Any, fft_length: Any = None, name: str | None = None) -> Tensor:
    """The inverse of `rfft3d`."""
    return _backward(input_tensor, fft_length, 3, "IRFFT3D")


# ---------------------------------------------------------------------------------- over any axes
def _chosen(x: Tensor, fft_length: Any, axes: Any, op: str) -> tuple[Sizes | None, Sizes]:
    """The sizes asked for, if any, and the axes: by default the last ones, or all."""
    rank = len(x._shape)
    sizes = None if fft_length is None else static_ints(fft_length, op)
    if axes is None:
        count = rank if sizes is None else len(sizes)
        return sizes, _last_axes(x, count, op)
    at = tuple([axis_in(axis, rank, op) for axis in static_ints(axes, op)])
    if len(set(at)) != len(at):
        raise invalid_argument(op, f"received the axes {list(at)}; expected each only once")
    if sizes is not None and len(sizes) != len(at):
        raise invalid_argument(
            op, f"received {len(sizes)} lengths for {len(at)} axes; expected one for each"
        )
    return sizes, at


def _scale(count: int, norm: str | None, inverse: bool, op: str) -> float:
    """What the plain transform is multiplied by; the plain inverse divides by the size already."""
    if norm is None or norm == "backward":
        return 1.0
    if norm == "ortho":
        return float(count**0.5) if inverse else float(count**-0.5)
    if norm == "forward":
        return float(count) if inverse else 1 / count
    raise ValueError(f"{op}: received norm={norm!r}; expected None, backward, ortho or forward")


def _product(sizes: Sizes) -> int:
    return int(np.prod(sizes, dtype=np.int64))


def _transformed(
    x: Tensor, fft_length: Any, axes: Any, norm: str | None, inverse: bool, op: str
) -> Tensor:
    sizes, at = _chosen(x, fft_length, axes, op)
    lengths = sizes or tuple([x._shape[axis] for axis in at])
    if 0 in lengths:
        raise invalid_argument(op, f"received the lengths {list(lengths)}; expected at least 1")
    scale = _scale(_product(lengths), norm, inverse, op)
    kernel = kernels.ifft if inverse else kernels.fft
    y: Tensor = dispatch.execute(kernel, (x,), (sizes, at), x._dtype)
    return y if scale == 1.0 else y * scale


@public("tfcompat.signal")
def fftnd(
    input_tensor: Any,
    fft_length: Any = None,
    axes: Any = None,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The Fourier transform along the given axes of a complex tensor, by default along all.

    `fft_length` pads or trims these axes first; `norm` is NumPy's.
    """
    x = _complex(input_tensor, "FFTND")
    return _transformed(x, fft_length, axes, norm, False, "FFTND")


@public("tfcompat.signal")
def ifftnd(
    input_tensor: Any,
    fft_length: Any = None,
    axes: Any = None,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The inverse of `fftnd`."""
    x = _complex(input_tensor, "IFFTND")
    return _transformed(x, fft_length, axes, norm, True, "IFFTND")


@public("tfcompat.signal")
def rfftnd(
    input_tensor: Any,
    fft_length: Any = None,
    axes: Any = None,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """`fftnd` of a real tensor: of the last axis given only the frequencies >= 0."""
    x = _operand_of(input_tensor, _REAL, "RFFT")
    sizes, at = _chosen(x, fft_length, axes, "RFFTND")
    lengths = sizes or tuple([x._shape[axis] for axis in at])
    scale = _scale(_product(lengths), norm, False, "RFFTND")
    y = _of_real(kernels.rfft, x, sizes, at, _REAL[x._dtype], "RFFTND")
    return y if scale == 1.0 else y * scale


@public("tfcompat.signal")
def irfftnd(
    input_tensor: Any,
    fft_length: Any = None,
    axes: Any = None,
    norm: str | None = None,
    name: str | None = None,
) -> Tensor:
    """The inverse of `rfftnd`."""
    x = _operand_of(input_tensor, _COMPLEX, "IRFFT")
    sizes, at = _chosen(x, fft_length, axes, "IRFFTND")
    y = _of_real(kernels.irfft, x, sizes, at, _COMPLEX[x._dtype], "IRFFTND")
    scale = _scale(_product(tuple([y._shape[axis] for axis in at])), norm, True, "IRFFTND")
    return y if scale == 1.0 else y * scale


# ------------------------------------------------------------------------------------- the middle
def _shifted(x: Any, axes: Any, inverse: bool) -> Tensor:
    value = to_tensor(x)
    rank = len(value._shape)
    op = "ifftshift" if inverse else "fftshift"
    if not rank:
        raise invalid_argument(op, "received a scalar; expected at least one axis")
    at = tuple(range(rank)) if axes is None else static_ints(axes, op)
    for axis in at:
        if not -rank <= axis < rank:
            raise invalid_argument(op, f"received axis {axis}; expected one in [{-rank}, {rank})")
    if not at:
        return value
    halves = [value._shape[axis] // 2 for axis in at]
    return roll(value, [-n for n in halves] if inverse else halves, at)


@public("tfcompat.signal")
def fftshift(x: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """Swaps the halves along the axes, by default all, so that frequency 0 is in the middle."""
    return _shifted(x, axes, False)


@public("tfcompat.signal")
def ifftshift(x: Any, axes: Any = None, name: str | None = None) -> Tensor:
    """Undoes `fftshift`."""
    return _shifted(x, axes, True)
