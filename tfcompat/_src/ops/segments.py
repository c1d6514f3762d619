"""Sums and counts by label: tf.math.segment_sum, tf.math.unsorted_segment_max, tf.math.bincount."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import FLOATS, INDEX, NUMERIC, REAL, DType, as_dtype
from tfcompat._src.errors import invalid_argument, wrong_value
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import check_dtype, concrete, static_ints, wrong_dtype
from tfcompat._src.ops.scatter import scatter_rows
from tfcompat._src.ops.transcendental import sqrt
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("segments")
array = dispatch.family("array")

_FEW = 64
_ID_DTYPES = INDEX | {dtypes.int16}


# --------------------------------------------------------------------------------- sorted segments
def _sorted_segments(data: Any, segment_ids: Any, op: str) -> tuple[Tensor, Tensor, int]:
    """Data, ids and how many segments there are, which only the ids say."""
    x, ids = to_tensor(data), to_tensor(segment_ids)
    check_dtype(op, ids, INDEX)
    if len(ids._shape) != 1:
        raise invalid_argument(op, "segment_ids should be a vector.")
    if not x._shape:
        raise invalid_argument(op, "input must be at least rank 1")
    if x._shape[0] != ids._shape[0]:
        raise invalid_argument(
            op,
            "segment_ids should be the same size as dimension 0 of input; received "
            f"{ids._shape[0]} ids for {x._shape[0]} rows",
        )
    values = ids._numpy()
    if values.size and values[0] < 0:
        raise wrong_value(op, f"segment ids must be >= 0; received {values[0]}")
    if not _ascends(values):
        raise wrong_value(op, "segment ids are not increasing; expected them in order")
    return x, ids, int(values[-1]) + 1 if values.size else 0


def _ascends(values: np.ndarray[Any, Any]) -> bool:
    if len(values) <= _FEW:
        # Of few numbers Python knows sooner than NumPy.
        numbers = values.tolist()
        return bool(numbers == sorted(numbers))
    return not (values[1:] < values[:-1]).any()


def _segment(
    kernel: Any,
    data: Any,
    segment_ids: Any,
    op: str,
    accepted: frozenset[DType],
    *attrs: Any,
) -> Tensor:
    x, ids, count = _sorted_segments(data, segment_ids, op)
    check_dtype(op, x, accepted)
    return dispatch.execute(kernel, (x, ids), (count, *attrs), x._dtype)


@public("tfcompat.math")
def segment_sum(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The sum of the rows of each segment; `segment_ids` ascend."""
    return _segment(kernels.segment_sum, data, segment_ids, "SegmentSum", NUMERIC)


