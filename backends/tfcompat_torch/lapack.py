"""LAPACK by SciPy, for single matrices in the processor's memory.

Of few elements a call of PyTorch's takes longer than the computation. Many are PyTorch's: SciPy's
library has threads of its own, which keep on looking for work for a while after a call, and
PyTorch's next op then waits for a processor. SciPy is loaded at the first use.
"""

from __future__ import annotations

import functools
from typing import Any

import torch

_LETTERS = {
    torch.float32: "s",
    torch.float64: "d",
    torch.complex64: "c",
    torch.complex128: "z",
}
_FEW = 1 << 10


@functools.cache
def _module() -> Any:
    from scipy.linalg import lapack

    return lapack


@functools.cache
def routine(name: str, native: torch.dtype) -> Any:
    """LAPACK's routine of this name, but for the letter of the dtype."""
    return getattr(_module(), _LETTERS[native] + name)


def arrays(*matrices: torch.Tensor) -> list[Any] | None:
    """The arrays of single matrices of which no derivative is asked, where LAPACK is faster."""
    for x in matrices:
        if x.dim() != 2 or x.requires_grad or not x.is_cpu or x.dtype not in _LETTERS:
            return None
        if not 0 < x.numel() <= _FEW:
            return None
    try:
        return [x.numpy() for x in matrices]
    except RuntimeError:
        # What reads otherwise than it is stored, or stands for many, of torch.vmap.
        return None
