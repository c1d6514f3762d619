"""Several steps of a model as one program: `steps_per_execution` where loops are compiled.

A short step takes less time to compute than to be called. On a backend that compiles loops, as many
batches as an execution has go into one loop; on others, calling step by step is as fast. So it is
for steps that take long: XLA computes convolutions in a loop on a CPU slower than outside of one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from time import perf_counter
from typing import Any

import numpy as np

from tfcompat._src import dispatch, nest
from tfcompat._src.control_flow import while_loop
from tfcompat._src.convert import to_tensor
from tfcompat._src.data.iterator import OwnedIterator
from tfcompat._src.data.structure import flatten, from_components
from tfcompat._src.errors import OutOfRangeError
from tfcompat._src.keras.facade.execution import function as traced
from tfcompat._src.ops.creation import zeros
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

Batch = Sequence[Any]
Step = Callable[[Any], Any]

# Of a step, in seconds: what a call costs is a tenth of that.
SHORT = 5e-4
# Groups of steps: the first is compiled, the second is measured.
_MEASURED = 2


def loops_are_programs() -> bool:
    """Whether this backend compiles loops."""
    return bool(getattr(dispatch.backend(), "compiles_ops", False))


class Execution:
    """A step that is called for several batches, in the end by one program for all of them."""

    def __init__(self, step: Step, count: int, jit_compile: Any) -> None:
        self._step, self._count = step, count
        self._program = traced(self._loop, jit_compile=jit_compile)
        self._groups = 0
        # What a step gives, once the program is to be used.
        self._like: Any = None
        self._results: list[TensorSpec] | None = None

    def __call__(self, iterator: OwnedIterator, step: Step) -> Any:
        """The results of the last step; `step` is the one for single batches.

        Raises StopIteration without a batch, and what the iterator raises instead of one.
        """
        spec = iterator.element_spec
        batches, error = _taken(iterator, self._count)
        whole = len(batches) == self._count
        if whole and self._results is not None and _are_alike(spec, batches):
            columns = [np.stack(column) for column in zip(*batches, strict=True)]
            found = self._program(from_components(spec, columns))
            return nest.pack_sequence_as(self._like, list(found))
        outputs = None
        started = perf_counter()
        for batch in batches:
            outputs = step(from_components(spec, batch))
        if error is not None:
            raise error
        if whole and self._groups < _MEASURED:
            self._learn(outputs, started)
        return outputs

    def _learn(self, outputs: Any, started: float) -> None:
        """Decides, after some groups of steps, whether the program is worth it."""
        leaves = nest.flatten(outputs)
        if not all([isinstance(leaf, Tensor) and leaf.dtype.is_numeric for leaf in leaves]):
            return
        for leaf in leaves:
            leaf._numpy()  # until then the steps may still be computed
        self._groups += 1
        if self._groups == _MEASURED and perf_counter() - started < SHORT * self._count:
            self._like = outputs
            self._results = [TensorSpec(leaf.shape, leaf.dtype) for leaf in leaves]

    def _loop(self, data: Any) -> Any:
        def body(at: Any, *last: Any) -> Any:
            outputs = self._step(nest.map_structure(lambda x: x[at], data))
            return at + 1, *nest.flatten(outputs)

        empty = [zeros(spec.shape, spec.dtype) for spec in self._results or ()]
        return while_loop(lambda at, *_: at < self._count, body, [to_tensor(0), *empty])[1:]


def _taken(iterator: OwnedIterator, count: int) -> tuple[list[Batch], BaseException | None]:
    """The components of as many batches as there are, and what came instead of the next one."""
    found: list[Batch] = []
    while len(found) < count:
        try:
            found.append(iterator._components())
        except (StopIteration, OutOfRangeError) as end:
            return found, None if found else end
        except BaseException as error:
            return found, error
    return found, None


def _are_alike(spec: Any, batches: Sequence[Batch]) -> bool:
    """Whether batches are of one shape, and of numbers."""
    if not all([type(kind) is TensorSpec and kind.dtype.is_numeric for kind in flatten(spec)]):
        return False
    shapes = [[part.shape for part in batch] for batch in batches]
    return all([other == shapes[0] for other in shapes])
