"""What a tf.TensorArray that is one tensor does when its graph runs; each gives a list of one.

Rows of no elements stand for rows of any shape, as long as nothing is written.
"""

from __future__ import annotations

from typing import Any

from tfcompat._src import dispatch
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.creation import zeros
from tfcompat._src.ops.joining import concat, split
from tfcompat._src.tensor import Tensor
from tfcompat.backend import ValueNeeded

kernels = dispatch.family("rows")


def _known(index: Tensor) -> int | None:
    try:
        return int(index)
    except ValueNeeded:
        return None


def _blank(rows: Tensor) -> bool:
    return 0 in rows._shape[1:]


def _roomy(rows: Tensor, row: Tensor) -> Tensor:
    """The rows, with the shape of those that will be written."""
    if tuple(rows._shape[1:]) == tuple(row._shape):
        return rows
    if not _blank(rows):
        raise invalid_argument(
            "TensorArray.write",
            f"Inconsistent shapes: saw {tuple(row._shape)} but expected {tuple(rows._shape[1:])}",
        )
    return zeros([rows._shape[0], *row._shape], rows._dtype)


def _checked(at: int | None, count: int, what: str) -> None:
    if at is not None and not 0 <= at < count:
        raise invalid_argument(
            "TensorArray", f"Trying to {what} element {at} in a list with {count} elements."
        )


def put(rows: Tensor, index: Tensor, row: Tensor) -> list[Tensor]:
    """The rows with another one in one place."""
    _checked(_known(index), rows._shape[0], "modify")
    return [_put(_roomy(rows, row), index, row)]


def put_checked(rows: Tensor, index: Tensor, row: Tensor) -> list[Tensor]:
    """`put` where the place has to be known: it is looked at."""
    int(index)
    return put(rows, index, row)


def take_checked(rows: Tensor, index: Tensor) -> list[Tensor]:
    """`take` where the place has to be known: it is looked at."""
    int(index)
    return take(rows, index)


def _put(rows: Tensor, index: Tensor, row: Tensor) -> Tensor:
    if rows._dtype not in dispatch.backend().native_dtypes:
        from tfcompat._src.ops.joining import stack, unstack

        items = list(unstack(rows))
        items[int(index)] = row
        return stack(items)
    return dispatch.execute(kernels.put_row, (rows, index, row), (), rows._dtype)


def put_or_grow(rows: Tensor, index: Tensor, row: Tensor) -> list[Tensor]:
    """`put`, for an array that gets longer where there is no such place yet.

    There is more room than rows, or each write would give another shape.
    """
    count = _count(rows)
    rows = _roomy(rows, row)
    at = int(index)
    _checked(at, max(count, at + 1), "modify")
    if at >= rows._shape[0]:
        more = max(2 * rows._shape[0], at + 1) - rows._shape[0]
        rows = concat([rows, zeros([more, *row._shape], rows._dtype)], 0)
    found = _put(rows, index, row)
    found._length = max(count, at + 1)  # type: ignore[attr-defined]
    return [found]


def _count(rows: Tensor) -> int:
    """How many rows there are, of those there is room for."""
    return getattr(rows, "_length", rows._shape[0])


def _real(rows: Tensor) -> Tensor:
    """The rows without the room behind them."""
    count = _count(rows)
    return rows if count == rows._shape[0] else rows[:count]


def length(rows: Tensor) -> list[Tensor]:
    """How many rows there are."""
    return [to_tensor(_count(rows))]


def put_all(rows: Tensor, places: Tensor, values: Tensor) -> list[Tensor]:
    """The rows with those of another tensor in some places."""
    found = _real(rows)
    for number in range(places._shape[0]):
        (found,) = put(found, places[number], values[number])
    return [found]


def take(rows: Tensor, index: Tensor) -> list[Tensor]:
    """One row."""
    at = _known(index)
    _checked(at, _count(rows), "access")
    if at is not None and rows._dtype not in dispatch.backend().native_dtypes:
        return [rows[at]]
    return [dispatch.execute(kernels.take_row, (rows, index), (), rows._dtype)]


def whole(rows: Tensor) -> list[Tensor]:
    """All rows, if anything is known of them."""
    if _blank(rows) and len(rows._shape) == 2:
        raise invalid_argument(
            "TensorArray.stack",
            "Tried to stack list which only contains uninitialized tensors and has a "
            "non-fully-defined element_shape: <unknown>",
        )
    return [_real(rows)]


def joined(rows: Tensor) -> list[Tensor]:
    """All rows along their first axis."""
    rows = _real(rows)
    shape = rows._shape
    return [reshape(rows, [shape[0] * shape[1], *shape[2:]])]


def pieces(tensor: Tensor, lengths: Any) -> list[Tensor]:
    """The pieces of a tensor of these lengths."""
    sizes = [int(n) for n in lengths._numpy()]
    if sum(sizes) != tensor._shape[0]:
        raise invalid_argument(
            "TensorArray.split",
            f"Unused values in tensor. Length of tensor: {tensor._shape[0]} Values used: "
            f"{sum(sizes)}",
        )
    return list(split(tensor, sizes))
