"""Rearranging, repeating and padding: tf.reshape, tf.transpose, tf.tile, tf.pad, ..."""

from __future__ import annotations

from functools import lru_cache
from math import prod
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.host import HostTensor
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import (
    axis_in,
    int_scalar,
    int_vector,
    move,
    on_strings,
)
from tfcompat._src.ops.casting import (
    bitcast as bitcast,
    cast as cast,
    saturate_cast as saturate_cast,
)
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.ops.creation import (
    fill as fill,
    ones as ones,
    ones_like as ones_like,
    zeros as zeros,
    zeros_like as zeros_like,
)
from tfcompat._src.ops.joining import (
    concat as concat,
    split as split,
    stack as stack,
    unstack as unstack,
)
from tfcompat._src.ops.padding import pad as pad
from tfcompat._src.ops.scatter import scatter_rows as scatter_rows
from tfcompat._src.ops.selection import gather as gather, where as where
from tfcompat._src.ops.sizes import (
    broadcast_dynamic_shape as broadcast_dynamic_shape,
    rank as rank,
    shape as shape,
    shape_n as shape_n,
    size as size,
    unravel_index as unravel_index,
)
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("array")


# -------------------------------------------------------------------------------------- the same
def _same(x: Any) -> Any:
    return x


@public("tfcompat")
def identity(input: Any, name: str | None = None) -> Any:
    """A tensor of its own with the same value."""
    if isinstance(input, IndexedSlices):
        return IndexedSlices(identity(input.values), input.indices, input.dense_shape)
    if hasattr(input, "_mapped"):
        return input._mapped("Identity", identity)
    return move(kernels.identity, _same, (to_tensor(input),), ())


@public("tfcompat")
def identity_n(input: Any, name: str | None = None) -> list[Tensor]:
    """`identity` of each tensor of a list, which has one at least."""
    if not input:
        raise invalid_argument("IdentityN", "received no tensors; expected 1 or more")
    return [identity(x) for x in input]


@public("tfcompat")
def stop_gradient(input: Any, name: str | None = None) -> Tensor:
    """The same value, through which no derivative flows."""
    if hasattr(input, "_mapped"):
        return input._mapped("StopGradient", stop_gradient)
    x = to_tensor(input)
    if x._dtype is dtypes.string:
        return x
    return dispatch.execute_constant(kernels.identity, (x,), (), x._dtype)


@public("tfcompat")
def ensure_shape(x: Any, shape: Any, name: str | None = None) -> Tensor:
    """The same value, if its shape is the given one; raises InvalidArgumentError otherwise."""
    tensor = to_tensor(x)
    if not tensor.shape.is_compatible_with(shape):
        raise invalid_argument(
            "ensure_shape",
            f"Shape of tensor input {list(tensor._shape)} is not compatible with expected shape "
            f"{shape}.",
        )
    return identity(tensor)


# ------------------------------------------------------------------------------------ new shapes
@public("tfcompat")
def reshape(tensor: Any, shape: Any, name: str | None = None) -> Tensor:
    """The same elements in another shape, of which one size may be -1.

    Raises InvalidArgumentError if the shape has another number of elements.
    """
    x = tensor if isinstance(tensor, Tensor) else to_tensor(tensor)
    sizes = _fitting(int_vector(shape, "Reshape", "a shape"), x._shape)
    if x.__class__ is HostTensor:
        return on_strings(np.reshape, (x,), (sizes,))
    return dispatch.execute(kernels.reshape, (x,), (sizes,), x._dtype)


