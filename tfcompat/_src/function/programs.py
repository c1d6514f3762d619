"""The one door to run a finished graph: a program of the backend where there can be one."""

from __future__ import annotations

from contextlib import nullcontext
from typing import Any

from tfcompat._src import dispatch, recording
from tfcompat._src.dtypes import variant
from tfcompat._src.errors import OpError
from tfcompat._src.function import pieces, tracing
from tfcompat._src.function.followed import Compiled, Followed
from tfcompat._src.function.graph import Graph
from tfcompat._src.function.session import Session
from tfcompat._src.function.variable_argument import unbound
from tfcompat._src.tape import GradientTape
from tfcompat._src.tensor import Tensor
from tfcompat.backend import ValueNeeded

# A graph whose arguments come in ever new shapes is run call by call from then on. So it is before,
# where that is the faster way to a result: after the first few shapes those have to come again.
_MOST = 64
_AT_ONCE = 4
_AGAIN = 2
# Where each op is compiled for its shapes too, there is a faster way for some graphs only, and a
# program takes long to make: there are fewer at once, and later ones are made for what comes often.
_MOST_COMPILED = 512
_COMPILED_AT_ONCE = 2
_OFTEN = 40


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
        return pieces.run(graph, arguments)
    if getattr(dispatch.local.handler, "goes_one_by_one", False):
        return graph.run(arguments)
    shapes = tuple([tuple(x._shape) for x in arguments])
    try:
        program = graph.programs[shapes]
    except KeyError:
        if not _worth_a_program(graph, shapes):
            with _one_by_one():
                return graph.run(arguments)
        program = graph.programs[shapes] = specialized(graph, arguments)
    if program is None:
        return pieces.run(graph, arguments)
    return _attempt(graph, program, arguments)


def _worth_a_program(graph: Graph, shapes: tuple[tuple[int, ...], ...]) -> bool:
    """Whether arguments of these shapes, which have no program yet, get one."""
    count = len(graph.programs)
    at_once, again = _AT_ONCE, _AGAIN
    if getattr(dispatch.backend(), "compiles_ops", False):
        if not _may_go_one_by_one(graph):
            return count < _MOST_COMPILED
        at_once, again = _COMPILED_AT_ONCE, _OFTEN
    if count < at_once or count >= _MOST:
        return count < at_once
    if len(graph.seen) >= _MOST * _MOST:
        graph.seen.clear()
    seen = graph.seen[shapes] = graph.seen.get(shapes, 0) + 1
    return seen > again


def _may_go_one_by_one(graph: Graph) -> bool:
    """Whether a run's ops need not be compiled: the backend can do without, and none is derived."""
    if not hasattr(dispatch.backend(), "one_by_one") or recording.anybody():
        return False
    return not any([node.name in ("gradient", "jacobian") for node in graph.nodes])


def _one_by_one() -> Any:
    """A context in which the backend compiles no ops that it can do without."""
    make: Any = getattr(dispatch.backend(), "one_by_one", None)
    return nullcontext() if make is None or recording.anybody() else make()


def _attempt(graph: Graph, program: Compiled, arguments: list[Any]) -> list[Any]:
    """Runs a program, or the graph where the backend finds only now that it cannot."""
    if program.rereads and program.loses_gradients():
        return graph.run(arguments)
    given = arguments
    if graph.takes_objects:
        given = [x for x in arguments if x._dtype is not variant]
    if isinstance(program, Followed):
        return _followed(graph, program, given, arguments)
    try:
        return program(given)
    except ValueNeeded:
        graph.program = None
        graph.has_deeds = True
        return graph.run(arguments)
    except OpError:
        raise
    except Exception:
        # What a framework refuses while it runs, the public ops refuse as TensorFlow's.
        graph.run(arguments)
        raise


def _followed(graph: Graph, program: Followed, given: list[Any], arguments: list[Any]) -> list[Any]:
    """Runs a program, and does what follows its runs."""
    if dispatch.local.handler is not None:
        # A program around this one: what follows this one follows that.
        return graph.run(arguments)
    found = None
    try:
        with program.updating:
            found = program(given)
            results = program.conclude(found)
    except Exception:
        if found is None:
            # What was to be printed or refused before comes first.
            graph.run(arguments)
        raise
    return graph.run(arguments) if results is None else results


def _is_derived_twice(graph: Graph) -> bool:
    """Whether a second derivative may be asked for, which long loops do not have as programs."""
    tapes = [tape for tape in recording.local.tapes if isinstance(tape, GradientTape)]
    inside = any([node.name in ("gradient", "jacobian") for node in graph.nodes])
    return len(tapes) + inside > 1


def specialized(graph: Graph, arguments: list[Tensor]) -> Compiled | None:
    """A program for arguments of these shapes; None where values decide what is computed."""
    native = dispatch.backend().native_dtypes
    if any(x._dtype not in native and x._dtype is not variant for x in arguments):
        return None
    session = Session("all")
    inside, tracing.local.inside = tracing.local.inside, True
    try:
        with unbound(graph.variables), session.open(graph.variables):
            stand_ins = [
                x if x._dtype is variant else session.argument(tuple(x._shape), x._dtype)
                for x in arguments
            ]
            results = graph.run(stand_ins)
            program = session.finish(results)
    except ValueNeeded:
        return None
    finally:
        tracing.local.inside = inside
    if graph.jit_compile:
        program.compile()
    return program
