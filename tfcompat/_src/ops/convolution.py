"""Convolutions: tf.nn.conv2d and its kin, their transposes, depthwise and separable ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import operands, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import int_vector
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.blocks import with_space_to_batch
from tfcompat._src.ops.common import mismatch, wrong_dtype
from tfcompat._src.ops.windows import (
    Geometry,
    centred,
    channels_first,
    frozen,
    geometry,
    per_axis,
    results,
)
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("convolution")
array = dispatch.family("array")

_ACCEPTED = dtypes.FLOATS | {dtypes.int32}


def _pair(input: Any, filters: Any, op: str) -> tuple[Tensor, Tensor]:
    x, w = operands(input, filters)
    if x._dtype is not w._dtype:
        raise mismatch(op, x, w)
    if x._dtype not in _ACCEPTED:
        raise wrong_dtype(op, x._dtype, _ACCEPTED)
    return x, w


def _check_ranks(op: str, x: Tensor, w: Tensor, rank: int, *, batches: bool = False) -> None:
    shape = x._shape[-rank - 2 :] if batches else x._shape
    _check_rank(op, shape, w._shape, rank)


def _check_rank(op: str, x: Sequence[int], w: Sequence[int], rank: int) -> None:
    if len(x) != rank + 2:
        raise invalid_argument(
            op, f"convolution input must be {rank + 2}-dimensional: received {list(x)}"
        )
    if len(w) != rank + 2:
        raise invalid_argument(
            op, f"convolution filter must be {rank + 2}-dimensional: received {list(w)}"
        )


def _check_volumes(op: str, rank: int, x: Tensor) -> None:
    if rank == 3 and x._dtype not in dtypes.FLOATS:
        # Integers are for pictures alone.
        raise wrong_dtype(op, x._dtype, dtypes.FLOATS)


def convolve(
    op: str,
    rank: int,
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str | None,
    dilations: Any,
) -> Tensor:
    x, w = _pair(input, filters, op)
    _check_volumes(op, rank, x)
    outer: tuple[int, ...] = ()
    if len(x._shape) > rank + 2:
        # Further axes in front are one batch.
        channels_first(data_format, rank, op)
        _check_ranks(op, x, w, rank, batches=True)
        outer = tuple(x._shape[: -rank - 1])
        x = reshape(x, (-1, *x._shape[-rank - 1 :]))
    how = op, rank, x._shape, w._shape, frozen(strides), padding, data_format, frozen(dilations)
    try:
        attrs = _planned(*how)
    except TypeError:
        # What is no key: a list of paddings, or arguments that are about to be refused.
        attrs = _plan(op, rank, x._shape, w._shape, strides, padding, data_format, dilations)
    if rank == 3 and padding == "SAME":
        x = centred(x, w._shape, Geometry(*attrs[:-1]))
    y: Tensor = dispatch.execute(kernels.convolution, (x, w), attrs, x._dtype)
    return reshape(y, outer + tuple(y._shape[1:])) if outer else y


def _plan(
    op: str,
    rank: int,
    shape: tuple[int, ...],
    filters: tuple[int, ...],
    strides: Any,
    padding: Any,
    data_format: str | None,
    dilations: Any,
) -> tuple[Any, ...]:
    """What the kernel gets beside its inputs, checked."""
    first = channels_first(data_format, rank, op)
    strides = per_axis(strides, rank, first, op, "strides")
    dilations = per_axis(dilations, rank, first, op, "dilations")
    _check_rank(op, shape, filters, rank)
    sizes, channels = (shape[2:], shape[1]) if first else (shape[1:-1], shape[-1])
    how = geometry(op, tuple(sizes), tuple(filters[:rank]), strides, padding, dilations, first)
    depth, results_ = filters[rank], filters[rank + 1]
    if not depth or channels % depth:
        raise invalid_argument(
            op,
            f"input depth must be evenly divisible by filter depth: received {channels} and "
            f"{depth}",
        )
    groups = channels // depth
    if groups and results_ % groups:
        raise invalid_argument(
            op,
            "output depth must be evenly divisible by number of groups: received "
            f"{results_} and {groups}",
        )
    return (*how, groups)


# Models call with few shapes, and the checks cost more than a small convolution's inputs.
_planned = lru_cache(maxsize=1024)(_plan)


@public("tfcompat.nn")
def conv1d(
    input: Any,
    filters: Any,
    stride: Any,
    padding: Any,
    data_format: str | None = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Filters of shape [width, in, out] moved along an axis. Arguments as in `conv2d`.

    `padding` is "SAME" or "VALID".
    """
    _check_word(padding, "Conv1D")
    if data_format not in (None, "NWC", "NCW", "NHWC", "NCHW"):
        raise ValueError(f"`data_format` must be 'NWC' or 'NCW'. Received: {data_format=!r}")
    return convolve("Conv1D", 1, input, filters, stride, padding, data_format, dilations)


