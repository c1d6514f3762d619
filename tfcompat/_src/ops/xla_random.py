"""Numbers as XLA makes them of the random bits: those of functions with jit_compile=True.

TensorFlow's own kernels take the low bits of a word for a number, XLA the high ones. It has other
pairs of normal numbers, and a truncated one is computed from one uniform number.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable
from math import erf, tau
from typing import Any

from tfcompat._src import dtypes
from tfcompat._src.dtypes import DType
from tfcompat._src.ops import math
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.bitwise import right_shift
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.joining import split, stack, unstack
from tfcompat._src.ops.transcendental import cos, erfinv, log, sin, sqrt
from tfcompat._src.tensor import Tensor

# dtype -> its word, and how many bits of a word are the number.
_WORDS = {dtypes.float32: (dtypes.uint32, 23), dtypes.float64: (dtypes.uint64, 52)}
# Box and Muller's logarithm is taken of no less.
_LEAST = 1e-7


class _Local(threading.local):
    on = False


_local = _Local()


def drawn_so(function: Callable[..., Any]) -> Callable[..., Any]:
    """The op, drawing as XLA."""

    @functools.wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        before, _local.on = _local.on, True
        try:
            return function(*args, **kwargs)
        finally:
            _local.on = before

    return call


def is_on() -> bool:
    """Whether XLA draws."""
    return _local.on


def takes(kind: str, dtype: DType) -> bool:
    """Whether XLA makes other numbers of these bits, and is to."""
    return _local.on and kind in _KINDS and dtype in _WORDS


def drawn(
    kind: str, draw: Callable[..., Tensor], source: Any, sizes: tuple[int, ...], dtype: DType
) -> Tensor:
    """Numbers of a distribution; `draw` draws bits."""
    before, _local.on = _local.on, False
    try:
        return _KINDS[kind](functools.partial(draw, "full_int", source), sizes, dtype)
    finally:
        _local.on = before


def _uniform(bits: Callable[..., Tensor], sizes: tuple[int, ...], dtype: DType) -> Tensor:
    word, digits = _WORDS[dtype]
    words = right_shift(bits(sizes, word), 8 * word.size - digits)
    signed = dtypes.int32 if word is dtypes.uint32 else dtypes.int64
    return cast(cast(words, signed), dtype) * 0.5**digits


def _normal(bits: Callable[..., Tensor], sizes: tuple[int, ...], dtype: DType) -> Tensor:
    shape = list(sizes) or [1]
    even = [axis for axis, size in enumerate(shape) if size % 2 == 0]
    # Pairs lie along the first axis of even size, or else the longest, where one is left over.
    axis = even[0] if even else shape.index(max(shape))
    count = (shape[axis] + 1) // 2
    uniform = _uniform(bits, (*shape[:axis], count, 2, *shape[axis + 1 :]), dtype)
    first, second = unstack(uniform, axis=axis + 1)
    radius = sqrt(log(math.maximum(first, _LEAST)) * -2)
    both = stack([radius * trigonometric(second * tau) for trigonometric in (sin, cos)], axis + 1)
    whole = reshape(both, [*shape[:axis], 2 * count, *shape[axis + 1 :]])
    return reshape(split(whole, [shape[axis], 2 * count - shape[axis]], axis)[0], sizes)


def _truncated_normal(bits: Callable[..., Tensor], sizes: tuple[int, ...], dtype: DType) -> Tensor:
    # What lies between -2 and 2, of twice the distribution function less one.
    within = erf(2**0.5)
    return erfinv((_uniform(bits, sizes, dtype) * 2 - 1) * within) * 2**0.5


_KINDS = {"uniform": _uniform, "normal": _normal, "truncated_normal": _truncated_normal}
