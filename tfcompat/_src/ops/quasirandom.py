"""Points that fill the unit cube evenly: tf.math.sobol_sample."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np

from tfcompat._src import dispatch, dtypes
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.naming import public
from tfcompat._src.ops.common import wrong_dtype
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("random")
_WIDE = frozenset({dtypes.float32, dtypes.float64})
_MOST_DIMENSIONS = 21200
# The sequence has so many points of 30 bits.
_BITS = 30
_MOST_POINTS = 2**_BITS


def _scalar(value: Any, what: str) -> int:
    given = to_tensor(value, None if isinstance(value, Tensor) else dtypes.int32)
    if given._dtype is not dtypes.int32:
        raise wrong_dtype("SobolSample", given._dtype, frozenset({dtypes.int32}))
    if given._shape:
        raise invalid_argument(
            "SobolSample", f"{what} must be a scalar: received the shape {list(given._shape)}"
        )
    return int(given._numpy())


@public("tfcompat.math")
def sobol_sample(
    dim: Any, num_results: Any, skip: Any = 0, dtype: Any = dtypes.float32, name: str | None = None
) -> Tensor:
    """`num_results` points of Sobol's sequence in `dim` dimensions, after the first `skip`.

    The origin, with which the sequence begins, is left out.

    Raises:
      InvalidArgumentError: no points, no dimensions, or too many of them.
    """
    wanted = as_dtype(dtype)
    if wanted not in _WIDE:
        raise wrong_dtype("SobolSample", wanted, _WIDE)
    dimensions, count = _scalar(dim, "dim"), _scalar(num_results, "num_results")
    first = _scalar(skip, "skip")
    for what, number, least in (
        ("dim", dimensions, 1),
        ("num_results", count, 1),
        ("skip", first, 0),
    ):
        if number < least:
            raise invalid_argument(
                "SobolSample", f"{what} must be at least {least}: received {number}"
            )
    if dimensions > _MOST_DIMENSIONS:
        raise invalid_argument(
            "SobolSample", f"dim must be at most {_MOST_DIMENSIONS}: received {dimensions}"
        )
    if first + count >= _MOST_POINTS:
        raise invalid_argument(
            "SobolSample",
            f"num_results+skip must be less than {_MOST_POINTS}: received {first + count}",
        )
    points = _points(dimensions, first + 1, count)
    return from_numpy(points.astype(wanted.as_numpy_dtype), wanted)


def _points(dimensions: int, first: int, count: int) -> np.ndarray[Any, Any]:
    """A point is the exclusive or of the directions that its index has in Gray's code."""
    index = np.arange(first, first + count)
    code = index ^ (index >> 1)
    directions = np.asarray(_directions(dimensions), np.int32)
    points = np.zeros((count, dimensions), np.int32)
    for bit in range(_BITS):
        rows = (code >> bit) & 1 == 1
        if rows.any():
            points[rows] ^= directions[:, bit]
    return points / float(_MOST_POINTS)


@lru_cache(maxsize=4)
def _directions(dimensions: int) -> np.ndarray[Any, Any]:
    return kernels.sobol_directions(dimensions)
