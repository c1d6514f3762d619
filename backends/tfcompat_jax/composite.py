"""Programs: what a capture has seen, as one function of arrays that XLA compiles.

A call that nobody watches is one call of the compiled function. Under a tape it is one op of the
trace, whose kernel is the function: gradients of the call and the call itself become one program.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from jax import lax

from tfcompat._src import dispatch
from tfcompat._src.engine import OpListTape

from . import array as array_kernels, vjp
from .executable import Executable
from .one_thread import is_small
from .step_derivatives import guarded, is_loop, pushed, ruled, user
from .tensor import EagerTensor
from .trace import PutOff, local
from .trie import Attrs, Aval, Kernel, know

Reach = frozenset[int]
_NOTHING: Reach = frozenset()
# A user's gradient may call the function it is the gradient of: without end, were it written down
# before somebody asks.
MOST_ORDERS = 3
# What is quicker as a round of a loop has no more bytes in the results that are kept for each. To
# compile the loop is worth so many calls for each op.
_MOST_KEPT = 1 << 12
_CALLS = 250


class UserGradient(NamedTuple):
    """A user's own gradient: a program of the cotangents and of what its function closed over.

    known: for each input whether the function gave a gradient; the program returns only those. It
    is None past MOST_ORDERS.
    """

    program: Program | None
    known: tuple[bool, ...]
    closures: tuple[int, ...]

    def answer(self, closures: Sequence[Any], cotangents: Sequence[Any]) -> list[Any]:
        """The gradients by the inputs, None where unknown."""
        found = iter(self._written()([*cotangents, *closures]))
        return [next(found) if known else None for known in self.known]

    def pure(self, cotangents: Sequence[Any], closures: Sequence[Any]) -> tuple[Any, ...]:
        """The known gradients, on arrays."""
        return self._written().pure(*cotangents, *closures)

    def _written(self) -> Program:
        if self.program is None:
            raise NotImplementedError(
                f"custom_gradient: a derivative of order {MOST_ORDERS + 1} of a compiled function; "
                "the backend 'jax' has those of functions that are not compiled"
            )
        return self.program


class Step(NamedTuple):
    """One op of a program; ins and outs are slots."""

    kernel: Kernel
    attrs: Attrs
    ins: tuple[int, ...]
    outs: tuple[int, ...]
    several: bool
    differentiable: bool
    user: UserGradient | None


def _worth(steps: Sequence[Step], kept: Sequence[Aval]) -> int:
    """How many calls of a small program are worth a loop for those to come; 0 where none are."""
    return _CALLS * len(steps) if sum([a.nbytes for a in kept]) <= _MOST_KEPT else 0


class _Like:
    """What `reads` looks at in a tensor."""

    __slots__ = ("_dtype", "_shape")

    def __init__(self, aval: Aval) -> None:
        self._shape, self._dtype = aval.shape, aval.dtype


class Program:
    """See tfcompat.backend.Program for the contract.

    closed: the program as a kernel, constants behind the inputs.
    unwatched: what its calls come to where no tape, no accumulator and no capture is open.
    """

    def __init__(
        self,
        steps: list[Step],
        leaves: tuple[int, ...],
        constants: list[EagerTensor],
        outputs: tuple[int, ...],
        avals: dict[int, Aval],
        replaced: tuple[tuple[int, int], ...],
    ) -> None:
        self.steps, self._leaves, self._outputs, self._avals = steps, leaves, outputs, avals
        self.constants = constants
        # Now: a NumPy array that is moved to a device while JAX traces becomes part of that trace.
        self._natives = [t.native for t in constants]
        count = len(leaves) - len(constants)
        self.inputs = [(avals[slot].shape, avals[slot].dtype) for slot in leaves[:count]]
        results = [avals[slot] for slot in outputs]
        places = [(i, o) for i, o in replaced if avals[leaves[i]] is results[o]]
        own = {o for _, o in places}
        ops = [(s.kernel, s.attrs) for s in steps]
        alone = all([s.user is None for s in steps])
        small = alone and is_small(ops, sum([a.nbytes for a in avals.values()]))
        kept = [a for o, a in enumerate(results) if o not in own]
        self.unwatched = Executable(
            self._evaluate,
            self._natives,
            count,
            outputs,
            results,
            places,
            small,
            _worth(steps, kept) if small else 0,
        )
        self._narrow: dict[tuple[int, ...], Kernel] = {}
        self._looks_up = any(
            [
                s.kernel is array_kernels.gather and s.attrs == (0, 0) and s.ins[0] in leaves
                for s in steps
            ]
        )
        self.closed = self._narrowed(tuple(range(len(outputs))))

    @property
    def outputs(self) -> tuple[int, ...]:
        """The slots of the results, behind those of the inputs, which are first."""
        return (*self._leaves, *self._outputs)

    # ------------------------------------------------------------------------------- as a function
    def _evaluate(self, arrays: Sequence[Any], outputs: tuple[int, ...]) -> tuple[Any, ...]:
        """The slots in `outputs`, traceable and with TensorFlow's derivatives."""
        env = dict(zip(self._leaves, arrays, strict=True))
        pushing = local.pushing
        loops = {} if pushing else self._derived_loops
        pulls: dict[int, Callable[..., Any]] = {}
        for n, s in enumerate(self.steps):
            args = [env[i] for i in s.ins]
            if n in loops:
                at, mask = loops[n]
                out, pulls[at] = vjp.with_pull_back(s.kernel, s.attrs, args, mask)
            elif n in pulls:
                out = pulls.pop(n)(args[s.attrs[3] :])
            elif s.user is not None:
                given = [env[i] for i in s.user.closures]
                out = (pushed if pushing else user)(s, args, given)
            elif not s.differentiable:
                out = s.kernel(*[lax.stop_gradient(x) for x in args], *s.attrs)
            elif s.kernel in vjp.PULLED and not pushing:
                out = guarded(s.kernel)(*args)
            elif s.kernel in vjp.RULES and not pushing and s.differentiable:
                out = ruled(s.kernel, s.attrs)(*args)
            else:
                out = s.kernel(*args, *s.attrs)
            if s.several:
                env.update(zip(s.outs, out, strict=True))
            else:
                env[s.outs[0]] = out
        return tuple([env[slot] for slot in outputs])

    @functools.cached_property
    def _derived_loops(self) -> dict[int, tuple[int, tuple[int, ...]]]:
        """The loops that a later step differentiates: which step that is, and by which inputs.

        XLA does not see that the loop in the derivative is the one that was run already.
        """
        waiting: dict[Any, int] = {}
        found: dict[int, tuple[int, tuple[int, ...]]] = {}
        for n, s in enumerate(self.steps):
            if is_loop(s.kernel) and s.differentiable and s.user is None:
                waiting[s.kernel, s.attrs, s.ins] = n
            elif s.kernel is vjp.vjp and is_loop(s.attrs[0]):
                kernel, attrs, mask, count = s.attrs
                first = waiting.pop((kernel, attrs, s.ins[:count]), None)
                if first is not None:
                    found[first] = n, mask
        return found

    def pure(self, *arrays: Any) -> tuple[Any, ...]:
        return self._evaluate((*arrays, *self._natives), self._outputs)

    def _narrowed(self, positions: tuple[int, ...]) -> Kernel:
        """The kernel that computes the outputs at these positions, a tuple of them."""
        found = self._narrow.get(positions)
        if found is None:
            outputs = tuple([self._outputs[i] for i in positions])

            def kernel(*arrays: Any) -> tuple[Any, ...]:
                return self._evaluate(arrays, outputs)

            def reads(attrs: Attrs, inputs: Any) -> list[Reach]:
                return [self.reach[i] for i in positions]

            def narrowed(attrs: Attrs, chosen: tuple[int, ...]) -> tuple[Kernel, Attrs]:
                return self._narrowed(tuple([positions[i] for i in chosen])), attrs

            kernel.reads = reads  # type: ignore[attr-defined]
            kernel.narrowed = narrowed  # type: ignore[attr-defined]
            know(
                kernel,
                tuple([self._avals[slot] for slot in self._leaves]),
                tuple([self._avals[slot] for slot in outputs]),
            )
            found = self._narrow[positions] = kernel
        return found

    @functools.cached_property
    def reach(self) -> list[Reach]:
        """For each output the leaves by which it can be differentiated."""
        found: dict[int, Reach] = {slot: frozenset([i]) for i, slot in enumerate(self._leaves)}
        avals = self._avals
        for s in self.steps:
            ins = [found[i] if avals[i].dtype.is_inexact else _NOTHING for i in s.ins]
            everything = _NOTHING.union(*ins)
            if not s.differentiable or not everything:
                by = [_NOTHING] * len(s.outs)
            elif s.user is not None:
                by_inputs = ins[len(s.outs) :]
                known = [r for r, k in zip(by_inputs, s.user.known, strict=True) if k]
                by = [_NOTHING.union(*known)] * len(s.outs)
            else:
                likes = [_Like(avals[i]) for i in s.ins]
                read = vjp.reads_of(s.kernel, s.attrs, likes)
                by = (
                    [everything] * len(s.outs)
                    if read is None
                    else [_NOTHING.union(*[ins[i] for i in some]) for some in read]
                )
            for slot, r in zip(s.outs, by, strict=True):
                found[slot] = r if avals[slot].dtype.is_inexact else _NOTHING
        return [found[slot] if avals[slot].dtype.is_inexact else _NOTHING for slot in self._outputs]

    def opened(self) -> Program:
        return Program(self.steps, self._leaves, [], self._outputs, self._avals, ())

    # ---------------------------------------------------------------------------------------- call
    def __call__(self, inputs: list[EagerTensor]) -> list[EagerTensor]:
        here = local
        if (here.tapes or here.observers or here.trace.captured is not None) and self._seen(inputs):
            return self._recorded(inputs)
        return self.unwatched.call(inputs)

    def _seen(self, inputs: list[EagerTensor]) -> bool:
        """Whether a tape, an accumulator or a capture follows what the program reads."""
        here = local
        tensors = [*inputs, *self.constants]
        if here.trace.captured is not None:
            return any([t._trace is here.trace for t in tensors])
        if here.tapes and any(
            [t._raw is None and not isinstance(t._trace, PutOff) for t in tensors]
        ):
            return True
        return any(
            [watcher.follows(t) for watcher in (*here.tapes, *here.observers) for t in tensors]
        )

    def _recorded(self, inputs: list[EagerTensor]) -> list[EagerTensor]:
        here = local
        whole = here.trace.captured is None and not self._looks_up
        if whole and all([isinstance(observer, OpListTape) for observer in here.observers]):
            return list(dispatch.execute(self.closed, (*inputs, *self.constants)))
        return self._inlined(inputs)

    def _inlined(self, inputs: list[EagerTensor]) -> list[EagerTensor]:
        """Op by op, as if the Python code ran again."""
        env: dict[int, Any] = dict(zip(self._leaves, (*inputs, *self.constants), strict=True))
        for s in self.steps:
            ins = tuple([env[i] for i in s.ins])
            if s.user is not None:
                count = len(s.outs)
                call = functools.partial(s.user.answer, [env[i] for i in s.user.closures])
                out = dispatch.backend().custom_gradient(ins[:count], ins[count:], call)
            else:
                run = dispatch.execute if s.differentiable else dispatch.execute_constant
                out = run(
                    s.kernel, ins, s.attrs, None if s.several else self._avals[s.outs[0]].dtype
                )
            if s.several:
                env.update(zip(s.outs, out, strict=True))
            else:
                env[s.outs[0]] = out
        return [env[slot] for slot in self._outputs]
