"""Arrays that are given to fit, evaluate and predict as a tf.data.Dataset of batches.

Keras makes one of eight datasets. Here it is one, with the same elements in the same order.
"""

from __future__ import annotations

from types import ModuleType
from typing import Any

import numpy as np

from tfcompat._src.data import structure
from tfcompat._src.data.dataset import DatasetSource
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Walk
from tfcompat._src.ops import random_seeds
from tfcompat._src.python_values import to_array
from tfcompat._src.randomness import sampling
from tfcompat._src.randomness.philox import Stream, make_stream
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import NoneTensorSpec, TensorSpec
from tfcompat._src.variable import Variable

_Array = np.ndarray[Any, Any]


class _ArrayBatches(DatasetSource):
    """Batches of rows.

    shuffle: True for all rows in a random order, "batch" for those of each batch.
    """

    def __init__(self, inputs: Any, rows: int, size: int, shuffle: Any) -> None:
        leaves = [_column(leaf) for leaf in structure.flatten(inputs)]
        first = size if rows % size == 0 else None
        specs = [
            NoneTensorSpec() if dtype is None else TensorSpec([first, *column.shape[1:]], dtype)
            for column, dtype in leaves
        ]
        self._spec = structure.pack(inputs, specs)
        self._columns = [column for column, _ in leaves]
        self._rows, self._size, self._shuffle = rows, size, shuffle
        self._seeds = random_seeds.seeds_of_graph()
        self._order: _Array | None = None

    def _cardinality(self) -> int:
        return -(-self._rows // self._size)

    def _start(self, context: Context) -> Walk:
        return _BatchWalk(self._columns, self._rows, self._size, self._stream(), self._made_order())

    def _stream(self) -> Any:
        if self._shuffle != "batch":
            return None
        return _stream_of(self._seeds) if self._seeds else random_seeds.unpredictable()

    def _made_order(self) -> _Array | None:
        if not self._shuffle or self._shuffle == "batch":
            return None
        if self._seeds is None:
            return sampling.permutation(random_seeds.unpredictable(), self._rows)
        if self._order is None:
            # With a global seed each epoch has the same order, as on TensorFlow.
            self._order = sampling.permutation(_stream_of(self._seeds), self._rows)
        return self._order


def _stream_of(seeds: tuple[int, int]) -> Stream:
    return make_stream(seeds[0], 0, seeds[1])


class _BatchWalk(Walk):
    """A pass over batches; stream: what the rows of each batch are shuffled with."""

    def __init__(
        self, columns: list[Any], rows: int, size: int, stream: Any, order: _Array | None
    ) -> None:
        self._columns, self._rows, self._size = columns, rows, size
        self._stream, self._order = stream, order
        self._at = 0

    def take(self) -> Components:
        start = self._at
        if start >= self._rows:
            raise StopIteration
        stop = self._at = min(start + self._size, self._rows)
        order = self._order
        if self._stream is not None:
            chosen = sampling.permutation(self._stream, stop - start) + start
            if isinstance(self._stream, Stream):
                self._stream = self._stream.skip((stop - start + 3) // 4)
        elif order is not None:
            chosen = order[start:stop]
        else:
            return tuple([None if c is None else c[start:stop] for c in self._columns])
        return tuple([None if c is None else c.take(chosen, 0) for c in self._columns])

    def skip(self, count: int) -> int:
        found = 0
        while found < count and self._at < self._rows:
            self.take()
            found += 1
        return found

    def state(self) -> State:
        stream = self._stream
        return {
            "at": self._at,
            "order": self._order,
            "stream": list(stream) if isinstance(stream, Stream) else None,
        }

    def restore(self, state: State) -> None:
        self._at, self._order = state["at"], state["order"]
        if state["stream"] is not None:
            self._stream = Stream(*state["stream"])


def _column(leaf: Any) -> tuple[Any, Any]:
    if leaf is None:
        return None, None
    if isinstance(leaf, (Tensor, Variable)):
        tensor = leaf.value() if isinstance(leaf, Variable) else leaf
        return tensor._numpy(), tensor._dtype
    return to_array(leaf)


def _is_plain(leaf: Any) -> bool:
    """Whether a leaf is a dense array or tensor, or None."""
    if leaf is None or isinstance(leaf, (Tensor, Variable)):
        return True
    return isinstance(leaf, np.ndarray) and not leaf.dtype.names


def patch(module: ModuleType) -> None:
    """Has the adapter of arrays, in the module that defines it, make such a dataset."""
    adapter = module.ArrayDataAdapter
    slicing, tree = module.array_slicing, module.tree
    keras_dataset = adapter.get_tf_dataset

    def get_tf_dataset(self: Any) -> Any:
        """The arrays as a tf.data.Dataset of batches."""
        inputs = slicing.convert_to_sliceable(self._inputs, target_backend="tensorflow")
        inputs = tree.lists_to_tuples(inputs)
        if not all([_is_plain(leaf) for leaf in structure.flatten(inputs)]):
            return keras_dataset(self)
        return _ArrayBatches(inputs, self._num_samples, self._batch_size, self._shuffle)

    adapter.get_tf_dataset = get_tf_dataset
