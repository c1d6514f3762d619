"""What the libraries of matrices that NumPy and SciPy come with can do beyond what they ask."""

from __future__ import annotations

import ctypes
import functools
import threading
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


# ------------------------------------------------------------------------------------ threads
class _OneThread:
    """A context in which a library starts no threads; its calls may overlap."""

    def __init__(self, library: Any, ending: str) -> None:
        self._count: Callable[[], int] = library[f"scipy_openblas_get_num_threads{ending}"]
        self._set: Callable[[int], None] = library[f"scipy_openblas_set_num_threads{ending}"]
        self._lock = threading.Lock()
        self._inside = 0
        self._before = 1

    def __enter__(self) -> None:
        with self._lock:
            if not self._inside:
                self._before = self._count()
                self._set(1)
            self._inside += 1

    def __exit__(self, *_: object) -> None:
        with self._lock:
            self._inside -= 1
            if not self._inside:
                self._set(self._before)


@functools.cache
def one_thread() -> _OneThread | None:
    """For SciPy's library; None where that cannot be told, being another one, say."""
    try:
        from scipy.linalg import _flapack

        return _OneThread(ctypes.CDLL(_flapack.__file__), "")
    except (ImportError, OSError, AttributeError):
        return None


@functools.cache
def numpy_in_one_thread() -> _OneThread | None:
    """The same for the library that NumPy's products are."""
    try:
        from numpy._core import _multiarray_umath

        return _OneThread(ctypes.CDLL(_multiarray_umath.__file__), "64_")
    except (ImportError, OSError, AttributeError):
        return None
