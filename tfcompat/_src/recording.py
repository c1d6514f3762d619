"""Which tapes of this thread are recording, and what they must know of a variable read."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tfcompat._src import dispatch

if TYPE_CHECKING:
    from tfcompat._src.tensor import Tensor
    from tfcompat._src.variable import Variable


class _Local(threading.local):
    def __init__(self) -> None:
        # GradientTapes and ReadWatchers, outermost first; each is told of every variable read.
        self.tapes: list[Any] = []
        self.accumulators = 0


local = _Local()


def anybody() -> bool:
    """Whether a tape or an accumulator sees the ops of this thread now, or may see them later."""
    return bool(local.tapes) or local.accumulators > 0 or dispatch.local.handler is not None


def nobody_derives() -> bool:
    """Whether no tape of the program that is being made records.

    Who makes the program is told that tapes around it would have to check gradients.
    """
    watchers = [t for t in local.tapes if isinstance(t, ReadWatcher)]
    for watcher in watchers:
        watcher.note_unchecked()
    return len(watchers) == len(local.tapes) and not local.accumulators


def only_tape() -> Any:
    """The one tape that records; None where there are none or more, or accumulators."""
    tapes = [t for t in local.tapes if not isinstance(t, ReadWatcher)]
    return tapes[0] if len(tapes) == 1 and not local.accumulators else None


class ReadWatcher:
    """A context that notes the trainable variables read in it."""

    def __init__(self) -> None:
        self._found: dict[int, Variable] = {}

    def _note_read(self, variable: Variable, value: Tensor) -> None:
        if variable._trainable:
            self._found[id(variable)] = variable

    def note_unchecked(self) -> None:
        """Is told that gradients of what is computed now are to be checked, if any are taken."""

    def variables(self) -> list[Variable]:
        """Those read, in order of their first read."""
        return list(self._found.values())

    def __enter__(self) -> ReadWatcher:
        local.tapes.append(self)
        return self

    def __exit__(self, *_: object) -> None:
        local.tapes.remove(self)


@contextmanager
def paused() -> Iterator[None]:
    """A context whose ops no tape records; reads of variables are still noted by watchers."""
    before = list(local.tapes)
    tapes = [t for t in before if not isinstance(t, ReadWatcher)]
    for tape in tapes:
        tape._stop()
        tape._paused = True
    try:
        yield
    finally:
        for tape in tapes:
            tape._paused = False
            if tape._engine is None:  # it was asked for its only answer
                before.remove(tape)
            else:
                tape._start()
        local.tapes[:] = before
