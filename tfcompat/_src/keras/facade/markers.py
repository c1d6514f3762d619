"""Classes that Keras only asks about, with isinstance or as a key of its registries.

Nothing here is ever one of them: tfcompat has no sparse or ragged tensors.
"""

from __future__ import annotations

from tfcompat._src.type_spec import CompositeTensor


class SparseTensor(CompositeTensor):
    """A tensor of which only some elements are stored."""


class RaggedTensor(CompositeTensor):
    """A tensor with rows of different lengths."""


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
