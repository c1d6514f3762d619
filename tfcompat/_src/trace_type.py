"""tf.types.experimental: what describes the type of a value, and what counts as a tensor."""

from __future__ import annotations

import abc
from collections.abc import Sequence
from typing import Any, Protocol, runtime_checkable

import numpy as np

from tfcompat._src.naming import public
from tfcompat._src.tensor import TensorBase


@public("tfcompat.types.experimental")
class TraceType(abc.ABC):
    """The type of a value, as far as it decides what is done with the value."""

    @abc.abstractmethod
    def is_subtype_of(self, other: TraceType) -> bool:
        """Whether every value of this type is one of the other, too."""

    @abc.abstractmethod
    def most_specific_common_supertype(self, others: Sequence[TraceType]) -> TraceType | None:
        """The narrowest type that holds the values of this and all others, if there is one."""

    @abc.abstractmethod
    def placeholder_value(self, placeholder_context: Any) -> Any:
        """A value that stands for all of this type while a function is traced."""

    def to_tensors(self, value: Any) -> list[Any]:
        """The tensors that make up a value."""
        return []

    def from_tensors(self, tensors: Any) -> Any:
        """The value that an iterator of tensors makes up."""
        return self.placeholder_value(None)

    def flatten(self) -> list[TraceType]:
        """The types of the tensors that make up a value."""
        return []

    def cast(self, value: Any, cast_context: Any) -> Any:
        """The value as one of this type."""
        return value

    @abc.abstractmethod
    def __hash__(self) -> int: ...

    @abc.abstractmethod
    def __eq__(self, other: object) -> bool: ...


@public("tfcompat.types.experimental")
@runtime_checkable
class SupportsTracingProtocol(Protocol):
    """What tells its own trace type."""

    def __tf_tracing_type__(self, context: Any) -> TraceType:
        """The trace type of the object."""


@runtime_checkable
class TensorProtocol(Protocol):
    """What converts itself to a tensor."""

    def __tf_tensor__(self, dtype: Any = None, name: Any = None) -> Any:
        """The object as a tensor."""


#: Everything that tf.convert_to_tensor takes; for annotations and isinstance.
TensorLike = (
    TensorBase
    | TensorProtocol
    | int
    | float
    | bool
    | str
    | bytes
    | complex
    | tuple  # type: ignore[type-arg]
    | list  # type: ignore[type-arg]
    | np.ndarray
    | np.generic
)
