"""Bessel functions and integrals that neither PyTorch nor JAX has all of, for both.

Each is put together from smooth functions, interpolated at Chebyshev's points, where they are
computed from their integrals. `xp` is the module with exp, log, sin, cos, sqrt, abs and where of
the arrays, which are of float64.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

Vector = np.ndarray[Any, np.dtype[np.float64]]

_EULER = 0.5772156649015329
_DEGREE = 40
# Coefficients below this are noise.
_NOISE = 8e-16


class Smooth:
    """A function on an interval, as a Chebyshev series made at its first use."""

    def __init__(self, exact: Callable[[Vector], Vector], low: float, high: float) -> None:
        self._exact = exact
        self._middle, self._half = (low + high) / 2, (high - low) / 2
        self._series: tuple[float, ...] = ()

    def _coefficients(self) -> tuple[float, ...]:
        odd = 2 * np.arange(_DEGREE) + 1
        # Whole turns are taken off in integers.
        waves = np.cos(np.outer(np.arange(_DEGREE), odd) % (4 * _DEGREE) * (math.pi / 2 / _DEGREE))
        found = waves @ self._exact(self._middle + self._half * waves[1]) * (2 / _DEGREE)
        found[0] /= 2
        large = np.nonzero(np.abs(found) > _NOISE * np.abs(found).max())[0]
        return tuple(found[: large[-1] + 1].tolist())

    def __call__(self, x: Any) -> Any:
        self._series = self._series or self._coefficients()
        u = (x - self._middle) * (2 / self._half)
        first, *rest = self._series
        now, before = rest[-1], 0.0
        for c in rest[-2::-1]:
            now, before = u * now + (c - before), now
        return u * now * 0.5 + (first - before)


# ------------------------------------------------------------------- what the integrals are made of
def _line(step: float, most: float) -> Vector:
    """Places on the line from 0, for the trapezoidal rule of what is even and dies away."""
    return np.arange(0, most, step)


def _along(f: Callable[[Vector, Vector], Vector], x: Vector, step: float, most: float) -> Vector:
    """The integral of f(x, v) over v from 0, where f is even in v and negligible beyond `most`."""
    v = _line(step, most)
    values = f(x[:, None], v[None, :])
    values[:, 0] /= 2
    return values.sum(-1) * step


def _bessel_j(order: int, x: Vector) -> Vector:
    angle = (np.arange(128) + 0.5) * (math.pi / 128)
    turns = order * angle - x[:, None] * np.sin(angle)
    return np.cos(turns).mean(-1)


def _tail(order: int, x: Vector) -> Vector:
    """What is left of the Hankel function of order 0 or 1 but for its wave and its decay."""
    power = order - 0.5

    def integrand(s: Vector, v: Vector) -> Vector:
        return np.exp(-v * v) * v ** (2 * order) * (1 + 0.5j * v * v * s) ** power

    return 2 / math.gamma(order + 0.5) * _along(integrand, x, 0.02, 6.5)


def _decay(order: int, s: Vector) -> Vector:
    """sqrt(x) exp(x) times the modified function of the second kind, by s = 1 / x."""
    power = order - 0.5

    def integrand(s: Vector, v: Vector) -> Vector:
        return np.exp(-v * v) * v ** (2 * order) * (1 + 0.5 * v * v * s) ** power

    scale = math.sqrt(2 * math.pi) / math.gamma(order + 0.5)
    return scale * _along(integrand, s, 0.02, 6.5)


def _modified(order: int, x: Vector) -> Vector:
    def integrand(x: Vector, t: Vector) -> Vector:
        return np.exp(-x * np.cosh(t)) * np.cosh(order * t)

    return _along(integrand, x, 0.02, 13.0)


# ------------------------------------------------------------------ the first kind and the second
# By t = x * x up to 64; beyond, by s = 1 / x * x.
_NEAR = 64.0


def _j0(t: Vector) -> Vector:
    return _bessel_j(0, np.sqrt(t))


def _j1(t: Vector) -> Vector:
    x = np.sqrt(t)
    angle = (np.arange(128) + 0.5) * (math.pi / 128)
    return (np.cos(x[:, None] * np.cos(angle)) * np.sin(angle) ** 2).mean(-1)


def _y0(t: Vector) -> Vector:
    """Y0 without its logarithm."""
    x = np.sqrt(t)
    found = (_EULER - math.log(2)) * _bessel_j(0, x)
    for k in range(1, 24):
        found -= 2 * (-1) ** k / k * _bessel_j(2 * k, x)
    return 2 / math.pi * found


def _y1(t: Vector) -> Vector:
    """Y1 without its logarithm and its pole, over x."""
    x = np.sqrt(t)
    found = (1 - _bessel_j(0, x)) / x + (_EULER - math.log(2)) * _bessel_j(1, x)
    for k in range(1, 24):
        found += (-1) ** k / k * (_bessel_j(2 * k - 1, x) - _bessel_j(2 * k + 1, x))
    return 2 / math.pi * found / x


_J = (Smooth(_j0, 0.0, _NEAR), Smooth(_j1, 0.0, _NEAR))
_Y = (Smooth(_y0, 0.0, _NEAR), Smooth(_y1, 0.0, _NEAR))
_P = tuple(
    Smooth(lambda s, n=n: _tail(n, np.sqrt(s)).real, 0.0, 1 / _NEAR)  # type: ignore[misc]
    for n in (0, 1)
)
_Q = tuple(
    Smooth(lambda s, n=n: _tail(n, np.sqrt(s)).imag / np.sqrt(s), 0.0, 1 / _NEAR)  # type: ignore[misc]
    for n in (0, 1)
)


def _wave(xp: Any, order: int, x: Any) -> tuple[Any, Any]:
    """Both kinds for large positive x."""
    s = 1 / (x * x)
    p, q = _P[order](s), _Q[order](s) / x
    # cos(x - pi / 4) and sin(x - pi / 4) from those of x itself, which are exact.
    c, d = xp.cos(x) + xp.sin(x), xp.sin(x) - xp.cos(x)
    if order:
        c, d = d, -c
    scale = xp.sqrt(1 / (math.pi * x))
    return scale * (p * c - q * d), scale * (p * d + q * c)


def bessel_j(xp: Any, order: int, x: Any) -> Any:
    """The Bessel function of the first kind of order 0 or 1."""
    size = xp.abs(x)
    far = size > 8
    t = xp.where(far, 1.0, x * x)
    near = _J[order](t)
    there, _ = _wave(xp, order, xp.where(far, size, 9.0))
    if order:
        near, there = x * near, xp.where(x < 0, -there, there)
    return xp.where(far, there, near)


def bessel_y(xp: Any, order: int, x: Any) -> Any:
    """The Bessel function of the second kind of order 0 or 1; -inf below 0."""
    far = x > 8
    inside = xp.where(far | (x <= 0), 1.0, x)
    t = inside * inside
    rest = xp.log(inside) * (2 / math.pi)
    if order:
        near = inside * (rest * _J[1](t) + _Y[1](t)) - (2 / math.pi) / inside
    else:
        near = rest * _J[0](t) + _Y[0](t)
    _, there = _wave(xp, order, xp.where(far, x, 9.0))
    return xp.where(far, there, xp.where(x <= 0, -math.inf, near))


# ------------------------------------------------------------------------------------- modified
def _i_over(order: int, t: Vector) -> Vector:
    """I0, or I1 over x, by t = x * x."""
    x = np.sqrt(t)
    angle = (np.arange(64) + 0.5) * (math.pi / 64)
    weight = np.sin(angle) ** 2 if order else np.ones(64)
    return (np.cosh(x[:, None] * np.cos(angle)) * weight).mean(-1)


def _k_rest(order: int, t: Vector) -> Vector:
    """K without its logarithm and its pole, of order 1 over x."""
    x = np.sqrt(t)
    if order:
        return (_modified(1, x) - 1 / x) / x - np.log(x) * _i_over(1, t)
    return _modified(0, x) + np.log(x) * _i_over(0, t)


_I = tuple(Smooth(lambda t, n=n: _i_over(n, t), 0.0, 4.0) for n in (0, 1))  # type: ignore[misc]
_K = tuple(Smooth(lambda t, n=n: _k_rest(n, t), 0.0, 4.0) for n in (0, 1))  # type: ignore[misc]
_K_MIDDLE = tuple(Smooth(lambda s, n=n: _decay(n, s), 0.125, 0.5) for n in (0, 1))  # type: ignore[misc]
_K_FAR = tuple(Smooth(lambda s, n=n: _decay(n, s), 0.0, 0.125) for n in (0, 1))  # type: ignore[misc]


def bessel_k_scaled(xp: Any, order: int, x: Any) -> Any:
    """exp(x) times the modified Bessel function of the second kind; inf from 0 down."""
    near, far = x <= 2, x > 8
    inside = xp.where(near & (x > 0), x, 1.0)
    t = inside * inside
    if order:
        close = 1 / inside + inside * (xp.log(inside) * _I[1](t) + _K[1](t))
    else:
        close = _K[0](t) - xp.log(inside) * _I[0](t)
    s = 1 / xp.where(near, 8.0, x)
    there = xp.where(far, _K_FAR[order](xp.where(far, s, 0.0)), _K_MIDDLE[order](s))
    found = xp.where(near, close * xp.exp(inside), there * xp.sqrt(s))
    return xp.where(x <= 0, math.inf, found)


# ------------------------------------------------------------------------------------- integrals
@lru_cache(maxsize=1)
def _gauss(count: int = 80) -> tuple[Vector, Vector]:
    places, weights = np.polynomial.legendre.leggauss(count)
    return (places + 1) / 2, weights / 2


def _dawson_near(t: Vector) -> Vector:
    u, weights = _gauss()
    return np.exp(-t[:, None] * (1 - u * u)) @ weights


def _dawson_far(s: Vector) -> Vector:
    """x times Dawson's function, by s = 1 / x * x."""
    u, weights = _gauss()
    end = np.minimum(1 / np.maximum(s, 1e-30), 30.0)[:, None]
    w = u * end
    return (np.exp(-w * (2 - w * s[:, None])) * end) @ weights


