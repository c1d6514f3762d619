"""What captured programs hold, what captures refuse, and what becomes of replaced values."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..helpers import agree
from ..subject import tf
from .test_captures import (
    backend,
    captured,
    close,
    each_agrees,
    numbers,
    running,
    value_needed,
    with_a_tape,
)

pytestmark = pytest.mark.tfcompat_only


# ------------------------------------------------------------------------------------ what it holds
def test_constants_are_computed_once() -> None:
    def f(x: Any) -> Any:
        table = tf.range(3.0) * 2.0 + tf.eye(3)
        assert table.numpy().shape == (3, 3)
        assert tf.shape(x).numpy().tolist() == [3]
        return tf.linalg.matvec(table, x) * tf.cast(tf.size(x), tf.float32)

    x = numbers(3)
    program = captured(f, x)
    assert len(program.constants) == 2
    each_agrees(program([x]), [f(x)])


def test_constants_have_gradients() -> None:
    c = numbers(3, seed=5)
    program = captured(lambda x: x * c, c)
    with tf.GradientTape() as tape:
        tape.watch(c)
        (z,) = program([tf.constant([1.0, 2.0, 3.0])])
    agree(tape.gradient(z, c), [1.0, 2.0, 3.0])
    opened = program.opened()
    assert not opened.constants and len(opened.inputs) == 2
    each_agrees(opened([c, c]), [c * c])


def size(program: Any) -> int:
    """How many ops it has."""
    return len(program.instructions if hasattr(program, "instructions") else program.steps)


def test_dead_code_is_dropped() -> None:
    def f(x: Any, y: Any) -> Any:
        tf.exp(x) * tf.sin(y)
        with tf.GradientTape() as tape:
            tape.watch(x)
            z = tf.cos(x) + y
        tape.gradient(z, x)
        return x + y

    x = numbers(3)
    program = captured(f, x, x)
    assert size(program) == 1
    each_agrees(program([x, x]), [x + x])


def test_outputs_that_are_inputs_or_constants() -> None:
    c = numbers(2)
    x = numbers(3)
    program = captured(lambda x: [x, c, x, tf.identity(x)], x)
    each_agrees(program([x]), [x, c, x, x])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, c])
        a, b, d, e = program([x])
        z = tf.reduce_sum(a * a) + tf.reduce_sum(d)
    close(tape.gradient(z, x), 2 * x + 1.0)
    agree(tape.gradient(b, c), [1.0, 1.0])
    assert tape.gradient(z, d) is not None and tape.gradient(z, e) is None


def test_whole_numbers() -> None:
    x = tf.constant([[3, 1], [2, 5]])
    w = numbers(2, 2)

    def f(x: Any, w: Any) -> Any:
        return tf.reduce_max(x, 1), w * tf.cast(x, tf.float32), x > 2, x % 3

    run = running(f, x, w)
    found = run(x, w)
    assert [t.dtype for t in found] == [tf.int32, tf.float32, tf.bool, tf.int32]
    each_agrees(found[:2] + found[3:], [t for t in f(x, w) if t.dtype != tf.bool])
    with tf.GradientTape() as tape:
        tape.watch(w)
        whole, z, _, _ = run(x, w)
        total = tf.reduce_sum(z * tf.cast(whole[:, None], tf.float32))
    agree(tape.gradient(total, w), [[9.0, 3.0], [10.0, 25.0]])


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "uint32", "uint64", "int8", "bfloat16"])
def test_other_dtypes(dtype: str) -> None:
    x = tf.constant([1, 2, 3], dtype)
    found = running(lambda x: x * x + x, x)(x)[0]
    assert found.dtype == x.dtype
    agree(tf.cast(found, tf.float32), [2.0, 6.0, 12.0])


def test_complex_gradients() -> None:
    z = tf.complex(numbers(3), numbers(3, seed=2))

    def gradient(f: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(z)
            y = f(z)
        return tape.gradient(y, z)

    run = running(lambda z: tf.reduce_sum(tf.sqrt(z) * z * tf.math.conj(z + 1.0)), z)
    expected = gradient(lambda z: tf.reduce_sum(tf.sqrt(z) * z * tf.math.conj(z + 1.0)))
    np.testing.assert_allclose(gradient(lambda z: run(z)[0]), expected, rtol=1e-4)


def test_sparse_gradients() -> None:
    table, at = numbers(5, 2), tf.constant([3, 1, 3])

    def loss(table: Any, at: Any) -> Any:
        return tf.reduce_sum(tf.square(tf.gather(table, at)))

    def gradient(f: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(table)
            z = f(table, at)
        return tape.gradient(z, table)

    run = running(loss, table, at)
    found, expected = gradient(lambda *xs: run(*xs)[0]), gradient(loss)
    assert isinstance(found, tf.IndexedSlices) and isinstance(expected, tf.IndexedSlices)
    close(tf.convert_to_tensor(found), tf.convert_to_tensor(expected))

    def inside(table: Any, at: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(table)
            z = loss(table, at)
        g = tape.gradient(z, table)
        assert isinstance(g, tf.IndexedSlices)
        return g.values, g.indices

    each_agrees(running(inside, table, at)(table, at), [expected.values, expected.indices])


# --------------------------------------------------------------------------------- what it refuses
@pytest.mark.parametrize(
    "read",
    [
        lambda x: x.numpy(),
        lambda x: float(tf.reduce_sum(x)),
        lambda x: bool(tf.reduce_sum(x) > 0),
        lambda x: int(tf.size(tf.where(x > 0.0))),
        lambda x: tf.boolean_mask(x, x > 0.0),
        lambda x: tf.range(tf.reduce_sum(x)),
        lambda x: tf.reshape(x, tf.cast(x, tf.int32)),
    ],
)
def test_values_are_not_to_be_had(read: Callable[[Any], Any]) -> None:
    with backend().Capture() as capture:
        x = capture.input((3,), tf.float32)
        with value_needed():
            read(x * 2.0)
        # Nothing of it stays behind.
        program = capture.finish([x + 1.0])
    each_agrees(program([tf.zeros([3])]), [tf.ones([3])])


def test_an_error_in_a_capture_leaves_the_thread_as_it_was() -> None:
    x = numbers(3)
    with pytest.raises(RuntimeError), backend().Capture() as capture:
        capture.input((3,), tf.float32)
        raise RuntimeError
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * x
    close(tape.gradient(y, x), 2 * x)


def test_tapes_outside_see_nothing_of_a_capture() -> None:
    x = numbers(3)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x * 2.0
        program = captured(lambda a: a * tf.stop_gradient(x), x)
        z = y * x
    close(tape.gradient(z, x), 4 * x)
    each_agrees(program([x]), [x * x])


# --------------------------------------------------------------------------------------- variables
@pytest.mark.parametrize("size", [4, 40_000])
def test_old_values_outlive_replacement(size: int) -> None:
    def step(v: Any, m: Any) -> Any:
        return v - 0.5 * m, m * 0.5

    v, m = tf.Variable(tf.ones([size])), tf.Variable(tf.ones([size]))
    program = captured(step, v.value(), m.value(), replaced=[(0, 0), (1, 1)])
    first = v.value()
    view = np.asarray(first)
    kept = []
    for _ in range(6):
        found = program([v.value(), m.value()])
        v.assign(found[0])
        m.assign(found[1])
        kept.append(found[0])
        del found
    assert view[0] == 1.0 and view[-1] == 1.0
    agree(first[:2], [1.0, 1.0])
    expected, move = 1.0, 1.0
    for value in kept:
        expected, move = expected - 0.5 * move, move * 0.5
        agree(value[-2:], [expected, expected])


@pytest.mark.parametrize("size", [4, 40_000])
def test_replaced_values_that_nobody_holds(size: int) -> None:
    program = captured(
        lambda v, x: (v - x, v * 2.0), tf.ones([size]), tf.ones([size]), replaced=[(0, 0)]
    )
    holder = [tf.ones([size]) * 8.0]
    x = tf.ones([size])
    for _ in range(5):
        inputs = [holder[0], x]
        new, _ = program(inputs)
        del inputs
        holder[0] = new
        del new
    agree(holder[0][:2], [3.0, 3.0])
    agree(x[:2], [1.0, 1.0])


def test_threads() -> None:
    x, y = numbers(4, 3), numbers(4, 3, seed=2)
    f = with_a_tape
    run = running(f, x, y)
    expected = [t.numpy() for t in f(x, y)]
    failures: list[BaseException] = []

    def work() -> None:
        try:
            for _ in range(5):
                own = running(f, x, y)
                for found in (run(x, y), own(x, y)):
                    for a, b in zip(found, expected, strict=True):
                        np.testing.assert_allclose(a.numpy(), b, rtol=1e-4)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    with backend().Capture() as capture:
        z = capture.input((3,), tf.float32)
        for thread in threads:
            thread.join()
        program = capture.finish([z * 2.0])
    assert not failures
    each_agrees(program([numbers(3)]), [numbers(3) * 2.0])
