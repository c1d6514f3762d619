"""Samples of normal distributions cut off on both sides, as TensorFlow's CPU kernel draws them.

A sampler proposes what a block of the stream gives, in order, and keeps what passes; a
distribution starts with the block after the last one of the distribution before it. Which sampler
serves depends on the bounds (Robert, 1995).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from tfcompat._src.randomness import sampling
from tfcompat._src.randomness.philox import Stream

Array = np.ndarray[Any, Any]

# Bounds this far apart around the mean are met often enough by plain normal numbers.
_WIDE = 1.3

# (stream, blocks) -> the proposals of the blocks that pass and the number of the block of each,
# counted in steps of the sampler.
_Sampler = Callable[[Stream, int], tuple[Array, Array]]


def parameterized(
    stream: Stream, samples: int, means: Array, scales: Array, lows: Array, highs: Array
) -> Array:
    """[samples, distributions]; the parameters are vectors of one dtype."""
    kind = means.dtype.type
    out = np.empty((samples, len(means)), kind)
    if not samples:
        return out
    with np.errstate(all="ignore"):
        for column, (mean, scale, low, high) in enumerate(
            zip(means, scales, lows, highs, strict=True)
        ):
            # The bound nearer to the mean, or the finite one, comes first.
            if np.isinf(low) or high < mean:
                low, high, scale = high, low, -scale
            least, most = (low - mean) / scale, (high - mean) / scale
            found, stream = _taken(stream, samples, kind(least), kind(most), kind)
            out[:, column] = found * scale + mean
    return out


def _taken(stream: Stream, samples: int, least: Any, most: Any, kind: Any) -> tuple[Array, Stream]:
    sampler, step = _sampler(least, most, kind)
    parts: list[Array] = []
    missing, blocks = samples, samples // 2 + 4
    while True:
        values, places = sampler(stream, blocks)
        if len(values) >= missing:
            parts.append(values[:missing])
            used = (int(places[missing - 1]) + 1) * step
            return np.concatenate(parts), stream.skip(used)
        parts.append(values)
        missing -= len(values)
        stream = stream.skip(blocks * step)


def _sampler(least: Any, most: Any, kind: Any) -> tuple[_Sampler, int]:
    """The sampler for bounds in standard deviations, and how many blocks it takes at a time."""
    per_block = 4 // sampling.words_per(kind)
    if (least < -_WIDE and most >= 0) or (most > _WIDE and least <= 0):

        def normal(stream: Stream, blocks: int) -> tuple[Array, Array]:
            z = sampling.normal(stream, blocks * per_block, kind)
            kept = np.nonzero((z >= least) & (z <= most))[0]
            return z[kept], kept // per_block

        return normal, 1
    root = np.sqrt(least * least + kind(4))
    limit = kind(2) * np.exp(kind(0.5) + (least * (least - root)) / kind(4)) / (least + root)
    if most - least < limit:
        plus = kind(0) if least < 0 else least * least

        def even(stream: Stream, blocks: int) -> tuple[Array, Array]:
            u = sampling.uniform(stream, 2 * blocks * per_block, kind)
            u = u.reshape(blocks, 2, per_block)
            z = u[:, 0] * (most - least) + least
            rows, columns = np.nonzero(u[:, 1] <= np.exp((plus - z * z) / kind(2)))
            return z[rows, columns], rows

        return even, 2
    rate = (least + root) / kind(2)

    def falling(stream: Stream, blocks: int) -> tuple[Array, Array]:
        u = sampling.uniform(stream, blocks * per_block, kind).reshape(-1, 2)
        z = -np.log(u[:, 0]) / rate + least
        off = rate - z if least < rate else least - rate
        kept = np.nonzero((u[:, 1] <= np.exp(-off * off / kind(2))) & (z < most))[0]
        return z[kept], kept * 2 // per_block

    return falling, 1


def valid(means: Array, scales: Array, lows: Array, highs: Array) -> bool:
    """Whether there are distributions of these parameters."""
    both = np.isinf(lows) & np.isinf(highs)
    return bool(np.all((scales > 0) & (lows < highs) & ~both & np.isfinite(means)))
