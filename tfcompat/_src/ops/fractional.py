"""Pooling by a ratio that is no whole number: tf.nn.fractional_max_pool, ..."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from math import ceil
from typing import Any, NamedTuple

import numpy as np

from tfcompat._src import dispatch, dtypes, recording
from tfcompat._src.convert import from_numpy, to_tensor
from tfcompat._src.errors import invalid_argument, unimplemented
from tfcompat._src.naming import public
from tfcompat._src.ops import comparisons, division, math
from tfcompat._src.ops.common import check_dtype, concrete
from tfcompat._src.ops.random_seeds import RawSeeds, get_seed, unpredictable
from tfcompat._src.ops.selection import gather, where
from tfcompat._src.randomness.philox import Stream, make_stream, words
from tfcompat._src.tensor import Tensor

kernels = dispatch.family("patches")

_ACCEPTED = dtypes.INDEX | {dtypes.float32, dtypes.float64}
_WORDS_PER_BLOCK = 4


@public("tfcompat.nn")
class FractionalMaxPool(NamedTuple):
    """The maxima, and where the rows' and the columns' windows begin and end."""

    output: Tensor
    row_pooling_sequence: Tensor
    col_pooling_sequence: Tensor


@public("tfcompat.nn")
class FractionalAvgPool(NamedTuple):
    """The means, and where the rows' and the columns' windows begin and end."""

    output: Tensor
    row_pooling_sequence: Tensor
    col_pooling_sequence: Tensor


# ---------------------------------------------------------------------------- sizes of the windows
class _Source:
    """TensorFlow's words for the sequences: each one takes whole blocks of the stream."""

    def __init__(self, seed: int | RawSeeds) -> None:
        if seed:
            key, op = get_seed(seed)
            self.stream = make_stream(key or 0, 0, op or 0)
        else:
            self.stream = unpredictable()

    def reserve(self, count: int) -> Stream:
        found = self.stream
        self.stream = found.skip(-(-count // _WORDS_PER_BLOCK))
        return found


class _Words:
    def __init__(self, stream: Stream, likely: int) -> None:
        self._stream = stream
        self._left: Iterator[int] = iter(())
        self._blocks = -(-likely // _WORDS_PER_BLOCK) or 1

    def next(self) -> int:
        for word in self._left:
            return int(word)
        # Seldom more than are likely to be needed: then as many again.
        self._left = iter(words(self._stream, self._blocks * _WORDS_PER_BLOCK).tolist())
        self._stream = self._stream.skip(self._blocks)
        return int(next(self._left))

    def unit(self) -> float:
        """In [0, 1), with 52 bits."""
        high = self.next() & 0xFFFFF
        return (high << 32 | self.next()) / 2.0**52

    def below(self, limit: int) -> int:
        if limit & (limit - 1) == 0:
            return self.next() & (limit - 1)
        # The first few words would make some remainders likelier than others.
        rejected = 0xFFFFFFFF % limit + 1
        while True:
            word = self.next()
            if word >= rejected:
                return word % limit


def _pseudo_random(size: int, count: int, source: _Source) -> list[int]:
    ratio, least = size / count, size // count
    most = min((least + 2) / ratio - 1, (size + 1 - least) / ratio - (count - 1))
    shift = _Words(source.reserve(2), 2).unit() * most
    ends = [1, *[ceil(ratio * (i + shift)) for i in range(1, count)], size + 1]
    return [b - a for a, b in pairwise(ends)]


def _shuffled(size: int, count: int, source: _Source) -> list[int]:
    steps = [size // count + (i < size % count) for i in range(count)]
    stream = _Words(source.reserve(count), count)
    for i in range(count - 1):
        j = i + stream.below(count - i)
        steps[i], steps[j] = steps[j], steps[i]
    return steps


def _sequence(size: int, count: int, source: _Source, pseudo: bool) -> np.ndarray[Any, Any]:
    # Windows of one size too: what they draw and do not need is gone for the next axis.
    steps = (_pseudo_random if pseudo else _shuffled)(size, count, source)
    return np.cumsum([0, *steps])


# ------------------------------------------------------------------------------------- the pools
def _checked(
    value: Any, pooling_ratio: Any, seed: Any, pseudo: Any, op: str
) -> tuple[Tensor, np.ndarray[Any, Any], np.ndarray[Any, Any]]:
    x = to_tensor(value)
    check_dtype(op, x, _ACCEPTED)
    ratios = [float(n) for n in pooling_ratio]
    if len(ratios) != 4:
        raise invalid_argument(op, f"received pooling_ratio={ratios}; expected four numbers")
    for n in ratios:
        if n < 1:
            raise invalid_argument(op, f"pooling_ratio cannot be smaller than 1, got: {n}")
    if ratios[0] != 1 or ratios[3] != 1:
        raise unimplemented(
            op, f"received pooling_ratio={ratios}; expected 1 for the batch and the channels"
        )
    if len(x._shape) != 4:
        raise invalid_argument(op, f"tensor_in must be 4-dimensional: received {list(x._shape)}")
    for axis, (n, ratio) in enumerate(zip(x._shape, ratios, strict=True)):
        if n < ratio:
            raise invalid_argument(
                op,
                "Pooling ratio is higher than input dimension size for dimension "
                f"{axis}. Input dim size: {n} pooling ratio: {ratio}",
            )
    source = _Source(seed if isinstance(seed, RawSeeds) else int(seed))
    found = [
        _sequence(x._shape[axis], int(x._shape[axis] / ratios[axis]), source, bool(pseudo))
        for axis in (1, 2)
    ]
    return x, found[0], found[1]


def _offsets(
    ends: np.ndarray[Any, Any], overlapping: bool
) -> list[tuple[Tensor, np.ndarray[Any, Any]]]:
    """The first element of every window, the second, ...; and which windows have it."""
    last = np.minimum(ends[1:] - (not overlapping), ends[-1] - 1)
    found = []
    for i in range(int((last - ends[:-1]).max()) + 1):
        at = ends[:-1] + i
        chosen = from_numpy(np.minimum(at, last).astype(np.int64), dtypes.int64)
        found.append((chosen, at <= last))
    return found


def _int64(numbers: np.ndarray[Any, Any]) -> Tensor:
    return from_numpy(numbers.astype(np.int64), dtypes.int64)


@public("tfcompat.nn")
def fractional_max_pool(
    value: Any,
    pooling_ratio: Any,
    pseudo_random: bool = False,
    overlapping: bool = False,
    seed: int = 0,
    name: str | None = None,
) -> FractionalMaxPool:
    """The largest elements of windows whose sizes vary by chance between two whole numbers.

    Args:
      value: [batch, height, width, channels], int32, int64, float32 or float64.
      pooling_ratio: 1 or more; for rows and columns, or four numbers, [1, rows, columns, 1].
      pseudo_random: evenly spread windows, rather than shuffled ones.
      overlapping: windows share the elements at their borders.
      seed: an int; the same one gives the same windows. 0: unpredictable ones.
      name: ignored.

    Raises ValueError or InvalidArgumentError for a ratio that does not fit.
    """
    if isinstance(pooling_ratio, (list, tuple)):
        if not len(pooling_ratio) or pooling_ratio[0] != 1.0 or pooling_ratio[-1] != 1.0:
            raise ValueError(
                "`pooling_ratio` should have first and last elements with value 1.0. Received: "
                f"pooling_ratio={pooling_ratio}"
            )
        ratios = [*pooling_ratio]
    else:
        ratios = [1.0, pooling_ratio, pooling_ratio, 1.0]
    if min(ratios) < 1:
        raise ValueError(
            f"`pooling_ratio` should be >= 1.0. Received: pooling_ratio={pooling_ratio}"
        )
    x, rows, columns = _checked(value, ratios, seed, pseudo_random, "FractionalMaxPool")
    at_once = not recording.anybody() and dispatch.has("patches", "fractional_max_pool")
    if at_once and concrete(x) is not None:
        how = tuple(rows.tolist()), tuple(columns.tolist()), bool(overlapping)
        found: Tensor = dispatch.execute_constant(kernels.fractional_max_pool, (x,), how, x._dtype)
        return FractionalMaxPool(found, _int64(rows), _int64(columns))
    best: Tensor | None = None
    for at, _ in _offsets(rows, overlapping):
        line = gather(x, at, axis=1)
        for column, _ in _offsets(columns, overlapping):
            here = gather(line, column, axis=2)
            # Of equal elements the first gets the gradient.
            best = here if best is None else where(comparisons.greater(here, best), here, best)
    if best is None:
        best = x
    return FractionalMaxPool(best, _int64(rows), _int64(columns))


@public("tfcompat.nn")
def fractional_avg_pool(
    value: Any,
    pooling_ratio: Any,
    pseudo_random: bool = False,
    overlapping: bool = False,
    seed: int = 0,
    name: str | None = None,
) -> FractionalAvgPool:
    """The means of windows whose sizes vary by chance; see `fractional_max_pool`.

    `pooling_ratio` is a list of four numbers.
    """
    op = "FractionalAvgPool"
    if not isinstance(pooling_ratio, (list, tuple)):
        raise TypeError(f"{op}: received pooling_ratio={pooling_ratio!r}; expected a list of four")
    x, rows, columns = _checked(value, pooling_ratio, seed, pseudo_random, op)
    native = x._dtype.as_numpy_dtype
    total: Tensor | None = None
    count: Any = 0
    for at, has_row in _offsets(rows, overlapping):
        line = gather(x, at, axis=1)
        for column, has_column in _offsets(columns, overlapping):
            inside = (has_row[:, None] & has_column)[:, :, None]
            count = count + inside.astype(native)
            here = gather(line, column, axis=2)
            if not inside.all():
                here = math.multiply(here, from_numpy(inside.astype(native), x._dtype))
            total = here if total is None else math.add(total, here)
    if total is None:
        return FractionalAvgPool(x, _int64(rows), _int64(columns))
    counts = from_numpy(np.asarray(count, native), x._dtype)
    divide = division.realdiv if x._dtype.is_floating else division.truncatediv
    return FractionalAvgPool(divide(total, counts), _int64(rows), _int64(columns))
