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
from tfcompat._src.ops.joining import concat, split, stack
from tfcompat._src.tensor import Tensor
from tfcompat.backend import ValueNeeded

kernels = dispatch.family("rows")

# The length of a row that was not written, among others that differ in length.
_NONE = -1


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
    return zeros([rows._shape[0], *row._shape], rows._dtype)


def _sizes(rows: Tensor) -> tuple[int, ...] | None:
    """How long each row is, where they are not all the same: they are filled up with zeros."""
    return getattr(rows, "_row_sizes", None)


def _is_uneven(rows: Tensor, row: Tensor) -> bool:
    """Whether the row makes the rows different in length. Raises where it differs otherwise."""
    if _sizes(rows) is None:
        if _blank(rows):
            # No elements yet; a row that has none is one all the same.
            same = tuple(rows._shape[1:]) == tuple(row._shape)
            return tuple(row._shape) == (0,) or (row._shape[:1] == (0,) and not same)
        if tuple(rows._shape[1:]) == tuple(row._shape):
            return False
    if not row._shape or tuple(rows._shape[2:]) != tuple(row._shape[1:]):
        raise invalid_argument(
            "TensorArray.write",
            f"Inconsistent shapes: saw {tuple(row._shape)} but expected {tuple(rows._shape[1:])}",
        )
    return True


def _put_uneven(rows: Tensor, at: int, row: Tensor) -> Tensor:
    count = _count(rows)
    same = 0 if _blank(rows) else rows._shape[1]
    sizes = [*(_sizes(rows) or [same] * count), *[0] * (at + 1 - count)]
    if _blank(rows):
        rows = zeros([rows._shape[0], *row._shape], rows._dtype)
    sizes[at] = row._shape[0]
    wide = max(rows._shape[1], row._shape[0])
    rows = _wider(_wider(rows, max(rows._shape[0], at + 1), 0), wide, 1)
    found = _put(rows, to_tensor(at), _wider(row, wide, 0))
    found._row_sizes = tuple(sizes)  # type: ignore[attr-defined]
    found._length = len(sizes)  # type: ignore[attr-defined]
    return found


def packed(items: list[Tensor], written: list[bool]) -> list[Tensor]:
    """Rows that differ in length, as one tensor."""
    wide = max([item._shape[0] for item in items])
    found = stack([_wider(item, wide, 0) for item in items])
    sizes = [x._shape[0] if known else _NONE for x, known in zip(items, written, strict=True)]
    found._row_sizes = tuple(sizes)  # type: ignore[attr-defined]
    found._length = len(items)  # type: ignore[attr-defined]
    return [found]


def _wider(tensor: Tensor, size: int, axis: int) -> Tensor:
    shape = list(tensor._shape)
    shape[axis] = size - shape[axis]
    return concat([tensor, zeros(shape, tensor._dtype)], axis) if shape[axis] else tensor


def _checked(at: int | None, count: int, what: str) -> None:
    if at is not None and not 0 <= at < count:
        raise invalid_argument(
            "TensorArray", f"Trying to {what} element {at} in a list with {count} elements."
        )


def put(rows: Tensor, index: Tensor, row: Tensor) -> list[Tensor]:
    """The rows with another one in one place."""
    _checked(_known(index), rows._shape[0], "modify")
    if _is_uneven(rows, row):
        return [_put_uneven(rows, int(index), row)]
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
        from tfcompat._src.ops.joining import unstack

        items = list(unstack(rows))
        items[int(index)] = row
        return stack(items)
    return dispatch.execute(kernels.put_row, (rows, index, row), (), rows._dtype)


def put_or_grow(rows: Tensor, index: Tensor, row: Tensor) -> list[Tensor]:
    """`put`, for an array that gets longer where there is no such place yet.

    There is more room than rows, or each write would give another shape.
    """
    count = _count(rows)
    at = int(index)
    _checked(at, max(count, at + 1), "modify")
    if _is_uneven(rows, row):
        return [_put_uneven(rows, at, row)]
    rows = _roomy(rows, row)
    if at >= rows._shape[0]:
        rows = _wider(rows, max(2 * rows._shape[0], at + 1), 0)
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
    sizes = _sizes(rows)
    if sizes is not None:
        at = int(index)
        if sizes[at] == _NONE:
            raise invalid_argument(
                "TensorArray.read",
                "Trying to read an uninitialized tensor but element_shape is not fully defined",
            )
        return [rows[at, : sizes[at]]]
    if at is not None and rows._dtype not in dispatch.backend().native_dtypes:
        return [rows[at]]
    return [dispatch.execute(kernels.take_row, (rows, index), (), rows._dtype)]


def whole(rows: Tensor) -> list[Tensor]:
    """All rows, if anything is known of them."""
    sizes = _sizes(rows)
    if sizes is None:
        if _blank(rows) and len(rows._shape) == 2:
            raise invalid_argument(
                "TensorArray.stack",
                "Tried to stack list which only contains uninitialized tensors and has a "
                "non-fully-defined element_shape: <unknown>",
            )
        return [_real(rows)]
    for size in sizes:
        if size != sizes[0]:
            rest = list(rows._shape[2:])
            raise invalid_argument(
                "TensorArray.stack",
                f"Incompatible shapes during merge: {[sizes[0], *rest]} vs. {[size, *rest]}",
            )
    return [rows[: len(sizes), : sizes[0]]]


def joined(rows: Tensor) -> list[Tensor]:
    """All rows along their first axis."""
    sizes = _sizes(rows)
    if sizes is not None:
        return [concat([rows[at, : max(size, 0)] for at, size in enumerate(sizes)], 0)]
    (rows,) = whole(rows)
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
