"""Rows of a table combined by sparse lists of ids: tf.nn.embedding_lookup_sparse, ..."""

from __future__ import annotations

from math import prod
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.ops import division, math
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.creation import zeros_like
from tfcompat._src.ops.embedding import embedding_lookup
from tfcompat._src.ops.joining import concat
from tfcompat._src.ops.segments import segment_sum
from tfcompat._src.ops.selection import gather, where
from tfcompat._src.ops.string_rows import is_ragged
from tfcompat._src.ops.transcendental import sqrt
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

_COMBINERS = ("mean", "sqrtn", "sum")


def _combiner(combiner: str | None) -> str:
    found = "mean" if combiner is None else combiner
    if found not in _COMBINERS:
        raise ValueError(f"combiner must be one of 'mean', 'sqrtn' or 'sum', got {found}")
    return found


def _rows(
    params: Any,
    sp_ids: Any,
    sp_weights: Any,
    combiner: str | None = None,
    max_norm: Any = None,
    name: str | None = None,
    allow_fast_lookup: bool = False,
) -> TensorSpec:
    table = to_tensor(params[0] if isinstance(params, (list, tuple)) else params)
    return TensorSpec([None, *table.shape[1:]], table._dtype)


@gives(_rows)
@public("tfcompat.nn")
def embedding_lookup_sparse(
    params: Any,
    sp_ids: Any,
    sp_weights: Any,
    combiner: str | None = None,
    max_norm: Any = None,
    name: str | None = None,
    allow_fast_lookup: bool = False,
) -> Tensor:
    """The rows of a table that each row of sparse ids names, combined.

    Args:
      params: the table, or a list of tables that follow each other.
      sp_ids: a tf.SparseTensor of rank 2 with int32 or int64 values.
      sp_weights: what each id counts, a tf.SparseTensor of the same shape; None: 1.
      combiner: "sum"; "mean", divided by the weights' sum; "sqrtn", by the root of their squares'.
      max_norm: rows with a larger Euclidean norm are scaled down to it.
      name: ignored.
      allow_fast_lookup: ignored.

    Returns:
      A row for each row of ids up to the last one that has any; zeros where there is none.

    Raises:
      TypeError: what is not sparse.
      ValueError: another combiner, or weights of another shape.
    """
    how = _combiner(combiner)
    if not isinstance(sp_ids, SparseTensor):
        raise TypeError(f"sp_ids must be SparseTensor, got {type(sp_ids)}")
    if sp_weights is not None and not isinstance(sp_weights, SparseTensor):
        raise TypeError(f"sp_weights must be either None or SparseTensor, got {type(sp_weights)}")
    if params is None:
        raise ValueError(
            "embedding_lookup_sparse: Attempt to convert a value (None) with an unsupported type "
            "to a Tensor."
        )
    ids = sp_ids.values
    segments = from_numpy(np.ascontiguousarray(sp_ids.indices._numpy()[:, 0]), dtypes.int64)
    weights = None if sp_weights is None else sp_weights.values
    if weights is not None and tuple(weights._shape) != tuple(ids._shape):
        raise ValueError(
            f"embedding_lookup_sparse: Shapes {tuple(ids._shape)} and {tuple(weights._shape)} are "
            "incompatible; expected as many weights as ids"
        )
    rows = embedding_lookup(params, ids, max_norm)
    if weights is None:
        count = from_numpy(np.ones(ids._shape[0], rows._dtype.as_numpy_dtype), rows._dtype)
        return _combined(rows, count, segments, how)
    weights = cast(weights, rows._dtype)
    rows = math.multiply(rows, _wide(weights, rows))
    return _combined(rows, weights, segments, how)


def _wide(x: Tensor, rows: Tensor) -> Tensor:
    return reshape(x, (-1, *(1,) * (len(rows._shape) - 1)))