_DAWSON = (
    Smooth(_dawson_near, 0.0, 6.0),
    Smooth(_dawson_near, 6.0, 36.0),
    Smooth(_dawson_far, 0.0, 1 / 36),
)


def dawsn(xp: Any, x: Any) -> Any:
    """Dawson's integral."""
    t = x * x
    near, far = t < 6, t > 36
    first = _DAWSON[0](xp.where(near, t, 0.0))
    second = _DAWSON[1](xp.where(near | far, 6.0, t))
    third = _DAWSON[2](1 / xp.where(far, t, 36.0))
    return xp.where(far, third / xp.where(x == 0, 1.0, x), x * xp.where(near, first, second))


def _ein(x: Vector) -> Vector:
    """The entire part of the exponential integral, over x: its terms all have one sign."""
    term, found = np.ones_like(x), np.ones_like(x)
    for k in range(2, 220):
        term = term * x / k
        found = found + term / k
    return found


def _expint_scaled(x: Vector) -> Vector:
    return (_EULER + np.log(x) + x * _ein(x)) * np.exp(-x) * x


def _expint_far(s: Vector) -> Vector:
    term, found = np.ones_like(s), np.ones_like(s)
    for k in range(1, 40):
        term = term * k * s
        found = found + term
    return found


_EXPINT = (
    Smooth(_ein, 0.0, 4.0),
    Smooth(_expint_scaled, 4.0, 12.0),
    Smooth(_expint_scaled, 12.0, 45.0),
    Smooth(_expint_far, 0.0, 1 / 45),
)


