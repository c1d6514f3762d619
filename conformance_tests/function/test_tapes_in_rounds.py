"""Tapes from outside of a loop, asked in it about what the loop carries: TensorFlow 2.21's answers.

What comes from the round before is a constant there.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest

from ..helpers import Tolerance, agree, refuses
from ..subject import tf


def _power(x: Any, n: Any, persistent: bool = True) -> Any:
    total = tf.zeros([])
    with tf.GradientTape(persistent) as tape:
        tape.watch(x)
        y = x * x
        for _ in tf.range(n):
            y = y * x
            total += tape.gradient(y, x)
    return (y, total, tape.gradient(y, x)) if persistent else total


def _sums(x: Any, n: Any) -> Any:
    total = tf.zeros([])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        z = y
        for _ in tf.range(n):
            z = z + y
            total += tape.gradient(z, x)
    return z, total, tape.gradient(z, x)


def _after_recording(x: Any, n: Any) -> Any:
    total = tf.zeros([])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        z = y
    for _ in tf.range(n):
        z = z + y
        found = tape.gradient(z, x)
        total += 1.0 if found is None else found
    return z, total


def _unconnected(x: Any, n: Any) -> Any:
    total = tf.zeros([])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        z = x * x
        for _ in tf.range(n):
            z = z * 1.5
            assert tape.gradient(z, x) is None
            total += tape.gradient(z, x, unconnected_gradients="zero") - 1.0
    return z, total


def _watched_in_the_round(x: Any, n: Any) -> Any:
    total = tf.zeros([])
    z = x
    with tf.GradientTape(persistent=True) as tape:
        for _ in tf.range(n):
            tape.watch(z)
            square = z * z
            total += tape.gradient(square, z)
            z = square
    return z, total


def _stopped(x: Any, n: Any) -> Any:
    total = tf.zeros([])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        z = y * 1.0
        for _ in tf.range(n):
            with tape.stop_recording():
                hidden = z * y
            z = hidden + y
            total += tape.gradient(z, x)
    return z, total


def _explicit(x: Any, n: Any) -> Any:
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)

        def body(i: Any, y: Any, total: Any) -> Any:
            y = y * x
            return i + 1, y, total + tape.gradient(y, x)

        _, y, total = tf.while_loop(lambda i, y, total: i < n, body, (0, x * x, tf.zeros([])))
    return y, total


def _elements(x: Any, n: Any) -> Any:
    total = tf.zeros([])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * x
        for factor in tf.data.Dataset.from_tensor_slices([1.0, 2.0, 3.0]):
            y = y * x * factor
            total += tape.gradient(y, x, output_gradients=factor)
    return y, total


@pytest.mark.parametrize(
    ("function", "found"),
    [
        (_power, (32.0, 28.0, 80.0)),
        (functools.partial(_power, persistent=False), 28.0),
        (_sums, (16.0, 12.0, 16.0)),
        (_after_recording, (16.0, 3.0)),
        (_unconnected, (13.5, -3.0)),
        (_watched_in_the_round, (256.0, 44.0)),
        (_stopped, (340.0, 12.0)),
        (_explicit, (32.0, 28.0)),
        (_elements, (192.0, 324.0)),
    ],
)
def test_what_a_loop_carries(function: Callable[..., Any], found: Any) -> None:
    agree(tf.function(function)(tf.constant(2.0), tf.constant(3)), found)


def test_variables_and_rows() -> None:
    v, table = tf.Variable(3.0), tf.Variable(tf.ones([3, 2]))

    @tf.function
    def descend(n: Any) -> Any:
        z = tf.ones([])
        with tf.GradientTape(persistent=True) as tape:
            for _ in tf.range(n):
                z = z * v
                loss = z * z
                v.assign_sub(0.01 * tape.gradient(loss, v))
        return z

    agree(descend(tf.constant(1)), 3.0)
    agree(v.read_value(), 2.94)

    @tf.function
    def look_up(x: Any, n: Any) -> Any:
        slopes, rows, z = tf.zeros([2]), tf.zeros([]), x
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            a = tf.sin(x)
            b = a * x
            for i in tf.range(n):
                z = z * a + b * x
                y = tf.reduce_sum(tf.gather(table, i) * z)
                by_a, by_x, by_rows = tape.gradient(y, [a, x, rows])
                assert by_rows is None
                slopes += by_a - by_x * 2.0
                rows += tf.reduce_sum(tf.convert_to_tensor(tape.gradient(y, table)))
        return slopes, rows

    slopes, rows = look_up(tf.constant([1.0, 2.0]), tf.constant(3))
    agree(slopes, [-10.737697, 29.579853], tolerance=Tolerance(1e-5, 0.0))
    agree(rows, 32.191093, tolerance=Tolerance(1e-5, 0.0))


def test_derivatives_of_the_answers() -> None:
    x = tf.constant(2.0)
    explicit = tf.function(_explicit)
    with tf.GradientTape() as tape:
        tape.watch(x)
        _, total = explicit(x, tf.constant(3))
    agree(tape.gradient(total, x), 48.0)

    @tf.function
    def inside(x: Any, n: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(x)
            _, total, _ = _power(x, n)
        return outer.gradient(total, x)

    agree(inside(x, tf.constant(3)), 48.0)


def test_asked_in_a_branch_of_the_loop() -> None:
    v = tf.Variable(2.0)

    @tf.function
    def f(x: Any) -> Any:
        by_x = by_v = tf.constant(0.0)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x
            for i in tf.range(4):
                y = y * x * v
                if i % 2 == 0:
                    found = tape.gradient(y, [x, v])
                    by_x += found[0]
                    by_v += found[1]
        return y, by_x, by_v

    agree(f(tf.constant(1.5)), (121.5, 30.0, 22.5))


def test_asked_in_a_loop_in_a_loop() -> None:
    v = tf.Variable(2.0)

    @tf.function
    def f(x: Any) -> Any:
        total = tf.constant(0.0)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x
            for _ in tf.range(2):
                for _ in tf.range(3):
                    y = y * x * v
                    total += tape.gradient(y, x)
        return y, total, tape.gradient(total, x), tape.gradient(y, [x, v])

    agree(f(tf.constant(1.5)), (1093.5, 1092.0, 4010.0, [5103.0, 3280.5]))


def test_asked_about_what_each_loop_computes() -> None:
    v = tf.Variable([2.0, 3.0])

    @tf.function
    def f(x: Any) -> Any:
        total, outer = tf.zeros([2]), tf.zeros([2])
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y, z = x, tf.square(x)
            for _ in tf.range(2):
                y = y * z
                w = y * v + z
                for _ in tf.range(3):
                    y = y * x * v + tf.sin(w) * z
                    for number, g in enumerate(tape.gradient(y * w, [x, z, w, v, y])):
                        total += g * (number + 1.0)
                    outer += tape.gradient(w, x)
        return total, y, outer

    expected = ([2.9036644e7, 6.7530198], [6297.3887, 0.02994572], [1902.2303, 5.55041])
    agree(f(tf.constant([1.5, 0.3])), expected, tolerance=Tolerance(1e-5, 0.0))


def test_asked_three_loops_and_branches_deep() -> None:
    @tf.function
    def f(x: Any) -> Any:
        total = tf.zeros_like(x)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x
            for _ in tf.range(2):
                for j in tf.range(2):
                    if j > 0:
                        k = 0
                        while k < 2:
                            y = y * x
                            total += tape.gradient(y, x)
                            k += 1
        return total, y

    agree(
        f(tf.constant([1.5, 0.3])),
        ([19.5, 0.5232], [7.59375, 0.00243]),
        tolerance=Tolerance(1e-5, 0.0),
    )


@pytest.mark.tfcompat_only
def test_refused_about_rows() -> None:
    @tf.function
    def f(x: Any) -> Any:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            return tf.map_fn(lambda row: tape.gradient(row * x[0], x)[0], x)

    with refuses(NotImplementedError, "GradientTape", "record in the loop"):
        f(tf.constant([2.0]))
