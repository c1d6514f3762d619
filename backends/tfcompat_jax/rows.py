"""Kernels on the rows of arrays: one of them, and programs of one after the other or of all."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
from jax import lax

from . import scan_slopes
from .trace import local

Arrays = tuple[Any, ...]

# Programs by what they do, so that XLA compiles but one of those that do the same.
_SAME: dict[Any, Any] = {}
_MOST = 256


def same(program: Any) -> Any:
    """The first program that did the same as this one, which has no constants."""
    steps = program.steps
    if program.constants or any([s.user is not None for s in steps]):
        return program
    key = (
        tuple([(s.kernel, s.attrs, s.ins, s.outs, s.differentiable) for s in steps]),
        tuple([(tuple(shape), dtype) for shape, dtype in program.inputs]),
        program.outputs,
    )
    if len(_SAME) >= _MOST:
        _SAME.clear()
    return _SAME.setdefault(key, program)


def put_row(rows: Any, index: Any, row: Any) -> Any:
    if not rows.shape[0]:
        return rows
    return lax.dynamic_update_index_in_dim(rows, row, index, 0)


def take_row(rows: Any, index: Any) -> Any:
    if not rows.shape[0]:
        # In a loop of no rounds.
        return jnp.zeros(rows.shape[1:], rows.dtype)
    return lax.dynamic_index_in_dim(rows, index, 0, keepdims=False)


def scan(*args: Any) -> Arrays:
    *xs, body, carried, rows, backwards = args

    def scanned(*xs: Any) -> Arrays:
        first, columns = tuple(xs[:carried]), tuple(xs[carried : carried + rows])
        others = xs[carried + rows :]

        def step(carry: Arrays, row: Arrays) -> tuple[Arrays, Arrays]:
            found = body.pure(*carry, *row, *others)
            return tuple(found[:carried]), tuple(found[carried:])

        last, stacked = lax.scan(step, first, columns, reverse=backwards)
        return (*last, *stacked)

    derived = None
    if not local.pushing:
        derived = scan_slopes.derived(scanned, body, tuple(xs), (carried, rows), backwards)
    return (derived or scanned)(*xs)


# Its derivative shares the run with it.
scan.is_loop = True  # type: ignore[attr-defined]


def vectorized(*args: Any) -> Arrays:
    *xs, body, rows = args
    axes = (0,) * rows + (None,) * (len(xs) - rows)
    found = jax.vmap(lambda *arrays: body.pure(*arrays), in_axes=axes)(*xs)
    return tuple(found)
