"""Capturing: a thread's ops on meta tensors run for their shapes, and are written down.

Tapes in a capture are real tapes on meta tensors: their answers have the structure they will have.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import torch

from tfcompat._src import dispatch
from tfcompat._src.dtypes import DType
from tfcompat.backend import Slices, ValueNeeded

from . import forward, spared_imports, tape
from .abstract import from_sample, twin
from .composite import Program
from .custom_gradient import custom_gradient as differentiated
from .execute import execute, execute_constant
from .instructions import (
    MOST_ORDERS,
    Begin,
    Gradient,
    Instruction,
    Op,
    Tangent,
    Tell,
    User,
    alive,
    spread,
    too_deep,
)
from .tensor import TO_NATIVE, EagerTensor, local, wrap


class Capture:
    """See tfcompat.backend.Capture for the contract.

    closing: whether abstract tensors of the captures around become further inputs, `closures`.
    """

    def __init__(self, closing: bool = False) -> None:
        spared_imports.spare()
        self._closing = closing
        self._instructions: list[Instruction] = []
        # Slots of abstract tensors by identity; `_tensors` has them by slot, and keeps them.
        self._slots: dict[int, int] = {}
        self._tensors: list[EagerTensor] = []
        # Tensors from outside: by identity, with the abstract one that stands for each.
        self._twins: dict[int, tuple[EagerTensor, EagerTensor]] = {}
        self._watched: set[int] = set()
        self._inputs: list[int] = []
        self._constants: dict[int, EagerTensor] = {}
        self._engines = 0
        self._before: tuple[Any, ...] = ()
        self._interception: Any = None
        self.active: list[tape.Tape] = []
        self._tracked: set[int] = set()
        self.closures: list[EagerTensor] = []

    # ----------------------------------------------------------------------------------- context
    def __enter__(self) -> Capture:
        here = local
        self._before = here.stack, here.capture, dispatch.local.handler
        self._interception = dispatch.intercepted(self)
        self._interception.__enter__()
        here.stack, here.capture = [], self
        return self

    def __exit__(self, *_: object) -> None:
        local.stack, local.capture, _ = self._before
        self._interception.__exit__(None, None, None)

    @contextmanager
    def outside(self) -> Iterator[None]:
        """As it was before the capture, but for the tapes."""
        here = local
        inside = here.stack, here.capture, dispatch.local.handler
        here.stack, here.capture, dispatch.local.handler = [], self._before[1], self._before[2]
        try:
            yield
        finally:
            here.stack, here.capture, dispatch.local.handler = inside

    @contextmanager
    def _engine_runs(self) -> Iterator[None]:
        """What an engine runs now is part of one instruction."""
        here = local
        inside = here.capture, dispatch.local.handler
        here.capture, dispatch.local.handler = None, None
        try:
            yield
        finally:
            here.capture, dispatch.local.handler = inside

    # ----------------------------------------------------------------------------------- tensors
    def _hold(self, t: EagerTensor) -> int:
        self._slots[id(t)] = slot = len(self._tensors)
        self._tensors.append(t)
        return slot

    def input(self, shape: tuple[int, ...], dtype: DType) -> EagerTensor:
        t = wrap(torch.empty(tuple(shape), dtype=TO_NATIVE[dtype], device="meta"), dtype)
        self._inputs.append(self._hold(t))
        return t

    def is_abstract(self, tensor: EagerTensor) -> bool:
        return tensor.native.is_meta

    def is_own(self, t: EagerTensor) -> bool:
        """Whether what is computed from a tensor belongs to this capture's program."""
        if id(t) in self._slots or id(t) in self._watched:
            return True
        # What a user's gradient closes over is computed on in it, where tapes see that.
        return self._closing and t.native.is_meta

    def lift(self, t: EagerTensor) -> EagerTensor:
        """The abstract tensor of this capture that a tensor is, or that stands for it."""
        if id(t) in self._slots:
            return t
        found = self._twins.get(id(t))
        if found is not None:
            return found[1]
        native = t.native
        if native.is_meta and not self._closing:
            raise ValueNeeded(
                "Capture: a tensor of another capture was used in this one; make it an input"
            )
        lifted = wrap(twin(native), t._dtype)
        self._twins[id(t)] = t, lifted
        slot = self._hold(lifted)
        if native.is_meta:
            self._inputs.append(slot)
            self.closures.append(t)
        else:
            self._constants[slot] = t
        return lifted

    def watched(self, t: EagerTensor) -> EagerTensor:
        """`lift`, for a tensor that a tape or an accumulator in here follows from now on."""
        if id(t) not in self._slots:
            self._watched.add(id(t))
        return self.lift(t)

    def slot(self, t: EagerTensor) -> int:
        """The slot of a tensor, whether or not it is abstract."""
        return self._slots[id(self.lift(t))]

    # --------------------------------------------------------------------------------------- ops
    def execute(
        self,
        kernel: Callable[..., Any],
        inputs: tuple[Any, ...],
        attrs: tuple[Any, ...],
        dtype: DType | None,
        differentiable: bool,
    ) -> Any:
        if not any([self.is_own(x) for x in inputs]):
            with self.outside():
                apart = dispatch.execute if differentiable else dispatch.execute_constant
                return apart(kernel, inputs, attrs, dtype)
        run: Callable[..., Any]
        run = execute if differentiable else execute_constant
        lifted = tuple([self.lift(x) for x in inputs])
        try:
            result = run(kernel, lifted, attrs, dtype)
        except ValueNeeded:
            raise
        except Exception:
            # Not every kernel can do without values.
            result = run(from_sample(kernel), lifted, attrs, dtype)
        several = result.__class__ is tuple
        results = result if several else (result,)
        outs = tuple([self._hold(t) for t in results])
        for slot, t in zip(outs, results, strict=True):
            if self.active and any([engine._recording.tracks(t) for engine in self.active]):
                self._tracked.add(slot)
        ins = tuple([self._slots[id(x)] for x in lifted])
        self._instructions.append(Op(kernel, ins, attrs, outs, several, differentiable, dtype))
        return result

    def custom_gradient(
        self,
        outputs: Sequence[EagerTensor],
        inputs: Sequence[EagerTensor],
        call: Callable[[list[Any]], Sequence[Any | None]],
    ) -> list[EagerTensor]:
        """Users' own gradients become programs of their own."""
        if not any([self.is_own(t) for t in (*outputs, *inputs)]):
            with self.outside():
                return custom_gradient(outputs, inputs, call)
        within = Capture(closing=True)
        program = None
        known = (True,) * len(inputs)
        if local.orders < MOST_ORDERS and not getattr(call, "late", False):
            local.orders += 1
            try:
                with within:
                    given = [within.input(t._shape, t._dtype) for t in outputs]
                    answers = list(call(given))
                    program = within.finish([g for g in answers if g is not None])
            finally:
                local.orders -= 1
            known = tuple([g is not None for g in answers])
        tensors = [self.lift(t) for t in (*outputs, *inputs, *within.closures)]
        count = len(outputs)
        closures = tensors[count + len(inputs) :]

        def abstract(cotangents: list[EagerTensor]) -> list[EagerTensor | None]:
            if program is None:
                raise too_deep()
            return spread(program.apart([*cotangents, *closures]), known)

        with self._engine_runs():
            found = differentiated(tensors[:count], tensors[count : count + len(inputs)], abstract)
        ins = tuple([self._slots[id(t)] for t in tensors])
        outs = tuple([self._hold(t) for t in found])
        self._instructions.append(User(ins, outs, len(inputs), program, known))
        return found

    # ----------------------------------------------------------------------------------- engines
    def begin(self, kind: str) -> int:
        """A number for a new tape or accumulator."""
        self._engines += 1
        self._instructions.append(Begin(self._engines, kind))
        return self._engines

    def tell(self, engine: int, method: str, *tensors: EagerTensor) -> None:
        """Notes a call of a method that answers nothing."""
        ins = tuple([self._slots[id(t)] for t in tensors])
        self._instructions.append(Tell(engine, method, ins))

    def tangent(self, engine: int, t: EagerTensor, found: EagerTensor) -> None:
        """Notes an accumulator's answer."""
        if id(found) not in self._slots:
            self._instructions.append(Tangent(engine, (self.slot(t),), (self._hold(found),)))

    def gradient(
        self,
        engine: int,
        inner: tape.Tape,
        targets: Sequence[EagerTensor],
        sources: Sequence[EagerTensor],
        given: Sequence[EagerTensor | None],
        persistent: bool,
        batched: bool,
    ) -> list[Any]:
        """Asks a tape on abstract tensors, and notes what it was asked."""
        ys = [self.lift(t) for t in targets]
        xs = [self.lift(t) for t in sources]
        gs: list[Any] = [None if g is None else self.lift(g) for g in given]
        lookups = [() if batched else self._lookups(inner._recording, x, ys) for x in xs]
        try:
            with self._engine_runs():
                found: list[Any]
                if batched:
                    found = list(inner.vectorized_gradient(ys[0], xs, gs[0], persistent))
                else:
                    found = list(inner.gradient(ys, xs, gs, persistent))
        except RuntimeError as error:
            # Not every kernel has a derivative without values.
            raise ValueNeeded(f"GradientTape.gradient: {error}") from error
        outs: list[int] = []
        results: list[Any] = []
        for g in found:
            if isinstance(g, Slices):
                values: list[Any] = [row[0] for row in g.rows]
                rows = tuple([self._hold(t) for t in values])
                outs += rows
                results.append(rows)
            else:
                results.append(None if g is None else self._hold(g))
                outs += [] if g is None else [results[-1]]
        at = self._slots
        self._instructions.append(
            Gradient(
                engine,
                tuple([at[id(t)] for t in (*ys, *xs, *[g for g in gs if g is not None])]),
                tuple(outs),
                tuple([at[id(t)] for t in ys]),
                tuple([at[id(t)] for t in xs]),
                tuple([None if g is None else at[id(g)] for g in gs]),
                persistent,
                batched,
                tuple(results),
                tuple(lookups),
            )
        )
        return found

    def _lookups(
        self, recording: tape.Recording, x: EagerTensor, targets: Sequence[EagerTensor]
    ) -> tuple[int, ...]:
        """Slots of the results of the lookups that a sparse gradient is made of."""
        known = recording.look_up(x)
        if known is None or not recording.gathers:
            return ()
        asked = {f[1] for y in targets if (f := recording.look_up(y)) is not None}
        results = [recording.outs[o]() for _, o, _ in recording.slices_of(known[1], asked)]
        return tuple([self._slots[id(t)] for t in results])

    # -------------------------------------------------------------------------------------- done
    def finish(
        self, outputs: Sequence[EagerTensor], replaced: Sequence[tuple[int, int]] = ()
    ) -> Program:
        asked = tuple([self.slot(y) for y in outputs])
        instructions = alive(self._instructions, asked)
        used = set(asked).union(*[i.ins for i in instructions])
        constants = [(slot, t) for slot, t in self._constants.items() if slot in used]
        kinds = {slot: (tuple(t._shape), t._dtype) for slot, t in enumerate(self._tensors)}
        return Program(
            instructions,
            (*self._inputs, *[slot for slot, _ in constants]),
            [t for _, t in constants],
            asked,
            kinds,
            self._tracked,
        )


