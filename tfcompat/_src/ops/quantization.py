"""Quantized numbers: tf.quantization.quantize, dequantize, quantize_and_dequantize, ..."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument, unimplemented
from tfcompat._src.naming import public
from tfcompat._src.ops.common import mismatch
from tfcompat._src.tensor import Tensor

_MODES = ("MIN_COMBINED", "MIN_FIRST", "SCALED")
_ROUND_MODES = ("HALF_AWAY_FROM_ZERO", "HALF_TO_EVEN")


@public("tfcompat.quantization")
class QuantizeV2(NamedTuple):
    """The quantized numbers, and the range that they stand for."""

    output: Tensor
    output_min: Tensor
    output_max: Tensor


def _one_of(value: Any, accepted: Sequence[str], op: str, what: str) -> None:
    if value not in accepted:
        raise invalid_argument(op, f"received {what}={value!r}; accepted are {list(accepted)}")


def _axis(axis: Any, rank: int, op: str) -> int | None:
    """The axis of the channels; None for one range for all, which -1 stands for."""
    at = -1 if axis is None else int(axis)
    if at < -1:
        raise invalid_argument(op, f"received axis={at}; expected at least -1")
    if at >= rank:
        raise invalid_argument(
            op,
            f"Axis is on a zero-based index: received axis={at}; expected less than {rank}, the "
            "rank of the input",
        )
    return None if at == -1 else at


# -------------------------------------------------------------------------------------- quantize
def _limits(dtype: DType) -> tuple[int, int]:
    about = np.iinfo(dtypes.PLAIN[dtype].as_numpy_dtype)
    return int(about.min), int(about.max)


def _quantized(value: Any, op: str) -> DType:
    dtype = as_dtype(value)
    if dtype not in dtypes.PLAIN:
        raise invalid_argument(
            op,
            f"received the dtype {dtype.name}; accepted are {sorted(d.name for d in dtypes.PLAIN)}",
        )
    return dtype


def _range(
    x: Any, low: Any, high: Any, axis: int | None, op: str
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    ends = [to_tensor(end, dtypes.float32)._numpy() for end in (low, high)]
    for what, end in zip(("min_range", "max_range"), ends, strict=True):
        if axis is None and end.size != 1:
            raise invalid_argument(
                op,
                f"If axis is not specified, {what} must contain a single float element, but it "
                f"contains {end.size} elements",
            )
        if axis is not None and end.shape != (x.shape[axis],):
            raise invalid_argument(
                op,
                f"If axis is specified, {what} must be a 1-D tensor whose size matches the axis: "
                f"received the shape {list(end.shape)}; expected [{x.shape[axis]}]",
            )
    return (ends[0].reshape(()), ends[1].reshape(())) if axis is None else (ends[0], ends[1])


def _along(end: np.ndarray[Any, Any], rank: int, axis: int | None) -> np.ndarray[Any, Any]:
    if axis is None:
        return end
    shape = [1] * rank
    shape[axis] = -1
    return end.reshape(shape)


def _away(x: Any) -> Any:
    """Rounded, halves away from zero."""
    half = x.dtype.type(0.5)
    return np.asarray(np.trunc(x + np.copysign(half, x)))


def _wrapped(x: np.ndarray[Any, Any], dtype: DType) -> np.ndarray[Any, Any]:
    """As the processor converts: what does not fit into 32 bits gives the smallest number."""
    if dtype is not dtypes.qint32:
        return x.astype(np.int64).astype(dtypes.PLAIN[dtype].as_numpy_dtype)
    fits = (x >= -(2.0**31)) & (x < 2.0**31)
    return np.where(fits, x, -(2.0**31)).astype(np.int32)


@public("tfcompat.quantization")
def quantize(
    input: Any,
    min_range: Any,
    max_range: Any,
    T: Any,
    mode: str = "MIN_COMBINED",
    round_mode: str = "HALF_AWAY_FROM_ZERO",
    name: str | None = None,
    narrow_range: bool = False,
    axis: Any = None,
    ensure_minimum_range: float = 0.01,
) -> QuantizeV2:
    """Numbers of a quantized type that stand for the input's. No derivative flows through.

    Args:
      input: float32.
      min_range: the smallest number; 0 is always in the range.
      max_range: the largest one.
      T: tf.qint8, tf.quint8, tf.qint16, tf.quint16 or tf.qint32.
      mode: "MIN_COMBINED" and "MIN_FIRST" use the whole range of the type; in "SCALED" 0 is 0.
      round_mode: "HALF_AWAY_FROM_ZERO", or with "SCALED" also "HALF_TO_EVEN".
      name: ignored.
      narrow_range: with "SCALED", as many negative numbers as positive ones.
      axis: that of the channels, which have a range each; None for one range.
      ensure_minimum_range: the range is at least that wide.

    Returns:
      The numbers, and the range that they stand for.

    Raises InvalidArgumentError for what does not fit.
    """
    op = "QuantizeV2"
    x = to_tensor(input) if isinstance(input, Tensor) else to_tensor(input, dtypes.float32)
    if x._dtype is not dtypes.float32:
        raise mismatch(op, to_tensor(0.0), x, 0)
    dtype = _quantized(T, op)
    _one_of(mode, _MODES, op, "mode")
    _one_of(round_mode, _ROUND_MODES, op, "round_mode")
    if round_mode == "HALF_TO_EVEN" and mode != "SCALED":
        raise invalid_argument(
            op,
            f"Round mode 'HALF_TO_EVEN' only supported for mode 'SCALED': received mode={mode!r}",
        )
    values = x._numpy()
    at = None if axis is None else int(axis)
    if at is not None and at != -1 and mode == "MIN_FIRST":
        raise unimplemented(op, "MIN_FIRST mode is not implemented with an axis")
    at = _axis(axis, values.ndim, op)
    low, high = _range(values, min_range, max_range, at, op)
    if (high < low).any():
        raise invalid_argument(
            op, f"input_max_range must be larger than input_min_range: received {low} and {high}"
        )
    low, high = _widened(low, high, float(ensure_minimum_range))
    with np.errstate(all="ignore"):
        if mode == "SCALED":
            found, low, high = _scaled(values, low, high, dtype, round_mode, narrow_range, at)
        else:
            found = _over_range(values, low, high, dtype, mode, at)
    return QuantizeV2(from_numpy(found, dtype), *_floats(low, high))


def _floats(low: Any, high: Any) -> tuple[Tensor, Tensor]:
    return tuple([to_tensor(np.asarray(end, np.float32)) for end in (low, high)])  # type: ignore


def _widened(
    low: np.ndarray[Any, Any], high: np.ndarray[Any, Any], least: float
) -> tuple[np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    """A range with 0 in it, of at least some width."""
    zero = np.float32(0)
    low = np.minimum(low, zero)
    wider = np.maximum(np.abs(low), np.abs(high)) * np.float32(least)
    wider = np.maximum(np.float32(least), wider)
    high = np.maximum(np.maximum(high, low + wider), zero)
    return np.asarray(low, np.float32), np.asarray(high, np.float32)


def _over_range(
    x: np.ndarray[Any, Any],
    low: np.ndarray[Any, Any],
    high: np.ndarray[Any, Any],
    dtype: DType,
    mode: str,
    axis: int | None,
) -> np.ndarray[Any, Any]:
    first, last = _limits(dtype)
    low, high = _along(low, x.ndim, axis), _along(high, x.ndim, axis)
    single = np.float32
    if mode == "MIN_FIRST":
        steps = float(2 ** (8 * dtypes.PLAIN[dtype].size))
        width = (high.astype(float) - low) * (steps / (steps - 1))
        scale = steps / width
        offset = _away(low.astype(float) * scale) - first
        found = _away(x.astype(float) * scale) - offset
        found = np.clip(found, first, last if dtype is not dtypes.qint32 else last - 127)
        return _wrapped(found, dtype)
    scale = single(last - first) / (high - low)
    found = (np.minimum(np.maximum(x, low), high) - low) * scale
    if first < 0:
        found = found - single((float(last) - first + 1) / 2)
    return _wrapped(_away(found.astype(single)), dtype)


def _scaled(
    x: np.ndarray[Any, Any],
    low: np.ndarray[Any, Any],
    high: np.ndarray[Any, Any],
    dtype: DType,
    round_mode: str,
    narrow: bool,
    axis: int | None,
) -> tuple[Any, Any, Any]:
    first, last = _limits(dtype)
    least = np.float32(first + bool(narrow))
    most = np.float32(last)
    huge = np.finfo(np.float32).max
    by_low = np.where(least * low > 0, least / low, huge)
    by_high = np.where(most * high > 0, most / high, huge)
    scale = np.minimum(by_low, by_high).astype(np.float32)
    low, high = least / scale, most / scale
    bottom, top = _along(low, x.ndim, axis), _along(high, x.ndim, axis)
    found = np.minimum(np.maximum(x, bottom), top) * _along(scale, x.ndim, axis)
    found = np.rint(found) if round_mode == "HALF_TO_EVEN" else _away(found)
    return _wrapped(found, dtype), low, high


# ------------------------------------------------------------------------------------ dequantize
def _lowest(low: Any, width: Any) -> Any:
    """What the first number stands for: a multiple of the step, in single precision."""
    step = np.asarray(width).astype(np.float32).astype(float)
    return _away(np.asarray(low, float) / step) * step


@public("tfcompat.quantization")
def dequantize(
    input: Any,
    min_range: Any,
    max_range: Any,
    mode: str = "MIN_COMBINED",
    name: str | None = None,
    axis: Any = None,
    narrow_range: bool = False,
    dtype: Any = dtypes.float32,
) -> Tensor:
    """The numbers that those of a quantized type stand for; the opposite of `quantize`.

    `dtype` is tf.float32, or tf.bfloat16 with the mode "MIN_COMBINED"; the rest as in `quantize`.
    """
    op = "Dequantize"
    x = to_tensor(input)
    kind = _quantized(x._dtype, op)
    wanted = as_dtype(dtype)
    _one_of(mode, _MODES, op, "mode")
    if wanted not in (dtypes.float32, dtypes.bfloat16):
        raise invalid_argument(op, f"received dtype={wanted.name}; expected float32 or bfloat16")
    if wanted is dtypes.bfloat16 and mode != "MIN_COMBINED":
        raise invalid_argument(
            op, f"received mode={mode!r} and dtype=bfloat16; expected the mode 'MIN_COMBINED'"
        )
    values = x._numpy()
    if axis is not None and int(axis) != -1 and mode == "MIN_FIRST":
        raise unimplemented(op, "MIN_FIRST mode is not implemented with an axis")
    at = _axis(axis, values.ndim, op)
    ends = _range(values, min_range, max_range, at, op)
    low, high = (_along(end, values.ndim, at) for end in ends)
    first, last = _limits(kind)
    single = np.float32
    numbers = values.astype(single)
    with np.errstate(all="ignore"):
        if mode == "SCALED":
            least = single(first + bool(narrow_range) if first else 0)
            step = high / single(last)
            if first:
                step = np.maximum(low / least, step)
            found = numbers * step
        elif mode == "MIN_FIRST":
            steps = float(2 ** (8 * dtypes.PLAIN[kind].size))
            width = (high.astype(float) - low) * (steps / (steps - 1)) / steps
            found = _lowest(low, width) + (values.astype(float) - first) * width
        else:
            scale = (high - low) / single(float(last) - first)
            half = single((float(last) - first + 1) / 2 if first < 0 else 0)
            found = (numbers + half) * scale + low
    return to_tensor(np.asarray(found, single).astype(wanted.as_numpy_dtype), wanted)
