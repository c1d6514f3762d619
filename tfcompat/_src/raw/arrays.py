"""Raw ops that make, move and look up elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops import (
    approximate_sorting,
    array,
    blocks,
    casting,
    creation,
    diagonals,
    histogram,
    isotonic,
    joining,
    padding,
    partition,
    quasirandom,
    repeating,
    scatter,
    selection,
    sizes,
    slicing,
    sorting,
    unique,
)
from tfcompat._src.raw.common import first
from tfcompat._src.raw.table import Table
from tfcompat._src.tensor import Tensor


def _squeeze(input: Any, axis: Any) -> Tensor:
    return array.squeeze(input, axis or None)


def _conjugate_transpose(x: Any, perm: Any) -> Tensor:
    return array.transpose(x, perm, conjugate=True)


def _reverse(tensor: Any, dims: Any) -> Tensor:
    return array.reverse(tensor, np.flatnonzero(to_tensor(dims)._numpy()))


def _concat(axis: Any, values: Any) -> Tensor:
    return joining.concat(values, axis)


def _split(axis: Any, value: Any, num_split: int) -> list[Tensor]:
    return joining.split(value, num_split, axis)


def _split_v(value: Any, size_splits: Any, axis: Any, num_split: int) -> list[Tensor]:
    return joining.split(value, size_splits, axis, num_split)


def _gather(params: Any, indices: Any, validate_indices: bool) -> Tensor:
    return selection.gather(params, indices, axis=0)


def _gather_v2(params: Any, indices: Any, axis: Any, batch_dims: int) -> Tensor:
    return selection.gather(params, indices, axis=axis, batch_dims=batch_dims)


def _select(condition: Any, x: Any, y: Any) -> Tensor:
    chosen, a = to_tensor(condition), to_tensor(x)
    if len(chosen._shape) == 1 and len(a._shape) > 1:
        # A vector chooses whole rows.
        chosen = array.reshape(chosen, (-1, *[1] * (len(a._shape) - 1)))
    return selection.where(chosen, a, y)


def _bound(side: str) -> Any:
    def bound(sorted_inputs: Any, values: Any, out_type: Any) -> Tensor:
        return unique.searchsorted(sorted_inputs, values, side, out_type)

    return bound


def _bucketize(input: Any, boundaries: Any) -> Tensor:
    x = to_tensor(input)
    limits = np.array(boundaries, np.float32)
    if (np.diff(limits) < 0).any():
        raise invalid_argument("Bucketize", f"Expected sorted boundaries: received {boundaries}")
    # By ops that a graph records, whatever the size of the input.
    flat = array.reshape(casting.cast(x, dtypes.float64), [-1])
    found = unique.searchsorted(to_tensor(limits.astype(np.float64)), flat, side="right")
    return array.reshape(found, sizes.shape(x))


def _list_diff(x: Any, y: Any, out_idx: Any) -> tuple[Tensor, Tensor]:
    a = to_tensor(x)
    b = to_tensor(y, a._dtype)
    if len(a._shape) != 1 or len(b._shape) != 1:
        raise invalid_argument("ListDiff", "x and y should be vectors")
    at = np.flatnonzero(~np.isin(a._numpy(), b._numpy()))
    index = as_dtype(out_idx)
    place = from_numpy(at.astype(index.as_numpy_dtype), index)
    return selection.gather(a, place), place


def _unique_v2(x: Any, axis: Any, out_idx: Any) -> tuple[Tensor, Tensor]:
    return _unique_rows(x, axis, out_idx)[:2]


def _unique_rows(x: Any, axis: Any, out_idx: Any) -> tuple[Tensor, Tensor, Tensor]:
    """The distinct slices along an axis, in order of first occurrence."""
    tensor = to_tensor(x)
    axes = to_tensor(axis, dtypes.int64)._numpy().reshape(-1).tolist()
    rank = len(tensor._shape)
    if not axes and rank != 1:
        raise invalid_argument("UniqueV2", "unique expects a 1D vector: received no axis")
    along = axes[0] % rank if axes else 0
    rows = np.moveaxis(tensor._numpy(), along, 0)
    seen: dict[bytes, int] = {}
    firsts: list[int] = []
    place = []
    for i, row in enumerate(rows):
        key = np.ascontiguousarray(row).tobytes()
        if key not in seen:
            seen[key] = len(firsts)
            firsts.append(i)
        place.append(seen[key])
    index = as_dtype(out_idx)
    native = index.as_numpy_dtype
    counts = np.bincount(np.array(place, np.int64), minlength=len(firsts))
    return (
        selection.gather(tensor, np.array(firsts, np.int64), axis=along),
        from_numpy(np.array(place, native), index),
        from_numpy(counts.astype(native), index),
    )


def _nth_element(input: Any, n: Any, reverse: bool) -> Tensor:
    x, place = to_tensor(input), int(to_tensor(n))
    if not x._shape or not 0 <= place < x._shape[-1]:
        raise invalid_argument(
            "NthElement", f"received n={place} for the shape {list(x._shape)}; expected an n below"
        )
    ordered = sorting.sort(x, -1, "DESCENDING" if reverse else "ASCENDING")
    return selection.gather(ordered, place, axis=-1)


def _concat_offset(concat_dim: Any, shape: Any) -> list[Tensor]:
    axis = int(to_tensor(concat_dim))
    given = [to_tensor(s)._numpy() for s in shape]
    axis %= len(given[0])
    starts = np.cumsum([0] + [s[axis] for s in given[:-1]])
    offsets = [np.zeros_like(s) for s in given]
    for offset, start in zip(offsets, starts, strict=True):
        offset[axis] = start
    return [from_numpy(offset, as_dtype(offset.dtype)) for offset in offsets]


def _broadcast_gradient_args(s0: Any, s1: Any) -> tuple[Tensor, Tensor]:
    """The axes over which each operand's gradient is summed."""
    a, b = to_tensor(s0), to_tensor(s1)
    x, y = a._numpy().tolist(), b._numpy().tolist()
    rank = max(len(x), len(y))
    x, y = [[1] * (rank - len(s)) + s for s in (x, y)]
    native = a._dtype.as_numpy_dtype
    over = [[i for i in range(rank) if s[i] == 1 and x != y] for s in (x, y)]
    r0, r1 = [from_numpy(np.array(axes, native), a._dtype) for axes in over]
    return r0, r1