@public("tfcompat.math")
def segment_prod(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The product of the rows of each segment, 1 where it has none; `segment_ids` ascend."""
    return _segment(kernels.segment_prod, data, segment_ids, "SegmentProd", NUMERIC)


@public("tfcompat.math")
def segment_max(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The largest row of each segment, 0 where it has none; equal ones share the gradient."""
    return _segment(kernels.segment_max, data, segment_ids, "SegmentMax", REAL, 0)


@public("tfcompat.math")
def segment_min(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The smallest row of each segment, 0 where it has none; equal ones share the gradient."""
    return _segment(kernels.segment_min, data, segment_ids, "SegmentMin", REAL, 0)


@public("tfcompat.math")
def segment_mean(data: Any, segment_ids: Any, name: str | None = None) -> Tensor:
    """The mean of the rows of each segment, 0 where it has none; `segment_ids` ascend."""
    return _segment(kernels.segment_mean, data, segment_ids, "SegmentMean", NUMERIC)


# ------------------------------------------------------------------------------- unsorted segments
def _unsorted(
    kernel: Any,
    data: Any,
    segment_ids: Any,
    num_segments: Any,
    op: str,
    accepted: frozenset[DType],
    *attrs: Any,
) -> Tensor:
    x, ids = to_tensor(data), to_tensor(segment_ids)
    check_dtype(op, x, accepted)
    check_dtype(op, ids, _ID_DTYPES)
    if isinstance(num_segments, float):
        raise invalid_argument(op, f"received num_segments = {num_segments!r}; expected an int")
    if num_segments.__class__ is int:
        count = num_segments
    else:
        sizes = static_ints(num_segments, op)
        if len(sizes) != 1 or np.ndim(num_segments):
            raise invalid_argument(
                op, f"received num_segments = {num_segments!r}; expected a scalar"
            )
        count = sizes[0]
    if count < 0:
        raise invalid_argument(op, f"Input num_segments == {count} must not be negative.")
    shape, prefix = tuple(x._shape), tuple(ids._shape)
    if shape[: len(prefix)] != prefix:
        raise invalid_argument(
            op, f"data.shape = {list(shape)} does not start with segment_ids.shape = {list(prefix)}"
        )
    found = concrete(ids) if 0 not in shape else None
    if found is not None and found.size and found.max() >= count:
        raise invalid_argument(op, f"segment id {found.max()} is out of range [0, {count})")
    return dispatch.execute(kernel, (x, ids), (count, *attrs), x._dtype)


@public("tfcompat.math")
def unsorted_segment_sum(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The sum of the parts of each segment; parts with a negative id are dropped."""
    kernel = kernels.segment_sum
    return _unsorted(kernel, data, segment_ids, num_segments, "UnsortedSegmentSum", NUMERIC)


@public("tfcompat.math")
def unsorted_segment_prod(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The product of the parts of each segment, 1 where it has none."""
    kernel = kernels.segment_prod
    return _unsorted(kernel, data, segment_ids, num_segments, "UnsortedSegmentProd", NUMERIC)


def _number(limit: Any) -> int | float:
    return limit if isinstance(limit, int) else float(limit)


@public("tfcompat.math")
def unsorted_segment_max(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The largest part of each segment; where it has none, the lowest finite number."""
    x = to_tensor(data)
    check_dtype("UnsortedSegmentMax", x, REAL)
    lowest = _number(x._dtype.min)
    kernel = kernels.segment_max
    return _unsorted(kernel, x, segment_ids, num_segments, "UnsortedSegmentMax", REAL, lowest)


@public("tfcompat.math")
def unsorted_segment_min(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The smallest part of each segment; where it has none, the highest finite number."""
    x = to_tensor(data)
    check_dtype("UnsortedSegmentMin", x, REAL)
    highest = _number(x._dtype.max)
    kernel = kernels.segment_min
    return _unsorted(kernel, x, segment_ids, num_segments, "UnsortedSegmentMin", REAL, highest)


def _sizes(x: Tensor, segment_ids: Any, num_segments: Any, op: str) -> Tensor:
    """How many parts each segment has, at least one, in the shape of the sums."""
    ids = to_tensor(segment_ids)
    dtype = x._dtype if x._dtype in FLOATS else dtypes.float64
    ones = dispatch.execute_constant(kernels.ones, (ids,), (dtype,), dtype)
    counts = _unsorted(kernels.segment_sum, ones, ids, num_segments, op, FLOATS)
    shape = (*counts._shape, *[1] * (len(x._shape) - len(ids._shape)))
    return dispatch.execute(kernels.at_least_one, (counts,), (shape,), dtype)


@public("tfcompat.math")
def unsorted_segment_mean(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The mean of the parts of each segment, 0 where it has none."""
    x = to_tensor(data)
    check_dtype("UnsortedSegmentMean", x, REAL)
    return unsorted_segment_sum(x, segment_ids, num_segments) / _like(
        _sizes(x, segment_ids, num_segments, "UnsortedSegmentMean"), x
    )


@public("tfcompat.math")
def unsorted_segment_sqrt_n(
    data: Any, segment_ids: Any, num_segments: Any, name: str | None = None
) -> Tensor:
    """The sum of the parts of each segment over the square root of how many they are."""
    x = to_tensor(data)
    check_dtype("UnsortedSegmentSqrtN", x, FLOATS)
    sizes = _sizes(x, segment_ids, num_segments, "UnsortedSegmentSqrtN")
    return unsorted_segment_sum(x, segment_ids, num_segments) / sqrt(sizes)


def _like(sizes: Tensor, x: Tensor) -> Tensor:
    if sizes._dtype is x._dtype:
        return sizes
    return dispatch.execute_constant(array.cast, (sizes,), (x._dtype,), x._dtype)


# -------------------------------------------------------------------------------------- bincount
_WEIGHTS = frozenset({dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64})


@public("tfcompat.math")
def bincount(
    arr: Any,
    weights: Any = None,
    minlength: Any = None,
    maxlength: Any = None,
    dtype: Any = dtypes.int32,
    name: str | None = None,
    axis: int | None = None,
    binary_output: bool = False,
) -> Tensor:
    """How often each of 0, 1, 2, ... occurs in `arr`, or the sum of its weights there.

    With `axis=-1` each row of a matrix is counted alone. `binary_output` tells only whether.

    Raises InvalidArgumentError for negative values and sizes, ValueError for another axis and for
    weights beside `binary_output`.
    """
    if hasattr(arr, "_mapped"):
        from tfcompat._src.sparse.counting import dense_counts

        return dense_counts(arr, weights, minlength, maxlength, dtype, axis, binary_output)
    x = to_tensor(arr)
    if x._dtype in dtypes.INTEGERS and x._dtype not in INDEX:
        raise wrong_dtype("DenseBincount", x._dtype, INDEX)
    if axis not in (None, 0, -1):
        raise ValueError(f"bincount: received axis {axis}; only None, 0 and -1 are supported")
    values = x._numpy()
    if values.dtype.kind != "i":
        x = cast(x, dtypes.int32)
        values = x._numpy()
    size = _highest(values) + 1
    if size > np.iinfo(values.dtype).max:
        raise invalid_argument(
            "DenseBincount", f"Input arr must be non-negative! It has {values.min()}"
        )
    if minlength is not None:
        size = max(size, *static_ints(minlength, "bincount"))
    if maxlength is not None:
        size = min(size, *static_ints(maxlength, "bincount"))
    if size < 0:
        raise invalid_argument("DenseBincount", f"size ({size}) must be non-negative")
    w = None if weights is None else to_tensor(weights)
    if w is not None:
        if binary_output:
            raise ValueError("bincount: received weights beside binary_output; expected either")
        check_dtype("DenseBincount", w, _WEIGHTS)
        given, shape = tuple(w._shape), values.shape
        if not prod(given):
            # No weights at all say only of which dtype the numbers are.
            dtype, w = w._dtype, None
        elif prod(given) != values.size or (axis == -1 and given != shape):
            raise invalid_argument(
                "DenseBincount",
                f"`weights` must be the same shape as `arr`. Received {list(given)} for "
                f"{list(shape)}",
            )
    by_row = axis == -1 and values.ndim == 2
    if w is None and not (binary_output or by_row):
        wanted = _counted(dtype)
        return dispatch.execute_constant(kernels.bincount, (x,), (size, wanted), wanted)
    table = values if by_row else values.reshape(1, -1)
    # What is past the end goes to a column that is cut off.
    flat = np.minimum(table, size) + np.arange(len(table))[:, None] * (size + 1)
    wanted = _counted(dtype) if w is None else w._dtype
    if w is None:
        counts = np.bincount(flat.reshape(-1), minlength=len(table) * (size + 1))
        result = to_tensor(_cut(counts, len(table), size, by_row, binary_output), wanted)
        return result
    rows = len(table)
    inputs = (w, to_tensor(flat.reshape(-1)))
    return dispatch.execute(kernels.weighted_bins, inputs, (rows, size, by_row), wanted)


def _counted(dtype: Any) -> DType:
    wanted = as_dtype(dtype)
    if wanted not in _WEIGHTS:
        raise wrong_dtype("DenseBincount", wanted, _WEIGHTS)
    return wanted


def _highest(values: np.ndarray[Any, Any]) -> int:
    """The largest integer, -1 of none, and beyond the dtype's range if one is negative."""
    return int(values.view(f"u{values.itemsize}").max()) if values.size else -1


def _cut(counts: Any, rows: int, size: int, by_row: bool, binary: bool) -> Any:
    table = counts.reshape(rows, size + 1)[:, :size]
    if binary:
        table = table > 0
    return table if by_row else table[0]


@public("tfcompat.math")
def confusion_matrix(
    labels: Any,
    predictions: Any,
    num_classes: Any = None,
    weights: Any = None,
    dtype: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """How often each label, a row, was predicted as each class, a column, or the sum of weights.

    Raises InvalidArgumentError for labels or predictions outside [0, num_classes).
    """
    wanted = as_dtype(dtype)
    if wanted not in dtypes.NUMERIC_OR_BOOL:
        raise TypeError(f"confusion_matrix: received dtype={wanted.name}; expected a numeric one")
    rows, columns = _without_last_axis(to_tensor(labels), to_tensor(predictions))
    if rows._shape != columns._shape:
        raise invalid_argument(
            "confusion_matrix",
            f"received labels of shape {tuple(rows._shape)} and predictions of shape "
            f"{tuple(columns._shape)}; expected one shape",
        )
    if not (rows._dtype is columns._dtype is dtypes.int32):
        rows, columns = cast(rows, dtypes.int64), cast(columns, dtypes.int64)
    highest = _highest(rows._numpy()), _highest(columns._numpy())
    size = max(highest) + 1
    if not size and num_classes is None:
        raise invalid_argument("confusion_matrix", "received no labels; expected num_classes then")
    if num_classes is not None:
        (size,) = static_ints(num_classes, "confusion_matrix")
    for what, x, most in (("labels", rows, highest[0]), ("predictions", columns, highest[1])):
        if most >= size or most > np.iinfo(rows._dtype.as_numpy_dtype).max:
            found = x._numpy()
            raise invalid_argument(
                "confusion_matrix",
                f"`{what}` out of bound: received {found.min()} to {found.max()}, expected "
                f"0 to {size - 1}",
            )
    if size * size > np.iinfo(np.int32).max:
        rows, columns = cast(rows, dtypes.int64), cast(columns, dtypes.int64)
    at = reshape(rows * size + columns, [-1])
    if weights is None:
        table = dispatch.execute_constant(kernels.bincount, (at,), (size * size, wanted), wanted)
    else:
        values = cast(weights, wanted)
        if values._shape != rows._shape:
            raise ValueError(
                f"confusion_matrix: received weights of shape {tuple(values._shape)} for labels "
                f"of shape {tuple(rows._shape)}; expected one shape"
            )
        table = scatter_rows(reshape(values, [-1]), at, (size * size,))
    return reshape(table, (size, size))


def _without_last_axis(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """Drops an axis of size 1 that only one of the two has."""
    extra = len(x._shape) - len(y._shape)
    if extra == 1 and x._shape[-1] == 1:
        return reshape(x, x._shape[:-1]), y
    if extra == -1 and y._shape[-1] == 1:
        return x, reshape(y, y._shape[:-1])
    return x, y
