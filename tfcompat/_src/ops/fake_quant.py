"""Training for quantized numbers: tf.quantization.fake_quant_with_min_max_args, ..."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dispatch
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import float32
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.ops.reductions import reduce_sum
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("quantization")


def _singles(op: str, values: Sequence[Any], floats: Sequence[Any] = ()) -> list[Tensor]:
    """The values as float32 tensors.

    A tensor of another dtype is an invalid argument; as in TensorFlow, beside lists, and where one
    of `floats` is a whole number, a value that cannot be converted.
    """
    if all(isinstance(x, float) for x in floats) and not any(isinstance(v, list) for v in values):
        for value in values:
            if isinstance(value, Tensor):
                check_dtype(op, value, frozenset({float32}))
    return [to_tensor(value, float32) for value in values]


@public("tfcompat.quantization")
class FakeQuantWithMinMaxVarsGradient(NamedTuple):
    """The gradients by the input and by the ends of its range."""

    backprops_wrt_input: Tensor
    backprop_wrt_min: Tensor
    backprop_wrt_max: Tensor


@public("tfcompat.quantization")
class FakeQuantWithMinMaxVarsPerChannelGradient(NamedTuple):
    """The gradients by the input and by the ends of the channels' ranges."""

    backprops_wrt_input: Tensor
    backprop_wrt_min: Tensor
    backprop_wrt_max: Tensor


def _numbers(num_bits: Any, narrow_range: Any, op: str) -> tuple[int, int]:
    """The smallest and the largest number of so many bits."""
    bits = int(num_bits)
    if not 2 <= bits <= 16:
        raise invalid_argument(op, f"num_bits must be between 2 and 16, inclusive: received {bits}")
    return int(bool(narrow_range)), 2**bits - 1


# ---------------------------------------------------------------------------- range of two numbers
def _nudged(low: Any, high: Any, numbers: tuple[int, int], op: str) -> tuple[float, ...]:
    """The range moved so that 0 is one of its numbers, their distance and how many are in 1."""
    for what, end in (("min", low), ("max", high)):
        if isinstance(end, Tensor) or not isinstance(end, (int, float, np.number)):
            raise TypeError(f"{op}: Expected float for argument '{what}' not {end!r}.")
    first, last = np.float32(numbers[0]), np.float32(numbers[1])
    bottom, top = np.float32(low), np.float32(high)
    if not bottom < top:
        raise invalid_argument(op, f"min has to be smaller than max, was: {bottom} >= {top}")
    scale = (top - bottom) / (last - first)
    zero = first - bottom / scale
    zero = np.clip(np.floor(zero + np.float32(0.5)), first, last)
    # Not the distance's reciprocal, which is another number in single precision.
    density = (last - first) / (top - bottom)
    ends = float((first - zero) * scale), float((last - zero) * scale)
    return *ends, float(scale), float(density)


