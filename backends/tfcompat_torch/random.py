"""Random numbers: Philox words in 64-bit integers, and how they become numbers.

`state` is int64 [low, high, key]: a position in a stream, see tfcompat._src.randomness.philox. What
a word becomes is told in tfcompat._src.randomness.sampling, whose numbers these are; rejection
methods with little to gain from PyTorch run there.
"""

from __future__ import annotations

import math
import os
import threading
from typing import Any

import numpy as np
import torch

from tfcompat._src.dtypes import DType
from tfcompat._src.randomness import sampling, sampling_rejection
from tfcompat._src.randomness.philox import Stream, make_stream

from .large import LARGE, all_finite, in_parts, room
from .tensor import TO_NATIVE

_LOW = 0xFFFFFFFF
_SIGN = -(1 << 63)
_SCRAMBLE_KEY = 0x02461E29_3EC8F720
_RESERVED = 256


# ----------------------------------------------------------------------------------------- words
def _parts(state: torch.Tensor) -> list[Any]:
    """Low, high, key: ints where they are on the host, so that no kernel reads them."""
    return state.tolist() if state.device.type == "cpu" else list(state.unbind())


def _blocks(state: torch.Tensor, offsets: torch.Tensor) -> torch.Tensor:
    """The blocks at `offsets`: int64 [len(offsets), 2], two words in each, the first one low."""
    low, high, key = _parts(state)
    return _philox(offsets + low, low, high, key)


def _philox(counter: torch.Tensor, start: Any, high: Any, key: Any) -> torch.Tensor:
    # Past 2**64 the counter carries into its high half. Unsigned comparison by flipping signs.
    carry = (counter ^ _SIGN) < (start ^ _SIGN)
    upper = carry.to(torch.int64) + high
    c0, c1 = counter & _LOW, (counter >> 32) & _LOW
    c2, c3 = upper & _LOW, (upper >> 32) & _LOW
    k0, k1 = key & _LOW, (key >> 32) & _LOW
    p0, p1 = torch.empty_like(c0), torch.empty_like(c0)
    for _ in range(10):
        torch.mul(c0, 0xD2511F53, out=p0)
        torch.mul(c2, 0xCD9E8D57, out=p1)
        torch.bitwise_right_shift(p1, 32, out=c0)
        c0.bitwise_and_(_LOW).bitwise_xor_(c1).bitwise_xor_(k0)
        torch.bitwise_right_shift(p0, 32, out=c2)
        c2.bitwise_and_(_LOW).bitwise_xor_(c3).bitwise_xor_(k1)
        torch.bitwise_and(p1, _LOW, out=c1)
        torch.bitwise_and(p0, _LOW, out=c3)
        k0, k1 = (k0 + 0x9E3779B9) & _LOW, (k1 + 0xBB67AE85) & _LOW
    return torch.stack([c0.bitwise_or_(c1 << 32), c2.bitwise_or_(c3 << 32)], 1)


