"""Transposed convolutions: tf.nn.conv2d_transpose, conv_transpose, ..."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import int_vector
from tfcompat._src.ops.convolution import _check_rank, _check_volumes, _pair, _spatial_rank
from tfcompat._src.ops.windows import (
    channels_first,
    frozen,
    geometry,
    per_axis,
    results,
)
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("convolution")


# ------------------------------------------------------------------------------------ transposes
def _transposed(
    op: str,
    rank: int,
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any,
    data_format: str | None,
    dilations: Any,
) -> Tensor:
    x, w = _pair(input, filters, op)
    _check_volumes(op, rank, x)
    wanted = _output_shape(output_shape, rank, op)
    shapes = x._shape, w._shape, wanted
    try:
        attrs = _planned_transpose(
            op, rank, *shapes, frozen(strides), padding, data_format, frozen(dilations)
        )
    except TypeError:
        attrs = _plan_transpose(op, rank, *shapes, strides, padding, data_format, dilations)
    return dispatch.execute(kernels.conv_transpose, (x, w), attrs, x._dtype)


def _plan_transpose(
    op: str,
    rank: int,
    shape: tuple[int, ...],
    filters: tuple[int, ...],
    output_shape: tuple[int, ...],
    strides: Any,
    padding: Any,
    data_format: str | None,
    dilations: Any,
) -> tuple[Any, ...]:
    first = channels_first(data_format, rank, op)
    strides = per_axis(strides, rank, first, op, "strides")
    dilations = per_axis(dilations, rank, first, op, "dilations")
    _check_rank(op, shape, filters, rank)
    sizes, channels = (shape[2:], shape[1]) if first else (shape[1:-1], shape[-1])
    window = tuple(filters[:rank])
    wanted = output_shape
    if len(wanted) == rank + 2:
        depth = wanted[1] if first else wanted[-1]
        if wanted[0] != shape[0]:
            raise invalid_argument(
                op,
                "input and out_backprop must have the same batch size: received output_shape="
                f"{list(wanted)} and an input of shape {list(shape)}",
            )
        wanted = wanted[2:] if first else wanted[1:-1]
        if depth != filters[rank]:
            raise invalid_argument(
                op,
                f"received output_shape={list(output_shape)} and filters of shape "
                f"{list(filters)}; expected filters with as many channels as the result",
            )
    if len(wanted) != rank:
        raise invalid_argument(
            op,
            f"received output_shape={list(output_shape)}; expected {rank} or {rank + 2} numbers",
        )
    if channels != filters[rank + 1]:
        raise invalid_argument(
            op,
            f"filter and out_backprop must have the same out_depth: received {filters[rank + 1]} "
            f"and {channels}",
        )
    how = geometry(op, wanted, window, strides, padding, dilations, first)
    windows = results(wanted, window, how)
    if windows != list(sizes):
        raise invalid_argument(
            op,
            f"received an input of sizes {list(sizes)} for the result's {list(wanted)}; expected "
            f"{windows}, what a convolution of the result gives",
        )
    return (*how, wanted)


_planned_transpose = lru_cache(maxsize=1024)(_plan_transpose)


def _output_shape(value: Any, rank: int, op: str) -> tuple[int, ...]:
    if isinstance(value, int):
        raise TypeError(f"{op}: received output_shape={value}; expected a list of numbers")
    if isinstance(value, Tensor) and value._dtype is not dtypes.int32:
        raise invalid_argument(
            op, f"received output_shape of {value._dtype.name}; expected an int32 tensor"
        )
    wanted = int_vector(value, op, "output_shape", dtypes.int32)
    if rank != 2 and len(wanted) != rank + 2:
        raise invalid_argument(
            op, f"received output_shape={list(wanted)}; expected {rank + 2} numbers"
        )
    return wanted


@public("tfcompat.nn")
def conv1d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The transpose of `conv1d`; see `conv2d_transpose`."""
    return _transposed(
        "Conv1DTranspose", 1, input, filters, output_shape, strides, padding, data_format, dilations
    )


@public("tfcompat.nn")
def conv2d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """What the gradient of `conv2d` does: from its result's shape to its input's.

    Args:
      input: of the shape that `conv2d` of the result would have.
      filters: [height, width, out, in], those of that `conv2d`.
      output_shape: the result's, or its height and width.
      strides: those of that `conv2d`.
      padding: likewise.
      data_format: likewise.
      dilations: likewise.
      name: ignored.

    Raises InvalidArgumentError or ValueError for what does not fit.
    """
    return _transposed(
        "Conv2DTranspose", 2, input, filters, output_shape, strides, padding, data_format, dilations
    )


@public("tfcompat.nn")
def conv3d_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The transpose of `conv3d`; see `conv2d_transpose`."""
    return _transposed(
        "Conv3DTranspose", 3, input, filters, output_shape, strides, padding, data_format, dilations
    )


@public("tfcompat.nn")
def conv_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """The transpose of `conv1d`, `conv2d` or `conv3d`, as the rank of the input says."""
    x, w = _pair(input, filters, "conv_transpose")
    rank = _spatial_rank(x, "conv_transpose")
    return _transposed(
        "conv_transpose", rank, x, w, output_shape, strides, padding, data_format, dilations
    )
