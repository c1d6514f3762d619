"""tf.reduce_sum and its like, and segments, of ragged tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops import division, math, segments
from tfcompat._src.ops.array import stop_gradient
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.comparisons import is_finite
from tfcompat._src.ops.creation import ones, ones_like, range as range_op, zeros_like
from tfcompat._src.ops.selection import where
from tfcompat._src.ops.sizes import shape as shape_of, size as size_of
from tfcompat._src.ops.transcendental import exp, log, sqrt
from tfcompat._src.ops.unique import searchsorted
from tfcompat._src.ragged import host, moving
from tfcompat._src.ragged.broadcasting import elementwise
from tfcompat._src.ragged.host import Array
from tfcompat._src.ragged.partition import RowPartition, of_splits
from tfcompat._src.ragged.shaping import expanded
from tfcompat._src.ragged.splits import rowids_of_splits, splits_of_lengths
from tfcompat._src.ragged.tensor import RaggedTensor, make, nested
from tfcompat._src.tensor import Tensor

_Segment = Callable[..., Any]


# ----------------------------------------------------------------------------------- rows by number
def rowids(part: RowPartition, values: Any) -> Any:
    """The row of each value; where the splits have no value, by ops that need none."""
    array = part.array
    if array is not None:
        return rowids_of_splits(array)
    if isinstance(values, RaggedTensor):
        count = values._partition.nrows()
    else:
        count = shape_of(values, part._dtype)[0]
    places = range_op(cast(count, part._dtype), dtype=part._dtype)
    return searchsorted(part._splits, places, side="right", out_type=part._dtype) - 1


def row_count(part: RowPartition) -> Any:
    """The number of rows: an int, or a scalar of a graph."""
    rows = part.static_nrows
    return shape_of(part._splits)[0] - 1 if rows is None else rows


def _columns(part: RowPartition) -> tuple[Any, Any]:
    """The place of each value in its row, and the length of the longest row."""

    def columns(splits: Array) -> tuple[Array, Array]:
        lengths = np.diff(splits)
        within = np.arange(splits[-1]) - np.repeat(splits[:-1], lengths)
        return within, np.asarray(lengths.max() if lengths.size else 0)

    array = part.array
    given = part._splits if array is None else array
    specs = [host.vector(None, dtypes.int64), host.scalar(dtypes.int64)]
    ids, longest = host.compute(columns, [given], specs)
    return ids, int(longest) if isinstance(longest, np.ndarray) else longest


def segmented(segment: _Segment, data: Any, ids: Any, count: Any) -> Any:
    """An unsorted segment op on tensors, of which a graph then knows the shape."""
    if data.shape.rank and data.shape[0] is None and ids.shape[0] is not None:
        data.set_shape([ids.shape[0], *data.shape[1:].as_list()])
    here = moving.segmented(segment.__name__, data, ids, count)
    if here is not None:
        return here
    found = segment(data, ids, count)
    if found.shape.rank is None and data.shape.rank is not None:
        found.set_shape([None, *data.shape[1:].as_list()])
    return found


def ragged_segments(segment: _Segment, data: Any, ids: Any, count: Any) -> Any:
    """What an unsorted segment op makes of the rows of a ragged tensor: rows in their turn."""
    if not isinstance(data, RaggedTensor):
        return segmented(segment, data, ids, count)
    part = data._partition

    def segment_rows(splits: Array, ids: Array, count: Array) -> tuple[Array, Array]:
        lengths = np.diff(splits)
        if ids.shape[:1] != lengths.shape:
            raise invalid_argument(
                "UnsortedSegment",
                f"data.shape = {list(lengths.shape)} does not start with segment_ids.shape = "
                f"{list(ids.shape)}",
            )
        longest = np.zeros(int(count), splits.dtype)
        kept = ids >= 0
        if kept.any() and ids.max() >= count:
            raise invalid_argument(
                "UnsortedSegment", f"segment id {ids.max()} is out of range [0, {count})"
            )
        np.maximum.at(longest, ids[kept], lengths[kept])
        new = splits_of_lengths(longest)
        rows = rowids_of_splits(splits)
        within = np.arange(splits[-1]) - splits[:-1][rows]
        of = ids[rows]
        return new, np.where(of < 0, -1, new[:-1][np.maximum(of, 0)] + within if count else -1)

    array = part.array
    inputs = [
        part._splits if array is None else array,
        ids,
        np.asarray(count) if isinstance(count, int) else count,
    ]
    specs = [host.vector(None, part._dtype), host.vector(None, dtypes.int64)]
    splits, inner = host.compute(segment_rows, inputs, specs)
    total = int(splits[-1]) if isinstance(splits, np.ndarray) else splits[-1]
    return make(
        ragged_segments(segment, data._values, inner, total), of_splits(splits, part._dtype)
    )


def unsorted(
    function: _Segment, data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Any:
    """tf.math.unsorted_segment_sum and its like."""
    ids = segment_ids
    while isinstance(ids, RaggedTensor):
        if not isinstance(data, RaggedTensor):
            raise ValueError("segment_ids is ragged, and data is not; expected a ragged data")
        data, ids = data._values, ids._values
    if not isinstance(data, RaggedTensor):
        return segmented(function, data, to_tensor(ids), num_segments)
    found = to_tensor(ids)
    number = num_segments if isinstance(num_segments, int) else to_tensor(num_segments)
    name_of = function.__name__
    if name_of.endswith(("mean", "sqrt_n")):
        total = ragged_segments(segments.unsorted_segment_sum, data, found, number)
        ones = nested(ones_like(data.flat_values), data._nested_row_partitions)
        times = ragged_segments(segments.unsorted_segment_sum, ones, found, number)
        if name_of.endswith("sqrt_n"):
            times = elementwise(sqrt, [times])
        return elementwise(division.truediv, [total, times])
    return ragged_segments(function, data, found, number)


# --------------------------------------------------------------------------------------- reductions
def axes_of(axis: Any, rank: int) -> list[int] | None:
    if axis is None:
        return None
    from tfcompat._src.ragged.conversions import axis_of

    if isinstance(axis, Tensor):
        known = host.known(axis)
        if axis.shape.rank == 0 or known is None:
            raise TypeError(f"axis must be an int; got {axis.dtype.name}")
        axis = known.tolist()
    if isinstance(axis, (list, tuple)):
        found = sorted([axis_of(a, rank, f"axis[{i}]") for i, a in enumerate(axis)])
        if len(set(found)) < len(found):
            raise invalid_argument("reduce", f"received the axes {axis}; expected different ones")
        return found
    return [axis_of(axis, rank)]


def _along(function: Callable[..., Any], segment: _Segment, value: Any, axis: int) -> Any:
    """A reduction along one axis."""
    if not isinstance(value, RaggedTensor):
        return function(value, axis)
    part = value._partition
    if axis == 0:
        ids, longest = _columns(part)
        return ragged_segments(segment, value._values, ids, longest)
    if axis == 1:
        ids = rowids(part, value._values)
        return ragged_segments(segment, value._values, ids, row_count(part))
    return make(_along(function, segment, value._values, axis - 1), part)


def reduced(
    function: Callable[..., Any], segment: _Segment, value: RaggedTensor, axes: list[int] | None
) -> Any:
    if axes is None or len(axes) == value.shape.rank:
        return function(value.flat_values)
    found: Any = value
    for axis in reversed(axes):
        found = _along(function, segment, found, axis)
    return found


def kept(found: Any, axes: list[int] | None, keepdims: bool, rank: int) -> Any:
    if keepdims:
        for axis in range(rank) if axes is None else axes:
            found = expanded(found, axis)
    return found


def _plain(segment: _Segment) -> Callable[..., Any]:
    def reduce(
        function: Callable[..., Any],
        input_tensor: Any,
        axis: Any = None,
        keepdims: bool = False,
        name: str | None = None,
    ) -> Any:
        rank = input_tensor.shape.rank
        axes = axes_of(axis, rank)
        return kept(reduced(function, segment, input_tensor, axes), axes, keepdims, rank)

    return reduce


reduce_sum = _plain(segments.unsorted_segment_sum)
reduce_prod = _plain(segments.unsorted_segment_prod)
reduce_max = _plain(segments.unsorted_segment_max)
reduce_min = _plain(segments.unsorted_segment_min)


def _segment_all(data: Any, ids: Any, count: Any) -> Any:
    found = segments.unsorted_segment_prod(cast(data, dtypes.int32), ids, count)
    return cast(found, dtypes.bool_)


def _segment_any(data: Any, ids: Any, count: Any) -> Any:
    return segments.unsorted_segment_sum(cast(data, dtypes.int32), ids, count) > 0


def _logical(segment: _Segment) -> Callable[..., Any]:
    reduce = _plain(segment)

    def reduce_logical(
        function: Callable[..., Any],
        input_tensor: Any,
        axis: Any = None,
        keepdims: bool = False,
        name: str | None = None,
    ) -> Any:
        flat = cast(input_tensor.flat_values, dtypes.bool_)
        truth = nested(flat, input_tensor._nested_row_partitions)
        return reduce(function, truth, axis, keepdims)

    return reduce_logical


reduce_all = _logical(_segment_all)
reduce_any = _logical(_segment_any)


def _ones(value: RaggedTensor, axes: list[int]) -> Any:
    """A one for each value, along the axes that are reduced."""
    flat, levels = value.flat_values, value.ragged_rank
    sizes = flat.shape.as_list() if flat.shape.rank is not None else [None]
    if None in sizes:
        return ones_like(flat)
    wanted = [n if levels + i in axes else 1 for i, n in enumerate(sizes)]
    return ones([sizes[0], *wanted[1:]], flat.dtype)


def _mean(value: RaggedTensor, axes: list[int] | None) -> Any:
    from tfcompat._src.ops.reductions import reduce_sum as dense_sum

    if axes is None or len(axes) == value.shape.rank:
        flat = value.flat_values
        return division.truediv(dense_sum(flat), cast(size_of(flat), flat.dtype))
    segment = segments.unsorted_segment_sum
    ones = nested(_ones(value, axes), value._nested_row_partitions)
    total = reduced(dense_sum, segment, value, axes)
    times = reduced(dense_sum, segment, ones, axes)
    if isinstance(total, RaggedTensor):
        return elementwise(division.truediv, [total, times])
    return division.truediv(total, times)


def reduce_mean(
    function: Callable[..., Any],
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool = False,
    name: str | None = None,
) -> Any:
    """tf.reduce_mean: a floating result for integers, nan for empty rows."""
    rank = input_tensor.shape.rank
    axes = axes_of(axis, rank)
    return kept(_mean(input_tensor, axes), axes, keepdims, rank)


def _mapped(function: Callable[..., Any], *values: Any) -> Any:
    if any(isinstance(v, RaggedTensor) for v in values):
        return elementwise(function, values)
    return function(*values)


def reduce_variance(
    function: Callable[..., Any],
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool = False,
    name: str | None = None,
) -> Any:
    """tf.math.reduce_variance: the mean of the squares without the square of the mean."""
    rank = input_tensor.shape.rank
    axes = axes_of(axis, rank)
    squares = nested(math.square(input_tensor.flat_values), input_tensor._nested_row_partitions)
    mean = _mean(input_tensor, axes)
    found = _mapped(
        lambda a, b: math.maximum(a - math.square(b), zeros_like(a)), _mean(squares, axes), mean
    )
    return kept(found, axes, keepdims, rank)


def reduce_std(
    function: Callable[..., Any],
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool = False,
    name: str | None = None,
) -> Any:
    """tf.math.reduce_std."""
    return _mapped(sqrt, reduce_variance(function, input_tensor, axis, keepdims))


def reduce_logsumexp(
    function: Callable[..., Any],
    input_tensor: Any,
    axis: Any = None,
    keepdims: bool = False,
    name: str | None = None,
) -> Any:
    """tf.reduce_logsumexp."""
    from tfcompat._src.ops.reductions import reduce_max as dense_max, reduce_sum as dense_sum

    rank = input_tensor.shape.rank
    axes = axes_of(axis, rank)
    largest = reduced(dense_max, segments.unsorted_segment_max, input_tensor, axes)
    largest = _mapped(lambda m: stop_gradient(where(is_finite(m), m, zeros_like(m))), largest)
    beside = kept(largest, axes, True, rank)
    powers = elementwise(lambda x, m: exp(x - m), [input_tensor, beside])
    total = reduced(dense_sum, segments.unsorted_segment_sum, powers, axes)
    found = _mapped(lambda t, m: log(t) + m, total, largest)
    return kept(found, axes, keepdims, rank)
