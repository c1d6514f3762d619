"""Every case of the tape, once more inside a tf.function: tapes in functions mean the same."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from ..helpers import Case, agree, refuses
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


@pytest.mark.tfcompat_only
def test_derivatives_in_a_branch_of_what_was_recorded_before_it() -> None:
    @tf.function
    def f(x: Any, inside: bool) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = x * x
        slope = x
        if not inside:
            slope = tape.gradient(y, x)
        if x > 1.0:
            slope = (tape.gradient(y, x) if inside else slope) + 1.0
        return slope

    agree(f(tf.constant(2.0), False), 5.0)
    with refuses(NotImplementedError, "GradientTape.gradient", "before the branch"):
        f(tf.constant(2.0), True)
