"""Classes that Keras only asks about, with isinstance or as a key of its registries.

Nothing here is ever one of them: tfcompat has no sparse or ragged tensors.
"""

from __future__ import annotations

from typing import Any

from tfcompat._src.dtypes import as_dtype
from tfcompat._src.shapes import TensorShape


class CompositeTensor:
    """A value made of several tensors."""


class SparseTensor(CompositeTensor):
    """A tensor of which only some elements are stored."""


class RaggedTensor(CompositeTensor):
    """A tensor with rows of different lengths."""


class TypeSpec:
    """The type of a value that tf.function takes."""


class TensorSpec(TypeSpec):
    """The shape and dtype of a tensor."""

    def __init__(self, shape: Any, dtype: Any = "float32", name: str | None = None) -> None:
        self._shape = TensorShape(shape)
        self.dtype = as_dtype(dtype)
        self.name = name

    @property
    def shape(self) -> TensorShape:
        """The shape; sizes may be unknown."""
        return self._shape

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> TensorSpec:
        """That of a tensor."""
        return cls(tensor.shape, tensor.dtype, name)


class DistributedDataset:
    """A dataset of a distribution strategy."""


class DistributedIterator:
    """An iterator of a distribution strategy."""


class DistributedValues:
    """One value for each replica."""


class MultiWorkerMirroredStrategy:
    """The strategy of several machines."""


class TPUStrategy:
    """The strategy of several TPU cores."""
