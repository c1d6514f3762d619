"""Different values and where they stand: tf.unique, tf.unique_with_counts, tf.searchsorted."""

from __future__ import annotations

from math import prod
from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import adopted, from_numpy, to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import invalid_argument, not_found
from tfcompat._src.naming import public
from tfcompat._src.ops.common import mismatch
from tfcompat._src.tensor import Tensor
from tfcompat._src.text.text_index import numbered

kernels = dispatch.family("selection")
array = dispatch.family("array")


_FEW = 512


# ---------------------------------------------------------------------------------------- by value
@public("tfcompat")
def searchsorted(
    sorted_sequence: Any,
    values: Any,
    side: str = "left",
    out_type: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """Where each value would go in the sorted last axis: before equal ones, or ("right") behind.

    Raises ValueError for another `side`, InvalidArgumentError for leading axes that differ.
    """
    sequence, wanted = to_tensor(sorted_sequence), to_tensor(values)
    if side not in ("left", "right"):
        raise ValueError(
            f"searchsorted: Argument `side` must be either 'right' or 'left'. Received: {side!r}"
        )
    out = as_dtype(out_type)
    if sequence._dtype is not wanted._dtype:
        raise mismatch("LowerBound", sequence, wanted)
    if not (sequence._shape and wanted._shape):
        raise invalid_argument("searchsorted", "received a scalar; expected at least one axis")
    if sequence._dtype not in dtypes.REAL:
        raise not_found(
            "searchsorted",
            f"received a tensor of {sequence._dtype.name}; there are kernels for "
            f"{sorted(d.name for d in dtypes.REAL)}",
        )
    rows, result = prod(sequence._shape[:-1]), wanted._shape
    if prod(result[:-1]) != rows and result[-1]:
        raise invalid_argument(
            "searchsorted",
            f"Leading dim_size of both tensors must match: received {list(sequence._shape)} and "
            f"{list(wanted._shape)}",
        )
    if out not in dtypes.INDEX:
        raise invalid_argument("searchsorted", f"received out_type={out.name}; expected an index")
    other = result[:-1] != sequence._shape[:-1]
    if other:
        # Rows count, whatever axes they came in.
        flat = ((rows, sequence._shape[-1]),), ((rows, result[-1]),)
        sequence, wanted = [
            dispatch.execute_constant(array.reshape, (x,), shape, x._dtype)
            for x, shape in zip((sequence, wanted), flat, strict=True)
        ]
    found: Tensor = dispatch.execute_constant(
        kernels.searchsorted, (sequence, wanted), (side == "right",), dtypes.int32
    )
    if other:
        found = dispatch.execute_constant(array.reshape, (found,), (result,), dtypes.int32)
    if out is dtypes.int32:
        return found
    return dispatch.execute_constant(array.cast, (found,), (out,), out)


class Unique(NamedTuple):
    """What tf.unique returns: the distinct values, and for each element which of them it is."""

    y: Tensor
    idx: Tensor


class UniqueWithCounts(NamedTuple):
    """What tf.unique_with_counts returns: also how often each value occurs."""

    y: Tensor
    idx: Tensor
    count: Tensor  # type: ignore[assignment]


@public("tfcompat")
def unique(x: Any, out_idx: Any = dtypes.int32, name: str | None = None) -> Unique:
    """The distinct values of a vector in order of first occurrence, and where each element went.

    Reads the values, as the size of the result depends on them.
    """
    numbers, dtype, index = _vector(x, out_idx)
    if len(numbers) <= _FEW:
        items = numbers.tolist()
        seen = dict.fromkeys(items)
        number_of = dict(zip(seen, range(len(seen)), strict=True))
        values = np.array([*seen], numbers.dtype)
        places = np.fromiter(map(number_of.__getitem__, items), index.as_numpy_dtype, len(items))
    else:
        first, places = _distinct(numbers)
        values = numbers[first]
    return Unique(
        from_numpy(values, dtype) if values.dtype == object else adopted(values, dtype),
        adopted(places.astype(index.as_numpy_dtype, copy=False), index),
    )


def _vector(x: Any, out_idx: Any) -> tuple[np.ndarray[Any, Any], DType, DType]:
    """A vector's elements, their dtype, and that of the indices."""
    tensor = to_tensor(x)
    index = as_dtype(out_idx)
    if len(tensor._shape) != 1:
        raise invalid_argument(
            "Unique", f"unique expects a 1D vector: received shape {list(tensor._shape)}"
        )
    if index not in dtypes.INDEX:
        raise invalid_argument("Unique", f"received out_idx={index.name}; expected int32 or int64")
    if tensor._dtype.is_complex:
        raise not_found("unique", f"there is no kernel for {tensor._dtype.name}")
    return tensor._numpy(), tensor._dtype, index


def _distinct(numbers: np.ndarray[Any, Any]) -> tuple[Any, np.ndarray[Any, Any]]:
    """Where each value occurs first, in that order, and the number of each element's value."""
    count = len(numbers)
    if numbers.dtype == object and count > _FEW:
        texts, number = numbered(numbers.tolist())
        firsts_of = np.empty(len(texts), np.intp)
        # Of several writes to a place the last one stays: that of the first occurrence.
        firsts_of[number[::-1]] = np.arange(count - 1, -1, -1)
        return firsts_of, number
    if count <= _FEW:
        values = numbers.tolist()
        seen = dict.fromkeys(values)
        # Of several places the last one that is noted stays: the first of all.
        first_of = dict(zip(reversed(values), range(count - 1, -1, -1), strict=True))
        number_of = dict(zip(seen, range(len(seen)), strict=True))
        firsts = np.array([*map(first_of.__getitem__, seen)], np.intp)
        return firsts, np.array([*map(number_of.__getitem__, values)], np.int64)
    if numbers.dtype.kind in "iu":
        low, width = int(numbers.min()), int(numbers.max()) - int(numbers.min()) + 1
        if width <= 4 * count:
            # Signed numbers of few bits may be further apart than one of them can be large.
            wide = numbers if numbers.dtype.kind == "u" else numbers.astype(np.int64)
            moved = (wide - wide.dtype.type(low)).astype(np.intp)
            table = np.full(width, count)
            # Of several writes to a place the last one stays: that of the first occurrence.
            table[moved[::-1]] = np.arange(count - 1, -1, -1)
            present = np.flatnonzero(table < count)
            order = np.argsort(table[present], kind="stable")
            number = np.empty(width, np.int64)
            number[present[order]] = np.arange(len(order))
            return table[present[order]], number[moved]
    _, first, inverse = np.unique(numbers, return_index=True, return_inverse=True, equal_nan=False)
    order = np.argsort(first, kind="stable")
    place_of = np.empty_like(order)
    place_of[order] = np.arange(len(order))
    return first[order], place_of[inverse.reshape(-1)]


@public("tfcompat")
def unique_with_counts(
    x: Any, out_idx: Any = dtypes.int32, name: str | None = None
) -> UniqueWithCounts:
    """`unique`, and how often each value occurs."""
    numbers, dtype, index = _vector(x, out_idx)
    first, places = _distinct(numbers)
    native = index.as_numpy_dtype
    return UniqueWithCounts(
        from_numpy(numbers[first], dtype),
        from_numpy(places.astype(native), index),
        from_numpy(np.bincount(places, minlength=len(first)).astype(native), index),
    )
