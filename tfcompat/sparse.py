"""tf.sparse: tensors of which only some elements are there."""

from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.ops.sparse import (
    from_dense as from_dense,
    reorder as reorder,
    to_dense as to_dense,
)
from tfcompat._src.sparse.counting import bincount as bincount
from tfcompat._src.sparse.crosses import cross as cross, cross_hashed as cross_hashed
from tfcompat._src.sparse.elements import (
    add as add,
    map_values as map_values,
    mask as mask,
    maximum as maximum,
    minimum as minimum,
    softmax as softmax,
)
from tfcompat._src.sparse.layout import (
    concat as concat,
    expand_dims as expand_dims,
    eye as eye,
    reset_shape as reset_shape,
    reshape as reshape,
    retain as retain,
    slice as slice,
    split as split,
    transpose as transpose,
)
from tfcompat._src.sparse.products import (
    sampled_addmm as sampled_addmm,
    segment_mean as segment_mean,
    segment_sqrt_n as segment_sqrt_n,
    segment_sum as segment_sum,
    sparse_dense_matmul as sparse_dense_matmul,
)
from tfcompat._src.sparse.reductions import reduce_max as reduce_max, reduce_sum as reduce_sum
from tfcompat._src.sparse.rows import (
    fill_empty_rows as fill_empty_rows,
    to_indicator as to_indicator,
)
from tfcompat._src.sparse_tensor import SparseTensor as SparseTensor


def __getattr__(name: str) -> object:
    raise _attribute_error(__name__, name)