class _Tape:
    """A tape in a capture."""

    def __init__(self, capture: Capture) -> None:
        self._capture, self._inner = capture, tape.Tape()
        self._number = capture.begin("Tape")

    def start(self) -> None:
        self._capture.tell(self._number, "start")
        self._capture.active.append(self._inner)
        self._inner.start()

    def stop(self) -> None:
        self._capture.tell(self._number, "stop")
        self._capture.active.remove(self._inner)
        self._inner.stop()

    def watch(self, tensor: EagerTensor) -> None:
        lifted = self._capture.watched(tensor)
        self._capture.tell(self._number, "watch", lifted)
        self._inner.watch(lifted)

    def clear(self) -> None:
        self._capture.tell(self._number, "clear")
        self._inner.clear()

    def gradient(
        self,
        targets: Sequence[EagerTensor],
        sources: Sequence[EagerTensor],
        output_gradients: Sequence[EagerTensor | None],
        persistent: bool,
    ) -> list[Any]:
        return self._capture.gradient(
            self._number, self._inner, targets, sources, output_gradients, persistent, False
        )

    def vectorized_gradient(
        self,
        target: EagerTensor,
        sources: Sequence[EagerTensor],
        cotangents: EagerTensor,
        persistent: bool,
    ) -> list[Any]:
        return self._capture.gradient(
            self._number, self._inner, [target], sources, [cotangents], persistent, True
        )