def _pairs(state: torch.Tensor, words: int) -> torch.Tensor:
    """The next words, two in each int64; as many as fill the last block."""
    offsets = torch.arange((words + 3) // 4, device=state.device)
    return _blocks(state, offsets).reshape(-1)


def _words_per(native: torch.dtype) -> int:
    return 2 if native.itemsize == 8 else 1


def _unit(pairs: torch.Tensor, native: torch.dtype) -> torch.Tensor:
    """Uniform numbers in [0, 1) from words."""
    if native is torch.float64:
        high = (pairs & 0xFFFFF) << 32
        wide = high.bitwise_or_((pairs >> 32) & _LOW).bitwise_or_(1023 << 52)
        return wide.view(torch.float64).sub_(1)
    words = pairs.view(torch.int32)
    if native is torch.float32:
        return (words & 0x7FFFFF).bitwise_or_(0x3F800000).view(torch.float32).sub_(1)
    bits, one = (0x3FF, 0x3C00) if native is torch.float16 else (0x7F, 0x3F80)
    return (words & bits).bitwise_or_(one).to(torch.int16).view(native).sub_(1)


def _box_muller(unit: torch.Tensor) -> torch.Tensor:
    pairs = unit.view(-1, 2)
    radius = pairs[:, 0].clamp_min(np.float32(1e-7).item() if unit.itemsize == 4 else 1e-7)
    radius = radius.double().log_().to(unit.dtype).mul_(-2)
    # In double precision: PyTorch's square root of float32 is not always the nearest number.
    radius = radius.double().sqrt_().to(unit.dtype)
    angle = pairs[:, 1].double().mul_(2 * math.pi).to(unit.dtype).double()
    out = torch.empty_like(pairs)
    out[:, 0] = angle.sin()
    out[:, 1] = angle.cos_()
    return out.mul_(radius[:, None]).view(-1)


def stream_of(state: torch.Tensor) -> Stream:
    low, high, key = state.tolist()
    return make_stream(key, low, high)


# ---------------------------------------------------------------------------------------- states
def stateless_state(seed: torch.Tensor) -> torch.Tensor:
    low, high = _parts(seed.to(torch.int64))
    counter = torch.zeros(1, dtype=torch.int64, device=seed.device) + low
    mixed = _philox(counter, low, high, _SCRAMBLE_KEY)[0]
    return torch.stack([torch.zeros_like(mixed[0]), mixed[1], mixed[0]])


def advance(state: torch.Tensor, blocks: int) -> torch.Tensor:
    low, high, key = state.unbind()
    moved = low + blocks
    return torch.stack([moved, high + ((moved ^ _SIGN) < (low ^ _SIGN)), key])


# --------------------------------------------------------------------------------- distributions
def full_int(state: torch.Tensor, sizes: tuple[int, ...], dtype: DType) -> torch.Tensor:
    native, count = TO_NATIVE[dtype], math.prod(sizes)
    pairs = _pairs(state, count * _words_per(native))
    return pairs.view(native)[:count].reshape(sizes)


def uniform(state: torch.Tensor, sizes: tuple[int, ...], dtype: DType) -> torch.Tensor:
    native, count = TO_NATIVE[dtype], math.prod(sizes)
    return _unit(_pairs(state, count * _words_per(native)), native)[:count].reshape(sizes)


def uniform_int(
    state: torch.Tensor,
    low: torch.Tensor,
    high: torch.Tensor,
    sizes: tuple[int, ...],
    dtype: DType,
) -> torch.Tensor:
    native, count = TO_NATIVE[dtype], math.prod(sizes)
    pairs = _pairs(state, count * _words_per(native))
    low, size = low.long(), high.long() - low.long()
    if native is torch.int64:
        found = _unsigned_remainder(pairs, size) + low
    else:
        found = (pairs.view(torch.int32).long() & _LOW) % size + low
    return found.to(native)[:count].reshape(sizes)


def _unsigned_remainder(x: torch.Tensor, size: torch.Tensor) -> torch.Tensor:
    """x % size for unsigned 64-bit numbers in int64; `size` has no axes."""
    # A size past 2**63 fits at most once. Below, divide half of x, which is not negative.
    small = torch.where(size > 0, size, 1)
    half = (x >> 1) & ~_SIGN
    rest = x - (torch.div(half, small, rounding_mode="trunc") << 1) * small
    rest = torch.where((rest ^ _SIGN) >= (small ^ _SIGN), rest - small, rest)
    large = torch.where((x ^ _SIGN) >= (size ^ _SIGN), x - size, x)
    return torch.where(size > 0, rest, large)


def normal(state: torch.Tensor, sizes: tuple[int, ...], dtype: DType) -> torch.Tensor:
    native, count = TO_NATIVE[dtype], math.prod(sizes)
    wide = torch.float64 if native is torch.float64 else torch.float32
    unit = _unit(_pairs(state, (count + count % 2) * _words_per(wide)), wide)
    return _box_muller(unit)[:count].reshape(sizes).to(native)


class _Source(threading.local):
    """A generator that nobody can foresee, apart from the one whose seed users set."""

    def __init__(self) -> None:
        self.own = torch.Generator()
        self.own.seed()


_source = _Source()


def _new_source() -> None:
    global _source
    _source = _Source()


# A process and its fork must not draw the same.
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_new_source)


_WORK = 4  # how much more than a function of it a number takes


def unforeseen_normal(sizes: tuple[int, ...]) -> torch.Tensor:
    found = room(sizes, torch.float32)
    flat = found.view(-1)

    def part(low: int, high: int) -> None:
        flat[low:high].normal_(generator=_source.own)

    in_parts(part, len(flat), len(flat) * _WORK)
    return found


