"""Distributions on the host: TensorFlow's numbers, from the words of a stream, in NumPy.

What a backend computes itself (random.py there) must agree with these. How a word becomes a
number is not documented by TensorFlow: it was found by comparing with its results.

- float16, bfloat16, float32: the low bits of one word are the mantissa of a number in [1, 2).
  float64: the low 20 bits of one word, then the next word.
- Normal: Box-Muller on two uniforms, sine first; halves are rounded from float32. The angle is
  rounded to the result's precision, the functions are evaluated in double precision: for float32
  98.5 % of the numbers are TensorFlow's, the rest are neighbours, as its C library rounds some
  logarithms the other way.
- What needs a varying number of words takes each group of outputs from a place of its own in the
  stream, 256 words per output further (for gamma, Poisson and binomial 256 blocks).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import cache
from typing import Any

import ml_dtypes
import numpy as np

from tfcompat._src import noise
from tfcompat._src.noise import Unforeseen
from tfcompat._src.philox import Stream, Words, blocks_at, words

Array = np.ndarray[Any, Any]

_SINGLE_BITS, _SINGLE_ONE = np.uint32(0x7FFFFF), np.uint32(0x3F800000)
_HALF_BITS, _HALF_ONE = np.uint16(0x3FF), np.uint16(0x3C00)
_BRAIN_BITS, _BRAIN_ONE = np.uint32(0x7F), np.uint32(0x3F80)
_LEAST = 1e-7  # keeps the logarithm of Box-Muller finite
_RESERVED = 256
_RESERVED_FEW = 42  # of binomials with few successes
_FEW_PAIRS = 512
_CHUNK = 8192  # doubles: a few buffers of them stay in the second-level cache
_STEPS = 256
_PIECE = 1 << 16
_BOUND = 2.0  # standard deviations, of the truncated normal


# ----------------------------------------------------------------------------------- elementary
def words_per(dtype: Any) -> int:
    """How many words one number of a dtype takes."""
    return 2 if np.dtype(dtype).itemsize == 8 else 1


def unit(w: Words, dtype: Any) -> Array:
    """Uniform numbers in [0, 1) of a floating-point dtype."""
    dtype = np.dtype(dtype)
    if dtype == np.float32:
        return (w & _SINGLE_BITS | _SINGLE_ONE).view(np.float32) - np.float32(1)
    if dtype == np.float64:
        return _unit_double(w)
    if dtype == np.float16:
        return (w.astype(np.uint16) & _HALF_BITS | _HALF_ONE).view(np.float16) - np.float16(1)
    high = (w & _BRAIN_BITS | _BRAIN_ONE) << np.uint32(16)
    return (high.view(np.float32) - np.float32(1)).astype(ml_dtypes.bfloat16)


def _unit_double(w: Words) -> Array:
    pairs = w.reshape(-1, 2).astype(np.uint64)
    bits = (pairs[:, 0] & np.uint64(0xFFFFF)) << np.uint64(32) | pairs[:, 1]
    return (bits | np.uint64(1023 << 52)).view(np.float64) - 1.0


def integers(w: Words, dtype: Any) -> Array:
    """Integers of all values of a 32- or 64-bit dtype."""
    dtype = np.dtype(dtype)
    if dtype.itemsize == 4:
        return w.view(dtype)
    pairs = w.reshape(-1, 2).astype(np.uint64)
    return (pairs[:, 0] | pairs[:, 1] << np.uint64(32)).view(dtype)


def ranged(w: Words, low: int, high: int, dtype: Any) -> Array:
    """Integers in [low, high) of a signed dtype: a word modulo the size of the range."""
    dtype = np.dtype(dtype)
    unsigned = np.dtype(f"u{dtype.itemsize}")
    size = unsigned.type(high - low)
    offset = unsigned.type(low % (1 << 8 * dtype.itemsize))
    with np.errstate(over="ignore"):
        found: Array = (integers(w, unsigned) % size + offset).view(dtype)
    return found


def box_muller(u: Array) -> Array:
    """Normal numbers from pairs of uniform ones of float32 or float64."""
    single = u.dtype == np.float32
    pairs = u.reshape(-1, 2)
    radius = np.log(np.maximum(pairs[:, 0], u.dtype.type(_LEAST)), dtype=np.float64)
    angle = np.multiply(pairs[:, 1], 2 * math.pi, dtype=np.float64)
    if single:
        angle = angle.astype(np.float32).astype(np.float64)
        radius = radius.astype(np.float32)
    radius = np.sqrt(radius * u.dtype.type(-2))
    out = np.empty_like(pairs)
    if single and len(pairs) > _FEW_PAIRS:
        _sines_and_cosines(angle, out)
    else:
        out[:, 0], out[:, 1] = np.sin(angle), np.cos(angle)
    out *= radius[:, None]
    return out.reshape(-1)


def _sines_and_cosines(angle: Array, out: Array) -> None:
    """Sine and cosine of doubles in [0, 2 pi] to eleven digits: four times NumPy's speed.

    By the addition theorem from the nearest of 257 angles; the rest is at most pi / 256.
    """
    sines, cosines = _table()
    buffers = np.empty((6, min(len(angle), _CHUNK)))
    for first in range(0, len(angle), _CHUNK):
        x = angle[first : first + _CHUNK]
        rest, square, low, high, s, c = buffers[:, : len(x)]
        np.rint(np.multiply(x, _STEPS / (2 * math.pi), out=low), out=low)
        place = low.astype(np.intp)
        np.subtract(x, np.multiply(low, 2 * math.pi / _STEPS, out=low), out=rest)
        np.multiply(rest, rest, out=square)
        # Of the rest: low is its sine, high its cosine less 1.
        np.multiply(square, -1 / 6, out=low)
        low += 1
        low *= rest
        np.multiply(square, 1 / 24, out=high)
        high -= 0.5
        high *= square
        sines.take(place, out=s, mode="clip")
        cosines.take(place, out=c, mode="clip")
        rows = out[first : first + _CHUNK]
        np.multiply(s, high, out=rest)
        rest += np.multiply(c, low, out=square)
        np.add(rest, s, out=rows[:, 0], casting="unsafe")
        np.multiply(c, high, out=rest)
        rest -= np.multiply(s, low, out=square)
        np.add(rest, c, out=rows[:, 1], casting="unsafe")


@cache
def _table() -> tuple[Array, Array]:
    angles = np.arange(_STEPS + 1) * (2 * math.pi / _STEPS)
    return np.sin(angles), np.cos(angles)


def _wide(dtype: Any) -> type[np.floating[Any]]:
    return np.float64 if np.dtype(dtype) == np.float64 else np.float32


# --------------------------------------------------------------------------------------- streams
def _drawn(
    stream: Stream, count: int, dtype: Any, per_number: int, make: Callable[[Words], Array]
) -> Array:
    """`count` numbers that `make` makes of words; pair by pair, so an even count is asked for.

    Many are made piece by piece: fresh memory for large temporaries costs more than arithmetic.
    """
    if count <= _PIECE:
        return make(words(stream, (count + count % 2) * per_number))[:count]
    out = np.empty(count, dtype)
    for first in range(0, count, _PIECE):
        n = min(_PIECE, count - first)
        place = stream.skip(first * per_number // 4)
        out[first : first + n] = make(words(place, (n + n % 2) * per_number))[:n]
    return out


def uniform(stream: Stream, count: int, dtype: Any) -> Array:
    """`count` numbers in [0, 1)."""
    if stream.__class__ is Unforeseen and dtype in noise.DRAWN:
        return noise.generator().random(count, dtype)
    return _drawn(stream, count, dtype, words_per(dtype), lambda w: unit(w, dtype))


def full_int(stream: Stream, count: int, dtype: Any) -> Array:
    """`count` integers of all values."""
    return _drawn(stream, count, dtype, words_per(dtype), lambda w: integers(w, dtype))


def uniform_int(stream: Stream, count: int, low: int, high: int, dtype: Any) -> Array:
    """`count` integers in [low, high)."""
    if stream.__class__ is Unforeseen and dtype in noise.INTEGERS and count:
        return noise.generator().integers(low, high, count, dtype)
    per_number = words_per(dtype)
    return _drawn(stream, count, dtype, per_number, lambda w: ranged(w, low, high, dtype))


def normal(stream: Stream, count: int, dtype: Any) -> Array:
    """`count` standard normal numbers."""
    if stream.__class__ is Unforeseen and dtype in noise.DRAWN:
        return noise.generator().standard_normal(count, dtype)
    wide = _wide(dtype)
    found = _drawn(stream, count, dtype, words_per(wide), lambda w: box_muller(unit(w, wide)))
    return found.astype(dtype, copy=False)


def truncated_normal(stream: Stream, count: int, dtype: Any) -> Array:
    """`count` standard normal numbers, those beyond two standard deviations drawn again."""
    if stream.__class__ is Unforeseen and dtype in noise.DRAWN:
        return noise.truncated_normal(count, dtype)
    wide = _wide(dtype)
    group = 4 // words_per(wide)
    if count > _PIECE:
        pieces = range(0, count, _PIECE)
        places = [stream.skip(first * _RESERVED // 4) for first in pieces]
        counts = [min(_PIECE, count - first) for first in pieces]
        return np.concatenate(
            [truncated_normal(*piece, dtype) for piece in zip(places, counts, strict=True)]
        )
    groups = (count + group - 1) // group
    spacing = np.uint64(group * _RESERVED // 4)
    out = np.empty((groups, group), wide)
    left = np.arange(groups, dtype=np.uint64)
    blocks = 1
    while left.size:
        within = np.arange(blocks, dtype=np.uint64)
        offsets = (left[:, None] * spacing + within).astype(np.uint64, copy=False)
        w = blocks_at(stream, offsets.reshape(-1)).reshape(-1)
        found = box_muller(unit(w, wide)).reshape(len(left), -1)
        inside = np.abs(found) < _BOUND
        rank = np.cumsum(inside, 1)
        full = rank[:, -1] >= group
        out[left[full]] = found[full][(inside & (rank <= group))[full]].reshape(-1, group)
        left = left[~full]
        blocks *= 4
    return out.reshape(-1)[:count].astype(dtype, copy=False)


def permutation(stream: Stream, size: int) -> Array:
    """The order of `size` rows after a shuffle: each place swaps with one at or after it."""
    if stream.__class__ is Unforeseen:
        return noise.generator().permutation(size)
    order = list(range(size))
    steps = words(stream, max(size - 1, 0))
    remaining = np.arange(size, 1, -1, dtype=np.uint32)
    for place, step in enumerate((steps % remaining).tolist()):
        if step:
            other = place + step
            order[place], order[other] = order[other], order[place]
    return np.array(order, np.int64)


def categorical(stream: Stream, logits: Array, samples: int) -> Array:
    """[rows, samples] classes, drawn by inverting the cumulative distribution of each row.

    Rows follow each other in the stream. TensorFlow starts afresh where one of its threads does
    when there are many rows: those numbers depend on the machine, these do not.
    """
    rows, classes = logits.shape
    totals = np.cumsum(_weights(logits), 1)
    picks = uniform(stream, rows * samples, np.float64).reshape(rows, samples)
    picks *= totals[:, -1:]
    found = np.empty((rows, samples), np.int64)
    if classes <= 64:
        np.sum(picks[:, :, None] >= totals[:, None, :], 2, out=found)
    else:
        for row, (total, pick) in enumerate(zip(totals, picks, strict=True)):
            found[row] = np.searchsorted(total, pick, side="right")
    return found


def _weights(logits: Array) -> Array:
    """Probabilities up to a factor; classes that are not finite are never drawn."""
    wide = logits.astype(np.float64)
    finite = np.isfinite(wide)
    if finite.all() and wide.size:
        return np.exp(wide - wide.max(1, keepdims=True))  # type: ignore[no-any-return]
    with np.errstate(invalid="ignore", over="ignore"):
        largest = np.max(np.where(finite, wide, -np.inf), 1, keepdims=True, initial=-np.inf)
        return np.where(finite, np.exp(wide - largest), 0.0)


# ------------------------------------------------------------------------------------- rejection
class _Draws:
    """Per output an own place in the stream, from which it takes as much as it needs."""

    def __init__(self, stream: Stream, count: int, spacing: Any = _RESERVED) -> None:
        self._stream = stream
        self._next = np.arange(count, dtype=np.uint64) * np.asarray(spacing, np.uint64)
        self._uniforms = np.empty((count, 2))
        self._normals = np.empty((count, 2))
        self._uniforms_left = np.zeros(count, np.int64)
        self._normals_left = np.zeros(count, np.int64)

    def _block(self, rows: Array) -> Array:
        w = blocks_at(self._stream, self._next[rows])
        self._next[rows] += np.uint64(1)
        return _unit_double(w.reshape(-1))

    def uniform(self, rows: Array) -> Array:
        """The next uniform number of each of the rows; of a block's two, the later comes first."""
        empty = rows[self._uniforms_left[rows] == 0]
        if empty.size:
            self._uniforms[empty] = self._block(empty).reshape(-1, 2)
            self._uniforms_left[empty] = 2
        self._uniforms_left[rows] -= 1
        return self._uniforms[rows, self._uniforms_left[rows]]

    def normal(self, rows: Array) -> Array:
        """The next normal number of each of the rows."""
        empty = rows[self._normals_left[rows] == 0]
        if empty.size:
            self._normals[empty] = box_muller(self._block(empty)).reshape(-1, 2)
            self._normals_left[empty] = 2
        self._normals_left[rows] -= 1
        return self._normals[rows, self._normals_left[rows]]


