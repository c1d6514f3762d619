"""Loops that cannot be."""

from __future__ import annotations

from typing import Any

import pytest

from ..subject import tf
from .refusals import Refusal, Refusals

refusals = Refusals()

_ELSE = r"'y' must also be initialized in the else branch"
_SHAPES = (
    "before the loop, but shape {} after one iteration. Use tf.autograph.experimental."
    "set_loop_options to set shape invariants."
)
_RETURN = "a return statement cannot be placed inside this TensorFlow loop"
_CHANGED = "The condition of while loop started as non-Tensor, then changed to Tensor."


class Plain:
    pass


@refusals.of(ValueError, "condition of while loop expected to be `tf.bool` scalar", "while x:")
def number_as_condition_of_a_loop(x: Any) -> Any:
    while x:
        x -= 1
    return x


@refusals.of(TypeError, "'y' has dtype int32 before the loop, but dtype float32 after one",
         "while x > 0:")  # fmt: skip
def dtype_changes(x: Any) -> Any:
    y = 0
    while x > 0:
        y = tf.cast(y, tf.float32) + 1.0
        x -= 1
    return y


@refusals.of(TypeError, "'y' has dtype float32 before the loop, but dtype int32 after one",
         "while x > 0:")  # fmt: skip
def dtype_of_python_changes(x: Any) -> Any:
    y = 1.0
    while x > 0:
        y = 2
        x -= 1
    return y


@refusals.of(ValueError, "'y' has shape (1,) " + _SHAPES.format("(2,)"), "while x > 0:")
def shape_changes(x: Any) -> Any:
    y = tf.zeros([1])
    while x > 0:
        y = tf.concat([y, y], 0)
        x -= 1
    return y


@refusals.of(ValueError, "'y' has shape (1,) " + _SHAPES.format("(1, 1)"), "for _ in tf.range(x):")
def rank_changes(x: Any) -> Any:
    y = tf.zeros([1])
    for _ in tf.range(x):
        y = y[None]
    return y


@refusals.of(TypeError, "'y' does not have the same nested structure after one iteration.",
         "while x > 0:")  # fmt: skip
def structure_changes(x: Any) -> Any:
    y: Any = (1,)
    while x > 0:
        y = (1, 2)
        x -= 1
    return y


@refusals.of(TypeError, "'y' does not have the same nested structure after one iteration.",
         "for i in tf.range(x):")  # fmt: skip
def list_grows(x: Any) -> Any:
    y: Any = []
    for i in tf.range(x):
        y += [i]
    return y


@refusals.of(ValueError, "'y' must be defined before the loop\n", "while x > 0:")
def used_before_it_is_defined(x: Any) -> Any:
    while x > 0:
        y = y + 1  # type: ignore[has-type] # noqa: F821
        x -= 1
    return y


@refusals.of(ValueError, "ran into a ValueError: " + _ELSE, "for i in tf.range(x):")
def defined_in_one_branch(x: Any) -> Any:
    for i in tf.range(x):
        if i > 0:
            y = i
    return y


@refusals.of(ValueError, "'y' is not allowed to be None before the loop", "while x > 0:")
def none_before_a_loop(x: Any) -> Any:
    y = None
    while x > 0:
        y = y + 1  # type: ignore[operator]
        x -= 1
    return y


@refusals.of(TypeError, "Plain object", "while x > 0:")
def an_object_in_a_loop(x: Any) -> Any:
    y = Plain()
    while x > 0:
        y = Plain()
        x -= 1
    return y is None


@refusals.of(NotImplementedError, _RETURN, "for i in tf.range(x):")
def return_in_a_loop(x: Any) -> Any:
    for i in tf.range(x):
        if i == 3:
            return i
    return -1


@refusals.of(NotImplementedError, _RETURN, "while x > 0:")
def return_in_while(x: Any) -> Any:
    while x > 0:
        x -= 1
        if x == 1:
            return x * 10
    return x


@refusals.of(NotImplementedError, "break and return statements which depend on a TF condition",
         "for i in [1, 2, 3]:")  # fmt: skip
def break_of_a_loop_of_python(x: Any) -> Any:
    for i in [1, 2, 3]:
        if x > i:
            break
    return i


@refusals.of(NotImplementedError, _CHANGED, "while i < 3:")
def break_of_a_while_of_python(x: Any) -> Any:
    i = 0
    while i < 3:
        i += 1
        if x > i:
            break
    return i


@refusals.of(NotImplementedError, _CHANGED, "while True:")
def endless_loop_of_python(x: Any) -> Any:
    while True:
        x -= 1
        if x < 0:
            break
    return x


@refusals.of(ValueError, "len requires a non-scalar tensor", "for i in x:")
def over_a_scalar(x: Any) -> Any:
    for i in x:
        x = i
    return x


@refusals.of(ValueError, "which does not conform with the shape invariant (1,).",
         "for _ in tf.range(3):")  # fmt: skip
def wrong_invariant(x: Any) -> Any:
    v = tf.zeros([1, 2])
    for _ in tf.range(3):
        tf.autograph.experimental.set_loop_options(shape_invariants=[(v, tf.TensorShape([1]))])
        v = v + 1
    return v


@refusals.each
def test_refusal(refusal: Refusal) -> None:
    refusal.check()


@pytest.mark.parametrize("n", [0, -3])
def test_loops_that_must_run(n: int) -> None:
    @tf.function
    def last(n: Any) -> Any:
        for i in tf.range(n):
            y = i
        return y

    with pytest.raises(tf.errors.InvalidArgumentError, match="to initialize y"):
        last(tf.constant(n))
    assert last(tf.constant(3)).numpy() == 2


def test_rows_that_must_be() -> None:
    @tf.function
    def last(x: Any) -> Any:
        for row in x:
            y = row
        return y

    with pytest.raises(tf.errors.InvalidArgumentError, match="to initialize y"):
        last(tf.zeros([0, 2]))
    assert last(tf.ones([2, 1])).numpy().tolist() == [1.0]


def test_returns_that_must_be_come_to() -> None:
    @tf.function
    def first(n: Any) -> Any:
        while n > 0:
            return n
        return 0

    with pytest.raises(tf.errors.InvalidArgumentError, match="the function return value"):
        first(tf.constant(-1))
    assert first(tf.constant(2)).numpy() == 2


def test_lists_do_not_carry_tensors_out_of_loops() -> None:
    @tf.function
    def collect(n: Any) -> Any:
        found = []
        for i in tf.range(n):
            found.append(i)
        return tf.stack(found)

    with pytest.raises(ValueError, match="is out of scope and cannot be used here"):
        collect(tf.constant(3))
