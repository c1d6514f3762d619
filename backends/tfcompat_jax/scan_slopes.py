"""Derivatives of a scan by the matrices that every round multiplies by.

JAX adds to them in every round what a product of few rows gives. Here the cotangents of the rounds'
products are kept, and one product for all rounds gives the slope, in a fraction of the time.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from tfcompat._src.dtypes import float32, float64

from . import linalg
from .composite import Program, Step
from .products import RULES
from .trie import TO_NATIVE, Attrs, Aval

Arrays = tuple[Any, ...]

# Of more rows in a round its own product is as fast.
_MOST_ROWS = 256
# So many bytes of cotangents are kept at most, in all rounds.
_MOST_BYTES = 1 << 26


@jax.custom_jvp
def _tapped(y: Array, tap: Array) -> Array:
    """The first array. The cotangent of the second one is its cotangent, too."""
    return y


@_tapped.defjvp
def _tapped_slope(primals: tuple[Array, Array], slopes: tuple[Array, Array]) -> Any:
    return _tapped(*primals), slopes[0] + slopes[1]


class _Product(NamedTuple):
    """A product with a matrix that stays: the matrix by its number among what stays."""

    factor: int
    attrs: Attrs
    tap: Aval


class _Tapped(NamedTuple):
    """A round that also takes, behind its inputs, the matrices once more and taps for the products.

    It also gives, behind its results, what was multiplied by them.
    """

    program: Program
    products: tuple[_Product, ...]


@functools.lru_cache(256)
def _tapped_round(body: Program, moving: int, rounds: int) -> _Tapped | None:
    """The round as its derivative needs it; None where it has no product that pays.

    moving: how many of its inputs change from round to round, which are the first.
    """
    avals, steps = dict(body._avals), []
    leaves, outputs = list(body.outputs[: len(body.inputs)]), list(body.outputs[len(body.inputs) :])
    matrices, taps, seen, products = [], [], [], []
    kept = 0
    for s in body.steps:
        if not _is_by_matrix(s, leaves[moving:], avals):
            steps.append(s)
            continue
        factor, tap, plain = [max(avals) + n for n in (1, 2, 3)]
        avals[factor], avals[tap] = avals[s.ins[1]], avals[s.outs[0]]
        avals[plain] = avals[tap]
        kept += avals[tap].nbytes * rounds
        steps.append(s._replace(ins=(s.ins[0], factor), outs=(plain,)))
        steps.append(Step(_tapped, (), (plain, tap), s.outs, False, True, None))
        products.append(_Product(leaves.index(s.ins[1]) - moving, s.attrs, avals[tap]))
        matrices.append(factor)
        taps.append(tap)
        seen.append(s.ins[0])
    if not products or kept > _MOST_BYTES:
        return None
    leaves += [*matrices, *taps]
    return _Tapped(Program(steps, tuple(leaves), [], (*outputs, *seen), avals, ()), tuple(products))


def _is_by_matrix(s: Step, staying: Sequence[int], avals: dict[int, Aval]) -> bool:
    if s.kernel not in (linalg.matmul, linalg.matmul_with) or not s.differentiable:
        return False
    a, b = s.ins
    rows = math.prod(avals[a].shape[:-1])
    plain = avals[a].dtype in (float32, float64) and not (s.attrs and s.attrs[0])
    usual = len(avals[a].shape) > 1 and len(avals[b].shape) == 2 and 0 < rows <= _MOST_ROWS
    return plain and usual and b in staying and a not in staying


def _inexact(arrays: Sequence[Any]) -> list[int]:
    return [i for i, x in enumerate(arrays) if jnp.issubdtype(x.dtype, jnp.inexact)]


def _put(arrays: Sequence[Any], at: Sequence[int], parts: Sequence[Any]) -> list[Any]:
    full = list(arrays)
    for i, x in zip(at, parts, strict=True):
        full[i] = x
    return full


def derived(
    scanned: Callable[..., Arrays], body: Program, xs: Arrays, counts: tuple[int, int], turned: bool
) -> Callable[..., Arrays] | None:
    """A scan with this derivative; None where it gains nothing.

    scanned: the scan, of what is carried, columns of rows, and what stays; counts: of the first two
    of these; turned: whether the last row comes first.
    """
    carried, moving = counts[0], sum(counts)
    columns = xs[carried:moving]
    if body.constants or not columns:
        return None
    rounds = len(columns[0])
    tapped = _tapped_round(body, moving, rounds)
    if tapped is None:
        return None
    results = len(body.outputs) - len(body.inputs)
    at = _inexact(xs)

    def forward(*xs: Any) -> tuple[Arrays, Any]:
        factors = [xs[moving + p.factor] for p in tapped.products]

        def run(chosen: Arrays, taps: Arrays) -> tuple[Arrays, Any]:
            full = _put(xs, at, chosen)

            def step(carry: Arrays, row: Any) -> Any:
                own, taps = row
                found = tapped.program.pure(*carry, *own, *full[moving:], *factors, *taps)
                return found[:carried], (found[carried:results], found[results:])

            first, rows = tuple(full[:carried]), tuple(full[carried:moving])
            last, (stacked, seen) = lax.scan(step, first, (rows, taps), reverse=turned)
            found = (*last, *stacked)
            return tuple([found[i] for i in _inexact(found)]), (found, seen)

        taps = tuple(
            [jnp.zeros((rounds, *p.tap.shape), TO_NATIVE[p.tap.dtype]) for p in tapped.products]
        )
        chosen = tuple([xs[i] for i in at])
        _, pull, (found, seen) = jax.vjp(run, chosen, taps, has_aux=True)
        return found, (pull, seen, factors)

    def backward(kept: Any, cotangents: Arrays) -> Arrays:
        pull, seen, factors = kept
        given = [c for c in cotangents if c.dtype != jax.dtypes.float0]
        slopes, taps = pull(tuple(given))
        found = _put([None] * len(xs), at, slopes)
        for product, a, b, g in zip(tapped.products, seen, factors, taps, strict=True):
            a, g = [lax.reshape(x, (math.prod(x.shape[:-1]), x.shape[-1])) for x in (a, g)]
            (slope,) = RULES[linalg.matmul]((a, b), product.attrs, (1,), g) or ()
            found[moving + product.factor] += slope
        return tuple(found)

    function = jax.custom_vjp(scanned)
    function.defvjp(forward, backward)
    return function