def gamma(stream: Stream, alpha: Array, samples: int) -> Array:
    """[samples, number of alphas] in double precision, of scale 1 (Marsaglia and Tsang, 2000)."""
    # Outputs are numbered alpha by alpha.
    shape = np.repeat(alpha.astype(np.float64).reshape(-1), samples)
    draws = _Draws(stream, len(shape))
    out = np.full(len(shape), np.nan)
    one = np.flatnonzero(shape == 1.0)
    if one.size:
        out[one] = -np.log1p(-draws.uniform(one))
    with np.errstate(all="ignore"):
        small = shape < 1.0
        d = shape + np.where(small, 2.0 / 3, -1.0 / 3)
        c = 1.0 / 3 / np.sqrt(d)
        rows = np.flatnonzero((shape != 1.0) & (d > 0))
        while rows.size:
            x = draws.normal(rows)
            v = 1 + c[rows] * x
            possible = v > 0
            rows_, x, v = rows[possible], x[possible], v[possible] ** 3
            u = draws.uniform(rows_)
            accepted = u < 1 - 0.0331 * (x * x) * (x * x)
            accepted |= np.log(u) < 0.5 * x * x + d[rows_] * (1 - v + np.log(v))
            done = rows_[accepted]
            value = d[done] * v[accepted]
            boost = small[done]
            if boost.any():
                extra = done[boost]
                value[boost] *= draws.uniform(extra) ** (1 / shape[extra])
            out[done] = value
            rows = np.setdiff1d(rows, done, assume_unique=True)
    return out.reshape(-1, samples).T


