"""Loops of the graph: tf.while_loop over the variables that a Python loop changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._src import control_flow
from tfcompat._src.autograph.loop_state import LoopState
from tfcompat._src.autograph.ranges import StagedRange
from tfcompat._src.autograph.staged import as_tensor, condition, is_staged
from tfcompat._src.convert import to_tensor
from tfcompat._src.ops import casting, comparisons, math, sizes
from tfcompat._src.ops.assertions import Assert
from tfcompat._src.tensor import Tensor

State = tuple[Any, ...]
Options = dict[str, Any]
Test = Callable[[], Any]


def while_loop(
    test: Test,
    body: Callable[[], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    names: Sequence[str],
    opts: Options,
) -> None:
    """A `while` statement whose test is staged."""
    state = LoopState(get_state, set_state, names, opts)
    state.define(lambda _: body())

    def goes_on(counters: State) -> Any:
        return condition(test(), "while loop")

    def step(counters: State) -> State:
        body()
        return counters

    _run(state, (), goes_on, step, opts)


def for_range(
    numbers: StagedRange,
    extra_test: Test | None,
    body: Callable[[Any], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    names: Sequence[str],
    opts: Options,
) -> None:
    """A `for` statement over tf.range."""
    state = LoopState(get_state, set_state, names, opts)
    first = to_tensor(numbers.start, numbers.dtype)
    state.define(lambda graph: body(graph.placeholder((), numbers.dtype, "number")))
    limit, delta = numbers.limit, numbers.delta

    def goes_on(counters: State) -> Any:
        (number,) = counters
        if isinstance(delta, Tensor):
            within = comparisons.logical_or(
                comparisons.logical_and(delta > 0, number < limit),
                comparisons.logical_and(delta < 0, number > limit),
            )
        else:
            within = number < limit if delta > 0 else number > limit
        return _both(within, extra_test)

    def step(counters: State) -> State:
        body(counters[0])
        return (counters[0] + delta,)

    count = numbers.count()
    if count is not None:
        opts = {"maximum_iterations": count, **opts}
    elif numbers.dtype.is_floating:
        # Sums of steps may come out just below the limit.
        most = math.ceil((numbers.limit - numbers.start) / delta)
        opts = {"maximum_iterations": casting.cast(most, "int32"), **opts}
    _run(state, (first,), goes_on, step, opts, count)


def for_rows(
    rows: Any,
    extra_test: Test | None,
    body: Callable[[Any], None],
    get_state: Callable[[], State],
    set_state: Callable[[State], None],
    names: Sequence[str],
    opts: Options,
) -> None:
    """A `for` statement over the rows of a tensor."""
    tensor = as_tensor(rows)
    if tensor.shape.rank == 0:
        raise ValueError(f"len requires a non-scalar tensor, got one of shape {tensor.shape}")
    static = tensor.shape[0] if tensor.shape.rank is not None else None
    count = sizes.shape(tensor)[0] if static is None else static
    state = LoopState(get_state, set_state, names, opts)
    state.define(lambda graph: body(graph.placeholder(tensor.shape[1:], tensor.dtype, "row")))

    def goes_on(counters: State) -> Any:
        return _both(counters[0] < count, extra_test)

    def step(counters: State) -> State:
        row = tensor[counters[0]]
        row.set_shape(tensor.shape[1:])  # which no example tells where there are no rows
        body(row)
        return (counters[0] + 1,)

    opts = {"maximum_iterations": count, **opts}
    _run(state, (to_tensor(0),), goes_on, step, opts, static)


def _both(within: Any, extra_test: Test | None) -> Any:
    if extra_test is None:
        return within
    wanted = extra_test()
    if is_staged(wanted):
        return comparisons.logical_and(within, wanted)
    return within if wanted else to_tensor(False)


def _run(
    state: LoopState,
    counters: State,
    goes_on: Callable[[State], Any],
    step: Callable[[State], State],
    opts: Options,
    rounds: int | None = None,
) -> None:
    """The loop.

    counters: what the loop counts with, which step gives anew; rounds: how many there are at most,
    where that is known.
    """
    # Variables that the loop makes have a value only if there is a round: that is looked at.
    must_run = bool(state.defined_by_loop) and not rounds
    flags: State = (to_tensor(False),) if must_run else ()
    heads = len(flags) + len(counters)

    def cond(*values: Any) -> Any:
        state.enter(values[heads:])
        return goes_on(values[len(flags) : heads])

    def body(*values: Any) -> State:
        state.enter(values[heads:])
        after = step(values[len(flags) : heads])
        return (*((to_tensor(True),) if must_run else ()), *after, *state.leave(values[heads:]))

    first = (*flags, *counters, *state.values())
    shapes = state.shapes()
    if shapes is not None:
        shapes = (*[value.shape for value in first[:heads]], *shapes)
    try:
        # A loop that changes nothing may still print: its loop variable is a number that stays.
        results = control_flow.while_loop(
            cond if first else lambda _: goes_on(()),
            body if first else lambda same: (step(()), (same,))[1],
            first or (to_tensor(0),),
            shape_invariants=shapes,
            parallel_iterations=opts.get("parallel_iterations", 10),
            swap_memory=opts.get("swap_memory", False),
            maximum_iterations=opts.get("maximum_iterations"),
        )
    except BaseException:
        state.restore()
        raise
    if must_run:
        Assert(results[0], [_no_round(state)])
    state.finish(tuple(results)[heads:] if first else ())


def _no_round(state: LoopState) -> str:
    return f"loop must iterate at least once to initialize {state.described()}"
