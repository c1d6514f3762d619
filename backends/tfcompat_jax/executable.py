"""A program compiled: one call of XLA's executable for a call of the program that nobody watches.

What an output replaces is given away with the call, so that XLA computes in its place: that saves
the memory, and for small arrays half the time of the call. Python's part of the call is written out
for each program, without loops: most of the time of a small step is its call.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Sequence
from itertools import starmap
from typing import Any

import jax
import numpy as np
from jax import lax

from .backlog import Backlog
from .flush import DONATES, copied, read, run_whole
from .programs import ONE_THREAD, compiling, keep
from .sharing import host_alone
from .tensor import EagerTensor, settled
from .trace import MOVING
from .trie import ARRAY, Aval

# A number of this many elements is worth more to XLA as a constant than as an argument.
_FEW = 16
# What is replaced is held by its variable, by the caller's list and by the call; its buffer by the
# call alone; and both by the question.
_HELD, _HELD_ARRAY = 4, 2
# So often in a row somebody else held a buffer: from then on none is given away.
_REFUSALS = 3

Call = Callable[[list[EagerTensor]], list[EagerTensor]]


def _inside(array: Any) -> Callable[[], Any] | None:
    """What makes a constant in the program itself; None where it is an argument."""
    if array.size <= _FEW:
        few = np.asarray(array)
        return lambda: few
    if array.ndim == 1 and array.dtype.kind in "iu":
        rows = np.asarray(array)
        start = rows[0].item()
        if np.array_equal(rows, np.arange(start, start + len(rows))):
            return lambda: lax.iota(array.dtype, len(rows)) + array.dtype.type(start)
    return None


class _Kept:
    """Where the compiled forms are, for as long as somebody has the program."""

    __slots__ = ("_executable",)

    def __init__(self, executable: Executable) -> None:
        self._executable = weakref.ref(executable)

    def pop(self, key: bool, default: Any) -> Any:
        """Drops a form."""
        executable = self._executable()
        if executable is not None:
            executable.forget(key)
        return default


class Executable:
    """The compiled forms of a function of arrays: one that gives buffers away, and one for others.

    evaluate: gives the values in some slots, by those of all inputs and constants. slots: those of
    the outputs.
    replaced: pairs of an input and the output that takes its place.
    small: whether a second thread would wake for longer than it helps.
    worth: after how many calls those to come are put off; 0 for never.
    call: the form that is in use, for calls that nobody watches. It changes from call to call.
    """

    def __init__(
        self,
        evaluate: Callable[[Sequence[Any], tuple[int, ...]], tuple[Any, ...]],
        constants: Sequence[Any],
        inputs: int,
        slots: Sequence[int],
        outputs: Sequence[Aval],
        replaced: Sequence[tuple[int, int]],
        small: bool,
        worth: int,
    ) -> None:
        self._evaluate, self._constants = evaluate, constants
        self._inputs, self._slots, self._avals = inputs, tuple(slots), outputs
        # By the number of the output: the input that it takes the place of.
        self._places = {o: i for i, o in replaced} if DONATES else {}
        self._donates = bool(self._places)
        self._options = ONE_THREAD if small and host_alone() else None
        self._worth = worth
        self.refusals = 0
        self.call: Call = self._first
        self.kept = _Kept(self)

    def forget(self, donates: bool) -> None:
        """Has a form compiled once more when it is called next."""
        if donates is self._donates:
            self.call = self._first

    def _first(self, inputs: list[EagerTensor]) -> list[EagerTensor]:
        donate, values = self._donates, self._constants
        own, slots, evaluate = self._inputs, self._slots, self._evaluate
        given_away = tuple(self._places.values()) if donate else ()
        fixed = {i: _inside(a) for i, a in enumerate(values)}
        arguments = [a for i, a in enumerate(values) if fixed[i] is None]

        def program(*arrays: Any) -> tuple[Any, ...]:
            moving = iter(arrays[own:])
            constants = [next(moving) if made is None else made() for made in fixed.values()]
            return evaluate((*arrays[:own], *constants), slots)

        compiled = jax.jit(program, donate_argnums=given_away, compiler_options=self._options)
        # An interrupt may come while Python compiles.
        given = copied([read(t) for t in inputs], given_away)
        found = compiling(compiled, *given, *arguments)
        backlog = None
        if donate and self._worth and host_alone():
            form = program, compiled, arguments
            backlog = Backlog(self, *form, own, self._avals, self._places, self._worth)
        self.call = self._written(compiled, arguments, donate, backlog)
        keep(self.kept, donate)
        return list(map(settled, found, self._avals))

    # ------------------------------------------------------------------------------------- code
    def _written(
        self,
        program: Callable[..., Any],
        arguments: list[Any],
        donate: bool,
        backlog: Backlog | None,
    ) -> Call:
        """A call of a compiled program: t... are tensors, a... arrays, f... what is found."""
        scope: dict[str, Any] = {"program": program, "read": read, "Tensor": EagerTensor}
        scope["new"] = EagerTensor.__new__
        scope |= {"type": type, "Array": ARRAY, "rest": tuple(arguments)}
        scope |= {f"k{n}": a for n, a in enumerate(arguments)}
        inputs, places = range(self._inputs), self._places if donate else {}
        arrays = "".join([f"a{i}, " for i in inputs])
        given = arrays + "".join([f"k{n}, " for n in range(len(arguments))])
        lines = ["def call(inputs):", f"    ({''.join([f't{i}, ' for i in inputs])}) = inputs"]
        for i in inputs:
            lines += [f"    a{i} = t{i}._raw", f"    if type(a{i}) is not Array: a{i} = read(t{i})"]
        taken = "".join([f"f{o}, " for o in range(len(self._avals))])
        if places:
            scope |= {"own": self, "MOVING": MOVING, "count": sys.getrefcount, "starmap": starmap}
            lines += self._giving(arrays, given, taken)
        else:
            lines.append(f"    ({taken}) = program({given})")
        results = [f"t{places[o]}" if o in places else f"r{o}" for o in range(len(self._avals))]
        for o, aval in enumerate(self._avals):
            if o not in places:
                # `settled`, written out.
                scope |= {f"v{o}": aval, f"d{o}": aval.dtype}
                lines.append(f"    r{o} = new(Tensor); r{o}._raw = f{o}; r{o}._aval = v{o}")
                lines.append(f"    r{o}._dtype = d{o}; r{o}._trace = None; r{o}._slot = 0")
        if backlog is not None:
            scope["backlog"] = backlog
            lines += ["    backlog.left -= 1", "    if not backlog.left: backlog.start()"]
        lines.append(f"    return [{', '.join(results)}]")
        exec(compile("\n".join(lines), "<call>", "exec"), scope)
        written: Call = scope["call"]
        if backlog is not None:
            backlog.ordinary = written
        return written

    def _giving(self, arrays: str, given: str, taken: str) -> list[str]:
        """The lines of a call that gives buffers away.

        From where a tensor is marked no other thread gets hold of its buffer: it waits for the next
        one. In the variable, which alone has it, the new value is as good as a new tensor.
        """
        places = self._places.items()
        pending = " or ".join([f"t{i}._trace" for _, i in places])
        held = " or ".join(
            [f"count(t{i}) != {_HELD} or count(a{i}) != {_HELD_ARRAY}" for _, i in places]
        )
        known = f"inputs, [{arrays}], found"
        return [
            "    found = []",
            "    try:",
            f"        if {pending}: return own.spare(program, rest, {known})",
            *[f"        t{i}._trace = MOVING; t{i}._raw = None" for _, i in places],
            f"        if {held}: return own.spare(program, rest, {known})",
            f"        found.extend(starmap(program, (({given}),)))",
            f"        ({taken}) = found[0]",
            *[f"        t{i}._raw = f{o}; t{i}._slot = 1; t{i}._trace = None" for o, i in places],
            "        own.refusals = 0",
            "    except BaseException:",
            # Where an interrupt comes meanwhile, the second time is the whole one.
            f"        try: own.settle({known})",
            "        except BaseException:",
            f"            own.settle({known})",
            "            raise",
            "        raise",
        ]

    def spare(
        self,
        program: Callable[..., Any],
        rest: Sequence[Any],
        inputs: list[EagerTensor],
        arrays: list[Any],
        found: list[Any],
    ) -> list[EagerTensor]:
        """A call where somebody else holds what it would give away: copies of that are given.

        One compiled program is worth more than a few copies; but for somebody who keeps every old
        value there is one that takes none.
        """
        count = sys.getrefcount
        own = {}
        for o, i in self._places.items():
            # The list holds the arrays once more.
            shared = count(inputs[i]) != _HELD or count(arrays[i]) != _HELD_ARRAY + 1
            own[o] = inputs[i]._trace is MOVING and not shared
        given = list(arrays)
        for o, i in self._places.items():
            if own[o]:
                continue
            given[i] = arrays[i].copy()
            if inputs[i]._trace is MOVING:
                inputs[i]._raw = arrays[i]
                inputs[i]._trace = None
        self.refusals += 1
        if self.refusals > _REFUSALS:
            self._donates = False
            self.call = self._first
        run_whole(program, [*given, *rest], found)
        self.settle(inputs, arrays, found)
        return [
            inputs[self._places[o]] if own.get(o) else settled(raw, aval)
            for o, (raw, aval) in enumerate(zip(found[0], self._avals, strict=True))
        ]

    def settle(self, inputs: list[EagerTensor], arrays: list[Any], found: list[Any]) -> None:
        """Gives every marked input an array: a new one, or without results its own again."""
        for o, i in self._places.items():
            t = inputs[i]
            if t._trace is MOVING:
                t._raw = found[0][o] if found else arrays[i]
                t._slot = 1
                t._trace = None
