"""tf.while_loop in graphs: the condition and the body are traced once, and become one node."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from tfcompat._src import afterwards, dispatch, recording
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import int32
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function import (
    loop_scans,
    loop_variables as variables,
    subgraphs,
    trip_counts,
)
from tfcompat._src.function.arrays import GraphTensorArray
from tfcompat._src.function.session import new_capture
from tfcompat._src.function.subgraphs import Operands, Subgraph
from tfcompat._src.function.symbolic import is_symbolic
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.comparisons import logical_and
from tfcompat._src.ops.creation import zeros
from tfcompat._src.tape import GradientTape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.variable import Variable
from tfcompat.backend import ValueNeeded

control = dispatch.family("control")

# Rounds of a loop that become ops of a program one by one, where it can be no kernel.
_UNROLLED = 8


def while_loop(
    cond: Callable[..., Any],
    body: Callable[..., Any],
    loop_vars: Any,
    shape_invariants: Any,
    maximum_iterations: Any,
    back_prop: bool,
    name: Any,
) -> Any:
    """tf.while_loop of a graph; its arguments have been looked at."""
    most = None if maximum_iterations is None else _most(maximum_iterations)
    leaves = [variables.value_of(leaf) for leaf in subgraphs.flat(loop_vars)]
    start = subgraphs.pack(loop_vars, leaves)
    shapes = variables.invariants(start, leaves, shape_invariants)
    testing, seen = variables.traced("while_cond", cond, start, leaves, shapes, variables.truth)
    moving, entered = variables.traced(
        "while_body",
        body,
        start,
        leaves,
        shapes,
        lambda found: variables.following(found, start, leaves, shapes),
    )
    first = [
        x.dense() if isinstance(x, GraphTensorArray) else x if back_prop else _stopped(x)
        for x in leaves
    ]
    arrays = [i for i, x in enumerate(leaves) if isinstance(x, GraphTensorArray)]
    # An array that the condition does not look at is none of its arguments.
    places = [i for i, x in enumerate(seen) if i not in arrays or x.is_used]
    loop = _Loop(testing, moving, arrays, places)
    loop.note_rounds(first, most)
    specs = [
        TensorSpec(shape, x._dtype)
        for shape, x in zip(variables.final(shapes, entered), first, strict=True)
    ]
    effect = testing.has_effects or moving.has_effects
    captured = [testing.captured, moving.captured]
    if not back_prop:
        captured = [
            [_stopped(x) if isinstance(x, Tensor) else x for x in some] for some in captured
        ]
    args = (first, *captured, most)
    found = subgraphs.record(loop, args, name or "while", specs, effect, loop.is_pure(first))
    subgraphs.rename(found, lambda base, i: f"{base}:{i + 2}")
    results = [
        x.with_buffer(y) if isinstance(x, GraphTensorArray) else y
        for x, y in zip(leaves, found, strict=True)
    ]
    return subgraphs.pack(start, results)


def _most(maximum: Any) -> Any:
    tensor = to_tensor(maximum, None if isinstance(maximum, Tensor) else int32)
    if is_symbolic(tensor) and tensor._dtype is not int32:
        raise ValueError(
            "maximum_iterations: Tensor conversion requested dtype int32 for Tensor with dtype "
            f"{tensor._dtype.name}: {tensor!r}"
        )
    return tensor


def _stopped(value: Any) -> Any:
    from tfcompat._src.ops.array import stop_gradient

    return stop_gradient(value)


# ------------------------------------------------------------------------------------------- node
class _Loop:
    """What the node of a loop calls: with the first values, and what the two graphs captured."""

    has_kernel = True

    def __init__(
        self,
        testing: Subgraph,
        moving: Subgraph,
        arrays: Sequence[int],
        places: Sequence[int],
    ) -> None:
        # Whether nobody knows how many rounds it takes.
        self.is_long = True
        self._places = places
        self._testing = testing
        self._moving = moving
        self._arrays = arrays
        found = {id(v): v for v in (*testing.graph.assigned, *moving.graph.assigned)}
        self._assigned: list[Variable] = list(found.values())
        self.variables = [*testing.graph.variables, *moving.graph.variables]

    def note_rounds(self, first: Sequence[Any], most: Any) -> None:
        """Looks at how often it goes round, as far as tracing tells."""
        test, body = self._testing, self._moving
        bound = self._bound(first, test.captured, body.captured, most)
        self.is_long = bound is None or test.graph.is_long or body.graph.is_long

    def _bound(
        self, first: Sequence[Any], tested: Sequence[Any], moved: Sequence[Any], most: Any
    ) -> int | None:
        """The most rounds there can be, if that is known."""
        return trip_counts.bound(
            self._testing.graph, self._moving.graph, self._places, first, tested, moved, most
        )

    def is_pure(self, first: Sequence[Any]) -> bool:
        """Whether the loop can be a kernel, as far as tracing tells."""
        inside = [s.shape for s in self._moving.graph.inputs]
        return (
            not (self.is_long and _is_derived_twice())
            and self._testing.is_pure
            and self._moving.is_pure
            and not self._testing.graph.assigned
            and not self._moving.draws
            and not self._testing.draws
            and [spec.shape for spec in self._moving.specs] == inside
            and [x.shape for x in first] == inside
        )

    def __call__(
        self,
        values: list[Tensor],
        tested: list[Tensor],
        moved: list[Tensor],
        most: Tensor | None,
    ) -> list[Tensor]:
        if subgraphs.making_program():
            try:
                return self._program(values, tested, moved, most)
            except ValueNeeded:
                bound = self._bound(values, tested, moved, most)
                if bound is None or bound > _UNROLLED:
                    raise
                return self._run(values, tested, moved, most, bound)
        return self._run(values, tested, moved, most, None)

    def _run(
        self,
        values: list[Tensor],
        tested: list[Tensor],
        moved: list[Tensor],
        most: Tensor | None,
        limit: int | None,
    ) -> list[Tensor]:
        left = -1 if most is None else max(0, _scalar(most))
        done = 0
        while left != 0 and _holds(self._test(values, tested)):
            if done == limit:
                raise ValueNeeded("a loop of many rounds that no kernel can run")
            values = self._moving.run(values, moved)
            if limit is None and not recording.anybody():
                # Or a backend that defers would meet another program in each round.
                for value in values:
                    _ = value.native
            left -= 1
            done += 1
        return values

    def _test(self, values: Sequence[Tensor], tested: Sequence[Tensor]) -> Tensor:
        return self._testing.run([values[i] for i in self._places], tested)[0]

    def _program(
        self,
        values: list[Tensor],
        tested: list[Tensor],
        moved: list[Tensor],
        most: Tensor | None,
    ) -> list[Tensor]:
        if self._testing.graph.assigned:
            raise ValueNeeded("a condition that assigns variables")
        if self._moving.graph.lent:
            raise ValueNeeded("a loop that asks a tape of the graph around it")
        scan = loop_scans.of(self._testing, self._moving, self._places, values, tested, moved, most)
        if scan is not None:
            with suppress(ValueNeeded):
                return scan.run(values, moved)
        values, move = self._settled(values, moved)
        test = self._testing.compiled([*[values[i] for i in self._places], *tested])
        if move.draws or test.draws:
            raise ValueNeeded("a loop with new random numbers in each round")
        bound = self._bound(values, tested, moved, most)
        if test.checks:
            raise ValueNeeded("a condition with checks in it")
        own = list(range(len(values)))
        # Whether all checks held so far is carried along: a round where one fails is the last.
        flag = [to_tensor(True)] if move.checks else []
        first = len(values) + len(flag)
        count = first + len(self._assigned)
        operands = Operands()
        operands.tensors.extend([*values, *flag, *[v._read() for v in self._assigned]])
        held = {id(v): first + i for i, v in enumerate(self._assigned)}
        if bound is None and _is_derived_twice():
            raise ValueNeeded("a second derivative of a loop of who knows how many rounds")
        if most is not None and bound is None:
            raise ValueNeeded("a loop of at most as many rounds as a tensor says")
        inner = [*self._places, *[operands.place(x) for x in tested]]
        testing = subgraphs.part(operands, test, inner, held=held)
        inner = [*own, *[operands.place(x) for x in moved]]
        moving = subgraphs.part(
            operands, move, inner, self._assigned, held=held, checks=move.checks
        )
        whole = operands.tensors
        found = dispatch.execute(
            control.while_loop,
            tuple(whole),
            (
                _scalar_truth(testing.of(whole), len(values) if flag else None),
                moving.of(whole),
                bound,
                count,
            ),
        )
        subgraphs.assign(self._assigned, found[first:count])
        if flag:
            afterwards.held(found[len(values)])
        return list(found[: len(values)])

    def _settled(
        self, values: list[Tensor], moved: list[Tensor]
    ) -> tuple[list[Tensor], subgraphs.Program]:
        """The first values with room for what will be written to arrays, and the body's program."""
        for _ in range(3):
            move = self._moving.compiled([*values, *moved])
            avals = [(tuple(x._shape), x._dtype) for x in values]
            if list(move.results) == avals:
                return values, move
            for at, (own, new) in enumerate(zip(avals, move.results, strict=True)):
                if own != new:
                    if at not in self._arrays or 0 not in own[0][1:]:
                        raise ValueNeeded("a loop whose tensors change their shapes")
                    values = [*values[:at], zeros(list(new[0]), new[1]), *values[at + 1 :]]
        raise ValueNeeded("a loop whose tensors change their shapes")


def _is_derived_twice() -> bool:
    """Whether two tapes record."""
    return sum(isinstance(tape, GradientTape) for tape in recording.local.tapes) > 1


def _scalar_truth(program: Any, flag: int | None) -> Any:
    """A condition's program with a scalar for its result, which is false where that operand is."""
    capture = new_capture()
    with capture:
        given = [capture.input(shape, dtype) for shape, dtype in program.inputs]
        (found,) = program(given)
        found = found if not found._shape else reshape(found, [])
        return capture.finish([found if flag is None else logical_and(found, given[flag])])


def _scalar(tensor: Tensor) -> int:
    if tensor._shape:
        raise invalid_argument(
            "while_loop",
            f"maximum_iterations must be a scalar, but it has shape {list(tensor._shape)}",
        )
    return int(tensor)


def _holds(tensor: Tensor) -> bool:
    if tuple(tensor._shape) not in ((), (1,)):
        raise invalid_argument(
            "while_loop",
            f"The second input must be a scalar, but it has shape {list(tensor._shape)}",
        )
    return bool(tensor)
