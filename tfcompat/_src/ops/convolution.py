"""Convolutions: tf.nn.conv2d and its kin, their transposes, depthwise and separable ones."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import operands
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.common import mismatch, wrong_dtype
from tfcompat._src.ops.windows import (
    Geometry,
    centred,
    channels_first,
    frozen,
    geometry,
    per_axis,
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

    Raises ValueError for an unknown `data_format`.
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

    Raises TypeError or InvalidArgumentError for strides and dilations that are not five numbers.
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
