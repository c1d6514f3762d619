"""Dataset.scan: a function of a state and an element."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src.data.dataset import DatasetV2, UnaryDataset
from tfcompat._src.data.states import StateFunction
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Walk


class ScanWalk(Walk):
    """The results of a function that also gives its next state."""

    def __init__(self, source: Walk, function: StateFunction) -> None:
        self._source = source
        self._call = function.started().call
        self._state = function.first
        self._count = len(function.first)

    def take(self) -> Components:
        found = self._call((*self._state, *self._source.take()))
        self._state = found[: self._count]
        return found[self._count :]

    def state(self) -> State:
        return {"state": list(self._state), "source": self._source.state()}

    def restore(self, state: State) -> None:
        self._state = tuple(state["state"])
        self._source.restore(state["source"])

    def close(self) -> None:
        self._source.close()


class _ScanDataset(UnaryDataset):
    """The results of a function that also gives its next state."""

    def __init__(self, source: DatasetV2, function: StateFunction) -> None:
        super().__init__(source)
        self._function = function
        self._spec = function.output_spec

    def _cardinality(self) -> int:
        return self._source._cardinality()

    def _start(self, context: Context) -> Walk:
        return ScanWalk(self._source._start(context), self._function)


def scanned(dataset: DatasetV2, initial_state: Any, function: Callable[..., Any]) -> DatasetV2:
    """The results of a function of a state and an element."""
    found = StateFunction(dataset.element_spec, initial_state, function, "scan", results=True)
    return _ScanDataset(dataset, found)
