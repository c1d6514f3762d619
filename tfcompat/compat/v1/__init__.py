"""tf.compat.v1: the few names of TensorFlow 1 that say something true in TensorFlow 2."""

from tfcompat._src.compat.v1 import (
    attribute_error as _attribute_error,
    disable_eager_execution as disable_eager_execution,
    disable_v2_behavior as disable_v2_behavior,
    enable_eager_execution as enable_eager_execution,
    enable_resource_variables as enable_resource_variables,
    enable_v2_behavior as enable_v2_behavior,
    enable_v2_tensorshape as enable_v2_tensorshape,
)
from tfcompat._src.config.devices import executing_eagerly as executing_eagerly
from tfcompat._src.dimension import Dimension as Dimension
from tfcompat.compat.v1 import logging as logging
from tfcompat.random import set_seed as _set_seed

set_random_seed = _set_seed


def __getattr__(name: str) -> object:
    raise _attribute_error(name)
