"""Captures: what a thread computes without values becomes a program that computes it with them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..helpers import agree
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
    found = program.instructions if hasattr(program, "instructions") else program.steps
    return len(found)


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
