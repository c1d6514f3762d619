"""A program compiled: one call of XLA's executable for a call of the program that nobody watches.

What an output replaces is given away with the call, so that XLA computes in its place: that saves
the memory, and for small arrays half the time of the call.
"""

from __future__ import annotations

import sys
import weakref
from collections.abc import Callable, Sequence
from typing import Any

import jax
import numpy as np

from .flush import DONATES, copied, for_device, run_whole
from .programs import keep
from .tensor import EagerTensor, settled
from .trace import MOVING, Poison
from .trie import Aval

# A number of this many elements is worth more to XLA as a constant than as an argument.
_FEW = 16
# What is replaced is held by the variable and the caller's list, its buffer by the list of arrays;
# and both by the question.
_HELD, _HELD_ARRAY = 3, 2
# So often in a row somebody else held a buffer: from then on none is given away.
_REFUSALS = 3
# What a tensor may hold that is no array of JAX's.
_OTHERWISE = frozenset([type(None), Poison, np.ndarray])


class _Kept:
    """Where the compiled forms are, for as long as somebody has the program."""

    __slots__ = ("_executable",)

    def __init__(self, executable: Executable) -> None:
        self._executable = weakref.ref(executable)

    def pop(self, key: bool, default: Any) -> Any:
        """Drops a form."""
        executable = self._executable()
        return default if executable is None else executable._compiled.pop(key, default)


class Executable:
    """The compiled forms of a function of arrays: one that gives buffers away, and one for others.

    evaluate: gives the values in some slots, by those of all inputs and constants. slots: those of
    the outputs.
    replaced: pairs of an input and the output that takes its place.
    """

    def __init__(
        self,
        evaluate: Callable[[Sequence[Any], tuple[int, ...]], tuple[Any, ...]],
        constants: Sequence[Any],
        inputs: int,
        slots: Sequence[int],
        outputs: Sequence[Aval],
        replaced: Sequence[tuple[int, int]],
    ) -> None:
        self._evaluate, self._constants = evaluate, constants
        self._inputs, self._slots, self._avals = inputs, tuple(slots), outputs
        places = {o: i for i, o in replaced} if DONATES else {}
        # By the number of the output: the input that it takes the place of.
        self._places = [places.get(o) for o in range(len(outputs))]
        self._donated = [i for i in self._places if i is not None]
        self._donates = bool(self._donated)
        self._refusals = 0
        self._compiled: dict[bool, Callable[..., Any]] = {}
        self._arguments: list[Any] = []

    def __call__(self, inputs: list[EagerTensor]) -> list[EagerTensor]:
        """The outputs, as tensors that nobody follows."""
        arrays = [t._raw if t._raw.__class__ not in _OTHERWISE else _array(t) for t in inputs]
        if self._donates:
            return self._giving(inputs, arrays)
        program = self._compiled.get(False)
        if program is None:
            program = self._compile(False)
            self._remember(False, program)
        found = program(*arrays, *self._arguments)
        return [settled(raw, aval) for raw, aval in zip(found, self._avals, strict=True)]

    def _giving(self, inputs: list[EagerTensor], arrays: list[Any]) -> list[EagerTensor]:
        """The outputs, some of which are put in the place of the inputs that they replace."""
        count = sys.getrefcount
        donated = self._donated
        places = self._places
        program = self._compiled.get(True)
        is_new = program is None
        if program is None:
            program = self._compile(True)
        given = arrays
        found: list[Any] = []
        try:
            # From here on no other thread gets hold of a buffer: it waits for the next one.
            for i in donated:
                inputs[i]._trace = MOVING
                inputs[i]._raw = None
            for i in donated:
                if count(inputs[i]) != _HELD or count(arrays[i]) != _HELD_ARRAY:
                    given, places = self._spared(inputs, arrays)
                    break
            else:
                self._refusals = 0
            if is_new:
                given = copied(given, donated)
            run_whole(program, [*given, *self._arguments], found)
            if is_new:
                self._remember(True, program)
        finally:
            # Where an interrupt comes meanwhile, the second time is the whole one.
            try:
                results = self._settle(inputs, arrays, found, places)
            except BaseException:
                results = self._settle(inputs, arrays, found, places)
                raise
        return results

    def _settle(
        self,
        inputs: list[EagerTensor],
        arrays: list[Any],
        found: list[Any],
        places: Sequence[int | None],
    ) -> list[EagerTensor]:
        """Gives every donated input an array: a new one, or without results its own again."""
        if not found:
            for i in self._donated:
                inputs[i]._raw = arrays[i]
                inputs[i]._trace = None
            return []
        results = []
        for raw, aval, place in zip(found[0], self._avals, places, strict=True):
            if place is None:
                results.append(settled(raw, aval))
            else:
                # Its variable alone has it: there the new value is as good as a new tensor.
                t = inputs[place]
                t._raw = raw
                t._trace = None
                t._slot = 1
                results.append(t)
        return results

    def _spared(
        self, inputs: list[EagerTensor], arrays: list[Any]
    ) -> tuple[list[Any], list[int | None]]:
        """What to give, and `_places`, without what somebody else holds: copies of it are given.

        One compiled program is worth more than a few copies; but for somebody who keeps every old
        value there is one that takes none.
        """
        count = sys.getrefcount
        given = list(arrays)
        own = set()
        for i in self._donated:
            # The copied list holds each array once more.
            if count(inputs[i]) == _HELD and count(arrays[i]) == _HELD_ARRAY + 1:
                own.add(i)
            else:
                given[i] = arrays[i].copy()
                inputs[i]._raw = arrays[i]
                inputs[i]._trace = None
        self._refusals += 1
        self._donates = self._refusals <= _REFUSALS
        return given, [i if i in own else None for i in self._places]

    def _compile(self, donate: bool) -> Callable[..., Any]:
        inputs, slots, values = self._inputs, self._slots, self._constants
        fixed = {i: np.asarray(a) for i, a in enumerate(values) if a.size <= _FEW}
        self._arguments = [a for i, a in enumerate(values) if i not in fixed]

        def program(*arrays: Any) -> tuple[Any, ...]:
            moving = iter(arrays[inputs:])
            constants = [fixed[i] if i in fixed else next(moving) for i in range(len(values))]
            return self._evaluate((*arrays[:inputs], *constants), slots)

        return jax.jit(program, donate_argnums=tuple(self._donated) if donate else ())

    def _remember(self, donate: bool, program: Callable[..., Any]) -> None:
        self._compiled[donate] = program
        keep(_Kept(self), donate)


def _array(t: EagerTensor) -> Any:
    """What a call is given for a tensor that holds no array of JAX's."""
    raw = t.value
    return for_device(t, raw) if raw.__class__ is np.ndarray else raw
