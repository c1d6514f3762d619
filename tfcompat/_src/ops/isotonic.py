"""tf.nn.isotonic_regression: the nearest sequence that never rises."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.array import reshape, transpose
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.common import check_dtype
from tfcompat._src.ops.math import negative
from tfcompat._src.ops.segments import unsorted_segment_mean
from tfcompat._src.ops.selection import gather
from tfcompat._src.tensor import Tensor


@public("tfcompat.nn")
class IsotonicRegression(NamedTuple):
    """The sequence, and the number of the constant piece that each element is in."""

    output: Tensor
    segments: Tensor


def _pieces(row: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    """The number of the piece of each element: neighbours that rise are averaged."""
    means: list[float] = []
    sizes: list[int] = []
    for value in row.tolist():
        mean, size = value, 1
        while means and mean > means[-1]:
            total = size + sizes[-1]
            mean = (mean * size + means.pop() * sizes.pop()) / total
            size = total
        means.append(mean)
        sizes.append(size)
    return np.repeat(np.arange(len(sizes)), sizes)


@public("tfcompat.nn")
def isotonic_regression(inputs: Any, decreasing: bool = True, axis: Any = -1) -> Any:
    """Along an axis, the sequence nearest to the inputs that never rises (or never falls).

    Args:
      inputs: floating, or signed integers, which give float32 or float64. Read by the program.
      decreasing: whether it never rises.
      axis: that of the sequences.

    Returns:
      The sequences, whose gradient is shared by the elements of a piece; and as int32 the number
      of the piece that each element is in.

    Raises InvalidArgumentError for no such axis or another dtype.
    """
    op = "IsotonicRegression"
    x = to_tensor(inputs)
    check_dtype(op, x, dtypes.REAL)
    rank = len(x._shape)
    at = int(axis)
    if rank and not -rank <= at < rank:
        raise invalid_argument(
            op, f"`dim` must be in the range [{-rank}, {rank}): received axis={at}"
        )
    at = at % rank if rank else 0
    if x._dtype.is_integer:
        x = cast(x, dtypes.float32 if x._dtype.size < 4 else dtypes.float64)
    if not rank:
        return IsotonicRegression(x, to_tensor(0))
    order = [i for i in range(rank) if i != at] + [at]
    moved = at != rank - 1
    rows = transpose(x, order) if moved else x
    if not decreasing:
        rows = negative(rows)
    shape = tuple(rows._shape)
    found, pieces = _regress(reshape(rows, (-1,)), shape)
    y = reshape(found, shape)
    segments = from_numpy(pieces.reshape(shape).astype(np.int32), dtypes.int32)
    if not decreasing:
        y = negative(y)
    if moved:
        back = [order.index(i) for i in range(rank)]
        y, segments = transpose(y, back), transpose(segments, back)
    return IsotonicRegression(y, segments) if decreasing and not moved else (y, segments)


def _regress(x: Tensor, shape: tuple[int, ...]) -> tuple[Tensor, np.ndarray[Any, Any]]:
    values = x._numpy().astype(np.float64).reshape(-1, shape[-1]) if 0 not in shape else None
    if values is None:
        return x, np.zeros(shape, np.int64)
    pieces = np.stack([_pieces(row) for row in values])
    first = np.concatenate([[0], np.cumsum(pieces[:, -1] + 1)])
    numbers = (pieces + first[:-1, None]).reshape(-1)
    at = from_numpy(numbers, dtypes.int64)
    means = unsorted_segment_mean(x, at, int(first[-1]))
    return gather(means, at, axis=-1), pieces
