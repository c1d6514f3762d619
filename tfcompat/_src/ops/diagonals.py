"""Diagonals and bands of matrices: tf.linalg.diag, set_diag, band_part, trace, ..."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import from_numpy, operand, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.arguments import int_scalar, int_vector
from tfcompat._src.ops.common import check_dtype, is_operator, mismatch
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("diagonals")

_ANY = dtypes.NUMERIC_OR_BOOL
_DENSE = dtypes.FLOATS - {dtypes.bfloat16} | dtypes.COMPLEX | dtypes.INDEX
_ALIGNMENTS = ("LEFT_RIGHT", "RIGHT_LEFT", "LEFT_LEFT", "RIGHT_RIGHT")

# A layout says for each place which element to take, -1 for none.
Layout = np.ndarray[Any, Any]


def _matrices(op: str, x: Tensor) -> tuple[int, int]:
    shape = x._shape
    if len(shape) < 2:
        raise invalid_argument(
            op, f"received the shape {tuple(shape)}; expected a matrix or a stack of them"
        )
    return shape[-2], shape[-1]


def _band(op: str, k: Any) -> tuple[int, int]:
    """The lowest and the highest diagonal asked for."""
    found = int_vector(k, op, "k", dtypes.int32)
    if len(found) not in (1, 2) or found[0] > found[-1]:
        raise invalid_argument(
            op, f"received k={found}; expected a diagonal, or the lowest and the highest one"
        )
    return found[0], found[-1]


def _within(op: str, band: tuple[int, int], rows: int, columns: int) -> None:
    for k in band:
        if k and not -rows < k < columns:
            raise invalid_argument(
                op, f"received diagonal {k}; expected one between {-rows} and {columns}, exclusive"
            )


def _alignment(op: str, align: str) -> str:
    if align not in _ALIGNMENTS:
        raise invalid_argument(op, f"received align={align!r}; accepted are {_ALIGNMENTS}")
    return align


def _length(k: int, rows: int, columns: int) -> int:
    return max(0, min(rows + min(k, 0), columns - max(k, 0)))


def _shift(k: int, align: str, gap: int) -> int:
    """Where a diagonal that is `gap` shorter than its row starts in it."""
    above, _, below = align.partition("_")
    return gap if (above if k >= 0 else below) == "RIGHT" else 0


@lru_cache(maxsize=256)
def _packing(band: tuple[int, int], rows: int, columns: int, align: str) -> Layout:
    """Matrix elements for packed diagonals, the highest first."""
    low, high = band
    width = max(_length(k, rows, columns) for k in range(low, high + 1))
    layout = np.full((high - low + 1, width), -1, np.int64)
    for k in range(low, high + 1):
        length = _length(k, rows, columns)
        start = _shift(k, align, width - length)
        at = np.arange(length)
        layout[high - k, start : start + length] = (at - min(k, 0)) * columns + at + max(k, 0)
    return layout


@lru_cache(maxsize=256)
def _unpacking(band: tuple[int, int], rows: int, columns: int, align: str, width: int) -> Layout:
    """Elements of packed diagonals, of which each row has `width`, for matrix elements."""
    low, high = band
    i, j = np.indices((rows, columns))
    layout = np.full((rows, columns), -1, np.int64)
    for k in range(low, high + 1):
        length = _length(k, rows, columns)
        start = _shift(k, align, width - length)
        here = j - i == k
        layout[here] = ((high - k) * width + start + np.minimum(i, j))[here]
    return layout


def _spread(values: Tensor, other: Tensor, layout: Layout, merged: int) -> Tensor:
    """Elements of the last `merged` axes of `values` by layout, elsewhere those of `other`."""
    index = from_numpy(np.maximum(layout, 0), dtypes.int64)
    chosen = from_numpy(layout >= 0, dtypes.bool_)
    return dispatch.execute(
        kernels.spread, (values, other, index, chosen), (merged,), values._dtype
    )


def _padding(value: Any, x: Tensor) -> Tensor:
    # The default is a number, and no number becomes a bool.
    return to_tensor(bool(value)) if x._dtype is dtypes.bool_ else operand(value, x._dtype)


# ------------------------------------------------------------------------------------- diagonals
@public("tfcompat.linalg")
def diag(
    diagonal: Any,
    name: str = "diag",
    k: Any = 0,
    num_rows: Any = -1,
    num_cols: Any = -1,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Tensor:
    """Matrices with the given diagonals, and `padding_value` elsewhere.

    Args:
      diagonal: the last axis is a diagonal; for a band the one before counts them, highest first.
      name: ignored.
      k: which diagonal, above 0 over the main one, or the lowest and the highest of a band.
      num_rows: -1 for as few as will do.
      num_cols: likewise.
      padding_value: what stands elsewhere.
      align: the sides to which short diagonals above and below the main one are moved.

    Raises InvalidArgumentError for shapes, k or sizes that do not fit.
    """
    op = "MatrixDiagV3"
    x = to_tensor(diagonal)
    check_dtype(op, x, _ANY)
    given = (k, padding_value, num_rows, num_cols)
    plain = all([value.__class__ is int for value in given])
    if plain and x._shape and given[1:] == (0, -1, -1):
        _alignment(op, align)
        return dispatch.execute(kernels.diag, (x,), (k,), x._dtype)
    low, high = band = _band(op, k)
    axes = 1 if low == high else 2
    shape = tuple(x._shape)
    if len(shape) < axes or (axes == 2 and shape[-2] != high - low + 1):
        raise invalid_argument(
            op, f"received diagonals of shape {shape}; expected {high - low + 1} for k={band}"
        )
    width = shape[-1]
    rows, columns = int_scalar(num_rows, op, "num_rows"), int_scalar(num_cols, op, "num_cols")
    least = width - min(high, 0), width + max(low, 0)
    if rows == columns == -1:
        rows = columns = max(least)
    rows, columns = least[0] if rows == -1 else rows, least[1] if columns == -1 else columns
    if rows < least[0] or columns < least[1] or (rows != least[0] and columns != least[1]):
        raise invalid_argument(
            op,
            f"received num_rows={rows} and num_cols={columns}; expected at least {least[0]} and "
            f"{least[1]}, and one of them exactly",
        )
    padding = _padding(padding_value, x)
    layout = _unpacking(band, rows, columns, _alignment(op, align), width)
    return _spread(x, padding, layout, axes)


@public("tfcompat.linalg")
def diag_part(
    input: Any,
    name: str = "diag_part",
    k: Any = 0,
    padding_value: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Tensor:
    """The diagonals of matrices; those of a band as rows, the highest first, padded.

    `k` and `align` are those of `diag`. Raises InvalidArgumentError for k out of range.
    """
    _alignment("MatrixDiagPartV3", align)
    if is_operator(input):
        return input.diag_part()
    op = "MatrixDiagPartV3"
    x = to_tensor(input)
    check_dtype(op, x, _ANY)
    rows, columns = _matrices(op, x)
    if k.__class__ is int and k == 0:
        return dispatch.execute1(kernels.diag_part, x, x._dtype)
    band = _band(op, k)
    _within(op, band, rows, columns)
    layout = _packing(band, rows, columns, _alignment(op, align))
    padding = _padding(padding_value, x)
    return _spread(x, padding, layout[0] if band[0] == band[1] else layout, 2)


@public("tfcompat.linalg")
def set_diag(
    input: Any,
    diagonal: Any,
    name: str = "set_diag",
    k: Any = 0,
    align: str = "RIGHT_LEFT",
) -> Tensor:
    """The matrices with other diagonals; `k` and `align` are those of `diag`.

    Raises InvalidArgumentError for diagonals that do not fit.
    """
    op = "MatrixSetDiagV3"
    x = to_tensor(input)
    y = diagonal if isinstance(diagonal, Tensor) else operand(diagonal, x._dtype)
    if y._dtype is not x._dtype:
        raise mismatch(op, x, y)
    check_dtype(op, x, _ANY)
    rows, columns = _matrices(op, x)
    low, high = band = _band(op, k)
    _within(op, band, rows, columns)
    width = max(_length(k, rows, columns) for k in range(low, high + 1))
    axes = (width,) if low == high else (high - low + 1, width)
    wanted = (*x._shape[:-2], *axes)
    if tuple(y._shape) != wanted:
        raise invalid_argument(
            op, f"received diagonals of shape {tuple(y._shape)}; expected {wanted} for k={band}"
        )
    return _spread(y, x, _unpacking(band, rows, columns, _alignment(op, align), width), len(axes))


@public("tfcompat.linalg")
def band_part(
    input: Any,
    num_lower: Any,
    num_upper: Any,
    name: str | None = None,
) -> Tensor:
    """The matrices with 0 outside a band around the main diagonal.

    Args:
      input: one or more matrices.
      num_lower: how many diagonals below the main one stay; below 0 for all.
      num_upper: how many above stay.
      name: ignored.

    Raises InvalidArgumentError for more diagonals than there are.
    """
    op = "MatrixBandPart"
    x = input if isinstance(input, Tensor) else to_tensor(input)
    if x._dtype not in _ANY:
        check_dtype(op, x, _ANY)
    rows, columns = _matrices(op, x)
    if num_lower.__class__ is num_upper.__class__ is int:
        lower, upper = num_lower, num_upper
    else:
        if isinstance(num_lower, Tensor) and isinstance(num_upper, Tensor):
            if num_lower._dtype is not num_upper._dtype:
                raise mismatch(op, num_lower, num_upper, 2)
        lower = int_scalar(num_lower, op, "num_lower")
        upper = int_scalar(num_upper, op, "num_upper")
    if lower > rows or upper > columns:
        raise invalid_argument(
            op,
            f"received num_lower={lower} and num_upper={upper}; expected at most {rows} and "
            f"{columns}, or below 0 for all",
        )
    band = rows if lower < 0 else lower, columns if upper < 0 else upper
    return dispatch.execute(kernels.band_part, (x,), band, x._dtype)


@public("tfcompat.linalg")
def trace(x: Any, name: str | None = None) -> Tensor:
    """The sum of the main diagonal of each matrix."""
    if not isinstance(x, Tensor):
        if is_operator(x):
            return x.trace()
        x = to_tensor(x)
    if x._dtype not in dtypes.NUMERIC:
        check_dtype("Trace", x, dtypes.NUMERIC)
    if x._rank < 2:
        _matrices("MatrixDiagPartV3", x)
    return dispatch.execute1(kernels.trace, x, x._dtype)


@public("tfcompat.linalg")
def tensor_diag(diagonal: Any, name: str | None = None) -> Tensor:
    """A tensor of twice the rank that is the given one where both halves of an index agree.

    Raises InvalidArgumentError for a scalar.
    """
    x = to_tensor(diagonal)
    check_dtype("Diag", x, _DENSE)
    shape = tuple(x._shape)
    if not shape:
        raise invalid_argument("Diag", "received a scalar; expected 1 axis or more")
    size = int(np.prod(shape))
    layout = _unpacking((0, 0), size, size, "RIGHT_LEFT", size).reshape(shape + shape)
    return _spread(x, operand(0, x._dtype), layout, len(shape))


@public("tfcompat.linalg")
def tensor_diag_part(input: Any, name: str | None = None) -> Tensor:
    """Where both halves of an index agree: the reverse of `tensor_diag`.

    Raises InvalidArgumentError unless the second half of the shape is the first once more.
    """
    x = to_tensor(input)
    check_dtype("DiagPart", x, _DENSE)
    shape = tuple(x._shape)
    if not shape:
        return x
    half = shape[: len(shape) // 2]
    if half + half != shape:
        raise invalid_argument(
            "DiagPart", f"received shape {shape}; expected an even rank and the same sizes twice"
        )
    size = int(np.prod(half))
    layout = _packing((0, 0), size, size, "RIGHT_LEFT").reshape(half)
    return _spread(x, operand(0, x._dtype), layout, len(shape))
