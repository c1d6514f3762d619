"""The ops on tables that change: done when a function runs, in their order, never while tracing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

if TYPE_CHECKING:
    from tfcompat._src.lookup.mutable import MutableTable


def _found(table: MutableTable, keys: Tensor, defaults: Tensor | None) -> TensorSpec:
    shape = keys.shape
    if shape.rank is None:
        return TensorSpec(None, table.value_dtype)
    lead = shape[: shape.rank - len(table._key_shape)]
    return TensorSpec([*lead, *table._value_shape], table.value_dtype)


@gives(_found)
@public("tfcompat.lookup")
def lookup_table_find(table: MutableTable, keys: Tensor, defaults: Tensor | None) -> Tensor:
    """The value of each key, or the default for what is none."""
    given = None if defaults is None else defaults._numpy()
    return from_numpy(table._find(keys._numpy(), given), table.value_dtype)


@public("tfcompat.lookup")
def lookup_table_insert(table: MutableTable, keys: Tensor, values: Tensor) -> None:
    """Gives keys values."""
    table._insert(keys._numpy(), values._numpy())


@public("tfcompat.lookup")
def lookup_table_remove(table: MutableTable, keys: Tensor) -> None:
    """Forgets keys."""
    table._remove(keys._numpy())


def _count(table: MutableTable) -> TensorSpec:
    return TensorSpec([], dtypes.int64)


@gives(_count)
@public("tfcompat.lookup")
def lookup_table_size(table: MutableTable) -> Tensor:
    """The number of keys."""
    return to_tensor(len(table._slots), dtypes.int64)


def _all(table: MutableTable) -> tuple[TensorSpec, TensorSpec]:
    keys = TensorSpec([None, *table._key_shape], table.key_dtype)
    return keys, TensorSpec([None, *table._value_shape], table.value_dtype)


@gives(_all)
@public("tfcompat.lookup")
def lookup_table_export(table: MutableTable) -> tuple[Tensor, Tensor]:
    """All keys and their values."""
    keys, values = table._export()
    return from_numpy(keys, table.key_dtype), from_numpy(values, table.value_dtype)
