"""tf.summary.experimental: the default step, scopes, and ready-made messages."""

from tfcompat._src.summary.state import get_step as get_step, set_step as set_step
from tfcompat._src.summary.write import (
    summary_scope as summary_scope,
    write_raw_pb as write_raw_pb,
)
