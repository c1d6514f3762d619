"""tf.sparse: ops on the elements: sums, maxima, functions of values, softmax."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfcompat._src import nest
from tfcompat._src.convert import convert_to_tensor, to_tensor
from tfcompat._src.dtypes import FLOATS, NUMERIC, REAL
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.rules import gives
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.naming import public
from tfcompat._src.ops import division, math, transcendental
from tfcompat._src.ops.array import stop_gradient
from tfcompat._src.ops.assertions import assert_equal
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.ops.scatter import tensor_scatter_nd_add
from tfcompat._src.ops.segments import unsorted_segment_max, unsorted_segment_sum
from tfcompat._src.ops.selection import gather
from tfcompat._src.sparse.common import (
    Array,
    as_sparse,
    assembled,
    chosen,
    coordinates,
    joined,
    longs,
    numbered,
    same,
    sizes,
    spread,
    summed,
)
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec


def _is_sparse(x: Any) -> bool:
    return isinstance(x, SparseTensor) or (hasattr(x, "dense_shape") and hasattr(x, "indices"))


def _pair(op: str, a: SparseTensor, b: SparseTensor) -> tuple[int, ...]:
    mine, theirs = sizes(a), sizes(b)
    if mine != theirs:
        what = "ranks" if len(mine) != len(theirs) else "shapes"
        raise invalid_argument(
            op, f"operands do not have the same {what}; got shapes: {list(mine)} and {list(theirs)}"
        )
    if a.dtype != b.dtype:
        raise invalid_argument(
            op,
            f"cannot compute {op} as input #4(zero-based) was expected to be a {a.dtype.name} "
            f"tensor but is a {b.dtype.name} tensor",
        )
    return mine


def _reach(op: str, parts: Sequence[SparseTensor], shape: tuple[int, ...]) -> tuple[int, ...]:
    """The least shape that holds this one and all coordinates. No coordinate may be negative."""
    at = np.concatenate([coordinates(x) for x in parts])
    if not at.size:
        return shape
    if at.min() < 0:
        raise invalid_argument(op, f"received the negative index {int(at.min())}")
    return tuple([max(n, int(most) + 1) for n, most in zip(shape, at.max(0), strict=True)])


def _union(a: SparseTensor, b: SparseTensor, shape: tuple[int, ...]) -> tuple[Array, Array, Array]:
    """The numbers of the places of either, and for each element of both which one is its own."""
    mine, theirs = numbered(coordinates(a), shape), numbered(coordinates(b), shape)
    every, which = np.unique(np.concatenate([mine, theirs]), return_inverse=True)
    return every, which[: len(mine)], which[len(mine) :]


def _added(a: Any, b: Any, threshold: Any = 0) -> Any:
    if _is_sparse(a) and _is_sparse(b):
        first = same(a)
        return first.most_specific_compatible_type(same(b)) if first.dtype == b.dtype else first
    dense = to_tensor(b if _is_sparse(a) else a)
    return TensorSpec(dense.shape, dense.dtype)


@gives(_added)
@public("tfcompat.sparse")
def add(a: Any, b: Any, threshold: Any = 0) -> Any:
    """The sum of two tensors of one shape, at least one of them sparse; dense if the other is.

    Elements of a sparse sum are left out where their absolute value is below `threshold`.

    Raises TypeError for two dense tensors, InvalidArgumentError for other shapes or dtypes.
    """
    if not _is_sparse(a) and not _is_sparse(b):
        raise TypeError("At least one input should be SparseTensor; do you mean to use tf.add()?")
    if not _is_sparse(a):
        a, b = b, a
    x = as_sparse(a)
    if not _is_sparse(b):
        return _dense_sum(x, b if isinstance(b, Tensor) else convert_to_tensor(b, x.dtype))
    y = as_sparse(b)
    least = convert_to_tensor(threshold, x.dtype.real_dtype)._numpy()
    check_dtype("SparseAdd", x._values, NUMERIC)
    shape = _pair("SparseAdd", x, y)
    # As in TensorFlow, which does not look whether coordinates are within the shape.
    reach = _reach("SparseAdd", (x, y), shape)
    every, mine, theirs = _union(x, y, reach)
    which = np.concatenate([mine, theirs])
    values = summed(joined([x._values, y._values]), which, len(every))
    # What only one of them has stays, whatever the threshold.
    alone = np.bincount(which, minlength=len(every)) < 2
    large = np.abs(values._numpy()) >= least
    keep = np.flatnonzero(alone | large)
    if len(keep) < len(every):
        every, values = every[keep], chosen(values, keep)
    return assembled(spread(every, reach), values, shape)


def _dense_sum(x: SparseTensor, y: Tensor) -> Tensor:
    shape = sizes(x)
    if shape != tuple(y._shape):
        raise invalid_argument(
            "SparseTensorDenseAdd",
            f"received a sparse tensor of shape {list(shape)} and a dense one of "
            f"{list(y._shape)}; no broadcasting is supported",
        )
    if not y._shape:
        return math.add(y, unsorted_segment_sum(x._values, longs(np.zeros(x._values._shape)), 1)[0])
    return tensor_scatter_nd_add(y, x._indices, x._values)


def _extreme(op: str, function: Callable[[Any, Any], Tensor], a: Any, b: Any) -> SparseTensor:
    x, y = as_sparse(a), as_sparse(b)
    check_dtype(op, x._values, REAL)
    shape = _pair(op, x, y)
    if (reach := _reach(op, (x, y), shape)) != shape:
        raise invalid_argument(
            op, f"received indices that reach to {list(reach)}; expected a shape of {list(shape)}"
        )
    every, mine, theirs = _union(x, y, shape)
    count = len(every)
    first, second = summed(x._values, mine, count), summed(y._values, theirs, count)
    return assembled(spread(every, shape), function(first, second), shape)


@gives(same)
@public("tfcompat.sparse")
def maximum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The greater of two sparse tensors' elements at each place of either; what lacks counts 0.

    Raises InvalidArgumentError for other shapes or dtypes.
    """
    return _extreme("SparseSparseMaximum", math.maximum, sp_a, sp_b)


