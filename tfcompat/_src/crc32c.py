"""CRC-32C, the checksum of TensorFlow's record files."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

_POLYNOMIAL = 0x82F63B78
# Below this length a loop over bytes is as fast as the arrays.
_SHORT = 256
_LANE = 64


@cache
def _table() -> list[int]:
    made = []
    for byte in range(256):
        value = byte
        for _ in range(8):
            value = value >> 1 ^ (_POLYNOMIAL if value & 1 else 0)
        made.append(value)
    return made


@cache
def _table_array() -> np.ndarray[Any, Any]:
    return np.array(_table(), np.uint32)


def crc32c(data: bytes) -> int:
    """The checksum of some bytes."""
    head = len(data) // _LANE * _LANE if len(data) >= _SHORT else 0
    state = 0xFFFFFFFF
    if head:
        state = _lanes(np.frombuffer(data, np.uint8, head), state)
    table = _table()
    for byte in data[head:]:
        state = table[(state ^ byte) & 0xFF] ^ state >> 8
    return state ^ 0xFFFFFFFF


def _lanes(data: np.ndarray[Any, Any], start: int) -> int:
    """The state after some bytes: of all lanes at once, then of pairs of neighbours.

    The state is linear in the bytes, so the state of a first part only has to be pushed through
    the length of a second, which is a matrix of bits.
    """
    columns = data.reshape(-1, _LANE).T
    states = np.zeros(columns.shape[1], np.uint32)
    states[0] = start
    table = _table_array()
    for column in columns:
        states = table[(states ^ column) & 0xFF] ^ states >> np.uint32(8)
    level = 0
    while len(states) > 1:
        # A lane of zeros in front changes nothing.
        if len(states) % 2:
            states = np.concatenate([np.zeros(1, np.uint32), states])
        states = _push(states[0::2], level) ^ states[1::2]
        level += 1
    return int(states[0])


@cache
def _pushes(level: int) -> np.ndarray[Any, Any]:
    """What 2**level lanes of zero bytes make of each bit of a state."""
    bits = np.uint32(1) << np.arange(32, dtype=np.uint32)
    if level:
        return _push(_push(bits, level - 1), level - 1)
    table = _table_array()
    for _ in range(_LANE):
        bits = table[bits & 0xFF] ^ bits >> np.uint32(8)
    return bits


def _push(states: np.ndarray[Any, Any], level: int) -> np.ndarray[Any, Any]:
    moved = np.zeros_like(states)
    for bit, pushed in enumerate(_pushes(level)):
        moved ^= np.where(states >> np.uint32(bit) & np.uint32(1), pushed, np.uint32(0))
    return moved


def masked_crc32c(data: bytes) -> int:
    """The checksum as files store it, so that checksums of checksums are no special case."""
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
