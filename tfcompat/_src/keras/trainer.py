"""fit, evaluate and predict: Python walks over the data, each step is a traced function."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from types import ModuleType
from typing import Any

from tfcompat._src.data.iterator import Iterator, OwnedIterator
from tfcompat._src.data.optional import Optional
from tfcompat._src.errors import OutOfRangeError
from tfcompat._src.keras.executions import Execution, loops_are_programs
from tfcompat._src.keras.facade.execution import KerasFunction, function as traced
from tfcompat._src.tensor import Tensor


def patch(module: ModuleType) -> None:
    """Replaces what `TensorFlowTrainer`, in the module that defines it, makes of a step."""
    trainer = module.TensorFlowTrainer
    tree = module.tree

    def without_optionals(data: Any) -> Any:
        """A batch with None in the place of tf.experimental.Optional."""
        if data.__class__ is tuple and all([isinstance(part, Tensor) for part in data]):
            return data
        return tree.map_structure(lambda x: None if isinstance(x, Optional) else x, data)

    def _make_function(self: Any, step_function: Callable[[Any], Any]) -> Callable[[Any], Any]:
        def one_step_on_data(data: Any) -> Any:
            """One step on a batch."""
            return step_function(data)

        any_step: Callable[[Any], Any] = one_step_on_data
        if not self.run_eagerly:
            any_step = traced(one_step_on_data, reduce_retracing=True, jit_compile=self.jit_compile)
        count = self.steps_per_execution
        known: Any = None
        step = any_step
        several: Execution | None = None
        if count > 1 and not self.run_eagerly and loops_are_programs():
            several = Execution(step_function, count, self.jit_compile)

        def step_of(iterator: Any) -> Callable[[Any], Any]:
            """The step for the batches of an iterator, of which several calls take some."""
            nonlocal known, step
            if known is None or iterator is not known():
                step = any_step
                if isinstance(any_step, KerasFunction) and isinstance(iterator, Iterator):
                    step = any_step.on_elements(iterator.element_spec)
                    known = weakref.ref(iterator)
            return step

        def trace_for_nothing(iterator: Any) -> None:
            """Traces the step where there is no batch at all: that builds model and metrics."""
            if isinstance(any_step, KerasFunction) and isinstance(iterator, Iterator):
                if not any_step.experimental_get_tracing_count():
                    any_step.get_concrete_function(iterator.element_spec)

        def function(iterator: Any) -> Any:
            """The results of the last of so many steps. Raises StopIteration without a batch."""
            step = step_of(iterator)
            take = iterator.__next__ if isinstance(iterator, Iterator) else iter(iterator).__next__
            if count == 1:
                try:
                    data = take()
                except (StopIteration, OutOfRangeError):
                    trace_for_nothing(iterator)
                    raise
                return step(without_optionals(data))
            if several is not None and isinstance(iterator, OwnedIterator):
                return several(iterator, lambda data: step(without_optionals(data)))
            outputs = None
            for _ in range(count):
                try:
                    data = take()
                except (StopIteration, OutOfRangeError):
                    if outputs is None:
                        raise
                    break
                outputs = step(without_optionals(data))
            return outputs

        return function

    if hasattr(trainer, "_make_function"):
        trainer._make_function = _make_function


def patch_callbacks(module: ModuleType) -> None:
    """Has `CallbackList`, in the module that defines it, call nobody where nobody listens."""
    callback_list = module.CallbackList
    own = vars(module.Callback)

    def quietly(name: str, others: tuple[str, ...]) -> None:
        keras_method = getattr(callback_list, name)

        def listens(callback: Any) -> bool:
            kind = type(callback)
            return any([getattr(kind, hook, None) is not own.get(hook) for hook in others]) or (
                not vars(callback).keys().isdisjoint(others)
            )

        def method(self: Any, batch: int, logs: Any = None) -> None:
            if any([listens(callback) for callback in self.callbacks]):
                keras_method(self, batch, logs)

        method.__name__, method.__doc__ = name, keras_method.__doc__
        setattr(callback_list, name, method)

    for kind in ("train", "test", "predict"):
        for when in ("begin", "end"):
            name = f"on_{kind}_batch_{when}"
            # Those of training are what the old names mean.
            quietly(name, (name, f"on_batch_{when}") if kind == "train" else (name,))
