"""Dataset.as_numpy_iterator: elements as NumPy arrays; no tensor is made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import numpy as np

from tfcompat._src.data import structure
from tfcompat._src.data.iterator import OwnedIterator
from tfcompat._src.function import tracing
from tfcompat._src.naming import public
from tfcompat._src.ops.sparse import to_dense
from tfcompat._src.sparse_tensor import SparseTensor
from tfcompat._src.tensor_spec import NoneTensorSpec, TensorSpec

if TYPE_CHECKING:
    from tfcompat._src.data.dataset import DatasetV2

# Composite types that have NumPy forms of their own.
_OTHERS = frozenset({"RaggedTensorSpec", "SparseTensorSpec"})


@public("tfcompat.data")
class NumpyIterator(Iterator[Any]):
    """The elements of an iterator with NumPy arrays in the place of tensors."""

    def __init__(self, dataset: DatasetV2) -> None:
        self._iterator = OwnedIterator(dataset)

    def __repr__(self) -> str:
        return f"NumpyIterator(iterator={self._iterator!r})"

    def __iter__(self) -> NumpyIterator:
        return self

    def __next__(self) -> Any:
        parts = self._iterator._components()
        return structure.pack(
            self._iterator.element_spec,
            [_shown(part) for part in parts],
        )

    next = __next__

    def save(self) -> Any:
        """Where it stands, as bytes."""
        return self._iterator._serialize_to_tensors()["ITERATOR"]

    def restore(self, state: Any) -> None:
        """Goes to where `save` was called."""
        self._iterator._restore_from_tensors({"ITERATOR": state})


def _shown(part: Any) -> Any:
    if isinstance(part, np.ndarray):
        if not part.ndim:
            return part[()]
        return part if part.flags.owndata else part.copy()
    if part is None:
        return None
    if isinstance(part, SparseTensor):
        part = to_dense(part)
    return part.numpy() if hasattr(part, "numpy") else part


def numpy_iterator(dataset: DatasetV2) -> NumpyIterator:
    """The iterator. Raises TypeError for elements that have no NumPy form."""
    if tracing.current() is not None:
        raise RuntimeError("`tf.data.Dataset.as_numpy_iterator()` is only supported in eager mode.")
    for spec in structure.flatten(dataset.element_spec):
        if isinstance(spec, (TensorSpec, NoneTensorSpec)) or type(spec).__name__ in _OTHERS:
            continue
        raise TypeError(
            "`tf.data.Dataset.as_numpy_iterator()` is not supported for datasets that produce "
            f"values of type {spec.value_type}"
        )
    return NumpyIterator(dataset)
