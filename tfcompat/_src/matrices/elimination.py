"""Tridiagonal systems on the host, with pivots kept off 0."""

from __future__ import annotations

from typing import Any

import numpy as np


def solve(upper: Any, main: Any, lower: Any, rhs: Any) -> np.ndarray[Any, Any]:
    """Gauss' elimination with exchange of neighbouring rows; small pivots are moved off 0."""
    m = main.shape[-1]
    second = np.zeros_like(upper)
    upper[..., -1] = 0
    for k in range(m - 1):
        # Row k is (main, upper, second); row k + 1 begins one column to its left, by `start`.
        start = lower[..., k + 1].copy()
        swap = np.abs(start) > np.abs(main[..., k])
        rows = [
            (main[..., k].copy(), start),
            (upper[..., k].copy(), main[..., k + 1].copy()),
            (second[..., k].copy(), upper[..., k + 1].copy()),
        ]
        (a0, b0), (a1, b1), (a2, b2) = [
            (np.where(swap, b, a), np.where(swap, a, b)) for a, b in rows
        ]
        factor = np.divide(b0, a0, out=np.zeros_like(a0), where=a0 != 0)
        main[..., k], upper[..., k], second[..., k] = a0, a1, a2
        main[..., k + 1], upper[..., k + 1] = b1 - factor * a1, b2 - factor * a2
        top = np.where(swap[..., None], rhs[..., k + 1, :], rhs[..., k, :])
        low = np.where(swap[..., None], rhs[..., k, :], rhs[..., k + 1, :])
        rhs[..., k, :], rhs[..., k + 1, :] = top, low - factor[..., None] * top
    about = np.finfo(main.dtype)
    largest = np.max(np.abs(np.stack([main, upper, second])), axis=(0, -1))
    step = np.maximum(largest * about.eps, about.tiny)[..., None]
    x = np.zeros_like(rhs)
    for k in reversed(range(m)):
        wanted = rhs[..., k, :].copy()
        for ahead, band in ((1, upper), (2, second)):
            if k + ahead < m:
                wanted -= band[..., k, None] * x[..., k + ahead, :]
        x[..., k, :] = wanted / _safe(main[..., k, None], wanted, step, about.tiny)
    return x


def _safe(pivot: Any, wanted: Any, step: Any, tiny: Any) -> Any:
    """Pivots moved, by ever longer steps, until no quotient overflows."""
    largest = np.abs(wanted).max(-1, keepdims=True)
    move = np.where(np.real(pivot) < 0, -step, step)
    while True:
        size = np.abs(pivot)
        poor = (size < 1) & ((size == 0) | (largest > size / tiny))
        if not poor.any():
            return pivot
        pivot, move = np.where(poor, pivot + move, pivot), np.where(poor, 2 * move, move)
