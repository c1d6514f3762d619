"""Every case of the tape, once more inside a tf.function: tapes in functions mean the same."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ..helpers import Case, agree, agree_slices, refuses
from ..subject import SUBJECT, tf
from ..tape import (
    test_custom_gradient,
    test_dtypes,
    test_forward,
    test_jacobian,
    test_semantics,
    test_structures,
)

MODULES = (
    test_semantics,
    test_structures,
    test_jacobian,
    test_forward,
    test_dtypes,
    test_custom_gradient,
)
# What these ask is not to be had in a graph, in TensorFlow neither.
EAGER_ONLY = {"a_method_and_keyword_arguments": "TensorFlow's graphs want no keywords there"}

# TensorFlow itself passes these, and then fails tests that come after them in the same process.
UPSETS_TENSORFLOW = {"recompute_grad": "it leaves a caching device in the scope of variables"}


def traced_cases() -> list[Any]:
    found = []
    for module in MODULES:
        for case in module.cases:
            name = case.function.__name__
            upsets = SUBJECT == "tensorflow" and name in UPSETS_TENSORFLOW
            if name not in EAGER_ONLY and not upsets:
                found.append(pytest.param(case, id=f"{module.__name__.rpartition('_')[2]}-{name}"))
    return found


def in_function(function: Callable[..., Any]) -> Any:
    """Runs a program in a tf.function; its variables are made by the first of the traces."""
    made: list[Any] = []

    @tf.function(autograph=False)
    def traced() -> Any:
        again = iter(list(made))

        def creator(make: Callable[..., Any], **kwargs: Any) -> Any:
            variable = next(again, None)
            if variable is None:
                variable = make(**kwargs)
                made.append(variable)
            return variable

        with tf.variable_creator_scope(creator):
            return function()

    return traced()


@pytest.mark.parametrize("case", traced_cases())
def test_tape_in_a_function(case: Case) -> None:
    wants_look = inspect.signature(case.function).parameters
    arguments = [test_semantics.only_record] if wants_look else []

    def program() -> Any:
        return in_function(lambda: case.function(*arguments))

    case._replace(function=program).check()


def test_narrow_floats_end_a_derivative() -> None:
    narrow = tf.dtypes.experimental.float8_e4m3fn
    x = tf.constant([1.1, 2.7, -300.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.function(lambda v: tf.cast(tf.cast(v, narrow), tf.float32))(x)
    assert y.numpy().tolist() == [1.125, 2.75, -288.0]
    assert tape.gradient(y, x) is None


def _raised(v: Any, x: Any) -> Any:
    """Reads, assigns and reads again."""
    y = v * x
    v.assign_add(1.0)
    return y * v


def _in_rounds(v: Any, x: Any) -> Any:
    return tf.while_loop(lambda i, _: i < 3, lambda i, x: (i + 1, _raised(v, x)), [0, x])[1]


def _in_rows(v: Any, x: Any) -> Any:
    return tf.reduce_sum(tf.map_fn(lambda e: _raised(v, e), tf.stack([x, x + 1, x + 2])))


@pytest.mark.parametrize(
    ("body", "slopes"),
    [
        (_raised, [10.5, 20.0]),
        (lambda v, x: tf.cond(x > 0, lambda: _raised(v, x), lambda: x), [10.5, 20.0]),
        (lambda v, x: tf.function(_raised)(v, x) * v, [40.5, 104.0]),
        (_in_rounds, [7440.0, 301728.0]),
        (_in_rows, [248.5, 718.0]),
    ],
    ids=["plain", "branch", "nested", "loop", "rows"],
)
def test_reads_after_assignments(body: Callable[..., Any], slopes: list[float]) -> None:
    # Each read has its share of the derivative: what was assigned before does not end it.
    v = tf.Variable(2.0)
    step = tf.function(lambda x: body(v, x))
    for slope in slopes:
        with tf.GradientTape() as tape:
            y = step(tf.constant(0.5)) * v
        assert float(tape.gradient(y, v)) == pytest.approx(slope)


# ------------------------------------------------------------------------------ second derivatives
@tf.function
def power(x: Any, n: Any) -> Any:
    y = x
    for _ in tf.range(n):
        y = y * x
    return y


def by_while(x: Any, n: Any) -> Any:
    return tf.while_loop(lambda i, y: i < n, lambda i, y: (i + 1, y * x), (0, x))[1]


def of_unknown_rank(x: Any, n: Any) -> Any:
    return tf.einsum("...i,...i->...", tf.reshape(x, [1]), tf.reshape(x, [1])) * x * x


@pytest.mark.parametrize("inner", [power, by_while, of_unknown_rank])
@pytest.mark.parametrize("form", ["tapes", "gradients"])
def test_twice_through_what_shapes_do_not_tell(inner: Any, form: str) -> None:
    @tf.function(input_signature=[tf.TensorSpec(None), tf.TensorSpec([], tf.int32)])
    def f(x: Any, n: Any) -> Any:
        if form == "gradients":
            y = inner(x, n)
            (first,) = tf.gradients(y, x)
            return y, first, tf.gradients(first, x)[0]
        with tf.GradientTape() as outside:
            outside.watch(x)
            with tf.GradientTape() as tape:
                tape.watch(x)
                y = inner(x, n)
            first = tape.gradient(y, x)
        return y, first, outside.gradient(first, x)

    y, first, second = f(tf.constant(2.0), tf.constant(3))
    agree(tf.reshape(y, []), 16.0)
    agree(first, 32.0)
    agree(second, 48.0)


def test_hessians() -> None:
    @tf.function(input_signature=[tf.TensorSpec([None])])
    def f(x: Any) -> Any:
        (found,) = tf.hessians(tf.reduce_sum(x**3) + x[0] * x[1], x)
        assert found.shape.as_list() == [None, None]
        return found

    agree(f(tf.constant([1.0, 2.0])), [[6.0, 1.0], [1.0, 12.0]])
    with refuses(ValueError, "None values not supported"):
        tf.function(lambda x: tf.hessians(2.0 * x, x))(tf.constant(1.0))
    with refuses(RuntimeError, "tf.GradientTape"):
        tf.hessians(tf.constant(1.0), tf.constant(1.0))


# What a tape that recorded before a branch or a loop is asked inside; x is 3, or [1, 2].
def _branch(tape: Any, x: Any, y: Any) -> Any:
    slope = x
    if x > 1.0:
        slope = tape.gradient(y, x) + 1.0
    return slope


def _no_branch(tape: Any, x: Any, y: Any) -> Any:
    slope = x
    if x > 5.0:
        slope = tape.gradient(y, x)
    return slope


def _in_two(tape: Any, x: Any, y: Any) -> Any:
    return tf.cond(
        x > 1.0,
        lambda: tf.cond(x > 2.0, lambda: tape.gradient(y, x), lambda: x),
        lambda: x,
    )


def _loop(tape: Any, x: Any, y: Any) -> Any:
    total = 0.0
    for i in tf.range(3):
        total += tape.gradient(y, x) * tf.cast(i, tf.float32)
    return total


def _elements(tape: Any, x: Any, y: Any) -> Any:
    total = 0.0
    for i in tf.data.Dataset.range(3):
        total += tape.gradient(y, x) * tf.cast(i, tf.float32)
    return total


def _function(tape: Any, x: Any, y: Any) -> Any:
    return tf.function(lambda: tape.gradient(y, x) * 2.0)()


def _inner(tape: Any, x: Any, y: Any) -> Any:
    found = x
    if x > 1.0:
        z = y * 2.0 + x
        slope = tape.gradient(z, x)
        found = x * 5.0 if slope is None else slope
    return found


@pytest.mark.parametrize(
    ("asked", "found", "recording"),
    [
        (_branch, 7.0, 7.0),
        (_no_branch, 3.0, 3.0),
        (_in_two, 6.0, 6.0),
        (_loop, 18.0, 18.0),
        (_elements, 18.0, 18.0),
        (_function, 12.0, 12.0),
        (_inner, 15.0, 13.0),  # what was computed after the tape had ended has no gradient
    ],
)
def test_a_tape_asked_in_a_branch(asked: Any, found: float, recording: float) -> None:
    @tf.function
    def f(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
        return asked(tape, x, y)

    @tf.function
    def g(x: Any) -> Any:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            result = asked(tape, x, x * x)
        return result

    agree(f(tf.constant(3.0)), found)
    agree(g(tf.constant(3.0)), recording)


def test_branches_ask_for_rows_and_jacobians_and_twice() -> None:
    table = tf.Variable(tf.ones([3, 2]))

    @tf.function
    def step(rows: Any, wanted: Any) -> Any:
        with tf.GradientTape(persistent=True) as outer:
            with tf.GradientTape(persistent=True) as tape:
                loss = tf.reduce_sum(tf.gather(table, rows) ** 3)
            slope = table * 2.0
            if wanted:
                slope = tf.convert_to_tensor(tape.gradient(loss, table))
        curve = outer.gradient(slope, table)
        if wanted:
            table.assign_sub(tape.gradient(loss, table))
        return slope, curve

    slope, curve = step(tf.constant([0, 2, 2]), tf.constant(True))
    agree(slope, [[3.0, 3.0], [0.0, 0.0], [6.0, 6.0]])
    agree(tf.convert_to_tensor(curve), [[6.0, 6.0], [0.0, 0.0], [12.0, 12.0]])
    agree(table.read_value(), [[-2.0, -2.0], [1.0, 1.0], [-5.0, -5.0]])
    agree(step(tf.constant([1]), tf.constant(False))[0], table * 2.0)

    @tf.function
    def jacobian(x: Any, each: Any) -> Any:
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = x * x[::-1]
        found = tf.zeros([2, 2])
        if each:
            seeds = tf.eye(2)
            found = tf.map_fn(lambda seed: tape.gradient(y, x, output_gradients=seed), seeds)
        else:
            found = tape.jacobian(y, x)
        return found

    for each in (True, False):
        agree(jacobian(tf.constant([1.0, 2.0]), tf.constant(each)), [[2.0, 1.0], [2.0, 1.0]])


def test_a_tape_that_answers_once_is_asked_in_two_branches() -> None:
    @tf.function
    def f(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
        return tf.cond(x > 1.0, lambda: tape.gradient(y, x), lambda: tape.gradient(y, x))

    with refuses(RuntimeError, "non-persistent"):
        f(tf.constant(3.0))


def test_a_tape_that_records_is_asked_by_a_function() -> None:
    @tf.function
    def ask(tape: Any, y: Any, x: Any) -> Any:
        return tape.gradient(y, x)

    x, v = tf.constant(2.0), tf.Variable(1.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        assert ask(tape, x * x, x) is None
    with refuses(RuntimeError, "non-persistent"):
        tape.gradient(x, x)
    agree(tf.function(lambda: v.assign_add(1.0))(), 2.0)


def _checked(x: Any, factor: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(tf.debugging.check_numerics(x * x, "square") * factor)
    return tape.gradient(y, x)


def _checked_rows(x: Any, factor: Any) -> Any:
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.debugging.check_numerics(x * x, "square") * factor
    return tf.reduce_sum(tape.jacobian(y, x), 0)


def _checked_in_loop(x: Any, factor: Any) -> Any:
    return tf.map_fn(lambda row: _checked(row, factor), x[None])[0]


def _checked_from_outside(x: Any, factor: Any) -> Any:
    square = tf.function(lambda x: tf.debugging.check_numerics(x * x, "square"))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = square(x) * factor
    return tape.gradient(y, x)


@pytest.mark.parametrize("form", [_checked, _checked_rows, _checked_in_loop, _checked_from_outside])
def test_gradients_of_checked_numbers(form: Any) -> None:
    """They are checked too, and the function can be called again."""
    f = form if form is _checked_from_outside else tf.function(form)
    x = tf.constant([1.0, 3.0])
    agree(f(x, tf.constant([1.0, 2.0])), [2.0, 12.0])
    for bad, told in ([1.0, np.inf], "had Inf"), ([np.nan, np.inf], "had Inf and NaN"):
        with refuses(tf.errors.InvalidArgumentError, "detected in gradient. b'square'", told):
            f(x, tf.constant(bad, tf.float32))
    with refuses(tf.errors.InvalidArgumentError, "square : Tensor had NaN"):
        f(tf.constant([np.nan, 1.0]), tf.constant([1.0, 2.0]))
    agree(f(x, tf.constant([1.0, 2.0])), [2.0, 12.0])


def test_checked_numbers_have_second_derivatives() -> None:
    @tf.function
    def f(x: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch(x)
            slope = _checked(x * x, tf.constant([1.0, 2.0]))
        return outer.gradient(slope, x)

    agree(f(tf.constant([1.0, 3.0])), [4.0, 24.0])


def test_jacobian_of_a_loop_of_unknown_rounds() -> None:
    @tf.function
    def f(x: Any, n: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x
            for _ in tf.range(n):
                y = y * x[0]
        return tape.jacobian(y, x)

    agree(f(tf.constant([3.0, 2.0]), tf.constant(2)), [[27.0, 0.0], [12.0, 9.0]])


def _twice(function: Callable[..., Any], *values: float) -> tuple[Any, list[Any]]:
    sources = [tf.constant(value) for value in values]
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(sources)
        with tf.GradientTape() as tape:
            tape.watch(sources)
            y = function(*sources)
        first = tape.gradient(y, sources)
    return first, [None if g is None else outer.gradient(g, sources) for g in first]


def _rounds(count: int) -> Callable[..., Any]:
    @tf.function
    def power(x: Any, z: Any, n: Any) -> Any:
        y, other = x * 1.0, z
        for _ in tf.range(n):
            y = y * x
            other = other * other
        return y

    return lambda x, z: power(x, z, tf.constant(count))


def _chosen(which: bool) -> Callable[..., Any]:
    @tf.function
    def choose(x: Any, z: Any, p: Any) -> Any:
        return x * x * x if p else z * 2.0

    return lambda x, z: choose(x, z, tf.constant(which))


def _zeros(*pairs: float) -> list[Any]:
    return [list(pairs[:2]), list(pairs[2:])]


@pytest.mark.parametrize(
    ("function", "first", "second"),
    [
        (tf.function(lambda x, z: x * 2.0), [2.0, None], [[0.0, None], None]),
        (tf.function(lambda x, z: x * 2.0 + z * z), [2.0, 6.0], _zeros(0.0, 0.0, 0.0, 2.0)),
        (tf.function(lambda x, z: (x * 2.0, z)[0]), [2.0, None], [[0.0, None], None]),
        (tf.function(lambda x, z: x / (z - 3.0)), [np.inf, -np.inf], None),
        (_rounds(0), [1.0, 0.0], _zeros(0.0, 0.0, 0.0, 0.0)),
        (_rounds(1), [4.0, 0.0], _zeros(2.0, 0.0, 0.0, 0.0)),
        (_chosen(True), [12.0, 0.0], _zeros(12.0, 0.0, 0.0, 0.0)),
        (_chosen(False), [0.0, 2.0], _zeros(0.0, 0.0, 0.0, 0.0)),
    ],
)
def test_second_derivatives_of_calls_are_zero_where_nothing_depends(
    function: Callable[..., Any], first: list[Any], second: Any
) -> None:
    """As of a call of all that the results depend on; None by what they do not depend on."""
    found, curves = _twice(function, 2.0, 3.0)
    agree(found, first)
    if second is not None:
        agree(curves, second)


def test_second_derivatives_of_calls_by_variables() -> None:
    v, w = tf.Variable(2.0), tf.Variable(5.0)

    @tf.function
    def f() -> Any:
        return v * 3.0 + 0.0 * w

    with tf.GradientTape() as outer:
        with tf.GradientTape() as tape:
            y = f()
        slope = tape.gradient(y, v)
    agree(outer.gradient(slope, [v, w]), [0.0, 0.0])


def test_rows_that_are_looked_up_keep_their_slices_under_two_tapes() -> None:
    table = tf.Variable(tf.ones([4, 2]))
    f = tf.function(lambda rows: tf.gather(table, rows) * 2.0)
    with tf.GradientTape(persistent=True) as outer:
        with tf.GradientTape() as tape:
            y = f(tf.constant([1, 1]))
        agree_slices(tape.gradient(y, table), [[2.0, 2.0], [2.0, 2.0]], [1, 1], [4, 2])
    agree_slices(outer.gradient(y, table), [[2.0, 2.0], [2.0, 2.0]], [1, 1], [4, 2])
