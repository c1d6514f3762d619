"""Blocks of a tensor: tf.slice, tf.strided_slice."""

from __future__ import annotations

import builtins
from typing import Any

from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.indexing import plan, sliced, with_assign
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import int_vector
from tfcompat._src.tensor import Tensor


@public("tfcompat")
def slice(input_: Any, begin: Any, size: Any, name: str | None = None) -> Tensor:
    """The block that starts at `begin` and has the given sizes; -1 takes all that is left.

    Raises InvalidArgumentError for a block that is not inside.
    """
    x = to_tensor(input_)
    if isinstance(begin, list) and isinstance(size, list) and not (begin or size):
        # Two empty lists are of floats, which are no positions.
        raise invalid_argument("Slice", "received begin=[] and size=[]; expected integers")
    starts = int_vector(begin, "Slice", "begin", casts=False)
    sizes = int_vector(size, "Slice", "size", casts=False)
    shape = tuple(x._shape)
    if not len(starts) == len(sizes) == len(shape):
        raise invalid_argument(
            "Slice",
            f"Expected begin and size arguments to be 1-D tensors of size {len(shape)}, but got "
            f"{len(starts)} and {len(sizes)} elements instead.",
        )
    items = []
    for at, (start, count, n) in enumerate(zip(starts, sizes, shape, strict=True)):
        if not 0 <= start <= n:
            raise invalid_argument("Slice", f"Expected begin[{at}] in [0, {n}], but got {start}")
        if count == -1:
            count = n - start
        if not 0 <= count <= n - start:
            raise invalid_argument(
                "Slice", f"Expected size[{at}] in [0, {n - start}], but got {count}"
            )
        items.append((start, count, 1))
    return sliced(x, tuple(items))


@public("tfcompat")
def strided_slice(
    input_: Any,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
    name: str | None = None,
) -> Tensor:
    """`input_[begin:end:strides]` along the first axes; the masks say in bits what else is meant.

    Bit i of a mask: take the axis from its start, to its end, `...`, a new axis, a single position.

    Raises InvalidArgumentError for vectors of different lengths.
    """
    x = to_tensor(input_)
    if isinstance(begin, list) and isinstance(end, list) and not (begin or end or strides):
        raise invalid_argument("StridedSlice", "received begin=[] and end=[]; expected integers")
    starts = int_vector(begin, "StridedSlice", "begin")
    ends = int_vector(end, "StridedSlice", "end")
    steps = (
        (1,) * len(starts) if strides is None else int_vector(strides, "StridedSlice", "strides")
    )
    if not len(starts) == len(ends) == len(steps):
        raise invalid_argument(
            "StridedSlice",
            "Expected begin, end, and strides to be 1D equal size tensors, but got sizes "
            f"{len(starts)}, {len(ends)}, and {len(steps)} instead.",
        )
    if ellipsis_mask & (ellipsis_mask - 1):
        raise invalid_argument(
            "StridedSlice",
            f"Multiple ellipses in slice spec not allowed: received ellipsis_mask={ellipsis_mask}",
        )
    key: list[Any] = []
    for at, (start, stop, step) in enumerate(zip(starts, ends, steps, strict=True)):
        bit = 1 << at
        if ellipsis_mask & bit:
            key.append(...)
        elif new_axis_mask & bit:
            key.append(None)
        elif shrink_axis_mask & bit:
            key.append(start)
        else:
            first = None if begin_mask & bit else start
            last = None if end_mask & bit else stop
            key.append(builtins.slice(first, last, step))
    found = sliced(x, plan(tuple(key), tuple(x._shape)))
    return found if var is None else with_assign(found, var, tuple(key))
