"""What tables are filled from: tensors, and columns of text files."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.errors import NotFoundError, invalid_argument
from tfcompat._src.function.symbolic import known_value
from tfcompat._src.naming import public
from tfcompat._src.tracking.trackable import Trackable

if TYPE_CHECKING:
    from tfcompat._src.lookup.static import StaticHashTable

Array = np.ndarray[Any, Any]


class TableInitializerBase(Trackable):
    """The keys and values that a table starts with."""

    def __init__(self, key_dtype: Any, value_dtype: Any) -> None:
        self._key_dtype = as_dtype(key_dtype)
        self._value_dtype = as_dtype(value_dtype)

    @property
    def key_dtype(self) -> DType:
        """The dtype of the keys."""
        return self._key_dtype

    @property
    def value_dtype(self) -> DType:
        """The dtype of the values."""
        return self._value_dtype

    def initialize(self, table: StaticHashTable) -> None:
        """Fills a table that has the same dtypes. Raises TypeError for another."""
        if (table.key_dtype, table.value_dtype) != (self._key_dtype, self._value_dtype):
            raise TypeError(
                f"Table of {table.key_dtype} to {table.value_dtype} cannot be filled from an "
                f"initializer of {self._key_dtype} to {self._value_dtype}"
            )
        table._fill(*self._pairs())

    def _pairs(self) -> tuple[Array, Array]:
        raise NotImplementedError


def array_of(value: Any, dtype: DType | None, what: str) -> tuple[Array, DType]:
    """A value as an array of the host. Raises ValueError for one that is not known yet."""
    tensor = to_tensor(value, dtype)
    known = known_value(tensor)
    if known is None:
        raise ValueError(
            f"tf.lookup: received {what} that depend on arguments of a tf.function; a table is "
            "filled once, before the function runs"
        )
    array = np.asarray(known, object if tensor._dtype is dtypes.string else None)
    return array, tensor._dtype


@public("tfcompat.lookup")
class KeyValueTensorInitializer(TableInitializerBase):
    """Keys and their values as two tensors of one shape.

    Raises TypeError for what does not convert to `key_dtype` or `value_dtype`.
    """

    def __init__(
        self,
        keys: Any,
        values: Any,
        key_dtype: Any = None,
        value_dtype: Any = None,
        name: str | None = None,
    ) -> None:
        given = [None if d is None else as_dtype(d) for d in (key_dtype, value_dtype)]
        self._keys, kind = array_of(keys, given[0], "keys")
        self._values, of = array_of(values, given[1], "values")
        super().__init__(kind, of)

    def _pairs(self) -> tuple[Array, Array]:
        if self._keys.shape != self._values.shape:
            raise invalid_argument(
                "LookupTableImport",
                f"Expected shape {list(self._keys.shape)} for value, got "
                f"{list(self._values.shape)}",
            )
        if not self._keys.size:
            raise invalid_argument("LookupTableImport", "keys and values cannot be empty tensors.")
        return self._keys.reshape(-1), self._values.reshape(-1)


@public("tfcompat.lookup")
class TextFileIndex:
    """Columns of a text file that are none of its text: the line's number, and all of it."""

    WHOLE_LINE = -2
    LINE_NUMBER = -1


@public("tfcompat.lookup")
class TextFileInitializer(TableInitializerBase):
    """Keys and values from the lines of a file.

    Args:
      filename: the path.
      key_dtype: the keys' dtype.
      key_index: which column, or one of `TextFileIndex`.
      value_dtype: the values' dtype.
      value_index: likewise.
      vocab_size: how many lines count; None: all.
      delimiter: what separates columns.
      name: ignored.
      value_index_offset: added to the numbers of lines that are values.

    Raises:
      ValueError: indices, sizes or dtypes that cannot be.
      NotFoundError, InvalidArgumentError: when a table is filled: a missing file, fewer lines than
        `vocab_size`, missing columns, fields that are no numbers.
    """

    def __init__(
        self,
        filename: Any,
        key_dtype: Any,
        key_index: int,
        value_dtype: Any,
        value_index: int,
        vocab_size: int | None = None,
        delimiter: str = "\t",
        name: str | None = None,
        value_index_offset: int = 0,
    ) -> None:
        path = filename._numpy().item() if hasattr(filename, "_numpy") else filename
        if not path:
            raise ValueError("`filename` argument required for tf.lookup.TextFileInitializer")
        self._path = os.fsdecode(path)
        super().__init__(key_dtype, value_dtype)
        for what, index in (("key_index", key_index), ("value_index", value_index)):
            if index < -2:
                raise ValueError(f"`{what}` should be >= -2, received: {index}.")
        if key_index == TextFileIndex.LINE_NUMBER and self._key_dtype is not dtypes.int64:
            raise ValueError(
                f"`key_dtype` must be int64 if `key_index` is -1, received: {self._key_dtype}"
            )
        if value_index == TextFileIndex.LINE_NUMBER and self._value_dtype is not dtypes.int64:
            raise ValueError(
                f"`value_dtype` must be int64 for `value_index` -1, received: {self._value_dtype}"
            )
        if vocab_size is not None and vocab_size <= 0:
            raise ValueError(f"`vocab_size` should be > 0, received: {vocab_size}")
        self._columns = key_index, value_index
        self._size = vocab_size
        self._delimiter = delimiter.encode()
        self._offset = value_index_offset

    def _pairs(self) -> tuple[Array, Array]:
        try:
            with open(self._path, "rb") as file:
                lines = file.read().replace(b"\r", b"").split(b"\n")
        except FileNotFoundError:
            raise NotFoundError(None, None, f"{self._path}; No such file or directory") from None
        if not lines[-1]:
            lines.pop()
        if self._size is not None:
            if len(lines) < self._size:
                raise invalid_argument(
                    "InitializeTableFromTextFile",
                    f"Invalid vocab_size in {self._path}: expected {self._size} but got "
                    f"{len(lines)}",
                )
            lines = lines[: self._size]
        at_key, at_value = self._columns
        keys = self._column(lines, at_key, self._key_dtype, 0)
        return keys, self._column(lines, at_value, self._value_dtype, self._offset)

    def _column(self, lines: list[bytes], index: int, dtype: DType, offset: int) -> Array:
        if index == TextFileIndex.LINE_NUMBER:
            return np.arange(len(lines), dtype=np.int64) + offset
        texts = lines
        if index != TextFileIndex.WHOLE_LINE:
            parts = [line.split(self._delimiter) for line in lines]
            for number, fields in enumerate(parts):
                if index >= len(fields):
                    raise invalid_argument(
                        "InitializeTableFromTextFile",
                        f"Invalid number of columns in {self._path} line {number} "
                        f"({lines[number]!r}) : expected at least {index + 1} got {len(fields)}",
                    )
            texts = [fields[index] for fields in parts]
        if dtype is dtypes.string:
            found = np.empty(len(texts), object)
            found[:] = texts
            return found
        convert = int if dtype.is_integer else float
        numbers = np.empty(len(texts), dtype.as_numpy_dtype)
        for number, text in enumerate(texts):
            try:
                numbers[number] = convert(text)
            except ValueError:
                raise invalid_argument(
                    "InitializeTableFromTextFile",
                    f"Field {text.decode(errors='replace')} in line {number} is not a valid "
                    f"{dtype.name}.",
                ) from None
        return numbers
