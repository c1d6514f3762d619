"""tf.sparse: rows without elements, and elements as indicators."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reshape
from tfcompat._src.sparse.common import (
    as_sparse,
    assembled,
    chosen,
    coordinates,
    joined,
    numbered,
    same,
    sizes,
    static_list,
)
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec


def _filled(sp_input: Any, default_value: Any, name: str | None = None) -> Any:
    found = same(sp_input)
    rows = found.shape[0] if found.shape.rank else None
    return found, TensorSpec([rows], dtypes.bool_)


@gives(_filled)
@public("tfcompat.sparse")
def fill_empty_rows(
    sp_input: Any, default_value: Any, name: str | None = None
) -> tuple[SparseTensor, Tensor]:
    """The tensor with `default_value` in each row without elements, and which rows those were.

    Raises InvalidArgumentError for coordinates out of order.
    """
    x = as_sparse(sp_input)
    shape, at = sizes(x), coordinates(x)
    default = to_tensor(default_value, x.dtype)
    if default._shape:
        raise invalid_argument(
            "SparseFillEmptyRows", f"default_value must be a scalar, saw: {list(default._shape)}"
        )
    count = shape[0]
    if len(at) and not count:
        raise invalid_argument(
            "SparseFillEmptyRows", f"received dense_shape[0] = 0, but {len(at)} elements"
        )
    row = at[:, 0]
    wrong = np.flatnonzero((row < 0) | (row >= count))
    if len(wrong):
        raise invalid_argument(
            "SparseFillEmptyRows",
            f"indices({wrong[0]}, 0) is invalid: {row[wrong[0]]} >= {count}",
        )
    has = np.zeros(count, np.bool_)
    has[row] = True
    empty = np.flatnonzero(~has)
    new = np.zeros((len(empty), len(shape)), np.int64)
    new[:, 0] = empty
    every = np.concatenate([at, new])
    # Elements of one row stay in their order.
    order = np.argsort(every[:, 0], kind="stable")
    both = joined([x._values, reshape(default, [1])])
    places = np.concatenate([np.arange(len(at)), np.full(len(empty), len(at))])[order]
    filled = assembled(every[order], chosen(both, places), shape)
    return filled, from_numpy(~has, dtypes.bool_)


def _indicated(sp_input: Any, vocab_size: Any, name: str | None = None) -> TensorSpec:
    shape = as_sparse(sp_input).shape
    size = static_list(vocab_size)
    if shape.rank is None:
        return TensorSpec(None, dtypes.bool_)
    return TensorSpec([*shape.as_list()[:-1], None if size is None else size[0]], dtypes.bool_)


@gives(_indicated)
@public("tfcompat.sparse")
def to_indicator(sp_input: Any, vocab_size: Any, name: str | None = None) -> Tensor:
    """A dense bool tensor that says which of 0, ..., vocab_size - 1 each row of values has.

    Raises InvalidArgumentError for values that are not in this range.
    """
    x = as_sparse(sp_input)
    shape, at = sizes(x), coordinates(x)
    size = int(to_tensor(vocab_size)._numpy())
    if size < 0:
        text = f"received vocab_size={size}; expected 0 or more"
        if size < -1:
            raise ValueError(f"sparse.to_indicator: {text}")
        raise invalid_argument("sparse.to_indicator", text)
    values = x._values._numpy().astype(np.int64)
    lead = shape[:-1]
    if len(values) and (values.min() < 0 or values.max() >= size):
        worst = values[(values < 0) | (values >= size)][0]
        raise invalid_argument(
            "SparseToDense", f"received the value {worst}; expected 0 <= value < {size}"
        )
    found = np.zeros((*lead, size), np.bool_)
    found.reshape(-1, size)[numbered(at[:, :-1], lead), values] = True
    return from_numpy(found, dtypes.bool_)
