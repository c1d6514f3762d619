"""Derivatives that a user's Python function gives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from . import array as array_kernels
from .execute import execute_constant, record, run_now
from .tensor import EagerTensor
from .trace import deferring, local, update_direct


def _pass_through(*values: Any) -> tuple[Any, ...]:
    *arrays, count = values
    return tuple(arrays[:count])


def custom_gradient(
    outputs: Sequence[EagerTensor],
    inputs: Sequence[EagerTensor],
    call: Callable[[list[EagerTensor]], Sequence[EagerTensor | None]],
) -> list[EagerTensor]:
    """New tensors with the outputs' values, whose gradient by the inputs is what `call` answers."""
    # No tape may find a way through the values themselves.
    capture = local.trace.captured
    if capture is not None:
        if not capture.is_own((*outputs, *inputs)):
            with capture.outside():
                return custom_gradient(outputs, inputs, call)
        capture.bring_in([*outputs, *inputs])
        user = capture.user_gradient(outputs, len(inputs), call)
    values = tuple([execute_constant(array_kernels.identity, (t,)) for t in outputs])
    tensors = values + tuple(inputs)
    if deferring():
        result = record(_pass_through, tensors, (len(values),))
        for tape in local.tapes:
            tape._calls[result[0]._slot] = call
        if capture is not None:
            capture.users[result[0]._slot] = user
    else:
        result = run_now(_pass_through, tensors, (len(values),))
    for observer in list(local.observers):
        observer.observe(_pass_through, (len(values),), tuple(inputs), result, call)
    update_direct()
    return list(result)
