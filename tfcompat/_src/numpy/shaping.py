"""Shapes and the order of elements: reshape, transpose, flip, tile, ..."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import operand, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.numpy.promotion import as_tensor, static
from tfcompat._src.ops import array as arrays, casting, repeating
from tfcompat._src.ops.padding import pad as _pad
from tfcompat._src.shapes import TensorShape, broadcast_shapes
from tfcompat._src.tensor import Tensor

tnp = public("tfcompat.experimental.numpy")


# ---------------------------------------------------------------------------------- what a shape is
@tnp
def shape(a: Any) -> TensorShape:
    """The shape, a tf.TensorShape."""
    return as_tensor(a).shape


@tnp
def ndim(a: Any) -> int:
    """The number of axes."""
    return len(as_tensor(a)._shape)


@tnp
def size(x: Any, axis: Any = None) -> Any:
    """The number of elements. An axis raises NotImplementedError, as in TensorFlow."""
    if axis is not None:
        raise NotImplementedError(
            f"size: received axis={axis}; the axis argument is not supported, use a.shape[axis]"
        )
    if isinstance(x, (bool, int, float, complex, np.generic)):
        return 1
    return np.prod(tuple(as_tensor(x)._shape), dtype=np.int64)


@tnp
def isscalar(num: Any) -> bool:
    """Whether `num`, a value of any kind, has no axes."""
    return not as_tensor(num)._shape


# --------------------------------------------------------------------------------------- new shapes
@tnp
def reshape(a: Any, newshape: Any, order: str = "C") -> Tensor:
    """The elements in another shape; -1 stands for the size that is left.

    With the order "F" the first axis counts fastest in both shapes. Raises ValueError for
    another order.
    """
    if order not in ("C", "F"):
        raise ValueError(f"reshape: received order={order!r}; expected 'C' or 'F'")
    x = a if isinstance(a, Tensor) else as_tensor(a)
    if order == "C" and newshape.__class__ is list:
        return arrays.reshape(x, newshape)
    sizes = newshape
    if isinstance(sizes, int) or (isinstance(sizes, Tensor) and not sizes._shape):
        sizes = [sizes]
    if order == "C":
        return arrays.reshape(x, sizes)
    backwards = [static(n) for n in sizes][::-1]
    return arrays.transpose(arrays.reshape(arrays.transpose(x), backwards))


@tnp
def ravel(a: Any) -> Tensor:
    """All elements along one axis."""
    return arrays.reshape(as_tensor(a), (-1,))


@tnp
def flatten(a: Any, order: str = "C") -> Tensor:
    """All elements along one axis; with the order "F" the first axis counts fastest."""
    if order not in ("C", "A", "K", "F"):
        raise ValueError(f"flatten: received order={order!r}; expected 'C', 'A', 'K' or 'F'")
    x = as_tensor(a)
    return arrays.reshape(arrays.transpose(x) if order == "F" else x, (-1,))


@tnp
def expand_dims(a: Any, axis: Any) -> Tensor:
    """A new axis of size 1."""
    return arrays.expand_dims(as_tensor(a), axis)


@tnp
def squeeze(a: Any, axis: Any = None) -> Tensor:
    """Without axes of size 1: without all of them, or those given."""
    return arrays.squeeze(as_tensor(a), axis)


def _at_least(arys: Any, grow: Any) -> Any:
    grown = [grow(as_tensor(x)) for x in arys]
    return grown[0] if len(grown) == 1 else grown


@tnp
def atleast_1d(*arys: Any) -> Any:
    """Each array with at least one axis; a list unless there is just one."""
    return _at_least(arys, lambda x: x if x._shape else arrays.reshape(x, (1,)))


@tnp
def atleast_2d(*arys: Any) -> Any:
    """Each array with at least two axes, new ones in front; a list unless there is just one."""

    def grow(x: Tensor) -> Tensor:
        missing = 2 - len(x._shape)
        return arrays.reshape(x, (1,) * missing + tuple(x._shape)) if missing > 0 else x

    return _at_least(arys, grow)


@tnp
def atleast_3d(*arys: Any) -> Any:
    """Each array with at least three axes, vectors in the middle one; a list unless just one."""

    def grow(x: Tensor) -> Tensor:
        sizes = tuple(x._shape)
        if len(sizes) > 2:
            return x
        return arrays.reshape(x, (1, *sizes, 1) if len(sizes) == 1 else (*sizes, 1, 1, 1)[:3])

    return _at_least(arys, grow)


# ------------------------------------------------------------------------------------- broadcasting
@tnp
def broadcast_to(array: Any, shape: Any) -> Tensor:
    """The array repeated along new axes and those of size 1 until it has a shape."""
    sizes = [shape] if isinstance(shape, int) else shape
    return repeating.broadcast_to(as_tensor(array), sizes)


@tnp
def broadcast_arrays(*args: Any, **kwargs: Any) -> Any:
    """All arrays in the shape to which they broadcast together."""
    if kwargs.pop("subok", False):
        raise ValueError("broadcast_arrays: received subok=True; expected False")
    if kwargs:
        raise ValueError(f"broadcast_arrays: received unsupported arguments {sorted(kwargs)}")
    if not args:
        return ()
    tensors = [as_tensor(x) for x in args]
    sizes: tuple[int, ...] = ()
    for x in tensors:
        sizes = broadcast_shapes(sizes, tuple(x._shape), "broadcast_arrays")
    return [repeating.broadcast_to(x, sizes) for x in tensors]


# ------------------------------------------------------------------------------------ order of axes
@tnp
def transpose(a: Any, axes: Any = None) -> Tensor:
    """The axes in another order, backwards unless it is given."""
    if axes is None:
        return arrays.transpose(as_tensor(a))
    order = list(axes)
    if not order:
        raise invalid_argument("transpose", "received axes=[]; expected integers, or None")
    return arrays.transpose(as_tensor(a), order)


@tnp
def swapaxes(a: Any, axis1: Any, axis2: Any) -> Tensor:
    """Two axes exchanged. Raises IndexError for one that is not there."""
    x = as_tensor(a)
    order = list(range(len(x._shape)))
    first, second = static(axis1), static(axis2)
    if -len(order) > min(first, second):
        # TensorFlow only adds the rank, and Python then counts from the end again.
        first, second = (n + len(order) if n < 0 else n for n in (first, second))
    order[first], order[second] = order[second], order[first]
    return arrays.transpose(x, order)


def _axis_list(axes: Any, rank: int) -> list[int]:
    if isinstance(axes, (int, np.integer)):
        axes = (axes,)
    found = []
    for at in range(len(axes)):
        found.append(int(axes[at]) + (rank if axes[at] < 0 else 0))
    return found


@tnp
def moveaxis(a: Any, source: Any, destination: Any) -> Tensor:
    """Axes moved to other places, the others keeping their order.

    Raises:
      ValueError: not as many places as axes.
      AssertionError: a place that is not there.
      InvalidArgumentError: an axis that is not there, or twice.
    """
    x = as_tensor(a)
    rank = len(x._shape)
    if not rank and source == destination == 0:
        return x
    if not rank and isinstance(destination, int) and destination not in (0, -1):
        raise AssertionError(f"moveaxis: received the place {destination} for a scalar")
    if not rank:
        raise invalid_argument("moveaxis", f"received axes {source} of a scalar")
    sources, places = _axis_list(source, rank), _axis_list(destination, rank)
    if len(sources) != len(places):
        raise ValueError(
            f"moveaxis: received {len(sources)} axes and {len(places)} places; The lengths of "
            "source and destination must equal"
        )
    if any(not 0 <= n < rank for n in sources) or len(set(sources)) < len(sources):
        if len(sources) > rank or all(0 <= n < rank for n in places):
            raise invalid_argument("moveaxis", f"received axes {sources} of {rank}")
    if any(not 0 <= n < rank for n in places) or len(set(places)) < len(places):
        raise AssertionError(f"moveaxis: received the places {places} for {rank} axes")
    order: list[Any] = [None] * rank
    for at, place in zip(sources, places, strict=True):
        order[place] = at
    others = iter([n for n in range(rank) if n not in sources])
    return arrays.transpose(x, [next(others) if n is None else n for n in order])


@tnp
def rot90(m: Any, k: int = 1, axes: Any = (0, 1)) -> Any:
    """The plane of two axes turned k times by a quarter, from the first axis to the second."""
    first, second = axes
    turns = k % 4
    if turns == 0:
        return m
    x = as_tensor(m)
    if not x._shape and turns == 2:
        return x
    if len(x._shape) < 2:
        raise invalid_argument("rot90", f"received the shape {tuple(x._shape)}; expected 2 axes")
    if turns == 2:
        return flip(flip(x, first), second)
    if turns == 1:
        return swapaxes(flip(x, second), first, second)
    return flip(swapaxes(x, first, second), second)


# -------------------------------------------------------------------------------- order of elements
@tnp
def flip(m: Any, axis: Any = None) -> Tensor:
    """The elements in opposite order along one axis, or along all."""
    x = as_tensor(m)
    if axis is None:
        return arrays.reverse(x, list(range(len(x._shape)))) if x._shape else x
    if isinstance(axis, list | tuple):
        raise TypeError(f"flip: received axis={axis!r}; expected an integer")
    if not x._shape:
        return x
    at = static(axis)
    if at < 0:
        at += len(x._shape)
    return arrays.reverse(x, [int(at)])


@tnp
def fliplr(m: Any) -> Tensor:
    """The elements in opposite order along the second axis."""
    return flip(m, 1)


@tnp
def flipud(m: Any) -> Tensor:
    """The elements in opposite order along the first axis."""
    x = as_tensor(m)
    return flip(x, 0) if x._shape else x


@tnp
def roll(a: Any, shift: Any, axis: Any = None) -> Tensor:
    """Elements moved along axes, those that leave at one end entering at the other.

    Without an axis they move along the flattened array.
    """
    x = as_tensor(a)
    moved = to_tensor(shift)
    if moved._dtype not in dtypes.INDEX:
        raise invalid_argument("roll", f"received a shift of {moved._dtype.name}; expected ints")
    if axis is not None:
        if len(moved._shape) != len(to_tensor(axis)._shape):
            raise invalid_argument("roll", "shift and axis must have the same size")
        return arrays.roll(x, shift, axis)
    if moved._shape:
        raise invalid_argument("roll", "received several shifts and no axis; expected one shift")
    return arrays.reshape(arrays.roll(arrays.reshape(x, (-1,)), shift, 0), tuple(x._shape))


@tnp
def repeat(a: Any, repeats: Any, axis: Any = None) -> Tensor:
    """Each element, or slice along an axis, repeated as often as `repeats` says."""
    x = as_tensor(a)
    if axis is not None:
        rank = len(x._shape)
        axis = static(axis)
        if rank and not -rank <= axis < rank:
            raise IndexError(f"repeat: received axis={axis}; expected one in [{-rank}, {rank})")
    return repeating.repeat(x, repeats, axis)


@tnp
def tile(a: Any, reps: Any) -> Tensor:
    """The array repeated as a whole along each axis."""
    x = as_tensor(a)
    times = arrays.reshape(casting.cast(as_tensor(reps), dtypes.int32), (-1,))
    missing = times._shape[0] - len(x._shape)
    if missing > 0:
        x = arrays.reshape(x, (1,) * missing + tuple(x._shape))
    counts = [1] * max(-missing, 0) + times._numpy().tolist()
    return repeating.tile(x, counts)


_MODES = {"constant", "reflect", "symmetric"}


@tnp
def pad(array: Any, pad_width: Any, mode: str, **kwargs: Any) -> Tensor:
    """The array with elements around it; `pad_width` has a pair (before, after) for each axis.

    They are `constant_values` (0), or the mirrored array with the modes "reflect" and
    "symmetric". Raises ValueError for another mode.
    """
    if mode not in _MODES:
        raise ValueError(f"pad: received mode={mode!r}; expected one of {sorted(_MODES)}")
    widths = casting.cast(as_tensor(pad_width), dtypes.int32)
    x = as_tensor(array)
    value = kwargs.get("constant_values", 0)
    if mode == "constant" and value:
        value = operand(value, x._dtype)
    return _pad(x, widths, mode.upper(), constant_values=value)
