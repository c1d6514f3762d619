"""Loops that count to a number, as one scan over the numbers and over rows of arrays.

That is what Keras' recurrent layers are: a tf.while_loop over TensorArrays. As a loop, each round
would read from, and write to, arrays as a whole, and so would the gradient. Without arrays too a
round need not ask whether it is the last one.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from tfcompat._src import dispatch
from tfcompat._src.convert import to_tensor
from tfcompat._src.function import inference, row_loops, rows, tracing, trip_counts
from tfcompat._src.function.calls import Node, Place, Values
from tfcompat._src.function.graph import Graph
from tfcompat._src.function.session import Session
from tfcompat._src.function.subgraphs import Avals, Program, Subgraph
from tfcompat._src.indexing import getitem
from tfcompat._src.ops.array import expand_dims
from tfcompat._src.ops.creation import zeros
from tfcompat._src.ops.joining import concat
from tfcompat._src.tensor import Tensor
from tfcompat.backend import ValueNeeded

# More rounds, or more bytes in all of them, are not all kept for a gradient.
_MOST_ROUNDS, _MOST_BYTES = 4096, 1 << 28

Source = int | tuple[int, str]


class Scans:
    """The scan that a loop is, as far as its graphs tell; see `of`."""

    def __init__(
        self, test: Subgraph, body: Subgraph, places: Sequence[int], count: int, at: int, start: int
    ) -> None:
        self._graph = graph = body.graph
        self._count, self._counter, self._start = count, at, start
        self._makers = {i: node for node in graph._live for i in node.outs}
        self._own = [s._index for s in graph.inputs]
        self._outs = [None if s._constant is not None else s._index for s in graph.outputs]
        self._uses: dict[int, list[Any]] = {}
        for node in graph._live:
            for i in dict.fromkeys(node.ins):
                self._uses.setdefault(i, []).append(node)
        for out in self._outs:
            if out is not None:
                self._uses.setdefault(out, []).append(None)
        # By node: the tensor whose rows it takes, by its number in the graph or among _constants.
        self._takes: dict[Node, Source] = {}
        self._constants: dict[Source, Tensor] = {}
        # By number of the loop variable: the node that writes to it, in the row of which number.
        self._puts: dict[int, tuple[Node, int | None]] = {}
        self._pieces: dict[Any, _Piece] = {}

    def _is_counter(self, argument: Any) -> bool:
        return argument.__class__ is Place and argument.index == self._own[self._counter]

    def _stays(self, at: int) -> bool:
        return self._outs[at] == self._own[at]

    def look(self, values: Sequence[Tensor], moved: Sequence[Tensor]) -> None:
        """Finds what is read and written by row."""
        graph = self._graph
        fixed: dict[Source, Tensor] = {
            s._index: x for (_, s), x in zip(graph.captures, moved, strict=True)
        }
        for at, (own, value) in enumerate(zip(self._own, values, strict=True)):
            if self._stays(at):
                fixed[own] = value
            elif at != self._counter:
                self._look_at_writes(at, value)
        for node in graph._live:
            if _takes_row(node) and self._is_counter(node.args[1]):
                rows_of = node.args[0]
                source: Source
                if rows_of.__class__ is Place:
                    source = rows_of.index
                else:
                    source = id(rows_of), "constant"
                    fixed[source] = self._constants[source] = to_tensor(rows_of)
                found = fixed.get(source)
                if found is not None and found._shape[:1] >= (self._start + self._count,):
                    self._takes[node] = source

    def _look_at_writes(self, at: int, value: Tensor) -> None:
        own, out = self._own[at], self._outs[at]
        node = None if out is None else self._makers.get(out)
        if (
            out is None
            or node is None
            or node.function is not rows.put
            or self._uses.get(own) != [node]
        ):
            return
        into, index, item = node.args
        if into.__class__ is not Place or into.index != own or self._uses.get(out) != [None]:
            return
        if item.__class__ is Place and item.index == own:
            return
        if self._is_counter(index):
            full = self._start == 0 and self._count == value._shape[0]
            if full or (0 not in value._shape and value._shape[0] >= self._start + self._count):
                self._puts[at] = (node, None)
            return
        place = trip_counts.number(index)
        if place is not None and 0 <= place < value._shape[0] and 0 not in value._shape:
            self._puts[at] = (node, int(place))

    # ----------------------------------------------------------------------------------- running
    def run(self, values: Sequence[Tensor], moved: Sequence[Tensor]) -> list[Tensor]:
        """The loop variables afterwards. Raises ValueNeeded where it can be no scan."""
        graph = self._graph
        start, count = self._start, self._count
        others = {s._index: x for (_, s), x in zip(graph.captures, moved, strict=True)}
        carried: list[int] = []
        for at in range(len(values)):
            if self._stays(at):
                others[self._own[at]] = values[at]
            elif at != self._counter and (at not in self._puts or self._puts[at][1] is not None):
                carried.append(at)
        first = [
            values[at] if at not in self._puts else zeros(values[at]._shape[1:], values[at]._dtype)
            for at in carried
        ]
        size = sum([math.prod(x._shape) * x._dtype.size for x in first])
        if size * count > _MOST_BYTES:
            raise ValueNeeded("a loop that keeps too much")
        sources = list(dict.fromkeys(self._takes.values()))
        columns = [
            _part(others[i] if isinstance(i, int) else self._constants[i], start, count)
            for i in sources
        ]
        columns.append(to_tensor(np.arange(start, start + count), values[self._counter]._dtype))
        rest = [i for i in others if self._needs(i)]
        collected = [at for at, (_, place) in self._puts.items() if place is None]
        piece = self._pieces.get((tuple(carried), tuple(rest)))
        if piece is None:
            piece = _Piece(self, graph, carried, sources, rest, collected)
            self._pieces[tuple(carried), tuple(rest)] = piece
        loop = row_loops.Rows(piece, len(first), False)
        found = loop.program(first, columns, [others[i] for i in rest], count)
        results = list(values)
        results[self._counter] = _like(start + count, values[self._counter])
        for at, x in zip(carried, found, strict=False):
            results[at] = x if at not in self._puts else _put(values[at], x, self._puts[at][1])
        for at, x in zip(collected, found[len(carried) :], strict=True):
            parts = [values[at][:start], x, values[at][start + count :]]
            parts = [part for part in parts if part._shape[0]]
            results[at] = parts[0] if len(parts) == 1 else concat(parts, 0)
        return results

    def _needs(self, index: int) -> bool:
        return any([node not in self._takes for node in self._uses.get(index, [])])


def _takes_row(node: Node) -> bool:
    """Whether a row is taken, of a TensorArray's tensor or of any."""
    if node.entry is None:
        return node.function is rows.take
    return node.entry.function is getitem and not node.kwargs


