"""Sums of many floats by products of vectors, which read memory faster than NumPy's own sums do."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np

from .openblas import numpy_in_one_thread

Array = np.ndarray[Any, Any]

#: Elements that are added in one go: few enough to lose no digits, and for NumPy's library to start
#: no threads, which would hold up those of a backend for a while.
MOST_IN_A_ROW = 1 << 13


def squares(array: Array) -> Any:
    """The sum of the squares of an array; only NaN makes NaN of it."""
    if array.size <= MOST_IN_A_ROW:
        return np.vdot(array, array)
    flat = array.reshape(-1)
    whole = flat.size // MOST_IN_A_ROW * MOST_IN_A_ROW
    rows, rest = flat[:whole].reshape(-1, MOST_IN_A_ROW), flat[whole:]
    return np.vecdot(rows, rows).sum() + np.dot(rest, rest)


def of_rows(array: Array) -> Array:
    """The sums along the last axis, which has at most `MOST_IN_A_ROW` elements."""
    found: Array = np.vecdot(array, np.ones(array.shape[-1], array.dtype))
    return found


#: Rows a segment, from which its sum alone pays.
ROWS = 64
_QUICK = 8  # A sum takes a fraction of a function's time.


def of_runs(rows: Array, ids: Array, count: int, in_parts: Callable[..., None]) -> Array | None:
    """The sums of a matrix's rows by segment where the ids rise, so that those of one lie together.

    None where they do not, or it is not worth it. in_parts: a backend's, for several threads.
    """
    if not 0 < count * ROWS <= len(ids) or ids[0] < 0 or ids[-1] >= count:
        return None
    if (ids[1:] < ids[:-1]).any():
        return None
    starts = np.searchsorted(ids, np.arange(count + 1)).tolist()
    found = np.empty((count, rows.shape[1]), rows.dtype)
    alone = numpy_in_one_thread()
    ones = np.ones(len(ids), rows.dtype)

    def part(low: int, high: int) -> None:
        for segment in range(low, high):
            run = rows[starts[segment] : starts[segment + 1]]
            if alone is None:
                np.add.reduce(run, 0, out=found[segment])
            else:
                np.dot(ones[: len(run)], run, out=found[segment])

    with alone or contextlib.nullcontext():
        in_parts(part, count, rows.size // _QUICK)
    return found
