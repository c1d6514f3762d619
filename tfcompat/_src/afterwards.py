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

if TYPE_CHECKING:
    from tfcompat._src.tensor import Tensor

# Called with a check's outcome (or None), a function and its arguments; whether it took them.
Taker = Callable[["Tensor | None", Callable[..., None], tuple[Any, ...]], bool]


class _Local(threading.local):
    taker: Taker | None = None


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


def nothing(holds: Tensor | None, function: Callable[..., None], args: tuple[Any, ...]) -> bool:
    """A taker for examples: nothing is printed, and checks are made as they are."""
    return holds is None


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
