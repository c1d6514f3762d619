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


_choice, _size, _place = ctypes.c_int, ctypes.c_int64, ctypes.c_void_p


@functools.cache
def _routine(name: str, kind: str) -> Callable[..., None] | None:
    """A routine of the library for a kind of numbers; None where NumPy has come with another one.

    Python's lock is not held in it, as it is in SciPy's calls.
    """
    letter, number = _NUMBERS[kind]
    try:
        from numpy._core import _multiarray_umath

        # The library is found among those that this one wants.
        library = ctypes.CDLL(_multiarray_umath.__file__)
        found = getattr(library, f"scipy_cblas_{letter}{name}64_")
    except (ImportError, OSError, AttributeError):
        return None
    matrix = [_place, _size]
    found.argtypes = {
        "omatcopy": [_choice, _choice, _size, _size, number, *matrix, *matrix],
        "trsm": [*[_choice] * 5, _size, _size, number, *matrix, *matrix],
    }[name]
    found.restype = None
    return found


def transposed(x: Array) -> Array | None:
    """The matrix of floats with its axes exchanged, as new memory; None where NumPy is to do it."""
    copy = _routine("omatcopy", x.dtype.char) if x.dtype.char in _NUMBERS and x.ndim == 2 else None
    if copy is None or not x.flags.c_contiguous:
        return None
    rows, columns = x.shape
    found = aligned((columns, rows), x.dtype)
    copy(_BY_ROWS, _TRANSPOSED, rows, columns, 1, x.ctypes.data, columns, found.ctypes.data, rows)
    return found


# As cblas.h counts them.
_LEFT, _UPPER, _LOWER, _AS_IT_IS, _NOT_ONE = 141, 121, 122, 111, 131
# So many columns of a system are solved in one go, and from so many products on it pays.
_COLUMNS, _MANY = 64, 1 << 20
_QUICK = 32  # A product takes a fraction of a function's time.


def solved(
    a: Array, b: Array, lower: bool, adjoint: bool, in_parts: Callable[..., None]
) -> Array | None:
    """x of a @ x = b for a triangle of floats; None where that does not pay.

    adjoint: the system is a.T @ x = b. Elements of the diagonal are not 0. in_parts: a backend's,
    for several threads.
    """
    known = b.dtype.char in _NUMBERS and a.dtype == b.dtype and a.ndim == b.ndim == 2
    if not known or a.size * b.shape[1] < _MANY:
        return None
    solve, alone = _routine("trsm", b.dtype.char), numpy_in_one_thread()
    if solve is None or alone is None or not a.flags.c_contiguous:
        return None
    found = aligned(b.shape, b.dtype)
    found[...] = b
    rows, columns = b.shape
    chosen = _LEFT, _LOWER if lower else _UPPER, _TRANSPOSED if adjoint else _AS_IT_IS, _NOT_ONE
    matrix, start = a.ctypes.data, found.ctypes.data

    def part(first: int, last: int) -> None:
        end = min(last * _COLUMNS, columns)
        at = start + first * _COLUMNS * b.itemsize
        count = end - first * _COLUMNS
        solve(_BY_ROWS, *chosen, rows, count, 1, matrix, rows, at, columns)

    parts = -(-columns // _COLUMNS)
    with alone:
        in_parts(part, parts, a.size * columns // _QUICK)
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
