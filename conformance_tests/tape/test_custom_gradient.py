"""tf.custom_gradient: with variables, nested, second order."""

from __future__ import annotations

from typing import Any

import pytest

from ..helpers import Case, Cases, agree, refuses
from ..subject import tf

cases = Cases()


@tf.custom_gradient
def doubled_slope(x: Any) -> Any:
    """x squared, claiming twice its derivative."""

    def slope(upstream: Any) -> Any:
        return upstream * 4.0 * x

    return x * x, slope


@tf.custom_gradient
def product_with_swapped_slopes(x: Any, y: Any) -> Any:
    return x * y, lambda upstream: (upstream * x, upstream * y)


@tf.custom_gradient
def square_and_cube(x: Any) -> Any:
    def slope(by_square: Any, by_cube: Any) -> Any:
        return by_square * 100.0 + by_cube * 1000.0

    return (x * x, x * x * x), slope


def once(function: Any, *values: float) -> Any:
    variables = [tf.Variable(value) for value in values]
    with tf.GradientTape() as tape:
        y = function(*variables)
    return tape.gradient(y, variables)


@cases.gives([12.0])
def the_given_slope_counts() -> Any:
    return once(doubled_slope, 3.0)


@cases.gives([3.0, 5.0])
def two_arguments() -> Any:
    return once(product_with_swapped_slopes, 3.0, 5.0)


@cases.gives([1100.0])
def two_results() -> Any:
    return once(square_and_cube, 2.0)


@cases.gives([100.0])
def one_of_two_results() -> Any:
    return once(lambda x: square_and_cube(x)[0], 2.0)


@cases.gives([36.0])
def chain_around_it() -> Any:
    return once(lambda x: 3.0 * doubled_slope(x * 1.0), 3.0)


@cases.gives([12.0, 4.0])
def the_slope_is_differentiated_as_written() -> Any:
    x = tf.Variable(3.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = doubled_slope(x)
        first = inner.gradient(y, x)
    return [first, outer.gradient(first, x)]


@cases.gives([0.5])
def numerically_stable_logarithm() -> Any:
    @tf.custom_gradient
    def softplus(x: Any) -> Any:
        e = tf.exp(x)
        return tf.math.log(1 + e), lambda upstream: upstream * (1 - 1 / (1 + e))

    return once(softplus, 0.0)


@cases.gives([1.0, 10.0])
def second_order_given_by_another_custom_gradient() -> Any:
    @tf.custom_gradient
    def function(x: Any) -> Any:
        def slope(upstream: Any) -> Any:
            @tf.custom_gradient
            def slope_of(value: Any) -> Any:
                return value * 0.0 + 1.0, lambda again: again * 10.0

            return upstream * slope_of(x)

        return x * x, slope

    x = tf.Variable(3.0)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = function(x)
        first = inner.gradient(y, x)
    return [first, outer.gradient(first, x)]


@cases.gives([None, 5.0])
def none_as_a_gradient() -> Any:
    @tf.custom_gradient
    def function(x: Any, y: Any) -> Any:
        return x * y, lambda upstream: (None, upstream * 5.0)

    return once(function, 2.0, 3.0)


@cases.gives([7.0, 11.0])
def variables_inside() -> Any:
    weight = tf.Variable(2.0)

    @tf.custom_gradient
    def function(x: Any) -> Any:
        def slope(upstream: Any, variables: Any = None) -> Any:
            assert [v is weight for v in variables] == [True]
            return upstream * 7.0, [upstream * 11.0]

        return x * weight, slope

    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = function(x)
    return tape.gradient(y, [x, weight])


@cases.gives([6.0, 9.0])
def outside_of_any_tape_it_is_a_plain_function() -> Any:
    x = tf.Variable(3.0)
    y = doubled_slope(x)
    with tf.GradientTape() as tape:
        z = x * x
    return [tape.gradient(z, x), y]


@cases.gives([3.0, 4.0])
def a_method_and_keyword_arguments() -> Any:
    @tf.custom_gradient
    def scaled(x: Any, factor: float = 1.0) -> Any:
        return x * factor, lambda upstream: upstream * (factor + 1.0)

    x = tf.Variable(1.0)
    with tf.GradientTape() as tape:
        y = scaled(x, factor=3.0)
    return [y, tape.gradient(y, x)]


@cases.each
def test_custom_gradient(case: Case) -> None:
    case.check()


def test_jacobian_goes_through_it() -> None:
    x = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = doubled_slope(x)
    agree(tape.jacobian(y, x), [[4.0, 0.0], [0.0, 8.0]])


def test_wrong_number_of_gradients() -> None:
    @tf.custom_gradient
    def function(x: Any, y: Any) -> Any:
        return x * y, lambda upstream: (upstream,)

    a, b = tf.Variable(1.0), tf.Variable(2.0)
    with tf.GradientTape() as tape:
        z = function(a, b)
    with refuses(ValueError, "custom_gradient"):
        tape.gradient(z, [a, b])


def test_variables_need_a_slope_that_takes_them() -> None:
    weight = tf.Variable(2.0)

    @tf.custom_gradient
    def function(x: Any) -> Any:
        return x * weight, lambda upstream: upstream

    x = tf.constant(3.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        with refuses(TypeError, "variables"):
            function(x)


def test_names_are_kept() -> None:
    assert doubled_slope.__name__ == "doubled_slope"
    assert "twice its derivative" in (doubled_slope.__doc__ or "")


@pytest.mark.parametrize("value", [2.0, [1.0, 2.0]], ids=str)
def test_grad_pass_through(value: Any) -> None:
    x = tf.Variable(value)
    with tf.GradientTape() as tape:
        y = tf.grad_pass_through(tf.round)(x * 1.5)
    agree(tape.gradient(y, x), tf.ones_like(x) * 1.5)
