"""Tensors that no backend stores: strings and quantized numbers, as NumPy arrays on the host."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.tensor import EagerKind, Tensor


class HostTensor(Tensor):
    """A tensor of bytes (tf.string), or of the plain integers behind a quantized type."""

    __slots__ = ("_array", "_dtype")

    def __init__(self, array: np.ndarray[Any, Any], dtype: dtypes.DType = dtypes.string) -> None:
        self._array = array
        self._dtype = dtype

    @property
    def native(self) -> np.ndarray[Any, Any]:
        """The NumPy array; no backend has an array type for these."""
        return self._array

    @property
    def _shape(self) -> tuple[int, ...]:
        return tuple(self._array.shape)

    @property
    def device(self) -> str:
        return "/job:localhost/replica:0/task:0/device:CPU:0"

    def _numpy(self) -> np.ndarray[Any, Any]:
        return self._array

    def __bool__(self) -> bool:
        return bool(self._array.reshape(()).item()) if self._array.size == 1 else super().__bool__()


EagerKind.others.add(HostTensor)
