"""tf.CriticalSection: what one thread at a time does."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from tfcompat._src import nest, stand_ins
from tfcompat._src.convert import to_tensor
from tfcompat._src.function import tracing
from tfcompat._src.naming import public


class _Resource:
    """What sections of one name share; it is locked as variables are (stand_ins.updating)."""

    _updating: Any = None

    def __init__(self) -> None:
        self.handle = self
        self.lock = stand_ins.updating([self])


class _Entered(threading.local):
    """The sections that a thread is in."""

    def __init__(self) -> None:
        self.resources: list[_Resource] = []


_named: dict[str, _Resource] = {}
_entered = _Entered()


@public("tfcompat")
class CriticalSection:
    """A section of which one thread at a time executes something.

    Sections of one `shared_name` are one; others are sections of their own. A tf.function that
    executes something in a section holds it for the whole of each of its runs.

    Raises ValueError for `critical_section_def`: sections are not read from protocol buffers.
    `import_scope`, which names the scope of one that is, has no effect.
    """

    def __init__(
        self,
        name: str | None = None,
        shared_name: str | None = None,
        critical_section_def: Any = None,
        import_scope: str | None = None,
    ) -> None:
        if critical_section_def is not None and name is not None:
            raise ValueError(
                f"CriticalSection: received name={name!r} and "
                f"critical_section_def={critical_section_def!r}, which are mutually exclusive; "
                "accepted is one of them"
            )
        if critical_section_def is not None:
            raise ValueError(
                f"CriticalSection: received critical_section_def={critical_section_def!r}. "
                "Argument `critical_section_def` is not supported; accepted is shared_name"
            )
        self._name = name or "critical_section"
        own = _Resource()
        self._resource = own if shared_name is None else _named.setdefault(shared_name, own)

    @property
    def name(self) -> str:
        """The name that it was given."""
        return self._name

    def execute(
        self, fn: Callable[[], Any], exclusive_resource_access: bool = True, name: str | None = None
    ) -> Any:
        """What `fn` returns, as tensors, called while nobody else is in the section.

        Two sections may use the same variables whatever `exclusive_resource_access` says: they
        wait for each other.

        Raises ValueError where this thread is in the section already.
        """
        resource = self._resource
        if resource in _entered.resources:
            raise ValueError(
                f"CriticalSection.execute: received {fn!r} in section {self._name!r}, which is "
                "executing already; a section must not be entered from within it"
            )
        graph = tracing.current()
        if graph is not None:
            graph.enter(resource)
        with resource.lock if graph is None else nullcontext():
            _entered.resources.append(resource)
            try:
                result = fn()
            finally:
                _entered.resources.pop()
        return nest.map_structure(_converted, result)


def _converted(leaf: Any) -> Any:
    if nest.is_composite(leaf) or (leaf is None and tracing.current() is None):
        return leaf
    return to_tensor(leaf)
