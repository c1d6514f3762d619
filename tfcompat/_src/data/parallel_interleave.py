"""Dataset.interleave with several datasets read at a time, where reading them takes long."""

from __future__ import annotations

from time import perf_counter

from tfcompat._src.data.interleaving import InterleaveWalk, Slot
from tfcompat._src.data.mapped import Mapped
from tfcompat._src.data.parallel import is_long, workers_for
from tfcompat._src.data.structure import Components
from tfcompat._src.data.threads import Ahead
from tfcompat._src.data.walks import Context, State, Walk

_TRIALS = 4
# Elements that are read of each dataset before its turn.
_BUFFER = 4


class ParallelInterleaveWalk(InterleaveWalk):
    """The elements of datasets in turn, in the order that there is without threads.

    What each of a few elements takes decides whether there are any: one for each of some datasets.
    """

    def __init__(
        self,
        source: Walk,
        function: Mapped,
        context: Context,
        cycle: int,
        block: int,
        calls: int,
    ) -> None:
        super().__init__(source, function, context, cycle, block)
        self._calls = workers_for(calls)
        self._parallel = False
        self._trials, self._spent = 0, 0.0

    def take(self) -> Components:
        if self._trials >= _TRIALS:
            return super().take()
        started = perf_counter()
        try:
            return super().take()
        finally:
            self._trials += 1
            self._spent += perf_counter() - started
            if is_long(self._spent, _TRIALS):
                self._trials = _TRIALS
                self._go_ahead()

    def _go_ahead(self) -> None:
        """Has threads read what is open, and opens what has no turn yet."""
        self._parallel = self._calls > 1
        for at, slot in enumerate(self._slots):
            if slot is not None:
                self._hasten(slot)
            elif self._parallel and not self._over:
                try:
                    element = self._source.take()
                except StopIteration:
                    self._over = True
                except Exception:
                    # Whoever has the turn is told, should it come again.
                    return
                else:
                    self._slots[at] = self._slot_for(element)
                    self._open += 1

    def _hasten(self, slot: Slot) -> None:
        threads = sum(isinstance(s.walk, Ahead) for s in self._slots if s is not None)
        if self._parallel and threads < self._calls and not isinstance(slot.walk, Ahead):
            slot.walk = ahead = Ahead(slot.walk, _BUFFER)
            slot.take = ahead.take
            ahead.start()

    def _slot_for(self, element: Components) -> Slot:
        slot = super()._slot_for(element)
        self._hasten(slot)
        return slot

    def _restored(self, state: State) -> Slot:
        parallel, self._parallel = self._parallel, False
        slot = self._slot_for(tuple(state["element"]))
        self._parallel = parallel
        if "elements" in state["walk"]:
            slot.walk = Ahead(slot.walk, _BUFFER)
            slot.take = slot.walk.take
        slot.walk.restore(state["walk"])
        return slot
