"""Small functions called thousands of times, whose results are looked at now and then.

A backend may put such calls off and make many at once. What is read must be as if it had not.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings, strategies as st

from ..helpers import agree, refuses
from ..subject import tf

# After so many who puts calls off does it.
MANY = 2100


def scrambled(x: int) -> int:
    return (5 * x + 3) % 1009


def scrambled_often(x: int, times: int) -> int:
    for _ in range(times):
        x = scrambled(x)
    return x


def scrambler(start: int = 1) -> tuple[Any, Any]:
    """A variable, and a function that has been called MANY times, which gives its last value."""
    v = tf.Variable(start)

    @tf.function
    def step() -> Any:
        before = v + 0
        v.assign((v * 5 + 3) % 1009)
        return before

    for _ in range(MANY):
        step()
    v.assign(start)
    return v, step


@settings(max_examples=15, deadline=None)
@given(st.lists(st.tuples(st.integers(1, 150), st.sampled_from(["v", "last", "both"])), max_size=8))
def test_reads_after_any_number_of_calls(reads: list[tuple[int, str]]) -> None:
    v, step = shared()
    x = int(v)
    for times, what in reads:
        for _ in range(times):
            last = step()
        before, x = scrambled_often(x, times - 1), scrambled_often(x, times)
        if what != "v":
            agree(last, before)
        if what != "last":
            agree(v.value(), x)


@functools.cache
def shared() -> tuple[Any, Any]:
    return scrambler()


def test_all_results_of_a_row_are_kept() -> None:
    v, step = scrambler()
    for times in (3, 63, 64, 65, 200):
        v.assign(1)
        results = [step() for _ in range(times)]
        agree(tf.stack(results), np.array([scrambled_often(1, n) for n in range(times)], np.int32))
        agree(v.value(), scrambled_often(1, times))


def test_some_results_are_kept() -> None:
    _, step = scrambler()
    kept = {n: result for n in range(190) for result in [step()] if n % 50 == 7}
    for n, result in kept.items():
        agree(result, scrambled_often(1, n))


@pytest.mark.parametrize(
    "hold",
    [
        lambda v: v.value(),
        lambda v: v.read_value(),
        lambda v: tf.convert_to_tensor(v),
        lambda v: tf.identity(v),
        lambda v: v + 0,
        lambda v: tf.Variable(v),
        lambda v: v.numpy(),
        lambda v: np.asarray(v.value()),
        lambda v: tf.reshape(v, [1])[0],
    ],
)
def test_an_old_value_stays(hold: Callable[[Any], Any]) -> None:
    v, step = scrambler()
    held = []
    for _ in range(12):
        for _ in range(30):
            step()
        held.append(hold(v))
    for n, old in enumerate(held):
        assert int(old) == scrambled_often(1, 30 * (n + 1))


def test_assignments_between_calls() -> None:
    v, step = scrambler()
    for x in (7, 8, 9):
        v.assign(x)
        for _ in range(20):
            step()
        v.assign_add(1)
        for _ in range(20):
            step()
        agree(v.value(), scrambled_often(scrambled_often(x, 20) + 1, 20))


def test_what_is_only_read_changes_between_calls() -> None:
    total, rate = tf.Variable(0.0), tf.Variable(1.0)

    @tf.function
    def step() -> None:
        total.assign_add(rate * 2.0)

    for _ in range(MANY):
        step()
    total.assign(0.0)
    expected = 0.0
    for n in range(8):
        rate.assign(float(n))
        for _ in range(20):
            step()
        expected += 40.0 * n
    agree(total.value(), expected)


def test_arguments_change_between_calls() -> None:
    total = tf.Variable(0.0)

    @tf.function
    def step(x: Any) -> Any:
        total.assign_add(x)
        return total * 2.0

    one, two = tf.constant(1.0), tf.constant(2.0)
    for _ in range(MANY):
        step(one)
    total.assign(0.0)
    expected = 0.0
    for n in range(100):
        doubled = step(two if n % 17 == 0 else one)
        expected += 2.0 if n % 17 == 0 else 1.0
    agree(doubled, 2.0 * expected)
    agree(total.value(), expected)


def test_variables_given_as_arguments_change_places() -> None:
    @tf.function
    def step(x: Any, y: Any) -> None:
        x.assign_add(1.0)
        y.assign_sub(1.0)

    a, b = tf.Variable(0.0), tf.Variable(0.0)
    for _ in range(MANY):
        step(a, b)
    for _ in range(50):
        step(b, a)
    step(a, b)
    agree(a.value(), MANY - 50 + 1.0)
    agree(b.value(), 50 - MANY - 1.0)


def test_two_functions_of_the_same_variables_alternate() -> None:
    v = tf.Variable(1)

    @tf.function
    def double() -> None:
        v.assign((v * 2) % 1009)

    @tf.function
    def add() -> None:
        v.assign(v + 3)

    for _ in range(MANY):
        double()
    for _ in range(MANY):
        add()
    v.assign(1)
    x = 1
    for n in range(200):
        (double if n % 3 else add)()
        x = x * 2 % 1009 if n % 3 else x + 3
    agree(v.value(), x)


def test_a_tape_around_calls() -> None:
    v = tf.Variable(3.0)

    @tf.function
    def step() -> Any:
        v.assign_add(1.0)
        return v * v

    for _ in range(MANY):
        step()
    v.assign(0.0)
    for _ in range(20):
        step()
    with tf.GradientTape() as tape:
        y = v * v * v
    for _ in range(5):
        step()
    agree(tape.gradient(y, v), 3.0 * 20.0**2)
    with tf.GradientTape() as tape:
        step()
        z = v * v
    agree(tape.gradient(z, v), 2.0 * 26.0)
    agree(v.value(), 26.0)


def test_called_in_a_function_afterwards() -> None:
    v, step = scrambler()

    @tf.function
    def twice() -> Any:
        step()
        step()
        return v + 0

    for _ in range(10):
        step()
    agree(twice(), scrambled_often(1, 12))
    for _ in range(10):
        step()
    agree(
        tf.vectorized_map(lambda x: x + v, tf.constant([0, 1])),
        scrambled_often(1, 22) + np.array([0, 1], np.int32),
    )


def test_an_index_out_of_range_is_refused_at_once() -> None:
    at = tf.Variable(0)

    @tf.function
    def step() -> None:
        at.assign_add(1)

    for _ in range(MANY):
        step()
    with refuses(tf.errors.InvalidArgumentError, str(MANY)):
        tf.gather(tf.constant([1.0, 2.0]), at)


def test_a_function_that_is_gone() -> None:
    v, step = scrambler()
    for _ in range(10):
        last = step()
    del step
    agree(last, scrambled_often(1, 9))
    agree(v.value(), scrambled_often(1, 10))


def test_random_numbers_are_drawn_for_each_call() -> None:
    drawn = tf.Variable(tf.zeros([2]))
    generator = tf.random.Generator.from_seed(1)

    @tf.function
    def step() -> None:
        drawn.assign(generator.uniform([2]))

    for _ in range(MANY):
        step()
    expected = tf.random.Generator.from_seed(1)
    for _ in range(MANY):
        last = expected.uniform([2])
    agree(drawn.value(), last.numpy())


@pytest.fixture
def restless() -> Iterator[None]:
    """Threads that take turns hundreds of times as often as they do."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    yield
    sys.setswitchinterval(before)


@pytest.mark.usefixtures("restless")
def test_one_thread_calls_and_another_reads() -> None:
    a, b = tf.Variable(0), tf.Variable(0)

    @tf.function
    def step() -> None:
        a.assign_add(1)
        b.assign_add(1)

    for _ in range(MANY):
        step()
    seen: list[int] = []
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            seen.append(int(a))

    reader = threading.Thread(target=read)
    reader.start()
    for _ in range(3000):
        step()
    done.set()
    reader.join()
    assert seen == sorted(seen)
    agree(a.value(), MANY + 3000)
    agree(b.value(), MANY + 3000)


@pytest.mark.usefixtures("restless")
def test_threads_call_functions_that_read_each_others_variables() -> None:
    a, b = tf.Variable(0), tf.Variable(0)

    @tf.function
    def first() -> None:
        a.assign_add(1 + 0 * b)

    @tf.function
    def second() -> None:
        b.assign_add(1 + 0 * a)

    def call(function: Any) -> None:
        for _ in range(MANY):
            function()

    for _ in range(2):
        call(first)
        call(second)
    threads = [threading.Thread(target=call, args=[function]) for function in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    agree(a.value(), 3 * MANY)
    agree(b.value(), 3 * MANY)
