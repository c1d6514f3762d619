"""Classes that Keras only asks about, with isinstance or as a key of its registries.

Nothing here is ever one of them.
"""

from __future__ import annotations


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
