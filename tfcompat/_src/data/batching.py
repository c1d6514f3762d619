"""Dataset.batch: rows one after the other become one element."""

from __future__ import annotations

from typing import Any

from tfcompat._src.data import rows, structure
from tfcompat._src.data.arguments import is_open, long
from tfcompat._src.data.dataset import DatasetV2, UnaryDataset, specs_of
from tfcompat._src.data.map_walks import MapWalk
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, IndexWalk, Through, Walk
from tfcompat._src.errors import invalid_argument


class BatchWalk(Through):
    """Batches of the elements of another walk."""

    def __init__(self, source: Walk, specs: list[Any], size: int, drop_remainder: bool) -> None:
        super().__init__(source)
        self._specs, self._size, self._drop = specs, size, drop_remainder
        if isinstance(source, IndexWalk):
            self.copied = size * source.table.row_bytes()
        # What a map gives is batched by the map itself, as TensorFlow does it.
        self._map = source if isinstance(source, MapWalk) else None
        self._stacked = source.stacks or self._map is not None
        self.stacks = False

    def take(self) -> Components:
        if self._map is not None:
            count, parts = self._map.take_batch(self._size)
        elif self._stacked:
            count, parts = self._source.take_stacked(self._size)
        else:
            elements = self._source.take_many(self._size)
            count, parts = len(elements), ()
        if not count or (self._drop and count < self._size):
            raise StopIteration
        columns = parts if self._stacked else zip(*elements, strict=True)
        found = []
        for spec, column in zip(self._specs, columns, strict=True):
            if self._stacked and column.__class__ is not list:
                found.append(column)
            else:
                found.append(rows.stack(spec, column, "Dataset.batch"))
        return tuple(found)

    take_many = Walk.take_many

    def skip(self, count: int) -> int:
        done = self._source.skip(count * self._size)
        return done // self._size if self._drop else -(-done // self._size)


def positive(value: Any, op: str, name: str, text: str) -> int:
    """A number greater than zero. Raises InvalidArgumentError for another."""
    found = long(value, op, name)
    if found <= 0:
        raise invalid_argument(op, f"{text} must be greater than zero. Received {name}={found}")
    return found


def batches_of(count: int, size: int, drop_remainder: bool) -> int:
    """How many batches there are of a number of elements."""
    if count < 0:
        return count
    return count // size if drop_remainder else -(-count // size)


class _BatchDataset(UnaryDataset):
    """Elements stacked along a new first axis."""

    def __init__(self, source: DatasetV2, batch_size: Any, drop_remainder: Any = False) -> None:
        super().__init__(source)
        self._size = positive(batch_size, "Dataset.batch", "batch_size", "Batch size")
        self._drop = False if is_open(drop_remainder) else bool(drop_remainder)
        known = self._size if self._drop and not is_open(batch_size) else None
        self._spec = structure.map_structure(
            lambda spec: rows.batch_spec(spec, known), source.element_spec
        )

    def _cardinality(self) -> int:
        return batches_of(self._source._cardinality(), self._size, self._drop)

    def _start(self, context: Context) -> Walk:
        source = self._source._start(context)
        return BatchWalk(source, specs_of(self._source), self._size, self._drop)


class _ParallelBatchDataset(_BatchDataset):
    """As _BatchDataset, where the number of parallel calls was given."""
