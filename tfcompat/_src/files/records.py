"""TensorFlow's record files: length, checksum, bytes, checksum."""

from __future__ import annotations

import struct
import zlib
from typing import Any, ClassVar

import numpy as np

from tfcompat._src import errors
from tfcompat._src.files.paths import attempt, file_of
from tfcompat._src.hashes.crc32c import masked_crc32c, masked_many
from tfcompat._src.naming import public

# Fewer records than that are framed one by one; at so many, or so many bytes, they are written.
_FEW, _MANY, _LARGE = 4, 4096, 1 << 20


def framed(record: bytes) -> bytes:
    """A record as it stands in a file."""
    return framed_many([record])


def framed_many(records: list[bytes]) -> bytes:
    """Records as they stand in a file."""
    if len(records) < _FEW:
        parts = []
        for record in records:
            length = struct.pack("<Q", len(record))
            sums = [struct.pack("<I", masked_crc32c(part)) for part in (length, record)]
            parts += [length, sums[0], record, sums[1]]
        return b"".join(parts)
    count = len(records)
    lengths = np.fromiter(map(len, records), np.int64, count)
    heads = np.empty(count, [("length", "<u8"), ("sum", "<u4")])
    heads["length"] = lengths
    data = heads["length"].tobytes()
    heads["sum"] = masked_many(data, np.arange(0, len(data), 8), np.full(count, 8))
    tails = masked_many(b"".join(records), np.cumsum(lengths) - lengths, lengths)
    before, after = heads.tobytes(), tails.astype("<u4").tobytes()
    parts = [b""] * (3 * count)
    parts[0::3] = [before[at : at + 12] for at in range(0, len(before), 12)]
    parts[1::3] = records
    parts[2::3] = [after[at : at + 4] for at in range(0, len(after), 4)]
    return b"".join(parts)


@public("tfcompat.io")
class TFRecordOptions:
    """How a record file is compressed: `compression_type` is "", "ZLIB" or "GZIP".

    The other options are zlib's own; sizes of buffers are accepted and not needed.

    Raises:
      ValueError: another compression type.
    """

    compression_type_map: ClassVar[dict[int, str]] = {1: "ZLIB", 2: "GZIP", 0: ""}

    def __init__(
        self,
        compression_type: Any = None,
        flush_mode: int | None = None,
        input_buffer_size: int | None = None,
        output_buffer_size: int | None = None,
        window_bits: int | None = None,
        compression_level: int | None = None,
        compression_method: int | None = None,
        mem_level: int | None = None,
        compression_strategy: int | None = None,
    ) -> None:
        self.get_compression_type_string(compression_type)
        self.compression_type = compression_type
        self.flush_mode = flush_mode
        self.input_buffer_size = input_buffer_size
        self.output_buffer_size = output_buffer_size
        self.window_bits = window_bits
        self.compression_level = compression_level
        self.compression_method = compression_method
        self.mem_level = mem_level
        self.compression_strategy = compression_strategy

    @classmethod
    def get_compression_type_string(cls, options: Any) -> str:
        """The compression type that options, a type's name or its number mean."""
        if not options:
            return ""
        if isinstance(options, TFRecordOptions):
            return cls.get_compression_type_string(options.compression_type)
        kind = cls.compression_type_map.get(options, options)
        if kind not in cls.compression_type_map.values():
            raise ValueError(
                f'Not a valid compression_type: "{options}"; expected one of '
                f"{sorted(cls.compression_type_map.values())}"
            )
        return str(kind)

    def _compressor(self) -> Any:
        kind = self.get_compression_type_string(self)
        if not kind:
            return None
        # 16 more bits of window are zlib's way to ask for gzip's header.
        default = 31 if kind == "GZIP" else 15
        return zlib.compressobj(
            -1 if self.compression_level is None else self.compression_level,
            self.compression_method or zlib.DEFLATED,
            default if self.window_bits is None else self.window_bits,
            8 if self.mem_level is None else self.mem_level,
            self.compression_strategy or zlib.Z_DEFAULT_STRATEGY,
        )


@public("tfcompat.io")
class TFRecordWriter:
    """Writes records to a file that tf.data.TFRecordDataset reads; a context manager.

    `options` is a TFRecordOptions or a compression type.

    Raises:
      NotFoundError: the directory is not there.
    """

    def __init__(self, path: Any, options: Any = None) -> None:
        if not isinstance(options, TFRecordOptions):
            options = TFRecordOptions(compression_type=options)
        self._compressor = options._compressor()
        self._path = file_of(path)
        self._waiting: list[bytes] = []
        self._size = 0
        self._file: Any = attempt(self._path, lambda: open(self._path, "wb"))

    def write(self, record: Any) -> None:
        """Appends one record of bytes."""
        if isinstance(record, str):
            record = record.encode()
        if not isinstance(record, bytes):
            raise TypeError(f"TFRecordWriter.write: received {record!r}; expected bytes")
        if self._file is None:
            raise errors.FailedPreconditionError(None, None, "Writer is closed.")
        self._waiting.append(record)
        self._size += len(record)
        if self._size > _LARGE or len(self._waiting) >= _MANY:
            self._put()

    def _put(self, end: int | None = None) -> None:
        """Hands what was written to the file; `end` is how zlib ends what it has got."""
        data = framed_many(self._waiting)
        self._waiting, self._size = [], 0
        if self._compressor:
            data = self._compressor.compress(data)
            if end is not None:
                data += self._compressor.flush(end)
        file = self._file
        attempt(self._path, lambda: file.write(data))

    def flush(self) -> None:
        """Puts on disk what was written."""
        if self._file is None:
            raise errors.FailedPreconditionError(None, None, "Writer is closed.")
        self._put(zlib.Z_SYNC_FLUSH)
        attempt(self._path, self._file.flush)

    def close(self) -> None:
        """Finishes the file."""
        file = self._file
        if file is None:
            return
        try:
            self._put(zlib.Z_FINISH)
        finally:
            self._file = None
            attempt(self._path, file.close)

    def __enter__(self) -> TFRecordWriter:
        return self

    def __exit__(self, exc_type: Any, exc_val: Any, exc_tb: Any) -> None:
        self.close()

    def __del__(self) -> None:
        if self.__dict__.get("_file") is not None:
            self.close()
