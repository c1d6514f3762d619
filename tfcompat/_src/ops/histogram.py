"""Bins of one width: tf.histogram_fixed_width, tf.histogram_fixed_width_bins."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, operand, to_tensor
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.common import check_dtype, mismatch
from tfcompat._src.tensor import Tensor

_COUNTED = dtypes.INDEX | {dtypes.float32, dtypes.float64}


def _number_of_bins(nbins: Any, op: str) -> int:
    count = to_tensor(nbins, dtypes.int32)._numpy()
    if count.ndim:
        raise invalid_argument(
            op, f"received nbins of shape {list(count.shape)}; expected a scalar"
        )
    if count < 1:
        raise invalid_argument(op, f"nbins should be a positive number, but got '{count}'")
    return int(count)


def _values_and_range(values: Any, value_range: Any, op: str) -> tuple[Tensor, Tensor]:
    x = to_tensor(values)
    ends = value_range if isinstance(value_range, Tensor) else operand(value_range, x._dtype)
    if ends._dtype is not x._dtype:
        raise mismatch(op, x, ends)
    return x, ends


@public("tfcompat")
def histogram_fixed_width(
    values: Any,
    value_range: Any,
    nbins: Any = 100,
    dtype: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """How many values lie in each of `nbins` bins of one width between two numbers.

    What lies outside counts for the first or the last bin. No derivative flows through.

    Args:
      values: int32, int64, float32 or float64, of any shape.
      value_range: the two ends, of the same dtype.
      nbins: an int32.
      dtype: int32 or int64.
      name: ignored.

    Raises InvalidArgumentError for NaN, or an empty range.
    """
    op = "HistogramFixedWidth"
    wanted = as_dtype(dtype)
    x, ends = _values_and_range(values, value_range, op)
    check_dtype(op, x, _COUNTED)
    if wanted not in dtypes.INDEX:
        raise invalid_argument(op, f"received dtype={wanted.name}; expected int32 or int64")
    if tuple(ends._shape) != (2,):
        raise invalid_argument(
            op,
            f"value_range should be a vector of 2 elements: received the shape {list(ends._shape)}",
        )
    count = _number_of_bins(nbins, op)
    low, high = ends._numpy()
    if not low < high:
        raise invalid_argument(
            op,
            "value_range should satisfy value_range[0] < value_range[1], but got "
            f"'[{low}, {high}]'",
        )
    numbers = x._numpy().reshape(-1)
    if np.isnan(numbers).any():
        raise invalid_argument(op, "Histogram values must not contain NaN")
    step = float(high - low) / count
    with np.errstate(over="ignore", invalid="ignore"):
        above = (np.maximum(numbers, low) - low).astype(np.float64)
    bins = np.minimum(above / step, count - 1).astype(np.int64)
    found = np.bincount(bins, minlength=count).astype(wanted.as_numpy_dtype)
    return from_numpy(found, wanted)


@public("tfcompat")
def histogram_fixed_width_bins(
    values: Any,
    value_range: Any,
    nbins: Any = 100,
    dtype: Any = dtypes.int32,
    name: str | None = None,
) -> Tensor:
    """The bin that each value lies in, as int32; see `tf.histogram_fixed_width`.

    `values` are floating. `dtype` has no effect, as in TensorFlow.

    Raises InvalidArgumentError unless `value_range` holds two numbers.
    """
    op = "histogram_fixed_width_bins"
    # Python numbers do not take the values' dtype here.
    x, ends = _values_and_range(values, to_tensor(value_range), op)
    check_dtype(op, x, dtypes.FLOATS)
    as_dtype(dtype)
    count = _number_of_bins(nbins, op)
    if not ends._shape or ends._shape[0] < 2:
        raise invalid_argument(
            op, f"received value_range of shape {list(ends._shape)}; expected two numbers"
        )
    low, high = ends._numpy()[:2]
    with np.errstate(all="ignore"):
        scaled = (x._numpy() - low) / (high - low)
        bins = np.floor(scaled.dtype.type(count) * scaled)
        whole = np.nan_to_num(bins.astype(np.float64), nan=-(2.0**31))
        whole = np.clip(whole, -(2.0**31), 2.0**31 - 1).astype(np.int32)
    unordered = np.isnan(np.asarray(bins, np.float64))
    return from_numpy(
        np.where(unordered, whole, np.clip(whole, 0, count - 1)).astype(np.int32), dtypes.int32
    )
