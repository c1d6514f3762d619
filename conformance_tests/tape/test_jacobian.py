"""jacobian and batch_jacobian."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ..helpers import Case, Cases, agree, refuses
from ..subject import tf

cases = Cases()
HOW = [
    {},
    {"experimental_use_pfor": False},
    {"parallel_iterations": 2},
    {"parallel_iterations": 1, "experimental_use_pfor": False},
]


@pytest.mark.parametrize("how", HOW, ids=str)
def test_jacobian_of_a_product(how: dict[str, Any]) -> None:
    weights, x = tf.Variable([[1.0, 0.0], [2.0, 3.0], [4.0, 5.0]]), tf.Variable([1.0, 2.0])
    with tf.GradientTape(persistent=True) as tape:
        y = tf.linalg.matvec(weights, x)
    agree(tape.jacobian(y, x, **how), [[1.0, 0.0], [2.0, 3.0], [4.0, 5.0]])
    by_weights = np.zeros((3, 3, 2), np.float32)
    by_weights[range(3), range(3)] = [1.0, 2.0]
    agree(tape.jacobian(y, weights, **how), by_weights)


@pytest.mark.parametrize("how", HOW, ids=str)
def test_batch_jacobian(how: dict[str, Any]) -> None:
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        square = x * x
        cubes = tf.reduce_sum(x**3, axis=1, keepdims=True)
    agree(
        tape.batch_jacobian(square, x, **how), [[[2.0, 0.0], [0.0, 4.0]], [[6.0, 0.0], [0.0, 8.0]]]
    )
    agree(tape.batch_jacobian(cubes, x, **how), [[[3.0, 12.0]], [[27.0, 48.0]]])


@cases.gives([[[2.0, 0.0], [0.0, 4.0]], None])
def several_sources_one_unconnected() -> Any:
    x, other = tf.Variable([1.0, 2.0]), tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x * x
    return tape.jacobian(y, [x, other])


@cases.gives({"x": [[2.0, 0.0], [0.0, 4.0]]})
def dictionary_of_sources() -> Any:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = x * x
    return tape.jacobian(y, {"x": x})


@cases.gives([2.0, 4.0])
def scalar_target() -> Any:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(x * x)
    return tape.jacobian(y, x)


@cases.gives([1.0, 2.0])
def scalar_source() -> Any:
    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = x * tf.constant([1.0, 2.0])
    return tape.jacobian(y, x)


@cases.gives(np.zeros((0, 0), np.float32))
def nothing_by_nothing() -> Any:
    x = tf.Variable(tf.zeros([0]))
    with tf.GradientTape() as tape:
        y = x * 2
    return tape.jacobian(y, x)


@cases.gives([[6.0, 0.0], [0.0, 12.0]])
def hessian() -> Any:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = tf.reduce_sum(x**3)
        slope = inner.gradient(y, x)
    return outer.jacobian(slope, x)


@cases.gives([[[6.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 12.0]]])
def jacobian_of_a_jacobian() -> Any:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x * x * x
        first = inner.jacobian(y, x)
    return outer.jacobian(first, x)


@cases.gives([12.0, 24.0])
def gradient_of_a_jacobian() -> Any:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = x * x * x
        total = tf.reduce_sum(inner.jacobian(y, x)) * 2.0
    return outer.gradient(total, x)


@cases.gives(np.zeros((2, 2, 2), np.float32))
def batch_jacobian_of_something_unrelated_is_zero() -> Any:
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.ones([2, 2])
    return tape.batch_jacobian(y, x)


@cases.gives([[0.5, 0.0], [0.0, 0.25]], dtype="float64")
def jacobian_in_float64() -> Any:
    x = tf.Variable([2.0, 4.0], dtype=tf.float64)
    with tf.GradientTape() as tape:
        y = tf.math.log(x)
    return tape.jacobian(y, x)


@cases.each
def test_jacobian(case: Case) -> None:
    case.check()


@pytest.mark.parametrize("first", ["gradient", "jacobian"])
def test_a_plain_tape_answers_once(first: str) -> None:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = x * x
    getattr(tape, first)(y, x)
    with refuses(RuntimeError, "A non-persistent GradientTape can only be used"):
        tape.jacobian(y, x)


def test_batch_jacobian_wants_equal_batches() -> None:
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = x[:1]
    with refuses(ValueError, "batch_jacobian", "(1, 2)", "(2, 2)"):
        tape.batch_jacobian(y, x)
