"""Choosing elements: take, where, select, sort, diagonals and triangles."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.numpy import reductions as reducing, shaping
from tfcompat._src.numpy.elementwise import truth
from tfcompat._src.numpy.indexing import counted_from_start
from tfcompat._src.numpy.promotion import as_tensor, converted, promoted, requested, static
from tfcompat._src.numpy.state import STATE, missing_method
from tfcompat._src.ops import (
    array as arrays,
    casting,
    creation,
    division,
    math,
    reductions,
    repeating,
    selection,
    sorting,
)
from tfcompat._src.ops.diagonals import diag as _diag, diag_part
from tfcompat._src.tensor import Tensor

tnp = public("tfcompat.experimental.numpy")


def _axis(op: str, axis: Any, rank: int) -> int:
    at = int(static(axis))
    if not -rank <= at < rank:
        raise invalid_argument(op, f"received axis {at}; expected one in [{-rank}, {rank})")
    return at % rank


def _positions(op: str, indices: Any) -> Tensor:
    at = as_tensor(indices)
    if at._dtype not in dtypes.INDEX:
        raise invalid_argument(op, f"received indices of {at._dtype.name}; expected int32 or int64")
    return at


# ------------------------------------------------------------------------------------- by positions
@tnp
def take(a: Any, indices: Any, axis: Any = None, out: Any = None, mode: str = "clip") -> Tensor:
    """The slices at positions along an axis, or the elements of the flattened array.

    Positions out of range are those of the ends ("clip") or counted anew ("wrap"). Another mode,
    or `out`, raises ValueError.
    """
    if out is not None:
        raise ValueError(f"take: received out={out!r}; out argument is not supported")
    if mode not in ("clip", "wrap"):
        raise ValueError(f"take: received mode={mode!r}; expected 'clip' or 'wrap'")
    x, at = as_tensor(a), _positions("take", indices)
    if axis is None:
        x, place = shaping.ravel(x), 0
    else:
        place = _axis("take", axis, len(x._shape))
    size = x._shape[place]
    if not size and 0 not in at._shape and tuple(x._shape).count(0) == 1:
        raise invalid_argument("take", "received an axis of size 0; expected elements to take")
    if mode == "clip":
        at = math.maximum(math.minimum(at, size - 1), 0)
    else:
        at = division.floormod(at, size)
    return selection.gather(x, at, axis=place)


@tnp
def take_along_axis(arr: Any, indices: Any, axis: Any) -> Tensor:
    """The elements at the positions along `axis` that an array of the same rank has.

    Without an axis it is the flattened array, for which the methods of tensors must be enabled.
    """
    x, at = as_tensor(arr), as_tensor(indices)
    if axis is None:
        if not STATE.methods:
            raise missing_method("ravel")
        return take_along_axis(shaping.ravel(x), at, 0)
    at = _positions("take_along_axis", at)
    rank = len(x._shape)
    place = _axis("take_along_axis", axis, rank)
    if len(at._shape) != rank:
        raise invalid_argument(
            "take_along_axis", f"received indices of rank {len(at._shape)} for rank {rank}"
        )
    others, wanted = list(x._shape), list(at._shape)
    others[place] = wanted[place] = 1
    if any(m not in (1, n) and n != 1 for m, n in zip(others, wanted, strict=True)):
        raise invalid_argument(
            "take_along_axis",
            f"received the shapes {tuple(x._shape)} and {tuple(at._shape)}; expected them equal "
            f"but for axis {place}",
        )
    both = [max(m, n) if 0 not in (m, n) else 0 for m, n in zip(others, wanted, strict=True)]
    size = x._shape[place]
    at = counted_from_start("take_along_axis", at, size)
    order = [n for n in range(rank) if n != place] + [place]
    x = repeating.broadcast_to(x, [size if n == place else m for n, m in enumerate(both)])
    at = repeating.broadcast_to(at, [at._shape[n] if n == place else m for n, m in enumerate(both)])
    x, at = arrays.transpose(x, order), arrays.transpose(at, order)
    found = selection.gather(x, at, axis=rank - 1, batch_dims=rank - 1)
    return arrays.transpose(found, np.argsort(order).tolist())


# ------------------------------------------------------------------------------------ by conditions
@tnp
def nonzero(a: Any) -> list[Tensor]:
    """The positions of the elements that differ from 0: int64, a vector for each axis."""
    x = shaping.atleast_1d(a)
    found = selection.where(truth(x))
    return [found[:, n] for n in range(len(x._shape))]


@tnp
def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    """Elements of `x` where `condition` is not 0, of `y` elsewhere; without both `nonzero`."""
    if isinstance(condition, Tensor) and condition._dtype is dtypes.bool_:
        chosen = condition
    else:
        chosen = truth(condition)
    if x is None and y is None:
        return nonzero(chosen)
    if x is None or y is None:
        raise ValueError("where: received one of x and y; expected both or none")
    if not (isinstance(x, Tensor) and isinstance(y, Tensor) and x._dtype is y._dtype):
        x, y = promoted(x, y)
    return selection.where(chosen, x, y)


@tnp
def select(condlist: Any, choicelist: Any, default: Any = 0) -> Tensor:
    """For each element the first choice whose condition holds, else `default`.

    Raises ValueError for no conditions, or not as many as choices.
    """
    if len(condlist) != len(choicelist):
        raise ValueError(
            f"select: received {len(condlist)} conditions and {len(choicelist)} choices; condlist "
            "must have length equal to choicelist"
        )
    if not condlist:
        raise ValueError("select: received no conditions; condlist must be non-empty")
    *choices, result = promoted(*choicelist, default)
    for condition, choice in zip(reversed(condlist), reversed(choices), strict=True):
        result = selection.where(truth(condition), choice, result)
    return result


@tnp
def compress(condition: Any, a: Any, axis: Any = None) -> Tensor:
    """The slices along an axis where a vector holds; of the flattened array without an axis.

    Raises ValueError for a condition with other than one axis, or too long.
    """
    chosen = truth(condition)
    if len(chosen._shape) != 1:
        raise ValueError(
            f"compress: received a condition of shape {tuple(chosen._shape)}; expected 1-d"
        )
    x = as_tensor(a)
    if axis is None:
        x, place = shaping.ravel(x), 0
    else:
        place = int(static(axis))
        if not -len(x._shape) <= place < len(x._shape):
            raise AssertionError(f"compress: received axis={place} for rank {len(x._shape)}")
    size = x._shape[place]
    if chosen._shape[0] > size:
        raise ValueError(
            f"compress: Shapes ({size},) and {tuple(chosen._shape)} are incompatible: received a "
            "condition that is longer than the axis"
        )
    return selection.gather(x, selection.where(chosen)[:, 0], axis=place)


# ------------------------------------------------------------------------------------------ sorting
@tnp
def sort(a: Any, axis: Any = -1, kind: str = "quicksort", order: Any = None) -> Tensor:
    """The elements in order along an axis; of the flattened array for None."""
    if kind != "quicksort" or order is not None:
        _check_order("sort", kind, order, ("quicksort",))
    x = a if isinstance(a, Tensor) else as_tensor(a)
    if axis is None:
        x, axis = shaping.ravel(x), 0
    return sorting.sort(x, axis)


@tnp
def argsort(a: Any, axis: Any = -1, kind: str = "quicksort", order: Any = None) -> Tensor:
    """The positions that put an axis in order; of the flattened array for None.

    They are int64, in the modes `all` and `safe` int32.
    """
    places = dtypes.int32 if STATE.weak else dtypes.int64
    _check_order("argsort", kind, order, ("quicksort", "stable"))
    x = as_tensor(a)
    if x._dtype.is_complex:
        raise TypeError(f"argsort: received {x._dtype.name}; expected real numbers")
    if not x._shape:
        return creation.zeros((1,), places)
    if axis is None:
        x, axis = shaping.ravel(x), 0
    return casting.cast(sorting.argsort(x, axis, stable=kind == "stable"), places)


def _check_order(op: str, kind: str, order: Any, kinds: tuple[str, ...]) -> None:
    if kind not in kinds:
        raise ValueError(f"{op}: received kind={kind!r}; expected one of {kinds}")
    if order is not None:
        raise ValueError(f"{op}: received order={order!r}; Pass order=None")


# -------------------------------------------------------------------------- diagonals and triangles
@tnp
def diag(v: Any, k: Any = 0) -> Tensor:
    """A vector on the diagonal k of a square matrix, or the diagonal k of a matrix."""
    x = as_tensor(v)
    if len(x._shape) > 2:
        raise ValueError(f"diag: received the shape {tuple(x._shape)}; expected rank at most 2")
    if not x._shape:
        raise invalid_argument("diag", "received a scalar; expected a vector or a matrix")
    if len(x._shape) == 2:
        rows, columns = x._shape
        if not -rows < int(static(k)) < columns:
            return creation.zeros((0,), x._dtype)
        return diagonal(x, k)
    at = int(static(k))
    if not x._shape[0]:
        return creation.zeros((abs(at), abs(at)), x._dtype)
    return _diag(x, k=at)


@tnp
def diagflat(v: Any, k: Any = 0) -> Tensor:
    """All elements on the diagonal k of a square matrix."""
    return diag(shaping.ravel(v), k)


@tnp
def diagonal(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1) -> Tensor:
    """The diagonal of the matrices that two axes span, along a new last axis."""
    x = as_tensor(a)
    rank = len(x._shape)
    first, second = (int(static(n)) for n in (axis1, axis2))
    if not -rank <= first < rank or not -rank <= second < rank or first % rank == second % rank:
        raise invalid_argument(
            "diagonal", f"received the axes {first} and {second} of {rank}; expected two of them"
        )
    order = [n for n in range(rank) if n not in (first % rank, second % rank)]
    x = arrays.transpose(x, [*order, first % rank, second % rank])
    k = int(static(offset))
    rows, columns = x._shape[-2:]
    if not -rows < k < columns:
        # A derivative of nothing is by the last two axes only.
        if k or order != list(range(rank - 2)) or first % rank > second % rank:
            return creation.zeros((*x._shape[:-2], 0), x._dtype)
        return arrays.reshape(x[..., :0], (*x._shape[:-2], 0))
    return diag_part(x, k=k)


@tnp
def trace(a: Any, offset: Any = 0, axis1: Any = 0, axis2: Any = 1, dtype: Any = None) -> Tensor:
    """The sum of a diagonal."""
    x = as_tensor(a)
    rank = len(x._shape)
    places = [static(axis) % rank if rank else 0 for axis in (axis1, axis2)]
    if static(offset) or places != [rank - 2, rank - 1]:
        # Only the trace of whole matrices keeps the dtype, or adds no bool.
        return reducing.sum(diagonal(x, offset, axis1, axis2), -1, dtype)
    found = requested(diagonal(x, offset, axis1, axis2), dtype)
    return reductions.reduce_sum(found, axis=-1)


def _triangle(op: str, m: Any, keep: Any) -> Tensor:
    x = as_tensor(m)
    if len(x._shape) < 2:
        raise ValueError(f"{op}: received the shape {tuple(x._shape)}; expected rank at least 2")
    if x._dtype is dtypes.bool_:
        raise TypeError(f"{op}: received bool; expected numbers")
    rows, columns = x._shape[-2:]
    mask = keep(np.arange(columns)[None, :] - np.arange(rows)[:, None])
    return selection.where(to_tensor(mask), x, converted(0, x._dtype))


@tnp
def tril(m: Any, k: Any = 0) -> Tensor:
    """The matrices with 0 above the diagonal k."""
    return _triangle("tril", m, lambda offsets: offsets <= static(k))


@tnp
def triu(m: Any, k: Any = 0) -> Tensor:
    """The matrices with 0 below the diagonal k."""
    return _triangle("triu", m, lambda offsets: offsets >= static(k))
