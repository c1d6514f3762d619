"""Checks of values: tf.debugging.Assert, assert_equal, assert_positive, assert_near, ..."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from tfcompat._src import afterwards, dtypes
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import InvalidArgumentError
from tfcompat._src.naming import public
from tfcompat._src.ops import comparisons, math as arithmetic
from tfcompat._src.tensor import Tensor

_SUMMARIZE = 3


def _failed(message: str) -> InvalidArgumentError:
    return InvalidArgumentError(None, None, message)


def _texts(x: Tensor, summarize: int | None) -> list[str]:
    """The first elements as TensorFlow's assertions print them."""
    most = _SUMMARIZE if summarize is None else summarize
    flat = x._numpy().reshape(-1)
    shown = flat if most < 0 else flat[:most]
    return [str(item) for item in shown] + ["..."] * (len(shown) < len(flat))


def _described(x: Tensor) -> str:
    return f"(shape={tuple(x._shape)} dtype={x._dtype.name}) = "


@public("tfcompat.debugging")
def Assert(
    condition: Any, data: Any, summarize: int | None = None, name: str | None = None
) -> None:
    """Raises InvalidArgumentError, which shows the first elements of each of `data`, if not true.

    `summarize` is the number of elements shown of each, by default 3; -1 shows all.
    """
    if isinstance(condition, Tensor):
        if math.prod(condition._shape) > 1:
            raise ValueError(
                "Assert: The truth value of a tensor with more than one element is ambiguous; use "
                f"tf.reduce_any or tf.reduce_all. Received shape {tuple(condition._shape)}"
            )
        if condition._dtype is dtypes.bool_ and afterwards.checked(
            condition, _untrue, condition, data, summarize
        ):
            return
    if not condition:
        _untrue(condition, data, summarize)


def _untrue(condition: Any, data: Any, summarize: int | None) -> None:
    if not isinstance(data, (list, tuple, str)):
        raise TypeError(f"Assert: data must be a sequence: received {data!r}")
    shown = "\n".join([", ".join(_texts(to_tensor(item), summarize)) for item in data])
    raise _failed(f"Expected '{condition!s}' to be true. Summarized data: {shown}")


def _all_true(x: Tensor) -> bool:
    # A quarter of the time of ndarray.all.
    truths = x._numpy()
    return bool(np.count_nonzero(truths) == truths.size)


# ----------------------------------------------------------------------------------- comparisons
def _compare(
    sign: str,
    holds: Callable[[Any, Any], Tensor],
    x: Any,
    y: Any,
    message: Any,
    summarize: int | None,
) -> None:
    a = x if isinstance(x, Tensor) else to_tensor(x)
    b = y if isinstance(y, Tensor) else to_tensor(y)
    outcome = holds(a, b)
    details = sign, holds, a, b, message, summarize
    if not afterwards.checked(outcome, _differ, *details) and not _all_true(outcome):
        _differ(*details)


def _differ(
    sign: str,
    holds: Callable[[Any, Any], Tensor],
    a: Tensor,
    b: Tensor,
    message: Any,
    summarize: int | None,
) -> None:
    outcome = holds(a, b)._numpy()
    most = _SUMMARIZE if summarize is None else summarize
    first, second = a._numpy(), b._numpy()
    lines = [str(message)] if message else []
    lines.append(f"Condition x {sign} y did not hold.")
    if first.shape == second.shape and first.ndim:
        bad = np.argwhere(~outcome)
        shown = bad if most < 0 else bad[:most]
        at = tuple(shown.T)
        lines += [f"Indices of first {len(shown)} different values:", str(shown)]
        lines += ["Corresponding x values:", str(first[at])]
        lines += ["Corresponding y values:", str(second[at])]
    for which, array in (("x", first), ("y", second)):
        flat = array.reshape(-1)
        flat = flat if most < 0 else flat[:most]
        lines += [f"First {len(flat)} elements of {which}:", str(flat)]
    raise _failed("\n".join(lines))


