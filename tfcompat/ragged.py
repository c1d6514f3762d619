"""tf.ragged: ragged tensors from lists, ranges and parts, and what is done with them."""

from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.ragged.constant import constant as constant
from tfcompat._src.ragged.cross import cross as cross, cross_hashed as cross_hashed
from tfcompat._src.ragged.joining import stack as stack
from tfcompat._src.ragged.ops import (
    map_flat_values as map_flat_values,
    range as range,
    row_splits_to_segment_ids as row_splits_to_segment_ids,
    segment_ids_to_row_splits as segment_ids_to_row_splits,
)
from tfcompat._src.ragged.selecting import (
    boolean_mask as boolean_mask,
    stack_dynamic_partitions as stack_dynamic_partitions,
)


def __getattr__(name: str) -> object:
    raise _attribute_error(__name__, name)
