"""Graphs that no program can be as a whole: pieces that are programs, and calls between them.

What Python has to do itself stands between the pieces: calls of users' functions, strings, results
whose shapes depend on values, branches and loops with one of these in them. Which calls these are
shows when a piece is made: it ends before a call that needs a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from tfcompat._src import dispatch
from tfcompat._src.errors import OpError
from tfcompat._src.function import inference, tracing
from tfcompat._src.function.calls import Nested, Node, Resource, Values
from tfcompat._src.function.followed import Compiled, Followed
from tfcompat._src.function.session import Session
from tfcompat._src.function.variable_argument import unbound
from tfcompat._src.host import HostTensor
from tfcompat._src.ops import random_seeds
from tfcompat.backend import ValueNeeded

if TYPE_CHECKING:
    from tfcompat._src.function.graph import Graph

# So few calls are faster one by one.
_FEW = 3
# Programs for arguments of so many shapes; further ones only where the backend compiles each op.
_MOST = 16
_MOST_COMPILED = 512


class Piece:
    """Calls of a graph that follow each other. nodes: these; whole: whether they are run as one.

    ins: the tensors that they take from before; outs: those that somebody takes from them.
    """

    def __init__(self, graph: Graph, nodes: Sequence[Node], whole: bool) -> None:
        self.nodes = nodes
        self._graph = graph
        self._whole = whole and (len(nodes) >= _FEW or any([node.entry is None for node in nodes]))
        inside = {at for node in nodes for at in node.outs}
        used = {at for node in nodes for at in node.ins}
        self._ins = sorted(used - inside)
        own = {id(node) for node in nodes}
        outside = {at for node in graph.live if id(node) not in own for at in node.ins}
        outside.update([s._index for s in graph.outputs])
        self._outs = sorted(inside & outside)
        self._programs: dict[Any, Compiled | None] = {}
        symbols = [graph.symbol(at) for at in self._ins]
        # Whether each run has tensors of the same shapes.
        self._is_fixed = all([s._dims is not None and None not in s._dims for s in symbols])

    def run(self, values: Values) -> None:
        """Runs the calls. Raises Cut where it cannot remain a piece, before anything was done."""
        if not self._whole:
            return self._run(values)
        known = values.tensors
        tensors = [known[at] for at in self._ins]
        path = random_seeds.path() if self._graph.seeds.draws else ()
        key: tuple[Any, ...] = path
        if not self._is_fixed:
            if any([_is_more(x) for x in tensors]):
                return self._run(values)
            key = (*[tuple(x._shape) for x in tensors], *path)
        if key not in self._programs:
            if len(self._programs) >= self._most():
                return self._run(values)
            self._programs[key] = self._program(tensors, path)
        program = self._programs[key]
        if program is None or program.loses_gradients():
            return self._run(values)
        found = results = None
        try:
            with program.updating:
                found = results = program(tensors)
                if isinstance(program, Followed):
                    results = program.conclude(found)
        except Exception as error:
            if found is not None:
                raise
            if isinstance(error, ValueNeeded):
                self._programs[key] = None
                return self._run(values)
            if isinstance(error, OpError) and not isinstance(program, Followed):
                raise
            # What a framework refuses while it runs, the public ops refuse as TensorFlow's.
            self._run(values)
            raise
        if results is None:
            return self._run(values)
        for at, tensor in zip(self._outs, results, strict=True):
            known[at] = tensor

    def _most(self) -> int:
        return _MOST_COMPILED if getattr(dispatch.backend(), "compiles_ops", False) else _MOST

    def _run(self, values: Values) -> None:
        if not self._graph.seeds.draws:
            for node in self.nodes:
                node.run(values)
            return
        path = random_seeds.path()
        try:
            for node in self.nodes:
                random_seeds.at_node((*path, node))
                node.run(values)
        finally:
            random_seeds.at_node(path)

    def _program(self, tensors: Sequence[Any], path: tuple[Any, ...]) -> Compiled | None:
        graph = self._graph
        session = Session("all", repeats=not graph.seeds.draws)
        inside, tracing.local.inside = tracing.local.inside, True
        values = Values(graph.size, inference.fresh)
        try:
            with unbound(graph.variables), session.open(graph.variables):
                for at, x in zip(self._ins, tensors, strict=True):
                    values.tensors[at] = session.argument(tuple(x._shape), x._dtype)
                for node in self.nodes:
                    if graph.seeds.draws:
                        random_seeds.at_node((*path, node))
                    self._capture(session, node, values)
                results = [values.tensors[at] for at in self._outs]
                if any([_is_more(x) for x in results]):
                    return None
                program = session.finish(results)
        except Cut:
            raise
        except Exception:
            # It comes up again where the calls are made one by one, as TensorFlow's error.
            return None
        finally:
            tracing.local.inside = inside
            if graph.seeds.draws:
                random_seeds.at_node(path)
        if graph.jit_compile:
            program.compile()
        return program

    def _capture(self, session: Session, node: Node, values: Values) -> None:
        try:
            node.run(values)
        except ValueNeeded:
            raise Cut(node) from None
        if node.effect and not all([session.is_abstract(values.tensors[at]) for at in node.outs]):
            # What it gives now it will not give again.
            raise Cut(node)


def _is_more(x: Any) -> bool:
    """Whether a tensor is more than an array: of Python's objects, or with room for more rows."""
    return x.__class__ is HostTensor or hasattr(x, "_length")


