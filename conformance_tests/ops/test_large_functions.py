"""Functions of large arrays, element by element."""

from __future__ import annotations

import math
import operator
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..subject import tf
from .large_arrays import POSITIVE, SIDE, SPECIAL, UNIT, X, Y, random

FUNCTIONS: dict[str, tuple[Callable[..., Any], Any]] = {
    "exp": (np.exp, SPECIAL),
    "log": (np.log, POSITIVE),
    "sin": (np.sin, X),
    "cos": (np.cos, X),
    "tan": (np.tan, X),
    "sqrt": (np.sqrt, SPECIAL),
    "tanh": (np.tanh, SPECIAL),
    "asin": (np.arcsin, UNIT),
    "acos": (np.arccos, UNIT),
    "atan": (np.arctan, SPECIAL),
    "sinh": (np.sinh, SPECIAL),
    "cosh": (np.cosh, SPECIAL),
    "asinh": (np.arcsinh, SPECIAL),
    "acosh": (np.arccosh, POSITIVE + 1),
    "atanh": (np.arctanh, UNIT),
    "log1p": (np.log1p, SPECIAL),
    "sign": (np.sign, SPECIAL),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("times", [1, 4])  # the latter for several threads
def test_functions(name: str, times: int) -> None:
    function, x = FUNCTIONS[name]
    x = np.tile(x, times)
    with np.errstate(all="ignore"):
        wanted = function(x.astype(np.float64)).astype(np.float32)
    # What nobody holds any more may go another way.
    for given in (x, held := tf.constant(x)):
        np.testing.assert_allclose(getattr(tf.math, name)(given).numpy(), wanted, 1e-6, 1e-7)
    np.testing.assert_array_equal(held.numpy(), x)


# What the values are by their definitions, as integrals over u from 0 to 1 but for digamma's.
def _mean(f: Callable[[Any, Any], Any]) -> Callable[[Any], Any]:
    u, weights = np.polynomial.legendre.leggauss(200)
    u, weights = (u + 1) / 2, weights / 2
    return lambda x: f(x[:, None], u) @ weights


_TURN = np.pi / 2
SPECIAL_FUNCTIONS: dict[str, tuple[Callable[[Any], Any], float, float]] = {
    "special.dawsn": (_mean(lambda x, u: x * np.exp((u * u - 1) * x * x)), -12, 12),
    "special.expint": (
        lambda x: np.euler_gamma + np.log(x) + _mean(lambda x, u: np.expm1(x * u) / u)(x),
        0.01,
        20,
    ),
    "special.fresnel_cos": (_mean(lambda x, u: x * np.cos(_TURN * (x * u) ** 2)), -9, 9),
    "special.fresnel_sin": (_mean(lambda x, u: x * np.sin(_TURN * (x * u) ** 2)), -9, 9),
    "special.spence": (_mean(lambda x, u: -np.log1p(u * (x - 1)) / u), 0.05, 30),
    "special.bessel_j0": (_mean(lambda x, u: np.cos(x * np.sin(np.pi * u))), -20, 20),
    "special.bessel_j1": (_mean(lambda x, u: np.cos(np.pi * u - x * np.sin(np.pi * u))), -20, 20),
    "special.bessel_y0": (
        _mean(
            lambda x, u: np.sin(x * np.sin(np.pi * u)) - 16 / np.pi * np.exp(-x * np.sinh(8 * u))
        ),
        0.1,
        20,
    ),
    "special.bessel_y1": (
        _mean(
            lambda x, u: (
                np.sin(x * np.sin(np.pi * u) - np.pi * u)
                - 16 / np.pi * np.sinh(8 * u) * np.exp(-x * np.sinh(8 * u))
            )
        ),
        0.1,
        20,
    ),
    "special.bessel_i0": (_mean(lambda x, u: np.exp(x * np.cos(np.pi * u))), -20, 20),
    "special.bessel_i1e": (
        _mean(lambda x, u: np.exp(x * np.cos(np.pi * u) - np.abs(x)) * np.cos(np.pi * u)),
        -20,
        20,
    ),
    "special.bessel_k0": (_mean(lambda x, u: 12 * np.exp(-x * np.cosh(12 * u))), 0.01, 30),
    "special.bessel_k1": (
        _mean(lambda x, u: 12 * np.cosh(12 * u) * np.exp(-x * np.cosh(12 * u))),
        0.01,
        30,
    ),
    "special.bessel_k1e": (
        _mean(lambda x, u: 12 * np.cosh(12 * u) * np.exp(x - x * np.cosh(12 * u))),
        0.01,
        30,
    ),
    "special.bessel_k0e": (
        _mean(lambda x, u: 12 * np.exp(x - x * np.cosh(12 * u))),
        0.01,
        30,
    ),
    "digamma": (
        lambda x: (
            np.log(x + 20)
            - 1 / (2 * (x + 20))
            - 1 / (12 * (x + 20) ** 2)
            + 1 / (120 * (x + 20) ** 4)
            - sum(1 / (x + k) for k in range(20))
        ),
        -3.9,
        30,
    ),
    "ndtri": (np.vectorize(statistics.NormalDist().inv_cdf), 1e-5, 0.99999),
}


@pytest.mark.parametrize("copies", [0, 80, 900])  # for few numbers, many, and several threads
@pytest.mark.parametrize("name", SPECIAL_FUNCTIONS)
def test_special_functions(name: str, copies: int) -> None:
    function, low, high = SPECIAL_FUNCTIONS[name]
    some = np.linspace(low, high, 611).astype(np.float32)
    wanted = function(some.astype(np.float64))
    called = operator.attrgetter(name)(tf.math)
    if not copies:
        few, within = some[::3].reshape(1, -1), wanted[::3].reshape(1, -1)
        np.testing.assert_allclose(called(tf.constant(few)).numpy(), within, 2e-5, 2e-6)
        return
    many = np.tile(some, copies)
    held = tf.constant(many)
    for given in (many, held):
        np.testing.assert_allclose(called(given).numpy(), np.tile(wanted, copies), 2e-5, 2e-6)
    odd = np.array([np.nan, 0.0, -0.0, 3e38, 2e-38, np.inf], np.float32)
    many[-len(odd) :] = odd
    held = tf.constant(many)
    for given in (many, held):
        np.testing.assert_allclose(called(given).numpy()[-len(odd) :], called(odd).numpy(), 1e-6)


# TensorFlow 2.21's values where the definition leaves a choice.
_LGAMMA_OF_ODD = {0.0: np.inf, -1.0: np.inf, -np.inf: np.inf, np.inf: np.inf, 3e38: np.inf}


def test_lgamma() -> None:
    near = [np.nextafter(np.float32(n), np.float32(to)) for n in (1, 2) for to in (0, 3)]
    some = np.array([*near, 0.999, 1.001, 1.997, 2.01, 0.5, 1e-3, 9.5, 6e4, 1e5, -2.5, 1e-30], "f4")
    wanted = np.array([math.lgamma(x) for x in some.tolist()])
    x = np.concatenate([POSITIVE.reshape(-1)] * 4)
    full = np.vectorize(math.lgamma)(POSITIVE.reshape(-1).astype(np.float64))
    x[: len(some)] = some
    odd = np.array([*_LGAMMA_OF_ODD, 1, 2, np.nan], np.float32)
    x[-len(odd) :] = odd
    for given in (x, tf.constant(x)):
        found = tf.math.lgamma(given).numpy()
        np.testing.assert_allclose(found[: len(some)], wanted, 1e-6)
        rest = found[len(full) : 2 * len(full)]
        np.testing.assert_allclose(rest, full, 2e-6)
        exact = [*_LGAMMA_OF_ODD.values(), 0, 0, np.nan]
        np.testing.assert_array_equal(found[-len(odd) :], np.array(exact, np.float32))
        assert not np.signbit(found[-3:-1]).any()


def test_complex_quotients() -> None:
    x, y = X + 1j * Y, Y + 1j * X
    np.testing.assert_allclose(tf.math.divide_no_nan(x, y).numpy(), x / y, 1e-5)
    y[2] = 0
    np.testing.assert_array_equal(tf.math.divide_no_nan(x, y).numpy()[2], np.zeros(SIDE))


def test_half_the_sum_of_squares() -> None:
    for x in (X, X[::2, 1:].T, X.astype(np.float64)):
        wanted = np.sum(x.astype(np.float64) ** 2) / 2
        np.testing.assert_allclose(tf.nn.l2_loss(x).numpy(), wanted, 1e-6)
    assert np.isnan(tf.nn.l2_loss(SPECIAL))


def test_zeta() -> None:
    x, q = np.float32([[1.001], [1.5], [2], [4], [11.5], [40]]), np.linspace(0.2, 60, 6001)
    wide, end = x.astype(np.float64), q + 300
    terms = sum((q + k) ** -wide for k in range(300))
    wanted = terms + end ** (1 - wide) / (wide - 1) + (0.5 + wide / (12 * end)) * end**-wide
    x, q = (np.broadcast_to(v, wanted.shape).astype(np.float32) for v in (x, q))
    assert q.size > 1 << 15
    held = tf.constant(x), tf.constant(q)
    for given in ((x, q), held):
        np.testing.assert_allclose(tf.math.zeta(*given).numpy(), wanted, 3e-5, 1e-32)
    np.testing.assert_allclose(tf.math.zeta(x[:, :9], q[:, :9]).numpy(), wanted[:, :9], 3e-5, 1e-32)
    far = tf.math.zeta(tf.fill(x.shape, 1.5), tf.fill(x.shape, 3e38))
    np.testing.assert_allclose(far.numpy(), np.zeros(x.shape), 0, 1e-12)
    q = q.copy()
    q[0, :3] = np.nan, 0, -1.5
    odd = tf.math.zeta(x[0, :3], q[0, :3]).numpy()
    for given in (q, tf.constant(q)):
        np.testing.assert_array_equal(tf.math.zeta(held[0], given).numpy()[0, :3], odd)


@pytest.mark.parametrize("count", [5, 40_000])
def test_polygamma(count: int) -> None:
    x = np.linspace(0.5, 9, count).astype(np.float32)
    wide, end = x.astype(np.float64), x.astype(np.float64) + 100
    for order in (1, 2, 5):
        wanted = sum((wide + k) ** -(order + 1.0) for k in range(100))
        wanted += end**-order / order + 0.5 * end ** -(order + 1.0)
        wanted *= math.factorial(order) * (-1) ** (order + 1)
        for given in (x, tf.constant(x)):
            found = tf.math.polygamma(float(order), given)
            np.testing.assert_allclose(found.numpy(), wanted, 3e-5)
        # The result has the axes of both.
        found = tf.math.polygamma([[float(order)]], tf.constant(x))
        np.testing.assert_allclose(found.numpy(), wanted[None], 3e-5)


def test_incomplete_beta_function() -> None:
    a, b = np.mgrid[1:21:3, 1:40:3].reshape(2, -1, 1)
    x = np.linspace(0, 1, 451)[None].astype(np.float32)
    n, wide = a + b - 1, x.astype(np.float64)
    # That so many of n chances of x come true.
    wanted = np.zeros(np.broadcast_shapes(n.shape, x.shape))
    for k in range(1, 60):
        ways = np.vectorize(math.comb)(n, k) * (k >= a) * (k <= n)
        wanted += ways * wide ** np.minimum(k, n) * (1 - wide) ** np.maximum(n - k, 0)
    inputs = [np.broadcast_to(v, wanted.shape).astype(np.float32) for v in (a, b, x)]
    assert inputs[0].size > 1 << 15
    for given in (inputs, [tf.constant(v) for v in inputs]):
        np.testing.assert_allclose(tf.math.betainc(*given).numpy(), wanted, 3e-5, 5e-6)
    few = [v[::17, ::50] for v in inputs]
    np.testing.assert_allclose(tf.math.betainc(*few).numpy(), wanted[::17, ::50], 3e-5, 5e-6)


def test_incomplete_gamma_function() -> None:
    a, x = np.arange(1, 21)[:, None], np.linspace(0, 60, 2001)[None].astype(np.float32)
    wide = x.astype(np.float64)
    # That at least so many things happen where x are expected.
    wanted, term = np.zeros((20, 2001)), np.exp(-wide)
    happens = 1 - term
    for row in range(20):
        wanted[row] = happens
        term = term * wide / (row + 1)
        happens = happens - term
    few = x[0] <= 3
    for columns in (slice(None), few):
        inputs = np.broadcast_arrays(a.astype(np.float32), x[:, columns])
        held, exact = [tf.constant(v) for v in inputs], wanted[:, columns]
        for _ in range(12):
            np.testing.assert_allclose(tf.math.igamma(*held).numpy(), exact, 2e-5, 1e-7)
    odd = np.full((SIDE, SIDE), 2.0, np.float32)
    odd[0, :5] = [np.nan, -1, 0, np.inf, 100]
    ones, kept = tf.ones([SIDE, SIDE]), tf.constant(odd)
    for _ in range(12):
        found = tf.math.igamma(ones, kept).numpy()
        np.testing.assert_allclose(found[0, :6], [np.nan, np.nan, 0, 1, 1, -math.expm1(-2)], 1e-5)


def test_functions_of_what_was_computed() -> None:
    """At the end of a program a function goes the way that it goes alone."""
    x, p = tf.constant(X), tf.constant(POSITIVE)
    for _ in range(4):
        half, place = p / 2, p / 4
        found, other = tf.math.betainc(p, half, place), tf.math.betainc(half, p, 1 - place)
        np.testing.assert_allclose((found + other).numpy(), np.ones_like(POSITIVE), 2e-5)
        np.testing.assert_array_equal(tf.sort(-x).numpy(), np.sort(-X))
        turned = x * -1.0
        values, places = tf.math.top_k(turned, 3)
        np.testing.assert_array_equal(values.numpy(), np.sort(-X)[:, :-4:-1])
        np.testing.assert_array_equal(tf.gather(turned, places, batch_dims=1), values)


@pytest.mark.parametrize("name", ["pow", "atan2", "xlogy", "divide_no_nan", "multiply_no_nan"])
@pytest.mark.parametrize("zeros", [False, True])
def test_functions_of_two(name: str, zeros: bool) -> None:
    x, y = POSITIVE.copy(), Y.copy()
    if zeros:
        x[3], y[5] = 0, 0
    a, b = x.astype(np.float64), y.astype(np.float64)
    with np.errstate(all="ignore"):
        exact: dict[str, Callable[[], Any]] = {
            "pow": lambda: a**b,
            "atan2": lambda: np.arctan2(a, b),
            "xlogy": lambda: np.where(a == 0, 0, a * np.log(a + 1)),
            "divide_no_nan": lambda: np.where(b == 0, 0, a / b),
            "multiply_no_nan": lambda: np.where(b == 0, 0, a * b),
        }
        wanted = exact[name]()
    second = x + np.float32(1) if name == "xlogy" else y
    if zeros and name == "xlogy":
        second[3] = np.nan
    found = getattr(tf.math, name)(x, second)
    np.testing.assert_allclose(found.numpy(), wanted.astype(np.float32), 2e-6, 1e-7)


def test_remainders() -> None:
    info = np.iinfo(np.int32)
    x = random.integers(info.min, info.max, (SIDE, SIDE), np.int32, endpoint=True)
    x[0, :2] = info.min, info.max
    for y in (-1, 7, -1000, info.max, info.min):
        np.testing.assert_array_equal(tf.math.floormod(x, y), x.astype(np.int64) % y)
