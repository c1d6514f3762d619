"""Derivatives of products of matrices, as products whose results lie as they are wanted.

JAX's own give the slope of the second factor turned round, and turn it back: XLA then copies the
cotangent in columns, and multiplies it in the slowest of ways.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from . import linalg

# Of rows this many bytes apart, and so many of them.
_ALIASED = 2048
_MANY = 64
_WIDER = 16

Slopes = tuple[Array, ...] | None


def _matmul(inputs: Sequence[Array], attrs: tuple[Any, ...], mask: Sequence[int], g: Any) -> Slopes:
    a, b = inputs
    turn_a, turn_b = attrs or (0, 0)
    batch: tuple[int, ...] = ()
    rows: tuple[int, ...] = tuple(range(a.ndim - 1))
    if b.ndim != 2 or turn_a:
        if a.shape[:-2] != b.shape[:-2]:
            return None
        batch = tuple(range(a.ndim - 2))
        rows = (a.ndim - 1 if turn_a else a.ndim - 2,)
    columns = b.ndim - 2 if turn_b else b.ndim - 1
    rows_of_g = tuple(range(len(batch), g.ndim - 1))

    def by_a() -> Array:
        of_g, of_b = (g, (g.ndim - 1,)), (b, (columns,))
        return _dot(of_b, of_g, batch) if turn_a else _dot(of_g, of_b, batch)

    def by_b() -> Array:
        if not batch and not turn_a:
            x, y = _flat(a), _flat(g)
            return _over_rows(y, x) if turn_b else _over_rows(x, y)
        of_a, of_g = (a, rows), (g, rows_of_g)
        return _dot(of_g, of_a, batch) if turn_b else _dot(of_a, of_g, batch)

    return tuple([(by_a, by_b)[i]() for i in mask])


def _dot(x: tuple[Array, Any], y: tuple[Array, Any], batch: tuple[int, ...]) -> Array:
    return lax.dot_general(x[0], y[0], ((x[1], y[1]), (batch, batch)))


def _flat(x: Array) -> Array:
    return x if x.ndim == 2 else lax.reshape(x, (math.prod(x.shape[:-1]), x.shape[-1]))


def _over_rows(x: Array, y: Array) -> Array:
    """The product of a matrix turned round and another."""
    rows, columns = x.shape
    aliased = rows >= _MANY and columns * x.dtype.itemsize % _ALIASED == 0
    if not aliased or jax.default_backend() != "cpu":
        return _dot((x, (0,)), (y, (0,)), ())
    # The elements of such a column share a few places of the cache, and push each other out.
    wider = lax.pad(x, jnp.zeros((), x.dtype), ((0, 0, 0), (0, _WIDER, 0)))
    return _dot((wider, (0,)), (y, (0,)), ())[:columns]


def _tensordot(
    inputs: Sequence[Array], attrs: tuple[Any, ...], mask: Sequence[int], g: Any
) -> Slopes:
    a, b = inputs
    of_a, of_b = attrs
    count = len(of_a)
    last, first = tuple(range(a.ndim - count, a.ndim)), tuple(range(count))
    if of_a != last or of_b != first:
        return None
    rows = math.prod(a.shape[: a.ndim - count])
    inner, columns = math.prod(b.shape[:count]), math.prod(b.shape[count:])
    matrices = lax.reshape(a, (rows, inner)), lax.reshape(b, (inner, columns))
    found = _matmul(matrices, (), mask, lax.reshape(g, (rows, columns))) or ()
    return tuple([lax.reshape(x, inputs[i].shape) for i, x in zip(mask, found, strict=True)])


def _einsum(inputs: Sequence[Array], attrs: tuple[Any, ...], mask: Sequence[int], g: Any) -> Slopes:
    given, _, out = attrs[0].partition("->")
    terms = given.split(",")
    names = [set(term) for term in (*terms, out)]
    if len(terms) != 2 or "." in given or [len(n) for n in names] != list(map(len, (*terms, out))):
        return None
    if not names[0] ^ names[1] <= names[2]:
        # Along what only one factor has, and not the result, its slope is the same everywhere.
        return None
    return tuple([jnp.einsum(f"{out},{terms[1 - i]}->{terms[i]}", g, inputs[1 - i]) for i in mask])


Rule = Callable[[Sequence[Array], tuple[Any, ...], Sequence[int], Array], Slopes]
#: By kernel: (inputs, attrs, which inputs, cotangent) -> slopes; None where JAX's will do.
RULES: dict[Callable[..., Any], Rule] = {
    linalg.matmul: _matmul,
    linalg.matmul_with: _matmul,
    linalg.tensordot: _tensordot,
    linalg.einsum: _einsum,
}
