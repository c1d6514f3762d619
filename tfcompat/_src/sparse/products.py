"""tf.sparse: products of matrices, sums of chosen rows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import COMPLEX, FLOATS, INDEX, NUMERIC, float32, int32
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.ops import division, math, segments
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import check_dtype, concrete, mismatch
from tfcompat._src.ops.complex import conj
from tfcompat._src.ops.linalg import adjoint, matmul
from tfcompat._src.ops.selection import check_range, gather, gather_nd
from tfcompat._src.ops.transcendental import sqrt
from tfcompat._src.sparse.common import (
    as_sparse,
    assembled,
    chosen,
    coordinates,
    numbered,
    sizes,
    spec,
    spread,
    static_list,
    summed,
)
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.sparse_tensor_spec import SparseTensorSpec
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec


def _multiplied(
    sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None
) -> TensorSpec:
    if isinstance(b, SparseTensor):
        a, other, flip_a, flip_b = to_tensor(sp_a), b, adjoint_a, adjoint_b
        sides = a.shape, other.shape
        dtype = a._dtype
    else:
        dense = to_tensor(b)
        sides, flip_a, flip_b = (as_sparse(sp_a).shape, dense.shape), adjoint_a, adjoint_b
        dtype = dense._dtype
    rows = sides[0][1 if flip_a else 0] if sides[0].rank else None
    columns = sides[1][0 if flip_b else 1] if sides[1].rank else None
    return TensorSpec([rows, columns], dtype)


@gives(_multiplied)
@public("tfcompat.sparse")
def sparse_dense_matmul(
    sp_a: Any, b: Any, adjoint_a: bool = False, adjoint_b: bool = False, name: str | None = None
) -> Tensor:
    """The product of two matrices, either of which is sparse and the other dense.

    `adjoint_a` and `adjoint_b` take the conjugate transpose of either.

    Raises InvalidArgumentError for shapes or dtypes that do not fit, and coordinates outside.
    """
    if isinstance(b, SparseTensor):
        if isinstance(sp_a, SparseTensor):
            raise TypeError("sparse_dense_matmul: received two sparse matrices; expected one")
        found = _product(b, to_tensor(sp_a), not adjoint_b, not adjoint_a)
        return adjoint(found)
    x = as_sparse(sp_a)
    return _product(x, to_tensor(b), adjoint_a, adjoint_b)


def _product(x: SparseTensor, dense: Tensor, adjoint_a: bool, adjoint_b: bool) -> Tensor:
    op = "SparseTensorDenseMatMul"
    shape = sizes(x)
    check_dtype(op, x._values, NUMERIC)
    if dense._dtype is not x.dtype:
        raise mismatch(op, x._values, dense)
    if len(shape) != 2 or len(dense._shape) != 2:
        which = "a" if len(shape) != 2 else "b"
        rank = len(shape) if len(shape) != 2 else len(dense._shape)
        raise invalid_argument(op, f"Tensor '{which}' is not a matrix: it has {rank} axes")
    right = adjoint(dense) if adjoint_b else dense
    count, inner = shape[::-1] if adjoint_a else shape
    if inner != right._shape[0]:
        raise invalid_argument(
            op,
            "Cannot multiply A and B because inner dimension does not match: "
            f"{inner} vs. {right._shape[0]}.  Did you forget a transpose?  Dimensions of A: "
            f"[{count}, {inner}).  Dimensions of B: {list(right._shape)}",
        )
    rows, columns = _column(x, 1 if adjoint_a else 0), _column(x, 0 if adjoint_a else 1)
    known = concrete(x._indices)
    if known is not None and known.size:
        wrong = ((known < 0) | (known >= np.array(shape))).any(0)
        if wrong.any():
            raise invalid_argument(op, f"received coordinates outside of the shape {list(shape)}")
    values = conj(x._values) if adjoint_a and x.dtype in COMPLEX else x._values
    taken = gather(right, columns, axis=-2)
    scaled = math.multiply(taken, reshape(values, [-1, 1]))
    return segments.unsorted_segment_sum(scaled, rows, count)


def _column(x: SparseTensor, axis: int) -> Tensor:
    return gather(x._indices, np.int64(axis), axis=1)


@public("tfcompat.sparse")
def sampled_addmm(
    indices: Any,
    values: Any,
    dense_shape: Any,
    mat1: Any,
    mat2: Any,
    beta: Any = 1.0,
    alpha: Any = 1.0,
    output_type: Any = float32,
) -> tuple[Tensor, Tensor, Tensor]:
    """`alpha * (mat1 @ mat2) * (1 at the coordinates) + beta * values`, where there are elements.

    Returns the coordinates, the new values and the shape.
    """
    at, size = to_tensor(indices), to_tensor(dense_shape)
    elements, left, right = (to_tensor(x, output_type) for x in (values, mat1, mat2))
    rank = len(left._shape)
    if rank < 2:
        raise invalid_argument("sampled_addmm", f"received matrices of rank {rank}; expected 2")
    factor, kept = to_tensor(alpha, output_type), to_tensor(beta, output_type)
    product = gather_nd(matmul(left, right), at, batch_dims=rank - 2)
    found = math.add(math.multiply(factor, product), math.multiply(kept, elements))
    return at, found, size


# ------------------------------------------------------------------------------------ rows by label
def _summed(
    data: Any,
    indices: Any,
    segment_ids: Any,
    num_segments: Any = None,
    name: str | None = None,
    sparse_gradient: bool = False,
) -> TensorSpec:
    x = to_tensor(data)
    count = None if num_segments is None else static_list(num_segments)
    rows = None if count is None else count[0]
    rest = None if x.shape.rank is None else x.shape.as_list()[1:]
    return TensorSpec(None if rest is None else [rows, *rest], x._dtype)


def _rows(
    op: str, data: Any, indices: Any, segment_ids: Any, num_segments: Any, sparse_gradient: bool
) -> tuple[Tensor, Tensor, int]:
    """The chosen rows, their labels, and how many labels there are."""
    x = to_tensor(data)
    at, ids = _ids(indices), _ids(segment_ids)
    check_dtype(op, at, INDEX)
    check_dtype(op, ids, INDEX)
    if not x._shape:
        raise invalid_argument(op, "Shape must be at least rank 1")
    if len(at._shape) != 1 or len(ids._shape) != 1:
        raise invalid_argument(op, "indices and segment_ids should be vectors.")
    if at._shape != ids._shape:
        raise invalid_argument(op, "segment_ids and indices should have same size.")
    labels = ids._numpy()
    if len(labels) and (labels[0] < 0 or (np.diff(labels) < 0).any()):
        raise invalid_argument(op, "segment ids are not increasing or are below 0")
    last = int(labels[-1]) if len(labels) else -1
    count = last + 1
    if num_segments is not None:
        count = int(to_tensor(num_segments)._numpy())
        if count < 0:
            raise invalid_argument(op, f"num_segments must be >= 0; received {count}")
        if last >= count:
            raise invalid_argument(op, f"segment ids must be < num_segments; received {last}")
    check_range(at, x._shape[0], op)
    axis = 0 if sparse_gradient else -len(x._shape)
    return gather(x, at, axis=axis), ids, count


def _ids(value: Any) -> Tensor:
    empty = isinstance(value, (list, tuple)) and not value
    return to_tensor(value, int32 if empty else None)


def _by_segment(
    op: str, root: Callable[[Tensor], Tensor] | None, arguments: tuple[Any, ...]
) -> Tensor:
    rows, ids, count = _rows(op, *arguments)
    check_dtype(op, rows, FLOATS)
    total = segments.unsorted_segment_sum(rows, ids, count)
    labels = ids._numpy()
    sizes = np.maximum(np.bincount(labels, minlength=count), 1) if count else np.zeros(0, np.int64)
    by = to_tensor(sizes.reshape(-1, *[1] * (len(rows._shape) - 1)).astype(np.float64))
    return division.divide(total, cast(by if root is None else root(by), rows._dtype))


@gives(_summed)
@public("tfcompat.sparse")
def segment_sum(
    data: Any,
    indices: Any,
    segment_ids: Any,
    num_segments: Any = None,
    name: str | None = None,
    sparse_gradient: bool = False,
) -> Tensor:
    """The sums of the rows `data[indices]` with one label each; labels ascend.

    Args:
      data: the rows.
      indices: which rows, int32 or int64.
      segment_ids: a label for each of `indices`.
      num_segments: how many rows the result has; None: up to the last label.
      name: ignored.
      sparse_gradient: whether the gradient of `data` is a tf.IndexedSlices.

    Raises InvalidArgumentError for labels that descend, rows that are not there, too few segments.
    """
    arguments = (data, indices, segment_ids, num_segments, sparse_gradient)
    rows, ids, count = _rows("SparseSegmentSum", *arguments)
    return segments.unsorted_segment_sum(rows, ids, count)


@gives(_summed)
@public("tfcompat.sparse")
def segment_mean(
    data: Any,
    indices: Any,
    segment_ids: Any,
    num_segments: Any = None,
    name: str | None = None,
    sparse_gradient: bool = False,
) -> Tensor:
    """As `segment_sum`, divided by the number of rows of each label. Floats only."""
    arguments = (data, indices, segment_ids, num_segments, sparse_gradient)
    return _by_segment("SparseSegmentMean", None, arguments)


@gives(_summed)
@public("tfcompat.sparse")
def segment_sqrt_n(
    data: Any,
    indices: Any,
    segment_ids: Any,
    num_segments: Any = None,
    name: str | None = None,
    sparse_gradient: bool = False,
) -> Tensor:
    """As `segment_sum`, divided by the root of the number of rows of each label. Floats only."""
    arguments = (data, indices, segment_ids, num_segments, sparse_gradient)
    return _by_segment("SparseSegmentSqrtN", sqrt, arguments)


def _crossed(a: SparseTensor, b: SparseTensor) -> SparseTensorSpec:
    rows, columns = a.shape, b.shape
    return spec([rows[0] if rows.rank else None, columns[1] if columns.rank else None], a.dtype)


@gives(_crossed)
@public("tfcompat.sparse")
def sparse_product(a: SparseTensor, b: SparseTensor) -> SparseTensor:
    """The product of two sparse matrices, where there is any term; elements in row-major order.

    Raises InvalidArgumentError for shapes that do not fit.
    """
    op = "SparseMatrixSparseMatMul"
    left, right = sizes(a), sizes(b)
    if len(left) != 2 or len(right) != 2 or left[1] != right[0]:
        raise invalid_argument(op, f"Cannot multiply matrices of the shapes {left} and {right}")
    first, second = coordinates(a), coordinates(b)
    order = np.argsort(second[:, 0], kind="stable")
    begins = np.searchsorted(second[order, 0], np.arange(right[0] + 1))
    counts = np.diff(begins)[first[:, 1]]
    # Each element of `a` meets the elements of one row of `b`.
    mine = np.repeat(np.arange(len(first)), counts)
    number = np.arange(len(mine)) - np.repeat(np.cumsum(counts) - counts, counts)
    theirs = order[begins[first[mine, 1]] + number]
    shape = (left[0], right[1])
    places = np.stack([first[mine, 0], second[theirs, 1]], 1)
    every, groups = np.unique(numbered(places, shape), return_inverse=True)
    terms = math.multiply(chosen(a._values, mine), chosen(b._values, theirs))
    return assembled(spread(every, shape), summed(terms, groups, len(every)), shape)
