"""tf.vectorized_map: a traced function of one row, run for all rows at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._src import afterwards, dispatch, nest
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function import subgraphs, tracing
from tfcompat._src.function.graph import Graph
from tfcompat._src.function.row_loops import _Row, _sizes
from tfcompat._src.function.subgraphs import Operands, Subgraph
from tfcompat._src.function.symbolic import SymbolicTensor
from tfcompat._src.ops import random_seeds
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.casting import cast
from tfcompat._src.ops.creation import zeros
from tfcompat._src.ops.joining import stack, unstack
from tfcompat._src.ops.reductions import reduce_sum
from tfcompat._src.ops.transcendental import exp
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.variable import Variable
from tfcompat.backend import ValueNeeded

kernels = dispatch.family("rows")

# Fewer rows than these are run one after the other: that costs less than to make a program.
_FEW = 8
# More rows than these do not become ops of a program one by one.
_UNROLLED = 64
_OP = "vectorized_map"


def vectorized(fn: Callable[[list[Any]], Any], columns: Sequence[Tensor]) -> Any:
    """What `fn` makes of the tensors of one row, for all rows, as a structure of stacked tensors.

    A tensor with one row serves for all.
    """
    count = _count([x.shape for x in columns])

    def body(graph: Graph) -> Any:
        if graph.outer is not None:
            # TensorFlow makes the ops ones of the graph around the function.
            graph.seeds = graph.outer.seeds
        row = [graph.placeholder(_inner(x), x._dtype, "loop_body/GatherV2") for x in columns]
        return fn(row)

    piece = subgraphs.trace("loop_body", body)
    node = _Vectorized(piece)
    graph = tracing.current()
    if graph is None:
        with random_seeds.drawing_from(random_seeds.Streams()):
            random_seeds.at_node((node,))
            found: Sequence[Any] = node(list(columns), [])
    else:
        specs = [
            TensorSpec(TensorShape([count]).concatenate(spec.shape), spec.dtype)
            for spec in piece.specs
        ]
        known = all(x.shape.is_fully_defined() for x in columns)
        args = (list(columns), piece.captured)
        found = subgraphs.record(node, args, _OP, specs, piece.has_effects, known and piece.is_pure)
    return subgraphs.packed(piece.graph.structured_outputs, found)


def _inner(column: Tensor) -> TensorShape:
    return column.shape[1:] if column.shape.rank is not None else TensorShape(None)


def _count(shapes: Sequence[TensorShape]) -> int | None:
    """The number of rows. Raises where there is none, or several."""
    if any(shape.rank == 0 for shape in shapes):
        raise IndexError(f"{_OP}: received a scalar; expected rank 1 or more")
    counts = [None if shape.rank is None else shape[0] for shape in shapes]
    known = [n for n in counts if n is not None]
    count = 0 if 0 in known else max(known, default=1)
    if any(n not in (1, count) for n in known):
        raise invalid_argument(
            _OP, f"received tensors with {counts} rows; expected as many in all, or 1"
        )
    return count if len(known) == len(counts) or count != 1 else None


class _Vectorized:
    """What the node calls: with the columns, and what the function captured."""

    has_kernel = True

    def __init__(self, piece: Subgraph) -> None:
        self._piece = piece
        self.is_long = piece.graph.is_long

    def __call__(self, columns: list[Tensor], captured: list[Tensor]) -> list[Tensor]:
        count = _count([x.shape for x in columns]) or 0
        making = subgraphs.making_program()
        if not count:
            return [
                self._none(symbol, [*columns, *captured]) for symbol in self._piece.graph.outputs
            ]
        if making or (count >= _FEW and self._piece.is_pure and not self._piece.graph.assigned):
            try:
                return self._program(columns, captured, count)
            except (ValueNeeded, NotImplementedError, RuntimeError):
                # What the framework cannot do for all rows at once.
                if making and count > _UNROLLED:
                    raise ValueNeeded("rows that are run one after the other") from None
        return self._run(columns, captured, count)

    def _run(self, columns: list[Tensor], captured: list[Tensor], count: int) -> list[Tensor]:
        lists = [list(unstack(x)) * (count if x._shape[0] < count else 1) for x in columns]
        drawn: dict[Any, Tensor] = {}
        found = []
        for number, row in enumerate(zip(*lists, strict=True)):
            with random_seeds.one_row(number, count, drawn):
                found.append(self._piece.run(row, captured))
        return [stack(list(column)) for column in zip(*found, strict=True)]

    def _none(self, output: SymbolicTensor, given: Sequence[Any]) -> Tensor:
        """No rows of a result, whose gradients by what it is computed from are zeros."""
        graph = self._piece.graph
        outer = [*graph.inputs, *[inner for _, inner in graph.captures]]
        known = dict(zip([symbol._index for symbol in outer], given, strict=False))
        reached, sources = {output._index}, []
        for node in reversed(graph.nodes):
            if node.name != "stop_gradient" and not reached.isdisjoint(node.outs):
                reached.update(node.ins)
                given_here = [getattr(a, "leaves", a) for a in (*node.args, *node.kwargs.values())]
                sources += [a for a in nest.flatten(given_here) if isinstance(a, Tensor | Variable)]
        found = zeros([0, *_sizes(output.shape)], output._dtype)
        for x in [*[known[at] for at in sorted(reached & known.keys())], *sources]:
            if x.dtype.is_inexact and found._dtype.is_inexact:
                # The exponential of no element at all: derivatives of every order are zeros.
                found = found + exp(cast(reduce_sum(reshape(x, [-1])[:0]), found._dtype))
        return found

    def _program(self, columns: list[Tensor], captured: list[Tensor], count: int) -> list[Tensor]:
        if self._piece.graph.assigned:
            raise ValueNeeded("a function of rows that assigns variables")
        split = [x for x in columns if x._shape[0] == count]
        shared = [x[0] for x in columns if x._shape[0] != count]
        rows: list[Any] = [_Row(x) for x in columns]
        move = self._piece.compiled([*rows, *captured])
        draws, numbers = subgraphs.drawn_rows(move, count, True)
        operands = Operands()
        operands.tensors.extend([*split, *draws])
        many = len(operands.tensors)
        mapped, once = iter(range(len(split))), iter(shared)
        places = [
            next(mapped) if x._shape[0] == count else operands.place(next(once)) for x in columns
        ]
        places += [operands.place(x) for x in captured]
        at = [len(split) + i for i in numbers]
        part = subgraphs.part(operands, move, places, drawn_at=at, checks=move.checks)
        whole: list[Any] = operands.tensors
        part.shared()
        body = subgraphs.same(part.of([_Row(x) if at < many else x for at, x in enumerate(whole)]))
        found = dispatch.execute(kernels.vectorized, tuple(whole), (body, many))
        results = list(found)
        if move.checks:
            afterwards.held(results.pop())
        return results
