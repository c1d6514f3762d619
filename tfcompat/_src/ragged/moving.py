"""Elements moved from place to place: on the host, where nobody differentiates that.

The numbers of values and of rows differ from one ragged tensor to the next. A backend that
compiles an op for each shape would do so all the time; NumPy does not care.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import recording
from tfcompat._src.convert import from_numpy
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.host import HostTensor
from tfcompat._src.ops.joining import concat as concat_op
from tfcompat._src.ops.selection import gather as gather_op
from tfcompat._src.ragged.host import Array
from tfcompat._src.tensor import Tensor


def at_hand(value: Tensor) -> Array | None:
    """The value as an array; None where it is elsewhere, unknown or followed by a tape."""
    if value.__class__ is SymbolicTensor:
        return None
    if value.__class__ is not HostTensor:
        if recording.anybody() or not value.device.endswith("CPU:0"):
            return None
        if getattr(value.native, "requires_grad", False):
            return None
    return value._numpy()


def _made(array: Array, like: Tensor) -> Tensor:
    if like.__class__ is HostTensor:
        return HostTensor(array, like._dtype)
    return from_numpy(array, like._dtype)


def gather(values: Tensor, at: Any) -> Tensor:
    """The rows of a tensor at places that are in range."""
    if isinstance(at, np.ndarray):
        array = at_hand(values)
        if array is not None:
            return _made(array[at], values)
    return gather_op(values, at)


def joined(values: list[Tensor]) -> Tensor:
    """The rows of tensors one after the other."""
    if len({v._dtype for v in values}) == 1 and len({str(v.shape[1:]) for v in values}) == 1:
        arrays = [at_hand(v) for v in values]
        if not any([a is None for a in arrays]):
            return _made(np.concatenate(arrays), values[0])  # type: ignore[arg-type]
    return concat_op(values, 0)


def part(values: Tensor, start: int, stop: int) -> Tensor:
    """A range of the rows of a tensor."""
    array = at_hand(values)
    return values[start:stop] if array is None else _made(array[start:stop].copy(), values)
