"""Raw ops on the parts of sparse tensors, and on rows of strings."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.ops import array, casting, sizes, string_ngrams, string_splits, unicode
from tfcompat._src.ops.sparse import at_elements
from tfcompat._src.raw.table import Table
from tfcompat._src.sparse import counting, crosses, elements, layout, products, reductions, rows
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor import Tensor

Parts = tuple[Tensor, Tensor, Tensor]

_WHOLE = "output_indices output_values output_shape"


def _parts(found: SparseTensor) -> Parts:
    return found._indices, found._values, found._dense_shape


def _pair(function: Callable[..., SparseTensor]) -> Callable[..., Any]:
    def call(*args: Any) -> Any:
        found = function(SparseTensor(*args[:3]), SparseTensor(*args[3:6]))
        return found._indices, found._values

    return call


def _sum(*args: Any) -> Parts:
    return _parts(elements.add(SparseTensor(*args[:3]), SparseTensor(*args[3:6]), args[6]))


def _dense_sum(indices: Any, values: Any, shape: Any, b: Any) -> Tensor:
    return elements.add(SparseTensor(indices, values, shape), b)


def _dense_part(indices: Any, values: Any, shape: Any, dense: Any) -> Tensor:
    sparse = SparseTensor(indices, values, shape)
    return sparse._values + at_elements("SparseDenseCwiseAdd", sparse, dense)


def _reduced(function: Callable[..., Any], sparse: bool) -> Callable[..., Any]:
    def call(indices: Any, values: Any, shape: Any, axes: Any, keep_dims: bool) -> Any:
        given = SparseTensor(indices, values, shape)
        found = function(given, axes, keep_dims, sparse)
        return _parts(found) if sparse else found

    return call


def _reshaped(indices: Any, shape: Any, new_shape: Any) -> tuple[Tensor, Tensor]:
    at = to_tensor(indices)
    found = layout.reshape(SparseTensor(at, array.reshape(at[:, :1], [-1]), shape), new_shape)
    return found._indices, found._dense_shape


def _sliced(indices: Any, values: Any, shape: Any, start: Any, size: Any) -> Parts:
    return _parts(layout.slice(SparseTensor(indices, values, shape), start, size))


def _softmax(indices: Any, values: Any, shape: Any) -> Tensor:
    return elements.softmax(SparseTensor(indices, values, shape))._values


def _joined(indices: Any, values: Any, shapes: Any, concat_dim: Any) -> Parts:
    given = [SparseTensor(*parts) for parts in zip(indices, values, shapes, strict=True)]
    return _parts(layout.concat(concat_dim, given))


def _split(
    split_dim: Any, indices: Any, values: Any, shape: Any, num_split: int
) -> list[list[Tensor]]:
    found = layout.split(SparseTensor(indices, values, shape), num_split, split_dim)
    return [list(column) for column in zip(*[_parts(part) for part in found], strict=True)]


def _product(
    indices: Any, values: Any, shape: Any, b: Any, adjoint_a: bool, adjoint_b: bool
) -> Tensor:
    sparse = SparseTensor(indices, values, shape)
    return products.sparse_dense_matmul(sparse, b, adjoint_a, adjoint_b)


def _filled(indices: Any, values: Any, shape: Any, default: Any) -> tuple[Tensor, ...]:
    given = SparseTensor(indices, values, shape)
    found, empty = rows.fill_empty_rows(given, default)
    # Rows keep their order, so that an element moves by the empty rows before its own.
    row = given._indices._numpy()[:, 0]
    before = np.concatenate([[0], np.cumsum(empty._numpy())])[row]
    order = np.argsort(row, kind="stable")
    moved = np.empty(len(row), np.int64)
    moved[order] = np.arange(len(row)) + before[order]
    return found._indices, found._values, empty, from_numpy(moved, dtypes.int64)


def _counted(values: Any, weights: Any, binary: bool, lowest: int, highest: int) -> Parts:
    given = to_tensor(weights)
    by = given if sizes.size(given)._numpy() else None
    return _counts(to_tensor(values), by, given._dtype, binary, lowest, highest)


def _counts(
    values: Any, weights: Any, dtype: DType, binary: bool, lowest: int, highest: int
) -> Parts:
    least, most = (None if n < 0 else n for n in (lowest, highest))
    found = counting.bincount(values, weights, -1, least, most, binary)
    return found._indices, casting.cast(found._values, dtype), found._dense_shape


def _sparse_counted(
    indices: Any, values: Any, shape: Any, weights: Any, binary: bool, lowest: int, highest: int
) -> Parts:
    by = to_tensor(weights)
    given = SparseTensor(indices, by, shape) if sizes.size(by)._numpy() else None
    sparse = SparseTensor(indices, values, shape)
    return _counts(sparse, given, by._dtype, binary, lowest, highest)


def _columns(indices: Any, values: Any, shapes: Any, dense: Any) -> list[Any]:
    given = [SparseTensor(*parts) for parts in zip(indices, values, shapes, strict=True)]
    return [*given, *[to_tensor(x) for x in dense]]


def _crossed(indices: Any, values: Any, shapes: Any, dense_inputs: Any, sep: Any) -> Parts:
    columns = _columns(indices, values, shapes, dense_inputs)
    return _parts(crosses.cross(columns, separator=sep))


# --------------------------------------------------------------------------------- rows of strings
def _string_split(input: Any, sep: Any, maxsplit: int) -> Parts:
    found = string_splits.split(to_tensor(input), sep, maxsplit)
    return _parts(found.to_sparse())


def _code_points(*args: Any) -> tuple[Tensor, Tensor]:
    *given, splits = args
    found = unicode.unicode_decode(*given).with_row_splits_dtype(splits)
    return found.row_splits, found.flat_values


def _code_points_and_places(*args: Any) -> tuple[Tensor, Tensor, Tensor]:
    *given, splits = args
    found, places = unicode.unicode_decode_with_offsets(*given)
    return found.with_row_splits_dtype(splits).row_splits, found.flat_values, places.flat_values


def _encoded(values: Any, splits: Any, *args: Any) -> Any:
    from tfcompat._src.ragged.tensor import RaggedTensor

    return unicode.unicode_encode(RaggedTensor.from_row_splits(values, splits), *args)


def _ngrams(
    data: Any,
    data_splits: Any,
    separator: Any,
    ngram_widths: Any,
    left_pad: Any,
    right_pad: Any,
    pad_width: int,
    preserve_short_sequences: bool,
) -> tuple[Tensor, Tensor]:
    from tfcompat._src.ragged.tensor import RaggedTensor

    pads = (left_pad, right_pad) if pad_width else None
    found = string_ngrams.ngrams(
        RaggedTensor.from_row_splits(data, to_tensor(data_splits)),
        list(ngram_widths),
        separator,
        pads,
        pad_width if pad_width > 0 else None,
        preserve_short_sequences,
    )
    return found.flat_values, found.row_splits


_A_AND_B = "a_indices a_values a_shape b_indices b_values b_shape"
_REDUCED = "input_indices input_values input_shape reduction_axes keep_dims=False"

TABLE: Table = {
    f"SparseAdd {_A_AND_B} thresh -> sum_indices sum_values sum_shape": _sum,
    f"SparseConcat indices values shapes concat_dim -> {_WHOLE}": _joined,
    f"SparseCrossV2 indices values shapes dense_inputs sep -> {_WHOLE}": _crossed,
    "SparseDenseCwiseAdd sp_indices sp_values sp_shape dense": _dense_part,
    (
        "SparseFillEmptyRows indices values dense_shape default_value -> output_indices "
        "output_values empty_row_indicator reverse_index_map"
    ): _filled,
    f"SparseReduceMax {_REDUCED}": _reduced(reductions.reduce_max, False),
    f"SparseReduceMaxSparse {_REDUCED} -> {_WHOLE}": _reduced(reductions.reduce_max, True),
    f"SparseReduceSum {_REDUCED}": _reduced(reductions.reduce_sum, False),
    f"SparseReduceSumSparse {_REDUCED} -> {_WHOLE}": _reduced(reductions.reduce_sum, True),
    "SparseReshape input_indices input_shape new_shape -> output_indices output_shape": _reshaped,
    f"SparseSlice indices values shape start size -> {_WHOLE}": _sliced,
    "SparseSoftmax sp_indices sp_values sp_shape": _softmax,
    f"SparseSparseMaximum {_A_AND_B} -> output_indices output_values": _pair(elements.maximum),
    f"SparseSparseMinimum {_A_AND_B} -> output_indices output_values": _pair(elements.minimum),
    f"SparseSplit split_dim indices values shape num_split -> {_WHOLE}": _split,
    "SparseTensorDenseAdd a_indices a_values a_shape b": _dense_sum,
    (
        "SparseTensorDenseMatMul a_indices a_values a_shape b adjoint_a=False adjoint_b=False"
    ): _product,
    (
        "DenseCountSparseOutput values weights binary_output minlength=-1 maxlength=-1 -> "
        "output_indices output_values output_dense_shape"
    ): _counted,
    (
        "SparseCountSparseOutput indices values dense_shape weights binary_output minlength=-1 "
        "maxlength=-1 -> output_indices output_values output_dense_shape"
    ): _sparse_counted,
    "StringSplitV2 input sep maxsplit=-1 -> indices values shape": _string_split,
    (
        "UnicodeDecode input input_encoding errors='replace' replacement_char=65533 "
        "replace_control_characters=False Tsplits=int64 -> row_splits char_values"
    ): _code_points,
    (
        "UnicodeDecodeWithOffsets input input_encoding errors='replace' replacement_char=65533 "
        "replace_control_characters=False Tsplits=int64 -> row_splits char_values "
        "char_to_byte_starts"
    ): _code_points_and_places,
    (
        "UnicodeEncode input_values input_splits output_encoding errors='replace' "
        "replacement_char=65533"
    ): _encoded,
    (
        "StringNGrams data data_splits separator ngram_widths left_pad right_pad pad_width "
        "preserve_short_sequences -> ngrams ngrams_splits"
    ): _ngrams,
}