def _like(value: int, tensor: Tensor) -> Tensor:
    return to_tensor(value, tensor._dtype)


def _part(tensor: Tensor, start: int, count: int) -> Tensor:
    whole = start == 0 and tensor._shape[0] == count
    return tensor if whole else tensor[start : start + count]


def _put(rows_: Tensor, item: Tensor, at: int | None) -> Tensor:
    row: Tensor = expand_dims(item, 0)
    if rows_._shape[0] == 1 or at is None:
        return row
    parts = [rows_[:at], row, rows_[at + 1 :]]
    return concat([part for part in parts if part._shape[0]], 0)


class _Piece:
    """The body without its reading and writing of rows: what a scan calls for each of them."""

    is_long = False

    def __init__(
        self,
        scans: Scans,
        graph: Graph,
        carried: Sequence[int],
        sources: Sequence[Source],
        rest: Sequence[int],
        collected: Sequence[int],
    ) -> None:
        self.graph = graph
        self._scans, self._carried, self._sources = scans, carried, sources
        self._rest, self._collected = rest, collected
        self._compiled: dict[Avals, Program | None] = {}

    def compiled(self, arguments: Sequence[Any]) -> Program:
        """The program of carried values, rows, the counter, and what is captured."""
        avals = tuple([(tuple(x._shape), x._dtype) for x in arguments])
        if avals not in self._compiled:
            self._compiled[avals] = self._compile(avals)
        found = self._compiled[avals]
        if found is None:
            raise ValueNeeded("values decide what is computed in a round")
        return found

    def _compile(self, avals: Avals) -> Program | None:
        native = dispatch.backend().native_dtypes
        if any([dtype not in native for _, dtype in avals]):
            return None
        session = Session()
        local = tracing.local
        inside, local.inside = local.inside, True
        try:
            with session.open(self.graph.variables):
                stand_ins = [session.argument(shape, dtype) for shape, dtype in avals]
                results = self._round(stand_ins)
                kinds = tuple([(tuple(x._shape), x._dtype) for x in results])
                return Program(session.finish(results), kinds, tuple(range(len(avals))))
        except ValueNeeded:
            return None
        finally:
            local.inside = inside

    def _round(self, given: Sequence[Tensor]) -> list[Tensor]:
        graph, scans = self.graph, self._scans
        values = Values(graph.size, inference.fresh)
        tensors = values.tensors
        own = scans._own
        numbers = len(self._carried)
        for at, x in zip(self._carried, given, strict=False):
            if at not in scans._puts:
                tensors[own[at]] = x
        row = dict(zip(self._sources, given[numbers:], strict=False))
        numbers += len(self._sources)
        tensors[own[scans._counter]] = given[numbers]
        for index, x in zip(self._rest, given[numbers + 1 :], strict=True):
            tensors[index] = x
        written = {node: at for at, (node, _) in scans._puts.items()}
        for node in graph._live:
            if node in scans._takes:
                tensors[node.outs[0]] = row[scans._takes[node]]
            elif node not in written:
                node.run(values)
        items = {at: values.fill(node.args[2]) for at, (node, _) in scans._puts.items()}
        results = []
        for at in self._carried:
            out = scans._outs[at]
            constant = graph.outputs[at]._constant
            results.append(items[at] if at in items else constant if out is None else tensors[out])
        return [*results, *[items[at] for at in self._collected]]


def of(
    test: Subgraph,
    body: Subgraph,
    places: Sequence[int],
    values: Sequence[Tensor],
    tested: Sequence[Tensor],
    moved: Sequence[Tensor],
    most: Tensor | None,
) -> Scans | None:
    """The scan that a loop from these first values is; None where it is none."""
    if test.graph.has_effects or body.graph.has_effects or len(test.graph._live) != 1:
        return None
    counter = trip_counts.counter(test.graph, body.graph, places, values, tested, moved)
    parts = test.graph, body.graph, places, values, tested, moved
    count = trip_counts.bound(*parts, most)
    # With a limit that is not known, the count would be the most rounds, not how many there are.
    if counter is None or count is None or trip_counts.bound(*parts, None) is None:
        return None
    if not 0 < count <= _MOST_ROUNDS:
        return None
    at, start, step = counter
    if step != 1 or start < 0:
        return None
    found = Scans(test, body, places, count, at, int(start))
    found.look(values, moved)
    return found
