"""Numbers that are drawn until they fit: gamma, Poisson and binomial distributions."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from tfcompat._src.randomness.philox import Stream, blocks_at
from tfcompat._src.randomness.sampling import _RESERVED, Array, _log_gamma, _unit_double, box_muller

_RESERVED_FEW = 42  # of binomials with few successes


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
    return out.reshape(alpha.size, samples).T


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
    return out.reshape(rate.size, samples).T


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
    return out.reshape(counts.size, samples).T


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