def _format_order(src: str, dst: str, op: str) -> list[int]:
    if sorted(src) != sorted(dst):
        raise invalid_argument(op, f"received {src!r} and {dst!r}; expected the same letters")
    return [src.index(letter) for letter in dst]


def _data_format_dim_map(x: Any, src_format: str, dst_format: str) -> Tensor:
    order = _format_order(src_format, dst_format, "DataFormatDimMap")
    place = to_tensor(np.argsort(order), to_tensor(x)._dtype)
    return selection.gather(place, array.reshape(_modulo(x, len(order)), to_tensor(x)._shape))


def _modulo(x: Any, size: int) -> Tensor:
    tensor = to_tensor(x)
    return from_numpy(tensor._numpy() % size, tensor._dtype)


def _data_format_vec_permute(x: Any, src_format: str, dst_format: str) -> Tensor:
    tensor = to_tensor(x)
    order = _format_order(src_format, dst_format, "DataFormatVecPermute")
    if tensor._shape and tensor._shape[0] == len(order) - 2:
        # Only the sizes in space are given.
        order = [src_format.index(letter) for letter in dst_format if letter not in "NC"]
        low = min(order)
        order = [i - low for i in order]
    elif not tensor._shape or tensor._shape[0] != len(order):
        raise invalid_argument(
            "DataFormatVecPermute",
            f"received the shape {list(tensor._shape)}; expected {len(order)} sizes, or "
            f"{len(order) - 2}",
        )
    return selection.gather(tensor, order)


def _inplace(update: Any) -> Any:
    def inplace(x: Any, i: Any, v: Any) -> Tensor:
        rows = array.reshape(to_tensor(i), (-1, 1))
        return update(x, rows, v)

    return inplace


def _pad_v2(input: Any, paddings: Any, constant_values: Any) -> Tensor:
    return padding.pad(input, paddings, constant_values=constant_values)


def _scatter_nd_add(input: Any, indices: Any, updates: Any, bad_indices_policy: str) -> Tensor:
    return scatter.tensor_scatter_nd_add(input, indices, updates)


def _one_hot(indices: Any, depth: Any, on_value: Any, off_value: Any, axis: int) -> Tensor:
    return creation.one_hot(indices, depth, on_value, off_value, axis)


def _empty(shape: Any, dtype: Any, init: bool) -> Tensor:
    return creation.zeros(shape, dtype)


def _matrix_diag_part(align: str) -> Any:
    def diag_part(input: Any, k: Any, padding_value: Any, align: str = align) -> Tensor:
        return diagonals.diag_part(input, k=k, padding_value=padding_value, align=align)

    return diag_part


def _matrix_diag(align: str) -> Any:
    def diag(
        diagonal: Any, k: Any, num_rows: Any, num_cols: Any, fill: Any, align: str = align
    ) -> Tensor:
        return diagonals.diag(
            diagonal, k=k, num_rows=num_rows, num_cols=num_cols, padding_value=fill, align=align
        )

    return diag


def _matrix_set_diag(align: str) -> Any:
    def set_diag(input: Any, diagonal: Any, k: Any, align: str = align) -> Tensor:
        return diagonals.set_diag(input, diagonal, k=k, align=align)

    return set_diag


