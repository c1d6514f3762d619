"""Putting tensors together and taking them apart: tf.concat, tf.stack, tf.split, tf.unstack."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import (
    axis_in,
    int_scalar,
    int_vector,
    matching,
    move,
)
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("joining")
array = dispatch.family("array")


def _concat_strings(*args: Any) -> Any:
    return np.concatenate(args[:-1], args[-1])


def _stack_strings(*args: Any) -> Any:
    return np.stack(args[:-1], args[-1])


def _unstack_strings(x: Any, axis: int) -> Any:
    return list(np.moveaxis(x, axis, 0))


def _split_strings(x: Any, sizes: tuple[int, ...], axis: int) -> Any:
    return np.split(x, np.cumsum(sizes)[:-1], axis)


@public("tfcompat")
def concat(values: Any, axis: Any, name: str = "concat") -> Tensor:
    """The tensors of a list, one behind the other along an axis that they have.

    Raises InvalidArgumentError for scalars, another rank, or sizes that differ on another axis.
    """
    if not isinstance(values, (list, tuple)):
        values = [values]
    if not values:
        raise invalid_argument("concat", "received an empty list; expected at least one tensor")
    tensors = matching(values, "ConcatV2")
    if axis.__class__ is int and 0 <= axis < tensors[0]._rank and len(tensors) > 1:
        # Only a failure pays for the checks: every backend refuses what does not fit.
        try:
            return move(kernels.concat, _concat_strings, tensors, (axis,))
        except Exception:
            pass
    first = tensors[0]._shape
    rank = len(first)
    if len(tensors) == 1:
        int_scalar(axis, "concat", "an axis")
        return move(array.identity, np.copy, tensors, ())
    if not rank:
        raise invalid_argument("concat", "Can't concatenate scalars (use tf.stack instead)")
    axis = axis_in(axis, rank, "concat")
    for x in tensors[1:]:
        shape = x._shape
        if shape != first:
            _check_concat(axis, tuple(first), tuple(shape))
    return move(kernels.concat, _concat_strings, tensors, (axis,))


def _check_concat(axis: int, first: tuple[int, ...], shape: tuple[int, ...]) -> None:
    if len(shape) != len(first):
        raise invalid_argument(
            "concat",
            f"received shapes {list(first)} and {list(shape)}: Ranks of all input tensors should "
            "match",
        )
    for at, (n, m) in enumerate(zip(first, shape, strict=True)):
        if n != m and at != axis:
            raise invalid_argument(
                "concat",
                f"received shapes {list(first)} and {list(shape)}: Dimension {at} in both shapes "
                f"must be equal, as only axis {axis} may differ",
            )


@public("tfcompat")
def stack(values: Any, axis: Any = 0, name: str = "stack") -> Tensor:
    """Tensors of one shape as the slices of a new axis.

    Raises:
      ValueError: the axis is out of range.
      InvalidArgumentError: shapes or dtypes differ.
    """
    if not isinstance(values, (list, tuple)):
        whole = to_tensor(values)
        if axis == 0:
            return whole
        if not whole._shape:
            raise invalid_argument("stack", "received a scalar; expected a list of tensors")
        values = unstack(whole)
        if not values:
            raise invalid_argument("stack", f"received no tensors along axis {axis}")
    if not values:
        if axis != 0:
            raise ValueError(f"stack: received no tensors and axis={axis}; expected axis=0")
        return to_tensor([])
    try:
        tensors = matching(values, "Pack")
    except (TypeError, ValueError):
        # Numbers such as [1, 2.5] have a common type as a list, though not one by one.
        tensors = tuple(unstack(to_tensor(list(values))))
    if axis.__class__ is not int or axis:
        axis = _new_axis(axis, tensors[0]._rank, "stack")
        _check_stack(tensors)
    try:
        return move(kernels.stack, _stack_strings, tensors, (axis,))
    except Exception:
        _check_stack(tensors)
        raise


def _check_stack(tensors: tuple[Tensor, ...]) -> None:
    shape = tensors[0]._shape
    for x in tensors[1:]:
        if x._shape != shape:
            raise invalid_argument(
                "stack",
                f"Shapes of all inputs must match: received {list(shape)} and {list(x._shape)}",
            )


def _new_axis(axis: Any, rank: int, op: str) -> int:
    if axis.__class__ is not int:
        axis = int(axis)
    if not -rank - 1 <= axis <= rank:
        raise ValueError(f"{op}: Argument `axis` = {axis} not in range [{-rank - 1}, {rank + 1})")
    return axis + rank + 1 if axis < 0 else axis


@public("tfcompat")
def unstack(
    value: Any, num: int | None = None, axis: int = 0, name: str = "unstack"
) -> list[Tensor]:
    """The slices of an axis, as a list of tensors without it.

    Raises:
      ValueError: the axis is out of range.
      InvalidArgumentError: the axis has not the size `num`.
    """
    x = value if isinstance(value, Tensor) else to_tensor(value)
    shape = x._shape
    rank = len(shape)
    if num == 0:
        return []
    if not -rank <= axis < rank:
        message = f"Argument `axis` = {axis} not in range [{-rank}, {rank})"
        raise (
            ValueError(f"unstack: {message}")
            if num is None
            else invalid_argument("unstack", message)
        )
    axis %= rank
    if num is not None and num != shape[axis]:
        raise invalid_argument(
            "unstack", f"Input shape axis {axis} must equal {num}, got shape {list(x._shape)}"
        )
    if not shape[axis]:
        return []
    return list(move(kernels.unstack, _unstack_strings, (x,), (axis,)))


@public("tfcompat")
def split(
    value: Any, num_or_size_splits: Any, axis: Any = 0, num: int | None = None, name: str = "split"
) -> list[Tensor]:
    """Cuts an axis into a number of equal parts, or parts of given sizes, of which one may be -1.

    Raises:
      InvalidArgumentError: the parts do not make up the axis.
      ValueError: a number of parts that is a tensor or no integer.
    """
    x = value if isinstance(value, Tensor) else to_tensor(value)
    number = num_or_size_splits
    if isinstance(number, (int, np.integer)):
        shape = x._shape
        axis = axis_in(axis, len(shape), "split")
        sizes = _equal_sizes(int(number), shape[axis], axis)
    else:
        sizes = _given_sizes(number, num)
        axis = axis_in(axis, x._rank, "split")
        sizes = _fit_sizes(sizes, x._shape[axis], axis)
    return list(move(kernels.split, _split_strings, (x,), (sizes, axis)))


def _equal_sizes(number: int, size: int, axis: int) -> tuple[int, ...]:
    if number < 1:
        raise invalid_argument("split", f"received {number} parts; must be at least 1")
    if size % number:
        raise invalid_argument(
            "split",
            "Number of ways to split should evenly divide the split dimension, but got split_dim "
            f"{axis} (size = {size}) and num_split {number}",
        )
    return (size // number,) * number


def _given_sizes(value: Any, num: int | None) -> tuple[int, ...]:
    if not isinstance(value, (list, tuple)):
        value = to_tensor(value)
        if not value._shape:
            raise ValueError(
                "split: Rank-0 tensors are not supported as the num_or_size_splits argument: "
                f"received {value}; expected a Python integer or a vector of sizes"
            )
    sizes = int_vector(value, "split", "sizes", dtypes.int32, scalar=False)
    if num is not None and num != len(sizes):
        raise invalid_argument("split", f"received num={num} and {len(sizes)} sizes")
    if not sizes:
        raise invalid_argument("split", "received no sizes; expected at least one")
    return sizes


def _fit_sizes(sizes: tuple[int, ...], size: int, axis: int) -> tuple[int, ...]:
    if sizes.count(-1) > 1:
        raise invalid_argument(
            "split", f"received sizes {list(sizes)}: There can only be one -1 in the input."
        )
    rest = size - sum([n for n in sizes if n != -1])
    found = tuple([rest if n == -1 else n for n in sizes])
    if sum(found) != size or min(found) < 0:
        raise invalid_argument(
            "split",
            f"received sizes {list(sizes)} for axis {axis} of size {size}: Determined shape must "
            "either match input shape along split_dim exactly if fully specified, or be less than "
            "the size of the input along split_dim if not fully specified",
        )
    return found