@public("tfcompat.quantization")
def fake_quant_with_min_max_args(
    inputs: Any,
    min: float = -6,
    max: float = 6,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Tensor:
    """The nearest of the evenly spaced numbers that `num_bits` bits tell apart.

    Args:
      inputs: float32. The gradient passes where they lie in the range.
      min: the smallest number, which moves a little so that 0 is one of them.
      max: the largest one.
      num_bits: 2 to 16.
      narrow_range: one number fewer.
      name: ignored.

    Raises InvalidArgumentError for an empty range or another number of bits.
    """
    op = "FakeQuantWithMinMaxArgs"
    (x,) = _singles(op, [inputs], [min, max])
    how = _nudged(min, max, _numbers(num_bits, narrow_range, op), op)
    return dispatch.execute(kernels.fake_quant_with_min_max_args, (x,), how, float32)


@public("tfcompat.quantization")
def fake_quant_with_min_max_args_gradient(
    gradients: Any,
    inputs: Any,
    min: float = -6,
    max: float = 6,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Tensor:
    """The gradient of `fake_quant_with_min_max_args` by its input, out of that by its result."""
    op = "FakeQuantWithMinMaxArgsGradient"
    upstream, x = _singles(op, [gradients, inputs], [min, max])
    low, high, *_ = _nudged(min, max, _numbers(num_bits, narrow_range, op), op)
    _same_shape(upstream, x, op)
    return dispatch.execute_constant(
        kernels.fake_quant_with_min_max_args_gradient, (upstream, x), (low, high), float32
    )


def _same_shape(upstream: Tensor, x: Tensor, op: str) -> None:
    if tuple(upstream._shape) != tuple(x._shape):
        raise invalid_argument(
            op,
            f"gradient and input must be the same size: received {list(upstream._shape)} and "
            f"{list(x._shape)}",
        )


# ------------------------------------------------------------------------------- range of tensors
def _check_ends(values: Sequence[Tensor], op: str, *, per_channel: bool) -> None:
    x, bottom, top = values
    rank = int(per_channel)
    for what, end in (("min", bottom), ("max", top)):
        if len(end._shape) != rank:
            raise invalid_argument(
                op, f"`{what}` must be rank {rank} but is rank {len(end._shape)}"
            )
    if per_channel:
        if not x._shape:
            raise invalid_argument(op, "received a scalar; expected an input with channels")
        for what, end in (("min", bottom), ("max", top)):
            if end._shape[0] != x._shape[-1]:
                raise invalid_argument(
                    op,
                    f"{what} has incorrect size, expected {x._shape[-1]} was {end._shape[0]}",
                )


def _by_vars(
    inputs: Any, low: Any, high: Any, num_bits: Any, narrow: Any, op: str, *, per_channel: bool
) -> Tensor:
    numbers = _numbers(num_bits, narrow, op)
    values = _singles(op, [inputs, low, high])
    _check_ends(values, op, per_channel=per_channel)
    return dispatch.execute(kernels.fake_quant_with_min_max_vars, tuple(values), numbers, float32)


def _gradients(
    gradients: Any,
    inputs: Any,
    low: Any,
    high: Any,
    num_bits: Any,
    narrow: Any,
    op: str,
    *,
    per_channel: bool,
) -> tuple[Tensor, Tensor, Tensor]:
    numbers = _numbers(num_bits, narrow, op)
    upstream, *values = _singles(op, [gradients, inputs, low, high])
    _check_ends(values, op, per_channel=per_channel)
    _same_shape(upstream, values[0], op)
    by_input, below, above = dispatch.execute_constant(
        kernels.fake_quant_gradient, (upstream, *values), numbers
    )
    axes = list(range(len(upstream._shape) - per_channel))
    return by_input, reduce_sum(below, axes), reduce_sum(above, axes)


@public("tfcompat.quantization")
def fake_quant_with_min_max_vars(
    inputs: Any,
    min: Any,
    max: Any,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Tensor:
    """`fake_quant_with_min_max_args` with tensors for the ends of the range.

    The gradient where the input lies outside goes to the end that it lies behind.
    """
    op = "FakeQuantWithMinMaxVars"
    return _by_vars(inputs, min, max, num_bits, narrow_range, op, per_channel=False)


@public("tfcompat.quantization")
def fake_quant_with_min_max_vars_gradient(
    gradients: Any,
    inputs: Any,
    min: Any,
    max: Any,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> FakeQuantWithMinMaxVarsGradient:
    """The gradients of `fake_quant_with_min_max_vars`, out of that by its result."""
    op = "FakeQuantWithMinMaxVarsGradient"
    found = _gradients(gradients, inputs, min, max, num_bits, narrow_range, op, per_channel=False)
    return FakeQuantWithMinMaxVarsGradient(*found)


@public("tfcompat.quantization")
def fake_quant_with_min_max_vars_per_channel(
    inputs: Any,
    min: Any,
    max: Any,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> Tensor:
    """`fake_quant_with_min_max_vars` with a range for each channel, of the last axis."""
    op = "FakeQuantWithMinMaxVarsPerChannel"
    return _by_vars(inputs, min, max, num_bits, narrow_range, op, per_channel=True)


@public("tfcompat.quantization")
def fake_quant_with_min_max_vars_per_channel_gradient(
    gradients: Any,
    inputs: Any,
    min: Any,
    max: Any,
    num_bits: int = 8,
    narrow_range: bool = False,
    name: str | None = None,
) -> FakeQuantWithMinMaxVarsPerChannelGradient:
    """The gradients of `fake_quant_with_min_max_vars_per_channel`, out of that by its result."""
    op = "FakeQuantWithMinMaxVarsPerChannelGradient"
    found = _gradients(gradients, inputs, min, max, num_bits, narrow_range, op, per_channel=True)
    return FakeQuantWithMinMaxVarsPerChannelGradient(*found)