class _Accumulator:
    """An accumulator in a capture."""

    def __init__(self, capture: Capture) -> None:
        self._capture, self._inner = capture, forward.Accumulator()
        self._number = capture.begin("Accumulator")

    def start(self) -> None:
        self._capture.tell(self._number, "start")
        self._inner.start()

    def stop(self) -> None:
        self._capture.tell(self._number, "stop")
        self._inner.stop()

    def watch(self, tensor: EagerTensor, tangent: EagerTensor) -> None:
        pair = self._capture.watched(tensor), self._capture.lift(tangent)
        self._capture.tell(self._number, "watch", *pair)
        self._inner.watch(*pair)

    def tangent(self, tensor: EagerTensor) -> EagerTensor | None:
        lifted = self._capture.lift(tensor)
        found = self._inner.tangent(lifted)
        if found is not None:
            self._capture.tangent(self._number, lifted, found)
        return found


# ------------------------------------------------------------------- the backend's own, or captured
def Tape() -> Any:
    """An engine for one tf.GradientTape."""
    return tape.Tape() if local.capture is None else _Tape(local.capture)


def Accumulator() -> Any:
    """An engine for one tf.autodiff.ForwardAccumulator."""
    return forward.Accumulator() if local.capture is None else _Accumulator(local.capture)


def custom_gradient(
    outputs: Sequence[EagerTensor],
    inputs: Sequence[EagerTensor],
    call: Callable[[list[Any]], Sequence[Any | None]],
) -> list[EagerTensor]:
    """New tensors with the outputs' values, whose gradient by the inputs is what `call` answers."""
    if local.capture is None:
        return differentiated(outputs, inputs, call)
    return local.capture.custom_gradient(outputs, inputs, call)
