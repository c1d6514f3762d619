"""Arguments of what makes row partitions: vectors and scalars of integers."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.convert import convert_to_tensor
from tfcompat._src.dtypes import DType, as_dtype
from tfcompat._src.ops.casting import cast
from tfcompat._src.tensor import Tensor

INDEX = (dtypes.int32, dtypes.int64)


def index_dtype(dtype: Any) -> DType:
    """The dtype as one of row splits. Raises ValueError for any other."""
    found = as_dtype(dtype)
    if found not in INDEX:
        raise ValueError(f"row_splits must have dtype int32 or int64; received {found!r}")
    return found


def vector(value: Any, what: str, dtype: Any, hint: Any) -> Tensor:
    wanted = None if dtype is None else index_dtype(dtype)
    if isinstance(value, (list, tuple)) and wanted is None:
        # A list with tensors in it has their dtype.
        found_in = [v._dtype for v in value if isinstance(v, Tensor)]
        hint = found_in[0] if found_in else hint
    if isinstance(value, np.ndarray) and wanted is None and hint is not None:
        found = convert_to_tensor(value, index_dtype(hint) if value.dtype.kind in "iu" else None)
    else:
        found = convert_to_tensor(value, wanted, hint or dtypes.int64)
    if found._dtype not in INDEX:
        raise ValueError(f"{what} must have dtype int32 or int64; received {found.dtype!r}")
    if found.shape.rank not in (None, 1):
        raise ValueError(f"{what}: Shape {found.shape} must have rank 1")
    return found


def scalar(value: Any, dtype: DType, what: str) -> Tensor:
    found = convert_to_tensor(value, None if isinstance(value, Tensor) else dtype)
    if found._dtype is not dtype:
        if found._dtype not in INDEX:
            raise ValueError(f"{what} must have dtype int32 or int64; received {found.dtype!r}")
        found = cast(found, dtype)
    if found.shape.rank not in (None, 0):
        raise ValueError(f"{what}: Shape {found.shape} must have rank 0")
    return found


def common(dtype: Any, hint: Any, *values: Any) -> DType:
    if dtype is not None:
        return index_dtype(dtype)
    found = [v._dtype for v in values if isinstance(v, Tensor) and v._dtype in INDEX]
    if found:
        return dtypes.int64 if dtypes.int64 in found else found[0]
    return dtypes.int64 if hint is None else index_dtype(hint)
