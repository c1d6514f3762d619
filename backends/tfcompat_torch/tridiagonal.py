"""Kernels for tridiagonal systems."""

from __future__ import annotations

import numpy as np
import torch

from .lapack import routine

# Columns eliminated at a time: wide enough to be worth a call, narrow enough to stay cheap.
_PANEL = 64


def _matrix(
    upper: torch.Tensor, main: torch.Tensor, lower: torch.Tensor, first: int, rows: int, width: int
) -> torch.Tensor:
    """Rows of the matrix after `first`, of which the columns from `first` on, `width` of them."""
    end = first + 1 + rows
    made = main.new_zeros((*main.shape[:-1], rows, width + 1))
    for offset, band in ((0, lower), (1, main), (2, upper)):
        made.diagonal(offset, -2, -1).copy_(band[..., first + 1 : end])
    return made[..., :width]


def tridiagonal_solve(
    upper: torch.Tensor, main: torch.Tensor, lower: torch.Tensor, rhs: torch.Tensor
) -> torch.Tensor:
    rows = main.shape[-1]
    one_by_one = rows >= _LONG or (rows > 1 and main.dim() == 1)
    if one_by_one and main.is_cpu and not any([x.requires_grad for x in (upper, main, lower, rhs)]):
        try:
            return _one_by_one(upper, main, lower, rhs)
        except RuntimeError:
            # Tensors that stand for many, of torch.vmap.
            pass
    return _by_panels(upper, main, lower, rhs)


# Rows from which a call of LAPACK for each system is faster than panels of all of them.
_LONG = 8


def _one_by_one(
    upper: torch.Tensor, main: torch.Tensor, lower: torch.Tensor, rhs: torch.Tensor
) -> torch.Tensor:
    solve = routine("gtsv", rhs)
    if main.dim() == 1:
        _, _, _, x, failed = solve(lower.numpy()[1:], main.numpy(), upper.numpy()[:-1], rhs.numpy())
        return torch.from_numpy(x) if not failed else torch.full_like(rhs, torch.nan)
    right = rhs.numpy().reshape(-1, *rhs.shape[-2:])
    found = np.empty(tuple(rhs.shape), right.dtype)
    diagonals = [x.numpy().reshape(len(right), -1) for x in (lower[..., 1:], main, upper[..., :-1])]
    for k, out in enumerate(found.reshape(right.shape)):
        _, _, _, x, failed = solve(*[x[k] for x in diagonals], right[k])
        out[...] = x if not failed else np.nan
    return torch.from_numpy(found)


def _by_panels(
    upper: torch.Tensor, main: torch.Tensor, lower: torch.Tensor, rhs: torch.Tensor
) -> torch.Tensor:
    m = main.shape[-1]
    first, done = 0, []
    # What is left of the rows before: one row that begins in the column `first`.
    row = torch.stack([main[..., 0], upper[..., 0]], -1)[..., None, :]
    right = rhs[..., :1, :]
    while m - first > _PANEL + 2:
        window = main.new_zeros((*main.shape[:-1], _PANEL + 1, _PANEL + 2))
        window[..., :1, :2] = row
        window[..., 1:, :] = _matrix(upper, main, lower, first, _PANEL, _PANEL + 2)
        right = torch.cat([right, rhs[..., first + 1 : first + 1 + _PANEL, :]], -2)
        packed, pivots, _ = torch.linalg.lu_factor_ex(window[..., :_PANEL])
        order, low, high = torch.lu_unpack(packed, pivots)
        rest = order.mT @ torch.cat([window[..., _PANEL:], right], -1)
        top = torch.linalg.solve_triangular(
            low[..., :_PANEL, :], rest[..., :_PANEL, :], upper=False, unitriangular=True
        )
        left = rest[..., _PANEL:, :] - low[..., _PANEL:, :] @ top
        row, right = left[..., :2], left[..., 2:]
        done.append((high, top[..., :2], top[..., 2:]))
        first += _PANEL
    count = m - first
    last = main.new_zeros((*main.shape[:-1], count, count))
    last[..., :1, :2] = row[..., :count]
    if count > 1:
        last[..., 1:, :] = _matrix(upper, main, lower, first, count - 1, count)
        right = torch.cat([right, rhs[..., first + 1 :, :]], -2)
    packed, pivots, failed = torch.linalg.lu_factor_ex(last)
    x = torch.linalg.lu_solve(packed, pivots, right)
    singular = failed != 0
    solved = [x]
    for high, coupling, known in reversed(done):
        singular = singular | (high.diagonal(0, -2, -1) == 0).any(-1)
        x = torch.linalg.solve_triangular(high, known - coupling @ x[..., :2, :], upper=True)
        solved.append(x)
    return torch.where(singular[..., None, None], torch.nan, torch.cat(solved[::-1], -2))
