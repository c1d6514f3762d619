"""What a program of the backend takes beside its arguments: variables, and random numbers.

A Session is one run of a graph's ops on tensors without values. While it is open, the variables
that are read hold a tensor without a value too; what they hold at the end is what the program
gives back for them.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tfcompat._src import dispatch, recording
from tfcompat._src.dtypes import DType
from tfcompat._src.function import tracing
from tfcompat._src.host import HostTensor
from tfcompat._src.ops import random_seeds
from tfcompat._src.tensor import Tensor
from tfcompat._src.variable import Variable

Make = Callable[[], Tensor]


def new_capture() -> Any:
    """A Capture of the backend's."""
    make: Any = dispatch.backend().Capture
    return make()


class Session:
    """A backend's Capture, with the variables and random numbers that go into it.

    order: for each input of the capture, the argument's number, the Variable, or what makes the
    tensor anew for each call.
    """

    def __init__(self) -> None:
        self.capture = new_capture()
        self.order: list[int | Variable | Make] = []
        self.variables: list[Variable] = []
        self.capturable = True
        self._stand_ins: dict[int, Any] = {}
        self._own: dict[int, Any] = {}
        self._places: dict[int, int] = {}
        self._arguments = 0

    # ------------------------------------------------------------------------------------ inputs
    def argument(self, shape: tuple[int, ...], dtype: DType) -> Tensor:
        """The next argument of the program."""
        self.order.append(self._arguments)
        self._arguments += 1
        return self.capture.input(shape, dtype)  # type: ignore[no-any-return]

    def made(self, make: Make, shape: tuple[int, ...], dtype: DType) -> Tensor:
        """A tensor that is made on the host before each call."""
        self.order.append(make)
        return self.capture.input(shape, dtype)  # type: ignore[no-any-return]

    def stand_in(self, variable: Variable) -> bool:
        """Has a variable hold a tensor without a value from now on; whether it did not before."""
        if id(variable) in self._own:
            return False
        own = variable._value
        self._own[id(variable)] = own
        self.variables.append(variable)
        if own.__class__ is HostTensor:
            self.capturable = False
            self._stand_ins[id(variable)] = own
        else:
            self._places[id(variable)] = len(self.order)
            self.order.append(variable)
            stand_in = self.capture.input(tuple(own._shape), own._dtype)
            variable._value = self._stand_ins[id(variable)] = stand_in
        return True

    def is_abstract(self, tensor: Any) -> bool:
        """Whether a tensor has no value."""
        return tensor.__class__ is not HostTensor and self.capture.is_abstract(tensor)

    def assigned(self) -> list[Variable]:
        """The variables that hold something else than at first."""
        return [v for v in self.variables if v._value is not self._stand_ins[id(v)]]

    # ----------------------------------------------------------------------------------- running
    @contextmanager
    def open(self, variables: Sequence[Variable] = ()) -> Iterator[Session]:
        """The context in which the ops run; afterwards the variables have their values again.

        variables: those that are known to be used; others may be assigned only if they are read.
        """
        tapes = recording.local.tapes
        with recording.paused(), self.capture, random_seeds.later(self._draw):
            # A session around this one need not know of reads in this one.
            tapes[:] = [t for t in tapes if not isinstance(t, _Reads)]
            tapes.append(_Reads(self))
            try:
                for variable in variables:
                    self.stand_in(variable)
                yield self
            finally:
                for variable in self.variables:
                    variable._value = self._own[id(variable)]

    def _draw(self, make: Make, shape: tuple[int, ...], dtype: DType) -> Tensor:
        return self.made(make, shape, dtype)

    def finish(self, outputs: Sequence[Tensor]) -> Compiled:
        """The program; to be called while the session is open."""
        assigned = self.assigned()
        results = [*outputs, *[v._value for v in assigned]]
        abstract = [t for t in results if self.is_abstract(t)]
        places = {id(t): i for i, t in enumerate(abstract)}
        replaced = [
            (self._places[id(v)], places[id(v._value)]) for v in assigned if id(v._value) in places
        ]
        program = self.capture.finish(abstract, replaced)
        return Compiled(
            program,
            self.order,
            [places.get(id(t), t) for t in outputs],
            [(v, places.get(id(v._value), v._value)) for v in assigned],
        )


class _Reads(recording.ReadWatcher):
    """Sees reads of variables that no argument of a call showed."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def _note_read(self, variable: Variable, value: Tensor) -> Any:
        graph = tracing.current()
        if graph is not None:
            return variable.value()
        return variable._value if self._session.stand_in(variable) else None


class Compiled:
    """A program with what to call it with.

    order: as Session's; results, assigned: the number among the program's results, or the tensor
    itself where it is always the same.
    """

    def __init__(
        self,
        program: Any,
        order: Sequence[int | Variable | Make],
        results: Sequence[int | Tensor],
        assigned: Sequence[tuple[Variable, int | Tensor]],
    ) -> None:
        self._program = program
        self._results = results
        self._assigned = assigned
        self._order = order

    def compile(self) -> None:
        """Compiles the program as a whole, if the backend leaves that to choose."""
        compile_whole = getattr(self._program, "compile", None)
        if compile_whole is not None:
            compile_whole()

    def __call__(self, arguments: list[Tensor]) -> list[Tensor]:
        """Runs the program; variables get their new values when all of it has run."""
        here = recording.local
        if here.tapes or here.accumulators or dispatch.local.handler is not None:
            return self._watched(arguments)
        return self._alone(arguments)

    @functools.cached_property
    def _alone(self) -> Callable[[list[Tensor]], list[Tensor]]:
        """A call that nobody watches, written out: most of a small step's time is its call."""
        scope: dict[str, Any] = {"program": self._program}

        def named(value: Any) -> str:
            name = f"c{len(scope)}"
            scope[name] = value
            return name

        def taken(item: Any) -> str:
            if isinstance(item, int):
                return f"arguments[{item}]"
            return named(item) + ("._value" if isinstance(item, Variable) else "()")

        def given(at: int | Tensor) -> str:
            return f"found[{at}]" if isinstance(at, int) else named(at)

        lines = [
            "def call(arguments):",
            f"    found = program([{', '.join([taken(item) for item in self._order])}])",
            *[f"    {named(v)}._value = {given(at)}" for v, at in self._assigned],
            f"    return [{', '.join([given(at) for at in self._results])}]",
        ]
        exec(compile("\n".join(lines), "<call>", "exec"), scope)
        return scope["call"]  # type: ignore[no-any-return]

    def _watched(self, arguments: list[Tensor]) -> list[Tensor]:
        """A call under a tape, an accumulator or a capture."""
        inputs = []
        for item in self._order:
            if isinstance(item, int):
                inputs.append(arguments[item])
            elif isinstance(item, Variable):
                item._read()
                inputs.append(item._value)
            else:
                inputs.append(item())
        found = self._program(inputs)
        alias = dispatch.backend().alias
        for variable, at in self._assigned:
            variable._value = alias(found[at] if isinstance(at, int) else at)
        return [found[at] if isinstance(at, int) else at for at in self._results]
