"""tf.data.experimental.SqlDataset."""

from __future__ import annotations

import os
import sqlite3
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.data import structure
from tfcompat._src.data.dataset import DatasetSource
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Walk
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import UnknownError, invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import scalar_string
from tfcompat._src.tensor_spec import TensorSpec

_OP = "SqlDataset"
_TYPES = (
    dtypes.string, dtypes.int8, dtypes.int16, dtypes.int32, dtypes.int64, dtypes.uint8,
    dtypes.uint16, dtypes.bool_, dtypes.float64,
)  # fmt: skip


@public("tfcompat.data.experimental")
class SqlDatasetV2(DatasetSource):
    """The rows that a database gives for a query, as tuples of a scalar for each column.

    Args:
      driver_name: "sqlite".
      data_source_name: the file of the database.
      query: in SQL.
      output_types: the structure of the columns' dtypes.

    Raises InvalidArgumentError for another database or other dtypes. Iterating raises UnknownError
    for what the database refuses, and InvalidArgumentError for another number of columns.
    """

    def __init__(
        self, driver_name: Any, data_source_name: Any, query: Any, output_types: Any
    ) -> None:
        driver = scalar_string(driver_name, _OP, "driver_name").decode()
        self._file = scalar_string(data_source_name, _OP, "data_source_name").decode()
        self._query = scalar_string(query, _OP, "query").decode()
        if driver != "sqlite":
            raise invalid_argument(
                _OP,
                f"The database type, {driver}, is not supported by SqlDataset. The set of "
                "supported databases is: {'sqlite'}.",
            )
        kinds = [as_dtype(kind) for kind in structure.flatten(output_types)]
        if not all(kind in _TYPES for kind in kinds):
            names = ", ".join(dtype.name for dtype in _TYPES)
            raise invalid_argument(_OP, f"Each element of `output_types` must be one of: {names}")
        self._kinds = kinds
        self._spec = structure.pack(output_types, [TensorSpec([], kind) for kind in kinds])

    def _start(self, context: Context) -> Walk:
        return _QueryWalk(self._file, self._query, self._kinds)


class _QueryWalk(Walk):
    """The rows of one query."""

    def __init__(self, file: str, query: str, kinds: list[DType]) -> None:
        self._file, self._query, self._kinds = file, query, kinds
        self._database: Any = None
        self._rows: Any = None
        self._count = 0

    def _open(self) -> Any:
        if not os.path.exists(self._file):
            raise UnknownError(None, None, f"{_OP}: Failed to open {self._file}")
        self._database = sqlite3.connect(self._file, check_same_thread=False)
        rows = self._database.execute(self._query)
        if rows.description is None or len(rows.description) != len(self._kinds):
            found = 0 if rows.description is None else len(rows.description)
            # What a statement would have changed is not kept.
            self.close()
            raise invalid_argument(
                _OP,
                f"The number of columns in query ({found}) must match the number of elements in "
                f"output_types ({len(self._kinds)}).",
            )
        return rows

    def take(self) -> Components:
        try:
            if self._rows is None:
                self._rows = self._open()
            row = next(self._rows)
        except sqlite3.Error as error:
            raise UnknownError(None, None, f"{_OP}: {error}") from None
        self._count += 1
        return tuple([_value(x, kind) for x, kind in zip(row, self._kinds, strict=True)])

    def state(self) -> State:
        return {"count": self._count}

    def restore(self, state: State) -> None:
        self.close()
        self._count = 0
        self.skip(state["count"])

    def close(self) -> None:
        if self._database is not None:
            self._database.close()
        self._database = self._rows = None


def _value(item: Any, kind: DType) -> Any:
    """A column's value as SQLite gives it for a type."""
    if kind is dtypes.string:
        found = np.empty((), object)
        found[()] = item if isinstance(item, bytes) else b"" if item is None else str(item).encode()
        return found
    if isinstance(item, (str, bytes)):
        item = _leading_number(item.decode(errors="replace") if isinstance(item, bytes) else item)
    number = 0 if item is None else item
    if kind is dtypes.float64:
        return np.array(float(number))
    if kind is dtypes.bool_:
        return np.array(int(number) != 0)
    return np.array(int(number) & 0xFFFFFFFFFFFFFFFF, np.uint64).astype(kind.as_numpy_dtype)


def _leading_number(text: str) -> float:
    """The number that a text starts with, or 0."""
    text = text.strip()
    for end in range(len(text), 0, -1):
        try:
            return float(text[:end])
        except ValueError:
            continue
    return 0
