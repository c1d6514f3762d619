"""What the library of matrices that NumPy comes with can do beyond what NumPy asks of it."""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from .memory import aligned

Array = np.ndarray[Any, Any]

_BY_ROWS, _TRANSPOSED = 101, 112
_NUMBERS = {"f": ("s", ctypes.c_float), "d": ("d", ctypes.c_double)}


@functools.cache
def _copy(kind: str) -> Callable[..., None] | None:
    """The library's copy of a matrix; None where NumPy has come with another one."""
    letter, number = _NUMBERS[kind]
    try:
        from numpy._core import _multiarray_umath

        # The library is found among those that this one wants.
        library = ctypes.CDLL(_multiarray_umath.__file__)
        found = getattr(library, f"scipy_cblas_{letter}omatcopy64_")
    except (ImportError, OSError, AttributeError):
        return None
    size, place = ctypes.c_int64, ctypes.c_void_p
    found.argtypes = [ctypes.c_int, ctypes.c_int, size, size, number, place, size, place, size]
    found.restype = None
    return found


def transposed(x: Array) -> Array | None:
    """The matrix of floats with its axes exchanged, as new memory; None where NumPy is to do it."""
    copy = _copy(x.dtype.char) if x.dtype.char in _NUMBERS and x.ndim == 2 else None
    if copy is None or not x.flags.c_contiguous:
        return None
    rows, columns = x.shape
    found = aligned((columns, rows), x.dtype)
    copy(_BY_ROWS, _TRANSPOSED, rows, columns, 1, x.ctypes.data, columns, found.ctypes.data, rows)
    return found
