"""Programs of the backend with what goes in and comes out, and with what follows their runs."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from tfcompat._src import afterwards, dispatch, nest, recording, stand_ins
from tfcompat._src.errors import InvalidArgumentError
from tfcompat._src.function import tracing
from tfcompat._src.ops.comparisons import logical_and
from tfcompat._src.ops.reductions import reduce_all
from tfcompat._src.ops.selection import where
from tfcompat._src.tensor import Tensor
from tfcompat._src.variable import Variable

Make = Callable[[], Tensor]


class Plan(NamedTuple):
    """A program of the backend, with what goes into it and what becomes of its results.

    order: as Session's; results, assigned: the number among the program's results, or the tensor
    itself where it is always the same; flag: the same for what is false where checks fail that it
    cannot raise itself; rereads: whether it reads a variable that it has assigned;
    unchecked: whether gradients through it ought to be checked, which it does not do.
    """

    program: Any
    order: Sequence[int | Variable | Make]
    results: Sequence[int | Tensor]
    assigned: Sequence[tuple[Variable, int | Tensor]]
    flag: int | Tensor | None
    rereads: bool
    unchecked: bool


class Compiled:
    """A program that can be called."""

    def __init__(self, plan: Plan) -> None:
        self._program, self._order, self._results, self._assigned, self.flag, rereads, _ = plan
        self.unchecked = plan.unchecked
        # Whether a tape around it would not see all of what it does.
        self.rereads = rereads or plan.unchecked
        # What to hold while it runs: the variables are its own from the first read to the last.
        self.updating = stand_ins.updating([variable for variable, _ in plan.assigned])

    def compile(self) -> None:
        """Compiles the program as a whole, if the backend leaves that to choose."""
        compile_whole = getattr(self._program, "compile", None)
        if compile_whole is not None:
            compile_whole()

    def loses_gradients(self) -> bool:
        """Whether a tape is open that would not see all reads of a variable, or all checks."""
        here = recording.local
        return self.rereads and bool(here.tapes or here.accumulators)

    def __call__(self, arguments: list[Tensor]) -> list[Tensor]:
        """Runs the program; variables get their new values when all of it has run."""
        return self._watched(arguments) if recording.anybody() else self.alone(arguments)

    @functools.cached_property
    def alone(self) -> Callable[[list[Tensor]], list[Tensor]]:
        """A call that nobody watches, written out: most of a small step's time is its call."""
        unwatched = getattr(self._program, "unwatched", None)
        scope: dict[str, Any] = {
            "program": self._program if unwatched is None else unwatched,
            "sessions": stand_ins.sessions,
            "watched": self._watched,
        }

        def named(value: Any) -> str:
            name = f"c{len(scope)}"
            scope[name] = value
            return name

        def taken(item: Any) -> str:
            if isinstance(item, int):
                return f"arguments[{item}]"
            return named(item) + "._value" if isinstance(item, Variable) else "None"

        def given(at: int | Tensor) -> str:
            return f"found[{at}]" if isinstance(at, int) else named(at)

        # Between a look at `sessions` and the values nothing is called: no thread comes between.
        # Only the list holds them then, for what somebody holds is not given away.
        lines = ["if sessions: return watched(arguments)"]
        lines.append(f"inputs = [{', '.join([taken(item) for item in self._order])}]")
        for at, item in enumerate(self._order):
            if callable(item):
                lines.append(f"inputs[{at}] = {named(item)}()")
        lines.append(f"found = program{'' if unwatched is None else '.call'}(inputs)")
        stores = [f"{named(v)}._value = {given(at)}" for v, at in self._assigned]
        if stores:
            lines.append("if sessions: store(found)")
            lines.append(f"else: {'; '.join(stores)}")
            scope["store"] = self._store
        lines.append(f"return [{', '.join([given(at) for at in self._results])}]")
        if stores:
            lines = [f"with {named(self.updating)}:", *[f"    {line}" for line in lines]]
        lines = ["def call(arguments):", *[f"    {line}" for line in lines]]
        exec(compile("\n".join(lines), "<call>", "exec"), scope)
        return scope["call"]

    def _watched(self, arguments: list[Tensor]) -> list[Tensor]:
        """A call under a tape, an accumulator or a capture."""
        with self.updating:
            inputs = []
            for item in self._order:
                if isinstance(item, int):
                    inputs.append(arguments[item])
                elif isinstance(item, Variable):
                    item._read()
                    inputs.append(stand_ins.value_of(item))
                else:
                    inputs.append(item())
            found = self._program(inputs)
            self._store(found)
        return [found[at] if isinstance(at, int) else at for at in self._results]

    def _store(self, found: Sequence[Tensor]) -> None:
        """Gives variables their new values, each a tensor of its own."""
        alias = dispatch.backend().alias
        for variable, at in self._assigned:
            stand_ins.store(variable, alias(found[at] if isinstance(at, int) else at))


