"""tf.autograph."""

from tfcompat._src.autograph.api import (
    set_verbosity as set_verbosity,
    to_code as to_code,
    to_graph as to_graph,
    trace as trace,
)
from tfcompat.autograph import experimental as experimental
