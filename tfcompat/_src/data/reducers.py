"""tf.data.experimental.group_by_reducer: one result for all elements with the same key."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.data import structure
from tfcompat._src.data.arguments import UNKNOWN
from tfcompat._src.data.dataset import DatasetV2, UnaryDataset
from tfcompat._src.data.mapped import Mapped
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Walk
from tfcompat._src.naming import public
from tfcompat._src.tensor_spec import TensorSpec

_OP = "group_by_reducer"


@public("tfcompat.data.experimental")
class Reducer:
    """How elements become one result.

    init_func gives the first state for a key, reduce_func the next one of a state and an element,
    finalize_func the result of the last state.
    """

    def __init__(
        self,
        init_func: Callable[..., Any],
        reduce_func: Callable[..., Any],
        finalize_func: Callable[..., Any],
    ) -> None:
        self._functions = init_func, reduce_func, finalize_func

    @property
    def init_func(self) -> Callable[..., Any]:
        """What gives the first state."""
        return self._functions[0]

    @property
    def reduce_func(self) -> Callable[..., Any]:
        """What gives the next state."""
        return self._functions[1]

    @property
    def finalize_func(self) -> Callable[..., Any]:
        """What gives the result."""
        return self._functions[2]


class ReducerWalk(Walk):
    """The results of all keys, smaller keys first."""

    def __init__(self, source: Walk, functions: list[Mapped]) -> None:
        self._source, self._functions = source, functions
        self._states: dict[int, Components] | None = None

    def take(self) -> Components:
        key, init, step, finish = self._functions
        states = self._states
        if states is None:
            states = {}
            while True:
                try:
                    element = self._source.take()
                except StopIteration:
                    break
                found = int(key.call(element)[0])
                state = states.get(found)
                if state is None:
                    state = init.call((np.array(found, np.int64),))
                states[found] = step.call((*state, *element))
            self._states = states
        if not states:
            raise StopIteration
        return finish.call(states.pop(min(states)))

    def state(self) -> State:
        states = self._states
        pairs = None if states is None else [[key, list(s)] for key, s in states.items()]
        return {"states": pairs, "source": self._source.state()}

    def restore(self, state: State) -> None:
        pairs = state["states"]
        self._states = None if pairs is None else {key: tuple(s) for key, s in pairs}
        self._source.restore(state["source"])

    def close(self) -> None:
        self._source.close()


class _GroupByReducerDataset(UnaryDataset):
    """One result for all elements with the same key."""

    def __init__(self, source: DatasetV2, functions: list[Mapped]) -> None:
        super().__init__(source)
        self._functions = functions
        self._spec = functions[-1].output_spec

    def _cardinality(self) -> int:
        return UNKNOWN

    def _start(self, context: Context) -> Walk:
        started = [function.started() for function in self._functions]
        return ReducerWalk(self._source._start(context), started)


def reduced_by_key(dataset: DatasetV2, key_func: Callable[..., Any], reducer: Reducer) -> DatasetV2:
    """One result for all elements with the same key."""
    number = TensorSpec([], dtypes.int64)
    key = Mapped(key_func, dataset.element_spec, f"{_OP}()")
    if not isinstance(key.output_spec, TensorSpec) or key.output_spec.dtype is not dtypes.int64:
        raise ValueError(
            "Invalid `key_func`. Expected `key_func` to return a scalar tf.int64 tensor, but "
            f"`key_func` has return type {key.output_spec}."
        )
    init = Mapped(reducer.init_func, number, f"{_OP}()")
    state = init.output_spec
    step = Mapped(reducer.reduce_func, (state, dataset.element_spec), f"{_OP}()")
    if not structure.compatible(state, step.output_spec):
        joined = structure.common(state, step.output_spec)
        if joined is None:
            raise TypeError(
                "Invalid `reducer`. The state that `reduce_func` returns must have the types of "
                f"`init_func`'s: expected {state}, got {step.output_spec}."
            )
        state = joined
        step = Mapped(reducer.reduce_func, (state, dataset.element_spec), f"{_OP}()")
    finish = Mapped(reducer.finalize_func, state, f"{_OP}()")
    return _GroupByReducerDataset(dataset, [key, init, step, finish])
