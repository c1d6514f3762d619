"""Dataset.reduce, and the only element of a dataset."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tfcompat._src import nest
from tfcompat._src.data import loops, staged, structure
from tfcompat._src.data.dataset import DatasetV2
from tfcompat._src.data.states import StateFunction
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function import tracing


def reduced(dataset: DatasetV2, initial_state: Any, function: Callable[..., Any]) -> Any:
    """The state after a function of a state and an element has seen all elements."""
    if tracing.current() is not None:
        return _in_graph(dataset, initial_state, function)
    step = StateFunction(dataset.element_spec, initial_state, function, "reduce", results=False)
    call, walk = step.started().call, dataset._walk()
    state = step.first
    try:
        while True:
            state = call((*state, *walk.take()))
    except StopIteration:
        return structure.from_components(step.spec, state)
    finally:
        walk.close()


def _in_graph(dataset: DatasetV2, initial_state: Any, function: Callable[..., Any]) -> Any:
    from tfcompat._src.autograph.api import convert

    called = convert(function)

    def step(state: tuple[Any, ...], element: Any) -> tuple[Any, ...]:
        found = called(nest.pack_sequence_as(initial_state, list(state)), element)
        try:
            structure.assert_same(initial_state, found)
        except (TypeError, ValueError) as error:
            raise TypeError(
                f"Dataset.reduce: the function returned {found!r}, expected a state like "
                f"{initial_state!r}"
            ) from error
        return tuple(nest.flatten(found))

    results = loops.record(
        staged.variant_of(dataset),
        dataset.element_spec,
        tuple(nest.flatten(initial_state)),
        None,
        step,
        None,
        None,
        "reduce",
    )
    return nest.pack_sequence_as(initial_state, list(results))


def single_element(dataset: DatasetV2) -> Any:
    """The only element. Raises InvalidArgumentError unless there is exactly one."""
    if tracing.current() is not None:
        return staged.single_element(dataset)
    walk = dataset._walk()
    try:
        found = walk.take_many(2)
    finally:
        walk.close()
    if len(found) != 1:
        had = "Dataset was empty." if not found else "Dataset had more than one element."
        raise invalid_argument("Dataset.get_single_element", had)
    return structure.from_components(dataset.element_spec, found[0])
