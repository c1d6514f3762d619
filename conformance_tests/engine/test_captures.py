"""Captures: what a thread computes without values becomes a program that computes it with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..subject import tf

pytestmark = pytest.mark.tfcompat_only


def backend() -> Any:
    from tfcompat._src import dispatch

    return dispatch.backend()


def value_needed() -> Any:
    from tfcompat.backend import ValueNeeded

    return pytest.raises(ValueNeeded)


def captured(f: Callable[..., Any], *like: Any, replaced: Any = ()) -> Any:
    """The program of a function of tensors shaped like these."""
    with backend().Capture() as capture:
        xs = [capture.input(tuple(x.shape), x.dtype) for x in like]
        found = f(*xs)
        ys = list(found) if isinstance(found, (list, tuple)) else [found]
        return capture.finish(ys, replaced)


def running(f: Callable[..., Any], *like: Any) -> Callable[..., list[Any]]:
    program = captured(f, *like)
    return lambda *xs: program(list(xs))


def listed(f: Callable[..., Any]) -> Callable[..., list[Any]]:
    def run(*xs: Any) -> list[Any]:
        found = f(*xs)
        return list(found) if isinstance(found, (list, tuple)) else [found]

    return run


def numbers(*shape: int, seed: int = 1) -> Any:
    return tf.constant(np.random.default_rng(seed).uniform(0.5, 2.0, shape).astype(np.float32))


def close(found: Any, expected: Any) -> None:
    assert found.shape == expected.shape and found.dtype == expected.dtype
    np.testing.assert_allclose(found.numpy(), expected.numpy(), rtol=1e-4, atol=1e-5)


def each_agrees(found: Any, expected: Any) -> None:
    assert [g is None for g in found] == [g is None for g in expected]
    for a, b in zip(found, expected, strict=True):
        if a is not None:
            assert type(a) is type(b)
            close(tf.convert_to_tensor(a), tf.convert_to_tensor(b))


# --------------------------------------------------------------------- functions to be captured
def arithmetic(x: Any, y: Any) -> Any:
    return tf.reduce_sum(tf.sin(x) * y + 1.0, axis=1), tf.square(x), tf.shape(y)


def unconnected(x: Any, y: Any) -> Any:
    return tf.stop_gradient(x) * 2.0, tf.exp(y), tf.cast(tf.argmax(x, 1), tf.int32)


def with_a_tape(x: Any, y: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        z = tf.reduce_sum(tf.tanh(x) * tf.tanh(x) * 3.0)
    gx, gy = tape.gradient(z, [x, y])
    assert gy is None
    return gx * y, z


def with_two_tapes(x: Any, y: Any) -> Any:
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            z = tf.reduce_sum(x * x * x * y)
        g = inner.gradient(z, x)
        penalty = tf.reduce_sum(g * g)
    return outer.gradient(penalty, x), penalty


def with_a_persistent_tape(x: Any, y: Any) -> Any:
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        z = tf.sin(x)
        with tape.stop_recording():
            w = z * z
        u = z * y + w
    return tape.gradient(u, x), tape.gradient(z, x), tape.gradient(u, z)


def with_an_accumulator(x: Any, y: Any) -> Any:
    with tf.autodiff.ForwardAccumulator(x, tf.ones_like(x)) as accumulator:
        z = tf.sin(x) * y
        constant = y * 2.0
    assert accumulator.jvp(constant) is None
    return accumulator.jvp(z), z


def with_a_jacobian(x: Any, y: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(x)
        z = tf.reduce_sum(x * x * y, axis=1)
    return tape.jacobian(z, x)


@tf.custom_gradient
def bounded(x: Any, y: Any) -> Any:
    z = tf.exp(x) * y

    def gradient(upstream: Any) -> Any:
        return upstream * tf.minimum(z, 1.5) * x, None

    return z, gradient


def with_a_users_gradient(x: Any, y: Any) -> Any:
    return bounded(x * 2.0, y) * x


def with_a_users_gradient_taken(x: Any, y: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch([x, y])
        z = with_a_users_gradient(x, y)
    return tape.gradient(z, [x])[0] + y


def at_a_corner(x: Any, y: Any) -> Any:
    return tf.where(x > 1.0, tf.sqrt(tf.nn.relu(x - 1.0)), 0.0) * y


FUNCTIONS = [
    arithmetic,
    unconnected,
    with_a_tape,
    with_two_tapes,
    with_a_persistent_tape,
    with_an_accumulator,
    with_a_jacobian,
    with_a_users_gradient,
    with_a_users_gradient_taken,
    at_a_corner,
]
each_function = pytest.mark.parametrize("f", FUNCTIONS, ids=[f.__name__ for f in FUNCTIONS])


@each_function
def test_values(f: Any) -> None:
    x, y = numbers(2, 3), numbers(2, 3, seed=2)
    run = running(f, x, y)
    for _ in range(3):
        x, y = y, x
        each_agrees(run(x, y), listed(f)(x, y))


def gradients(f: Any, x: Any, y: Any) -> list[Any]:
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, y])
        zs = f(x, y)
        zs = [z for z in zs if z.dtype.is_floating]
        sums = [tf.reduce_sum(z * z) for z in zs]
    return [g for total in sums for g in tape.gradient(total, [x, y])]


@each_function
def test_gradients(f: Any) -> None:
    x, y = numbers(2, 3), numbers(2, 3, seed=2)
    run = running(f, x, y)
    expected = gradients(listed(f), x, y)
    each_agrees(gradients(run, x, y), expected)
    each_agrees(gradients(run, x, y), expected)


def second_gradients(f: Any, x: Any, y: Any) -> list[Any]:
    with tf.GradientTape() as outer:
        outer.watch([x, y])
        with tf.GradientTape() as inner:
            inner.watch([x, y])
            zs = [z for z in f(x, y) if z.dtype.is_floating]
            total = tf.add_n([tf.reduce_sum(z * z) for z in zs])
        found = [g for g in inner.gradient(total, [x, y]) if g is not None]
        again = tf.add_n([tf.reduce_sum(g * g) for g in found])
    return list(outer.gradient(again, [x, y]))


@each_function
def test_second_gradients(f: Any) -> None:
    x, y = numbers(2, 3), numbers(2, 3, seed=2)
    each_agrees(second_gradients(running(f, x, y), x, y), second_gradients(listed(f), x, y))


@each_function
def test_gradients_captured_themselves(f: Any) -> None:
    x, y = numbers(2, 3), numbers(2, 3, seed=2)
    expected = gradients(listed(f), x, y)
    run = running(f, x, y)
    structure: list[Any] = []

    def both(x: Any, y: Any) -> list[Any]:
        found = gradients(run, x, y)
        structure[:] = [g is None for g in found]
        return [g for g in found if g is not None]

    found = iter(running(both, x, y)(x, y))
    each_agrees([None if missing else next(found) for missing in structure], expected)


@each_function
def test_forward_mode(f: Any) -> None:
    x, y = numbers(2, 3), numbers(2, 3, seed=2)

    def tangents(f: Any) -> list[Any]:
        with tf.autodiff.ForwardAccumulator(x, y) as accumulator:
            zs = f(x, y)
        return [accumulator.jvp(z) for z in zs]

    expected = tangents(listed(f))
    assert f is unconnected or any([t is not None for t in expected])
    each_agrees(tangents(running(f, x, y)), expected)


@each_function
def test_a_program_in_a_program(f: Any) -> None:
    x, y = numbers(2, 3), numbers(2, 3, seed=2)
    run = running(f, x, y)
    around = running(lambda x, y: [z + z for z in run(y, x)], x, y)
    each_agrees(around(x, y), [z + z for z in listed(f)(y, x)])
    each_agrees(
        gradients(around, x, y), gradients(lambda x, y: [z + z for z in listed(f)(y, x)], x, y)
    )