def _in_top_k(predictions: Any, targets: Any, k: Any) -> Tensor:
    return sorting.in_top_k(targets, predictions, k)


def _strided_slice_update(
    input: Any, begin: Any, end: Any, strides: Any, value: Any, *masks: Any
) -> Tensor:
    x = to_tensor(input)
    places = np.arange(int(np.prod(x._shape)), dtype=np.int64).reshape(tuple(x._shape))
    chosen = slicing.strided_slice(places, begin, end, strides, *masks)
    at = array.reshape(chosen, (-1, 1))
    given = array.reshape(repeating.broadcast_to(to_tensor(value, x._dtype), chosen._shape), (-1,))
    flat = scatter.tensor_scatter_nd_update(array.reshape(x, (-1,)), at, given)
    return array.reshape(flat, tuple(x._shape))


def _parallel_concat(values: Any, shape: Any) -> Tensor:
    return joining.concat(values, 0)


def _batch_to_space(input: Any, crops: Any, block_size: int) -> Tensor:
    return blocks.batch_to_space(input, [block_size] * 2, crops)


def _space_to_batch(input: Any, paddings: Any, block_size: int) -> Tensor:
    return blocks.space_to_batch_nd(input, [block_size] * 2, paddings)


def _nothing() -> None:
    return None


def _isotonic(input: Any, output_dtype: Any) -> tuple[Tensor, Tensor]:
    values, segments = isotonic.isotonic_regression(input)
    return casting.cast(values, output_dtype), segments


