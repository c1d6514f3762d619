"""More of the same: tf.broadcast_to, tf.tile, tf.repeat, tf.meshgrid."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import check_sizes, int_vector, move
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.common import mismatch
from tfcompat._src.ops.string_rows import is_ragged
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("array")


# ------------------------------------------------------------------------------------- repeating
@public("tfcompat")
def broadcast_to(input: Any, shape: Any, name: str | None = None) -> Tensor:
    """The tensor repeated along axes of size one, and along new ones in front, to fill `shape`.

    Raises InvalidArgumentError for a shape that it cannot fill.
    """
    x = input if isinstance(input, Tensor) else to_tensor(input)
    sizes = int_vector(shape, "BroadcastTo", "a shape", scalar=False)
    check_sizes(sizes, "BroadcastTo")
    have = tuple(x._shape)
    if len(have) > len(sizes):
        raise invalid_argument(
            "BroadcastTo",
            f"Rank of input ({len(have)}) must be no greater than rank of output shape "
            f"({len(sizes)}).",
        )
    for n, m in zip(reversed(have), reversed(sizes), strict=False):
        if n not in (1, m):
            raise invalid_argument(
                "BroadcastTo", f"Incompatible shapes: {list(have)} vs. {list(sizes)}"
            )
    return move(kernels.broadcast_to, np.broadcast_to, (x,), (sizes,))


@public("tfcompat")
def tile(input: Any, multiples: Any, name: str | None = None) -> Tensor:
    """The tensor repeated as a whole, `multiples[i]` times along axis i.

    Raises InvalidArgumentError unless there is a number for each axis, none of them negative.
    """
    x = input if isinstance(input, Tensor) else to_tensor(input)
    times = int_vector(multiples, "Tile", "multiples", scalar=False)
    if len(times) != len(x._shape):
        raise invalid_argument(
            "Tile",
            f"Expected multiples argument to be a vector of length {len(x._shape)} but got length "
            f"{len(times)}",
        )
    for at, n in enumerate(times) if min(times, default=0) < 0 else ():
        if n < 0:
            raise invalid_argument("Tile", f"Expected multiples[{at}] >= 0, but got {n}")
    return move(kernels.tile, np.tile, (x,), (times,))


@public("tfcompat")
def repeat(input: Any, repeats: Any, axis: Any = None, name: str | None = None) -> Tensor:
    """Each element, or each slice along `axis`, repeated as often as `repeats` says.

    Without an axis the tensor is flattened first.

    Raises ValueError for an axis out of range and for another number of repeats,
    InvalidArgumentError for negative ones.
    """
    x = input if isinstance(input, Tensor) else to_tensor(input)
    counts = _counts(repeats)
    if axis is None:
        x, at = reshape(x, (-1,)), 0
    else:
        rank = len(x._shape)
        if not rank:
            x, rank = reshape(x, (1,)), 1
        at = int(axis)
        if not -rank <= at < rank:
            raise ValueError(f"repeat: axis={at} out of bounds: expected {-rank}<=axis<{rank}")
        at %= rank
    if len(counts) == 1:
        if counts[0] < 0:
            raise invalid_argument("repeat", f"received {counts[0]} repeats; expected >= 0")
        return move(kernels.repeat, np.repeat, (x,), (counts[0], at))
    if len(counts) != x._shape[at]:
        raise ValueError(
            f"repeat: received {len(counts)} repeats for axis {at} of size {x._shape[at]}: "
            f"Dimensions {x._shape[at]} and {len(counts)} are not compatible"
        )
    if not counts:
        return x
    counts = tuple([max(n, 0) for n in counts])
    return move(kernels.repeat, np.repeat, (x,), (counts, at))


def _counts(repeats: Any) -> tuple[int, ...]:
    if repeats.__class__ is int:
        return (repeats,)
    # No numbers are integers rather than floats.
    tensor = (
        to_tensor(repeats, dtypes.int32)
        if repeats.__class__ in (list, tuple) and not repeats
        else to_tensor(repeats)
    )
    if not tensor._dtype.is_integer:
        raise TypeError(
            f"repeat: received repeats of dtype {tensor._dtype.name}; expected integers"
        )
    if len(tensor._shape) > 1:
        raise ValueError(
            f"repeat: received repeats of shape {tuple(tensor._shape)}; must have rank at most 1"
        )
    return tuple(tensor._numpy().reshape(-1).tolist())


@public("tfcompat")
def meshgrid(*args: Any, **kwargs: Any) -> list[Tensor]:
    """The coordinates of every point of a grid with the given axes, a tensor per axis.

    `indexing="xy"`, the default, has the first two axes of the results swapped; "ij" has not.

    Raises ValueError for another `indexing`, TypeError for strings, InvalidArgumentError for axes
    of several dtypes.
    """
    indexing = kwargs.pop("indexing", "xy")
    kwargs.pop("name", None)
    if kwargs:
        raise TypeError(f"'{next(iter(kwargs))}' is an invalid keyword argument for this function")
    if indexing not in ("xy", "ij"):
        raise ValueError(
            f"meshgrid: Argument `indexing` must be either 'xy' or 'ij', got '{indexing}'"
        )
    if any([is_ragged(x) for x in args]):
        raise invalid_argument("meshgrid", "received a ragged tensor; expected rows of one length")
    axes = [reshape(x, (-1,)) for x in args]
    for x in axes:
        if x._dtype is dtypes.string:
            raise TypeError("meshgrid: received a tensor of string; expected numbers or bools")
        if x._dtype is not axes[0]._dtype:
            raise mismatch("Mul", axes[0], x)
    order = list(range(len(axes)))
    if indexing == "xy" and len(axes) > 1:
        order[:2] = [1, 0]
    sizes = [0] * len(axes)
    for x, at in zip(axes, order, strict=True):
        sizes[at] = x._shape[0]
    grids = []
    for x, at in zip(axes, order, strict=True):
        shape = [1] * len(axes)
        shape[at] = x._shape[0]
        grids.append(broadcast_to(reshape(x, shape), sizes))
    return grids
