"""The promotion of the modes "safe" and "all": a lattice in which Python's numbers are weak."""

from __future__ import annotations

from typing import Any

from tfcompat._src.dtypes import DType
from tfcompat._src.tensor import Tensor


def result_type(values: Any) -> DType:
    """x"""
    raise NotImplementedError


def as_tensor(value: Any) -> Tensor:
    """x"""
    raise NotImplementedError
