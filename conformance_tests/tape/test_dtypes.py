"""Gradients in every dtype, across casts, and of what has none."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import Case, Cases, agree
from ..subject import tf

cases = Cases()
Z = 1 + 2j


def of_complex(function: Any) -> Any:
    z = tf.constant(Z)
    with tf.GradientTape() as tape:
        tape.watch(z)
        y = function(z)
    return tape.gradient(y, z)


# For a holomorphic function TensorFlow gives the conjugate of its derivative.
COMPLEX = {
    "square": (lambda z: z * z, np.conj(2 * Z)),
    "exp": (tf.exp, np.conj(np.exp(Z))),
    "sin": (tf.sin, np.conj(np.cos(Z))),
    "reciprocal": (lambda z: 1 / z, np.conj(-1 / Z**2)),
    "abs": (tf.abs, Z / abs(Z)),
    "real": (tf.math.real, 1 + 0j),
    "imag": (tf.math.imag, 0 + 1j),
    "squared modulus": (lambda z: tf.math.conj(z) * z, 2 * Z),
    "angle": (tf.math.angle, 1j * Z / abs(Z) ** 2),
}


@pytest.mark.parametrize("name", COMPLEX)
def test_complex(name: str) -> None:
    function, expected = COMPLEX[name]
    agree(of_complex(function), np.asarray(expected, np.complex128))


@cases.gives([4.0, -6.0])
def complex_from_parts() -> Any:
    real, imaginary = tf.Variable(2.0), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        z = tf.complex(real, imaginary)
        y = tf.math.real(z * z)
    return tape.gradient(y, [real, imaginary])


@cases.gives([6.0, 2.0], dtype="float64")
def second_order_in_float64() -> Any:
    x = tf.Variable(3.0, dtype=tf.float64)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x * x
        first = inner.gradient(y, x)
    return [first, outer.gradient(first, x)]


@cases.gives(6.0)
def cast_to_a_wider_type_and_back() -> Any:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = tf.cast(tf.cast(x, tf.float64) ** 2, tf.float16)
    return tape.gradient(y, x)


@cases.gives(3.0)
def a_way_through_integers_counts_nothing() -> Any:
    x = tf.Variable(3.5)
    with tf.GradientTape() as tape:
        y = tf.cast(tf.cast(x, tf.int32), tf.float32) * x
    return tape.gradient(y, x)


@cases.gives([None, None, None, 0.0, None, 1.0])
def piecewise_constant_functions() -> Any:
    x = tf.Variable(1.5)
    with tf.GradientTape(persistent=True) as tape:
        results = [
            tf.cast(tf.argmax([x, x]), tf.float32),
            tf.floor(x),
            tf.round(x),
            tf.sign(x),
            x // 1.0,
            x % 1.0,
        ]
    return [tape.gradient(y, x) for y in results]


@cases.gives([None, 2.0])
def integer_source_beside_a_floating_one() -> Any:
    n, x = tf.Variable(3), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = x * 2 + tf.cast(n, tf.float32)
    return tape.gradient(y, [n, x])


@cases.gives([None, None])
def comparisons_have_no_gradient() -> Any:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        larger = tf.cast(x > 1.5, tf.float32)
        equal = tf.cast(tf.equal(x, 1.0), tf.float32)
    return [tape.gradient(larger, x), tape.gradient(equal, x)]


@cases.gives(None)
def strings_have_no_gradient() -> Any:
    text = tf.constant("a")
    with tf.GradientTape() as tape:
        tape.watch(text)
        y = text + "b"
    return tape.gradient(y, text)


@cases.each
def test_gradient(case: Case) -> None:
    case.check()


@pytest.mark.parametrize("name", ["float16", "bfloat16", "float32", "float64", "complex64"])
def test_the_gradient_has_the_dtype_of_its_source(name: str) -> None:
    x = tf.Variable([1, 2], dtype=name)
    with tf.GradientTape() as tape:
        y = x * x * x
    agree(tape.gradient(y, x), [3, 12], dtype=name)
