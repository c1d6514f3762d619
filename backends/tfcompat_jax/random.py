"""Random numbers: Philox words, and how they become numbers.

`state` is int64 [low, high, key]: a position in a stream, see tfcompat._src.randomness.philox; it
is an input, so that a new seed compiles nothing. What a word becomes is told in
tfcompat._src.randomness.sampling, whose numbers these are; rejection methods with little to gain
from XLA run there.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import numpy as np
from jax import lax, numpy as jnp

from tfcompat._src.dtypes import DType
from tfcompat._src.randomness import sampling, sampling_rejection
from tfcompat._src.randomness.philox import Stream, make_stream

from .storing import stored
from .trie import TO_NATIVE

_SCRAMBLE_KEY = 0x02461E29_3EC8F720
_RESERVED = 256


# ----------------------------------------------------------------------------------------- words
def _unsigned(x: jax.Array) -> jax.Array:
    return lax.bitcast_convert_type(x, jnp.uint64)


def _signed(x: jax.Array) -> jax.Array:
    return lax.bitcast_convert_type(x, jnp.int64)


def _halves(x: Any) -> tuple[Any, Any]:
    """The low and the high word of 64-bit integers."""
    return x.astype(jnp.uint32), (x >> np.uint64(32)).astype(jnp.uint32)


def _join(low: jax.Array, high: jax.Array) -> jax.Array:
    return low.astype(jnp.uint64) | high.astype(jnp.uint64) << np.uint64(32)


def _philox(counter: jax.Array, start: Any, high: Any, key: Any) -> tuple[jax.Array, ...]:
    """Four arrays of words, one block per counter."""
    upper = high + (counter < start).astype(jnp.uint64)
    words = (*_halves(counter), *_halves(upper), *_halves(jnp.asarray(key)))
    if counter.size < _MANY:
        return _rounds(10, words)[:4]
    # In a loop: XLA's CPU would compute all rounds again for every word that is put in its place.
    return lax.fori_loop(0, 2, lambda _, words: _rounds(5, words), words)[:4]


# So many blocks are worth a loop.
_MANY = 1 << 10


def _rounds(count: int, words: tuple[jax.Array, ...]) -> tuple[jax.Array, ...]:
    c0, c1, c2, c3, k0, k1 = words
    for _ in range(count):
        low0, high0 = _halves(c0.astype(jnp.uint64) * np.uint64(0xD2511F53))
        low1, high1 = _halves(c2.astype(jnp.uint64) * np.uint64(0xCD9E8D57))
        c0, c1, c2, c3 = high1 ^ c1 ^ k0, low1, high0 ^ c3 ^ k1, low0
        k0, k1 = k0 + np.uint32(0x9E3779B9), k1 + np.uint32(0xBB67AE85)
    return c0, c1, c2, c3, k0, k1


def _blocks(state: jax.Array, offsets: jax.Array) -> jax.Array:
    """The blocks at `offsets`: [len(offsets), 4] words."""
    low, high, key = _unsigned(state)
    return jnp.stack(_philox(low + offsets, low, high, key), 1)


def _words(state: jax.Array, count: int) -> jax.Array:
    offsets = lax.iota(jnp.uint64, (count + 3) // 4)
    return _blocks(state, offsets).reshape(-1)[:count]


def _words_per(native: Any) -> int:
    return 2 if np.dtype(native).itemsize == 8 else 1


def _pairs(words: jax.Array) -> jax.Array:
    pairs = words.reshape(-1, 2)
    return _join(pairs[:, 0], pairs[:, 1])


def _unit(words: jax.Array, native: Any) -> jax.Array:
    """Uniform numbers in [0, 1) from words."""
    native = np.dtype(native)
    if native == np.float64:
        pairs = words.reshape(-1, 2)
        high = pairs[:, 0] & np.uint32(0xFFFFF) | np.uint32(1023 << 20)
        return lax.bitcast_convert_type(_join(pairs[:, 1], high), jnp.float64) - 1.0
    if native == np.float32:
        bits = words & np.uint32(0x7FFFFF) | np.uint32(0x3F800000)
        return lax.bitcast_convert_type(bits, jnp.float32) - np.float32(1)
    mask, one = (0x3FF, 0x3C00) if native == np.float16 else (0x7F, 0x3F80)
    bits = (words & np.uint32(mask) | np.uint32(one)).astype(jnp.uint16)
    return lax.bitcast_convert_type(bits, native) - native.type(1)


def _box_muller(unit: jax.Array) -> jax.Array:
    first, second = _parted(unit)
    native = unit.dtype
    first = lax.max(first, native.type(1e-7)).astype(jnp.float64)
    angle = (second.astype(jnp.float64) * (2 * math.pi)).astype(native).astype(jnp.float64)
    if native == np.float64:
        radius, sine, cosine = jnp.log(first), jnp.sin(angle), jnp.cos(angle)
    else:
        # In one loop with the others neither would be computed by vectors.
        radius = stored(_log(first).astype(native))
        unpaired = [x.astype(native) for x in _sine_and_cosine(angle)]
        sine, cosine = _parted(stored(_paired(*unpaired)))
    radius = jnp.sqrt(radius * native.type(-2))
    return _paired(sine * radius, cosine * radius)


def _parted(x: jax.Array) -> tuple[jax.Array, jax.Array]:
    """The elements at even and at odd places."""
    if x.dtype != np.float32:
        pairs = x.reshape(-1, 2)
        return pairs[:, 0], pairs[:, 1]
    words = _halves(lax.bitcast_convert_type(x.reshape(-1, 2), jnp.uint64))
    first, second = [lax.bitcast_convert_type(word, jnp.float32) for word in words]
    return first, second


def _paired(x: jax.Array, y: jax.Array) -> jax.Array:
    """The elements in turns: float32 by integers, because a stack computes its parts one by one."""
    if x.dtype != np.float32:
        return jnp.stack([x, y], 1).reshape(-1)
    low, high = [lax.bitcast_convert_type(part, jnp.uint32) for part in (x, y)]
    return lax.bitcast_convert_type(_join(low, high), jnp.float32).reshape(-1)


def _log(x: jax.Array) -> jax.Array:
    """Of positive float64: as exact as XLA's CPU, which calls a function for every one of them."""
    bits = lax.bitcast_convert_type(x, jnp.int64)
    # The power of two by which a number between the roots of 1/2 and 2 remains.
    power = (bits - 0x3FE6A09E667F3BCD) >> 52
    rest = lax.bitcast_convert_type(bits - (power << 52), jnp.float64)
    ratio = (rest - 1) / (rest + 1)
    square = ratio * ratio
    series: Any = 0.0
    for n in range(23, 0, -2):
        series = series * square + 2 / n
    return series * ratio + power.astype(jnp.float64) * math.log(2)


