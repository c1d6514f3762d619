"""Gradients through branches, loops and arrays: outside of graphs, in them, and around them."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, agree_slices
from ..subject import tf
from .traced import traced

Function = Callable[[Any], Any]


def power(n: Any) -> Function:
    def function(x: Any) -> Any:
        return tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y * x), (0, tf.ones_like(x)))[
            1
        ]

    return function


def at_most_three(x: Any) -> Any:
    return tf.while_loop(
        lambda i, y: i < 10, lambda i, y: (i + 1, y * x), (0, tf.ones_like(x)),
        maximum_iterations=3,
    )[1]  # fmt: skip


def until_large(x: Any) -> Any:
    return tf.while_loop(lambda y: y < 100.0, lambda y: [y * x], [x])[0]


def branch(x: Any) -> Any:
    return tf.cond(x > 2.0, lambda: x * x * x, lambda: x * 2.0)


def switched(x: Any) -> Any:
    return tf.switch_case(
        tf.cast(x, tf.int32), [lambda: x, lambda: x * 5.0, lambda: x * x, lambda: x * x * x]
    )


def branch_in_loop(x: Any) -> Any:
    def step(i: Any, y: Any) -> Any:
        return i + 1, tf.cond(tf.equal(i % 2, 0), lambda: y * x, lambda: y + x)

    return tf.while_loop(lambda i, y: i < 4, step, (0, x))[1]


def loop_in_branch(x: Any) -> Any:
    return tf.cond(x > 0.0, lambda: power(3)(x), lambda: x)


def loop_in_loop(x: Any) -> Any:
    def step(i: Any, y: Any) -> Any:
        inner = tf.while_loop(lambda j, z: j < 2, lambda j, z: (j + 1, z * x), (0, y))
        return i + 1, inner[1]

    return tf.while_loop(lambda i, y: i < 2, step, (0, tf.ones_like(x)))[1]


def array_in_loop(x: Any) -> Any:
    rows = tf.TensorArray(tf.float32, 4)
    rows = tf.while_loop(
        lambda i, rows: i < 4,
        lambda i, rows: (i + 1, rows.write(i, x * tf.cast(i, tf.float32))),
        (0, rows),
    )[1]
    return tf.reduce_sum(rows.stack() ** 2.0)


def growing_array(x: Any) -> Any:
    rows = tf.TensorArray(tf.float32, 0, dynamic_size=True)
    rows = tf.while_loop(
        lambda i, rows: i < 3, lambda i, rows: (i + 1, rows.write(i, x * x)), (0, rows)
    )[1]
    return tf.reduce_sum(rows.stack())


def array_closed_over(x: Any) -> Any:
    rows = tf.TensorArray(tf.float32, 2).unstack(tf.stack([x, x * x]))
    return tf.while_loop(lambda i, s: i < 2, lambda i, s: (i + 1, s * rows.read(i)), (0, 1.0))[1]


def scanned(x: Any) -> Any:
    return tf.reduce_sum(tf.scan(lambda a, b: a * b, tf.stack([x, x, x])))


def folded(x: Any) -> Any:
    return tf.foldl(lambda a, b: a * b + x, tf.stack([x, x]), tf.ones_like(x))


def folded_backwards(x: Any) -> Any:
    return tf.foldr(lambda a, b: a * b + x, tf.stack([x, x * x]), tf.ones_like(x))


def mapped(x: Any) -> Any:
    return tf.reduce_sum(tf.map_fn(lambda b: b * b * x, tf.stack([x, 2.0 * x])))


def vectorized(x: Any) -> Any:
    return tf.reduce_sum(tf.vectorized_map(lambda b: b * b * x, tf.stack([x, 2.0 * x])))


def mapped_branches(x: Any) -> Any:
    def of(b: Any) -> Any:
        return tf.cond(b > 3.5, lambda: b * b * b, lambda: b)

    return tf.reduce_sum(tf.map_fn(of, tf.stack([x, 2.0 * x])))


# A function, where, and its first and second derivatives there.
SCALARS = [
    (power(3), 2.0, 12.0, 12.0),
    (power(0), 2.0, 0.0, 0.0),
    (at_most_three, 2.0, 12.0, 12.0),
    (until_large, 3.0, 405.0, 540.0),
    (branch, 3.0, 27.0, 18.0),
    (branch, 1.0, 2.0, 0.0),
    (switched, 2.0, 4.0, 2.0),
    (switched, 9.0, 243.0, 54.0),
    (branch_in_loop, 2.0, 17.0, 14.0),
    (loop_in_branch, 2.0, 12.0, 12.0),
    (loop_in_branch, -2.0, 1.0, 0.0),
    (loop_in_loop, 2.0, 32.0, 48.0),
    (array_in_loop, 2.0, 56.0, 28.0),
    (growing_array, 2.0, 12.0, 6.0),
    (array_closed_over, 2.0, 12.0, 12.0),
    (scanned, 2.0, 17.0, 14.0),
    (folded, 2.0, 9.0, 4.0),
    (folded_backwards, 2.0, 17.0, 14.0),
    (mapped, 2.0, 60.0, 60.0),
    (vectorized, 2.0, 60.0, 60.0),
    (mapped_branches, 2.0, 97.0, 96.0),
]
NAMES = [f"{case[0].__name__}-{case[1]}" for case in SCALARS]
each = pytest.mark.parametrize(("function", "x", "first", "second"), SCALARS, ids=NAMES)


def first_of(function: Function) -> Function:
    def derivative(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = function(x)
        # The zero that TensorFlow gives for what is not connected differs in graphs and outside.
        return tape.gradient(y, x, unconnected_gradients="zero")

    return derivative


def second_of(function: Function) -> Function:
    return first_of(first_of(function))


@each
def test_outside_of_graphs(function: Any, x: float, first: float, second: float) -> None:
    agree(first_of(function)(tf.constant(x)), first)
    agree(second_of(function)(tf.constant(x)), second)


@each
def test_first_in_a_graph(function: Any, x: float, first: float, second: float) -> None:
    agree(traced(first_of(function), tf.constant(x)), first)


@each
def test_first_around_a_graph(function: Any, x: float, first: float, second: float) -> None:
    agree(first_of(tf.function(function, autograph=False))(tf.constant(x)), first)


@each
def test_second_in_a_graph(function: Any, x: float, first: float, second: float) -> None:
    agree(traced(second_of(function), tf.constant(x)), second)


@each
def test_second_around_graphs(function: Any, x: float, first: float, second: float) -> None:
    inner = tf.function(function, autograph=False)
    agree(second_of(inner)(tf.constant(x)), second)
    half = tf.function(first_of(inner), autograph=False)
    agree(first_of(half)(tf.constant(x)), second)


def test_steps_of_unknown_number() -> None:
    def function(x: Any, n: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = power(n)(x)
        return tape.gradient(y, x)

    step = tf.function(function, autograph=False)
    for n, expected in ((0, 0.0), (1, 1.0), (3, 12.0), (5, 80.0)):
        agree(step(tf.constant(2.0), tf.constant(n)), expected)


# ------------------------------------------------------------------------------- what is connected
def test_zero_by_what_another_branch_reads() -> None:
    def function(p: Any, x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            z = tf.cond(p, lambda: x * 2.0, lambda: y * 3.0)
        return tape.gradient(z, [x, y])

    both = tf.constant(3.0), tf.constant(1.0)
    agree(traced(function, tf.constant(True), *both), [2.0, 0.0])
    agree(traced(function, tf.constant(False), *both), [0.0, 3.0])


def test_none_by_what_nothing_reads() -> None:
    def branches(p: Any, x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            z = tf.cond(p, lambda: x * 2.0, lambda: x * 3.0)
        return tape.gradient(z, [x, y])

    both = tf.constant(3.0), tf.constant(1.0)
    agree(traced(branches, tf.constant(True), *both), [2.0, None])

    def constants(p: Any, x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            z = tf.cond(p, lambda: tf.constant(1.0), lambda: tf.constant(2.0))
        return tape.gradient(z, x)

    assert traced(constants, tf.constant(True), both[0]) is None

    def loop(x: Any, n: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y * 2), (0, 1.0))[1]
        return tape.gradient(y, x)

    assert traced(loop, both[0], tf.constant(3)) is None


def test_no_steps() -> None:
    def function(x: Any, n: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y * x), (0, x))[1]
        return tape.gradient(y, x)

    agree(traced(function, tf.constant(2.0), tf.constant(0)), 1.0)


def test_no_steps_by_what_is_traced() -> None:
    variable = tf.Variable(3.0)

    @tf.function
    def function(x: Any) -> Any:
        y = tf.constant(1.0)
        for _ in tf.range(0):
            y = y * x * x * variable
        return y

    def derived(x: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = function(x)
            first = tape.gradient(y, [x, variable])
        return y, first, outer.gradient(first[0], x)

    for run in (derived, tf.function(derived)):
        y, first, second = run(tf.constant(2.0))
        assert [float(g) for g in (y, *first, second)] == [1.0, 0.0, 0.0, 0.0]


def test_no_rows() -> None:
    x, w = tf.zeros([0, 3]), tf.constant([1.0, float("inf"), 2.0])
    variable = tf.Variable(3.0)

    def derived(x: Any, w: Any) -> Any:
        sources = [x, w, variable]
        with tf.GradientTape() as outer:
            outer.watch(sources[:2])
            with tf.GradientTape() as tape:
                tape.watch(sources[:2])
                y = tf.vectorized_map(lambda row: row * row * w / variable, x)
            first = tape.gradient(y, sources)
        return y, first, outer.gradient(first, sources)

    for run in (derived, tf.function(derived)):
        y, first, second = run(x, w)
        assert y.shape == [0, 3]
        for found in (first, second):
            assert [g.shape.as_list() for g in found] == [[0, 3], [3], []]
            assert all(not np.any(g.numpy()) for g in found)


def test_without_back_prop() -> None:
    def function(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.while_loop(
                lambda i, y: i < 3, lambda i, y: (i + 1, y * x), (0, 1.0), back_prop=False
            )[1]
        return tape.gradient(y, x)

    assert traced(function, tf.constant(2.0)) is None


def test_variables() -> None:
    v = tf.Variable(2.0)

    def loop() -> Any:
        return tf.while_loop(lambda i, y: i < 3, lambda i, y: (i + 1, y * v), (0, 1.0))[1]

    def inside() -> Any:
        with tf.GradientTape() as tape:
            y = loop()
        return tape.gradient(y, v)

    agree(traced(inside), 12.0)
    with tf.GradientTape() as tape:
        y = tf.function(loop, autograph=False)()
    agree(tape.gradient(y, v), 12.0)
    chosen = tf.function(lambda p: tf.cond(p, lambda: v * v, lambda: v), autograph=False)
    for p, expected in ((True, 4.0), (False, 1.0)):
        with tf.GradientTape() as tape:
            y = chosen(tf.constant(p))
        agree(tape.gradient(y, v), expected)


def test_rows_of_a_table() -> None:
    table = tf.Variable(tf.ones([4, 2]))

    def loop(n: Any) -> Any:
        with tf.GradientTape() as tape:
            y = tf.while_loop(
                lambda i, y: i < n,
                lambda i, y: (i + 1, y + tf.reduce_sum(tf.gather(table, [i]))),
                (0, 0.0),
            )[1]
        return tf.convert_to_tensor(tape.gradient(y, table))

    agree(traced(loop, tf.constant(3)), [[1.0, 1.0]] * 3 + [[0.0, 0.0]])
    with tf.GradientTape() as tape:
        y = tf.cond(tf.constant(True), lambda: tf.gather(table, [1]), lambda: tf.gather(table, [2]))
    agree_slices(tape.gradient(y, table), [[1.0, 1.0]], [1])


def test_forward() -> None:
    def function(x: Any) -> Any:
        with tf.autodiff.ForwardAccumulator(x, tf.constant(1.0)) as accumulator:
            y = power(3)(x)
        return accumulator.jvp(y)

    agree(traced(function, tf.constant(2.0)), 12.0)


def test_gradients_of_graphs() -> None:
    agree(traced(lambda x: tf.gradients(power(3)(x), x), tf.constant(2.0)), [12.0])
    twice = traced(lambda x: tf.gradients(tf.gradients(power(3)(x), x), x), tf.constant(2.0))
    agree(twice, [12.0])
    agree(traced(lambda x: tf.gradients(branch(x), x), tf.constant(3.0)), [27.0])


def test_training_in_a_loop() -> None:
    w = tf.Variable([1.0, -2.0])

    @tf.function(autograph=False)
    def train(x: Any, y: Any, n: Any) -> Any:
        def step(i: Any, loss: Any) -> Any:
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((tf.linalg.matvec(x, w) - y) ** 2.0)
            w.assign_sub(0.1 * tape.gradient(loss, w))
            return i + 1, loss

        return tf.while_loop(lambda i, loss: i < n, step, (0, 0.0))[1]

    loss = train(tf.constant([[1.0, 0.0], [0.0, 1.0]]), tf.constant([3.0, 4.0]), tf.constant(50))
    # Each step takes a tenth of what is missing.
    agree(loss, 20.0 * 0.9**98)
    agree(w.read_value(), [3.0 - 2.0 * 0.9**50, 4.0 - 6.0 * 0.9**50])


def test_functions_that_do_something_else_too(capfd: Any) -> None:
    @tf.function(autograph=False)
    def function(p: Any, x: Any, y: Any, n: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            tf.print("here", output_stream=sys.stdout)
            z = tf.cond(p, lambda: x * 2.0, lambda: y * 3.0)
            w = tf.while_loop(lambda i, w: i < n, lambda i, w: (i + 1, w * x), (0, z))[1]
        return tape.gradient(w, [x, y])

    both = tf.constant(3.0), tf.constant(1.0)
    agree(function(tf.constant(True), *both, tf.constant(2)), [54.0, 0.0])
    agree(function(tf.constant(False), *both, tf.constant(2)), [18.0, 27.0])
    agree(function(tf.constant(False), *both, tf.constant(0)), [0.0, 3.0])
    assert capfd.readouterr().out == "here\n" * 3
