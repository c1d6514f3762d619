"""Kernels for inverses, systems of equations and factorizations."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jax import Array, lax

from .linalg import matrix_transpose

refuses_singular = False

det = jnp.linalg.det


def slogdet(x: Array) -> tuple[Array, Array]:
    sign, logarithm = jnp.linalg.slogdet(x)
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


def cholesky(x: Array) -> Array:
    # The value is read from the lower triangle, the derivative spread over both.
    mean = (x + matrix_transpose(x, 2)) / 2
    return lax.linalg.cholesky(
        mean + lax.stop_gradient(_hermitian(x) - mean), symmetrize_input=False
    )


def qr(x: Array, full: bool) -> tuple[Array, Array]:
    q, r = jnp.linalg.qr(x, mode="complete" if full else "reduced")
    return q, r


def svd(x: Array, full: bool) -> tuple[Array, Array, Array]:
    u, s, v = jnp.linalg.svd(x, full_matrices=full)
    return s, u, matrix_transpose(v, 2)


def svdvals(x: Array) -> Array:
    return jnp.linalg.svd(x, compute_uv=False)


def eigh(x: Array) -> tuple[Array, Array]:
    values, vectors = jnp.linalg.eigh(_hermitian(x), symmetrize_input=False)
    return values, vectors


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
