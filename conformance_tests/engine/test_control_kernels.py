"""Programs that programs choose and repeat."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..subject import backend_name, tf
from .test_captures import backend, captured, close, each_agrees, numbers, value_needed

pytestmark = pytest.mark.tfcompat_only


def control(kernel: str, inputs: tuple[Any, ...], attrs: tuple[Any, ...]) -> tuple[Any, ...]:
    from tfcompat._src import dispatch

    found = dispatch.execute(getattr(dispatch.family("control"), kernel), inputs, attrs)
    return tuple(found)


X, Y = numbers(3), numbers(3, seed=2)


def branch(f: Callable[..., Any]) -> Any:
    return captured(f, X, Y)


YES = [lambda x, y: (tf.sin(x), tf.shape(x)), lambda x, y: (x * y, tf.shape(y) * 2)]


def chosen(pred: Any, x: Any, y: Any) -> tuple[Any, ...]:
    return control("cond", (pred, x, y), ((branch(YES[0]), branch(YES[1])),))


@pytest.mark.parametrize("pred", [True, False])
def test_cond(pred: bool) -> None:
    with tf.GradientTape() as tape:
        tape.watch([X, Y])
        z, size = chosen(tf.constant(pred), X, Y)
    each_agrees([z, size], YES[not pred](X, Y))
    zero = tf.zeros_like(X)
    each_agrees(tape.gradient(z, [X, Y]), [tf.cos(X), zero] if pred else [Y, X])


@pytest.mark.parametrize("pred", [True, False])
def test_cond_in_a_program_with_a_tape(pred: bool) -> None:
    def f(pred: Any, x: Any, y: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch([x, y])
            with tf.GradientTape() as tape:
                tape.watch([x, y])
                z, _ = chosen(pred, x * 2.0, y)
            gx, gy = tape.gradient(z, [x, y])
            total = tf.reduce_sum(gx * gx) + tf.reduce_sum(gy * gy)
        return [gx, gy, *outer.gradient(total, [x, y])]

    program = captured(f, tf.constant(True), X, Y)
    found = program([tf.constant(pred), X, Y])
    zero = tf.zeros_like(X)
    if pred:
        slope = 2.0 * tf.cos(2.0 * X)
        each_agrees(found, [slope, zero, -16.0 * tf.sin(2.0 * X) * tf.cos(2.0 * X), zero])
    else:
        each_agrees(found, [2.0 * Y, 2.0 * X, 8.0 * X, 8.0 * Y])


def test_cond_of_what_no_branch_reads() -> None:
    programs = branch(lambda x, y: tf.stop_gradient(x) * y), branch(lambda x, y: y)
    with tf.GradientTape() as tape:
        tape.watch([X, Y])
        (z,) = control("cond", (tf.constant(True), X, Y), (programs,))
    each_agrees(tape.gradient(z, [X, Y]), [None, X])


@pytest.mark.parametrize("index", [0, 1, 2, 3, -1])
def test_switch(index: int) -> None:
    programs = tuple([branch(lambda x, y, i=i: x * float(i) + y) for i in range(3)])
    with tf.GradientTape() as tape:
        tape.watch(X)
        (z,) = control("switch", (tf.constant(index), X, Y), (programs,))
    factor = float(index if 0 <= index < 3 else 2)
    each_agrees([z, tape.gradient(z, X)], [X * factor + Y, tf.ones_like(X) * factor])


def loop(n: int, step: Callable[..., Any], maximum: int | None) -> Callable[..., Any]:
    count = tf.constant(0)
    test = captured(lambda i, x, y: i < n, count, X, X)
    body = captured(lambda i, x, y: (i + 1, step(x, y)), count, X, X)
    return lambda x, y: control("while_loop", (count, x, y), (test, body, maximum, 2))


def unrolled(n: int, step: Callable[..., Any], x: Any, y: Any) -> Any:
    for _ in range(n):
        x = step(x, y)
    return x


def step(x: Any, y: Any) -> Any:
    return tf.sin(x) * y + 0.1 * x


@pytest.mark.parametrize("maximum", [None, 3, 50, 10**7])
@pytest.mark.parametrize("n", [0, 1, 7])
def test_while_loop(n: int, maximum: int | None) -> None:
    steps = n if maximum is None else min(n, maximum)

    def both(f: Callable[..., Any]) -> list[Any]:
        with tf.GradientTape() as tape:
            tape.watch([X, Y])
            z = f(X, Y)
        return [z, *tape.gradient(z, [X, Y], unconnected_gradients="zero")]

    counted, _ = loop(n, step, maximum)(X, Y)
    assert counted.numpy() == steps
    found = both(lambda x, y: loop(n, step, maximum)(x, y)[1])
    each_agrees(found, both(lambda x, y: unrolled(steps, step, x * 1.0, y)))


@pytest.mark.parametrize("n", [100, 1500])
def test_gradient_of_a_long_loop(n: int) -> None:
    x, y = tf.constant([0.5, 1.0, 2.0]), tf.constant([0.999, 1.0, 1.001])

    def f(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            z = loop(n, lambda x, y: x * y, None)(x, y)[1]
        return [z, *tape.gradient(z, [x, y])]

    found = [t.numpy() for t in captured(f, x, y)([x, y])]
    a, b = x.numpy().astype(np.float64), y.numpy().astype(np.float64)
    np.testing.assert_allclose(found[0], a * b**n, rtol=1e-3)
    np.testing.assert_allclose(found[1], b**n, rtol=1e-3)
    np.testing.assert_allclose(found[2], n * a * b ** (n - 1), rtol=1e-3)


def test_second_derivative_of_a_loop() -> None:
    def second(f: Callable[..., Any]) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(X)
            with tf.GradientTape() as inner:
                inner.watch(X)
                z = f(X, Y)
            g = inner.gradient(z, X)
        return outer.gradient(g, X)

    found = second(lambda x, y: loop(4, step, 10)(x, y)[1])
    close(found, second(lambda x, y: unrolled(4, step, x, y)))


def test_forward_mode_through_control_flow() -> None:
    with tf.autodiff.ForwardAccumulator(X, Y) as accumulator:
        z = loop(4, step, None)(X, Y)[1]
        w, _ = chosen(tf.constant(True), X, Y)
    with tf.autodiff.ForwardAccumulator(X, Y) as expected:
        u = unrolled(4, step, X, Y)
        v, _ = YES[0](X, Y)
    each_agrees([accumulator.jvp(z), accumulator.jvp(w)], [expected.jvp(u), expected.jvp(v)])


def test_control_flow_in_control_flow() -> None:
    inside = loop(3, step, None)

    def body(i: Any, x: Any, y: Any) -> Any:
        (z,) = control(
            "cond",
            (i > 1, x, y),
            ((branch(lambda x, y: inside(x, y)[1]), branch(lambda x, y: x + y)),),
        )
        return i + 1, z

    count = tf.constant(0)
    test = captured(lambda i, x, y: i < 4, count, X, Y)
    program = captured(body, count, X, Y)
    with tf.GradientTape() as tape:
        tape.watch([X, Y])
        _, z = control("while_loop", (count, X, Y), (test, program, None, 2))
    with tf.GradientTape() as expected:
        expected.watch([X, Y])
        w = unrolled(6, step, X + Y + Y, Y)
    each_agrees(tape.gradient(z, [X, Y]), expected.gradient(w, [X, Y]))


def test_a_choice_needs_no_value_in_a_capture() -> None:
    with backend().Capture() as capture:
        x = capture.input((3,), tf.float32)
        z, _ = chosen(tf.reduce_sum(x) > 0.0, x, Y)
        with value_needed():
            bool(tf.reduce_sum(z) > 0.0)
        program = capture.finish([z])
    each_agrees(program([X]), [tf.sin(X)])
    each_agrees(program([-X]), [-X * Y])


@pytest.mark.skipif(backend_name() == "jax", reason="compiled programs are kept for a while")
@pytest.mark.parametrize("body", [lambda x, y: (tf.sin(x * y), x), lambda x, y: (x @ y, x)])
def test_programs_go(body: Any) -> None:
    def run() -> Any:
        from tfcompat._src import dispatch

        square = numbers(3, 3)
        program = captured(body, square, square)
        columns = tf.stack([square] * 3)
        dispatch.execute(dispatch.family("rows").scan, (square, columns), (program, 1, 1, False))
        return weakref.ref(program)

    programs = [run() for _ in range(3)]
    gc.collect()
    assert [program() for program in programs] == [None] * 3
