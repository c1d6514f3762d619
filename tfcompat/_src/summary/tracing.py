"""What of tf.summary concerns graphs and profiles."""

from __future__ import annotations

from typing import Any

from tfcompat._src import profiling
from tfcompat._src.convert import to_tensor
from tfcompat._src.errors import UnavailableError
from tfcompat._src.function import tracing
from tfcompat._src.function.public_graph import Graph
from tfcompat._src.logging import warn
from tfcompat._src.naming import public
from tfcompat._src.summary import messages
from tfcompat._src.summary.state import current, is_recording, step_number
from tfcompat._src.summary.write import write


class _Trace:
    """Whether a trace is on, and whether it has a profile and graphs."""

    on = False
    profiles = False
    graphs = False


@public("tfcompat.summary")
def graph(graph_data: Any) -> Any:
    """Writes a graph: a `tf.Graph`, or a GraphDef. Returns whether it was, as a bool tensor.

    Raises:
      ValueError: anything else.
    """
    if isinstance(graph_data, Graph):
        graph_data = graph_data.as_graph_def(add_shapes=True)
    elif type(graph_data).__name__ != "GraphDef":
        raise ValueError(
            "Argument 'graph_data' is not tf.Graph or tf.compat.v1.GraphDef. Received "
            f"graph_data={graph_data} of type {type(graph_data).__name__}."
        )
    if not is_recording():
        return to_tensor(False)
    writer: Any = current.writer
    writer.write_graph(graph_data.SerializeToString())
    return to_tensor(True)


@public("tfcompat.summary")
def trace_on(graph: bool = True, profiler: bool = False, profiler_outdir: Any = None) -> None:
    """Starts a trace: of the functions that are traced from now on, and of a profile.

    Args:
      graph: whether to keep the graphs of functions.
      profiler: whether to make a profile.
      profiler_outdir: the folder for it.
    """
    if _Trace.on:
        return
    if profiler and profiler_outdir is not None:
        profiling.start(profiler_outdir)
    _Trace.on, _Trace.profiles, _Trace.graphs = True, profiler, graph
    tracing.collected = [] if graph else None


@public("tfcompat.summary")
def trace_export(name: str, step: Any = None, profiler_outdir: Any = None) -> None:
    """Ends the trace, and writes its graphs under a name, and its profile.

    Raises:
      ValueError: no trace is on, or there is no step, given or set.
      UnavailableError: the trace was to have a profile, but no folder for it.
    """
    if not _Trace.on:
        raise ValueError("Must enable trace before export through tf.summary.trace_on.")
    number = step_number(step)
    if _Trace.graphs:
        _write_graphs(name, number)
    _off()
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
    _off()


def _off() -> None:
    _Trace.on = False
    tracing.collected = None


def _write_graphs(name: str, step: int) -> None:
    """Writes the graphs as TensorBoard wants those of functions."""
    graphs = tracing.collected or []
    found = messages.module("compat.proto.config_pb2").RunMetadata()
    for traced in graphs:
        data = traced.as_graph_def().SerializeToString()
        found.function_graphs.add().pre_optimization_graph.ParseFromString(data)
        found.partition_graphs.add().ParseFromString(data)
    about = messages.empty_metadata()
    about.plugin_data.plugin_name = "graph_run_metadata_graph"
    about.plugin_data.content = b"1"
    write(name, found.SerializeToString(), step, about)
