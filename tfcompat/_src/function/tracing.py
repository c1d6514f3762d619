"""Which graph a thread is building."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph


class _Local(threading.local):
    """Per thread: the graph being built; whether an op of it is being looked at; the next name.

    node: the call of another graph that is being made one of this graph.
    """

    def __init__(self) -> None:
        self.graph: Graph | None = None
        self.inside = False
        self.name: str | None = None
        self.node: Any = None


local = _Local()

#: Where the graphs of functions are put that are traced; None where nobody wants them.
collected: list[Graph] | None = None


def current() -> Graph | None:
    """The graph that ops of this thread go into; None where they run at once."""
    return None if local.inside else local.graph


@contextmanager
def outside() -> Iterator[None]:
    """A context whose ops run at once, whatever is being traced around it."""
    graph, inside = local.graph, local.inside
    with ExitStack() as left:
        while local.graph is not None:
            left.enter_context(local.graph.session.capture.outside())
            local.graph = local.graph.outer
        local.inside = False
        try:
            yield
        finally:
            local.graph, local.inside = graph, inside
