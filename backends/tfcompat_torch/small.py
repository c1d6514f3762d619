"""Programs of few numbers on the CPU, as functions of NumPy's arrays.

A call of NumPy's takes a quarter of the time of a call of PyTorch's, and its vector loops are no
slower. So a program of ops on little data is computed by it, rounds of a loop above all: the
tensors' memory is the arrays', and nothing is copied.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch

from .generated import Function


def quick(known: tuple[Function, int] | None, tensors_: int, otherwise: Function) -> Function:
    """The better one of what `written` gives, and what runs where tensors are not the CPU's.

    tensors_: how many go in and come out; each costs nearly what an op gains.
    """
    if known is None or known[1] <= tensors_:
        return otherwise
    function = known[0]

    def run(*natives: torch.Tensor) -> tuple[torch.Tensor, ...]:
        arrays = of(natives)
        if arrays is None:
            return otherwise(*natives)
        with np.errstate(all="ignore"):
            return tensors(function(*arrays), natives, arrays)

    return run


def of(natives: Sequence[torch.Tensor]) -> list[Any] | None:
    """Arrays on the tensors' memory; None where there are none."""
    try:
        return [x.numpy() for x in natives]
    except (RuntimeError, TypeError):
        # On another device, without values, or with a bit that says that the values are others.
        return None


def tensors(
    arrays: Sequence[Any], given: Sequence[torch.Tensor], seen: Sequence[Any]
) -> tuple[torch.Tensor, ...]:
    """Tensors on the arrays' memory: `given` themselves for those of `seen`."""
    known = {id(a): x for a, x in zip(seen, given, strict=True)}
    found = []
    for a in arrays:
        x = known.get(id(a))
        found.append(torch.from_numpy(np.asarray(a)) if x is None else x)
    return tuple(found)


def while_loop(
    test: Any, body: Any, state: Sequence[torch.Tensor], rest: Sequence[torch.Tensor], most: Any
) -> tuple[torch.Tensor, ...] | None:
    """The loop on arrays; None where it has to be one on tensors."""
    asks, moves = test.on_arrays, body.on_arrays
    arrays = None if asks is None or moves is None else of([*state, *rest])
    if arrays is None:
        return None
    now, fixed = tuple(arrays[: len(state)]), arrays[len(state) :]
    steps = 0
    with np.errstate(all="ignore"):
        while (most is None or steps < most) and asks(*now, *fixed)[0]:
            now = moves(*now, *fixed)
            steps += 1
    return tensors(now, [*state, *rest], arrays)


def scan(
    body: Any,
    state: Sequence[torch.Tensor],
    columns: Sequence[torch.Tensor],
    others: Sequence[torch.Tensor],
    backwards: bool,
) -> tuple[torch.Tensor, ...] | None:
    """The scan on arrays; None where it has to be one on tensors."""
    moves = body.on_arrays
    given = [*state, *columns, *others]
    arrays = None if moves is None else of(given)
    if arrays is None:
        return None
    carried, through = len(state), len(state) + len(columns)
    now, fixed = tuple(arrays[:carried]), arrays[through:]
    rows = list(zip(*arrays[carried:through], strict=True))
    collected = []
    with np.errstate(all="ignore"):
        for row in reversed(rows) if backwards else rows:
            found = moves(*now, *row, *fixed)
            now = found[:carried]
            collected.append(found[carried:])
    if backwards:
        collected.reverse()
    stacked = [np.stack(column) for column in zip(*collected, strict=True)]
    return tensors([*now, *stacked], given, arrays)
