"""Rows of CSV files: lines, or several where quotes go on, and their fields as values."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.data.files.readers import Reader
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops.csv import fields_of
from tfcompat._src.ops.string_numbers import parse_number

_ENDS = re.compile(rb"(\r\n|\n|\r)")
_OP = "CsvDataset"


class CsvReader(Reader):
    """The rows of a file, as the bytes of each; the first one is left out if it is a `header`."""

    moves_on = False

    def __init__(
        self, path: Any, compression: str, offset: int, delimiter: bytes, quotes: bool, header: bool
    ) -> None:
        super().__init__(path, compression, offset)
        self._delimiter, self._quotes = delimiter, quotes
        self._header = header and not offset
        self._base = offset
        self._sizes: list[int] = []

    def _block(self) -> list[bytes]:
        while True:
            rows = self._rows()
            if self._header and rows:
                # What was the first row is now part of where the others start.
                self._header = False
                self._base += self._sizes.pop(0)
                rows = rows[1:]
                if not rows:
                    continue
            return rows

    def _rows(self) -> list[bytes]:
        raw = self._rest
        while True:
            part = self._more()
            raw += part
            # A carriage return at the end may be half of the end of a line.
            cut = len(raw) if not part else max(raw.rfind(b"\n"), raw.rfind(b"\r", 0, -1)) + 1
            if not cut:
                if not part:
                    return []
                continue
            rows, sizes = self._split(raw[:cut], not part)
            if rows or not part:
                used = sum(sizes)
                self._base, self._at = self._at, self._at + used
                self._rest, self._sizes = raw[used:], sizes
                return rows

    def _split(self, raw: bytes, last: bool) -> tuple[list[bytes], list[int]]:
        """The rows in some bytes, and how long each is with its end."""
        quoted = self._quotes and b'"' in raw
        if b"\r" in raw and not quoted:
            parts = _ENDS.split(raw)
            lines, ends = parts[0::2], [*parts[1::2], b""]
            sizes = [len(line) + len(end) for line, end in zip(lines, ends, strict=True)]
        else:
            lines = raw.split(b"\n")
            sizes = [len(line) + 1 for line in lines]
            sizes[-1] -= 1
        if not lines[-1]:
            lines.pop()
            sizes.pop()
        if not quoted:
            return lines, sizes
        return _joined(lines, sizes, last, self._delimiter)

    def offset(self, index: int) -> int:
        return self._base + sum(self._sizes[:index])


def _joined(
    lines: list[bytes], sizes: list[int], last: bool, delimiter: bytes
) -> tuple[list[bytes], list[int]]:
    """Lines put together to rows, where a quote is open at the end of a line."""
    rows: list[bytes] = []
    lengths: list[int] = []
    waiting: list[bytes] = []
    length = 0
    for line, size in zip(lines, sizes, strict=True):
        waiting.append(line)
        length += size
        odd = line.count(b'"') % 2 == 1
        if (odd and _opens(line, delimiter)) if len(waiting) == 1 else not odd:
            continue
        rows.append(b"\n".join(waiting).removesuffix(b"\r"))
        lengths.append(length)
        waiting, length = [], 0
    if waiting and last:
        rows.append(b"\n".join(waiting))
        lengths.append(length)
    return rows, lengths


def _opens(line: bytes, delimiter: bytes) -> bool:
    """Whether a field that starts with a quote goes on behind the line."""
    at = 0
    while at < len(line):
        if line[at : at + 1] == b'"':
            at += 1
            while True:
                at = line.find(b'"', at) + 1
                if not at:
                    return True
                if line[at : at + 1] != b'"':
                    break
                at += 1
        at = line.find(delimiter, at) + 1
        if not at:
            return False
    return False


class Fields:
    """Turns rows into values.

    defaults: of each column its dtype and what stands for an empty field, None if nothing does.
    """

    def __init__(
        self,
        defaults: Sequence[tuple[DType, Any]],
        delimiter: bytes,
        quotes: bool,
        missing: bytes,
        chosen: Sequence[int] | None,
    ) -> None:
        self._defaults = defaults
        self._delimiter, self._quotes, self._missing = delimiter, quotes, missing
        self._chosen = chosen

    def split(self, row: bytes) -> list[bytes]:
        """The fields of the columns that are wanted."""
        if not row:
            fields = [b""]
        elif self._quotes and b'"' in row:
            fields = fields_of(row, self._delimiter, True)
        else:
            fields = row.split(self._delimiter)
        if self._chosen is not None:
            fields = [fields[column] for column in self._chosen if column < len(fields)]
        if len(fields) != len(self._defaults):
            raise invalid_argument(
                _OP, f"Expect {len(self._defaults)} fields but have {len(fields)} in record {row!r}"
            )
        return fields

    def values(self, row: bytes) -> tuple[Any, ...]:
        """The components of one row. Raises InvalidArgumentError where it does not fit."""
        found = []
        for place, (field, (dtype, default)) in enumerate(
            zip(self.split(row), self._defaults, strict=True)
        ):
            value = self._value(field, place, dtype, default)
            array = np.empty((), dtype.as_numpy_dtype if dtype is not dtypes.string else object)
            array[()] = value
            found.append(array)
        return tuple(found)

    def _value(self, field: bytes, place: int, dtype: DType, default: Any) -> Any:
        if not field or field == self._missing:
            if default is None:
                raise invalid_argument(_OP, f"Field {place} is required but missing in record!")
            return default
        value: Any = field if dtype is dtypes.string else parse_number(field, dtype)
        if value is None:
            raise invalid_argument(
                _OP, f"Field {place} in record is no valid {dtype.name}: {field!r}"
            )
        return value

    def columns(self, rows: Sequence[bytes]) -> tuple[Any, ...]:
        """The components of many rows. Raises InvalidArgumentError where one does not fit."""
        return tuple(
            [
                self._column(items, place, *self._defaults[place])
                for place, items in enumerate(self._fields(rows))
            ]
        )

    def _fields(self, rows: Sequence[bytes]) -> list[list[bytes]]:
        """The fields of each column."""
        delimiter, count = self._delimiter, len(self._defaults)
        if self._chosen is None and rows:
            whole = delimiter.join(rows)
            plain = not (self._quotes and b'"' in whole)
            if plain and all([row.count(delimiter) == count - 1 for row in rows]):
                fields = whole.split(delimiter)
                return [fields[place::count] for place in range(count)]
        if not rows:
            return [[] for _ in range(count)]
        return [list(items) for items in zip(*[self.split(row) for row in rows], strict=True)]

    def _column(self, items: list[bytes], place: int, dtype: DType, default: Any) -> Any:
        missing = self._missing
        if b"" in items or (missing and missing in items):
            return self._with_defaults(items, place, dtype, default)
        if dtype is dtypes.string:
            return _objects(items)
        native = np.dtype(dtype.as_numpy_dtype)
        try:
            if b"_" not in b"".join(items):
                kind: Any = int if dtype.is_integer else float
                return np.array(list(map(kind, items)), native)
        except (ValueError, OverflowError):
            pass
        return self._with_defaults(items, place, dtype, default)

    def _with_defaults(self, items: list[bytes], place: int, dtype: DType, default: Any) -> Any:
        values = [self._value(item, place, dtype, default) for item in items]
        return (
            _objects(values) if dtype is dtypes.string else np.array(values, dtype.as_numpy_dtype)
        )


def _objects(items: list[bytes]) -> Any:
    found = np.empty(len(items), object)
    found[:] = items
    return found
