"""Whether calls are being converted, by thread."""

from __future__ import annotations

import enum
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Any


class Status(enum.Enum):
    """UNSPECIFIED: nothing converts; ENABLED, DISABLED: as the innermost function asks for."""

    UNSPECIFIED = 0
    ENABLED = 1
    DISABLED = 2


class _Local(threading.local):
    def __init__(self) -> None:
        self.stack: list[Status] = [Status.UNSPECIFIED]


_local = _Local()


def status() -> Status:
    """The status of this thread."""
    return _local.stack[-1]


def callback(function: Callable[..., Any]) -> Callable[..., Any]:
    """A function that an op was given to call, converted if the code that calls the op is."""
    if _local.stack[-1] is not Status.ENABLED:
        return function
    from tfcompat._src.autograph.api import convert

    return convert(function, user_requested=False)


class Within:
    """A context with a status of its own."""

    __slots__ = ("_status",)

    def __init__(self, status: Status) -> None:
        self._status = status

    def __enter__(self) -> None:
        _local.stack.append(self._status)

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        _local.stack.pop()
