"""Arrays of a size at which a backend may go another way: the same values, and gradients."""

from __future__ import annotations

import math
import operator
import statistics
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..subject import tf

SIDE = 400
_random = np.random.default_rng(0)


def normal(*shape: int) -> Any:
    return _random.standard_normal(shape, np.float32)


X, Y = normal(SIDE, SIDE), normal(SIDE, SIDE)
POSITIVE = _random.uniform(0.1, 3.0, (SIDE, SIDE)).astype(np.float32)
UNIT = _random.uniform(-1, 1, (SIDE, SIDE)).astype(np.float32)
SPECIAL = X.copy()
SPECIAL.reshape(-1)[:8] = [0.0, -0.0, np.inf, -np.inf, np.nan, 1e-30, 88.9, -104.0]
MASK = X > 0.3
IMAGES = normal(4, 45, 41, 8)

FUNCTIONS: dict[str, tuple[Callable[..., Any], Any]] = {
    "exp": (np.exp, SPECIAL),
    "log": (np.log, POSITIVE),
    "sin": (np.sin, X),
    "cos": (np.cos, X),
    "tanh": (np.tanh, SPECIAL),
    "asin": (np.arcsin, UNIT),
    "acos": (np.arccos, UNIT),
    "atan": (np.arctan, SPECIAL),
    "sinh": (np.sinh, X),
    "cosh": (np.cosh, X),
    "asinh": (np.arcsinh, X),
    "acosh": (np.arccosh, POSITIVE + 1),
    "sign": (np.sign, SPECIAL),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_functions(name: str) -> None:
    function, x = FUNCTIONS[name]
    with np.errstate(all="ignore"):
        wanted = function(x.astype(np.float64)).astype(np.float32)
    np.testing.assert_allclose(getattr(tf.math, name)(x).numpy(), wanted, 1e-6, 1e-7)


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
    "special.bessel_i0": (_mean(lambda x, u: np.exp(x * np.cos(np.pi * u))), -20, 20),
    "special.bessel_i1e": (
        _mean(lambda x, u: np.exp(x * np.cos(np.pi * u) - np.abs(x)) * np.cos(np.pi * u)),
        -20,
        20,
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


@pytest.mark.parametrize("name", SPECIAL_FUNCTIONS)
def test_special_functions(name: str) -> None:
    function, low, high = SPECIAL_FUNCTIONS[name]
    some = np.linspace(low, high, 611).astype(np.float32)
    wanted = function(some.astype(np.float64))
    called = operator.attrgetter(name)(tf.math)
    many = np.tile(some, 80)
    np.testing.assert_allclose(called(many).numpy(), np.tile(wanted, 80), 2e-5, 2e-6)
    odd = np.array([np.nan, 0.0, -0.0, 3e38, 1e-38, np.inf], np.float32)
    many[-len(odd) :] = odd
    np.testing.assert_allclose(called(many).numpy()[-len(odd) :], called(odd).numpy(), 1e-6)


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
    np.testing.assert_allclose(tf.math.zeta(x, q).numpy(), wanted, 3e-5, 1e-32)
    np.testing.assert_allclose(tf.math.zeta(x[:, :9], q[:, :9]).numpy(), wanted[:, :9], 3e-5, 1e-32)
    q = q.copy()
    q[0, :3] = np.nan, 0, -1.5
    odd = tf.math.zeta(x[0, :3], q[0, :3]).numpy()
    np.testing.assert_array_equal(tf.math.zeta(x, q).numpy()[0, :3], odd)


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
    np.testing.assert_allclose(tf.math.betainc(*inputs).numpy(), wanted, 3e-5, 5e-6)
    few = [v[::17, ::50] for v in inputs]
    np.testing.assert_allclose(tf.math.betainc(*few).numpy(), wanted[::17, ::50], 3e-5, 5e-6)


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
    found = getattr(tf.math, name)(x, second)
    np.testing.assert_allclose(found.numpy(), wanted.astype(np.float32), 2e-6, 1e-7)


def test_tests_and_comparisons() -> None:
    y = SPECIAL.copy()
    y[7] += 1
    np.testing.assert_array_equal(tf.math.is_nan(SPECIAL).numpy(), np.isnan(SPECIAL))
    np.testing.assert_array_equal(tf.math.is_inf(SPECIAL).numpy(), np.isinf(SPECIAL))
    np.testing.assert_array_equal(tf.math.is_finite(SPECIAL).numpy(), np.isfinite(SPECIAL))
    for name in ("equal", "not_equal", "less", "less_equal", "greater", "greater_equal"):
        found = getattr(tf.math, name)(SPECIAL, y).numpy()
        np.testing.assert_array_equal(found, getattr(np, name)(SPECIAL, y), name)
        beside = getattr(tf.math, name)(SPECIAL, 0.0).numpy()
        np.testing.assert_array_equal(beside, getattr(np, name)(SPECIAL, np.float32(0)), name)


@pytest.mark.parametrize("axis", [None, 0, 1, [0, 1]])
def test_any_and_all(axis: Any) -> None:
    mask = MASK.copy()
    mask[3], mask[:, 5] = True, False
    where = tuple(axis) if isinstance(axis, list) else axis
    np.testing.assert_array_equal(tf.reduce_any(mask, axis).numpy(), mask.any(where))
    np.testing.assert_array_equal(
        tf.reduce_all(mask, axis, True).numpy(), mask.all(where, keepdims=True)
    )


@pytest.mark.parametrize("axis", [None, 0, 1])
@pytest.mark.parametrize("side", [2, 4, SIDE])
def test_extremes_with_nan(axis: Any, side: int) -> None:
    for place in (0, side + 1, side * side - 1):
        x = X[:side, :side].copy()
        x.reshape(-1)[place] = np.nan
        for name, exact in (("reduce_max", np.max), ("reduce_min", np.min)):
            called = getattr(tf, name)
            np.testing.assert_array_equal(called(x, axis).numpy(), exact(x, axis))
            compiled = tf.function(lambda x, called=called: called(x * 1.0, axis))
            np.testing.assert_array_equal(compiled(tf.constant(x)).numpy(), exact(x, axis))
    full = np.full((SIDE, SIDE), np.inf, np.float32)
    assert tf.reduce_max(full) == np.inf
    assert tf.reduce_min(-full) == -np.inf


def test_positions_with_nan() -> None:
    x = X.copy()
    x[3, 4] = np.nan
    np.testing.assert_array_equal(tf.argmax(X, 1).numpy(), X.argmax(1))
    np.testing.assert_array_equal(tf.argmin(X, 0).numpy(), X.argmin(0))
    np.testing.assert_array_equal(tf.argmax(x, 1).numpy(), np.nanargmax(x, 1))
    np.testing.assert_array_equal(tf.argmin(x, 0).numpy(), np.nanargmin(x, 0))


@pytest.mark.parametrize("dtype", [np.float32, np.float64, np.int32, np.int64, np.uint8, np.bool_])
def test_choice(dtype: Any) -> None:
    x, y = [(value * 9).astype(dtype) for value in (POSITIVE, POSITIVE[::-1])]
    np.testing.assert_array_equal(tf.where(MASK, x, y).numpy(), np.where(MASK, x, y))
    one = x[0, 0]
    np.testing.assert_array_equal(tf.where(MASK, x, one).numpy(), np.where(MASK, x, one))
    np.testing.assert_array_equal(tf.where(MASK, one, y).numpy(), np.where(MASK, one, y))
    row = x[0]
    np.testing.assert_array_equal(tf.where(MASK, row, y).numpy(), np.where(MASK, row, y))


def test_gradients_of_a_choice() -> None:
    x, one = tf.constant(SPECIAL), tf.constant(2.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, one])
        y = tf.where(MASK, x * x, one)
        total = tf.reduce_sum(tf.where(MASK, x, 0.0) ** 3)
        first = tape.gradient(total, x)
    by_x, by_one = tape.gradient(y, [x, one])
    np.testing.assert_array_equal(by_x.numpy()[1:], np.where(MASK, 2 * SPECIAL, 0)[1:])
    assert by_one.numpy() == (~MASK).sum()
    second = tape.gradient(first, x)
    np.testing.assert_allclose(second.numpy()[1:], np.where(MASK, 6 * X, 0)[1:], 1e-6)


def _exact(a: Any, b: Any) -> Any:
    return a.astype(np.float64) @ b.astype(np.float64)


@pytest.mark.parametrize("turned", ["", "a", "b", "ab"])
def test_products(turned: str) -> None:
    a, b = normal(SIDE, 300), normal(300, 200)
    flags = {"transpose_a": "a" in turned, "transpose_b": "b" in turned}
    found = tf.matmul(a.T if "a" in turned else a, b.T if "b" in turned else b, **flags)
    np.testing.assert_allclose(found.numpy(), _exact(a, b), 1e-4, 1e-4)


def test_other_products() -> None:
    stack, b = normal(6, 150, 140), normal(6, 140, 130)
    np.testing.assert_allclose(tf.matmul(stack, b).numpy(), _exact(stack, b), 1e-4, 1e-4)
    np.testing.assert_allclose(
        tf.matmul(stack[0], b[0]).numpy(), _exact(stack[0], b[0]), 1e-4, 1e-4
    )
    wanted = _exact(stack, b[0])
    for found in (
        tf.tensordot(stack, b[0], 1),
        tf.einsum("ijk,kl->ijl", stack, b[0]),
        tf.einsum("aij,jk->aik", stack, b[0]),
    ):
        np.testing.assert_allclose(found.numpy(), wanted, 1e-4, 1e-4)
    with pytest.raises(tf.errors.InvalidArgumentError):
        tf.matmul(stack[0], b[0][1:])


def test_gradients_of_a_product() -> None:
    a, b = tf.constant(normal(250, 200)), tf.constant(normal(200, 150))
    with tf.GradientTape() as outer:
        outer.watch([a, b])
        with tf.GradientTape() as tape:
            tape.watch([a, b])
            y = tf.reduce_sum(tf.square(a @ b)) / 2
        by_a, by_b = tape.gradient(y, [a, b])
        total = tf.reduce_sum(by_a)
    product = _exact(a.numpy(), b.numpy())
    np.testing.assert_allclose(by_a.numpy(), _exact(product, b.numpy().T), 1e-3, 2e-2)
    np.testing.assert_allclose(by_b.numpy(), _exact(a.numpy().T, product), 1e-3, 2e-2)
    sums = b.numpy().astype(np.float64).sum(0)
    wanted = np.tile(_exact(b.numpy(), sums), (250, 1))
    np.testing.assert_allclose(outer.gradient(total, a).numpy(), wanted, 1e-3, 2e-2)


def test_rows_of_a_jacobian() -> None:
    x, w = tf.constant(normal(130, 150)), tf.constant(normal(150, 140))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.where(X[:130, :140] > 0, x @ w, 0.0), 0)[:3]
    rows = tape.jacobian(y, x).numpy()
    chosen = (X[:130, :140] > 0)[:, :3]
    wanted = np.einsum("nc,kc->cnk", chosen.astype(np.float64), w.numpy()[:, :3])
    np.testing.assert_allclose(rows, wanted, 1e-5, 1e-5)


