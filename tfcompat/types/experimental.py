"""tf.types.experimental."""

from tfcompat._src.trace_type import (
    SupportsTracingProtocol as SupportsTracingProtocol,
    TensorLike as TensorLike,
    TraceType as TraceType,
)
