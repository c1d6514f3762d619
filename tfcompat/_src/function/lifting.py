"""Leaving the graphs that are being built: tf.init_scope, and what variables start with."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from tfcompat._src import afterwards, recording
from tfcompat._src.function import tracing
from tfcompat._src.ops import random_seeds


class _Local(threading.local):
    def __init__(self) -> None:
        self.depth = 0


_local = _Local()


def inside_function() -> bool:
    """Whether this thread traces a function, though it may have left its graph for a moment."""
    return tracing.local.graph is not None or _local.depth > 0


@contextmanager
def lifted() -> Iterator[None]:
    """A context whose ops run at once, outside of all graphs, with variables as they really are.

    While a graph is built its variables hold tensors without values; here they have their own.
    """
    held = []
    graph = tracing.local.graph
    entered = graph is not None
    _local.depth += entered
    while graph is not None:
        session = graph.session
        for variable in session.variables:
            held.append((session, variable, variable._value))
            variable._value = session.held[id(variable)]
        graph = graph.outer
    try:
        drawing = random_seeds.drawing_from(None)
        effects = afterwards.taken_by(None)
        with recording.paused(), random_seeds.later(None), drawing, effects, tracing.outside():
            yield
    finally:
        _local.depth -= entered
        for session, variable, value in reversed(held):
            session.held[id(variable)] = variable._value
            variable._value = value
