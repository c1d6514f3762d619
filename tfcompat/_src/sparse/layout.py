"""tf.sparse: the same elements in other places: shapes, axes, parts, several put together."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import as_dtype, float32
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.ops.creation import ones
from tfcompat._src.ops.selection import gather
from tfcompat._src.shapes import TensorShape
from tfcompat._src.sparse.common import (
    Array,
    as_sparse,
    assembled,
    axis_of,
    chosen,
    coordinates,
    joined,
    longs,
    numbered,
    of_rank,
    same,
    sizes,
    spec,
    spread,
    static_list,
)
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.sparse_tensor_spec import SparseTensorSpec


def _integers(value: Any, op: str) -> list[int]:
    if isinstance(value, TensorShape):
        value = value.as_list()
    numbers = to_tensor(value)._numpy() if np.size(value) else np.zeros(0, np.int64)
    if numbers.dtype.kind not in "iu":
        raise TypeError(f"{op}: received {value!r}; expected integers")
    if numbers.ndim != 1:
        raise invalid_argument(op, f"received {value!r}; expected a vector of integers")
    return [int(n) for n in numbers]


# ------------------------------------------------------------------------------------------ shapes
def _count(x: SparseTensor) -> int:
    return prod([n or 0 for n in x.shape.as_list()])


def _reshaped(sp_input: Any, shape: Any, name: str | None = None) -> SparseTensorSpec:
    x = as_sparse(sp_input)
    wanted = static_list(shape)
    if wanted is None:
        rank = to_tensor(shape).shape[0]
        return of_rank(rank, x.dtype)
    if wanted.count(-1) == 1 and x.shape.is_fully_defined():
        rest = -prod(wanted)
        wanted = [(_count(x) // rest if rest else 0) if n < 0 else n for n in wanted]
    return spec([None if n < 0 else n for n in wanted], x.dtype)


@gives(_reshaped)
@public("tfcompat.sparse")
def reshape(sp_input: Any, shape: Any, name: str | None = None) -> SparseTensor:
    """The elements in the same row-major order in another shape; one size may be -1.

    Raises InvalidArgumentError where the sizes do not fit.
    """
    x = as_sparse(sp_input)
    old, wanted = sizes(x), _integers(shape, "SparseReshape")
    count = prod(old)
    unknown = [i for i, n in enumerate(wanted) if n < 0]
    if any([n < -1 for n in wanted]):
        raise invalid_argument("SparseReshape", f"received the size {min(wanted)}")
    if len(unknown) > 1:
        raise invalid_argument("SparseReshape", "only one output dimension may be -1")
    if unknown:
        rest = prod(n for n in wanted if n >= 0)
        if rest == 0 or count % rest:
            raise _misfit(count, wanted)
        wanted[unknown[0]] = count // rest
    if prod(wanted) != count:
        raise _misfit(count, wanted)
    at = spread(numbered(coordinates(x), old), wanted)
    return assembled(at, x._values, wanted)


def _misfit(count: int, wanted: list[int]) -> Exception:
    return invalid_argument(
        "SparseReshape",
        f"Input to reshape is a tensor with {count} dense values, but the requested shape is "
        f"{wanted}",
    )


def _expanded(sp_input: Any, axis: Any = None, name: str | None = None) -> SparseTensorSpec:
    x = as_sparse(sp_input)
    known = x.shape.as_list() if x.shape.rank is not None else None
    where = static_list(-1 if axis is None else axis)
    if known is None or where is None:
        return of_rank(None if known is None else len(known) + 1, x.dtype)
    at = where[0] % (len(known) + 1)
    return spec([*known[:at], 1, *known[at:]], x.dtype)


@gives(_expanded)
@public("tfcompat.sparse")
def expand_dims(sp_input: Any, axis: Any = None, name: str | None = None) -> SparseTensor:
    """The tensor with a new axis of size 1, by default the last.

    Raises InvalidArgumentError for an axis outside of [-1 - rank, rank].
    """
    x = as_sparse(sp_input)
    shape = list(sizes(x))
    axis = axis_of(-1 if axis is None else axis, len(shape) + 1, "sparse.expand_dims")
    at = np.insert(coordinates(x), axis, 0, axis=1)
    return assembled(at, x._values, [*shape[:axis], 1, *shape[axis:]])


def _reset(sp_input: Any, new_shape: Any = None) -> SparseTensorSpec:
    x = as_sparse(sp_input)
    known = None if new_shape is None else static_list(new_shape)
    return of_rank(x.shape.rank, x.dtype) if known is None else spec(known, x.dtype)


@gives(_reset)
@public("tfcompat.sparse")
def reset_shape(sp_input: Any, new_shape: Any = None) -> SparseTensor:
    """The same elements in a shape that is larger, or as small as can be where none is given.

    Raises ValueError or InvalidArgumentError for a shape of another rank or with smaller sizes.
    """
    x = as_sparse(sp_input)
    old = sizes(x)
    if new_shape is None:
        at = coordinates(x)
        return SparseTensor(
            x._indices, x._values, longs(at.max(0) + 1 if len(at) else 0 * at.sum(0))
        )
    wanted = _integers(new_shape, "sparse.reset_shape")
    if len(wanted) != len(old):
        raise ValueError(
            f"sparse.reset_shape: Shapes {wanted} and {list(old)} must have the same rank"
        )
    if any(n < o for n, o in zip(wanted, old, strict=True)):
        raise ValueError(f"New shape {wanted} is not greater or equal than old shape {list(old)}.")
    return SparseTensor(x._indices, x._values, longs(wanted))


def _transposed(sp_input: Any, perm: Any = None, name: str | None = None) -> SparseTensorSpec:
    x = as_sparse(sp_input)
    rank = x.shape.rank
    order = None if rank is None else list(range(rank))[::-1]
    if perm is not None:
        order = static_list(perm)
    if rank is None or order is None:
        return of_rank(rank, x.dtype)
    return spec([x.shape[i] for i in order], x.dtype)


@gives(_transposed)
@public("tfcompat.sparse")
def transpose(sp_input: Any, perm: Any = None, name: str | None = None) -> SparseTensor:
    """The axes in the order `perm`, by default reversed; elements in row-major order.

    Raises InvalidArgumentError for what is no permutation of the axes, ValueError for too few.
    """
    x = as_sparse(sp_input)
    shape, at = sizes(x), coordinates(x)
    rank = len(shape)
    order = list(range(rank))[::-1] if perm is None else _integers(perm, "sparse.transpose")
    if len(order) < rank:
        raise ValueError(f"sparse.transpose: received perm={order} for {rank} axes")
    if sorted(order) != list(range(rank)):
        raise invalid_argument(
            "sparse.transpose", f"received perm={order} for {rank} axes; expected a permutation"
        )
    return _sorted(at[:, order], x, [shape[i] for i in order])


def _sorted(at: Array, x: SparseTensor, shape: Sequence[int]) -> SparseTensor:
    order = np.lexsort(at.T[::-1]) if at.shape[1] else np.arange(len(at))
    return assembled(at[order], chosen(x._values, order), shape)


# ------------------------------------------------------------------------------------------- parts
def _some(sp_input: Any, to_retain: Any) -> SparseTensorSpec:
    return same(sp_input)


@gives(_some)
@public("tfcompat.sparse")
def retain(sp_input: Any, to_retain: Any) -> SparseTensor:
    """The elements for which a boolean vector says True, in a tensor of the same shape.

    Raises ValueError for a vector of another length.
    """
    x = as_sparse(sp_input)
    keep = to_tensor(to_retain)._numpy()
    if keep.ndim != 1 or len(keep) != x._values._shape[0]:
        raise ValueError(
            f"sparse.retain: Dimensions {x._values._shape[0]} and {list(keep.shape)} are not "
            "compatible: expected a flag for each element"
        )
    places = np.flatnonzero(keep)
    at = longs(coordinates(x)[places])
    return SparseTensor(at, gather(x._values, longs(places)), x._dense_shape)


def _sliced(sp_input: Any, start: Any, size: Any, name: str | None = None) -> SparseTensorSpec:
    x = as_sparse(sp_input)
    first, many = static_list(start), static_list(size)
    if first is None or many is None or not x.shape.is_fully_defined():
        return of_rank(x.shape.rank, x.dtype)
    found = zip(sizes(x), first, many, strict=True)
    return spec([max(min(n, d - s), 0) for d, s, n in found], x.dtype)


@gives(_sliced)
@public("tfcompat.sparse")
def slice(sp_input: Any, start: Any, size: Any, name: str | None = None) -> SparseTensor:
    """The part of `size` that begins at `start`, as far as there is one.

    Raises InvalidArgumentError for another number of axes.
    """
    x = as_sparse(sp_input)
    shape = sizes(x)
    first, many = (np.array(_integers(v, "SparseSlice"), np.int64) for v in (start, size))
    if len(first) != len(shape) or len(many) != len(shape):
        raise invalid_argument(
            "SparseSlice",
            f"Expected start and size to have {len(shape)} elements each; received "
            f"{len(first)} and {len(many)}",
        )
    if (many < 0).any():
        raise invalid_argument("SparseSlice", f"received size={many.tolist()}; expected 0 or more")
    whole = np.array(shape, np.int64)
    found = np.maximum(np.minimum(many, whole - first), 0)
    at = coordinates(x)
    places = np.flatnonzero(((at >= first) & (at < first + found)).all(1))
    return assembled(at[places] - first, chosen(x._values, places), found)


def _bounds(size: int, parts: int) -> list[int]:
    """Where each of `parts` parts begins; the first ones have one more where it does not go."""
    width, more = divmod(size, parts)
    return [i * width + min(i, more) for i in range(parts + 1)]


def _split(
    sp_input: Any = None, num_split: Any = None, axis: Any = None, name: str | None = None
) -> list[SparseTensorSpec]:
    x = as_sparse(sp_input)
    parts, where = static_list(num_split), static_list(axis)
    if parts is None:
        raise ValueError("sparse.split: num_split must be known while the function is traced")
    shape = x.shape
    if shape.rank is None or where is None or shape[where[0]] is None:
        return [of_rank(shape.rank, x.dtype)] * parts[0]
    begins = _bounds(shape[where[0]], parts[0])
    found = []
    for i in range(parts[0]):
        part = shape.as_list()
        part[where[0]] = begins[i + 1] - begins[i]
        found.append(spec(part, x.dtype))
    return found


@gives(_split)
@public("tfcompat.sparse")
def split(
    sp_input: Any = None, num_split: Any = None, axis: Any = None, name: str | None = None
) -> list[SparseTensor]:
    """`num_split` parts along an axis; the first ones are longer by 1 where it does not go evenly.

    Raises InvalidArgumentError for more parts than rows, ValueError for missing arguments.
    """
    for what, value in (("num_split", num_split), ("axis", axis), ("sp_input", sp_input)):
        if value is None:
            raise ValueError(f"{what} is required")
    x = as_sparse(sp_input)
    shape, at = list(sizes(x)), coordinates(x)
    parts = int(to_tensor(num_split)._numpy())
    where = axis_of(axis, len(shape), "SparseSplit")
    if not 1 <= parts <= shape[where]:
        raise invalid_argument(
            "SparseSplit", f"Input num_split should be between 1 and {shape[where]}, got {parts}"
        )
    begins = _bounds(shape[where], parts)
    owner = np.searchsorted(begins, at[:, where], side="right") - 1
    found = []
    for i in range(parts):
        places = np.flatnonzero(owner == i)
        here = at[places]
        here[:, where] -= begins[i]
        shape[where] = begins[i + 1] - begins[i]
        found.append(assembled(here, chosen(x._values, places), list(shape)))
    return found


# ----------------------------------------------------------------------------------------- together
def _joined(
    axis: Any, sp_inputs: Any, expand_nonconcat_dims: bool = False, name: str | None = None
) -> SparseTensorSpec:
    parts = [as_sparse(x) for x in sp_inputs]
    shapes = [x.shape for x in parts]
    where = static_list(axis)
    if where is None or any(s.rank is None for s in shapes):
        return of_rank(shapes[0].rank, parts[0].dtype)
    found: list[int | None] = []
    for i in range(shapes[0].rank or 0):
        column = [s[i] for s in shapes]
        if None in column:
            found.append(None)
        elif i == where[0] % len(shapes[0]):
            found.append(sum(column))
        else:
            found.append(max(column))
    return spec(found, parts[0].dtype)


@gives(_joined)
@public("tfcompat.sparse")
def concat(
    axis: Any, sp_inputs: Any, expand_nonconcat_dims: bool = False, name: str | None = None
) -> SparseTensor:
    """Sparse tensors one after another along an axis; elements in row-major order.

    `expand_nonconcat_dims`: other axes may differ and become the longest.

    Raises InvalidArgumentError for shapes or dtypes that do not fit.
    """
    if not isinstance(sp_inputs, (list, tuple)):
        raise TypeError(f"Inputs must be a list of SparseTensors: received {sp_inputs!r}")
    parts = [as_sparse(x) for x in sp_inputs]
    if len(parts) == 1:
        return parts[0]
    if not parts:
        raise invalid_argument("SparseConcat", "received no tensors; expected one or more")
    shapes = [list(sizes(x)) for x in parts]
    rank = len(shapes[0])
    where = axis_of(axis, rank, "SparseConcat")
    for x, shape in zip(parts, shapes, strict=True):
        if len(shape) != rank:
            raise invalid_argument(
                "SparseConcat",
                f"Ranks of all input tensors must match: expected {rank} but got {len(shape)}",
            )
        if x.dtype != parts[0].dtype:
            raise invalid_argument(
                "SparseConcat",
                f"received tensors of {parts[0].dtype.name} and {x.dtype.name}; expected one dtype",
            )
        for i in range(rank):
            if i != where and shape[i] != shapes[0][i] and not expand_nonconcat_dims:
                raise invalid_argument(
                    "SparseConcat",
                    f"Input shapes must match: expected {shapes[0][i]} for dimension {i} but got "
                    f"{shape[i]}",
                )
    found = [max(s[i] for s in shapes) for i in range(rank)]
    begins = np.cumsum([0, *[s[where] for s in shapes]])
    found[where] = int(begins[-1])
    pieces = []
    for x, begin in zip(parts, begins, strict=False):
        at = coordinates(x).copy()
        at[:, where] += begin
        pieces.append(at)
    at = np.concatenate(pieces)
    order = np.lexsort(at.T[::-1])
    values = chosen(joined([x._values for x in parts]), order)
    return assembled(at[order], values, found)


def _identity(
    num_rows: Any, num_columns: Any = None, dtype: Any = float32, name: str | None = None
) -> SparseTensorSpec:
    return of_rank(2, as_dtype(dtype))


@gives(_identity)
@public("tfcompat.sparse")
def eye(
    num_rows: Any, num_columns: Any = None, dtype: Any = float32, name: str | None = None
) -> SparseTensor:
    """A matrix with ones on its diagonal."""
    rows = int(to_tensor(num_rows, dtypes.int64)._numpy())
    columns = rows if num_columns is None else int(to_tensor(num_columns, dtypes.int64)._numpy())
    if rows < 0 or columns < 0:
        raise invalid_argument("sparse.eye", f"received the size [{rows}, {columns}]")
    along = np.arange(min(rows, columns), dtype=np.int64)
    return assembled(np.stack([along, along], 1), ones(len(along), dtype), [rows, columns])
