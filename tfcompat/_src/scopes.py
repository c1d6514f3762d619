"""The contexts that give variables their names and decide how they are made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from tfcompat._src.function import tracing
from tfcompat._src.naming import public


class _Local(threading.local):
    def __init__(self) -> None:
        self.name = ""
        self.creators: list[Callable[..., Any]] = []


local = _Local()


@public("tfcompat")
class name_scope:
    """A context that stands in front of the names of variables made in it.

    A name that ends in "/" is taken as it is; the empty name leaves all scopes.

    Raises ValueError for what is no string.
    """

    def __init__(self, name: str) -> None:
        if not isinstance(name, str):
            raise ValueError(
                f"name_scope: received {name!r}; name for name_scope must be a string."
            )
        self._name = name
        self._outer: list[str] = []

    @property
    def name(self) -> str:
        """The name as given."""
        return self._name

    def __enter__(self) -> str:
        outer, name = local.name, self._name
        self._outer.append(outer)
        if name.endswith("/"):
            local.name = name[:-1]
        else:
            local.name = f"{outer}/{name}" if name and outer else name
            graph = tracing.current()
            if graph is not None and name:
                # Entered again in a graph, it is another one.
                local.name = graph.name_for(local.name)
        return local.name + "/" if name else ""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        local.name = self._outer.pop()


@public("tfcompat")
def get_current_name_scope() -> str:
    """The name scope in force, without a slash at its end; empty outside of all."""
    return local.name


def scoped(name: str) -> str:
    """The full name that a variable gets in the scope in force."""
    return f"{local.name}/{name}" if local.name else name


@public("tfcompat")
@contextmanager
def variable_creator_scope(variable_creator: Callable[..., Any]) -> Iterator[None]:
    """A context in which `variable_creator(next_creator, **kwargs)` makes the variables.

    It gets the arguments of tf.Variable, and calls `next_creator(**kwargs)` for the variable
    itself; the innermost scope's function is called first.
    """
    local.creators.append(variable_creator)
    try:
        yield
    finally:
        local.creators.remove(variable_creator)
