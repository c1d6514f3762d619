"""Simple kernels on large arrays by NumPy, where the processor has few cores.

XLA wakes its threads for them, and waits. In the meantime one thread that is awake has gone through
a few megabytes.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import threads
from tfcompat._src.memory import aligned
from tfcompat._src.numpy_kernels import KERNELS, NumpyKernel

from . import bitwise, math
from .sharing import hosted
from .trie import TO_NATIVE

Host = np.ndarray[Any, Any]

# Of more bytes, or with more cores, XLA's threads are worth their time.
_MOST_BYTES = 1 << 23
_MOST_CORES = 4

_TRUTHS = (
    *("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"),
    *("is_nan", "is_inf", "is_finite"),
)
_SAME = (
    *("add", "subtract", "multiply", "divide", "negative", "abs", "square", "maximum", "minimum"),
    *("floor", "ceil", "round", "logical_and", "logical_or", "logical_not"),
)
_BITS = ("bitwise_and", "bitwise_or", "bitwise_xor", "invert")


def _room(arrays: tuple[Host, ...], native: Any) -> Host | None:
    """For the result of arrays of one shape, or of some beside single elements."""
    first = max(arrays, key=_rank_and_size)
    shape = first.shape
    if first.nbytes > _MOST_BYTES or not shape:
        return None
    for x in arrays:
        if x.shape != shape and x.size != 1:
            return None
    return aligned(shape, native or first.dtype)


def _rank_and_size(x: Host) -> tuple[int, int]:
    return x.ndim, x.size


def _by(entry: NumpyKernel, native: Any = None) -> Callable[..., Host | None]:
    """The ufunc of an entry of the table of kernels, whose result is of a dtype of its own."""
    ufunc = entry.function
    kinds = frozenset([TO_NATIVE[dtype] for dtype in entry.dtypes])

    def run(*arrays: Host) -> Host | None:
        if arrays[0].dtype not in kinds:
            return None
        found = _room(arrays, native)
        if found is not None:
            with np.errstate(all="ignore"):
                ufunc(*arrays, out=found)
        return found

    return run


def _left_shift(x: Host, y: Host) -> Host | None:
    most = x.dtype.itemsize * 8
    if y.size != 1 or not 0 <= y.item() < most:
        return None
    found = _room((x, y), None)
    return found if found is None else np.left_shift(x, y, out=found)


if threads.processors() <= _MOST_CORES:
    for name in _SAME:
        hosted[getattr(math, name)] = _by(KERNELS["math"][name])
    for name in _TRUTHS:
        hosted[getattr(math, name)] = _by(KERNELS["math"][name], np.bool_)
    for name in _BITS:
        hosted[getattr(bitwise, name)] = _by(KERNELS["bitwise"][name])
    hosted[bitwise.left_shift] = _left_shift
