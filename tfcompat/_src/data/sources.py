"""Datasets whose elements come from memory, a range or a generator."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.data import structure
from tfcompat._src.data.arguments import INFINITE, long
from tfcompat._src.data.dataset import DatasetSource
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, Numbers, State, Table, TableWalk, Walk
from tfcompat._src.dtypes import as_dtype
from tfcompat._src.errors import invalid_argument
from tfcompat._src.tensor_spec import TensorSpec


class SingleWalk(Walk):
    """One element."""

    def __init__(self, parts: Components) -> None:
        self._parts = parts
        self._done = False

    def take(self) -> Components:
        if self._done:
            raise StopIteration
        self._done = True
        return self._parts

    def state(self) -> State:
        return {"done": self._done}

    def restore(self, state: State) -> None:
        self._done = state["done"]


class _TensorDataset(DatasetSource):
    """One element."""

    def __init__(self, element: Any) -> None:
        self._spec, self._parts = structure.encode(element, "from_tensors")

    def _cardinality(self) -> int:
        return 1

    def _start(self, context: Context) -> Walk:
        return SingleWalk(self._parts)


class _TensorSliceDataset(DatasetSource):
    """The rows of tensors."""

    def __init__(self, element: Any) -> None:
        from tfcompat._src.data.rows import columns

        whole, parts = structure.encode(element, "from_tensor_slices")
        if all(part is None for part in parts):
            raise ValueError(
                f"Dataset.from_tensor_slices: received {element!r}, in which is no tensor. "
                "`element` should not be empty."
            )
        specs, found, self._count = columns(structure.flatten(whole), parts)
        self._spec = structure.pack(whole, specs)
        self._columns = found

    def _cardinality(self) -> int:
        return self._count

    def _table(self) -> Table:
        return Table(self._columns, range(self._count))

    def _start(self, context: Context) -> Walk:
        return TableWalk(self._table())


class _RangeDataset(DatasetSource):
    """Evenly spaced numbers."""

    def __init__(self, *args: Any, output_type: Any = None) -> None:
        if not 1 <= len(args) <= 3:
            raise ValueError(
                "Invalid `args`. The length of `args` should be between 1 and 3 but was "
                f"{len(args)}."
            )
        found = [long(arg, "Dataset.range") for arg in args]
        start, stop = (0, found[0]) if len(found) == 1 else found[:2]
        step = found[2] if len(found) == 3 else 1
        if step == 0:
            raise invalid_argument("Dataset.range", "step must be a non-zero integer.")
        dtype = as_dtype("int64" if output_type is None else output_type)
        if dtype.is_quantized or not (dtype.is_integer or dtype.is_floating or dtype.is_complex):
            raise invalid_argument(
                "Dataset.range", f"received output_type={dtype!r}; expected a type of numbers"
            )
        self._spec = TensorSpec([], dtype)
        self._numbers = Numbers(range(start, stop, step), dtype.as_numpy_dtype)

    def _cardinality(self) -> int:
        return len(self._numbers)

    def _table(self) -> Table:
        return Table((self._numbers,), range(len(self._numbers)))

    def _start(self, context: Context) -> Walk:
        return TableWalk(self._table())


class CounterWalk(Walk):
    """Numbers without end."""

    stacks = True

    def __init__(self, start: int, step: int, dtype: Any) -> None:
        self._next, self._step, self._dtype = start, step, np.dtype(dtype)

    def take(self) -> Components:
        found = np.array(self._next, self._dtype)
        self._next += self._step
        return (found,)

    def take_stacked(self, count: int) -> tuple[int, Components]:
        found = np.arange(count, dtype=np.int64) * self._step + self._next
        self._next += count * self._step
        return count, (found.astype(self._dtype, copy=False),)

    def state(self) -> State:
        return {"next": self._next}

    def restore(self, state: State) -> None:
        self._next = state["next"]


class _CounterDataset(DatasetSource):
    """Numbers without end."""

    def __init__(self, start: Any = 0, step: Any = 1, dtype: Any = "int64") -> None:
        self._begin, self._step = long(start, "Dataset.counter"), long(step, "Dataset.counter")
        self._spec = TensorSpec([], dtype)

    def _cardinality(self) -> int:
        return INFINITE

    def _start(self, context: Context) -> Walk:
        return CounterWalk(self._begin, self._step, self._spec.dtype.as_numpy_dtype)
