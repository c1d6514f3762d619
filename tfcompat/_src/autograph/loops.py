"""`while` and `for` statements."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._src.autograph import staged_loops
from tfcompat._src.autograph.ranges import StagedRange
from tfcompat._src.autograph.staged import is_staged
from tfcompat._src.function import tracing
from tfcompat._src.function.graph import Graph

State = tuple[Any, ...]
Options = dict[str, Any]

#: Kinds of iterables that have loops of their own: functions of for_stmt's arguments.
iterables: dict[type, Callable[..., None]] = {}

_BREAK = (
    "break and return statements which depend on a TF condition are not supported in Python for "
    "loops. Did you intend to make it a TF loop?"
)
_CHANGED = (
    "The condition of while loop started as non-Tensor, then changed to Tensor. This may happen "
    "either because variables changed type, or when a break or return statement inside the loop "
    "depends on a Tensor condition. In both cases, changing to a TF loop should remove the error."
)


def while_stmt(
    test: Callable[[], Any],
    body: Callable[[], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    symbol_names: Sequence[str],
    opts: Options,
) -> None:
    """A `while` statement, whose body changes the variables `symbol_names`."""
    graph = tracing.current()
    if graph is None:
        while test():
            body()
        return
    # The test must leave nothing in the graph: it is part of the loop if it is staged.
    before = get_state()
    scratch = Graph("loop_test", graph)
    with scratch.building():
        holds = test()
        staged = is_staged(holds)
    if staged:
        set_state(before)
        staged_loops.while_loop(test, body, get_state, set_state, symbol_names, opts)
        return
    if scratch.nodes:
        holds = test()
    while holds:
        body()
        holds = test()
        if is_staged(holds):
            raise NotImplementedError(_CHANGED)


def for_stmt(
    iter_: Any,
    extra_test: Callable[[], Any] | None,
    body: Callable[[Any], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    symbol_names: Sequence[str],
    opts: Options,
) -> None:
    """A `for` statement; `extra_test` says before each round whether there shall be one."""
    parts = (extra_test, body, get_state, set_state, symbol_names, opts)
    if iter_.__class__ is StagedRange:
        staged_loops.for_range(iter_, *parts)
    elif is_staged(iter_):
        staged_loops.for_rows(iter_, *parts)
    elif (own := _own_loop(iter_)) is not None:
        own(iter_, *parts)
    elif extra_test is None:
        for item in iter_:
            body(item)
    elif _goes_on(extra_test):
        for item in iter_:
            body(item)
            if not _goes_on(extra_test):
                break


def _own_loop(iterable: Any) -> Callable[..., None] | None:
    for kind, loop in iterables.items():
        if isinstance(iterable, kind):
            return loop
    return None


def _goes_on(extra_test: Callable[[], Any]) -> bool:
    holds = extra_test()
    if is_staged(holds):
        raise NotImplementedError(_BREAK)
    return bool(holds)
