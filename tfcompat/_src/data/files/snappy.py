"""Snappy, which TensorFlow's snapshots are compressed with, in blocks with their lengths."""

from __future__ import annotations

from tfcompat._src.errors import DataLossError
from tfcompat._src.parsing.wire import varint

_BLOCK = 1 << 16


def _damaged() -> DataLossError:
    return DataLossError(None, None, "damaged snappy data")


def packed(data: bytes) -> bytes:
    """Data as blocks that hold it as it is: any reader of snappy takes them."""
    out = bytearray()
    for start in range(0, len(data), _BLOCK):
        part = data[start : start + _BLOCK]
        block = bytearray()
        length = len(part)
        while length > 127:
            block.append(length & 127 | 128)
            length >>= 7
        block.append(length)
        block += b"\xf4" + (len(part) - 1).to_bytes(2, "little") + part
        out += len(block).to_bytes(4, "big") + block
    return bytes(out)


def unpacked(data: bytes) -> tuple[bytes, bytes]:
    """What whole blocks hold, and the bytes of a block that is not whole."""
    out = []
    at = 0
    while at + 4 <= len(data):
        size = int.from_bytes(data[at : at + 4], "big")
        if at + 4 + size > len(data):
            break
        out.append(_block(data[at + 4 : at + 4 + size]))
        at += 4 + size
    return b"".join(out), data[at:]


def _block(data: bytes) -> bytes:
    try:
        length, at = varint(data, 0)
        out = bytearray()
        while at < len(data):
            tag = data[at]
            at += 1
            kind = tag & 3
            if kind == 0:
                size = tag >> 2
                if size > 59:
                    width = size - 59
                    size = int.from_bytes(data[at : at + width], "little")
                    at += width
                out += data[at : at + size + 1]
                at += size + 1
                continue
            if kind == 1:
                size, back = (tag >> 2 & 7) + 4, tag >> 5 << 8 | data[at]
                at += 1
            else:
                width = 2 if kind == 2 else 4
                size, back = (tag >> 2) + 1, int.from_bytes(data[at : at + width], "little")
                at += width
            _copy(out, back, size)
    except IndexError:
        raise _damaged() from None
    if len(out) != length:
        raise _damaged()
    return bytes(out)


def _copy(out: bytearray, back: int, size: int) -> None:
    if not 0 < back <= len(out):
        raise _damaged()
    start = len(out) - back
    while size > 0:
        # What is copied may be what this copies.
        part = out[start : start + size]
        out += part
        start += len(part)
        size -= len(part)
