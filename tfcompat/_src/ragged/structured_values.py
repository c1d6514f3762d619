"""Structured tensors as Python's values."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.ragged.constant import built
from tfcompat._src.ragged.tensor import RaggedTensor


def zipped(fields: Mapping[str, Any], rank: int, make_one: Callable[[Any], Any]) -> Any:
    if rank == 0:
        return make_one(fields)
    count = len(next(iter(fields.values())))
    return [zipped({n: v[i] for n, v in fields.items()}, rank - 1, make_one) for i in range(count)]


def python(value: Any) -> Any:
    if hasattr(value, "to_pyval"):
        return value.to_pyval()
    if isinstance(value, RaggedTensor):
        return value.to_list()
    return np.asarray(value.numpy()).tolist()


def has_dicts(value: Any) -> bool:
    if isinstance(value, dict):
        return True
    return isinstance(value, (list, tuple)) and any(has_dicts(item) for item in value)


def constant(value: Any) -> Any:
    return built(value, None, None, None, dtypes.int64)
