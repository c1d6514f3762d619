"""Whether matrices of numbers at hand are singular, to the last digit as TensorFlow finds it."""

from __future__ import annotations

import functools
import math
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

FEW_ROWS = 32  # so many are eliminated here; of more, LAPACK tells
_FEWER_ROWS = 10  # of so many a determinant tells how far they are from singular


def any_singular(matrices: Array) -> bool:
    """Whether elimination with row pivots comes upon a zero in one of the square matrices."""
    size = matrices.shape[-1]
    if not matrices.size:
        return False
    if 1 < size <= _FEWER_ROWS and matrices.dtype.kind == "f" and _all_far_from_it(matrices):
        return False
    # LAPACK rounds a product and its difference as one, which leaves digits where zero is due.
    left = np.array(matrices).reshape(-1, size, size)
    each = np.arange(len(left))
    with np.errstate(all="ignore"):
        for step in range(size):
            pivot = step + np.abs(left[:, step:, step]).argmax(1)
            left[each, step], left[each, pivot] = left[each, pivot], left[each, step].copy()
            head = left[:, step, step]
            if not np.all(head):
                return True
            left[:, step + 1 :, step] /= head[:, None]
            column, row = left[:, step + 1 :, step, None], left[:, step, None, step + 1 :]
            left[:, step + 1 :, step + 1 :] -= column * row
    return False


def is_singular(matrix: Array, pivots: list[float]) -> bool:
    """The same of one matrix of floats, of which LAPACK's pivots are known; none is 0."""
    size = len(matrix)
    if 1 < size <= _FEWER_ROWS:
        flat = matrix.reshape(-1)
        determinant, squares = abs(math.prod(pivots)), float(flat.dot(flat))
        if 0 < determinant < math.inf and squares < math.inf:
            logarithms = math.log(determinant), math.log(squares)
            if _is_far_from_it(*logarithms, size, matrix.dtype):
                return False
    return any_singular(matrix)


def _is_far_from_it(determinant: Any, squares: Any, size: int, dtype: Any) -> Any:
    """Whether the smallest singular value is above all that rounding does in an elimination.

    determinant: the logarithm of its absolute value; squares: that of the sum of all squares.
    """
    # The product of the others is at most that of equal ones; pivots grow by 2 at most in a step.
    least = determinant - (size - 1) / 2 * (squares - math.log(size - 1))
    return least > _rounding(size, dtype) + squares / 2


@functools.cache
def _rounding(size: int, dtype: Any) -> float:
    return math.log(size**2 * 2.0**size * float(np.finfo(dtype).eps))


def _all_far_from_it(matrices: Array) -> bool:
    with np.errstate(all="ignore"):
        determinant = np.linalg.slogdet(matrices)[1]
        squares = np.log(np.square(matrices).sum((-2, -1)))
        far = _is_far_from_it(determinant, squares, matrices.shape[-1], matrices.dtype)
    return bool(far.all())
