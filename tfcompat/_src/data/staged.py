"""Datasets, iterators and optional values in graphs, where each is a tensor of dtype variant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tfcompat._src.function.symbolic import SymbolicTensor


def has_symbols(parts: Sequence[Any]) -> bool:
    """Whether there are tensors of a graph among components."""
    return any(part.__class__ is SymbolicTensor for part in parts)


def is_open(dataset: Any) -> bool:
    """Whether a dataset is made of what is known only when a graph runs."""
    return False