TABLE: Table = {
    "DeepCopy x": array.identity,
    "EnsureShape input shape": array.ensure_shape,
    "GuaranteeConst input": partition.guarantee_const,
    "Identity input": array.identity,
    "IdentityN input": array.identity_n,
    "NoOp": _nothing,
    "PreventGradient input message=''": first(array.identity),
    "Snapshot input": array.identity,
    "StopGradient input": array.stop_gradient,
    "BroadcastArgs s0 s1": sizes.broadcast_dynamic_shape,
    "BroadcastGradientArgs s0 s1 -> r0 r1": _broadcast_gradient_args,
    "BroadcastTo input shape": repeating.broadcast_to,
    "ConjugateTranspose x perm": _conjugate_transpose,
    "ExpandDims input axis": array.expand_dims,
    "Reshape tensor shape": array.reshape,
    "Reverse tensor dims": _reverse,
    "ReverseSequence input seq_lengths seq_dim batch_dim=0": array.reverse_sequence,
    "ReverseV2 tensor axis": array.reverse,
    "Roll input shift axis": array.roll,
    "Squeeze input axis=[]": _squeeze,
    "Tile input multiples": repeating.tile,
    "Transpose x perm": array.transpose,
    "Concat concat_dim values": _concat,
    "ConcatOffset concat_dim shape": _concat_offset,
    "ConcatV2 values axis": joining.concat,
    "Pack values axis=0": joining.stack,
    "ParallelConcat values shape": _parallel_concat,
    "Split axis value num_split": _split,
    "SplitV value size_splits axis num_split": _split_v,
    "Unpack value num axis=0": joining.unstack,
    "Empty shape dtype init=False": _empty,
    "Fill dims value": creation.fill,
    "LinSpace start stop num": creation.linspace,
    "OneHot indices depth on_value off_value axis=-1": _one_hot,
    "Range start limit delta": creation.range,
    "Rank input": sizes.rank,
    "Shape input out_type=int32": sizes.shape,
    "ShapeN input out_type=int32": sizes.shape_n,
    "Size input out_type=int32": sizes.size,
    "UnravelIndex indices dims": sizes.unravel_index,
    "DataFormatDimMap x src_format='NHWC' dst_format='NCHW'": _data_format_dim_map,
    "DataFormatVecPermute x src_format='NHWC' dst_format='NCHW'": _data_format_vec_permute,
    "MirrorPad input paddings mode": padding.pad,
    "Pad input paddings": padding.pad,
    "PadV2 input paddings constant_values": _pad_v2,
    "Slice input begin size": slicing.slice,
    (
        "StridedSlice input begin end strides begin_mask=0 end_mask=0 ellipsis_mask=0 "
        "new_axis_mask=0 shrink_axis_mask=0"
    ): slicing.strided_slice,
    (
        "TensorStridedSliceUpdate input begin end strides value begin_mask=0 end_mask=0 "
        "ellipsis_mask=0 new_axis_mask=0 shrink_axis_mask=0"
    ): _strided_slice_update,
    "Bucketize input boundaries": _bucketize,
    "Gather params indices validate_indices=True": _gather,
    "GatherNd params indices bad_indices_policy=''": first(selection.gather_nd, 2),
    "GatherV2 params indices axis batch_dims=0": _gather_v2,
    "HistogramFixedWidth values value_range nbins dtype=int32": histogram.histogram_fixed_width,
    "InTopK predictions targets k": _in_top_k,
    "InTopKV2 predictions targets k": _in_top_k,
    "InvertPermutation x": sorting.invert_permutation,
    "ListDiff x y out_idx=int32 -> out idx": _list_diff,
    "LowerBound sorted_inputs values out_type=int32": _bound("left"),
    "NthElement input n reverse=False": _nth_element,
    "Select condition x y": _select,
    "SelectV2 condition t e": selection.where,
    "TopKV2 input k sorted=True index_type=int32 -> values indices": sorting.top_k,
    "Unique x out_idx=int32 -> y idx": unique.unique,
    "UniqueV2 x axis out_idx=int32 -> y idx": _unique_v2,
    "UniqueWithCounts x out_idx=int32 -> y idx count": unique.unique_with_counts,
    "UniqueWithCountsV2 x axis out_idx=int32 -> y idx count": _unique_rows,
    "UpperBound sorted_inputs values out_type=int32": _bound("right"),
    "Where condition": selection.where,
    "InplaceAdd x i v": _inplace(scatter.tensor_scatter_nd_add),
    "InplaceSub x i v": _inplace(scatter.tensor_scatter_nd_sub),
    "InplaceUpdate x i v": _inplace(scatter.tensor_scatter_nd_update),
    "ScatterNd indices updates shape bad_indices_policy=''": first(scatter.scatter_nd, 3),
    "ScatterNdNonAliasingAdd input indices updates bad_indices_policy=''": _scatter_nd_add,
    "TensorScatterAdd tensor indices updates bad_indices_policy=''": (
        first(scatter.tensor_scatter_nd_add, 3)
    ),
    "TensorScatterMax tensor indices updates bad_indices_policy=''": (
        first(scatter.tensor_scatter_nd_max, 3)
    ),
    "TensorScatterMin tensor indices updates bad_indices_policy=''": (
        first(scatter.tensor_scatter_nd_min, 3)
    ),
    "TensorScatterSub tensor indices updates bad_indices_policy=''": (
        first(scatter.tensor_scatter_nd_sub, 3)
    ),
    "TensorScatterUpdate tensor indices updates bad_indices_policy=''": (
        first(scatter.tensor_scatter_nd_update, 3)
    ),
    "Diag diagonal": diagonals.tensor_diag,
    "DiagPart input": diagonals.tensor_diag_part,
    "MatrixBandPart input num_lower num_upper": diagonals.band_part,
    "MatrixDiag diagonal": diagonals.diag,
    "MatrixDiagPart input": diagonals.diag_part,
    "MatrixDiagPartV2 input k padding_value": _matrix_diag_part("LEFT_LEFT"),
    "MatrixDiagPartV3 input k padding_value align='RIGHT_LEFT'": _matrix_diag_part("RIGHT_LEFT"),
    "MatrixDiagV2 diagonal k num_rows num_cols padding_value": _matrix_diag("LEFT_LEFT"),
    "MatrixDiagV3 diagonal k num_rows num_cols padding_value align='RIGHT_LEFT'": (
        _matrix_diag("RIGHT_LEFT")
    ),
    "MatrixSetDiag input diagonal": diagonals.set_diag,
    "MatrixSetDiagV2 input diagonal k": _matrix_set_diag("LEFT_LEFT"),
    "MatrixSetDiagV3 input diagonal k align='RIGHT_LEFT'": _matrix_set_diag("RIGHT_LEFT"),
    "BatchToSpace input crops block_size": _batch_to_space,
    "BatchToSpaceND input block_shape crops": blocks.batch_to_space,
    "DepthToSpace input block_size data_format='NHWC'": blocks.depth_to_space,
    "SpaceToBatch input paddings block_size": _space_to_batch,
    "SpaceToBatchND input block_shape paddings": blocks.space_to_batch_nd,
    "SpaceToDepth input block_size data_format='NHWC'": blocks.space_to_depth,
    "DynamicPartition data partitions num_partitions": partition.dynamic_partition,
    "DynamicStitch indices data": partition.dynamic_stitch,
    "Fingerprint data method": partition.fingerprint,
    "ParallelDynamicStitch indices data": partition.dynamic_stitch,
    "Timestamp": partition.timestamp,
    (
        "ApproxTopK input k reduction_dimension=-1 recall_target=0.95 is_max_k=True "
        "reduction_input_size_override=-1 aggregate_to_topk=True -> values indices"
    ): approximate_sorting.approx_top_k,
    "IsotonicRegression input output_dtype=float32 -> output segments": _isotonic,
    "SobolSample dim num_results skip dtype=float32": quasirandom.sobol_sample,
}
