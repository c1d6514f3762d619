"""Capturing: a thread's ops on tensors without values, written down in a trace that never runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from tfcompat._src import dispatch
from tfcompat._src.dtypes import DType
from tfcompat.backend import ValueNeeded

from .composite import MOST_ORDERS, Program, Step, UserGradient
from .execute import execute, execute_constant
from .tensor import EagerTensor, pending
from .trace import Poison, Trace, local, update_direct
from .trie import TO_NATIVE, Attrs, Aval, Kernel, State, aval_of, new_root


class Capture:
    """See tfcompat.backend.Capture for the contract.

    closing: whether abstract tensors of the captures around become further inputs, `closures`.
    """

    def __init__(self, closing: bool = False) -> None:
        self._trace = Trace([])
        # States of its own, which nobody keeps when the capture is over.
        self._trace.state = new_root()
        self._trace.forced = True
        self._trace.captured = self
        self._closing = closing
        self._inputs: list[EagerTensor] = []
        # By the first slot of what they are the gradients of.
        self.users: dict[int, UserGradient] = {}
        self._before: tuple[Any, ...] = ()
        self._interception: Any = None
        self.closures: list[EagerTensor] = []

    def __enter__(self) -> Capture:
        here = local
        self._before = here.trace, here.tapes, here.observers, dispatch.local.handler
        self._interception = dispatch.intercepted(self)
        self._interception.__enter__()
        here.trace, here.tapes, here.observers = self._trace, [], []
        update_direct()
        return self

    def __exit__(self, *_: object) -> None:
        here = local
        here.trace, here.tapes, here.observers, _ = self._before
        update_direct()
        self._interception.__exit__(None, None, None)

    @contextmanager
    def outside(self) -> Iterator[None]:
        """As it was before the capture, but for the tapes."""
        here = local
        inside = here.trace, here.tapes, here.observers
        handler_inside = dispatch.local.handler
        before, handler = self._before[0], self._before[3]
        here.trace, here.tapes, here.observers, dispatch.local.handler = before, [], [], handler
        update_direct()
        try:
            yield
        finally:
            # A flush puts another trace in the place of the thread's.
            self._before = here.trace, *self._before[1:]
            here.trace, here.tapes, here.observers = inside
            dispatch.local.handler = handler_inside
            update_direct()

    # ------------------------------------------------------------------------------------ leaves
    def _enter(self, t: EagerTensor, aval: Aval) -> int:
        """Makes a tensor a leaf of the program, whatever its value is or will be."""
        trace = self._trace
        state = trace.state
        trace.state = State(state, None, (), (), (aval,), (), False, False, state.first)
        trace.slots[id(t)] = slot = state.nslots
        trace.keep.append(t)
        return slot

    def input(self, shape: tuple[int, ...], dtype: DType) -> EagerTensor:
        aval = aval_of(tuple(shape), TO_NATIVE[dtype])
        t = pending(self._trace, self._trace.state.nslots, aval)
        self._enter(t, aval)
        self._inputs.append(t)
        return t

    def is_abstract(self, tensor: EagerTensor) -> bool:
        trace = tensor._trace
        return trace is not None and trace.captured is not None

    def bring_in(self, tensors: Sequence[EagerTensor]) -> None:
        """Gives a value to what is used here and has none yet."""
        trace = self._trace
        for t in tensors:
            owner = t._trace
            if owner is trace or id(t) in trace.slots:
                continue
            if owner is not None and owner.captured is not None:
                if not self._closing:
                    raise ValueNeeded(
                        "Capture: a tensor of another capture was used in this one; make it an "
                        "input"
                    )
                self._enter(t, t._aval)
                self.closures.append(t)
            elif t._raw is None or t._raw.__class__ is Poison:
                if local.trace is trace:
                    with self.outside():
                        t.value  # noqa: B018  its error is raised here
                else:
                    t.value  # noqa: B018

    # --------------------------------------------------------------------------------------- ops
    def execute(
        self,
        kernel: Kernel,
        inputs: tuple[Any, ...],
        attrs: Attrs,
        dtype: DType | None,
        differentiable: bool,
    ) -> Any:
        if not self.is_own(inputs):
            with self.outside():
                run = dispatch.execute if differentiable else dispatch.execute_constant
                return run(kernel, inputs, attrs, dtype)
        self.bring_in(inputs)
        return (execute if differentiable else execute_constant)(kernel, inputs, attrs, dtype)

    def is_own(self, inputs: Sequence[EagerTensor]) -> bool:
        """Whether what is computed from tensors belongs to this capture's program."""
        here = local
        trace = self._trace
        if any([x._trace is trace for x in inputs]):
            return True
        # What a user's gradient closes over is computed on in it, where tapes see that.
        if self._closing and any([self.is_abstract(x) for x in inputs]):
            return True
        # A tape made in the capture may have been told to watch what has a value.
        if here.tapes and any([tape.follows(x) for tape in here.tapes for x in inputs]):
            return True
        return bool(here.observers) and any(
            [observer.follows(x) for observer in here.observers for x in inputs]
        )

    def user_gradient(
        self,
        outputs: Sequence[EagerTensor],
        count: int,
        call: Callable[[list[Any]], Sequence[Any | None]],
    ) -> UserGradient:
        """A user's gradient of tensors like `outputs` by some inputs, as a program of its own."""
        if local.orders >= MOST_ORDERS or getattr(call, "late", False):
            return UserGradient(None, (True,) * count, ())
        within = Capture(closing=True)
        local.orders += 1
        try:
            with within:
                given = [within.input(t._shape, t._dtype) for t in outputs]
                answers = list(call(given))
                program = within.finish([g for g in answers if g is not None])
        finally:
            local.orders -= 1
        known = tuple([g is not None for g in answers])
        self.bring_in(within.closures)
        slots = tuple([self._slot_of(t) for t in within.closures])
        return UserGradient(program, known, slots)

    def _slot_of(self, t: EagerTensor) -> int:
        trace = self._trace
        if t._trace is trace:
            return t._slot
        self.bring_in([t])
        slot = trace.slots.get(id(t))
        return self._enter(t, t._aval) if slot is None else slot

    # -------------------------------------------------------------------------------------- done
    def finish(
        self, outputs: Sequence[EagerTensor], replaced: Sequence[tuple[int, int]] = ()
    ) -> Program:
        asked = tuple([self._slot_of(y) for y in outputs])
        trace = self._trace
        wanted = set(asked)
        steps: list[Step] = []
        for s in reversed(trace.state.path()):
            if s.kernel is not None and not wanted.isdisjoint(s.outs):
                user = self.users.get(s.outs[0])
                steps.append(
                    Step(s.kernel, s.attrs, s.ins, s.outs, s.several, s.differentiable, user)
                )
                wanted.update(s.ins)
                if user is not None:
                    wanted.update(user.closures)
        steps.reverse()
        own = [*self._inputs, *self.closures]
        inputs = [trace.slots[id(t)] for t in own]
        known = set(inputs)
        leaves = [(trace.slots[id(t)], t) for t in trace.keep]
        constants = [(at, t) for at, t in leaves if at in wanted and at not in known]
        return Program(
            steps,
            (*inputs, *[at for at, _ in constants]),
            [t for _, t in constants],
            asked,
            trace.state.slot_avals(),
            tuple(replaced),
        )
