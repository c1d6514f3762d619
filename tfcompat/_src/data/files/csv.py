"""tf.data.experimental.CsvDataset."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import convert_to_tensor
from tfcompat._src.data.dataset import DatasetV2
from tfcompat._src.data.files.csv_reader import CsvReader, Fields
from tfcompat._src.data.files.datasets import Filenames
from tfcompat._src.data.files.interleaved import TurnsWalk
from tfcompat._src.data.files.readers import Reader
from tfcompat._src.data.files.streams import compression
from tfcompat._src.data.files.walks import Names, Open, RecordsWalk
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, Walk
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import InvalidArgumentError, invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.tensor_spec import TensorSpec

_OP = "CSVDataset"
_TYPES = (dtypes.float32, dtypes.float64, dtypes.int32, dtypes.int64, dtypes.string)


def _default(value: Any) -> tuple[DType, Any]:
    """The dtype of a column, and what stands for an empty field."""
    if isinstance(value, DType) and value in _TYPES:
        return value, None
    tensor = convert_to_tensor(value)
    if tensor._dtype not in _TYPES:
        raise invalid_argument(
            _OP,
            f"received a default of {tensor._dtype.name}; expected one of: "
            f"{', '.join(dtype.name for dtype in _TYPES)}",
        )
    array = tensor._numpy().reshape(-1)
    if len(array) > 1 or tensor.ndim > 1:
        raise invalid_argument(_OP, "Each record default should be at most one value")
    return tensor._dtype, array[0] if len(array) else None


@public("tfcompat.data.experimental")
class CsvDatasetV2(DatasetV2):
    """The rows of CSV files, as tuples of a scalar for each column.

    Args:
      filenames: a tensor of names of files, or a dataset of them.
      record_defaults: of each column a dtype, if it must not be empty, or what stands for an empty
        field.
      compression_type: "", "ZLIB" or "GZIP".
      buffer_size: accepted; blocks of a fixed size are read.
      header: whether the first row of each file is left out.
      field_delim: what stands between fields.
      use_quote_delim: whether quotes keep a field together.
      na_value: what means the same as an empty field.
      select_cols: the numbers of the columns that are read, in rising order.
      exclude_cols: the numbers of those that are not.

    Iterating raises InvalidArgumentError for a row that does not fit, and goes on with the next.
    """

    _turns: int | None = None

    def __init__(
        self,
        filenames: Any,
        record_defaults: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        header: bool = False,
        field_delim: str = ",",
        use_quote_delim: bool = True,
        na_value: str = "",
        select_cols: Any = None,
        exclude_cols: Any = None,
    ) -> None:
        self._files = Filenames(filenames)
        self._kind = compression(compression_type, _OP)
        if not isinstance(record_defaults, (list, tuple)):
            raise TypeError(f"{_OP}: record_defaults must be a list, received {record_defaults!r}")
        defaults = [_default(value) for value in record_defaults]
        if not defaults:
            raise invalid_argument(_OP, "received no record_defaults")
        delimiter = self._delimiter = str(field_delim).encode()
        if len(delimiter) != 1:
            raise invalid_argument(_OP, "field_delim should be only 1 char")
        self._quotes, self._header = bool(use_quote_delim), bool(header)
        chosen = _chosen(select_cols, exclude_cols, len(defaults))
        self._fields = Fields(defaults, delimiter, self._quotes, str(na_value).encode(), chosen)
        self._spec = tuple([TensorSpec([], dtype) for dtype, _ in defaults])

    def _inputs(self) -> list[DatasetV2]:
        return [] if self._files.dataset is None else [self._files.dataset]

    def _reader(self, name: bytes, offset: int) -> Reader:
        return CsvReader(name, self._kind, offset, self._delimiter, self._quotes, self._header)

    def _start(self, context: Context) -> Walk:
        names = self._files.start(context)
        if self._turns is None or self._turns == 1:
            return _RowsWalk(names, self._reader, self._fields)
        return _TurnsWalk(names, self._reader, self._turns, self._fields)


def _chosen(select: Any, exclude: Any, count: int) -> list[int] | None:
    if select is not None and len(select) and exclude is not None and len(exclude):
        raise invalid_argument(_OP, "Either select_cols or exclude_cols should be empty")
    if select is not None and len(select):
        columns = [int(column) for column in select]
        if any(after <= before for before, after in pairwise(columns)):
            raise invalid_argument(_OP, "select_cols should be strictly increasing indices")
        if columns[0] < 0:
            raise invalid_argument(_OP, "select_cols should be non-negative indices")
        if len(columns) != count:
            raise invalid_argument(_OP, "select_cols should match output size")
        return columns
    if exclude is not None and len(exclude):
        left = {int(column) for column in exclude}
        columns = [at for at in range(count + len(left)) if at not in left]
        return columns[:count]
    return None


class _RowsWalk(RecordsWalk):
    """The rows of files, one file after the other."""

    def __init__(self, names: Names, open_file: Open, fields: Fields) -> None:
        super().__init__(names, open_file)
        self._fields = fields

    def take(self) -> Components:
        return self._fields.values(self._ready().take())

    def take_stacked(self, count: int) -> tuple[int, Components]:
        parts: list[Components] = []
        done = 0
        while done < count:
            try:
                file = self._ready()
            except StopIteration:
                break
            start = file._at
            rows = file.take_many(count - done)
            try:
                parts.append(self._fields.columns(rows))
            except InvalidArgumentError:
                # Up to the row that does not fit; what comes behind it is for the next.
                file._at = start
                while True:
                    self.take()
            done += len(rows)
        if len(parts) == 1:
            return done, parts[0]
        if not parts:
            return 0, self._fields.columns([])
        return done, tuple([np.concatenate(column) for column in zip(*parts, strict=True)])


class _TurnsWalk(TurnsWalk):
    """Rows of some files in turn."""

    def __init__(self, names: Names, open_file: Open, count: int, fields: Fields) -> None:
        super().__init__(names, open_file, count)
        self._fields = fields

    def take(self) -> Components:
        return self._fields.values(self.take_record())
