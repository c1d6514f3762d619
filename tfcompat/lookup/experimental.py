"""tf.lookup.experimental: tables that change."""

from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.lookup.mutable import (
    DenseHashTable as DenseHashTable,
    MutableHashTable as MutableHashTable,
)


def __getattr__(name: str) -> object:
    raise _attribute_error(__name__, name)
