"""Programs that are long, that change, that fail: what an engine that records must get right."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest

from ..helpers import agree, refuses
from ..subject import tf


def test_a_long_loop_without_a_read() -> None:
    x = tf.constant(1.0)
    for _ in range(3000):
        x = x * 0.5 + 1.0
    agree(x, 2.0)


def test_a_long_record_under_a_tape() -> None:
    v = tf.Variable(1.0, dtype=tf.float64)
    with tf.GradientTape() as tape:
        y = v * 1.0
        for _ in range(400):
            y = y * 1.01
    agree(tape.gradient(y, v), np.float64(1.01**400))


def test_what_lives_changes_from_turn_to_turn() -> None:
    rng = np.random.default_rng(7)
    for _ in range(12):
        x = tf.constant([1.0, 2.0])
        parts = [x + 1.0, x * 2.0, x - 3.0, x * x]
        kept = [part for part in parts if rng.random() < 0.5]
        parts.clear()
        for part in kept:
            assert part.shape == (2,)
        agree(x * x + x, [2.0, 6.0])


def test_a_wrong_shape_raises_at_the_call() -> None:
    x = tf.constant([1.0, 2.0]) * 2.0
    with refuses(tf.errors.InvalidArgumentError, "add"):
        x + tf.constant([1.0, 2.0, 3.0])
    agree(x + 1.0, [3.0, 5.0])


@pytest.mark.parametrize("size", [4, 40_000])
def test_an_old_value_outlives_the_update(size: int) -> None:
    v = tf.Variable(tf.ones([size]))
    old = v.value()
    view = np.asarray(old)
    copy = tf.identity(v)
    for _ in range(4):
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(v * v)
        v.assign_sub(0.5 * tape.gradient(loss, v))
    agree(v.value()[:2], [0.0, 0.0])
    agree(old[:2], [1.0, 1.0])
    agree(copy[-2:], [1.0, 1.0])
    assert view[0] == 1.0 and view[-1] == 1.0


def test_scalars_that_change_at_every_step() -> None:
    v = tf.Variable(1.0)
    for step in range(20):
        with tf.GradientTape() as tape:
            loss = v * float(step)
        v.assign_sub(tape.gradient(loss, v) / 100.0)
    agree(v.value(), 1.0 - 190 / 100)


def test_reading_between_steps_changes_nothing() -> None:
    def train(read: bool) -> Any:
        v = tf.Variable([1.0, -2.0])
        for _ in range(5):
            with tf.GradientTape() as tape:
                y = tf.sin(v) * v
                if read:
                    y.numpy()
                loss = tf.reduce_sum(y)
            if read:
                float(loss)
            v.assign_sub(0.1 * tape.gradient(loss, v))
        return v.numpy()

    np.testing.assert_allclose(train(True), train(False), rtol=1e-6)


def test_threads_train_side_by_side() -> None:
    shared = tf.Variable([2.0])
    results: dict[int, Any] = {}

    def train(number: int) -> None:
        v = tf.Variable([1.0])
        for _ in range(50):
            with tf.GradientTape() as tape:
                loss = tf.reduce_sum(v * shared * float(number))
            v.assign_sub(0.01 * tape.gradient(loss, v))
        # Read by the thread that started this one.
        results[number] = v * 1.0

    threads = [threading.Thread(target=train, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(4):
        agree(results[number], [1.0 - 50 * 0.01 * 2.0 * number])


@pytest.mark.tfcompat_only
def test_memory_stays_flat() -> None:
    def resident() -> float:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * 4096 / 2**20

    v = tf.Variable(tf.ones([64, 64]))
    last: list[Any] = []

    def step(number: int) -> None:
        with tf.GradientTape(persistent=number % 3 == 0) as tape:
            loss = tf.reduce_sum(tf.square(v * 0.5))
        v.assign_sub(1e-9 * tape.gradient(loss, v))
        # A program keeps some losses; they must not keep the graphs behind them.
        last[:] = [*last[-9:], loss]
        if number % 50 == 0:
            v.numpy()

    for number in range(300):
        step(number)
    before = resident()
    for number in range(2000):
        step(number)
    v.numpy()
    assert resident() - before < 10.0


def _read_alone(op: Any, times: int = 30) -> None:
    """An engine may come to expect that the op's result is read at once."""
    for _ in range(times):
        result = op()
        for part in result if isinstance(result, (list, tuple)) else [result]:
            part.numpy()


def test_an_op_that_was_always_read_alone_in_a_longer_program() -> None:
    x = tf.constant([1.0, 2.0])
    _read_alone(lambda: tf.square(x))
    _read_alone(lambda: tf.add(x, x))
    _read_alone(lambda: tf.transpose([x, x]))
    for _ in range(3):
        y = tf.square(x)
        z = tf.add(x, x)
        agree(y * 2.0 + z, [4.0, 12.0])
        agree(y, [1.0, 4.0])
    v = tf.Variable([1.0, 2.0])
    _read_alone(lambda: tf.square(v))
    with tf.GradientTape() as tape:
        y = tf.square(v)
    agree(tape.gradient(y, v), [2.0, 4.0])
    v.assign(tf.square(v))
    v.assign(tf.square(v))
    agree(v.read_value(), [1.0, 16.0])


def test_ops_of_several_results_and_of_none_read_alone() -> None:
    x = tf.constant([3.0, 1.0, 2.0])
    _read_alone(lambda: tf.unstack(x))
    _read_alone(lambda: tf.zeros([2]))
    _read_alone(lambda: tf.less(x, [2.0, 2.0, 2.0]))
    a, _, c = tf.unstack(x)
    agree(a + c, 5.0)
    agree(tf.zeros([2]) + 1.0, [1.0, 1.0])
    agree(tf.logical_not(tf.less(x, [2.0, 2.0, 2.0])), [True, False, True])
    _, b, _ = tf.unstack(x)
    agree(b, 1.0)


def test_an_op_read_alone_in_one_thread_and_used_in_another() -> None:
    x = tf.constant([1.0, 2.0])
    _read_alone(lambda: tf.square(x))
    y = tf.square(x)
    found: list[Any] = []
    thread = threading.Thread(target=lambda: found.append(tf.square(x) + y))
    thread.start()
    thread.join()
    agree(found[0], [2.0, 8.0])
    agree(y + 1.0, [2.0, 5.0])


def test_arrays_of_one_memory_change_by_themselves() -> None:
    x = tf.ones([300, 300]) * 2.0
    _read_alone(lambda: tf.reshape(x, [900, 100]), 15)
    for given in (tf.reshape(x, [900, 100]), x[:, tf.newaxis], x[32:]):
        v = tf.Variable(given)
        for _ in range(4):
            v.assign_add(tf.ones(given.shape))
            assert float(tf.reduce_sum(v)) > 0
        agree(tf.reduce_max(v), 6.0)
        agree(tf.reduce_max(given), 2.0)
    step = tf.function(lambda w=v, y=x: w.assign(w + y[32:]))
    for _ in range(3):
        step()
    agree(tf.reduce_max(v), 12.0)
    agree(tf.reduce_max(x), 2.0)
    last = x[64:]
    x = given = last
    agree(tf.reduce_sum(last), 300 * 236 * 2.0)
