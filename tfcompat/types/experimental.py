"""tf.types.experimental."""

from __future__ import annotations

from typing import Any

from tfcompat._src.absent import attribute_error as _attribute_error
from tfcompat._src.function.callables import (
    AtomicFunction as AtomicFunction,
    Callable as Callable,
    ConcreteFunction as ConcreteFunction,
    FunctionType as FunctionType,
    GenericFunction as GenericFunction,
    PolymorphicFunction as PolymorphicFunction,
)
from tfcompat._src.trace_type import (
    SupportsTracingProtocol as SupportsTracingProtocol,
    TensorLike as TensorLike,
    TraceType as TraceType,
)


def __getattr__(name: str) -> Any:
    """Says what to use instead of what is not here."""
    raise _attribute_error(__name__, name)
