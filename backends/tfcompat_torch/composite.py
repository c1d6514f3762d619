"""Programs: what a capture has seen, as one function of tensors.

A call that nobody watches runs a Python function written for the program on PyTorch's tensors.
Under a tape a program of ops is one op; what holds tapes itself is repeated call by call.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import torch

from tfcompat._src import dispatch
from tfcompat._src.dtypes import DType

from . import array, compiler, nested, small, small_code
from .abstract import twin
from .generated import Function, flat, training, trains
from .instructions import Environment, Instruction, Op
from .tape import Recording
from .tensor import TO_NATIVE, EagerTensor, local, recorders, wrap
from .widening import WIDER

Reach = frozenset[int]


class Program:
    """See tfcompat.backend.Program for the contract.

    closed: the program as a kernel, constants behind the inputs.
    """

    def __init__(
        self,
        instructions: list[Instruction],
        leaves: tuple[int, ...],
        constants: list[EagerTensor],
        outputs: tuple[int, ...],
        kinds: dict[int, tuple[tuple[int, ...], DType]],
        tracked: set[int],
    ) -> None:
        self.instructions = instructions
        self.constants = constants
        self.inputs = [kinds[i] for i in leaves[: len(leaves) - len(constants)]]
        self._leaves, self._outputs, self._kinds, self._tracked = leaves, outputs, kinds, tracked
        self._natives = [t.native for t in constants]
        self._dtypes = [kinds[i][1] for i in outputs]
        self._flat = all([i.__class__ is Op for i in instructions])
        self._looks_up = any(
            [
                i.__class__ is Op and i.kernel is array.gather and i.ins[0] in leaves
                for i in instructions
            ]
        )
        self._function = self._written()
        self.closed = self._closed

    # ------------------------------------------------------------------------------- as a function
    def _unsigned(self, slot: int) -> bool:
        return TO_NATIVE[self._kinds[slot][1]] in WIDER

    def _written(self) -> Function:
        """What runs where nothing is differentiated by."""
        count = len(self._leaves) + len(self._outputs)
        return small.quick(self._arrays, count, self._on_tensors())

    def _on_tensors(self) -> Function:
        steps, leaves, outputs = self.instructions, self._leaves, self._outputs
        if self._flat:
            return flat(steps, leaves, outputs, self._unsigned, False)  # type: ignore[arg-type]
        if trains(steps):
            return training(steps, leaves, outputs, self._unsigned, self._tracked)
        if nested.fits(steps, self._inexact):
            return nested.written(steps, leaves, outputs, self._unsigned, self._inexact)
        return self._called

    def _inexact(self, slot: int) -> bool:
        return self._kinds[slot][1].is_inexact

    @functools.cached_property
    def _arrays(self) -> tuple[Function, int] | None:
        return small_code.written(self.instructions, self._leaves, self._outputs, self._kinds)

    @functools.cached_property
    def on_arrays(self) -> Function | None:
        """`pure` on NumPy's arrays; None where that is not worth it, or not possible."""
        known, constants = self._arrays, small.of(self._natives)
        if known is None or constants is None:
            return None
        function = known[0]
        return (lambda *arrays: function(*arrays, *constants)) if constants else function

    @functools.cached_property
    def _differentiable(self) -> Function:
        """What runs where autograd differentiates."""
        if not self._flat:
            return self._recorded
        return flat(self.instructions, self._leaves, self._outputs, self._unsigned, True)  # type: ignore[arg-type]

    def _called(self, *natives: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Call by call, with real tapes, seen by nobody."""
        dtypes = [self._kinds[i][1] for i in self._leaves]
        tensors = [wrap(x, dtype) for x, dtype in zip(natives, dtypes, strict=True)]
        with _Apart([]):
            return tuple([t.native for t in self.replay(tensors)])

    def _recorded(self, *natives: torch.Tensor) -> tuple[torch.Tensor, ...]:
        """Call by call, on the graph that the arguments are part of."""
        recording = Recording()
        tensors = []
        for x in natives:
            t = wrap(x.detach())
            if x.requires_grad:
                recording.track(t, x)
            tensors.append(t)
        with _Apart([recording]), torch.enable_grad():
            results = self.replay(tensors)
        found = [recording.look_up(t) for t in results]
        return tuple([t.native if f is None else f[0] for t, f in zip(results, found, strict=True)])

    def _closed(self, *natives: torch.Tensor) -> tuple[torch.Tensor, ...]:
        for x in natives:
            if x.requires_grad:
                return self._differentiable(*natives)
        return self._function(*natives)

    def pure(self, *arrays: torch.Tensor) -> tuple[torch.Tensor, ...]:
        constants = self._natives
        if arrays and arrays[0].is_meta:
            constants = [twin(x) for x in constants]
        return self._closed(*arrays, *constants)

    def compile(self) -> None:
        """Has calls that nobody watches run as torch.compile makes them.

        A program of few numbers on the CPU stays as it is: what is compiled takes seconds to make,
        and then several times as long as NumPy.
        """
        if self._arrays is not None and not torch.cuda.is_available():
            return

        def instead(function: Function) -> None:
            self._function = function

        function = self._on_tensors() if compiler.available() else self._function
        self._function = compiler.compiled(function, instead)

    def function(self, differentiated: bool) -> Function:
        """`pure`, for those who know whether an argument requires a gradient."""
        function = self._differentiable if differentiated else self._function
        if not self._natives:
            return function
        constants = self._natives
        return lambda *arrays: function(*arrays, *constants)

    def opened(self) -> Program:
        return Program(
            self.instructions, self._leaves, [], self._outputs, self._kinds, self._tracked
        )

    @property
    def leaves(self) -> tuple[int, ...]:
        """The slots of the inputs, and of the constants behind them."""
        return self._leaves

    def rank(self, slot: int) -> int:
        """The number of axes of a value."""
        return len(self._kinds[slot][0])

    def without(
        self, left_out: dict[int, tuple[int, int]], at: int
    ) -> tuple[Program, list[tuple[int, int]]]:
        """The program whose inputs, from a number on, are the results of some of its ops.

        Gives what is said of these ops too, in the order of the inputs.
        """
        steps = [i for n, i in enumerate(self.instructions) if n not in left_out]
        made = [self.instructions[n].outs[0] for n in left_out]
        leaves = (*self._leaves[:at], *made, *self._leaves[at:])
        program = Program(steps, leaves, self.constants, self._outputs, self._kinds, self._tracked)
        return program, list(left_out.values())

    @functools.cached_property
    def reach(self) -> list[Reach]:
        """For each output the leaves by which it can be differentiated."""
        leaves = []
        for i in self._leaves:
            shape, dtype = self._kinds[i]
            x = torch.empty(shape, dtype=TO_NATIVE[dtype], device="meta")
            leaves.append(x.requires_grad_(dtype.is_inexact))
        wanted = [i for i, x in enumerate(leaves) if x.requires_grad]
        found = []
        with torch.enable_grad():
            for y in self._closed(*leaves):
                reach: list[int] = []
                if y.requires_grad:
                    by = torch.autograd.grad(
                        y,
                        [leaves[i] for i in wanted],
                        torch.ones_like(y),
                        retain_graph=True,
                        allow_unused=True,
                    )
                    reach = [i for i, g in zip(wanted, by, strict=True) if g is not None]
                found.append(frozenset(reach))
        return found

    # ---------------------------------------------------------------------------------------- call
    def __call__(self, inputs: list[EagerTensor]) -> list[EagerTensor]:
        here = local
        if here.stack or here.capture is not None:
            found = self._watched(inputs)
            if found is not None:
                return found
        natives = [t.native if (raw := t._raw) is None else raw for t in inputs]
        results = []
        outs = self._function(*natives, *self._natives)
        for raw, dtype in zip(outs, self._dtypes, strict=True):
            t = EagerTensor()
            t._raw = raw
            t._dtype = dtype
            t._recording = None
            results.append(t)
        return results

    def _watched(self, inputs: list[EagerTensor]) -> list[EagerTensor] | None:
        """The outputs, where a tape, an accumulator or a capture follows what the program reads."""
        here = local
        tensors = [*inputs, *self.constants]
        if here.capture is not None:
            if any([here.capture.is_own(t) for t in tensors]):
                return self.replay(tensors)
            with here.capture.outside():
                return self(inputs)
        if not any([r.tracks(t) for r in here.stack for t in tensors]):
            with _Apart([]):
                return self(inputs)
        pushed = [r for r in here.stack if not isinstance(r, Recording)]
        if not self._flat or self._looks_up or pushed:
            return self.replay(tensors)
        results = list(dispatch.execute(self.closed, tuple(tensors)))
        for t, dtype in zip(results, self._dtypes, strict=True):
            t._dtype = dtype
        return results

    def apart(self, inputs: list[EagerTensor]) -> list[EagerTensor]:
        """A call, of tensors without values too, that no capture sees."""
        if local.capture is None and any([t.native.is_meta for t in inputs]):
            constants = [wrap(twin(x)) for x in self._natives]
            return self.replay([*inputs, *constants])
        return self(inputs)

    def replay(self, tensors: Sequence[EagerTensor]) -> list[EagerTensor]:
        """Call by call, as if the Python code ran again; `tensors` fill the leaves."""
        env: Environment = dict(zip(self._leaves, tensors, strict=True))
        engines: dict[int, Any] = {}
        for i, dead in zip(self.instructions, self._dying, strict=True):
            i.replay(env, engines)
            for slot in dead:
                del env[slot]
        return [env[i] for i in self._outputs]

    @functools.cached_property
    def _dying(self) -> list[list[int]]:
        """For each instruction the slots that it is the last to use."""
        kept = set(self._outputs)
        found = []
        for i in reversed(self.instructions):
            last = [k for k in dict.fromkeys((*i.ins, *i.outs)) if k not in kept]
            kept.update(last)
            found.append(last)
        found.reverse()
        return found


class _Apart:
    """A context in which ops of this thread reach the backend at once, seen by `stack` alone."""

    __slots__ = ("_before", "_stack")

    def __init__(self, stack: list[Any]) -> None:
        self._stack = stack

    def __enter__(self) -> None:
        here = local
        recorders.append(None)
        self._before = here.stack, here.capture, dispatch.local.handler
        here.stack, here.capture, dispatch.local.handler = self._stack, None, None

    def __exit__(self, *_: object) -> None:
        local.stack, local.capture, dispatch.local.handler = self._before
        recorders.pop()
