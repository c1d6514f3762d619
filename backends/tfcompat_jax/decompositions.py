"""Kernels for inverses, systems of equations and factorizations."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import Array, lax

from .linalg import matrix_transpose


def refuses_singular(found: Any) -> bool:
    # XLA's kernels do not look; NumPy's do, which are asked of few numbers.
    return found._raw.__class__ is np.ndarray


_WIDER = {np.dtype("float32"): "float64", np.dtype("complex64"): "complex128"}


def det(x: Array) -> Array:
    if not x.shape[-1]:
        return jnp.ones(x.shape[:-2], x.dtype)
    if x.shape[-1] <= 3 and x.dtype in _WIDER:
        # Of so few rows JAX multiplies out the determinant: products may be too large on the way.
        return jnp.linalg.det(x.astype(_WIDER[x.dtype])).astype(x.dtype)
    return jnp.linalg.det(x)


def slogdet(x: Array) -> tuple[Array, Array]:
    size = x.shape[-1]
    if size < 3:
        # Of so few rows JAX computes the determinant itself, which may overflow.
        one = jnp.broadcast_to(jnp.eye(3, dtype=x.dtype), (*x.shape[:-2], 3, 3))
        x = one.at[..., :size, :size].set(x)
    sign, logarithm = jnp.linalg.slogdet(x)
    sign = jnp.where(jnp.isnan(logarithm), jnp.nan, sign)
    return sign, logarithm.astype(x.dtype)


def inv(x: Array, adjoint: bool) -> Array:
    return jnp.linalg.inv(matrix_transpose(x, 2) if adjoint else x)


def solve(a: Array, b: Array, adjoint: bool) -> Array:
    return jnp.linalg.solve(matrix_transpose(a, 2) if adjoint else a, b)


def singular(x: Array) -> Array:
    packed, _, _ = lax.linalg.lu(x)
    return jnp.any(jnp.diagonal(packed, axis1=-2, axis2=-1) == 0)


def triangular_solve(a: Array, b: Array, lower: bool, adjoint: bool) -> Array:
    outer = jnp.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    a = jnp.broadcast_to(a, outer + a.shape[-2:])
    b = jnp.broadcast_to(b, outer + b.shape[-2:])
    return lax.linalg.triangular_solve(
        a, b, left_side=True, lower=lower, transpose_a=adjoint, conjugate_a=adjoint
    )


def _hermitian(x: Array) -> Array:
    """The matrix that the lower triangle stands for; its derivative stays in that triangle."""
    return jnp.tril(x) + matrix_transpose(jnp.tril(x, -1), 2)


@jax.custom_jvp
def _spread(x: Array) -> Array:
    """The matrix that the lower triangle stands for, its derivative spread over both triangles."""
    return _hermitian(x)


@_spread.defjvp
def _spread_slope(inputs: tuple[Array], slopes: tuple[Array]) -> tuple[Array, Array]:
    (slope,) = slopes
    return _spread(*inputs), (slope + matrix_transpose(slope, 2)) / 2


def cholesky(x: Array) -> Array:
    return lax.linalg.cholesky(_spread(x), symmetrize_input=False)


def qr(x: Array, full: bool) -> tuple[Array, Array]:
    q, r = jnp.linalg.qr(x, mode="complete" if full else "reduced")
    return q, r


def svd(x: Array, full: bool) -> tuple[Array, Array, Array]:
    u, s, v = jnp.linalg.svd(x, full_matrices=full)
    return s, u, matrix_transpose(v, 2)


def svdvals(x: Array) -> Array:
    return jnp.linalg.svd(x, compute_uv=False)


@jax.custom_jvp
def _eigh(x: Array) -> tuple[Array, Array]:
    values, vectors = jnp.linalg.eigh(x, symmetrize_input=False)
    return values, vectors


@_eigh.defjvp
def _eigh_slope(
    inputs: tuple[Array], slopes: tuple[Array]
) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    # JAX's own is NaN where two eigenvalues are equal.
    values, vectors = _eigh(*inputs)
    turned = matrix_transpose(vectors, 2) @ slopes[0] @ vectors
    distance = values[..., None, :] - values[..., :, None]
    apart = distance != 0
    mixed = jnp.where(apart, turned / jnp.where(apart, distance, 1), 0)
    own = jnp.diagonal(turned, axis1=-2, axis2=-1).real
    return (values, vectors), (own.astype(values.dtype), vectors @ mixed)


def eigh(x: Array) -> tuple[Array, Array]:
    return _eigh(_hermitian(x))


def eig(x: Array) -> tuple[Array, Array]:
    # JAX wants to be told that derivatives of vectors, known up to a phase only, are in order.
    values, vectors = lax.linalg.eig(x, compute_left_eigenvectors=False, enable_eigvec_derivs=True)
    return values, vectors


def lu(x: Array) -> tuple[Array, Array]:
    packed, _, order = lax.linalg.lu(x)
    return packed, order


def expm(x: Array) -> Array:
    if not x.size:
        return x
    return jax.scipy.linalg.expm(x)
