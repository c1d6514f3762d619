"""Captures for backends that have none of their own: ops on zeros, written down and repeated."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from tfcompat._src import dispatch
from tfcompat._src.dtypes import DType
from tfcompat.backend.engine import ValueNeeded

if TYPE_CHECKING:
    from tfcompat._src.eager_backend.backend import EagerBackend

Kernel = Callable[..., Any]
Call = Callable[[list[Any]], Sequence[Any | None]]

# A user's gradient may call the function it is the gradient of: without end, were it written down
# before somebody asks.
MOST_ORDERS = 3
# Kernels whose results have shapes that the values decide.
_DEPENDING = frozenset(["nonzero"])


class User(NamedTuple):
    """A user's own gradient: a program of the cotangents and of what its function closed over.

    known: for each input whether the function gave a gradient; the program returns only those. It
    is None past MOST_ORDERS.
    """

    program: Program | None
    known: tuple[bool, ...]
    closures: tuple[int, ...]


class Step(NamedTuple):
    """One op; ins and outs are slots."""

    kernel: Kernel
    attrs: tuple[Any, ...]
    ins: tuple[int, ...]
    outs: tuple[int, ...]
    several: bool
    differentiable: bool
    dtype: DType | None
    user: User | None = None


def same(x: Any) -> Any:
    """A kernel that gives back what it is given."""
    return x


def pass_through(*values: Any) -> tuple[Any, ...]:
    """A kernel of some values, what they were computed from, and how many values there are."""
    *arrays, count = values
    return tuple(arrays[:count])


class Capture:
    """See tfcompat.backend.Capture for the contract.

    closing: whether abstract tensors of the captures around become further inputs, `closures`.
    """

    def __init__(self, backend: EagerBackend, closing: bool = False) -> None:
        self._backend, self._closing = backend, closing
        self._steps: list[Step] = []
        # Slots by identity; `_tensors` has the tensors by slot, and keeps them.
        self._slots: dict[int, int] = {}
        self._tensors: list[Any] = []
        self._made: set[int] = set()
        self._inputs: list[int] = []
        self._before: tuple[Any, ...] = ()
        self._interception: Any = None
        self.closures: list[Any] = []

    # ----------------------------------------------------------------------------------- context
    def __enter__(self) -> Capture:
        here = self._backend._local
        self._before = here.observers, here.capture, dispatch.local.handler
        self._interception = dispatch.intercepted(self)
        self._interception.__enter__()
        here.observers, here.capture = [], self
        return self

    def __exit__(self, *_: object) -> None:
        here = self._backend._local
        here.observers, here.capture, _handler = self._before
        self._interception.__exit__(None, None, None)

    @contextmanager
    def _outside(self) -> Iterator[None]:
        here = self._backend._local
        inside = here.observers, here.capture, dispatch.local.handler
        _, capture, handler = self._before
        here.observers, here.capture, dispatch.local.handler = [], capture, handler
        try:
            yield
        finally:
            here.observers, here.capture, dispatch.local.handler = inside

    # ----------------------------------------------------------------------------------- tensors
    def _hold(self, t: Any) -> int:
        self._slots[id(t)] = slot = len(self._tensors)
        self._tensors.append(t)
        return slot

    def _result(self, t: Any) -> int:
        self._backend.make_abstract(t)
        self._made.add(id(t))
        return self._hold(t)

    def input(self, shape: tuple[int, ...], dtype: DType) -> Any:
        zeros = np.zeros(tuple(shape), dtype.as_numpy_dtype)
        t = self._backend.from_numpy(zeros, dtype)
        self._inputs.append(self._result(t))
        return t

    def is_abstract(self, tensor: Any) -> bool:
        return self._backend.is_abstract(tensor)

    def _is_own(self, tensors: Sequence[Any]) -> bool:
        if any([id(t) in self._made for t in tensors]):
            return True
        if self._closing and any([self.is_abstract(t) for t in tensors]):
            return True
        observers = self._backend._local.observers
        return any([observer.follows(t) for observer in observers for t in tensors])

    def _slot(self, t: Any) -> int:
        found = self._slots.get(id(t))
        if found is not None:
            return found
        slot = self._hold(t)
        if self.is_abstract(t):
            if not self._closing:
                raise ValueNeeded(
                    "Capture: a tensor of another capture was used in this one; make it an input"
                )
            self._inputs.append(slot)
            self.closures.append(t)
        return slot

    # --------------------------------------------------------------------------------------- ops
    def execute(
        self,
        kernel: Kernel,
        inputs: tuple[Any, ...],
        attrs: tuple[Any, ...],
        dtype: DType | None,
        differentiable: bool,
    ) -> Any:
        if not self._is_own(inputs):
            with self._outside():
                run = dispatch.execute if differentiable else dispatch.execute_constant
                return run(kernel, inputs, attrs, dtype)
        return self._record(kernel, inputs, attrs, dtype, differentiable)

    def _record(
        self,
        kernel: Kernel,
        inputs: tuple[Any, ...],
        attrs: tuple[Any, ...],
        dtype: DType | None,
        differentiable: bool,
        user: User | None = None,
        call: Call | None = None,
    ) -> Any:
        name = getattr(kernel, "__name__", str(kernel))
        if name in _DEPENDING:
            raise ValueNeeded(f"{name}: the shape of its result depends on the values given")
        ins = tuple([self._slot(x) for x in inputs])
        try:
            with np.errstate(all="ignore"):
                result = self._backend.execute_constant(kernel, inputs, attrs, dtype)
        except NotImplementedError:
            raise
        except Exception as error:
            raise ValueNeeded(f"{name}: {error}") from error
        several = isinstance(result, tuple)
        results = result if several else (result,)
        outs = tuple([self._result(t) for t in results])
        step = Step(kernel, attrs, ins, outs, several, differentiable, dtype, user)
        self._steps.append(step)
        if differentiable:
            if call is not None:
                inputs = inputs[len(results) :]
            for observer in list(self._backend._local.observers):
                observer.observe(kernel, attrs, inputs, results, call)
        return result

    def custom_gradient(
        self, outputs: Sequence[Any], inputs: Sequence[Any], call: Call
    ) -> list[Any]:
        """A user's gradient becomes a program of its own."""
        if not self._is_own((*outputs, *inputs)):
            with self._outside():
                return self._backend.custom_gradient(outputs, inputs, call)
        user = self._user(outputs, len(inputs), call)
        values = [self._record(same, (t,), (), t._dtype, False) for t in outputs]
        tensors = (*values, *inputs)
        count = (len(values),)
        return list(self._record(pass_through, tensors, count, None, True, user, call))

    def _user(self, outputs: Sequence[Any], count: int, call: Call) -> User:
        here = self._backend._local
        if here.orders >= MOST_ORDERS or getattr(call, "late", False):
            return User(None, (True,) * count, ())
        within = Capture(self._backend, closing=True)
        here.orders += 1
        try:
            with within:
                given = [within.input(t._shape, t._dtype) for t in outputs]
                answers = list(call(given))
                program = within.finish([g for g in answers if g is not None])
        finally:
            here.orders -= 1
        slots = tuple([self._slot(t) for t in within.closures])
        return User(program, tuple([g is not None for g in answers]), slots)

    # -------------------------------------------------------------------------------------- done
    def finish(self, outputs: Sequence[Any], replaced: Sequence[tuple[int, int]] = ()) -> Program:
        asked = [self._slot(y) for y in outputs]
        wanted = set(asked)
        steps = []
        for step in reversed(self._steps):
            if not wanted.isdisjoint(step.outs):
                steps.append(step)
                wanted.update(step.ins)
                if step.user is not None:
                    wanted.update(step.user.closures)
        steps.reverse()
        constants = [i for i in sorted(wanted) if not self.is_abstract(self._tensors[i])]
        return Program(
            steps,
            [*self._inputs, *constants],
            [self._tensors[i] for i in constants],
            asked,
            [(tuple(self._tensors[i]._shape), self._tensors[i]._dtype) for i in self._inputs],
        )


