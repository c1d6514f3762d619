"""Blocks of positions moved to the channels or to the batch and back: tf.nn.space_to_depth, ..."""

from __future__ import annotations

from math import prod
from operator import index
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument, unimplemented
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import integers, move
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.padding import pad
from tfcompat._src.ops.slicing import slice as slice_
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("array")

Ints = tuple[int, ...]
Pairs = tuple[tuple[int, int], ...]


def _rearranged(x: Tensor, parts: Ints, order: Ints, shape: Ints) -> Tensor:
    """The axes taken apart, put into another order and together again."""
    return move(kernels.rearrange, _rearranged_on_host, (x,), (parts, order, shape))


def _rearranged_on_host(x: Any, parts: Ints, order: Ints, shape: Ints) -> Any:
    return x.reshape(parts).transpose(order).reshape(shape)


# ---------------------------------------------------------------------------------- the channels
def _image(input: Any, block_size: Any, data_format: str | None, op: str) -> tuple[Tensor, int]:
    x = to_tensor(input)
    size = int(block_size)
    if data_format not in (None, "NHWC", "NCHW", "NCHW_VECT_C"):
        raise invalid_argument(
            op, f"received data_format={data_format!r}; accepted are 'NHWC' and 'NCHW'"
        )
    if data_format == "NCHW_VECT_C":
        raise unimplemented(op, "received data_format='NCHW_VECT_C'; use 'NHWC' or 'NCHW'")
    if size < 2:
        raise invalid_argument(op, f"received block_size={size}; expected 2 or more")
    if len(x._shape) != 4:
        raise invalid_argument(
            op, f"received an input of shape {list(x._shape)}; Input rank should be 4"
        )
    return x, size


@public("tfcompat.nn")
def space_to_depth(
    input: Any, block_size: Any, data_format: str | None = "NHWC", name: str | None = None
) -> Tensor:
    """Every block of block_size x block_size pixels as the channels of one pixel.

    Args:
      input: [batch, height, width, channels] of any dtype.
      block_size: 2 or more; divides height and width.
      data_format: "NHWC", or "NCHW" for channels in axis 1.
      name: ignored.

    Raises InvalidArgumentError for what does not fit.
    """
    x, size = _image(input, block_size, data_format, "SpaceToDepth")
    first = data_format == "NCHW"
    n, *rest = x._shape
    (channels, height, width) = rest if first else (rest[2], rest[0], rest[1])
    if height % size or width % size:
        raise invalid_argument(
            "SpaceToDepth",
            f"Image width {width} and height {height} should be divisible by block_size: {size}",
        )
    rows, columns, depth = height // size, width // size, channels * size * size
    if first:
        parts = (n, channels, rows, size, columns, size)
        return _rearranged(x, parts, (0, 3, 5, 1, 2, 4), (n, depth, rows, columns))
    parts = (n, rows, size, columns, size, channels)
    return _rearranged(x, parts, (0, 1, 3, 2, 4, 5), (n, rows, columns, depth))


@public("tfcompat.nn")
def depth_to_space(
    input: Any, block_size: Any, data_format: str | None = "NHWC", name: str | None = None
) -> Tensor:
    """The channels of every pixel as a block of block_size x block_size pixels.

    The opposite of `space_to_depth`. Raises InvalidArgumentError for what does not fit.
    """
    x, size = _image(input, block_size, data_format, "DepthToSpace")
    first = data_format == "NCHW"
    n, *rest = x._shape
    (depth, rows, columns) = rest if first else (rest[2], rest[0], rest[1])
    if depth % (size * size):
        raise invalid_argument(
            "DepthToSpace",
            f"Input depth dimension {depth} should be divisible by: {size * size}",
        )
    channels, height, width = depth // (size * size), rows * size, columns * size
    if first:
        parts = (n, size, size, channels, rows, columns)
        return _rearranged(x, parts, (0, 3, 4, 1, 5, 2), (n, channels, height, width))
    parts = (n, rows, columns, size, size, channels)
    return _rearranged(x, parts, (0, 1, 3, 2, 4, 5), (n, height, width, channels))


# ------------------------------------------------------------------------------------- the batch
def _blocks(
    x: Tensor, block_shape: Any, pairs: Any, op: str, what: str
) -> tuple[tuple[int, ...], Pairs]:
    """The sizes of the blocks and what is added or cut off, as ints."""
    sizes = integers(block_shape, op)
    if sizes.ndim != 1:
        raise invalid_argument(op, f"block_shape rank should be 1 instead of {sizes.ndim}")
    ends = integers(pairs, op)
    count = len(sizes)
    if ends.shape != (count, 2):
        raise invalid_argument(
            op, f"{what} should have shape [{count}, 2] instead of {list(ends.shape)}"
        )
    if len(x._shape) < 1 + count:
        raise invalid_argument(
            op, f"input rank should be >= {1 + count} instead of {len(x._shape)}"
        )
    if count and sizes.min() < 1:
        raise invalid_argument(
            op, f"All values in block_shape must be positive: received {sizes.tolist()}"
        )
    if ends.size and ends.min() < 0:
        raise invalid_argument(op, f"{what} must be non-negative: received {ends.tolist()}")
    _check_count(sizes.tolist(), ends.tolist(), op)
    return tuple(sizes.tolist()), tuple([(a, b) for a, b in ends.tolist()])


