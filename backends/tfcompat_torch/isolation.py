"""Ops of a thread that has something else going on: seen by no tape, part of no program."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tfcompat._src import dispatch

from .tensor import local


@contextmanager
def apart() -> Iterator[None]:
    """A context whose ops run at once, whatever the thread records or captures around it."""
    before = local.stack, local.capture, dispatch.local.handler
    local.stack, local.capture, dispatch.local.handler = [], None, None
    try:
        yield
    finally:
        local.stack, local.capture, dispatch.local.handler = before
