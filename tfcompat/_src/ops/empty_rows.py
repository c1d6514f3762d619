"""tf.ragged_fill_empty_rows: a value for every row that has none."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.joining import concat
from tfcompat._src.ops.reductions import reduce_sum
from tfcompat._src.ops.selection import gather
from tfcompat._src.tensor import Tensor


class RaggedFillEmptyRows(NamedTuple):
    """The rows and values with those filled in, which rows were empty, where each value went."""

    output_value_rowids: Tensor
    output_values: Tensor
    empty_row_indicator: Tensor
    reverse_index_map: Tensor


class RaggedFillEmptyRowsGrad(NamedTuple):
    """The gradients by the values and by the default value."""

    d_values: Tensor
    d_default_value: Tensor


def _int64(value: Any) -> np.ndarray[Any, Any]:
    tensor = to_tensor(value, None if isinstance(value, Tensor) else dtypes.int64)
    if tensor._dtype is not dtypes.int64:
        raise invalid_argument(
            "RaggedFillEmptyRows", f"received rows of {tensor._dtype.name}; expected int64"
        )
    return np.asarray(tensor._numpy())


@public("tfcompat")
def ragged_fill_empty_rows(
    value_rowids: Any, values: Any, nrows: Any, default_value: Any, name: str | None = None
) -> RaggedFillEmptyRows:
    """Gives each of `nrows` rows that has no value the default one; `value_rowids` are int64.

    Raises InvalidArgumentError for rows out of range, or another number of them than of values.
    """
    rows, count = _int64(value_rowids), int(_int64(nrows))
    found = to_tensor(values)
    default = to_tensor(default_value, found._dtype)
    if found._shape != rows.shape:
        raise invalid_argument(
            "RaggedFillEmptyRows",
            f"The length of `values` {list(found._shape)} must match the first dimension of "
            f"`value_rowids` {list(rows.shape)}",
        )
    wrong = np.nonzero((rows < 0) | (rows >= count))[0]
    if wrong.size:
        raise invalid_argument(
            "RaggedFillEmptyRows",
            f"indices({wrong[0]}, 0) is invalid: {rows[wrong[0]]} is not in [0, {count})",
        )
    empty = np.ones(count, bool)
    empty[rows] = False
    all_rows = np.concatenate([rows, np.nonzero(empty)[0]])
    order = np.argsort(all_rows, kind="stable")
    places = np.empty(order.size, np.int64)
    places[order] = np.arange(order.size)
    beside = concat([found, reshape(default, [1])], 0)
    return RaggedFillEmptyRows(
        from_numpy(all_rows[order], dtypes.int64),
        gather(beside, np.minimum(order, rows.size)),
        from_numpy(empty, dtypes.bool_),
        from_numpy(places[: rows.size], dtypes.int64),
    )


@public("tfcompat")
def ragged_fill_empty_rows_grad(
    reverse_index_map: Any, grad_values: Any, name: str | None = None
) -> RaggedFillEmptyRowsGrad:
    """The gradients of `ragged_fill_empty_rows`, by that of its values and by where they went."""
    places, given = _int64(reverse_index_map), to_tensor(grad_values)
    if places.size and (places.min() < 0 or places.max() >= given._shape[0]):
        raise invalid_argument(
            "RaggedFillEmptyRowsGrad",
            f"Elements in reverse index must be in [0, {given._shape[0]}) but got "
            f"{places.tolist()}",
        )
    filled = np.ones(given._shape[0], bool)
    filled[places] = False
    mask = cast(from_numpy(filled, dtypes.bool_), given._dtype)
    return RaggedFillEmptyRowsGrad(gather(given, places), reduce_sum(given * mask))