def _pooled(x: Any, k: int, s: int, same: bool, reduce: Any) -> Any:
    n, height, width, depth = x.shape
    sizes = [-(-m // s) if same else (m - k) // s + 1 for m in (height, width)]
    pads = [
        max((size - 1) * s + k - m, 0) // 2 if same else 0
        for size, m in zip(sizes, (height, width), strict=True)
    ]
    found = np.empty((n, *sizes, depth))
    for i in range(sizes[0]):
        for j in range(sizes[1]):
            top, left = i * s - pads[0], j * s - pads[1]
            part = x[:, max(top, 0) : top + k, max(left, 0) : left + k]
            found[:, i, j] = reduce(part, axis=(1, 2))
    return found


@pytest.mark.parametrize("same", [False, True])
@pytest.mark.parametrize(("k", "s"), [(2, 2), (3, 2), (3, 1), (5, 3), (2, 4)])
def test_pooling(k: int, s: int, same: bool) -> None:
    padding = "SAME" if same else "VALID"
    x = IMAGES.astype(np.float64)
    found = tf.nn.max_pool2d(IMAGES, k, s, padding)
    np.testing.assert_array_equal(found.numpy(), _pooled(IMAGES, k, s, same, np.max))
    found = tf.nn.avg_pool2d(IMAGES, k, s, padding)
    np.testing.assert_allclose(found.numpy(), _pooled(x, k, s, same, np.mean), 1e-5, 1e-6)


def test_pooling_of_vectors_and_volumes() -> None:
    vectors, volumes = normal(8, 700, 8), normal(2, 20, 22, 18, 4)
    found = tf.nn.max_pool1d(vectors, 2, 2, "VALID")
    np.testing.assert_array_equal(found.numpy(), vectors.reshape(8, 350, 2, 8).max(2))
    found = tf.nn.avg_pool3d(volumes, 2, 2, "VALID")
    wanted = volumes.reshape(2, 10, 2, 11, 2, 9, 2, 4).mean((2, 4, 6))
    np.testing.assert_allclose(found.numpy(), wanted, 1e-5, 1e-6)


def test_pooling_of_what_is_no_number() -> None:
    x = IMAGES.copy()
    x[0, 3, 3, 0], x[1, 5, 5, 1] = np.inf, -np.inf
    found = tf.nn.max_pool2d(x, 3, 2, "SAME")
    np.testing.assert_array_equal(found.numpy(), _pooled(x, 3, 2, True, np.max))


def test_classes() -> None:
    k = _random.integers(0, 8, 20_000).astype(np.int32)
    wanted = (k[:, None] == np.arange(8)).astype(np.float32)
    np.testing.assert_array_equal(tf.one_hot(k, 8).numpy(), wanted)
    k[:2] = -1, 8
    wanted = (k[:, None] == np.arange(8)).astype(np.float32)
    np.testing.assert_array_equal(tf.one_hot(k, 8).numpy(), wanted)
    found = tf.one_hot(k, 8, 5, -5)
    np.testing.assert_array_equal(found.numpy(), np.where(wanted > 0, 5, -5))


def test_neighbours_among_channels() -> None:
    x = IMAGES.astype(np.float64)
    sums = np.zeros_like(x)
    for c in range(8):
        sums[..., c] = np.square(x[..., max(c - 2, 0) : c + 3]).sum(-1)
    found = tf.nn.local_response_normalization(IMAGES, 2, 1.5, 0.3, 0.7)
    np.testing.assert_allclose(found.numpy(), x / (1.5 + 0.3 * sums) ** 0.7, 1e-5, 1e-6)


def test_dilation() -> None:
    w = normal(2, 3, 8)
    x = IMAGES.copy()
    x[0, 0, 0, 0] = np.nan
    for given in (IMAGES, x):
        parts = [given[:, i : i + 44, j : j + 39] + w[i, j] for i in range(2) for j in range(3)]
        found = tf.nn.dilation2d(given, w, [1, 1, 1, 1], "VALID", "NHWC", [1, 1, 1, 1])
        np.testing.assert_array_equal(found.numpy(), np.fmax.reduce(parts))


def test_channels_apart_and_together() -> None:
    x = normal(110, 120, 3)
    parts = tf.unstack(x, axis=-1)
    for c in range(3):
        np.testing.assert_array_equal(parts[c].numpy(), x[..., c])
    np.testing.assert_array_equal(tf.stack(parts, -1).numpy(), x)


def test_order() -> None:
    np.testing.assert_array_equal(tf.sort(SPECIAL[1:]).numpy(), np.sort(SPECIAL[1:]))
    np.testing.assert_array_equal(tf.sort(X, 0, "DESCENDING").numpy(), -np.sort(-X, 0))


@pytest.mark.parametrize("turned", ["", "a", "b", "ab"])
@pytest.mark.parametrize("stacked", ["", "a", "ab"])
def test_gradients_of_products_of_wide_rows(stacked: str, turned: str) -> None:
    a, b = normal(96, 512), normal(512, 20)
    a = np.stack([a, a + 1]) if "a" in stacked else a
    b = np.stack([b, b - 1]) if "b" in stacked else b
    slope = normal(*a.shape[:-1], 20)
    if "a" in turned and stacked == "a":
        b = np.stack([b, b])
    given = [
        tf.constant(x.swapaxes(-1, -2) if name in turned else x)
        for name, x in zip("ab", (a, b), strict=True)
    ]
    flags = {"transpose_a": "a" in turned, "transpose_b": "b" in turned}
    with tf.GradientTape() as tape:
        tape.watch(given)
        y = tf.reduce_sum(tf.matmul(*given, **flags) * slope)
    found = [
        x.numpy().swapaxes(-1, -2) if name in turned else x.numpy()
        for name, x in zip("ab", tape.gradient(y, given), strict=True)
    ]
    wanted = _exact(a.swapaxes(-1, -2), slope)
    if b.ndim < a.ndim:
        wanted = wanted.sum(0)
    np.testing.assert_allclose(found[0], _exact(slope, b.swapaxes(-1, -2)), 1e-3, 1e-3)
    np.testing.assert_allclose(found[1], wanted, 1e-3, 1e-3)


def test_gradients_of_tensordot() -> None:
    a, b, slope = normal(2, 70, 512), normal(512, 5), normal(2, 70, 5)
    given = [tf.constant(a), tf.constant(b)]
    with tf.GradientTape() as tape:
        tape.watch(given)
        y = tf.reduce_sum(tf.tensordot(*given, 1) * slope)
    by_a, by_b = tape.gradient(y, given)
    np.testing.assert_allclose(by_a.numpy(), _exact(slope, b.T), 1e-3, 1e-3)
    np.testing.assert_allclose(by_b.numpy(), _exact(a.swapaxes(1, 2), slope).sum(0), 1e-3, 1e-3)


def test_gradients_of_einsum() -> None:
    x, w = normal(3, 40, 8), normal(8, 4, 6)
    heads, keys = normal(3, 40, 4, 6), normal(3, 30, 4, 6)
    for equation, a, b in (
        ("abc,cde->abde", x, w),
        ("abcd,efg->abg", heads, w),
        ("abde,cde->abc", heads, w),
        ("btnh,bfnh->bnft", keys, heads),
        ("bnft,btnh->bfnh", normal(3, 4, 40, 30), keys),
        ("aab,bc->ac", normal(5, 5, 6), normal(6, 4)),
        ("...b,bc->...c", x, normal(8, 5)),
    ):
        if equation == "abcd,efg->abg":
            a, b = a[:1, :2], b[:2, :2]
        slope = normal(*np.einsum(equation, a, b).shape)
        given = [tf.constant(a), tf.constant(b)]
        with tf.GradientTape() as tape:
            tape.watch(given)
            y = tf.reduce_sum(tf.einsum(equation, *given) * slope)
        for i, found in enumerate(tape.gradient(y, given)):
            # Linear in each: the slope along a direction is the value there.
            way = normal(*found.shape)
            there = np.einsum(equation, *[way if n == i else v for n, v in enumerate((a, b))])
            np.testing.assert_allclose(
                (found.numpy() * way).sum(), (there * slope).sum(), 1e-3, 2e-2
            )


def test_what_was_conjugated() -> None:
    x = tf.math.imag(tf.math.conj(tf.complex(X, Y)))
    np.testing.assert_array_equal(tf.where(MASK, x, X).numpy(), np.where(MASK, -Y, X))
    np.testing.assert_array_equal(tf.less(x, X).numpy(), -Y < X)
    np.testing.assert_allclose(tf.exp(x).numpy(), np.exp(-Y), 1e-6)
    np.testing.assert_allclose(tf.matmul(x, X).numpy(), _exact(-Y, X), 1e-4, 1e-3)


def test_places_of_extremes_in_columns() -> None:
    x = normal(300, 200)
    x[[10, 200], 5] = x.min() - 1
    for array in (x, x.astype(np.float64), np.round(x)):
        assert np.array_equal(tf.argmin(tf.constant(array), 0), array.argmin(0))
        assert np.array_equal(tf.argmax(tf.constant(-array), 0), (-array).argmax(0))


def _sums_agree(found: Any, wanted: Any) -> None:
    np.testing.assert_allclose(found.numpy(), wanted, 1e-5, 1e-5)


def test_sums_of_long_segments() -> None:
    x = normal(640, 64)
    ids = np.sort(_random.integers(0, 5, 640))
    ids[ids == 2] = 3
    expected = np.stack([x[ids == n].sum(0, np.float64) for n in range(6)])
    _sums_agree(tf.math.unsorted_segment_sum(x, ids, 6), expected)
    _sums_agree(tf.math.segment_sum(x, ids), expected[:5])
    mixed = _random.permutation(640)
    _sums_agree(tf.math.unsorted_segment_sum(x[mixed], ids[mixed], 6), expected)
    # What belongs to no segment is left out.
    _sums_agree(tf.math.unsorted_segment_sum(x, ids - 1, 5), expected[1:])


def test_the_first_of_equal_ones_among_the_largest() -> None:
    x = normal(300, 200)
    x[7, [3, 150, 90]] = 9.0
    values, places = tf.math.top_k(x, 3)
    order = (-x).argsort(1, kind="stable")[:, :3]
    assert np.array_equal(places, order)
    assert np.array_equal(values, np.take_along_axis(x, order, 1))
    # The last of the three is equal to the one that is not among them.
    x[7, 91] = 9.0
    assert np.asarray(tf.math.top_k(x, 3)[1])[7].tolist() == [3, 90, 91]


def test_choices_by_rows_do_not_depend_on_how_many_there_are() -> None:
    logits = normal(400, 100)
    for dtype in (np.float32, np.float64):
        x = tf.constant(logits.astype(dtype))
        all_rows = np.asarray(tf.random.stateless_categorical(x, 2, [3, 4]))
        few = np.asarray(tf.random.stateless_categorical(x[:20], 2, [3, 4]))
        assert np.array_equal(all_rows[:20], few)
        assert np.array_equal(x, logits.astype(dtype))


def test_order_of_equal_ones() -> None:
    x = np.round(X * 4)
    np.testing.assert_array_equal(tf.argsort(x, stable=True), np.argsort(x, 1, kind="stable"))
    np.testing.assert_array_equal(tf.sort(x), np.sort(x, 1))
    falling = np.argsort(-x, 1, kind="stable")
    np.testing.assert_array_equal(tf.argsort(x, 1, "DESCENDING", stable=True), falling)
    np.testing.assert_array_equal(tf.sort(x, 0, "DESCENDING"), -np.sort(-x, 0))


@pytest.mark.parametrize("spread", [1, 100])
def test_running_sums_of_exponentials(spread: float) -> None:
    x = X * spread
    wanted = np.logaddexp.accumulate(x.astype(np.float64), 1)
    np.testing.assert_allclose(tf.math.cumulative_logsumexp(x, 1), wanted, rtol=2e-6, atol=2e-5)


def test_remainders() -> None:
    info = np.iinfo(np.int32)
    x = _random.integers(info.min, info.max, (SIDE, SIDE), np.int32, endpoint=True)
    x[0, :2] = info.min, info.max
    for y in (-1, 7, -1000, info.max, info.min):
        np.testing.assert_array_equal(tf.math.floormod(x, y), x.astype(np.int64) % y)


def test_product_of_all() -> None:
    x = np.exp(X.astype(np.float64) / 10)
    np.testing.assert_allclose(tf.reduce_prod(x), np.prod(x), rtol=1e-9)


def _read_often(call: Callable[[], Any], wanted: Any) -> None:
    """What is read alone time and again may go another way in the end."""
    for _ in range(12):
        found = call()
        parts = found if isinstance(found, (list, tuple)) else [found]
        for part, value in zip(parts, wanted if parts is found else [wanted], strict=True):
            np.testing.assert_array_equal(part.numpy(), value)


def test_elements_moved() -> None:
    x, stack = tf.constant(X), tf.constant(normal(4, 128, 256))
    _read_often(lambda: tf.transpose(x), X.T)
    _read_often(lambda: tf.transpose(stack, [0, 2, 1]), stack.numpy().transpose(0, 2, 1))
    _read_often(lambda: tf.transpose(stack, [2, 1, 0]), stack.numpy().T)
    _read_often(lambda: tf.unstack(stack), stack.numpy())
    _read_often(lambda: tf.split(stack, [1, 3]), [stack.numpy()[:1], stack.numpy()[1:]])
    _read_often(lambda: tf.stack([x, x + 1.0]), np.stack([X, X + np.float32(1)]))
    for paddings in ([[1, 2], [3, 0]], [[0, 0], [0, 5]]):
        wanted = np.pad(X, paddings, constant_values=7)
        _read_often(lambda p=paddings: tf.pad(x, p, constant_values=7.0), wanted)
    blocks = normal(4, 32, 32, 64)
    wanted = blocks.reshape(4, 16, 2, 16, 2, 64).transpose(0, 1, 3, 2, 4, 5).reshape(4, 16, 16, 256)
    _read_often(lambda: tf.nn.space_to_depth(blocks, 2), wanted)
    _read_often(lambda: tf.nn.depth_to_space(wanted, 2), blocks)


def test_views_outlive_what_they_show() -> None:
    x = tf.Variable(X)
    first = tf.reshape(x, [-1])
    _read_often(lambda: tf.reshape(x, [-1]), X.reshape(-1))
    view = tf.reshape(x, [-1])
    x.assign_add(tf.ones_like(x))
    np.testing.assert_array_equal(view.numpy(), X.reshape(-1))
    np.testing.assert_array_equal(first.numpy(), X.reshape(-1))
    np.testing.assert_array_equal((view + 1.0).numpy(), x.numpy().reshape(-1))
    copy = view.numpy()
    copy[:] = 0
    np.testing.assert_array_equal(view.numpy(), X.reshape(-1))


def test_arithmetic_of_whole_arrays() -> None:
    x, y = tf.constant(SPECIAL), tf.constant(Y)
    for name in ("add", "subtract", "multiply", "maximum", "minimum", "divide"):
        with np.errstate(all="ignore"):
            wanted = getattr(np, name)(SPECIAL, Y)
        _read_often(lambda name=name: getattr(tf, name)(x, y), wanted)
    _read_often(lambda: 2.0 * y, np.float32(2) * Y)
    _read_often(lambda: y + y[0], Y + Y[0])
    bits = (POSITIVE * 99).astype(np.int32)
    i = tf.constant(bits)
    _read_often(lambda: tf.bitwise.left_shift(i, 3), bits << 3)
    _read_often(lambda: tf.bitwise.bitwise_xor(i, i + 1), bits ^ (bits + 1))


def test_ranges() -> None:
    np.testing.assert_array_equal(tf.range(100_001).numpy(), np.arange(100_001))
    np.testing.assert_array_equal(tf.range(9, 200_000, 3).numpy(), np.arange(9, 200_000, 3))
    np.testing.assert_array_equal(tf.range(90_000, -5, -2).numpy(), np.arange(90_000, -5, -2))


@pytest.mark.parametrize("k", [1, 3, 150, SIDE - 1, SIDE, SIDE + 1])
def test_in_top_k(k: int) -> None:
    scores = X.round(1)
    scores[3, 5], scores[4], scores[7, 2], scores[9, -1] = np.nan, np.inf, np.inf, -np.inf
    classes = np.arange(SIDE, dtype=np.int32) * 7 % SIDE
    chosen = scores[np.arange(SIDE), classes]
    higher = (scores > chosen[:, None]).sum(1)
    # The row is gone through until enough is higher: what is not finite after that does not count.
    wanted = (higher < k) & np.isfinite(scores).all(1)
    _read_often(lambda: tf.math.in_top_k(classes, scores, k), wanted)
