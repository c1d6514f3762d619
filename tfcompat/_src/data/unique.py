"""Dataset.unique: elements that have not been before."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.data.arguments import UNKNOWN
from tfcompat._src.data.dataset import DatasetV2, UnchangedDataset, specs_of
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Through, Walk
from tfcompat._src.errors import invalid_argument
from tfcompat._src.tensor_spec import TensorSpec

_SUPPORTED = (dtypes.int32, dtypes.int64, dtypes.string)


class UniqueWalk(Through):
    """Elements that have not been before."""

    def __init__(self, source: Walk) -> None:
        super().__init__(source)
        self.stacks = False
        self._seen: set[Any] = set()
        self._order: list[Components] = []

    def take(self) -> Components:
        while True:
            found = self._source.take()
            if self._is_new(found):
                self._order.append(found)
                return found

    def _is_new(self, element: Components) -> bool:
        (part,) = element
        values = tuple(part.reshape(-1).tolist()) if part.dtype == object else part.tobytes()
        key = (part.shape, values)
        if key in self._seen:
            return False
        self._seen.add(key)
        return True

    take_many = Walk.take_many
    skip = Walk.skip

    def state(self) -> State:
        return {"seen": [list(x) for x in self._order], "source": self._source.state()}

    def restore(self, state: State) -> None:
        self._seen, self._order = set(), [tuple(x) for x in state["seen"]]
        for element in self._order:
            self._is_new(element)
        self._source.restore(state["source"])


class _UniqueDataset(UnchangedDataset):
    """Elements that have not been before."""

    def __init__(self, source: DatasetV2) -> None:
        super().__init__(source)
        specs = specs_of(source)
        for spec in specs:
            dtype = getattr(spec, "dtype", spec)
            if dtype not in _SUPPORTED:
                raise TypeError(
                    f"`tf.data.Dataset.unique` does not support type {dtype!r} -- only `tf.int32`, "
                    "`tf.int64`, and `tf.string` are supported."
                )
        if len(specs) != 1 or not isinstance(specs[0], TensorSpec):
            raise invalid_argument(
                "Dataset.unique", f"received {specs}; expected elements of a single dense component"
            )

    def _cardinality(self) -> int:
        return UNKNOWN

    def _start(self, context: Context) -> Walk:
        return UniqueWalk(self._source._start(context))
