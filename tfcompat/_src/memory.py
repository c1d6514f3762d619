"""Room for large arrays."""

from __future__ import annotations

import math
import os
import sys
import threading
from typing import Any

import numpy as np

Bytes = np.ndarray[Any, np.dtype[np.uint8]]

#: At multiples of it the arrays begin whose memory every backend shares, not copies.
ALIGNED = 64


_LEAST, _LARGEST, _MOST = 1 << 18, 1 << 24, 1 << 26  # bytes
_ROOMS = 16


class _Rooms:
    """Memory of large arrays, for the next ones of the same sizes when they are gone.

    What glibc gets back it gives away in pieces, be they ever so small, and an array of the same
    size comes to lie elsewhere: on pages that the system has to clear first, or that are in no
    cache.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rooms: list[Bytes] = []  # those used last at the end
        self._bytes = 0

    def take(self, size: int) -> Bytes:
        """Room of so many bytes, which is free again when nobody has an array in it."""
        rooms = self._rooms
        with self._lock:
            for at in range(len(rooms) - 1, -1, -1):
                # Held by the list, and by the call that asks.
                if rooms[at].nbytes == size and sys.getrefcount(rooms[at]) == 2:
                    room = rooms.pop(at)
                    rooms.append(room)
                    return room
            room = np.empty(size, np.uint8)
            rooms.append(room)
            self._bytes += size
            while self._bytes > _MOST or len(rooms) > _ROOMS:
                self._bytes -= rooms.pop(0).nbytes
            return room


# Without the interpreter's lock counts of references say nothing.
_rooms = _Rooms() if getattr(sys, "_is_gil_enabled", lambda: True)() else None
if _rooms is not None and hasattr(os, "register_at_fork"):
    # The lock may be held by a thread that a forked process has not.
    os.register_at_fork(after_in_child=_rooms.__init__)  # type: ignore[misc]


def aligned(shape: tuple[int, ...], dtype: Any) -> np.ndarray[Any, Any]:
    """Room for an array that a backend uses as it is."""
    size = math.prod(shape) * np.dtype(dtype).itemsize
    if _rooms is not None and _LEAST <= size <= _LARGEST:
        room = _rooms.take(size + ALIGNED)
    else:
        room = np.empty(size + ALIGNED, np.uint8)
    start = -room.__array_interface__["data"][0] % ALIGNED
    return room[start : start + size].view(dtype).reshape(shape)


# So many integers stay in the processor's cache.
_ROW = 1 << 12


def counted(start: int, count: int, step: int, dtype: Any) -> np.ndarray[Any, Any]:
    """`np.arange` for many integers, of 32 bits or more, as the sums of a column and a row.

    That is two to three times as fast.
    """
    if count <= 8 * _ROW or np.dtype(dtype).itemsize < 4:
        end = start + (count - 1) * step + (1 if step > 0 else -1)
        return np.arange(start, end, step, dtype=dtype) if count > 0 else np.empty(0, dtype)
    firsts = np.arange(-(-count // _ROW), dtype=dtype) * dtype(_ROW * step) + dtype(start)
    found = aligned((len(firsts), _ROW), dtype)
    np.add(firsts[:, None], np.arange(_ROW, dtype=dtype) * dtype(step), out=found)
    return found.reshape(-1)[:count]
