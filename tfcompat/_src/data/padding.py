"""Dataset.padded_batch: elements of different shapes, padded at their ends."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src.convert import to_tensor
from tfcompat._src.data import structure
from tfcompat._src.data.batching import batches_of, positive
from tfcompat._src.data.dataset import DatasetV2, UnaryDataset, specs_of
from tfcompat._src.data.structure import Components
from tfcompat._src.data.walks import Context, Through, Walk
from tfcompat._src.dtypes import int64
from tfcompat._src.errors import DataLossError, invalid_argument
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec

_OP = "Dataset.padded_batch"
Shape = tuple[int | None, ...]


def padded(parts: Sequence[Any], shape: Shape, fill: Any) -> np.ndarray[Any, Any]:
    """Arrays along a new first axis, filled up to a shape; sizes of None are the largest."""
    first = parts[0]
    given = [part.shape for part in parts]
    rank = len(shape)
    for found in given:
        if len(found) != rank:
            raise invalid_argument(
                _OP,
                "All elements in a batch must have the same rank as the padded shape for component "
                f": expected rank {rank} but got element with rank {len(found)}",
            )
    sizes = [
        max([found[axis] for found in given]) if size is None else size
        for axis, size in enumerate(shape)
    ]
    for found in given:
        if any(size < own for size, own in zip(sizes, found, strict=True)):
            raise DataLossError(
                None,
                None,
                f"{_OP}: Attempted to pad to a smaller size than the input element: received shape "
                f"{found}, padded to {tuple(sizes)}",
            )
    out = np.empty((len(parts), *sizes), first.dtype)
    if any(list(found) != sizes for found in given):
        out.fill(fill) if out.dtype != object else out.reshape(-1).__setitem__(slice(None), fill)
    for row, part in zip(out, parts, strict=True) if rank else ():
        row[tuple([slice(size) for size in part.shape])] = part
    if not rank:
        for at, part in enumerate(parts):
            out[at, ...] = part  # out[at] would keep a string as an array
    return out


class PaddedBatchWalk(Through):
    """Batches of elements that are padded."""

    def __init__(
        self, source: Walk, size: int, shapes: list[Shape], fills: list[Any], drop: bool
    ) -> None:
        super().__init__(source)
        self.stacks = False
        self._size, self._shapes, self._fills, self._drop = size, shapes, fills, drop

    def take(self) -> Components:
        elements = self._source.take_many(self._size)
        if not elements or (self._drop and len(elements) < self._size):
            raise StopIteration
        columns = zip(*elements, strict=True)
        return tuple(
            [
                padded(column, shape, fill)
                for column, shape, fill in zip(columns, self._shapes, self._fills, strict=True)
            ]
        )

    take_many = Walk.take_many
    skip = Walk.skip


def _shape_of(given: Any, spec: TensorSpec) -> TensorShape:
    """A padded shape. Raises ValueError or TypeError for what is none, or does not fit."""
    if isinstance(given, (TensorShape, type(None))) or (given.__class__ is int and given >= 0):
        shape = TensorShape([given] if given.__class__ is int else given)
    elif isinstance(given, Tensor):
        if given._dtype is not int64 or len(given._shape) != 1:
            raise TypeError(
                f"Padded shape {given!r} must be a `tf.int64` vector tensor, but its type was "
                f"{given._dtype.name} and its shape {given._shape}."
            )
        shape = TensorShape([None if d < 0 else d for d in given._numpy().tolist()])
    else:
        array = np.asarray([-1 if d is None else d for d in _sizes(given)])
        shape = TensorShape([None if d < 0 else int(d) for d in array])
    if shape.rank is None:
        raise ValueError(f"{_OP}: received the padded shape {given!r}; expected a known rank")
    own = spec.shape
    if own.rank is None:
        return shape
    fits = shape.rank == own.rank and all(
        wanted is None or size is None or size <= wanted
        for wanted, size in zip(shape, own, strict=True)
    )
    if not fits:
        raise ValueError(
            f"The padded shape {tuple(shape.as_list()) if shape.rank is not None else shape} is "
            f"not compatible with the shape {tuple(own.as_list())} of the corresponding input "
            "component."
        )
    return shape


def _sizes(given: Any) -> Any:
    if isinstance(given, (list, tuple)) or (isinstance(given, np.ndarray) and given.ndim == 1):
        return given
    raise ValueError(
        f"Padded shape {given} must be a `tf.int64` vector tensor, but its shape was "
        f"{np.shape(given)}."
    )


def _shapes(specs: list[TensorSpec], like: Any, given: Any) -> list[TensorShape]:
    if given is not None:
        found = structure.flatten_up_to(like, given, _OP)
        return [_shape_of(shape, spec) for shape, spec in zip(found, specs, strict=True)]
    for place, spec in enumerate(specs):
        if spec.shape.rank is None:
            raise ValueError(
                f"You must provide `padded_shapes` argument because component {place} has unknown "
                "rank."
            )
    return [spec.shape for spec in specs]


def _fills(specs: list[TensorSpec], like: Any, given: Any) -> list[Any]:
    single = not structure.is_nested(given)
    values = [given] * len(specs) if single else structure.flatten_up_to(like, given, _OP)
    return [_fill(value, spec) for value, spec in zip(values, specs, strict=True)]


def _fill(value: Any, spec: TensorSpec) -> Any:
    if value is None:
        return b"" if spec.dtype.name == "string" else np.zeros((), spec.dtype.as_numpy_dtype)
    tensor = to_tensor(value)
    if tensor._shape != ():
        raise ValueError(
            f"Invalid `padding_values`. `padding_values` should be scalar tensors, received "
            f"{value!r}."
        )
    if tensor._dtype is not spec.dtype:
        raise TypeError(
            f"Invalid `padding_values`. `padding_values` values type {tensor._dtype!r} does not "
            f"match type {spec.dtype!r} of the corresponding input component."
        )
    return tensor._numpy()[()]


class _PaddedBatchDataset(UnaryDataset):
    """Batches of elements that are padded."""

    def __init__(
        self,
        source: DatasetV2,
        batch_size: Any,
        padded_shapes: Any = None,
        padding_values: Any = None,
        drop_remainder: Any = False,
    ) -> None:
        super().__init__(source)
        specs = specs_of(source)
        for spec in specs:
            if not isinstance(spec, TensorSpec):
                raise TypeError(
                    f"`padded_batch` is only supported for datasets that produce tensor elements "
                    f"but type spec of elements in the input dataset is not a subclass of "
                    f"TensorSpec: `{spec}`."
                )
        like = source.element_spec
        shapes = _shapes(specs, like, padded_shapes)
        self._shapes: list[Shape] = [tuple(shape.as_list()) for shape in shapes]
        self._fills = _fills(specs, like, padding_values)
        self._size = positive(batch_size, _OP, "batch_size", "Batch size")
        self._drop = bool(drop_remainder)
        known = self._size if self._drop else None
        self._spec = structure.pack(
            like,
            [
                TensorSpec(TensorShape([known]).concatenate(shape), spec.dtype)
                for shape, spec in zip(shapes, specs, strict=True)
            ],
        )

    def _cardinality(self) -> int:
        return batches_of(self._source._cardinality(), self._size, self._drop)

    def _start(self, context: Context) -> Walk:
        source = self._source._start(context)
        return PaddedBatchWalk(source, self._size, self._shapes, self._fills, self._drop)
