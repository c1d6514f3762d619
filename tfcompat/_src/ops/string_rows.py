"""Ops that make several values of each string: a vector of one string, ragged rows of more."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.ops.string_arrays import filled
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

#: All values, row after row, and how many each row has.
Rows = tuple[list[Any], Any]


def is_ragged(value: Any) -> bool:
    """Whether it is a tf.RaggedTensor, whose class stands above the ops."""
    return hasattr(value, "with_flat_values") and hasattr(value, "row_splits")


def _values(parts: list[Any], dtype: DType) -> Tensor:
    if dtype is dtypes.string:
        return filled(parts, (len(parts),))
    return from_numpy(np.array(parts, dtype.as_numpy_dtype), dtype)


def flattened(rows: list[list[Any]]) -> Rows:
    """The rows of lists."""
    return list(chain.from_iterable(rows)), [len(row) for row in rows]


def in_rows(
    input: Any, function: Callable[[list[bytes]], Sequence[Rows]], *kinds: DType
) -> tuple[Any, ...]:
    """One result for each dtype of `kinds`: rows of what `function` makes of a list of strings."""
    if is_ragged(input):
        found = in_rows(input.flat_values, function, *kinds)
        return tuple([input.with_flat_values(part) for part in found])
    x = to_tensor(input, dtypes.string) if not isinstance(input, Tensor) else input
    array = x._numpy()
    results = function(array.reshape(-1).tolist())
    if not array.ndim:
        return tuple([_values(flat, d) for (flat, _), d in zip(results, kinds, strict=True)])
    from tfcompat._src.ragged.tensor import RaggedTensor

    made = []
    for (flat, counts), dtype in zip(results, kinds, strict=True):
        lengths = from_numpy(np.asarray(counts, np.int64), dtypes.int64)
        values = _values(flat, dtype)
        ragged: Any = RaggedTensor.from_row_lengths(values, lengths, validate=False)
        if array.ndim > 1:
            outer = RaggedTensor.from_tensor(x, ragged_rank=array.ndim - 1)
            ragged = outer.with_flat_values(ragged)
        made.append(ragged)
    return tuple(made)


def rows_spec(input: Any, *kinds: DType) -> Any:
    """The specs of what `in_rows` gives; the only one alone.

    Raises ValueError where the rank is not known.
    """
    shape = input.shape if hasattr(input, "shape") else to_tensor(input).shape
    if shape.rank is None:
        raise ValueError("tf.strings: the rank of the strings must be known statically")
    if not shape.rank:
        specs: list[Any] = [TensorSpec([None], dtype) for dtype in kinds]
    else:
        from tfcompat._src.ragged.spec import RaggedTensorSpec

        splits = input.row_splits.dtype if is_ragged(input) else dtypes.int64
        sizes = [*shape.as_list(), None]
        specs = [RaggedTensorSpec(sizes, dtype, shape.rank, splits) for dtype in kinds]
    return specs[0] if len(specs) == 1 else tuple(specs)
