"""tf.ragged: ragged tensors from lists, ranges and parts, and what is done with them."""

from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.ragged.constant import constant as constant


def __getattr__(name: str) -> object:
    raise _attribute_error(__name__, name)
