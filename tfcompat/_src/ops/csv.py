"""tf.io.decode_csv."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import InvalidArgumentError, invalid_argument
from tfcompat._src.function import op_rules
from tfcompat._src.function.rules import gives
from tfcompat._src.naming import public
from tfcompat._src.ops.string_arrays import Array, filled, not_one_of, strings, text
from tfcompat._src.ops.string_numbers import parse_number
from tfcompat._src.tensor import Tensor

_TYPES = (dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64, dtypes.string)


@public("tfcompat.io")
@gives(op_rules.columns)
def decode_csv(
    records: Any,
    record_defaults: Any,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    select_cols: Any = None,
    name: str | None = None,
) -> list[Tensor]:
    """One tensor for each column of lines of comma-separated values.

    `record_defaults` gives a column its dtype and what stands for an empty field; an empty
    default makes the field required. `select_cols` takes only these columns, in rising order.

    Raises:
      InvalidArgumentError: a line that does not fit.
      ValueError: columns that are negative, not rising, or not as many as defaults.
    """
    op = "DecodeCSV"
    columns = _columns(select_cols, record_defaults)
    array = strings(to_tensor(records, dtypes.string), op)
    defaults = [to_tensor(default) for default in record_defaults]
    if not defaults:
        raise invalid_argument(op, "received no record_defaults; expected one for each column")
    for place, default in enumerate(defaults):
        _check_default(default, place)
    delimiter = text(field_delim, op, "field_delim", ",").encode()
    if len(delimiter) != 1:
        raise invalid_argument(op, f"received field_delim={field_delim!r}; expected one character")
    missing = text(na_value, op, "na_value", "").encode()
    quotes = use_quote_delim is None or bool(use_quote_delim)
    rows = []
    for number, record in enumerate(array.reshape(-1)):
        fields = fields_of(record, delimiter, quotes)
        if columns is not None:
            fields = [fields[column] for column in columns if column < len(fields)]
        if len(fields) != len(defaults):
            raise invalid_argument(
                op, f"Expect {len(defaults)} fields but have {len(fields)} in record {number}"
            )
        rows.append(fields)
    return [
        _column([row[place] for row in rows], place, default, missing, array)
        for place, default in enumerate(defaults)
    ]


def _columns(select_cols: Any, record_defaults: Any) -> list[int] | None:
    if select_cols is None:
        return None
    columns = [int(column) for column in select_cols]
    if any(after <= before for before, after in pairwise(columns)):
        raise ValueError("decode_csv: select_cols is not strictly increasing.")
    if any(column < 0 for column in columns):
        raise ValueError("decode_csv: select_cols contains negative values.")
    if len(columns) != len(record_defaults):
        raise ValueError("decode_csv: Length of select_cols and record_defaults do not match.")
    return columns


def _check_default(default: Tensor, place: int) -> None:
    if default._dtype not in _TYPES:
        raise not_one_of(
            "DecodeCSV",
            "dtype of a record default",
            default._dtype.name,
            [dtype.name for dtype in _TYPES],
        )
    if default.ndim > 1 or (default.ndim and default._shape[0] > 1):
        raise invalid_argument(
            "DecodeCSV",
            f"received a default of shape {default._shape} for field {place}; expected at most "
            "one value",
        )


def _bad_line(record: bytes, reason: str) -> InvalidArgumentError:
    return invalid_argument("DecodeCSV", f"received the record {record!r}: {reason}")


def fields_of(record: bytes, delimiter: bytes, quotes: bool) -> list[bytes]:
    """The fields of one record. Raises InvalidArgumentError for quotes that do not fit."""
    fields: list[bytes] = []
    at = 0
    while at < len(record):
        if record[at] in b"\n\r":
            # Between fields TensorFlow skips line breaks.
            at += 1
        elif quotes and record[at : at + 1] == b'"':
            field, at = _quoted(record, at + 1, delimiter)
            fields.append(field)
        else:
            end = record.find(delimiter, at)
            end = len(record) if end < 0 else end
            field = record[at:end]
            # In a plain field they are a mistake, quotes or not.
            if b"\n" in field or b"\r" in field or (quotes and b'"' in field):
                raise _bad_line(record, "Unquoted fields cannot have quotes/CRLFs inside")
            fields.append(field)
            at = end + 1
    if record.endswith(delimiter):
        fields.append(b"")
    return fields


def _quoted(record: bytes, at: int, delimiter: bytes) -> tuple[bytes, int]:
    parts: list[bytes] = []
    while True:
        end = record.find(b'"', at)
        if end < 0:
            raise _bad_line(record, "Quoted field has to end with quote followed by delim or end")
        parts.append(record[at:end])
        following = record[end + 1 : end + 2]
        if following in (b"", delimiter):
            return b"".join(parts), end + 2
        if following != b'"':
            raise _bad_line(record, "Quote inside a string has to be escaped by another quote")
        parts.append(b'"')
        at = end + 2


def _column(
    fields: list[bytes], place: int, default: Tensor, missing: bytes, records: Array
) -> Tensor:
    dtype = default._dtype
    instead = default._numpy().reshape(-1).tolist()
    values: list[Any] = []
    for number, field in enumerate(fields):
        if field in (b"", missing):
            if not instead:
                raise invalid_argument(
                    "DecodeCSV", f"Field {place} is required but missing in record {number}!"
                )
            values.append(instead[0])
            continue
        value = field if dtype is dtypes.string else parse_number(field, dtype)
        if value is None:
            raise invalid_argument(
                "DecodeCSV",
                f"Field {place} in record {number} is no valid {dtype.name}: {field!r}",
            )
        values.append(value)
    if dtype is dtypes.string:
        return filled(values, records.shape)
    return from_numpy(np.array(values, dtype.as_numpy_dtype).reshape(records.shape), dtype)
