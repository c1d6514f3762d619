"""Errors in converted functions: the class, the text and the user's lines."""

from __future__ import annotations

import re
from typing import Any

import pytest

from ..subject import tf
from .refusals import BOOL, ITERATION, Refusal, Refusals

refusals = Refusals()


@refusals.of(TypeError, ITERATION, "for a, b in tf.stack([[x, x], [x, x]]):")
def rows_taken_apart(x: Any) -> Any:
    s = 0
    for a, b in tf.stack([[x, x], [x, x]]):
        s += a * b
    return s


@refusals.of(TypeError, ITERATION, "return [v * 2 for v in tf.stack([x, x])]")
def comprehension_over_a_tensor(x: Any) -> Any:
    return [v * 2 for v in tf.stack([x, x])]


@refusals.of(TypeError, ITERATION, "for i, v in enumerate(tf.stack([x, x])):")
def enumerated_tensor(x: Any) -> Any:
    s = 0
    for i, v in enumerate(tf.stack([x, x])):
        s += i * v
    return s


@refusals.of(TypeError, BOOL, "assert x > 10, ")
def assertion(x: Any) -> Any:
    assert x > 10, "small"
    return x


@refusals.of(TypeError, BOOL, "if x in [1, 2, 3]:")
def membership(x: Any) -> Any:
    if x in [1, 2, 3]:
        return 1
    return 0


@refusals.of(ValueError, "boo", 'raise ValueError("boo")')
def raised_in_a_branch(x: Any) -> Any:
    def inner() -> None:
        raise ValueError("boo")

    if x > 0:
        inner()
    return x


@refusals.of(KeyError, "'q'", 'y = d["q"]')
def missing_key(x: Any) -> Any:
    d: dict[str, Any] = {}
    if x > 0:
        y = d["q"]
    else:
        y = 1
    return y


@refusals.of(NameError, "name 'nothing' is not defined", "return nothing")
def missing_name(x: Any) -> Any:
    return nothing  # type: ignore[name-defined] # noqa: F821


@refusals.of(UnboundLocalError, "'a' is used before assignment", "return a")
def deleted_name(x: Any) -> Any:
    a = 3
    del a
    return a  # noqa: F821


@refusals.of(AttributeError, "has no attribute 'foo'", "return x.foo")
def missing_attribute_of_a_tensor(x: Any) -> Any:
    return x.foo


@refusals.of("StagingError", "IndexError: list index out of range", "return [1, 2][5]")
def missing_item(x: Any) -> Any:
    return [1, 2][5]


@refusals.of("StagingError", "ZeroDivisionError: ", "return 1 // 0")
def no_quotient(x: Any) -> Any:
    return 1 // 0


class OwnError(Exception):
    pass


class OwnErrorOfTwo(Exception):
    def __init__(self, a: int, b: int) -> None:
        super().__init__(a, b)


@refusals.of(OwnError, "OwnError: hello", 'raise OwnError("hello")')
def own_error(x: Any) -> Any:
    raise OwnError("hello")


@refusals.of("StagingError", "OwnErrorOfTwo: (1, 2)", "raise OwnErrorOfTwo(1, 2)")
def own_error_of_two(x: Any) -> Any:
    raise OwnErrorOfTwo(1, 2)


@refusals.of(tf.errors.NotFoundError, "NotFoundError: nf",
         "raise tf.errors.NotFoundError(None, None, \"nf\")")  # fmt: skip
def error_of_an_op(x: Any) -> Any:
    raise tf.errors.NotFoundError(None, None, "nf")


@refusals.each
def test_refusal(refusal: Refusal) -> None:
    refusal.check()


def fails(x: Any) -> Any:
    return tf.matmul(x, x)


def calls_fails(x: Any) -> Any:
    if x > 0:
        return fails(x)
    return x


def test_each_function_has_its_line() -> None:
    def outer(x: Any) -> Any:
        return calls_fails(x)

    with pytest.raises((ValueError, tf.errors.InvalidArgumentError)) as caught:
        tf.function(outer)(tf.constant(3))
    found = re.findall(r'File "[^"]*test_errors.py", line \d+, in (\w+)  \*\n', str(caught.value))
    assert found == ["outer", "calls_fails", "fails"]


def test_a_function_of_a_function() -> None:
    inner = tf.function(calls_fails)

    def outer(x: Any) -> Any:
        return inner(x)

    with pytest.raises((ValueError, tf.errors.InvalidArgumentError)) as caught:
        tf.function(outer)(tf.constant(3))
    text = str(caught.value)
    found = re.findall(r'File "[^"]*test_errors.py", line \d+, in (\w+)  \*\n', text)
    assert found == ["outer", "calls_fails", "fails"]
    assert text.count("in user code:") == 1


def test_errors_that_are_handled_have_their_own_text() -> None:
    def raises(x: Any) -> Any:
        raise ValueError("inner")

    @tf.function
    def handles(x: Any) -> Any:
        try:
            raises(x)
        except ValueError as error:
            return str(error)

    assert handles(tf.constant(3)).numpy() == b"inner"
