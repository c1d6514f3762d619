"""Functions of analysis: where they end, where they bend, and what they refuse."""

from __future__ import annotations

import pytest

from ..helpers import Tolerance, agree, refuses
from ..subject import tf
from .slopes import first, second

InvalidArgument = tf.errors.InvalidArgumentError
INF = float("inf")
NAN = float("nan")

# op, points, values, gradient, gradient of the gradient counted 1, 2, ...
FUNCTIONS = {
    "sqrt": (
        tf.sqrt, [0.0, 1.0, INF, -1.0], [0.0, 1.0, INF, NAN], [INF, 0.5, 0.0, NAN],
        [-INF, -0.5, 0.0, NAN],
    ),
    "rsqrt": (
        tf.math.rsqrt, [0.0, 1.0, 4.0, INF], [INF, 1.0, 0.5, 0.0], [-INF, -0.5, -0.0625, 0.0],
        [INF, 1.5, 0.0703125, 0.0],
    ),
    "reciprocal": (
        tf.math.reciprocal, [0.0, 1.0, -2.0, INF], [INF, 1.0, -0.5, 0.0],
        [-INF, -1.0, -0.25, 0.0], [INF, 4.0, -0.75, 0.0],
    ),
    "log": (
        tf.math.log, [0.0, 1.0, INF, -1.0], [-INF, 0.0, INF, NAN], [INF, 1.0, 0.0, -1.0],
        [-INF, -2.0, 0.0, -4.0],
    ),
    "log1p": (
        tf.math.log1p, [-1.0, 0.0, 1e-8], [-INF, 0.0, 1e-8], [INF, 1.0, 1.0], [-INF, -2.0, -3.0],
    ),
    "expm1": (tf.math.expm1, [0.0, 1e-8, -INF], [0.0, 1e-8, -1.0], [1.0, 1.0, 0.0], None),
    "asin": (tf.asin, [0.0, 1.0, 2.0], [0.0, 1.5707964, NAN], [1.0, INF, NAN], None),
    "acos": (tf.acos, [0.0, 1.0, 2.0], [1.5707964, 0.0, NAN], [-1.0, -INF, NAN], None),
    "acosh": (tf.acosh, [1.0, 0.5, -2.0], [0.0, NAN, NAN], [INF, NAN, NAN], [-INF, NAN, NAN]),
    "atanh": (tf.atanh, [0.0, 1.0, 2.0], [0.0, INF, NAN], [1.0, INF, -0.33333334], None),
    "tanh": (tf.tanh, [0.0, 50.0, -INF], [0.0, 1.0, -1.0], [1.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
    "sigmoid": (
        tf.sigmoid, [0.0, 104.0, -INF, INF], [0.5, 1.0, 0.0, 1.0], [0.25, 0.0, 0.0, 0.0],
        [0.0, 0.0, 0.0, 0.0],
    ),
    "softplus": (
        tf.math.softplus, [0.0, 30.0, 1e4, -INF], [0.6931472, 30.0, 1e4, 0.0],
        [0.5, 1.0, 1.0, 0.0], [0.25, 0.0, 0.0, 0.0],
    ),
    "log_sigmoid": (
        tf.math.log_sigmoid, [0.0, -1e4, INF], [-0.6931472, -1e4, 0.0], [0.5, 1.0, 0.0], None,
    ),
    "softsign": (
        tf.math.softsign, [0.0, 1.0, -3.0], [0.0, 0.5, -0.75], [1.0, 0.25, 0.0625], None,
    ),
    "erf": (tf.math.erf, [0.0, 10.0], [0.0, 1.0], [1.1283792, 0.0], [0.0, 0.0]),
    "erfinv": (
        tf.math.erfinv, [0.0, 1.0, -1.0, 2.0], [0.0, INF, -INF, NAN],
        [0.8862269, INF, INF, NAN], None,
    ),
    "ndtri": (
        tf.math.ndtri, [0.5, 0.0, 1.0], [0.0, -INF, INF], [2.5066283, INF, INF], None,
    ),
    "erfcinv": (tf.math.erfcinv, [1.0, 0.5], [0.0, 0.4769363], [-0.8862269, -1.1125848], None),
    "lgamma": (
        tf.math.lgamma, [1.0, 0.5, -0.5], [0.0, 0.5723649, 1.2655121],
        [-0.5772157, -1.9635100, 0.03648998], None,
    ),
    "digamma": (tf.math.digamma, [1.0, 0.0], [-0.5772157, NAN], [1.6449341, INF], None),
    "bessel_i0": (tf.math.bessel_i0, [0.0, 1.0], [1.0, 1.2660658], [0.0, 0.5651591], None),
    "bessel_i0e": (tf.math.bessel_i0e, [0.0, 1.0], [1.0, 0.4657596], [0.0, -0.2578492], None),
}  # fmt: skip
# What the derivative of digamma at its pole is depends on the side.
LOOSE = {"digamma", "lgamma"}
LITERAL = Tolerance(2e-6, 1e-12)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_function_at_its_special_points(name):
    op, points, values, slopes, bends = FUNCTIONS[name]
    agree(op(tf.constant(points, tf.float64)), values, dtype=tf.float64, tolerance=LITERAL)
    keep = [i for i, p in enumerate(points) if p != 0.0 or name not in LOOSE]
    got = first(op, tf.constant([points[i] for i in keep], tf.float64))
    agree(got, [slopes[i] for i in keep], dtype=tf.float64, tolerance=LITERAL)
    if bends is not None:
        agree(
            second(op, tf.constant(points, tf.float64)), bends, dtype=tf.float64, tolerance=LITERAL
        )


def test_softplus_is_exact_in_its_dtype():
    agree(tf.math.softplus(tf.constant(25.0, tf.float64)), 25.000000000013888, dtype=tf.float64)
    agree(tf.math.softplus(tf.constant(-30.0, tf.float64)), 9.357622968839299e-14, dtype=tf.float64)


@pytest.mark.parametrize(
    ("op", "value", "slopes"),
    [
        (lambda a, x: tf.math.igamma(tf.stop_gradient(a), x), 0.5939942, 0.2706706),
        (lambda a, x: tf.math.igammac(tf.stop_gradient(a), x), 0.4060058, -0.2706706),
    ],
)
def test_incomplete_gamma_by_its_limit(op, value, slopes):
    agree(op(tf.constant(2.0), tf.constant(2.0)), value)
    by_a, by_x = first(op, 2.0, 2.0)
    assert by_a is None
    agree(by_x, slopes)


def test_parameters_without_a_gradient():
    by_a, by_x = first(tf.math.polygamma, [0.0, 1.0, 2.0], [1.0, 1.0, 1.0])
    assert by_a is None
    agree(by_x, [1.6449341, -2.4041138, 6.4939394])
    agree(tf.math.polygamma(1.5, 1.0), NAN)
    by_x, by_q = first(tf.math.zeta, 2.0, 1.0)
    assert by_x is None
    agree(by_q, -2.4041138)
    by_a, by_b, by_x = first(tf.math.betainc, 2.0, 3.0, tf.constant([0.0, 0.5, 0.9, 1.0]))
    assert by_a is None and by_b is None
    agree(by_x, [0.0, 1.5, 0.108, 0.0])
    agree(tf.math.betainc(2.0, 3.0, [0.0, 0.5, 0.9, 1.0]), [0.0, 0.6875, 0.9963, 1.0])
    with refuses(InvalidArgument):
        tf.math.betainc([1.0, 2.0], 2.0, [0.5, 0.2, 0.1])


def test_lbeta():
    agree(tf.math.lbeta([1.0, 2.0]), -0.6931472, tolerance=Tolerance(1e-5, 3e-6))
    agree(
        tf.math.lbeta([[1.0, 1.0], [2.0, 2.0]]), [0.0, -1.7917595], tolerance=Tolerance(1e-5, 3e-6)
    )


def test_complex_functions():
    x = tf.constant([1 + 1j])
    agree(tf.exp(x), [1.4686939399158851 + 2.2873552871788423j])
    agree(tf.sqrt(x), [1.0986841134678098 + 0.45508986056222733j])
    agree(tf.math.log(x), [0.34657359027997264 + 0.7853981633974483j])
    agree(first(tf.exp, x), [1.4686939399158851 - 2.2873552871788423j])
    agree(tf.sigmoid(x), [0.7820415706337492 + 0.2019482276580129j], tolerance=LITERAL)


@pytest.mark.parametrize("op", [tf.sqrt, tf.exp, tf.math.log, tf.sin, tf.tanh, tf.sigmoid])
def test_integers_are_refused(op):
    with refuses(InvalidArgument, "int32"):
        op(1)
    with refuses(InvalidArgument, "string"):
        op("a")
    with refuses(ValueError):
        op(None)


@pytest.mark.parametrize("op", [tf.math.erf, tf.math.lgamma, tf.math.softplus, tf.math.ndtri])
def test_complex_numbers_are_refused(op):
    with refuses(InvalidArgument, "complex"):
        op(tf.constant([1j]))


@pytest.mark.parametrize("dtype", [tf.float16, tf.bfloat16, tf.float32, tf.float64])
def test_a_function_keeps_the_dtype(dtype):
    x = tf.constant([0.5, 2.0], dtype)
    for op in (tf.exp, tf.sqrt, tf.math.log1p, tf.sigmoid, tf.math.softplus, tf.math.erf, tf.tan):
        assert op(x).dtype == dtype
        assert first(op, x).dtype == dtype
