"""LAPACK and BLAS by SciPy, for single matrices in the processor's memory.

Of few elements a call of PyTorch's takes longer than the computation, and where the processor is
not Intel's, of more too: there SciPy's library is up to three times as fast as MKL. It computes
these in one thread: threads of its own keep on looking for work for a while after a call, and
PyTorch's next op would wait for a processor. SciPy is loaded at the first use.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from tfcompat._src.openblas import one_thread

from .large import is_intel

Array = np.ndarray[Any, Any]

_LETTERS = {
    torch.float32: "s",
    torch.float64: "d",
    torch.complex64: "c",
    torch.complex128: "z",
}
_KINDS = "fdFD"  # as NumPy calls them
_FEW = 1 << 10
_MANY = 1 << 16  # from which several threads of PyTorch's do more than one


@functools.cache
def _modules() -> tuple[Any, Any]:
    from scipy.linalg import blas, lapack

    return lapack, blas


@functools.cache
def _most() -> int:
    return _FEW if is_intel() or one_thread() is None else _MANY


@functools.cache
def _routine(name: str, native: torch.dtype) -> Callable[..., Any]:
    lapack, blas = _modules()
    full = _LETTERS[native] + name
    return getattr(lapack if hasattr(lapack, full) else blas, full)


def routine(name: str, *matrices: torch.Tensor) -> Callable[..., Any]:
    """The routine of this name, but for the letter of the dtype, for these matrices."""
    found = _routine(name, matrices[0].dtype)
    alone = None if max([x.numel() for x in matrices]) <= _FEW else one_thread()
    if alone is None:
        return found

    def run(*args: Any) -> Any:
        with alone:
            return found(*args)

    return run


def arrays(*matrices: torch.Tensor) -> list[Array] | None:
    """The arrays of single matrices of which no derivative is asked, where LAPACK is faster."""
    try:
        found: list[Array] = [x.numpy() for x in matrices]
    except (RuntimeError, TypeError):
        # What is differentiated, reads otherwise than it is stored, stands for many, of torch.vmap,
        # or lies elsewhere.
        return None
    for x in found:
        # Asked of NumPy, which answers faster than PyTorch.
        size = x.size
        if x.ndim != 2 or x.dtype.char not in _KINDS:
            return None
        if not size or (size > _FEW and size > _most()):
            return None
    return found


@functools.lru_cache(maxsize=8)
def one(size: int, native: Any) -> Array:
    """The unit matrix, by columns; nobody may change it."""
    found = np.eye(size, dtype=native, order="F")
    found.flags.writeable = False
    return found
