"""Derivatives at infinite elements, of complex numbers, by shapes of distributions; division."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import Tolerance, agree
from ..subject import tf

INF, NAN = float("inf"), float("nan")
CLOSE = Tolerance(1e-5, 1e-7)


def _gradients(f: Any, *values: Any) -> list[Any]:
    inputs = [tf.constant(value) for value in values]
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        y = f(*inputs)
    return tape.gradient(y, inputs)


@pytest.mark.parametrize(
    ("values", "exclusive", "reverse", "expected"),
    [
        ([1.0, INF, 2.0], False, False, [1.0, NAN, 0.0]),
        ([INF, 1.0, 2.0], False, True, [NAN, 0.26894143, 1.7310586]),
        ([1.0, -INF, 2.0], False, False, [2.2689414, 0.0, 0.7310586]),
        ([-INF, -INF, 1.0], False, False, [NAN, NAN, 1.0]),
        ([1.0, INF, 2.0], True, False, [1.0, NAN, 0.0]),
        ([INF, 1.0, 2.0], True, False, [NAN, 0.0, 0.0]),
        ([1.0, 2.0, INF], True, True, [0.0, 0.0, NAN]),
    ],
)
def test_cumulative_logsumexp_beside_infinity(
    values: list[float], exclusive: bool, reverse: bool, expected: list[float]
) -> None:
    found = _gradients(
        lambda x: tf.math.cumulative_logsumexp(x, exclusive=exclusive, reverse=reverse), values
    )
    agree(found[0], expected, tolerance=CLOSE)


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("a", "x", "by_a", "by_x"),
    [
        (1.0, 1.0, -0.43172971063489896, 0.36787944117144233),
        (0.5, 2.0, -0.13561933520399783, 0.053990966513188056),
        (3.0, 0.1, -0.0005513415674074966, 0.004524187090179801),
        (10.0, 12.0, -0.09717797203717947, 0.08736437990304947),
        (100.0, 95.0, -0.03599113479282964, 0.036868671436131116),
        (1e-3, 1e-3, -6.293203824900426, 0.9926954471961497),
        (5.0, 50.0, -1.3227071908086788e-16, 5.0227860624060265e-17),
        (50.0, 5.0, -5.048430159935777e-32, 1.9676730382788063e-31),
        (1.0, 0.0, 0.0, NAN),
        (0.0, 1.0, NAN, 0.0),
    ],
)
def test_incomplete_gamma(sign: int, a: float, x: float, by_a: float, by_x: float) -> None:
    f = tf.math.igamma if sign > 0 else tf.math.igammac
    found = _gradients(f, np.float64(a), np.float64(x))
    wanted = [np.float64(sign * by_a), np.float64(sign * by_x)]
    agree(found, wanted, tolerance=Tolerance(1e-6, 1e-40))


def test_complex_derivatives_without_a_conjugate() -> None:
    """What TensorFlow conjugates nowhere, in the values of its own registry."""
    x, y = 1 + 2j, 3 - 1j
    cases = {
        tf.math.xlogy: [1.151292546497023 - 0.3217505543966422j, 0.1 + 0.7j],
        tf.math.xdivy: [0.3 + 0.1j, 0.04 - 0.22j],
        tf.math.xlog1py: [
            1.416606672028108 - 0.24497866312686417j,
            0.11764705882352941 + 0.5294117647058824j,
        ],
        tf.math.multiply_no_nan: [3 - 1j, 1 + 2j],
    }
    for f, expected in cases.items():
        agree(_gradients(f, x, y), expected, tolerance=Tolerance(1e-12, 1e-12))
    silu = [2.0037407311527655 + 0.26449804151610395j, 1.0954814530849635 + 0.04409257310606878j]
    agree(_gradients(tf.nn.silu, [x, y]), [silu], tolerance=Tolerance(1e-12, 1e-12))
    products = _gradients(tf.math.cumprod, [x, y])
    agree(products, [[4 - 1j, 1 + 2j]], tolerance=Tolerance(1e-12, 1e-12))


def test_complex_derivatives_with_a_conjugate() -> None:
    agree(_gradients(tf.multiply, 1 + 2j, 3 - 1j), [3 + 1j, 1 - 2j])


def test_second_derivative_by_labels() -> None:
    labels, logits = tf.constant([[0.2, 0.3, 0.5]]), tf.constant([[1.0, 2.0, -1.0]])
    with tf.GradientTape() as outer:
        outer.watch(labels)
        with tf.GradientTape() as inner:
            inner.watch(logits)
            loss = tf.nn.softmax_cross_entropy_with_logits(labels, logits)
        slope = inner.gradient(loss, logits)
    agree(outer.gradient(slope, labels), [[0.0, 0.0, 0.0]])


@pytest.mark.parametrize("x", [2**63, 2**63 + 5, 2**64 - 1, 5, 0])
@pytest.mark.parametrize("y", [1, 3, 7, 2**63 - 1, 2**63, 2**63 + 1, 2**64 - 1])
def test_division_of_large_unsigned_integers(x: int, y: int) -> None:
    a, b = tf.constant([x], tf.uint64), tf.constant([y], tf.uint64)
    agree(a // b, np.array([x // y], np.uint64))
    agree(a % b, np.array([x % y], np.uint64))


@pytest.mark.parametrize(
    ("f", "slope"),
    [
        (tf.sqrt, [0.25, 1 / 6]),
        (tf.math.rsqrt, [-1 / 16, -1 / 54]),
        (tf.math.reciprocal, [-1 / 16, -1 / 81]),
    ],
)
def test_forward_derivatives_of_roots(f: Any, slope: list[float]) -> None:
    x = tf.constant([4.0, 9.0])
    with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 2.0])) as accumulator:
        y = f(x)
    agree(accumulator.jvp(y), [slope[0], 2 * slope[1]], tolerance=CLOSE)
