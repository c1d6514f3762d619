"""Indexing: what t[...] means, as a plan of positions, ranges and new axes."""

from __future__ import annotations

import math
from functools import partial
from operator import index
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import InvalidArgumentError, invalid_argument
from tfcompat._src.host import HostTensor
from tfcompat._src.ops.random_seeds import drawn_later as program_is_made
from tfcompat._src.tensor import Tensor, TensorBase

kernels = dispatch.family("selection")
array = dispatch.family("array")

# A position, (first position, count, step), or None for a new axis; axes not named stay whole.
Item = int | tuple[int, int, int] | None

newaxis = None

_SCALARS = dtypes.INDEX | {dtypes.int16}
_OP = "strided_slice"


def getitem(self: Any, key: Any) -> Tensor:
    """`tensor[key]`, by TensorFlow's rules: a list counts as a tuple, no lists of positions.

    Raises:
      TypeError: an index that is no integer, slice, `...`, None or mask.
      InvalidArgumentError: out of range, too many indices, a step of zero.
      ValueError: a mask that is a scalar or does not fit.
    """
    if key.__class__ is int:
        shape = self._shape
        if shape and -shape[0] <= key < shape[0] and self.__class__ is not HostTensor:
            return dispatch.execute(kernels.select, (self,), (key % shape[0],), self._dtype)
    elif _is_second_axis(key) and self._shape and self.__class__ is not HostTensor:
        return dispatch.execute(array.expand_dims, (self,), (1,), self._dtype)
    elif isinstance(key, (tuple, slice)):
        items = _plain(key if isinstance(key, tuple) else (key,), self._shape)
        if items is not None and self.__class__ is not HostTensor:
            return dispatch.execute(kernels.strided_slice, (self,), (items,), self._dtype)
    elif _is_mask(key):
        from tfcompat._src.ops.selection import boolean_mask

        return boolean_mask(self, key)
    keys = as_key(key)
    if any([_has_no_value(k) for k in keys]) and self.__class__ is not HostTensor:
        return _at_unknown(self, keys)
    return sliced(self, plan(keys, tuple(self._shape)))


def _is_second_axis(key: Any) -> bool:
    """Whether it is `[:, None]`."""
    if key.__class__ is not tuple or len(key) != 2 or key[1] is not None:
        return False
    whole = key[0]
    return whole.__class__ is slice and whole.start is whole.stop is whole.step is None


def _has_no_value(k: Any) -> bool:
    """Whether an index is a scalar that only a run of the program has a value for."""
    if not isinstance(k, TensorBase) or not program_is_made():
        return False
    tensor = to_tensor(k)
    scalar = tensor._dtype in _SCALARS and not tensor._shape
    return scalar and dispatch.backend().concrete(tensor) is None


def _at_unknown(x: Any, keys: tuple[Any, ...]) -> Tensor:
    """Everything along the axes whose positions have no value yet, then one position of each."""
    unknown = [k for k in keys if _has_no_value(k)]
    whole = tuple([slice(None) if any([k is u for u in unknown]) else k for k in keys])
    items = plan(whole, tuple(x._shape))
    part = sliced(x, items)
    # Which axis of the part each entry became; an int became none.
    axis = 0
    ellipsis = len(x._shape) - sum([k is not None and k is not ... for k in keys])
    for k in keys:
        if any([k is u for u in unknown]):
            part = dispatch.execute(kernels.select_at, (part, to_tensor(k)), (axis,), part._dtype)
        elif k is ...:
            axis += ellipsis
        elif k is None or isinstance(k, slice):
            axis += 1
    return part


def unknown_places(x: Any, keys: tuple[Any, ...]) -> Tensor | None:
    """Where in `x`, laid out flat, the part is that keys name; None where all keys are known.

    Behind its end for positions out of range that the backend does not refuse.
    """
    if x.__class__ is HostTensor or not any([_has_no_value(k) for k in keys]):
        return None
    from tfcompat._src.ops.array import reshape
    from tfcompat._src.ops.creation import range as numbers
    from tfcompat._src.ops.selection import where

    size = math.prod(x._shape)
    dtype = dtypes.int32 if size < 2**31 else dtypes.int64
    places = _at_unknown(reshape(numbers(size, dtype=dtype), x._shape), keys)
    return where(_exist(keys, x._shape), places, to_tensor(size, dtype))