def _check_count(sizes: list[int], ends: list[list[int]], op: str) -> None:
    # Axes at either end that stay as they are do not count.
    moving = [n != 1 or pair != [0, 0] for n, pair in zip(sizes, ends, strict=True)]
    if any(moving):
        count = len(moving) - moving.index(True) - moving[::-1].index(True)
        if count > 4:
            raise invalid_argument(
                op,
                f"Maximum number of non-combined block dimensions is {count} but must not exceed 4",
            )


@public("tfcompat")
def space_to_batch_nd(
    input: Any, block_shape: Any, paddings: Any, name: str | None = None
) -> Tensor:
    """Every position within blocks of the spatial axes as a batch of its own.

    Args:
      input: [batch, spatial axes, ...].
      block_shape: a vector with the block's size along each spatial axis.
      paddings: [before, after] for each of them, zeros that are added first.
      name: ignored.

    Returns:
      A batch as many times as large as a block has elements, of axes smaller by the block.

    Raises InvalidArgumentError for what does not fit.
    """
    op = "SpaceToBatchND"
    x = to_tensor(input)
    sizes, pairs = _blocks(x, block_shape, paddings, op, "paddings")
    count = len(sizes)
    if not count:
        return reshape(x, x._shape)
    rest = len(x._shape) - 1 - count
    batch = x._shape[0]
    padded = [n + a + b for n, (a, b) in zip(x._shape[1 : 1 + count], pairs, strict=True)]
    for axis, (n, size) in enumerate(zip(padded, sizes, strict=True)):
        if n % size:
            raise invalid_argument(
                op, f"padded_shape[{axis}]={n} is not divisible by block_shape[{axis}]={size}"
            )
    if any([a or b for a, b in pairs]):
        x = pad(x, ((0, 0), *pairs, *((0, 0),) * rest))
    tail = tuple(x._shape[1 + count :])
    smaller = [n // size for n, size in zip(padded, sizes, strict=True)]
    split = [n for pair in zip(smaller, sizes, strict=True) for n in pair]
    parts = (batch, *split, *tail)
    order = (
        *range(2, 2 * count + 1, 2),
        0,
        *range(1, 2 * count, 2),
        *range(2 * count + 1, 2 * count + 1 + rest),
    )
    return _rearranged(x, parts, order, (batch * prod(sizes), *smaller, *tail))


@public("tfcompat")
def space_to_batch(input: Any, block_shape: Any, paddings: Any, name: str | None = None) -> Tensor:
    """The same as `tf.space_to_batch_nd`."""
    return space_to_batch_nd(input, block_shape, paddings, name)


@public("tfcompat")
def batch_to_space(input: Any, block_shape: Any, crops: Any, name: str | None = None) -> Tensor:
    """The opposite of `tf.space_to_batch`: batches as the positions within blocks.

    Args:
      input: [batch, spatial axes, ...].
      block_shape: the block's size along each spatial axis; one number stands for two axes.
      crops: [before, after] for each of them, cut off afterwards.
      name: ignored.

    Raises InvalidArgumentError for what does not fit.
    """
    op = "BatchToSpaceND"
    x = to_tensor(input)
    if isinstance(block_shape, int):
        block_shape = (block_shape, block_shape)
    sizes, cuts = _blocks(x, block_shape, crops, op, "crops")
    count = len(sizes)
    if not count:
        return reshape(x, x._shape)
    batch, many = x._shape[0], prod(sizes)
    if batch % many:
        raise invalid_argument(
            op,
            f"Input batch dimension ({batch}) is not divisible by product of block sizes ({many})",
        )
    have, tail = tuple(x._shape[1 : 1 + count]), tuple(x._shape[1 + count :])
    larger = [n * size for n, size in zip(have, sizes, strict=True)]
    left = [n - a - b for n, (a, b) in zip(larger, cuts, strict=True)]
    for axis, n in enumerate(left):
        if n < 0:
            raise invalid_argument(op, f"cropped_shape[{axis}]={n} must be non-negative")
    parts = (*sizes, batch // many, *have, *tail)
    order = [count]
    for axis in range(count):
        order += [count + 1 + axis, axis]
    order += range(2 * count + 1, 2 * count + 1 + len(tail))
    whole = _rearranged(x, parts, tuple(order), (batch // many, *larger, *tail))
    if left == larger:
        return whole
    begin = (0, *[a for a, _ in cuts], *(0,) * len(tail))
    return slice_(whole, begin, (batch // many, *left, *tail))


@public("tfcompat")
def required_space_to_batch_paddings(
    input_shape: Any, block_shape: Any, base_paddings: Any = None, name: str | None = None
) -> tuple[Tensor, Tensor]:
    """The paddings that make blocks divide the axes, and the crops that undo them.

    Args:
      input_shape: int32, the sizes of the spatial axes.
      block_shape: int32, those of a block.
      base_paddings: int32, [before, after] for each axis, the least there shall be.
      name: ignored.

    Returns:
      Two int32 tensors of shape [axes, 2].

    Raises ValueError for shapes that do not fit.
    """
    sizes = to_tensor(input_shape, dtypes.int32)._numpy()
    blocks = to_tensor(block_shape, dtypes.int32)._numpy()
    count = blocks.shape[0] if blocks.ndim else -1
    if blocks.ndim != 1 or (count and sizes.shape != (count,)):
        raise ValueError(
            "required_space_to_batch_paddings: received input_shape of shape "
            f"{list(sizes.shape)} and block_shape of shape {list(blocks.shape)}; expected vectors "
            "of one length"
        )
    if not count:
        none = from_numpy(np.zeros((0, 2), np.int32), dtypes.int32)
        return none, none
    base = np.zeros((count, 2), np.int32)
    if base_paddings is not None:
        base = to_tensor(base_paddings, dtypes.int32)._numpy()
        if base.shape != (count, 2):
            raise ValueError(
                "required_space_to_batch_paddings: received base_paddings of shape "
                f"{list(base.shape)}; expected {[count, 2]}"
            )
    more = -(sizes + base.sum(1)) % blocks
    paddings = np.stack([base[:, 0], base[:, 1] + more], 1).astype(np.int32)
    crops = np.stack([np.zeros_like(more), more], 1).astype(np.int32)
    return from_numpy(paddings, dtypes.int32), from_numpy(crops, dtypes.int32)


@public("tfcompat.nn")
def with_space_to_batch(
    input: Any,
    dilation_rate: Any,
    padding: str,
    op: Any,
    filter_shape: Any = None,
    spatial_dims: Any = None,
    data_format: str | None = None,
) -> Any:
    """Applies `op` to every dilated grid of the input and puts the results back in place.

    Args:
      input: [batch, spatial axes, channels], or channels first where data_format begins with "NC".
      dilation_rate: a vector of positive ints, one for each of `spatial_dims`.
      padding: "VALID" or "SAME".
      op: called as op(grids, number of spatial axes, "VALID").
      filter_shape: that of the op's filter; needed for "SAME".
      spatial_dims: the axes, by default those that follow the batch (or the channels).
      data_format: such as "NHWC".

    Raises ValueError for what does not fit.
    """
    x = to_tensor(input)
    rates = to_tensor(dilation_rate, dtypes.int32)._numpy()
    if rates.ndim != 1:
        raise ValueError(
            f"`dilation_rate.shape.rank` must be 1. Received: dilation_rate of rank {rates.ndim}"
        )
    count = len(rates)
    first = data_format is not None and data_format.startswith("NC")
    start = 2 if first else 1
    axes = list(range(start, start + count)) if spatial_dims is None else list(spatial_dims)
    axes = [index(axis) for axis in axes]
    if axes != sorted(set(axes)) or any([axis < 1 for axis in axes]):
        raise ValueError(
            "`spatial_dims` must be a monotonically increasing sequence of positive integers. "
            f"Received: spatial_dims={spatial_dims}"
        )
    least = axes[-1] + 1 if first else axes[-1] + 2
    if len(x._shape) < least:
        raise ValueError(
            f"`input.shape.rank` must be at least {least}. Received: "
            f"input.shape={tuple(x._shape)} with rank {len(x._shape)}"
        )
    if (rates < 1).any():
        raise ValueError(f"`dilation_rate` must be positive. Received: dilation_rate={rates}")
    if (rates == 1).all():
        return op(x, count, padding)
    base = _base_paddings(padding, filter_shape, rates)
    sizes = [x._shape[axis] for axis in axes]
    paddings, crops = required_space_to_batch_paddings(sizes, rates, base)
    # Axes before or between the spatial ones take part as blocks of one.
    every = range(1, axes[-1] + 1)
    whole = np.ones(len(every), np.int32)
    before, after = np.zeros((2, len(every), 2), np.int32)
    for number, axis in enumerate(axes):
        whole[axis - 1] = rates[number]
        before[axis - 1], after[axis - 1] = paddings._numpy()[number], crops._numpy()[number]
    grids = space_to_batch_nd(x, whole, before)
    return batch_to_space(op(grids, count, "VALID"), whole, after)


def _base_paddings(padding: str, filter_shape: Any, rates: Any) -> Any:
    if padding not in ("SAME", "VALID"):
        raise ValueError(f"`padding` must be one of 'SAME' or 'VALID'. Received: padding={padding}")
    if padding == "VALID":
        return np.zeros((len(rates), 2), np.int32)
    if filter_shape is None:
        raise ValueError(
            "`filter_shape` must be specified for `padding='SAME'`. Received: "
            f"filter_shape={filter_shape} and padding={padding}"
        )
    window = to_tensor(filter_shape, dtypes.int32)._numpy()[: len(rates)]
    more = (window - 1) * rates
    return np.stack([more // 2, more - more // 2], 1).astype(np.int32)