_log_gamma = np.frompyfunc(math.lgamma, 1, 1)


def poisson(stream: Stream, rate: Array, samples: int) -> Array:
    """[samples, number of rates] in double precision.

    Products of uniforms (Knuth) below a rate of 10, transformed rejection (Hormann, 1993) above.
    """
    rates = np.repeat(rate.astype(np.float64).reshape(-1), samples)
    draws = _Draws(stream, len(rates))
    out = np.full(len(rates), np.nan)
    few = np.flatnonzero(rates < 10)
    floor = np.exp(-rates)
    product, count = np.ones(len(rates)), np.zeros(len(rates))
    while few.size:
        product[few] *= draws.uniform(few)
        ended = product[few] <= floor[few]
        out[few[ended]] = count[few[ended]]
        few = few[~ended]
        count[few] += 1
    many = np.flatnonzero((rates >= 10) & np.isfinite(rates))
    out[np.isposinf(rates)] = np.inf
    if many.size:
        _poisson_many(draws, rates, many, out)
    return out.reshape(-1, samples).T


def _poisson_many(draws: _Draws, rates: Array, rows: Array, out: Array) -> None:
    b = 0.931 + 2.53 * np.sqrt(rates)
    a = -0.059 + 0.02483 * b
    inverse = 1.1239 + 1.1328 / (b - 3.4)
    while rows.size:
        u = draws.uniform(rows) - 0.5
        v = draws.uniform(rows)
        a_, b_, rate = a[rows], b[rows], rates[rows]
        edge = 0.5 - np.abs(u)
        k = np.floor((2 * a_ / edge + b_) * u + rate + 0.43)
        accepted = (edge >= 0.07) & (v <= 0.9277 - 3.6224 / (b_ - 2))
        doubtful = ~accepted & (k >= 0) & ~((edge < 0.013) & (v > edge))
        if doubtful.any():
            e, kd, rd = edge[doubtful], k[doubtful], rate[doubtful]
            s = np.log(
                v[doubtful] * inverse[rows[doubtful]] / (a_[doubtful] / (e * e) + b_[doubtful])
            )
            t = -rd + kd * np.log(rd) - _log_gamma(kd + 1).astype(np.float64)
            accepted[doubtful] = s <= t
        out[rows[accepted]] = k[accepted]
        rows = rows[~accepted]


