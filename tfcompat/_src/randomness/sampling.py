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

from tfcompat._src import dispatch
from tfcompat._src.memory import aligned
from tfcompat._src.randomness import noise
from tfcompat._src.randomness.noise import Unforeseen
from tfcompat._src.randomness.philox import Stream, Words, blocks_at, words

Array = np.ndarray[Any, Any]

_SINGLE_BITS, _SINGLE_ONE = np.uint32(0x7FFFFF), np.uint32(0x3F800000)
_HALF_BITS, _HALF_ONE = np.uint16(0x3FF), np.uint16(0x3C00)
_BRAIN_BITS, _BRAIN_ONE = np.uint32(0x7F), np.uint32(0x3F80)
_LEAST = 1e-7  # keeps the logarithm of Box-Muller finite
_RESERVED = 256
_FEW_PAIRS = 512
_CHUNK = 1 << 16  # doubles: as long as steps have to be for threads (threads.PART)
_STEPS = 256
_PIECE = 1 << 18
_WORK = 16  # how much more than one sum a number takes
_ARBITRARY_WORK = 4  # and one that nobody can foresee
_GROUP = 32
_ONES = np.ones(_GROUP, np.float32)
_MANY_CLASSES = 128
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
        _scaled_sines_and_cosines(angle, radius, out)
    else:
        out[:, 0], out[:, 1] = np.sin(angle), np.cos(angle)
        out *= radius[:, None]
    return out.reshape(-1)


def _scaled_sines_and_cosines(angle: Array, radius: Array, out: Array) -> None:
    """Sine and cosine of doubles in [0, 2 pi] to eleven digits: four times NumPy's speed.

    By the addition theorem from the nearest of 257 angles; the rest is at most pi / 256. They are
    rounded, and then multiplied by the radius.
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
        rows, scale = out[first : first + _CHUNK], radius[first : first + _CHUNK]
        np.multiply(s, high, out=rest)
        rest += np.multiply(c, low, out=square)
        rest += s
        np.multiply(rest.astype(np.float32), scale, out=rows[:, 0])
        np.multiply(c, high, out=rest)
        rest -= np.multiply(s, low, out=square)
        rest += c
        np.multiply(rest.astype(np.float32), scale, out=rows[:, 1])


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

    def part(low: int, high: int) -> None:
        for first in range(low * _PIECE, min(high * _PIECE, count), _PIECE):
            n = min(_PIECE, count - first)
            place = stream.skip(first * per_number // 4)
            out[first : first + n] = make(words(place, (n + n % 2) * per_number))[:n]

    _in_parts(part, -(-count // _PIECE), count * _WORK)
    return out


def _in_parts(part: Callable[[int, int], None], count: int, size: int) -> None:
    """In several threads, where the backend has them."""
    in_parts = getattr(dispatch.backend(), "in_parts", None)
    if in_parts is None:
        part(0, count)
    else:
        in_parts(part, count, size)


def _arbitrary(fill: Callable[[Array], None], count: int, dtype: Any) -> Array:
    """What nobody can foresee; of many each thread draws some."""
    if count * _ARBITRARY_WORK <= _CHUNK:
        found = np.empty(count, dtype)
        fill(found)
        return found
    found = aligned((count,), dtype)
    _in_parts(lambda low, high: fill(found[low:high]), count, count * _ARBITRARY_WORK)
    return found


def uniform(stream: Stream, count: int, dtype: Any) -> Array:
    """`count` numbers in [0, 1)."""
    if stream.__class__ is Unforeseen and dtype in noise.DRAWN:
        return _arbitrary(noise.uniform, count, dtype)
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
        return _arbitrary(noise.normal, count, dtype)
    wide = _wide(dtype)
    found = _drawn(stream, count, dtype, words_per(wide), lambda w: box_muller(unit(w, wide)))
    return found.astype(dtype, copy=False)


def truncated_normal(stream: Stream, count: int, dtype: Any) -> Array:
    """`count` standard normal numbers, those beyond two standard deviations drawn again."""
    if stream.__class__ is Unforeseen and dtype in noise.DRAWN:
        return _arbitrary(noise.truncated_normal, count, dtype)
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
    if stream.__class__ is Unforeseen and logits.dtype == np.float32:
        if classes >= _MANY_CLASSES * max(samples, 1):
            if np.isfinite(logits).all():
                return _categorical_of_many(logits, samples)
        elif samples == 1 and logits.size <= _FEW_PAIRS and np.isfinite(logits).all():
            # The first of events that happen at these rates.
            waits = np.log(noise.generator().standard_exponential(logits.shape))
            np.subtract(logits, waits, out=waits)
            return waits.argmax(1)[:, None]
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


def _categorical_of_many(logits: Array, samples: int) -> Array:
    """Classes that nobody can foresee: first a group of classes, then one of the group."""
    rows, classes = logits.shape
    whole = classes // _GROUP
    most = np.empty((rows, 1), np.float32)
    totals = np.empty((rows, -(-classes // _GROUP)), np.float32)
    step = max(1, _PIECE // classes)

    def part(low: int, high: int) -> None:
        for first in range(low, high, step):
            piece = slice(first, min(first + step, high))
            np.max(logits[piece], 1, keepdims=True, out=most[piece])
            weights = logits[piece] - most[piece]
            np.exp(weights, out=weights)
            groups = weights[:, : whole * _GROUP].reshape(-1, whole, _GROUP)
            # A sum by NumPy takes five times as long.
            np.matmul(groups, _ONES, out=totals[piece, :whole])
            if whole < totals.shape[1]:
                np.sum(weights[:, whole * _GROUP :], 1, out=totals[piece, -1])

    _in_parts(part, rows, logits.size)
    # Always below 1, rounded or not, so that no class without weight is drawn.
    picks = noise.generator().random((2, rows, samples, 1)) * (1 - 2.0**-52)
    ends = totals.cumsum(1, np.float64)[:, None]
    first = (picks[0] * ends[..., -1:] >= ends).sum(2) * _GROUP
    members = first[..., None] + np.arange(_GROUP)
    near = np.take_along_axis(logits[:, None], np.minimum(members, classes - 1), 2)
    weights = np.exp(near - most[:, None]) * (members < classes)
    inside = weights.cumsum(2, np.float64)
    found: Array = first + (picks[1] * inside[..., -1:] >= inside).sum(2)
    return found


def _weights(logits: Array) -> Array:
    """Probabilities up to a factor; classes that are not finite are never drawn."""
    wide = logits.astype(np.float64)
    finite = np.isfinite(wide)
    if finite.all() and wide.size:
        return np.exp(wide - wide.max(1, keepdims=True))
    with np.errstate(invalid="ignore", over="ignore"):
        largest = np.max(np.where(finite, wide, -np.inf), 1, keepdims=True, initial=-np.inf)
        return np.where(finite, np.exp(wide - largest), 0.0)


_log_gamma = np.frompyfunc(math.lgamma, 1, 1)