def _combined(rows: Tensor, weights: Tensor, segments: Tensor, how: str) -> Tensor:
    total = segment_sum(rows, segments)
    if how == "sum":
        return total
    if how == "mean":
        by = segment_sum(weights, segments)
    else:
        by = sqrt(segment_sum(math.square(weights), segments))
    return division.divide_no_nan(total, _wide(by, total))


def _safe_rows(embedding_weights: Any, sparse_ids: Any, *args: Any, **kwargs: Any) -> TensorSpec:
    spec = _rows(embedding_weights, sparse_ids, None)
    lead = sparse_ids.shape
    return TensorSpec(None if lead.rank is None else [*lead[:-1], *spec.shape[1:]], spec.dtype)


@gives(_safe_rows)
@public("tfcompat.nn")
def safe_embedding_lookup_sparse(
    embedding_weights: Any,
    sparse_ids: Any,
    sparse_weights: Any = None,
    combiner: str = "mean",
    default_id: Any = None,
    max_norm: Any = None,
    name: str | None = None,
    allow_fast_lookup: bool = False,
) -> Tensor:
    """`embedding_lookup_sparse` that leaves out negative ids and knows rows without any.

    Args:
      embedding_weights: the table, or a list of tables that follow each other.
      sparse_ids: a tf.SparseTensor or RaggedTensor of rank 2 or more; the last axis is combined.
      sparse_weights: likewise; but for "sum", ids whose weight is not above 0 are left out.
      combiner: as in `embedding_lookup_sparse`.
      default_id: what stands for an empty row; None: a row of zeros.
      max_norm: as in `embedding_lookup_sparse`.
      name: ignored.
      allow_fast_lookup: ignored.

    Raises ValueError without tables or for another combiner.
    """
    if embedding_weights is None or (
        isinstance(embedding_weights, (list, tuple)) and not embedding_weights
    ):
        raise ValueError(f"Missing embedding_weights {embedding_weights}.")
    how = _combiner(combiner)
    if is_ragged(sparse_ids):
        sparse_ids = sparse_ids.to_sparse()
        sparse_weights = None if sparse_weights is None else sparse_weights.to_sparse()
    sizes = sparse_ids.dense_shape._numpy().tolist()
    lead, count = sizes[:-1], prod(sizes[:-1])
    at = sparse_ids.indices._numpy()
    if lead and at.size:
        numbers = np.ravel_multi_index(tuple(at[:, :-1].T), lead)
    else:
        numbers = np.zeros(len(at), np.int64)
    ids = sparse_ids.values._numpy()
    keep = ids >= 0
    weights = None if sparse_weights is None else sparse_weights.values
    if weights is not None and how != "sum":
        keep = keep & (weights._numpy() > 0)
    empty = np.setdiff1d(np.arange(count), numbers[keep])
    kept = np.flatnonzero(keep)
    every = np.concatenate([numbers[kept], empty])
    order = np.argsort(every, kind="stable")
    filler = np.full(len(empty), 0 if default_id is None else int(default_id), ids.dtype)
    chosen = np.concatenate([ids[kept], filler])[order]
    indices = np.stack([every[order], np.zeros(len(every), np.int64)], 1).astype(np.int64)
    shape = [count, max(sizes[-1], 1)]
    sparse = SparseTensor(indices, to_tensor(chosen, sparse_ids.values._dtype), shape)
    by = None
    if weights is not None:
        ones = from_numpy(np.ones(len(empty), weights._dtype.as_numpy_dtype), weights._dtype)
        values = concat([gather(weights, kept, axis=-1), ones], 0)
        by = SparseTensor(indices, gather(values, order, axis=-1), shape)
    found = embedding_lookup_sparse(embedding_weights, sparse, by, how, max_norm)
    if default_id is None and len(empty):
        mask = np.zeros((count, *(1,) * (len(found._shape) - 1)), np.bool_)
        mask[empty] = True
        found = where(from_numpy(mask, dtypes.bool_), zeros_like(found), found)
    return reshape(found, (*lead, *found._shape[1:]))
