"""Which scores are among the highest of their row."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_WITHOUT_SIGN = {np.dtype(np.int32): np.uint32, np.dtype(np.int64): np.uint64}
# Scores that one comparison of all is quickest for.
_FEW = 1 << 12
# To look at first where there are more.
_COLUMNS = 32


def in_top_k(classes: Array, scores: Array, k: int) -> Array:
    rows, count = scores.shape
    # A negative one is large without its sign.
    inside = classes.view(_WITHOUT_SIGN[classes.dtype]) < count
    chosen = scores.reshape(-1).take(classes * inside + np.arange(0, rows * count, count))
    if scores.size > _FEW:
        return _stepwise(inside, chosen, scores, k)
    good = np.add.reduce(scores > chosen[:, None], axis=1) < k
    good &= inside
    if k:
        finite = np.isfinite(scores)
        if not np.logical_and.reduce(finite, axis=None):
            good &= finite.all(axis=1)
    return good


def _stepwise(inside: Array, chosen: Array, scores: Array, k: int) -> Array:
    """Few columns tell already of most rows that they have k higher scores."""
    found = np.zeros(len(inside), bool)
    if k <= 0:
        return found
    left = np.flatnonzero(inside)
    higher = np.zeros(len(left), np.int64)
    first, width = 0, _COLUMNS
    while first < scores.shape[1] and len(left):
        part = scores[:, first : first + width]
        if len(left) < len(scores):
            part = part[left]
        higher += np.add.reduce(part > chosen[left, None], axis=1, dtype=np.uint32)
        few = np.flatnonzero(higher < k)
        # Of the others, nobody asks whether their scores are finite.
        good = few[np.logical_and.reduce(np.isfinite(part[few]), axis=1)]
        left, higher = left[good], higher[good]
        first, width = first + width, width * 8
    found[left] = True
    return found