def _exist(keys: tuple[Any, ...], shape: tuple[int, ...]) -> Any:
    """Whether the positions that have no value yet are within their axes."""
    from tfcompat._src.ops.comparisons import logical_and

    left = len(shape) - sum([k is not None and k is not ... for k in keys])
    axis, found = 0, to_tensor(True)
    for k in keys:
        if _has_no_value(k):
            size = shape[axis]
            found = logical_and(found, logical_and(k >= -size, k < size))
        axis += left if k is ... else k is not None
    return found


def _plain(key: tuple[Any, ...], shape: tuple[int, ...]) -> tuple[Item, ...] | None:
    """`plan` for new axes, ints in range and slices of ints; None where that is not enough."""
    items: list[Item] = []
    axis = 0
    for k in key:
        if k is None:
            items.append(None)
            continue
        if axis == len(shape):
            return None
        size = shape[axis]
        axis += 1
        if k.__class__ is int:
            if not -size <= k < size:
                return None
            items.append(k if k >= 0 else k + size)
        elif k.__class__ is slice:
            start, stop, step = k.start, k.stop, k.step
            if start is stop is step is None:
                items.append((0, size, 1))
                continue
            if not (_is_int(start) and _is_int(stop) and (step is None or step.__class__ is int)):
                return None
            if step is not None and step < 1:
                return None
            start, stop, step = k.indices(size)
            items.append((start, (stop - start + step - 1) // step if stop > start else 0, step))
        else:
            return None
    return tuple(items)


def _is_int(k: Any) -> bool:
    return k is None or k.__class__ is int


def variable_getitem(self: Any, key: Any) -> Tensor:
    """The value of `variable[key]`."""
    return getitem(self._read(), key)


def variable_part(self: Any, key: Any) -> Tensor:
    """`variable[key]`: a tensor, whose method `assign` writes to that part of the variable."""
    part = variable_getitem(self, key)
    return part if _is_mask(key) else with_assign(part, self, key)


def with_assign(part: Tensor, variable: Any, key: Any) -> Tensor:
    """Gives a slice of a variable its method `assign`."""
    part.assign = partial(assign_part, variable.handle, key)  # type: ignore[attr-defined]
    return part


def assign_part(variable: Any, key: Any, value: Any, name: str | None = None) -> Any:
    """Writes `value`, broadcast, to the part of the variable that `key` names."""
    return variable._assign_slice(key, value)


def _is_mask(key: Any) -> bool:
    if key.__class__ is bool:
        return True
    if isinstance(key, TensorBase):
        return key.dtype is dtypes.bool_  # type: ignore[attr-defined]
    return isinstance(key, np.ndarray) and key.dtype == np.bool_


# ------------------------------------------------------------------------------------- the plan
def as_key(key: Any) -> tuple[Any, ...]:
    """An index as a tuple; its starts, its stops and its steps are of one dtype each.

    TensorFlow makes one tensor of each, in which tensors of two dtypes do not fit.
    """
    if not isinstance(key, (tuple, list)):
        return (key,)
    for found in zip(*[_dtypes_of(k) for k in key], strict=True):
        names = sorted({dtype.name for dtype in found if dtype in _SCALARS})
        if len(names) > 1:
            received = f"indices of {' and '.join(names)}; expected tensors of one dtype"
            if program_is_made():
                raise TypeError(f"{_OP}: received {received}")
            starts = [k.start if isinstance(k, slice) else k for k in key]
            if any([isinstance(k, np.generic) for k in starts]):
                raise ValueError(f"{_OP}: received {received}")
            raise invalid_argument(_OP, f"received {received}")
    return tuple(key)


def _dtypes_of(k: Any) -> tuple[Any, Any, Any]:
    """Those of a start, stop and step, as far as tensors tell; what is left out follows them."""
    if isinstance(k, TensorBase):
        return (None if k.shape.rank else k.dtype,) * 3  # type: ignore[attr-defined]
    if not isinstance(k, slice):
        return None, None, None
    start, stop, step = [_dtypes_of(part)[0] for part in (k.start, k.stop, k.step)]
    left = dtypes.int64 if dtypes.int64 in (start, stop, step) else start or stop or step
    return (
        left if k.start is None else start,
        left if k.stop is None else stop,
        left if k.step is None else step,
    )


def plan(key: tuple[Any, ...], shape: tuple[int, ...]) -> tuple[Item, ...]:
    """What each entry of `key` takes of which axis, with every axis named and every bound fit."""
    entries = [_entry(k) for k in key]
    named = sum([k is not None and k is not ... for k in entries])
    if entries.count(...) > 1:
        raise invalid_argument(_OP, f"Multiple ellipses in slice spec not allowed: received {key}")
    rank = len(shape)
    if named > rank:
        if not rank:
            raise invalid_argument(_OP, "Attempting to slice scalar input.")
        raise invalid_argument(
            _OP, f"Index out of range using input dim {rank}; input has only {rank} dims"
        )
    if ... not in entries:
        entries.append(...)
    items: list[Item] = []
    axis = 0
    for k in entries:
        if k is None:
            items.append(None)
        elif k is ...:
            for _ in range(rank - named):
                items.append((0, shape[axis], 1))
                axis += 1
        else:
            items.append(_item(k, shape[axis], axis))
            axis += 1
    return tuple(items)


def _entry(k: Any) -> Any:
    """None, `...`, an int or a slice of ints."""
    if k is None or k is ... or k.__class__ is int:
        return k
    if isinstance(k, slice):
        return slice(_bound(k.start), _bound(k.stop), _bound(k.step))
    return _position(k)


def _bound(k: Any) -> int | None:
    return k if k is None or k.__class__ is int else _position(k)


def _position(k: Any) -> int:
    if isinstance(k, TensorBase):
        if k.dtype in _SCALARS and not k.shape.rank:  # type: ignore[attr-defined]
            return int(to_tensor(k)._numpy())
    elif isinstance(k, bool):
        raise invalid_argument(
            _OP, f"received the index {k} among others; expected integers, slices or a mask alone"
        )
    elif not isinstance(k, np.bool_) and hasattr(k, "__index__"):
        try:
            return index(k)
        except TypeError:
            pass
    raise TypeError(
        "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar "
        f"tf.int32/tf.int64 tensors are valid indices, got {k!r}"
    )


def _item(k: Any, size: int, axis: int) -> Item:
    if k.__class__ is int:
        if -size <= k < size:
            return k % size
        raise _out_of_bounds(k, size, axis)
    if k.step == 0:
        raise invalid_argument(_OP, f"strides[{axis}] must be non-zero")
    start, stop, step = k.indices(size)
    return start, len(range(start, stop, step)), step


def _out_of_bounds(k: int, size: int, axis: int) -> InvalidArgumentError:
    return invalid_argument(
        _OP, f"slice index {k} of dimension {axis} out of bounds, whose size is {size}"
    )


def result_shape(items: tuple[Item, ...]) -> tuple[int, ...]:
    """The shape of what a plan takes."""
    return tuple([1 if i is None else i[1] for i in items if i.__class__ is not int])  # type: ignore[index]


def sliced(x: Tensor, items: tuple[Item, ...]) -> Tensor:
    """Carries out a plan."""
    if x.__class__ is HostTensor:
        return HostTensor(_strings(x._numpy(), items), x._dtype)
    return dispatch.execute(kernels.strided_slice, (x,), (items,), x._dtype)


def numpy_key(items: tuple[Item, ...]) -> tuple[Any, ...]:
    """The index by which NumPy takes what a plan takes; an array, even of no axes."""
    key: list[Any] = []
    for item in items:
        if isinstance(item, tuple):
            first, count, step = item
            stop = first + count * step
            key.append(slice(first, None if stop < 0 else stop, step) if count else slice(0))
        else:
            key.append(item)
    return (*key, ...)


def _strings(x: np.ndarray[Any, Any], items: tuple[Item, ...]) -> np.ndarray[Any, Any]:
    return x[numpy_key(items)]
