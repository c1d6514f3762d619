"""What is recorded when: nesting, overlap, re-entry, assignment, persistence.

Every case runs twice: as written, and with every value on the way read at once, because a backend
that computes late must not change its mind when somebody looks.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..helpers import Case, Cases
from ..subject import tf

Look = Callable[[Any], Any]
Tape = tf.GradientTape
cases = Cases()


def only_record(value: Any) -> Any:
    return value


def read_at_once(value: Any) -> Any:
    for tensor in tf.nest.flatten(value):
        if tensor is not None:
            tensor.numpy()
    return value


@cases.gives([27.0, 18.0])
def second_derivative(look: Look) -> Any:
    x = tf.constant(3.0)
    with Tape() as outer:
        outer.watch(x)
        with Tape() as inner:
            inner.watch(x)
            y = look(x * x * x)
        first = look(inner.gradient(y, x))
    return [first, outer.gradient(first, x)]


@cases.gives([12.0, 12.0, 6.0])
def third_derivative(look: Look) -> Any:
    x = tf.Variable(2.0)
    with Tape() as outer:
        with Tape() as middle:
            with Tape() as inner:
                y = look(x * x * x)
            first = look(inner.gradient(y, x))
        second = look(middle.gradient(first, x))
    return [first, second, outer.gradient(second, x)]


# f = x*x*z + sin(z*x) at x = 2, z = 5
@cases.gives(
    [20 + 5 * np.cos(10.0), 4 + 2 * np.cos(10.0), 10 - 25 * np.sin(10.0)]
    + [4 + np.cos(10.0) - 10 * np.sin(10.0)] * 2
    + [-4 * np.sin(10.0)],
    dtype="float32",
)
def mixed_second_derivatives(look: Look) -> Any:
    x, z = tf.constant(2.0), tf.constant(5.0)
    with Tape(persistent=True) as outer:
        outer.watch([x, z])
        with Tape(persistent=True) as inner:
            inner.watch([x, z])
            f = look(x * x * z + tf.sin(z * x))
        by_x, by_z = look(inner.gradient(f, x)), look(inner.gradient(f, z))
    return [by_x, by_z, *(outer.gradient(g, v) for g in (by_x, by_z) for v in (x, z))]


@cases.gives([9.0, 6.0])
def what_only_the_outer_tape_saw_is_constant_for_the_inner(look: Look) -> Any:
    x = tf.constant(3.0)
    with Tape() as outer:
        outer.watch(x)
        a = look(x * x)
        with Tape() as inner:
            inner.watch(x)
            b = look(a * x)
        first = look(inner.gradient(b, x))
    return [first, outer.gradient(first, x)]


@cases.gives(6.0)
def stop_recording(look: Look) -> Any:
    x = tf.constant(3.0)
    with Tape() as tape:
        tape.watch(x)
        y = x * x
        with tape.stop_recording():
            z = look(x * y)
        w = y + z
    return tape.gradient(w, x)


@cases.gives([27.0, 27.0, None])
def stop_recording_around_a_gradient(look: Look) -> Any:
    x = tf.Variable(3.0)
    with Tape(persistent=True) as tape:
        y = x * x * x
        with tape.stop_recording():
            slope = look(tape.gradient(y, x))
        w = slope * x
    return [slope, tape.gradient(w, x), tape.gradient(slope, x)]


@cases.gives(163.0)
def entered_again(look: Look) -> Any:
    x = tf.constant(3.0)
    tape = Tape()
    with tape:
        tape.watch(x)
        y = x * x
    z = look(look(y) * x)
    with tape:
        w = y * z + x
    return tape.gradient(w, x)


@cases.gives([6.0, 9.0])
def entered_again_after_its_gradient(look: Look) -> Any:
    x = tf.Variable(3.0)
    tape = Tape()
    with tape:
        y = x * x
    first = look(tape.gradient(y, x))
    with tape:
        z = x * y
    return [first, tape.gradient(z, x)]


@cases.gives([32.0, 4.0, 8.0])
def persistent(look: Look) -> Any:
    x = tf.Variable(2.0)
    with Tape(persistent=True) as tape:
        y = x * x
        z = look(y * y)
    return [tape.gradient(z, x), tape.gradient(y, x), tape.gradient(z, y)]


@cases.gives([80.0, 16.0])
def intermediate_source(look: Look) -> Any:
    x = tf.Variable(2.0)
    with Tape() as tape:
        y = look(x * x)
        z = y * y * x
    return tape.gradient(z, [x, y])


@cases.gives(4.0 + np.cos(2.0), dtype="float32")
def several_targets_add_up(look: Look) -> Any:
    x = tf.Variable(2.0)
    with Tape() as tape:
        y = look(x * x)
        z = tf.sin(x)
        unrelated = tf.constant(4.0) * tf.constant(2.0)
    return tape.gradient([y, z, unrelated], x)


@cases.gives([3.0, 12.0, 27.0])
def vector_target(look: Look) -> Any:
    x = tf.Variable([1.0, 2.0, 3.0])
    with Tape() as tape:
        y = look(x * x * x)
    return tape.gradient(y, x)


@cases.gives([2.0, 40.0, 600.0])
def output_gradients(look: Look) -> Any:
    x = tf.Variable([1.0, 2.0, 3.0])
    with Tape() as tape:
        y = look(x * x)
    return tape.gradient(y, x, output_gradients=tf.constant([1.0, 10.0, 100.0]))


@cases.gives([9.0, 6.0])
def result_of_an_earlier_tape_is_constant(look: Look) -> Any:
    x = tf.Variable(3.0)
    with Tape() as earlier:
        y = look(x * x)
    with Tape() as later:
        z = y * x
    return [later.gradient(z, x), earlier.gradient(y, x)]


@cases.gives([27.0, 54.0])
def overlapping_tapes(look: Look) -> Any:
    x = tf.Variable(3.0)
    first, second = Tape(), Tape()
    with contextlib.ExitStack() as until_the_end:
        with first:
            y = x * x
            until_the_end.enter_context(second)
            z = look(y * x)
        w = z * x
    return [first.gradient(z, x), second.gradient(w, x)]


@cases.gives(6.0)
def assignment_after_the_tape(look: Look) -> Any:
    x = tf.Variable(3.0)
    with Tape() as tape:
        y = x * x
    look(x.assign(100.0))
    return tape.gradient(y, x)


@cases.gives([117.0, None])
def assignment_inside_the_tape(look: Look) -> Any:
    x, w = tf.Variable(3.0), tf.Variable(2.0)
    with Tape(persistent=True) as tape:
        y = x * x
        x.assign(y * w)
        z = look(y * x)
    return [tape.gradient(z, x), tape.gradient(z, w)]


@cases.gives(10.0)
def assign_sub_inside_the_tape(look: Look) -> Any:
    x = tf.Variable(3.0)
    with Tape() as tape:
        y = look(x * x)
        x.assign_sub(1.0)
        z = y + x * x
    return tape.gradient(z, x)


@cases.gives([27.0, 18.0, 81.0])
def gradient_inside_its_own_context(look: Look) -> Any:
    x = tf.Variable(3.0)
    with Tape(persistent=True) as tape:
        y = x * x * x
        first = look(tape.gradient(y, x))
        product = first * x
    return [first, tape.gradient(first, x), tape.gradient(product, x)]


@cases.gives([6.0, 18.0])
def gradient_inside_its_own_context_ends_a_plain_tape(look: Look) -> Any:
    x = tf.Variable(3.0)
    with Tape() as tape:
        y = x * x
        first = look(tape.gradient(y, x))
        z = look(x * first)
    return [first, z]


@cases.gives([None, None])
def unwatched_constant_and_variable_that_is_not_trainable(look: Look) -> Any:
    x, v = tf.constant(3.0), tf.Variable(2.0, trainable=False)
    with Tape(persistent=True) as tape:
        y = look(x * v)
    return [tape.gradient(y, x), tape.gradient(y, v)]


@cases.gives([3.0, None])
def variables_only_when_asked(look: Look) -> Any:
    a, b = tf.Variable(2.0), tf.Variable(3.0)
    with Tape(watch_accessed_variables=False) as tape:
        tape.watch(a)
        y = look(a * b)
    return tape.gradient(y, [a, b])


@cases.gives(9.0)
def watched_late(look: Look) -> Any:
    x = tf.constant(3.0)
    with Tape() as tape:
        y = look(x * x)
        tape.watch(x)
        z = y * x
    return tape.gradient(z, x)


@cases.gives([108.0, 18.0])
def watched_intermediate(look: Look) -> Any:
    x = tf.constant(3.0)
    with Tape(persistent=True) as tape:
        tape.watch(x)
        y = look(x * x)
        tape.watch(y)
        z = y * y
    return [tape.gradient(z, x), tape.gradient(z, y)]


@cases.gives(1.0)
def target_is_the_source(look: Look) -> Any:
    x = tf.Variable(3.0)
    with Tape() as tape:
        y = look(x * x)
    return tape.gradient(y, y)


# One step of size 0.1 on w*x*x, then the loss of where it leads: w * x^2 * (1 - 0.2 w)^2.
@cases.gives([0.0, 0.0], dtype="float32")
def gradient_through_a_training_step_that_lands_on_the_minimum(look: Look) -> Any:
    x, w = tf.Variable(2.0), tf.Variable(5.0)
    with Tape() as outer:
        with Tape() as inner:
            y = look(w * x * x)
        step = inner.gradient(y, x)
        moved = 1.0 * x - 0.1 * step
        loss = look(w * moved * moved)
    return outer.gradient(loss, [x, w])


@cases.gives([1.92, -1.28])
def gradient_through_a_training_step(look: Look) -> Any:
    x, w = tf.Variable(2.0), tf.Variable(3.0)
    with Tape() as outer:
        with Tape() as inner:
            y = look(w * x * x)
        step = inner.gradient(y, x)
        moved = x - 0.1 * step
        loss = look(w * moved * moved)
    return outer.gradient(loss, [x, w])


# y = sum(exp(x) * x): y' = exp(x) (1 + x), y'' = exp(x) (2 + x)
@cases.gives([2 * np.exp(2.0) * 2 * 3, 2 * np.exp(4.0) * 3 * 4], dtype="float32")
def gradient_penalty(look: Look) -> Any:
    x = tf.Variable([1.0, 2.0])
    with Tape() as outer:
        with Tape() as inner:
            y = look(tf.reduce_sum(tf.exp(x) * x))
        slope = inner.gradient(y, x)
        penalty = tf.reduce_sum(slope * slope)
    return outer.gradient(penalty, x)


@cases.gives([16.0, 24.0])
def gradient_of_an_intermediate_under_a_tape(look: Look) -> Any:
    x = tf.Variable(2.0)
    with Tape() as outer:
        with Tape() as inner:
            y = x * x
            z = y * y * x
        slope = look(inner.gradient(z, y))
    return [slope, outer.gradient(slope, x)]


@cases.gives([44.0, 60.0])
def persistent_inner_tape_asked_twice(look: Look) -> Any:
    x = tf.Variable(2.0)
    with Tape() as outer:
        with Tape(persistent=True) as inner:
            y = x * x * x
            z = look(y * x)
        total = inner.gradient(y, x) + inner.gradient(z, x)
    del inner
    return [total, outer.gradient(total, x)]


@cases.gives([6.0, 3.0])
def identity_is_a_tensor_of_its_own(look: Look) -> Any:
    x = tf.constant(3.0)
    with Tape(persistent=True) as tape:
        tape.watch(x)
        y = look(tf.identity(x))
        z = x * y
    return [tape.gradient(z, x), tape.gradient(z, y)]


@cases.gives(9.0)
def reset_forgets(look: Look) -> Any:
    x = tf.Variable(3.0)
    with Tape() as tape:
        y = look(x * x)
        tape.reset()
        z = x * y
    return tape.gradient(z, x)


@pytest.mark.parametrize("look", [only_record, read_at_once])
@cases.each
def test_semantics(case: Case, look: Look) -> None:
    case.check(look)


def test_second_use_of_a_plain_tape_raises() -> None:
    x = tf.Variable(3.0)
    with Tape() as tape:
        y = x * x
    tape.gradient(y, x)
    with pytest.raises(RuntimeError, match="can only be used to compute one set of gradients"):
        tape.gradient(y, x)
