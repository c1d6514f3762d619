"""Kernels on single matrices by LAPACK in one thread, which is faster than XLA's call of it.

The columns of a triangular system are shared by some threads.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src.numpy_kernels import KERNELS
from tfcompat._src.numpy_kernels.table import NotHere
from tfcompat._src.openblas import one_thread, solved

from . import decompositions
from .sharing import hosted, in_parts

Array = np.ndarray[Any, Any]

_MOST = 1 << 16  # elements, of more of which several threads do more than one


def _alone(name: str) -> Callable[..., Any]:
    kernel = KERNELS["decompositions"][name].function

    def run(*args: Any) -> Any:
        alone, x = one_thread(), args[0]
        if alone is None or x.size > _MOST or x.dtype not in (np.float32, np.float64):
            return None
        try:
            with alone:
                return kernel(*args)
        except NotHere:
            return None

    return run


for name in ("cholesky", "lu"):
    hosted[getattr(decompositions, name)] = _alone(name)
_in_one_thread = _alone("triangular_solve")


def _triangular_solve(a: Array, b: Array, lower: bool, adjoint: bool) -> Any:
    found = None
    if a.size <= _MOST and np.all(a.diagonal()):
        found = solved(a, b, lower, adjoint, in_parts)
    return _in_one_thread(a, b, lower, adjoint) if found is None else found


hosted[decompositions.triangular_solve] = _triangular_solve
