"""Which programs XLA's CPU is to compile for one thread."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from . import convolution, vjp
from .programs import ONE_THREAD
from .sharing import host_alone
from .step_derivatives import is_loop
from .trie import Attrs, Kernel, State

_DERIVED = (vjp.vjp, vjp.vjp_rows, vjp.jvp)
# In all values of a program.
_MOST_BYTES = 1 << 21


def is_small(ops: Iterable[tuple[Kernel, Attrs]], nbytes: int) -> bool:
    """Whether a program of ops with so many bytes in all values is over before threads are awake.

    XLA's CPU computes convolutions in loops in one thread, several times slower. Of a program
    within the program nothing is known.
    """
    if nbytes > _MOST_BYTES:
        return False
    for kernel, attrs in ops:
        while kernel in _DERIVED:
            kernel, attrs = attrs[:2]
        if is_loop(kernel) or kernel.__module__ == convolution.__name__:
            return False
        if hasattr(kernel, "narrowed"):
            return False
    return True


def options(state: State) -> dict[str, Any] | None:
    """What to tell XLA of a recorded program."""
    ops = [(s.kernel, s.attrs) for s in state.path() if s.kernel is not None]
    return ONE_THREAD if host_alone() and is_small(ops, state.nbytes) else None
