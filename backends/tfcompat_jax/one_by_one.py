"""Ops one by one, where there would be a program for each of ever new shapes.

A text that grows by a word a step is such a case: XLA compiles for a second what takes NumPy a few
milliseconds. What NumPy has no function for is compiled by itself.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from tfcompat._src import dispatch
from tfcompat._src.dtypes import DType
from tfcompat._src.numpy_kernels.table import BOOL, FLOATS, REAL, NumpyKernel

from . import diagonals, linalg
from .few import TABLE
from .sharing import host_alone, hosted
from .tensor import EagerTensor, wrap
from .trace import local
from .trie import Attrs, Aval, Kernel, jitted

Host = np.ndarray[Any, Any]

# Of more elements functions take NumPy as long as XLA its compilation.
_MOST = 1 << 20


def _turned(x: Host, how: int) -> Host:
    return np.swapaxes(x, -1, -2) if how else x


def _matmul_with(a: Host, b: Host, turn_a: int, turn_b: int) -> Any:
    return np.matmul(_turned(a, turn_a), _turned(b, turn_b))


def _matvec(a: Host, b: Host, turn: int) -> Any:
    return np.matmul(_turned(a, turn), b[..., None])[..., 0]


def _tensordot(a: Host, b: Host, of_a: tuple[int, ...], of_b: tuple[int, ...]) -> Any:
    return np.tensordot(a, b, (of_a, of_b))


@functools.lru_cache(1024)
def _steps(equation: str, *shapes: tuple[int, ...]) -> Any:
    arrays = [np.broadcast_to(np.float32(0), shape) for shape in shapes]
    return np.einsum_path(equation, *arrays, optimize="greedy")[0]


def _einsum(*args: Any) -> Any:
    *arrays, equation = args
    steps = _steps(equation, *[x.shape for x in arrays])
    return np.einsum(equation, *arrays, optimize=steps)


# What NumPy's table has for few numbers only, or not for all types.
_WHOLE: dict[Kernel, NumpyKernel] = {
    diagonals.band_part: TABLE[diagonals.band_part]._replace(dtypes=REAL | BOOL),
    linalg.matmul: NumpyKernel(np.matmul, FLOATS, _MOST, True),
    linalg.matmul_with: NumpyKernel(_matmul_with, REAL, _MOST, True),
    linalg.matvec: NumpyKernel(_matvec, FLOATS, _MOST, True),
    linalg.tensordot: NumpyKernel(_tensordot, REAL, _MOST, True),
    linalg.einsum: NumpyKernel(_einsum, FLOATS, _MOST, True),
}


def form(kernel: Kernel, avals: Sequence[Aval]) -> Callable[..., Any] | None:
    """NumPy's function for a kernel on such arrays, which may yet raise; None without one."""
    entry = _WHOLE.get(kernel)
    whole = entry is not None
    entry = entry or TABLE.get(kernel)
    if entry is None or not all([aval.dtype in entry.dtypes for aval in avals]):
        return None
    if whole or max([math.prod(aval.shape) for aval in avals], default=0) <= _MOST:
        return entry.function
    return hosted.get(kernel)


def run(kernel: Kernel, inputs: tuple[EagerTensor, ...], attrs: Attrs) -> Any:
    """An op's results, by NumPy or by a program of its own."""
    found = computed(kernel, attrs, [x.value for x in inputs], [x._aval for x in inputs])
    return tuple(map(wrap, found)) if found.__class__ is tuple else wrap(found)


def computed(kernel: Kernel, attrs: Attrs, values: list[Any], avals: Sequence[Aval]) -> Any:
    """`run` on arrays."""
    function = form(kernel, avals)
    if function is not None:
        try:
            found = local.quiet(function, *map(np.asarray, values), *attrs)
        except Exception:
            # The backend's own kernel says what is wrong, or does it.
            found = None
        if found.__class__ is tuple:
            return tuple(map(np.asarray, found))
        if found is not None:
            return np.asarray(found)
    return jitted(kernel, attrs)(*values)


class _OneByOne:
    """Runs the ops of a thread at once, where nobody follows them."""

    #: What functions ask that are called meanwhile.
    goes_one_by_one = True

    def execute(
        self,
        kernel: Kernel,
        inputs: tuple[Any, ...],
        attrs: Attrs,
        dtype: DType | None,
        differentiable: bool,
    ) -> Any:
        if local.tapes or local.observers or local.trace.captured is not None:
            engine = dispatch.backend()
            plain = engine.execute if differentiable else engine.execute_constant
            return plain(kernel, inputs, attrs, dtype)
        return run(kernel, inputs, attrs)


_handler = _OneByOne()


@contextmanager
def one_by_one() -> Iterator[bool]:
    """A context whose ops run one by one; whether they do: that is for the host alone."""
    if not host_alone() or dispatch.local.handler not in (None, _handler):
        yield False
        return
    with dispatch.intercepted(_handler):
        yield True
