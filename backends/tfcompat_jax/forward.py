"""Forward mode on JAX."""

from __future__ import annotations

from tfcompat._src.engine import OpByOpAccumulator

from .trace import update_direct
from .vjp import derivatives, observers


class Accumulator(OpByOpAccumulator):
    """Forward mode, one jvp op per op."""

    def __init__(self) -> None:
        super().__init__(derivatives, observers)

    def start(self) -> None:
        super().start()
        update_direct()

    def stop(self) -> None:
        super().stop()
        update_direct()
