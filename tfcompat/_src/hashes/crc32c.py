"""CRC-32C, the checksum of TensorFlow's record files.

The package google-crc32c, or crc32c, is used where it is installed. Otherwise the checksums of many
pieces of data are computed at once in arrays: what a piece does to the state is the same for all.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_POLYNOMIAL = 0x82F63B78
_ONES, _LOW = 0xFFFFFFFF, 0xFFFF
# Below this length a loop over bytes is as fast as the arrays.
_SHORT = 8192
# Data is cut into pieces of so many bytes, whose states are put together; where there are many of
# one part, they are taken as a matrix.
_PIECE = 256
_MANY = 64


@cache
def _native() -> Callable[[bytes], int] | None:
    """A compiled function that computes it, if one is installed."""
    try:
        import google_crc32c

        if google_crc32c.implementation == "c":
            return google_crc32c.value
    except ImportError:
        pass
    try:
        import crc32c as package

        return package.crc32c
    except (ImportError, AttributeError):
        return None


# ---------------------------------------------------------------------------------------- tables
@cache
def _table() -> Array:
    table = np.arange(256, dtype=np.uint32)
    for _ in range(8):
        table = np.where(table & 1, table >> np.uint32(1) ^ np.uint32(_POLYNOMIAL), table >> 1)
    return table.astype(np.uint32)


@cache
def _list() -> list[int]:
    return _table().tolist()


def _after_byte(states: Array) -> Array:
    return _table()[states & np.uint32(0xFF)] ^ states >> np.uint32(8)


@cache
def _halves() -> tuple[Array, Array]:
    """What four zero bytes make of the lower and of the upper half of a state."""
    low = np.arange(65536, dtype=np.uint32)
    high = low << np.uint32(16)
    for _ in range(4):
        low, high = _after_byte(low), _after_byte(high)
    return low.astype(np.int64), high.astype(np.int64)


@cache
def _pushes(level: int) -> tuple[Array, Array]:
    """What 2**level pieces of zero bytes make of the lower and of the upper half of a state."""
    if level:
        before = _pushes(level - 1)
        return _pushed(before[0], before), _pushed(before[1], before)
    low = np.arange(65536, dtype=np.int64)
    high = low << 16
    for _ in range(_PIECE // 4):
        low, high = _pushed(low, _halves()), _pushed(high, _halves())
    return low, high


def _pushed(states: Array, tables: tuple[Array, Array]) -> Array:
    return tables[0].take(states & _LOW) ^ tables[1].take(states >> 16)


# -------------------------------------------------------------------------------------- one piece
def crc32c(data: bytes) -> int:
    """The checksum of some bytes."""
    native = _native()
    if native is not None:
        return native(data)
    if len(data) >= _SHORT:
        whole = np.frombuffer(data, np.uint8)
        return int(_sums(whole, np.zeros(1, np.int64), np.array([len(data)]))[0])
    state = 0xFFFFFFFF
    table = _list()
    for byte in data:
        state = table[(state ^ byte) & 0xFF] ^ state >> 8
    return state ^ 0xFFFFFFFF


def masked_crc32c(data: bytes) -> int:
    """The checksum as files store it, so that checksums of checksums are no special case."""
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


# ------------------------------------------------------------------------------------ many pieces
def masked_many(data: bytes, starts: Array, lengths: Array) -> Array:
    """The checksums, as files store them, of parts of `data`."""
    native = _native()
    # For short ones a call each takes longer than the arrays.
    if native is not None and lengths.sum() > 96 * len(lengths):
        pairs = zip(starts.tolist(), (starts + lengths).tolist(), strict=True)
        sums = np.array([native(data[a:b]) for a, b in pairs], np.uint32)
    else:
        sums = _sums(np.frombuffer(data, np.uint8), starts, lengths)
    return (sums >> np.uint32(15) | sums << np.uint32(17)) + np.uint32(0xA282EAD8)


def _sums(data: Array, starts: Array, lengths: Array) -> Array:
    pieces = np.maximum(-(-lengths // _PIECE), 1)
    count = int(pieces.sum())
    if count == len(pieces):
        states = _states(data, starts, lengths, np.full(count, _ONES))
        return (states ^ _ONES).astype(np.uint32)
    # Of a long part the first piece is the one that is shorter.
    first = np.cumsum(pieces) - pieces
    short = lengths - (pieces - 1) * _PIECE
    states = np.empty(count, np.int64)
    states[first] = _states(data, starts, short, np.full(len(starts), _ONES))
    long = pieces > _MANY
    rest = np.ones(count, np.bool_)
    rest[first] = False
    if long.any():
        many = np.repeat(long, pieces) & rest
        at, numbers = (starts + short)[long], (pieces - 1)[long]
        states[many] = _whole(data, at.tolist(), numbers.tolist())
        rest &= ~many
    some = np.flatnonzero(rest)
    if len(some):
        place = np.arange(count) - np.repeat(first, pieces)
        at = np.repeat(starts + short - _PIECE, pieces)[some] + place[some] * _PIECE
        sizes = np.full(len(some), _PIECE)
        states[some] = _states(data, at, sizes, np.zeros(len(some), np.int64))
    return (_combined(states, first, pieces) ^ _ONES).astype(np.uint32)


def _combined(states: Array, first: Array, pieces: Array) -> Array:
    """The states of parts from those of their pieces, by pairs of neighbours from the end."""
    level = 0
    while len(states) > len(pieces):
        place = np.arange(len(states)) - np.repeat(first, pieces)
        left = np.repeat(pieces, pieces) - place
        # The last piece of a part, the third from the end and so on take in the one before them.
        odd = left % 2 == 1
        mine = np.flatnonzero(odd & (place > 0))
        states[mine] ^= _pushed(states[mine - 1], _pushes(level))
        states = states[odd]
        pieces = (pieces + 1) // 2
        first = np.cumsum(pieces) - pieces
        level += 1
    return states


def _whole(data: Array, starts: list[int], counts: list[int]) -> Array:
    """The states after each of the pieces that stand one after the other from some places on."""
    width = _PIECE // 4
    parts = [
        np.frombuffer(data, "<u4", count * width, at).reshape(count, width)
        for at, count in zip(starts, counts, strict=True)
    ]
    words = np.concatenate(parts) if len(parts) > 1 else parts[0]
    states = np.zeros(len(words), np.int64)
    tables = _halves()
    for column in words.T.astype(np.int64, order="C"):
        states = _pushed(states ^ column, tables)
    return states


def _states(data: Array, starts: Array, lengths: Array, begin: Array) -> Array:
    """The states after parts, from the states before them: a word of all parts at each step."""
    words = lengths >> 2
    order = np.argsort(-words, kind="stable")
    starts, lengths, words, states = starts[order], lengths[order], words[order], begin[order]
    head = lengths & 3
    table = _table()
    for step in range(3):
        some = np.flatnonzero(head > step)
        mixed = states[some] ^ data[starts[some] + step]
        states[some] = table[mixed & 0xFF] ^ mixed >> 8
    most = int(words[0]) if len(words) else 0
    if most:
        tables = _halves()
        # A word at each byte, wherever it starts.
        every = np.ndarray((len(data) - 3,), "<u4", data, strides=(1,))
        # Parts end together, so those at work are always the longest ones.
        at = starts + lengths - 4 * most
        counts = np.searchsorted(-words, -np.arange(most, 0, -1), side="right").tolist()
        for count in counts:
            states[:count] = _pushed(states[:count] ^ every[at[:count]], tables)
            at += 4
    found = np.empty_like(states)
    found[order] = states
    return found
