"""tf.sets: the rows of the last axis as sets. Sizes depend on values, so values are read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.ops.sparse import check_order
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.sparse_tensor_spec import SparseTensorSpec
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

_ACCEPTED = (
    dtypes.SIGNED_INTEGERS | frozenset({dtypes.uint8, dtypes.uint16}) | frozenset({dtypes.string})
)

Key = tuple[int, ...]
Groups = dict[Key, set[Any]]


def _check_type(what: str, dtype: DType) -> None:
    if dtype not in _ACCEPTED:
        names = ", ".join(sorted(d.name for d in _ACCEPTED))
        raise TypeError(
            f"tf.sets: {what} has invalid dtype {dtype!s} not in supported dtypes: {names}"
        )


def _groups(op: str, x: Tensor | SparseTensor, validate: bool) -> tuple[Key, Groups]:
    """The shape of the leading axes, and the set of each row that has elements."""
    if isinstance(x, SparseTensor):
        shape = tuple(x._dense_shape._numpy().tolist())
        if len(shape) < 2:
            raise invalid_argument(op, f"Invalid rank {len(shape)}.")
        indices = x._indices._numpy()
        if validate:
            check_order(op, indices, x._dense_shape._numpy())
        found: Groups = {}
        for at, value in zip(indices.tolist(), x._values._numpy().tolist(), strict=True):
            found.setdefault(tuple(at[:-1]), set()).add(value)
        return shape[:-1], found
    shape = tuple(x._shape)
    if len(shape) < 2:
        raise invalid_argument(op, f"Shape {list(shape)} has rank {len(shape)} < 2")
    numbers = x._numpy()
    return shape[:-1], {at: set(numbers[at].tolist()) for at in np.ndindex(shape[:-1])}


def _name(a: Tensor | SparseTensor, b: Tensor | SparseTensor) -> str:
    kinds = ["Sparse" if isinstance(x, SparseTensor) else "Dense" for x in (a, b)]
    # TensorFlow swaps a sparse first operand with a dense second one.
    first, second = sorted(kinds)
    return f"{first}To{second}SetOperation"


def _combine(
    a: Any, b: Any, validate: bool, operation: Callable[[set[Any], set[Any]], set[Any]]
) -> SparseTensor:
    x = a if isinstance(a, SparseTensor) else to_tensor(a)
    _check_type("'a'", x._dtype)
    y = b if isinstance(b, SparseTensor) else to_tensor(b)
    if y._dtype is not x._dtype:
        raise TypeError(f"tf.sets: Types don't match, {x._dtype!s} vs {y._dtype!s}.")
    op = _name(x, y)
    shape, mine = _groups(op, x, validate)
    other, theirs = _groups(op, y, validate)
    if shape != other:
        raise invalid_argument(op, f"Mismatched shapes {list(shape)} vs {list(other)}")
    nothing: set[Any] = set()
    found = {
        at: sorted(operation(mine.get(at, nothing), theirs.get(at, nothing)))
        for at in sorted(mine.keys() | theirs.keys())
    }
    indices = [(*at, i) for at, row in found.items() for i in range(len(row))]
    values = [value for row in found.values() for value in row]
    width = max((len(row) for row in found.values()), default=0)
    return SparseTensor(
        np.array(indices, np.int64).reshape(-1, len(shape) + 1),
        from_numpy(np.array(values, x._dtype.as_numpy_dtype), x._dtype),
        np.array((*shape, width), np.int64),
    )


def _rows_of(a: Any, *args: Any, **kwargs: Any) -> SparseTensorSpec:
    x = a if isinstance(a, SparseTensor) else to_tensor(a)
    rank = x.shape.rank
    sizes = None if rank is None else [*x.shape.as_list()[:-1], None]
    return SparseTensorSpec(sizes, x.dtype)


def _sizes_of(a: Any, *args: Any, **kwargs: Any) -> TensorSpec:
    return TensorSpec(None if a.shape.rank is None else a.shape[:-1], dtypes.int32)


@gives(_rows_of)
@public("tfcompat.sets")
def union(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """The distinct elements of either row, ascending, for rows of the same leading coordinates.

    Operands are dense or sparse, of one dtype: int8, int16, int32, int64, uint8, uint16 or string
    (TypeError otherwise), of rank 2 at least and equal but in the last axis
    (InvalidArgumentError otherwise). `validate_indices` checks the order of sparse operands.
    """
    return _combine(a, b, validate_indices, set.union)


@gives(_rows_of)
@public("tfcompat.sets")
def intersection(a: Any, b: Any, validate_indices: bool = True) -> SparseTensor:
    """The distinct elements of both rows; operands as for `union`."""
    return _combine(a, b, validate_indices, set.intersection)


@gives(_rows_of)
@public("tfcompat.sets")
def difference(a: Any, b: Any, aminusb: bool = True, validate_indices: bool = True) -> SparseTensor:
    """The distinct elements of `a` that `b` lacks, or the reverse; operands as for `union`."""
    return _combine(a, b, validate_indices, set.difference if aminusb else lambda x, y: y - x)


@gives(_sizes_of)
@public("tfcompat.sets")
def size(a: Any, validate_indices: bool = True) -> Tensor:
    """The number of distinct elements of each row of a SparseTensor, int32.

    Raises TypeError for a dense tensor or a dtype that `union` does not take.
    """
    if not isinstance(a, SparseTensor):
        raise TypeError(f"tf.sets.size: Expected `SparseTensor`, got {to_tensor(a)!s}.")
    _check_type("the tensor", a._dtype)
    shape, groups = _groups("SetSize", a, validate_indices)
    counts = np.zeros(shape, np.int32)
    for at, elements in groups.items():
        counts[at] = len(elements)
    return from_numpy(counts, dtypes.int32)
