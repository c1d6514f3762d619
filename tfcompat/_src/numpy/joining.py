"""Several arrays in one, and one in several."""

from __future__ import annotations

from typing import Any

from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.numpy import shaping
from tfcompat._src.numpy.promotion import as_tensor, promoted, promoted_list
from tfcompat._src.numpy.state import STATE
from tfcompat._src.ops import joining as joins
from tfcompat._src.tensor import Tensor, TensorBase

tnp = public("tfcompat.experimental.numpy")


# ------------------------------------------------------------------------------------------ joining
@tnp
def concatenate(arys: Any, axis: Any = 0) -> Tensor:
    """Arrays one after the other along an axis. Raises ValueError for none."""
    if not isinstance(arys, (list, tuple)):
        arys = [arys]
    if not arys:
        raise ValueError(f"concatenate: received {arys}; Need at least one array to concatenate.")
    if axis is None:
        raise ValueError("concatenate: received axis=None; expected an integer")
    return joins.concat(promoted_list(arys), axis)


@tnp
def append(arr: Any, values: Any, axis: Any = None) -> Tensor:
    """`values` behind `arr` along an axis; both flattened if none is given."""
    if axis is None:
        return concatenate([shaping.ravel(arr), shaping.ravel(values)])
    return concatenate([arr, values], axis=axis)


@tnp
def stack(arrays: Any, axis: Any = 0) -> Tensor:
    """Arrays of one shape along a new axis."""
    if isinstance(arrays, TensorBase):
        x = as_tensor(arrays)
        return x if axis == 0 else shaping.moveaxis(x, 0, axis)
    tensors = list(promoted(*arrays)) if len(arrays) else []
    return joins.stack(tensors, axis) if tensors else as_tensor(_nothing())


def _nothing() -> Tensor:
    from tfcompat._src.ops.creation import zeros

    return zeros([0])


@tnp
def hstack(tup: Any) -> Tensor:
    """Arrays one after the other along the second axis, vectors along the first."""
    arrays = [shaping.atleast_1d(x) for x in _one_by_one(tup)]
    if not arrays:
        raise IndexError("hstack: received no arrays; expected at least one")
    return joins.concat(arrays, 0 if len(arrays[0]._shape) == 1 else 1)


@tnp
def vstack(tup: Any) -> Tensor:
    """Arrays one below the other along the first axis, vectors as rows."""
    return _stacked("vstack", [shaping.atleast_2d(x) for x in _one_by_one(tup)], 0)


@tnp
def dstack(tup: Any) -> Tensor:
    """Arrays one behind the other along the third axis."""
    return _stacked("dstack", [shaping.atleast_3d(x) for x in _one_by_one(tup)], 2)


def _one_by_one(values: Any) -> list[Tensor]:
    """`promoted_list`; by NumPy's rules Python's numbers are arrays of their own dtype first."""
    if not STATE.weak and not isinstance(values, TensorBase):
        values = [as_tensor(x) for x in values]
    return promoted_list(values)


def _stacked(op: str, arrays: list[Tensor], axis: int) -> Tensor:
    if not arrays:
        raise invalid_argument(op, "received no arrays; expected at least one")
    return joins.concat(arrays, axis)


# ---------------------------------------------------------------------------------------- splitting
@tnp
def split(ary: Any, indices_or_sections: Any, axis: Any = 0) -> list[Tensor]:
    """An axis in a number of equal parts, or cut at positions.

    Raises ValueError for positions out of order and an axis that is not there; what does not
    part evenly raises InvalidArgumentError.
    """
    x = as_tensor(ary)
    if isinstance(indices_or_sections, int):
        count = int(indices_or_sections)
        if count < 1:
            raise invalid_argument("split", f"received {count} parts; expected at least one")
        return joins.split(x, count, axis=axis)
    cuts = [int(n) for n in indices_or_sections]
    shape = tuple(x._shape)
    if axis < -len(shape):
        raise IndexError(f"split: received axis {axis} of the shape {shape}")
    if not -len(shape) <= axis < len(shape):
        raise ValueError(f"split: axis {axis} is out of bound for shape {shape}")
    length = shape[axis]
    start = 0
    parts = []
    for position, cut in enumerate([*cuts, max(length, *cuts) if cuts else length]):
        if cut < start:
            raise ValueError(
                f"split: The {position}-th boundary {cut} is smaller than the previous boundary "
                f"{start}"
            )
        key = [slice(None)] * len(shape)
        key[axis] = slice(min(start, length), min(cut, length))
        parts.append(x[tuple(key)])
        start = cut
    return parts


def _split_along(ary: Any, where: Any, axis: int, flat: bool = False) -> list[Tensor]:
    """`split`; equal parts are made of what has a shape, as in TensorFlow."""
    if isinstance(where, int):
        sizes = ary.shape
        at = 0 if flat and len(sizes) == 1 else axis
        if len(sizes) <= at:
            raise IndexError(f"split: received the shape {tuple(sizes)}; expected axis {at}")
        if sizes[at] % where:
            raise ValueError(f"split: received {where} parts of an axis of size {sizes[at]}")
        return split(ary, where, at)
    x = as_tensor(ary)
    return split(x, where, 0 if flat and len(x._shape) == 1 else axis)


@tnp
def hsplit(ary: Any, indices_or_sections: Any) -> list[Tensor]:
    """`split` along the second axis; a vector along its only one."""
    return _split_along(ary, indices_or_sections, 1, flat=True)


@tnp
def vsplit(ary: Any, indices_or_sections: Any) -> list[Tensor]:
    """`split` along the first axis."""
    return _split_along(ary, indices_or_sections, 0)


@tnp
def dsplit(ary: Any, indices_or_sections: Any) -> list[Tensor]:
    """`split` along the third axis."""
    return _split_along(ary, indices_or_sections, 2)
