"""JAX's profiler, whose traces TensorBoard reads."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

import jax

from .flush import flush


def start(folder: str, host_level: int, python_level: int) -> None:
    """Records from now on; `stop` writes the trace into the folder."""
    options = jax.profiler.ProfileOptions()
    options.host_tracer_level = host_level
    options.python_tracer_level = python_level
    flush()
    jax.profiler.start_trace(folder, profiler_options=options)


def stop() -> None:
    """Ends the recording, after what is pending has run, and writes it."""
    flush()
    jax.profiler.stop_trace()


def annotation(name: str, details: dict[str, Any]) -> AbstractContextManager[Any]:
    """A context that gives a name to what runs in it."""
    return jax.profiler.TraceAnnotation(name, **details)
