"""tf.autodiff.ForwardAccumulator: products with the Jacobian from the left of the program."""

from __future__ import annotations

from typing import Any

from ..helpers import Case, Cases, agree, refuses
from ..subject import tf

cases = Cases()
Forward = tf.autodiff.ForwardAccumulator


@cases.gives([12.0, None, 0.0, 1.0])
def one_primal() -> Any:
    x = tf.constant(2.0)
    with Forward(x, tf.constant(1.0)) as forward:
        y = x * x * x
        unrelated = tf.constant(1.0) * 2
    zero = forward.jvp(unrelated, unconnected_gradients="zero")
    return [forward.jvp(y), forward.jvp(unrelated), zero, forward.jvp(x)]


@cases.gives([[12.0, None], {"y": 12.0}])
def structures() -> Any:
    x = tf.constant(2.0)
    with Forward(x, tf.constant(1.0)) as forward:
        y = x * x * x
        unrelated = tf.constant(1.0) * 2
    return [forward.jvp([y, unrelated]), forward.jvp({"y": y})]


@cases.gives([6.0, 3.0])
def several_primals() -> Any:
    x, w = tf.Variable([2.0, 3.0]), tf.Variable(4.0)
    with Forward([x, w], [tf.constant([1.0, 0.0]), tf.constant(1.0)]) as forward:
        y = x * w
    return forward.jvp(y)


@cases.gives([12.0, 12.0, 12.0])
def forward_over_forward() -> Any:
    x, one = tf.constant(2.0), tf.constant(1.0)
    with Forward(x, one) as outer:
        with Forward(x, one) as inner:
            y = x * x * x
        first = inner.jvp(y)
    return [first, outer.jvp(first), outer.jvp(y)]


@cases.gives([[12.0, 27.0], [12.0, 0.0]])
def forward_over_reverse() -> Any:
    x = tf.Variable([2.0, 3.0])
    with Forward(x, tf.constant([1.0, 0.0])) as forward:
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(x * x * x)
        slope = tape.gradient(y, x)
    return [slope, forward.jvp(slope)]


@cases.gives([12.0, 12.0])
def reverse_over_forward() -> Any:
    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        with Forward(x, tf.constant(1.0)) as forward:
            y = x * x * x
        first = forward.jvp(y)
    return [first, tape.gradient(first, x)]


@cases.gives([None, 32.0, None])
def only_what_happens_inside() -> Any:
    x = tf.constant(2.0)
    before = x * x
    with Forward(x, tf.constant(1.0)) as forward:
        y = x * x
    between = y * y
    with forward:
        inside = y * y
    return [forward.jvp(between), forward.jvp(inside), forward.jvp(before)]


@cases.gives([[0.5, 0.5], 7.0])
def through_several_kinds_of_ops() -> Any:
    x = tf.constant([[1.0, 2.0], [3.0, 4.0]])
    with Forward(x, tf.ones([2, 2])) as forward:
        mean = tf.reduce_mean(x, axis=0) * tf.constant(0.5)
        product = tf.reduce_sum(tf.matmul(x, tf.constant([[1.0], [2.5]])))
    return [forward.jvp(mean), forward.jvp(product)]


@cases.each
def test_forward(case: Case) -> None:
    case.check()


def test_entered_twice() -> None:
    x = tf.constant(1.0)
    forward = Forward(x, tf.constant(1.0))
    with forward, refuses(ValueError, "ForwardAccumulator"):
        forward.__enter__()


def test_tangent_of_another_dtype() -> None:
    with refuses(ValueError, "float64", "float32"):
        Forward(tf.constant(1.0), tf.constant(1.0, tf.float64))


def test_one_primal_twice() -> None:
    x = tf.constant(2.0)
    with refuses(ValueError, "ForwardAccumulator"):
        Forward([x, x], [tf.constant(1.0), tf.constant(1.0)])


def test_hessian_vector_product_equals_the_hessian_times_the_vector() -> None:
    x = tf.constant([1.0, 2.0, 3.0])
    vector = tf.constant([1.0, -1.0, 0.5])
    with Forward(x, vector) as forward:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_prod(x)
        slope = tape.gradient(y, x)
    hessian = [[0.0, 3.0, 2.0], [3.0, 0.0, 1.0], [2.0, 1.0, 0.0]]
    agree(forward.jvp(slope), tf.linalg.matvec(hessian, vector))
