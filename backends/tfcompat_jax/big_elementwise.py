"""Kernels on the elements of large arrays by NumPy.

For simple ones XLA wakes its threads, and waits: where the processor has few cores, one thread that
is awake has gone through a few megabytes in the meantime. For some functions NumPy's vector loops
are faster.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src import threads
from tfcompat._src.memory import aligned
from tfcompat._src.numpy_kernels import KERNELS, NumpyKernel

from . import bitwise, math, transcendental
from .sharing import MOST_BYTES, hosted, in_parts
from .trie import TO_NATIVE

Host = np.ndarray[Any, Any]

# With more of them XLA's threads are worth their time.
_MOST_CORES = 4

_TRUTHS = (
    *("less", "less_equal", "greater", "greater_equal", "equal", "not_equal"),
    *("is_nan", "is_inf", "is_finite"),
)
_SAME = (
    *("add", "subtract", "multiply", "divide", "negative", "abs", "square"),
    *("floor", "ceil", "round", "logical_and", "logical_or", "logical_not"),
)
_FLOATS = (np.float32, np.float64)
_BITS = ("bitwise_and", "bitwise_or", "bitwise_xor", "invert")


def _room(arrays: tuple[Host, ...], native: Any) -> Host | None:
    """For the result of arrays of one shape, or of some beside single elements."""
    first = max(arrays, key=_rank_and_size)
    shape = first.shape
    if first.nbytes > MOST_BYTES or not shape:
        return None
    for x in arrays:
        if x.shape != shape and x.size != 1:
            return None
    return aligned(shape, native or first.dtype)


def _rank_and_size(x: Host) -> tuple[int, int]:
    return x.ndim, x.size


def _by(entry: NumpyKernel, native: Any = None, single: bool = True) -> Callable[..., Host | None]:
    """The ufunc of an entry of the table of kernels, whose result is of a dtype of its own.

    single: whether it is as fast beside a single element.
    """
    ufunc = entry.function
    kinds = frozenset([TO_NATIVE[dtype] for dtype in entry.dtypes])

    def run(*arrays: Host) -> Host | None:
        if arrays[0].dtype not in kinds or not (single or arrays[0].shape == arrays[1].shape):
            return None
        found = _room(arrays, native)
        if found is not None:
            ufunc(*arrays, out=found)
        return found

    return run


def _reciprocal(x: Host) -> Host | None:
    # NumPy's own has no vector loop.
    if x.dtype not in _FLOATS:
        return None
    found = _room((x,), None)
    return found if found is None else np.divide(x.dtype.type(1), x, out=found)


def _left_shift(x: Host, y: Host) -> Host | None:
    most = x.dtype.itemsize * 8
    if y.size != 1 or not 0 <= y.item() < most:
        return None
    found = _room((x, y), None)
    return found if found is None else np.left_shift(x, y, out=found)


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
        *("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "log1p"),
        *("sinh", "cosh", "asinh", "acosh", "atanh"),
    ):
        hosted[getattr(transcendental, name)] = _function(KERNELS["transcendental"][name].function)
if threads.processors() <= _MOST_CORES:
    for name in _SAME:
        hosted[getattr(math, name)] = _by(KERNELS["math"][name])
    for name in ("maximum", "minimum"):
        hosted[getattr(math, name)] = _by(KERNELS["math"][name], single=False)
    for name in _TRUTHS:
        hosted[getattr(math, name)] = _by(KERNELS["math"][name], np.bool_)
    for name in _BITS:
        hosted[getattr(bitwise, name)] = _by(KERNELS["bitwise"][name])
    hosted[bitwise.left_shift] = _left_shift
    hosted[transcendental.reciprocal] = _reciprocal
