"""PyTorch's profiler, whose traces TensorBoard reads."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from torch import profiler

_running: list[Any] = []


def start(folder: str, host_level: int, python_level: int) -> None:
    """Records from now on; `stop` writes the trace into the folder."""
    session = profiler.profile(
        with_stack=python_level > 0, on_trace_ready=profiler.tensorboard_trace_handler(folder)
    )
    session.start()
    _running.append(session)


def stop() -> None:
    """Ends the recording and writes it."""
    _running.pop().stop()


def annotation(name: str, details: dict[str, Any]) -> AbstractContextManager[Any]:
    """A context that gives a name to what runs in it."""
    text = ", ".join([f"{key}={value}" for key, value in details.items()])
    return profiler.record_function(f"{name} ({text})" if text else name)
