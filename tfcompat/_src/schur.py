"""Square roots and logarithms of matrices on the host, by way of their Schur forms."""

from __future__ import annotations

from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]

_PADE = 7
_NEAR_ONE = 0.25
_MOST_SWEEPS = 60


# ------------------------------------------------------------------------------------ Schur form
def schur(a: Array) -> tuple[Array, Array]:
    """T upper triangular and Q unitary, where a = Q T Q^H, for one complex128 matrix.

    By the QR iteration on the Hessenberg form, shifted by Wilkinson's rule.
    """
    t, q = _hessenberg(a.copy())
    small = np.finfo(np.float64).eps
    high, sweeps = len(t) - 1, 0
    while high > 0:
        below = np.abs(np.diagonal(t, -1)[:high])
        beside = np.abs(np.diagonal(t)[:high]) + np.abs(np.diagonal(t)[1 : high + 1])
        split = np.flatnonzero(below <= small * np.where(beside > 0, beside, 1.0))
        low = int(split[-1]) + 1 if len(split) else 0
        if low:
            t[low, low - 1] = 0
        if low == high or sweeps > _MOST_SWEEPS:
            high, sweeps = high - 1, 0
            continue
        sweeps += 1
        _sweep(t, q, low, high, _shift(t, high, sweeps))
    # Adding 0 leaves no -0 that would put negative eigenvalues on different sides of a branch cut.
    return np.triu(t) + 0, q


def _hessenberg(h: Array) -> tuple[Array, Array]:
    q = np.eye(len(h), dtype=h.dtype)
    for k in range(len(h) - 2):
        v = h[k + 1 :, k].copy()
        length = np.linalg.norm(v)
        if length == 0:
            continue
        v[0] += length * (v[0] / abs(v[0]) if v[0] else 1.0)
        v /= np.linalg.norm(v)
        h[k + 1 :] -= 2 * np.outer(v, v.conj() @ h[k + 1 :])
        h[:, k + 1 :] -= 2 * np.outer(h[:, k + 1 :] @ v, v.conj())
        q[:, k + 1 :] -= 2 * np.outer(q[:, k + 1 :] @ v, v.conj())
    return h, q


def _shift(t: Array, high: int, sweeps: int) -> complex:
    """The eigenvalue of the last 2 x 2 block that is nearer to its corner."""
    if sweeps % 10 == 0:
        # A shift from outside breaks the cycles that the rule may fall into.
        return complex(abs(t[high, high - 1]) + t[high, high])
    a, b, c, d = t[high - 1 : high + 1, high - 1 : high + 1].reshape(4)
    root = np.sqrt((a - d) ** 2 / 4 + b * c + 0j)
    middle = (a + d) / 2
    return complex(min(middle + root, middle - root, key=lambda x: abs(x - d)))


def _sweep(t: Array, q: Array, low: int, high: int, shift: complex) -> None:
    """One step of the QR iteration on the rows low to high, by plane rotations."""
    n = len(t)
    diagonal = np.arange(low, high + 1)
    t[diagonal, diagonal] -= shift
    rotations = []
    for k in range(low, high):
        x, y = t[k, k], t[k + 1, k]
        length = np.hypot(abs(x), abs(y))
        turn = np.eye(2, dtype=t.dtype)
        if length:
            turn = np.array([[x.conjugate(), y.conjugate()], [-y, x]]) / length
        t[k : k + 2, k:] = turn @ t[k : k + 2, k:]
        rotations.append(turn.conj().T)
    for k, turn in zip(range(low, high), rotations, strict=True):
        t[: min(k + 2, n), k : k + 2] = t[: min(k + 2, n), k : k + 2] @ turn
        q[:, k : k + 2] = q[:, k : k + 2] @ turn
    t[diagonal, diagonal] += shift


# ------------------------------------------------------------------------------ of triangular ones
def _triangular_root(t: Array) -> Array:
    """The square root of an upper triangular matrix, one diagonal after another."""
    n = len(t)
    root = np.diag(np.sqrt(np.diagonal(t)))
    diagonal = np.diagonal(root)
    for k in range(1, n):
        i = np.arange(n - k)
        mixed = root @ root if k > 1 else np.zeros_like(root)
        root[i, i + k] = (t[i, i + k] - mixed[i, i + k]) / (diagonal[i] + diagonal[i + k])
    return root


def _triangular_log(t: Array) -> Array:
    """The logarithm of an upper triangular matrix: roots until near 1, there a quotient."""
    one = np.eye(len(t))
    halvings = 0
    root = t
    while np.abs(root - one).sum(0).max(initial=0) > _NEAR_ONE and halvings < 100:
        root, halvings = _triangular_root(root), halvings + 1
    x = root - one
    nodes, weights = np.polynomial.legendre.leggauss(_PADE)
    total = np.zeros_like(x)
    for node, weight in zip((nodes + 1) / 2, weights / 2, strict=True):
        total += weight * np.linalg.solve(one + node * x, x)
    result = total * 2.0**halvings
    # Exact where the roots have lost digits.
    i = np.arange(len(t))
    result[i, i] = np.log(np.diagonal(t))
    return result


# ------------------------------------------------------------------------------------- of any ones
def _each(a: Array, function: Any) -> Array:
    if not a.size:
        return a
    wide = a.astype(np.complex128).reshape(-1, *a.shape[-2:])
    result = np.full(wide.shape, np.nan, np.complex128)
    result.imag = np.nan
    with np.errstate(all="ignore"):
        for k, one in enumerate(wide):
            if np.isfinite(one).all():
                t, q = schur(one)
                result[k] = q @ function(t) @ q.conj().T
    return result.reshape(a.shape)


def sqrtm(a: Array) -> Array:
    """The principal square root of each matrix, NaN where it has none of the same dtype."""
    found = _each(a, _triangular_root)
    if a.dtype.kind == "c":
        return found.astype(a.dtype)
    size = np.abs(found).max((-2, -1), keepdims=True, initial=0)
    is_real = np.abs(found.imag) <= 1e-6 * size
    return np.where(is_real.all((-2, -1), keepdims=True), found.real, np.nan).astype(a.dtype)


def logm(a: Array) -> Array:
    """The principal logarithm of each matrix, NaN where it has none."""
    found = _each(a, lambda t: _triangular_log(t) if np.diagonal(t).all() else t * np.nan)
    return found.astype(a.dtype)
