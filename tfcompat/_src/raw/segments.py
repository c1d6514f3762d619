"""Raw ops over segments, histograms, sets and sparse tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops import (
    array,
    casting,
    creation,
    division,
    math,
    partition,
    repeating,
    segments,
    selection,
    sets,
    sparse,
)
from tfcompat._src.ops.scatter import tensor_scatter_nd_update
from tfcompat._src.raw.table import Table
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor import Tensor


def _root_n(data: Any, segment_ids: Any) -> Tensor:
    total = segments.segment_sum(data, segment_ids)
    ones = creation.ones(to_tensor(segment_ids)._shape, total._dtype)
    counts = math.maximum(segments.segment_sum(ones, segment_ids), casting.cast(1, total._dtype))
    scale = array.reshape(counts, (-1, *[1] * (len(total._shape) - 1))) ** 0.5
    return division.realdiv(total, scale)


def _picked(reduce: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def call(data: Any, indices: Any, segment_ids: Any, sparse_gradient: bool) -> Tensor:
        return reduce(selection.gather(data, indices), segment_ids)

    call.__name__ = reduce.__name__
    return call


def _picked_to(reduce: Callable[..., Tensor]) -> Callable[..., Tensor]:
    def call(
        data: Any, indices: Any, segment_ids: Any, num_segments: Any, sparse_gradient: bool
    ) -> Tensor:
        return reduce(selection.gather(data, indices), segment_ids, num_segments)

    call.__name__ = reduce.__name__
    return call


def _bincount(arr: Any, size: Any, weights: Any) -> Tensor:
    flat = array.reshape(to_tensor(arr), (-1,))
    return _dense_bincount(flat, size, weights, False)


def _dense_bincount(input: Any, size: Any, weights: Any, binary_output: bool) -> Tensor:
    values, length = to_tensor(input), int(to_tensor(size))
    given: Any = to_tensor(weights)
    if not given._shape or 0 in given._shape:
        kind, given = given._dtype, None
    else:
        kind = given._dtype
    found = segments.bincount(
        values,
        weights=None if binary_output else given,
        minlength=length,
        maxlength=length,
        dtype=kind,
        axis=-1 if len(values._shape) == 2 else 0,
        binary_output=binary_output,
    )
    return casting.cast(found, kind)


_SETS: dict[str, Callable[..., SparseTensor]] = {
    "a-b": sets.difference,
    "b-a": lambda a, b, validate_indices: sets.difference(a, b, False, validate_indices),
    "intersection": sets.intersection,
    "union": sets.union,
}


def _combined(a: Any, b: Any, operation: Any, validate: bool) -> tuple[Tensor, Tensor, Tensor]:
    name = operation.decode() if isinstance(operation, bytes) else str(operation)
    if name not in _SETS:
        raise invalid_argument(
            "SetOperation", f"received {operation!r}; expected one of {', '.join(_SETS)}"
        )
    found = _SETS[name](a, b, validate_indices=validate)
    return found.indices, found.values, found.dense_shape


def _dense_to_sparse(
    set1: Any, indices: Any, values: Any, shape: Any, operation: Any, validate: bool
) -> tuple[Tensor, Tensor, Tensor]:
    return _combined(set1, SparseTensor(indices, values, shape), operation, validate)


def _sparse_to_sparse(*args: Any) -> tuple[Tensor, Tensor, Tensor]:
    return _combined(SparseTensor(*args[:3]), SparseTensor(*args[3:6]), *args[6:])


def _set_size(indices: Any, values: Any, shape: Any, validate: bool) -> Tensor:
    return sets.size(SparseTensor(indices, values, shape), validate)


def _reordered(indices: Any, values: Any, shape: Any) -> tuple[Tensor, Tensor]:
    found = sparse.reorder(SparseTensor(indices, values, shape))
    return found.indices, found.values


def _to_dense(
    sparse_indices: Any, output_shape: Any, sparse_values: Any, default_value: Any, validate: bool
) -> Tensor:
    at, values = to_tensor(sparse_indices), to_tensor(sparse_values)
    shape = tuple(to_tensor(output_shape)._numpy().tolist())
    if len(at._shape) < 2:
        at = array.reshape(at, (-1, 1))
    if validate:
        sparse.check_order("SparseToDense", at._numpy(), to_tensor(output_shape)._numpy())
    values = repeating.broadcast_to(values, (at._shape[0],))
    whole = creation.fill(shape, to_tensor(default_value, values._dtype))
    return tensor_scatter_nd_update(whole, at, values)


def _cwise(operation: Callable[[SparseTensor, Any], SparseTensor]) -> Callable[..., Tensor]:
    def call(indices: Any, values: Any, shape: Any, dense: Any) -> Tensor:
        return operation(SparseTensor(indices, values, shape), dense).values

    call.__name__ = operation.__name__
    return call


def _edit_distance(*args: Any) -> Tensor:
    return partition.edit_distance(SparseTensor(*args[:3]), SparseTensor(*args[3:6]), args[6])


TABLE: Table = {
    "SegmentMax data segment_ids": segments.segment_max,
    "SegmentMaxV2 data segment_ids num_segments": segments.unsorted_segment_max,
    "SegmentMean data segment_ids": segments.segment_mean,
    "SegmentMin data segment_ids": segments.segment_min,
    "SegmentMinV2 data segment_ids num_segments": segments.unsorted_segment_min,
    "SegmentProd data segment_ids": segments.segment_prod,
    "SegmentProdV2 data segment_ids num_segments": segments.unsorted_segment_prod,
    "SegmentSum data segment_ids": segments.segment_sum,
    "SegmentSumV2 data segment_ids num_segments": segments.unsorted_segment_sum,
    "SparseSegmentMean data indices segment_ids sparse_gradient=False": (
        _picked(segments.segment_mean)
    ),
    (
        "SparseSegmentMeanWithNumSegments data indices segment_ids num_segments "
        "sparse_gradient=False"
    ): _picked_to(segments.unsorted_segment_mean),
    "SparseSegmentSqrtN data indices segment_ids sparse_gradient=False": _picked(_root_n),
    (
        "SparseSegmentSqrtNWithNumSegments data indices segment_ids num_segments "
        "sparse_gradient=False"
    ): _picked_to(segments.unsorted_segment_sqrt_n),
    "SparseSegmentSum data indices segment_ids sparse_gradient=False": (
        _picked(segments.segment_sum)
    ),
    (
        "SparseSegmentSumWithNumSegments data indices segment_ids num_segments "
        "sparse_gradient=False"
    ): _picked_to(segments.unsorted_segment_sum),
    "UnsortedSegmentMax data segment_ids num_segments": segments.unsorted_segment_max,
    "UnsortedSegmentMin data segment_ids num_segments": segments.unsorted_segment_min,
    "UnsortedSegmentProd data segment_ids num_segments": segments.unsorted_segment_prod,
    "UnsortedSegmentSum data segment_ids num_segments": segments.unsorted_segment_sum,
    "Bincount arr size weights": _bincount,
    "DenseBincount input size weights binary_output=False": _dense_bincount,
    (
        "DenseToDenseSetOperation set1 set2 set_operation validate_indices=True -> "
        "result_indices result_values result_shape"
    ): _combined,
    (
        "DenseToSparseSetOperation set1 set2_indices set2_values set2_shape "
        "set_operation validate_indices=True -> result_indices result_values "
        "result_shape"
    ): _dense_to_sparse,
    "SetSize set_indices set_values set_shape validate_indices=True": _set_size,
    (
        "SparseToSparseSetOperation set1_indices set1_values set1_shape set2_indices "
        "set2_values set2_shape set_operation validate_indices=True -> result_indices "
        "result_values result_shape"
    ): _sparse_to_sparse,
    "SparseDenseCwiseDiv sp_indices sp_values sp_shape dense": _cwise(sparse.divide),
    "SparseDenseCwiseMul sp_indices sp_values sp_shape dense": _cwise(sparse.multiply),
    "SparseReorder input_indices input_values input_shape -> output_indices output_values": (
        _reordered
    ),
    (
        "SparseToDense sparse_indices output_shape sparse_values default_value "
        "validate_indices=True"
    ): _to_dense,
    (
        "EditDistance hypothesis_indices hypothesis_values hypothesis_shape "
        "truth_indices truth_values truth_shape normalize=True"
    ): _edit_distance,
}
