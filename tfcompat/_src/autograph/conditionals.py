"""`if` statements and conditional expressions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._src import control_flow, nest
from tfcompat._src.autograph.staged import (
    condition,
    dtype_name,
    fresh,
    is_staged,
    structure_difference,
)
from tfcompat._src.autograph.variables import Undefined, UndefinedReturnValue

State = tuple[Any, ...]


def if_stmt(
    cond: Any,
    body: Callable[[], None],
    orelse: Callable[[], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    symbol_names: Sequence[str],
    nouts: int,
) -> None:
    """An `if` statement, whose branches change the variables `symbol_names`.

    Only the first `nouts` of them are needed afterwards.
    """
    if is_staged(cond):
        _staged_if(cond, body, orelse, get_state, set_state, symbol_names, nouts)
    elif cond:
        body()
    else:
        orelse()


def _staged_if(
    cond: Any,
    body: Callable[[], None],
    orelse: Callable[[], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    names: Sequence[str],
    count: int,
) -> None:
    pred = condition(cond, "if statement")
    before = get_state()
    found: dict[str, State] = {}

    def branch(which: str, run: Callable[[], None]) -> Callable[[], State]:
        def call() -> State:
            set_state(fresh(before))
            run()
            after = get_state()[:count]
            _check_branch(after, names, which)
            found[which] = after
            if len(found) == 2:
                _check_branches(found["main"], found["else"], names)
            return after

        return call

    try:
        results = control_flow.cond(pred, branch("main", body), branch("else", orelse))
    except BaseException:
        set_state(before)
        raise
    set_state(tuple(results) + before[count:] if count else before)


def if_exp(
    cond: Any, if_true: Callable[[], Any], if_false: Callable[[], Any], expr_repr: str
) -> Any:
    """A conditional expression."""
    if not is_staged(cond):
        return if_true() if cond else if_false()
    pred = condition(cond, "conditional expression")
    found: dict[str, State] = {}

    def branch(which: str, run: Callable[[], Any]) -> Callable[[], State]:
        def call() -> State:
            found[which] = value = (run(),)
            _check_branch(value, (expr_repr,), which)
            if len(found) == 2:
                _check_branches(found["main"], found["else"], (expr_repr,))
            return value

        return call

    (result,) = control_flow.cond(pred, branch("main", if_true), branch("else", if_false))
    return result


def _check_branch(state: State, names: Sequence[str], which: str) -> None:
    for name, value in zip(names, state, strict=False):
        for leaf in nest.flatten(value):
            if leaf.__class__ is Undefined:
                raise ValueError(f"'{name}' must also be initialized in the {which} branch")
            if leaf.__class__ is UndefinedReturnValue:
                raise ValueError(f"the {which} branch must also have a return statement.")


def _dtype(leaf: Any) -> str | None:
    try:
        return dtype_name(leaf)
    except (ValueError, TypeError) as error:
        raise TypeError(
            "To be compatible with tf.function, Python functions must return zero or more Tensors "
            f"or ExtensionTypes or None values; found return value of type {type(leaf).__name__}, "
            "which is not a Tensor or ExtensionType."
        ) from error


def _check_branches(main: State, other: State, names: Sequence[str]) -> None:
    for name, first, second in zip(names, main, other, strict=False):
        for which, value in (("main", first), ("else", second)):
            if any(leaf is None for leaf in nest.flatten(value)):
                raise ValueError(f"'{name}' is None at the end of the {which} branch.")
        difference = structure_difference(first, second)
        if difference is not None:
            raise TypeError(
                f"'{name}' must have the same nested structure in the main and else branches:\n\n"
                f"{difference}"
            )
        for one, two in zip(nest.flatten(first), nest.flatten(second), strict=True):
            left, right = _dtype(one), _dtype(two)
            if left != right:
                raise TypeError(
                    f"'{name}' has dtype {left} in the main branch, but dtype {right} in the else "
                    "branch"
                )
