"""Datasets of the elements of other datasets: flat_map and interleave."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

from tfcompat._src.data.arguments import AUTOTUNE, UNKNOWN, long
from tfcompat._src.data.dataset import DatasetV2, UnaryDataset
from tfcompat._src.data.mapped import Mapped
from tfcompat._src.data.specs import DatasetSpec
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Walk
from tfcompat._src.data.windows import _VariantDataset
from tfcompat._src.errors import invalid_argument


def dataset_function(function: Callable[..., Any], dataset: DatasetV2, op: str) -> Mapped:
    """A function that gives a dataset. Raises TypeError for another."""
    found = Mapped(function, dataset.element_spec, f"Dataset.{op}()")
    if not isinstance(found.output_spec, DatasetSpec):
        raise TypeError(
            f"The `map_func` argument must return a `Dataset` object. Got {found.output_spec!r}."
        )
    return found


class Slot:
    """A dataset that takes its turn, with the element that it was made of."""

    def __init__(self, element: Components, function: Mapped, context: Context) -> None:
        self.element = element
        self.walk: Walk = function.call(element)[0]._start(context)
        self.take: Callable[[], Components] = self.walk.take

    def state(self) -> State:
        """Where it stands."""
        element = [x.elements() if isinstance(x, _VariantDataset) else x for x in self.element]
        return {"element": element, "walk": self.walk.state()}


def _element(parts: list[Any], specs: list[Any]) -> Components:
    """An element again, whose windows were written as lists of elements."""
    return tuple(
        [
            _VariantDataset(spec.element_spec, [tuple(x) for x in part])
            if isinstance(spec, DatasetSpec)
            else part
            for spec, part in zip(specs, parts, strict=True)
        ]
    )


class InterleaveWalk(Walk):
    """The elements of datasets, some of each in turn."""

    def __init__(
        self, source: Walk, function: Mapped, context: Context, cycle: int, block: int
    ) -> None:
        self._source, self._context = source, context.of_returned()
        self._function = function.started(context)
        self._block = block
        self._slots: list[Slot | None] = [None] * cycle
        self._open = self._slot = self._given = 0
        self._over = False

    def _advance(self) -> None:
        self._given = 0
        self._slot = (self._slot + 1) % len(self._slots)

    def take(self) -> Components:
        while not self._over or self._open:
            slot = self._slots[self._slot]
            if slot is None:
                self._fill()
                continue
            try:
                found = slot.take()
            except StopIteration:
                slot.walk.close()
                self._slots[self._slot] = None
                self._open -= 1
                self._advance()
                continue
            self._given += 1
            if self._given == self._block:
                self._advance()
            return found
        raise StopIteration

    def _slot_for(self, element: Components) -> Slot:
        return Slot(element, self._function, self._context)

    def _fill(self) -> None:
        """Begins with another dataset, where there is one."""
        if self._over:
            self._advance()
            return
        try:
            element = self._source.take()
        except StopIteration:
            self._over = True
            return
        self._slots[self._slot] = self._slot_for(element)
        self._open += 1

    def state(self) -> State:
        return {
            "source": self._source.state(),
            "slots": [None if slot is None else slot.state() for slot in self._slots],
            "places": [self._slot, self._given],
            "over": self._over,
        }

    def restore(self, state: State) -> None:
        self._source.restore(state["source"])
        self._slots = [None if item is None else self._restored(item) for item in state["slots"]]
        self._open = sum(slot is not None for slot in self._slots)
        self._slot, self._given = state["places"]
        self._over = state["over"]

    def _restored(self, state: State) -> Slot:
        found = self._slot_for(_element(state["element"], self._function.input_specs))
        found.walk.restore(state["walk"])
        return found

    def close(self) -> None:
        for slot in self._slots:
            if slot is not None:
                slot.walk.close()
        self._source.close()


class FlatMapWalk(InterleaveWalk):
    """The elements of datasets, one dataset after the other."""

    def __init__(self, source: Walk, function: Mapped, context: Context) -> None:
        super().__init__(source, function, context, 1, 1)

    def take(self) -> Components:
        slots = self._slots
        while True:
            slot = slots[0]
            if slot is None:
                if self._over:
                    raise StopIteration
                self._fill()
                continue
            try:
                return slot.take()
            except StopIteration:
                slot.walk.close()
                slots[0] = None


class _FlatMapDataset(UnaryDataset):
    """The elements of the datasets that a function gives."""

    def __init__(self, source: DatasetV2, function: Mapped) -> None:
        super().__init__(source)
        self._function = function
        self._spec = function.output_spec.element_spec

    def _cardinality(self) -> int:
        return UNKNOWN

    def _start(self, context: Context) -> Walk:
        return FlatMapWalk(self._source._start(context), self._function, context)


class _InterleaveDataset(_FlatMapDataset):
    """The elements of the datasets that a function gives, some of each in turn."""

    def __init__(self, source: DatasetV2, function: Mapped, cycle: Any, block: Any) -> None:
        super().__init__(source, function)
        self._cycle = long(cycle, "Dataset.interleave", "cycle_length")
        self._block = long(block, "Dataset.interleave", "block_length")
        if self._cycle < 1 and self._cycle != AUTOTUNE:
            raise invalid_argument(
                "Dataset.interleave",
                f"cycle_length must be greater than zero, received {self._cycle}",
            )
        if self._block < 1:
            raise invalid_argument(
                "Dataset.interleave",
                f"block_length must be greater than zero, received {self._block}",
            )

    def _start(self, context: Context) -> Walk:
        cycle = (os.cpu_count() or 1) if self._cycle == AUTOTUNE else self._cycle
        source = self._source._start(context)
        return InterleaveWalk(source, self._function, context, cycle, self._block)


class _ParallelInterleaveDataset(_InterleaveDataset):
    """As _InterleaveDataset, where several datasets may be read at a time."""

    def __init__(
        self, source: DatasetV2, function: Mapped, cycle: Any, block: Any, calls: Any
    ) -> None:
        super().__init__(source, function, cycle, block)
        self._calls = long(calls, "Dataset.interleave", "num_parallel_calls")
        if self._calls < 1 and self._calls != AUTOTUNE:
            raise invalid_argument(
                "Dataset.interleave",
                f"num_parallel_calls must be greater than zero, received {self._calls}",
            )

    def _start(self, context: Context) -> Walk:
        from tfcompat._src.data.parallel_interleave import ParallelInterleaveWalk

        cycle = (os.cpu_count() or 1) if self._cycle == AUTOTUNE else self._cycle
        source = self._source._start(context)
        return ParallelInterleaveWalk(
            source, self._function, context, cycle, self._block, self._calls
        )


def flat_mapped(dataset: DatasetV2, function: Callable[..., Any]) -> DatasetV2:
    """The elements of the datasets that a function gives."""
    return _FlatMapDataset(dataset, dataset_function(function, dataset, "flat_map"))


def interleaved(
    dataset: DatasetV2,
    function: Callable[..., Any],
    cycle: Any,
    block: Any,
    calls: Any,
) -> DatasetV2:
    """The elements of the datasets that a function gives, some of each in turn."""
    found = dataset_function(function, dataset, "interleave")
    block = 1 if block is None else block
    cycle = AUTOTUNE if cycle is None else cycle
    if calls is None:
        return _InterleaveDataset(dataset, found, cycle, block)
    return _ParallelInterleaveDataset(dataset, found, cycle, block, calls)
