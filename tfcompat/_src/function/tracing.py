"""Which graph a thread is building."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph


class _Local(threading.local):
    def __init__(self) -> None:
        self.graph: Graph | None = None


local = _Local()


def current() -> Graph | None:
    """The graph that ops of this thread go into; None where they run at once."""
    return local.graph