# Programs reshape to few shapes, and again and again.
@lru_cache(maxsize=4096)
def _fitting(sizes: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    """The sizes of a tensor of `shape` that is reshaped to `sizes`, checked."""
    known, have = prod(sizes), prod(shape)
    if known == have and known and min(sizes, default=0) >= 0:
        return sizes
    return _fit(sizes, tuple(shape))


def _fit(sizes: tuple[int, ...], shape: tuple[int, ...]) -> tuple[int, ...]:
    received = f"received a tensor of shape {list(shape)} and the shape {list(sizes)}"
    if sizes.count(-1) > 1:
        first = sizes.index(-1)
        raise invalid_argument(
            "Reshape",
            f"{received}: Only one input size may be -1, not both {first} and "
            f"{sizes.index(-1, first + 1)}",
        )
    for at, n in enumerate(sizes):
        if n < -1:
            raise invalid_argument("Reshape", f"{received}: Size {at} must be non-negative")
    have = prod(shape)
    known = prod([n for n in sizes if n != -1])
    if -1 in sizes:
        if known:
            rest = have // known
        else:
            # Nothing follows from zero elements; TensorFlow takes the sizes left over.
            rest = prod([n for n in shape if n]) // prod([n for n in sizes if n > 0])
        if known * rest != have:
            raise invalid_argument(
                "Reshape",
                f"Input to reshape is a tensor with {have} values, but the requested shape "
                f"requires a multiple of {known}; {received}",
            )
        return tuple([rest if n == -1 else n for n in sizes])
    if known == have:
        return sizes
    raise invalid_argument(
        "Reshape",
        f"Input to reshape is a tensor with {have} values, but the requested shape has {known}; "
        f"{received}",
    )


@public("tfcompat")
def expand_dims(input: Any, axis: Any, name: str | None = None) -> Tensor:
    """The tensor with an axis of size one put in at `axis`."""
    x = input if isinstance(input, Tensor) else to_tensor(input)
    rank = x._rank
    at = int_scalar(axis, "ExpandDims", "an axis")
    if not -rank - 1 <= at <= rank:
        raise invalid_argument(
            "ExpandDims", f"Tried to expand dim index {at} for tensor with {rank} dimensions."
        )
    return move(kernels.expand_dims, np.expand_dims, (x,), (at + rank + 1 if at < 0 else at,))


@public("tfcompat")
def squeeze(input: Any, axis: Any = None, name: str | None = None) -> Tensor:
    """The tensor without its axes of size one, or without those of them that `axis` names."""
    x = input if isinstance(input, Tensor) else to_tensor(input)
    axes = () if axis is None else int_vector(axis, "Squeeze", "axes", dtypes.int32)
    if not axes:
        return move(kernels.reshape, np.reshape, (x,), (_squeezed(x._shape),))
    shape = tuple(x._shape)
    rank = len(shape)
    gone = set()
    for at in axes:
        if not -rank <= at < rank:
            raise invalid_argument(
                "Squeeze", f"Tried to squeeze dim index {at} for tensor with {rank} dimensions."
            )
        if shape[at] != 1:
            raise invalid_argument(
                "Squeeze",
                f"Can not squeeze dim[{at % rank}], expected a dimension of 1, got {shape[at]}",
            )
        gone.add(at % rank)
    left = tuple([n for at, n in enumerate(shape) if at not in gone])
    return move(kernels.reshape, np.reshape, (x,), (left,))


@lru_cache(maxsize=4096)
def _squeezed(shape: tuple[int, ...]) -> tuple[int, ...]:
    return tuple([n for n in shape if n != 1])


@public("tfcompat")
def transpose(a: Any, perm: Any = None, conjugate: bool = False, name: str = "transpose") -> Tensor:
    """The tensor with its axes in the order `perm`, by default reversed; conjugated if asked."""
    x = a if isinstance(a, Tensor) else to_tensor(a)
    rank = x._rank
    if perm is None:
        axes = tuple(range(rank - 1, -1, -1))
    else:
        axes = _permutation(int_vector(perm, "Transpose", "a permutation"), rank)
    if conjugate and x._dtype.is_complex:
        return dispatch.execute(kernels.conjugate_transpose, (x,), (axes,), x._dtype)
    return move(kernels.transpose, np.transpose, (x,), (axes,))


def _permutation(perm: tuple[int, ...], rank: int) -> tuple[int, ...]:
    if len(perm) != rank:
        raise invalid_argument(
            "Transpose",
            f"transpose expects a vector of size {rank}. But input(1) is a vector of size "
            f"{len(perm)}",
        )
    for at in perm:
        if not -rank <= at < rank:
            raise invalid_argument("Transpose", f"{at} is out of range [0 .. {rank})")
    axes = tuple([at % rank for at in perm])
    for at in range(rank):
        if at not in axes:
            raise invalid_argument("Transpose", f"{at} is missing from {list(axes)}.")
    return axes


# ------------------------------------------------------------------------------------ reordering
@public("tfcompat")
def reverse(tensor: Any, axis: Any, name: str | None = None) -> Tensor:
    """The tensor with the order of its elements turned around along the given axes."""
    x = tensor if isinstance(tensor, Tensor) else to_tensor(tensor)
    rank = x._rank
    if axis.__class__ is list and len(axis) == 1 and axis[0].__class__ is int:
        at = axis[0]
        if -rank <= at < rank:
            return move(kernels.reverse, np.flip, (x,), ((at % rank,),))
    axes: list[int] = []
    wanted = int_vector(axis, "Reverse", "axes", scalar=False)
    if 0 in x._shape:
        return x
    for at in wanted if rank else ():
        if not -rank <= at < rank:
            raise invalid_argument(
                "Reverse", f"'axis' = {at} is out of valid range [{-rank}, {rank - 1}]"
            )
        if at % rank in axes:
            raise invalid_argument("Reverse", f"axis {at % rank} specified more than once.")
        axes.append(at % rank)
    return move(kernels.reverse, np.flip, (x,), (tuple(sorted(axes)),))


def reversed_along(x: Tensor, axis: int) -> Tensor:
    """A tensor of some elements with its order turned around along one axis, counted from 0."""
    return move(kernels.reverse, np.flip, (x,), ((axis,),))


@public("tfcompat")
def roll(input: Any, shift: Any, axis: Any, name: str | None = None) -> Tensor:
    """The tensor with its elements moved along axes; what leaves at one end enters at the other."""
    x = input if isinstance(input, Tensor) else to_tensor(input)
    rank = x._rank
    if not rank:
        raise invalid_argument("Roll", "input must be 1-D or higher: received a scalar")
    if shift.__class__ is axis.__class__ is int and -rank <= axis < rank:
        return move(kernels.roll, np.roll, (x,), ((shift,), (axis % rank,)))
    shifts = int_vector(shift, "Roll", "shifts")
    axes = int_vector(axis, "Roll", "axes")
    if len(shifts) != len(axes):
        raise invalid_argument(
            "Roll",
            f"shift and axis must have the same size: received {len(shifts)} and {len(axes)}",
        )
    axes = tuple([axis_in(at, rank, "Roll") for at in axes])
    return move(kernels.roll, np.roll, (x,), (shifts, axes))


@public("tfcompat")
def reverse_sequence(
    input: Any,
    seq_lengths: Any,
    seq_axis: int | None = None,
    batch_axis: int | None = None,
    name: str | None = None,
) -> Tensor:
    """Turns around the first `seq_lengths[i]` elements along `seq_axis` of entry i of the batch."""
    x, lengths = to_tensor(input), to_tensor(seq_lengths)
    check_dtype("ReverseSequence", lengths, dtypes.INDEX)
    rank = x._rank
    if seq_axis is None:
        raise TypeError("reverse_sequence: received seq_axis=None; expected an axis")
    sequence = axis_in(seq_axis, rank, "ReverseSequence")
    batch = axis_in(batch_axis or 0, rank, "ReverseSequence")
    if seq_axis < 0 or (batch_axis or 0) < 0:
        raise invalid_argument(
            "ReverseSequence", f"received axes {seq_axis} and {batch_axis}; expected none below 0"
        )
    if sequence == batch:
        raise invalid_argument("ReverseSequence", f"batch_dim == seq_dim: received {batch} twice")
    if tuple(lengths._shape) != (x._shape[batch],):
        raise invalid_argument(
            "ReverseSequence",
            f"received seq_lengths of shape {list(lengths._shape)}; expected [{x._shape[batch]}]",
        )
    numbers = lengths._numpy()
    if numbers.size and (numbers.min() < 0 or numbers.max() > x._shape[sequence]):
        raise invalid_argument(
            "ReverseSequence",
            f"received seq_lengths {numbers.tolist()} for an axis of size {x._shape[sequence]}",
        )
    return move(kernels.reverse_sequence, _reverse_strings, (x, lengths), (sequence, batch))


def _reverse_strings(x: Any, lengths: Any, sequence: int, batch: int) -> Any:
    result = x.copy()
    rows = np.moveaxis(result, (batch, sequence), (0, 1))
    for row, n in zip(rows, lengths, strict=True):
        row[:n] = row[:n][::-1].copy()
    return result