# ------------------------------------------------------------------------------- what follows a run
class Effect(NamedTuple):
    """What follows a run of a program that is being made.

    holds: a check's outcome; function, args: what is called with the values, always or where that
    is false; held: what variables hold then, by their ids; line: who asked for it.
    """

    holds: Tensor | None
    function: Callable[..., None]
    args: tuple[Any, ...]
    held: dict[int, Any]
    line: str | None

    @property
    def tensors(self) -> list[Any]:
        """What a run has to give for it."""
        leaves = nest.flatten(list(self.args), expand_composites=True)
        found = [leaf for leaf in leaves if isinstance(leaf, Tensor)]
        return found if self.holds is None else [self.holds, *found]

    def step(self, places: dict[int, int], before: Sequence[tuple[Variable, Any]]) -> Step:
        """The same for the runs of the program, whose results have these places by their ids."""
        leaves = nest.flatten(list(self.args), expand_composites=True)
        return Step(
            None if self.holds is None else places[id(self.holds)],
            self.function,
            list(self.args),
            leaves,
            [(i, places[id(leaf)]) for i, leaf in enumerate(leaves) if id(leaf) in places],
            before,
            self.line,
        )


class Step(NamedTuple):
    """An effect. ins: which of the leaves of its arguments are which results of the program.

    before: variables with the results that they hold then, if these are not what they held before.
    """

    holds: int | None
    function: Callable[..., None]
    args: list[Any]
    leaves: list[Any]
    ins: Sequence[tuple[int, int]]
    before: Sequence[tuple[Variable, Any]]
    line: str | None

    def __call__(self, found: Sequence[Any]) -> None:
        if self.holds is not None:
            if found[self.holds]:
                return
            for variable, at in self.before:
                stand_ins.store(variable, found[at] if isinstance(at, int) else at)
        leaves = list(self.leaves)
        for i, at in self.ins:
            leaves[i] = found[at]
        args = nest.pack_sequence_as(self.args, leaves, expand_composites=True)
        try:
            self.function(*args)
        except InvalidArgumentError as error:
            raise afterwards.refused(error, self.line) from None


class Followed(Compiled):
    """A program whose runs are followed by prints and checks.

    count: of the program's results; gated: whether the values that it gives for variables take
    account of what the checks say.
    """

    def __init__(self, plan: Plan, count: int, steps: Sequence[Step], gated: bool) -> None:
        # What the program replaces it may have given away: that is replaced at once.
        now = plan.assigned if gated else ()
        super().__init__(plan._replace(results=range(count), assigned=now))
        self.updating = stand_ins.updating([variable for variable, _ in plan.assigned])
        self._left = () if gated else plan.assigned
        self._shown = plan.results
        self._steps = steps

    def conclude(self, found: list[Tensor]) -> list[Tensor] | None:
        """Does what follows a run that gave these results; gives back those of the function.

        None where the run is given up.
        """
        if isinstance(self.flag, int) and not found[self.flag]:
            return None
        for step in self._steps:
            step(found)
        here = recording.local
        watched = bool(here.tapes or here.accumulators)
        for variable, at in self._left:
            value = found[at] if isinstance(at, int) else at
            stand_ins.store(variable, dispatch.backend().alias(value) if watched else value)
        return [found[at] if isinstance(at, int) else at for at in self._shown]


# ---------------------------------------------------------------------------------------- capturing
def with_values(args: tuple[Any, ...]) -> tuple[Any, ...]:
    """Arguments with what variables among them hold now in their place."""
    leaves = nest.flatten(list(args), expand_composites=True)
    if not any([isinstance(leaf, Variable) for leaf in leaves]):
        return args
    new = [leaf._read() if isinstance(leaf, Variable) else leaf for leaf in leaves]
    return tuple(nest.pack_sequence_as(list(args), new, expand_composites=True))


def all_true(holds: Tensor) -> Tensor:
    """A check's outcome as one truth value of the program."""
    return holds if not holds._shape else _run(reduce_all, holds)


def both(conditions: Sequence[Tensor]) -> Tensor:
    """Whether all of these hold."""
    found, *others = conditions
    for other in others:
        found = _run(logical_and, found, other)
    return found


def chosen(holds: Tensor, value: Tensor, otherwise: Tensor) -> Tensor:
    """`value` where a check holds."""
    return _run(where, holds, value, otherwise)


def _run(function: Callable[..., Tensor], *args: Tensor) -> Tensor:
    """Calls an op that is none of the graph's."""
    local = tracing.local
    inside, local.inside = local.inside, True
    try:
        return function(*args)
    finally:
        local.inside = inside
