"""Programs of few numbers as code: nothing twice, and nothing that is known before it runs."""

from __future__ import annotations

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
    code = _in_place(_quickened(ops, kinds, fixed), outputs, kinds)
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


def _quickened(ops: Sequence[Op], kinds: Kinds, fixed: dict[int, Array]) -> list[Op]:
    """The ops with their numbers as arrays, which NumPy takes in less time: these are `fixed`."""
    slots: dict[Any, int] = {}
    found = []
    for op in ops:
        ufunc, number = _TWO_SIDED.get(op.kernel, (None, 1))
        if ufunc is not None:
            dtype = kinds[op.ins[0]][1]
            value = op.attrs[0] if op.attrs else number
            array = np.array(value, dtype.as_numpy_dtype)
            # By its bits: 0.0 and -0.0 are equal.
            slot = slots.setdefault((array.tobytes(), dtype), max(kinds) + 1 + len(slots))
            fixed[slot] = array
            op = op._replace(kernel=ufunc, ins=(slot, *op.ins), attrs=())
        found.append(op)
    return found


# Kernels of a number and an array: the ufunc, and the number where it is none of the op's.
_TWO_SIDED: dict[Any, tuple[Any, int]] = {
    k.scaled: (np.multiply, 1),
    k.complement: (np.subtract, 1),
}


def _in_place(ops: Sequence[Op], outputs: Sequence[int], kinds: Kinds) -> list[Op]:
    """The ops, of which some write into what they are the last to read.

    Room that is there takes a fifth less of a call's time than new room. What is written into is
    another ufunc's result, which no other op may have made a view of.
    """
    viewed = {i for op in ops if not isinstance(op.kernel, np.ufunc) for i in op.ins}
    own = {op.outs[0] for op in ops if isinstance(op.kernel, np.ufunc)} - viewed - set(outputs)
    last = {i: n for n, op in enumerate(ops) for i in op.ins}
    found = []
    for n, op in enumerate(ops):
        kind = kinds[op.outs[0]]
        # Of arrays without axes NumPy makes numbers, which cannot be written to.
        if isinstance(op.kernel, np.ufunc) and kind[0]:
            room = [i for i in op.ins if i in own and last[i] == n and kinds[i] == kind]
            op = op._replace(ins=(*op.ins, *room[:1]))
        found.append(op)
    return found