def binomial(stream: Stream, counts: Array, probabilities: Array, samples: int) -> Array:
    """[samples, number of parameters] in double precision.

    Sums of geometric numbers below ten expected successes, transformed rejection (Hormann, 1993)
    above; probabilities above one half count the failures.
    """
    total = np.repeat(counts.astype(np.float64).reshape(-1), samples)
    given = np.repeat(probabilities.astype(np.float64).reshape(-1), samples)
    flipped = given > 0.5
    p = np.where(flipped, 1 - given, given)
    found = np.zeros(len(total))
    usual, large = (total > 0) & (p > 0), total * p >= 10
    draws = _Draws(stream, len(total), np.where(large, _RESERVED, _RESERVED_FEW))
    _count_geometric(draws, total, p, np.flatnonzero(usual & ~large), found)
    many = np.flatnonzero(usual & large & np.isfinite(total))
    if many.size:
        _binomial_many(draws, total, p, many, found)
    out = np.where(flipped, total - found, found)
    out[total <= 0] = 0
    out[np.isnan(total) | np.isnan(given)] = np.nan
    return out.reshape(-1, samples).T


def _count_geometric(draws: _Draws, total: Array, p: Array, rows: Array, out: Array) -> None:
    waited = np.zeros(len(total))
    while rows.size:
        waited[rows] += np.ceil(np.log(draws.uniform(rows)) / np.log1p(-p[rows]))
        rows = rows[waited[rows] <= total[rows]]
        out[rows] += 1


