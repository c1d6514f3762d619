"""Datasets that call a function for each element: map, filter and take_while."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

from tfcompat._src.data import structure
from tfcompat._src.data.arguments import UNKNOWN, long
from tfcompat._src.data.dataset import DatasetV2, UnaryDataset, UnchangedDataset
from tfcompat._src.data.map_walks import MapWalk
from tfcompat._src.data.mapped import Function, Mapped
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, Through, Walk
from tfcompat._src.dtypes import bool_
from tfcompat._src.errors import invalid_argument
from tfcompat._src.tensor_spec import NoneTensorSpec, TensorSpec


class _MapDataset(UnaryDataset):
    """What a function gives for each element, one after the other."""

    def __init__(self, source: DatasetV2, function: Function) -> None:
        super().__init__(source)
        self._function = function
        self._spec = function.output_spec

    def _cardinality(self) -> int:
        return self._source._cardinality()

    def _start(self, context: Context) -> Walk:
        return MapWalk(self._source._start(context), self._function.started(context))


def before_maps(dataset: DatasetV2) -> tuple[DatasetV2, list[Mapped]]:
    """The dataset behind maps that do nothing but compute, and their functions in order.

    Who changes nothing but the order of elements may do that there, and map what comes out.
    """
    functions = []
    while isinstance(dataset, _MapDataset) and not dataset._function.stateful:
        functions.append(dataset._function)
        dataset = dataset._source
    return dataset, functions[::-1]


class _ParallelMapDataset(_MapDataset):
    """What a function gives for each element, several at a time."""

    def __init__(self, source: DatasetV2, function: Function, calls: Any) -> None:
        super().__init__(source, function)
        self._calls = long(calls, "Dataset.map", "num_parallel_calls")
        if self._calls < 1 and self._calls != -1:
            raise invalid_argument(
                "Dataset.map",
                f"num_parallel_calls must be greater than zero, received {self._calls}",
            )
        self._timed: tuple[list[float], list[float]] = ([], [])

    def _start(self, context: Context) -> Walk:
        from tfcompat._src.data.parallel import ParallelMapWalk

        function = self._function.started(context)
        return ParallelMapWalk(self._source._start(context), function, self._calls, self._timed)


def mapped(
    dataset: DatasetV2,
    function: Callable[..., Any],
    calls: Any,
    deterministic: bool | None,
    synchronous: bool | None,
) -> DatasetV2:
    """What a function gives for each element."""
    found = Mapped(function, dataset.element_spec, "Dataset.map()")
    if all(isinstance(leaf, NoneTensorSpec) for leaf in structure.flatten(found.output_spec)):
        raise invalid_argument("Dataset.map", "a function that returns nothing but None")
    if calls is None:
        if deterministic is not None and not synchronous:
            warnings.warn(
                "Dataset.map: `deterministic` has no effect without `num_parallel_calls`",
                stacklevel=3,
            )
        return _MapDataset(dataset, found)
    if synchronous:
        raise ValueError(
            "Dataset.map: `synchronous` is not supported with `num_parallel_calls`, but "
            f"`num_parallel_calls` was set to {calls}"
        )
    return _ParallelMapDataset(dataset, found, calls)


class FilterWalk(Through):
    """The elements for which a function gives True."""

    def __init__(self, source: Walk, function: Function) -> None:
        super().__init__(source)
        self.stacks = False
        self._call = function.call

    def take(self) -> Components:
        take, call = self._source.take, self._call
        while True:
            found = take()
            if call(found)[0]:
                return found

    take_many = Walk.take_many
    skip = Walk.skip


def predicate(function: Callable[..., Any], dataset: DatasetV2, op: str) -> Function:
    """A function that gives a boolean scalar. Raises ValueError for another."""
    found = Mapped(function, dataset.element_spec, f"Dataset.{op}()")
    spec = found.output_spec
    if not (
        isinstance(spec, TensorSpec) and spec.dtype is bool_ and spec.shape.is_compatible_with(())
    ):
        raise ValueError(
            f"Invalid `predicate`. `predicate` must return a `tf.bool` scalar tensor, but its "
            f"return type is {spec}."
        )
    return found


class _FilterDataset(UnchangedDataset):
    """The elements for which a function gives True."""

    def __init__(self, source: DatasetV2, function: Function) -> None:
        super().__init__(source)
        self._function = function

    def _cardinality(self) -> int:
        return UNKNOWN

    def _start(self, context: Context) -> Walk:
        return FilterWalk(self._source._start(context), self._function.started(context))


def filtered(dataset: DatasetV2, function: Callable[..., Any]) -> DatasetV2:
    """The elements for which a function gives True."""
    return _FilterDataset(dataset, predicate(function, dataset, "filter"))


class TakeWhileWalk(Through):
    """The elements before the first for which a function gives False."""

    def __init__(self, source: Walk, function: Function) -> None:
        super().__init__(source)
        self.stacks = False
        self._call = function.call
        self._over = False

    def take(self) -> Components:
        if self._over:
            raise StopIteration
        found = self._source.take()
        if self._call(found)[0]:
            return found
        self._over = True
        raise StopIteration

    take_many = Walk.take_many
    skip = Walk.skip

    def state(self) -> dict[str, Any]:
        return {"over": self._over, "source": self._source.state()}

    def restore(self, state: dict[str, Any]) -> None:
        self._over = state["over"]
        self._source.restore(state["source"])


class _TakeWhileDataset(_FilterDataset):
    """The elements before the first for which a function gives False."""

    def _start(self, context: Context) -> Walk:
        return TakeWhileWalk(self._source._start(context), self._function.started(context))


def taken_while(dataset: DatasetV2, function: Callable[..., Any]) -> DatasetV2:
    """The elements before the first for which a function gives False."""
    return _TakeWhileDataset(dataset, predicate(function, dataset, "take_while"))
