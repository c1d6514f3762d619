"""Quantization that gives floats again: numbers rounded to those that integers can stand for."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import operand, to_tensor
from tfcompat._src.custom_gradient import custom_gradient
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops import comparisons, division, math
from tfcompat._src.ops.array import reshape, stop_gradient
from tfcompat._src.ops.common import check_dtype, mismatch
from tfcompat._src.ops.creation import zeros_like
from tfcompat._src.ops.quantization import _axis, _one_of
from tfcompat._src.ops.reductions import reduce_max, reduce_min
from tfcompat._src.ops.selection import where
from tfcompat._src.tensor import Tensor


# ----------------------------------------------------------------------- quantize and dequantize
@public("tfcompat.quantization")
def quantize_and_dequantize_v2(
    input: Any,
    input_min: Any,
    input_max: Any,
    signed_input: bool = True,
    num_bits: int = 8,
    range_given: bool = False,
    round_mode: str = "HALF_TO_EVEN",
    name: str | None = None,
    narrow_range: bool = False,
    axis: Any = None,
) -> Tensor:
    """The input as a quantized type would hold it: rounded to multiples of a step.

    Args:
      input: float32 or float64. The gradient passes where it lies between the two ends.
      input_min: the smallest number, of the same dtype.
      input_max: the largest one.
      signed_input: numbers on either side of 0.
      num_bits: how many there are.
      range_given: whether the two ends count; else those of the input do, and nothing is cut off.
      round_mode: "HALF_TO_EVEN" or "HALF_UP".
      name: ignored.
      narrow_range: as many negative numbers as positive ones.
      axis: that of the channels, which have a range each; None for one range.

    Raises InvalidArgumentError for what does not fit.
    """
    op = "quantize_and_dequantize_v2"
    x, low, high = _three(input, input_min, input_max, op)
    how = (signed_input, num_bits, range_given, round_mode, narrow_range, axis)
    _check(x, low, high, *how, op=op)
    at = _axis(axis, len(x._shape), op)

    @custom_gradient
    def rounded(x: Tensor, low: Tensor, high: Tensor) -> Any:
        def grad(upstream: Tensor) -> tuple[Tensor, Tensor, Tensor]:
            bottom, top = _spread(low, x, at), _spread(high, x, at)
            inside = comparisons.logical_and(
                comparisons.greater_equal(x, bottom), comparisons.less_equal(x, top)
            )
            by_input = where(inside, upstream, zeros_like(upstream))
            return by_input, zeros_like(low), zeros_like(high)

        return _rounded(x, low, high, *how), grad

    return rounded(x, low, high)


@public("tfcompat.quantization")
def quantize_and_dequantize(
    input: Any,
    input_min: Any,
    input_max: Any,
    signed_input: bool = True,
    num_bits: int = 8,
    range_given: bool = False,
    round_mode: str = "HALF_TO_EVEN",
    name: str | None = None,
    narrow_range: bool = False,
    axis: Any = None,
) -> Tensor:
    """`quantize_and_dequantize_v2`, whose gradient passes everywhere."""
    op = "quantize_and_dequantize"
    x, low, high = _three(input, input_min, input_max, op)
    how = (signed_input, num_bits, range_given, round_mode, narrow_range, axis)
    _check(x, low, high, *how, op=op)

    @custom_gradient
    def rounded(x: Tensor) -> Any:
        found = _rounded(x, stop_gradient(low), stop_gradient(high), *how)
        return found, lambda upstream: upstream

    return rounded(x)


def _three(x: Any, low: Any, high: Any, op: str) -> tuple[Tensor, Tensor, Tensor]:
    first = to_tensor(x)
    ends = [e if isinstance(e, Tensor) else operand(e, first._dtype) for e in (low, high)]
    for position, end in enumerate(ends, 1):
        if end._dtype is not first._dtype:
            raise mismatch(op, first, end, position)
    check_dtype(op, first, dtypes.FLOATS)
    return first, ends[0], ends[1]


def _check(
    x: Tensor,
    low: Tensor,
    high: Tensor,
    signed: Any,
    num_bits: Any,
    range_given: Any,
    round_mode: Any,
    narrow: Any,
    axis: Any,
    *,
    op: str,
) -> None:
    bits = int(num_bits)
    _one_of(round_mode, ("HALF_TO_EVEN", "HALF_UP"), op, "round_mode")
    if not 0 < bits < (63 if signed else 64):
        raise invalid_argument(
            op, f"num_bits is out of range: {bits} with signed_input_ {int(bool(signed))}"
        )
    at = _axis(axis, len(x._shape), op)
    if not range_given:
        return
    wanted = () if at is None else (x._shape[at],)
    for what, end in (("input_min", low), ("input_max", high)):
        if tuple(end._shape) != wanted:
            raise invalid_argument(
                op, f"received {what} of shape {list(end._shape)}; expected {list(wanted)}"
            )
    bottom, top = low._numpy(), high._numpy()
    if (bottom > top).any():
        raise invalid_argument(op, f"Invalid range: input_min {bottom} > input_max {top}")


def _spread(end: Tensor, x: Tensor, at: int | None) -> Tensor:
    if at is None:
        return end
    shape = [1] * len(x._shape)
    shape[at] = -1
    return reshape(end, shape)


def _rounded(
    x: Tensor,
    low: Tensor,
    high: Tensor,
    signed: Any,
    num_bits: Any,
    range_given: Any,
    round_mode: str,
    narrow: Any,
    axis: Any,
) -> Tensor:
    if 0 in x._shape:
        return x
    at = _axis(axis, len(x._shape), "quantize_and_dequantize")
    if range_given:
        low, high = _spread(low, x, at), _spread(high, x, at)
    else:
        others = [i for i in range(len(x._shape)) if i != at]
        low, high = (reduce(x, others, keepdims=True) for reduce in (reduce_min, reduce_max))
    bits = int(num_bits)
    least = -(1 << (bits - 1)) + bool(narrow) if signed else 0
    most = (1 << (bits - 1)) - 1 if signed else (1 << bits) - 1
    dtype = x._dtype
    a, b = operand(float(least), dtype), operand(float(most), dtype)
    huge = operand(float(np.finfo(np.float32).max), dtype)
    if dtype is dtypes.float64:
        huge = operand(float(np.finfo(np.float64).max), dtype)

    def side(number: Tensor, end: Tensor) -> Tensor:
        return where(comparisons.greater(number * end, zeros_like(end)), number / end, huge)

    by_low, by_high = side(a, low), side(b, high)
    lower = comparisons.less(by_low, by_high)
    scale = where(lower, by_low, by_high)
    step = where(lower, division.divide_no_nan(low, a), division.divide_no_nan(high, b))
    if range_given:
        x = math.minimum(math.maximum(x, where(lower, low, a * step)), where(lower, b * step, high))
    scaled = x * scale
    whole = math.round(scaled) if round_mode == "HALF_TO_EVEN" else math.floor(scaled + 0.5)
    return whole * step
