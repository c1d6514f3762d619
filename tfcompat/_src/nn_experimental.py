"""tf.nn.experimental."""

from tfcompat._src.ops.dropout import (
    general_dropout as general_dropout,
    stateless_dropout as stateless_dropout,
)
