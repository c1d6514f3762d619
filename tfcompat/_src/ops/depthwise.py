"""Convolutions of each channel by itself: tf.nn.depthwise_conv2d, separable_conv2d."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.blocks import with_space_to_batch
from tfcompat._src.ops.common import wrong_dtype
from tfcompat._src.ops.convolution import (
    _check_ranks,
    _pair,
    array,
    check_dilations,
    conv2d,
    convolve,
)
from tfcompat._src.ops.windows import (
    channels_first,
    per_axis,
)
from tfcompat._src.tensor import Tensor


# ------------------------------------------------------------------------------------- depthwise
@public("tfcompat.nn")
def depthwise_conv2d(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Every channel convolved with filters of its own.

    Args:
      input: [batch, height, width, channels], floating.
      filter: [height, width, channels, multiples].
      strides: four numbers, [1, s, s, 1].
      padding: as in `conv2d`.
      data_format: likewise.
      dilations: two numbers.
      name: ignored.

    Returns:
      channels * multiples channels, those of the first one first.
    """
    op = "DepthwiseConv2dNative"
    check_dilations(dilations, op)
    x, w = _pair(input, filter, op)
    if x._dtype not in dtypes.FLOATS:
        raise wrong_dtype(op, x._dtype, dtypes.FLOATS)
    first = channels_first(data_format, 2, op)
    _check_ranks(op, x, w, 2)
    channels = x._shape[1 if first else -1]
    if w._shape[2] != channels:
        raise invalid_argument(
            op,
            f"input and filter must have the same depth: received {channels} and {w._shape[2]}",
        )
    if isinstance(strides, int):
        raise TypeError(f"{op}: received strides={strides!r}; expected a list of four numbers")
    if len(strides) != 4:
        raise invalid_argument(op, f"received strides={list(strides)}; expected four numbers")
    steps = per_axis(strides, 2, first, op, "strides")
    rates = _two(dilations)
    if steps[0] != steps[1]:
        raise invalid_argument(
            op, f"received strides={list(strides)}; expected equal ones for rows and columns"
        )
    shape = (*w._shape[:2], 1, channels * w._shape[3])
    if max(steps) > 1 and max(rates) > 1:
        # Steps within each of the grids that are dilated, as in TensorFlow.
        return with_space_to_batch(
            x,
            rates,
            padding,
            lambda grids, _, how: depthwise_conv2d(grids, w, strides, how, data_format),
            filter_shape=w._shape,
            data_format=data_format,
        )
    w = dispatch.execute(array.reshape, (w,), (shape,), w._dtype)
    return convolve(op, 2, x, w, steps, padding, data_format, rates)


def _two(dilations: Any) -> tuple[int, int]:
    if dilations is None:
        return 1, 1
    if isinstance(dilations, int):
        raise TypeError(f"depthwise: received dilations={dilations!r}; expected two numbers")
    numbers = [int(n) for n in dilations]
    if len(numbers) != 2:
        raise ValueError(f"depthwise: received dilations={numbers}; expected two numbers")
    return numbers[0], numbers[1]


@public("tfcompat.nn")
def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """`depthwise_conv2d`, then the channels mixed by filters of shape [1, 1, in, out].

    Raises ValueError for pointwise filters of another shape.
    """
    points = to_tensor(pointwise_filter)
    if len(points._shape) != 4 or tuple(points._shape[:2]) != (1, 1):
        raise ValueError(
            f"separable_conv2d: received pointwise_filter of shape {tuple(points._shape)}; "
            "expected (1, 1, in, out)"
        )
    between = depthwise_conv2d(input, depthwise_filter, strides, padding, data_format, dilations)
    return conv2d(between, points, 1, "VALID", data_format or "NHWC")