def _sine_and_cosine(angle: jax.Array) -> tuple[jax.Array, jax.Array]:
    """Of angles up to a few turns, by series near multiples of a right angle.

    XLA's CPU calls a function for every float64; this has no more error, and uses vectors.
    """
    turns = jnp.round(angle * (2 / math.pi))
    rest = angle - turns * (math.pi / 2)
    # What a float64 leaves of pi / 2.
    rest = rest - turns * 6.123233995736766e-17
    square = rest * rest
    sine: Any = 0.0
    for n in range(17, 0, -2):
        sine = sine * square + (-1) ** (n // 2) / math.factorial(n)
    sine = sine * rest
    cosine: Any = 0.0
    for n in range(18, -1, -2):
        cosine = cosine * square + (-1) ** (n // 2) / math.factorial(n)
    quarter = turns.astype(jnp.int32) & 3
    swapped = (quarter & 1) == 1
    first, second = jnp.where(swapped, cosine, sine), jnp.where(swapped, sine, cosine)
    return (
        jnp.where(quarter >= 2, -first, first),
        jnp.where((quarter == 1) | (quarter == 2), -second, second),
    )


# ---------------------------------------------------------------------------------------- states
def stateless_state(seed: jax.Array) -> jax.Array:
    low, high = _unsigned(seed.astype(jnp.int64))
    mixed = _philox(low[None], low, high, np.uint64(_SCRAMBLE_KEY))
    key, counter = _join(mixed[0][0], mixed[1][0]), _join(mixed[2][0], mixed[3][0])
    return _signed(jnp.stack([np.uint64(0), counter, key]))


def advance(state: jax.Array, blocks: int) -> jax.Array:
    low, high, key = _unsigned(state)
    moved = low + np.uint64(blocks)
    return _signed(jnp.stack([moved, high + (moved < low), key]))


# --------------------------------------------------------------------------------- distributions
def full_int(state: jax.Array, sizes: tuple[int, ...], dtype: DType) -> jax.Array:
    native, count = np.dtype(TO_NATIVE[dtype]), math.prod(sizes)
    words = _words(state, count * _words_per(native))
    bits = words if native.itemsize == 4 else _pairs(words)
    return lax.bitcast_convert_type(bits, native).reshape(sizes)


def uniform(state: jax.Array, sizes: tuple[int, ...], dtype: DType) -> jax.Array:
    native, count = TO_NATIVE[dtype], math.prod(sizes)
    return _unit(_words(state, count * _words_per(native)), native).reshape(sizes)


def uniform_int(
    state: jax.Array, low: jax.Array, high: jax.Array, sizes: tuple[int, ...], dtype: DType
) -> jax.Array:
    native, count = np.dtype(TO_NATIVE[dtype]), math.prod(sizes)
    words = _words(state, count * _words_per(native))
    bits = words if native.itemsize == 4 else _pairs(words)
    low, high = [lax.bitcast_convert_type(x, bits.dtype) for x in (low, high)]
    return lax.bitcast_convert_type(bits % (high - low) + low, native).reshape(sizes)


def normal(state: jax.Array, sizes: tuple[int, ...], dtype: DType) -> jax.Array:
    native, count = np.dtype(TO_NATIVE[dtype]), math.prod(sizes)
    wide = np.float64 if native == np.float64 else np.float32
    unit = _unit(_words(state, (count + count % 2) * _words_per(wide)), wide)
    return _box_muller(unit)[:count].reshape(sizes).astype(native)


def truncated_normal(state: jax.Array, sizes: tuple[int, ...], dtype: DType) -> jax.Array:
    native, count = np.dtype(TO_NATIVE[dtype]), math.prod(sizes)
    wide = np.float64 if native == np.float64 else np.float32
    group = 4 // _words_per(wide)
    groups = (count + group - 1) // group
    starts = lax.iota(jnp.uint64, groups) * np.uint64(group * _RESERVED // 4)
    slots = lax.iota(jnp.int32, group)

    def unfinished(carry: Any) -> jax.Array:
        return jnp.any(carry[1] < group)

    def another_block(carry: Any) -> Any:
        block, filled, out = carry
        unit = _unit(_blocks(state, starts + block).reshape(-1), wide)
        found = _box_muller(unit).reshape(groups, group)
        for column in range(group):
            number = found[:, column]
            inside = jnp.abs(number) < 2
            here = inside[:, None] & (slots == filled[:, None])
            out = jnp.where(here, number[:, None], out)
            filled = filled + inside
        return block + np.uint64(1), filled, out

    start = (np.uint64(0), jnp.zeros(groups, jnp.int32), jnp.zeros((groups, group), wide))
    out = lax.while_loop(unfinished, another_block, start)[2]
    return out.reshape(-1)[:count].reshape(sizes).astype(native)


def categorical(state: jax.Array, logits: jax.Array, samples: int, dtype: DType) -> jax.Array:
    rows = logits.shape[0]
    wide = logits.astype(jnp.float64)
    finite = jnp.isfinite(wide)
    largest = jnp.max(jnp.where(finite, wide, -jnp.inf), 1, keepdims=True)
    totals = jnp.cumsum(jnp.where(finite, jnp.exp(wide - largest), 0.0), 1)
    picks = _unit(_words(state, rows * samples * 2), np.float64).reshape(rows, samples)
    picks = picks * totals[:, -1:]
    find = jax.vmap(lambda total, pick: jnp.searchsorted(total, pick, side="right"))
    return find(totals, picks).astype(TO_NATIVE[dtype])


def permutation(state: jax.Array, size: int) -> jax.Array:
    return _on_host(lambda s: sampling.permutation(_stream(s), size), (size,), np.int64, state)


def gamma(state: jax.Array, alpha: jax.Array, samples: int) -> jax.Array:
    return _on_host(
        lambda s, a: sampling_rejection.gamma(_stream(s), np.asarray(a), samples),
        (samples, alpha.size),
        np.float64,
        state,
        alpha.astype(jnp.float64),
    )


def poisson(state: jax.Array, rate: jax.Array, samples: int) -> jax.Array:
    return _on_host(
        lambda s, r: sampling_rejection.poisson(_stream(s), np.asarray(r), samples),
        (samples, rate.size),
        np.float64,
        state,
        rate.astype(jnp.float64),
    )


def binomial(
    state: jax.Array, counts: jax.Array, probabilities: jax.Array, samples: int
) -> jax.Array:
    return _on_host(
        lambda s, n, p: sampling_rejection.binomial(
            _stream(s), np.asarray(n), np.asarray(p), samples
        ),
        (samples, counts.size),
        np.float64,
        state,
        counts.astype(jnp.float64),
        probabilities.astype(jnp.float64),
    )


@jax.custom_jvp
def gamma_sample(sample: jax.Array, alpha: jax.Array) -> jax.Array:
    return sample


@gamma_sample.defjvp
def _gamma_sample_jvp(primals: Any, tangents: Any) -> Any:
    # Implicit reparametrization: how a number moves when alpha does and its rank stays.
    sample, alpha = primals
    wide = jnp.broadcast_to(alpha, sample.shape).astype(jnp.float64)
    slope = lax.random_gamma_grad(wide, sample.astype(jnp.float64)).astype(sample.dtype)
    return sample, tangents[0] + jnp.broadcast_to(tangents[1], sample.shape) * slope


def _stream(state: Any) -> Stream:
    low, high, key = np.asarray(state).tolist()
    return make_stream(key, low, high)


def _on_host(
    function: Callable[..., Any], shape: tuple[int, ...], dtype: Any, *inputs: jax.Array
) -> jax.Array:
    return jax.pure_callback(function, jax.ShapeDtypeStruct(shape, dtype), *inputs)


def sobol_directions(dimensions: int) -> Any:
    # SciPy, which JAX needs itself, takes long to load.
    from scipy.stats import qmc

    return qmc.Sobol(dimensions, scramble=False, bits=30)._sv
