"""Row splits, lengths and row ids as arrays: one from the other, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.errors import invalid_argument
from tfcompat._src.ragged import host
from tfcompat._src.ragged.host import Array
from tfcompat._src.tensor import Tensor


def _wrong(method: str, what: str, found: Any) -> Exception:
    return invalid_argument(
        method, f"Arguments to {method} do not form a valid RowPartition: {what}, received {found}"
    )


def ascending(values: Array, method: str, what: str) -> None:
    if values.size > 1 and bool((values[1:] < values[:-1]).any()):
        raise _wrong(method, f"{what} must not descend", values.tolist())


def splits_of_lengths(lengths: Array) -> Array:
    """Row splits, from the lengths of the rows."""
    splits = np.zeros(lengths.shape[0] + 1, lengths.dtype)
    np.cumsum(lengths, out=splits[1:])
    return splits


def splits_of_rowids(rowids: Array, nrows: Any) -> Array:
    counts = np.bincount(rowids, minlength=int(nrows)) if rowids.size else np.zeros(int(nrows))
    return splits_of_lengths(counts.astype(rowids.dtype))


def rowids_of_splits(splits: Array) -> Array:
    """The row of each value."""
    return np.repeat(np.arange(splits.shape[0] - 1, dtype=splits.dtype), np.diff(splits))


def offsets(splits: Array) -> Array:
    lengths = np.diff(splits)
    return np.asarray(np.arange(splits[-1], dtype=splits.dtype) - np.repeat(splits[:-1], lengths))


def uniform_splits(length: Array, nrows: Array) -> Array:
    return np.asarray(np.arange(int(nrows) + 1, dtype=length.dtype) * length)


# ---------------------------------------------------------------------------------------- checking
def check_splits(splits: Array) -> None:
    if splits[0] != 0:
        raise _wrong("from_row_splits", "row_splits[0] must be zero", splits.tolist())
    ascending(splits, "from_row_splits", "row_splits must be monotonic: they")


def check_lengths(lengths: Array) -> None:
    if lengths.size and lengths.min() < 0:
        raise _wrong("from_row_lengths", "row lengths must be >= 0", lengths.tolist())


def check_starts(starts: Array, nvals: Array) -> None:
    if starts.size and starts[0] != 0:
        raise _wrong("from_row_starts", "row_starts[0] must be zero", starts.tolist())
    ascending(starts, "from_row_starts", "row_starts")
    if starts.size and starts[-1] > nvals:
        raise _wrong("from_row_starts", f"row_starts must be <= nvals={nvals}", starts.tolist())


def check_limits(limits: Array) -> None:
    if limits.size and limits[0] < 0:
        raise _wrong("from_row_limits", "row_limits must be >= 0", limits.tolist())
    ascending(limits, "from_row_limits", "row_limits")


def check_nrows(rowids: Tensor, nrows: Tensor | None) -> None:
    count = None if nrows is None else host.known(nrows)
    if count is None:
        return
    if int(count) < 0:
        raise ValueError(f"Expected nrows >= 0; got {int(count)}")
    ids = host.known(rowids)
    if ids is not None and ids.size and ids[-1] >= count:
        raise ValueError(
            f"Expected nrows >= value_rowids[-1] + 1; got nrows={int(count)}, "
            f"value_rowids[-1]={ids[-1]}"
        )


def check_rowids(rowids: Array, *nrows: Array) -> None:
    if rowids.size and rowids[0] < 0:
        raise _wrong("from_value_rowids", "value_rowids must be >= 0", rowids.tolist())
    ascending(rowids, "from_value_rowids", "value_rowids")
    if nrows and rowids.size and rowids[-1] >= nrows[0]:
        raise _wrong("from_value_rowids", f"they must be < nrows={nrows[0]}", rowids.tolist())


def check_uniform(length: Any, rows: Any, count: Any, validate: bool) -> None:
    given = host.known(rows)
    if given is not None and int(given) < 0:
        raise _wrong("from_uniform_row_length", "nrows must be >= 0", int(given))
    if count is None:
        return
    numbers = [host.known(x) for x in (length, rows, count)]
    if all(n is not None for n in numbers):
        a, b, c = [int(n) for n in numbers]  # type: ignore[arg-type]
        if a * b != c:
            raise ValueError(f"uniform_row_length={a} times nrows={b} must equal nvals={c}")
    elif validate:

        def product(length: Array, rows: Array, count: Array) -> None:
            if length * rows != count:
                raise _wrong(
                    "from_uniform_row_length",
                    f"uniform_row_length={length} times nrows={rows} must equal nvals",
                    count,
                )

        host.check(product, [length, rows, count])
