"""tf.sparse: tf.SparseTensor and the way from and to dense tensors; the rest comes later."""

from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.ops.sparse import (
    from_dense as from_dense,
    reorder as reorder,
    to_dense as to_dense,
)
from tfcompat._src.sparse_tensor import SparseTensor as SparseTensor


def __getattr__(name: str) -> object:
    raise _attribute_error(__name__, name)
