"""Readers of records of bytes: a block of them at a time, from any place on."""

from __future__ import annotations

import struct
from typing import Any, ClassVar

import numpy as np

from tfcompat._src.data.files.streams import Stream
from tfcompat._src.errors import DataLossError, invalid_argument
from tfcompat._src.hashes.crc32c import masked_crc32c, masked_many

Array = np.ndarray[Any, Any]

_FIRST, _LARGEST = 1 << 16, 1 << 20
_LENGTH = struct.Struct("<Q")
_HEADER, _FOOTER = 12, 4


class Reader:
    """The records of a file, from one of them on.

    moves_on: whether, after an error in the middle of a file, the next file is read.
    """

    moves_on: ClassVar[bool] = True

    def __init__(self, path: Any, compression: str, offset: int = 0) -> None:
        self._open(path, compression, offset)
        self._rest = b""
        self._size = _FIRST
        self._failed: Exception | None = None
        # Where the bytes stand in the stream that come next.
        self._at = offset

    def _open(self, path: Any, compression: str, offset: int) -> None:
        self.stream = Stream(path, compression, offset)

    def _more(self, least: int = 0) -> bytes:
        found = self.stream.read(max(self._size, least))
        self._size = min(2 * self._size, _LARGEST)
        return found

    def block(self) -> list[Any]:
        """The next records, none at the end. What is wrong is raised after those before it."""
        if self._failed is not None:
            raise self._failed
        try:
            return self._block()
        except DataLossError as error:
            self._failed = error
            raise

    def _block(self) -> list[Any]:
        raise NotImplementedError

    def offset(self, index: int) -> int:
        """Where in the stream a record of the last block starts, or what follows them."""
        raise NotImplementedError

    def close(self) -> None:
        """Closes the file."""
        self.stream.close()


class RecordReader(Reader):
    """The records of a TFRecord file, whose checksums are checked."""

    _places: Array = np.empty(0, np.int64)

    def _block(self) -> list[bytes]:
        data, base = self._rest, self._at
        while True:
            part = self._more()
            data = data + part if data else part
            places = _scan(data)
            if len(places) > 1 or not part:
                break
            if len(data) >= _HEADER:
                self._check_header(data, base)
                # A record of many blocks: what is missing is read at once.
                missing = _LENGTH.unpack_from(data)[0] + _HEADER + _FOOTER - len(data)
                self._size = max(self._size, min(missing, 1 << 26))
        if len(places) == 1:
            if len(data) >= _HEADER:
                self._check_header(data, base)
                raise DataLossError(
                    None,
                    None,
                    f"truncated record at {base}' failed with Read less bytes than requested",
                )
            return []
        where = np.array(places, np.int64)
        sizes = np.diff(where) - _HEADER - _FOOTER
        good = self._checked(data, where[:-1] + _HEADER, sizes, base)
        if good == len(sizes):
            self._rest, self._at = data[places[-1] :], base + places[-1]
        self._places = where[: good + 1] + base
        starts = (where[:good] + _HEADER).tolist()
        ends = (where[1 : good + 1] - _FOOTER).tolist()
        return [data[a:b] for a, b in zip(starts, ends, strict=True)]

    def _check_header(self, data: bytes, base: int) -> None:
        (stored,) = struct.unpack_from("<I", data, 8)
        if masked_crc32c(data[:8]) != stored:
            raise _corrupted(base)

    def _checked(self, data: bytes, starts: Array, sizes: Array, base: int) -> int:
        """How many of the records are in order; what is wrong with the next one is kept."""
        words = np.ndarray((len(data) - 3,), "<u4", data, strides=(1,))
        heads = masked_many(data, starts - _HEADER, np.full(len(starts), 8)) != words[starts - 4]
        wrong = heads | (masked_many(data, starts, sizes) != words[starts + sizes])
        if not wrong.any():
            return len(starts)
        good = int(wrong.argmax())
        self._failed = _corrupted(base + int(starts[good]) - _HEADER)
        if not good:
            raise self._failed
        return good

    def offset(self, index: int) -> int:
        return int(self._places[index]) if len(self._places) else self._at


def _scan(data: bytes) -> list[int]:
    """Where whole records start, and at last where the last one of them ends."""
    at, end = 0, len(data) - _FOOTER - _HEADER
    places = [at]
    unpack, append = _LENGTH.unpack_from, places.append
    while at <= end:
        at += unpack(data, at)[0] + 16
        if at > end + 16:
            break
        append(at)
    return places


def _corrupted(at: int) -> DataLossError:
    hint = "" if at else " (Is this even a TFRecord file?)"
    return DataLossError(None, None, f"corrupted record at {at}{hint}")


class LineReader(Reader):
    """The lines of a text, without what ends them."""

    moves_on = False
    _raw = b""
    _base = 0

    def _block(self) -> list[bytes]:
        parts = [self._rest]
        while True:
            part = self._more()
            if not part:
                break
            cut = part.rfind(b"\n") + 1
            if cut:
                parts.append(part[:cut])
                return self._lines(b"".join(parts), part[cut:])
            parts.append(part)
        return self._lines(b"".join(parts), b"")

    def _lines(self, raw: bytes, rest: bytes) -> list[bytes]:
        self._raw, self._base = raw, self._at
        self._rest = rest
        self._at += len(raw)
        lines = raw.split(b"\n")
        if not lines[-1]:
            lines.pop()
        if b"\r" in raw:
            lines = [line.replace(b"\r", b"") for line in lines]
        return lines

    def offset(self, index: int) -> int:
        return self._base + sum(len(line) + 1 for line in self._raw.split(b"\n")[:index])


class FixedReader(Reader):
    """Records of one length between a header and a footer."""

    moves_on = False

    def __init__(
        self, path: Any, compression: str, offset: int, record: int, header: int, footer: int
    ) -> None:
        self._record, self._header, self._footer = record, header, footer
        self._packed = bool(compression)
        super().__init__(path, compression, offset or header)
        self._base = self._at

    def _open(self, path: Any, compression: str, offset: int) -> None:
        super()._open(path, compression, offset)
        body = self.stream.size() - self._header - self._footer
        if not self._packed and (body < 0 or body % self._record):
            raise invalid_argument("FixedLengthRecordDataset", self._odd(body))

    def _odd(self, body: int) -> str:
        return (
            f"Excluding the header ({self._header} bytes) and footer ({self._footer} bytes), input "
            f'file "{self.stream.path}" has body length {body} bytes, which is not an exact '
            f"multiple of the record length ({self._record} bytes)."
        )

    def _block(self) -> list[bytes]:
        data = self._rest
        size = self._record
        while True:
            part = self._more(size + self._footer)
            data += part
            count = (len(data) - self._footer) // size
            if count > 0:
                break
            if not part:
                if len(data) != self._footer:
                    body = self._at + len(data) - self._header - self._footer
                    raise DataLossError(None, None, self._odd(body))
                return []
        self._base = self._at
        self._rest = data[count * size :]
        self._at += count * size
        return [data[a : a + size] for a in range(0, count * size, size)]

    def offset(self, index: int) -> int:
        return self._base + index * self._record
