"""NumPy's indexing of tensors: arrays of positions and masks beside slices."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes, indexing
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import InvalidArgumentError, invalid_argument
from tfcompat._src.numpy.promotion import as_tensor
from tfcompat._src.ops import array as arrays, comparisons, math, repeating, selection
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import concrete
from tfcompat._src.ops.joining import stack
from tfcompat._src.shapes import broadcast_shapes
from tfcompat._src.tensor import Tensor, TensorBase

_BASIC = (int, slice, type(None), type(...))


def getitem(self: Any, key: Any) -> Tensor:
    """`tensor[key]`, by NumPy's rules: a list is an array of positions or a mask.

    As in TensorFlow integers take their axes away before arrays of positions act.

    Raises:
      IndexError: an index that is no integer, bool, slice, `...` or None.
      InvalidArgumentError: out of range, too many indices, positions that do not broadcast.
      NotImplementedError: a mask of several axes among other indices.
      ValueError: a scalar mask.
    """
    if key.__class__ is tuple:
        if all([k.__class__ in _BASIC for k in key]):
            return indexing.getitem(self, key)
        return _mixed(self, key)
    if key.__class__ in _BASIC:
        return indexing.getitem(self, key)
    if isinstance(key, bool):
        raise ValueError(f"getitem: received the mask {key}; expected at least one axis")
    try:
        entry = _entry(key)
    except (InvalidArgumentError, ValueError):
        if not isinstance(key, list):
            raise
        # Arrays of several shapes, such as ix_ gives.
        return getitem(self, tuple(key))
    if isinstance(entry, Tensor) and entry._dtype is dtypes.bool_ and len(entry._shape) != 1:
        return selection.boolean_mask(self, entry)
    return _mixed(self, (entry,))


def _entry(k: Any) -> Any:
    """An int, slice, None or `...` as it is; a scalar as an int; anything else as a tensor."""
    if k.__class__ in _BASIC:
        return k
    if isinstance(k, TensorBase):
        value = to_tensor(k)
    elif isinstance(k, (list, tuple, range, np.ndarray, np.generic, bool)):
        value = as_tensor(k)
    else:
        raise IndexError(f"getitem: received {k!r}; expected integers, slices, arrays or masks")
    if value._dtype is dtypes.bool_:
        return value
    if not value._dtype.is_integer:
        raise IndexError(
            f"getitem: received an array of {value._dtype.name}; expected integers or bool"
        )
    return int(value._numpy()) if not value._shape else value


def _positions(entry: Tensor) -> Tensor:
    if entry._dtype is not dtypes.bool_:
        return entry
    if len(entry._shape) != 1:
        raise NotImplementedError(
            f"getitem: received a mask of shape {tuple(entry._shape)} among other indices; use "
            "the arrays of tf.experimental.numpy.nonzero(mask)"
        )
    return selection.where(entry)[:, 0]


def _mixed(x: Tensor, key: tuple[Any, ...]) -> Tensor:
    entries = [_entry(k) for k in key]
    chosen = [(n, _positions(k)) for n, k in enumerate(entries) if isinstance(k, Tensor)]
    if not chosen:
        return indexing.getitem(x, tuple(entries))
    plain = tuple([slice(None) if isinstance(k, Tensor) else k for k in entries])
    rest = indexing.getitem(x, plain)
    axes = [_axis_after(plain, n, len(x._shape)) for n, _ in chosen]
    if len(chosen) == 1:
        return selection.gather(rest, _counted(chosen[0][1], rest, axes[0]), axis=axes[0])
    return _gathered(rest, [at for _, at in chosen], axes)


def _axis_after(plain: tuple[Any, ...], place: int, rank: int) -> int:
    """Where the axis of an entry lies once the plain entries have been applied."""
    axis = 0
    named = sum([k is not None and k is not ... for k in plain])
    for k in plain[:place]:
        if k is ...:
            axis += rank - named
        elif k.__class__ is not int:
            axis += 1
    return axis


def _counted(at: Tensor, x: Tensor, axis: int) -> Tensor:
    """Positions from the end as positions from the start."""
    if at._dtype not in dtypes.INDEX:
        at = cast(at, dtypes.int64)
    return counted_from_start("getitem", at, x._shape[axis])


def counted_from_start(op: str, at: Tensor, size: int) -> Tensor:
    """Positions of which negative ones count from the end, as such that do not.

    Raises InvalidArgumentError for one out of range, where seeing that costs no wait.
    """
    found = concrete(at)
    if found is None:
        return selection.where(comparisons.less(at, 0), math.add(at, size), at)
    if ((found < -size) | (found >= size)).any():
        raise invalid_argument(op, f"received positions {found.tolist()} for an axis of {size}")
    return to_tensor(np.where(found < 0, found + size, found)) if (found < 0).any() else at


def _gathered(x: Tensor, positions: list[Tensor], axes: list[int]) -> Tensor:
    sizes: tuple[int, ...] = ()
    for at in positions:
        sizes = broadcast_shapes(sizes, tuple(at._shape), "getitem")
    counted = [_counted(at, x, axis) for at, axis in zip(positions, axes, strict=True)]
    wide = dtypes.int64 if any([at._dtype is dtypes.int64 for at in counted]) else dtypes.int32
    columns = [repeating.broadcast_to(cast(at, wide), sizes) for at in counted]
    others = [n for n in range(len(x._shape)) if n not in axes]
    found = selection.gather_nd(arrays.transpose(x, axes + others), stack(columns, -1))
    if axes != list(range(axes[0], axes[0] + len(axes))):
        return found
    # Arrays side by side: their axes stay where the first of them was.
    before = len([n for n in others if n < axes[0]])
    width = len(sizes)
    order = [
        *range(width, width + before),
        *range(width),
        *range(width + before, width + len(others)),
    ]
    return arrays.transpose(found, order)
