"""tf.data.TFRecordDataset, TextLineDataset, FixedLengthRecordDataset."""

from __future__ import annotations

import os
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.data.arguments import AUTOTUNE, long
from tfcompat._src.data.dataset import DatasetV2
from tfcompat._src.data.files.interleaved import TurnsWalk
from tfcompat._src.data.files.readers import FixedReader, LineReader, Reader, RecordReader
from tfcompat._src.data.files.streams import COMPRESSIONS, compression
from tfcompat._src.data.files.walks import Names, NamesOfWalk, RecordsWalk
from tfcompat._src.data.walks import Context, Walk
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.naming import public
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec


class Filenames:
    """The files of a dataset: a tensor of names, or a dataset of them.

    Raises:
      TypeError: something else than names.
    """

    def __init__(self, value: Any) -> None:
        self.dataset: DatasetV2 | None = None
        self.names: list[bytes] = []
        if isinstance(value, DatasetV2):
            self._check(value.element_spec)
            self.dataset = value
            return
        tensor = named_files(value)
        if tensor._dtype is not dtypes.string:
            raise TypeError(
                "The `filenames` argument must contain `tf.string` elements. Got "
                f"`{tensor._dtype!r}` elements."
            )
        if tensor.__class__ is not SymbolicTensor:
            self.names = tensor._numpy().reshape(-1).tolist()

    def _check(self, spec: Any) -> None:
        if not isinstance(spec, TensorSpec) or spec.dtype is not dtypes.string:
            found = spec.dtype if isinstance(spec, TensorSpec) else spec
            raise TypeError(
                "The `filenames` argument must contain `tf.string` elements. Got a dataset of "
                f"`{found!r}` elements."
            )
        if spec.shape.rank not in (0, None):
            raise TypeError(
                "The `filenames` argument must contain `tf.string` elements of shape [] (i.e. "
                f"scalars). Got a dataset of element shape {spec.shape!r}."
            )

    def start(self, context: Context) -> Names:
        """A new pass over the names."""
        return (
            Names(self.names) if self.dataset is None else NamesOfWalk(self.dataset._start(context))
        )


def named_files(value: Any) -> Tensor:
    """Names of files, also given as paths, as a tensor."""
    if isinstance(value, os.PathLike):
        value = os.fspath(value)
    elif isinstance(value, (list, tuple)):
        value = [os.fspath(item) if isinstance(item, os.PathLike) else item for item in value]
    if isinstance(value, (list, tuple)) and not value:
        return to_tensor(np.empty(0, object), dtypes.string)
    return to_tensor(value)


class _Files(DatasetV2):
    """Records of files."""

    def __init__(
        self, filenames: Any, kind: Any, buffer_size: Any, num_parallel_reads: Any
    ) -> None:
        self._files = Filenames(filenames)
        self._kind = self._compression(kind)
        if buffer_size is not None and long(buffer_size, type(self).__name__, "buffer_size") < 0:
            raise invalid_argument(
                type(self).__name__, f"`buffer_size` must be >= 0, received {buffer_size}"
            )
        self._turns = None
        if num_parallel_reads is not None:
            turns = long(num_parallel_reads, type(self).__name__, "num_parallel_reads")
            if turns < 1 and turns != AUTOTUNE:
                raise invalid_argument(
                    type(self).__name__, f"`cycle_length` must be > 0, received {turns}"
                )
            # How many TensorFlow would take depends on the machine, so here it is none.
            self._turns = None if turns == AUTOTUNE else turns
        self._spec = TensorSpec([], dtypes.string)

    def _compression(self, kind: Any) -> str:
        if isinstance(kind, Tensor):
            kind = kind._numpy().item()
        return compression(kind, type(self).__name__)

    def _inputs(self) -> list[DatasetV2]:
        return [] if self._files.dataset is None else [self._files.dataset]

    def _reader(self, name: bytes, offset: int) -> Reader:
        raise NotImplementedError

    def _start(self, context: Context) -> Walk:
        names = self._files.start(context)
        if self._turns in (None, 1):
            return RecordsWalk(names, self._reader)
        return TurnsWalk(names, self._reader, self._turns)


@public("tfcompat.data")
class TFRecordDatasetV2(_Files):
    """The records of TFRecord files, as strings; their checksums are checked.

    Args:
      filenames: a tensor of names of files, or a dataset of them.
      compression_type: "", "ZLIB" or "GZIP".
      buffer_size: accepted; blocks of a fixed size are read.
      num_parallel_reads: of how many files a record each is given in turn.
      name: not used.

    Iterating raises NotFoundError for a file that is not there and DataLossError for a damaged one.
    """

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        super().__init__(filenames, compression_type, None, num_parallel_reads)

    def _compression(self, kind: Any) -> str:
        if isinstance(kind, Tensor):
            kind = kind._numpy().item()
        if isinstance(kind, bytes):
            kind = kind.decode()
        # TensorFlow takes a name that it does not know for no compression, here alone.
        return kind if kind in COMPRESSIONS else ""

    def _reader(self, name: bytes, offset: int) -> Reader:
        return RecordReader(name, self._kind, offset)


@public("tfcompat.data")
class TextLineDatasetV2(_Files):
    """The lines of text files, as strings without the ends of lines.

    Args:
      filenames: a tensor of names of files, or a dataset of them.
      compression_type: "", "ZLIB" or "GZIP".
      buffer_size: accepted; blocks of a fixed size are read.
      num_parallel_reads: of how many files a line each is given in turn.
      name: not used.

    Iterating raises NotFoundError for a file that is not there.
    """

    def __init__(
        self,
        filenames: Any,
        compression_type: Any = None,
        buffer_size: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        super().__init__(filenames, compression_type, buffer_size, num_parallel_reads)

    def _reader(self, name: bytes, offset: int) -> Reader:
        return LineReader(name, self._kind, offset)


@public("tfcompat.data")
class FixedLengthRecordDatasetV2(_Files):
    """Records of one length from files, as strings.

    Args:
      filenames: a tensor of names of files, or a dataset of them.
      record_bytes: how long a record is.
      header_bytes: how many bytes there are before the first one.
      footer_bytes: how many there are after the last one.
      buffer_size: accepted; blocks of a fixed size are read.
      compression_type: "", "ZLIB" or "GZIP".
      num_parallel_reads: of how many files a record each is given in turn.
      name: not used.

    Iterating raises NotFoundError for a file that is not there, and InvalidArgumentError for one
    that is not made of whole records.
    """

    def __init__(
        self,
        filenames: Any,
        record_bytes: Any,
        header_bytes: Any = None,
        footer_bytes: Any = None,
        buffer_size: Any = None,
        compression_type: Any = None,
        num_parallel_reads: Any = None,
        name: str | None = None,
    ) -> None:
        super().__init__(filenames, compression_type, buffer_size, num_parallel_reads)
        op = "FixedLengthRecordDataset"
        self._sizes = (
            long(record_bytes, op, "record_bytes"),
            0 if header_bytes is None else long(header_bytes, op, "header_bytes"),
            0 if footer_bytes is None else long(footer_bytes, op, "footer_bytes"),
        )

    def _reader(self, name: bytes, offset: int) -> Reader:
        record, header, footer = self._sizes
        if record < 1 or header < 0 or footer < 0:
            raise invalid_argument(
                "FixedLengthRecordDataset",
                f"received record_bytes={record}, header_bytes={header}, footer_bytes={footer}; "
                "expected `record_bytes` > 0 and the others >= 0",
            )
        return FixedReader(name, self._kind, offset, record, header, footer)
