"""tf.while_loop that counts and goes through arrays: what it gives, and the gradient, in graphs.

What is expected is what the same function gives when it is called eagerly, round by round.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..helpers import Tolerance, agree
from ..subject import tf

ROUNDS = 5


def _array(size: int = ROUNDS) -> Any:
    return tf.TensorArray(tf.float32, size, element_shape=[3], clear_after_read=False)


def _loop(body: Callable[..., Any], *values: Any, start: int = 0, below: int = ROUNDS) -> Any:
    loop_vars = (tf.constant(start), *values)
    return tf.while_loop(lambda i, *_: i < below, body, loop_vars, maximum_iterations=below)[1:]


def _zeros() -> Any:
    return tf.zeros([3])


def read_and_write(x: Any, w: Any) -> Any:
    rows = _array().unstack(x)

    def body(i: Any, out: Any, h: Any) -> Any:
        h = tf.tanh(rows.read(i) * w + h)
        return i + 1, out.write(i, 2.0 * h), h

    out, h = _loop(body, _array(), _zeros())
    return out.stack(), h


def backwards(x: Any, w: Any) -> Any:
    return read_and_write(tf.reverse(x, [0]), w)


def only_the_last(x: Any, w: Any) -> Any:
    rows = _array().unstack(x)

    def body(i: Any, out: Any, h: Any) -> Any:
        h = tf.tanh(rows.read(i) * w + h)
        return i + 1, out.write(0, h), h

    out, h = _loop(body, _array(1), _zeros())
    return out.stack(), h


def in_the_middle(x: Any, w: Any) -> Any:
    rows = _array().unstack(x)

    def body(i: Any, out: Any, h: Any) -> Any:
        h = rows.read(i) * w + h
        return i + 1, out.write(i, h), h

    out, h = _loop(body, _array(7).write(0, x[0]), _zeros(), start=1, below=4)
    return out.stack()[:4], h


def one_of_several_places(x: Any, w: Any) -> Any:
    def body(i: Any, out: Any, h: Any) -> Any:
        return i + 1, out.write(1, h * w), h + x[0]

    out, h = _loop(body, _array(3).write(0, x[0]).write(2, x[1]), _zeros())
    return out.stack(), h


def counter_in_the_sum(x: Any, w: Any) -> Any:
    rows = _array().unstack(x)

    def body(i: Any, h: Any) -> Any:
        return i + 1, h + rows.read(i) * w * tf.cast(i, tf.float32)

    return _loop(body, _zeros())


def read_before_it_is_written(x: Any, w: Any) -> Any:
    def body(i: Any, out: Any) -> Any:
        return i + 1, out.write(i, out.read(i - 1) * w + x[1])

    return (_loop(body, _array().write(0, x[0]), start=1)[0].stack(),)


def written_in_another_place(x: Any, w: Any) -> Any:
    rows = _array().unstack(x)

    def body(i: Any, out: Any) -> Any:
        return i + 1, out.write(ROUNDS - 1 - i, rows.read(i) * w)

    return (_loop(body, _array())[0].stack(),)


def masked(x: Any, w: Any) -> Any:
    rows = _array().unstack(x)
    mask = tf.TensorArray(tf.bool, ROUNDS).unstack(x[:, :1] > 0.0)

    def body(i: Any, out: Any, before: Any, h: Any) -> Any:
        here = tf.tile(mask.read(i), [3])
        found = tf.tanh(rows.read(i) * w + h)
        shown = tf.where(here, found, before)
        return i + 1, out.write(i, shown), shown, tf.where(here, found, h)

    out, last, h = _loop(body, _array(), _zeros(), _zeros())
    return out.stack(), last, h


def one_in_another(x: Any, w: Any) -> Any:
    rows = _array().unstack(x)

    def body(i: Any, out: Any) -> Any:
        def inner(j: Any, h: Any) -> Any:
            return j + 1, tf.tanh(h * w + rows.read(j))

        return i + 1, out.write(i, rows.read(i) * _loop(inner, _zeros(), below=3)[0])

    return (_loop(body, _array())[0].stack(),)


def unchanged_values(x: Any, w: Any) -> Any:
    rows = _array().unstack(x)

    def body(i: Any, scale: Any, h: Any, one: Any) -> Any:
        return i + 1, scale, h * scale + rows.read(i), tf.ones([3])

    return _loop(body, w, _zeros(), _zeros())


LOOPS = [
    read_and_write,
    backwards,
    only_the_last,
    in_the_middle,
    one_of_several_places,
    counter_in_the_sum,
    read_before_it_is_written,
    written_in_another_place,
    masked,
    one_in_another,
    unchanged_values,
]


@pytest.mark.parametrize("loop", LOOPS, ids=lambda loop: loop.__name__)
def test_as_round_by_round(loop: Callable[..., Any]) -> None:
    def run(x: Any, w: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch([x, w])
            found = loop(x, w)
            total = tf.add_n([tf.reduce_sum(y * y) for y in found])
        return [*found, *tape.gradient(total, [x, w])]

    x = tf.constant(np.random.RandomState(3).randn(ROUNDS, 3).astype(np.float32))
    w = tf.constant([0.5, -0.25, 1.5])
    for ours, expected in zip(tf.function(run)(x, w), run(x, w), strict=True):
        agree(ours, expected.numpy(), tolerance=Tolerance(1e-4, 1e-5))


def test_a_variable_counts_the_rounds() -> None:
    seen = tf.Variable(0.0)

    @tf.function
    def run(x: Any) -> Any:
        rows = _array().unstack(x)

        def body(i: Any, h: Any) -> Any:
            seen.assign_add(1.0)
            return i + 1, h * seen + rows.read(i)

        return _loop(body, _zeros())[0]

    agree(run(tf.ones([ROUNDS, 3])), np.full(3, 1.0 + 5 * (1 + 4 * (1 + 3 * (1 + 2))), np.float32))
    assert float(seen) == ROUNDS


def test_random_numbers_are_new_in_each_round() -> None:
    @tf.function
    def run(x: Any) -> Any:
        rows = _array().unstack(x)

        def body(i: Any, out: Any) -> Any:
            return i + 1, out.write(i, rows.read(i) + tf.random.uniform([3]))

        return _loop(body, _array())[0].stack()

    found = run(tf.zeros([ROUNDS, 3])).numpy()
    assert len(np.unique(found)) == 3 * ROUNDS


def test_lengths_of_later_calls() -> None:
    @tf.function(input_signature=[tf.TensorSpec([None, 3])])
    def run(x: Any) -> Any:
        count = tf.shape(x)[0]
        rows = tf.TensorArray(tf.float32, count).unstack(x)

        def body(i: Any, out: Any, h: Any) -> Any:
            h = h + rows.read(i)
            return i + 1, out.write(i, h), h

        out = tf.TensorArray(tf.float32, count, element_shape=[3])
        loop_vars = (tf.constant(0), out, _zeros())
        return tf.while_loop(lambda i, *_: i < count, body, loop_vars)[1].stack()

    for count in (4, 2, 1, 4, 0):
        x = np.random.RandomState(count).randn(count, 3).astype(np.float32)
        agree(run(tf.constant(x)), np.cumsum(x, 0))
