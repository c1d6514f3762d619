"""What experimental_enable_numpy_behavior switched on in this process."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.dtypes import DType
from tfcompat._src.ops.casting import cast
from tfcompat._src.tensor import Tensor

# How operands of two dtypes meet: by NumPy's rules ("legacy", and in tnp.* also "off"), or by
# the lattice of lattice.py ("safe", "all").
LEGACY, OFF, SAFE, ALL = "legacy", "off", "safe", "all"
MODES = (OFF, LEGACY, SAFE, ALL)


class _State:
    """One object, so that every module sees a change at once."""

    def __init__(self) -> None:
        self.methods = False
        self.mode = LEGACY
        self.prefer_float32 = False

    @property
    def weak(self) -> bool:
        """Whether Python's numbers make tensors whose dtype gives way."""
        return self.mode in (SAFE, ALL)


STATE = _State()

ENABLE = "tf.experimental.numpy.experimental_enable_numpy_behavior()"


def default_float() -> DType:
    """The dtype of what has no other: zeros, random numbers, functions of integers."""
    return dtypes.float32 if STATE.weak else dtypes.float64


def missing_method(name: str) -> AttributeError:
    """The error for a NumPy method of a tensor before the methods are enabled."""
    return AttributeError(
        f"EagerTensor object has no attribute {name!r}; NumPy's methods of tensors come with "
        f"{ENABLE}"
    )


def astype(x: Tensor, dtype: DType) -> Tensor:
    """`x.astype(dtype)`, which TensorFlow's functions too can only call once it is enabled."""
    if not STATE.methods:
        raise missing_method("astype")
    return cast(x, dtype)


def is_numpy_inexact(dtype: DType) -> bool:
    """Whether NumPy itself counts the dtype as floating or complex: bfloat16 is not."""
    return dtype.is_inexact and dtype is not dtypes.bfloat16


def floating(x: Tensor) -> Tensor:
    """`x`, with what NumPy does not count as inexact in the default float."""
    return x if is_numpy_inexact(x._dtype) else astype(x, default_float())


def dtype_of(dtype: Any) -> DType:
    """The DType a `dtype=` argument names, as NumPy reads it: float is float64, int is int64."""
    if isinstance(dtype, DType):
        return dtype
    found = dtypes.as_dtype(np.dtype(dtype))
    if STATE.weak and dtype in (float, int, complex):
        return {float: dtypes.float32, int: dtypes.int32, complex: dtypes.complex128}[dtype]
    return found
