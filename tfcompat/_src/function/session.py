"""What a program of the backend takes beside its arguments: variables, and random numbers.

A Session is one run of a graph's ops on tensors without values. While it is open, the variables
that are read hold a tensor without a value too; what they hold at the end is what the program
gives back for them.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tfcompat._src import afterwards, dispatch, recording, stand_ins
from tfcompat._src.dtypes import DType
from tfcompat._src.function import tracing
from tfcompat._src.function.followed import (
    Compiled,
    Effect,
    Followed,
    Make,
    Plan,
    all_true,
    both,
    chosen,
    with_values,
)
from tfcompat._src.host import HostTensor
from tfcompat._src.ops import random_seeds
from tfcompat._src.tensor import Tensor
from tfcompat._src.variable import Variable
from tfcompat.backend import ValueNeeded


def new_capture() -> Any:
    """A Capture of the backend's."""
    make: Any = dispatch.backend().Capture
    return make()


class Session:
    """A backend's Capture, with the variables and random numbers that go into it.

    order: for each input of the capture, the argument's number, the Variable, or what makes the
    tensor anew for each call.
    effects: what the program's runs are followed by; conditions: what has to be true, or a run is
    given up. follows: what there may be of these: "all", "checks" (which make conditions) or
    "nothing". repeats: whether a run that is given up can be made again.
    """

    def __init__(self, follows: str = "nothing", repeats: bool = True) -> None:
        self.capture = new_capture()
        self.order: list[int | Variable | Make] = []
        self.variables: list[Variable] = []
        self.capturable = True
        self._stand_ins: dict[int, Any] = {}
        # See stand_ins.py.
        self.held: dict[int, Any] = {}
        self.thread = 0
        self._places: dict[int, int] = {}
        self._arguments = 0
        self.effects: list[Effect] = []
        self.conditions: list[Tensor] = []
        self._rereads = False
        self._unchecked = False
        self._follows = follows
        self._repeats = repeats

    # ------------------------------------------------------------------------------------ inputs
    def argument(self, shape: tuple[int, ...], dtype: DType) -> Tensor:
        """The next argument of the program."""
        self.order.append(self._arguments)
        self._arguments += 1
        return self.capture.input(shape, dtype)

    def made(self, make: Make, shape: tuple[int, ...], dtype: DType) -> Tensor:
        """A tensor that is made on the host before each call."""
        self.order.append(make)
        return self.capture.input(shape, dtype)

    def stand_in(self, variable: Variable) -> bool:
        """Has a variable hold a tensor without a value from now on; whether it did not before."""
        if id(variable) in self.held:
            return False
        stand_in = variable._value
        if stand_in.__class__ is HostTensor:
            self.capturable = False
        else:
            self._places[id(variable)] = len(self.order)
            self.order.append(variable)
            stand_in = self.capture.input(tuple(stand_in._shape), stand_in._dtype)
        self._stand_ins[id(variable)] = stand_in
        self.variables.append(variable)
        with stand_ins.exchanging:
            self.held[id(variable)] = variable._value
            variable._value = stand_in
        return True

    def note_read(self, variable: Variable) -> None:
        """Is told of a read of a variable that has a stand-in."""
        if variable._value is not self._stand_ins[id(variable)] and variable._dtype.is_floating:
            self._rereads = True

    def note_unchecked(self) -> None:
        """Is told of a check of gradients, for a tape that there is not."""
        self._unchecked = True

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
        taker = afterwards.taken_by(self._take if self._follows != "nothing" else None)
        with (
            stand_ins.tracing_lock,
            recording.paused(),
            self.capture,
            random_seeds.later(self._draw),
            taker,
        ):
            # A session around this one need not know of reads in this one.
            tapes[:] = [t for t in tapes if not isinstance(t, _Reads)]
            tapes.append(_Reads(self))
            self.thread = threading.get_ident()
            stand_ins.sessions.append(self)
            try:
                for variable in variables:
                    self.stand_in(variable)
                yield self
            finally:
                with stand_ins.exchanging:
                    for variable in self.variables:
                        variable._value = self.held[id(variable)]
                    stand_ins.sessions.remove(self)

    def _draw(self, make: Make, shape: tuple[int, ...], dtype: DType) -> Tensor:
        return self.made(make, shape, dtype)

    @property
    def is_followed(self) -> bool:
        """Whether anything follows the program's runs."""
        return bool(self.effects or self.conditions)

    def _take(
        self,
        holds: Tensor | None,
        function: Callable[..., None] | None,
        args: tuple[Any, ...],
    ) -> bool:
        if holds is not None:
            if not self.is_abstract(holds):
                return False
            holds = all_true(holds)
            if function is None or self._follows == "checks":
                if not self._repeats:
                    raise ValueNeeded("random numbers would be others in a second run")
                self.conditions.append(holds)
                return True
        if function is None or self._follows == "checks":
            raise ValueNeeded("what is printed in a branch or a loop")
        args = with_values(args)
        held = {id(v): v._value for v in self.variables}
        self.effects.append(Effect(holds, function, args, held, afterwards.line()))
        return True

    def finish(self, outputs: Sequence[Tensor]) -> Compiled:
        """The program; to be called while the session is open.

        Raises ValueNeeded where a check decides between variables' values of different shapes, or
        a run may be given up that cannot be made again.
        """
        whole = self._follows == "all"
        if whole and self.conditions and any([callable(item) for item in self.order]):
            raise ValueNeeded("random numbers would be others in a second run")
        assigned = self.assigned()
        values = [v._value for v in assigned]
        gates = whole and self.is_followed and getattr(dispatch.backend(), "donates", False)
        if gates:
            values = self._gated(assigned, values)
        looked_at = [t for effect in self.effects for t in effect.tensors]
        held = [] if gates else [t for some in self._changed(assigned) for _, t in some]
        conditions = [both(self.conditions)] if self.conditions else []
        results = [*outputs, *values, *looked_at, *held, *conditions]
        abstract = [t for t in results if self.is_abstract(t)]
        places = {id(t): i for i, t in enumerate(abstract)}
        replaced = [
            (self._places[id(v)], places[id(value)])
            for v, value in zip(assigned, values, strict=True)
            if id(value) in places
        ]
        program = self.capture.finish(abstract, replaced)

        def at(tensor: Any) -> Any:
            return places.get(id(tensor), tensor)

        plan = Plan(
            program,
            self.order,
            [at(t) for t in outputs],
            [(v, at(value)) for v, value in zip(assigned, values, strict=True)],
            at(conditions[0]) if conditions else None,
            self._rereads,
            self._unchecked,
        )
        if not whole or not self.is_followed:
            return Compiled(plan)
        changed = [[] for _ in self.effects] if gates else self._changed(assigned)
        steps = [
            effect.step(places, [(v, at(t)) for v, t in some])
            for effect, some in zip(self.effects, changed, strict=True)
        ]
        return Followed(plan, len(abstract), steps, gates)

    def _changed(self, assigned: Sequence[Variable]) -> list[list[tuple[Variable, Any]]]:
        """For each effect, what variables that are assigned hold then, if that is not the first."""
        found = []
        for effect in self.effects:
            pairs = [(v, effect.held.get(id(v))) for v in assigned if effect.holds is not None]
            found.append(
                [(v, t) for v, t in pairs if t is not None and t is not self._stand_ins[id(v)]]
            )
        return found

    def _gated(self, assigned: Sequence[Variable], values: Sequence[Any]) -> list[Any]:
        """The variables' last values, or, where a check fails, those they have at that check."""
        found = list(values)
        for effect in reversed(self.effects):
            if effect.holds is None:
                continue
            for i, v in enumerate(assigned):
                before = effect.held.get(id(v), self._stand_ins[id(v)])
                found[i] = self._gate(effect.holds, found[i], before)
        for holds in self.conditions:
            for i, v in enumerate(assigned):
                found[i] = self._gate(holds, found[i], self._stand_ins[id(v)])
        return found

    def _gate(self, holds: Tensor, value: Any, before: Any) -> Any:
        if before is value:
            return value
        if tuple(before._shape) != tuple(value._shape):
            raise ValueNeeded("a check before a variable's shape changes")
        return chosen(holds, value, before)


class _Reads(recording.ReadWatcher):
    """Sees reads of variables that no argument of a call showed."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session

    def _note_read(self, variable: Variable, value: Tensor) -> Any:
        graph = tracing.current()
        if graph is not None:
            return variable.value()
        if self._session.stand_in(variable):
            # Once more, for tapes are to be told of the stand-in too.
            return variable._read()
        self._session.note_read(variable)
        return None

    def note_unchecked(self) -> None:
        self._session.note_unchecked()