def expint(xp: Any, x: Any) -> Any:
    """The exponential integral Ei; NaN below 0."""
    bounds = (x < 4, x < 12, x < 45)
    near = xp.where(bounds[0] & (x > 0), x, 1.0)
    first = _EULER + xp.log(near) + near * _EXPINT[0](near)
    second = _EXPINT[1](xp.where(bounds[1] & ~bounds[0], x, 4.0))
    third = _EXPINT[2](xp.where(bounds[2] & ~bounds[1], x, 12.0))
    beyond = xp.where(bounds[2], 45.0, x)
    scaled = xp.where(bounds[1], second, xp.where(bounds[2], third, _EXPINT[3](1 / beyond)))
    found = xp.where(bounds[0], first, scaled * (xp.exp(x) / xp.where(bounds[0], 1.0, x)))
    return xp.where(x > 0, found, xp.where(x == 0, -math.inf, math.nan))


def _fresnel_near(power: int, t: Vector) -> Vector:
    """The integral to x over x (times x * x for the sine), by t = x ** 4."""
    u, weights = _gauss()
    angle = math.pi / 2 * np.sqrt(t)[:, None] * u * u
    if power:
        return np.sin(angle) @ weights / np.sqrt(t)
    return np.cos(angle) @ weights


def _fresnel_far(power: int, s: Vector) -> Vector:
    """The auxiliary functions, over what they decay by, by s = 1 / x * x."""

    def integrand(s: Vector, w: Vector) -> Vector:
        # With v = w sqrt(s): exp(-pi / 2 * (x v) ** 2) / (1 + v ** 4), times v * v for the second.
        return np.exp(-math.pi / 2 * w * w) * w ** (2 * power) / (1 + (w * w * s) ** 2)

    return math.sqrt(2) / math.pi * _along(integrand, s, 0.02, 6.0)