@gives(same)
@public("tfcompat.sparse")
def minimum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The lesser of two sparse tensors' elements at each place of either; what lacks counts 0.

    Raises InvalidArgumentError for other shapes or dtypes.
    """
    return _extreme("SparseSparseMinimum", math.minimum, sp_a, sp_b)


# Calls any function, whose own ops are what a graph records.
def map_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`op` of the values of sparse arguments, which have the same coordinates, as a SparseTensor.

    Raises ValueError if no argument is sparse, InvalidArgumentError for different coordinates.
    """
    found: list[SparseTensor] = []

    def values_of(item: Any) -> Any:
        if not isinstance(item, SparseTensor):
            return item
        found.append(item)
        return item._values

    inner = [nest.map_structure(values_of, arg) for arg in args]
    named = {key: nest.map_structure(values_of, arg) for key, arg in kwargs.items()}
    if not found:
        raise ValueError("No SparseTensor in argument list of map_values")
    first = found[0]
    for other in found[1:]:
        if other._indices is not first._indices:
            assert_equal(first._indices, other._indices)
            assert_equal(first._dense_shape, other._dense_shape)
    return _with_values(first, op(*inner, **named))


map_values.__module__ = "tfcompat.sparse"


def _with_values(like: SparseTensor, values: Any) -> SparseTensor:
    return like.with_values(values)


@gives(same)
@public("tfcompat.sparse")
def softmax(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The softmax of the elements that are there, along the last axis.

    Raises InvalidArgumentError below rank 2.
    """
    x = as_sparse(sp_input)
    shape = sizes(x)
    if len(shape) < 2:
        raise invalid_argument("SparseSoftmax", f"Input should have rank >= 2, but got: {shape}")
    check_dtype("SparseSoftmax", x._values, FLOATS)
    _, groups = np.unique(numbered(coordinates(x)[:, :-1], shape[:-1]), return_inverse=True)
    count = int(groups.max()) + 1 if len(groups) else 0
    at = longs(groups)
    highest = stop_gradient(unsorted_segment_max(x._values, at, count))
    powers = transcendental.exp(math.subtract(x._values, gather(highest, at, axis=-1)))
    totals = gather(unsorted_segment_sum(powers, at, count), at, axis=-1)
    return _with_values(x, division.divide(powers, totals))


@public("tfcompat.sparse")
def mask(a: Any, mask_indices: Any, name: str | None = None) -> IndexedSlices:
    """The rows of a tf.IndexedSlices whose indices are not among `mask_indices`."""
    indices = to_tensor(a.indices)._numpy()
    keep = np.flatnonzero(~np.isin(indices, to_tensor(mask_indices)._numpy()))
    at = longs(keep)
    return IndexedSlices(gather(a.values, at), gather(a.indices, at), a.dense_shape)
