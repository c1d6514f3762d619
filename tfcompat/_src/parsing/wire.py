"""The bytes of one message, read as protocol buffers write them.

Only the usual form is read here, the one that libraries write: fields in order, numbers packed.
Anything else, legal or not, is `UnusualError`, and left to the protobuf package, which brings it
into the usual form or says that it is no message.
"""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

# The kinds of lists of a feature are the numbers of its fields.
NOTHING, BYTES, FLOATS, INTEGERS = 0, 1, 2, 3
KINDS = {0x0A: BYTES, 0x12: FLOATS, 0x1A: INTEGERS}

_SHORT = 24


class UnusualError(Exception):
    """Bytes that are not in the usual form."""


def varint(data: bytes, at: int) -> tuple[int, int]:
    """A number of any length, and where it ends."""
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 128:
            return value, at
        shift += 7


def as_varint(number: int) -> bytes:
    """A number as it is written."""
    out = bytearray()
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
    return bytes(out)


def fields(data: bytes, start: int, stop: int) -> dict[bytes, tuple[int, int]]:
    """Where the value of each key of a map from strings to messages stands."""
    found: dict[bytes, tuple[int, int]] = {}
    at = start
    while at < stop:
        if data[at] != 0x0A:
            raise UnusualError
        size = data[at + 1]
        at += 2
        if size > 127:
            size, at = varint(data, at - 1)
        finish = at + size
        length = data[at + 1]
        cut = at + 2 + length
        if finish > stop or data[at] != 0x0A or length > 127 or data[cut] != 0x12:
            raise UnusualError
        key = data[at + 2 : cut]
        size = data[cut + 1]
        cut += 2
        if size > 127:
            size, cut = varint(data, cut - 1)
        if cut + size != finish:
            raise UnusualError
        found[key] = (cut, finish)
        at = finish
    return found


def only_field(data: bytes, start: int, stop: int, tag: int = 0x0A) -> tuple[int, int]:
    """Where the one field of a message stands; an empty place where there is none."""
    if start == stop:
        return stop, stop
    if data[start] != tag:
        raise UnusualError
    size, at = varint(data, start + 1)
    if at + size != stop:
        raise UnusualError
    return at, stop


def repeated(data: bytes, start: int, stop: int) -> list[tuple[int, int]]:
    """Where the items of a message with one repeated field stand."""
    found = []
    at = start
    while at < stop:
        if data[at] != 0x0A:
            raise UnusualError
        size = data[at + 1]
        at += 2
        if size > 127:
            size, at = varint(data, at - 1)
        if at + size > stop:
            raise UnusualError
        found.append((at, at + size))
        at += size
    return found


def feature(data: bytes, start: int, stop: int) -> tuple[int, Array | list[bytes] | None]:
    """The kind of a tf.train.Feature, and its values."""
    if start == stop:
        return NOTHING, None
    kind = KINDS.get(data[start], NOTHING)
    if not kind:
        raise UnusualError
    size, at = varint(data, start + 1)
    if at + size != stop:
        raise UnusualError
    if kind == BYTES:
        return kind, [data[a:b] for a, b in repeated(data, at, stop)]
    first, last = only_field(data, at, stop)
    return kind, floats(data[first:last]) if kind == FLOATS else varints(data[first:last])


def floats(packed: bytes) -> Array:
    """Packed floats."""
    if len(packed) % 4:
        raise UnusualError
    return np.frombuffer(packed, "<f4").astype(np.float32)


def varints(packed: bytes) -> Array:
    """Packed integers."""
    if packed.isascii():
        return np.frombuffer(packed, np.uint8).astype(np.int64)
    if packed[-1] > 127:
        raise UnusualError
    if len(packed) > _SHORT:
        return many_varints(np.frombuffer(packed, np.uint8))[0]
    values = []
    at = 0
    while at < len(packed):
        value, at = varint(packed, at)
        values.append(value & 0xFFFFFFFFFFFFFFFF)
    return np.array(values, np.uint64).view(np.int64)


def many_varints(packed: Array) -> tuple[Array, Array]:
    """Packed integers, and where each of them ends."""
    ends = np.flatnonzero(packed < 128) + 1
    starts = np.empty_like(ends)
    starts[:1] = 0
    starts[1:] = ends[:-1]
    lengths = ends - starts
    longest = int(lengths.max(initial=0))
    if longest > 10:
        raise UnusualError
    bits = packed & np.uint8(0x7F)
    values = bits[starts].astype(np.uint64)
    for place in range(1, longest):
        longer = np.flatnonzero(lengths > place)
        values[longer] |= bits[starts[longer] + place].astype(np.uint64) << np.uint64(7 * place)
    return values.view(np.int64), ends
