"""tf.cond, tf.case and tf.switch_case in graphs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from tfcompat._src import afterwards, dispatch, nest
from tfcompat._src.convert import to_tensor
from tfcompat._src.dtypes import bool_, int32, int64
from tfcompat._src.errors import invalid_argument
from tfcompat._src.function import subgraphs
from tfcompat._src.function.subgraphs import Operands, Subgraph
from tfcompat._src.indexed_slices import IndexedSlices
from tfcompat._src.ops.array import reshape
from tfcompat._src.ops.casting import cast
from tfcompat._src.tensor import Tensor
from tfcompat._src.tensor_spec import TensorSpec
from tfcompat._src.variable import Variable
from tfcompat.backend import ValueNeeded

control = dispatch.family("control")


def cond(pred: Any, true_fn: Callable[[], Any], false_fn: Callable[[], Any], name: Any) -> Any:
    """tf.cond of a graph: both functions are traced."""
    if isinstance(pred, bool):
        raise TypeError("pred must not be a Python bool", pred)
    pred = to_tensor(pred)
    _check_scalar(pred, "cond")
    if pred._dtype is not bool_:
        raise invalid_argument("cond", f"Input 'pred' passed {pred._dtype.name} expected bool")
    pieces = _traced({"cond_true": true_fn, "cond_false": false_fn})
    _check(pieces, ("true_fn", "false_fn"), "cond")
    return _record(pred, pieces, "cond", name)


def switch_case(index: Tensor, functions: Sequence[Callable[[], Any]], name: Any) -> Any:
    """tf.switch_case of a graph; the last function is for every other number."""
    if index._dtype is not int32:
        raise TypeError(
            f"switch_case: Input 'branch_index' of 'StatelessCase' Op has type {index._dtype.name} "
            "that does not match expected type of int32."
        )
    _check_scalar(index, "switch_case", ())
    pieces = _traced({f"switch_case_{i}": function for i, function in enumerate(functions)})
    _check(pieces, [f"branches[{i}]" for i in range(len(pieces))], "switch_case")
    return _record(index, pieces, "switch_case/indexed_case", name)


def _traced(functions: dict[str, Callable[[], Any]]) -> list[Subgraph]:
    """The branches; rows whose indices are int64 in one have them so in all, as in TensorFlow."""
    pieces = [subgraphs.trace(name, _called(function)) for name, function in functions.items()]
    results = [nest.flatten(piece.graph.structured_outputs) for piece in pieces]
    wide = [
        i
        for i, leaves in enumerate(zip(*results, strict=False))
        if all(isinstance(leaf, IndexedSlices) for leaf in leaves)
        and len({leaf.indices.dtype for leaf in leaves}) > 1
    ]
    if not wide:
        return pieces
    return [
        subgraphs.trace(name, _called(_widened(function, wide)))
        for name, function in functions.items()
    ]


def _called(function: Callable[[], Any]) -> Callable[[Any], Any]:
    return lambda _: function()


def _widened(function: Callable[[], Any], places: Sequence[int]) -> Callable[[], Any]:
    """A branch whose rows in these places have indices of int64."""

    def branch() -> Any:
        result = function()
        leaves = nest.flatten(result)
        for i in places:
            rows = leaves[i]
            leaves[i] = IndexedSlices(rows.values, cast(rows.indices, int64), rows.dense_shape)
        return nest.pack_sequence_as(result, leaves)

    return branch


def case(pairs: Sequence[tuple[Any, Callable[[], Any]]], default: Any, name: Any) -> Any:
    """tf.case of a graph: nested conds, of which the innermost must hold without a default."""
    from tfcompat._src.ops.assertions import Assert

    pred, function = pairs[0]
    if len(pairs) == 1 and default is None:

        def checked() -> Any:
            Assert(pred, ["Input error: None of conditions evaluated as True:", pred])
            return function()

        return checked()
    rest = default if len(pairs) == 1 else lambda: case(pairs[1:], default, name)
    return cond(pred, function, rest, name)


# ----------------------------------------------------------------------------------------- checks
def _check_scalar(selector: Any, op: str, also: Any = (1,)) -> None:
    """One element is enough for a predicate; an index has no axes."""
    shape = selector.shape
    if shape.is_fully_defined() and tuple(shape.as_list()) not in ((), also):
        raise invalid_argument(
            op, f"The second input must be a scalar, but it has shape {shape.as_list()}"
        )


def _check(pieces: Sequence[Subgraph], names: Sequence[str], op: str) -> None:
    """Raises unless all branches return the same structure of the same dtypes."""
    structures = [piece.graph.structured_outputs for piece in pieces]
    leaves = [len(nest.flatten(structure)) for structure in structures]
    if len(set(leaves)) > 1:
        raise AssertionError(leaves)
    counts = [len(piece.graph.outputs) for piece in pieces]
    if len(set(counts)) > 1:
        told = "".join(f"len(graphs[{i}].outputs): {n}\n" for i, n in enumerate(counts))
        raise ValueError(f"Lengths of branch outputs of {op} must match.\n{told}")
    for structure, name in zip(structures[1:], names[1:], strict=True):
        try:
            subgraphs.same_structure(structures[0], structure)
            details = _different_types(structures[0], structure)
        except (TypeError, ValueError) as error:
            details = str(error)
        if details:
            raise TypeError(
                f"{names[0]} and {name} arguments to tf.{op} must have the same number, type, and "
                f"overall structure of return values.\n\n{names[0]} output: {structures[0]}\n"
                f"{name} output: {structure}\n\nError details:\n{details}"
            )


def _different_types(a: Any, b: Any) -> str:
    for x, y in zip(subgraphs.tensors_in(a), subgraphs.tensors_in(b), strict=True):
        if x is not None and x._dtype is not y._dtype:
            return f"{x} and {y} have different types"
    return ""


# ------------------------------------------------------------------------------------------- node
def _record(selector: Any, pieces: Sequence[Subgraph], op: str, name: Any) -> Any:
    specs = [
        TensorSpec(shape, s._dtype)
        for s, shape in zip(pieces[0].graph.outputs, _shapes(pieces), strict=True)
    ]
    branches = _Branches(pieces)
    pure = all(piece.is_pure for piece in pieces) and all(
        spec.shape == own.shape
        for piece in pieces
        for spec, own in zip(specs, piece.specs, strict=True)
    )
    effect = any(piece.has_effects for piece in pieces)
    args = (selector, *[piece.captured for piece in pieces])
    found = subgraphs.record(branches, args, name or op, specs, effect, pure)
    subgraphs.rename(found, lambda base, i: f"{base}/Identity{f'_{i}' if i else ''}:0")
    return subgraphs.packed(pieces[0].graph.structured_outputs, found)


def _shapes(pieces: Sequence[Subgraph]) -> list[Any]:
    shapes = [s.shape for s in pieces[0].graph.outputs]
    for piece in pieces[1:]:
        shapes = [
            subgraphs.merged(shape, s.shape)
            for shape, s in zip(shapes, piece.graph.outputs, strict=True)
        ]
    return shapes


class _Branches:
    """What a node of branches calls: with the predicate or index, and what each branch captured."""

    has_kernel = True

    def __init__(self, pieces: Sequence[Subgraph]) -> None:
        self._pieces = pieces
        self.is_long = any([piece.graph.is_long for piece in pieces])
        self.variables = [v for piece in pieces for v in piece.graph.variables]
        found = {id(v): v for piece in pieces for v in piece.graph.assigned}
        self._assigned: list[Variable] = list(found.values())

    def __call__(self, selector: Tensor, *captured: list[Tensor]) -> list[Tensor]:
        try:
            number = self._number(selector)
        except ValueNeeded:
            return self._program(selector, captured)
        return self._pieces[number].run((), captured[number])

    def _number(self, selector: Tensor) -> int:
        shape = tuple(selector._shape)
        if selector._dtype is bool_:
            if shape not in ((), (1,)):
                raise invalid_argument(
                    "cond", f"The second input must be a scalar, but it has shape {list(shape)}"
                )
            return 0 if bool(selector) else 1
        if shape:
            raise invalid_argument(
                "switch_case", f"The second input must be a scalar, but it has shape {list(shape)}"
            )
        number = int(selector)
        return number if 0 <= number < len(self._pieces) else len(self._pieces) - 1

    def _program(self, selector: Tensor, captured: Sequence[list[Tensor]]) -> list[Tensor]:
        pieces = self._pieces
        programs = [p.compiled(own) for p, own in zip(pieces, captured, strict=True)]
        if any(p.foreseen for p in programs):
            raise ValueNeeded("a branch that draws random numbers only where it is chosen")
        if any(p.results != programs[0].results for p in programs):
            raise ValueNeeded("branches return tensors of different shapes")
        operands = Operands()
        checks = any([p.checks for p in programs])
        parts = [
            subgraphs.part(
                operands, p, [operands.place(x) for x in own], self._assigned, checks=checks
            )
            for p, own in zip(programs, captured, strict=True)
        ]
        kernel = control.cond if selector._dtype is bool_ else control.switch
        whole = tuple([p.of(operands.tensors) for p in parts])
        scalar = reshape(selector, [])
        found = dispatch.execute(kernel, (scalar, *operands.tensors), (whole,))
        count = len(programs[0].results)
        subgraphs.assign(self._assigned, found[count + checks :])
        if checks:
            afterwards.held(found[count])
        return list(found[:count])
