"""Tensors that no backend stores: strings and quantized numbers, as NumPy arrays on the host."""

from __future__ import annotations

from typing import Any

import numpy as np

from tfcompat._src import dtypes
from tfcompat._src.tensor import EagerKind, Tensor
from tfcompat._src.text.flat_strings import MANY, flattened


class HostTensor(Tensor):
    """A tensor of bytes (tf.string), or of the plain integers behind a quantized type.

    Strings are objects, or have the form of `flat_strings`, or both.
    """

    __slots__ = ("_dtype", "_flat", "_flattens", "_objects")

    def __init__(self, array: np.ndarray[Any, Any], dtype: dtypes.DType = dtypes.string) -> None:
        self._objects: np.ndarray[Any, Any] | None = array
        self._flat: np.ndarray[Any, Any] | None = None
        self._flattens = 0
        self._dtype = dtype

    @classmethod
    def of_flat(cls, flat: np.ndarray[Any, Any]) -> HostTensor:
        """The strings of that form; objects are made when one asks for them."""
        found = cls(flat)
        found._objects, found._flat = None, flat
        return found

    def flat(self) -> np.ndarray[Any, Any] | None:
        """Strings in that form, if there are many; from the second time on that it is asked for.

        Making it takes longer than an op that is done once.
        """
        if self._flat is None and self._flattens < 2:
            array = self._array
            if array.size < MANY or array.dtype != object:
                return None
            self._flattens += 1
            if self._flattens == 2:
                self._flat = flattened(array)
        return self._flat

    @property
    def _array(self) -> np.ndarray[Any, Any]:
        found: Any = self._objects
        if found is None and self._flat is not None:
            found = self._objects = self._flat.astype(object)
        return found

    @property
    def native(self) -> np.ndarray[Any, Any]:
        """The NumPy array; no backend has an array type for these."""
        return self._array

    @property
    def _shape(self) -> tuple[int, ...]:
        array: Any = self._flat if self._objects is None else self._objects
        return tuple(array.shape)

    @property
    def device(self) -> str:
        return "/job:localhost/replica:0/task:0/device:CPU:0"

    def _numpy(self) -> np.ndarray[Any, Any]:
        return self._array

    def __bool__(self) -> bool:
        return bool(self._array.reshape(()).item()) if self._array.size == 1 else super().__bool__()


EagerKind.others.add(HostTensor)
