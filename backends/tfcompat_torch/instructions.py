"""What a program is made of: ops, and what was asked of tapes, accumulators and users' gradients.

ins and outs are slots: numbers of the program's values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from tfcompat._src import dispatch
from tfcompat._src.dtypes import DType

from .tensor import EagerTensor, wrap

if TYPE_CHECKING:
    from .composite import Program

Environment = dict[int, EagerTensor]
Engines = dict[int, Any]


class Op(NamedTuple):
    """A kernel on the values in some slots."""

    kernel: Callable[..., Any]
    ins: tuple[int, ...]
    attrs: tuple[Any, ...]
    outs: tuple[int, ...]
    several: bool
    differentiable: bool
    dtype: DType | None

    @property
    def engine(self) -> None:
        """None is asked."""

    def replay(self, env: Environment, engines: Engines) -> None:
        run = dispatch.execute if self.differentiable else dispatch.execute_constant
        out = run(self.kernel, tuple([env[i] for i in self.ins]), self.attrs, self.dtype)
        if self.several:
            env.update(zip(self.outs, out, strict=True))
        else:
            env[self.outs[0]] = out


class Begin(NamedTuple):
    """A tape or an accumulator is made: `kind` is the backend's name for it."""

    engine: int
    kind: str

    ins: tuple[int, ...] = ()
    outs: tuple[int, ...] = ()

    def replay(self, env: Environment, engines: Engines) -> None:
        engines[self.engine] = getattr(dispatch.backend(), self.kind)()


class Tell(NamedTuple):
    """A method of a tape or an accumulator that answers nothing: start, stop, watch, clear."""

    engine: int
    method: str
    ins: tuple[int, ...] = ()
    outs: tuple[int, ...] = ()

    def replay(self, env: Environment, engines: Engines) -> None:
        getattr(engines[self.engine], self.method)(*[env[i] for i in self.ins])


class Gradient(NamedTuple):
    """A tape's answer.

    ins: targets, sources, and those output gradients that were given. results: for each source
    None, the slot of the gradient, or the slots of the values of a sparse one; lookups: for a
    sparse one the slots of the results of the lookups.
    """

    engine: int
    ins: tuple[int, ...]
    outs: tuple[int, ...]
    targets: tuple[int, ...]
    sources: tuple[int, ...]
    given: tuple[int | None, ...]
    persistent: bool
    batched: bool
    results: tuple[Any, ...]
    lookups: tuple[tuple[int, ...], ...]

    def replay(self, env: Environment, engines: Engines) -> None:
        tape = engines[self.engine]
        targets = [env[i] for i in self.targets]
        sources = [env[i] for i in self.sources]
        given = [None if i is None else env[i] for i in self.given]
        if self.batched:
            found = tape.vectorized_gradient(targets[0], sources, given[0], self.persistent)
        else:
            found = tape.gradient(targets, sources, given, self.persistent)
        for place, g, x in zip(self.results, found, sources, strict=True):
            if place is None:
                continue
            if place.__class__ is tuple:
                for slot, (values, _) in zip(place, g.rows, strict=True):
                    env[slot] = values
            elif g is None:
                # The values decided: a branch that was not taken has a gradient of 0.
                shape = (given[0]._shape[:1] if self.batched else ()) + x._shape  # type: ignore[union-attr]
                env[place] = wrap(x.native.new_zeros(shape), x._dtype)
            else:
                env[place] = g


class Tangent(NamedTuple):
    """An accumulator's answer."""

    engine: int
    ins: tuple[int, ...]
    outs: tuple[int, ...]

    def replay(self, env: Environment, engines: Engines) -> None:
        x = env[self.ins[0]]
        found = engines[self.engine].tangent(x)
        env[self.outs[0]] = wrap(x.native.new_zeros(x._shape), x._dtype) if found is None else found


class User(NamedTuple):
    """A user's own gradient: a program of the cotangents and of what its function closed over.

    ins: the values, the inputs, what is closed over. known: for each input whether the function
    gave a gradient; the program returns only those. It is None past MOST_ORDERS.
    """

    ins: tuple[int, ...]
    outs: tuple[int, ...]
    inputs: int
    program: Program | None
    known: tuple[bool, ...]

    @property
    def engine(self) -> None:
        """None is asked."""

    def replay(self, env: Environment, engines: Engines) -> None:
        count = len(self.outs)
        tensors = [env[i] for i in self.ins]
        values, inputs = tensors[:count], tensors[count : count + self.inputs]
        closures = tensors[count + self.inputs :]
        program, known = self.program, self.known

        def call(cotangents: list[EagerTensor]) -> list[EagerTensor | None]:
            if program is None:
                raise too_deep()
            return spread(program.apart([*cotangents, *closures]), known)

        found = dispatch.backend().custom_gradient(values, inputs, call)
        env.update(zip(self.outs, found, strict=True))


# A user's gradient may call the function it is the gradient of: without end, were it written down
# before somebody asks.
MOST_ORDERS = 3


def too_deep() -> Exception:
    return NotImplementedError(
        f"custom_gradient: a derivative of order {MOST_ORDERS + 1} of a compiled function; the "
        "backend 'torch' has those of functions that are not compiled"
    )


def spread(found: Sequence[EagerTensor], known: tuple[bool, ...]) -> list[EagerTensor | None]:
    """The gradients by all inputs, None for the unknown ones."""
    rest = iter(found)
    return [next(rest) if k else None for k in known]


Instruction = Op | Begin | Tell | Gradient | Tangent | User


def alive(instructions: Sequence[Instruction], outputs: Sequence[int]) -> list[Instruction]:
    """Those that the outputs need, in order."""
    engines: set[int] = set()
    while True:
        wanted = set(outputs)
        asked = set(engines)
        kept: list[Instruction] = []
        for i in reversed(instructions):
            told = i.__class__ in (Begin, Tell) and i.engine in asked
            if told or not wanted.isdisjoint(i.outs):
                kept.append(i)
                wanted.update(i.ins)
                if i.engine is not None:
                    asked.add(i.engine)
        # What was told an engine after its last answer is found only now.
        if asked == engines:
            kept.reverse()
            return kept
        engines = asked
