"""tf.scan, tf.foldl, tf.foldr and tf.map_fn in graphs: one traced function, run for every row."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._src import afterwards, dispatch, nest
from tfcompat._src.convert import convert_to_tensor
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function import loop_variables, subgraphs
from tfcompat._src.function.graph import Graph
from tfcompat._src.function.subgraphs import Operands, Subgraph
from tfcompat._src.ops.array import expand_dims
from tfcompat._src.ops.creation import zeros
from tfcompat._src.ops.joining import concat, stack, unstack
from tfcompat._src.shapes import TensorShape
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.variable import Variable
from tfcompat.backend import ValueNeeded

kernels = dispatch.family("rows")

# Rows that become ops of a program one by one, where no kernel can go through them.
_UNROLLED = 64


# ------------------------------------------------------------------------------------- scan, fold
def folded(
    fn: Callable[[Any, Any], Any],
    elems: Any,
    initializer: Any,
    backwards: bool,
    collected: bool,
    op: str,
    name: Any,
) -> Any:
    """The last of the values `value = fn(value, row)`, or all of them, stacked."""
    columns = _columns(nest.flatten(elems), op)
    like = elems if initializer is None else initializer
    if initializer is None:
        if columns[0].shape[0] == 0:
            raise invalid_argument(op, "Trying to access element 0 in a list with 0 elements.")
        at = -1 if backwards else 0
        first = [column[at] for column in columns]
        columns = [column[:-1] if backwards else column[1:] for column in columns]
    else:
        first = [loop_variables.value_of(leaf) for leaf in nest.flatten(initializer)]
    shapes = [x.shape for x in first]

    def body(graph: Graph) -> Any:
        values = [graph.placeholder(x.shape, x._dtype, "while/Placeholder") for x in first]
        row = _row_of(graph, columns)
        found = fn(nest.pack_sequence_as(like, values), nest.pack_sequence_as(elems, row))
        nest.assert_same_structure(like, found, check_types=collected)
        pairs = zip(first, nest.flatten(found), shapes, strict=True)
        results = [loop_variables.fitting(old, new, shape) for old, new, shape in pairs]
        return [*results, *(results if collected else ())]

    piece = subgraphs.trace("scan_body", body)
    found = _record(piece, first, columns, backwards, name or op)
    if not collected:
        return nest.pack_sequence_as(like, found)
    rows = found[len(first) :]
    if initializer is None:
        ends = [expand_dims(x, 0) for x in first]
        rows = [
            concat([row, end] if backwards else [end, row], 0)
            for row, end in zip(rows, ends, strict=True)
        ]
    return nest.pack_sequence_as(like, rows)


def _columns(leaves: Sequence[Any], op: str) -> list[Tensor]:
    columns = [loop_variables.value_of(leaf) for leaf in leaves]
    count: Any = None
    for column in columns:
        shape = column.shape
        if shape.rank == 0:
            raise IndexError(f"{op}: received a scalar in elems; expected rank 1 or more")
        length = shape[0] if shape.rank else None
        if None not in (count, length) and count != length:
            raise ValueError(f"{op}: Dimensions {count} and {length} are not compatible")
        count = length if count is None else count
    return columns


def _row_of(graph: Graph, columns: Sequence[Tensor]) -> list[Any]:
    found = []
    for column in columns:
        shape = column.shape[1:] if column.shape.rank is not None else TensorShape(None)
        found.append(graph.placeholder(shape, column._dtype, "while/Placeholder"))
    return found


# ------------------------------------------------------------------------------------------ map_fn
def mapped(
    fn: Callable[[list[Any]], list[Any]],
    columns: Sequence[Tensor],
    specs: Sequence[TensorSpec],
    name: Any,
) -> list[Tensor]:
    """What `fn` makes of the tensors of each row, stacked; specs: of its results."""
    columns = _columns(columns, "map_fn")

    def body(graph: Graph) -> Any:
        found = fn(_row_of(graph, columns))
        return [_fitting(item, spec) for item, spec in zip(found, specs, strict=True)]

    piece = subgraphs.trace("scan_body", body)
    return _record(piece, [], columns, False, name or "map")


def _fitting(item: Any, spec: TensorSpec) -> Any:
    if item is None:
        raise ValueError("map_fn: None values not supported.")
    tensor = convert_to_tensor(item, dtype_hint=spec.dtype)
    if tensor._dtype is not spec.dtype:
        raise invalid_argument(
            "map_fn",
            f"Invalid data types; op elements {tensor._dtype.name} but list elements "
            f"{spec.dtype.name}",
        )
    if not spec.shape.is_compatible_with(tensor.shape):
        raise ValueError(
            f"map_fn: Inconsistent shapes: saw {tensor.shape} but expected {spec.shape}"
        )
    return tensor


# -------------------------------------------------------------------------------------------- node
def _record(
    piece: Subgraph, first: Sequence[Any], columns: Sequence[Tensor], backwards: bool, name: str
) -> list[Any]:
    node = Rows(piece, len(first), backwards)
    lengths = [c.shape[0] for c in columns if c.shape.rank is not None]
    length = next((n for n in lengths if n is not None), None)
    specs = list(piece.specs)
    for at in range(len(first), len(specs)):
        shape = TensorShape([length]).concatenate(specs[at].shape)
        specs[at] = TensorSpec(shape, specs[at].dtype)
    for at, x in enumerate(first):
        specs[at] = TensorSpec(x.shape, x._dtype)
    own = [s.shape for s in piece.graph.inputs[: len(first)]]
    pure = (
        piece.is_pure
        and length is not None
        and [s.shape for s in piece.specs[: len(first)]] == own
        and all(x.shape.is_fully_defined() for x in (*first, *columns))
    )
    args = (list(first), list(columns), piece.captured)
    return subgraphs.record(node, args, name, specs, piece.has_effects, pure)


class Rows:
    """What the node of such a loop calls: with first values, columns, and what was captured."""

    has_kernel = True

    def __init__(self, piece: Any, carried: int, backwards: bool) -> None:
        self._piece = piece
        self._carried = carried
        self._backwards = backwards
        self._assigned: list[Variable] = list(piece.graph.assigned)
        self.is_long = piece.graph.is_long

    def __call__(
        self, first: list[Tensor], columns: list[Tensor], captured: list[Tensor]
    ) -> list[Tensor]:
        count = columns[0]._shape[0]
        for column in columns:
            if column._shape[0] != count:
                raise invalid_argument(
                    "map_fn", f"Dimensions {count} and {column._shape[0]} are not compatible"
                )
        if count and subgraphs.making_program():
            try:
                return self.program(first, columns, captured, count)
            except ValueNeeded:
                if count > _UNROLLED:
                    raise
        return self._run(first, columns, captured, count)

    def _run(
        self, first: list[Tensor], columns: list[Tensor], captured: list[Tensor], count: int
    ) -> list[Tensor]:
        rows: list[Any] = list(zip(*[unstack(c) for c in columns], strict=True)) if count else []
        if self._backwards:
            rows.reverse()
        values = list(first)
        collected = []
        for row in rows:
            found = self._piece.run([*values, *row], captured)
            values = found[: self._carried]
            collected.append(found[self._carried :])
        if self._backwards:
            collected.reverse()
        return [*values, *self._stacked(collected)]

    def _stacked(self, collected: list[list[Tensor]]) -> list[Tensor]:
        if not collected:
            return [
                zeros([0, *_sizes(spec.shape)], spec.dtype)
                for spec in self._piece.specs[self._carried :]
            ]
        stacked = []
        for column in zip(*collected, strict=True):
            for item in column:
                if tuple(item._shape) != tuple(column[0]._shape):
                    raise invalid_argument(
                        "map_fn",
                        f"Incompatible shapes during merge: {list(column[0]._shape)} vs. "
                        f"{list(item._shape)}",
                    )
            stacked.append(stack(list(column)))
        return stacked

    def program(
        self, first: list[Tensor], columns: list[Tensor], captured: list[Tensor], count: int
    ) -> list[Tensor]:
        """The loop as a kernel of the program that is being made."""
        rows = [_one_of(column) for column in columns]
        move = self._piece.compiled([*first, *rows, *captured])
        avals = tuple([(tuple(x._shape), x._dtype) for x in first])
        if move.results[: self._carried] != avals:
            raise ValueNeeded("a loop whose tensors change their shapes")
        operands = Operands()
        held = {id(v): len(first) + i for i, v in enumerate(self._assigned)}
        carried = [*first, *[v._read() for v in self._assigned]]
        draws, numbers = subgraphs.drawn_rows(move, count)
        operands.tensors.extend([*carried, *columns, *draws])
        places = [
            *range(len(first)),
            *range(len(carried), len(carried) + len(columns)),
            *[operands.place(x) for x in captured],
        ]
        start = len(carried) + len(columns)
        part = subgraphs.part(
            operands, move, places, self._assigned, held, [start + i for i in numbers], move.checks
        )
        part.reorder(self._carried, len(self._assigned))
        rows_and_draws = len(columns) + len(draws)
        body = part.of(_by_row(operands.tensors, len(carried), rows_and_draws))
        found = dispatch.execute(
            kernels.scan,
            tuple(operands.tensors),
            (body, len(carried), rows_and_draws, self._backwards),
        )
        subgraphs.assign(self._assigned, found[self._carried : len(carried)])
        rows_found = list(found[len(carried) :])
        if move.checks:
            afterwards.held(rows_found.pop())
        return [*found[: self._carried], *rows_found]


def _by_row(operands: Sequence[Tensor], start: int, count: int) -> list[Any]:
    return [_one_of(x) if start <= at < start + count else x for at, x in enumerate(operands)]


class _Row:
    """The shape and dtype of a row of a tensor."""

    def __init__(self, column: Tensor) -> None:
        self._shape = tuple(column._shape[1:])
        self._dtype = column._dtype


def _one_of(column: Tensor) -> Any:
    return _Row(column)


def _sizes(shape: TensorShape) -> list[int]:
    return [] if shape.rank is None else [n or 0 for n in shape.as_list()]
