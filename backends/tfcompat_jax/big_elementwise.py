"""Functions of the elements of large arrays by NumPy, whose vector loops are faster than XLA's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import threads
from tfcompat._src.memory import aligned
from tfcompat._src.numpy_kernels import KERNELS

from . import transcendental
from .sharing import hosted, in_parts

Host = np.ndarray[Any, Any]


def _function(ufunc: Any) -> Callable[..., Host | None]:
    """A function of float32, for which NumPy's vector loops take some threads."""

    def run(*arrays: Host) -> Host | None:
        first = arrays[0]
        if first.dtype != np.float32 or any([x.shape != first.shape for x in arrays]):
            return None
        found = aligned(first.shape, np.float32)
        flat, inputs = found.reshape(-1), [x.reshape(-1) for x in arrays]

        def part(low: int, high: int) -> None:
            ufunc(*[x[low:high] for x in inputs], out=flat[low:high])

        in_parts(part, flat.size, flat.size)
        return found

    return run


if threads.has_vector_functions():
    for name in (
        *("sin", "cos", "tan", "atan", "atan2", "log1p"),
        *("sinh", "cosh", "asinh", "acosh", "atanh"),
    ):
        hosted[getattr(transcendental, name)] = _function(KERNELS["transcendental"][name].function)