_FRESNEL_NEAR = tuple(
    Smooth(lambda t, n=n: _fresnel_near(n, t), 0.0, 10.0)  # type: ignore[misc]
    for n in (0, 1)
)
_FRESNEL_FAR = tuple(
    Smooth(lambda s, n=n: _fresnel_far(n, s), 0.0, 0.32)  # type: ignore[misc]
    for n in (0, 1)
)


def fresnel(xp: Any, x: Any) -> tuple[Any, Any]:
    """The sine and the cosine integral of Fresnel."""
    square = x * x
    near = square < 3.14
    t = xp.where(near, square * square, 0.0)
    s = 1 / xp.where(near, 4.0, square)
    size = xp.sqrt(s)
    f, g = _FRESNEL_FAR[0](s) * size, _FRESNEL_FAR[1](s) * size * s
    finite = xp.where(square < math.inf, square, 0.0)
    # Whole turns are taken off while they are exact.
    angle = math.pi / 2 * (finite - 4 * xp.floor(finite / 4))
    sine, cosine = xp.sin(angle), xp.cos(angle)
    sign = xp.where(x < 0, -1.0, 1.0)
    far = sign * (0.5 - f * cosine - g * sine), sign * (0.5 + f * sine - g * cosine)
    close = x * square * _FRESNEL_NEAR[1](t), x * _FRESNEL_NEAR[0](t)
    nan = x * 0
    return (
        xp.where(near, close[0], far[0] + xp.where(square < math.inf, nan, 0 * sign)),
        xp.where(near, close[1], far[1] + xp.where(square < math.inf, nan, 0 * sign)),
    )


def _dilogarithm(x: Vector) -> Vector:
    """The integral of log(t) / (1 - t) from 1 to x, over x - 1."""
    u, weights = _gauss()
    step = u * (x[:, None] - 1)
    return -(np.log1p(step) / step) @ weights


_SPENCE = Smooth(_dilogarithm, 0.5, 1.5)


def spence(xp: Any, x: Any) -> Any:
    """The dilogarithm of 1 - x; NaN below 0."""
    large = x > 1.5
    y = xp.where(large, 1 / xp.where(large, x, 1.0), x)
    small = y < 0.5
    z = xp.where(small, 1 - y, y)
    found = _SPENCE(z) * (z - 1)
    # The product of the logarithms is 0 at 0.
    inner = xp.where(small & (y > 0), y, 0.5)
    product = xp.where(y == 0, 0.0, xp.log(inner) * xp.log(1 - inner))
    found = xp.where(small, math.pi**2 / 6 - product - found, found)
    log = xp.log(xp.where(large, x, 1.0))
    found = xp.where(large, -0.5 * log * log - found, found)
    return xp.where((x >= 0) & (x < math.inf), found, math.nan)