def truncated_normal(state: torch.Tensor, sizes: tuple[int, ...], dtype: DType) -> torch.Tensor:
    native, count = TO_NATIVE[dtype], math.prod(sizes)
    wide = torch.float64 if native is torch.float64 else torch.float32
    group = 4 // _words_per(wide)
    groups = (count + group - 1) // group
    out = torch.empty((groups, group), dtype=wide, device=state.device)
    left = torch.arange(groups, device=state.device)
    blocks = 1
    # Nearly all groups are done by their first block; those that are not start again with more.
    while left.numel():
        within = torch.arange(blocks, device=state.device)
        offsets = left[:, None] * (group * _RESERVED // 4) + within
        unit = _unit(_blocks(state, offsets.reshape(-1)).reshape(-1), wide)
        found = _box_muller(unit).reshape(left.numel(), -1)
        inside = found.abs() < 2
        rank = inside.cumsum(1)
        full = rank[:, -1] >= group
        chosen = (inside & (rank <= group))[full]
        out[left[full]] = found[full][chosen].reshape(-1, group)
        left = left[~full]
        blocks *= 4
    return out.reshape(-1)[:count].reshape(sizes).to(native)


def categorical(
    state: torch.Tensor, logits: torch.Tensor, samples: int, dtype: DType
) -> torch.Tensor:
    rows = logits.shape[0]
    picks = _unit(_pairs(state, rows * samples * 2), torch.float64)[: rows * samples]
    picks = picks.reshape(rows, samples)
    if not logits.is_cpu or logits.numel() < LARGE or not all_finite(logits):
        return _picked(logits, picks).to(TO_NATIVE[dtype])
    given, found = logits.detach(), torch.empty((rows, samples), dtype=TO_NATIVE[dtype])
    step = max(1, _AT_ONCE // given.shape[1])

    def part(low: int, high: int) -> None:
        for first in range(low, high, step):
            last = min(first + step, high)
            found[first:last] = _picked_finite(given[first:last], picks[first:last])

    in_parts(part, rows, given.numel() * _WORK)
    return found


_AT_ONCE = 1 << 14  # numbers that stay in the processor's cache


def _picked(logits: torch.Tensor, picks: torch.Tensor) -> torch.Tensor:
    wide = logits.double()
    finite = wide.isfinite()
    largest = torch.where(finite, wide, -math.inf).amax(1, keepdim=True)
    weights = torch.where(finite, torch.exp(wide - largest), 0.0)
    totals = weights.cumsum(1)
    return torch.searchsorted(totals, picks * totals[:, -1:], right=True)


def _picked_finite(logits: torch.Tensor, picks: torch.Tensor) -> torch.Tensor:
    wide = logits.double()
    wide -= wide.amax(1, keepdim=True)
    weights = wide.numpy()
    np.exp(weights, out=weights)
    totals = wide.cumsum(1)
    return torch.searchsorted(totals, picks * totals[:, -1:], right=True)


def permutation(state: torch.Tensor, size: int) -> torch.Tensor:
    return _from_host(sampling.permutation(stream_of(state), size), state)


def gamma(state: torch.Tensor, alpha: torch.Tensor, samples: int) -> torch.Tensor:
    return _from_host(sampling_rejection.gamma(stream_of(state), _to_host(alpha), samples), state)


def poisson(state: torch.Tensor, rate: torch.Tensor, samples: int) -> torch.Tensor:
    return _from_host(sampling_rejection.poisson(stream_of(state), _to_host(rate), samples), state)


def binomial(
    state: torch.Tensor, counts: torch.Tensor, probabilities: torch.Tensor, samples: int
) -> torch.Tensor:
    parameters = _to_host(counts), _to_host(probabilities)
    return _from_host(sampling_rejection.binomial(stream_of(state), *parameters, samples), state)


def gamma_sample(sample: torch.Tensor, alpha: torch.Tensor) -> torch.Tensor:
    if not alpha.requires_grad:
        return sample
    # Implicit reparametrization: how a number moves when alpha does and its rank stays.
    still = alpha.detach()
    slope = torch._standard_gamma_grad(still.expand_as(sample).double(), sample.double())
    return sample + (alpha - still) * slope.to(sample.dtype)


def _to_host(x: torch.Tensor) -> np.ndarray[Any, Any]:
    return x.double().cpu().numpy()


def _from_host(array: np.ndarray[Any, Any], like: torch.Tensor) -> torch.Tensor:
    return torch.from_numpy(np.ascontiguousarray(array)).to(like.device)


def sobol_directions(dimensions: int) -> Any:
    return torch.quasirandom.SobolEngine(dimensions).sobolstate.numpy()
