"""Programs that cannot be: the class of the error, its text and the user's line."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from ..subject import tf

Function = Callable[..., Any]


class Refusal(NamedTuple):
    function: Function
    kind: type[BaseException] | str
    text: str
    line: str


_REFUSALS: list[Refusal] = []


def refuses(
    kind: type[BaseException] | str, text: str, line: str
) -> Callable[[Function], Function]:
    """The decorated function raises this under tf.function, called with 3, at this line."""

    def add(function: Function) -> Function:
        _REFUSALS.append(Refusal(function, kind, text, line))
        return function

    return add


_ELSE = r"'y' must also be initialized in the else branch"
_SHAPES = (
    "before the loop, but shape {} after one iteration. Use tf.autograph.experimental."
    "set_loop_options to set shape invariants."
)
_RETURN = "a return statement cannot be placed inside this TensorFlow loop"
_CHANGED = "The condition of while loop started as non-Tensor, then changed to Tensor."
_BOOL = "Using a symbolic `tf.Tensor` as a Python `bool` is not allowed"
_ITERATION = "Iterating over a symbolic `tf.Tensor` is not allowed"


class Plain:
    pass


@refuses(ValueError, _ELSE, "if x > 0:")
def missing_in_else(x: Any) -> Any:
    if x > 0:
        y = 1
    return y


@refuses(ValueError, "'y' must also be initialized in the main branch", "if x > 0:")
def missing_in_main(x: Any) -> Any:
    if x > 0:
        pass
    else:
        y = 1
    return y


@refuses(ValueError, "'p.z' must also be initialized in the else branch", "if x > 0:")
def missing_attribute(x: Any) -> Any:
    p = Plain()
    if x > 0:
        p.z = 5  # type: ignore[attr-defined]
    return p.z  # type: ignore[attr-defined]


@refuses(ValueError, "the else branch must also have a return statement.", "if x > 0:")
def no_return_in_else(x: Any) -> Any:
    if x > 0:
        return 1


@refuses(ValueError, "the main branch must also have a return statement.", "if x > 0:")
def no_return_in_main(x: Any) -> Any:
    if x > 0:
        z = 1  # noqa: F841
    else:
        return x


@refuses(TypeError, "'y' has dtype int32 in the main branch, but dtype float32 in the else branch",
         "if x > 0:")  # fmt: skip
def other_dtype(x: Any) -> Any:
    if x > 0:
        y = 1
    else:
        y = 1.5  # type: ignore[assignment]
    return y


@refuses(TypeError, "'x > 0' has dtype float32 in the main branch, but dtype int32 in the else",
         "return 1.0 if x > 0 else 2")  # fmt: skip
def other_dtype_in_an_expression(x: Any) -> Any:
    return 1.0 if x > 0 else 2


@refuses(TypeError, "'y' must have the same nested structure in the main and else branches",
         "if x > 0:")  # fmt: skip
def other_length(x: Any) -> Any:
    if x > 0:
        y = [1]
    else:
        y = [1, 2]
    return y


@refuses(TypeError, "'y' must have the same nested structure in the main and else branches",
         "if x > 0:")  # fmt: skip
def other_type(x: Any) -> Any:
    if x > 0:
        y = (1, 2)
    else:
        y = [1, 2]  # type: ignore[assignment]
    return y


@refuses(TypeError, "'y' must have the same nested structure in the main and else branches",
         "if x > 0:")  # fmt: skip
def other_keys(x: Any) -> Any:
    if x > 0:
        y = {"a": 1}
    else:
        y = {"b": 1}
    return y


@refuses(ValueError, "'y' is None at the end of the main branch.", "if x > 0:")
def none_in_main(x: Any) -> Any:
    if x > 0:
        y = None
    else:
        y = 1
    return y


@refuses(ValueError, "'x > 0' is None at the end of the else branch.",
         "return 1 if x > 0 else None")  # fmt: skip
def none_in_an_expression(x: Any) -> Any:
    return 1 if x > 0 else None


@refuses(ValueError, "'retval_' is None at the end of the main branch.", "if x > 0:")
def none_returned(x: Any) -> Any:
    if x > 0:
        return None
    return x


@refuses(TypeError, "found return value of type Plain, which is not a Tensor", "if x > 0:")
def an_object(x: Any) -> Any:
    if x > 0:
        y = Plain()
    else:
        y = Plain()
    return y is None


@refuses(TypeError, "found return value of type function, which is not a Tensor", "if x > 0:")
def a_function(x: Any) -> Any:
    if x > 0:

        def f() -> int:
            return 1
    else:

        def f() -> int:
            return 2

    return f()


@refuses(ValueError, "condition of if statement expected to be `tf.bool` scalar", "if y > 0:")
def vector_as_condition(x: Any) -> Any:
    y = tf.stack([x, x])
    if y > 0:
        return 1
    return 0


@refuses(ValueError, "to use as boolean Tensor, use `tf.cast`", "if x:")
def number_as_condition(x: Any) -> Any:
    if x:
        return 1
    return 0


@refuses(ValueError, "condition of while loop expected to be `tf.bool` scalar", "while x:")
def number_as_condition_of_a_loop(x: Any) -> Any:
    while x:
        x -= 1
    return x


@refuses(TypeError, "'y' has dtype int32 before the loop, but dtype float32 after one iteration",
         "while x > 0:")  # fmt: skip
def dtype_changes(x: Any) -> Any:
    y = 0
    while x > 0:
        y = tf.cast(y, tf.float32) + 1.0
        x -= 1
    return y


@refuses(TypeError, "'y' has dtype float32 before the loop, but dtype int32 after one iteration",
         "while x > 0:")  # fmt: skip
def dtype_of_python_changes(x: Any) -> Any:
    y = 1.0
    while x > 0:
        y = 2
        x -= 1
    return y


@refuses(ValueError, "'y' has shape (1,) " + _SHAPES.format("(2,)"), "while x > 0:")
def shape_changes(x: Any) -> Any:
    y = tf.zeros([1])
    while x > 0:
        y = tf.concat([y, y], 0)
        x -= 1
    return y


@refuses(ValueError, "'y' has shape (1,) " + _SHAPES.format("(1, 1)"), "for _ in tf.range(x):")
def rank_changes(x: Any) -> Any:
    y = tf.zeros([1])
    for _ in tf.range(x):
        y = y[None]
    return y


@refuses(TypeError, "'y' does not have the same nested structure after one iteration.",
         "while x > 0:")  # fmt: skip
def structure_changes(x: Any) -> Any:
    y: Any = (1,)
    while x > 0:
        y = (1, 2)
        x -= 1
    return y


@refuses(TypeError, "'y' does not have the same nested structure after one iteration.",
         "for i in tf.range(x):")  # fmt: skip
def list_grows(x: Any) -> Any:
    y: Any = []
    for i in tf.range(x):
        y += [i]
    return y


@refuses(ValueError, "'y' must be defined before the loop\n", "while x > 0:")
def used_before_it_is_defined(x: Any) -> Any:
    while x > 0:
        y = y + 1  # type: ignore[has-type] # noqa: F821
        x -= 1
    return y


@refuses(ValueError, "ran into a ValueError: " + _ELSE, "for i in tf.range(x):")
def defined_in_one_branch(x: Any) -> Any:
    for i in tf.range(x):
        if i > 0:
            y = i
    return y


@refuses(ValueError, "'y' is not allowed to be None before the loop", "while x > 0:")
def none_before_a_loop(x: Any) -> Any:
    y = None
    while x > 0:
        y = y + 1  # type: ignore[operator]
        x -= 1
    return y


@refuses(TypeError, "Plain object", "while x > 0:")
def an_object_in_a_loop(x: Any) -> Any:
    y = Plain()
    while x > 0:
        y = Plain()
        x -= 1
    return y is None


@refuses(NotImplementedError, _RETURN, "for i in tf.range(x):")
def return_in_a_loop(x: Any) -> Any:
    for i in tf.range(x):
        if i == 3:
            return i
    return -1


@refuses(NotImplementedError, _RETURN, "while x > 0:")
def return_in_while(x: Any) -> Any:
    while x > 0:
        x -= 1
        if x == 1:
            return x * 10
    return x


@refuses(NotImplementedError, "break and return statements which depend on a TF condition",
         "for i in [1, 2, 3]:")  # fmt: skip
def break_of_a_loop_of_python(x: Any) -> Any:
    for i in [1, 2, 3]:
        if x > i:
            break
    return i


@refuses(NotImplementedError, _CHANGED, "while i < 3:")
def break_of_a_while_of_python(x: Any) -> Any:
    i = 0
    while i < 3:
        i += 1
        if x > i:
            break
    return i


@refuses(NotImplementedError, _CHANGED, "while True:")
def endless_loop_of_python(x: Any) -> Any:
    while True:
        x -= 1
        if x < 0:
            break
    return x


@refuses(ValueError, "len requires a non-scalar tensor", "for i in x:")
def over_a_scalar(x: Any) -> Any:
    for i in x:
        x = i
    return x


@refuses(TypeError, _ITERATION, "for a, b in tf.stack([[x, x], [x, x]]):")
def rows_taken_apart(x: Any) -> Any:
    s = 0
    for a, b in tf.stack([[x, x], [x, x]]):
        s += a * b
    return s


@refuses(TypeError, _ITERATION, "return [v * 2 for v in tf.stack([x, x])]")
def comprehension_over_a_tensor(x: Any) -> Any:
    return [v * 2 for v in tf.stack([x, x])]


@refuses(TypeError, _ITERATION, "for i, v in enumerate(tf.stack([x, x])):")
def enumerated_tensor(x: Any) -> Any:
    s = 0
    for i, v in enumerate(tf.stack([x, x])):
        s += i * v
    return s


@refuses(TypeError, _BOOL, "assert x > 10, ")
def assertion(x: Any) -> Any:
    assert x > 10, "small"
    return x


@refuses(TypeError, _BOOL, "if x in [1, 2, 3]:")
def membership(x: Any) -> Any:
    if x in [1, 2, 3]:
        return 1
    return 0


@refuses(ValueError, "boo", 'raise ValueError("boo")')
def raised_in_a_branch(x: Any) -> Any:
    def inner() -> None:
        raise ValueError("boo")

    if x > 0:
        inner()
    return x


@refuses(KeyError, "'q'", 'y = d["q"]')
def missing_key(x: Any) -> Any:
    d: dict[str, Any] = {}
    if x > 0:
        y = d["q"]
    else:
        y = 1
    return y


@refuses(NameError, "name 'nothing' is not defined", "return nothing")
def missing_name(x: Any) -> Any:
    return nothing  # type: ignore[name-defined] # noqa: F821


@refuses(UnboundLocalError, "'a' is used before assignment", "return a")
def deleted_name(x: Any) -> Any:
    a = 3
    del a
    return a  # noqa: F821


@refuses(AttributeError, "has no attribute 'foo'", "return x.foo")
def missing_attribute_of_a_tensor(x: Any) -> Any:
    return x.foo


@refuses("StagingError", "IndexError: list index out of range", "return [1, 2][5]")
def missing_item(x: Any) -> Any:
    return [1, 2][5]


@refuses("StagingError", "ZeroDivisionError: ", "return 1 // 0")
def no_quotient(x: Any) -> Any:
    return 1 // 0


class OwnError(Exception):
    pass


class OwnErrorOfTwo(Exception):
    def __init__(self, a: int, b: int) -> None:
        super().__init__(a, b)


@refuses(OwnError, "OwnError: hello", 'raise OwnError("hello")')
def own_error(x: Any) -> Any:
    raise OwnError("hello")


@refuses("StagingError", "OwnErrorOfTwo: (1, 2)", "raise OwnErrorOfTwo(1, 2)")
def own_error_of_two(x: Any) -> Any:
    raise OwnErrorOfTwo(1, 2)


@refuses(tf.errors.NotFoundError, "NotFoundError: nf",
         "raise tf.errors.NotFoundError(None, None, \"nf\")")  # fmt: skip
def error_of_an_op(x: Any) -> Any:
    raise tf.errors.NotFoundError(None, None, "nf")


@refuses(ValueError, "which does not conform with the shape invariant (1,).",
         "for _ in tf.range(3):")  # fmt: skip
def wrong_invariant(x: Any) -> Any:
    v = tf.zeros([1, 2])
    for _ in tf.range(3):
        tf.autograph.experimental.set_loop_options(shape_invariants=[(v, tf.TensorShape([1]))])
        v = v + 1
    return v


@pytest.mark.parametrize("refusal", _REFUSALS, ids=lambda refusal: refusal.function.__name__)
def test_refusal(refusal: Refusal) -> None:
    traced = tf.function(refusal.function)
    for _ in range(2):
        with pytest.raises(Exception) as caught:
            traced(tf.constant(3))
        error = caught.value
        if isinstance(refusal.kind, str):
            assert type(error).__name__ == refusal.kind
        else:
            assert isinstance(error, refusal.kind)
        text = str(error)
        assert text.startswith("in user code:\n\n")
        # TensorFlow shows messages of several lines indented.
        assert refusal.text in re.sub(r"\n +", "\n", text)
        name = refusal.function.__name__
        assert re.search(rf'File "[^"]*test_errors.py", line \d+, in ({name}|inner)  \*\n', text)
        assert f"\n        {refusal.line}" in text
    # The function is as it was.
    assert tf.function(lambda x: x + 1)(tf.constant(3)).numpy() == 4


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

    with pytest.raises((TypeError, ValueError), match="is out of scope and cannot be used here"):
        collect(tf.constant(3))
