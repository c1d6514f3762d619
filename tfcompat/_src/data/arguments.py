"""The numbers that datasets are made with, and how many elements come of them."""

from __future__ import annotations

from typing import Any, Final

from tfcompat._src.convert import convert_to_tensor
from tfcompat._src.dtypes import int64
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function.symbolic import SymbolicTensor

AUTOTUNE: Final = -1
INFINITE: Final = -1
UNKNOWN: Final = -2
INFINITE_CARDINALITY: Final = INFINITE
UNKNOWN_CARDINALITY: Final = UNKNOWN
#: Stands for a number that is known when the graph runs in which the dataset is made.
OPEN: Final = 1


def long(value: Any, op: str, name: str | None = None) -> int:
    """A scalar int64 argument. Raises TypeError, ValueError or InvalidArgumentError if it is none.

    A tensor of a graph gives a number that stands for it until the graph runs.
    """
    if value.__class__ is int:
        return int(value)
    try:
        tensor = convert_to_tensor(value, int64)
    except ValueError as error:
        raise ValueError(f"{name}: {error}" if name else str(error)) from None
    if tensor.__class__ is SymbolicTensor:
        constant = tensor._constant
        if constant is None:
            return OPEN
        tensor = constant
    if tensor._shape != ():
        raise invalid_argument(op, f"{name or 'value'} must be a scalar, received {tensor!r}")
    return int(tensor._numpy())


def is_open(value: Any) -> bool:
    """Whether a value is known only when a graph runs."""
    return value.__class__ is SymbolicTensor and value._constant is None


def at_most(count: int, limit: int) -> int:
    """How many are left of a dataset by taking `limit` of them, which is negative for all."""
    if limit < 0 or count == limit:
        return count
    if count == INFINITE:
        return limit
    return UNKNOWN if count == UNKNOWN and limit else min(count, limit)


def times(count: int, rounds: int) -> int:
    """How many elements there are in some rounds, negative for no end of them."""
    if rounds < 0:
        return 0 if count == 0 else INFINITE
    if rounds == 0:
        return 0
    return count * rounds if count >= 0 else count


def total(counts: list[int]) -> int:
    """How many there are in several datasets together."""
    if INFINITE in counts:
        return INFINITE
    return UNKNOWN if UNKNOWN in counts else sum(counts)


def least(counts: list[int]) -> int:
    """How many there are until the first of several datasets ends."""
    if UNKNOWN in counts:
        return UNKNOWN
    return min([c for c in counts if c != INFINITE], default=INFINITE)
