"""Rows of components and batches of them, for every kind of type."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src import nest
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor_spec import NoneTensorSpec, TensorSpec


class Values:
    """A column of values that are no arrays."""

    def __init__(self, items: Sequence[Any]) -> None:
        self.items = list(items)
        self.shape = (len(self.items),)

    def __len__(self) -> int:
        return len(self.items)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return Values(self.items[key])
        if isinstance(key, np.ndarray):
            return [self.items[i] for i in key.tolist()]
        return self.items[key[0]]

    def copy(self) -> list[Any]:
        """The items."""
        return list(self.items)


def columns(specs: Sequence[Any], parts: Sequence[Any]) -> tuple[list[Any], list[Any], int]:
    """The types of the rows of some components, the columns, and how many rows there are.

    Raises ValueError for a scalar, and where the lengths differ.
    """
    inner: list[Any] = []
    found: list[Any] = []
    count: int | None = None
    for spec, part in zip(specs, parts, strict=True):
        if spec.__class__ is TensorSpec:
            if spec.shape.rank == 0:
                raise ValueError("Unbatching a tensor is only supported for rank >= 1")
            inner.append(TensorSpec(spec.shape[1:], spec.dtype))
            column: Any = part
        elif isinstance(spec, NoneTensorSpec):
            inner.append(spec)
            found.append(None)
            continue
        else:
            inner.append(unbatched(spec))
            leaves = nest.flatten(part, expand_composites=True)
            # In a graph each run makes the dataset anew, of values.
            symbolic = any([leaf.__class__ is SymbolicTensor for leaf in leaves])
            column = part if symbolic else Values(unstack(spec, part))
        length = column.shape[0]
        if count is None:
            count = length
        elif length is not None and count is not None and length != count:
            raise ValueError(f"Dimensions {count} and {length} are not compatible")
        found.append(column)
    if count is None:
        count = 0
    return inner, [Values([None] * count) if c is None else c for c in found], count


def unbatched(spec: Any) -> Any:
    """The type of a row. Raises ValueError or TypeError where there are no rows."""
    if not hasattr(spec, "_unbatch"):
        raise TypeError(f"Dataset: values of {spec!r} cannot be taken apart into rows")
    return spec._unbatch()


def batched(spec: Any, count: int | None) -> Any:
    """The type of a batch. Raises TypeError where values cannot be stacked."""
    if not hasattr(spec, "_batch"):
        raise TypeError(f"Dataset.batch: values of {spec!r} cannot be put together in a batch")
    return spec._batch(count)


def unstack(spec: Any, part: Any) -> list[Any]:
    """The rows of a component."""
    if spec.__class__ is TensorSpec:
        return [part[i, ...] for i in range(len(part))]
    if isinstance(spec, NoneTensorSpec):
        raise ValueError("Dataset: None has no rows")
    from tfcompat._src.data.composites import unstack_values

    return unstack_values(spec, part, "Dataset.unbatch")


def stack(spec: Any, parts: Sequence[Any], op: str) -> Any:
    """One component of a batch. Raises InvalidArgumentError where the shapes differ."""
    if spec.__class__ is TensorSpec:
        return stack_arrays(parts, op)
    if isinstance(spec, NoneTensorSpec):
        return None
    from tfcompat._src.data.composites import stack_values

    return stack_values(spec, parts, op)


def stack_arrays(parts: Sequence[Any], op: str) -> np.ndarray[Any, Any]:
    """Arrays of one shape along a new first axis."""
    first = parts[0]
    shape = first.shape
    found = np.empty((len(parts), *shape), first.dtype)
    for i, part in enumerate(parts):
        if part.shape != shape:
            raise invalid_argument(
                op,
                "Cannot add tensor to the batch: number of elements does not match. Shapes are: "
                f"[tensor]: {_shown(part.shape)}, [batch]: {_shown(shape)}",
            )
        found[i, ...] = part
    return found


def _shown(shape: tuple[int, ...]) -> str:
    return f"[{','.join(map(str, shape))}]"


def batch_spec(spec: Any, size: int | None) -> Any:
    """The type of a batch of a size, which is None where it varies."""
    if spec.__class__ is TensorSpec:
        return TensorSpec(TensorShape([size]).concatenate(spec.shape), spec.dtype)
    return batched(spec, size)
