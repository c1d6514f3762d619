"""What of tf.summary concerns graphs and profiles."""

from __future__ import annotations

from typing import Any

from tfcompat._src.naming import public


@public("tfcompat.summary")
def graph(graph_data: Any) -> Any:
    """Refuses: nothing here makes graphs."""
    raise NotImplementedError(
        "tf.summary.graph: there are no graphs, everything runs eagerly; to see what a program "
        "does, use tf.profiler.experimental"
    )


@public("tfcompat.summary")
def trace_on(graph: bool = True, profiler: bool = False, profiler_outdir: Any = None) -> None:
    """Refuses: there are no graphs to record."""
    raise NotImplementedError(
        "tf.summary.trace_on: there are no graphs to record, everything runs eagerly; for "
        "profiles use tf.profiler.experimental.start(logdir)"
    )


@public("tfcompat.summary")
def trace_export(name: str, step: Any = None, profiler_outdir: Any = None) -> None:
    """Refuses, as no trace can be on."""
    raise NotImplementedError(
        "tf.summary.trace_export: there is no trace, as there are no graphs; for profiles use "
        "tf.profiler.experimental.start(logdir) and stop()"
    )


@public("tfcompat.summary")
def trace_off() -> None:
    """Does nothing: no trace can be on."""
