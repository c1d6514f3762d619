"""What of tf.summary concerns graphs and profiles."""

from __future__ import annotations

from typing import Any

from tfcompat._src import profiling
from tfcompat._src.errors import UnavailableError
from tfcompat._src.logging import warn
from tfcompat._src.naming import public
from tfcompat._src.summary.state import step_number


class _Trace:
    """Whether a trace is on, and whether it has a profile."""

    on = False
    profiles = False


@public("tfcompat.summary")
def graph(graph_data: Any) -> Any:
    """Refuses: nothing here makes graphs."""
    raise NotImplementedError(
        "tf.summary.graph: there are no graphs, everything runs eagerly; to see what a program "
        "does, use tf.profiler.experimental"
    )


@public("tfcompat.summary")
def trace_on(graph: bool = True, profiler: bool = False, profiler_outdir: Any = None) -> None:
    """Starts a trace: a profile, written to `profiler_outdir`, if `profiler` is true.

    As everything runs eagerly there are no graphs; `graph` records nothing.
    """
    if _Trace.on:
        return
    if profiler and profiler_outdir is not None:
        profiling.start(profiler_outdir)
    _Trace.on, _Trace.profiles = True, profiler


@public("tfcompat.summary")
def trace_export(name: str, step: Any = None, profiler_outdir: Any = None) -> None:
    """Ends the trace and writes its profile.

    Raises:
      ValueError: no trace is on, or there is no step, given or set.
      UnavailableError: the trace was to have a profile, but no folder for it.
    """
    if not _Trace.on:
        raise ValueError("Must enable trace before export through tf.summary.trace_on.")
    step_number(step)
    _Trace.on = False
    if _Trace.profiles:
        profiling.stop()


@public("tfcompat.summary")
def trace_off() -> None:
    """Ends the trace, if one is on, and writes its profile."""
    if _Trace.on and _Trace.profiles:
        try:
            profiling.stop()
        except UnavailableError as error:
            warn("Error while stopping profiler: %s", error)
    _Trace.on = False