def _stirling_tail(k: Array) -> Array:
    """log(k!) less Stirling's leading terms, at k + 1."""
    exact = [math.lgamma(n + 1) - (n + 0.5) * math.log(n + 1) + n + 1 for n in range(10)]
    tail = np.array(exact) - 0.5 * math.log(2 * math.pi)
    square = (k + 1) ** 2
    series = (1 / 12 - (1 / 360 - 1 / 1260 / square) / square) / (k + 1)
    return np.where(k <= 9, tail[np.clip(k, 0, 9).astype(np.int64)], series)


def _binomial_many(draws: _Draws, total: Array, p: Array, rows: Array, out: Array) -> None:
    deviation = np.sqrt(total * p * (1 - p))
    b = 1.15 + 2.53 * deviation
    a = -0.0873 + 0.0248 * b + 0.01 * p
    odds = p / (1 - p)
    alpha = (2.83 + 5.1 / b) * deviation
    mode = np.floor((total + 1) * p)
    while rows.size:
        u = draws.uniform(rows) - 0.5
        v = draws.uniform(rows)
        edge = 0.5 - np.abs(u)
        b_, n = b[rows], total[rows]
        k = np.floor((2 * a[rows] / edge + b_) * u + n * p[rows] + 0.5)
        accepted = (edge >= 0.07) & (v <= 0.92 - 4.2 / b_)
        doubtful = ~accepted & (k >= 0) & (k <= n)
        if doubtful.any():
            at = rows[doubtful]
            e, kd, nd, m, r = edge[doubtful], k[doubtful], total[at], mode[at], odds[at]
            ratio = np.log(v[doubtful] * alpha[at] / (a[at] / (e * e) + b[at]))
            bound = (
                (m + 0.5) * np.log((m + 1) / (r * (nd - m + 1)))
                + (nd + 1) * np.log((nd - m + 1) / (nd - kd + 1))
                + (kd + 0.5) * np.log(r * (nd - kd + 1) / (kd + 1))
                + _stirling_tail(m)
                + _stirling_tail(nd - m)
                - _stirling_tail(kd)
                - _stirling_tail(nd - kd)
            )
            accepted[doubtful] = ratio <= bound
        out[rows[accepted]] = k[accepted]
        rows = rows[~accepted]
