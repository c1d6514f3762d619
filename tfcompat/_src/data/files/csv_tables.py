"""tf.data.experimental.make_csv_dataset: batches of named columns."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.data.arguments import AUTOTUNE
from tfcompat._src.data.dataset import DatasetV2, UnaryDataset
from tfcompat._src.data.files.csv import CsvDatasetV2
from tfcompat._src.data.files.csv_reader import CsvReader
from tfcompat._src.data.files.streams import compression
from tfcompat._src.data.structure import Components, flatten
from tfcompat._src.data.walks import Context, Over, Walk
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import invalid_argument
from tfcompat._src.files import gfile
from tfcompat._src.files.paths import text_of
from tfcompat._src.naming import public
from tfcompat._src.ops.csv import fields_of

_NUMBERS = (dtypes.int32, dtypes.int64, dtypes.float32, dtypes.float64)


@public("tfcompat.data.experimental")
def make_csv_dataset(
    file_pattern: Any,
    batch_size: int,
    column_names: Any = None,
    column_defaults: Any = None,
    label_name: str | None = None,
    select_columns: Any = None,
    field_delim: str = ",",
    use_quote_delim: bool = True,
    na_value: str = "",
    header: bool = True,
    num_epochs: int | None = None,
    shuffle: bool = True,
    shuffle_buffer_size: int = 10000,
    shuffle_seed: int | None = None,
    prefetch_buffer_size: int | None = None,
    num_parallel_reads: int | None = None,
    sloppy: bool = False,
    num_rows_for_inference: int | None = 100,
    compression_type: Any = None,
    ignore_errors: bool = False,
    encoding: str = "utf-8",
) -> Any:
    """Batches of the rows of CSV files, as dictionaries of columns, with the label apart.

    Args:
      file_pattern: a pattern of names of files, or a list of patterns.
      batch_size: how many rows a batch has.
      column_names: names of the columns, if not the header's.
      column_defaults: of each column that is read a dtype, or what stands for an empty field;
        found out from the first rows if not given.
      label_name: of the column that is given apart.
      select_columns: names or numbers of the columns that are read.
      field_delim: what stands between fields.
      use_quote_delim: whether quotes keep a field together.
      na_value: what means the same as an empty field.
      header: whether the first row of each file has the names.
      num_epochs: how often the rows are read; without end if None.
      shuffle: whether rows and files come in random order.
      shuffle_buffer_size: among how many rows is chosen.
      shuffle_seed: of the order.
      prefetch_buffer_size: how many batches are made in advance.
      num_parallel_reads: of how many files rows are given in turn.
      sloppy: accepted; the order is always the same.
      num_rows_for_inference: how many rows are looked at to find types; all if None.
      compression_type: "", "ZLIB" or "GZIP".
      ignore_errors: whether rows that do not fit are left out.
      encoding: of the names of columns.

    Raises:
      ValueError: no files, or names of columns that do not fit them.
    """
    files = _files(file_pattern)
    quotes = bool(use_quote_delim)
    look = _Look(compression(compression_type, "make_csv_dataset"), field_delim, quotes, encoding)
    if column_names is None:
        if not header:
            raise ValueError("Expected `column_names` or `header` arguments. Neither is provided.")
        column_names = look.names(files)
    names = list(column_names)
    if len(names) != len(set(names)):
        twice = {name for name in names if names.count(name) > 1}
        raise ValueError(
            "Either `column_names` argument or CSV header row contains duplicate column names: "
            f"{twice}."
        )
    chosen = None if select_columns is None else _selected(select_columns, names)
    if column_defaults is None:
        column_defaults = look.defaults(
            files, len(names), na_value, header, num_rows_for_inference, chosen
        )
    if chosen is not None:
        names = [names[column] for column in chosen]
    if len(column_defaults) != len(names):
        raise invalid_argument(
            "make_csv_dataset",
            f"received {len(column_defaults)} column_defaults for {len(names)} columns",
        )
    if label_name is not None and label_name not in names:
        raise ValueError(
            f"`label_name` provided must be one of the columns: {names}. Received: {label_name}."
        )
    sources = DatasetV2.from_tensor_slices(np.array([name.encode() for name in files], object))
    if shuffle:
        sources = sources.shuffle(len(files), shuffle_seed)
    dataset: Any = CsvDatasetV2(
        sources,
        record_defaults=list(column_defaults),
        select_cols=chosen,
        field_delim=field_delim,
        use_quote_delim=use_quote_delim,
        na_value=na_value,
        header=header,
        compression_type=compression_type,
    )
    dataset._turns = None if num_parallel_reads == AUTOTUNE else num_parallel_reads
    if ignore_errors:
        dataset = dataset.ignore_errors()
    if shuffle:
        dataset = dataset.shuffle(shuffle_buffer_size, shuffle_seed)
    if num_epochs != 1:
        dataset = dataset.repeat(num_epochs)
    dataset = dataset.batch(batch_size, drop_remainder=num_epochs is None)
    dataset = _NamedDataset(dataset, names, label_name)
    return dataset.prefetch(AUTOTUNE if prefetch_buffer_size is None else prefetch_buffer_size)


def _files(pattern: Any) -> list[str]:
    if isinstance(pattern, (list, tuple)):
        if not pattern:
            raise ValueError("Argument `file_pattern` should not be empty.")
        found = [name for item in pattern for name in gfile.matching(text_of(item))]
    else:
        found = gfile.matching(text_of(pattern))
    if not found:
        raise ValueError(f"No files match `file_pattern` {pattern}.")
    return sorted(found)


def _selected(columns: Any, names: Sequence[str]) -> list[int]:
    """The numbers of the columns that are given by their numbers or names, in rising order."""
    if not columns:
        raise ValueError("Argument `select_columns` should not be empty.")
    found = []
    for column in columns:
        if isinstance(column, str):
            if column not in names:
                raise ValueError(
                    f"Column {column} specified in `select_columns` must be of one of the columns: "
                    f"{list(names)}."
                )
            found.append(names.index(column))
        elif not 0 <= column < len(names):
            raise ValueError(
                f"Column index {column} specified in `select_columns` should be > 0 and <= "
                f"{len(names)}, the number of columns."
            )
        else:
            found.append(column)
    if len(set(found)) != len(found):
        raise ValueError("Duplicate column indices in `select_columns`.")
    return sorted(found)


class _Look:
    """What is read of files before there is a dataset."""

    def __init__(self, kind: str, delimiter: str, quotes: bool, encoding: str) -> None:
        self._kind, self._quotes, self._encoding = kind, quotes, encoding
        self._delimiter = delimiter.encode()

    def _rows(self, file: str, header: bool) -> Any:
        reader = CsvReader(file, self._kind, 0, self._delimiter, self._quotes, header)
        try:
            while rows := reader.block():
                yield from rows
        finally:
            reader.close()

    def names(self, files: Sequence[str]) -> list[str]:
        """The names in the first rows, which must be the same."""
        first: list[str] | None = None
        for file in files:
            row = next(self._rows(file, False), b"")
            fields = fields_of(row, self._delimiter, self._quotes)
            found = [name.decode(self._encoding) for name in fields]
            if first is not None and found != first:
                raise ValueError(
                    "All input CSV files should have the same column names in the header row. File "
                    f"{file} has different column names."
                )
            first = found
        return first or []

    def defaults(
        self,
        files: Sequence[str],
        count: int,
        missing: str,
        header: bool,
        rows: int | None,
        chosen: Sequence[int] | None,
    ) -> list[Any]:
        """Of each column the default of the narrowest type that holds the first values."""
        wanted = range(count) if chosen is None else chosen
        found: list[DType | None] = [None] * len(wanted)
        left = -1 if rows is None else rows
        for file in files:
            for row in self._rows(file, header):
                if left == 0:
                    return [_zero(dtype) for dtype in found]
                fields = fields_of(row, self._delimiter, self._quotes)
                if len(fields) != count:
                    raise ValueError(
                        "Problem inferring types: CSV row has different number of fields than "
                        f"expected: {len(fields)}, not {count}."
                    )
                for at, column in enumerate(wanted):
                    found[at] = _narrowest(fields[column], missing, found[at])
                left -= 1
        return [_zero(dtype) for dtype in found]


def _zero(dtype: DType | None) -> Any:
    if dtype is None or dtype is dtypes.string:
        return np.array(b"", object)
    return np.zeros((), dtype.as_numpy_dtype)


def _narrowest(field: bytes, missing: str, before: DType | None) -> DType | None:
    """The first type, from that of the values before on, that holds a value."""
    text = field.decode(errors="replace")
    if text in ("", missing) or before is dtypes.string:
        return before
    start = 0 if before is None else _NUMBERS.index(before)
    for dtype in _NUMBERS[start:]:
        if _holds(dtype, text):
            return dtype
    return dtypes.string


def _holds(dtype: DType, text: str) -> bool:
    if "_" in text:
        return False
    try:
        if dtype.is_integer:
            return int(dtype.min) <= int(text) <= int(dtype.max)
        number = float(text)
        return number < (np.inf if dtype is dtypes.float64 else float(dtypes.float32.max))
    except ValueError:
        return False


class _NamedDataset(UnaryDataset):
    """Tuples of columns as dictionaries."""

    def __init__(self, source: DatasetV2, names: Sequence[str], label: str | None) -> None:
        super().__init__(source)
        specs = dict(zip(names, flatten(source.element_spec), strict=True))
        order = {name: at for at, name in enumerate(names)}
        features: Mapping[str, Any] = OrderedDict((n, specs[n]) for n in names if n != label)
        self._spec: Any = features if label is None else (features, specs[label])
        # The parts of a dictionary stand in the order of its keys.
        self._places = [order[name] for name in sorted(features)]
        if label is not None:
            self._places.append(order[label])

    def _cardinality(self) -> int:
        return self._source._cardinality()

    def _start(self, context: Context) -> Walk:
        return _PlacedWalk(self._source._start(context), self._places)


class _PlacedWalk(Over):
    """Elements with their parts in other places."""

    def __init__(self, source: Walk, places: Sequence[int]) -> None:
        super().__init__(source)
        self._places = places

    def take(self) -> Components:
        parts = self._source.take()
        return tuple([parts[place] for place in self._places])
