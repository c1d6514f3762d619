"""What NumPy says of dtypes."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src.dtypes import DType
from tfcompat._src.naming import public

tnp = public("tfcompat.experimental.numpy")


@tnp
def finfo(dtype: Any) -> np.finfo[Any]:
    """np.finfo, the limits of a floating type. Raises ValueError for another type."""
    return np.finfo(dtype.as_numpy_dtype if isinstance(dtype, DType) else dtype)


@tnp
def issubdtype(arg1: Any, arg2: Any) -> bool:
    """np.issubdtype: whether the first NumPy type is below or at the second."""
    return np.issubdtype(arg1, arg2)
