"""Kernels for products of matrices."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
from jax import Array, lax


def matmul(a: Array, b: Array) -> Array:
    # For plain matrices jnp.matmul ends in the same primitive, after a longer way.
    if a.ndim == 2 and b.ndim == 2:
        return lax.dot_general(a, b, (((1,), (0,)), ((), ())))
    return jnp.matmul(a, b)


def _turned(x: Array, how: int) -> Array:
    if how == 2:
        x = lax.conj(x) if jnp.iscomplexobj(x) else x
    return jnp.matrix_transpose(x) if how else x


def matmul_with(a: Array, b: Array, turn_a: int, turn_b: int) -> Array:
    return matmul(_turned(a, turn_a), _turned(b, turn_b))


integer_matmul = matmul_with


def matvec(a: Array, b: Array, turn: int) -> Array:
    return matmul_with(a, b[..., None], turn, 0)[..., 0]


def tensordot(a: Array, b: Array, of_a: tuple[int, ...], of_b: tuple[int, ...]) -> Array:
    return lax.dot_general(a, b, ((of_a, of_b), ((), ())))


def einsum(*args: Any) -> Array:
    *arrays, equation = args
    return jnp.einsum(equation, *arrays)


matrix_transpose = _turned


def cross(a: Array, b: Array) -> Array:
    return jnp.cross(a, b)
