"""The ops on tables that never change: what they give may be computed at any time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.ops import comparisons, math
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.common import concrete
from tfcompat._src.ops.selection import gather, where
from tfcompat._src.ops.unique import searchsorted
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

if TYPE_CHECKING:
    from tfcompat._src.lookup.static import StaticHashTable, StaticVocabularyTable


def _found(table: StaticHashTable, keys: Tensor) -> TensorSpec:
    return TensorSpec(keys.shape, table.value_dtype)


@gives(_found)
@public("tfcompat.lookup")
def lookup_table_find(table: StaticHashTable, keys: Tensor) -> Tensor:
    """The value of each key, the table's default for what is none."""
    places = table._filled()
    numbers = keys._numpy() if keys._dtype is dtypes.string else concrete(keys)
    if numbers is None and table.value_dtype is not dtypes.string:
        return _by_search(table, keys)
    if numbers is None:
        numbers = keys._numpy()
    values = table._rows[places.of(numbers)]
    return from_numpy(values, table.value_dtype)


def _numbered(table: StaticVocabularyTable, keys: Tensor) -> TensorSpec:
    return TensorSpec(keys.shape, dtypes.int64)


@gives(_numbered)
@public("tfcompat.lookup")
def vocabulary_table_find(table: StaticVocabularyTable, keys: Tensor) -> Tensor:
    """The number of each key; only what is no word of the table is hashed."""
    inner = table._table
    if inner is None:
        return buckets_of(keys, table._buckets)
    words = keys._numpy()
    if inner.key_dtype is not dtypes.string:
        words = words.astype(np.int64)
    found = inner._rows[inner._filled().of(words)]
    others = found < 0
    if others.any():
        unknown = from_numpy(words[others], inner.key_dtype)
        found[others] = buckets_of(unknown, table._buckets)._numpy() + len(inner._distinct)
    return from_numpy(found, dtypes.int64)


def _by_search(table: StaticHashTable, keys: Tensor) -> Tensor:
    """On the device: the value of a key is not at hand."""
    ordered, rows = table._on_device()
    flat = reshape(keys, [-1])
    at = math.minimum(searchsorted(ordered, flat), np.int32(max(len(table._rows) - 2, 0)))
    same = comparisons.equal(gather(ordered, at), flat)
    place = where(same, at, np.int32(len(table._rows) - 1))
    return reshape(gather(rows, place), tuple(keys._shape))


def buckets_of(keys: Tensor, buckets: int) -> Tensor:
    """A number below `buckets` for each key, by its text."""
    from tfcompat._src.ops.string_hash import to_hash_bucket_fast
    from tfcompat._src.ops.string_numbers import as_string

    texts = keys if keys._dtype is dtypes.string else as_string(keys)
    return to_hash_bucket_fast(texts, buckets)
