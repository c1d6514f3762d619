"""Which tapes of this thread are recording, and what they must know of a variable read."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tfcompat._src.tape import GradientTape
    from tfcompat._src.tensor import Tensor
    from tfcompat._src.variable import Variable


class _Local(threading.local):
    def __init__(self) -> None:
        self.tapes: list[GradientTape] = []


local = _Local()


def note_read(variable: Variable, value: Tensor) -> None:
    """Tells every recording tape that `variable` was read and gave `value`."""
    for tape in local.tapes:
        tape._note_read(variable, value)
