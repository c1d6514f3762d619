"""The one door to run a finished graph: a program of the backend where there can be one."""

from __future__ import annotations

from typing import Any

from tfcompat._src import dispatch, recording
from tfcompat._src.function import tracing
from tfcompat._src.function.graph import Graph
from tfcompat._src.function.session import Compiled, Session
from tfcompat._src.function.variable_argument import unbound
from tfcompat._src.tape import GradientTape
from tfcompat._src.tensor import Tensor
from tfcompat.backend import ValueNeeded

# A graph whose arguments come in ever new shapes is run call by call from then on.
_MOST = 64


def run(graph: Graph, arguments: list[Any]) -> list[Any]:
    """The results for arguments in the order of the graph's inputs.

    Tensors of a graph that this thread builds make this one a part of that.
    """
    if tracing.local.graph is not None:
        return graph.run(arguments)
    if graph.is_long and _is_derived_twice(graph):
        return graph.run(arguments)
    program = graph.program
    if program is not None:
        return _attempt(graph, program, arguments)
    if not graph.has_unknown or graph.has_deeds or not graph.session.capturable:
        return graph.run(arguments)
    shapes = tuple([tuple(x._shape) for x in arguments])
    try:
        program = graph.programs[shapes]
    except KeyError:
        if len(graph.programs) >= _MOST:
            return graph.run(arguments)
        program = graph.programs[shapes] = specialized(graph, arguments)
    return graph.run(arguments) if program is None else _attempt(graph, program, arguments)


def _attempt(graph: Graph, program: Compiled, arguments: list[Any]) -> list[Any]:
    """Runs a program, or the graph where the backend finds only now that it cannot."""
    try:
        return program(arguments)
    except ValueNeeded:
        graph.program = None
        graph.has_deeds = True
        return graph.run(arguments)


def _is_derived_twice(graph: Graph) -> bool:
    """Whether a second derivative may be asked for, which long loops do not have as programs."""
    tapes = [tape for tape in recording.local.tapes if isinstance(tape, GradientTape)]
    inside = any([node.name in ("gradient", "jacobian") for node in graph.nodes])
    return len(tapes) + inside > 1


def specialized(graph: Graph, arguments: list[Tensor]) -> Compiled | None:
    """A program for arguments of these shapes; None where values decide what is computed."""
    native = dispatch.backend().native_dtypes
    if any(x._dtype not in native for x in arguments):
        return None
    session = Session()
    inside, tracing.local.inside = tracing.local.inside, True
    try:
        with unbound(graph.variables), session.open(graph.variables):
            stand_ins = [session.argument(tuple(x._shape), x._dtype) for x in arguments]
            results = graph.run(stand_ins)
            program = session.finish(results)
    except ValueNeeded:
        return None
    finally:
        tracing.local.inside = inside
    if graph.jit_compile:
        program.compile()
    return program
