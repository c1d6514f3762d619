"""Elements moved from place to place: on the host, where nobody differentiates that.

The numbers of values and of rows differ from one ragged tensor to the next. A backend that
compiles an op for each shape would do so all the time; NumPy does not care.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes, recording
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


_PLAIN = frozenset({dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64})


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


def spread(values: Tensor, at: Array, default: Tensor) -> Tensor | None:
    """The rows at some places, the default value where the place is -1; None if not here."""
    array, fill = at_hand(values), at_hand(default)
    if array is None or fill is None:
        return None
    found = np.empty((*at.shape, *array.shape[1:]), array.dtype)
    found[...] = fill[()] if fill.ndim == 0 else fill
    inside = at >= 0
    taken = at[inside]
    # All of them in order, as where nothing is cut off, need no look-up.
    found[inside] = array if taken.shape[0] == array.shape[0] else array[taken]
    return _made(found, values)


def laid_out(values: Tensor, inside: Array, default: Tensor) -> Tensor | None:
    """The rows, in order, where `inside` is true, the default value elsewhere; None if not here."""
    array, fill = at_hand(values), at_hand(default)
    if array is None or fill is None:
        return None
    found = np.empty((*inside.shape, *array.shape[1:]), array.dtype)
    found[...] = fill[()] if fill.ndim == 0 else fill
    found[inside] = array
    return _made(found, values)


def joined(values: list[Tensor]) -> Tensor:
    """The rows of tensors one after the other."""
    if len({v._dtype for v in values}) == 1 and len({str(v.shape[1:]) for v in values}) == 1:
        arrays = [at_hand(v) for v in values]
        if not any([a is None for a in arrays]):
            return _made(np.concatenate(arrays), values[0])  # type: ignore[arg-type]
    return concat_op(values, 0)


_UFUNCS = {
    "unsorted_segment_sum": np.add,
    "unsorted_segment_prod": np.multiply,
    "unsorted_segment_max": np.maximum,
    "unsorted_segment_min": np.minimum,
}
# More than these are worth an op of the backend.
_FEW = 1 << 22


def segmented(name: str, values: Tensor, ids: Any, count: Any) -> Tensor | None:
    """An unsorted segment op; None where it is the backend's affair."""
    ufunc: Any = _UFUNCS.get(name)
    if ufunc is None or not isinstance(ids, np.ndarray) or not isinstance(count, int):
        return None
    array = at_hand(values) if values.dtype in _PLAIN else None
    if array is None or array.size > _FEW or array.shape[:1] != ids.shape:
        return None
    if ids.size and ids.max() >= count:
        return None
    unsorted = ids.size and (ids[0] < 0 or (ids[1:] < ids[:-1]).any())
    if unsorted and not (array.ndim == 1 and ids.min() >= 0):
        unsorted = False
        order = np.argsort(ids, kind="stable")
        order = order[ids[order] >= 0]
        array, ids = array[order], ids[order]
    if ufunc is np.maximum or ufunc is np.minimum:
        limits: Any = np.finfo(array.dtype) if array.dtype.kind == "f" else np.iinfo(array.dtype)
        start = limits.min if ufunc is np.maximum else limits.max
    else:
        start = ufunc.identity
    found = np.full((count, *array.shape[1:]), start, array.dtype)
    if unsorted:
        ufunc.at(found, ids, array)
    elif ids.size:
        first = np.concatenate([[0], np.nonzero(np.diff(ids))[0] + 1])
        found[ids[first]] = ufunc.reduceat(array, first, axis=0, dtype=array.dtype)
    return from_numpy(found, values._dtype)


def part(values: Tensor, start: int, stop: int) -> Tensor:
    """A range of the rows of a tensor."""
    array = at_hand(values)
    return values[start:stop] if array is None else _made(array[start:stop].copy(), values)
