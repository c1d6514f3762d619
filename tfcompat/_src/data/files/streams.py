"""Files as streams of bytes, unpacked where they are compressed."""

from __future__ import annotations

import os
import zlib
from typing import Any, BinaryIO

from tfcompat._src.data.files import snappy
from tfcompat._src.errors import DataLossError, invalid_argument
from tfcompat._src.files.paths import attempt, file_of

COMPRESSIONS = ("", "ZLIB", "GZIP")
_BLOCK = 1 << 18


def compression(value: Any, op: str) -> str:
    """The name of a compression. Raises InvalidArgumentError for another one."""
    kind = "" if value is None else value
    if isinstance(kind, bytes):
        kind = kind.decode()
    if kind not in COMPRESSIONS:
        raise invalid_argument(
            op, f"received compression_type={kind!r}; expected one of: '', 'GZIP', 'ZLIB'"
        )
    return str(kind)


class Stream:
    """The bytes of a file from some place on.

    Raises:
      NotFoundError: there is no such file, and other errors of files.
      DataLossError: compressed data is damaged.
    """

    def __init__(self, path: Any, kind: str = "", start: int = 0) -> None:
        self.path = file_of(path)
        self._file: BinaryIO = attempt(self.path, lambda: open(self.path, "rb"))
        self._bits = {"": 0, "ZLIB": 15, "GZIP": 31, "SNAPPY": -1}[kind]
        self._unpack: Any = None
        self._ready = b""
        if self._bits:
            # Of snappy, the bytes of a block that is not whole yet.
            self._unpack = b"" if kind == "SNAPPY" else zlib.decompressobj(self._bits)
            self._skip(start)
        elif start:
            attempt(self.path, lambda: self._file.seek(start))

    def _skip(self, count: int) -> None:
        while count > 0:
            found = self.read(min(count, _BLOCK))
            if not found:
                return
            count -= len(found)

    def read(self, count: int) -> bytes:
        """The next bytes: fewer than `count`, but not none, before the end."""
        if self._unpack is None:
            return attempt(self.path, lambda: self._file.read(count))
        while not self._ready:
            packed = attempt(self.path, lambda: self._file.read(_BLOCK))
            # Compressed data that stops too early is for whoever misses what it lacks.
            if not packed:
                return b""
            self._ready = self._inflated(packed)
        found, self._ready = self._ready[:count], self._ready[count:]
        return found

    def _inflated(self, packed: bytes) -> bytes:
        if self._bits < 0:
            found, self._unpack = snappy.unpacked(self._unpack + packed)
            return found
        parts = []
        while packed:
            if self._unpack.eof:
                # Streams of gzip follow one another.
                self._unpack = zlib.decompressobj(self._bits)
            try:
                parts.append(self._unpack.decompress(packed))
            except zlib.error as error:
                raise DataLossError(None, None, f"{self.path}: {error}") from None
            packed = self._unpack.unused_data
        return b"".join(parts)

    def size(self) -> int:
        """How many bytes the file has."""
        return os.fstat(self._file.fileno()).st_size

    def close(self) -> None:
        """Closes the file."""
        self._file.close()

    def __del__(self) -> None:
        if "_file" in self.__dict__:
            self._file.close()
