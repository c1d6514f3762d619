"""Variables in functions: read, assigned, given as arguments, seen by threads."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

import numpy as np
import pytest

from ..helpers import agree
from ..subject import tf


def test_reads_see_what_was_assigned_before() -> None:
    v = tf.Variable(1.0)

    @tf.function
    def f() -> Any:
        a = v.read_value()
        v.assign(5.0)
        b = v.read_value()
        v.assign_add(1.0)
        return a, b, v

    agree(f(), (1.0, 5.0, 6.0))
    agree(f(), (6.0, 5.0, 6.0))
    v.assign(100.0)
    agree(f(), (100.0, 5.0, 6.0))
    assert float(v) == 6.0


def test_assignment_is_done_though_nothing_is_returned() -> None:
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def f(x: Any) -> None:
        v.assign_sub(x)

    assert f(tf.constant([1.0, 1.0])) is None
    f(tf.constant([1.0, 1.0]))
    agree(v.read_value(), [-1.0, 0.0])


def test_parts_are_assigned() -> None:
    v = tf.Variable(tf.zeros([2, 3]))
    names = tf.Variable(["a", "b"])

    @tf.function
    def write(i: Any, j: Any) -> Any:
        v[0, 1].assign(5.0)
        v[:, j].assign([1.0, 2.0])
        v[i : i + 1].assign(v[i : i + 1] * 10.0)
        names[i].assign("z")
        return v[0]

    @tf.function
    def count(n: Any) -> None:
        for i in tf.range(n):
            if i > 0:
                v[i, 0].assign(v[i, 0] + 7.0)
            else:
                v[i, 0].assign(3.0)

    agree(write(tf.constant(1), tf.constant(2)), [0.0, 5.0, 1.0])
    agree(v.value(), [[0.0, 5.0, 1.0], [0.0, 0.0, 20.0]])
    agree(names.value(), [b"a", b"z"])
    count(tf.constant(2))
    agree(v.value(), [[3.0, 5.0, 1.0], [7.0, 0.0, 20.0]])


@pytest.mark.parametrize("place", [3, -4])
def test_nothing_is_written_out_of_range(place: int) -> None:
    v = tf.Variable(tf.zeros([3, 2]))

    @tf.function
    def f(i: Any) -> None:
        v[i, 1:].assign([9.0])

    # A backend that does not look at values while it computes leaves the write out.
    with contextlib.suppress(tf.errors.InvalidArgumentError):
        f(tf.constant(place))
    agree(v.value(), [[0.0, 0.0]] * 3)
    f(tf.constant(place % 3))
    assert float(v[place % 3, 1]) == 9.0


def test_what_is_returned_does_not_change_later() -> None:
    v = tf.Variable([1.0, 2.0])
    f = tf.function(lambda: v, autograph=False)
    before = f()
    v.assign([5.0, 5.0])
    agree(before, [1.0, 2.0])
    agree(f(), [5.0, 5.0])
    assert isinstance(before, tf.Tensor)


def test_assignment_returns_the_new_value() -> None:
    v = tf.Variable(1.0)

    @tf.function
    def f(x: Any) -> Any:
        return v.assign_add(x)

    agree(f(2.0), 3.0)
    agree(f(2.0), 5.0)


# --------------------------------------------------------------------------------------- arguments
def test_one_trace_serves_other_variables() -> None:
    traces = []

    @tf.function
    def add(v: Any, x: Any) -> Any:
        traces.append(isinstance(v, tf.Variable))
        v.assign_add(x)
        return v * 2.0

    a, b = tf.Variable(1.0), tf.Variable(10.0)
    agree(add(a, tf.constant(1.0)), 4.0)
    agree(add(b, tf.constant(2.0)), 24.0)
    agree(add(a, tf.constant(1.0)), 6.0)
    assert (float(a), float(b)) == (3.0, 12.0)
    assert traces == [True]


def test_aliases() -> None:
    @tf.function
    def move(a: Any, b: Any) -> Any:
        a.assign_add(b)
        return a + b

    a, b = tf.Variable(1.0), tf.Variable(10.0)
    agree(move(a, b), 21.0)
    agree(move(b, a), 32.0)
    agree(move(a, a), 44.0)
    agree(move(b=a, a=b), 65.0)
    assert move.experimental_get_tracing_count() == 2
    assert (float(a), float(b)) == (22.0, 43.0)


def test_printed_in_a_trace() -> None:
    seen = []

    @tf.function
    def f(v: Any) -> Any:
        seen.append((repr(v), v.name, v.shape.as_list(), v.dtype, v.trainable))
        return v

    agree(f(tf.Variable([1.0], name="mine")), [1.0])
    assert seen == [
        ("<tf.Variable 'mine:0' shape=(1,) dtype=float32>", "mine:0", [1], tf.float32, True)
    ]


def test_captured_variable_printed_in_a_trace() -> None:
    seen = []
    v = tf.Variable(1.5, name="mine")

    @tf.function
    def f() -> Any:
        seen.append(repr(v))
        return v + 1.0

    agree(f(), 2.5)
    assert seen == ["<tf.Variable 'mine:0' shape=() dtype=float32>"]


def test_gradients_by_arguments() -> None:
    u = tf.Variable(1.0)

    @tf.function
    def f(x: Any) -> Any:
        return x * x * u

    for value in (3.0, 5.0):
        v = tf.Variable(value)
        with tf.GradientTape() as tape:
            y = f(v)
        agree(tape.gradient(y, [v, u]), [2 * value, value * value])
        assert {id(w) for w in tape.watched_variables()} == {id(v), id(u)}
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        y = f(v)
    assert tape.gradient(y, v) is None
    assert f.experimental_get_tracing_count() == 1


def test_tape_inside_by_an_argument() -> None:
    @tf.function
    def slope(v: Any) -> Any:
        with tf.GradientTape() as tape:
            y = v * v
        return tape.gradient(y, v)

    agree(slope(tf.Variable(3.0)), 6.0)
    agree(slope(tf.Variable(4.0)), 8.0)
    assert slope(tf.constant(3.0)) is None


def test_handed_on_to_another_function() -> None:
    @tf.function
    def inner(v: Any, x: Any) -> Any:
        v.assign_add(x)
        return v.read_value()

    @tf.function
    def outer(v: Any, w: Any) -> Any:
        return inner(v, w) + inner(w, v)

    a, b = tf.Variable(1.0), tf.Variable(2.0)
    agree(outer(a, b), 8.0)
    assert (float(a), float(b)) == (3.0, 5.0)
    agree(outer(b, a), 19.0)
    assert (float(a), float(b)) == (11.0, 8.0)


def test_variables_in_structures() -> None:
    @tf.function
    def total(pair: Any) -> Any:
        pair["a"].assign(pair["b"][0] * 2.0)
        return pair["a"] + pair["b"][0]

    a, b = tf.Variable(1.0), tf.Variable(2.0)
    agree(total({"a": a, "b": [b]}), 6.0)
    agree(total({"a": b, "b": [a]}), 12.0)
    assert (float(a), float(b)) == (4.0, 8.0)


def test_assigned_in_calls_of_other_sizes() -> None:
    # From the third size on the trace leaves it open, and what runs is made anew for each size.
    @tf.function(reduce_retracing=True)
    def add(variable: Any, x: Any) -> Any:
        total.assign_add(tf.reduce_sum(x))
        variable.assign_sub(tf.reduce_sum(x))
        return variable * 2.0

    total, first, second = tf.Variable(1.0), tf.Variable(0.0), tf.Variable(10.0)
    found = []
    for size in (3, 4, 5, 4):
        found.append([float(add(v, tf.ones([size]))) for v in (first, second)])
    assert found == [[-6.0, 14.0], [-14.0, 6.0], [-24.0, -4.0], [-32.0, -12.0]]
    assert [float(v) for v in (total, first, second)] == [33.0, -16.0, -6.0]


def _steps() -> tuple[Any, Any, Any]:
    small, large = tf.Variable([1.0, 2.0]), tf.Variable(tf.ones([200, 200]))

    @tf.function
    def step() -> Any:
        small.assign(small * 2.0)
        large.assign_add(large)
        return tf.reduce_sum(small)

    return small, large, step


@pytest.mark.parametrize("kept", ["tensors", "arrays", "copies"])
def test_old_values_stay_what_they_were(kept: str) -> None:
    small, large, step = _steps()
    history = []
    for i in range(8):
        if i % 3 != 1:
            values = [small.read_value(), large.read_value()]
            if kept == "arrays":
                values = [value.numpy() for value in values]
            if kept == "copies":
                values = [tf.Variable(value) for value in values]
            history.append((i, values))
        step()
    for i, (a, b) in history:
        assert np.asarray(a).tolist() == [2.0**i, 2.0 ** (i + 1)]
        assert np.all(np.asarray(b) == 2.0**i)
    agree(small.read_value(), [256.0, 512.0])
    agree(large[0, 0], 256.0)


def test_variables_with_one_value_part_ways() -> None:
    a, b = tf.Variable([1.0, 2.0]), tf.Variable([0.0, 0.0])
    b.assign(a)

    @tf.function
    def step() -> None:
        a.assign_add(b)
        b.assign_sub([1.0, 1.0])

    step()
    step()
    agree(a.read_value(), [2.0, 5.0])
    agree(b.read_value(), [-1.0, 0.0])
    b.assign(a)

    @tf.function
    def both() -> None:
        total = a + b
        a.assign(total)
        b.assign(total)

    both()
    step()
    agree(a.read_value(), [8.0, 20.0])
    agree(b.read_value(), [3.0, 9.0])


def test_threads_that_read_and_assign() -> None:
    v, seen = tf.Variable([0.0, 0.0]), []

    @tf.function
    def step() -> None:
        v.assign(tf.fill([2], v[0] + 1.0))

    @tf.function
    def look() -> Any:
        return v[0] - v[1]

    step()
    look()

    def run(function: Any) -> None:
        for _ in range(200):
            found = function()
            if found is not None:
                seen.append(float(found))

    threads = [threading.Thread(target=run, args=[f]) for f in (step, look, look, step)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 400
    assert 2.0 <= float(v[0]) <= 401.0


def test_another_threads_call_adds_to_what_this_thread_has_just_assigned() -> None:
    v = tf.Variable(tf.ones([40, 40]))

    @tf.function
    def grow() -> None:
        v.assign_add(tf.fill([40, 40], 10.0))

    grow()
    v.assign(tf.cumsum(tf.reverse(tf.ones([40, 40]), [0])))
    thread = threading.Thread(target=grow)
    thread.start()
    thread.join()
    # What a backend had put off is computed now.
    assert float(tf.reduce_sum(tf.ones([40, 40]))) == 1600.0
    assert float(v[0, 0]) == 11.0
