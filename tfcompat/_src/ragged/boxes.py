"""The rows of ragged tensors as tensors of one element: what tf.map_fn and its like pass on.

A box holds a row as it is, whatever its length, and the values in it stay connected to tapes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import DType
from tfcompat._src.function import tracing
from tfcompat._src.host import HostTensor
from tfcompat._src.ops.creation import zeros
from tfcompat._src.ragged.joining import joined_rows, with_rank
from tfcompat._src.ragged.partition import of_array
from tfcompat._src.ragged.splits import splits_of_lengths
from tfcompat._src.ragged.tensor import RaggedTensor, make, nested
from tfcompat._src.tensor_spec import TensorSpec


class _Box:
    __slots__ = ("value",)

    def __init__(self, value: Any) -> None:
        self.value = value


def _boxed(values: list[Any]) -> HostTensor:
    found = np.empty(len(values), object)
    for i, value in enumerate(values):
        found[i] = _Box(value)
    return HostTensor(found, dtypes.variant)


def _recorded(function: Callable[..., Any], value: Any, specs: Any) -> Any:
    graph = tracing.current()
    if graph is None:
        return function(value)
    return graph.add_call(function, [value], name="ragged_rows", outputs=specs)


class RaggedRows:
    """What stacks and takes apart values of a RaggedTensorSpec."""

    def encoding_specs(self, spec: Any) -> Any:
        """One box for each value."""
        return [TensorSpec([], dtypes.variant)]

    def encode(self, spec: Any, value: Any, minimum_rank: int = 0) -> Any:
        """A box of the value, or a vector of those of its rows."""
        if not minimum_rank:
            return [_recorded(_one_box, value, TensorSpec([], dtypes.variant))]
        rows = value.shape[0]
        return [_recorded(_row_boxes, value, TensorSpec([rows], dtypes.variant))]

    def decode(self, spec: Any, encoding: Any) -> Any:
        """The value of a box, or the ragged tensor of a vector of boxes."""
        boxes = encoding[0]
        one = boxes.shape.rank == 0
        opened: Any = _Opened(spec._dtype, spec._ragged_rank) if one else _Stacked(spec)
        if tracing.current() is None:
            return opened.value(boxes)
        components = spec.flatten()
        found = _recorded(opened, boxes, components)
        return spec._from_components(found)


def _one_box(value: Any) -> HostTensor:
    box = np.empty((), object)
    box[()] = _Box(value)
    return HostTensor(box, dtypes.variant)


def _row_boxes(value: Any) -> HostTensor:
    if isinstance(value, RaggedTensor):
        return _boxed(list(value))
    return _boxed([value[i] for i in range(value.shape[0])])


class _Opened:
    """The value in a box; called, its components."""

    def __init__(self, dtype: DType, levels: int) -> None:
        self._dtype = dtype
        self._levels = levels

    def value(self, boxes: Any) -> Any:
        found = boxes._numpy().item()
        if found is None:
            # An example, of nothing.
            return nested(zeros([0], self._dtype), [of_array(np.zeros(1, np.int64))] * self._levels)
        return found.value if self._levels else to_tensor(found.value, self._dtype)

    def __call__(self, boxes: Any) -> list[Any]:
        return _components(self.value(boxes))


class _Stacked:
    """The values of boxes, one after the other; called, its components."""

    def __init__(self, spec: Any) -> None:
        self._spec = spec

    def value(self, boxes: Any) -> Any:
        spec = self._spec
        levels, dtype = spec._ragged_rank - 1, spec._row_splits_dtype
        rows = [box.value for box in boxes._numpy().tolist() if box is not None]
        if not rows:
            sizes = spec._shape[spec._ragged_rank + 1 :]
            inner = [] if sizes.rank is None else [n or 0 for n in sizes.as_list()]
            empty = [of_array(np.zeros(1, np.int64), dtype)] * (levels + 1)
            return nested(zeros([0, *inner], spec._dtype), empty)
        if levels:
            rows = [with_rank(row, levels, dtype).with_row_splits_dtype(dtype) for row in rows]
            lengths = [row._partition.array.shape[0] - 1 for row in rows]
        else:
            rows = [to_tensor(row, spec._dtype) for row in rows]
            lengths = [row._shape[0] for row in rows]
        splits = splits_of_lengths(np.asarray(lengths, np.int64))
        return make(joined_rows(rows), of_array(splits, dtype))

    def __call__(self, boxes: Any) -> list[Any]:
        return _components(self.value(boxes))


def _components(value: Any) -> list[Any]:
    if isinstance(value, RaggedTensor):
        return [value.flat_values, *value.nested_row_splits]
    return [value]


ROWS = RaggedRows()
