"""Branches that cannot be."""

from __future__ import annotations

from typing import Any

from ..subject import tf
from .refusals import Refusal, Refusals

refusals = Refusals()

_ELSE = r"'y' must also be initialized in the else branch"


class Plain:
    pass


@refusals.of(ValueError, _ELSE, "if x > 0:")
def missing_in_else(x: Any) -> Any:
    if x > 0:
        y = 1
    return y


@refusals.of(ValueError, "'y' must also be initialized in the main branch", "if x > 0:")
def missing_in_main(x: Any) -> Any:
    if x > 0:
        pass
    else:
        y = 1
    return y


@refusals.of(ValueError, "'p.z' must also be initialized in the else branch", "if x > 0:")
def missing_attribute(x: Any) -> Any:
    p = Plain()
    if x > 0:
        p.z = 5  # type: ignore[attr-defined]
    return p.z  # type: ignore[attr-defined]


@refusals.of(ValueError, "the else branch must also have a return statement.", "if x > 0:")
def no_return_in_else(x: Any) -> Any:
    if x > 0:
        return 1


@refusals.of(ValueError, "the main branch must also have a return statement.", "if x > 0:")
def no_return_in_main(x: Any) -> Any:
    if x > 0:
        z = 1  # noqa: F841
    else:
        return x


@refusals.of(TypeError, "'y' has dtype int32 in the main branch, but dtype float32 in the else",
         "if x > 0:")  # fmt: skip
def other_dtype(x: Any) -> Any:
    if x > 0:
        y = 1
    else:
        y = 1.5  # type: ignore[assignment]
    return y


@refusals.of(TypeError, "'x > 0' has dtype float32 in the main branch, but dtype int32 in the else",
         "return 1.0 if x > 0 else 2")  # fmt: skip
def other_dtype_in_an_expression(x: Any) -> Any:
    return 1.0 if x > 0 else 2


@refusals.of(TypeError, "'y' must have the same nested structure in the main and else branches",
         "if x > 0:")  # fmt: skip
def other_length(x: Any) -> Any:
    if x > 0:
        y = [1]
    else:
        y = [1, 2]
    return y


@refusals.of(TypeError, "'y' must have the same nested structure in the main and else branches",
         "if x > 0:")  # fmt: skip
def other_type(x: Any) -> Any:
    if x > 0:
        y = (1, 2)
    else:
        y = [1, 2]  # type: ignore[assignment]
    return y


@refusals.of(TypeError, "'y' must have the same nested structure in the main and else branches",
         "if x > 0:")  # fmt: skip
def other_keys(x: Any) -> Any:
    if x > 0:
        y = {"a": 1}
    else:
        y = {"b": 1}
    return y


@refusals.of(ValueError, "'y' is None at the end of the main branch.", "if x > 0:")
def none_in_main(x: Any) -> Any:
    if x > 0:
        y = None
    else:
        y = 1
    return y


@refusals.of(ValueError, "'x > 0' is None at the end of the else branch.",
         "return 1 if x > 0 else None")  # fmt: skip
def none_in_an_expression(x: Any) -> Any:
    return 1 if x > 0 else None


@refusals.of(ValueError, "'retval_' is None at the end of the main branch.", "if x > 0:")
def none_returned(x: Any) -> Any:
    if x > 0:
        return None
    return x


@refusals.of(TypeError, "found return value of type Plain, which is not a Tensor", "if x > 0:")
def an_object(x: Any) -> Any:
    if x > 0:
        y = Plain()
    else:
        y = Plain()
    return y is None


@refusals.of(TypeError, "found return value of type function, which is not a Tensor", "if x > 0:")
def a_function(x: Any) -> Any:
    if x > 0:

        def f() -> int:
            return 1
    else:

        def f() -> int:
            return 2

    return f()


@refusals.of(ValueError, "condition of if statement expected to be `tf.bool` scalar", "if y > 0:")
def vector_as_condition(x: Any) -> Any:
    y = tf.stack([x, x])
    if y > 0:
        return 1
    return 0


@refusals.of(ValueError, "to use as boolean Tensor, use `tf.cast`", "if x:")
def number_as_condition(x: Any) -> Any:
    if x:
        return 1
    return 0


@refusals.each
def test_refusal(refusal: Refusal) -> None:
    refusal.check()
