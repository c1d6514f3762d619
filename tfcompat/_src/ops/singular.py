"""Whether matrices of numbers at hand are singular, to the last digit as TensorFlow finds it."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_SMALL = 32  # rows that are eliminated here; more are left to LAPACK


def any_singular(matrices: Array) -> bool:
    """Whether elimination with row pivots comes upon a zero in one of the square matrices."""
    size = matrices.shape[-1]
    if size > _SMALL:
        return not np.all(np.linalg.slogdet(matrices)[0])
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
