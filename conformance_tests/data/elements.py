"""Elements as Python values."""

from __future__ import annotations

from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """Lists and numbers in the place of arrays and tensors."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, tuple):
        return tuple(plain(item) for item in value)
    if value is None:
        return None
    if hasattr(value, "to_list"):
        return value.to_list()
    found = np.asarray(value)
    return (
        [plain(item) for item in found] if found.dtype == object and found.ndim else found.tolist()
    )
