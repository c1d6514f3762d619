"""LAPACK and BLAS by SciPy, for single matrices in the processor's memory.

Of few elements a call of PyTorch's takes longer than the computation, and where the processor is
not Intel's, of more too: there SciPy's library is up to three times as fast as MKL. It computes
these in one thread: threads of its own keep on looking for work for a while after a call, and
PyTorch's next op would wait for a processor. SciPy is loaded at the first use.
"""

from __future__ import annotations

import ctypes
import functools
import threading
from collections.abc import Callable
from typing import Any

import torch

from .large import is_intel

_LETTERS = {
    torch.float32: "s",
    torch.float64: "d",
    torch.complex64: "c",
    torch.complex128: "z",
}
_FEW = 1 << 10
_MANY = 1 << 16  # from which several threads of PyTorch's do more than one


@functools.cache
def _modules() -> tuple[Any, Any]:
    from scipy.linalg import blas, lapack

    return lapack, blas


class _OneThread:
    """A context in which SciPy's library starts no threads; its calls may overlap."""

    def __init__(self, library: Any) -> None:
        self._count: Callable[[], int] = library.scipy_openblas_get_num_threads
        self._set: Callable[[int], None] = library.scipy_openblas_set_num_threads
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
def _one_thread() -> _OneThread | None:
    """None where the library cannot be told, being another one, say."""
    try:
        from scipy.linalg import _flapack

        return _OneThread(ctypes.CDLL(_flapack.__file__))
    except (ImportError, OSError, AttributeError):
        return None


@functools.cache
def _most() -> int:
    return _FEW if is_intel() or _one_thread() is None else _MANY


@functools.cache
def _routine(name: str, native: torch.dtype) -> Callable[..., Any]:
    lapack, blas = _modules()
    full = _LETTERS[native] + name
    return getattr(lapack if hasattr(lapack, full) else blas, full)


def routine(name: str, *matrices: torch.Tensor) -> Callable[..., Any]:
    """The routine of this name, but for the letter of the dtype, for these matrices."""
    found = _routine(name, matrices[0].dtype)
    alone = None if max([x.numel() for x in matrices]) <= _FEW else _one_thread()
    if alone is None:
        return found

    def run(*args: Any) -> Any:
        with alone:
            return found(*args)

    return run


def arrays(*matrices: torch.Tensor) -> list[Any] | None:
    """The arrays of single matrices of which no derivative is asked, where LAPACK is faster."""
    for x in matrices:
        if x.dim() != 2 or x.requires_grad or not x.is_cpu or x.dtype not in _LETTERS:
            return None
        size = x.numel()
        if not size or (size > _FEW and size > _most()):
            return None
    try:
        return [x.numpy() for x in matrices]
    except RuntimeError:
        # What reads otherwise than it is stored, or stands for many, of torch.vmap.
        return None
