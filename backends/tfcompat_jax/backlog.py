"""Calls of a small program that are put off, and made as the rounds of one loop of XLA's.

A call of XLA's, and its way to another thread, take longer than what a small step computes. Calls
in a row that replace the same variables are only counted therefore, until somebody reads a result
or there are many.
"""

from __future__ import annotations

import functools
import sys
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import jax
import numpy as np
from jax import lax, numpy as jnp

from .flush import copied, read, run_whole
from .programs import ONE_THREAD, compiling, keep
from .tensor import EagerTensor, pending
from .trace import Poison, PutOff
from .trie import ARRAY, Aval

if TYPE_CHECKING:
    from .executable import Executable

# So many calls are put off at most.
_MOST = 64
# Fewer in a row are not worth it. After some times that, none is put off for ever longer.
_FEW = 8
_PATIENCE = 3
_LONGER = 4
# Who holds a tensor: its variable, the caller's list, the call, and the question.
_HELD, _HELD_ARRAY = 4, 2
# And what is known of the call before.
_HELD_AGAIN = _HELD + 2


class Backlog(PutOff):
    """Calls of a program on the same tensors: the trace of what they give, until they are made.

    function: the program as JAX traces it; program: compiled, with what it takes behind the inputs
    (rest); places: by the number of an output, the input that it replaces.

    left: how many ordinary calls come before those that are put off; ordinary: such a call.
    """

    def __init__(
        self,
        executable: Executable,
        function: Callable[..., Any],
        program: Callable[..., Any],
        rest: Sequence[Any],
        inputs: int,
        outputs: Sequence[Aval],
        places: dict[int, int],
        left: int,
    ) -> None:
        self._executable = executable
        self._function, self._program, self._rest = function, program, rest
        self._avals, self._places, self._given = outputs, places, tuple(places.values())
        self._others = [o for o in range(len(outputs)) if o not in places]
        self._loop: Callable[..., Any] | None = None
        self._lock = threading.RLock()
        # For each call its results, without those that take the place of an input.
        self._calls: list[list[EagerTensor]] = []
        # What all of them are given; its values where the first of them begins.
        self.inputs: list[EagerTensor] = []
        self._arrays: list[Any] = []
        self._patience, self._wait, self.left = _PATIENCE, left, left
        self.ordinary: Any = None
        self._call = self._written(inputs)

    def start(self) -> None:
        """Puts calls off from now on."""
        self._patience = _PATIENCE
        self._executable.call = self._call

    def _tire(self) -> None:
        self._patience -= 1
        if not self._patience and self._executable.call is self._call:
            self._executable.call = self.ordinary
            self.left = self._wait = self._wait * _LONGER

    # -------------------------------------------------------------------------------- putting off
    def _written(self, count: int) -> Any:
        """A call, written out: t... are its tensors, s... those of the call before."""
        scope: dict[str, Any] = {"lock": self._lock, "own": self, "calls": self._calls}
        scope |= {"count": sys.getrefcount, "pending": pending}
        scope |= {f"v{o}": self._avals[o] for o in self._others}
        places = self._places
        tensors, before = ["".join([f"{kind}{i}, " for i in range(count)]) for kind in ("t", "s")]
        same = [f"t{i} is s{i}" for i in range(count)]
        same += [f"count(t{i}) == {_HELD_AGAIN}" for i in places.values()]
        results = [f"t{places[o]}" if o in places else f"f{o}" for o in range(len(self._avals))]
        lines = [
            "def call(inputs):",
            "    with lock:",
            "        if calls:",
            f"            ({tensors}) = inputs",
            f"            ({before}) = own.inputs",
            f"            if {' and '.join(same)}:",
            *[f"                f{o} = pending(own, 0, v{o})" for o in self._others],
            f"                calls.append([{', '.join([f'f{o}' for o in self._others])}])",
            f"                if len(calls) >= {_MOST}: own.run()",
            f"                return [{', '.join(results)}]",
            # Who comes next counts who holds them.
            f"            ({tensors}) = ({before}) = [None] * {count}",
            "    return own.first(inputs)",
        ]
        exec(compile("\n".join(lines), "<call>", "exec"), scope)
        return scope["call"]

    def first(self, inputs: list[EagerTensor]) -> list[EagerTensor]:
        """A call unlike the one before: put off where nobody else holds what it replaces."""
        # Before the lock: they may wait for another backlog, which has one too.
        arrays = [None if i in self._given else read(t) for i, t in enumerate(inputs)]
        with self._lock:
            self.run()
            if self._took(inputs, arrays):
                found = [pending(self, 0, self._avals[o]) for o in self._others]
                self._calls.append(found)
                others = iter(found)
                places = self._places
                return [
                    inputs[places[o]] if o in places else next(others)
                    for o in range(len(self._avals))
                ]
            self._tire()
        return self.ordinary(inputs)

    def _took(self, inputs: list[EagerTensor], arrays: list[Any]) -> bool:
        """Whether tensors wait for the backlog from now on, which then has their values."""
        count = sys.getrefcount
        self._arrays, self.inputs = arrays, inputs
        taken = False
        try:
            for i in self._given:
                t = inputs[i]
                if t._trace is not None or type(t._raw) is not ARRAY:
                    return False
                # No other thread gets hold of the array from here on.
                arrays[i] = t._raw
                t._trace = self
                t._raw = None
                if count(t) != _HELD or count(arrays[i]) != _HELD_ARRAY:
                    return False
            taken = True
        finally:
            if not taken:
                self._release()
        return taken

    def _release(self) -> None:
        """Gives the tensors their values, and forgets them."""
        for i in self._given:
            t = self.inputs[i] if self.inputs else None
            if t is not None and t._trace is self:
                t._raw = self._arrays[i]
                t._slot = 1
                t._trace = None
        self.inputs, self._arrays = [], []

    # ------------------------------------------------------------------------------------ running
    def run(self) -> None:
        """Makes the calls that are put off."""
        with self._lock:
            calls = self._calls
            if calls and len(calls) < _FEW:
                self._tire()
            elif calls:
                self._patience = _PATIENCE
            try:
                while calls:
                    self._advance()
            except Exception as error:
                for results in calls:
                    for t in results:
                        t._raw, t._trace = Poison(error), None
                calls.clear()
                raise
            finally:
                if not calls:
                    self._release()

    def _advance(self) -> None:
        """Makes the first call, or as many as one loop makes where there is one."""
        # There are more where an interrupt came between the last one and its run.
        count = min(len(self._calls), _MOST)
        if count == _MOST and self._loop is None:
            self._compile()
        if count == 1 or self._loop is None:
            program, done, given = self._program, self._calls[:1], []
        else:
            program, done, given = self._loop, self._calls[:count], [_number(count)]
        found: list[Any] = []
        try:
            run_whole(program, [*given, *self._arrays, *self._rest], found)
        finally:
            # Where an interrupt comes meanwhile, the second time is the whole one.
            try:
                self._settle(found, done, bool(given))
            except BaseException:
                self._settle(found, done, bool(given))
                raise

    def _settle(self, found: list[Any], done: list[list[EagerTensor]], rows: bool) -> None:
        """Takes what some calls gave; rows: whether it is a row for each of them."""
        if not found:
            return
        values = found[0]
        for o, i in self._places.items():
            self._arrays[i] = values[o]
        for at, o in enumerate(self._others):
            each = np.asarray(values[o]) if rows else values
            for n, results in enumerate(done):
                t = results[at]
                t._raw = each[n, ...] if rows else each[o]
                t._trace = None
        if self._calls and self._calls[0] is done[0]:
            del self._calls[: len(done)]

    def _compile(self) -> None:
        function, places, others = self._function, self._places, self._others

        def rounds(count: Any, *arrays: Any) -> list[Any]:
            def again(n: Any, found: list[Any]) -> list[Any]:
                given = list(arrays)
                for o, i in places.items():
                    given[i] = found[o]
                values = list(function(*given))
                for o in others:
                    values[o] = lax.dynamic_update_index_in_dim(found[o], values[o], n, 0)
                return values

            start: list[Any] = [
                arrays[places[o]] if o in places else jnp.zeros((_MOST, *a.shape), a.struct.dtype)
                for o, a in enumerate(self._avals)
            ]
            return lax.fori_loop(0, count, again, start)

        given = [i + 1 for i in self._given]
        loop = jax.jit(rounds, donate_argnums=given, compiler_options=ONE_THREAD)
        # An interrupt may come while Python compiles.
        compiling(loop, _number(0), *copied(self._arrays, self._given), *self._rest)
        self._loop = loop
        keep(self._executable.kept, True)


@functools.cache
def _number(count: int) -> Any:
    return jax.device_put(np.int32(count))
