"""Square roots and logarithms of matrices on the host, by their eigenvalues or Schur forms."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src.matrices.singular import any_singular

Array = np.ndarray[Any, Any]

_PADE = 7
_NEAR_ONE = 0.25


@functools.cache
def _lapack() -> Any:
    from scipy.linalg import lapack

    return lapack


def _schur(a: Array) -> tuple[Array, Array]:
    """T upper triangular and Q unitary, where a = Q T Q^H, for one complex128 matrix."""
    t, _, _, q, _, failed = _lapack().zgees(lambda value: None, a)
    # Adding 0 leaves no -0 that would put negative eigenvalues on different sides of a branch cut.
    return (np.triu(t) + 0, q) if not failed else (t * np.nan, q)


# ------------------------------------------------------------------------------ of triangular ones
def _triangular_root(t: Array) -> Array:
    """The square root of an upper triangular matrix, one column after another."""
    n = len(t)
    root = np.zeros((n, n), t.dtype, order="F")
    diagonal = np.sqrt(np.diagonal(t))
    # The matrix of the column's system differs from the root by a multiple of one.
    system = np.zeros_like(root)
    at = np.arange(n)
    root[at, at] = diagonal
    for k in range(1, n):
        system[:k, k - 1] = root[:k, k - 1]
        before = np.arange(k)
        system[before, before] = diagonal[:k] + diagonal[k]
        column, failed = _lapack().ztrtrs(system[:k, :k], t[:k, k])
        # Two eigenvalues are 0: what is above them is 0 / 0.
        root[:k, k] = np.nan if failed else column
    return root


def _triangular_log(t: Array) -> Array:
    """The logarithm of an upper triangular matrix: roots until near 1, there a quotient."""
    if not np.diagonal(t).all():
        return t * np.nan
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


# ------------------------------------------------------------------------------- of eigenvalues
def _roots(values: Array) -> Array:
    """Not numbers where two are 0, as of a triangular matrix."""
    if np.count_nonzero(values) < len(values) - 1:
        return np.full(len(values), np.nan)
    return np.sqrt(values if values[0] >= 0 else values.astype(np.complex128))


def _logarithms(values: Array) -> Array:
    if not values.all():
        return np.full(len(values), np.nan)
    return np.log(values if values[0] > 0 else values.astype(np.complex128))


# ------------------------------------------------------------------------------------- of any ones
def _each(
    a: Array, of_triangular: Callable[[Array], Array], of_eigenvalues: Callable[[Array], Array]
) -> Array:
    if not a.size:
        return a
    wide = a.astype(np.complex128 if a.dtype.kind == "c" else np.float64)
    wide = wide.reshape(-1, *a.shape[-2:])
    result = np.full(wide.shape, complex(np.nan, np.nan))
    with np.errstate(all="ignore"):
        for k, one in enumerate(wide):
            if not np.isfinite(one).all():
                continue
            if (one == one.conj().T).all():
                values, q = np.linalg.eigh(one)
                result[k] = (q * of_eigenvalues(values)) @ q.conj().T
            else:
                t, q = _schur(one.astype(np.complex128))
                result[k] = q @ of_triangular(t) @ q.conj().T
    return result.reshape(a.shape)


def sqrtm(a: Array) -> Array:
    """The principal square root of each matrix, NaN where it has none of the same dtype."""
    found = _each(a, _triangular_root, _roots)
    if a.dtype.kind == "c":
        return found.astype(a.dtype)
    size = np.abs(found).max((-2, -1), keepdims=True, initial=0)
    is_real = np.abs(found.imag) <= 1e-6 * size
    return np.where(is_real.all((-2, -1), keepdims=True), found.real, np.nan).astype(a.dtype)


def logm(a: Array) -> Array:
    """The principal logarithm of each matrix, NaN where it has none."""
    found = _each(a, _triangular_log, _logarithms).astype(a.dtype)
    # Rounding moves eigenvalues away from 0; elimination tells more often that they are there.
    for place in np.ndindex(a.shape[:-2]):
        if any_singular(a[place][None]):
            found[place] = complex(np.nan, np.nan)
    return found
