"""Signals cut into frames and put together again: tf.signal.frame, overlap_and_add."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import move
from tfcompat._src.ops.array import reshape, transpose
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.ops.padding import pad
from tfcompat._src.ops.reductions import reduce_sum
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("fourier")


def _whole(value: Any, what: str) -> int:
    if value.__class__ is int:
        return value
    given = to_tensor(value)
    number = given._numpy()
    if number.ndim:
        raise ValueError(f"frame: received {what} of shape {number.shape}; it must have rank 0")
    if given._dtype not in dtypes.INDEX:
        raise invalid_argument(
            "frame", f"received {what} of {given._dtype.name}; expected int32 or int64"
        )
    return int(number)


@public("tfcompat.signal")
def frame(
    signal: Any,
    frame_length: Any,
    frame_step: Any,
    pad_end: bool = False,
    pad_value: Any = 0,
    axis: Any = -1,
    name: str | None = None,
) -> Tensor:
    """Pieces of `frame_length`, `frame_step` apart: the axis becomes two, [frames, frame_length].

    With `pad_end` there is a frame for every start inside the signal, which `pad_value` continues.

    Raises:
      ValueError: a signal without axes, or lengths that are not scalars.
      IndexError: an axis out of range.
      InvalidArgumentError: a negative length, or a step of 0.
    """
    x = to_tensor(signal)
    length, step = _whole(frame_length, "frame_length"), _whole(frame_step, "frame_step")
    shape = tuple(x._shape)
    rank = len(shape)
    if not rank:
        raise ValueError("frame: Shape () must have rank at least 1")
    at = _whole(axis, "an axis")
    if not -rank <= at < rank:
        raise IndexError(f"frame: received axis {at}; expected one in [{-rank}, {rank})")
    at %= rank
    if pad_end and not isinstance(pad_value, Tensor):
        pad_value = to_tensor(pad_value, x._dtype)
    if length < 0:
        raise invalid_argument("frame", f"received frame_length {length}; expected at least 0")
    if not step:
        raise invalid_argument("frame", "received frame_step 0: division by zero")
    size = shape[at]
    if pad_end:
        filler = to_tensor(pad_value, None if isinstance(pad_value, Tensor) else x._dtype)
        if filler._shape:
            raise ValueError(f"frame: received pad_value of shape {filler.shape}; expected rank 0")
        count = max(0, -(-size // step))
        missing = max(0, length + step * (count - 1) - size)
        if missing:
            x = pad(x, [[0, missing if i == at else 0] for i in range(rank)], "CONSTANT", filler)
            size += missing
    else:
        count = max(0, (size - length + step) // step)
    if (
        count
        and length
        and prod(shape[:at] + shape[at + 1 :])
        and (size < length or (step < 0 and count > 1))
    ):
        raise invalid_argument(
            "frame", f"received frame_step {step}, by which frames leave the {size} elements"
        )
    if not (count and length and prod(x._shape)):
        return reshape(reshape(x, [-1])[:0], [*shape[:at], count, length, *shape[at + 1 :]])
    return move(kernels.frame, _frame_strings, (x,), (length, max(step, 1), count, at))


def _frame_strings(x: Any, length: int, step: int, count: int, axis: int) -> Any:
    return np.take(x, np.arange(count)[:, None] * step + np.arange(length), axis)


@public("tfcompat.signal")
def overlap_and_add(signal: Any, frame_step: Any, name: str | None = None) -> Tensor:
    """The sum of frames [..., frames, length] laid `frame_step` apart: `frame` undone, if once.

    Raises:
      ValueError: fewer than two axes, or a step that is not a single integer.
      InvalidArgumentError: a step below 1.
    """
    x = to_tensor(signal)
    shape = tuple(x._shape)
    if len(shape) < 2:
        raise ValueError(f"overlap_and_add: Shape {shape} must have rank at least 2")
    given = to_tensor(frame_step)
    if given._shape:
        raise ValueError(f"overlap_and_add: received {frame_step!r}; Shape must have rank 0")
    if given._dtype not in dtypes.INTEGERS:
        raise ValueError(f"frame_step must be an integer. Got {given._dtype!r}")
    check_dtype("overlap_and_add", x, dtypes.NUMERIC)
    step = int(given._numpy())
    *outer, frames, length = shape
    if step < 1 and step != length:
        raise invalid_argument("overlap_and_add", f"received frame_step {step}; expected above 0")
    total = max(0, (frames - 1) * step + length)
    if step == length:
        return reshape(x, [*outer, total])
    parts = max(1, -(-length // step))
    none = [[0, 0]] * len(outer)
    # Part p of frame f belongs at f + p. A margin of one row per part, of which the last is cut
    # off, sets each part one row further than the part before it.
    x = pad(x, [*none, [0, parts], [0, parts * step - length]])
    x = reshape(x, [*outer, frames + parts, parts, step])
    at = len(outer)
    x = transpose(x, [*range(at), at + 1, at, at + 2])
    x = reshape(x, [*outer, parts * (frames + parts), step])
    keep = parts * (frames + parts - 1)
    x = reshape(x[..., :keep, :], [*outer, parts, frames + parts - 1, step])
    x = reshape(reduce_sum(x, at), [prod(outer), (frames + parts - 1) * step])
    return reshape(x[:, :total], [*outer, total])
