"""The rows of sparse tensors as tensors of one element: what tf.map_fn and its like pass on.

A box holds a row as it is, and the values in it stay connected to tapes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.function import tracing
from tfcompat._src.host import HostTensor
from tfcompat._src.ops.creation import zeros
from tfcompat._src.sparse.common import assembled, chosen, coordinates, joined, sizes
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor_spec import TensorSpec


def _boxed(values: list[Any], shape: tuple[int, ...]) -> HostTensor:
    found = np.empty(len(values), object)
    for i, value in enumerate(values):
        found[i] = (value,)
    return HostTensor(found.reshape(shape), dtypes.variant)


def _recorded(function: Callable[..., Any], value: Any, specs: Any) -> Any:
    graph = tracing.current()
    if graph is None:
        return function(value)
    return graph.add_call(function, [value], name="sparse_rows", outputs=specs)


class SparseRows:
    """What stacks and takes apart values of a SparseTensorSpec."""

    def encoding_specs(self, spec: Any) -> Any:
        """One box for each value."""
        return [TensorSpec([], dtypes.variant)]

    def encode(self, spec: Any, value: Any, minimum_rank: int = 0) -> Any:
        """A box of the value, or a vector of those of its rows."""
        if not minimum_rank:
            return [_recorded(_one_box, value, TensorSpec([], dtypes.variant))]
        rows = value.shape[0] if value.shape.rank else None
        return [_recorded(_row_boxes, value, TensorSpec([rows], dtypes.variant))]

    def decode(self, spec: Any, encoding: Any) -> Any:
        """The value of a box, or the sparse tensor of a vector of boxes."""
        opened = _Opened(spec)
        if tracing.current() is None:
            return opened.value(encoding[0])
        return spec._from_components(_recorded(opened, encoding[0], spec.flatten()))


def _one_box(value: SparseTensor) -> HostTensor:
    return _boxed([value], ())


def _row_boxes(value: SparseTensor) -> HostTensor:
    shape, at = sizes(value), coordinates(value)
    # Elements of one row keep their order.
    order = np.argsort(at[:, 0], kind="stable")
    ends = np.cumsum(np.bincount(at[:, 0], minlength=shape[0]))[: shape[0] - 1]
    rows = [
        assembled(at[places][:, 1:], chosen(value._values, places), shape[1:])
        for places in (np.split(order, ends) if shape[0] else [])
    ]
    return _boxed(rows, (len(rows),))


class _Opened:
    """The value in a box, or the values of several in one tensor; called, its components."""

    def __init__(self, spec: Any) -> None:
        self._spec = spec

    def value(self, boxes: Any) -> SparseTensor:
        array = boxes._numpy()
        rows = [box[0] for box in array.reshape(-1).tolist() if box is not None]
        rank = self._spec.shape.rank or 1
        if not array.ndim and rows:
            return rows[0]
        if not rows:
            none = np.zeros((0, rank), np.int64)
            return assembled(none, zeros([0], self._spec.dtype), [0] * rank)
        places = [
            np.concatenate([np.full((len(row._indices._numpy()), 1), i), coordinates(row)], 1)
            for i, row in enumerate(rows)
        ]
        shape = np.max([sizes(row) for row in rows], axis=0)
        values = joined([row._values for row in rows])
        return assembled(np.concatenate(places), values, [len(rows), *shape])

    def __call__(self, boxes: Any) -> list[Any]:
        found = self.value(boxes)
        return [found._indices, found._values, found._dense_shape]


ROWS = SparseRows()
