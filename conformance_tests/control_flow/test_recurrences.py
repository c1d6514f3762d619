"""Loops with matrices: their gradients are those of the same rounds written one after the other."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..helpers import Tolerance, agree
from ..subject import IS_TENSORFLOW, backend_name, tf

ROUNDS, ROWS, SIZE = 7, 3, 4
RNG = np.random.default_rng(5)
KERNEL, AGAIN = RNG.standard_normal((2, SIZE, 2 * SIZE)).astype(np.float32) * 0.4
BIAS = RNG.standard_normal(2 * SIZE).astype(np.float32)
START = RNG.standard_normal((ROWS, SIZE)).astype(np.float32)
ROWS_OF_ALL = RNG.standard_normal((ROUNDS, ROWS, SIZE)).astype(np.float32)
CLOSE = Tolerance(2e-4, 2e-4)
INPUTS = ROWS_OF_ALL, START, KERNEL, AGAIN, BIAS


def cell(x: Any, h: Any, kernel: Any, again: Any, bias: Any) -> Any:
    gate, new = tf.split(x @ kernel + h @ again + bias, 2, axis=1)
    gate = tf.sigmoid(gate)
    return gate * h + (1.0 - gate) * tf.tanh(new)


def written_out(xs: Any, h: Any, *weights: Any) -> Any:
    found = []
    for x in tf.unstack(xs):
        h = cell(x, h, *weights)
        found.append(h)
    return tf.stack(found)


def backwards(xs: Any, h: Any, *weights: Any) -> Any:
    return written_out(xs[::-1], h, *weights)[::-1]


def scanned(xs: Any, h: Any, *weights: Any) -> Any:
    return tf.scan(lambda h, x: cell(x, h, *weights), xs, h)


def scanned_backwards(xs: Any, h: Any, *weights: Any) -> Any:
    return tf.scan(lambda h, x: cell(x, h, *weights), xs, h, reverse=True)


def looped(xs: Any, h: Any, *weights: Any) -> Any:
    """Of a number of rounds that is not known before."""
    count = tf.cast(tf.reduce_sum(tf.ones_like(xs[:, 0, 0])), tf.int32)
    array = tf.TensorArray(tf.float32, ROUNDS, element_shape=[ROWS, SIZE])

    def step(i: Any, h: Any, array: Any) -> Any:
        h = cell(xs[i], h, *weights)
        return i + 1, h, array.write(i, h)

    loop = tf.while_loop(lambda i, *_: i < count, step, (0, h, array), maximum_iterations=ROUNDS)
    return loop[2].stack()


def loss(form: Callable[..., Any], *inputs: Any) -> Any:
    found = form(*inputs)
    return tf.reduce_sum(found * tf.reshape(tf.range(float(ROUNDS)), [-1, 1, 1])) + tf.reduce_sum(
        found[-1] ** 2.0
    )


def first(form: Callable[..., Any], *inputs: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        value = loss(form, *inputs)
    return tape.gradient(value, inputs)


def second(form: Callable[..., Any], *inputs: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        value = sum([tf.reduce_sum(g**2.0) for g in first(form, *inputs)])
    return tape.gradient(value, inputs)


def some(form: Callable[..., Any], *inputs: Any) -> Any:
    """Only by some of them."""
    again = inputs[3]
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(again)
        value = loss(form, *inputs)
        last = tf.reduce_sum(form(*inputs)[-1])
    # A tape may be asked again.
    return [tape.gradient(y, again) for y in (value, last, value)]


FORMS = [(scanned, written_out), (scanned_backwards, backwards), (looped, written_out)]


@pytest.mark.parametrize("asked", [first, second, some])
@pytest.mark.parametrize(("form", "same"), FORMS)
def test_gradients(asked: Any, form: Any, same: Any) -> None:
    inputs = [tf.constant(x) for x in INPUTS]
    expected = asked(same, *inputs)
    function = tf.function(lambda *inputs: asked(form, *inputs))
    # The first run may be another than those after it.
    for _ in range(2):
        for got, wanted in zip(function(*inputs), expected, strict=True):
            agree(got, wanted.numpy(), tolerance=CLOSE)


@pytest.mark.parametrize(("form", "same"), FORMS)
def test_tape_around(form: Any, same: Any) -> None:
    inputs = [tf.constant(x) for x in INPUTS]
    for got, wanted in zip(first(tf.function(form), *inputs), first(same, *inputs), strict=True):
        agree(got, wanted.numpy(), tolerance=CLOSE)


SQUARE = KERNEL[:, :SIZE]


def _twice(x: Any, h: Any, square: Any) -> Any:
    product = h @ square
    return tf.tanh(product + product) + x


def _read_again(x: Any, h: Any, square: Any) -> Any:
    product = h @ square
    return tf.tanh(x + product) * product


def _sum_read_again(x: Any, h: Any, square: Any) -> Any:
    total = x + h @ square
    return tf.sin(total + square[0]) * total


def _of_two_products(x: Any, h: Any, square: Any) -> Any:
    return tf.sin(h @ square + tf.sin(h) @ square) + x


def _wider(x: Any, h: Any, square: Any) -> Any:
    product = x[:, :1] + h[:, :1] @ square[:1, :1]
    return tf.sin(product + h)


def _bare(x: Any, h: Any, square: Any) -> Any:
    return h @ square + x


SUMS = [_twice, _read_again, _sum_read_again, _of_two_products, _wider, _bare]


@pytest.mark.parametrize("asked", [first, second])
@pytest.mark.parametrize("round_", SUMS)
def test_sums_with_products(round_: Callable[..., Any], asked: Any) -> None:
    def scan(xs: Any, h: Any, square: Any) -> Any:
        return tf.scan(lambda h, x: round_(x, h, square), xs, h)

    def unrolled(xs: Any, h: Any, square: Any) -> Any:
        found = []
        for x in tf.unstack(xs):
            h = round_(x, h, square)
            found.append(h)
        return tf.stack(found)

    inputs = [tf.constant(x) for x in (ROWS_OF_ALL, START, SQUARE)]
    function = tf.function(lambda *inputs: asked(scan, *inputs))
    for _ in range(2):
        for got, wanted in zip(function(*inputs), asked(unrolled, *inputs), strict=True):
            agree(got, wanted.numpy(), tolerance=CLOSE)


def test_rows_of_changing_layout() -> None:
    """The state is laid out otherwise after the first round."""
    x = tf.constant(RNG.standard_normal((SIZE, SIZE)).astype(np.float32))

    def turned(x: Any, rounds: Any) -> Any:
        y = x
        for _ in rounds(6):
            y = tf.reshape(tf.transpose(y) * x + tf.reshape(y, [SIZE, SIZE]), [SIZE, SIZE])
        return tf.reduce_sum(y**2.0)

    def gradient(rounds: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = turned(x, rounds)
        return tape.gradient(value, x)

    agree(tf.function(gradient)(tf.range), gradient(range).numpy(), tolerance=CLOSE)


def test_windows_of_rows_of_changing_layout() -> None:
    x = tf.constant(RNG.standard_normal((SIZE, SIZE)).astype(np.float32))

    def turned(x: Any, rounds: Any) -> Any:
        y = x
        for _ in rounds(6):
            image = tf.stop_gradient(y)[tf.newaxis, ..., tf.newaxis]
            windows = tf.image.extract_patches(image, [1] * 4, [1] * 4, [1] * 4, "VALID")
            y = tf.transpose(y * x + tf.reshape(windows, [SIZE, SIZE]))
        return tf.reduce_sum(y**2.0)

    def gradient(rounds: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = turned(x, rounds)
        return tape.gradient(value, x)

    agree(tf.function(gradient)(tf.range), gradient(range).numpy(), tolerance=CLOSE)


def test_constants_that_a_tape_watches() -> None:
    x = tf.constant(3.0)

    def gradient(form: Callable[[Any], Any]) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            value = form(x)
        return tape.gradient(value, x)

    def repeated(y: Any) -> Any:
        return tf.while_loop(lambda i, _: i < 3, lambda i, y: (i + 1, y * x), (0, y))[1]

    def chosen(y: Any) -> Any:
        return tf.cond(y > 0.0, lambda: y * x * x, lambda: y)

    def inner(y: Any) -> Any:
        return tf.function(lambda: y * x)()

    agree(tf.function(lambda: gradient(repeated))(), 108.0)
    agree(tf.function(lambda: gradient(chosen))(), 27.0)
    agree(tf.function(lambda: gradient(inner))(), 6.0)


@pytest.mark.skipif(
    not IS_TENSORFLOW and backend_name() == "jax",
    reason="JAX refuses singular matrices only where their values are at hand",
)
@pytest.mark.parametrize("form", ["while", "scan"])
def test_checks_of_later_rounds(form: str) -> None:
    """A matrix that is singular only after some rounds is refused, under a tape too."""
    x, step = tf.constant([[1.0, 0.0], [0.0, 3.0]]), tf.constant([[0.0, 0.0], [0.0, 1.0]])

    def less(y: Any) -> Any:
        return y - step + 0.0 * tf.linalg.inv(y)

    @tf.function
    def gradient(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            if form == "scan":
                y = tf.scan(lambda y, _: less(y), tf.zeros([6]), x)
            else:
                y = tf.while_loop(lambda i, _: i < 6, lambda i, y: (i + 1, less(y)), (0, x))[1]
        return tape.gradient(y, x)

    for _ in range(2):
        with pytest.raises(tf.errors.InvalidArgumentError):
            gradient(x)


def test_variables_that_change_places() -> None:
    """Which of the first values a result is depends on the number of rounds."""
    first, second = tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0])

    @tf.function
    def gradient(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch([x, y])
            found = tf.while_loop(lambda i, *_: i < 5, lambda i, a, b: (i + 1, b, a), (0, x, y))
        return tape.gradient(found[1], [x, y])

    for got, wanted in zip(gradient(first, second), [0.0, 1.0], strict=True):
        agree(got, [wanted, wanted])
