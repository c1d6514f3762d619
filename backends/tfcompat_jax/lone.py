"""An op by itself: recorded, and read before anything else was recorded.

Programs of one op are what eager code in TensorFlow's style is made of. An op that was read so time
and again runs at once when it comes again, which spares the recording. If its result is then used
by another op, the guess was wrong: it is recorded again, and for long.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from .programs import keep
from .sharing import host_alone, hosted

if TYPE_CHECKING:
    from .trie import State

#: So often in a row its result has to be read alone before the op runs at once.
PROVEN = 10
#: So much less it counts after a wrong guess.
PENALTY = 1000


class Lone:
    """The op of a path of one op. program: from the leaves to its result, or a tuple of them.

    by_host: whether it is for NumPy, which takes and gives NumPy's arrays.

    A tensor whose op ran at once has this as its trace.
    """

    __slots__ = ("_state", "_times", "by_host", "program")

    #: Like that of a trace that may run.
    captured = None

    def __init__(self, state: State) -> None:
        kernel: Any = state.kernel
        ins, attrs = state.ins, state.attrs
        self._state = state
        self._times = 0

        # Slots of leaves, which are all that there is, count from 0.
        def run(*leaves: Any) -> Any:
            return kernel(*[leaves[i] for i in ins], *attrs)

        self.program: Callable[..., Any] = jax.jit(run)
        self.by_host = kernel in hosted and state.has_big_leaf and host_alone()
        if self.by_host:
            self.program = on_host(hosted[kernel], ins, attrs, self.program)
        keep(self, None)

    def count(self) -> None:
        """Tells that the result was read alone."""
        self._times += 1
        if self._times >= PROVEN:
            self._state.ahead = self

    def distrust(self) -> None:
        """Tells that another op reads what ran at once."""
        self._times = -PENALTY
        self._state.ahead = None

    def pop(self, key: None, default: None) -> None:
        """Drops the program."""
        self._state.lone = self._state.ahead = None


def on_host(
    host: Callable[..., Any], ins: Sequence[int], attrs: tuple[Any, ...], program: Any
) -> Callable[..., Any]:
    """NumPy's way on those of the arrays given that `ins` counts; the program where it has none."""

    def run(*leaves: Any) -> Any:
        with np.errstate(all="ignore"):
            found = host(*[np.asarray(leaves[i]) for i in ins], *attrs)
        return program(*leaves) if found is None else found

    return run
