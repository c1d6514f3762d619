"""Structures of targets and sources, output gradients, what is unconnected, what is watched."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import Case, Cases, agree, refuses
from ..subject import tf

cases = Cases()
ZERO, NONE = tf.UnconnectedGradients.ZERO, tf.UnconnectedGradients.NONE


@cases.gives({"one": (2.0,), "more": [5.0, 2.0]})
def dictionary_of_sources_and_of_targets() -> Any:
    a, b = tf.Variable(1.0), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = {"u": a * b, "v": [b * b]}
    return tape.gradient(y, {"one": (a,), "more": [b, a]})


@cases.gives((2.0, 5.0))
def tuple_of_sources() -> Any:
    a, b = tf.Variable(1.0), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = [a * b, b * b]
    return tape.gradient(y, (a, b))


@cases.gives([[], None])
def nothing_asked_and_nothing_given() -> Any:
    a = tf.Variable(1.0)
    with tf.GradientTape(persistent=True) as tape:
        y = a * a
    return [tape.gradient(y, []), tape.gradient([], a)]


@cases.gives([6.0, 6.0])
def one_source_twice() -> Any:
    a = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = a * a
    return tape.gradient(y, [a, a])


@cases.gives(12.0)
def one_target_twice() -> Any:
    a = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = a * a
    return tape.gradient([y, y], a)


@cases.gives([2.0, 3.0])
def output_gradients_follow_the_structure() -> Any:
    a = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y, z = a * a, a * 3.0
    weights = {"y": tf.constant([1.0, 0.0]), "z": tf.constant([0.0, 1.0])}
    return tape.gradient({"y": y, "z": z}, a, output_gradients=weights)


@cases.gives([2.0, 20.0])
def output_gradients_as_a_list() -> Any:
    a = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = a * a
    return tape.gradient([y], a, output_gradients=[tf.constant([1.0, 5.0])])


@cases.gives([[0.0, 0.0], 2.0])
def unconnected_as_zero() -> Any:
    x, y = tf.Variable([1.0, 2.0]), tf.Variable(3.0)
    with tf.GradientTape() as tape:
        z = y * 2
    return tape.gradient(z, [x, y], unconnected_gradients="zero")


@cases.gives([[0.0, 0.0], None, None])
def unconnected_by_enumeration() -> Any:
    x, y = tf.Variable([1.0, 2.0]), tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        z = y * 2
    return [
        tape.gradient(z, x, unconnected_gradients=ZERO),
        tape.gradient(z, x, unconnected_gradients=NONE),
        tape.gradient(z, x, unconnected_gradients="none"),
    ]


@cases.gives([0, 2.0])
def integer_source_as_zero() -> Any:
    x, y = tf.Variable(3), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        z = y * 2
    return tape.gradient(z, [x, y], unconnected_gradients="zero")


@cases.gives([None, None, 1.0])
def target_that_no_tape_saw() -> Any:
    x = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        pass
    after = x * x
    return [tape.gradient(tf.constant(1.0), x), tape.gradient(after, x), tape.gradient(x, x)]


@cases.gives(4.0)
def watching_twice_counts_once() -> Any:
    v = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        tape.watch(v)
        tape.watch([v, {"again": v}])
        y = v * v
    return tape.gradient(y, v)


@cases.gives([None, 6.0])
def stop_gradient() -> Any:
    x = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        stopped = tf.stop_gradient(x * x)
        product = stopped * x
        whole = tf.stop_gradient(product) + x * x
    return [tape.gradient(stopped, x), tape.gradient(whole, x)]


@cases.gives(9.0)
def stop_gradient_keeps_the_value() -> Any:
    x = tf.Variable(3.0)
    with tf.GradientTape() as tape:
        y = tf.stop_gradient(x * x) * x
    return tape.gradient(y, x)


@cases.gives([36.0, 12.0])
def recompute_grad() -> Any:
    def fourth_power(x: Any) -> Any:
        square = x * x
        return square * square / 3.0

    x = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        y = tf.recompute_grad(fourth_power)(x)
        z = tf.recompute_grad(lambda v: 2.0 * v * v)(tf.constant(1.0) * x)
    return [tape.gradient(y, x), tape.gradient(z, x)]


@cases.each
def test_gradient(case: Case) -> None:
    case.check()


def test_watched_variables_are_known_after_the_gradient() -> None:
    x = tf.Variable(2.0, name="x")
    with tf.GradientTape() as tape:
        y = x * x
    tape.gradient(y, x)
    assert [v.name for v in tape.watched_variables()] == ["x:0"]


def test_watched_variables_are_the_trainable_ones_in_order() -> None:
    a, b = tf.Variable(1.0, name="a"), tf.Variable(1.0, name="b")
    fixed = tf.Variable(1.0, trainable=False, name="fixed")
    with tf.GradientTape() as tape:
        tape.watch(tf.constant(1.0))
        _ = a * b * a * fixed
    watched = tape.watched_variables()
    assert isinstance(watched, tuple) and [v.name for v in watched] == ["a:0", "b:0"]
    assert watched[0] is a and watched[1] is b


def test_nothing_is_watched_unasked_when_told_so() -> None:
    a, b = tf.Variable(1.0), tf.Variable(1.0)
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(b)
        _ = a * b
    assert [v is b for v in tape.watched_variables()] == [True]


@pytest.mark.parametrize("value", [1.0, np.array([1.0]), "a", None], ids=repr)
def test_only_tensors_and_variables_can_be_watched(value: Any) -> None:
    with tf.GradientTape() as tape, refuses(ValueError, "watch", type(value).__name__):
        tape.watch(value)


def test_unknown_value_for_unconnected_gradients() -> None:
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x * 2
    with refuses(ValueError, "unconnected_gradients", "nope", "none", "zero"):
        tape.gradient(y, x, unconnected_gradients="nope")


def test_output_gradient_of_another_shape() -> None:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = x * x
    with refuses(tf.errors.InvalidArgumentError):
        tape.gradient(y, x, output_gradients=tf.constant([1.0, 2.0, 3.0]))


def test_output_gradient_of_another_dtype() -> None:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = x * x
    with refuses(tf.errors.InvalidArgumentError):
        tape.gradient(y, x, output_gradients=tf.constant([1.0, 2.0], tf.float64))


def test_gradients_do_not_change_when_their_variable_does() -> None:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = x * 1.0
        z = tf.reduce_sum(y * y)
    gradient = tape.gradient(z, y)
    x.assign([10.0, 20.0])
    agree([y, gradient], [[1.0, 2.0], [2.0, 4.0]])