class Cut(Exception):
    """A call that can be in no piece."""

    def __init__(self, node: Node) -> None:
        super().__init__(node.name)
        self.node = node


class Pieces:
    """How a graph is run: its pieces in order."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._apart = {id(node) for node in graph.live if _is_apart(graph, node)}
        self._pieces = self._cut(0)

    def run(self, values: Values) -> None:
        """Runs all calls of the graph."""
        at = 0
        pieces = self._pieces
        while at < len(pieces):
            try:
                pieces[at].run(values)
            except Cut as cut:
                self._apart.add(id(cut.node))
                done = sum([len(piece.nodes) for piece in pieces[:at]])
                pieces = self._pieces = (*pieces[:at], *self._cut(done))
            else:
                at += 1

    def _cut(self, start: int) -> tuple[Piece, ...]:
        """The pieces of the calls from a place on."""
        graph = self._graph
        nodes = graph.live[start:]
        self._part_tapes(nodes)
        pieces: list[Piece] = []
        run: list[Node] = []
        for node in nodes:
            if id(node) in self._apart:
                if run:
                    pieces.append(Piece(graph, run, True))
                    run = []
                pieces.append(Piece(graph, [node], False))
            else:
                run.append(node)
        if run:
            pieces.append(Piece(graph, run, True))
        return tuple(pieces)

    def _part_tapes(self, nodes: Sequence[Node]) -> None:
        """A tape that records over the end of a piece is in none."""
        spans: dict[int, list[int]] = {}
        for at, node in enumerate(nodes):
            for like in _tapes_of(node):
                spans.setdefault(like, []).append(at)
        before = -1
        while before != len(self._apart):
            before = len(self._apart)
            for span in spans.values():
                between = nodes[span[0] : span[-1] + 1]
                if any([id(node) in self._apart for node in between]):
                    self._apart.update([id(nodes[at]) for at in span])


def _tapes_of(node: Node) -> list[int]:
    """The tapes and accumulators among the arguments of a call."""
    args = [*node.args, *node.kwargs.values()]
    leaves = [x for a in args for x in (a.leaves if a.__class__ is Nested else (a,))]
    return [id(x.like) for x in leaves if x.__class__ is Resource]


def _is_apart(graph: Graph, node: Node) -> bool:
    """Whether a call can be in no piece, whatever its arguments are."""
    if node.entry is not None:
        if node.entry.deed or any([tape in graph.lent for tape in _tapes_of(node)]):
            return True
    elif node.effect and node.specs is not None and not hasattr(node.function, "has_kernel"):
        # Elements of datasets, and checks.
        return True
    native = dispatch.backend().native_dtypes
    symbols = [graph.symbol(at) for at in (*node.ins, *node.outs)]
    return any([s._dtype not in native and s._constant is None for s in symbols])


def run(graph: Graph, inputs: Sequence[Any], captured: Sequence[Any] = ()) -> list[Any]:
    """Runs a graph: piece by piece, but where it becomes a part of something else."""
    part = tracing.current() is not None or dispatch.local.handler is not None
    if part or random_seeds.drawing_rows():
        return graph.run(inputs, captured)
    if graph.pieces is None:
        graph.pieces = Pieces(graph)
    values = graph.values(inputs, captured)
    if graph.live:
        try:
            graph.pieces.run(values)
        except BaseException:
            values.close()
            raise
    return graph.results(values)