@public("tfcompat.nn")
def conv2d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Filters of shape [height, width, in, out] moved over images.

    Args:
      input: [batch, height, width, channels], floating or int32.
      filters: where `in` divides the channels, these form groups.
      strides: one number, two, or four for all axes.
      padding: "SAME", "VALID", or pairs of numbers for all axes.
      data_format: "NHWC", or "NCHW" for channels in axis 1.
      dilations: the distances of the elements a filter looks at, given like strides.
      name: ignored.

    Raises InvalidArgumentError or ValueError for what does not fit.
    """
    return convolve("Conv2D", 2, input, filters, strides, padding, data_format, dilations)


@public("tfcompat.nn")
def conv3d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """Filters of shape [depth, height, width, in, out] moved over volumes; see `conv2d`.

    `strides` and `dilations` are five numbers, `padding` is "SAME" or "VALID".
    """
    _check_word(padding, "Conv3D")
    for what, numbers in (("strides", strides), ("dilations", dilations)):
        if numbers is not None and not isinstance(numbers, (list, tuple)):
            raise TypeError(f"Conv3D: Expected list for {what!r}, not {numbers!r}")
        if numbers is not None and len(numbers) != 5:
            raise invalid_argument("Conv3D", f"received {what}={numbers}; expected five numbers")
    return convolve("Conv3D", 3, input, filters, strides, padding, data_format, dilations)


def _check_word(padding: Any, op: str) -> None:
    if not isinstance(padding, str):
        raise TypeError(f"{op}: Expected string for argument 'padding' not {padding!r}.")


def check_dilations(dilations: Any, op: str) -> None:
    """Raises ValueError for dilations below 1."""
    if dilations is None:
        return
    if min(dilations if isinstance(dilations, (list, tuple)) else [dilations], default=1) < 1:
        raise ValueError(f"{op}: received dilations={dilations}; they must be positive")


def not_both(strides: Any, dilations: Any) -> None:
    """Raises ValueError where windows are dilated and take steps of more than one as well."""
    if max(strides, default=1) > 1 and max(dilations, default=1) > 1:
        raise ValueError(
            "`strides > 1` not supported in conjunction with `dilation_rate > 1`. Received: "
            f"strides={list(strides)} and dilation_rate={list(dilations)}"
        )


def _spatial_rank(x: Any, op: str) -> int:
    rank = len(x.shape) - 2
    if not 1 <= rank <= 3:
        raise ValueError(f"{op}: received an input of rank {rank + 2}; expected 3, 4 or 5")
    return rank


@public("tfcompat.nn")
def convolution(
    input: Any,
    filters: Any,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Tensor:
    """`conv1d`, `conv2d` or `conv3d`, as the rank of the input says."""
    check_dilations(dilations, "convolution")
    x, w = _pair(input, filters, "convolution")
    rank = _spatial_rank(w, "convolution")
    strides = 1 if strides is None else strides
    _check_word(padding, "convolution")
    first = channels_first(data_format, rank, "convolution")
    strides = per_axis(strides, rank, first, "convolution", "strides")
    dilations = per_axis(dilations, rank, first, "convolution", "dilations")
    not_both(strides, dilations)
    return convolve("convolution", rank, x, w, strides, padding, data_format, dilations)


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
    return dispatch.execute(kernels.conv_transpose, (x, w), attrs, x._dtype)  # type: ignore[no-any-return]


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
        return with_space_to_batch(  # type: ignore[no-any-return]
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
    """`depthwise_conv2d`, then the channels mixed by filters of shape [1, 1, in, out]."""
    points = to_tensor(pointwise_filter)
    if len(points._shape) != 4 or tuple(points._shape[:2]) != (1, 1):
        raise ValueError(
            f"separable_conv2d: received pointwise_filter of shape {tuple(points._shape)}; "
            "expected (1, 1, in, out)"
        )
    between = depthwise_conv2d(input, depthwise_filter, strides, padding, data_format, dilations)
    return conv2d(between, points, 1, "VALID", data_format or "NHWC")
