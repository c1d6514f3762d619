"""Programs of few numbers as code: nothing twice, and nothing that is known before it runs."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

from . import small_kernels as k
from .generated import Function, flat
from .instructions import Instruction, Op, alive
from .small_gradients import flattened
from .small_kernels import Array, Kinds


def written(
    instructions: Sequence[Instruction],
    leaves: Sequence[int],
    outputs: Sequence[int],
    kinds: Kinds,
) -> tuple[Function, int] | None:
    """The program as a function of arrays, and of how many ops; None where NumPy lacks one."""
    found = flattened(instructions, kinds)
    if found is None:
        return None
    ops, kinds = found
    ops, values, outputs = _reduced(alive(ops, outputs), outputs, kinds)  # type: ignore[arg-type]
    ops = alive(ops, outputs)  # type: ignore[assignment]
    read = {i for op in ops for i in op.ins}.union(outputs)
    fixed = {i: value for i, value in values.items() if i in read}
    code = [_quickened(op, kinds) for op in ops]
    function = flat(code, (*leaves, *fixed), outputs, lambda _: False, False)
    if not fixed:
        return function, len(ops)
    constants = tuple(fixed.values())
    return lambda *arrays: function(*arrays, *constants), len(ops)


def _reduced(
    ops: Sequence[Op], outputs: Sequence[int], kinds: Kinds
) -> tuple[list[Op], dict[int, Array], tuple[int, ...]]:
    """The ops that have to be run, values that are known by now, and where the outputs are."""
    known: dict[Any, int] = {}
    instead: dict[int, int] = {}
    values: dict[int, Array] = {}
    left = []
    for op in ops:
        ins = tuple([instead.get(i, i) for i in op.ins])
        (out,) = op.outs
        key = op.kernel, ins, repr(op.attrs)
        if op.kernel is k.same:
            instead[out] = ins[0]
        elif key in known:
            instead[out] = known[key]
        else:
            known[key] = out
            if op.kernel is k.ones:
                shape, dtype = kinds[out]
                values[out] = np.ones(shape, dtype.as_numpy_dtype)
            elif all([i in values for i in ins]):
                values[out] = np.asarray(op.kernel(*[values[i] for i in ins], *op.attrs))
            else:
                left.append(op._replace(ins=ins))
    return left, values, tuple([instead.get(i, i) for i in outputs])


def _quickened(op: Op, kinds: Kinds) -> Op:
    """The op with its numbers as arrays, which NumPy takes in less time."""
    dtype = kinds[op.ins[0]][1].as_numpy_dtype
    if op.kernel is k.scaled:
        return _with(op, np.multiply, np.array(op.attrs[0], dtype))
    if op.kernel is k.complement:
        return _with(op, np.subtract, np.array(1, dtype))
    return op


def _with(op: Op, ufunc: Any, number: Array) -> Op:
    return op._replace(kernel=functools.partial(ufunc, number), attrs=())