class Program:
    """See tfcompat.backend.Program for the contract."""

    def __init__(
        self,
        steps: list[Step],
        leaves: list[int],
        constants: list[Any],
        outputs: list[int],
        inputs: list[tuple[tuple[int, ...], DType]],
    ) -> None:
        self.steps, self.inputs, self.constants = steps, inputs, constants
        self._leaves, self._outputs = leaves, outputs

    def __call__(self, inputs: list[Any]) -> list[Any]:
        env = dict(zip(self._leaves, (*inputs, *self.constants), strict=True))
        for step in self.steps:
            ins = tuple([env[i] for i in step.ins])
            if step.user is not None:
                count = len(step.outs)
                call = _calling(step.user, [env[i] for i in step.user.closures])
                out: Any = dispatch.backend().custom_gradient(ins[:count], ins[count:], call)
            else:
                run = dispatch.execute if step.differentiable else dispatch.execute_constant
                out = run(step.kernel, ins, step.attrs, step.dtype)
            env.update(zip(step.outs, out if step.several else (out,), strict=True))
        return [env[i] for i in self._outputs]

    def pure(self, *arrays: Any) -> tuple[Any, ...]:
        constants = [t.native for t in self.constants]
        env = dict(zip(self._leaves, (*arrays, *constants), strict=True))
        for step in self.steps:
            out = step.kernel(*[env[i] for i in step.ins], *step.attrs)
            env.update(zip(step.outs, out if step.several else (out,), strict=True))
        return tuple([env[i] for i in self._outputs])

    def opened(self) -> Program:
        kinds = [(tuple(t._shape), t._dtype) for t in self.constants]
        return Program(self.steps, self._leaves, [], self._outputs, [*self.inputs, *kinds])


def _calling(user: User, closures: list[Any]) -> Call:
    def call(cotangents: list[Any]) -> list[Any | None]:
        if user.program is None:
            raise NotImplementedError(
                f"custom_gradient: a derivative of order {MOST_ORDERS + 1} of a compiled function; "
                "functions that are not compiled have those"
            )
        found = iter(user.program([*cotangents, *closures]))
        return [next(found) if known else None for known in user.known]

    return call
