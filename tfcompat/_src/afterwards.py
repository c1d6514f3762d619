"""Ops that only look at values: where a program is being made, they follow its run.

`tf.print` and the checks of tf.debugging give nothing that others compute with. So they need no
place among the ops of a program: what they look at becomes results of the program, and they are
called with these when it has run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tfcompat._src.errors import OpError
from tfcompat.backend import ValueNeeded

if TYPE_CHECKING:
    from tfcompat._src.tensor import Tensor

# Called with a check's outcome (or None), a function and its arguments; whether it took them.
# Without a function it is the outcome of checks in a branch or a loop.
Taker = Callable[["Tensor | None", "Callable[..., None] | None", tuple[Any, ...]], bool]


class _Local(threading.local):
    """Per thread: who takes such ops; what is told of the line that called it."""

    taker: Taker | None = None
    line: str | None = None


_local = _Local()


@contextmanager
def taken_by(taker: Taker | None) -> Iterator[None]:
    """A context in which such ops are given to `taker`; None: they are done at once."""
    before = _local.taker
    _local.taker = taker
    try:
        yield
    finally:
        _local.taker = before


def nothing(
    holds: Tensor | None, function: Callable[..., None] | None, args: tuple[Any, ...]
) -> bool:
    """A taker for examples: nothing is printed, and checks are made as they are."""
    return holds is None


@contextmanager
def refused_in_programs() -> Iterator[None]:
    """A context of what becomes a program of its own where one is made, which nothing follows."""
    with taken_by(None if _local.taker is None else _refuse):
        yield


def _refuse(
    holds: Tensor | None, function: Callable[..., None] | None, args: tuple[Any, ...]
) -> bool:
    if holds is None:
        raise ValueNeeded("what is printed in a gradient")
    return False


def is_asked() -> bool:
    """Whether a program is being made that such ops may follow."""
    return _local.taker is not None


def done(function: Callable[..., None], *args: Any) -> bool:
    """Whether `function(*args)` will be called in each run of the program that is being made."""
    taker = _local.taker
    return taker is not None and taker(None, function, args)


def checked(holds: Tensor, function: Callable[..., None], *args: Any) -> bool:
    """Whether `function(*args)`, which raises, will be called where `holds` is not all true.

    False where there is a value to look at.
    """
    taker = _local.taker
    return taker is not None and taker(holds, function, args)


def held(holds: Tensor) -> None:
    """Has a run of the program that is being made be given up where checks in a part of it fail.

    It is made once more then, call by call, which gives the error. Raises ValueNeeded where that
    is not possible.
    """
    taker = _local.taker
    if (taker is None or not taker(holds, None, ())) and not holds:
        raise ValueNeeded("a check that fails")


@contextmanager
def called_at(line: str) -> Iterator[None]:
    """A context of an op; line: what is to be told of the user's line that called it."""
    before = _local.line
    _local.line = line
    try:
        yield
    finally:
        _local.line = before


def line() -> str | None:
    """What is to be told of the line that called the op that runs, if that is known."""
    return _local.line


def refused(error: OpError, line: str | None) -> OpError:
    """The error of an op in a run of a function, which tells now of the line that called it."""
    if line is not None and not error.message.startswith(_START):
        error._message = f"{_START}{line}\n\n{error.message}"
    return error


_START = "Graph execution error:\n\n"
