"""Ops on uint16, uint32 and uint64, for which PyTorch has arrays but few kernels.

They run on the next wider signed type, and the result is cut to the width again: exact for what
wraps around, and for whatever fits. For uint64 there is no wider type: int64 has the same bits, and
the order of the numbers once their highest bit is flipped.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import torch

WIDER = {torch.uint16: torch.int32, torch.uint32: torch.int64, torch.uint64: torch.int64}
_HIGHEST_BIT = torch.iinfo(torch.int64).min


@functools.cache
def _by_order() -> frozenset[Any]:
    from . import math, reductions, sorting

    return frozenset(
        [math.less, math.less_equal, math.greater, math.greater_equal, math.maximum, math.minimum]
        + [reductions.reduce_max, reductions.reduce_min, reductions.argmax, reductions.argmin]
        + [getattr(sorting, name) for name in ("sort", "argsort", "top_k")]
    )


@functools.cache
def _by_bits() -> frozenset[Any]:
    from . import bitwise, math, reductions

    return frozenset(
        [
            *(math.add, math.subtract, math.multiply, math.square, math.cube, math.add_n),
            *(reductions.reduce_sum, reductions.reduce_prod),
            *(reductions.cumsum, reductions.cumprod),
            *(bitwise.bitwise_and, bitwise.bitwise_or, bitwise.bitwise_xor),
            *(bitwise.invert, bitwise.left_shift),
        ]
    )


def _unsigned_quotient(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Of the bits of uint64, which int64 holds."""
    # Half of x fits; its quotient, doubled, is right or one too small.
    half = (x >> 1) & torch.iinfo(torch.int64).max
    quotient = torch.div(half, torch.where(y > 0, y, 1), rounding_mode="floor") << 1
    rest = x - quotient * y
    quotient = quotient + ((rest ^ _HIGHEST_BIT) >= (y ^ _HIGHEST_BIT)).to(torch.int64)
    large = ((x ^ _HIGHEST_BIT) >= (y ^ _HIGHEST_BIT)).to(torch.int64)
    return torch.where(y < 0, large, quotient)


def _unsigned_remainder(x: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    return x - _unsigned_quotient(x, y) * y


@functools.cache
def _on_bits() -> dict[Any, Callable[..., torch.Tensor]]:
    from . import math, nn

    return {
        nn.relu: lambda x: x,
        nn.relu6: lambda x: torch.where(x < 0, 6, x.clamp(max=6)),
        math.floordiv: _unsigned_quotient,
        math.truncatediv: _unsigned_quotient,
        math.floormod: _unsigned_remainder,
        math.truncatemod: _unsigned_remainder,
    }


def run(
    kernel: Callable[..., Any],
    natives: Sequence[torch.Tensor],
    attrs: tuple[Any, ...],
    error: NotImplementedError,
) -> Any:
    """The kernel on wider integers; raises `error` where that would not be the same."""
    narrow = next((x.dtype for x in natives if x.dtype in WIDER), None)
    if narrow is None:
        raise error
    wide = WIDER[narrow]
    flip = narrow is torch.uint64 and kernel in _by_order()
    inputs = [x.to(wide) if x.dtype is narrow else x for x in natives]
    if flip:
        inputs = [x ^ _HIGHEST_BIT for x in inputs]
    elif narrow is torch.uint64 and kernel in _on_bits():
        kernel = _on_bits()[kernel]
    elif narrow is torch.uint64 and kernel not in _by_bits():
        for x, given in zip(inputs, natives, strict=True):
            if given.dtype is narrow and x.numel() and int(x.min()) < 0:
                raise NotImplementedError(
                    f"{getattr(kernel, '__name__', kernel)}: received uint64 values of 2**63 and "
                    "more, which the backend 'torch' cannot take here; use int64, or the backend "
                    "'jax'"
                ) from error
    out = kernel(*inputs, *attrs)
    several = out.__class__ is tuple
    # An index is int64 whatever the values are; TensorFlow's indices are never unsigned.
    indices = kernel in _by_order() and not several and _gives_index(kernel)
    found = []
    for o in out if several else (out,):
        if o.dtype is wide and not indices and not (several and o is out[-1]):
            o = (o ^ _HIGHEST_BIT if flip else o).to(narrow)
        found.append(o)
    return tuple(found) if several else found[0]


def _gives_index(kernel: Callable[..., Any]) -> bool:
    from . import reductions, sorting

    return kernel in (reductions.argmax, reductions.argmin, getattr(sorting, "argsort", None))
