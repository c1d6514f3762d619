"""Rows of batches: unbatch, and batches of another size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import convert_to_tensor
from tfcompat._src.data import rows, structure
from tfcompat._src.data.arguments import UNKNOWN
from tfcompat._src.data.dataset import DatasetV2, UnaryDataset, specs_of
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, State, Table, Walk
from tfcompat._src.errors import invalid_argument
from tfcompat._src.ragged.spec import RaggedTensorSpec
from tfcompat._src.tensor_spec import NoneTensorSpec, TensorSpec


class UnbatchWalk(Walk):
    """The rows of the elements of another walk."""

    def __init__(self, source: Walk, specs: list[Any]) -> None:
        self._source, self._specs = source, specs
        self._element: Components | None = None
        self._table = Table((), range(0))
        self._count = self._at = 0
        self.stacks = all(isinstance(spec, TensorSpec) for spec in specs)

    def _next(self) -> None:
        element = self._source.take()
        self._use(element)

    def _use(self, element: Components) -> None:
        found: list[Any] = []
        counts = set()
        for spec, part in zip(self._specs, element, strict=True):
            if isinstance(spec, NoneTensorSpec):
                found.append(None)
                continue
            if spec.__class__ is TensorSpec and not part.ndim:
                raise invalid_argument(
                    "Dataset.unbatch", "Input element must be non-scalar in unbatch."
                )
            column = part if spec.__class__ is TensorSpec else rows.Values(rows.unstack(spec, part))
            counts.add(len(column))
            found.append(column)
        if len(counts) > 1:
            raise invalid_argument(
                "Dataset.unbatch",
                "Input element must have the same batch size in each component. Received "
                f"{sorted(counts)}",
            )
        self._count = counts.pop() if counts else 0
        columns = [rows.Values([None] * self._count) if c is None else c for c in found]
        self._table = Table(columns, range(self._count))
        self._element, self._at = element, 0

    def take(self) -> Components:
        while self._at >= self._count:
            self._next()
        self._at += 1
        return self._table.row(self._at - 1)

    def take_stacked(self, count: int) -> tuple[int, Components]:
        from tfcompat._src.data.basic import joined

        pieces: list[Components] = []
        left = count
        while left:
            if self._at >= self._count:
                try:
                    self._next()
                except StopIteration:
                    break
                continue
            span = range(self._at, min(self._count, self._at + left))
            pieces.append(self._table.span(span))
            self._at = span.stop
            left -= len(span)
        return count - left, _checked(pieces, joined)

    def state(self) -> State:
        element = None if self._element is None else list(self._element)
        return {"source": self._source.state(), "element": element, "at": self._at}

    def restore(self, state: State) -> None:
        self._source.restore(state["source"])
        if state["element"] is not None:
            self._use(tuple(state["element"]))
            self._at = state["at"]

    def close(self) -> None:
        self._source.close()


def _checked(pieces: list[Components], joined: Any) -> Components:
    """The pieces in one, or lists of rows where their shapes differ."""
    if not pieces:
        return ()
    first = pieces[0]
    for piece in pieces[1:]:
        if any(a.shape[1:] != b.shape[1:] for a, b in zip(first, piece, strict=True)):
            columns = zip(*pieces, strict=True)
            return tuple([[row for part in column for row in part] for column in columns])
    found: Components = joined(pieces)
    return found


def _rows_of(specs: list[Any], op: str) -> int | None:
    """How many rows elements have, if that is known. Raises ValueError for different numbers."""
    size: int | None = None
    for spec in specs:
        if isinstance(spec, (TensorSpec, RaggedTensorSpec)):
            length = spec.shape[0] if spec.shape.rank else None
            if length is not None and size is not None and length != size:
                raise ValueError(
                    f"`{op}()` is only supported for datasets of elements whose components have a "
                    f"matching leading dimension. Encountered both {size} and {length}."
                )
            size = length if size is None else size
    return size


class _UnbatchDataset(UnaryDataset):
    """The rows of the elements of a dataset."""

    def __init__(self, source: DatasetV2) -> None:
        super().__init__(source)
        specs = specs_of(source)
        if any(isinstance(spec, TensorSpec) and spec.shape.rank == 0 for spec in specs):
            raise ValueError("Cannot unbatch an input with scalar components.")
        found = [rows.unbatched(spec) for spec in specs]
        self._spec = structure.pack(source.element_spec, found)
        self._size = _rows_of(specs, "unbatch")

    def _cardinality(self) -> int:
        found = self._source._cardinality()
        if found < 0:
            return found
        return found * self._size if self._size else UNKNOWN

    def _start(self, context: Context) -> Walk:
        return UnbatchWalk(self._source._start(context), specs_of(self._source))


class RebatchWalk(Walk):
    """Rows in batches of sizes that take turns."""

    def __init__(self, source: UnbatchWalk, specs: list[Any], sizes: list[int], drop: bool) -> None:
        self._source, self._specs, self._sizes, self._drop = source, specs, sizes, drop
        self._turn = 0

    def take(self) -> Components:
        size = self._sizes[self._turn]
        elements = self._source.take_many(size)
        if not elements or (self._drop and len(elements) < size):
            raise StopIteration
        self._turn = (self._turn + 1) % len(self._sizes)
        columns = zip(*elements, strict=True)
        pairs = zip(self._specs, columns, strict=True)
        return tuple([rows.stack(spec, column, "Dataset.rebatch") for spec, column in pairs])

    def state(self) -> State:
        return {"source": self._source.state(), "turn": self._turn}

    def restore(self, state: State) -> None:
        self._source.restore(state["source"])
        self._turn = state["turn"]

    def close(self) -> None:
        self._source.close()


class _RebatchDataset(UnaryDataset):
    """Batches of other sizes."""

    def __init__(self, source: DatasetV2, sizes: Sequence[int], drop: bool) -> None:
        super().__init__(source)
        self._sizes, self._drop = list(sizes), drop
        for spec in specs_of(source):
            if isinstance(spec, TensorSpec) and spec.shape.rank == 0:
                raise ValueError(
                    "Invalid `batch_sizes`. Expected dataset with rank of >= 1 but found a dataset "
                    "with scalar elements. Fix the issue by adding the `batch` transformation to "
                    "the dataset."
                )
        known = self._sizes[0] if len(set(self._sizes)) == 1 else None
        count = _rows_of(specs_of(source), "rebatch")
        if known and not drop and (count is None or count % known):
            known = None
        self._inner = [rows.unbatched(spec) for spec in specs_of(source)]
        found = [rows.batch_spec(spec, known) for spec in self._inner]
        self._spec = structure.pack(source.element_spec, found)

    def _start(self, context: Context) -> Walk:
        source = UnbatchWalk(self._source._start(context), specs_of(self._source))
        return RebatchWalk(source, self._inner, self._sizes, self._drop)


def rebatched(dataset: DatasetV2, batch_size: Any, drop_remainder: bool) -> DatasetV2:
    """Batches of another size, or of a list of sizes in turn."""
    sizes = np.atleast_1d(convert_to_tensor(batch_size, dtypes.int64)._numpy())
    if sizes.ndim > 1 or not sizes.size or (sizes < 1).any():
        raise invalid_argument(
            "Dataset.rebatch",
            f"batch_size must be positive integers, received {batch_size!r}",
        )
    return _RebatchDataset(dataset, sizes.tolist(), bool(drop_remainder))
