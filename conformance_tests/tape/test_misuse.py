"""Tapes used wrongly, tapes under exceptions, tapes in threads."""

from __future__ import annotations

import logging
import threading
from typing import Any

import pytest

from ..helpers import agree, refuses
from ..subject import tf


def test_a_tape_cannot_be_entered_twice() -> None:
    with tf.GradientTape() as tape, refuses(ValueError, "GradientTape"):
        tape.__enter__()


def test_stop_recording_wants_a_recording_tape() -> None:
    tape = tf.GradientTape()
    with refuses(RuntimeError, "stop_recording"):
        with tape.stop_recording():
            pass


def test_reset_wants_a_recording_tape() -> None:
    with refuses(ValueError, "reset"):
        tf.GradientTape().reset()


def test_no_target() -> None:
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        _ = x * x
    with refuses(TypeError, "target", "None"):
        tape.gradient(None, x)


def test_an_exception_ends_the_recording() -> None:
    x = tf.Variable(3.0)
    tape, y = tf.GradientTape(persistent=True), x
    with pytest.raises(KeyError), tape:
        y = x * x
        raise KeyError
    outside = y * x
    agree(tape.gradient(y, x), 6.0)
    agree(tape.gradient(outside, x), None)


def test_an_exception_ends_a_pause() -> None:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        with pytest.raises(KeyError):
            with tape.stop_recording():
                raise KeyError
        y = x * x
    agree(tape.gradient(y, x), 6.0)


def test_an_op_that_fails_leaves_the_tape_as_it_was() -> None:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = x * x
        with refuses(tf.errors.InvalidArgumentError):
            tf.matmul(tf.zeros([2, 3]), tf.zeros([2, 3]))
        z = y * 2
    agree(tape.gradient(z, x), [4.0, 8.0])


@pytest.mark.parametrize(
    ("value", "name"), [(3, "int32"), ("a", "string"), (True, "bool")], ids=str
)
def test_watching_what_has_no_gradient_warns(
    value: Any, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    tensor = tf.constant(value)
    with caplog.at_level(logging.WARNING, logger="tensorflow"):
        with tf.GradientTape() as tape:
            tape.watch(tensor)
    said = [record.getMessage() for record in caplog.records]
    assert said == [
        f"The dtype of the watched tensor must be floating (e.g. tf.float32), got tf.{name}"
    ]


def test_a_tape_sees_only_its_own_thread() -> None:
    x = tf.Variable(3.0)
    results: dict[str, Any] = {}

    def elsewhere() -> None:
        results["foreign"] = x * x
        with tf.GradientTape() as own:
            y = x * x * x
        results["own"] = own.gradient(y, x)

    with tf.GradientTape(persistent=True) as tape:
        here = x * 2.0
        thread = threading.Thread(target=elsewhere)
        thread.start()
        thread.join()
        after = x * 4.0
    agree(tape.gradient(here, x), 2.0)
    agree(tape.gradient(after, x), 4.0)
    agree(tape.gradient(results["foreign"], x), None)
    agree(results["own"], 27.0)


def test_threads_at_once() -> None:
    results: dict[int, Any] = {}

    def work(number: int) -> None:
        x = tf.Variable(float(number))
        total = 0.0
        for _ in range(20):
            with tf.GradientTape() as outer:
                with tf.GradientTape() as inner:
                    y = x * x * x
                first = inner.gradient(y, x)
            total += float(outer.gradient(first, x))
        results[number] = total

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == {number: 20 * 6.0 * number for number in range(4)}


def test_a_result_of_another_thread_can_be_read_and_differentiated_here() -> None:
    made: list[Any] = []

    def elsewhere() -> None:
        x = tf.Variable(3.0)
        with tf.GradientTape() as tape:
            y = x * x
        made.extend([x, y, tape])

    thread = threading.Thread(target=elsewhere)
    thread.start()
    thread.join()
    x, y, tape = made
    agree(y, 9.0)
    agree(tape.gradient(y, x), 6.0)
