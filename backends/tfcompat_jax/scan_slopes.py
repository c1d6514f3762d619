"""Derivatives of a scan by the matrices that every round multiplies by.

JAX adds to them in every round what a product of few rows gives. Here the cotangents of the rounds'
products are kept, and one product for all rounds gives the slope, in a fraction of the time.
"""

from __future__ import annotations

import functools
import math
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import count
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import Array, lax

from tfcompat._src.dtypes import float32, float64

from . import linalg
from .composite import Program, Step
from .math import add
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


# What is computed anew from its operands sooner than it is read.
_CHEAP = frozenset(
    [
        *("add", "sub", "mul", "neg", "square", "integer_pow", "max", "min", "abs", "sign"),
        *("select_n", "eq", "ne", "lt", "le", "gt", "ge", "and", "or", "not", "add_any", "copy"),
        *("broadcast_in_dim", "reshape", "squeeze", "slice", "split", "convert_element_type"),
    ]
)


def _is_dear(primitive: Any, *_: Any, **__: Any) -> bool:
    return primitive.name not in _CHEAP


class _Product(NamedTuple):
    """A product with a matrix that stays.

    factor: the matrix, by its number among what stays; tap: the number of the product's tap.
    """

    factor: int
    attrs: Attrs
    tap: int


class _Tapped(NamedTuple):
    """A round that also takes, behind its inputs, the matrices once more and the taps.

    It also gives, behind its results, what was multiplied by the matrices.
    """

    program: Program
    products: tuple[_Product, ...]
    taps: tuple[Aval, ...]


@functools.lru_cache(256)
def _tapped_round(body: Program, moving: int, rounds: int) -> _Tapped | None:
    """The round as its derivative needs it; None where it has no product that pays.

    moving: how many of its inputs change from round to round, which are the first.
    """
    avals, leaves = dict(body._avals), list(body.outputs[: len(body.inputs)])
    outputs = body.outputs[len(body.inputs) :]
    own = [s for s in body.steps if _is_by_matrix(s, leaves[moving:], avals)]
    read = Counter([*outputs, *[i for s in body.steps for i in s.ins]])
    once = {s.outs[0] for s in own if read[s.outs[0]] == 1}
    # Where two products are added, the sum's cotangent is that of both.
    sums = [s for s in body.steps if s.kernel is add and s.differentiable and once >= {*s.ins}]
    alike = [s for s in sums if avals[s.ins[0]] is avals[s.ins[1]]]
    ends = {i: s.outs[0] for s in alike for i in s.ins}
    places = list(dict.fromkeys([ends.get(s.outs[0], s.outs[0]) for s in own]))
    if not own or sum([avals[i].nbytes for i in places]) * rounds > _MOST_BYTES:
        return None
    free = count(max(avals) + 1)
    taps, matrices = [next(free) for _ in places], [next(free) for _ in own]
    avals |= {tap: avals[i] for tap, i in zip(taps, places, strict=True)}
    avals |= {m: avals[s.ins[1]] for m, s in zip(matrices, own, strict=True)}
    steps = []
    for s in body.steps:
        step = s
        if s in own:
            step = s._replace(ins=(s.ins[0], matrices[own.index(s)]))
        if s.outs[0] not in places:
            steps.append(step)
            continue
        plain = next(free)
        avals[plain] = avals[s.outs[0]]
        ins = (plain, taps[places.index(s.outs[0])])
        steps += [step._replace(outs=(plain,)), Step(_tapped, (), ins, s.outs, False, True, None)]
    products = [
        _Product(
            leaves.index(s.ins[1]) - moving,
            s.attrs,
            places.index(ends.get(s.outs[0], s.outs[0])),
        )
        for s in own
    ]
    seen = [s.ins[0] for s in own]
    every = (*leaves, *matrices, *taps)
    program = Program(steps, every, [], (*outputs, *seen), avals, ())
    return _Tapped(program, tuple(products), tuple([avals[i] for i in places]))


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

            @functools.partial(jax.checkpoint, prevent_cse=False, policy=_is_dear)
            def step(carry: Arrays, row: Any) -> Any:
                own, taps = row
                found = tapped.program.pure(*carry, *own, *full[moving:], *factors, *taps)
                return found[:carried], (found[carried:results], found[results:])

            first, rows = tuple(full[:carried]), tuple(full[carried:moving])
            last, (stacked, seen) = lax.scan(step, first, (rows, taps), reverse=turned)
            found = (*last, *stacked)
            return tuple([found[i] for i in _inexact(found)]), (found, seen)

        taps = tuple([jnp.zeros((rounds, *t.shape), TO_NATIVE[t.dtype]) for t in tapped.taps])
        chosen = tuple([xs[i] for i in at])
        _, pull, (found, seen) = jax.vjp(run, chosen, taps, has_aux=True)
        return found, (pull, seen, factors)

    def backward(kept: Any, cotangents: Arrays) -> Arrays:
        pull, seen, factors = kept
        given = [c for c in cotangents if c.dtype != jax.dtypes.float0]
        slopes, taps = pull(tuple(given))
        found = _put([None] * len(xs), at, slopes)
        rows = [lax.reshape(x, (math.prod(x.shape[:-1]), x.shape[-1])) for x in (*seen, *taps)]
        for product, a, b in zip(tapped.products, rows, factors, strict=False):
            g = rows[len(seen) + product.tap]
            (slope,) = RULES[linalg.matmul]((a, b), product.attrs, (1,), g) or ()
            found[moving + product.factor] += slope
        return tuple(found)

    function = jax.custom_vjp(scanned)
    function.defvjp(forward, backward)
    return function
