"""Ops of a thread that has something else going on: its pending program is not touched."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tfcompat._src import dispatch

from .trace import Trace, local, update_direct


@contextmanager
def apart() -> Iterator[None]:
    """A context with a trace of its own; what the thread has pending stays pending.

    No tape and no accumulator from outside sees the ops in it.
    """
    before = local.trace, local.tapes, local.observers, dispatch.local.handler
    local.trace, local.tapes, local.observers, dispatch.local.handler = Trace([]), [], [], None
    update_direct()
    try:
        yield
    finally:
        local.trace, local.tapes, local.observers, dispatch.local.handler = before
        update_direct()