@public("tfcompat.debugging")
def assert_equal(
    x: Any, y: Any, message: Any = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raises InvalidArgumentError unless x == y everywhere, after broadcasting.

    The error shows `summarize` elements, by default 3, behind `message`.
    """
    if x is not y:
        _compare("==", comparisons.equal, x, y, message, summarize)


@public("tfcompat.debugging")
def assert_none_equal(
    x: Any, y: Any, summarize: int | None = None, message: Any = None, name: str | None = None
) -> None:
    """Raises InvalidArgumentError unless x != y everywhere, after broadcasting."""
    _compare("!=", comparisons.not_equal, x, y, message, summarize)


@public("tfcompat.debugging")
def assert_less(
    x: Any, y: Any, message: Any = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raises InvalidArgumentError unless x < y everywhere, after broadcasting."""
    _compare("<", comparisons.less, x, y, message, summarize)


@public("tfcompat.debugging")
def assert_less_equal(
    x: Any, y: Any, message: Any = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raises InvalidArgumentError unless x <= y everywhere, after broadcasting."""
    _compare("<=", comparisons.less_equal, x, y, message, summarize)


@public("tfcompat.debugging")
def assert_greater(
    x: Any, y: Any, message: Any = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raises InvalidArgumentError unless x > y everywhere, after broadcasting."""
    _compare(">", comparisons.greater, x, y, message, summarize)


@public("tfcompat.debugging")
def assert_greater_equal(
    x: Any, y: Any, message: Any = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raises InvalidArgumentError unless x >= y everywhere, after broadcasting."""
    _compare(">=", comparisons.greater_equal, x, y, message, summarize)


# ----------------------------------------------------------------------------------------- signs
def _sign(
    sign: str, holds: Callable[[Any, Any], Tensor], x: Any, message: Any, summarize: int | None
) -> None:
    tensor = to_tensor(x)
    outcome = holds(tensor, to_tensor(0, tensor._dtype))
    details = sign, tensor, message, summarize
    if not afterwards.checked(outcome, _wrong_sign, *details) and not _all_true(outcome):
        _wrong_sign(*details)


def _wrong_sign(sign: str, tensor: Tensor, message: Any, summarize: int | None) -> None:
    texts = _texts(tensor, summarize)
    shown: object = texts if tensor._shape else texts[0]
    start = f"{message}.  " if message else ""
    # The one that TensorFlow prints without a line break is printed so here.
    end = "" if sign == "<=" else "\n"
    raise _failed(
        f"{start}\nCondition x {sign} 0 did not hold element-wise:{end}x {_described(tensor)}"
        f"\n{shown}"
    )


@public("tfcompat.debugging")
def assert_positive(
    x: Any, message: Any = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raises InvalidArgumentError unless every element is greater than 0."""
    _sign(">", comparisons.greater, x, message, summarize)


@public("tfcompat.debugging")
def assert_negative(
    x: Any, message: Any = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raises InvalidArgumentError unless every element is less than 0."""
    _sign("<", comparisons.less, x, message, summarize)


@public("tfcompat.debugging")
def assert_non_negative(
    x: Any, message: Any = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raises InvalidArgumentError unless every element is 0 or greater."""
    _sign(">=", comparisons.greater_equal, x, message, summarize)


@public("tfcompat.debugging")
def assert_non_positive(
    x: Any, message: Any = None, summarize: int | None = None, name: str | None = None
) -> None:
    """Raises InvalidArgumentError unless every element is 0 or less."""
    _sign("<=", comparisons.less_equal, x, message, summarize)


# -------------------------------------------------------------------------------------- nearness
@public("tfcompat.debugging")
def assert_near(
    x: Any,
    y: Any,
    rtol: Any = None,
    atol: Any = None,
    message: Any = None,
    summarize: int | None = None,
    name: str | None = None,
) -> None:
    """Raises InvalidArgumentError unless |x - y| <= atol + rtol * |y| everywhere.

    `y` is converted to the dtype of `x`, which must be one that NumPy knows as inexact (ValueError
    otherwise); both tolerances are by default ten times its epsilon.
    """
    a = to_tensor(x)
    b = to_tensor(y, a._dtype)
    eps = 10 * np.finfo(a._dtype.as_numpy_dtype).eps
    kind = a._dtype.real_dtype
    relative, absolute = (
        to_tensor(eps if given is None else given, kind) for given in (rtol, atol)
    )
    limit = arithmetic.add(absolute, arithmetic.multiply(relative, arithmetic.abs(b)))
    near = comparisons.less_equal(arithmetic.abs(arithmetic.subtract(a, b)), limit)
    details = a, b, relative, absolute, message, summarize
    if not afterwards.checked(near, _apart, *details) and not _all_true(near):
        _apart(*details)


def _apart(
    a: Tensor, b: Tensor, relative: Tensor, absolute: Tensor, message: Any, summarize: int | None
) -> None:
    data: Sequence[Any] = [
        f"{message}.  " if message else "",
        f"x and y not equal to tolerance rtol = {relative!s}, atol = {absolute!s}",
        f"x {_described(a)}",
        a,
        f"y {_described(b)}",
        b,
    ]
    Assert(to_tensor(False, dtypes.bool_), data, summarize)
