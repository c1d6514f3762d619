"""Results of the feature lists of sequences: features that every step has."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.dtypes import DType
from tfcompat._src.errors import invalid_argument
from tfcompat._src.parsing import wire
from tfcompat._src.parsing.columns import Column, column
from tfcompat._src.parsing.features import (
    FixedLenSequenceFeature,
    RaggedFeature,
    VarLenFeature,
)
from tfcompat._src.parsing.plan import (
    DENSE,
    SPARSE,
    Plan,
    name_of,
    ragged_maker,
)
from tfcompat._src.parsing.results import (
    NAMES,
    Array,
    Columns,
    Dims,
    Maker,
    Rows,
    Sparse,
    coordinates,
    padded,
    shown,
)
from tfcompat._src.parsing.rows import Ragged, splits_of
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor_spec import TensorSpec


class Steps:
    """A feature of all steps of all examples.

    column: of the steps one after the other. lengths: how many each example has. there: whether it
    has the list at all.
    """

    def __init__(self, key: bytes, found: list[Any], kind: int, rows: Rows) -> None:
        self.there = np.array([steps is not None for steps in found], np.bool_)
        self.lengths = np.array([len(steps or ()) for steps in found], np.int64)
        flat = [pair for steps in found for pair in steps or ()]
        self.column = column(flat, kind)
        bad = (self.column.kinds != kind) & (self.column.kinds != wire.NOTHING)
        if bad.any():
            row, step = self.at(int(bad.argmax()))
            raise invalid_argument(
                rows.op,
                f"Name: {rows.called(row)}, Feature list: {shown(key)}, Index: {step}.  Data types "
                f"don't match. Expected type: {NAMES[kind]}",
            )

    def at(self, flat: int) -> tuple[int, int]:
        """The example and the step of one among all steps."""
        row, step = coordinates(self.lengths)
        return int(row[flat]), int(step[flat])


class StepPadded(Maker):
    """Rows of one shape, one for each step, as many as the longest sequence has."""

    def __init__(self, name: bytes, dtype: DType, shape: tuple[int, ...], optional: bool) -> None:
        super().__init__(name)
        self.dtype, self.shape, self.optional = dtype, shape, optional
        self.size = int(np.prod(shape))

    def arrays(self, columns: Columns, rows: Rows) -> list[Array]:
        steps: Any = columns[self.name]
        if not (self.optional or steps.there.all()):
            row = int((~steps.there).argmax())
            raise invalid_argument(
                rows.op,
                f"Name: {rows.called(row)}, Feature list '{shown(self.name)}' is required but "
                "could not be found.  Did you mean to set allow_missing?",
            )
        wrong = steps.column.counts != self.size
        if wrong.any():
            row, step = steps.at(int(wrong.argmax()))
            raise invalid_argument(
                rows.op,
                f"Name: {rows.called(row)}, Key: {shown(self.name)}, Index: {step}.  Number of "
                f"values != expected.  values size: {steps.column.counts[wrong][0]} but output "
                f"shape: {list(self.shape)}",
            )
        whole = Column(steps.column.values, steps.lengths * self.size, steps.there)
        fill: Any = b"" if self.dtype is dtypes.string else 0
        return [padded(whole, fill, rows.batched, self.shape)]

    def specs(self, batch: Dims) -> list[TensorSpec]:
        shape = None if batch is None else (*batch, None, *self.shape)
        return [TensorSpec(TensorShape(shape), self.dtype)]


class StepSparse(Sparse):
    """Values, any number in each step."""

    def arrays(self, columns: Columns, rows: Rows) -> list[Array]:
        steps: Any = columns[self.name]
        flat, place = coordinates(steps.column.counts)
        row, step = coordinates(steps.lengths)
        parts = [row[flat], step[flat], place] if rows.batched else [step[flat], place]
        most = [steps.lengths.max(initial=0), steps.column.counts.max(initial=0)]
        shape = [rows.count, *most] if rows.batched else most
        return [np.stack(parts, 1), steps.column.values, np.array(shape, np.int64)]

    def _dims(self) -> tuple[int | None, ...]:
        return (None, None)


class StepRagged(Ragged):
    """Values, any number in each step, cut into rows."""

    extra = 1

    def arrays(self, columns: Columns, rows: Rows) -> list[Array]:
        every: Mapping[bytes, Any] = columns
        outer = splits_of(every[self.key].lengths)
        steps = Rows(rows.op, len(every[self.key].column.counts), rows.batched, (), outer)
        return super().arrays({key: every[key].column for key in every}, steps)


def _padded(plan: Plan, key: Any, feature: Any) -> Maker:
    kind = plan.read(key, feature.dtype, DENSE, feature)
    if feature.shape is None:
        raise ValueError(
            f"{plan.op}: Missing shape for feature {shown(key)}. Received feature={feature!r}."
        )
    shape: Any = tuple(TensorShape(feature.shape).as_list())
    return StepPadded(name_of(key), kind, shape, bool(feature.allow_missing))


def _sparse(plan: Plan, key: Any, feature: Any) -> Maker:
    return StepSparse(name_of(key), plan.read(key, feature.dtype, SPARSE, feature))


def _ragged(plan: Plan, key: Any, feature: Any) -> Maker:
    return ragged_maker(plan, key, feature, StepRagged)


STEP_MAKERS: Mapping[type, Callable[..., Maker]] = {
    FixedLenSequenceFeature: _padded,
    VarLenFeature: _sparse,
    RaggedFeature: _ragged,
}
