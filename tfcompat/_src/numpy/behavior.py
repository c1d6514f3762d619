"""tmp"""
from __future__ import annotations
from typing import Any
def experimental_enable_numpy_behavior(prefer_float32: bool = False, dtype_conversion_mode: str = "legacy") -> None:
    """tmp"""
