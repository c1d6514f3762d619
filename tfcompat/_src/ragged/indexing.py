"""RaggedTensor.__getitem__: positions, ranges and new axes of ragged tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops.array import expand_dims
from tfcompat._src.ragged import host
from tfcompat._src.ragged.host import Array
from tfcompat._src.ragged.moving import gather, part as rows_between
from tfcompat._src.ragged.partition import RowPartition, of_splits, uniform
from tfcompat._src.ragged.splits import rowids_of_splits, splits_of_lengths
from tfcompat._src.ragged.tensor import RaggedTensor, make
from tfcompat._src.tensor import TensorBase

_SCALARS = dtypes.INDEX | {dtypes.int16}


def getitem(ragged: RaggedTensor, key: Any) -> Any:
    """`ragged[key]`.

    Raises:
      TypeError: an index that is no integer, slice, `...` or None.
      ValueError: a position along an axis whose rows have different lengths.
      IndexError, InvalidArgumentError: out of range.
    """
    if isinstance(key, RaggedTensor):
        to_tensor(key)
    keys = list(key) if isinstance(key, (tuple, list)) else [key]
    return _outer(ragged, _without_ellipsis(keys, ragged))


def _without_ellipsis(keys: list[Any], ragged: Any) -> list[Any]:
    found = [k is Ellipsis for k in keys]
    if not any(found):
        return keys
    if sum(found) > 1:
        raise ValueError("RaggedTensor: received more than one ellipsis (`...`); expected one")
    rank = ragged.shape.rank
    if rank is None:
        raise ValueError("RaggedTensor: an ellipsis needs a tensor whose rank is known")
    at = found.index(True)
    named = sum([k is not None for k in keys]) - 1
    return [*keys[:at], *([slice(None)] * max(0, rank - named)), *keys[at + 1 :]]


def position(key: Any) -> Any:
    """An index as an int, or as a tensor of a graph. Raises TypeError for what is none."""
    if isinstance(key, TensorBase):
        tensor = to_tensor(key)
        if tensor._dtype in _SCALARS and tensor.shape.rank in (None, 0):
            found = host.known(tensor)
            return tensor if found is None else int(found)
    elif isinstance(key, (bool, np.bool_)):
        raise ValueError(f"RaggedTensor: received the index {key}; expected integers or slices")
    elif hasattr(key, "__index__"):
        return int(key.__index__())
    raise TypeError(
        "Only integers, slices (`:`), ellipsis (`...`), tf.newaxis (`None`) and scalar "
        f"tf.int32/tf.int64 tensors are valid indices, got {key!r}"
    )


def _is_whole(key: slice) -> bool:
    return key.start is None and key.stop is None and key.step is None


def _outer(ragged: Any, keys: list[Any]) -> Any:
    if not keys:
        return ragged
    if not isinstance(ragged, RaggedTensor):
        return ragged[tuple(keys)]
    first, rest = keys[0], keys[1:]
    if first is None:
        inner = _outer(ragged, rest)
        rows = inner.shape[0] if inner.shape.rank else None
        dtype = ragged._partition._dtype
        if not isinstance(inner, RaggedTensor):
            return expand_dims(inner, 0)
        if rows is not None:
            return make(inner, uniform(rows, 1, dtype))
        count = inner._partition.nrows()
        one = host.tensor(1, dtype)
        return make(inner, RowPartition.from_uniform_row_length(count, count, one, False, dtype))
    if isinstance(first, slice):
        return _inner(_rows(ragged, first), rest)
    return _outer(_row(ragged, position(first)), rest)


def _row(ragged: RaggedTensor, key: Any) -> Any:
    """One row."""
    part = ragged._partition
    array = part.array
    if array is None or not isinstance(key, int):
        count = part.static_nrows
        if isinstance(key, int) and count is not None and not -count <= key < count:
            raise ValueError(f"slice index {key} of dimension 0 out of bounds of {count} rows")

        def row(splits: Array, key: Array) -> Array:
            rows = splits.shape[0] - 1
            if not -rows <= key < rows:
                raise invalid_argument("RaggedTensor", f"Row key {key} out of bounds")
            return np.arange(splits[key % rows], splits[key % rows + 1])

        given = [
            part._splits if array is None else array,
            np.asarray(key) if isinstance(key, int) else key,
        ]
        at = host.compute(row, given, host.vector(None, dtypes.int64))
        return rows_at(ragged._values, at, alike=True)
    rows = array.shape[0] - 1
    _check_row(key, rows)
    at = key % rows
    return _between(ragged._values, int(array[at]), int(array[at + 1]))


def _between(values: Any, start: int, stop: int) -> Any:
    if isinstance(values, RaggedTensor):
        return values[start:stop]
    return rows_between(values, start, stop)


def _check_row(key: int, rows: int) -> None:
    if key >= rows:
        raise IndexError(f"Row key {key} out of bounds")
    if key < -rows:
        raise invalid_argument("RaggedTensor", f"Row key {key} out of bounds")


def _bound(key: Any) -> Any:
    return None if key is None else position(key)


def _range(key: slice) -> tuple[list[Any], Any]:
    """The bounds as inputs of a computation, and the slice they make."""
    bounds = [_bound(k) for k in (key.start, key.stop, key.step)]
    given = [b for b in bounds if b is not None]
    names = [b is not None for b in bounds]

    def rebuilt(values: Any) -> slice:
        rest = iter(values)
        return slice(*[int(next(rest)) if there else None for there in names])

    step = bounds[2]
    if isinstance(step, int) and step == 0:
        raise invalid_argument("strided_slice", "strides[0] must be non-zero")
    return [np.asarray(b) if isinstance(b, int) else b for b in given], rebuilt


def _rows(ragged: RaggedTensor, key: slice) -> RaggedTensor:
    """A range of rows."""
    if _is_whole(key):
        return ragged
    bounds, rebuilt = _range(key)
    part = ragged._partition

    def taken(splits: Array, *bounds: Array) -> tuple[Array, Array]:
        chosen = np.arange(splits.shape[0] - 1)[rebuilt(bounds)]
        lengths = np.diff(splits)[chosen]
        new = splits_of_lengths(lengths)
        return new, _spread(splits[:-1][chosen], new)

    array = part.array
    if array is not None and all(b.__class__ is np.ndarray for b in bounds):
        found = rebuilt(bounds)
        start, stop, step = found.indices(array.shape[0] - 1)
        if step == 1:
            stop = max(start, stop)
            new = array[start : stop + 1] - array[start]
            values = _between(ragged._values, int(array[start]), int(array[stop]))
            return make(values, _like(part, new))
    specs = [host.vector(None, part._dtype), host.vector(None, dtypes.int64)]
    splits, at = host.compute(taken, [part._splits if array is None else array, *bounds], specs)
    alike = key.step is None or (isinstance(key.step, int) and key.step == 1)
    return make(rows_at(ragged._values, at, alike=alike), _like(part, splits))


def _like(part: RowPartition, splits: Any) -> RowPartition:
    """A partition of other rows of the same lengths."""
    found = of_splits(splits, part._dtype)
    found._uniform = part._uniform
    return found


def _spread(starts: Array, splits: Array) -> Array:
    """The values of rows that begin at `starts`, in a partition by `splits`."""
    rows = rowids_of_splits(splits)
    return np.asarray(starts[rows] + np.arange(splits[-1]) - splits[:-1][rows], np.int64)


def rows_at(values: Any, at: Any, alike: bool = False) -> Any:
    """The rows of a tensor, or of a ragged tensor, at some places.

    That rows have one length is told of neighbours only (`alike`), as in TensorFlow.
    """
    if not isinstance(values, RaggedTensor):
        return gather(values, at)
    part = values._partition

    def taken(splits: Array, at: Array) -> tuple[Array, Array]:
        new = splits_of_lengths(np.diff(splits)[at])
        return new, _spread(splits[:-1][at], new)

    specs = [host.vector(None, part._dtype), host.vector(None, dtypes.int64)]
    array = part.array
    given = part._splits if array is None else array
    splits, inner = host.compute(taken, [given, at], specs)
    found = _like(part, splits) if alike else of_splits(splits, part._dtype)
    return make(rows_at(values._values, inner, alike), found)


def _inner(ragged: Any, keys: list[Any]) -> Any:
    """What the keys after the first take of each row."""
    if not keys:
        return ragged
    if not isinstance(ragged, RaggedTensor):
        return ragged[(slice(None), *keys)]
    first, rest = keys[0], keys[1:]
    if first is None:
        inner = _inner(ragged, rest)
        return _new_axis(inner)
    if isinstance(first, slice):
        part = _columns(ragged, first)
        return make(_inner(part._values, rest), part._partition) if rest else part
    return _inner(_column(ragged, position(first)), rest)


def _new_axis(value: Any) -> Any:
    """Each row as the only one of its own."""
    if not isinstance(value, RaggedTensor):
        return expand_dims(value, 1)
    part = value._partition
    if part.static_nrows is not None:
        return make(value, uniform(1, part.static_nrows, part._dtype))
    rows = part.nrows()
    one = host.tensor(1, part._dtype)
    return make(value, RowPartition.from_uniform_row_length(one, rows, rows, False, part._dtype))


def _columns(ragged: RaggedTensor, key: slice) -> RaggedTensor:
    """A range of each row."""
    if _is_whole(key):
        return ragged
    bounds, rebuilt = _range(key)
    part = ragged._partition

    def taken(splits: Array, *bounds: Array) -> tuple[Array, Array]:
        found = rebuilt(bounds)
        step = 1 if found.step is None else found.step
        lengths = np.diff(splits)
        first, last = _clipped(found, step, lengths)
        counts = np.maximum(0, (last - first + step - (1 if step > 0 else -1)) // step)
        new = splits_of_lengths(counts.astype(splits.dtype))
        rows = rowids_of_splits(new)
        within = np.arange(new[-1]) - new[:-1][rows]
        return new, np.asarray(splits[:-1][rows] + first[rows] + within * step, np.int64)

    array = part.array
    given = part._splits if array is None else array
    size = None if part.static_nrows is None else part.static_nrows + 1
    specs = [host.vector(size, part._dtype), host.vector(None, dtypes.int64)]
    splits, at = host.compute(taken, [given, *bounds], specs)
    found = of_splits(splits, part._dtype)
    length = part.static_uniform_row_length
    if length is not None and all(b.__class__ is np.ndarray for b in bounds):
        found._uniform = len(range(*rebuilt(bounds).indices(length)))
    return make(rows_at(ragged._values, at), found)


def _clipped(key: slice, step: int, lengths: Array) -> tuple[Array, Array]:
    """Where a slice begins and ends in rows of some lengths."""
    low, high = (0, lengths) if step > 0 else (-1, lengths - 1)
    first = (low if step > 0 else high) if key.start is None else key.start
    last = (high if step > 0 else low) if key.stop is None else key.stop
    found = []
    for bound, given in ((first, key.start), (last, key.stop)):
        at = np.broadcast_to(bound, lengths.shape)
        if given is not None and given < 0:
            at = at + lengths
        found.append(np.clip(at, low, high) if given is not None else at)
    return found[0], found[1]


def _column(ragged: RaggedTensor, key: Any) -> Any:
    """One place of each row, where all have one length."""
    part = ragged._partition
    if not part.is_uniform():
        raise ValueError("Cannot index into an inner ragged dimension.")
    length = part._uniform

    def taken(splits: Array, length: Array, at: Array) -> Array:
        if not -length <= at < length:
            raise invalid_argument(
                "RaggedTensor",
                "Index out of bounds when indexing into a ragged tensor: received "
                f"{at} for rows of the length {length}",
            )
        return np.asarray(splits[:-1] + at % length, np.int64)

    array = part.array
    inputs = [
        part._splits if array is None else array,
        np.asarray(length) if isinstance(length, int) else length,
        np.asarray(key) if isinstance(key, int) else key,
    ]
    at = host.compute(taken, inputs, host.vector(part.static_nrows, dtypes.int64))
    found = rows_at(ragged._values, at)
    if isinstance(found, RaggedTensor):
        found._partition._uniform = ragged._values._partition._uniform
    return found
