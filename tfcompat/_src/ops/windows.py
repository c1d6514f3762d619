"""Strides, paddings and sizes of sliding windows, as convolutions and pooling read them."""

from __future__ import annotations

from collections.abc import Sequence
from operator import index
from typing import Any, NamedTuple

from tfcompat._src.errors import invalid_argument, unimplemented
from tfcompat._src.tensor import Tensor

_LAST = ("NWC", "NHWC", "NDHWC")
_FIRST = ("NCW", "NCHW", "NCDHW")

Pairs = tuple[tuple[int, int], ...]


class Geometry(NamedTuple):
    """Of windows over the spatial axes: everything static that a kernel needs."""

    strides: tuple[int, ...]
    padding: Pairs
    dilations: tuple[int, ...]
    first: bool


def frozen(value: Any) -> Any:
    """A number, or a list of numbers, that can be a key; anything else as it is."""
    kind = value.__class__
    if kind is list or kind is tuple:
        try:
            return tuple([index(n) for n in value])
        except TypeError:
            return value
    return value if value is None or kind is int else [value]


def channels_first(data_format: str | None, rank: int, op: str) -> bool:
    """Whether the channels are axis 1. InvalidArgumentError for a format of another rank."""
    last, first = _LAST[rank - 1], _FIRST[rank - 1]
    # One-dimensional ops are known by the names of two-dimensional ones, too.
    if data_format is None or data_format == last or (rank == 1 and data_format == "NHWC"):
        return False
    if data_format == first or (rank == 1 and data_format == "NCHW"):
        return True
    raise invalid_argument(
        op, f"received data_format={data_format!r}; accepted are {last!r} and {first!r}"
    )


def per_axis(value: Any, rank: int, first: bool, op: str, what: str) -> tuple[int, ...]:
    """A number for each spatial axis, given once, for each of them, or for all axes.

    Raises:
      ValueError: another number of numbers.
      UnimplementedError: other than 1 for the batch or the channels.
      InvalidArgumentError: a number below 1.
    """
    if value is None:
        return (1,) * rank
    numbers = tuple([index(n) for n in value]) if isinstance(value, Sequence) else (index(value),)
    if len(numbers) == 1:
        numbers *= rank
    elif len(numbers) == rank + 2:
        outer = (numbers[0], numbers[1]) if first else (numbers[0], numbers[-1])
        if outer != (1, 1):
            raise unimplemented(
                op, f"received {what}={list(numbers)}; expected 1 for the batch and the channels"
            )
        numbers = numbers[2:] if first else numbers[1:-1]
    elif len(numbers) != rank:
        raise ValueError(
            f"{op}: {what} should be of length 1, {rank} or {rank + 2}; received "
            f"{list(numbers)} of length {len(numbers)}"
        )
    if min(numbers) < 1:
        raise invalid_argument(op, f"received {what}={list(numbers)}; expected 1 or more")
    return numbers


def _explicit(padding: Any, rank: int, first: bool, op: str) -> Pairs:
    pairs = tuple([(index(a), index(b)) for a, b in padding])
    if len(pairs) != rank + 2:
        raise ValueError(
            f"{op}: when padding is a list, it must be of size {rank + 2}; received "
            f"{list(pairs)} of size {len(pairs)}"
        )
    outer = (pairs[0], pairs[1]) if first else (pairs[0], pairs[-1])
    if any(n for pair in outer for n in pair) or any(n < 0 for pair in pairs for n in pair):
        raise invalid_argument(
            op,
            f"received padding={list(pairs)}; expected 0 for the batch and the channels, and "
            "nothing below 0",
        )
    return pairs[2:] if first else pairs[1:-1]


def extent(size: int, dilation: int) -> int:
    """How far a window of `size` elements reaches."""
    return (size - 1) * dilation + 1


def geometry(
    op: str,
    sizes: tuple[int, ...],
    window: tuple[int, ...],
    strides: tuple[int, ...],
    padding: Any,
    dilations: tuple[int, ...],
    first: bool,
    *,
    explicit: bool = True,
) -> Geometry:
    """The windows over axes of the given sizes, with the padding in numbers.

    Raises InvalidArgumentError for an unknown padding, or one that leaves no window.
    """
    reach = [extent(k, d) for k, d in zip(window, dilations, strict=True)]
    if not isinstance(padding, str):
        if not explicit:
            raise TypeError(f"{op}: received padding={padding!r}; expected 'SAME' or 'VALID'")
        pairs = _explicit(padding, len(sizes), first, op)
    elif padding == "VALID":
        pairs = ((0, 0),) * len(sizes)
    elif padding == "SAME":
        pairs = tuple([_same(*one) for one in zip(sizes, reach, strides, strict=True)])
    else:
        accepted = "'SAME', 'VALID'" + (" and pairs of numbers" if explicit else "")
        raise invalid_argument(op, f"received padding={padding!r}; accepted are {accepted}")
    padding = []
    for size, one, stride, (low, high) in zip(sizes, reach, strides, pairs, strict=True):
        missing = one - (size + low + high + stride)
        if missing >= stride:
            raise invalid_argument(
                op,
                f"Computed output size would be negative: received a window that reaches {one} "
                f"over size {size}; expected one that fits",
            )
        # Too large by more than a stride, but less than two, it fits nowhere, as by just one.
        padding.append((low, high + max(missing, 0)))
    return Geometry(strides, tuple(padding), dilations, first)


def _same(size: int, reach: int, stride: int) -> tuple[int, int]:
    total = max((-(-size // stride) - 1) * stride + reach - size, 0)
    return total // 2, total - total // 2


def results(sizes: Sequence[int], window: Sequence[int], how: Geometry) -> list[int]:
    """How many windows there are along each axis."""
    return [
        (size + low + high - extent(k, d) + s) // s
        for size, k, s, (low, high), d in zip(
            sizes, window, how.strides, how.padding, how.dilations, strict=True
        )
    ]


def centred(x: Tensor, window: Sequence[int], how: Geometry) -> Tensor:
    """A volume from its first window on: with "SAME", windows that leave gaps are in the middle."""
    start = 2 if how.first else 1
    where = [slice(None)] * start
    for size, k, s, d in zip(x._shape[start:], window, how.strides, how.dilations, strict=False):
        gap = size - (-(-size // s) - 1) * s - extent(k, d)
        where.append(slice(max(0, gap // 2), None))
    if any([one.start for one in where]):
        x = x[tuple(where)]
    return x
