"""tf.sparse.reduce_sum and reduce_max: over the elements that are there."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import NUMERIC, REAL, DType
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.sparse.common import (
    as_sparse,
    assembled,
    coordinates,
    highest,
    numbered,
    of_rank,
    placed,
    sizes,
    spread,
    static_list,
    summed,
)
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec


def _axes(axis: Any, rank: int, op: str) -> list[int]:
    if axis is None:
        return list(range(rank))
    found = np.reshape(to_tensor(axis)._numpy(), -1).tolist() if np.size(axis) else []
    for n in found:
        if not -rank <= n < rank:
            raise invalid_argument(
                op, f"Invalid reduction dimension {n}, for input with {rank} dimensions."
            )
    return sorted({int(n) % rank for n in found})


def _reduced(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    x = as_sparse(sp_input)
    shape = x.shape
    where = None if axis is None else static_list(axis)
    if shape.rank is None or (where is None and axis is not None):
        return of_rank(None, x.dtype) if output_is_sparse else TensorSpec(None, x.dtype)
    along = _axes(where, shape.rank, "SparseReduce")
    rest = [n for i, n in enumerate(shape.as_list()) if i not in along]
    kept = [1 if i in along else n for i, n in enumerate(shape.as_list())]
    found = kept if keepdims else rest
    return of_rank(len(found), x.dtype) if output_is_sparse else TensorSpec(found, x.dtype)


def _reduce(
    op: str,
    function: Any,
    accepted: frozenset[DType],
    sp_input: Any,
    axis: Any,
    keepdims: bool | None,
    output_is_sparse: bool,
) -> Any:
    x = as_sparse(sp_input)
    check_dtype(op, x._values, accepted)
    shape, at = sizes(x), coordinates(x)
    along = _axes(axis, len(shape), op)
    rest = [i for i in range(len(shape)) if i not in along]
    left = [shape[i] for i in rest]
    found = [1 if i in along else n for i, n in enumerate(shape)] if keepdims else left
    numbers = numbered(at[:, rest], left)
    every, groups = np.unique(numbers, return_inverse=True)
    values = function(x._values, groups, len(every))
    if output_is_sparse:
        return assembled(spread(every, found), values, found)
    return placed(values, every, found)


@gives(_reduced)
@public("tfcompat.sparse")
def reduce_sum(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor | SparseTensor:
    """The sums along axes, by default all; dense, or sparse where there are elements.

    Raises InvalidArgumentError for an axis that the tensor has not.
    """
    op = "SparseReduceSumSparse" if output_is_sparse else "SparseReduceSum"
    return _reduce(op, summed, NUMERIC, sp_input, axis, keepdims, output_is_sparse)


@gives(_reduced)
@public("tfcompat.sparse")
def reduce_max(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool | None = None,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Tensor | SparseTensor:
    """The greatest of the elements along axes; 0 where there are none, as for `reduce_sum`."""
    op = "SparseReduceMaxSparse" if output_is_sparse else "SparseReduceMax"
    return _reduce(op, highest, REAL, sp_input, axis, keepdims, output_is_sparse)
